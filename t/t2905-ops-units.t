#!/bin/bash
# The units for systemd: they start what is installed, with the configuration
# that is installed, and systemd finds nothing wrong with them.
. "${0%/*}/lib.sh"

prefix=$(sed -n 's/^prefix = //p' "$NJ_BUILD/Makefile")
for name in fcgi push; do
	unit=natterjack-$name.service
	made=$NJ_BUILD/contrib/systemd/$unit
	like "$(sed -n 's/^ExecStart=//p' "$made")" \
	    "^$prefix/.*/natterjack-$name -c /.*/natterjack/natterjack[.]conf$" \
	    "$unit starts what is installed"
	is "$(grep -c '@[a-z]*@' "$made")" 0 "and all of it is filled in"
	is "$(sed -n 's/^RuntimeDirectory=//p' "$made")" natterjack \
	    "in the folder that nginx knows"
done
is "$(grep -h 'run/natterjack/' "$NJ_BUILD/nginx/upstream.conf" | wc -l)" 3 \
    "which is this one"
# A folder that one of the two removes is gone for the other.
is "$(grep -hc '^RuntimeDirectoryPreserve=yes$' \
    "$NJ_BUILD"/contrib/systemd/*.service | xargs)" "1 1" \
    "and stays while one of the two is stopped"

if command -v systemd-analyze >/dev/null; then
	mkdir "$T/units"
	for unit in "$NJ_BUILD"/contrib/systemd/*.service; do
		sed "s|^ExecStart=[^ ]*/|ExecStart=$NJ_BUILD/|" "$unit" \
		    >"$T/units/${unit##*/}"
	done
	is "$(systemd-analyze verify --man=no "$T"/units/*.service 2>&1)" "" \
	    "systemd finds nothing wrong"
	is "$(client units fcgi "$T/units/natterjack-fcgi.service")" "" \
	    "the workers may ask of the kernel what they ask"
	is "$(client units push "$T/units/natterjack-push.service")" "" \
	    "and so may push"
	sed -i '/^SystemCallFilter=[^~@]/d' "$T/units/natterjack-fcgi.service"
	is "$(client units fcgi "$T/units/natterjack-fcgi.service" | xargs)" \
	    "sched_setaffinity setpriority" "what is missing is found"
	sed -i 's/^Type=.*/Type=nonsense/' "$T/units/natterjack-push.service"
	isnt "$(systemd-analyze verify --man=no \
	    "$T/units/natterjack-push.service" 2>&1)" "" "as it would say"
fi
nj_done
