"""chaos - clients of all dialects and transports, whatever happens to the server.

Senders post by every way there is: with a key, the same again until it is
acknowledged; without one, once.  Readers listen on every transport and on the
sockets of the dialects, and come back when they are cut off.  "end" on stdin
stops the senders and judges:

  - what was acknowledged is in the room once, the rest once or not at all;
  - who reads from a cursor has read all of it, once, in the order of the log;
  - who has a socket without a cursor has heard nothing twice on one connection,
    and nothing in another order;
  - each dialect's history shows the same, in the same order.

A new dialect or transport needs a line in ways(), ears() or histories().
"""

import asyncio
import json
import sys

import websockets

import nj
from dialects import LOBBY, hex24, person, uuid
from nj import equal, ok

LOST = (OSError, EOFError, asyncio.TimeoutError, websockets.WebSocketException,
        nj.Closed)
WAIT = 12		# a little longer than what is stopped stays so
FAIR = (401, 502, 503, 504)	# 401: a step of the clock outlives a token


class World:
    def __init__(self):
        self.acked = {}			# text: the id, or None if not told
        self.unknown = set()		# texts that may be there
        self.bad = []
        self.failures = 0
        self.stopping = False

    async def failed(self):
        self.failures += 1
        await asyncio.sleep(0.05)

    def judge(self, status, body):
        if status not in FAIR:
            self.bad.append((status, body[:200]))


# ---- sending

class Sender:
    """One message after the other; what it knows of each is in the world."""

    def __init__(self, world, name):
        self.world, self.name, self.n = world, name, 0

    async def open(self):
        pass

    async def run(self):
        while not self.world.stopping:
            self.n += 1
            await self.post("%s.%d" % (self.name, self.n))
            await asyncio.sleep(0.02)


class Request(Sender):
    """By a request; with `key`, until it is acknowledged."""

    def __init__(self, world, name, who, path, status, key=False, **body):
        super().__init__(world, name)
        self.http = nj.Http(who.token)
        self.path, self.status, self.body = path, status, body
        self.key = key

    async def attempt(self, text):
        body = {k: v.replace("{text}", text) for k, v in self.body.items()}
        if self.key:
            body["key"] = text
        try:
            a = await asyncio.wait_for(self.http.request(
                "POST", self.path, body), nj.seconds(WAIT))
        except LOST:
            return None
        if a.status != self.status:
            self.world.judge(a.status, a.body)
            return None
        return a.json

    async def post(self, text):
        self.world.unknown.add(text)
        while (got := await self.attempt(text)) is None:
            await self.world.failed()
            if not self.key:
                return
        self.world.acked[text] = got.get("id") if self.key else None


class Command(Sender):
    """v1's WebSocket, with a key, until it is acknowledged."""

    def __init__(self, world, name, who, room):
        super().__init__(world, name)
        self.who, self.room, self.stream = who, room, None

    async def attempt(self, text):
        try:
            if self.stream is None:
                self.stream = await nj.listen("ws", self.who)
            return await asyncio.wait_for(self.stream.command({
                "do": "message.post", "room": self.room, "text": text,
                "key": text}), nj.seconds(WAIT))
        except LOST:
            if self.stream is not None:
                await self.stream.close()
            self.stream = None
            return {"error": {"status": 503}}

    async def post(self, text):
        self.world.unknown.add(text)
        while "error" in (got := await self.attempt(text)):
            self.world.judge(got["error"]["status"], str(got))
            await self.world.failed()
        self.world.acked[text] = got["message"]["id"]


class Frame(Sender):
    """The socket of a dialect, which acknowledges nothing: once."""

    def __init__(self, world, name, who, **body):
        super().__init__(world, name)
        self.who, self.body, self.ws = who, body, None

    async def listen(self, ws):
        try:
            while True:
                await ws.recv()
        except LOST:
            pass

    async def post(self, text):
        body = {k: v.replace("{text}", text) for k, v in self.body.items()}
        try:
            if self.ws is None:
                self.ws = await asyncio.wait_for(
                    self.who.come(self.who.dialect, LOBBY), nj.seconds(WAIT))
                asyncio.create_task(self.listen(self.ws))
            self.world.unknown.add(text)
            await asyncio.wait_for(self.ws.send(json.dumps(body)),
                                   nj.seconds(WAIT))
        except LOST:
            self.ws = None
            await self.world.failed()
        await asyncio.sleep(0.05)


