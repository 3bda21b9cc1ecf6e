#!/bin/bash
# The programs carry what configure found the compiler and the linker to have
# against attacks; the built files say so, not the makefile.
. "${0%/*}/lib.sh"

flags=$(sed -n 's/^NJ_CFLAGS = //p; s/^NJ_LDFLAGS = //p' "$NJ_BUILD/Makefile" |
    tr '\n' ' ')
programs='natterjack natterjack-fcgi natterjack-push'
[[ $flags == *-fPIE* ]] || {
	echo "1..0 # SKIP configured with --disable-hardening"
	nj_finished=1
	exit 0
}

# traits FILE: what is found in a program, one word each.
traits() {
	readelf -W -h -l -d --dyn-syms "$1" | awk '
	/^ *Type: *DYN .*Position-Independent/ { print "pie" }
	$1 == "GNU_RELRO" { relro = 1 }
	/FLAGS.*BIND_NOW/ { now = 1 }
	$1 == "GNU_STACK" { print $7 ~ /E/ ? "stack-is-code" : "stack-is-data" }
	$8 ~ /^__stack_chk_fail/ { print "canary" }
	$8 ~ /_chk(@|$)/ && $8 !~ /^__stack_chk/ { fortified = 1 }
	$1 == "LOAD" && $7 ~ /W/ && ($7 ~ /E/ || $8 == "E") { print "code-is-data" }
	END {
		if (relro && now) print "relro"
		if (fortified) print "fortify"
	}'
	[ "$(uname -m)" = x86_64 ] || return
	# A branch target begins so; and a page of the stack is touched before
	# the next one is taken.
	objdump -d --no-show-raw-insn "$1" | awk '
	/^[0-9a-f]+ <main>:/ { look = 1; next }
	look { look = 0; if (/endbr64/) print "cf" }
	/sub +\$0x[0-9a-f]*,%rsp/ {
		split($0, part, /[$,]/)
		if (part[2] ~ /^0xffffffff/)	# less than nothing
			next
		if (length(part[2]) > 6 ||
		    (length(part[2]) == 6 && part[2] "" > "0x1000"))
			wide = 1
	}
	END { if (!wide) print "stack-clash" }'
}

want='canary fortify pie relro stack-is-data'
[ "$(uname -m)" != x86_64 ] || want+=' cf stack-clash'
level=-D_FORTIFY_SOURCE=3
# The sanitizers bring a library of their own into the program, and do without
# what they would not look into.
if [[ $flags == *-fsanitize* ]]; then
	want=${want/ fortify/} want=${want/ stack-clash/} level=
fi
want=$(tr ' ' '\n' <<<"$want" | sort | xargs)
for program in $programs; do
	found=$(traits "$NJ_BUILD/$program" | sort -u)
	[ -n "$level" ] || found=$(grep -vx -e fortify -e stack-clash <<<"$found")
	is "$(xargs <<<"$found")" "$want" "$program is hardened"
done
[ -z "$level" ] || like "$flags" "$level" "fortified at the third level"

# The test can fail: the same program without each, and what is missed then.
cat >"$T/plain.c" <<'C'
#include <stdio.h>
#include <string.h>

int
main(int argc, char **argv)
{
	char text[9000];

	if (fgets(text, argc < 3 ? sizeof(text) : strlen(argv[1]), stdin) == NULL)
		return 1;
	memcpy(text + argc, argv[0], strlen(argv[0]));
	return puts(text) < 0;
}
C
hard="-O2 -fPIE -fstack-protector-strong -fstack-clash-protection
    -fcf-protection=full -D_FORTIFY_SOURCE=2 -pie -Wl,-z,relro,-z,now"
without() {
	# shellcheck disable=SC2086 # lists of words
	gcc $hard $1 -w -o "$T/plain" "$T/plain.c" 2>"$T/tmp/error" ||
	    diag "$(<"$T/tmp/error")"
	traits "$T/plain" | sort -u | xargs
}
all='canary cf fortify pie relro stack-clash stack-is-data'
if [ "$(uname -m)" = x86_64 ]; then
	is "$(without '')" "$all" "a small program has it all"
	while read -r flag less; do
		is "$(without "$flag")" \
		    "$(tr ' ' '\n' <<<"$all" | grep -vx "$less" | xargs)" \
		    "$flag: $less is missed"
	done <<-'FLAGS'
	-no-pie pie
	-fno-stack-protector canary
	-fno-stack-clash-protection stack-clash
	-fcf-protection=none cf
	-U_FORTIFY_SOURCE fortify
	-Wl,-z,lazy relro
	-Wl,-z,norelro relro
	FLAGS
	like "$(without -Wl,-z,execstack)" stack-is-code "an executable stack is seen"
fi
nj_done
