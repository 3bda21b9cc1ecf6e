"""matrix SCENARIO - what is sent through one dialect, to the clients of all.

Every ear is a client of some dialect that hears one room.  What an ear must
hear is written from the message as v1 gives it, in that dialect's own shape,
and compared as a whole; whatever else an ear hears is a fault, because what it
hears next is always what comes next.
"""

import asyncio
import urllib.parse

import nj
import sio
from dialects import (LOBBY, SHAPES, fill, hear, hear_until, hex24, naive,
                      people, say, uuid)
from nj import equal, ok

STAMP = "2026-01-31T12:00:00.000Z"
THUMB = "\U0001f44d"


# ---- ears

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


async def open_ears(room, *ears):
    await asyncio.gather(*[e.open(room) for e in ears])
    return list(ears)


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


# ---- ways to send

class Way:
    """How somebody sends: a request, or a frame on a socket of theirs."""

    def __init__(self, text, who, send, ws=None, stamps=False):
        self.text, self.who, self.send = text, who, send
        self.dialect = text.split(",")[0]
        self.ws, self.stamps = ws, stamps


def request(who, path, status, **body):
    http = nj.Http(who.token)

    async def send(text):
        await http.want(status, "POST", path, fill(body, text=text))
    return send


def frame(ws, **body):
    async def send(text):
        await say(ws, fill(body, text=text))
    return send


def event(stream, room):
    """One of Socket.IO."""
    async def send(text):
        await say(stream, ["chatroomMessage", {
            "chatroomId": hex24(room), "message": text}])
    return send


def command(stream, room):
    """v1's own: it is answered."""
    async def send(text):
        got = await stream.command({"do": "message.post", "room": room,
                                    "text": text})
        if "error" in got:
            raise AssertionError(got)
    return send


async def send_all(ways, ears, reader):
    """One by one, each to all ears; the messages as v1 gives them."""
    sent = []
    for i, way in enumerate(ways):
        text = "%d: %s \U0001f438 \"quoted\"" % (i, way.text)
        await way.send(text)
        m = await arrived(reader, text)
        equal((m["text"], m["sender"]["id"], m["sender"]["username"]),
              (text, way.who.id, way.who.name), "sent: " + way.text)
        await everywhere(ears, lambda e: None if e.skips(m, way) else
                         e.shape(m, way), "heard once: " + way.text)
        sent.append(m)
    return sent


async def arrived(reader, text):
    """The newest message, which has this text: the reader is another ear."""
    got = await reader.next()
    return got["message"]


async def burst(ways, ears, reader, n):
    """All at once: each ear hears all of it, in one order."""
    async def many(i, way):
        for k in range(n):
            await way.send("burst %d %d" % (i, k))
    await asyncio.gather(*[many(i, w) for i, w in enumerate(ways)])
    events = await reader.take(n * len(ways))
    sent = [(e["message"], ways[int(e["message"]["text"].split()[1])])
            for e in events]
    equal(sorted(m["text"] for m, _ in sent), sorted(
        "burst %d %d" % (i, k) for i in range(len(ways)) for k in range(n)),
        "a burst of %d messages, by %d ways" % (n * len(ways), len(ways)))

    async def hears(e):
        for m, way in sent:
            if not e.skips(m, way) and (got := await e.next()) != (
                    want := e.shape(m, way)):
                return "%s: got %.300r, want %.300r" % (e, got, want)
        return None
    bad = [b for b in await asyncio.gather(*[hears(e) for e in ears]) if b]
    equal(bad, [], "each of it once at each of %d ears, in one order"
          % len(ears))
    return [m for m, _ in sent]


# ---- one public room for all

