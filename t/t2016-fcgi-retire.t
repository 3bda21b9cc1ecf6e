#!/bin/bash
# A worker that has served its share is replaced, and no request notices.
. "${0%/*}/lib-pool.sh"

pool_start pool.workers=3 pool.requests=50
first=$(nj_workers main)
ok "there is load" flood_start 6
ok "it goes on" flood_more 2000
# shellcheck disable=SC2086 # a list of numbers
ok "none of the first workers is left" wait_for 20 gone $first
flood_end
is "$failures" 0 "no request has failed"
ok "the pool is whole" wait_for 20 pool_size main 3
least=$(sed -n 's/.* pool main left after \([0-9]*\) requests.*/\1/p' \
    "$T/log/fcgi.log" | sort -n | head -n 1)
ok "none has left before its share was served ($least)" test "$least" -ge 50
ok "and others after them" test "$(times 'of pool main left after')" -ge 3
is "$(times ' error | warn ')" 0 "in good order"
nj_done
