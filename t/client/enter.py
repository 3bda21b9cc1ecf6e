"""enter FCGI-PID PUSH-PID - how clients of dialects come in, whatever the workers do.

The real workers are used to register, and then stopped; a worker of our own
takes their place.  The instance has push.upcalls 2 and push.upcall_ms 1500.
The dialect is chatapp, which has the plainest frames.
"""

import asyncio
import json
import os
import signal
import time

import nj
import worker
from nj import equal, ok
from worker import counted, counters, whole

DIRECT = os.path.dirname(nj.SOCK) + "/push.sock"
PATH = "/websockets/chat/1"


class Client(nj.Ws):
    """A WebSocket whose handshake may take its time."""

    def __init__(self, path=PATH, sock=None, **headers):
        super().__init__(None, sock=sock)
        self.target, self.more = path, headers

    async def ask(self):
        self.reader, self.writer = await asyncio.open_unix_connection(
            self.sock, limit=1 << 24)
        headers = {**nj.UPGRADE, **{
            k.replace("_", "-"): v for k, v in self.more.items()}}
        self.writer.write(nj.head("GET", self.target, headers))
        return self

    async def answered(self):
        """The status; 101 opens it."""
        self.status, self.headers = await asyncio.wait_for(
            nj.read_head(self.reader), nj.seconds(10))
        self.body = b"" if self.status == 101 else await nj.read_body(
            self.reader, self.status, self.headers)
        return self.status

    async def text(self):
        op, data = await asyncio.wait_for(self.message(), nj.seconds(10))
        equal(op, nj.OP_TEXT, "a text") if op != nj.OP_TEXT else None
        return data.decode()

    def say(self, data, op=nj.OP_TEXT):
        self.writer.write(nj.frame(op, data))


