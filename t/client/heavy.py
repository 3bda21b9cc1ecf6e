"""heavy PUSH FCGI CEILING yes|no FACTOR - who makes push hold what it can.

PUSH and FCGI are processes.  CEILING is push.memory_max if the word is yes: then
push holds no more, whatever clients do, and one who behaves is served.  With no
it is far away: then each of these makes push hold more, or else it would prove
nothing.  All but the well-behaved talk to push itself: nginx would keep a part
of it.  FACTOR is how much more memory this build takes than an ordinary one.
"""

import asyncio
import struct

import nj
import worker
from good import Good
from nj import ok
from sio_bytes import PATH, PUSH

OUT_MAX = 1 << 20		# push.out_max of the instance
BIG = "\u0001" * 16000		# as JSON it is six times as long


async def count(name):
    return (await worker.counters())[name]


async def until(what):
    """Something holds of push's counters."""
    async def look():
        while not what(await worker.counters()):
            await asyncio.sleep(0.02)
    await asyncio.wait_for(look(), nj.seconds(20))


async def alone(pid, who, factor):
    """A pong is shorter than what push has to know of it."""
    before, last, held = nj.private_kb(pid), 0, 1
    w = await said("/v1/events?token=" + who.token,
                   nj.frame(nj.OP_PING, b"") * OUT_MAX)
    # It is read until it is paused, for it reads nothing.
    while held != last or held < OUT_MAX / 8:
        last = held
        await asyncio.sleep(0.3)
        held = await count("held")
    kb = nj.private_kb(pid) - before
    ok(kb <= OUT_MAX / 1024 * factor, "pings without a word, and no eyes for the "
       "pongs: %d kB" % kb)
    w.transport.abort()


class Most:
    """The most that was seen of what push holds, and of its memory."""

    def __init__(self, pid):
        self.pid = pid
        self.before = nj.private_kb(pid)
        self.held = self.kb = 0
        self.task = asyncio.create_task(self.run())

    async def look(self):
        self.held = max(self.held, await count("held"))
        self.kb = max(self.kb, nj.private_kb(self.pid) - self.before)

    async def run(self):
        while True:
            await self.look()
            await asyncio.sleep(0.01)

    async def end(self):
        self.task.cancel()
        await self.look()


async def upgraded(path):
    """A connection to push that is a WebSocket, and is not read from."""
    reader, writer = await asyncio.open_unix_connection(PUSH, limit=4096)
    writer.write(nj.head("GET", path, nj.UPGRADE))
    status, _ = await asyncio.wait_for(nj.read_head(reader), nj.seconds(20))
    if status != 101:
        raise AssertionError("%s: %d" % (path, status))
    writer.transport.pause_reading()
    return writer


async def said(path, data):
    """One that says this, as fast as it is read; it may be cut off."""
    writer = await upgraded(path)
    writer.write(data)
    return writer


def begun(length, sent, op=nj.OP_TEXT):
    """A frame of which not all comes."""
    form, bits = ("!BBH", 0xfe) if length < 65536 else ("!BBQ", 0xff)
    return struct.pack(form, 0x80 | op, bits, length) + b"mask" + b"x" * sent


class Heavy:
    def __init__(self, who, since):
        self.live = "/v1/events?token=" + who.token
        self.old = "%s&since=%d" % (self.live, since)

    # How many there are, and what each does.
    async def behind(self):
        """comes with an old cursor, and does not read"""
        return [await upgraded(self.old) for _ in range(100)]

    async def halves(self):
        """sends nearly all of a frame"""
        return [await said(self.live, begun(65000, 60000))
                for _ in range(300)]

    async def fragments(self):
        """sends a message in fragments, without an end"""
        data = nj.frame(nj.OP_TEXT, b"x" * 30000, fin=False)
        data += nj.frame(nj.OP_CONT, b"x" * 30000, fin=False)
        return [await said(self.live, data) for _ in range(300)]

    async def strangers(self):
        """nobody knows, and sends nearly all of a frame of Socket.IO"""
        return [await said(PATH + "websocket", begun(999000, 900000))
                for _ in range(30)]

    async def pings(self):
        """pings, without a word, and does not read the pongs"""
        data = nj.frame(nj.OP_PING, b"") * (OUT_MAX // 8)
        return [await said(self.live, data) for _ in range(40)]

    async def words(self):
        """says much while no worker answers"""
        data = nj.frame(nj.OP_TEXT, b"x" * 60000) * 2
        return [await said(self.live, data) for _ in range(200)]


async def scenario(push, fcgi, ceiling, is_kept, factor):
    ceiling, factor = int(ceiling), int(factor)
    good = await Good().open()
    ann = await nj.register("ann")
    room = await ann.room("private", "r")
    since = await nj.head_seq(ann)
    for _ in range(12):
        await ann.post(room, BIG)
    await alone(push, ann, factor)
    heavy = Heavy(ann, since)
    for kind in ("behind", "halves", "fragments", "strangers", "pings",
                 "words"):
        act = getattr(heavy, kind)
        if kind == "words":
            good.task.cancel()
            await worker.replace(fcgi)
        shed = await count("shed")
        most = Most(push)
        sockets = await act()
        what = "%d of whom each %s" % (len(sockets), act.__doc__)
        if is_kept == "yes":
            await until(lambda n: n["shed"] > shed)
            if kind != "words":
                await good.served(what)
            await most.end()
            ok(most.held <= ceiling * 1.1,
               "%s: push holds %d bytes" % (what, most.held))
            # Of what was held and is not any more, malloc may keep some.
            ok(most.kb <= (ceiling / 1024 * 1.5 + 2 * len(sockets)) * factor,
               "and has grown by %d kB" % most.kb)
        else:
            await until(lambda n: n["held"] > ceiling * 1.1)
            await most.end()
            ok(True, "%s: push would hold more: %d bytes, %d kB" % (
                what, most.held, most.kb))
        for w in sockets:
            w.transport.abort()
        if kind != "words":
            await until(lambda n: n["held"] < ceiling / 8)


nj.main(scenario)
