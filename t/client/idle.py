"""idle SOCKET PUSH-PID BYTES N - what a WebSocket costs push while it is idle.

Of each kind N sockets, straight to push: no more than BYTES each, in memory that
is push's alone.
"""

import asyncio

import nj
from nj import ok

KINDS = {
    "v1": "/v1/events?token=%s",
    "v1, of some rooms": "/v1/events?rooms=%%s&token=%s",
    "chatapp": "/websockets/chat/%%s?token=%s",
    "realtime": "/ws/00000000-0000-4000-8000-%%012x?token=%s",
}
WARM = 64


async def open_one(sock, path):
    reader, writer = await asyncio.open_unix_connection(sock, limit=4096)
    writer.write(nj.head("GET", path, nj.UPGRADE))
    status, _ = await asyncio.wait_for(nj.read_head(reader), nj.seconds(20))
    if status != 101:
        raise AssertionError("%s: %d" % (path, status))
    return writer


async def open_many(sock, path, n):
    made = []
    while len(made) < n:
        made += await asyncio.gather(*[
            open_one(sock, path) for _ in range(min(32, n - len(made)))])
    return made


async def scenario(sock, pid, most, n):
    ann = await nj.register("ann")
    room = await ann.room("public", "square")
    held = []
    for kind, path in KINDS.items():
        path = path % ann.token
        if "%s" in path:
            path = path % room
        elif "%012x" in path:
            path = path % int(ann.id)
        # What is allocated once for all is not counted; and what has gone
        # would leave room for the next: all of them stay.
        held += await open_many(sock, path, WARM)
        before = nj.private_kb(pid)
        held += await open_many(sock, path, int(n))
        each = (nj.private_kb(pid) - before) * 1024 // int(n)
        ok(each <= int(most), "%s: %d bytes" % (kind, each))
    for w in held:
        w.close()


nj.main(scenario)
