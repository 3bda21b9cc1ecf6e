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
    """The server lets nobody in who says this."""


class WebSocket:
    """One packet of Engine.IO in each frame."""

    async def open(self):
        self.ws = await asyncio.wait_for(websockets.unix_connect(
            nj.SOCK, "ws://natterjack" + PATH + "websocket", max_queue=None),
            nj.seconds(10))
        return self

    async def put(self, packet):
        await self.ws.send(packet)

    async def get(self):
        return await self.ws.recv()

    async def close(self):
        await self.ws.close()


class Polling:
    """Packets between record separators; one request waits, others send."""

    async def open(self):
        self.waits, self.sends = nj.Http(), nj.Http()
        self.path, self.packets = PATH + "polling", []
        first = await self.get()
        self.path += "&sid=" + json.loads(first[1:])["sid"]
        self.packets.insert(0, first)
        return self

    async def put(self, packet):
        a = await self.sends.request("POST", self.path, packet.encode(),
                                     {"Content-Type": "text/plain"})
        if (a.status, a.body) != (200, b"ok"):
            raise AssertionError((a.status, a.body))

    async def get(self):
        while not self.packets:
            a = await self.waits.request("GET", self.path)
            if a.status != 200:
                raise AssertionError((a.status, a.body))
            self.packets = a.body.decode().split("\x1e")
        return self.packets.pop(0)

    async def close(self):
        await self.put("1")


TRANSPORTS = {"websocket": WebSocket, "polling": Polling}


class Socket:
    """One that is let in with a token, in a namespace."""

    async def open(self, token, kind="websocket", namespace=""):
        self.io = await TRANSPORTS[kind]().open()
        self.at = namespace and namespace + ","
        await self.packet("0")
        await self.io.put("40" + self.at + json.dumps({
            "token": "Bearer " + token}))
        try:
            self.sid = json.loads(await self.packet("40" + self.at))["sid"]
        except Refused:
            await self.io.close()
            raise
        return self

    async def packet(self, kind):
        """The next of this kind; pings are answered, of others there is none."""
        while True:
            p = await asyncio.wait_for(self.io.get(), nj.seconds(40))
            if p == "2":
                await self.io.put("3")
            elif p.startswith(kind):
                return p[len(kind):]
            elif p.startswith("44" + self.at):
                raise Refused(json.loads(p[2 + len(self.at):])["message"])
            elif p != "6":
                raise AssertionError("%s, and not %s" % (p, kind))

    async def send(self, text, ack=""):
        await self.io.put("42" + self.at + ack + text)

    async def acked(self, ack):
        """The arguments of the answer to an event that was sent so."""
        return json.loads(await self.packet("43" + self.at + ack))

    async def event(self):
        """[event, argument], without the offset that may come with it."""
        return json.loads(await self.packet("42" + self.at))[:2]

    async def recv(self):
        name, argument = await self.event()
        return json.dumps({"event": name, **argument})

    async def close(self):
        await self.io.close()


async def connect(token, kind="websocket", namespace=""):
    return await Socket().open(token, kind, namespace)


async def refusal(token):
    """What is said to who comes with this token; None: it is let in."""
    try:
        await (await connect(token)).close()
        return None
    except Refused as e:
        return str(e)
