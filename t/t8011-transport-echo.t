#!/bin/bash
# RFC 6455 as bytes: on push's own socket, and through nginx.
. "${0%/*}/lib.sh"

# A client that sends on after its mistake is hung up on when close_ms is over.
nj_start push.echo=yes push.close_ms=200
tap client echo "$T/run/push.sock"
tap client echo "$NJ_SOCK"
nj_done
