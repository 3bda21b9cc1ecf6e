#!/bin/bash
# A cursor that the log does not know is answered with a reset.
. "${0%/*}/lib.sh"

nj_start
for transport in poll sse ws; do
	tap client reset "$transport" "$T/data/natterjack.db"
done
nj_done
