# shellcheck shell=bash disable=SC2034,SC2154 # what lib.sh has
# lib-sio - scenarios with the libraries that clients of Socket.IO really use.
#
# They are in t/client/sio.js; what they need of npm is fetched by `make
# check-tools`, and a test says so when it is missing.
. "${BASH_SOURCE[0]%/*}/lib-browser.sh"

if [ ! -f "$NJ_BUILD/t/npm/node_modules/lock" ]; then
	echo "1..0 # SKIP no socket.io-client: make check-tools fetches it from npm"
	nj_finished=1
	exit 0
fi

# sio SCENARIO [WORD…]: like drive, in Node.
sio() {
	drive sio "$@"
}

client() {
	local name=$1
	shift
	case $name in
	sio)	node "$NJ_SRC/t/client/sio.js" "$@" ;;
	*)	/usr/bin/python3 "$NJ_SRC/t/client/$name.py" "$@" ;;
	esac
}

# Push dies of it, or ends well, and comes back.
kill_push() {
	kill -9 "${pid[push]}"
	wait "${pid[push]}" 2>/dev/null
	[ $? = 137 ]
}

end_push() {
	kill "${pid[push]}"
	wait "${pid[push]}"
}

start_push() {
	nj_start_push
	wait_for 20 nj_is_ready
}

# Nothing is left of the log.
cut_log() {
	sql "UPDATE meta SET value = (SELECT max(seq) FROM event)
	    WHERE key = 'log_floor'; DELETE FROM event"
}

# hex24 ID: as the dialect chatroom knows it.
hex24() {
	printf '%024x' "$1"
}
