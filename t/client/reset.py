"""reset TRANSPORT DATABASE - a cursor that the log does not know is told so."""

import sqlite3

import nj
from nj import equal, ok


def forget(database, floor):
    """The log's old end goes, as pruning takes it."""
    db = sqlite3.connect(database, timeout=10)
    with db:
        db.execute("DELETE FROM event WHERE seq <= ?", (floor,))
        db.execute("UPDATE meta SET value = ? WHERE key = 'log_floor'",
                   (floor,))
    db.close()


async def scenario(transport, database):
    ann, bob = await nj.register("ann"), await nj.register("bob")
    room = await ann.room("private", "r", bob)
    told = [int((await ann.post(room, "m%d" % i))["seq"]) for i in range(10)]
    floor = told[4]
    forget(database, floor)

    b = await nj.listen(transport, bob, floor)
    equal(nj.seqs(await b.take(5)), told[5:],
          "%s: from the oldest that is there, nothing is missing" % transport)
    await b.close()

    head = await nj.head_seq(bob)
    for since, what in ((told[2], "older than the log"),
                        (10 ** 12, "newer than anything")):
        b = await nj.listen(transport, bob, since)
        event = await b.next()
        equal((event["kind"], int(event["since"]), int(event["oldest"])),
              ("reset", since, floor),
              "%s: a cursor %s: reset, in so many words" % (transport, what))
        ok("seq" not in event, "%s: a reset is not of the log" % transport)
        m = await ann.post(room, "next")
        event = await b.next()
        equal(int(event["seq"]), int(m["seq"]),
              "%s: and it goes on with what comes next" % transport)
        await b.close()
    ok(head == told[-1], "%s: the head was the last message" % transport)


nj.main(scenario)
