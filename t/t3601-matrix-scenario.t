#!/bin/bash
# One scenario in the words of every dialect: register, log in, a room, send,
# receive, history, a wrong token.
. "${0%/*}/lib.sh"

nj_start
for dialect in v1 messaging chatapp realtime rooms chatroom; do
	tap client scenario "$dialect"
done
nj_done
