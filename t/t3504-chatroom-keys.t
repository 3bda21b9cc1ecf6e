#!/bin/bash
# chatroom: keys for end-to-end encryption, of which each is given out once.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-fastapi.sh"
. "${0%/*}/lib-chatroom.sh"

nj_start
api POST /api/user/ '{"username":"ann","password":"password-ann","identityKey":"IK","schnorrKey":"SK","schnorrSig":"SS"}'
ids[ann]=$(get ._id)
api POST /api/user/login '{"username":"ann","password":"password-ann"}'
has .otpKeys 0 "at first there are none"
tokens[ann]=$(get .token)
signup bob

for path in "GET chatroom/${ids[ann]}/send" "DELETE user/otpKeys/${ids[ann]}"; do
	api "${path% *}" "/api/${path#* }"
	detail 404 "No OTP keys available for this user." "$path"
done
for id in "$nothing" "$bad"; do
	for how in send receive; do
		api GET "/api/chatroom/$id/$how"
		detail 404 "User not found!" "$how for nobody: $id"
	done
	api DELETE "/api/user/otpKeys/$id"
	detail 404 "Target user not found!" "a key of nobody: $id"
done

as ann
api PUT /api/user/otpKeys '[{"0":"zero"},{"1":"one"},{"2":"two"}]'
said "OTP keys updated successfully." "leaving keys"
api PUT /api/user/otpKeys '{"0":"zero"}'
item list_type '["body"]' "Input should be a valid list" '{"0":"zero"}' '' \
    "an object for a list"
api PUT /api/user/otpKeys '[{},7,"x"]'
is "$(get '[.detail[] | "\(.type) \(.loc | join(" ")) \(.input)"] | join(", ")')" \
    "dict_type body 1 7, dict_type body 2 x" "what is no object in it"
api PUT /api/user/otpKeys ''
item missing '["body"]' "Field required" null '' "nothing"
api PUT /api/user/otpKeys "[{\"0\":\"$(printf '%017000d' 0)\"}]"
detail 400 "Too many OTP keys." "more than there is room for"
api PUT "/api/user/${ids[ann]}" '{"otpKeys":[]}'
replied 200 '{"_id":"HEX24","username":"ann","profile":{"name":"ann","about":""},"identityKey":"IK","schnorrKey":"SK","schnorrSig":"SS","otpKeys":[]}' \
    "they are not shown"
api POST /api/user/login '{"username":"ann","password":"password-ann"}'
has .otpKeys 3 "but counted"

as bob
api GET "/api/chatroom/${ids[ann]}/receive"
answered 200 "the keys of an account"
golden chatroom/keys "are what it has registered with"
api GET "/api/chatroom/${ids[ann]}/send"
answered 200 "the same with a one-time key"
golden chatroom/keys-send "which is the first that was left"
api DELETE "/api/user/otpKeys/${ids[ann]}"
replied 200 '{"popped_key":{"1":"one"}}' "the next"
api GET "/api/chatroom/${ids[ann]}/send/"
has '.otpKey | tostring' '{"2":"two"}' "and the last"
api GET "/api/chatroom/${ids[ann]}/send"
detail 404 "No OTP keys available for this user." "then there are none"
api GET "/api/chatroom/${ids[bob]}/receive"
replied 200 '{"_id":"HEX24","username":"bob","identityKey":null,"schnorrKey":null,"schnorrSig":null}' \
    "an account without keys"

# All take at once: nobody gets what somebody else has got.
as ann
api PUT /api/user/otpKeys "$(jq -nc '[range(40) | {"\(.)": "key"}]')"
said "OTP keys updated successfully." "many keys"
for i in $(seq 8); do
	for _ in $(seq 6); do
		curl -s --unix-socket "$NJ_SOCK" -X DELETE \
		    -H "Authorization: ${tokens[bob]}" \
		    "http://natterjack/api/user/otpKeys/${ids[ann]}"
		echo
	done >"$T/tmp/taken.$i" &
	takers+=($!)
done
wait "${takers[@]}"
is "$(cat "$T"/tmp/taken.* | jq -r '.popped_key // empty | keys[0]' |
    sort -n | tr '\n' ' ')" "$(seq -s ' ' 0 39) " "each key is given out once"
is "$(cat "$T"/tmp/taken.* | grep -c 'No OTP keys')" 8 "the rest get none"

# Another dialect changes the account meanwhile.
as ann
api PUT /api/user/otpKeys "$(jq -nc '[range(200) | {"\(.)": "key"}]')"
changes=()
for _ in 1 2 3; do
	curl -s --no-progress-meter --unix-socket "$NJ_SOCK" -X PATCH \
	    -H "Authorization: Bearer ${tokens[ann]}" -o /dev/null \
	    'http://natterjack/users/me/status?status_data=busy&n=[1-400]' &
	changes+=($!)
done
curl -s --no-progress-meter -Z --parallel-max 4 --unix-socket "$NJ_SOCK" \
    -X DELETE -H "Authorization: ${tokens[bob]}" -o "$T/tmp/key.#1" \
    "http://natterjack/api/user/otpKeys/${ids[ann]}?n=[1-200]"
wait "${changes[@]}"
is "$(cat "$T"/tmp/key.* | jq -r '.popped_key | keys[0]' | sort -n | uniq -d |
    wc -l)" 0 "no key is given out twice for that"
rm "$T"/tmp/key.*
api GET /users/me
has .status busy "nor is the change lost"

# What another dialect keeps of an account stays.
as ann
api PUT /users/me '{"bio":"A frog"}'
api PUT /api/user/otpKeys '[{"0":"zero"}]'
api GET /users/me
has .bio "A frog" "what other dialects keep stays"
api PUT /users/me '{"bio":"Two frogs"}'
api POST /api/user/login '{"username":"ann","password":"password-ann"}'
has .otpKeys 1 "and they leave ours"
nj_done