def ways(world, people, room):
    v, w, m, r, c, s, f = people
    return [
        Request(world, "v1", v, "/v1/rooms/%s/messages" % room, 201, True,
                text="{text}"),
        Request(world, "v1 too", w, "/v1/rooms/%s/messages" % room, 201, True,
                text="{text}"),
        Request(world, "v1 once", v, "/v1/rooms/%s/messages" % room, 201,
                text="{text}"),
        Command(world, "v1 ws", w, room),
        Request(world, "messaging", m, "/send-message-group", 200,
                room_id=uuid(room), message="{text}"),
        Request(world, "realtime", r, "/messages/", 201, chat_id=uuid(room),
                content="{text}"),
        Request(world, "chatroom", f, "/api/message/", 200,
                chatroom_id=hex24(room), content="{text}"),
        Frame(world, "chatapp ws", c, message="{text}"),
        Frame(world, "realtime ws", r, message="{text}", timestamp=""),
        Frame(world, "rooms ws", s, type="message", content="{text}"),
    ]


# ---- reading

class Reader:
    """A transport of v1, from a cursor: it misses nothing."""

    is_whole = True

    def __init__(self, world, kind, who, room, cursor):
        self.world, self.kind, self.who = world, kind, who
        self.room, self.cursor = room, cursor
        self.seen = []

    def __str__(self):
        return "v1 by " + self.kind

    async def listen(self):
        s = await nj.listen(self.kind, self.who, self.cursor, [self.room])
        try:
            while True:
                e = await s._next()
                self.cursor = s.cursor
                if e["kind"] == "reset":
                    self.world.bad.append(("reset", e))
                if e["kind"] != "message.posted":
                    continue
                self.seen.append(e["message"]["text"])
                if self.seen[-1] == "the end":
                    return True
        finally:
            await s.close()

    async def run(self):
        while True:
            try:
                if await self.listen():
                    return
            except nj.Closed as c:
                if c.status is not None:
                    self.world.judge(c.status, str(c))
            except LOST:
                pass
            await asyncio.sleep(0.05)

    def heard(self):
        return [self.seen]


def is_message(frame):
    """Is it one?  That another socket of realtime has gone, even of the same
    account, is told in the form of a message, but is in no log."""
    if frame.get("user_id") == "system":
        return not frame["message"].endswith(" left the chat")
    return "message" in frame and frame.get("type", "message") == "message"


class Ear:
    """The socket of a dialect: each connection hears what comes meanwhile."""

    is_whole = False

    def __init__(self, world, who):
        self.world, self.who = world, who
        self.connections = []

    def __str__(self):
        return self.who.dialect + " by its socket"

    async def listen(self):
        ws = await self.who.come(self.who.dialect, LOBBY)
        self.connections.append([])
        try:
            while True:
                got = json.loads(await ws.recv())
                if not is_message(got):
                    continue
                self.connections[-1].append(got["message"])
                if got["message"] == "the end":
                    return True
        finally:
            await asyncio.wait_for(ws.close(), nj.seconds(1))

    async def run(self):
        while True:
            try:
                if await self.listen():
                    return
            except websockets.InvalidStatusCode as e:
                # 403 is what sockets say for any refusal of a credential.
                if e.status_code != 403:
                    self.world.judge(e.status_code, str(e))
            except LOST:
                pass
            await asyncio.sleep(0.05)

    def heard(self):
        return self.connections


def ears(world, people, room, cursor):
    v, _, _, r, c, s, _ = people
    return [Reader(world, kind, v, room, cursor) for kind in nj.TRANSPORTS] + [
        Ear(world, who) for who in (r, c, s)]


# ---- what there is at the end

async def history(who, room):
    """All of the room, oldest first: pairs of id and text."""
    there, query = [], ""
    while True:
        page = await who.want(200, "GET", "/v1/rooms/%s/messages?limit=200%s"
                              % (room, query))
        there += [(m["id"], m["text"]) for m in page["items"]]
        if page["next"] is None:
            return there[::-1]
        query = "&before=" + page["next"]