async def scenario(pid, push):
    ann = await nj.register("ann")
    room = await ann.room("public", "1")
    w = await worker.replace(pid)
    entry = {"user": ann.id, "session": ann.session, "room": room,
             "rooms": [room]}

    def welcome(**more):
        return whole(json.dumps(dict(entry, **more)))

    async def ask(path=PATH, sock=None, **headers):
        c = await Client(path, sock, **headers).ask()
        return c, await w.next()

    # What a worker is asked.
    c, r = await ask("/websockets/chat/caf%C3%A9?token=a%20b", DIRECT,
                     Authorization="Bearer x", Cookie="a=b", Origin="http://o",
                     Sec_WebSocket_Protocol="p, q", X_Real_IP="192.0.2.7",
                     X_Request_Id="rid-1", X_Forwarded_Host="h:8000",
                     X_Forwarded_Proto="https")
    equal(r.body, {"path": "/websockets/chat/caf\u00e9",
                   "query": "token=a%20b", "authorization": "Bearer x",
                   "cookie": "a=b", "protocol": "p, q", "origin": "http://o",
                   "host": "h:8000", "https": True}, "a handshake goes up")
    equal({k: r.params.get(k) for k in (
        "REQUEST_METHOD", "REQUEST_URI", "NATTERJACK_UPCALL", "REQUEST_ID",
        "REMOTE_ADDR", "NATTERJACK_USER", "NATTERJACK_SESSION")},
        {"REQUEST_METHOD": "POST", "REQUEST_URI": "/upcall/chatapp/enter",
         "NATTERJACK_UPCALL": "1", "REQUEST_ID": "rid-1",
         "REMOTE_ADDR": "192.0.2.7", "NATTERJACK_USER": None,
         "NATTERJACK_SESSION": None}, "for nobody yet")
    c.say("early")
    c.say("bird")
    await r.send(welcome(frames=["one", "two \u2713"], protocol="q"))
    equal(await c.answered(), 101, "and the client is let in")
    equal(c.headers.get("sec-websocket-protocol"), "q",
          "with the subprotocol that the worker has chosen")
    equal(c.headers.get("sec-websocket-accept"),
          "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "and the proof of RFC 6455")
    equal([await c.text(), await c.text()], ["one", "two \u2713"],
          "it is told what the worker has for it")
    r = await w.next()
    equal(r.body, ["early", "bird"], "what it has said meanwhile goes up then")
    number = r.params.get("NATTERJACK_CONNECTION", "")
    equal({k: r.params.get(k) for k in ("REQUEST_URI", "NATTERJACK_USER",
                                        "NATTERJACK_SESSION",
                                        "NATTERJACK_ROOM")},
          {"REQUEST_URI": "/upcall/chatapp", "NATTERJACK_USER": ann.id,
           "NATTERJACK_SESSION": ann.session, "NATTERJACK_ROOM": room},
          "as the one that it is now, with its room")
    ok(number.isdigit() and 0 < int(number) < 1 << 63,
       "and with a number of its own")
    await r.answer()
    equal([await c.text(), await c.text()], ["EARLY", "BIRD"],
          "its frames are answered")
    c.say(b"\xff\xc3\xa9\x00{", nj.OP_BINARY)
    r = await w.next()
    equal(r.body, ["\ufffd\u00e9\ufffd{"],
          "a binary frame is a text, with U+FFFD where it is none")
    equal(r.params.get("NATTERJACK_CONNECTION"), number,
          "the connection keeps its number")
    await r.send(b"")
    equal(json.loads(await c.text()),
          {"error": "The server is busy; try again."},
          "a frame without an answer gets the dialect's words")

    other, r = await ask()
    await r.send(welcome())
    equal(await other.answered(), 101, "the least that a worker has to say")
    ok("sec-websocket-protocol" not in other.headers, "names no subprotocol")
    other.say("x")
    r = await w.next()
    ok(r.params.get("NATTERJACK_CONNECTION") not in (None, number),
       "the next connection has another number")
    await r.answer()
    await other.text()

    # Those who may not come in.
    async def refused(data, want, what, **headers):
        c, r = await ask(**headers)
        await r.send(data)
        equal((await c.answered(), c.body), want, what)
        equal(c.headers.get("retry-after"),
              "1" if want[0] == 503 else None, "%s: when to come again" % what)
        c.writer.close()

    for status in ("401 Unauthorized", "403 Forbidden", "404 Not Found",
                   "422 Unprocessable Content"):
        await refused(whole('{"detail":"no"}', status), (403, b""),
                      "refused with %s" % status[:3])
    for status in ("500 Oops", "503 Busy"):
        await refused(whole("{}", status), (503, b""),
                      "a worker's %s" % status[:3])
    await refused(b"", (503, b""), "a worker that dies")
    await refused(whole("nonsense"), (503, b""), "one that talks nonsense")
    await refused(whole('{"user":"1"}'), (503, b""), "one that forgets who")
    await refused(welcome(session="999999"), (403, b""),
                  "a session that has ended meanwhile")
    began = time.monotonic()
    c1, r = await ask()
    equal((await c1.answered(), c1.body), (503, b""),
          "a worker that says nothing")
    ok(1.4 < time.monotonic() - began < nj.seconds(4),
       "is waited for as long as push.upcall_ms says")

    # Those who come to be told something, and go.
    c1, r = await ask()
    await r.send(welcome(frames=["sorry"], close=1000))
    equal(await c1.answered(), 101, "let in to be sent away")
    equal(await c1.text(), "sorry", "and told why")
    closed = await c1.until_closed()
    equal((closed.code, closed.reason), (1000, ""), "then closed")

    # No more at once than push.upcalls, in their order; who goes is not asked
    # for any more.
    first, r1 = await ask()
    second, r2 = await ask()
    before = await counters()
    queue = [await Client("/websockets/chat/q%d" % i, DIRECT).ask()
             for i in range(4)]
    c.say("frame")
    await counted("frames_in", before["frames_in"] + 1)
    await counted("requests", before["requests"] + 4)
    ok(w.requests.empty(), "push.upcalls: the others wait")
    queue[1].writer.close()
    await counted("connections", before["connections"] + 3)
    await r1.send(welcome())
    await r2.send(welcome())
    equal([await first.answered(), await second.answered()], [101, 101],
          "the first two come in")
    seen = []
    for _ in range(4):
        r = await w.next()
        if isinstance(r.body, list):
            seen.append(r.body[0])
            await r.answer()
        else:
            seen.append(r.body["path"][-2:])
            await r.send(welcome())
    equal(sorted(seen), ["frame", "q0", "q2", "q3"],
          "who has gone is not asked for, all others are")
    equal(await c.text(), "FRAME", "a frame takes its turn among them")
    equal([await q.answered() for q in queue[:1] + queue[2:]], [101] * 3,
          "and they come in")

    # What else can be asked at these paths.
    h = nj.Http(sock=DIRECT)
    for method in ("GET", "POST", "HEAD"):
        a = await h.request(method, PATH)
        equal((a.status, a.headers.get("content-type")),
              (404, "application/json"), "%s, no WebSocket" % method)
        equal(a.body, b"" if method == "HEAD" else b'{"detail":"Not Found"}',
              "%s: the family's words" % method)
    a = await h.request("GET", "/v1/events")
    equal((a.status, a.headers.get("content-type")),
          (401, "application/problem+json"),
          "and on the same connection v1 has its own")
    a = await h.request("GET", PATH, headers={
        **nj.UPGRADE, "Sec-WebSocket-Version": "8"})
    equal((a.status, a.headers.get("sec-websocket-version")), (426, "13"),
          "a WebSocket of another version")

    # Without workers they wait, and then are told to come again.
    w.stop()
    late = await Client(PATH, DIRECT).ask()
    equal((await late.answered(), late.body), (503, b""),
          "no worker in all that time")
    await w.start()
    late = await Client(PATH, DIRECT).ask()
    await (await w.next()).send(welcome())
    equal(await late.answered(), 101, "and when there is one again, all is well")

    # Who still waits when push stops is told so.
    before = (await counters())["requests"]
    waits, r = await ask()
    queued = [(await ask())[0], await Client(PATH, DIRECT).ask()]
    await counted("requests", before + 3)
    os.kill(int(push), signal.SIGTERM)
    equal([(await c.answered(), c.body) for c in [waits] + queued],
          [(503, b"")] * 3, "push stops: who waits is to come again")
    equal((await late.until_closed()).code, 1001, "and who is in is let go")
    w.stop()


nj.main(scenario)
