-- Sessions that ran out long ago are removed, oldest first.  Making the index
-- reads all sessions once: less than a second per million.
CREATE INDEX session_expiry ON session (expires_at);
