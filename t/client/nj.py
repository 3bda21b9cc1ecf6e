"""nj - a client of Natterjack for the tests.

It speaks HTTP/1.1, long-poll, SSE and WebSocket over a Unix-domain socket with
code of its own, byte by byte, because tests must be able to say wrong things
too, and to stop reading.  The clients that people really use (websockets, ws)
have tests of their own.

A Listener is one reader of events, whatever the transport; all have the same
methods, so that a scenario runs over each of them.
"""

import asyncio
import base64
import json
import os
import struct
import sys
import time

SOCK = os.environ["NJ_SOCK"]
SLOW = int(os.environ.get("NJ_SLOW", "1"))
TRANSPORTS = ("poll", "sse", "ws")


# ---- Test Anything Protocol, numbered by lib.sh

def ok(cond, text):
    print("ok -" if cond else "not ok -", text, flush=True)
    return cond


def equal(got, want, text):
    if not ok(got == want, text):
        for name, value in (("got", got), ("want", want)):
            print("  %-5s %s" % (name + ":", str(value)[:600]), flush=True)
    return got == want


def main(scenario):
    """Run a scenario coroutine with the command line's words."""
    asyncio.run(asyncio.wait_for(scenario(*sys.argv[1:]), 180 * SLOW))


def seconds(n):
    """How long to wait at most for what must happen; slower builds get more."""
    return n * SLOW


def private_kb(pid):
    """The memory that is a process's alone."""
    with open("/proc/%s/smaps_rollup" % pid) as f:
        for line in f:
            if line.startswith("Private_Dirty:"):
                return int(line.split()[1])


# ---- HTTP

class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self):
        return json.loads(self.body)


async def read_head(reader):
    """The status and the headers of an answer, names in lower case."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {}
    for line in lines[1:-2]:
        name, value = line.split(":", 1)
        headers[name.lower()] = value.strip()
    return int(lines[0].split()[1]), headers


async def read_chunk(reader):
    """One chunk of a chunked body; b"" at its end."""
    size = int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)
    data = await reader.readexactly(size)
    await reader.readexactly(2)
    return data


async def read_body(reader, status, headers):
    if status in (204, 304) or status < 200:
        return b""
    if headers.get("transfer-encoding") == "chunked":
        body = b""
        while chunk := await read_chunk(reader):
            body += chunk
        return body
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    return await reader.read()


# A WebSocket's handshake, where nobody looks at the answer's key.
UPGRADE = {"Upgrade": "websocket", "Connection": "Upgrade",
           "Sec-WebSocket-Version": "13",
           "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}


def head(method, path, headers):
    lines = ["%s %s HTTP/1.1" % (method, path), "Host: natterjack"]
    lines += ["%s: %s" % h for h in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


class Http:
    """One kept connection, one request at a time."""

    def __init__(self, token=None, sock=None):
        self.token = token
        self.sock = sock or SOCK
        self.reader = self.writer = None

    async def request(self, method, path, body=None, headers=None):
        """Without an answer (the server went away) this raises."""
        want = {}
        if self.token:
            want["Authorization"] = "Bearer " + self.token
        data = b""
        if body is not None:
            data = body
            if not isinstance(body, bytes):
                data = json.dumps(body).encode()
                want["Content-Type"] = "application/json"
            want["Content-Length"] = str(len(data))
        elif method in ("POST", "PUT", "PATCH"):
            want["Content-Length"] = "0"
        want.update(headers or {})
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_unix_connection(
                self.sock, limit=1 << 24)
        try:
            self.writer.write(head(method, path, want) + data)
            status, got = await read_head(self.reader)
            answer = Answer(status, got, b"" if method == "HEAD" else
                            await read_body(self.reader, status, got))
        except BaseException:
            self.close()
            raise
        if got.get("connection") == "close":
            self.close()
        return answer

    async def want(self, status, method, path, body=None, headers=None):
        """A request that has to be answered with `status`."""
        a = await self.request(method, path, body, headers)
        if a.status != status:
            raise AssertionError("%s %s: %d %s" % (method, path, a.status,
                                                   a.body[:300]))
        return a.json if a.body else None

    def close(self):
        if self.writer is not None:
            self.writer.close()
        self.writer = None


class Account:
    """Somebody with a token, and a connection to speak on."""

    def __init__(self, tokens):
        self.id = tokens["user"]["id"]
        self.name = tokens["user"]["username"]
        self.token = tokens["access_token"]
        self.session = tokens["session_id"]
        self.http = Http(self.token)

    def want(self, *args, **kw):
        return self.http.want(*args, **kw)

    async def room(self, kind, name, *members):
        return (await self.want(201, "POST", "/v1/rooms", {
            "kind": kind, "name": name,
            "members": [m.id for m in members]}))["id"]

    async def post(self, room, text, key=None):
        body = {"text": text}
        if key is not None:
            body["key"] = key
        return await self.want(201, "POST", "/v1/rooms/%s/messages" % room,
                               body)

    async def login(self):
        """One more session of the same account."""
        return Account(await Http().want(201, "POST", "/v1/sessions", {
            "username": self.name, "password": "password-" + self.name}))


accounts_made = 0


async def register(name="user"):
    global accounts_made
    accounts_made += 1
    name = "%s-%d-%d" % (name, os.getpid(), accounts_made)
    return Account(await Http().want(201, "POST", "/v1/users", {
        "username": name, "password": "password-" + name}))


async def head_seq(account):
    """The newest seq of the log, as the server tells it."""
    p = Poll(account.token)
    await p.open()
    await p.close()
    return p.cursor


# ---- events

class Closed(Exception):
    """The server has ended the stream; `code` is a WebSocket's close code."""

    def __init__(self, code=None, reason="", status=None):
        super().__init__("closed %s %s %s" % (code, reason, status))
        self.code = code
        self.reason = reason
        self.status = status


