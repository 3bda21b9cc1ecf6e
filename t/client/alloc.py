"""alloc CONTROL - push gets no memory, at each of its allocations in turn.

CONTROL is the file of t/fault/alloc.c.  Each step is something that clients do;
it is done with its first allocation failing, then with its second, and so on,
until none has failed.  While one fails, the client may be closed or told to come
again, but nothing else, and it may not be left to wait.  Others read all the
time, come back when they are closed, and must have read everything once, in
order, at the end.  Then the same with a stretch of failures.
"""

import asyncio
import json
import mmap
import os
import struct

import websockets

import nj
from dialects import LOBBY, hear, person, say
from nj import equal, ok
from sio_bytes import Poll, Socket

LOST = (OSError, asyncio.IncompleteReadError, websockets.ConnectionClosed)
BEFORE = 40			# messages that are there to be read again


class Control:
    def __init__(self, path):
        fd = os.open(path, os.O_RDWR)
        self.map = mmap.mmap(fd, 24)
        os.close(fd)

    def arm(self, n, more):
        """Let the n-th allocation fail, and `more` after it."""
        self.map[0:8] = bytes(8)
        self.map[8:24] = struct.pack("=qq", 0, more)
        self.map[0:8] = struct.pack("=q", n)

    def has_fired(self):
        self.map[0:8] = bytes(8)
        return self.map[8:16] != bytes(8)


class Hints:
    """What push says of itself; its connection may be closed as any other."""

    def __init__(self):
        self.writer = None

    async def open(self):
        self.reader, self.writer = await asyncio.open_unix_connection(
            os.path.dirname(nj.SOCK) + "/hint.sock")
        self.writer.write(b"natterjack\t1\tworker\n")
        await self.reader.readline()

    async def try_say(self, line):
        if self.writer is None:
            await self.open()
        self.writer.write(line.encode() + b"\n")
        got = await asyncio.wait_for(self.reader.readline(), nj.seconds(10))
        if not got:
            raise ConnectionResetError
        return got.decode().rstrip("\n").split("\t")

    async def say(self, line):
        """The answer, over a new connection if need be."""
        try:
            return await self.try_say(line)
        except LOST:
            self.writer = None
            return await self.try_say(line)

    async def stat(self):
        got, counters = await self.say("stat"), {}
        while got[0] == "stat":
            counters[got[1]] = int(got[2])
            got = (await self.reader.readline()).decode().split("\t")
        return counters


class Reader:
    """One that must miss nothing."""

    def __init__(self, kind, who, room, cursor):
        self.kind, self.who, self.room = kind, who, room
        self.cursor, self.seen, self.bad = cursor, [], []
        self.progress = asyncio.Condition()

    async def listen(self):
        s = await nj.listen(self.kind, self.who, self.cursor, [self.room])
        try:
            while True:
                e = await s._next()
                self.cursor = s.cursor
                if e["kind"] != "message.posted":
                    continue
                async with self.progress:
                    self.seen.append(e["message"]["text"])
                    self.progress.notify_all()
        finally:
            await s.close()

    async def run(self):
        while True:
            try:
                await self.listen()
            except nj.Closed as c:
                if c.status not in (None, 502, 503):
                    self.bad.append(str(c))
            except LOST:
                pass
            await asyncio.sleep(0.005)

    async def has(self, text):
        async with self.progress:
            await asyncio.wait_for(self.progress.wait_for(
                lambda: self.seen and self.seen[-1] == text), nj.seconds(20))


class World:
    async def open(self, control):
        self.control, self.hints = Control(control), Hints()
        self.ann, self.bob = await nj.register("ann"), await nj.register("bob")
        self.room = await self.ann.room("public", "r")
        self.sio_room = await self.ann.room("private", "of Socket.IO")
        self.sent = []
        for i in range(BEFORE):
            await self.ann.post(self.room, "before %d" % i)
        self.people = {d: await person(d) for d in
                       ("chatapp", "realtime", "rooms")}
        for d, p in self.people.items():
            await (await p.come(d, LOBBY)).close()
        cursor = await nj.head_seq(self.ann)
        self.readers = [Reader(k, self.bob, self.room, cursor)
                        for k in nj.TRANSPORTS]
        self.tasks = [asyncio.create_task(r.run()) for r in self.readers]
        await self.post()
        return self

    async def post(self):
        """A message that everybody reads."""
        text = "message %d" % len(self.sent)
        await self.ann.post(self.room, text)
        self.sent.append(text)
        await asyncio.gather(*[r.has(text) for r in self.readers])

    def begin(self):
        """Nobody goes on with a connection that the server may have closed
        because nothing was asked on it for long."""
        self.ann.http.close()
        self.bob.http.close()

    async def close(self):
        for t in self.tasks:
            t.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


