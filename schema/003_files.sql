-- Files that were uploaded; their bytes lie in a folder, see
-- lib/store/filedir.h.  Adding the column takes no time.

-- stored: the name in the folder, random, so that who knows it was told it.
-- name: what people call it.  message_id: NULL until it is posted with one.
CREATE TABLE file (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	user_id		INTEGER NOT NULL REFERENCES account (id),
	message_id	INTEGER REFERENCES message (id),
	stored		TEXT NOT NULL UNIQUE,
	name		TEXT NOT NULL,
	type		TEXT NOT NULL,
	size		INTEGER NOT NULL,
	created_at	INTEGER NOT NULL
);
CREATE INDEX file_message ON file (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX file_orphan ON file (created_at) WHERE message_id IS NULL;
-- All that adding up the bytes of an account needs.
CREATE INDEX file_user ON file (user_id, size);

ALTER TABLE message ADD COLUMN file_n INTEGER NOT NULL DEFAULT 0;
