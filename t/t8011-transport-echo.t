#!/bin/bash
# RFC 6455 as bytes: on push's own socket, and through nginx.
. "${0%/*}/lib.sh"

nj_start push.echo=yes
tap client echo "$T/run/push.sock"
tap client echo "$NJ_SOCK"
nj_done
