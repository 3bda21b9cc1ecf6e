"""hostile WORD [ARGUMENT…] - clients that mean no good, beside one that does.

	requests		bodies and heads that nobody should send
	frames			WebSockets that break the protocol, or nearly
	slow			heads and bodies that never end, handshakes half made
	crowd N PID		N idle sockets, N that do not read, and then all come
				back at once; PID is push's

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
    await refused("a header of 100 kB", (400, 431, 494, "closed"), body,
                  X_Long="x" * 100000)
    a = await http.request("GET", "/v1/rooms?" + "x" * 100000)
    ok(a.status in (414, 431), "an address of 100 kB: %d" % a.status)
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


async def ends(what, data, sock=nj.SOCK):
    """A connection that says this and no more is closed, or told, in time."""
    reader, writer = await asyncio.open_unix_connection(sock)
    began = time.monotonic()
    writer.write(data)
    try:
        got = await asyncio.wait_for(reader.read(), nj.seconds(30))
    except OSError:
        got = b""
    ok(True, "%s: ended after %.1f s, %s" % (
        what, time.monotonic() - began, got.split(b"\r\n")[0][:40]))
    writer.close()


async def slow():
    """Push, which is behind nginx, has to know how to end these by itself."""
    good = await Good().open()
    who = await nj.register("bad")
    head = nj.head("GET", "/v1/events", {
        "Authorization": "Bearer " + who.token})
    await asyncio.gather(
        ends("a head that does not end", head[:-2], PUSH),
        ends("not a byte", b"", PUSH),
        ends("another protocol", b"\x16\x03\x01\x02\x00", PUSH),
        ends("a body that does not come", head[:-2]
             + b"Content-Length: 10\r\n\r\n", PUSH),
        ends("half a handshake", head[:-2] + b"Upgrade: websocket\r\n", PUSH))
    await good.close()


# ---- many

async def idle(who, since=None, read=True):
    """A socket that is there, and hears, or does not even read."""
    s = nj.Ws(who.token, since)
    await s.open()
    if not read:
        s.stall()
    return s


async def gather(n, at_once, make):
    """`n` of them, some at once."""
    gate = asyncio.Semaphore(at_once)

    async def one(i):
        async with gate:
            return await make(i)
    return await asyncio.gather(*[one(i) for i in range(n)])


async def crowd(count, pid):
    count = int(count)
    good = await Good().open()
    await asyncio.sleep(2)
    print("alone: %s" % good.figures(), flush=True)
    people = await gather(max(1, count // 40), 4,
                          lambda i: nj.register("crowd"))
    host = people[0]
    room = await host.room("private", "crowd", *people[1:])
    before = nj.private_kb(pid)
    began = time.monotonic()
    sockets = await gather(count, 100,
                           lambda i: idle(people[i % len(people)]))
    took = time.monotonic() - began
    kb = nj.private_kb(pid) - before
    print("%d sockets came in %.1f s, and take %.0f bytes of push each" % (
        count, took, kb * 1024 / count), flush=True)
    await asyncio.sleep(2)
    print("beside them: %s" % good.figures(), flush=True)

    # None of them reads, and there is much to be read.
    for s in sockets:
        s.stall()
    text = "x" * 4000
    for i in range(40):
        await host.post(room, "%d %s" % (i, text))
    await asyncio.sleep(2)
    kb = nj.private_kb(pid) - before
    ceiling = count * 1024 + 65536	# push.out_max is 1 MB here
    ok(kb < ceiling, "%d that do not read: push takes %d kB, less than %d"
       % (count, kb, ceiling))
    print("beside those: %s" % good.figures(), flush=True)

    # All go at once and come back, each from where it was.
    cursor = await nj.head_seq(host)
    for s in sockets:
        await s.close()
    began = time.monotonic()
    await host.post(room, "the last")

    async def back(i):
        s = await idle(people[i % len(people)], cursor)
        await s.until(lambda e: e.get("message", {}).get("text") == "the last",
                      60)
        return s
    sockets = await gather(count, 200, back)
    ok(True, "all %d are back and have caught up in %.1f s" % (
        count, time.monotonic() - began))
    print("meanwhile: %s" % good.figures(), flush=True)
    for s in sockets:
        await s.close()
    await good.close()


nj.main({f.__name__: f for f in (requests, frames, slow, crowd)}[
    sys.argv.pop(1)])
