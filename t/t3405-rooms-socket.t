#!/bin/bash
# rooms: the WebSocket, row by row.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-rooms.sh"

nj_start
signup ann
signup bob
as ann
room private Own
own=$room
make_room "Tech Talk"
NJ_SECRET=$(sed -n 's/^auth.secret = //p' "$T/natterjack.conf")
export NJ_SECRET
tap client rooms "${tokens[ann]}" "${tokens[bob]}" "$room" "$own"

# Without the upgrade it is a path like others, of which there is none.
api GET "/ws/chat/$room?token=${tokens[ann]}"
answered 404 "a request that is no handshake" ||
    diag "$headers"

# With the switch, who sends a message hears it.
nj_stop
nj_start rooms.echo=yes
tap client rooms_echo "${tokens[ann]}" "$room"
nj_done
