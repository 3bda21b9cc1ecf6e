# Join the dialects' parts, in the order of the files, into one OpenAPI
# document.  An operation without tags gets the first tag of its file.

def tagged:
  (.tags[0].name // null) as $tag
  | if $tag == null or .paths == null then . else
      .paths |= map_values(with_entries(
        if .key | IN("get", "put", "post", "delete", "patch", "head", "options")
        then .value.tags //= [$tag] else . end))
    end;

(map(.tags // []) | add) as $tags
| reduce (.[] | tagged) as $part ({}; . * $part)
| .info.version = $version
| .tags = $tags
