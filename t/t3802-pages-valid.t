#!/bin/bash
# /openapi.json is a valid OpenAPI 3.1 document, as somebody else's validator
# sees it.
. "${0%/*}/lib.sh"

if [ ! -f "$NJ_BUILD/t/npm/node_modules/lock" ]; then
	echo "1..0 # SKIP no validator: make check-tools fetches it from npm"
	nj_finished=1
	exit 0
fi
cat >"$T/tmp/validate.mjs" <<'END'
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(process.argv[2] + "/t/npm/package.json");
const { Validator } = await import(require.resolve(
	"@seriousme/openapi-schema-validator"));
const validator = new Validator();
const doc = JSON.parse(readFileSync(process.argv[3]));
const result = await validator.validate(doc);

console.log(validator.version, result.valid);
if (!result.valid)
	console.log(JSON.stringify(result.errors, null, 1));
END
valid() {
	node "$T/tmp/validate.mjs" "$NJ_BUILD" "$1" 2>&1
}
made=$NJ_BUILD/nginx/pages/openapi.json
said=$(valid "$made")
is "$(head -n 1 <<<"$said")" "3.1 true" "it is valid" || diag "$said"
# A validator that says yes to everything is none.
jq 'del(.info.title)' "$made" >"$T/tmp/untitled.json"
is "$(valid "$T/tmp/untitled.json" | head -n 1)" "3.1 false" \
    "without a title it is not"
jq '.paths["/v1/me"].get.responses = []' "$made" >"$T/tmp/list.json"
is "$(valid "$T/tmp/list.json" | head -n 1)" "3.1 false" \
    "nor with a list of responses"
nj_done
