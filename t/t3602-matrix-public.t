#!/bin/bash
# One public room for all: what is sent through any dialect, by request and by
# socket, is heard once by the clients of every dialect, in its own words.
. "${0%/*}/lib.sh"

nj_start
tap client matrix public
nj_done
