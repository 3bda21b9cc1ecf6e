"""resume TRANSPORT - being away costs nothing."""

import asyncio

import nj
from nj import equal, ok


async def scenario(transport):
    ann, bob = await nj.register("ann"), await nj.register("bob")
    room = await ann.room("private", "r", bob)

    # From now on: what was there before is not news.
    await ann.post(room, "old")
    b = await nj.listen(transport, bob)
    for i in range(3):
        await ann.post(room, "live %d" % i)
    got = await b.take(3)
    equal(nj.posted(got), ["live 0", "live 1", "live 2"],
          "%s: from now on, live and in order" % transport)
    cursor = b.cursor
    await b.close()

    # Away: all sorts of things happen, in two rooms.
    ids = [(await ann.post(room, "away %d" % i))["id"] for i in range(10)]
    await ann.want(200, "PATCH", "/v1/messages/" + ids[0], {"text": "edited"})
    await ann.want(204, "DELETE", "/v1/messages/" + ids[1])
    await ann.http.request("PUT", "/v1/messages/%s/reactions/%s" %
                           (ids[2], "%F0%9F%90%B8"))
    other = await ann.room("private", "other", bob)
    await ann.post(other, "in the other room")
    hidden = await ann.room("private", "hidden")
    await ann.post(hidden, "not for bob")

    b = await nj.listen(transport, bob, cursor)
    got = await b.until(lambda e: e["kind"] == "message.posted"
                        and e["room"] == other)
    want = [("message.posted", room)] * 10 + [
        ("message.edited", room), ("message.deleted", room),
        ("reaction.added", room)]
    equal([(e["kind"], e["room"]) for e in got[:13]], want,
          "%s: back again, all that was missed is there" % transport)
    ok(all(e["room"] == other for e in got[13:]),
       "%s: then the new room, from its making on" % transport)
    got_seqs = nj.seqs(got)
    equal(got_seqs, sorted(set(got_seqs)),
          "%s: seqs ascend, each once" % transport)
    ok(not any(e["room"] == hidden for e in got),
       "%s: nothing of a room that it is not in" % transport)

    # The stream goes on live, with nothing in between.
    await ann.post(room, "live again")
    got = await b.take(1)
    equal(nj.posted(got), ["live again"],
          "%s: and it goes on live" % transport)
    cursor = b.cursor
    await b.close()

    # Asking with the same cursor twice gives the same.
    for i in range(3):
        await ann.post(room, "twice %d" % i)
    for attempt in ("once", "and once more"):
        b = await nj.listen(transport, bob, cursor)
        equal(nj.posted(await b.take(3)), ["twice 0", "twice 1", "twice 2"],
              "%s: from one cursor %s" % (transport, attempt))
        await b.close()

    # More than push reads in one step.
    cursor = await nj.head_seq(bob)
    n = 120
    accounts = [ann, await ann.login(), await ann.login(), await ann.login()]

    async def write(who, mine):
        for i in mine:
            await who.post(room, "many %d" % i)
    await asyncio.gather(*[write(a, range(i, n, 4))
                           for i, a in enumerate(accounts)])
    b = await nj.listen(transport, bob, cursor)
    got = await b.take(n)
    equal(sorted(nj.posted(got)), sorted("many %d" % i for i in range(n)),
          "%s: %d events, more than are read in one step" % (transport, n))
    equal(nj.seqs(got), sorted(set(nj.seqs(got))),
          "%s: in order, each once" % transport)
    await b.close()

    # From the very beginning.
    b = await nj.listen(transport, bob, 0)
    got = await b.take(2)
    ok(all(e.get("room") in (room, None) for e in got),
       "%s: since 0 begins at the beginning" % transport)
    await b.close()

    # Some rooms only.
    b = await nj.listen(transport, bob, None, [other])
    await ann.post(room, "elsewhere")
    await ann.post(other, "here")
    equal(nj.posted(await b.take(1)), ["here"],
          "%s: only the rooms that were asked for" % transport)
    await b.close()


nj.main(scenario)
