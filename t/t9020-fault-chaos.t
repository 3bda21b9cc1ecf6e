#!/bin/bash
# A minute of chaos; t/chaos takes longer ones, and a seed.
exec "${0%/*}/chaos" 60 ${CHAOS_SEED:+"$CHAOS_SEED"}
