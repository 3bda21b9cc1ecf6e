# schema - turns schema/NNN_*.sql into the table that lib/store/migrate.c reads:
#
#	X(number, "file name", "the statements, and one that sets the number")
#
# It refuses a gap in the numbers, and two files with one number.

function fail(text) {
	print "schema.awk: " text >"/dev/stderr"
	failed = 1
	exit 1
}

function finish() {
	if (n > 0)
		printf "\"PRAGMA user_version = %d;\\n\")\n", n
}

FNR == 1 {
	finish()
	name = FILENAME
	sub(/.*\//, "", name)
	if (name !~ /^[0-9][0-9][0-9]_[a-z0-9_]+[.]sql$/)
		fail(FILENAME ": not named NNN_words.sql")
	if (substr(name, 1, 3) + 0 != ++n)
		fail(FILENAME ": the next number is " n)
	printf "X(%d, \"%s\",\n", n, name
}

{
	gsub(/\\/, "\\\\")
	gsub(/"/, "\\\"")
	printf "\"%s\\n\"\n", $0
}

END {
	if (!failed)
		finish()
}