class Public:
    """The lobby, senders of all dialects with their sockets, and ears."""

    async def open(self):
        v, a, b, c, d, f = self.senders = await people(
            "v1", "messaging", "chatapp", "realtime", "rooms", "chatroom")
        others = await people("v1", "v1", "v1", "messaging", "chatapp",
                              "realtime", "rooms", "chatroom", "chatroom")
        # Who comes to realtime's lobby makes it, and the rest find it by name.
        own = {"realtime": SocketEar("realtime", c, "the socket that sends")}
        await own["realtime"].open(None)
        self.room = room = await lobby(c)
        for dialect, who in (("chatapp", b), ("rooms", d)):
            own[dialect] = SocketEar(dialect, who, "the socket that sends")
            await own[dialect].open(LOBBY)
        own["v1"] = await V1Ear("v1", v, "ws").open(room)
        own["chatroom"] = await SioEar(f, "websocket").open(room)
        ears = [V1Ear("v1", who, kind) for who, kind in zip(
            others, ("ws", "sse", "poll"))]
        ears.append(HistoryEar("messaging", others[3], "its history"))
        ears.append(SocketEar("chatapp", others[4], "socket"))
        ears.append(SocketEar("realtime", others[5], "socket"))
        ears.append(SocketEar("rooms", others[6], "socket"))
        ears.append(SocketEar("rooms", d, "the sender's other socket"))
        ears.append(SioEar(others[7], "websocket"))
        ears.append(SioEar(others[8], "polling"))
        ears.append(SioEar(f, "polling"))
        for e in ears:
            await e.open(room)
        self.ears = ears + list(own.values())
        self.reader = await nj.listen("ws", others[0], rooms=[room])
        await settle(self.ears, v, room, "begin")
        await self.reader.until(lambda e: e.get("message", {}).get(
            "text") == "begin")
        self.ways = [
            Way("v1, a request", v, request(
                v, "/v1/rooms/%s/messages" % room, 201, text="{text}")),
            Way("v1, its WebSocket", v, command(own["v1"].stream, room)),
            Way("messaging, a request", a, request(
                a, "/send-message-group", 200, room_id=uuid(room),
                message="{text}")),
            Way("chatapp, its WebSocket", b, frame(
                own["chatapp"].stream, message="{text}"),
                own["chatapp"].stream),
            Way("realtime, a request", c, request(
                c, "/messages/", 201, chat_id=uuid(room), content="{text}")),
            Way("realtime, its WebSocket", c, frame(
                own["realtime"].stream, message="{text}", timestamp=STAMP),
                own["realtime"].stream, True),
            Way("rooms, its WebSocket", d, frame(
                own["rooms"].stream, type="message", content="{text}"),
                own["rooms"].stream),
            Way("chatroom, a request", f, request(
                f, "/api/message/", 200, chatroom_id=hex24(room),
                content="{text}")),
            Way("chatroom, its socket", f, event(
                own["chatroom"].stream, room), own["chatroom"].stream),
        ]
        return self

    async def end(self):
        """Nothing is left over anywhere."""
        v = self.senders[0]
        await v.want(201, "POST", "/v1/rooms/%s/messages" % self.room,
                     {"text": "end"})
        m = await arrived(self.reader, "end")
        await everywhere(self.ears, lambda e: e.shape(m, None),
                         "and nothing else was heard")
        for e in self.ears:
            await e.close()


async def lobby(who):
    """The id of the room where realtime's sockets are."""
    rooms = await who.want(200, "GET", "/v1/rooms")
    room, = [r["id"] for r in rooms["items"] if r["name"] == LOBBY]
    return room


async def public():
    at = await Public().open()
    await send_all(at.ways, at.ears, at.reader)
    await burst(at.ways, at.ears, at.reader, 10)
    await at.end()


# ---- what happens to messages

async def marker(at, text):
    """A message that all ears hear next: nothing has come to them before."""
    await at.senders[0].want(201, "POST", "/v1/rooms/%s/messages" % at.room,
                             {"text": text})
    m = await arrived(at.reader, text)
    await everywhere(at.ears, lambda e: e.shape(m, None), "then " + text)


class Event:
    """What v1 is told of a change, and what sockets of rooms are, if they are."""

    def __init__(self, v1, rooms=None):
        self.v1, self.rooms = v1, rooms


async def told(at, event, text):
    """By v1 through each transport, by rooms if it has a frame, and no other."""
    ears = [e for e in at.ears if e.dialect == "v1"]
    got = await asyncio.gather(*[e.event() for e in ears])
    seen = [{k: v for k, v in g.items() if k in event.v1} for g in got]
    equal(seen, [event.v1] * len(ears), text + ", to v1")
    equal([g for g in got if g != got[0]], [], "the same by each transport")
    await at.reader.next()
    if event.rooms is None:
        return
    want = {**event.rooms, "timestamp": naive(got[0]["at"])}
    ears = [e for e in at.ears if e.dialect == "rooms"]
    got = await asyncio.gather(*[hear(e.stream) for e in ears])
    equal(got, [want] * len(ears), text + ", to rooms")