# ---- the steps

async def listen(w, kind, since=None):
    s = await nj.listen(kind, w.bob, since, [w.room])
    try:
        if since is not None:
            await s.take(BEFORE)
    finally:
        await s.close()


async def command(w):
    s = await nj.listen("ws", w.ann, None, [w.room])
    try:
        got = await s.command({"do": "typing", "room": w.room})
        if "error" in got and got["error"]["status"] != 503:
            raise AssertionError(got)
    finally:
        await s.close()


async def pieces(w):
    """A message in fragments, a ping in between, and a close."""
    s = await nj.listen("ws", w.ann, None, [w.room])
    try:
        for i in range(3):
            s.writer.write(nj.frame(nj.OP_CONT if i else nj.OP_TEXT,
                                    "x" * 3000, fin=i == 2))
            s.writer.write(nj.frame(nj.OP_PING, b"ping"))
        await s.ack()
        s.writer.write(nj.frame(nj.OP_CLOSE, b"\x03\xe8"))
        await s.until_closed()
    finally:
        await s.close()


async def slow_head(w):
    """A request in two pieces, on push's own socket, and one more behind it."""
    reader, writer = await asyncio.open_unix_connection(
        os.path.dirname(nj.SOCK) + "/push.sock")
    try:
        head = nj.head("GET", "/v1/events?wait=0", {
            "Authorization": "Bearer " + w.bob.token, "Cookie": "x" * 2000})
        writer.write(head[:1500])
        await w.hints.say("ping\tx")	# it has been read
        writer.write(head[1500:] + head)
        for _ in range(2):
            status, headers = await nj.read_head(reader)
            await nj.read_body(reader, status, headers)
            if status not in (200, 503):
                raise AssertionError("status %d" % status)
    finally:
        writer.close()


async def refused(w):
    a = await nj.Http("no.such.token").request("GET", "/v1/events?wait=0")
    if a.status not in (401, 502, 503):
        raise AssertionError("status %d" % a.status)


async def fresh_token(w):
    """One whose signature has to be looked at; it is good."""
    a = await nj.Http((await w.bob.login()).token).request(
        "GET", "/v1/events?wait=0")
    if a.status not in (200, 502, 503):
        raise AssertionError("status %d" % a.status)


async def socket(w, dialect, frame):
    ws = await w.people[dialect].come(dialect, LOBBY)
    try:
        await say(ws, frame)
        await hear(ws)
    finally:
        await ws.close()


def sio_events(w):
    chat = {"chatroomId": "%024x" % int(w.sio_room)}
    return ('421["joinRoom",%s]' % json.dumps(chat),
            '451-2["nothing",{"_placeholder":true,"num":0}]',
            '423["chatroomMessage",%s]' % json.dumps(
                {**chat, "message": "x"}))


async def sio_socket(w):
    """Socket.IO over a WebSocket, with an event of which bytes are a part."""
    s = await Socket.open_at()
    try:
        await sio_until(s, "0{")
        s.say("40" + json.dumps({"token": w.ann.token, "recovery": True}))
        await sio_until(s, "40{")
        for i, event in enumerate(sio_events(w)):
            s.say(event)
            if i == 1:
                s.say(b"bytes")
            await sio_until(s, "43%d[]" % (i + 1))
    finally:
        s.writer.close()


async def sio_until(s, begin):
    """What comes until an ack, or an event that says there is none."""
    said = ""
    while not said.startswith((begin, '42["error"')):
        said = await s.said()
        if said == "closed" or said.startswith("44"):
            raise nj.Closed()


