"""chaos_read - who reads in the chaos: by every way there is in any dialect.

All end up with the whole room, in whatever way their dialect has for that:

  Cursor    v1's transports go on from where they stood
  Recovery  so do clients of Socket.IO, by pid and offset
  Pages     who only ever asks for the history
  Ear       the other sockets hear what comes while they are there; when one is
            there again, it fills the gap from the history

A page of a history that does not fit to what is known, and what each Ear hears,
is kept, to be judged by itself.
"""

import asyncio
import json

import nj
import sio
from chaos_world import LOST, Unfair, within
from dialects import LOBBY, hex24, uuid
from judge import BEGIN, END


class Reader:
    first = None		# it cannot see more than so many of the room
    is_ready = True		# it would hear what comes now

    def __init__(self, world, name, who):
        self.world, self.name, self.who = world, name, who
        self.seen, self.known = [], set()
        self.streams = []
        self.connections = 0

    def record(self):
        return {"name": self.name, "seen": self.seen, "first": self.first,
                "streams": self.streams, "connections": self.connections}

    def take(self, text):
        """One more; is it the last?"""
        self.seen.append(text)
        self.known.add(text)
        return text == END

    async def listen(self):
        """Until the last message is there, True, or the connection is lost."""
        raise NotImplementedError

    async def run(self):
        while True:
            try:
                if await self.listen():
                    return
            except Unfair as e:
                self.world.fault(self.name, e)
            except LOST as e:
                self.world.judge_lost(self.name, e)
            await asyncio.sleep(0.05)


class Cursor(Reader):
    def __init__(self, world, kind, who, room, cursor):
        super().__init__(world, "v1 " + kind, who)
        self.kind, self.room, self.cursor = kind, room, cursor

    async def listen(self):
        s = await nj.listen(self.kind, self.who, self.cursor, [self.room])
        self.connections += 1
        try:
            while True:
                e = await s._next()
                self.cursor = s.cursor
                if e["kind"] == "reset":
                    raise Unfair("was reset: %s" % e)
                if e["kind"] == "message.posted" and self.take(
                        e["message"]["text"]):
                    return True
        finally:
            await s.close()


class Recovery(Reader):
    """It joins the room once: who goes on has joined it still."""

    pid = offset = None
    is_ready = False

    def __init__(self, world, kind, who, room):
        super().__init__(world, "chatroom Socket.IO " + kind, who)
        self.kind, self.room = kind, room

    async def enter(self):
        place = {} if self.pid is None else {"pid": self.pid}
        if self.offset is not None:
            place["offset"] = self.offset
        try:
            io = await sio.connect(self.who.token, self.kind, recovery=True,
                                   **place)
        except sio.Refused as e:
            raise Unfair("was refused: %s" % e)
        self.connections += 1
        if io.pid != self.pid:
            if self.pid is not None:
                self.world.fault(self.name, "could not go on where it stood")
            self.pid, self.offset = io.pid, None
            await io.send(json.dumps(["joinRoom", {
                "chatroomId": hex24(self.room)}]))
        return io

    async def listen(self):
        io = await self.enter()
        try:
            while True:
                name, got = await io.event()
                self.offset = io.offset or self.offset
                self.is_ready = self.is_ready or name == "notification"
                if name == "error":
                    raise Unfair("was told " + got["message"])
                if name == "newMessage" and self.take(got["message"]):
                    return True
        except sio.Refused as e:
            raise Unfair("was %s" % e)
        finally:
            await io.drop()


# ---- histories
#
# Each gives the newest messages, the oldest of them first, back to one that is
# known, if the dialect goes back that far.

async def get(http, path):
    a = await within(http.request("GET", path))
    if a.status != 200:
        raise nj.Closed(status=a.status, reason=a.body)
    return a.json


class V1History:
    """Pages forward from the newest that is known."""

    def __init__(self, room):
        self.path = "/v1/rooms/%s/messages?limit=200&after=" % room
        self.last = 0

    async def page(self, http, known):
        page = await get(http, self.path + str(self.last))
        if page["items"]:
            self.last = page["items"][-1]["id"]
        return [m["text"] for m in page["items"]]


class WholeHistory:
    """As much as there may be, at once."""

    def __init__(self, path, key):
        self.path, self.key = path, key

    async def page(self, http, known):
        return [m[self.key] for m in await get(http, self.path)]


