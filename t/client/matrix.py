"""matrix SCENARIO - what is sent through one dialect, to the clients of all.

What is sent in a public room, in each way of each dialect (ways.py), comes to
all who hear it (ears.py); what happens to a message afterwards, to those who are
told such things.  closed.py has the rooms that are not for all.
"""

import asyncio
import urllib.parse

import nj
from closed import closed
from dialects import (LOBBY, hear, hex24, lobby, naive, people, say,
                      uuid)
from ears import (STAMP, HistoryEar, SioEar, SocketEar, V1Ear, everywhere,
                  settle)
from nj import equal, ok
from ways import (Way, arrived, burst, command, event, frame, request,
                  send_all)

THUMB = "\U0001f44d"


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


SCENARIOS = {"public": public, "changes": changes,
             "private": lambda: closed("private"),
             "direct": lambda: closed("direct")}


async def scenario(name):
    await SCENARIOS[name]()


nj.main(scenario)
