"""sio - a small client of Socket.IO for the tests, over either transport.

It does what a client has to do, and tells of every event that comes.  The
clients that people really use have tests of their own; this one looks like the
websockets of the other dialects: send() and recv() take and give a text, which
is JSON.  What is sent is [event, argument]; what comes is the argument with the
event's name as "event".
"""

import asyncio
import json

import websockets

import nj

PATH = "/socket.io/?EIO=4&transport="


class Refused(Exception):
    """The server lets nobody in who says this, or wants no more of it."""


class WebSocket:
    """One packet of Engine.IO in each frame."""

    ws = None

    async def open(self):
        await self.shake("")
        return self

    async def shake(self, sid):
        self.ws = await asyncio.wait_for(websockets.unix_connect(
            nj.SOCK, "ws://natterjack" + PATH + "websocket" + sid,
            max_queue=None), nj.seconds(10))

    async def put(self, packet):
        await self.ws.send(packet)

    async def get(self):
        return await self.ws.recv()

    async def close(self):
        await self.ws.close()

    async def drop(self):
        """Be gone, as if the network was."""
        if self.ws is not None:
            self.ws.transport.abort()


class Polling:
    """Packets between record separators; one request waits, others send."""

    async def open(self):
        self.waits, self.sends = nj.Http(), nj.Http()
        self.path, self.packets = PATH + "polling", []
        first = await self.get()
        self.sid = "&sid=" + json.loads(first[1:])["sid"]
        self.path += self.sid
        self.packets.insert(0, first)
        return self

    async def put(self, packet):
        a = await self.sends.request("POST", self.path, packet.encode(),
                                     {"Content-Type": "text/plain"})
        if (a.status, a.body) != (200, b"ok"):
            raise nj.Closed(status=a.status, reason=a.body)

    async def get(self):
        while not self.packets:
            a = await self.waits.request("GET", self.path)
            if a.status != 200:
                raise nj.Closed(status=a.status, reason=a.body)
            self.packets = a.body.decode().split("\x1e")
        return self.packets.pop(0)

    async def close(self):
        await self.put("1")

    async def drop(self):
        self.waits.close()
        self.sends.close()


class Upgrade(Polling, WebSocket):
    """Polls for a while, and then a WebSocket, as libraries do it."""

    POLLS = 3
    polls = 0

    async def upgrade(self):
        await self.shake(self.sid)
        await self.ws.send("2probe")
        if (got := await self.ws.recv()) != "3probe":
            raise AssertionError("no answer to a probe: " + got)
        await self.ws.send("5")

    async def put(self, packet):
        await (Polling if self.ws is None else WebSocket).put(self, packet)

    async def get(self):
        if self.packets or self.polls < self.POLLS:
            self.polls += not self.packets
            return await Polling.get(self)
        if self.ws is None:
            await self.upgrade()
        return await WebSocket.get(self)

    async def close(self):
        await (Polling if self.ws is None else WebSocket).close(self)

    async def drop(self):
        await Polling.drop(self)
        await WebSocket.drop(self)


TRANSPORTS = {"websocket": WebSocket, "polling": Polling, "upgrade": Upgrade}


class Socket:
    """One that is let in with a token, in a namespace; `auth` is what it says
    besides.  The pid and the newest offset are there for who wants to go on
    (push/sio_offset.h)."""

    offset = None

    async def open(self, token, kind="websocket", namespace="", **auth):
        self.io = TRANSPORTS[kind]()
        self.at = namespace and namespace + ","
        try:
            await self.io.open()
            await self.packet("0")
            await self.io.put("40" + self.at + json.dumps({
                "token": "Bearer " + token, **auth}))
            got = json.loads(await self.packet("40" + self.at))
        except Refused:
            await self.io.close()
            raise
        except BaseException:
            await self.io.drop()
            raise
        self.sid, self.pid = got["sid"], got.get("pid")
        return self

    async def take(self):
        """The next packet that says something; pings are answered."""
        while True:
            p = await asyncio.wait_for(self.io.get(), nj.seconds(40))
            if p == "2":
                await self.io.put("3")
            elif p.startswith("44" + self.at):
                raise Refused(json.loads(p[2 + len(self.at):])["message"])
            elif p.startswith("41"):
                raise Refused("disconnected by the server")
            elif p == "1":
                raise nj.Closed()
            elif p != "6":
                return p

    async def packet(self, kind):
        """The next, which is of this kind."""
        p = await self.take()
        if not p.startswith(kind):
            raise AssertionError("%s, and not %s" % (p, kind))
        return p[len(kind):]

    async def send(self, text, ack=""):
        await self.io.put("42" + self.at + ack + text)

    async def acked(self, ack):
        """The arguments of the answer to an event that was sent so."""
        return json.loads(await self.packet("43" + self.at + ack))

    async def event(self):
        """[event, argument], without the offset that may come with it."""
        got = json.loads(await self.packet("42" + self.at))
        if self.pid is not None and isinstance(got[-1], str):
            self.offset = got[-1]
        return got[:2]

    async def recv(self):
        name, argument = await self.event()
        return json.dumps({"event": name, **argument})

    async def close(self):
        await self.io.close()

    async def drop(self):
        await self.io.drop()


async def connect(token, kind="websocket", namespace="", **auth):
    return await Socket().open(token, kind, namespace, **auth)


async def refusal(token):
    """What is said to who comes with this token; None: it is let in."""
    try:
        await (await connect(token)).close()
        return None
    except Refused as e:
        return str(e)
