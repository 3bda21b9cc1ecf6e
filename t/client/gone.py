"""gone CONTROL PUSH-PID - many go at once, and there is no memory to tell of it.

CONTROL is the file of t/fault/alloc.c.  In one turn of push's loop all of them are
found to have gone, and those who stay are told, while the n-th allocation fails:
who cannot be told any more is closed in that turn, too.
"""

import asyncio
import os
import signal

import nj
from alloc import Control
from dialects import uuid


async def enter(who):
    return await nj.Socket(None).enter(
        "/ws/" + uuid(who.id), {"Authorization": "Bearer " + who.token})


async def until_served(who):
    """The allocation that fails may be that of who asks."""
    status = None
    while status != 200:
        http = nj.Http(who.token)
        status = (await http.request("GET", "/v1/events?wait=0")).status
        http.close()


async def scenario(path, pid):
    control, pid = Control(path), int(pid)
    ann, bob = await nj.register("ann"), await nj.register("bob")
    for n in range(1, 13):
        stays = [await enter(ann) for _ in range(2)]
        goes = [await enter(bob) for _ in range(7)]
        await stays[0].frame()
        os.kill(pid, signal.SIGSTOP)
        for s in goes:
            s.writer.transport.abort()
        await asyncio.sleep(0.1)	# nginx hangs up, too
        control.arm(n, 0)
        os.kill(pid, signal.SIGCONT)
        await asyncio.wait_for(until_served(ann), nj.seconds(10))
        nj.ok(control.has_fired(), "there is no memory once: push lives on")
        for s in stays:
            await s.close()


nj.main(scenario)
