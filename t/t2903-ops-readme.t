#!/bin/bash
# The session in README.md works as it stands there, and what it says of files
# is true.
. "${0%/*}/lib.sh"

readme=$NJ_SRC/README.md
sed -n '/^```sh$/,/^```$/p' "$readme" | sed '1d;$d' >"$T/tmp/session"
is "$(wc -l <"$T/tmp/session")" 6 "the session has six lines"
is "$(grep -n -m 1 '^    \./' "$readme" | cut -d : -f 2- | cut -d ' ' -f 5)" \
    ./contrib/quickstart "the first command is the quickstart"

nj_start
# The port that the session names leads to this instance.
echo "unix-socket = \"$NJ_SOCK\"" >"$T/tmp/.curlrc"
CURL_HOME=$T/tmp sh "$T/tmp/session" >"$T/tmp/said" 2>&1
is $? 0 "it runs"
body=$(sed '/^[0-9]*$/d' "$T/tmp/said")
has '.events | map(.kind) | join(" ")' "room.created member.joined message.posted" \
    "what happened in the room is polled" || diag "$(<"$T/tmp/said")"
has '.events[-1].message.text' "Hello, Bob!" "and the message is there"
has '.events[-1].message.sender.username' ann "from who posted it"
has '.next == .events[-1].seq' true "and how to go on"

# The map: what it lists exists, and every directory is listed.
mapped=$(sed -n 's/^| `\([^`]*\)`.*/\1/p' "$readme")
for path in $mapped; do
	ok "$path exists" test -e "$NJ_SRC/$path"
done
nj_done
