"""sio_limits - what a session of Engine.IO may cost, and how long it may wait.

The instance pings every 300 ms, waits 300 ms for the answer and 1 s for a
CONNECT, has 30 sessions at most, and holds 8 kB for a client that does not
read.
"""

import json

import nj
from nj import equal, ok
from sio_bytes import Poll, Socket, count, until


async def no_connect():
    s = await Socket.open_at()
    said = []
    while not said or said[-1] != "closed":
        try:
            said.append(await s.said())
        except nj.Closed:
            break
        if said[-1] == "2":
            s.say("3")
    ok(said.count("2") >= 2 and said[-1] == "closed",
       "who answers pings but does not connect is closed: %s" % said[1:])
    p = await Poll().open()
    said = ""
    while said == "" or said == "2":
        said = await p.get()
        if said == "2":
            await p.post("3")
    equal(said, "1", "also when it polls")
    ok(await p.is_gone(), "and is gone")


async def no_pong(token):
    s = await Socket.open_at()
    await s.said()
    s.say("40" + json.dumps({"token": token}))
    said = await s.until_closed()
    equal(said[-2:], ["2", "closed"], "no pong: closed")
    p = await Poll().open()
    await p.connect(token)
    said = []
    while not said or said[-1] == "2":
        said.append(await p.get())
    equal(said, ["2", "1"], "also when it polls")
    p = await Poll().open()
    await until("sessions", 0)
    ok(await p.is_gone(), "and when it does not come back")


async def too_many():
    held = [await Poll().open() for _ in range(29)]
    held.append(await Socket.open_at())
    a = await Poll().request("GET")
    equal((a.status, a.headers.get("retry-after")), (503, "1"),
          "one session too many")
    try:
        await Socket.open_at()
        ok(False, "and a WebSocket")
    except nj.Closed as e:
        equal(e.status, 503, "and a WebSocket")
    await held[0].post("1")
    ok((await Poll().open()).sid, "one goes, another comes")
    await until("sessions", 0)
    ok(True, "and all of them go")


async def behind(ann, room):
    """A client that does not poll while more is said than may wait."""
    p = await Poll().open()
    await p.connect(ann.token)
    await p.post('42["joinRoom",{"chatroomId":"%024x"}]' % int(room))
    await p.get()
    for _ in range(12):
        await ann.post(room, "x" * 1000)
    await until("sessions", 0)
    equal(await count("behind"), 1, "who reads too slowly is let go")
    ok(await p.is_gone(), "and has to begin anew")


async def scenario():
    ann = await nj.register("ann")
    room = await ann.room("private", "pond")
    await no_connect()
    await no_pong(ann.token)
    await too_many()
    await behind(ann, room)


if __name__ == "__main__":
    nj.main(scenario)
