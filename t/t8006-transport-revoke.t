#!/bin/bash
# A session that ends takes its connections with it, within a second.
. "${0%/*}/lib.sh"

nj_start
for transport in poll sse ws; do
	tap client revoke "$transport"
done
nj_done