class PagedHistory:
    """Pages backward from the newest.  What comes meanwhile moves all of it on,
    so that one page may repeat what was in the other."""

    PAGE = 100

    def __init__(self, path):
        self.path = path + "?limit=%d&skip=" % self.PAGE

    async def page(self, http, known):
        newest_first = {}
        while True:
            texts = [m["content"] for m in await get(
                http, self.path + str(len(newest_first)))]
            if len(set(texts)) < len(texts):
                return texts[::-1]
            newest_first.update(dict.fromkeys(texts))
            if len(texts) < self.PAGE or not known.isdisjoint(texts):
                return list(newest_first)[::-1]


class FirstHistory(WholeHistory):
    """As much as there may be, from the beginning."""

    async def page(self, http, known):
        try:
            return await super().page(http, known)
        except nj.Closed as c:
            if c.status == 404 and not known:
                return []		# it says so when there is nothing
            raise


def history_of(dialect, room):
    if dialect == "v1":
        return V1History(room)
    if dialect == "messaging":
        return WholeHistory("/get_chats_group?group_id=" + uuid(room),
                            "message")
    if dialect == "rooms":
        return WholeHistory("/api/messages/" + room, "message")
    if dialect == "chatroom":
        return FirstHistory("/api/message/" + hex24(room), "content")
    # chatapp's clients have no history but realtime's.
    return PagedHistory("/messages/chat/" + uuid(room))


class Pages(Reader):
    pause = 0.3

    def __init__(self, world, who, room, first=None):
        super().__init__(world, who.dialect + " history", who)
        self.http = nj.Http(who.token)
        self.history = history_of(who.dialect, room)
        self.first = first

    def merge(self, page):
        """What is new of it is behind what is known of it."""
        new = [t for t in page if t not in self.known]
        old = page[:len(page) - len(new)]
        if old != self.seen[len(self.seen) - len(old):]:
            self.streams.append(page)
        for t in new:
            self.take(t)

    async def ask(self):
        self.merge(await self.history.page(self.http, self.known))

    async def listen(self):
        """A request is no connection, but the first one after a failure is."""
        await self.ask()
        self.connections += 1
        while not self.is_done():
            is_over = self.world.is_over
            await asyncio.sleep(self.pause)
            await self.ask()
            if self.first is not None and is_over:
                return True
        return True

    def is_done(self):
        return self.first is None and END in self.known


class Ear(Pages):
    def __init__(self, world, who, room):
        super().__init__(world, who, room)
        self.name = who.dialect + " WebSocket"

    @staticmethod
    def text_of(frame):
        """Of a message; None: it is none.  That another socket of realtime has
        gone is told in the form of one, but is in no log."""
        if frame.get("user_id") == "system" and frame["message"].endswith(
                " left the chat"):
            return None
        if "error" in frame or frame.get("type") == "error":
            raise Unfair("was told %s" % frame)
        if frame.get("type", "message") != "message":
            return None
        return frame.get("message")

    async def fill_gap(self, ws):
        while True:
            try:
                await self.ask()
                return
            except LOST as e:
                self.world.judge_lost(self.name, e)
            if ws.closed:
                raise nj.Closed()
            await asyncio.sleep(0.05)

    async def listen(self):
        ws = await within(self.who.come(self.who.dialect, LOBBY))
        stream = []
        self.connections += 1
        self.streams.append(stream)
        try:
            await self.fill_gap(ws)
            while not self.is_done():
                text = self.text_of(json.loads(await ws.recv()))
                if text is None:
                    continue
                stream.append(text)
                if text not in self.known:
                    self.take(text)
            return True
        finally:
            ws.transport.abort()


def readers(world, by, room, cursor):
    """`by`: a person of each dialect.  The names are those of judge.READERS."""
    return (
        [Cursor(world, kind, by["v1"], room, cursor)
         for kind in nj.TRANSPORTS] +
        [Recovery(world, kind, by["chatroom"], room)
         for kind in sio.TRANSPORTS] +
        [Ear(world, by[d], room) for d in ("chatapp", "realtime", "rooms")] +
        [Pages(world, by[d], room) for d in (
            "v1", "messaging", "chatapp", "realtime", "rooms")] +
        [Pages(world, by["chatroom"], room, 100)])


async def until_all(holds):
    """Wait for something that no event tells."""
    while not holds():
        await asyncio.sleep(0.02)


async def begin(all_readers, say):
    """Somebody says the first message when it will be heard, and it is."""
    await until_all(lambda: all(r.is_ready for r in all_readers))
    await say
    await until_all(lambda: all(BEGIN in r.known for r in all_readers))
