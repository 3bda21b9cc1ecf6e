-- The first schema.  Times are milliseconds since 1970 UTC.

-- What the programs note for themselves, one integer per key:
--   running    1 while a master runs; still 1 at a start: the stop was unclean
--   log_floor  the newest seq that has left the log
CREATE TABLE meta (
	key		TEXT PRIMARY KEY,
	value		INTEGER NOT NULL
);
INSERT INTO meta (key, value) VALUES ('running', 0), ('log_floor', 0);

-- An account (`user` is a reserved word in PostgreSQL).  A deleted one keeps
-- its row, because messages name it, but loses its names and its password.
CREATE TABLE account (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	username	TEXT NOT NULL UNIQUE,
	display_name	TEXT NOT NULL,
	password	TEXT NOT NULL,
	created_at	INTEGER NOT NULL,
	deleted_at	INTEGER
);

-- A login.
CREATE TABLE session (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	user_id		INTEGER NOT NULL REFERENCES account (id),
	device		TEXT NOT NULL,
	created_at	INTEGER NOT NULL,
	used_at		INTEGER NOT NULL,
	expires_at	INTEGER NOT NULL,
	ended_at	INTEGER
);
CREATE INDEX session_alive ON session (user_id) WHERE ended_at IS NULL;

-- The refresh tokens of a session, by their SHA-256.  All but the newest are
-- spent; a spent one that comes back ends the session.
CREATE TABLE refresh (
	hash		BLOB PRIMARY KEY,
	session_id	INTEGER NOT NULL REFERENCES session (id),
	created_at	INTEGER NOT NULL,
	spent_at	INTEGER
) WITHOUT ROWID;
CREATE INDEX refresh_session ON refresh (session_id);

-- kind: 0 direct, 1 private, 2 public.  pair: the two accounts of a direct
-- room, "low:high", so that there is one room for both.  pruned_seq: its newest
-- event that has left the log; its newest of all is found by index, so that an
-- event does not have to write here.
CREATE TABLE room (
	id		INTEGER PRIMARY KEY AUTOINCREMENT,
	kind		INTEGER NOT NULL,
	name		TEXT,
	pair		TEXT UNIQUE,
	created_by	INTEGER NOT NULL REFERENCES account (id),
	created_at	INTEGER NOT NULL,
	updated_at	INTEGER,
	deleted_at	INTEGER,
	pruned_seq	INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX room_public ON room (id) WHERE kind = 2 AND deleted_at IS NULL;

-- role: 0 member, 1 admin, 2 owner.  joined_seq: the event that let this
-- account in; events before it are history, not news.  read_seq: its receipt.
CREATE TABLE member (
	room_id		INTEGER NOT NULL REFERENCES room (id),
	user_id		INTEGER NOT NULL REFERENCES account (id),
	role		INTEGER NOT NULL,
	joined_seq	INTEGER NOT NULL,
	joined_at	INTEGER NOT NULL,
	read_seq	INTEGER NOT NULL,
	PRIMARY KEY (room_id, user_id)
) WITHOUT ROWID;
CREATE INDEX member_user ON member (user_id, room_id);

-- id is the seq of the event that posted it.  send_key: the client's own name
-- for this send; a retry returns the first message for ever.
CREATE TABLE message (
	id		INTEGER PRIMARY KEY,
	room_id		INTEGER NOT NULL REFERENCES room (id),
	sender_id	INTEGER NOT NULL REFERENCES account (id),
	kind		TEXT NOT NULL,
	body		TEXT NOT NULL,
	reply_to	INTEGER,
	send_key	TEXT,
	created_at	INTEGER NOT NULL,
	edited_at	INTEGER,
	deleted_at	INTEGER,
	reaction_n	INTEGER NOT NULL DEFAULT 0
);
-- All that counting the unread ones needs.
CREATE INDEX message_room ON message (room_id, id, sender_id, deleted_at);
CREATE UNIQUE INDEX message_key ON message (sender_id, send_key)
	WHERE send_key IS NOT NULL;

CREATE TABLE reaction (
	message_id	INTEGER NOT NULL REFERENCES message (id),
	user_id		INTEGER NOT NULL REFERENCES account (id),
	emoji		TEXT NOT NULL,
	created_at	INTEGER NOT NULL,
	PRIMARY KEY (message_id, emoji, user_id)
) WITHOUT ROWID;

-- The log.  kind: lib/store/event.def.  room_id NULL: the whole site.
-- user_id: who did it.  subject_id: what it was done to (a message, an
-- account, a session); NULL for message.posted, whose message has the event's
-- own seq.  arg: a reaction's emoji, a member's role, a receipt's seq.
CREATE TABLE event (
	seq		INTEGER PRIMARY KEY AUTOINCREMENT,
	kind		INTEGER NOT NULL,
	room_id		INTEGER,
	user_id		INTEGER NOT NULL,
	subject_id	INTEGER,
	arg		TEXT,
	at		INTEGER NOT NULL
);
-- Kind 1 is message.posted: message_room finds those, and a send saves a write.
-- Kind 10 is member.left: who has left a room is told so.
CREATE INDEX event_room ON event (room_id, seq, kind) WHERE kind <> 1;
CREATE INDEX event_left ON event (subject_id, seq) WHERE kind = 10;
