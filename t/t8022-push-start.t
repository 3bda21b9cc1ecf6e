#!/bin/bash
# How push starts, what keeps it from starting, and how it ends.
. "${0%/*}/lib.sh"

push=$NJ_BUILD/natterjack-push

# fails STATUS PATTERN TEXT ARGUMENT…: push ends at once and says why in one line.
fails() {
	local status=$1 pattern=$2 text=$3 said rc
	shift 3
	said=$(timeout 20 "$push" "$@" 2>&1 </dev/null)
	rc=$?
	is "$rc" "$status" "$text: exit status $status"
	like "$said" "$pattern" "$text: says why"
	is "$(wc -l <<<"$said")" 1 "$text: in one line"
}

is "$("$push" -V)" "natterjack $(sed -n 's/^PACKAGE_VERSION = //p' \
    "$NJ_BUILD/Makefile")" "-V is the version"
like "$("$push" -h)" '^usage: natterjack-push ' "-h is the usage"
"$push" -x >/dev/null 2>&1
is $? 64 "an unknown option: exit status 64"
"$push" word >/dev/null 2>&1
is $? 64 "a word too many: exit status 64"

fails 78 'natterjack-push: .*no-such-file' "no configuration" \
    -c "$T/no-such-file"
echo "run.dri = /tmp" >"$T/bad.conf"
fails 78 'natterjack-push: .*run.dri' "an unknown setting" -c "$T/bad.conf"
nj_conf auth.secret=short
fails 78 'natterjack-push: .*32' "a short secret" -c "$T/natterjack.conf"
nj_conf run.log_level=loud
fails 78 'natterjack-push: .*loud' "an unknown level" -c "$T/natterjack.conf"
nj_conf run.dir="$T/nowhere"
fails 1 'natterjack-push: .*nowhere' "no folder for the sockets" \
    -c "$T/natterjack.conf"

# The database comes later than push.
mkdir -p "$T/run" "$T/log" "$T/data"
nj_conf push.look_ms=50
nj_start_push
wait_for 10 test -S "$T/run/hint.sock" || nj_bail "push does not start"
fails 1 'natterjack-push: .*push.sock' "a second one beside it" \
    -c "$T/natterjack.conf"
NJ_SOCK=$T/run/push.sock
token=x.y.z
api GET /v1/events
problem 503 storage_failed "without a database"
is "$(header retry-after)" 1 "come again"
is "$(grep -c 'waiting for the database' "$T/log/push.log")" 1 \
    "it says once that it waits for the database"
"$NJ_BUILD/natterjack" -c "$T/natterjack.conf" migrate >"$T/log/setup.log" 2>&1
wait_for 10 grep -q 'reading the log' "$T/log/push.log"
is $? 0 "the database has come: push uses it"
api GET /v1/events
problem 401 bad_token "and answers"
nj_end push TERM
ok "its sockets are gone" test ! -e "$T/run/push.sock" -a ! -e "$T/run/hint.sock"

# A database with another schema.
sql 'PRAGMA user_version = 999'
mv "$T/log/push.log" "$T/log/push-before.log"
nj_start_push
wait_for 10 test -S "$T/run/hint.sock" || nj_bail "push does not start"
api GET /v1/events
problem 503 storage_failed "a database that push does not know"
is "$(grep -c 'has schema 999' "$T/log/push.log")" 1 "it says so once"
nj_end push INT

# Few descriptors.
said=$(ulimit -n 80 && timeout 20 "$push" -c "$T/natterjack.conf" 2>&1)
like "$said" 'natterjack-push: .*descriptors' "too few descriptors: says so"

# The end, with everybody there.
rm -rf "$T/data"
NJ_SOCK=$T/run/nginx.sock
nj_start push.close_ms=$((1500 * NJ_SLOW))
tap client farewell "${pid[push]}"
# Who is impatient says it more often, to a program that is ending already.
for n in {1..20}; do
	: >"$T/log/push.log"
	nj_start_push
	wait_for 10 grep -q 'ready at' "$T/log/push.log" ||
	    nj_bail "push does not start"
	while kill -TERM "${pid[push]}" 2>/dev/null; do
		:
	done
	wait "${pid[push]}"
	echo $?
done >"$T/tmp/ends"
unset 'pid[push]'
is "$(sort "$T/tmp/ends" | uniq -c | xargs)" "20 0" "SIGTERM over and over"
nj_done