class Listener:
    def __init__(self, token, since=None, rooms=None, sock=None):
        self.token = token
        self.cursor = since		# the newest seq that was seen
        self.rooms = rooms
        self.sock = sock or SOCK
        self.waiting = []		# events received and not yet asked for

    def path(self, **more):
        query = dict(more)
        if self.cursor is not None:
            query.setdefault("since", self.cursor)
        if self.rooms:
            query["rooms"] = ",".join(str(r) for r in self.rooms)
        return "/v1/events" + "".join(
            "%s%s=%s" % ("&" if i else "?", k, v)
            for i, (k, v) in enumerate(query.items()))

    async def next(self, timeout=10):
        """The next event; TimeoutError if none comes."""
        return await asyncio.wait_for(self._next(), seconds(timeout))

    async def _next(self):
        while not self.waiting:
            await self.fill()
        event = self.waiting.pop(0)
        if "seq" in event:
            self.cursor = int(event["seq"])
        return event

    async def take(self, n, timeout=20):
        """The next `n` events."""
        end = time.monotonic() + seconds(timeout)
        got = []
        while len(got) < n:
            left = end - time.monotonic()
            got.append(await asyncio.wait_for(self._next(), max(left, 0.001)))
        return got

    async def until(self, wanted, timeout=20):
        """All events up to the first for which `wanted` holds, with it."""
        end = time.monotonic() + seconds(timeout)
        got = []
        while not got or not wanted(got[-1]):
            left = end - time.monotonic()
            got.append(await asyncio.wait_for(self._next(), max(left, 0.001)))
        return got

    def stall(self):
        """Stop reading from the socket, as a phone in a tunnel does."""
        self.writer.transport.pause_reading()

    def unstall(self):
        self.writer.transport.resume_reading()

    async def until_closed(self, timeout=10):
        """Read until the server ends the stream; its Closed."""
        try:
            await self.until(lambda e: False, timeout)
        except Closed as c:
            return c


