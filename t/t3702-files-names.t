#!/bin/bash
# Files: what they are called, what they are, and how large they may be, raw and
# in forms.
. "${0%/*}/lib-files.sh"

nj_start files.account_max=0
register ann
png=$T/tmp/frog.png
make_png "$png" 1000
printf 'Just a text.\n' >"$T/tmp/text"
printf '<html><script>alert(1)</script></html>' >"$T/tmp/html"
printf '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>' \
    >"$T/tmp/svg"
printf '%%PDF-1.7 and so on' >"$T/tmp/pdf"
printf 'PK\3\4............' >"$T/tmp/zip"
printf 'GIF89a......' >"$T/tmp/gif"

# What it is called: in the query, in the header, in the form.
while IFS='|' read -r given want text; do
	query="?name=$given"
	upload "$png" image/png
	has .name "$want" "a name in the query: $text"
done <<'NAMES'
a.png|a.png|a plain one
a+b%20c.png|a b c.png|with blanks
gr%C3%BC%C3%9Fe%F0%9F%90%B8.png|grüße🐸.png|in UTF-8
%22a%22;b.png|"a";b.png|with quotes
..%2F..%2Fetc%2Fpasswd|passwd|a path
C%3A%5Ctemp%5Ca.png|a.png|another kind of path
..|file|the folder above
%2F|file|a slash
|file|none
a%0D%0ASet-Cookie%3A%20b|a__Set-Cookie: b|line ends
a%E2%80%AEgnp.exe|a_gnp.exe|what turns the writing around
a%C2%9Bb|a_b|a control character of the other half
NAMES
query=
upload "$png" image/png -H "Content-Disposition: attachment; filename*=UTF-8''%e2%82%ac.png; filename=e.png"
has .name "€.png" "a name in the header, as RFC 6266 has it"
upload "$png" image/png -H 'Content-Disposition: attachment; filename="a \"b\".png"'
has .name 'a "b".png' "with quotes"
form "$png"
answered 201 "a form"
has .name frog.png "has the name of its file"
has .type image/png "and what its content says"
form "$png;filename=\"x/y\\\"z.png\""
has .name 'y"z.png' "a quote and a path in it"
query='?name=mine.png'
form "$png"
has .name mine.png "the query beats it"
query="?name=$(printf '%0256d' 0)"
upload "$png" image/png
problem 422 too_long "a name of 256 bytes"
has .field name "the field is named"
query="?name=$(printf '%0255d' 0)"
upload "$png" image/png
answered 201 "a name of 255 bytes"
query=
upload "$png" image/png -H "$(printf 'Content-Disposition: attachment; filename="\xff.png"')"
problem 422 bad_value "a name that is not UTF-8"

# How it comes back: nobody's browser runs it.
download() {
	api GET "/v1/files/$file"
	disposition=$(header content-disposition)
	got_type=$(header content-type)
}
query='?name=50%25%20%22gr%C3%BC%C3%9Fe%22.png'
upload "$png" image/png
download
is "$disposition" \
    "inline; filename=\"50_ _gr__e_.png\"; filename*=UTF-8''50%25%20%22gr%c3%bc%c3%9fe%22.png" \
    "any name comes back in ASCII and in UTF-8"
query='?name=a%0D%0AX-Evil%3A%20yes'
upload "$png" image/png
download
is "$(header x-evil)" "" "a name makes no header"
query=
while IFS='|' read -r what said type how text; do
	upload "$T/tmp/$what" "$said"
	has .type "$type" "$text: is $type"
	download
	like "$disposition" "^$how;" "$text: $how"
	is "${got_type%; charset=utf-8}" "$type" "$text: and goes out as that"
	is "$(header x-content-type-options)" nosniff "$text: for good"
done <<'TYPES'
frog.png|image/png|image/png|inline|a picture
frog.png|text/html|image/png|inline|a picture that is called a page
frog.png||image/png|inline|a picture that is called nothing
html|image/png|application/octet-stream|attachment|a page that is called a picture
html|text/html|text/html|attachment|a page
html|audio/mpeg|application/octet-stream|attachment|a page that is called a sound
svg|image/svg+xml|image/svg+xml|attachment|a drawing that can run scripts
svg|image/png|application/octet-stream|attachment|a drawing that is called a picture
html|application/xhtml+xml|application/xhtml+xml|attachment|another kind of page
html|application/javascript|application/javascript|attachment|a script
html|text/xml|text/xml|attachment|XML
pdf|image/jpeg|application/pdf|attachment|a PDF
zip|application/vnd.oasis.opendocument.text|application/vnd.oasis.opendocument.text|attachment|a document
gif|video/mp4|image/gif|inline|another picture
text|text/plain|text/plain|inline|a text
text|text/plain;charset=utf-16|text/plain|inline|a text that says it is another
text|application/x-www-form-urlencoded|application/octet-stream|attachment|what curl says of everything
text|nonsense|application/octet-stream|attachment|no type
frog.png|text/plain|image/png|inline|a picture that is called a text
TYPES

