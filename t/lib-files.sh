# shellcheck shell=bash disable=SC2034,SC2154 # shared with the tests
# lib-files - for tests of files: uploading them, and what lies in their folder.
. "${BASH_SOURCE[0]%/*}/lib.sh"

dir=$T/data/files

# stored: how many files lie in their places.  incoming: how many bodies are on
# their way in.
stored() {
	find "$dir/" -type f -path "*/[0-9a-f][0-9a-f]/*" | wc -l
}

incoming() {
	find "$dir/incoming" -type f | wc -l
}

# nothing_left TEXT: neither in the folder nor in the database.
nothing_left() {
	is "$(stored) $(incoming) $(sql 'SELECT count(*) FROM file')" "0 0 0" \
	    "$1: nothing is left"
}

# upload FILE TYPE [curl arguments…]: its bytes are the body; with $query.  Sets
# $file to the id.  form FILE [curl arguments…]: the same as a form.
query=''
upload() {
	local bytes=$1 type=$2
	shift 2
	api POST "/v1/files$query" -H "Content-Type: $type" \
	    --data-binary "@$bytes" "$@"
	file=$(get '.id // empty' 2>/dev/null)
}

form() {
	local bytes=$1
	shift
	api POST "/v1/files$query" -F "file=@$bytes" "$@"
	file=$(get '.id // empty' 2>/dev/null)
}

# make_png FILE BYTES: one that looks like one.
make_png() {
	{
		printf '\x89PNG\r\n\x1a\n'
		head -c $(($2 - 8)) /dev/urandom
	} >"$1"
}
