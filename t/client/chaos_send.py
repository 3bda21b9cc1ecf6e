"""chaos_send - who sends in the chaos: by every way there is in any dialect.

What has a key is sent again until it is acknowledged, and some of it once more
after that, as if the acknowledgement had not arrived; the rest is sent once.
"""

import asyncio
import json

import nj
import sio
from chaos_world import LOST, within
from dialects import LOBBY, fill, hex24, uuid

AGAIN = 5		# of so many with a key, one is sent again for nothing


class Sender:
    """One message after the other; what it knows of each is in the world."""

    pause = 0.02

    def __init__(self, world, name):
        self.world, self.name, self.n = world, name, 0

    def drop(self):
        """It has said everything."""

    async def run(self):
        while not self.world.is_stopping:
            self.n += 1
            await self.post("%s.%d" % (self.name, self.n))
            await asyncio.sleep(self.pause)


class Keyed(Sender):
    async def attempt(self, text):
        """The id that was told; None: nothing was."""
        raise NotImplementedError

    async def post(self, text):
        acks = self.world.sends(text, True)["acks"]
        times = 2 if self.n % AGAIN == 1 else 1
        while len(acks) < times:
            ident = await self.attempt(text)
            if ident is None:
                await self.world.failed()
            else:
                acks.append(ident)


class Command(Keyed):
    """v1's WebSocket."""

    def __init__(self, world, name, who, room):
        super().__init__(world, name)
        self.who, self.room, self.stream = who, room, None

    async def attempt(self, text):
        try:
            if self.stream is None:
                self.stream = await nj.listen("ws", self.who)
            got = await within(self.stream.command({
                "do": "message.post", "room": self.room, "text": text,
                "key": text}))
        except LOST as e:
            self.world.judge_lost(self.name, e)
            if self.stream is not None:
                await self.stream.close()
            self.stream = None
            return None
        if "error" in got:
            self.world.judge(self.name, got["error"]["status"], got)
            return None
        return got["message"]["id"]


class Request(Keyed):
    """By a request; what its dialect calls the text is "{text}"."""

    def __init__(self, world, name, who, path, status, **body):
        super().__init__(world, name)
        self.http = nj.Http(who.token)
        self.path, self.status, self.body = path, status, body

    async def ask(self, text):
        """The answer; None: there is none, or a failure."""
        try:
            a = await within(self.http.request("POST", self.path, fill(
                self.body, text=text)))
        except LOST:
            return None
        if a.status != self.status:
            self.world.judge(self.name, a.status, a.body)
            return None
        return a.json

    async def attempt(self, text):
        got = await self.ask(text)
        return got and got["id"]


class Once(Request):
    """And without a key."""

    async def post(self, text):
        acks = self.world.sends(text)["acks"]
        if await self.ask(text) is None:
            await self.world.failed()
        else:
            acks.append(None)


class Frame(Sender):
    """The socket of a dialect, which acknowledges nothing."""

    pause = 0.07

    def __init__(self, world, name, who, **body):
        super().__init__(world, name)
        self.who, self.body, self.ws = who, body, None

    async def listen(self, ws):
        try:
            while True:
                await ws.recv()
        except LOST:
            pass

    def drop(self):
        if self.ws is not None:
            self.ws.transport.abort()

    async def post(self, text):
        try:
            if self.ws is None:
                self.ws = await within(self.who.come(self.who.dialect, LOBBY))
                asyncio.create_task(self.listen(self.ws))
            self.world.sends(text)
            await within(self.ws.send(json.dumps(fill(self.body, text=text))))
        except LOST as e:
            self.world.judge_lost(self.name, e)
            self.ws = None
            await self.world.failed()


class Event(Sender):
    """Socket.IO: an event is acknowledged; or it is told what was wrong, and is
    not."""

    def __init__(self, world, name, who, room, kind):
        super().__init__(world, name)
        self.who, self.room, self.kind = who, room, kind
        self.io = None

    def judge_error(self, message):
        """Is it the server's own fault, and no mistake?"""
        if not message.startswith("The server") or "mistake" in message:
            self.world.fault(self.name, "was told", message)

    async def emit(self, text):
        """Has it been acknowledged?"""
        await self.io.send(json.dumps(["chatroomMessage", {
            "chatroomId": hex24(self.room), "message": text}]), str(self.n))
        while (p := await self.io.take()) != "43%d[]" % self.n:
            if p.startswith("43"):
                self.world.fault(self.name, "was told of an error, and", p)
            elif p.startswith('42["error"'):
                self.judge_error(json.loads(p[2:])[1]["message"])
                return False
        return True

    async def post(self, text):
        is_acked = False
        try:
            if self.io is None:
                self.io = await within(sio.connect(self.who.token, self.kind))
            acks = self.world.sends(text)["acks"]
            if is_acked := await within(self.emit(text)):
                acks.append(None)
        except sio.Refused as e:
            self.world.fault(self.name, "was refused:", e)
        except LOST as e:
            self.world.judge_lost(self.name, e)
            if self.io is not None:
                await self.io.drop()
            self.io = None
        if not is_acked:
            await self.world.failed()


def senders(world, by, room):
    """`by`: a person of each dialect.  The names are those of judge.WAYS."""
    v1 = "/v1/rooms/%s/messages" % room
    return [
        Request(world, "v1 request", by["v1"], v1, 201, text="{text}",
                key="{text}"),
        Once(world, "v1 request without a key", by["v1"], v1, 201,
             text="{text}"),
        Command(world, "v1 WebSocket", by["v1"], room),
        Once(world, "messaging request", by["messaging"],
             "/send-message-group", 200, room_id=uuid(room), message="{text}"),
        Frame(world, "chatapp WebSocket", by["chatapp"], message="{text}"),
        Once(world, "realtime request", by["realtime"], "/messages/", 201,
             chat_id=uuid(room), content="{text}"),
        Frame(world, "realtime WebSocket", by["realtime"], message="{text}",
              timestamp=""),
        Frame(world, "rooms WebSocket", by["rooms"], type="message",
              content="{text}"),
        Once(world, "chatroom request", by["chatroom"], "/api/message/", 200,
             chatroom_id=hex24(room), content="{text}"),
    ] + [Event(world, "chatroom Socket.IO " + kind, by["chatroom"], room, kind)
         for kind in ("polling", "websocket")]


async def say_surely(world, who, room, text):
    """One message of somebody's, whatever it takes."""
    await Request(world, text, who, "/v1/rooms/%s/messages" % room, 201,
                  text="{text}", key="{text}").post(text)