# Forms that are none, and requests without a file.
api POST /v1/files
problem 422 missing_field "no body"
has .field file "the field is named"
api POST /v1/files -F file=text
problem 422 missing_field "a field that is no file"
api POST /v1/files -F "other=@$png"
problem 422 missing_field "a file in another field"
api POST /v1/files -F 'file=;filename=""'
problem 422 missing_field "a form in which nothing was chosen"
api POST /v1/files -F note=hi -F "file=@$T/tmp/text;filename=empty.txt" -F z=1
has .size 13 "other fields do not matter"
api POST /v1/files -H 'Content-Type: multipart/form-data; boundary=x' \
    --data-binary 'not a form'
problem 400 bad_request "no form at all"
api POST /v1/files -H 'Content-Type: multipart/form-data; boundary=x' \
    --data-binary $'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc'
problem 400 bad_request "a form without its end"
: >"$T/tmp/empty"
form "$T/tmp/empty"
has .size 0 "a file may be empty"
api GET "/v1/files/$file"
answered 200 "and comes back so"
is "$(wc -c <"$T/tmp/body")" 0 "empty"

# Nobody gets in by the side doors.
token=
upload "$png" image/png
problem 401 no_token "an upload without a token"
as ann
count=$(sql 'SELECT count(*) FROM file')
is "$(incoming)" 0 "leaves nothing"
upload "$png" image/png -H 'NATTERJACK_BODY_FILE: /etc/passwd' \
    -H 'Natterjack-Body-File: /etc/passwd' -H 'X-Accel-Redirect: /etc/passwd'
has .size 1000 "a header that names another file does nothing"
api GET /v1/me -H "X-Accel-Redirect: /.natterjack-files/x"
has .username ann "nor one that names an answer"
stored=$(sql "SELECT stored FROM file WHERE id = $file")
like "$stored" '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$' \
    "a file is stored under a random name"
api GET "/.natterjack-files/${stored:0:2}/$stored"
answered 404 "nobody asks nginx for it"
for method in GET PUT DELETE; do
	api $method /v1/files
	problem 405 method_not_allowed "$method of all files"
done
for id in 0 -1 x 999999 "$stored"; do
	api GET "/v1/files/$id"
	problem 404 not_found "file $id"
done
is "$(sql 'SELECT count(*) FROM file')" $((count + 1)) \
    "what was refused left no row"
is "$(stored)" $((count + 1)) "and no bytes"

# The largest, and one byte more: files.max for the worker, a little more for
# nginx.
head -c 10485760 /dev/zero >"$T/tmp/most"
upload "$T/tmp/most" application/zip
answered 201 "10 MiB"
has .size 10485760 "all of it"
api GET "/v1/files/$file"
ok "comes back as it was" cmp -s "$T/tmp/most" "$T/tmp/body"
form "$T/tmp/most"
answered 201 "10 MiB in a form"
printf x >>"$T/tmp/most"
upload "$T/tmp/most" application/zip
problem 413 too_large "10 MiB and a byte"
form "$T/tmp/most"
problem 413 too_large "in a form, too"
head -c 12000000 /dev/zero >"$T/tmp/most"
upload "$T/tmp/most" application/zip
problem 413 too_large "12 MB"
is "$(incoming)" 0 "nothing is left of them"

# The limits that nginx has follow the workers'.
for conf in upload.conf upload-file.conf.in; do
	nginx_m=$(sed -n 's/^client_max_body_size \(.*\)m;/\1/p' "$NJ_SRC/nginx/$conf")
	files_m=$(sed -n 's/^X(files_max, .*SIZE, "\([0-9]*\)m".*/\1/p' \
	    "$NJ_SRC/lib/base/conf.def")
	is "$nginx_m" $((files_m + 1)) "$conf: a megabyte more than files.max"
done
nj_done
