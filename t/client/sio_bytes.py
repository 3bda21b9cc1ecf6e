"""sio_bytes PUSH-PID - packets of Engine.IO and Socket.IO, byte by byte.

What is wrong is refused or ends its session, as the protocol has it, and push
lives on.  Everything goes straight to push, or through nginx where that matters.
"""

import asyncio
import json
import os

import nj
from nj import equal, ok

PUSH = os.path.join(os.path.dirname(nj.SOCK), "push.sock")
PATH = "/socket.io/?EIO=4&transport="


async def count(name):
    """One of push's counters."""
    reader, writer = await asyncio.open_unix_connection(
        os.path.join(os.path.dirname(nj.SOCK), "hint.sock"))
    writer.write(b"natterjack\t1\ttest\nstat\n")
    while True:
        line = (await reader.readline()).decode().split()
        if line[:2] == ["stat", name]:
            writer.close()
            return int(line[2])


async def until(name, n):
    """A counter has this value."""
    async def looked():
        while await count(name) != n:
            await asyncio.sleep(0.01)
    await asyncio.wait_for(looked(), nj.seconds(20))


class Poll:
    """A session that polls."""

    def __init__(self, path=PATH):
        self.base = path + "polling"
        self.sid = None

    async def request(self, method, body=None, sock=PUSH):
        http = nj.Http(sock=sock)
        path = self.base + ("&sid=" + self.sid if self.sid else "")
        answer = await asyncio.wait_for(http.request(
            method, path, body, {"Content-Type": "text/plain"}),
            nj.seconds(20))
        http.close()
        return answer

    async def open(self):
        answer = await self.request("GET")
        self.hello = json.loads(answer.body[1:])
        self.sid = self.hello["sid"]
        return self

    async def get(self):
        return (await self.request("GET")).body.decode()

    async def post(self, text):
        body = text.encode() if isinstance(text, str) else text
        return await self.request("POST", body)

    async def connect(self, token, ns=""):
        await self.post("40%s%s" % (ns and ns + ",",
                                    json.dumps({"token": token})))
        return await self.get()

    async def is_gone(self):
        answer = await self.request("GET")
        return answer.status == 400 and b"Invalid session" in answer.body


class Socket(nj.Ws):
    """A session over a WebSocket, or one that wants to become that."""

    @classmethod
    async def open_at(cls, query="", path=PATH):
        reader, writer = await asyncio.open_unix_connection(PUSH)
        writer.write(nj.head("GET", path + "websocket" + query, nj.UPGRADE))
        status, _ = await asyncio.wait_for(nj.read_head(reader),
                                           nj.seconds(20))
        if status != 101:
            raise nj.Closed(status=status)
        return cls.over(reader, writer)

    async def said(self):
        op, _, payload = await asyncio.wait_for(self.read_frame(),
                                                nj.seconds(20))
        if op == 8:
            return "closed"
        return payload.decode() if op == 1 else payload

    def say(self, text):
        op, payload = (1, text.encode()) if isinstance(text, str) else (2, text)
        self.writer.write(nj.frame(op, payload))

    async def until_closed(self):
        said = []
        try:
            while True:
                said.append(await self.said())
                if said[-1] == "closed":
                    return said
        except nj.Closed:
            return said + ["closed"]


# ---- what is refused before there is a session

async def refusals():
    async def asked(method, query, body=None):
        http = nj.Http(sock=PUSH)
        a = await http.request(method, "/socket.io/" + query, body)
        http.close()
        return a.status, a.headers.get("content-type"), a.body.decode()

    text = "text/plain; charset=UTF-8"
    old = ('"The client is using an unsupported version of the Socket.IO or '
           'Engine.IO protocols"')
    for method, query, want in (
            ("GET", "", '"Invalid transport"'),
            ("GET", "?EIO=4", '"Invalid transport"'),
            ("GET", "?EIO=4&transport=tin", '"Invalid transport"'),
            ("GET", "?transport=polling", old),
            ("GET", "?EIO=3&transport=polling", old),
            ("GET", "?EIO=4&transport=polling&sid=no", '"Invalid session no"'),
            ("GET", "?EIO=4&transport=polling&sid=%22%0a",
             '"Invalid session \\"\\n"'),
            ("POST", "?EIO=4&transport=polling&sid=no", '"Invalid session no"'),
            ("POST", "?EIO=4&transport=polling", '"Invalid session None"'),
            ("GET", "?EIO=4&transport=websocket",
             '"Invalid websocket upgrade"')):
        got = await asked(method, query, b"4" if method == "POST" else None)
        equal(got, (400, text, want), "%s %s: %s" % (method, query, want))
    for method in ("PUT", "DELETE", "PATCH"):
        got = await asked(method, "?EIO=4&transport=polling")
        equal(got, (405, text, "Method Not Found"), method)
    got = await asked("OPTIONS", "?EIO=4&transport=polling")
    equal(got, (200, text, "OK"), "OPTIONS")


# ---- sessions

