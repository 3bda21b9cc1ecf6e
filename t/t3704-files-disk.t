#!/bin/bash
# Files on a disk that is really full: a small file system of memory, which an
# account without rights may mount in a namespace of its own.
if [ -n "${NJ_ONE:-}" ] && [ -z "${NJ_DISK:-}" ]; then
	NJ_DISK=$(mktemp -d) || exit 1
	export NJ_DISK
	if ! unshare -rm mount -t tmpfs none "$NJ_DISK" 2>/dev/null; then
		echo "1..0 # SKIP an account may not mount anything here"
		rmdir "$NJ_DISK"
		exit 0
	fi
	# In the inner namespace nobody is root any more.
	unshare -rm sh -c 'mount -t tmpfs -o size=4m none "$NJ_DISK" &&
	    exec unshare --map-user=1000 --map-group=1000 "$@"' sh "$0" "$@"
	status=$?
	rmdir "$NJ_DISK"
	exit $status
fi
. "${0%/*}/lib-files.sh"

mkdir "$T/data"
ln -s "$NJ_DISK" "$dir"
nj_start
register ann
room private Pond
png=$T/tmp/frog.png
make_png "$png" 1000
make_png "$T/tmp/one" 1500000
make_png "$T/tmp/big" 5000000

# full STATUS TEXT: refused, to be tried again, and nothing is left.
full() {
	problem 503 "$1" "$2"
	isnt "$(header retry-after)" "" "$2: the client is told to come back"
	ok "$2: no body is left" wait_for 10 none_incoming
	is "$(stored) $(sql 'SELECT count(*) FROM file')" "0 0" \
	    "$2: and no file"
}
none_incoming() { [ "$(incoming)" = 0 ]; }

# nginx cannot write the body.
upload "$T/tmp/big" image/png
full busy "a body that does not fit"
form "$T/tmp/big"
full busy "a form that does not fit"

# nginx can, but the worker cannot copy the part that is the file.
head -c 1500000 /dev/zero >"$dir/filler"
form "$T/tmp/one"
full disk_full "a file that does not fit beside its form"

# It fits, without a copy.
upload "$T/tmp/one" image/png
answered 201 "a file that just fits"
one=$file
api GET "/v1/files/$one"
ok "comes back whole" cmp -s "$T/tmp/one" "$T/tmp/body"
api POST "/v1/rooms/$room/messages" "{\"files\":[\"$one\"]}"
message=$(get .id)
form "$T/tmp/one"
is "$status" 503 "there is no room again"
api POST "/v1/rooms/$room/messages" '{"text":"hello"}'
answered 201 "one can talk all the same"
rm "$dir/filler"
api DELETE "/v1/messages/$message"
is "$(stored)" 0 "deleting makes room"
form "$T/tmp/one"
answered 201 "for another"
is "$(stored) $(incoming)" "1 0" "which is in place"
nj_done