def reaction_ways(at):
    """Who, and how they add and take back a thumb."""
    v, _, _, c, d, _ = at.senders
    emoji = urllib.parse.quote(THUMB)
    own, = [w.ws for w in at.ways if w.who is d]

    async def v1(m, add):
        await v.want(204, "PUT" if add else "DELETE",
                     "/v1/messages/%s/reactions/%s" % (m["id"], emoji))

    async def realtime(m, add):
        got = await c.want(200, "POST" if add else "DELETE",
                           "/messages/%s/reactions?emoji=%s" % (
                               uuid(m["id"]), emoji))
        if (uuid(c.id) in [r["user_id"] for r in got["reactions"]]) != add:
            raise AssertionError(got)

    async def rooms(m, add):
        if add:
            await d.want(200, "POST", "/api/reactions/add", {
                "message_id": int(m["id"]), "reaction_type": THUMB})
        else:
            await d.want(200, "DELETE", "/api/reactions/remove/" + m["id"])

    async def rooms_frame(m, add):
        await say(own, {"type": "reaction", "message_id": int(m["id"]),
                        "reaction_type": THUMB,
                        "action": "add" if add else "remove"})
    return [("v1", v, v1), ("realtime", c, realtime),
            ("rooms", d, rooms), ("rooms, a frame", d, rooms_frame)]


async def react(at, m, way, add, names):
    """`names`: whose thumbs there are after it."""
    name, who, act = way
    kind = "added" if add else "removed"
    await act(m, add)
    await told(at, Event({
        "kind": "reaction." + kind, "room": m["room"],
        "reaction": {"message": m["id"], "emoji": THUMB}}, {
        "type": "reaction_" + kind, "room_id": int(m["room"]),
        "message_id": int(m["id"]), "sender": who.name,
        "reaction_type": THUMB, "reaction_summary": [{
            "reaction_type": THUMB, "count": len(names), "users": names}]
        if names else []}), "a reaction %s through %s" % (kind, name))


async def reactions(at, m):
    v1, realtime, rooms, rooms_frame = reaction_ways(at)
    names = []
    for way in (v1, realtime, rooms):
        names.append(way[1].name)
        await react(at, m, way, True, names)
    for way in (v1, realtime, rooms_frame):
        names.remove(way[1].name)
        await react(at, m, way, False, names)
    await react(at, m, rooms_frame, True, [rooms[1].name])
    await react(at, m, rooms, False, [])


async def texts(at, m):
    """What the histories have for this message; None: it is not there."""
    _, a, _, c, d, f = at.senders
    group = await a.want(200, "GET", "/get_chats_group?group_id=" +
                         uuid(at.room))
    page = await c.want(200, "GET", "/messages/chat/%s?limit=100" %
                        uuid(at.room))
    whole = await d.want(200, "GET", "/api/messages/" + at.room)
    first = await f.want(200, "GET", "/api/message/" + hex24(at.room))
    now = [r["message"] for r in group if r["sender"] == m["sender"][
        "username"] and r["timestamp"] == naive(m["created_at"])]
    return [now[0] if now else None] + [
        dict((r[key], r[text]) for r in rows).get(ident)
        for rows, key, ident, text in (
            (page, "id", uuid(m["id"]), "content"),
            (whole, "message_id", int(m["id"]), "message"),
            (first, "_id", hex24(m["id"]), "content"))]


async def edit_and_delete(at, m, way):
    """By whom it is of: the token of any dialect is good in any other."""
    who = way.who
    for name, method, path, body in (
            ("v1", "PATCH", "/v1/messages/" + m["id"], "text"),
            ("realtime", "PUT", "/messages/" + uuid(m["id"]), "content")):
        text = "edited through %s: %s" % (name, m["id"])
        await who.want(200, method, path, {body: text})
        now = await who.want(200, "GET", "/v1/messages/" + m["id"])
        equal(now["text"], text, "an edit through " + name)
        await told(at, Event({"kind": "message.edited", "message": now}),
                   "it is told")
        equal(await texts(at, m), [text] * 4, "and is in all histories")
    if way.dialect == "realtime":
        await who.want(200, "DELETE", "/messages/" + uuid(m["id"]))
    else:
        await who.want(204, "DELETE", "/v1/messages/" + m["id"])
    gone = await who.want(200, "GET", "/v1/messages/" + m["id"])
    ok(gone["deleted_at"], "a deletion")
    await told(at, Event({"kind": "message.deleted", "message": gone}),
               "it is told")
    equal(await texts(at, m), [None] * 4, "and is in no history")


