#!/bin/bash
# Reactions, edits, deletions and typing through one dialect: v1 and, where it
# has a frame for it, rooms are told; the others are not, and all histories have
# what is true now.
. "${0%/*}/lib.sh"

nj_start
tap client matrix changes
nj_done