async def histories(people, room):
    """The texts that each dialect shows, oldest first, as far as it goes."""
    _, _, m, r, c, s, _ = people
    got = {}
    for who, path, key in (
            (m, "/get_chats_group?group_id=" + uuid(room), "message"),
            (r, "/messages/chat/" + uuid(room), "content"),
            (c, "/messages/chat/" + LOBBY, "content"),
            (s, "/api/messages/%s" % room, "message")):
        rows = await who.want(200, "GET", path)
        got[who.dialect] = [x[key] for x in rows]
    return got


def is_stretch(part, whole):
    """Is `part` a stretch of `whole`, in either direction?"""
    for p in (part, part[::-1]):
        if p and p[0] in whole:
            at = whole.index(p[0])
            if whole[at:at + len(p)] == p:
                return True
    return False


def is_ordered(part, place):
    """Each once, in the order of the log."""
    places = [place[t] for t in part if t in place]
    return len(places) == len(part) and places == sorted(set(places))


async def judge(world, people, room, readers):
    for who in people:		# what they were connected to may have gone
        who.http.close()
    there = await history(people[0], room)
    texts = [t for _, t in there]
    place = {t: i for i, t in enumerate(texts)}
    ids = {t: i for i, t in there}
    equal(world.bad[:5], [], "each of %d failures was one that a client can "
          "understand" % world.failures)
    equal(len(texts), len(place), "no message is there twice")
    lost = [t for t in world.acked if t not in place]
    equal(lost[:5], [], "each of %d acknowledged messages is there"
          % len(world.acked))
    wrong = [t for t, i in world.acked.items() if i is not None and
             ids.get(t) != i]
    equal(wrong[:5], [], "with the id that was told")
    strange = [t for t in texts if t not in world.unknown]
    equal(strange[:5], ["begin", "the end"], "and nothing that nobody sent")
    ok(len(world.unknown) > len(world.acked), "%d were sent without being "
       "acknowledged, %d of them are there" % (
           len(world.unknown) - len(world.acked),
           len(texts) - 2 - len(world.acked)))
    for r in readers:
        if r.is_whole:
            ok(r.seen == texts[1:], "%s: all of it once, in order" % r)
        else:
            bad = [h for h in r.heard() if not is_ordered(h, place)]
            equal(bad[:1], [], "%s: nothing twice, nothing in another order, "
                  "on %d connections" % (r, len(r.heard())))
    for dialect, part in (await histories(people, room)).items():
        ok(is_stretch(part, texts), "%s: its history shows the same, %d of it"
           % (dialect, len(part)))


async def lobby(who):
    rooms = await who.want(200, "GET", "/v1/rooms")
    room, = [r["id"] for r in rooms["items"] if r["name"] == LOBBY]
    return room


async def say_surely(world, who, room, text):
    await Request(world, text, who, "/v1/rooms/%s/messages" % room, 201, True,
                  text="{text}").post(text)
    world.unknown.discard(text)
    world.acked.pop(text, None)


async def stop(tasks, what):
    """Who does not come to an end is a fault."""
    done, late = await asyncio.wait(tasks, timeout=nj.seconds(60))
    ok(not late, "%s come to their end" % what)
    for t in late:
        t.cancel()
    for t in done:
        t.result()


async def scenario():
    world = World()
    people = [await person(d) for d in ("v1", "v1", "messaging", "realtime",
                                        "chatapp", "rooms", "chatroom")]
    await (await people[3].come("realtime", LOBBY)).close()
    room = await lobby(people[3])
    for who in (people[0], people[1], people[2], people[6]):
        await who.want(200, "POST", "/v1/rooms/%s/join" % room)
    await say_surely(world, people[0], room, "begin")
    cursor = await nj.head_seq(people[0])
    readers = ears(world, people, room, cursor)
    reading = [asyncio.create_task(r.run()) for r in readers]
    sending = [asyncio.create_task(s.run())
               for s in ways(world, people, room)]
    print("# begun", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    world.stopping = True
    await stop(sending, "those who send")
    await say_surely(world, people[0], room, "the end")
    await stop(reading, "those who read")
    await judge(world, people, room, readers)


asyncio.run(scenario())