async def typing(at):
    """Not in the log: v1 and rooms tell each other, and a long-poll that does
    not wait just then misses it."""
    v, _, _, _, d, _ = at.senders
    own, = [w.ws for w in at.ways if w.who is d]
    v1 = [e for e in at.ears if e.dialect == "v1" and e.kind != "poll"]
    rooms = [e for e in at.ears if e.dialect == "rooms"]
    await v.want(204, "POST", "/v1/rooms/%s/typing" % at.room, {"on": True})
    for e in rooms:
        got = await hear(e.stream)
        equal((got["type"], got["sender"], got["room_id"]),
              ("typing", v.name, int(at.room)), "typing in v1, to rooms")
    await say(own, {"type": "typing"})
    for e in v1:
        # Its own is not told to v1's account.
        want = [d.id] if e.who is v else [v.id, d.id]
        got = [await e.event() for _ in want]
        equal([(g["kind"], g["user"]["id"], g["on"]) for g in got],
              [("typing", w, True) for w in want], "typing in rooms, to v1")
    for e in rooms:
        if e.stream is not own:
            equal((await hear(e.stream))["type"], "typing",
                  "and to who uses rooms, but for the socket itself")
    await at.reader.take(2)


async def changes():
    at = await Public().open()
    sent = await send_all(at.ways, at.ears, at.reader)
    for m, way in zip(sent, at.ways):
        await reactions(at, m)
    await marker(at, "after the reactions")
    for m, way in zip(sent, at.ways):
        await edit_and_delete(at, m, way)
    for e in at.ears:
        if e.dialect == "messaging":
            e.seen = await e.read()
    await marker(at, "after the edits")
    await typing(at)
    await at.end()


# ---- rooms that are not for all

class Closed:
    """A room with members from several dialects, and outsiders from all."""

    def __init__(self, kind):
        self.is_direct = kind == "direct"

    async def open(self):
        a, c, d = self.members = await people("messaging", "realtime", "rooms")
        self.outsiders = await people("v1", "messaging", "chatapp", "realtime",
                                      "rooms", "chatroom")
        self.own = await SocketEar("realtime", c, "socket").open(None)
        self.lobby = await lobby(c)
        self.room = await (self.pair() if self.is_direct else self.group())
        await self.hijack()
        await self.open_outside()
        await self.open_inside()
        return self

    async def group(self):
        a, c, d = self.members
        got = await a.want(200, "POST", "/create-group", {
            "group_members": [c.name, d.name], "group_admin": a.name})
        return str(int(got["group_id"][-12:], 16))

    async def pair(self):
        a, c, _ = self.members
        got = await a.want(200, "POST", "/create-room", {"username_2": c.name})
        return str(int(got["room_id"][-12:], 16))

    async def hijack(self):
        """Somebody gives a public room this one's id for a name."""
        ws = await self.outsiders[2].come("chatapp", self.room)
        await say(ws, {"message": "from outside"})
        got = await hear(ws)
        ok(got["message"] == "from outside" and got["room_id"] != self.room,
           "chatapp makes an outsider another room")
        await ws.close()

    async def open_outside(self):
        v, _, b, c, d, f = self.outsiders
        self.outside = [V1Ear("v1", v, k) for k in ("ws", "sse", "poll")] + [
            SocketEar("chatapp", b, "socket"), SocketEar("realtime", c, "socket"),
            SocketEar("rooms", d, "socket")]
        sio_ears = [SioEar(f, kind) for kind in sio.TRANSPORTS]
        # To ask for the room is no way to hear it.
        for e in self.outside:
            await e.open(self.lobby + "," + self.room if e.dialect == "v1"
                         else LOBBY)
        for e in sio_ears:
            await e.open(self.lobby)
        self.outside += sio_ears
        await settle(self.outside + [self.own], v, self.lobby, "outside")

    async def open_inside(self):
        a, c, d = self.members
        history = PairEar if self.is_direct else HistoryEar
        one = SocketEar("chatapp", a, "the socket that sends")
        other = SocketEar("rooms", c, "the socket that sends")
        joined = SioEar(a, "websocket")
        last = c if self.is_direct else d
        v1 = V1Ear("v1", c, "ws")
        self.ears = [
            v1, V1Ear("v1", a, "sse"), V1Ear("v1", last, "poll"),
            history("messaging", a, "its history"),
            history("messaging", last, "its history"), one,
            SocketEar("chatapp", last, "socket"), other,
            SocketEar("rooms", last, "socket"), joined,
            SioEar(last, "polling")]
        for e in self.ears:
            await e.open(self.room)
        self.reader = await nj.listen("ws", a, rooms=[self.room])
        self.ears.append(self.own)
        await settle(self.ears, a, self.room, "inside")
        await self.reader.until(lambda e: e.get("message", {}).get(
            "text") == "inside")
        self.ways = self.make_ways(v1.stream, one.stream, other.stream)
        self.ways += [
            Way("chatroom, a request", c, request(
                c, "/api/message/", 200, chatroom_id=hex24(self.room),
                content="{text}")),
            Way("chatroom, its socket", a, event(joined.stream, self.room),
                joined.stream)]

    def make_ways(self, v1, chatapp, rooms):
        a, c, _ = self.members
        room = self.room
        send = "/send-message" if self.is_direct else "/send-message-group"
        to = {"recipient_id": uuid(a.id)} if self.is_direct else {
            "chat_id": uuid(room)}
        return [
            Way("v1, a request", a, request(
                a, "/v1/rooms/%s/messages" % room, 201, text="{text}")),
            Way("v1, its WebSocket", c, command(v1, room)),
            Way("messaging, a request", a, request(
                a, send, 200, room_id=uuid(room), message="{text}")),
            Way("chatapp, its WebSocket", a, frame(
                chatapp, message="{text}"), chatapp),
            Way("realtime, a request", c, request(
                c, "/messages/", 201, content="{text}", **to)),
            Way("realtime, its WebSocket", c, frame(
                self.own.stream, message="{text}", timestamp=STAMP, **to),
                self.own.stream, True),
            Way("rooms, its WebSocket", c, frame(
                rooms, type="message", content="{text}"), rooms),
        ]

    async def end(self):
        """What was said in the one room was heard in it only."""
        v = self.outsiders[0]
        for who, room, ears in (
                (self.members[0], self.room, self.ears),
                (v, self.lobby, self.outside + [self.own])):
            m = await who.want(201, "POST", "/v1/rooms/%s/messages" % room,
                               {"text": "end"})
            await everywhere(ears, lambda e: e.shape(m, None),
                             "nothing else was heard")
        for e in self.ears + self.outside:
            await e.close()


