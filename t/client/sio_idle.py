"""sio_idle PUSH-PID BYTES N - what an idle client of Socket.IO costs push.

Of each kind N clients, straight to push, each with a namespace connected: no more
than BYTES each, in memory that is push's alone.
"""

import asyncio
import json

import nj
from nj import ok
from sio_bytes import Poll, Socket

WARM = 64


async def on_websocket(token, join):
    s = await Socket.open_at()
    await s.said()
    s.say("40" + json.dumps({"token": token}))
    await s.said()
    await s.said()
    s.say(join)
    while "431[]" not in await s.said():
        pass
    return s


async def between_polls(token, join):
    p = await Poll().open()
    await p.connect(token)
    await p.post(join)
    while "431[]" not in await p.get():
        pass
    return p


async def upgraded(token, join):
    p = await between_polls(token, join)
    s = await Socket.open_at("&sid=" + p.sid)
    s.say("2probe")
    await s.said()
    s.say("5")
    s.say('422["nothing"]')
    while "432[]" not in await s.said():
        pass
    return s


async def open_many(kind, token, join, n):
    made = []
    while len(made) < n:
        made += await asyncio.gather(*[
            kind(token, join) for _ in range(min(32, n - len(made)))])
    return made


async def scenario(pid, most, n):
    ann = await nj.register("ann")
    held, cost = [], {}
    for kind in (on_websocket, between_polls, upgraded):
        # A room of its own for each: the others are not told who joins.
        room = await ann.room("private", kind.__name__)
        join = '421["leaveRoom",{"chatroomId":"%024x"}]' % int(room)
        held += await open_many(kind, ann.token, join, WARM)
        before = nj.private_kb(pid)
        held += await open_many(kind, ann.token, join, int(n))
        each = (nj.private_kb(pid) - before) * 1024 // int(n)
        cost[kind] = each
        ok(each <= int(most), "%s: %d bytes" % (kind.__name__, each))
    ok(cost[between_polls] <= cost[on_websocket],
       "between polls no more than with a WebSocket")
    for one in held:
        if isinstance(one, Socket):
            one.writer.close()


nj.main(scenario)
