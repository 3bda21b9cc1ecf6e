"""leave TRANSPORT - membership holds from a seq to a seq."""

import asyncio

import nj
from nj import equal, ok


def gone(account):
    """Is this the event that puts `account` out of a room?"""
    return lambda e: (e["kind"] == "member.left" and
                      e["member"]["user"]["id"] == account.id)


def text(t):
    return lambda e: (e["kind"] == "message.posted" and
                      e["message"]["text"] == t)


async def put_out(owner, room, who):
    await owner.want(204, "DELETE", "/v1/rooms/%s/members/%s" % (room, who.id))


async def put_in(owner, room, who):
    a = await owner.http.request("PUT", "/v1/rooms/%s/members/%s" %
                                 (room, who.id), {"role": "member"})
    assert a.status in (200, 201), a.body


async def scenario(transport):
    ann, bob = await nj.register("ann"), await nj.register("bob")
    room = await ann.room("private", "r", bob)
    other = await ann.room("private", "other", bob)
    start = await nj.head_seq(bob)
    b = await nj.listen(transport, bob, start)

    # Between two long-polls there is nobody that an event could reach: whoever
    # is put out then is not shown any more what came just before.
    await ann.post(room, "before")
    if transport == "poll":
        equal(nj.posted(await b.take(1)), ["before"],
              "%s: what comes before arrives" % transport)
    await put_out(ann, room, bob)
    await ann.post(room, "after")
    await ann.post(other, "other")
    got = await b.until(text("other"))
    if transport != "poll":
        equal(nj.posted(got[:1]), ["before"],
              "%s: what comes before arrives" % transport)
        got.pop(0)
    equal([(e["kind"], e["room"]) for e in got],
          [("member.left", room), ("message.posted", other)],
          "%s: put out of a room, its stream stops at that seq, the other "
          "room's goes on" % transport)
    a = await bob.http.request("GET", "/v1/rooms/%s/messages" % room)
    equal(a.status, 404, "%s: and its history is closed too" % transport)

    # Coming from an old cursor now: its own leaving, and nothing after it.
    again = await nj.listen(transport, bob, start)
    got = await again.until(text("other"))
    ok(any(gone(bob)(e) for e in got),
       "%s: who was away learns of being put out" % transport)
    ok("after" not in nj.posted(got),
       "%s: and is not shown what came after it" % transport)
    await again.close()

    # In again: from here on, not what was said meanwhile.
    await ann.post(room, "meanwhile")
    await put_in(ann, room, bob)
    await ann.post(room, "back")
    got = await b.until(text("back"))
    equal([e["kind"] for e in got], ["member.joined", "message.posted"],
          "%s: let in again while connected: live from that seq" % transport)
    equal(got[0]["member"]["user"]["id"], bob.id,
          "%s: and it is told of that" % transport)

    # A room that is made while it listens.
    new = await ann.room("private", "new", bob)
    await ann.post(new, "welcome")
    got = await b.until(text("welcome"))
    equal([e["kind"] for e in got], ["room.created", "member.joined",
                                     "member.joined", "message.posted"],
          "%s: a new room arrives live" % transport)

    # A room that goes.
    await ann.want(204, "DELETE", "/v1/rooms/" + new)
    got = await b.take(1)
    equal((got[0]["kind"], got[0]["room"]), ("room.deleted", new),
          "%s: the end of a room arrives" % transport)

    # Withdrawn while many write: everything before that seq, nothing after.
    writers = [await nj.register("w") for _ in range(4)]
    for w in writers:
        await put_in(ann, room, w)
    told, stop = [], asyncio.Event()

    async def write(w):
        while not stop.is_set():
            told.append(int((await w.post(room, "x"))["seq"]))
    tasks = [asyncio.create_task(write(w)) for w in writers]
    got = await b.until(lambda e: len(told) > 40)
    await put_out(ann, room, bob)
    got += await b.until(gone(bob))
    left_at = int(got[-1]["seq"])
    while max(told) < left_at + 20:
        await asyncio.sleep(0)
    stop.set()
    await asyncio.gather(*tasks)
    await ann.post(other, "barrier")
    got += await b.until(text("barrier"))
    mine = [int(e["seq"]) for e in got if e["kind"] == "message.posted"
            and e["room"] == room]
    before = sorted(s for s in told if s < left_at)
    if transport == "poll":
        ok(mine == before[:len(mine)],
           "%s: put out while four write: nothing after it" % transport)
    else:
        equal(mine, before, "%s: put out while four write: all before it, "
              "nothing after it" % transport)
    await b.close()


nj.main(scenario)
