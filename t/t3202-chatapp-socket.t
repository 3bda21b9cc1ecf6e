#!/bin/bash
# chatapp: the WebSocket of a room, row by row.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-chatapp.sh"

nj_start
tap client chatapp words
body=$(cat "$T/frame.json")
golden chatapp/frame "a message, as everybody in the room gets it"
tap client chatapp credentials
tap client chatapp rooms
tap client chatapp others
tap client chatapp age
register visitor
nj_stop

nj_start chatapp.guest=visitor
tap client chatapp guests visitor
nj_stop

# A guest that there is not lets nobody in.
nj_start chatapp.guest=nobody
tap client chatapp nobody
nj_done
