-- Who is called like an address, whatever the case of both: nobody else gets it.
-- Making the index reads all accounts once: about a second per million.
CREATE INDEX account_name_case ON account (lower(username));
