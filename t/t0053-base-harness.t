#!/bin/bash
# The tests' own tools notice what they are there to notice.
. "${0%/*}/lib.sh"

# script: run the lines on stdin as a test; $out is what it says, $rc its end.
script() {
	{
		echo '#!/bin/bash'
		echo ". '$NJ_SRC/t/lib.sh'"
		cat
	} >"$T/tmp/script"
	out=$(bash "$T/tmp/script" 2>&1)
	rc=$?
}

# judged RC COUNT PATTERN TEXT: how it ended, how many of its tests failed, and
# what it said.
judged() {
	is "$rc $(grep -c '^not ok' <<<"$out")" "$1 $2" "$4"
	like "$out" "$3" "$4, and says so" || diag "$out"
}

script <<'S'
is a a "same"
isnt a b "different"
like abc '^a.c$' "a pattern"
ok "a command" true
nj_done
S
judged 0 0 '1\.\.4' "four that hold"
for bad in 'is a b "x"' 'isnt a a "x"' 'like abc "^b" "x"' 'ok "x" false' \
    'status=400 headers="Content-Type: application/json" body="{}"; problem 400 bad_json "x"' \
    'status=502 headers="Content-Type: application/problem+json" body="{\"status\":502,\"code\":\"no_answer\",\"title\":\"\",\"type\":\"\"}"; problem 404 not_found "x"' \
    'body="{\"id\":7}"; golden v1/user "x"' \
    'tap bash -c "echo not ok - x"' 'tap bash -c "exit 3"'; do
	script <<<"$bad"$'\n'nj_done
	judged 1 1 'not ok 1' "fails: $bad"
done
script <<<'exit 0'
judged 0 0 '^$' "a test that ends early"
is "$(grep -c '^1\.\.' <<<"$out")" 0 "has no plan, which prove takes for a failure"
script <<'S'
mkdir "$T/log"
nj_run stray sleep 1000.25
unset 'pid[stray]'
nj_running=1
nj_done
S
judged 1 1 'not ok 1 - no process is left' "a process that is left"
is "$(pgrep -xf "sleep 1000.25")" "" "and it is ended all the same"
for line in 'worker 7 of pool main killed by signal 11 (Segmentation fault)' \
    'worker 7 of pool auth exited with status 1' \
    '==7==ERROR: AddressSanitizer: heap-use-after-free' \
    'push/ws.c:1:1: runtime error: signed integer overflow' \
    '==7== Invalid read of size 4'; do
	script <<S
mkdir "\$T/log"
echo "$line" >"\$T/log/fcgi.log"
nj_running=1
nj_done
S
	judged 1 1 "not ok" "in a log: $line"
done
script <<'S'
mkdir "$T/log"
nj_run crash sh -c 'kill -SEGV $$'
nj_end crash TERM
nj_done
S
judged 1 1 'not ok 1 - crash ends well' "a program that crashes at its end"
script <<'S'
declare -p T
exit 1
S
folder=$(sed -n 's/.* T="\(.*\)"/\1/p' <<<"$out")
like "$folder" '^/' "a test has its folder"
ok "which is gone afterwards" test ! -e "$folder"
nj_done