async def shut_v1(at, m):
    v = at.outsiders[0]
    for method, path, body in (
            ("GET", "/v1/rooms/" + at.room, None),
            ("GET", "/v1/rooms/%s/messages" % at.room, None),
            ("GET", "/v1/rooms/%s/members" % at.room, None),
            ("POST", "/v1/rooms/%s/messages" % at.room, {"text": "x"}),
            ("POST", "/v1/rooms/%s/join" % at.room, None),
            ("GET", "/v1/messages/" + m["id"], None)):
        equal((await v.http.request(method, path, body)).status, 404,
              "v1, from outside: %s %s" % (method, path.split("/")[-1]))
    rooms = await v.want(200, "GET", "/v1/rooms")
    ok(at.room not in [r["id"] for r in rooms["items"]], "v1 does not list it")


async def shut_messaging(at, m):
    a = at.outsiders[1]
    for path in ("/send-message", "/send-message-group"):
        got = await a.http.request("POST", path, {
            "room_id": uuid(at.room), "message": "x"})
        equal((got.status, got.json), (404, {"detail": "Room does not exist"}),
              "messaging, from outside: " + path)
    for path, want in (("/get_chats?room_id=", "No Chats Exists!"),
                       ("/get_chats_group?group_id=", "Group not found!")):
        equal(await a.want(200, "GET", path + uuid(at.room)),
              {"message": want}, "messaging, from outside: " + path)


