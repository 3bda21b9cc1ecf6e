#!/bin/bash
# The keeper removes sessions that ran out long ago.
. "${0%/*}/lib.sh"

nj_start auth.keep_s=1
tap client expired "$T/data/natterjack.db"
nj_done
