#!/bin/bash
# The quickstart: one command starts everything in one folder, says when it is
# ready, and leaves nothing behind.
. "${0%/*}/lib.sh"

mkdir "$T/log"
free_port() {
	/usr/bin/python3 -c '
import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

# quickstart NAME PORT [option…]: in the background; its first lines in $T/NAME.
quickstart() {
	local name=$1
	# What an earlier one has said is not of this one.
	: >"$T/tmp/$name"
	# Bash lets what is in the background ignore Ctrl-C; undo that.
	(cd "$T" && exec env --default-signal=INT "$NJ_SRC/contrib/quickstart" \
	    -b "$NJ_BUILD" -p "$2" -d "$T/$name" "${@:3}") \
	    >"$T/tmp/$name" 2>&1 </dev/null &
	pid[$name]=$!
}

ready() {
	grep -q '^natterjack: ready on http://127.0.0.1:'"$2"'$' "$T/tmp/$1" ||
	    ! kill -0 "${pid[$1]}" 2>/dev/null
}

port=$(free_port)
quickstart one "$port"
wait_for 60 ready one "$port"
is "$(tail -n 1 "$T/tmp/one")" "natterjack: ready on http://127.0.0.1:$port" \
    "it says when it is ready"
is "$(curl -s "http://127.0.0.1:$port/health" | jq -r .status)" healthy \
    "and it is"
# log_in NAME PASSWORD: the status that it gets from the first instance.
log_in() {
	curl -s "http://127.0.0.1:$port/v1/sessions" -o /dev/null \
	    -w '%{http_code}' -d "{\"username\":\"$1\",\"password\":\"$2\"}"
}
is "$(grep -c 'made the accounts admin' "$T/tmp/one")" 1 \
    "it says that there are accounts to try it with"
is "$(log_in admin admin123) $(log_in user2 password123)" "201 201" \
    "and there are"
is "$(stat -c %a "$T/one/secret")" 600 "the secret is for its owner alone"
secret=$(<"$T/one/secret")

# A second one beside it.
other=$(free_port)
quickstart two "$other"
wait_for 60 ready two "$other"
is "$(curl -s "http://127.0.0.1:$other/health" | jq -r .status)" healthy \
    "a second instance runs beside it"
isnt "$(<"$T/two/secret")" "$secret" "with a secret of its own"

# fails NAME PORT PATTERN TEXT [option…]: one clear line, and not 0.
fails() {
	quickstart "$1" "$2" "${@:5}"
	wait "${pid[$1]}"
	isnt $? 0 "$4: it does not start"
	unset "pid[$1]"
	is "$(wc -l <"$T/tmp/$1")" 1 "$4: one line"
	like "$(<"$T/tmp/$1")" "$3" "$4: which says why" || diag "$(<"$T/tmp/$1")"
}
fails three "$port" "port $port is in use" "a port in use"
rm "$T/one/program/natterjack"
fails three "$(free_port)" "in use" "a folder in use" -d "$T/one"
ok "nothing in it has been touched" test ! -e "$T/one/program/natterjack"
fails "a#b" "$(free_port)" "cannot use a folder whose name has one of .*#" \
    "a name that means something to nginx"
mkdir -p "$T/broken/data"
head -c 100000 /dev/urandom >"$T/broken/data/natterjack.db"
fails broken "$(free_port)" "database" "a broken database"
mkdir -p "$T/newer/data"
sqlite3 "$T/newer/data/natterjack.db" 'CREATE TABLE x (y); PRAGMA user_version = 9999'
fails newer "$(free_port)" "newer" "a database of a newer program"

# Stopping: by SIGTERM and by Ctrl-C.
stopped() {
	[ -z "$(pgrep -f "$T/$1")" ]
}
kill "${pid[two]}"
wait "${pid[two]}"
is $? 0 "SIGTERM ends it well"
unset 'pid[two]'
is "$(pgrep -f "$T/two/")" "" "and nothing is left"
is "$(ls "$T/two/run")" "" "no socket either"

# Again in the same folder: quick, and the data are there.
curl -s "http://127.0.0.1:$port/v1/users" \
    -d '{"username":"ann","password":"password-ann"}' >"$T/tmp/answer"
kill -INT "${pid[one]}"
ok "Ctrl-C ends the other" wait_for 20 stopped one
began=$(date +%s%N)
quickstart one "$port"
wait_for 60 ready one "$port"
took=$((($(date +%s%N) - began) / 1000000))
ok "the second start is quick: $took ms" test $took -lt $((3000 * NJ_SLOW))
is "$(log_in ann password-ann)" 201 "and knows who was there"
is "$(wc -l <"$T/tmp/one")" 1 "it makes no accounts any more"
is "$(<"$T/one/secret")" "$secret" "the secret is kept"

# What dies takes the rest with it, in so many words.
kill -9 "$(pgrep -f "natterjack-push.*$T/one/" | head -n 1)"
wait "${pid[one]}"
isnt $? 0 "a dead program ends the whole"
unset 'pid[one]'
like "$(tail -n 1 "$T/tmp/one")" push "and is named"
ok "nothing is left" wait_for 10 stopped one

"$NJ_SRC/contrib/quickstart" -h >"$T/tmp/help"
is $? 0 "-h"
like "$(<"$T/tmp/help")" "-p PORT" "tells the options"
"$NJ_SRC/contrib/quickstart" -p 99999 >"$T/tmp/bad" 2>&1
isnt $? 0 "a port that is none"
"$NJ_SRC/contrib/quickstart" --nonsense >"$T/tmp/bad" 2>&1
is $? 64 "an option that is none"
nj_done
