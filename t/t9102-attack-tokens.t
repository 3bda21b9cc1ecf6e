#!/bin/bash
# Each known attack on a JWT, at each door where one can be shown: requests of v1
# and of the dialects, long-polls, and sockets.
. "${0%/*}/lib.sh"

nj_start auth.skew_s=30
tap client forge attacks
is "$(grep -v '"GET /health ' "$T/log/access.log" | grep -c '" 5[0-9][0-9] ')" 0 \
    "no attack was a fault"
nj_done
