#!/bin/bash
# A cursor that the log does not know is answered with a reset.
. "${0%/*}/lib.sh"

nj_start
for transport in poll sse ws; do
	tap client reset "$transport" "$T/data/natterjack.db"
done

# The same when events have grown too old: log.keep_days.
nj_stop
old=$(sql "SELECT max(seq) - 5 FROM event")
sql "UPDATE event SET at = at - 2 * 86400000 WHERE seq <= $old"
nj_start log.keep_days=1
pruned() {
	[ "$(sql "SELECT value FROM meta WHERE key = 'log_floor'")" = "$old" ]
}
ok "old events leave the log" wait_for 10 pruned
is "$(sql "SELECT count(*) FROM event WHERE seq <= $old")" 0 "all of them"
isnt "$(sql "SELECT count(*) FROM message WHERE id <= $old")" 0 \
    "but the messages stay"
register ann
api GET "/v1/events?since=$((old - 1))&wait=0"
is "$(get '.events[0] | "\(.kind) \(.since) \(.oldest)"')" \
    "reset $((old - 1)) $old" "who comes from before them is told to reload"
is "$(get '.events | length')" 1 "and nothing else"
head=$(get .next)
is "$head" "$(sql "SELECT max(seq) FROM event")" "to go on from the head"
api GET "/v1/events?since=$old&wait=0"
isnt "$(get '.events[0].kind')" reset "the oldest cursor is still good"
nj_done