class Poll(Listener):
    """Long-poll.  Every answer moves the cursor to its "next"."""

    async def open(self):
        self.http = Http(self.token, self.sock)
        await self.fill(wait=0)

    async def fill(self, wait=30):
        a = await self.http.request("GET", self.path(wait=wait))
        if a.status != 200:
            raise Closed(status=a.status, reason=a.json["code"])
        self.waiting += a.json["events"]
        if not a.json["events"]:
            self.cursor = int(a.json["next"])
        self.after = int(a.json["next"])

    async def _next(self):
        event = await super()._next()
        if not self.waiting:
            self.cursor = self.after
        return event

    async def close(self):
        self.http.close()


class Sse(Listener):
    async def open(self):
        self.reader, self.writer = await asyncio.open_unix_connection(
            self.sock, limit=1 << 24)
        self.writer.write(head("GET", self.path(), {
            "Authorization": "Bearer " + self.token,
            "Accept": "text/event-stream"}))
        status, self.headers = await read_head(self.reader)
        if status != 200:
            body = await read_body(self.reader, status, self.headers)
            raise Closed(status=status, reason=json.loads(body)["code"])
        self.rest = b""
        self.comments = 0
        await self.fill()		# the first block says where we stand

    async def fill(self):
        try:
            chunk = await read_chunk(self.reader)
        except (asyncio.IncompleteReadError, ConnectionError):
            chunk = b""
        if not chunk:
            raise Closed()
        *blocks, self.rest = (self.rest + chunk).split(b"\n\n")
        for block in blocks:
            self.block(block.decode())

    def block(self, text):
        data, ident = [], None
        for line in text.split("\n"):
            if line.startswith(":"):
                self.comments += 1
            elif line.startswith("data:"):
                data.append(line[5:].lstrip(" "))
            elif line.startswith("id:"):
                ident = line[3:].strip()
        if data:
            event = json.loads("\n".join(data))
            if event["kind"] == "hello":
                self.cursor = int(event["next"])
                return
            if "seq" in event and ident != str(event["seq"]):
                raise AssertionError("id %s of %s" % (ident, event))
            event["_id"] = ident
            self.waiting.append(event)

    async def _next(self):
        event = await super()._next()
        ident = event.pop("_id")
        if ident:
            self.cursor = int(ident)
        return event

    async def close(self):
        self.writer.close()


OP_CONT, OP_TEXT, OP_BINARY, OP_CLOSE, OP_PING, OP_PONG = 0, 1, 2, 8, 9, 10


