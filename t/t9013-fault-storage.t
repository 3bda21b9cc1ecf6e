#!/bin/bash
# A reader that never ends, so that the write-ahead log grows; and a page of the
# database that is damaged.  Each is said in the log and by /health, what cannot
# be done is a 503 for later, and all goes on when the cause is gone.
. "${0%/*}/lib.sh"

nj_start database.checkpoint_ms=10 database.checkpoint_pages=100 \
    database.log_pages_max=1000
register ann
room private r

say() {
	api POST "/v1/rooms/$room/messages" "{\"text\": \"$1\", \"key\": \"$1\"}"
}

ill() {
	token='' api GET /health
	is "$status $(get .status) $(get .database)" "503 unhealthy $1" "$2"
}

is_well() {
	[ "$(curl -s --unix-socket "$NJ_SOCK" -o /dev/null -w '%{http_code}' \
	    http://natterjack/health)" = 200 ]
}

said() {
	grep -qE -- "$1" "$T/log/fcgi.log"
}

# ---- somebody reads without end

coproc READER { sqlite3 -batch "$T/data/natterjack.db" 2>&1; }
reader=$READER_PID
printf '%s\n' 'BEGIN;' 'SELECT count(*) FROM message;' >&"${READER[1]}"
read -r line <&"${READER[0]}"
is "$line" 0 "somebody reads, and does not end it"
n=0
can_write() {
	say "$((n += 1))"
	[ "$status" = 201 ]
}
while can_write && [ $n -lt 2000 ]; do :; done
problem 503 log_too_long "after $n messages nobody can write"
isnt "$(header retry-after)" "" "the client is told to come back"
ill "The server waits for a program that reads its database without end." \
    "/health names it"
ok "the log has said so before" said \
    'warn the write-ahead log of .* cannot be emptied: some program reads'
api GET "/v1/rooms/$room/messages?limit=1"
is "$(get '.items[0].text')" "$((n - 1))" "one can read"
printf '%s\n' 'COMMIT;' .quit >&"${READER[1]}"
wait "$reader"
ok "the reader ends: all goes on by itself" wait_for 20 is_well
say "$n"
answered 201 "one can write"
ok "and the log says so" wait_for 20 said 'the write-ahead log is short again'
is "$(sql 'SELECT count(*) FROM message')" "$n" "each message is there once"

# ---- a page is damaged

api PUT "/v1/messages/$(get .id)/reactions/x"
answered 204 "a reaction"
nj_stop
page=$(sql "SELECT rootpage FROM sqlite_schema WHERE name = 'reaction'")
size=$(sql 'PRAGMA page_size')
page_io() {	# if=… of=… [dd's words…]
	dd bs="$size" count=1 conv=notrunc status=none "$@"
}
page_io if="$T/data/natterjack.db" of="$T/tmp/page" skip=$((page - 1))
head -c "$size" /dev/urandom | tr '\0' '\1' >"$T/tmp/damage"
page_io if="$T/tmp/damage" of="$T/data/natterjack.db" seek=$((page - 1))
nj_start database.checkpoint_ms=10 database.checkpoint_pages=100
as ann
api GET "/v1/rooms/$room/messages?limit=1"
problem 503 storage_damaged "what is on the page cannot be read"
isnt "$(header retry-after)" "" "the client is told to come back"
ill "The server's database is damaged." "/health names it"
ok "so does the log" said 'error .*the database .* is damaged'
api GET /v1/me
answered 200 "what is elsewhere can be read"
say elsewhere
answered 201 "and written"
page_io if="$T/tmp/page" of="$T/data/natterjack.db" seek=$((page - 1))
say mended
answered 201 "the page is put back"
api GET "/v1/rooms/$room/messages?limit=3"
is "$(get '.items[2].reactions | length')" 1 "it is read again"
is "$(sql 'PRAGMA integrity_check')" ok "the database is sound"
nj_done
