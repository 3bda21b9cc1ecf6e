"""upcall FCGI-PID - what push does with frames, whatever the workers do.

The real workers are used to register, and then stopped; a worker of our own
takes their place at fcgi.sock and answers as each case wants.  The instance
has push.upcalls 2, push.upcall_ms 1500 and push.frames_waiting 8.
"""

import asyncio
import json
import time

import nj
import worker
from nj import equal, ok
from worker import whole

async def raw(ws):
    """The next text message as it came."""
    while True:
        op, data = await asyncio.wait_for(ws.message(), nj.seconds(10))
        if op == nj.OP_TEXT:
            return data.decode()


async def refused(ws, n, code, what):
    got = [json.loads(await raw(ws)) for _ in range(n)]
    equal([(g["ack"], g["error"]["code"]) for g in got], [(None, code)] * n,
          what)


def text(ws, *frames):
    ws.writer.write(b"".join(nj.frame(nj.OP_TEXT, f) for f in frames))


async def scenario(pid):
    ann = await nj.register("ann")
    w = await worker.replace(pid)
    a = await nj.listen("ws", ann)

    text(a, "one")
    r = await w.next()
    want = {"REQUEST_METHOD": "POST", "REQUEST_URI": "/upcall/v1",
            "NATTERJACK_UPCALL": "1", "NATTERJACK_USER": ann.id,
            "NATTERJACK_SESSION": ann.session,
            "REQUEST_ID": a.headers["x-request-id"], "CONTENT_LENGTH": "7"}
    equal({k: r.params.get(k) for k in want}, want, "who asks, and for whom")
    equal(r.frames, ["one"], "a frame goes up as it is")

    text(a, *["f%d" % i for i in range(5)])
    b = await nj.listen("ws", ann)
    text(b, "b")
    rb = await w.next()
    equal(rb.frames, ["b"], "another connection does not wait for the first")
    c = await nj.listen("ws", ann)
    text(c, "c")
    await rb.answer()
    equal(await raw(b), "B", "its answer comes back")
    rc = await w.next()
    equal(rc.frames, ["c"], "push.upcalls: the third begins when one is done")
    await r.answer()
    equal(await raw(a), "ONE", "the first one's answer")
    r = await w.next()
    equal(r.frames, ["f%d" % i for i in range(5)],
          "what came meanwhile goes up as one batch, in order")
    await r.answer()
    equal([await raw(a) for _ in range(5)], ["F%d" % i for i in range(5)],
          "and is answered in order")
    await rc.answer()
    equal(await raw(c), "C", "the third one's answer")
    await c.close()

    # null is no answer; a text with all sorts of characters is one.
    odd = "\"\\\u0001\U0001f438\n"
    text(a, odd, "no", "yes")
    r = await w.next()
    while len(r.frames) < 3:
        more = await w.next()
        r.body += more.body
    equal(r.frames[0], odd, "every character arrives")
    await r.send(whole(json.dumps([odd, None, "last"])))
    equal([await raw(a), await raw(a)], [odd, "last"],
          "null is no answer, and characters come back as they are")

    # Workers that fail: each frame is told, and none is sent again.
    async def fails(data, what):
        text(a, "x", "y")
        n = 0
        while n < 2:
            r = await w.next()
            n += len(r.frames)
            await r.send(data)
        await refused(a, 2, "busy", what)
    await fails(b"", "a worker that dies")
    await fails(whole("[]")[:20], "a worker that dies in its answer")
    await fails(b"HTTP/1.1 200 OK\r\n\r\n", "a worker that is none")
    await fails(whole("[]"), "too few answers")
    await fails(whole('["1","2","3"]'), "too many")
    await fails(whole("{}"), "an answer that is no array")
    await fails(whole("nonsense"), "an answer that is no JSON")
    await fails(whole("[null,null]", "500 Oops"), "an error")
    ok(w.requests.empty(), "nothing is sent twice")

    began = time.monotonic()
    text(a, "slow")
    r = await w.next()
    await refused(a, 1, "busy", "a worker that says nothing")
    ok(1.4 < time.monotonic() - began < nj.seconds(4),
       "is waited for as long as push.upcall_ms says")
    text(a, "after")
    await (await w.next()).answer()
    equal(await raw(a), "AFTER", "the connection has survived all that")

    # No worker at all, for a while.
    w.stop()
    text(a, "patience")
    text(b, "me too")
    await asyncio.sleep(0.2)
    await w.start()
    for _ in range(2):
        await (await w.next()).answer()
    equal([await raw(a), await raw(b)], ["PATIENCE", "ME TOO"],
          "frames wait until workers are there again")
    w.stop()
    text(a, "1", "2")
    await refused(a, 2, "busy", "or until their time is over")
    await w.start()

    # More frames than may wait: nothing is lost, the client is not read from.
    text(a, *["n%d" % i for i in range(500)])
    text(a, *["\u0001" * 60000, "after the large one"])
    seen, most = [], 0
    while len(seen) < 501:
        r = await w.next()
        seen += r.frames
        most = max(most, len(r.frames))
        await r.answer()
    equal(seen, ["n%d" % i for i in range(500)] + ["after the large one"],
          "500 frames in one go: each once, in order")
    ok(most <= 8, "never more in a batch than may wait (%d)" % most)
    equal([await raw(a) for _ in range(500)],
          ["N%d" % i for i in range(500)], "and each answered, in order")
    await refused(a, 1, "too_large",
                  "one that no request can hold is refused in its turn")
    equal(await raw(a), "AFTER THE LARGE ONE", "and the next goes on")

    # Who goes after having spoken is still heard.
    text(b, "goodbye")
    r = await w.next()
    text(b, "and", "farewell")
    b.writer.write(nj.frame(nj.OP_CLOSE, b"\x03\xe8"))
    await b.until_closed()
    await b.close()
    await r.answer()
    r = await w.next()
    equal(r.frames, ["and", "farewell"], "what was said before a close goes up")
    await r.answer()
    await a.close()
    w.stop()


nj.main(scenario)
