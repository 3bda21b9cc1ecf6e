#!/bin/bash
# CORS as Chromium sees it: a page of another origin, with real preflights.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-browser.sh"

nj_start_for_browsers
drive origins
preflights=$(grep -c '"OPTIONS /v1/[a-z]* HTTP/1.1" 200' "$T/log/access.log")
ok "there were preflights: $preflights" test "$preflights" -ge 3
is "$(grep -c '"OPTIONS .* - rid' "$T/log/access.log")" \
    "$(grep -c '"OPTIONS ' "$T/log/access.log")" \
    "and no worker saw one of them"
nj_done
