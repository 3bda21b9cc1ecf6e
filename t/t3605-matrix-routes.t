#!/bin/bash
# Every path that the dialects list, with every method, in both slash forms.
. "${0%/*}/lib.sh"

nj_start
tap client routes
nj_done
