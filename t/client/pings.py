"""pings - quiet connections are pinged, dead ones are closed.

The instance has push.ping_ms 200, push.pong_ms 400, push.close_ms 300,
push.head_ms 500 and push.keepalive_ms 600.
"""

import asyncio
import os
import time

import nj
from nj import equal, ok

DIRECT = os.path.dirname(nj.SOCK) + "/push.sock"


async def scenario():
    ann = await nj.register("ann")
    room = await ann.room("private", "r")

    # Whoever answers stays, for many pings.
    s = await nj.listen("ws", ann)
    sse = await nj.listen("sse", ann)
    tasks = [asyncio.create_task(x.next(60)) for x in (s, sse)]
    while s.pings < 5 or sse.comments < 5:
        await asyncio.sleep(0.02)
    ok(True, "a quiet WebSocket and a quiet SSE stream are pinged")
    await ann.post(room, "still there?")
    got = await asyncio.gather(*tasks)
    equal(nj.posted(got), ["still there?"] * 2,
          "and after five pings they still get what happens")
    await sse.close()

    # Who talks all the time and is told nothing is pinged all the same: a proxy
    # that hears nothing of us for long would hang up.
    before, began = s.pings, time.monotonic()
    reading = asyncio.create_task(s.next(60))
    while s.pings < before + 3 and time.monotonic() - began < nj.seconds(10):
        s.writer.write(nj.frame(nj.OP_PONG, "unasked"))
        await asyncio.sleep(0.02)
    ok(s.pings >= before + 3, "so is a WebSocket that talks")
    await ann.post(room, "yes")
    equal(nj.posted([await reading]), ["yes"], "and hears what happens")

    # An unasked pong is fine, and a ping is answered with its payload.
    s.writer.write(nj.frame(nj.OP_PONG, "unasked") +
                   nj.frame(nj.OP_PING, "payload"))
    while True:
        op, _, payload = await asyncio.wait_for(s.read_frame(), nj.seconds(10))
        if op == nj.OP_PONG:
            break
    equal(payload, b"payload", "a client's ping is answered with its payload")

    # Whoever does not answer is closed.
    s.answer_pings = False
    began = time.monotonic()
    c = await s.until_closed(10)
    ok(c is not None and time.monotonic() - began < nj.seconds(2),
       "a WebSocket that does not answer pings is closed (%s)" % c)
    await s.close()

    # A close is answered with its code; then the server hangs up.
    s = await nj.listen("ws", ann)
    s.writer.write(nj.frame(nj.OP_CLOSE, b"\x03\xe8bye"))
    op, _, payload = await asyncio.wait_for(s.read_frame(), nj.seconds(10))
    equal((op, payload[:2]), (nj.OP_CLOSE, b"\x03\xe8"),
          "a close is answered with its code")
    equal(await asyncio.wait_for(s.reader.read(), nj.seconds(5)), b"",
          "and then the server hangs up")
    await s.close()

    # A head that does not come in time, in one piece or dripping.
    for first in (b"", b"GET /v1/events HT"):
        began = time.monotonic()
        r, w = await asyncio.open_unix_connection(DIRECT)
        w.write(first)
        data = await asyncio.wait_for(r.read(), nj.seconds(10))
        ok(data == b"" or b" 408 " in data.split(b"\r\n")[0],
           "a head that stays at %r is not waited for" % first)
        ok(time.monotonic() - began >= 0.4, "but for a while")
        w.close()

    # A kept connection that asks nothing more.
    h = nj.Http(ann.token, DIRECT)
    a = await h.request("GET", "/v1/events?wait=0")
    equal(a.status, 200, "a kept connection")
    equal(await asyncio.wait_for(h.reader.read(), nj.seconds(10)), b"",
          "is closed when it asks nothing more")
    h.close()

    # A long-poll without events ends when its time is over, not before.
    began = time.monotonic()
    a = await ann.http.request("GET", "/v1/events?wait=1&since=%d" %
                               await nj.head_seq(ann))
    took = time.monotonic() - began
    equal((a.status, a.json["events"]), (200, []), "an empty long-poll")
    ok(0.9 < took < nj.seconds(3), "waits as long as it was asked to")


nj.main(scenario)