async def sio_poll(w):
    """Socket.IO by polls, and then by a WebSocket."""
    p = Poll()
    a = await p.request("GET")
    if a.status != 200:
        raise nj.Closed(status=a.status)
    if not a.body.startswith(b"0"):
        raise nj.Closed()
    p.sid = json.loads(a.body[1:])["sid"]
    for i, text in enumerate(("40" + json.dumps({"token": w.ann.token}),
                              sio_events(w)[0])):
        a = await p.post(text)
        said = ""
        while a.status == 200 and ("40{", "431[]")[i] not in said:
            a = await p.request("GET")
            said = a.body.decode()
            if said.endswith("1") and said[-2:-1] in ("", "\x1e"):
                raise nj.Closed()
            if "error" in said:
                break
        if a.status != 200:
            raise nj.Closed()
    try:
        s = await Socket.open_at("&sid=" + p.sid)
    except nj.Closed:
        raise nj.Closed() from None
    try:
        s.say("2probe")
        await sio_until(s, "3probe")
        s.say("5")
        s.say('429["nothing"]')
        await sio_until(s, "439[]")
    finally:
        s.writer.close()


async def members(w):
    """Somebody is let in, reads, and leaves."""
    room = await w.ann.room("private", "p", w.bob)
    await w.bob.want(204, "POST", "/v1/rooms/%s/leave" % room)
    await w.post()


async def many(w):
    """A second account, with a second room, at the same time."""
    s = await asyncio.gather(*[nj.listen("ws", w.ann) for _ in range(4)],
                             return_exceptions=True)
    await w.post()
    for x in s:
        if not isinstance(x, Exception):
            await x.close()
    for x in s:
        if isinstance(x, Exception):
            raise x


STEPS = {
    "a WebSocket": lambda w: listen(w, "ws"),
    "a stream": lambda w: listen(w, "sse"),
    "a poll": lambda w: listen(w, "poll"),
    "a WebSocket from the beginning": lambda w: listen(w, "ws", 0),
    "a stream from the beginning": lambda w: listen(w, "sse", 0),
    "a poll from the beginning": lambda w: listen(w, "poll", 0),
    "a command": command,
    "a message in pieces": pieces,
    "a slow head": slow_head,
    "a bad token": refused,
    "a token that is new": fresh_token,
    "a socket of chatapp": lambda w: socket(w, "chatapp",
                                            {"message": "x"}),
    "a socket of realtime": lambda w: socket(
        w, "realtime", {"message": "x", "timestamp": ""}),
    "a socket of rooms": lambda w: socket(
        w, "rooms", {"type": "message", "content": "x"}),
    "Socket.IO over a WebSocket": sio_socket,
    "Socket.IO by polls": sio_poll,
    "a message to all": lambda w: w.post(),
    "several at once": many,
    "members": members,
}


async def attempt(w, step):
    """Nothing, or what went wrong as it may."""
    try:
        await asyncio.wait_for(step(w), nj.seconds(20))
    except nj.Closed as c:
        if c.status not in (None, 502, 503):
            raise
        return c
    except asyncio.TimeoutError:
        raise			# an OSError, but nobody may wait
    except websockets.InvalidStatusCode as e:
        if e.status_code not in (502, 503):
            raise
        return e
    except LOST as e:
        return e


async def run(w, name, step, more):
    n, hurt = 0, 0
    while True:
        n += 1
        w.begin()
        w.control.arm(n, more)
        try:
            lost = await attempt(w, step)
        except (Exception, asyncio.TimeoutError) as e:
            ok(False, "%s, allocation %d: %r" % (name, n, e))
            return w.control.has_fired()
        if not w.control.has_fired():
            break
        hurt += lost is not None
    if not ok(n > 1 and lost is None, "%s: each of %d allocations has failed "
              "with %d more, %d times a client was turned away" %
              (name, n - 1, more, hurt)):
        print("  none failed in the last one, and yet: %r" % lost, flush=True)


async def scenario(control):
    w = await World().open(control)
    pid = (await w.hints.say("ping\tx"))[0]
    equal(pid, "pong", "push answers")
    before = await w.hints.stat()
    for name, step in STEPS.items():
        for more in (0, 3):
            await run(w, name, step, more)
    await w.post()
    for r in w.readers:
        equal(r.seen, w.sent, "who reads by %s has everything once, in order"
              % r.kind)
        equal(r.bad, [], "and was told nothing wrong")
    await settled(w, before)
    await w.close()


async def settled(w, before):
    """Nothing is left of those who came and went."""
    keys = ("connections", "websockets", "streams")
    for _ in range(200 * nj.SLOW):
        now = await w.hints.stat()
        if all(now[k] <= before[k] for k in keys[1:]):
            break
        await asyncio.sleep(0.05)
    equal({k: now[k] for k in keys[1:]}, {k: before[k] for k in keys[1:]},
          "nothing is left of the others")


if __name__ == "__main__":
    nj.main(scenario)
