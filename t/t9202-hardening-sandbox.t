#!/bin/bash
# Who is served and who serves: the modes of sockets and folder, and processes
# that have given up what they do not need.  One that does something else is
# killed, the log says for which call, and another takes its place.
. "${0%/*}/lib-pool.sh"

# trait NAME PID…: what the kernel knows of processes, each value once.
trait() {
	local name=$1 p
	shift
	for p in "$@"; do
		sed -n "s/^$name:\t*//p" "/proc/$p/status"
	done | sort -u | xargs
}

confined=2
! grep -q '^NJ_CFLAGS.*-fsanitize' "$NJ_BUILD/Makefile" || confined=0
[ -z "${NJ_VALGRIND:-}" ] || confined=0

# ---- as it is

umask 002
nj_start pool.workers=2
is "$(stat -c %a "$T"/run/{fcgi,auth,push,hint}.sock | sort -u)" 660 \
    "the sockets are for owner and group, whatever the umask is"
mapfile -t children < <(nj_workers keeper; nj_workers main; nj_workers auth)
is ${#children[@]} 4 "there are a keeper and three workers"
is "$(trait Seccomp "${children[@]}" "${pid[push]}")" $confined \
    "all of them, and push, have given up system calls"
is "$(trait NoNewPrivs "${children[@]}" "${pid[push]}" "${pid[fcgi]}")" 1 \
    "nothing that they or the master start can have more rights"
nj_stop

# ---- a folder in which anybody could stand in for us

chmod 777 "$T/run"
for program in natterjack-fcgi natterjack-push; do
	said=$(timeout 20 "$NJ_BUILD/$program" -c "$T/natterjack.conf" 2>&1)
	is "$? $(wc -l <<<"$said")" "1 1" "$program does not start"
	like "$said" "run.dir $T/run: everybody may write there" "and says why"
done
is "$(find "$T/run" -type s)" "" "no socket is left"
chmod 750 "$T/run"

# ---- without

nj_start run.seccomp=no
mapfile -t children < <(nj_workers keeper; nj_workers main)
is "$(trait Seccomp "${children[@]}" "${pid[push]}")" 0 \
    "run.seccomp = no leaves them as they are"
nj_stop

# ---- a call that is in no list

if [ $confined = 2 ]; then
	cat >"$T/intruder.c" <<-'C'
	#include <stdlib.h>
	#include <sys/socket.h>
	#include <sys/syscall.h>
	#include <unistd.h>

	int accept4(int, struct sockaddr *, socklen_t *, int);

	int
	accept4(int fd, struct sockaddr *at, socklen_t *len, int flags)
	{
		char *argv[] = { "/bin/true", NULL };

		if (unlink(getenv("INTRUDER")) == 0)
			execv(argv[0], argv);
		return (int)syscall(SYS_accept4, fd, at, len, flags);
	}
	C
	gcc -w -shared -fPIC -o "$T/intruder.so" "$T/intruder.c" ||
	    nj_bail "the library cannot be made"
	nj_wrap=(env "LD_PRELOAD=$T/intruder.so" "INTRUDER=$T/intrude")
	number=$(echo '#include <sys/syscall.h>
	    SYS_execve' | gcc -E -P - | tail -n 1)
	number=$((number))
	nj_start pool.workers=1 pool.throttle_ms=20
	before=$(nj_workers main)
	touch "$T/intrude"
	api GET /v1/me
	is "$status" 401 "a worker goes astray before it takes a request: the next one answers"
	says "the log has the call" \
	    "natterjack-fcgi\[$before\] error a system call that is not allowed: number $number\$"
	says "and the end" \
	    "worker $before of pool main killed by signal 31 \(Bad system call\)"
	touch "$T/intrude"
	api GET '/v1/events?since=0'
	is "$status" 502 "a request to push is lost"
	wait "${pid[push]}" 2>/dev/null
	is $? $((128 + 31)) "push is killed"
	like "$(<"$T/log/push.log")" \
	    "natterjack-push\[${pid[push]}\] error a system call that is not allowed: number $number" \
	    "and its log has the call"
	rm -f "$T/run/push.sock" "$T/run/hint.sock"
	nj_start_push
	wait_for 10 nj_is_ready
	is $? 0 "and can be started again"
	nj_expect_deaths=1
	nj_stop
fi
nj_done
