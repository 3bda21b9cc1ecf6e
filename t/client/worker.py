"""worker - a worker of our own at fcgi.sock, which answers as a case wants."""

import asyncio
import json
import os
import signal
import struct

import nj

FCGI = os.path.dirname(nj.SOCK) + "/fcgi.sock"
BEGIN, END, PARAMS, STDIN, STDOUT, STDERR = 1, 3, 4, 5, 6, 7


def record(kind, data=b"", padding=0):
    return struct.pack("!BBHHBx", 1, kind, 1, len(data), padding) + data + \
        bytes(padding)


def whole(body, status="200 OK"):
    """An answer in as many pieces as FastCGI allows."""
    text = ("Status: %s\r\nContent-Type: application/json\r\n\r\n%s" %
            (status, body)).encode()
    return (record(STDOUT, text[:11], 3) + record(STDERR, b"psst") +
            record(STDOUT, text[11:]) + record(STDOUT) + record(END, bytes(8)))


def parse_params(data):
    out, at = {}, 0

    def length():
        nonlocal at
        n = data[at]
        at += 1
        if n & 0x80:
            n = struct.unpack("!I", data[at - 1:at + 3])[0] & 0x7fffffff
            at += 3
        return n
    while at < len(data):
        name, value = length(), length()
        out[data[at:at + name].decode()] = \
            data[at + name:at + name + value].decode()
        at += name + value
    return out


class Request:
    """One upcall: its parameters, its body (the frames, but of a client that
    wants to come in, the handshake), and the way to answer it."""

    def __init__(self, params, body, writer):
        self.params, self.body, self.writer = params, body, writer

    @property
    def frames(self):
        return self.body

    async def send(self, data):
        self.writer.write(data)
        await self.writer.drain()
        self.writer.close()

    async def answer(self):
        """Each frame comes back, in capitals."""
        await self.send(whole(json.dumps([f.upper() for f in self.frames])))


class Worker:
    async def start(self):
        self.requests = asyncio.Queue()
        self.server = await asyncio.start_unix_server(self.serve, FCGI)
        os.chmod(FCGI, 0o660)

    async def serve(self, reader, writer):
        streams = {PARAMS: b"", STDIN: b""}
        while True:
            head = await reader.readexactly(8)
            _, kind, _, size, padding, _ = struct.unpack("!BBHHBB", head)
            data = await reader.readexactly(size)
            await reader.readexactly(padding)
            if kind in streams:
                streams[kind] += data
                if kind == STDIN and not size:
                    break
        await self.requests.put(Request(parse_params(streams[PARAMS]),
                                        json.loads(streams[STDIN]), writer))

    async def next(self):
        return await asyncio.wait_for(self.requests.get(), nj.seconds(10))

    def stop(self):
        self.server.close()
        os.unlink(FCGI)


async def counters():
    """What push counts."""
    reader, writer = await asyncio.open_unix_connection(
        os.path.dirname(nj.SOCK) + "/hint.sock")
    writer.write(b"natterjack\t1\ttest\nstat\n")
    out = {}
    while (line := (await reader.readline()).decode().split())[0] != "end":
        if line[0] == "stat":
            out[line[1]] = int(line[2])
    writer.close()
    return out


async def counted(name, n):
    """Until push has counted so many."""
    async def look():
        while (await counters())[name] != n:
            await asyncio.sleep(0.01)
    await asyncio.wait_for(look(), nj.seconds(10))


async def gone(path):
    while os.path.exists(path):
        await asyncio.sleep(0.01)


async def replace(pid):
    """Stop the real workers, whose master is `pid`; one of ours is there."""
    os.kill(int(pid), signal.SIGTERM)
    await asyncio.wait_for(gone(FCGI), nj.seconds(10))
    w = Worker()
    await w.start()
    return w
