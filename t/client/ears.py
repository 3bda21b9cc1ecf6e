"""ears - the clients that hear a room, in every dialect by every transport.

What an ear must hear is written from the message as v1 gives it, in that
dialect's own shape, and compared as a whole; whatever else an ear hears is a
fault, because what it hears next is always what comes next.
"""

import asyncio

import nj
from dialects import SHAPES, hear, hear_until, hex24, uuid
from nj import ok

STAMP = "2026-01-31T12:00:00.000Z"


class Ear:
    """What somebody hears with."""

    def __init__(self, dialect, who, kind):
        self.dialect, self.who, self.kind = dialect, who, kind

    def __str__(self):
        return "%s by %s" % (self.dialect, self.kind)

    def skips(self, m, way):
        """Is it not told, because it has said so itself?"""
        return False

    def shape(self, m, way):
        return m

    async def settle(self, text):
        """Pass over everything up to this message."""
        raise NotImplementedError

    async def close(self):
        await self.stream.close()


class V1Ear(Ear):
    """One of v1's transports; nothing but messages comes once it has settled."""

    async def open(self, room):
        self.stream = await nj.listen(self.kind, self.who, rooms=[room])
        return self

    async def event(self):
        return await self.stream.next()

    async def next(self):
        got = await self.event()
        if got["kind"] != "message.posted" or got["seq"] != int(
                got["message"]["id"]):
            return got
        return got["message"]

    async def settle(self, text):
        await self.stream.until(lambda e: e.get("message", {}).get(
            "text") == text)


class SocketEar(Ear):
    async def open(self, room):
        self.stream = await self.who.come(self.dialect, room)
        return self

    def skips(self, m, way):
        return way is not None and way.ws is self.stream and \
            self.dialect == "rooms"

    def shape(self, m, way):
        if self.dialect == "realtime":
            stamp = STAMP if way is not None and way.stamps else None
            return SHAPES["realtime"](m, stamp)
        return SHAPES[self.dialect](m)

    async def next(self):
        return await hear(self.stream)

    async def settle(self, text):
        await hear_until(self.stream, lambda f: f.get("message") == text)


class SioEar(SocketEar):
    """Somebody who has joined the room, over one of Socket.IO's transports."""

    def __init__(self, who, kind):
        super().__init__("chatroom", who, kind)

    async def open(self, room):
        self.stream = await self.who.come_sio(hex24(room), self.kind)
        return self

    async def next(self):
        """Who comes and who goes is told by a notification."""
        return await hear_until(self.stream,
                                lambda f: f["event"] != "notification")


class HistoryEar(Ear):
    """messaging has no socket: its clients ask.  What comes next is what has
    been added, and nothing of what was there may have changed."""

    path = "/get_chats_group?group_id="
    extra = {"is_group": True}

    async def open(self, room):
        self.room = room
        self.seen = []
        return self

    async def read(self):
        return await self.who.want(200, "GET", self.path + uuid(self.room))

    async def next(self):
        got = await self.read()
        n = len(self.seen)
        if got[:n] != self.seen or len(got) <= n:
            return {"after": n, "there are": len(got)}
        self.seen = got[:n + 1]
        return {k: v for k, v in got[n].items() if k != "group_name"}

    def shape(self, m, way):
        return {**SHAPES["messaging"](m), **self.extra}

    async def settle(self, text):
        self.seen = await self.read()
        if not self.seen or self.seen[-1]["message"] != text:
            raise AssertionError("the history ends with %s" % self.seen[-1:])

    async def close(self):
        pass


class PairEar(HistoryEar):
    path = "/get_chats?room_id="
    extra = {}


async def settle(ears, poster, room, text):
    """Who comes and who joins is told to some: pass over it."""
    await poster.want(201, "POST", "/v1/rooms/%s/messages" % room,
                      {"text": text})
    await asyncio.gather(*[e.settle(text) for e in ears])


async def everywhere(ears, want, text):
    """Each ear hears what `want` says of it next; None: it hears nothing."""
    wants = [(e, w) for e in ears if (w := want(e)) is not None]
    got = await asyncio.gather(*[e.next() for e, _ in wants],
                               return_exceptions=True)
    bad = [(str(e), g, w) for (e, w), g in zip(wants, got) if g != w]
    if not ok(wants and not bad, "%s: %d ears" % (text, len(wants))):
        for e, g, w in bad[:3]:
            print("  %s\n    got:  %.700r\n    want: %.700r" % (e, g, w))