async def shut_realtime(at, m):
    c = at.outsiders[3]
    ear, = [e for e in at.outside if e.dialect == "realtime"]
    got = await c.http.request("POST", "/messages/", {
        "chat_id": uuid(at.room), "content": "x"})
    equal((got.status, got.json), (404, {"detail": "Chat not found"}),
          "realtime, from outside: sending")
    await say(ear.stream, {"message": "x", "chat_id": uuid(at.room)})
    equal((await ear.next())["user_id"], "system", "by its socket, too")
    equal(await c.want(200, "GET", "/messages/chat/" + uuid(at.room)), [],
          "its history is empty")
    for method, path in (("GET", ""), ("PUT", ""), ("DELETE", ""),
                         ("PATCH", "/read"), ("POST", "/reactions?emoji=x")):
        got = await c.http.request(method, "/messages/" + uuid(m["id"]) + path,
                                   {"content": "x"} if method == "PUT" else
                                   None)
        equal((got.status, got.json), (404, {"detail": "Message not found"}),
              "realtime, from outside: %s a message %s" % (method, path))


async def shut_rooms(at, m):
    d = at.outsiders[4]
    ws = await d.come("rooms", at.room)
    equal(await hear(ws), {"type": "error", "message": "Room not found"},
          "rooms, from outside: its socket")
    await asyncio.wait_for(ws.wait_closed(), nj.seconds(10))
    equal(ws.close_code, 1000, "is closed")
    for method, path, body, want in (
            ("GET", "/api/rooms/" + at.room, None, "Room not found"),
            ("GET", "/api/messages/" + at.room, None, "Room not found"),
            ("GET", "/api/messages/%s/recent" % at.room, None,
             "Room not found"),
            ("POST", "/api/rooms/%s/mark-read" % at.room, None,
             "Room not found"),
            ("POST", "/api/reactions/add", {
                "message_id": int(m["id"]), "reaction_type": THUMB},
             "Message not found"),
            ("GET", "/api/reactions/message/" + m["id"], None,
             "Message not found")):
        got = await d.http.request(method, path, body)
        equal((got.status, got.json), (404, {"detail": want}),
              "rooms, from outside: %s %s" % (method, path.split("/")[2]))
    ear, = [e for e in at.outside if e.dialect == "rooms"]
    await say(ear.stream, {"type": "reaction", "message_id": int(m["id"]),
                           "reaction_type": THUMB})
    equal(await ear.next(), {
        "type": "error",
        "message": "Failed to process reaction: Message not found"},
        "nor by a frame")
    rooms = await d.want(200, "GET", "/api/rooms")
    ok(int(at.room) not in [r["id"] for r in rooms], "rooms does not list it")


async def shut_chatroom(at, m):
    f = at.outsiders[5]
    room, message = hex24(at.room), hex24(m["id"])
    none = "Chatroom not found!"
    for method, path, body, want in (
            ("GET", "/api/chatroom/" + room, None,
             "Chatroom not found or user is not a member."),
            ("POST", "/api/chatroom/%s/join" % room, None, none),
            ("DELETE", "/api/chatroom/" + room, None, "Chatroom not found."),
            ("GET", "/api/message/" + room, None, none),
            ("POST", "/api/message/", {"chatroom_id": room, "content": "x"},
             none),
            ("PUT", "/api/message/read", {"message_ids": [message]},
             "No unread messages found!")):
        got = await f.http.request(method, path, body)
        equal((got.status, got.json), (404, {"detail": want}),
              "chatroom, from outside: %s %s" % (method, path.split("/")[2]))
    ear = [e for e in at.outside if e.dialect == "chatroom"][0]
    for name in ("joinRoom", "chatroomMessage"):
        await say(ear.stream, [name, {"chatroomId": room, "message": "x"}])
        equal(await ear.next(), {"event": "error",
                                 "message": "Chatroom not found"},
              "nor by " + name)
    await say(ear.stream, ["leaveRoom", {"chatroomId": room}])
    rooms = await f.want(200, "GET", "/api/chatroom/")
    ok(room not in [r["_id"] for r in rooms], "chatroom does not list it")


async def closed(kind):
    at = await Closed(kind).open()
    sent = await send_all(at.ways, at.ears, at.reader)
    await burst(at.ways, at.ears, at.reader, 3)
    for shut in (shut_v1, shut_messaging, shut_realtime, shut_rooms,
                 shut_chatroom):
        await shut(at, sent[0])
    # And the third of the members, who is none of the two.
    if at.is_direct:
        d = at.members[2]
        equal((await d.http.request("GET", "/api/rooms/" + at.room)).status,
              404, "a direct room is for two")
    await at.end()


SCENARIOS = {"public": public, "changes": changes,
             "private": lambda: closed("private"),
             "direct": lambda: closed("direct")}


async def scenario(name):
    await SCENARIOS[name]()


nj.main(scenario)
