#!/bin/bash
# Eight accounts write; readers on every transport, steady ones and ones that
# keep changing, see each message once and in order.
. "${0%/*}/lib.sh"

nj_start push.batch=50
tap client writers
nj_done
