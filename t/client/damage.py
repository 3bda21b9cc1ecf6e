"""damage PUSH-PID DATABASE PUSH-LOG - a page is damaged while push has to read it.

Who listens meanwhile gets all of it when the page is right again; when it stays as
it is, everybody is cut off, to come again, and push goes on.
"""

import asyncio
import os
import signal
import sqlite3

import nj

UNREADABLE = "cannot read the log"


def page_of(path, table):
    """Where the table begins; all of it has left the write-ahead log."""
    db = sqlite3.connect(path, timeout=10)
    root, = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?",
                       (table,)).fetchone()
    size, = db.execute("PRAGMA page_size").fetchone()
    busy, *_ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    db.close()
    nj.equal(busy, 0, "the log is empty")
    return (root - 1) * size, size


def swap(path, at, page):
    """Put bytes there; what stood there."""
    with open(path, "r+b") as f:
        f.seek(at)
        old = f.read(len(page))
        f.seek(at)
        f.write(page)
    return old


async def until_said(path, text, n=1):
    async def said():
        while open(path).read().count(text) < n:
            await asyncio.sleep(0.01)
    await asyncio.wait_for(said(), nj.seconds(20))


async def damage(pid, path, meanwhile):
    """A page is damaged after `meanwhile` and before push reads; the right one."""
    at, size = page_of(path, "account")
    os.kill(int(pid), signal.SIGSTOP)
    await meanwhile
    page = swap(path, at, b"\1" * size)
    os.kill(int(pid), signal.SIGCONT)
    return at, page


async def come_again(name, account, cursor):
    """When push can read again, it lets people in."""
    async def tried():
        while True:
            try:
                return await nj.listen(name, account, cursor)
            except nj.Closed as c:
                if c.status != 503:
                    raise
                await asyncio.sleep(0.05)
    return await asyncio.wait_for(tried(), nj.seconds(20))


async def scenario(pid, path, log):
    ann, bob = await nj.register("ann"), await nj.register("bob")
    room = await ann.room("private", "pond", bob)
    listeners = {t: await nj.listen(t, bob) for t in ("sse", "ws")}
    await ann.post(room, "one")
    for l in listeners.values():
        await l.until(lambda e: e["kind"] == "message.posted")

    at, page = await damage(pid, path, ann.post(room, "two"))
    await until_said(log, UNREADABLE)
    swap(path, at, page)
    await ann.post(room, "three")

    for name, l in listeners.items():
        got = await l.until(lambda e: e["kind"] == "message.posted" and
                            e["message"]["text"] == "three")
        nj.equal(nj.posted(got), ["two", "three"],
                 name + ": nothing is lost, and nothing comes twice")

    at, page = await damage(pid, path, ann.post(room, "four"))
    for n in (2, 3):
        await until_said(log, UNREADABLE, n)
        os.utime(path)		# push tries again when something has changed
    await until_said(log, "it goes on without")
    for name, l in listeners.items():
        nj.ok(await l.until_closed() is not None, name + ": cut off")
        await l.close()
    swap(path, at, page)
    for name, l in listeners.items():
        again = await come_again(name, bob, l.cursor)
        nj.equal(nj.posted(await again.take(1)), ["four"],
                 name + ": and goes on from its cursor")
        await again.close()


nj.main(scenario)
