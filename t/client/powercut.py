"""powercut WRITERS - clients that swear to what they were told.

Runs under the library of t/powercut, whose log the programs write too: each
client notes there, at once, which message was acknowledged and which it was
shown, by a page or on a transport.  "more N" on stdin prints "more" when N
further messages are acknowledged; it ends when its stdin does.
"""

import asyncio
import ctypes
import sys

import nj

LOST = (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError)
log = ctypes.CDLL(None)


def note(what, seq, text):
    what(ctypes.c_int64(int(seq)), text.encode())


class Clients:
    def __init__(self):
        self.acked = 0
        self.stopping = False
        self.progress = asyncio.Condition()

    async def send(self, account, room, text):
        """Until it is acknowledged, as a phone does; its id."""
        while True:
            try:
                a = await account.http.request(
                    "POST", "/v1/rooms/%s/messages" % room,
                    {"text": text, "key": text})
                if a.status in (200, 201):
                    return a.json["id"]
            except LOST:
                pass
            await asyncio.sleep(0.02)

    async def write(self, account, room):
        n = 0
        while not self.stopping:
            n += 1
            text = "%s.%d" % (account.name, n)
            note(log.powercut_acked, await self.send(account, room, text),
                 text)
            async with self.progress:
                self.acked += 1
                self.progress.notify_all()

    async def more(self, n):
        async with self.progress:
            until = self.acked + n
            await self.progress.wait_for(lambda: self.acked >= until)
        print("more", flush=True)

    async def browse(self, account, room):
        """The newest messages, again and again."""
        while not self.stopping:
            try:
                a = await account.http.request(
                    "GET", "/v1/rooms/%s/messages?limit=5" % room)
                for m in a.json["items"] if a.status == 200 else ():
                    note(log.powercut_seen, m["id"], m["text"])
            except LOST:
                pass
            await asyncio.sleep(0.002)

    async def follow(self, transport, account, cursor):
        while not self.stopping:
            try:
                s = await nj.listen(transport, account, cursor)
                while True:
                    e = await s._next()
                    cursor = s.cursor
                    text = e["message"]["text"] \
                        if e["kind"] == "message.posted" else ""
                    if "seq" in e:
                        note(log.powercut_seen, e["seq"], text)
            except nj.Closed:
                pass
            except LOST:
                pass
            await asyncio.sleep(0.02)


async def commands():
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := (await reader.readline()).decode().split():
        yield line


async def scenario(count):
    c = Clients()
    host = await nj.register("host")
    writers = [await nj.register("w") for _ in range(int(count))]
    room = await host.room("private", "powercut", *writers)
    cursor = await nj.head_seq(host)
    tasks = [asyncio.create_task(c.follow(t, host, cursor))
             for t in nj.TRANSPORTS]
    writing = [asyncio.create_task(c.write(w, room)) for w in writers]
    writing.append(asyncio.create_task(c.browse(await host.login(), room)))
    async for words in commands():
        await c.more(int(words[1]))
    c.stopping = True
    await asyncio.gather(*writing)
    for t in tasks:
        t.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


nj.main(scenario)
