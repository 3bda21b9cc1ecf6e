#!/bin/bash
# Rooms that are not for all: what members of several dialects say to each other
# in a private room and in a direct one is heard by them, and by nobody else, on
# any dialect.
. "${0%/*}/lib.sh"

nj_start
tap client matrix private
tap client matrix direct
nj_done
