#!/bin/bash
# How the programs refuse to start: one clear line, and the exit status says
# what kind of mistake it is.
. "${0%/*}/lib.sh"

# says STATUS PATTERN TEXT COMMAND…
says() {
	local want=$1 pattern=$2 text=$3
	shift 3
	timeout $((20 * NJ_SLOW)) "$@" >"$T/tmp/out" 2>&1 </dev/null
	is $? "$want" "$text: exit status $want"
	# What was logged before counts for nothing.
	sed -i '/^20[0-9-]*T[0-9:.]*Z /d' "$T/tmp/out"
	is "$(wc -l <"$T/tmp/out")" 1 "$text: one line" || diag "$(<"$T/tmp/out")"
	like "$(<"$T/tmp/out")" "$pattern" "$text: which says why"
}

conf=$T/natterjack.conf
mkdir -p "$T/data" "$T/run" "$T/log"
nj_conf
"$NJ_BUILD/natterjack" -c "$conf" migrate >/dev/null 2>&1

for name in natterjack-fcgi natterjack-push; do
	program=$NJ_BUILD/$name
	for wrong in "-c $conf more" -Z; do
		# shellcheck disable=SC2086 # two words
		"$program" $wrong >"$T/tmp/out" 2>&1
		is $? 64 "$name $wrong: exit status 64"
		like "$(<"$T/tmp/out")" "usage: $name" "$name $wrong: the usage"
	done
	says 78 "^$name: .*nowhere" "$name without its configuration" \
	    "$program" -c "$T/nowhere"
	nj_conf no.such_key=1
	says 78 "^$name: .*no\.such_key" "$name, an unknown setting" \
	    "$program" -c "$conf"
	nj_conf pool.workers=many
	says 78 "^$name: .*pool\.workers" "$name, a word for a number" \
	    "$program" -c "$conf"
	nj_conf push.out_max=1
	says 78 "^$name: .*push\.out_max" "$name, a number out of bounds" \
	    "$program" -c "$conf"
	nj_conf auth.secret=short
	says 78 "^$name: .*secret.*32" "$name with a short secret" \
	    "$program" -c "$conf"
	nj_conf auth.secret=
	says 78 "^$name: .*secret" "$name without a secret" "$program" -c "$conf"
	nj_conf run.dir="$T/no/such/folder"
	says 1 "^$name: .*$T/no/such/folder" "$name without its folder" \
	    "$program" -c "$conf"
	nj_conf run.dir="$T/$(printf 'x%.0s' {1..80})"
	says 78 "^$name: .*run" "$name, a path too long for a socket" \
	    "$program" -c "$conf"
done

# The master opens no database, but does not start without it.  Push waits for
# it, and health says so meanwhile.
name=natterjack-fcgi
program=$NJ_BUILD/$name
nj_conf database.path="$T/data/broken.db"
head -c 100000 /dev/urandom >"$T/data/broken.db"
says 1 "^$name: .*broken\.db" "$name, a file that is no database" \
    "$program" -c "$conf"
nj_conf database.path="$T/no/such/folder/x.db"
says 1 "^$name: .*$T/no/such/folder" "$name, no folder for the database" \
    "$program" -c "$conf"
rm -f "$T/data/newer.db"
sqlite3 "$T/data/newer.db" 'PRAGMA journal_mode = WAL;
    CREATE TABLE x (y); PRAGMA user_version = 9999' >/dev/null
nj_conf database.path="$T/data/newer.db"
says 1 "^$name: .*newer" "$name, a database of a newer program" \
    "$program" -c "$conf"

# Two of one kind at the same sockets.
nj_start
for name in natterjack-fcgi natterjack-push; do
	says 1 "^$name: .*$T/run" "a second $name" \
	    "$NJ_BUILD/$name" -c "$conf"
done
ok "the first ones have not noticed" nj_is_ready

# The environment is configuration too.
nj_stop
nj_files auth.secret=
SECRET_KEY=fedcba9876543210fedcba9876543210
ACCESS_TOKEN_EXPIRE_MINUTES=7
NATTERJACK_MESSAGE_TEXT_MAX=5
DATABASE_URL=sqlite:///$T/data/other.db
export SECRET_KEY ACCESS_TOKEN_EXPIRE_MINUTES NATTERJACK_MESSAGE_TEXT_MAX DATABASE_URL
"$NJ_BUILD/natterjack" -c "$conf" migrate >/dev/null 2>&1
nj_start_fcgi
nj_start_push
nj_start_nginx
nj_running=1
ok "a secret from the environment is enough" nj_wait_ready
register ann
has .expires_in 420 "the life of tokens comes from the environment"
room private Pond
api POST "/v1/rooms/$room/messages" '{"text":"123456"}'
problem 422 too_long "so does any setting"
is "$(sqlite3 "$T/data/other.db" 'SELECT count(*) FROM account')" 1 \
    "and the place of the database"
nj_done
