"""limits - how many may come, and how much may wait.

The instance has push.connections 20, push.user_connections 6 and push.out_max
64k.
"""

import asyncio
import os

import nj
from nj import equal, ok

DIRECT = os.path.dirname(nj.SOCK) + "/push.sock"


async def attempt(account, transport="ws"):
    """A listener, or the status and the code with which it was refused."""
    s = nj.KINDS[transport](account.token, None)
    try:
        await asyncio.wait_for(s.open(), nj.seconds(10))
        return s
    except nj.Closed as c:
        return c.status, c.reason


async def closed(s):
    """Close it, and wait until push knows."""
    s.writer.write(nj.frame(nj.OP_CLOSE, b"\x03\xe8"))
    await s.until_closed()
    await asyncio.wait_for(s.reader.read(), nj.seconds(5))
    await s.close()


async def scenario():
    people = [await nj.register("p") for _ in range(4)]
    ann = people[0]

    # One account's share, whatever the transport.
    mine = [await attempt(ann, t) for t in ("ws", "sse", "ws", "sse", "ws",
                                            "ws")]
    ok(all(isinstance(s, nj.Listener) for s in mine),
       "push.user_connections: so many may come")
    for t in nj.TRANSPORTS:
        equal(await attempt(ann, t), (429, "too_many_requests"),
              "%s: one more is refused" % t)
    await closed(mine[0])
    again = await attempt(ann)
    ok(isinstance(again, nj.Listener), "one has gone: there is room again")
    mine[0] = again

    # Everybody's share.
    others = [await attempt(p) for p in people[1:] for _ in range(5)]
    granted = [s for s in others if isinstance(s, nj.Listener)]
    refused = [s for s in others if not isinstance(s, nj.Listener)]
    # nginx may hold an idle connection or two.
    ok(10 <= len(granted) <= 14 and refused,
       "push.connections: %d of 15 more may come" % len(granted))
    equal(set(refused), {(503, "busy")}, "the others are told to come again")
    answer = await nj.Http(people[1].token).request("GET", "/v1/events?wait=0")
    equal((answer.status, answer.headers.get("retry-after")), (503, "1"),
          "and when")
    room = await ann.room("private", "r")
    await ann.post(room, "hello")
    equal(nj.posted([e for e in await mine[2].take(3)]), ["hello"],
          "those who are there are served")
    for s in granted:
        await closed(s)
    s = await attempt(people[1])
    ok(isinstance(s, nj.Listener), "they have gone: there is room again")
    await closed(s)

    # More at once than are let in: nobody is lost, nothing breaks.
    crowd = [asyncio.open_unix_connection(DIRECT) for _ in range(200)]
    crowd = await asyncio.gather(*crowd)
    ok(True, "two hundred connections at once")
    for _, w in crowd:
        w.close()
    while not isinstance(s := await attempt(people[1]), nj.Listener):
        await asyncio.sleep(0.05)
    await closed(s)
    ok(True, "and when they have gone there is room again")

    # A client that asks and does not read is not read from either.
    s = mine[2]
    n, size = 30000, 100
    s.stall()
    s.writer.write(b"".join(nj.frame(nj.OP_PING, b"%0100d" % i)
                            for i in range(n)))
    await ann.post(room, "meanwhile")
    got = await mine[4].until(lambda e: e["kind"] == "message.posted")
    ok(got, "%d pings and no eyes: the others are served" % n)
    ok(s.writer.transport.get_write_buffer_size() > n * size / 2,
       "and it is not read from for ever")
    s.unstall()
    pongs, wrong = 0, 0
    while pongs < n:
        op, _, payload = await asyncio.wait_for(s.read_frame(),
                                                nj.seconds(20))
        if op == nj.OP_PONG:
            wrong += int(payload) != pongs
            pongs += 1
    equal(wrong, 0, "when it reads again, each ping has its pong, in order")
    for s in mine:
        await s.close()


nj.main(scenario)
