#!/bin/bash
# The pools start, or say in one line why not.
. "${0%/*}/lib-pool.sh"

fcgi=$NJ_BUILD/natterjack-fcgi

# fails STATUS PATTERN TEXT COMMAND…: it ends with that status and one line.
fails() {
	local want=$1 pattern=$2 text=$3 out rc
	shift 3
	out=$(cd "$T" && timeout $((20 * NJ_SLOW)) "$@" 2>&1 </dev/null)
	rc=$?
	is "$rc $(wc -l <<<"$out")" "$want 1" "$text: status $want, one line"
	like "$out" "^natterjack-fcgi: $pattern" "$text: what it says" ||
	    diag "$out"
}

# fails_to_start STATUS PATTERN TEXT [key=value…]
fails_to_start() {
	local want=$1 pattern=$2 text=$3
	shift 3
	nj_conf "$@"
	fails "$want" "$pattern" "$text" "$fcgi" -c "$T/natterjack.conf"
}

# ---- options

like "$("$fcgi" -h)" '^usage: natterjack-fcgi' "-h is help"
like "$("$fcgi" -V)" '^natterjack [0-9]' "-V is the version"

# ---- a configuration that is not usable

fails_to_start 78 '.*secret' "no secret" auth.secret=
fails_to_start 78 '.*secret' "a secret of 31 bytes" \
    auth.secret=0123456789abcdef0123456789abcde
fails_to_start 78 '.*run.log_level' "an unknown level" run.log_level=loud

# ---- sockets

fails_to_start 1 '.*/none.*No such file' "no folder for the sockets" \
    "run.dir=$T/none"
touch "$fcgi_sock"
fails_to_start 1 '.*fcgi.sock.*not a socket' "a file in the way"
ok "and the file is still there" test -f "$fcgi_sock"
rm -f "$fcgi_sock"
mkdir "$T/closed"
chmod 500 "$T/closed"
if [ ! -w "$T/closed" ]; then
	fails_to_start 1 '.*closed.*Permission denied' \
	    "a folder that is not ours" "run.dir=$T/closed"
fi

# ---- databases

fails_to_start 1 '.*database.*/none/' "no folder for the database" \
    "database.path=$T/none/x.db"
head -c 8192 /dev/urandom >"$T/data/noise.db"
fails_to_start 1 '.*noise.db.*not a database' "a database that is none" \
    "database.path=$T/data/noise.db"
is "$(find "$T/run" -type s)" "" "no socket is left"
sqlite3 "$T/data/newer.db" 'PRAGMA user_version = 9999; CREATE TABLE t (x)'
fails_to_start 1 '.*newer.db.*schema 9999.*newer' "a newer schema" \
    "database.path=$T/data/newer.db"
sqlite3 "$T/data/closed.db" 'CREATE TABLE t (x)'
chmod 400 "$T/data/closed.db"
if [ ! -w "$T/data/closed.db" ]; then
	fails_to_start 1 '.*closed.db' "a database that may not be written" \
	    "database.path=$T/data/closed.db"
fi

# ---- it starts

pool_start pool.workers=3 pool.auth_workers=2
ok "the database is there" test -s "$T/data/natterjack.db"
is "$(stat -c %a "$fcgi_sock" "$auth_sock" | xargs)" "660 660" \
    "the sockets are for owner and group"
is "$(nj_workers keeper | wc -l) $(nj_workers main | wc -l) $(nj_workers auth | wc -l)" \
    "1 3 2" "a keeper and two pools"
ask GET /nowhere
is "$status" 404 "a worker answers"

# ---- a second one

fails 1 'another program is listening at .*fcgi.sock' \
    "a second one on the same sockets" "$fcgi" -c "$T/natterjack.conf"
ask GET /nowhere
is "$status" 404 "the first goes on"
nj_stop
is "$(find "$T/run" -type s)" "" "no socket is left"

# ---- after a kill

pool_start
old=$(nj_processes)
kill -9 "${pid[fcgi]}"
wait "${pid[fcgi]}" 2>/dev/null
# shellcheck disable=SC2086 # a list of numbers
ok "the children end with their master" wait_for 20 gone $old
ok "its sockets are left" test -S "$fcgi_sock" -a -S "$auth_sock"
pool_start
ask GET /nowhere
is "$status" 404 "the next one replaces them"
nj_done
