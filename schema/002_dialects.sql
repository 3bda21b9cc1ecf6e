-- What the dialects know of accounts, rooms, members and messages besides what
-- v1 does.  Adding the columns takes no time; the index of rooms' names is made
-- of the public rooms there are, about half a second per million.

-- email: as it was given; nobody else's has the same letters, whatever their
-- case.  seen_at: when it last said that it is there.  profile: a JSON object
-- whose keys are the dialects' own.
ALTER TABLE account ADD COLUMN email TEXT;
ALTER TABLE account ADD COLUMN seen_at INTEGER;
ALTER TABLE account ADD COLUMN profile TEXT;
CREATE UNIQUE INDEX account_email ON account (lower(email))
	WHERE email IS NOT NULL;

-- extra: a JSON object whose keys are the dialects' own.
ALTER TABLE room ADD COLUMN extra TEXT;
CREATE INDEX room_name ON room (lower(name))
	WHERE kind = 2 AND deleted_at IS NULL;

-- read_at: when read_seq was moved.
ALTER TABLE member ADD COLUMN read_at INTEGER;

-- origin: the connection that it was posted by, NULL: none that is known.
-- extra: what a dialect keeps beside the text, a JSON object.
ALTER TABLE message ADD COLUMN origin INTEGER;
ALTER TABLE message ADD COLUMN extra TEXT;
