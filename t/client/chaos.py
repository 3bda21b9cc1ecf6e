"""chaos - clients of all dialects and transports, whatever happens to the server.

Senders (chaos_send.py) and readers (chaos_read.py) are at work until "end" comes
on stdin; then judge.py says what must hold: what was acknowledged is there once,
at every reader, in the order of the log; the rest once or not at all; and a retry
with the same key doubles nothing.
"""

import asyncio
import json
import os
import sys

import nj
from chaos_read import begin, readers
from chaos_send import say_surely, senders
from chaos_world import World
from dialects import LOBBY, people
from judge import BEGIN, END, report
from nj import ok

DIALECTS = ("v1", "messaging", "chatapp", "realtime", "rooms", "chatroom")


async def log(who, room):
    """All of the room, oldest first: pairs of id and text."""
    there, query = [], ""
    who.http.close()		# what it was connected to may have gone
    while True:
        page = await who.want(200, "GET", "/v1/rooms/%s/messages?limit=200%s"
                              % (room, query))
        there += [(m["id"], m["text"]) for m in page["items"]]
        if page["next"] is None:
            return there[::-1]
        query = "&before=" + page["next"]


async def lobby(who):
    rooms = await who.want(200, "GET", "/v1/rooms")
    room, = [r["id"] for r in rooms["items"] if r["name"] == LOBBY]
    return room


async def company():
    """A person of each dialect, by its name, all in the lobby; and the lobby."""
    by = dict(zip(DIALECTS, await people(*DIALECTS)))
    # Who comes to realtime's lobby makes it.
    await (await by["realtime"].come("realtime", LOBBY)).close()
    room = await lobby(by["realtime"])
    for d in ("v1", "messaging", "chatroom"):
        await by[d].want(200, "POST", "/v1/rooms/%s/join" % room)
    return by, room


async def stop(tasks, what):
    """Who does not come to an end is a fault."""
    done, late = await asyncio.wait(tasks, timeout=nj.seconds(60))
    ok(not late, "%s come to their end" % what)
    for t in late:
        t.cancel()
    for t in done:
        t.result()


async def scenario():
    world = World()
    sending_ones, room = await company()
    reading_ones, _ = await company()
    v1 = sending_ones["v1"]
    all_readers = readers(world, reading_ones, room, await nj.head_seq(v1))
    reading = [asyncio.create_task(r.run()) for r in all_readers]
    await asyncio.wait_for(begin(all_readers, say_surely(
        world, v1, room, BEGIN)), nj.seconds(20))
    all_senders = senders(world, sending_ones, room)
    sending = [asyncio.create_task(s.run()) for s in all_senders]
    print("# begun", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    world.is_stopping = True
    await stop(sending, "those who send")
    for s in all_senders:
        s.drop()
    await say_surely(world, v1, room, END)
    world.is_over = True
    await stop(reading, "those who read")
    record = {"sent": world.sent, "log": await log(v1, room),
              "readers": [r.record() for r in all_readers],
              "faults": world.faults, "failures": world.failures}
    if "CHAOS_RECORD" in os.environ:
        with open(os.environ["CHAOS_RECORD"], "w") as f:
            json.dump(record, f)
    report(record)


asyncio.run(scenario())
