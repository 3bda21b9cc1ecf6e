"""load WRITERS - writers and readers that outlive what happens to the server.

Each writer posts with a key of its own for each message, and posts the same
again until it is acknowledged, as a phone does.  Readers on every transport
follow from their cursors, and come back when they are cut off.  Driven by
lines on stdin:

	more N		prints "more" when N further messages are acknowledged
	failures	prints how many requests have failed so far
	end		stops, checks, and reports

At the end every message that was acknowledged must be in the room exactly
once, and every reader must have seen exactly those, in order.
"""

import asyncio
import json
import sys

import nj
from nj import equal, ok


class Load:
    def __init__(self):
        self.acked = {}			# key to id
        self.failed = {}		# what went wrong, how often
        self.bad = []			# answers that should not be
        self.stopping = False
        self.progress = asyncio.Condition()

    async def fail(self, what):
        self.failed[what] = self.failed.get(what, 0) + 1
        # Whoever was refused waits a moment, as clients do.
        await asyncio.sleep(0.02)

    async def send(self, account, room, key):
        """Post until it is acknowledged; its id."""
        while True:
            try:
                a = await asyncio.wait_for(account.http.request(
                    "POST", "/v1/rooms/%s/messages" % room,
                    {"text": key, "key": key}), nj.seconds(30))
            except (OSError, asyncio.IncompleteReadError):
                await self.fail("no answer")
                continue
            if a.status == 201:
                break
            await self.fail(a.status)
            problem = a.headers.get("content-type")
            if a.status not in (502, 503, 504) or \
                    problem != "application/problem+json" or \
                    json.loads(a.body)["status"] != a.status:
                self.bad.append((a.status, problem, a.body[:200]))
        m = a.json
        if m["text"] != key:
            self.bad.append(("another message", m))
        return int(m["id"])

    async def write(self, account, room):
        n = 0
        while not self.stopping:
            key = "%s-%d" % (account.name, n)
            n += 1
            seq = await self.send(account, room, key)
            async with self.progress:
                self.acked[key] = seq
                self.progress.notify_all()

    async def read(self, transport, account, cursor, seen):
        """Collect the ids of messages until somebody posts "the end"."""
        while True:
            try:
                s = await nj.listen(transport, account, cursor)
                while True:
                    e = await s._next()
                    cursor = s.cursor
                    if e["kind"] == "reset":
                        self.bad.append(("reset", e))
                    if e["kind"] != "message.posted":
                        continue
                    if e["message"]["text"] == "the end":
                        return await s.close()
                    seen.append(int(e["seq"]))
            except nj.Closed as c:
                if c.status not in (None, 502, 503, 504):
                    self.bad.append((transport, str(c)))
            except (OSError, asyncio.IncompleteReadError,
                    asyncio.TimeoutError):
                pass
            await asyncio.sleep(0.02)

    async def more(self, n):
        target = len(self.acked) + n
        async with self.progress:
            await asyncio.wait_for(self.progress.wait_for(
                lambda: len(self.acked) >= target), nj.seconds(60))

    async def history(self, account, room):
        seen, query = [], ""
        while True:
            page = await account.want(
                200, "GET", "/v1/rooms/%s/messages?limit=200%s" %
                (room, query))
            seen += [(m["key"], int(m["id"])) for m in page["items"]]
            if page["next"] is None:
                return seen
            query = "&before=" + page["next"]


async def commands():
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := (await reader.readline()).decode().split():
        yield line


async def scenario(count="8"):
    load = Load()
    host = await nj.register("host")
    writers = [await nj.register("w") for _ in range(int(count))]
    room = await host.room("private", "load", *writers)
    cursor = await nj.head_seq(host)
    seen = {t: [] for t in nj.TRANSPORTS}
    readers = [asyncio.create_task(load.read(t, host, cursor, seen[t]))
               for t in nj.TRANSPORTS]
    tasks = [asyncio.create_task(load.write(w, room)) for w in writers]

    async for words in commands():
        if words[0] == "more":
            await load.more(int(words[1]))
            print("more", flush=True)
        elif words[0] == "failures":
            print(sum(load.failed.values()), flush=True)
        elif words[0] == "end":
            break
    load.stopping = True
    await asyncio.wait_for(asyncio.gather(*tasks), nj.seconds(60))
    await load.send(host, room, "the end")
    await asyncio.wait_for(asyncio.gather(*readers), nj.seconds(60))

    print("%d messages, failed requests: %s" % (len(load.acked), load.failed),
          flush=True)
    equal(load.bad, [], "every failure was one that a client can understand")
    there = await load.history(host, room)
    acked = sorted(load.acked.items(), key=lambda x: x[1])
    equal(sorted((i for i in there if i[0] != "the end"), key=lambda x: x[1]),
          acked, "each of %d acknowledged messages is there once" % len(acked))
    for t in nj.TRANSPORTS:
        equal(seen[t], [i for _, i in acked],
              "%s: the reader saw each once and in order" % t)
    ok(len(set(load.acked.values())) == len(acked), "every id is another")
    print("load: done", flush=True)


nj.main(scenario)
