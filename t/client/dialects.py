"""dialects - what a test needs to know to be a client of any dialect.

TABLE says for each where to go and what to say there; a Person has registered
through one of them.  The functions of a dialect called `shape` write a message
of v1 as that dialect's clients are to see it, so that a test can compare whole
frames.
"""

import asyncio
import json
import os
import urllib.parse

import websockets

import nj
import sio

PASSWORD = "correct horse"
LOBBY = "General"		# where realtime's sockets are


# ---- ids and instants in each dialect's form

def uuid(ident):
    """An id as messaging and realtime write it."""
    text = "%016x" % int(ident)
    return "0000%s-0000-4000-8000-%s" % (text[:4], text[4:])


def hex24(ident):
    """An id as chatroom writes it."""
    return "%024x" % int(ident)


def naive(at):
    """An instant of v1 as one without a zone, with microseconds if any."""
    whole, milli = at[:-1].split(".")
    return whole if milli == "000" else "%s.%s000" % (whole, milli)


def seconds(at):
    """An instant of v1 in whole seconds, without a zone."""
    return at.split(".")[0]


# ---- a message of v1, as others see it

def summary(m):
    """Its reactions, as rooms sums them up."""
    return [{"reaction_type": r["emoji"], "count": r["count"],
             "users": [u["username"] for u in r["users"]]}
            for r in m["reactions"]]


def messaging_shape(m):
    return {"room_id": uuid(m["room"]), "sender": m["sender"]["username"],
            "message": m["text"], "timestamp": naive(m["created_at"])}


def chatapp_shape(m):
    return {"id": int(m["id"]), "room_id": m["room"],
            "user_id": int(m["sender"]["id"]),
            "username": m["sender"]["username"],
            "sender": m["sender"]["username"], "message": m["text"],
            "content": m["text"], "timestamp": naive(m["created_at"])}


def realtime_shape(m, timestamp=None):
    """`timestamp`: what its sender has said, if it was sent by a frame."""
    who = uuid(m["sender"]["id"])
    return {"user_id": who, "message": m["text"],
            "timestamp": timestamp or m["created_at"], "id": uuid(m["id"]),
            "sender_id": who, "username": m["sender"]["username"],
            "chat_id": uuid(m["room"]), "content": m["text"],
            "created_at": naive(m["created_at"]), "attachments": [],
            "is_edited": False, "status": "sent"}


def rooms_shape(m):
    return {"type": "message", "room_id": int(m["room"]),
            "message_id": int(m["id"]), "sender": m["sender"]["username"],
            "message": m["text"], "message_type": "text", "file_url": None,
            "file_name": None, "file_size": None, "mime_type": None,
            "timestamp": seconds(m["created_at"]), "reactions": summary(m),
            "user_reaction": None}


def chatroom_shape(m):
    return {"event": "newMessage", "_id": hex24(m["id"]),
            "chatroom": hex24(m["room"]), "chatroomId": hex24(m["room"]),
            "sender": hex24(m["sender"]["id"]), "message": m["text"]}


# ---- where to go, and what to say there
#
# Words in braces are filled in; {room} is the room as the dialect calls it.
# "wrong" is where a wrong token goes, what is said of it, and the status
# without any.  A room that is a
# text needs not be made.  What a dialect cannot do is None: chatapp has no
# requests for messages (its tokens are good for those of realtime), rooms sends
# by its socket, and messaging has no socket.  That of chatroom is Socket.IO's,
# which has one path for all, and joins a room then.

TABLE = {
    "v1": {
        "register": ("/v1/users", 201),
        "login": ("/v1/sessions", "json", "username"),
        "token": "access_token",
        "room": ("/v1/rooms", {"kind": "public", "name": "{name}"}, "id"),
        "send": ("/v1/rooms/{room}/messages", {"text": "{text}"}, 201),
        "history": ("/v1/rooms/{room}/messages", "items", "text"),
        "socket": "/v1/events?rooms={room}",
        "frame": {"do": "message.post", "room": "{room}", "text": "{text}"},
        "text": "text",
        "wrong": ("/v1/me", None, 401),
    },
    "messaging": {
        "register": ("/signup", 200),
        "login": ("/login", "form", "username"),
        "token": "access_token",
        "room": ("/create-group", {"group_members": ["{peer}"],
                                   "group_admin": "{name}"}, "group_id"),
        "send": ("/send-message-group",
                 {"room_id": "{room}", "message": "{text}"}, 200),
        "history": ("/get_chats_group?group_id={room}", None, "message"),
        "socket": None,
        "wrong": ("/profile", "Invalid token", 401),
    },
    "chatapp": {
        "register": ("/auth/register", 200),
        "login": ("/auth/token", "form", "email"),
        "token": "access_token",
        "room": "lounge",
        "send": None,
        "history": ("/messages/chat/{room}", None, "content"),
        "socket": "/websockets/chat/{room}",
        "frame": {"message": "{text}"},
        "text": "message",
        "wrong": ("/messages/chat/{room}",
                  "Invalid authentication credentials", 401),
    },
    "realtime": {
        "register": ("/users/register", 201),
        "login": ("/users/login", "json", "username_or_email"),
        "token": "token",
        "room": LOBBY,
        "send": ("/messages/", {"chat_id": "{room}", "content": "{text}"}, 201),
        "history": ("/messages/chat/{room}", None, "content"),
        "socket": "/ws/{user}",
        "frame": {"message": "{text}", "timestamp": "{stamp}"},
        "text": "message",
        "wrong": ("/users/me", "Invalid authentication credentials", 401),
    },
    "rooms": {
        "register": ("/api/auth/signup", 200),
        "login": ("/api/auth/login", "json", "username"),
        "token": "access_token",
        "room": ("/api/rooms", {"name": "{name}"}, "id"),
        "send": None,
        "history": ("/api/messages/{room}", None, "message"),
        "socket": "/ws/chat/{room}?token={token}",
        "frame": {"type": "message", "content": "{text}"},
        "text": "message",
        "wrong": ("/api/auth/me", "Could not validate credentials", 403),
    },
    "chatroom": {
        "register": ("/api/user/", 200),
        "login": ("/api/user/login", "json", "username"),
        "token": "token",
        "room": ("/api/chatroom/", {"name": "{name}"}, "_id"),
        "send": ("/api/message/",
                 {"chatroom_id": "{room}", "content": "{text}"}, 200),
        "history": ("/api/message/{room}", None, "content"),
        "socket": None,
        "frame": ["chatroomMessage",
                  {"chatroomId": "{room}", "message": "{text}"}],
        "text": "message",
        "wrong": ("/api/user/", "Invalid or expired token.", 401),
    },
}

