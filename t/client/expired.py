"""expired DATABASE - sessions that ran out are removed, and cut their sockets.

The server keeps such sessions for a second.  Time is made to pass by making the
session older in the database.
"""

import asyncio
import sqlite3
import time

import nj
from nj import equal, ok


async def scenario(path):
    db = sqlite3.connect(path, timeout=5, isolation_level=None)

    def rows(table, column, session):
        return db.execute("SELECT count(*) FROM %s WHERE %s = ?"
                          % (table, column), (session,)).fetchone()[0]

    async def gone(session):
        until = time.monotonic() + nj.seconds(30)
        while rows("session", "id", session) > 0:
            if time.monotonic() > until:
                return False
            await asyncio.sleep(0.1)
        return True

    ann = await nj.register("ann")
    room = await ann.room("private", "r")
    phone, spare = await ann.login(), await ann.login()
    stays = await nj.listen("ws", ann)
    cut = await nj.listen("ws", phone)
    db.execute("UPDATE session SET expires_at = 1000 WHERE id IN (?, ?)",
               (phone.session, spare.session))
    ok(await gone(phone.session), "a session that ran out goes")
    ok(await gone(spare.session), "so does another")
    equal(rows("refresh", "session_id", phone.session), 0,
          "with its refresh tokens")
    c = await cut.until_closed(10)
    equal((c.code, c.reason), (4401, "session ended"),
          "a socket that was opened in time is cut")
    equal(rows("session", "id", ann.session), 1, "one that lives is kept")
    await ann.post(room, "still here")
    got = await stays.until(lambda e: e["kind"] == "message.posted")
    equal(nj.posted(got), ["still here"], "with its socket")
    await stays.close()
    db.close()


nj.main(scenario)
