"""closed - a room with members from several dialects, and outsiders from all.

Who is in it hears what is sent in it; who is not neither hears of it, nor reads
it, nor sends to it, in no dialect.
"""

import asyncio

import nj
import sio
from dialects import LOBBY, hear, hex24, lobby, people, say, uuid
from ears import (STAMP, HistoryEar, PairEar, SioEar, SocketEar, V1Ear,
                  everywhere, settle)
from nj import equal, ok
from ways import (Way, burst, command, event, frame, request, send_all)

THUMB = "\U0001f44d"


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
