#!/bin/bash
# The judge of the chaos (t/client/judge.py) finds what is wrong, whatever it is,
# and nothing where nothing is.
. "${0%/*}/lib.sh"

mkdir "$T/records"
client verdicts "$T/records" || nj_bail "there are no records"

# judged NAME: what speaks against this record, and what does not hold.
judged() {
	client judge "$T/records/$1" 2>&1 | sed -n '/^ok - /!p'
	rm "$T/records/$1"
}

# finds NAME LINE…: the lines that a judge has to say.
finds() {
	local name=$1
	shift
	is "$(judged "$name")" "$(printf '%s\n' "$@")" "${name//_/ }"
}

reader() {	# NAME MESSAGES [RECONNECTS]
	echo "not ok - $1: $2 messages, each once, in order; ${3-1} reconnects"
}

isnt "$(client judge "$T/records/clean" | grep -c '^ok - ')" 0 "there is a lot"
is "$(judged clean)" "" "of which nothing is wrong in a clean record"

finds lost "not ok - each of 12 acknowledged messages is there" \
    "  lost: realtime request.1"
finds lost_by_one "$(reader 'v1 sse' 23)" "  lost: v1 WebSocket.2"
finds lost_in_the_gap "$(reader 'rooms WebSocket' 23)" \
    "  lost: chatapp WebSocket.1"
finds lost_at_first "$(reader 'chatroom history' 9 0)" \
    "  lost: messaging request.1"
finds cut_short "$(reader 'v1 poll' 23)" "  lost: the end"

finds doubled "not ok - of 21 others, each is there once or not at all: 12 are" \
    "  twice: messaging request.1"
finds doubled_by_one "$(reader 'chatroom Socket.IO websocket' 25)" \
    "  twice: begin"
finds doubled_live "$(reader 'chatapp WebSocket' 24)" "  twice: v1 request.1"

finds out_of_order "$(reader 'chatroom Socket.IO polling' 24)" \
    "  out of order: chatapp WebSocket.1 after realtime request.1"
finds out_of_order_live "$(reader 'realtime WebSocket' 24)" \
    "  out of order: chatroom Socket.IO websocket.2 after the end"

finds overtaken \
    "not ok - none is there before what was acknowledged before it" \
    "  out of order: v1 request.1 after v1 request.2"

finds invented "$(reader 'messaging history' 25)" "  nobody sent: hello"
finds invented_in_the_log "not ok - there is nothing that nobody sent" \
    "  nobody sent: hello"
finds undone "$(reader 'v1 ws' 25)" "  not in the log: chatroom request.3"

finds retry_doubled "not ok - none of 6 with a key is doubled by a retry" \
    "  retry doubled: v1 WebSocket.2"
finds retry_renamed "not ok - none of 6 with a key is doubled by a retry" \
    "  retry told another id: v1 request.2"
finds renamed "not ok - each has the id that was told" \
    "  another id: v1 request.1"

finds not_fair \
    "not ok - each of 7 failures was one that a client can understand" \
    "  v1 request was told 500 b'oops'"
finds not_sent "not ok - there is something by each of 11 ways to send" \
    "  nothing by chatroom Socket.IO polling"
finds not_read "not ok - each of 15 ways to read was used" \
    "  nobody by chatapp WebSocket"
is "$(ls "$T/records")" "" "there was nothing else to find"
nj_done
