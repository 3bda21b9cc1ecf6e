#!/bin/bash
# v1: members and roles - who may let in, put out, and promote whom.
. "${0%/*}/lib.sh"

nj_start
for name in owner admin member other stranger; do
	register $name
done
as owner
room private "Pond" admin member other
members=/v1/rooms/$room/members

api PUT "$members/${ids[admin]}" '{"role":"admin"}'
answered 200 "the owner makes an admin"
golden v1/member-put "the answer is the member"
api GET "$members"
answered 200 "the list of members"
golden v1/members "has a shape"

# role NAME: what it is in the room.
role() {
	sql "SELECT role FROM member WHERE room_id = $room AND user_id = ${ids[$1]}" |
	    sed 's/0/member/;s/1/admin/;s/2/owner/'
}
is "$(role owner) $(role admin) $(role member)" "owner admin member" "the roles"

# Everybody's rights, one by one: who, what it does, whom it does it to, the
# answer.
while read -r who method whom json status code text; do
	as "$who"
	[ "$json" != - ] || json=''
	api "$method" "$members/${ids[$whom]}" ${json:+"$json"}
	if [ "$code" = - ]; then
		answered "$status" "$who: $text"
	else
		problem "$status" "$code" "$who: $text"
	fi
done <<'TABLE'
member PUT stranger {"role":"member"} 403 forbidden lets nobody in
member PUT other {"role":"admin"} 403 forbidden promotes nobody
member PUT member {"role":"owner"} 403 forbidden does not promote itself
member DELETE other - 403 forbidden puts nobody out
stranger PUT stranger {"role":"member"} 404 not_found does not let itself in
stranger DELETE member - 404 not_found puts nobody out
admin PUT stranger {"role":"member"} 201 - lets somebody in
admin PUT stranger {"role":"member"} 200 - twice is no error
admin PUT other {"role":"owner"} 403 forbidden makes no owner
admin DELETE owner - 403 forbidden does not put the owner out
admin PUT owner {"role":"member"} 403 forbidden does not demote the owner
admin DELETE stranger - 204 - puts somebody out
admin DELETE stranger - 404 not_found twice is not there
owner PUT other {"role":"king"} 422 bad_value a role that is none
owner PUT other {"role":5} 422 wrong_type a number for a role
owner PUT owner {"role":"member"} 409 last_owner a room needs an owner
owner DELETE owner - 409 last_owner and does not lose its only one
owner PUT other {"role":"admin"} 200 - promotes
owner PUT other {"role":"member"} 200 - demotes
owner DELETE other - 204 - puts out
TABLE
as owner
api PUT "$members/999999" '{"role":"member"}'
problem 404 not_found "nobody is let in"
api PUT "$members/x" '{"role":"member"}'
problem 404 not_found "an id that is none"
api POST "/v1/rooms/$room/leave"
problem 409 last_owner "the only owner does not leave"

as other
api GET "/v1/rooms/$room"
problem 404 not_found "who was put out sees nothing"
as member
api POST "/v1/rooms/$room/leave"
answered 204 "a member leaves"
api GET "$members"
problem 404 not_found "and sees nothing more"

# A second owner, then the first may go.
as owner
api PUT "$members/${ids[admin]}" '{"role":"owner"}'
answered 200 "a second owner"
api POST "/v1/rooms/$room/leave"
answered 204 "the first may leave"
as admin
api GET "$members"
is "$(get '[.items[] | "\(.user.username) \(.role)"] | join(",")')" \
    "admin owner" "one is left"
api GET "/v1/events?since=0&wait=0&rooms=$room"
is "$(get '[.events[] | select(.kind | startswith("member."))
    | "\(.kind) \(.member.user.username) \(.member.role)"] | join("\n")')" \
"member.joined owner owner
member.joined admin member
member.joined member member
member.joined other member
member.changed admin admin
member.joined stranger member
member.left stranger member
member.changed other admin
member.changed other member
member.left other member
member.left member member
member.changed admin owner
member.left owner owner" "and all of it is in the log"

# Pages.
room public Square
for n in {1..7}; do
	register "p$n"
	api POST "/v1/rooms/$room/join"
done
seen=$(after=''
	while :; do
		api GET "/v1/rooms/$room/members?limit=3$after"
		get '.items[].user.id'
		next=$(get .next)
		[ "$next" != null ] || break
		after="&after=$next"
	done)
api GET "/v1/rooms/$room/members"
is "$seen" "$(get '.items[].user.id')" "page by page it is the same list"
is "$(get '.items | length')" 8 "of all eight"
as stranger
api GET "/v1/rooms/$room/members"
answered 200 "everybody sees who is in a public room"
nj_done
