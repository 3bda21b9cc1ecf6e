"""sio_catchup DATABASE - a session of Engine.IO that catches up and does not poll.

The instance holds 8 kB for a client that does not read.
"""

import asyncio
import json
import re
import sqlite3

import nj
from nj import equal, ok
from sio_bytes import Poll, count

NAMES = ("", "/socket.io,")


def auth(who, **more):
    return json.dumps({"token": who.token, "recovery": True, **more})


async def stand(who, room):
    """Where a client stands that has joined the room in both namespaces."""
    p, pids = await Poll().open(), {}
    for name in NAMES:
        await p.post("40" + name + auth(who))
        said = await p.get()
        pids[name] = re.search('"pid":"([^"]+)"', said).group(1)
        await p.post('42%s["joinRoom",{"chatroomId":"%024x"}]'
                     % (name, int(room)))
        offset = re.search(r'"(\d+[.]\d+)"\]', await p.get()).group(1)
    await p.post("1")
    return {name: auth(who, pid=pids[name], offset=offset) for name in NAMES}


async def until_full():
    """Nobody reads the log any more: what has been read waits."""
    n = -1
    while n != await count("windows"):
        n = await count("windows")
        await asyncio.sleep(0.1 * nj.SLOW)


async def get_all(p, last):
    said = ""
    while last not in said:
        said += await p.get()
    return re.findall('"message":"(.)', said)


async def does_not_fit(ann, room):
    """The next event fits in no queue but an empty one."""
    at = await stand(ann, room)
    for text in "abcdefg":
        await ann.post(room, text * 300)
    await ann.post(room, "z" * 6000)
    p = await Poll().open()
    await p.post("40" + at[""])
    await asyncio.wait_for(until_full(), nj.seconds(5))
    ok(True, "who has no room for more reads no more of the log")
    equal(await get_all(p, "zzz"), list("abcdefgz"),
          "and goes on when there is room")
    await p.post("1")


async def ends_together(ann, room, path):
    """Both namespaces catch up, and one of them ends the session."""
    at = await stand(ann, room)
    for _ in range(40):
        await ann.post(room, "x" * 300)
    p = await Poll().open()
    # It is read from when it has polled.
    posted = asyncio.create_task(
        p.post("\x1e".join("40" + name + at[name] for name in NAMES)))
    while await count("entries") < 7:
        await asyncio.sleep(0.01)
    await asyncio.wait_for(until_full(), nj.seconds(5))
    db = sqlite3.connect(path, timeout=10)
    db.execute("UPDATE meta SET value = (SELECT max(seq) FROM event)"
               " WHERE key = 'log_floor'")
    db.execute("DELETE FROM event")
    db.commit()
    db.close()
    said = await p.get()
    equal(re.findall("40(?:/socket.io,)?{", said),
          ["40{", "40/socket.io,{"], "both have been connected")
    equal(await p.get(), "1", "the log does not reach back: the session ends")
    equal((await posted).status, 200, "so does what it had posted")
    ok(await p.is_gone(), "and push lives on")


async def scenario(path):
    ann = await nj.register("ann")
    room = await ann.room("private", "pond")
    await does_not_fit(ann, room)
    await ends_together(ann, room, path)


nj.main(scenario)
