"""hostile WORD [ARGUMENT…] - clients that mean no good, beside one that does.

	requests		bodies and heads that nobody should send
	frames			WebSockets that break the protocol, or nearly
	slow			heads and bodies that never end, handshakes half made
	slow_push		the same, without nginx between
	crowd N			N idle sockets, N that do not read, and then all come
				back at once

A well-behaved client posts and reads all the time; what it measures is printed,
and it must be served.
"""

import asyncio
import gzip
import json
import os
import struct
import sys
import time

import nj
from good import Good
from nj import equal, ok

PUSH = os.path.dirname(nj.SOCK) + "/push.sock"

# The instance gives heads and bodies so many seconds.
HEADS, BODIES, KEPT = 1, 2, 3
MANY = 20


async def requests():
    good = await Good().open()
    who = await nj.register("bad")
    http, path = nj.Http(who.token), "/v1/rooms"
    body = json.dumps({"kind": "public", "name": "x"}).encode()

    async def refused(what, status, data, **headers):
        kind = {"Content-Type": "application/json"}
        kind.update({k.replace("_", "-"): v for k, v in headers.items()})
        try:
            a = await http.request("POST", path, data, kind)
            got = a.status
        except (OSError, asyncio.IncompleteReadError):
            got = "closed"
        http.close()
        ok(got in status, "%s: %s" % (what, got))
    for name in ("gzip", "deflate", "br", "zstd", "gzip, gzip"):
        await refused("a body with Content-Encoding: " + name, (415,),
                      gzip.compress(body), Content_Encoding=name)
    bomb = gzip.compress(b"[" * (64 << 20))
    await refused("%d bytes that would be 64 MB" % len(bomb), (415,), bomb,
                  Content_Encoding="gzip")
    await refused("one that is not compressed", (201,), body,
                  Content_Encoding="identity")
    for depth in (33, 1000, 30000):
        await refused("JSON %d deep" % depth, (400,),
                      b"[" * depth + b"]" * depth)
        await refused("objects %d deep" % depth, (400,),
                      b'{"a":' * depth + b"1" + b"}" * depth)
    for bad in (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"):
        await refused("a name with the bytes %s" % bad.hex(), (400,),
                      body.replace(b"x", bad))
    await refused("a body of 32 MB", (413, "closed"), b"x" * (32 << 20))
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    await refused("chunks, and a length besides", (400,), chunk,
                  Transfer_Encoding="chunked")
    reader, writer = await asyncio.open_unix_connection(nj.SOCK)
    writer.write(nj.head("POST", path, {
        "Authorization": "Bearer " + who.token,
        "Transfer-Encoding": "chunked"}) + chunk * 512)
    try:
        status, _ = await asyncio.wait_for(nj.read_head(reader),
                                           nj.seconds(20))
    except (OSError, asyncio.IncompleteReadError):
        status = "closed"
    ok(status in (411, 413, "closed"), "chunks without an end: %s" % status)
    writer.close()
    await refused("a header of 100 kB", (431, "closed"), body,
                  X_Long="x" * 100000)
    await refused("10,000 headers", (431, "closed"), body,
                  **{"X_%d" % i: "x" for i in range(10000)})
    for what, target, status in (
            ("an address of 100 kB", "/v1/rooms?" + "x" * 100000, 414),
            ("a path that is no UTF-8", "/v1/rooms/%ff", 400),
            ("a number without an end", "/v1/events?since=" + "9" * 5000,
             400)):
        a = await http.request("GET", target)
        http.close()
        equal(a.status, status, what)
    a = await http.request("GET", "/v1/users?q=%ff%fe")
    b = await http.request("GET", "/v1/users")
    equal((a.status, a.body), (200, b.body), "a query that is none is none")
    await good.close()


async def upgraded(token, **more):
    reader, writer = await asyncio.open_unix_connection(nj.SOCK, limit=1 << 24)
    writer.write(nj.head("GET", "/v1/events", {
        "Authorization": "Bearer " + token, "Upgrade": "websocket",
        "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", **more}))
    status, headers = await nj.read_head(reader)
    s = nj.Ws.over(reader, writer)
    return s, status, headers


async def frames():
    good = await Good().open()
    who = await nj.register("bad")
    s, status, headers = await upgraded(who.token, **{
        "Sec-WebSocket-Extensions": "permessage-deflate; "
        "client_max_window_bits"})
    equal((status, headers.get("sec-websocket-extensions")), (101, None),
          "compression is offered, and not taken")
    s.writer.write(nj.frame(nj.OP_TEXT, b"x", rsv=4))
    equal((await s.until_closed()).code, 1002, "what is compressed is refused")

    async def closed(what, codes, data):
        s, _, _ = await upgraded(who.token)
        s.writer.write(data)
        c = await s.until_closed()
        ok(c.code in codes, "%s: closed, %s" % (what, c.code))
        await s.close()
    for length in (1 << 63, (1 << 64) - 1, (1 << 63) - 1, 1 << 32):
        await closed("a frame of %d bytes" % length, (1002, 1009),
                     struct.pack("!BBQ", 0x81, 0xff, length) + b"mask")
    await closed("a message in endless pieces", (1009,), nj.frame(
        nj.OP_TEXT, b"x" * 30000, fin=False) + nj.frame(
        nj.OP_CONT, b"x" * 30000, fin=False) * 10)
    await closed("a ping of 126 bytes", (1002,), nj.frame(
        nj.OP_PING, b"x" * 126))
    await closed("bytes that are no UTF-8", (1007,), nj.frame(
        nj.OP_TEXT, b"\xff\xfe"))
    s, _, _ = await upgraded(who.token)
    s.writer.write(nj.frame(nj.OP_TEXT, b"") * 3)
    for _ in range(3):
        got = await s.ack()
        ok("error" in got, "an empty frame is answered")
    s.writer.write(nj.frame(nj.OP_TEXT, b"[" * 60000))
    ok("error" in await s.ack(), "and deep JSON in a frame")
    n = 50000
    s.writer.write(nj.frame(nj.OP_TEXT, b"", fin=False) + nj.frame(
        nj.OP_CONT, b"", fin=False) * n + nj.frame(nj.OP_CONT, b"x"))
    ok("error" in await s.ack(20), "and one in %d empty pieces" % n)
    # The pongs are not read: it must be held back, and nothing be lost.
    n = 20000
    s.stall()
    s.writer.write(nj.frame(nj.OP_PING, b"flood") * n)
    await asyncio.sleep(0.5)
    s.unstall()
    pongs = 0
    while pongs < n:
        op, _, payload = await asyncio.wait_for(s.read_frame(),
                                                nj.seconds(20))
        pongs += op == nj.OP_PONG and payload == b"flood"
    equal(pongs, n, "each of %d pings is answered" % n)
    await s.close()
    await good.close()


# ---- those who take their time

async def ended(data, sock, drip=b""):
    """How long a connection lasts that says this, and then goes on with
    `drip`, time and again, until it is closed; and the answer."""
    reader, writer = await asyncio.open_unix_connection(sock)
    began = time.monotonic()

    async def go_on():
        while drip:
            await asyncio.sleep(0.1)
            writer.write(drip)
    going = asyncio.create_task(go_on())
    writer.write(data)
    try:
        got = await asyncio.wait_for(reader.read(), nj.seconds(30))
    except ConnectionError:
        got = b""
    going.cancel()
    writer.close()
    return time.monotonic() - began, got.split(b"\r\n")[0]


async def ends(what, after, data, sock=nj.SOCK, drip=b"", times=1):
    """So many of these are ended, after so many seconds and not sooner."""
    got = await asyncio.gather(*[ended(data, sock, drip)
                                 for _ in range(times)])
    lasted = [t for t, _ in got]
    ok(min(lasted) >= after * 0.9 and max(lasted) < after + nj.seconds(2),
       "%s: ended after %.1f to %.1f s, %s" % (
           what, min(lasted), max(lasted), sorted({a for _, a in got})))


async def slow():
    """nginx has to end these."""
    good = await Good().open()
    who = await nj.register("bad")
    get = nj.head("GET", "/v1/me", {"Authorization": "Bearer " + who.token})
    body = json.dumps({"kind": "public", "name": "slow"}).encode()

    def post(path, length=len(body)):
        return nj.head("POST", path, {
            "Authorization": "Bearer " + who.token,
            "Content-Type": "application/json",
            "Content-Length": str(length)})
    upload = nj.head("POST", "/v1/files", {
        "Authorization": "Bearer " + who.token,
        "Content-Type": "multipart/form-data; boundary=x",
        "Content-Length": "1000000"})
    slow = asyncio.gather(
        ends("a head that stops", HEADS, get[:-2], times=MANY),
        ends("a head that comes line by line, without an end", HEADS,
             get[:-2], drip=b"X-Slow: 1\r\n", times=MANY),
        ends("not a byte", HEADS, b"", times=MANY),
        ends("half a handshake", HEADS, get[:-2] + b"Upgrade: websocket\r\n",
             times=MANY),
        ends("a body that does not come", BODIES, post("/v1/rooms"),
             times=MANY),
        ends("a body that stops", BODIES, post("/v1/rooms") + body[:20],
             times=MANY),
        ends("one to where passwords are hashed", BODIES,
             post("/v1/sessions") + body[:20], times=MANY),
        ends("one to push", BODIES, post(
            "/socket.io/?EIO=4&transport=polling&sid=x") + body[:20],
             times=MANY),
        ends("an upload that stops", BODIES, upload + b"--x\r\n",
             times=MANY))
    await slow
    n = len(good.ms)
    ok(n >= 5, "beside %d of them the well-behaved is served: %s" % (
        9 * MANY, good.figures()))

    # Who is slow, but comes to an end, is served as well.
    reader, writer = await asyncio.open_unix_connection(nj.SOCK)
    request = post("/v1/rooms") + body
    for i in range(0, len(request), 16):
        writer.write(request[i:i + 16])
        await asyncio.sleep(0.01)
    status, _ = await nj.read_head(reader)
    equal(status, 201, "a request that comes bit by bit is answered")
    writer.close()
    await good.close()


async def slow_push():
    """Push, which is behind nginx, has to know how to end these by itself."""
    good = await Good().open()
    who = await nj.register("bad")
    head = nj.head("GET", "/v1/events", {
        "Authorization": "Bearer " + who.token})
    await asyncio.gather(
        ends("a head that does not end", HEADS, head[:-2], PUSH),
        ends("one that comes line by line", HEADS, head[:-2], PUSH,
             b"X-Slow: 1\r\n"),
        ends("not a byte", HEADS, b"", PUSH),
        ends("half a handshake", HEADS, head[:-2]
             + b"Upgrade: websocket\r\n", PUSH))
    for what, after, data in (
            ("another protocol", 0, b"\x16\x03\x01\x02\x00"),
            ("a body where none belongs", KEPT, head[:-2]
             + b"Content-Length: 10\r\n\r\n")):
        lasted, answer = await ended(data, PUSH)
        equal(answer, b"HTTP/1.1 400 Bad Request", what + " is not waited for")
        ok(after * 0.9 <= lasted < after + nj.seconds(2),
           "and ended after %.1f s" % lasted)
    await good.close()


# ---- many

async def idle(who, since=None):
    s = nj.Ws(who.token, since)
    await s.open()
    return s


async def gather(n, at_once, make):
    """`n` of them, some at once."""
    gate = asyncio.Semaphore(at_once)

    async def one(i):
        async with gate:
            return await make(i)
    return await asyncio.gather(*[one(i) for i in range(n)])


async def crowd(count):
    count = int(count)
    good = await Good().open()
    people = await gather(max(1, count // 40), 4,
                          lambda i: nj.register("crowd"))
    host = people[0]
    room = await host.room("private", "crowd", *people[1:])
    await good.served("alone", 10)
    sockets = await gather(count, 100,
                           lambda i: idle(people[i % len(people)]))
    await good.served("beside %d idle sockets" % count, 10)

    # None of them reads, and there is much to be read.
    for s in sockets:
        s.stall()
    texts = ["%d %s" % (i, "x" * 4000) for i in range(40)]
    for text in texts:
        await host.post(room, text)
    await good.served("beside %d that do not read" % count, 10)

    # All go at once and come back, each from where it was.
    for s in sockets:
        await s.close()
    texts.append("the last")
    await host.post(room, texts[-1])
    began = time.monotonic()

    async def back(i):
        s = await idle(people[i % len(people)], sockets[i].cursor)
        got = await s.until(lambda e: e.get("message", {}).get("text") ==
                            texts[-1], 60)
        await s.close()
        return nj.posted(got) == texts
    good.figures()
    caught_up = await gather(count, 200, back)
    equal(sum(caught_up), count, "all are back, and have all that they missed, "
          "once and in order: after %.1f s" % (time.monotonic() - began))
    print("meanwhile: %s" % good.figures(), flush=True)
    await good.close()


nj.main({f.__name__: f for f in (requests, frames, slow, slow_push, crowd)}[
    sys.argv.pop(1)])