def frame(op, payload=b"", fin=True, rsv=0, mask=b"\x12\x34\x56\x78",
          length=None):
    """A frame as a client sends it; mask None leaves it unmasked, which is
    wrong, and `length` forces a form of the length: 7, 16 or 64 bits."""
    if isinstance(payload, str):
        payload = payload.encode()
    n = len(payload)
    first = (0x80 if fin else 0) | rsv << 4 | op
    bit = 0 if mask is None else 0x80
    form = length or (7 if n < 126 else 16 if n < 65536 else 64)
    if form == 7:
        out = struct.pack("!BB", first, bit | n)
    elif form == 16:
        out = struct.pack("!BBH", first, bit | 126, n)
    else:
        out = struct.pack("!BBQ", first, bit | 127, n)
    if mask is None:
        return out + payload
    long = (mask * (n // 4 + 1))[:n]
    masked = int.from_bytes(payload, "big") ^ int.from_bytes(long, "big")
    return out + mask + masked.to_bytes(n, "big")


class Ws(Listener):
    """A WebSocket.  `how` says where the token goes."""

    how = "header"
    pings = 0
    answer_pings = True

    @classmethod
    def over(cls, reader, writer):
        """One whose handshake is over, on a connection that is there."""
        s = cls(None)
        s.reader, s.writer, s.acks = reader, writer, []
        return s

    async def shake(self, path, headers):
        """The handshake; a refusal is raised, its body for a reason."""
        self.reader, self.writer = await asyncio.open_unix_connection(
            self.sock, limit=1 << 24)
        key = base64.b64encode(os.urandom(16)).decode()
        self.writer.write(head("GET", path, {
            **UPGRADE, "Sec-WebSocket-Key": key, **headers}))
        status, self.headers = await read_head(self.reader)
        if status != 101:
            body = await read_body(self.reader, status, self.headers)
            raise Closed(status=status, reason=body)

    async def open(self, path=None, greet=True):
        headers, more = {}, {}
        if self.how == "header" and self.token:
            headers["Authorization"] = "Bearer " + self.token
        elif self.how == "query":
            more["token"] = self.token
        elif self.how == "subprotocol":
            headers["Sec-WebSocket-Protocol"] = \
                "natterjack.v1, bearer." + self.token
        try:
            await self.shake(path or self.path(**more), headers)
        except Closed as c:
            raise Closed(status=c.status,
                         reason=json.loads(c.reason)["code"]) from None
        self.acks = []
        if greet:
            hello = json.loads((await self.message())[1])
            if hello["kind"] != "hello":
                raise AssertionError("no hello but %s" % hello)
            self.cursor = int(hello["next"])

    async def read_frame(self):
        """Opcode, fin and payload of one frame of the server."""
        try:
            first, second = await self.reader.readexactly(2)
            if second & 0x80 or first & 0x70:
                raise AssertionError("masked or reserved bits")
            n = second & 0x7f
            if n == 126:
                n, = struct.unpack("!H", await self.reader.readexactly(2))
            elif n == 127:
                n, = struct.unpack("!Q", await self.reader.readexactly(8))
            payload = await self.reader.readexactly(n)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise Closed() from None
        return first & 0x0f, bool(first & 0x80), payload

    async def message(self):
        """The next text or binary message; control frames are dealt with."""
        op, data = None, b""
        while True:
            this, fin, payload = await self.read_frame()
            if this == OP_PING:
                self.pings += 1
                if self.answer_pings:
                    self.writer.write(frame(OP_PONG, payload))
            elif this == OP_CLOSE:
                code, = struct.unpack("!H", payload[:2]) if payload else (None,)
                if not self.writer.is_closing():
                    self.writer.write(frame(OP_CLOSE, payload[:2]))
                raise Closed(code, payload[2:].decode())
            elif this != OP_PONG:
                op = op or this
                data += payload
                if fin:
                    return op, data

    async def fill(self):
        op, data = await self.message()
        if op != OP_TEXT:
            raise AssertionError("a binary message")
        got = json.loads(data)
        (self.acks if "ack" in got else self.waiting).append(got)

    def send(self, command):
        self.writer.write(frame(OP_TEXT, json.dumps(command)))

    async def ack(self, timeout=10):
        """The next answer to a command; events that come before it wait."""
        async def one():
            while not self.acks:
                await self.fill()
            return self.acks.pop(0)
        return await asyncio.wait_for(one(), seconds(timeout))

    async def command(self, command):
        self.send(command)
        return await self.ack()

    async def close(self):
        self.writer.close()


class Socket(Ws):
    """A WebSocket of another dialect: nothing greets, and all is JSON."""

    async def enter(self, path, headers=None):
        """Let in, or Closed is raised with the refusal."""
        await self.shake(path, headers or {})
        return self

    async def frame(self, timeout=10):
        op, data = await asyncio.wait_for(self.message(), seconds(timeout))
        if op != OP_TEXT:
            raise AssertionError("a binary message")
        return json.loads(data)

    def say(self, value, op=OP_TEXT):
        if not isinstance(value, (str, bytes)):
            value = json.dumps(value)
        self.writer.write(frame(op, value))

    async def ask(self, value, op=OP_TEXT):
        """Say something, and hear what is answered."""
        self.say(value, op)
        return await self.frame()


KINDS = {"poll": Poll, "sse": Sse, "ws": Ws}


async def listen(transport, account, since=None, rooms=None):
    """An open listener; without `since` it begins with what comes next."""
    s = KINDS[transport](account.token, since, rooms)
    await asyncio.wait_for(s.open(), seconds(10))
    return s


def seqs(events):
    return [int(e["seq"]) for e in events if "seq" in e]


def posted(events):
    """The texts of the messages that were posted, in order."""
    return [e["message"]["text"] for e in events
            if e["kind"] == "message.posted"]
