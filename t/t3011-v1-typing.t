#!/bin/bash
# v1: typing - it passes, and is nowhere afterwards.
. "${0%/*}/lib.sh"

nj_start
for name in ann bob; do
	register $name
done
as ann
room private Pond bob
tap client typists "$room" "${tokens[ann]}" "${tokens[bob]}"
as ann
api POST "/v1/rooms/$room/typing" '{"on":true}'
answered 204 "typing"
api POST "/v1/rooms/$room/typing" '{}'
like "$status" '^(204|422)$' "without saying what"
api POST "/v1/rooms/$room/typing" '{"on":"yes"}'
problem 422 wrong_type "a text for a truth"
is "$(sql "SELECT count(*) FROM event WHERE kind >= 100")" 0 \
    "nothing of it is in the log"
nj_done
