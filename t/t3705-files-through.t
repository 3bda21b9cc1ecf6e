#!/bin/bash
# Files where nginx runs as another account, as on a server: what it writes is
# for itself alone, so bodies come through the worker.
. "${0%/*}/lib-files.sh"

# start [key=value…]: with the upload.conf that is installed.
start() {
	nj_files "$@"
	cp "$NJ_SRC/nginx/upload.conf" "$T/nginx/natterjack/upload.conf"
	nj_start_fcgi && nj_start_push && nj_start_nginx
	nj_running=1
	nj_wait_ready || nj_bail "the instance does not become ready"
}
none_incoming() { [ "$(incoming)" = 0 ]; }

nj_expect_deaths=1
umask 077
start
register ann
png=$T/tmp/frog.png
make_png "$png" 1000
make_png "$T/tmp/big" 3000000

for bytes in "$png" "$T/tmp/big"; do
	upload "$bytes" image/png
	answered 201 "an upload"
	has .type image/png "is what it is"
	api GET "/v1/files/$file"
	ok "and comes back" cmp -s "$bytes" "$T/tmp/body"
	form "$bytes"
	answered 201 "a form"
	api GET "/v1/files/$file"
	ok "comes back, too" cmp -s "$bytes" "$T/tmp/body"
	upload "$bytes" image/png -H 'Transfer-Encoding: chunked'
	answered 201 "an upload that does not say how long it is"
	has .size "$(wc -c <"$bytes")" "is as long as it is"
done
is "$(stored) $(incoming)" "6 0" "all are in place"
is "$(find "$dir/" -mindepth 2 -type f ! -perm 640)$(find "$dir/" -type d \
    -path '*/[0-9a-f][0-9a-f]' ! -perm 750)" "" \
    "nginx reads them as one of the group, whatever the umask is"
head -c 10485761 /dev/zero >"$T/tmp/more"
upload "$T/tmp/more" image/png
problem 413 too_large "10 MiB and a byte"
upload "$T/tmp/more" image/png -H 'Transfer-Encoding: chunked'
problem 413 too_large "without a length, too"
# What the worker does not even read is refused in the same words.
head -c 11000000 /dev/zero >"$T/tmp/more"
upload "$T/tmp/more" image/png
problem 413 too_large "more than a form could have around a file"
has .field file "and what it is that is too large"
for chunked in '' 'Transfer-Encoding: chunked'; do
	api POST /api/upload-file -F "file=@$T/tmp/more" -H "$chunked"
	is "$status $body" '400 {"detail":"File size must be less than 10MB"}' \
	    "and in those of a dialect"
done
api POST /v1/files
problem 422 missing_field "nothing"
token=
upload "$T/tmp/big" image/png
problem 401 no_token "nobody"
as ann
ok "of what is refused nothing is left" none_incoming
is "$(stored)" 6 "nor a file"

# A worker dies, and its body is swept.
nj_stop
export NATTERJACK_CRASH_AT=after-lock:3
start pool.workers=1 pool.throttle_ms=1 pool.throttle_max_ms=10
unset NATTERJACK_CRASH_AT
room public one
room public two
form "$T/tmp/big"
problem 502 no_answer "the worker dies"
is "$(incoming)" 1 "its body is left"
nj_stop
start files.orphan_s=2 pool.request_s=2 database.checkpoint_ms=10
ok "until it is swept" wait_for 20 none_incoming
nj_done
