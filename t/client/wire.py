"""wire DEF PAGE - hint.sock, spoken to as natterjack-wire(7) says.

DEF is the table of counters, PAGE the manual page.
"""

import asyncio
import os
import re

import nj
from nj import equal, ok

HINT = os.path.dirname(nj.SOCK) + "/hint.sock"
HELLO = b"natterjack\t1\tworker\n"


class Peer:
    async def open(self, *lines):
        self.reader, self.writer = await asyncio.open_unix_connection(HINT)
        self.writer.write(b"".join(lines))
        return self

    async def line(self):
        """The next line's fields; None at the end."""
        try:
            line = await asyncio.wait_for(self.reader.readline(),
                                          nj.seconds(10))
        except ConnectionError:
            return None
        return line.decode().rstrip("\n").split("\t") if line else None

    async def ask(self, line):
        self.writer.write(line.encode() + b"\n")
        return await self.line()

    async def stat(self):
        """The counters, by name."""
        out = {}
        line = await self.ask("stat")
        while line != ["end"]:
            out[line[1]] = int(line[2])
            line = await self.line()
        return out


async def scenario(table, page):
    ann, bob = await nj.register("ann"), await nj.register("bob")
    room = await ann.room("private", "r", bob)
    b = await nj.listen("ws", bob)

    p = await Peer().open(HELLO)
    equal(await p.line(), ["natterjack", "1", "push"], "a greeting")
    for line, what in (("GET / HTTP/1.1", "another protocol"),
                       ("natterjack\t2\tworker", "another version"),
                       ("", "an empty line"), ("a\\x", "a bad escape")):
        q = await Peer().open(line.encode() + b"\n")
        got = await q.line()
        equal(got[0], "error", what + ": refused")
        if what != "a bad escape":
            equal(await q.line(), None, what + ": and closed")
        q.writer.close()
    q = await Peer().open(HELLO[:5])
    q.writer.write(HELLO[5:] + b"pi")
    await q.line()
    equal((await q.ask("ng\tx"))[:2], ["pong", "x"], "lines may come in pieces")
    q.writer.close()

    got = await p.ask("ping\ta\\tb")
    equal((got[0], got[1], int(got[2]) > 0, int(got[3]) >= 1),
          ("pong", "a\\tb", True, True), "ping: pong, text, seq, connections")
    for line, what in (("wake", "a hint without a seq"),
                       ("wake\tx", "a hint that is no number"),
                       ("wake\t-1", "a negative one"),
                       ("cast", "an empty cast"),
                       ("cast\tdancing\t1\t1\ta\tb\t1", "an unknown cast"),
                       ("cast\ttyping\t1\t1\ta\tb\t3", "neither on nor off"),
                       ("cast\ttyping\t1\t1\ta\tb\t1\t0",
                        "a connection that is none"),
                       ("cast\ttyping\t1\t1\ta\tb\t1\t5\t5",
                        "one field too many"),
                       ("fly", "an unknown command"),
                       ("\t".join("x" * 40), "too many fields"),
                       ("x\\q", "an unknown escape")):
        equal((await p.ask(line))[0], "error", what + ": an error")
    equal((await p.ask("ping\tstill"))[1], "still", "the connection stays")

    # A hint is no data: one that lies changes nothing.
    await p.ask("wake\t999999999999\nping\tx")
    m = await ann.post(room, "after a lie")
    equal(int((await b.next())["seq"]), int(m["seq"]),
          "a hint beyond the log is forgotten")

    p.writer.write("cast\ttyping\t{}\t{}\tAnn\\tB\t\u00c4nn\t1\n".format(
        room, ann.id).encode())
    event = await b.next()
    equal((event["kind"], event["room"], event["user"]["id"],
           event["user"]["username"], "seq" in event),
          ("typing", room, ann.id, "Ann\tB", False), "a cast reaches the room")
    for who, what in ((ann, "came"), (ann, "went"), (bob, "typing"),
                      (ann, "typing")):
        p.writer.write("cast\t{}\t{}\t{}\tx\tX\t1\t99\n".format(
            what, room, who.id).encode())
    event = await b.next()
    equal((event["kind"], event["user"]["id"]), ("typing", ann.id),
          "v1 is not told who comes and goes, nor of its own casts")

    # The counters, here, in the table, and in the page.
    names = re.findall(r'^X\(\w+, "(\w+)"', open(table).read(), re.M)
    counters = await p.stat()
    equal(list(counters), names, "stat names the counters of the table")
    documented = re.findall(r"^\.It Cm (\w+)$", open(page).read(), re.M)
    equal([n for n in documented if n in names], names,
          "and the manual page describes them in this order")
    ok(counters["websockets"] == 1 and counters["events"] > 0 and
       counters["casts"] == 5, "and they count")

    # A peer that asks and does not read is dropped; the others are served.
    q = await Peer().open(HELLO)
    q.writer.transport.pause_reading()
    try:
        for _ in range(4000):
            q.writer.write(b"stat\n" * 10)
            await q.writer.drain()
        dropped = False
    except ConnectionError:
        dropped = True
    ok(dropped, "a peer that does not read is dropped")
    q = await Peer().open(HELLO, b"x" * 20000)
    await q.line()
    equal(await q.line(), None, "so is one whose line has no end")
    equal((await p.ask("ping\tend"))[1], "end", "the others stay")
    await b.close()
    p.writer.close()


nj.main(scenario)
