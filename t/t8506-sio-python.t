#!/bin/bash
# python-socketio is a client, too.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-browser.sh"

if ! /usr/bin/python3 -c 'import socketio, requests, websocket' 2>/dev/null; then
	echo "1..0 # SKIP no python3-socketio"
	nj_finished=1
	exit 0
fi
nj_start_for_browsers
tap client sio_python
nj_done
