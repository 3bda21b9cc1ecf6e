#!/bin/bash
# The sample accounts and rooms: made on demand, once, and by the quickstart for
# a database that it has just made.
. "${0%/*}/lib.sh"

demo() {
	"$NJ_BUILD/natterjack" -c "$T/natterjack.conf" demo-data 2>&1
}

# log_in NAME PASSWORD: it is who speaks from now on.
log_in() {
	token=
	api POST /v1/sessions "{\"username\":\"$1\",\"password\":\"$2\"}"
	token=$(get .access_token)
}

nj_start
is "$(demo; echo $?)" 0 "it says nothing"
while read -r id name password; do
	log_in "$name" "$password"
	is "$status $(get .user.id)" "201 $id" "$name is there"
done <<'PEOPLE'
1 admin admin123
2 user1 password123
3 user2 password123
PEOPLE
is "$(sql 'SELECT count(*) FROM session')" 3 "nobody was logged in by it"
api GET '/v1/rooms?public=1'
is "$(get '[.items[] | "\(.id) \(.name) \(.kind)"] | join(",")')" \
    "1 General public,2 Random public,3 Tech Talk public" "so are the rooms"
is "$(sql 'SELECT DISTINCT created_by FROM room')" 1 "which are admin's"

# Again, also after something has changed.
before=$(sql 'SELECT max(seq) FROM event')
is "$(demo; echo $?)" 0 "again"
is "$(sql 'SELECT max(seq) FROM event')" "$before" "it does nothing"
log_in admin admin123
api PUT /v1/me/password '{"old_password":"admin123","new_password":"another one"}'
answered 204 "a password is changed"
log_in admin "another one"
api DELETE /v1/rooms/2
answered 204 "and a room deleted"
is "$(demo; echo $?)" 0 "once more"
log_in admin "another one"
answered 201 "leaves the password alone"
api GET '/v1/rooms?public=1'
is "$(get '[.items[].name] | join(",")')" "General,Tech Talk,Random" \
    "and makes what is missing"

nj_stop

is "$("$NJ_BUILD/natterjack" -c "$T/natterjack.conf" demo-data extra 2>/dev/null
    echo $?)" 64 "it takes no words"
echo "database.path = $T/none/none.db" >"$T/none.conf"
like "$("$NJ_BUILD/natterjack" -c "$T/none.conf" demo-data 2>&1; echo $?)" \
    'none.db: .*1$' "without a database it fails"
nj_done
