#!/bin/bash
# rooms: files, row by row.
. "${0%/*}/lib.sh"
. "${0%/*}/lib-rooms.sh"

# upload WHAT FILE [NAME]: as the field `file` of a form.
upload() {
	api POST "/api/upload-$1" -F "file=@$2;filename=${3:-${2##*/}}"
}

nj_start
signup ann
signup bob
as ann
printf '\211PNG\r\n\032\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\10\6\0\0\0\37\25\304\211' \
    >"$T/tmp/frog.png"
echo "a frog" >"$T/tmp/frog.txt"

upload file "$T/tmp/frog.png"
answered 200 "uploading a file"
golden rooms/upload-file "gives its address"
url=$(get .file_url)
upload image "$T/tmp/frog.png"
answered 200 "uploading an image"
golden rooms/upload-image "gives its address, too"
image=$(get .image_url)
upload image "$T/tmp/frog.txt"
detail 400 "File must be an image" "what is no image"
upload image "$T/tmp/frog.txt" frog.png
detail 400 "File must be an image" "nor by its name"
head -c 10485761 /dev/zero >"$T/tmp/large"
upload file "$T/tmp/large"
detail 400 "File size must be less than 10MB" "a byte too many"
head -c 20000000 /dev/zero >"$T/tmp/large"
upload file "$T/tmp/large"
detail 400 "File size must be less than 10MB" "far too many"
rm "$T/tmp/large"
api POST /api/upload-file -F "other=@$T/tmp/frog.txt"
item missing '["body","file"]' "Field required" null '' "another field"
api POST /api/upload-file -F "file=a text"
like "$status $(get '.detail[0].loc | join(" ")')" '^422 body file$' \
    "a text for a file"
api POST /api/upload-file -H 'Content-Type: multipart/form-data; boundary=x' \
    -d broken
detail 400 "There was an error parsing the body" "a broken form"

# They are fetched by whoever has the address.
token=
for path in "$url" "/api/files/${image##*/}" "$image"; do
	api GET "$path"
	answered 200 "a file, without a token"
	ok "as it was" cmp "$T/tmp/body" "$T/tmp/frog.png"
	is "$(header content-type) $(header x-content-type-options)" \
	    "image/png nosniff" "as what it is"
done
as ann
upload file "$T/tmp/frog.txt" 'frog<b>.html'
html=$(get .file_url)
has .filename 'frog<b>.html' "a name"
api GET "$html"
like "$(header content-disposition)" '^attachment' \
    "what is no image is not shown in the browser"
api GET "/api/images/${html##*/}"
detail 404 "Image not found" "nor is it an image"
for path in /api/files/none.png /api/files/00000000-0000-4000-8000-000000000000.png \
    /api/files/..%2fnatterjack.db; do
	api GET "$path"
	detail 404 "File not found" "$path"
done
api GET /api/images/none.png
detail 404 "Image not found" "no image"
token=
upload file "$T/tmp/frog.png"
detail 403 "Not authenticated" "uploading without a token"
upload image "$T/tmp/frog.png"
detail 403 "Not authenticated" "an image neither"

# A message that links to one's own file takes it.
as ann
make_room Pond
tap client rooms_file "${tokens[ann]}" "${tokens[bob]}" "$room" "$url" "$image"
is "$(sql "SELECT count(*) FROM file WHERE message_id IS NOT NULL")" 2 \
    "what was sent has its message"
api GET "/api/messages/$room"
is "$(get 'map(.file_url) | join(" ")')" "$url $url $image" \
    "the history has the addresses"
api DELETE "/v1/messages/$(get '.[0].message_id')"
api GET "$url"
detail 404 "File not found" "with the message, the file is deleted"

# Those of v1 have an address here.
api POST /v1/files --data-binary @"$T/tmp/frog.png" \
    -H 'Content-Type: image/png' -H 'Content-Disposition: attachment; filename="v1.png"'
api POST "/v1/rooms/$room/messages" "{\"text\":\"look\",\"files\":[\"$(get .id)\"]}"
answered 201 "v1 sends a file"
api GET "/api/messages/$room/recent?limit=1"
is "$(get '.[0] | "\(.message_type) \(.message) \(.file_name) \(.mime_type)"')" \
    "text_with_image look v1.png image/png" "it is shown here"
api GET "$(get '.[0].file_url')"
answered 200 "and can be fetched"
nj_done
