#!/bin/bash
# Files: uploads that end too early, workers that die in the middle, a full disk,
# and what is swept away afterwards.
. "${0%/*}/lib-files.sh"

nj_expect_deaths=1
nj_start pool.workers=1
register ann
png=$T/tmp/frog.png
make_png "$png" 1000
make_png "$T/tmp/big" 3000000

# broken BYTES: begin an upload, and go away after so many bytes of its body;
# nginx has written them by then.
broken() {
	/usr/bin/python3 - "$NJ_SOCK" "$token" "$1" "$dir/incoming" <<'EOS'
import os, socket, sys, time

path, token, count, folder = sys.argv[1:]
s = socket.socket(socket.AF_UNIX)
s.connect(path)
s.sendall(("POST /v1/files HTTP/1.1\r\nHost: natterjack\r\n"
           "Authorization: Bearer %s\r\nContent-Type: image/png\r\n"
           "Content-Length: 3000000\r\n\r\n" % token).encode())
s.sendall(b"\x89" * int(count))
end = time.monotonic() + 20
while not os.listdir(folder) and time.monotonic() < end:
    time.sleep(0.01)
print(len(os.listdir(folder)))
EOS
}
is "$(broken 1000000)" 1 "an upload has begun"
none_incoming() { [ "$(incoming)" = 0 ]; }
ok "its sender has gone: what was there is removed" wait_for 10 none_incoming
nothing_left "an upload that was broken off"

# A worker that dies before the row is written, or before it is sure.
nj_stop
while read -r step kind; do
	# The keeper writes twice, at its start and its end.
	export NATTERJACK_CRASH_AT=$step:3
	nj_start pool.workers=1 pool.throttle_ms=1 pool.throttle_max_ms=10
	unset NATTERJACK_CRASH_AT
	room public one
	room public two
	if [ "$kind" = form ]; then
		form "$png"
	else
		upload "$png" image/png
	fi
	problem 502 no_answer "$kind: the worker dies $step"
	ok "$kind, $step: no body is left" wait_for 10 none_incoming
	nj_stop
done <<'STEPS'
after-lock raw
after-lock form
after-begin raw
after-commit form
before-sync raw
STEPS
lost=$(stored)
ok "bytes without a message are there: $lost" test "$lost" -gt 2
# And as from an nginx that was killed, or a worker that was, with a body.
head -c 1000 /dev/zero >"$dir/incoming/0000000001"
touch -d '1 hour ago' "$dir/incoming/0000000001"
find "$dir" -type f -exec touch -d '1 hour ago' {} +

# All of that is swept, and nothing else.
nj_start files.orphan_s=1000
upload "$png" image/png
answered 201 "one that is young"
young=$file
nj_stop
nj_start files.orphan_s=2 pool.request_s=2 database.checkpoint_ms=10
room private Pond
upload "$png" image/png
api POST "/v1/rooms/$room/messages" "{\"files\":[\"$file\"]}"
answered 201 "one that is posted"
swept() { [ "$(stored) $(incoming) $(sql 'SELECT count(*) FROM file')" = "1 0 1" ]; }
ok "what nobody needs is swept" wait_for 30 swept ||
    diag "$(stored) $(incoming) $(sql 'SELECT count(*) FROM file')"
api GET "/v1/files/$young"
problem 404 not_found "what was not posted in time is gone"
api GET "/v1/files/$file"
answered 200 "what was posted stays"
ok "whole" cmp -s "$png" "$T/tmp/body"
like "$(grep -h 'files that nobody needs' "$T/log/fcgi.log")" removed \
    "the log says so"
nj_stop
nj_done
