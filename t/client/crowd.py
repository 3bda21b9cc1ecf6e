"""crowd N - so many sockets in one room, each gets each message once."""

import asyncio

import nj
from nj import equal


async def scenario(count):
    count = int(count)
    ann = await nj.register("ann")
    room = await ann.room("public", "square")
    people = [await nj.register("p") for _ in range(10)]
    for p in people:
        await p.http.request("POST", "/v1/rooms/%s/join" % room)
    cursor = await nj.head_seq(ann)

    sockets = [nj.Ws(people[i % len(people)].token, cursor)
               for i in range(count)]
    for i in range(0, count, 50):
        await asyncio.gather(*[s.open() for s in sockets[i:i + 50]])
    equal(sum(s.writer is not None for s in sockets), count,
          "%d sockets are open" % count)

    n = 20
    posted = []
    for i in range(n):
        posted.append(int((await ann.post(room, "all %d" % i))["seq"]))
    got = await asyncio.gather(*[s.take(n, 60) for s in sockets])
    right = sum(nj.seqs(g) == posted for g in got)
    equal(right, count, "each of them got each of %d messages once, in order"
          % n)

    last = await ann.post(room, "last")
    got = await asyncio.gather(*[s.next(60) for s in sockets])
    equal(sum(int(e["seq"]) == int(last["seq"]) for e in got), count,
          "and nothing else")
    for s in sockets:
        await s.close()


nj.main(scenario)
