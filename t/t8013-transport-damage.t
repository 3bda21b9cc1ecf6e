#!/bin/bash
# A page of the database cannot be read for a while, just when push needs it.
. "${0%/*}/lib.sh"

nj_start
tap client damage "${pid[push]}" "$T/data/natterjack.db" "$T/log/push.log"
nj_done