SHAPES = {"messaging": messaging_shape, "chatapp": chatapp_shape,
          "realtime": realtime_shape, "rooms": rooms_shape,
          "chatroom": chatroom_shape}


def fill(template, **words):
    """A template with its words filled in, however deep they are."""
    if isinstance(template, dict):
        return {k: fill(v, **words) for k, v in template.items()}
    if isinstance(template, list):
        return [fill(v, **words) for v in template]
    for name, value in words.items():
        template = template.replace("{%s}" % name, str(value))
    return template


# ---- people

people_made = 0


class Person:
    """Somebody who has registered and logged in through a dialect."""

    def __init__(self, dialect, name=None):
        global people_made
        people_made += 1
        self.dialect = dialect
        self.row = TABLE[dialect]
        self.name = "%s-%d-%d" % (name or dialect, os.getpid(), people_made)
        self.email = self.name + "@example.com"
        self.http = nj.Http()

    async def register(self):
        """As v1 sees them, which takes the token of any dialect."""
        path, status = self.row["register"]
        await self.http.want(status, "POST", path, {
            "username": self.name, "email": self.email, "password": PASSWORD})
        answer = await self.login()
        if answer.status not in (200, 201):
            raise AssertionError("%s: %s" % (self.name, answer.body))
        self.token = self.http.token = answer.json[self.row["token"]]
        self.id = (await self.http.want(200, "GET", "/v1/me"))["id"]
        return self

    async def login(self, password=PASSWORD):
        path, form, key = self.row["login"]
        body = {key: self.email if key == "email" else self.name,
                "password": password}
        if form == "json":
            return await nj.Http().request("POST", path, body)
        return await nj.Http().request(
            "POST", path, urllib.parse.urlencode(body).encode(),
            {"Content-Type": "application/x-www-form-urlencoded"})

    def want(self, *args):
        return self.http.want(*args)

    def words(self, **more):
        return {"name": self.name, "token": self.token,
                "user": uuid(self.id), **more}

    async def socket(self, path):
        """One of this person's, where the path says."""
        return await connect(path, self.token)

    async def come(self, dialect, room):
        """A socket of a dialect in a room."""
        if dialect == "chatroom":
            return await self.come_sio(room)
        return await self.socket(fill(TABLE[dialect]["socket"],
                                      **self.words(room=room)))

    async def come_sio(self, room, kind="websocket"):
        """Join the room as a member, unless this is one, and then by a socket,
        and hear everything from here on."""
        answer = await self.http.request("POST", "/api/chatroom/%s/join" % room)
        if answer.status not in (200, 400):
            raise AssertionError(answer.body)
        ws = await sio.connect(self.token, kind)
        await say(ws, ["joinRoom", {"chatroomId": room}])
        await hear_until(ws, lambda f: f["event"] == "notification" and
                         hex24(self.id) in f["message"])
        return ws


async def person(dialect, name=None):
    return await Person(dialect, name).register()


async def people(*dialects):
    return await asyncio.gather(*[person(d) for d in dialects])


async def lobby(who):
    """The id of the room where realtime's sockets are."""
    rooms = await who.want(200, "GET", "/v1/rooms")
    room, = [r["id"] for r in rooms["items"] if r["name"] == LOBBY]
    return room


# ---- sockets: the client is one that people use

async def connect(path, token=None):
    """With the token in the header, unless the path has it."""
    more = {}
    if token is not None and "token=" not in path:
        more["extra_headers"] = {"Authorization": "Bearer " + token}
    return await asyncio.wait_for(websockets.unix_connect(
        nj.SOCK, "ws://natterjack" + path, max_queue=None, **more),
        nj.seconds(10))


async def refusal(path, token=None):
    """The status of a handshake that is refused; 101 when it is not."""
    try:
        await (await connect(path, token)).close()
        return 101
    except websockets.InvalidStatusCode as e:
        return e.status_code


async def hear(ws):
    return json.loads(await asyncio.wait_for(ws.recv(), nj.seconds(10)))


async def hear_until(ws, wanted):
    """The first frame that is wanted."""
    while not wanted(got := await hear(ws)):
        pass
    return got


async def say(ws, value):
    await ws.send(json.dumps(value))
