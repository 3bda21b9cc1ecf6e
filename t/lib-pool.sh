# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # shared with the tests
# lib-pool - for tests of the worker pools alone: natterjack-fcgi without nginx
# and push, asked over its own sockets by t/client/fcgi.py.
. "${BASH_SOURCE[0]%/*}/lib.sh"

fcgi_sock=$T/run/fcgi.sock
auth_sock=$T/run/auth.sock
mkdir "$T/data" "$T/run" "$T/log"
: >"$T/log/nginx.log"

# pool_start [key=value…]: start it and wait until it is ready.
pool_start() {
	nj_conf "$@"
	: >"$T/log/fcgi.log"
	nj_start_fcgi
	nj_running=1
	wait_for 20 said 'info ready: ' || nj_bail "the pools do not start"
}

# said PATTERN: the log says so.
said() {
	grep -qE -- "$1" "$T/log/fcgi.log"
}

# says TEXT PATTERN: it will, soon.
says() {
	ok "$1" wait_for 20 said "$2"
}

# times PATTERN: how often the log says so.
times() {
	grep -cE -- "$1" "$T/log/fcgi.log"
}

# ask METHOD URI [NAME=VALUE…]: one request without a body to the main pool.
# Sets $answer, and $status as "404" or "lost".
ask() {
	send /dev/null "$@"
}

# send FILE METHOD URI [NAME=VALUE…]: one with a body.
send() {
	local body=$1
	shift
	answer=$(client fcgi ask "$fcgi_sock" "$@" <"$body" | tr -d '\r\0')
	status=$(sed -n '1s/^Status: \([0-9]*\).*/\1/p' <<<"$answer")
	status=${status:-$answer}
}

# field NAME: a header of the last answer.
field() {
	sed -n "/^\$/q;s/^$1: //Ip" <<<"$answer"
}

# code: the stable code in the last answer.
code() {
	sed '1,/^$/d' <<<"$answer" | jq -r .code
}

# refuses STATUS CODE TEXT: the last answer is this refusal.
refuses() {
	is "$status $(code)" "$1 $2" "$3"
}

# hold [NAME=VALUE…]: a request that a worker is at until it is let go.
hold() {
	coproc HOLD { client fcgi hold "$fcgi_sock" POST /nowhere "$@" 2>&1; }
	exec {hold_in}>&"${HOLD[1]}" {hold_out}<&"${HOLD[0]}"
	hold_pid=$HOLD_PID
	held
}

# mute: a connection that says nothing.
mute() {
	coproc HOLD { client fcgi mute "$fcgi_sock" 2>&1; }
	exec {hold_in}>&"${HOLD[1]}" {hold_out}<&"${HOLD[0]}"
	hold_pid=$HOLD_PID
	held
}

held() {
	local line
	read -r line <&"$hold_out" || nj_bail "no connection to the pool"
}

# let_go: its other half, and what comes of it in $released: "Status: …" or
# "lost".
let_go() {
	released=
	echo go >&"$hold_in"
	read -r released <&"$hold_out"
	exec {hold_in}>&- {hold_out}<&-
	wait "$hold_pid" 2>/dev/null
}

# flood_start N: N clients ask without end; flood_more N: until N more requests
# were answered; flood_end: sets $failures.
flood_start() {
	coproc FLOOD { client fcgi flood "$fcgi_sock" "$1" 2>>"$T/log/flood.log"; }
	exec {flood_in}>&"${FLOOD[1]}" {flood_out}<&"${FLOOD[0]}"
	flood_more 50
}

flood_more() {
	local line
	echo "more $1" >&"$flood_in"
	read -r line <&"$flood_out" && [ "$line" = more ]
}

flood_end() {
	failures=
	echo end >&"$flood_in"
	read -r failures <&"$flood_out"
	exec {flood_in}>&- {flood_out}<&-
}

# pool_size main|auth|keeper N: that many processes are there.
pool_size() {
	[ "$(nj_workers "$1" | wc -l)" = "$2" ]
}

# gone PID…: none of them is there any more.
gone() {
	local p
	for p in "$@"; do
		[ ! -d "/proc/$p" ] || return 1
	done
}
