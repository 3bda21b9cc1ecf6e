"""real CLIENT - a WebSocket client that people use, over all that matters.

	websockets	Debian's python3-websockets, in this process
	ws		Node's ws, run by ws.js

The scenario is the same: connect in each of the three ways, receive what is
posted, post by command, answer pings, resume from a cursor, and be told the
close code.
"""

import asyncio
import json
import os

import nj
from nj import equal, ok


class Websockets:
    async def open(self, query, token, how):
        import websockets
        more = {}
        if how == "header":
            more["extra_headers"] = {"Authorization": "Bearer " + token}
        elif how == "subprotocol":
            more["subprotocols"] = ["natterjack.v1", "bearer." + token]
        else:
            query += "&token=" + token
        self.ws = await websockets.unix_connect(
            nj.SOCK, "ws://natterjack/v1/events?" + query, **more)
        self.protocol = self.ws.subprotocol

    async def receive(self):
        import websockets
        try:
            return json.loads(await self.ws.recv())
        except websockets.ConnectionClosed as e:
            raise nj.Closed(e.rcvd and e.rcvd.code,
                            e.rcvd and e.rcvd.reason) from None

    async def send(self, command):
        await self.ws.send(json.dumps(command))

    async def close(self):
        await self.ws.close()
        return self.ws.close_code


class NodeWs:
    """ws.js speaks lines: what it receives, and what we want sent."""

    async def open(self, query, token, how):
        self.process = await asyncio.create_subprocess_exec(
            "node", os.path.dirname(os.path.abspath(__file__)) + "/ws.js",
            nj.SOCK, "/v1/events?" + query, token, how,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
        first = await self.line()
        if "open" not in first:
            raise AssertionError(first)
        self.protocol = first["open"] or None

    async def line(self):
        return json.loads(await self.process.stdout.readline())

    async def receive(self):
        got = await self.line()
        if "close" in got:
            await self.process.wait()
            raise nj.Closed(got["close"], got["reason"])
        return json.loads(got["message"])

    async def send(self, command):
        self.process.stdin.write((json.dumps(command) + "\n").encode())

    async def close(self):
        self.process.stdin.close()
        try:
            while True:
                await self.receive()
        except nj.Closed as c:
            return c.code


CLIENTS = {"websockets": Websockets, "ws": NodeWs}


async def receive(client):
    return await asyncio.wait_for(client.receive(), nj.seconds(20))


async def scenario(name):
    ann, bob = await nj.register("ann"), await nj.register("bob")
    room = await ann.room("private", "r", bob)
    cursor = await nj.head_seq(bob)
    for how in ("header", "query", "subprotocol"):
        c = CLIENTS[name]()
        await c.open("since=%d" % cursor, bob.token, how)
        hello = await receive(c)
        equal(hello["kind"], "hello", "%s: the token as %s" % (name, how))
        if how == "subprotocol":
            equal(c.protocol, "natterjack.v1", "%s: the protocol" % name)
        for i in range(3):
            await ann.post(room, "%s %d" % (how, i))
        events = [await receive(c) for _ in range(3)]
        equal(nj.posted(events), ["%s %d" % (how, i) for i in range(3)],
              "%s: three messages, from a cursor" % name)
        cursor = int(events[-1]["seq"])
        await c.send({"do": "message.post", "room": room, "text": "from it",
                      "key": how})
        got = [await receive(c) for _ in range(2)]
        acks = [g for g in got if "ack" in g]
        events = [g for g in got if "kind" in g]
        equal((len(acks), acks[0]["ack"], acks[0]["message"]["text"]),
              (1, how, "from it"), "%s: a command is answered" % name)
        equal(nj.posted(events), ["from it"], "%s: and is an event" % name)
        cursor = int(events[-1]["seq"])
        # Longer than a client lasts that does not answer pings.
        mute = await nj.listen("ws", bob)
        mute.answer_pings = False
        await mute.until_closed()
        await ann.post(room, "later")
        event = await receive(c)
        equal(nj.posted([event]), ["later"], "%s: its pongs count" % name)
        cursor = int(event["seq"])
        code = await c.close()
        ok(code in (1000, 1005), "%s: closes well (%s)" % (name, code))

    phone = await bob.login()
    c = CLIENTS[name]()
    await c.open("since=%d" % cursor, phone.token, "header")
    await receive(c)
    await phone.want(204, "DELETE", "/v1/sessions/current")
    try:
        while True:
            await receive(c)
    except nj.Closed as closed:
        equal((closed.code, closed.reason), (4401, "session ended"),
              "%s: is told why it is closed" % name)


nj.main(scenario)
