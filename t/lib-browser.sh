# shellcheck shell=bash disable=SC2034,SC2154 # what lib.sh has
# lib-browser - instances that a browser can reach, and scenarios in one.
#
# A browser does not speak to Unix-domain sockets, so nginx listens on a port of
# 127.0.0.1 too.  The scenarios are in t/client, over t/client/browser.py.

# nj_start_for_browsers [key=value…]: nj_start, with a port; sets NJ_URL, and
# NJ_OTHER_URL, which is the same server but another origin.
nj_start_for_browsers() {
	local port
	nj_files "$@"
	port=$(/usr/bin/python3 -c '
import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
	sed -i "s|^\t\tlisten |\t\tlisten 127.0.0.1:$port;\n&|" \
	    "$T/nginx/nginx.conf"
	export NJ_URL=http://127.0.0.1:$port NJ_OTHER_URL=http://localhost:$port
	nj_start_fcgi && nj_start_push && nj_start_nginx
	nj_running=1
	nj_wait_ready || nj_bail "the instance does not become ready"
}

# drive NAME [WORD…]: like tap, for a scenario that may ask for something to be
# done to the instance: a line "do COMMAND…" is carried out, and answered.
drive() {
	local line rc=1 in out driven
	coproc DRIVEN { client "$@" 2>&1; echo "rc $?"; }
	driven=$DRIVEN_PID
	exec {in}>&"${DRIVEN[1]}" {out}<&"${DRIVEN[0]}"
	while IFS= read -r line <&"$out"; do
		case $line in
		'ok - '*)	nj_report 0 "${line#ok - }" ;;
		'not ok - '*)	nj_report 1 "${line#not ok - }" ;;
		'rc '*)		rc=${line#rc } ;;
		'do '*)		${line#do } </dev/null >&2; echo "done $?" >&"$in" ;;
		*)		echo "# $line" ;;
		esac
	done
	exec {in}>&- {out}<&-
	wait "$driven" 2>/dev/null
	is "$rc" 0 "$1 ran to its end"
}
