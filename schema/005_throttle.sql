-- Wrong passwords, as far as they still count against those who sent them.

-- key: a digest of whom it counts against, see lib/core/guess.c.  free_at: when
-- nothing of it counts any more; until then it says how many there were.
CREATE TABLE throttle (
	key		BLOB PRIMARY KEY,
	free_at		INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX throttle_free ON throttle (free_at);