async def handshakes():
    p = await Poll().open()
    equal([p.hello[k] for k in ("upgrades", "pingInterval", "pingTimeout",
                                "maxPayload")],
          [["websocket"], 25000, 20000, 1000000], "a session that polls")
    s = await Socket.open_at()
    hello = json.loads((await s.said())[1:])
    equal(hello["upgrades"], [], "one that begins with a WebSocket")
    ok(hello["sid"] != p.sid and len(hello["sid"]) == 20, "sids")
    s.say("1")
    equal((await s.until_closed())[-1], "closed", "it is closed by a packet")


async def polls():
    p = await Poll().open()
    first = asyncio.ensure_future(p.request("GET"))
    await until("polls", 1)
    second = await p.request("GET")
    equal(second.status, 400, "a second poll is refused")
    equal((await first).body, b"1", "the first hears of the end")
    ok(await p.is_gone(), "and the session is gone")

    p = await Poll().open()
    first = asyncio.ensure_future(p.request("GET"))
    await until("polls", 1)
    equal((await p.post("1")).body, b"ok", "a client closes")
    equal((await first).body, b"6", "its poll is let go")
    ok(await p.is_gone(), "and the session is gone")

    p = await Poll().open()
    reader, writer = await asyncio.open_unix_connection(PUSH)
    writer.write(nj.head("GET", p.base + "&sid=" + p.sid, {}))
    await until("polls", 1)
    writer.close()
    await until("polls", 0)
    ok(await p.is_gone(), "a poll that is given up ends its session")

    p = await Poll().open()
    big = await p.request("POST", b"4" + b"x" * 1000000)
    equal(big.status, 413, "a body that is too large")
    equal((await p.request("POST", b"3", nj.SOCK)).body, b"ok",
          "is no end of the session")
    big = await p.request("POST", b"4" + b"x" * 1000000, nj.SOCK)
    equal(big.status, 413, "nor through nginx")
    for path in ("", "/", "/socket.io", "/socket.io/"):
        q = Poll("/socket.io" + path + "?EIO=4&transport=")
        a = await q.request("GET", sock=nj.SOCK)
        ok(a.status == 200 and a.body.startswith(b'0{"sid"'),
           "/socket.io" + path)


# What is no packet of Engine.IO, in a body.
BODIES = ("", "7", "a", "3\x1e", "\x1e3", "3\x1e\x1e3", "b*", "bA===",
          "2", "2probe", b"4\xff", b"\x00", "3" + "\x1e3" * 50 + "\x1e")


async def bodies(token):
    for body in BODIES:
        p = await Poll().open()
        await p.connect(token)
        a = await p.post(body)
        equal((a.status, a.body), (400, b'"Bad Request"'),
              "no packets: %r" % body[:20])
        ok(await p.is_gone(), "and no session any more")
    # What comes first in a body is carried out.
    p = await Poll().open()
    await p.connect(token)
    a = await p.post("41\x1e9")
    equal(a.status, 400, "a bad packet behind a good one")


# What is no packet of Socket.IO, or comes where it does not belong.
PACKETS = ("4", "47", "4x", "44", '44{"message":"m"}', "42", "42[]", "42{}",
           '42["connect"]', '42["disconnect"]', "42[null]", '42["a"',
           '42["a"]]', "40[]", '40"a"', "40{", "41{}", "43", "43{}",
           "45", "45-", '45["a"]', '4511-["a"]', '451-["a",{"_placeholder":'
           'true,"num":1}]', '42/admin,["a"]', "41/admin,", "40",
           "429999999999999999[]", "40/" + "n" * 200 + ",", "450-[]",
           '451-["a",{"_placeholder":true,"num":0}]\x1e42["b"]', "bAAAA",
           "42" + "[" * 100 + '"a"' + "]" * 100)


async def packets(token):
    for packet in PACKETS:
        s = await Socket.open_at()
        await s.said()
        s.say("40" + json.dumps({"token": token}))
        await s.said()
        await s.said()
        for one in packet.split("\x1e"):
            s.say(one)
        equal((await s.until_closed())[-1], "closed", "WebSocket: closed "
              "after %r" % packet[:40])
        p = await Poll().open()
        await p.connect(token)
        await p.post(packet)
        said = ""
        while said not in ("1", "6") and "Invalid session" not in said:
            said = await p.get()
        ok(await p.is_gone(), "polling: gone after %r" % packet[:40])
    for text in ("42[\"a\"]", "41", "431[]"):
        s = await Socket.open_at()
        await s.said()
        s.say(text)
        equal((await s.until_closed())[-1], "closed",
              "%s before a CONNECT" % text)
    s = await Socket.open_at()
    await s.said()
    s.say(b"bytes")
    equal((await s.until_closed())[-1], "closed", "bytes before a CONNECT")


