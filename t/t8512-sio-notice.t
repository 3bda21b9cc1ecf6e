#!/bin/bash
# The notice that a room was joined has an offset with that room, even if push has
# not heard yet that the account is a member.
. "${0%/*}/lib.sh"

nj_start
tap client notice "$T/data/natterjack.db"
nj_done
