#!/bin/bash
# Every route of every dialect, asked by whoever may and whoever may not; and to
# who is not in it a private room is not there.
. "${0%/*}/lib.sh"

nj_start
tap client access everything
for table in "$NJ_SRC"/t/access/*.txt; do
	dialect=$(basename "$table" .txt)
	for what in routes statuses nothing; do
		tap client access $what "$dialect"
	done
done
tap client access upcalls
is "$(grep 'in the main pool' "$T/log/fcgi.log")" "" \
    "and what hashes a password went to the pool for that"
is "$(grep -v '"GET /health ' "$T/log/access.log" | grep '" 5[0-9][0-9] ')" "" \
    "nothing was a fault"
nj_done