async def fine(token, room):
    """Unusual, but right."""
    chat = "%024x" % int(room)
    s = await Socket.open_at()
    await s.said()
    for text in ("0", "5", "6", "3"):
        s.say(text)
    s.say("40/nix,")
    equal(await s.said(), '44/nix,{"message":"Invalid namespace"}',
          "a namespace that there is not")
    s.say("40" + json.dumps({"token": token}) )
    ok((await s.said()).startswith('40{"sid":"'), "the one that there is")
    await s.said()
    s.say('4212["nothing that is known",1]')
    equal(await s.said(), "4312[]", "an event that nobody knows has its ack")
    s.say("42[7]")
    s.say('43["an ack"]')
    s.say("431[]")
    s.say('451-3["chatroomMessage",{"chatroomId":"%s","message":'
          '{"_placeholder":true,"num":0}}]' % chat)
    s.say(b"\x00\x01")
    said = [await s.said(), await s.said()]
    ok(said[0].startswith('42["error"') and said[1] == "433[]",
       "an event with bytes, which it does without: %s" % said)
    s.say('461-4[{"_placeholder":true,"num":0}]')
    s.say(b"\x02")
    s.say('450-5["joinRoom",{"chatroomId":"%s"}]' % chat)
    said = [await s.said(), await s.said()]
    ok(said[0].startswith('42["notification"') and said[1] == "435[]",
       "a binary event without bytes: %s" % said)
    s.say("41")
    s.say("40" + json.dumps({"token": token}))
    ok((await s.said()).startswith('40{"sid":"'), "and once more")
    s.say("1")
    await s.until_closed()
    # A body with all there can be.
    p = await Poll().open()
    await p.connect(token)
    upcalls = await count("upcalls")
    a = await p.post('421["joinRoom",{"chatroomId":"%s"}]\x1e451-2["a",'
                     '{"_placeholder":true,"num":0}]\x1ebAAEC\x1e3' % chat)
    equal(a.body, b"ok", "a body with events, bytes and a pong")
    said = ""
    while "432[]" not in said:
        said += "\x1e" + await p.get()
    ok(said.index("431[]") < said.index("432[]"), "acks in their order")
    equal(await count("upcalls") - upcalls, 2,
          "one event is carried out before the next goes up")


async def backpressure(token):
    """More events in one body than may wait."""
    p = await Poll().open()
    await p.connect(token)
    n = 500
    body = "\x1e".join('42%d["nothing"]' % i for i in range(n))
    sent = asyncio.ensure_future(p.post(body))
    said = []
    while len(said) < n:
        said += [x for x in (await p.get()).split("\x1e") if x != "2"]
    equal((await sent).body, b"ok", "a body with %d events is taken" % n)
    equal(said, ["43%d[]" % i for i in range(n)], "each acked, in order")


async def upgrades(token):
    p = await Poll().open()
    s = await Socket.open_at("&sid=" + p.sid)
    waiting = asyncio.ensure_future(p.get())
    await until("polls", 1)
    s.say("2probe")
    equal(await s.said(), "3probe", "the probe is answered")
    equal(await waiting, "6", "and the poll let go")
    equal(await p.get(), "6", "also one that comes later")
    await p.post("40" + json.dumps({"token": token}))
    s.say("5")
    said = [await s.said(), await s.said()]
    ok(said[0].startswith('40{"sid"') and said[1].startswith('42["joined'),
       "what came meanwhile comes by the WebSocket")
    equal((await p.request("GET")).status, 400, "polls are over")
    equal((await p.post("42[\"a\"]")).status, 400, "and bodies")
    try:
        await Socket.open_at("&sid=" + p.sid)
        ok(False, "no second WebSocket")
    except nj.Closed as e:
        equal(e.status, 400, "no second WebSocket")
    s.say('421["a"]')
    equal(await s.said(), "431[]", "it lives on")
    s.writer.close()
    for text in ("3probe", "5", "2", "x", b"2probe"):
        p = await Poll().open()
        s = await Socket.open_at("&sid=" + p.sid)
        s.say(text)
        equal((await s.until_closed())[-1], "closed",
              "%r is no probe" % text)
        ok((await p.connect(token)).startswith("40"), "it polls on")
    p = await Poll().open()
    s = await Socket.open_at("&sid=" + p.sid)
    s.say("2probe")
    await s.said()
    sockets = await count("websockets")
    s.writer.close()
    await until("websockets", sockets - 1)
    ok((await p.connect(token)).startswith("40"),
       "an upgrade that is given up")
    s = await Socket.open_at("&sid=" + p.sid)
    s.say("2probe")
    await s.said()
    s.say("5")
    await p.get()
    s.say("1")
    equal((await s.until_closed())[-1], "closed", "and one that is not")


async def scenario(pid):
    ann = await nj.register("ann")
    room = await ann.room("private", "pond")
    await refusals()
    await handshakes()
    await polls()
    await bodies(ann.token)
    await packets(ann.token)
    await fine(ann.token, room)
    await backpressure(ann.token)
    await upgrades(ann.token)
    ok(os.path.exists("/proc/" + pid), "push is still the same")


if __name__ == "__main__":
    nj.main(scenario)
