#!/bin/bash
# As root: what the programs do when root starts them, and who may connect.
# Everybody else skips this.
. "${0%/*}/lib.sh"

account=natterjack
if [ "$(id -u)" != 0 ] || ! id -u $account >/dev/null 2>&1 ||
    ! id -u www-data >/dev/null 2>&1 || [ -n "${NJ_VALGRIND:-}" ]; then
	echo "1..0 # SKIP for root, with the accounts $account and www-data"
	nj_finished=1
	exit 0
fi
chmod 755 "$T"

# of PID…: the account, the group and the rights of processes, each once.
of() {
	local p
	for p in "$@"; do
		awk '/^(Uid|Gid|CapPrm|CapEff|CapInh|CapAmb):/ { $1 = ""; print }' \
		    "/proc/$p/status" | xargs
	done | sort -u
}

# as_account NAME COMMAND…: with that account's groups.
as_account() {
	local name=$1
	shift
	setpriv --reuid "$name" --regid "$name" --init-groups "$@"
}

# give FILE…: to the account that the programs become.
give() {
	chown -R "$account:$account" "$@"
}

# ---- not as root

mkdir -p "$T/run" "$T/data" "$T/log"
nj_conf run.account=root
for program in natterjack natterjack-fcgi natterjack-push; do
	said=$(cd "$T" && timeout 20 "$NJ_BUILD/$program" -c "$T/natterjack.conf" \
	    ${program:+$([ $program != natterjack ] || echo check)} 2>&1)
	is "$? $said" "78 $program: started by root, cannot become root (run.account): that is root" \
	    "$program does not work as root"
done
nj_conf run.account=no-such-account
said=$("$NJ_BUILD/natterjack-push" -c "$T/natterjack.conf" 2>&1)
is "$? $said" "78 natterjack-push: started by root, cannot become no-such-account (run.account): there is no such account" \
    "nor if there is nobody to become"

# What that account cannot read is missed at once.
nj_conf run.account=$account
chmod 600 "$T/natterjack.conf"
said=$("$NJ_BUILD/natterjack-fcgi" -c "$T/natterjack.conf" 2>&1)
is "$? $said" "78 natterjack-fcgi: $T/natterjack.conf: Permission denied" \
    "a configuration that only root can read is said to be so"

chmod 644 "$T/natterjack.conf"

# ---- as somebody else

nj_conf run.account=$account
give "$T/data" "$T/run"
chmod 750 "$T/run"
umask 027
nj_start_fcgi
nj_start_push
wait_for 30 test -S "$T/run/hint.sock" -a -S "$T/run/fcgi.sock" ||
    nj_bail "the programs do not start"
wait_for 30 grep -q 'info ready' "$T/log/fcgi.log"
number=$(id -u $account) group=$(id -g $account)
want="$number $number $number $number $group $group $group $group"
none=0000000000000000
mapfile -t all < <(pgrep -P "${pid[fcgi]}"; echo "${pid[fcgi]}"; echo "${pid[push]}")
ok "there are some" test ${#all[@]} -ge 8
is "$(of "${all[@]}")" "$want $none $none $none $none" \
    "all are $account, and have no rights of root"
is "$(stat -c '%U %G %a' "$T"/run/{fcgi,auth,push,hint}.sock | sort -u)" \
    "$account $account 660" "their sockets are its"
is "$(find "$T/data" ! -user $account)" "" "and so is the database"
"$NJ_BUILD/natterjack" -c "$T/natterjack.conf" migrate
is $? 0 "the operator's command works for root"
is "$(find "$T/data" ! -user $account)" "" "and leaves nothing of root's"

# ---- who may connect

# ask_fcgi ACCOUNT SOCKET, ask_push ACCOUNT: "Status: …", or nothing.
ask_fcgi() {
	as_account "$1" /usr/bin/python3 "$NJ_SRC/t/client/fcgi.py" ask "$2" GET \
	    /v1/me 2>/dev/null </dev/null | sed -n '1s/ [A-Z].*//p'
}
ask_push() {
	as_account "$1" curl -s --unix-socket "$T/run/push.sock" -o /dev/null \
	    -w '%{http_code}' 'http://natterjack/v1/events?since=0'
}
ask_hint() {
	as_account "$1" /usr/bin/python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.sendall(b"natterjack\t1\tworker\n")
print(s.recv(100).decode(), end="")' "$T/run/hint.sock" 2>/dev/null
}

# The modes alone keep others out; from here on it is the account that counts.
is "$(ask_push www-data)" 000 "whoever is not in the group is kept out"
chmod 755 "$T/run"
chmod 666 "$T"/run/*.sock
for socket in fcgi auth; do
	is "$(ask_fcgi www-data "$T/run/$socket.sock")" "Status: 401" \
	    "nginx's account may connect to $socket.sock"
	is "$(ask_fcgi $account "$T/run/$socket.sock")" "Status: 401" \
	    "so may our own"
	is "$(ask_fcgi root "$T/run/$socket.sock")" "Status: 401" "and root"
	is "$(ask_fcgi daemon "$T/run/$socket.sock")" "" "but no other"
done
is "$(ask_push www-data) $(ask_push $account) $(ask_push root)" "401 401 401" \
    "it is the same at push.sock"
is "$(ask_push daemon)" 000 "where others are let go"
like "$(ask_hint $account)" '^natterjack' "at hint.sock our own account is heard"
like "$(ask_hint root)" '^natterjack' "and root"
is "$(ask_hint www-data)" "" "nginx's is not"
number=$(id -u daemon)
for where in fcgi.log:fcgi.sock push.log:push.sock; do
	like "$(grep -c "warn ${where#*:}: a program of account $number may not connect" \
	    "$T/log/${where%:*}")" '^[1-9]' "the log of ${where#*:} says who"
done
like "$(<"$T/log/push.log")" \
    "hint.sock: a program of account $(id -u www-data) may not connect" \
    "and that of hint.sock"
is "$(ask_fcgi www-data "$T/run/fcgi.sock")" "Status: 401" \
    "who may is served afterwards"

# The list is read again.
sed -i '/^run.peers/d' "$T/natterjack.conf"
echo 'run.peers = daemon' >>"$T/natterjack.conf"
kill -HUP "${pid[fcgi]}"
wait_for 20 grep -q 'configuration read again' "$T/log/fcgi.log"
is $? 0 "the configuration is read again"
now_daemon() { [ "$(ask_fcgi daemon "$T/run/fcgi.sock")" = "Status: 401" ]; }
not_www() { [ "$(ask_fcgi www-data "$T/run/fcgi.sock")" = "" ]; }
wait_for 20 now_daemon
is $? 0 "and lets in who is named now"
wait_for 20 not_www
is $? 0 "and nobody else"

kill -TERM "${pid[push]}" "${pid[fcgi]}"
wait "${pid[push]}"
is $? 0 "push ends well"
wait "${pid[fcgi]}"
is $? 0 "fcgi ends well"
nj_done
