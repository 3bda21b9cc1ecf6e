# shellcheck shell=bash disable=SC2034 # tests use what is set here
# lib - what the shell tests are written with.
#
# A test sources this file, starts an instance of its own with nj_start, talks
# to it with api, says what must hold with is, has, problem and their kin, and
# ends with nj_done.  The instance lives in a temporary folder with its own
# database and sockets, nginx listens on a socket there too, and nothing is left
# of it afterwards.  A process that crashed fails the test that it crashed in,
# whatever the client saw.

set -u
[ -n "${NJ_ONE:-}" ] || exec "$(dirname "${BASH_SOURCE[0]}")/one" "$0" "$@"

T=$(mktemp -d "${TMPDIR:-/tmp}/nj.XXXXXX") || exit 1
mkdir "$T/tmp"
NJ_SOCK=$T/run/nginx.sock
export T NJ_SOCK PYTHONDONTWRITEBYTECODE=1 NODE_PATH=/usr/share/nodejs
unset SECRET_KEY DATABASE_URL ACCESS_TOKEN_EXPIRE_MINUTES "${!NATTERJACK_@}"
trap nj_on_exit EXIT
trap 'exit 1' TERM INT HUP

# ---- Test Anything Protocol

nj_tests=0 nj_failed=0

nj_report() {		# CONDITION-STATUS TEXT
	nj_tests=$((nj_tests + 1))
	if [ "$1" = 0 ]; then
		echo "ok $nj_tests - $2"
		return 0
	fi
	nj_failed=$((nj_failed + 1))
	echo "not ok $nj_tests - $2"
	# Where the test said it, not where a helper of ours did.
	local i=1
	while [ $i -lt $((${#BASH_SOURCE[@]} - 1)) ] &&
	    [ "${BASH_SOURCE[i]}" = "${BASH_SOURCE[0]}" ]; do
		i=$((i + 1))
	done
	echo "#   at ${BASH_SOURCE[i]##*/} line ${BASH_LINENO[i - 1]}"
	return 1
}

diag() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

# ok TEXT COMMAND…: the command succeeds.
ok() {
	local text=$1
	shift
	"$@"
	nj_report $? "$text"
}

# is GOT WANT TEXT
is() {
	local same=1
	[ "$1" = "$2" ] && same=0
	nj_report $same "$3" && return
	diag "got:  $1"
	diag "want: $2"
	return 1
}

# isnt GOT OTHER TEXT
isnt() {
	local same=0
	[ "$1" = "$2" ] && same=1
	nj_report $same "$3" && return
	diag "got:  $1"
	return 1
}

# like GOT REGEX TEXT
like() {
	local found=1
	[[ $1 =~ $2 ]] && found=0
	nj_report $found "$3" && return
	diag "got:  $1"
	diag "want: $2 (a pattern)"
	return 1
}

# tap COMMAND…: a program that prints ok and not ok lines of its own, without
# numbers, is part of this test; that it ends well is one more.
tap() {
	local line rc
	while IFS= read -r line; do
		case $line in
		'ok - '*)	nj_report 0 "${line#ok - }" ;;
		'not ok - '*)	nj_report 1 "${line#not ok - }" ;;
		'rc '*)		rc=${line#rc } ;;
		*)		echo "# $line" ;;
		esac
	done < <("$@" 2>&1; echo "rc $?")
	is "$rc" 0 "${*:1:3} ran to its end"
}

# client NAME [WORD…]: a scenario of t/client.
client() {
	local name=$1
	shift
	/usr/bin/python3 "$NJ_SRC/t/client/$name.py" "$@"
}

# nj_done: stop what runs, print the plan, leave with the test's status.
nj_done() {
	[ -z "$nj_running" ] || nj_stop
	echo "1..$nj_tests"
	nj_finished=1
	exit $((nj_failed > 0))
}

# ---- the instance

nj_running='' nj_finished='' nj_expect_deaths=''
declare -A pid=()

nj_wrap=()
[ -z "${NJ_VALGRIND:-}" ] || nj_wrap=(valgrind -q --error-exitcode=99
    --leak-check=full --show-leak-kinds=definite
    --errors-for-leak-kinds=definite
    --suppressions="$NJ_SRC/t/valgrind.supp")

# nj_conf [key=value…]: write the instance's configuration, with a secret of its
# own and passwords that are cheap to hash.  Later values win.
nj_conf() {
	local setting
	declare -A settings=(
		[database.path]=$T/data/natterjack.db
		[run.dir]=$T/run
		[auth.secret]=0123456789abcdef0123456789abcdef
		[auth.hash_cost]=1 [auth.hash_nice]=0
	)
	# What valgrind itself asks the kernel for is in no list of ours.
	[ -z "${NJ_VALGRIND:-}" ] || settings[run.seccomp]=no
	for setting in "$@"; do
		settings[${setting%%=*}]=${setting#*=}
	done
	for setting in "${!settings[@]}"; do
		echo "$setting = ${settings[$setting]}"
	done >"$T/natterjack.conf"
}

# nj_run NAME COMMAND…: start a program of the instance in the background;
# $pid[NAME] is its process.  Whatever it forks stays in the folder $T, which is
# how leftovers are found.
nj_run() {
	local name=$1
	shift
	(cd "$T" && exec "$@") </dev/null >>"$T/log/$name.log" 2>&1 &
	pid[$name]=$!
}

nj_start_fcgi() {
	nj_run fcgi "${nj_wrap[@]}" "$NJ_BUILD/natterjack-fcgi" \
	    -c "$T/natterjack.conf"
}

nj_start_push() {
	nj_run push "${nj_wrap[@]}" "$NJ_BUILD/natterjack-push" \
	    -c "$T/natterjack.conf"
}

nj_start_nginx() {
	nj_run nginx nginx -e stderr -p "$T" -c "$T/nginx/nginx.conf"
}

# nj_start [key=value…]: a new instance, ready to be talked to.  Called again
# after nj_stop it goes on with the same database.
nj_start() {
	nj_files "$@" && nj_start_fcgi && nj_start_push && nj_start_nginx
	nj_running=1
	nj_wait_ready || nj_bail "the instance does not become ready"
}

# nj_files [key=value…]: everything that the programs need, nothing started.
nj_files() {
	mkdir -p "$T/data" "$T/run" "$T/log"
	nj_conf "$@"
	{
		"$NJ_SRC/nginx/site" "$T" "unix:$NJ_SOCK" \
		    "${NJ_PAGES:-$NJ_BUILD/nginx/pages}" &&
		    "$NJ_BUILD/natterjack" -c "$T/natterjack.conf" migrate
	} >>"$T/log/setup.log" 2>&1 || nj_bail "the instance cannot be set up"
}

nj_wait_ready() {
	wait_for 30 nj_is_ready
}

nj_is_ready() {
	[ "$(curl -s --unix-socket "$NJ_SOCK" -o /dev/null -w '%{http_code}' \
	    http://natterjack/health)" = 200 ]
}

# nj_workers main|auth|keeper: the ids of those processes.  A worker holds the
# socket that it listens on, the keeper holds none.
nj_workers() {
	local p held
	for p in $(pgrep -P "${pid[fcgi]}"); do
		held=$(readlink "/proc/$p"/fd/* | sed -n 's/^socket:\[\(.*\)]$/\1/p' |
		    awk -v dir="$T/run/" '
			NR == FNR { mine[$1]; next }
			$7 in mine && index($8, dir) == 1 && $4 == "00010000" {
				print substr($8, length(dir) + 1)
			}' - /proc/net/unix)
		case $1.$held in
		main.fcgi.sock | auth.auth.sock | keeper.) echo "$p" ;;
		esac
	done
}

# load_start WRITERS, load_more N, load_failures, load_end: t/client/load.py in
# the background, while something happens to the instance.
load_start() {
	coproc LOAD { client load "$@" 2>&1; }
	exec {load_in}>&"${LOAD[1]}" {load_out}<&"${LOAD[0]}"
	load_more 40 || nj_bail "the load does not run"
}

load_more() {
	local line=''
	echo "more $1" >&"$load_in" && read -r line <&"$load_out" &&
	    [ "$line" = more ] && return
	diag "$line" "$(timeout 1 cat <&"$load_out")"
	return 1
}

load_failures() {
	local line
	echo failures >&"$load_in" && read -r line <&"$load_out" && echo "$line"
}

load_end() {
	local line last=''
	echo end >&"$load_in"
	while read -r line; do
		last=$line
		[ "$line" = "load: done" ] || echo "$line"
	done <&"$load_out"
	[ "$last" = "load: done" ]
}

# The workers answer, whatever they say.
nj_serves() {
	[ "$(curl -s --unix-socket "$NJ_SOCK" -o /dev/null -w '%{http_code}' \
	    http://natterjack/v1/me)" = 401 ]
}

# nj_stop: stop the instance; it must end well, leave no process, and its logs
# must tell of no accident.
nj_stop() {
	local name
	for name in nginx push fcgi; do
		[ -n "${pid[$name]:-}" ] || continue
		nj_end "$name" TERM
	done
	nj_running=
	wait_for 5 nj_are_gone
	is "$(nj_processes)" "" "no process is left"
	nj_accidents
}

# nj_end NAME SIGNAL: end one program; its exit status must be 0.
nj_end() {
	local rc
	kill -s "$2" "${pid[$1]}" 2>/dev/null
	wait "${pid[$1]}"
	rc=$?
	unset "pid[$1]"
	is $rc 0 "$1 ends well"
}

# nj_processes: the ids of all processes of the instance.
nj_processes() {
	find /proc/[0-9]*/cwd -maxdepth 0 -lname "$T" 2>/dev/null |
	    sed 's|^/proc/||; s|/cwd$||'
}

# On a busy machine a process that was killed takes a moment to be gone.
nj_are_gone() {
	[ -z "$(nj_processes)" ]
}

# nj_accidents: what the logs say of crashes; after nj_expect_deaths=1 a killed
# worker is none, a sanitizer's complaint always is.
nj_accidents() {
	local found
	found=$(grep -hE 'AddressSanitizer|LeakSanitizer|runtime error:|^==[0-9]+== ' \
	    "$T"/log/*.log | head -20)
	is "$found" "" "no sanitizer complains"
	[ -n "$nj_expect_deaths" ] || is "$(nj_deaths)" "" "no worker died"
}

nj_deaths() {
	grep -hE 'worker.* (died|killed by|exited with)' "$T/log/fcgi.log" | head -5
	grep -hE '\[(alert|emerg)\]' "$T/log/nginx.log" | head -5
}

# nj_bail TEXT: give up on this test.
nj_bail() {
	echo "not ok $((nj_tests + 1)) - $1"
	nj_failed=$((nj_failed + 1))
	exit 1
}

nj_on_exit() {
	local left
	if [ -z "$nj_finished" ] || [ $nj_failed -gt 0 ]; then
		for left in "$T"/log/*.log; do
			[ -s "$left" ] && diag "--- ${left##*/}" \
			    "$(printf '\n'; tail -n 25 "$left" | cut -c 1-300)"
		done
	fi
	left=$(nj_processes)
	# shellcheck disable=SC2086 # a list of numbers
	[ -z "$left" ] || kill -9 $left 2>/dev/null
	[ -n "${NJ_KEEP:-}" ] || rm -rf "$T"
}

# wait_for SECONDS COMMAND…: until the command succeeds, looking every 20 ms.
# For what no event tells.
wait_for() {
	local n=$(($1 * 50 * NJ_SLOW))
	shift
	until "$@"; do
		[ $((n -= 1)) -gt 0 ] || return 1
		read -rt 0.02 <>"$nj_never"
	done
	return 0
}
nj_never=$T/tmp/never
mkfifo "$nj_never"

# sql STATEMENT: ask the instance's database directly.
sql() {
	sqlite3 -batch "$T/data/natterjack.db" ".timeout 5000" "$1"
}

# ---- talking to it

token=''			# the access token that api sends, if any
declare -A tokens=() refreshes=() ids=()

# api METHOD PATH [JSON] [curl arguments…]: one request.  Sets $status, $body
# and $headers.
api() {
	local method=$1 path=$2 args=()
	shift 2
	if [ $# -gt 0 ] && [[ $1 != -* ]]; then
		args+=(-H 'Content-Type: application/json' --data-binary "$1")
		shift
	fi
	[ -z "$token" ] || args+=(-H "Authorization: Bearer $token")
	[ "$method" = HEAD ] && args+=(-I) || args+=(-X "$method")
	: >"$T/tmp/head"
	: >"$T/tmp/body"
	status=$(curl -sS --unix-socket "$NJ_SOCK" --path-as-is --globoff \
	    -A "the test" --max-time $((60 * NJ_SLOW)) -D "$T/tmp/head" -o "$T/tmp/body" \
	    -w '%{http_code}' "${args[@]}" "$@" \
	    "http://natterjack$path" 2>"$T/tmp/error") ||
	    diag "curl: $(<"$T/tmp/error")"
	# For HEAD, curl writes the head in the place of the body.
	[ "$method" != HEAD ] || : >"$T/tmp/body"
	body=$(tr -d '\0' <"$T/tmp/body")
	headers=$(tr -d '\r' <"$T/tmp/head")
}

# get FILTER: jq over the last answer.
get() {
	jq -r "$@" <<<"$body"
}

# has FILTER WANT TEXT: a part of the last answer.
has() {
	is "$(get "$1" 2>&1)" "$2" "$3"
}

# header NAME: of the last answer.
header() {
	sed -n "s/^$1: *//Ip" <<<"$headers" | tail -n 1
}

# answered STATUS TEXT
answered() {
	is "$status" "$1" "$2" || { diag "$body"; return 1; }
}

# problem STATUS CODE TEXT: the last answer is this refusal, as RFC 9457 wants
# it, from a program that is alive.
problem() {
	local got
	got="$status $(header content-type) $(jq -r \
	    '"\(.status) \(.code) \(.title | type) \(.type | type)"' \
	    <<<"$body" 2>&1)"
	is "$got" "$1 application/problem+json $1 $2 string string" \
	    "$3: $1 $2" || { diag "$body"; return 1; }
}

# refused STATUS DETAIL TEXT: the last answer is this refusal in the words of
# FastAPI's family, from a program that is alive.
refused() {
	is "$status $(header content-type) $body" \
	    "$1 application/json $(jq -nc --arg d "$2" '{detail: $d}')" \
	    "$3: $1" || { diag "$body"; return 1; }
}

# replied STATUS JSON TEXT: the last answer, masked, is this to the letter.
replied() {
	is "$status $(header content-type) $(jq -c "$nj_mask" <<<"$body" 2>&1)" \
	    "$1 application/json $2" "$3"
}

# Ids, times and tokens are different in every run; what is left must be equal.
# shellcheck disable=SC2016 # jq's own variables
nj_mask='
def mask($k):
  if type == "object" then with_entries(.key as $key | .value |= mask($key))
  elif type == "array" then map(mask($k))
  elif type == "string" and ($k | test("^(.*_at|at)$")) and
    test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z$")
    then "TIME"
  elif type == "string" and ($k | test("^(.*_at|last_seen|timestamp)$")) and
    test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{6})?$")
    then "NAIVE"
  elif type == "string" and
    test("^0000[0-9a-f]{4}-0000-4000-8000-[0-9a-f]{12}$") then "UUID"
  elif type == "string" and ($k | test("^((access|refresh)_)?token$")) and
    length > 20 then "TOKEN"
  elif type == "string" and ($k | test("^(id|seq|room|message|user|reply_to|oldest|since|next|(last_|user_|session_|request_)?(id|seq))$")) and
    test("^[0-9]+$") then "ID"
  elif type == "string" and $k == "request_id" and test("^[0-9a-f]{32}$")
    then "REQUEST"
  elif type == "number" and ($k | test("^((last_|read_)?seq|next|since|oldest)$"))
    then 0
  else . end;
mask("")'

masked() {
	jq -S "$nj_mask" <<<"$1" 2>&1
}

# golden NAME TEXT: the last answer, masked, is t/golden/NAME.json.  With
# NJ_GOLDEN=write it becomes it.
golden() {
	local file=$NJ_SRC/t/golden/$1.json got want
	got=$(masked "$body")
	if [ "${NJ_GOLDEN:-}" = write ]; then
		mkdir -p "$(dirname "$file")" && printf '%s\n' "$got" >"$file"
	fi
	want=$(cat "$file" 2>&1)
	is "$got" "$want" "$2"
}

# register NAME: an account with the password "password-NAME"; its tokens and
# its id are kept, and it is the one that speaks.
register() {
	token=
	api POST /v1/users "$(jq -nc --arg n "$1" \
	    '{username: $n, password: "password-\($n)"}')"
	[ "$status" = 201 ] || nj_bail "cannot register $1: $status $body"
	nj_keep_tokens "$1"
}

# login NAME: one more session of it.
login() {
	token=
	api POST /v1/sessions "$(jq -nc --arg n "$1" \
	    '{username: $n, password: "password-\($n)"}')"
	case $status in
	200|201) nj_keep_tokens "$1" ;;
	*) nj_bail "cannot log in $1: $status $body" ;;
	esac
}

nj_keep_tokens() {
	read -r "tokens[$1]" "refreshes[$1]" "ids[$1]" < <(get \
	    '"\(.access_token) \(.refresh_token) \(.user.id)"')
	token=${tokens[$1]}
}

# as NAME: it speaks from now on.
as() {
	token=${tokens[$1]}
}

# room KIND NAME [MEMBER…]: who speaks makes a room; sets $room.
room() {
	local kind=$1 name=$2 invited=() m
	shift 2
	for m in "$@"; do
		invited+=("${ids[$m]}")
	done
	api POST /v1/rooms "$(jq -nc --arg k "$kind" --arg n "$name" \
	    '{kind: $k, name: $n, members: $ARGS.positional}' \
	    --args ${invited[@]+"${invited[@]}"})"
	[ "$status" = 201 ] || nj_bail "cannot make a room: $status $body"
	room=$(get .id)
}

# post ROOM TEXT [KEY]: who speaks posts; sets $message.
post() {
	api POST "/v1/rooms/$1/messages" "$(jq -nc --arg t "$2" --arg k "${3:-}" \
	    '{text: $t} + if $k == "" then {} else {key: $k} end')"
	[ "$status" = 201 ] || nj_bail "cannot post: $status $body"
	message=$(get .id)
}
