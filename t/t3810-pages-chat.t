#!/bin/bash
# /test: two people talk to each other in two browsers, and stay together when
# the programs behind it die and come back.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-browser.sh"

kill_push() {
	kill -9 "${pid[push]}"
	wait "${pid[push]}" 2>/dev/null
	unset 'pid[push]'
}

# All of it, so that a request finds nobody.
kill_fcgi() {
	pkill -9 -P "${pid[fcgi]}"
	kill -9 "${pid[fcgi]}"
	wait "${pid[fcgi]}" 2>/dev/null
	unset 'pid[fcgi]'
}

# What is older than the newest event has left the log.
forget_log() {
	sql "DELETE FROM event WHERE seq < (SELECT max(seq) FROM event);
	    UPDATE meta SET value = (SELECT max(seq) - 1 FROM event)
	    WHERE key = 'log_floor'"
}

nj_expect_deaths=1
nj_start_for_browsers
drive chat
nj_done
