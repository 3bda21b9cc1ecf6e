"""farewell PUSH-PID - everybody is let go in the way of its transport.

The instance has push.close_ms 1500.
"""

import asyncio
import json
import os
import signal
import time

import nj
from nj import equal, ok


async def gone(pid):
    """Until the process has ended: a zombie until its parent, a shell, looks."""
    while True:
        try:
            with open("/proc/%d/stat" % pid) as f:
                if f.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return
        except (FileNotFoundError, ProcessLookupError):
            return
        await asyncio.sleep(0.01)


async def scenario(pid):
    pid = int(pid)
    ann = await nj.register("ann")
    ws = await nj.listen("ws", ann)
    deaf = await nj.listen("ws", ann)
    sse = await nj.listen("sse", ann)
    cursor = await nj.head_seq(ann)
    poll = asyncio.create_task(nj.Http(ann.token).request(
        "GET", "/v1/events?wait=30&since=%d" % cursor))
    # The poll waits when an event makes it come back at once, and again.
    room = await ann.room("private", "r")
    first = await asyncio.wait_for(poll, nj.seconds(10))
    cursor = first.json["next"]
    poll = asyncio.create_task(nj.Http(ann.token).request(
        "GET", "/v1/events?wait=30&since=%d" % cursor))
    typing = asyncio.create_task(ann.http.request(
        "POST", "/v1/rooms/%s/typing" % room, {"on": True}))
    await typing
    await asyncio.sleep(0.2)

    began = time.monotonic()
    os.kill(pid, signal.SIGTERM)
    c = await ws.until_closed()
    equal((c.code, c.reason), (1001, "going away"), "ws: closed with 1001")
    a = await asyncio.wait_for(poll, nj.seconds(10))
    equal((a.status, json.loads(a.body)["events"]), (200, []),
          "poll: answered with what it has")
    c = await sse.until_closed()
    ok(c is not None, "sse: the stream ends")
    op, _, payload = await asyncio.wait_for(deaf.read_frame(), nj.seconds(10))
    while op == nj.OP_TEXT:
        op, _, payload = await deaf.read_frame()
    equal((op, payload[:2]), (nj.OP_CLOSE, b"\x03\xe9"),
          "a client that does not answer a close has been sent one")
    answer = await nj.Http(ann.token).request("GET", "/v1/events?wait=0")
    equal(answer.status, 502, "nobody is let in any more")
    await asyncio.wait_for(gone(pid), nj.seconds(10))
    took = time.monotonic() - began
    ok(took < nj.seconds(4), "and is waited for, but not for long (%.1f s)"
       % took)


nj.main(scenario)
