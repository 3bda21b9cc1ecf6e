"""ways - how somebody sends through each dialect, one by one and all at once."""

import asyncio

import nj
from dialects import fill, hex24, say
from ears import everywhere
from nj import equal


class Way:
    """How somebody sends: a request, or a frame on a socket of theirs."""

    def __init__(self, text, who, send, ws=None, stamps=False):
        self.text, self.who, self.send = text, who, send
        self.dialect = text.split(",")[0]
        self.ws, self.stamps = ws, stamps


def request(who, path, status, **body):
    http = nj.Http(who.token)

    async def send(text):
        await http.want(status, "POST", path, fill(body, text=text))
    return send


def frame(ws, **body):
    async def send(text):
        await say(ws, fill(body, text=text))
    return send


def event(stream, room):
    """One of Socket.IO."""
    async def send(text):
        await say(stream, ["chatroomMessage", {
            "chatroomId": hex24(room), "message": text}])
    return send


def command(stream, room):
    """v1's own: it is answered."""
    async def send(text):
        got = await stream.command({"do": "message.post", "room": room,
                                    "text": text})
        if "error" in got:
            raise AssertionError(got)
    return send


async def send_all(ways, ears, reader):
    """One by one, each to all ears; the messages as v1 gives them."""
    sent = []
    for i, way in enumerate(ways):
        text = "%d: %s \U0001f438 \"quoted\"" % (i, way.text)
        await way.send(text)
        m = await arrived(reader, text)
        equal((m["text"], m["sender"]["id"], m["sender"]["username"]),
              (text, way.who.id, way.who.name), "sent: " + way.text)
        await everywhere(ears, lambda e: None if e.skips(m, way) else
                         e.shape(m, way), "heard once: " + way.text)
        sent.append(m)
    return sent


async def arrived(reader, text):
    """The newest message, which has this text: the reader is another ear."""
    got = await reader.next()
    return got["message"]


async def burst(ways, ears, reader, n):
    """All at once: each ear hears all of it, in one order."""
    async def many(i, way):
        for k in range(n):
            await way.send("burst %d %d" % (i, k))
    await asyncio.gather(*[many(i, w) for i, w in enumerate(ways)])
    events = await reader.take(n * len(ways))
    sent = [(e["message"], ways[int(e["message"]["text"].split()[1])])
            for e in events]
    equal(sorted(m["text"] for m, _ in sent), sorted(
        "burst %d %d" % (i, k) for i in range(len(ways)) for k in range(n)),
        "a burst of %d messages, by %d ways" % (n * len(ways), len(ways)))

    async def hears(e):
        for m, way in sent:
            if not e.skips(m, way) and (got := await e.next()) != (
                    want := e.shape(m, way)):
                return "%s: got %.300r, want %.300r" % (e, got, want)
        return None
    bad = [b for b in await asyncio.gather(*[hears(e) for e in ears]) if b]
    equal(bad, [], "each of it once at each of %d ears, in one order"
          % len(ears))
    return [m for m, _ in sent]
