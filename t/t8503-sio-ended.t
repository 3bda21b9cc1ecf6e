#!/bin/bash
# What the server ends: a session that is logged out, one whose client does not
# connect to a namespace, one that does not answer pings; and it ends nobody else.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-sio.sh"

nj_start_for_browsers
for how in polling websocket upgrade; do
	sio ended $how
done
nj_done
