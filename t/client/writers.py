"""writers - no gap and no duplicate while eight accounts write.

Each transport has a steady reader, and there is one that keeps changing from
one transport to another.  What the writers were told (the seq of each message)
is what every reader must have seen, each once, in order.
"""

import asyncio
import random

import nj
from nj import equal, ok

EACH = 60


async def write(account, room, told):
    for i in range(EACH):
        m = await account.post(room, "%s %d" % (account.name, i),
                               "%s-%d" % (account.name, i))
        told.append(int(m["seq"]))


async def steady(listener, total):
    """Read until the messages of all writers are there."""
    got = []
    while len(got) < total:
        event = await listener.next(30)
        if event["kind"] == "message.posted":
            got.append(int(event["seq"]))
    return got


async def fickle(account, cursor, total, ways):
    """The same, but a few events on each transport, then the next."""
    got, kinds = [], set()
    rng = random.Random(7)
    while len(got) < total:
        transport = rng.choice(ways)
        listener = await nj.listen(transport, account, cursor)
        kinds.add(transport)
        for _ in range(min(rng.randint(1, 40), total - len(got))):
            try:
                event = await listener.next(10)
            except asyncio.TimeoutError:
                print("%s from %s: nothing after %s, %s" % (
                    transport, cursor, got[-1:], listener.cursor))
                return got, kinds
            if event["kind"] == "message.posted":
                got.append(int(event["seq"]))
        cursor = listener.cursor
        await listener.close()
    return got, kinds


async def scenario():
    reader = await nj.register("reader")
    writers = [await nj.register("w") for _ in range(8)]
    room = await reader.room("private", "busy", *writers)
    total = EACH * len(writers)

    start = await nj.head_seq(reader)
    listeners = {t: await nj.listen(t, reader) for t in nj.TRANSPORTS}
    tasks = {t: asyncio.create_task(steady(s, total))
             for t, s in listeners.items()}
    pairs = {}
    for a in nj.TRANSPORTS:
        for b in nj.TRANSPORTS:
            if a < b:
                pairs[a, b] = asyncio.create_task(
                    fickle(reader, start, total, (a, b)))
    told = []
    await asyncio.gather(*[write(w, room, told) for w in writers])
    equal(len(set(told)), total, "every message has a seq of its own")

    for t, task in tasks.items():
        equal(await task, sorted(told),
              "%s: each of %d messages once and in order" % (t, total))
    for ways, task in pairs.items():
        got, kinds = await task
        equal(got, sorted(told),
              "back and forth between %s and %s: the same" % ways)
        equal(kinds, set(ways), "and both were in use")

    # What comes afterwards is the next thing that happens, not a late one.
    await reader.post(room, "the end")
    for t, s in listeners.items():
        event = await s.next()
        equal((event["kind"], event.get("message", {}).get("text")),
              ("message.posted", "the end"), "%s: nothing was late" % t)

    # And the history that HTTP tells is the same.
    seen, before = [], None
    while True:
        page = await reader.want(200, "GET", "/v1/rooms/%s/messages?limit=100"
                                 "%s" % (room, before or ""))
        seen += [int(m["seq"]) for m in page["items"]]
        if page["next"] is None:
            break
        before = "&before=" + page["next"]
    equal(sorted(seen)[:-1], sorted(told), "the pages of the room agree")
    ok(len(seen) == len(set(seen)), "and repeat nothing")


nj.main(scenario)
