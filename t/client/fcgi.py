"""fcgi - speaks FastCGI to a pool's socket, as nginx and push do, or worse.

	ask SOCK METHOD URI [NAME=VALUE…] <BODY
		one request; prints the answer as it came
	hold SOCK METHOD URI [NAME=VALUE…]
		announces a body of two bytes and sends one; prints "held", waits
		for a line, sends the other, prints the status or "lost"
	mute SOCK
		connects and says nothing; prints "connected", waits for a line
	leave SOCK METHOD URI [NAME=VALUE…]
		sends a request and goes away without reading
	rude SOCK
		sends bytes that are no FastCGI, and all kinds of broken records
	push SOCK
		listens as push does, answers pings, prints every other line
	flood SOCK N
		N clients ask without end.  "more N" on stdin prints "more" when N
		further requests are answered; "end" prints how many have failed

In NAME=VALUE, \\xNN stands for a byte.  NAME= takes a parameter away.
"""

import os
import re
import socket
import struct
import sys
import threading

BEGIN, ABORT, END, PARAMS, STDIN, STDOUT, STDERR = 1, 2, 3, 4, 5, 6, 7


class Lost(Exception):
    """The connection ended before the answer did."""


def record(kind, content, padding=0):
    return struct.pack("!BBHHBB", 1, kind, 1, len(content), padding, 0) + \
        content + b"\0" * padding


def stream(kind, content):
    out = b""
    for at in range(0, len(content), 65528):
        out += record(kind, content[at:at + 65528])
    return out + record(kind, b"")


def length(n):
    return bytes([n]) if n < 128 else struct.pack("!I", n | 0x80000000)


def pairs(params):
    return b"".join(length(len(k)) + length(len(v)) + k + v
                    for k, v in params.items())


def unescape(text):
    return re.sub(rb"\\x([0-9a-fA-F]{2})",
                  lambda m: bytes([int(m.group(1), 16)]), os.fsencode(text))


def make_params(method, uri, settings, body_len=None):
    params = {b"REQUEST_METHOD": unescape(method),
              b"REQUEST_URI": unescape(uri),
              b"CONTENT_TYPE": b"", b"REMOTE_ADDR": b"192.0.2.1"}
    if body_len is not None:
        params[b"CONTENT_LENGTH"] = b"%d" % body_len
    for setting in settings:
        name, value = unescape(setting).split(b"=", 1)
        params[name] = value
        if not value:
            del params[name]
    return params


class Request:
    def __init__(self, sock, params, keep=False):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60 * int(os.environ.get("NJ_SLOW", "1")))
        self.socket.connect(sock)
        self.bytes = b""
        self.send(record(BEGIN, struct.pack("!HB5x", 1, int(keep))) +
                  stream(PARAMS, pairs(params)))

    def send(self, data):
        self.socket.sendall(data)

    def take(self, n):
        while len(self.bytes) < n:
            try:
                got = self.socket.recv(65536)
            except ConnectionError:
                got = b""
            if not got:
                raise Lost()
            self.bytes += got
        taken, self.bytes = self.bytes[:n], self.bytes[n:]
        return taken

    def answer(self):
        """What came on stdout, when the request has ended as it should."""
        out = b""
        while True:
            _, kind, _, size, padding, _ = struct.unpack("!BBHHBB",
                                                         self.take(8))
            content = self.take(size)
            self.take(padding)
            if kind == STDOUT:
                out += content
            if kind == END:
                return out

    def close(self):
        self.socket.close()


def status(answer):
    return answer.split(b"\r\n", 1)[0].decode()


def ask(sock, method, uri, *settings):
    body = sys.stdin.buffer.read()
    request = Request(sock, make_params(method, uri, settings, len(body)),
                      keep="KEEP=1" in settings)
    try:
        request.send(stream(STDIN, body))
        sys.stdout.buffer.write(request.answer())
        if "KEEP=1" in settings:
            print("[%s]" % ("closed" if request.socket.recv(1) == b"" else
                            "kept"))
    except (Lost, BrokenPipeError):
        print("lost")


def hold(sock, method, uri, *settings):
    request = Request(sock, make_params(method, uri, settings, 2))
    request.send(record(STDIN, b"{"))
    print("held", flush=True)
    sys.stdin.readline()
    try:
        request.send(record(STDIN, b"}") + record(STDIN, b""))
        print(status(request.answer()), flush=True)
    except (Lost, ConnectionError):
        print("lost", flush=True)


def mute(sock):
    s = socket.socket(socket.AF_UNIX)
    s.connect(sock)
    print("connected", flush=True)
    sys.stdin.readline()


def leave(sock, method, uri, *settings):
    request = Request(sock, make_params(method, uri, settings, 0))
    request.send(stream(STDIN, b""))
    request.close()


def rude(sock):
    params = pairs(make_params("GET", "/", [], 0))
    begin = record(BEGIN, struct.pack("!HB5x", 1, 0))
    for data in (
            b"GET / HTTP/1.0\r\n\r\n",
            b"\0" * 64, b"\xff" * 64, b"\1",
            begin, begin[:5],
            begin + record(PARAMS, params),
            begin + record(PARAMS, params)[:30],
            begin + record(PARAMS, b"\xff\xff\xff\xff\xff\xff\xff\xff"),
            begin + record(PARAMS, b"\x05"),
            begin + stream(PARAMS, params) + record(STDIN, b"x")[:-1],
            begin + stream(PARAMS, b""),
            begin + stream(PARAMS, params) + record(ABORT, b""),
            begin + begin + stream(PARAMS, params),
            record(9, b"") * 3, record(200, b"abc"),
            record(BEGIN, struct.pack("!HB5x", 77, 0)),
            struct.pack("!BBHHBB", 9, 1, 1, 8, 0, 0) + b"\0" * 8):
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(30)
        s.connect(sock)
        try:
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)
            while s.recv(65536):
                pass
        except ConnectionError:
            pass
        s.close()
    print("done")


def answer_pings(s):
    with s, s.makefile("rw", newline="\n") as lines:
        for line in lines:
            word, *rest = line.rstrip("\n").split("\t")
            if word == "ping":
                lines.write("pong\t%s\t0\t0\n" % rest[0])
                lines.flush()
            else:
                print(line, end="", flush=True)


def push(sock):
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(sock)
    listening.listen(64)
    while True:
        s, _ = listening.accept()
        threading.Thread(target=answer_pings, args=(s,), daemon=True).start()


class Flood:
    def __init__(self, sock):
        self.sock = sock
        self.answered = self.failed = 0
        self.ending = False
        self.changed = threading.Condition()

    def one(self):
        params = make_params("GET", "/nowhere", [], 0)
        try:
            request = Request(self.sock, params)
            request.send(stream(STDIN, b""))
            good = status(request.answer()) == "Status: 404 Not Found"
            request.close()
            return good
        except (Lost, OSError) as e:
            print("# %r" % e, file=sys.stderr, flush=True)
            return False

    def run(self):
        while not self.ending:
            good = self.one()
            with self.changed:
                self.answered += good
                self.failed += not good
                self.changed.notify_all()

    def more(self, n):
        with self.changed:
            until = self.answered + n
            self.changed.wait_for(lambda: self.answered >= until, 60)
            print("more" if self.answered >= until else "stuck", flush=True)


def flood(sock, n):
    f = Flood(sock)
    threads = [threading.Thread(target=f.run) for _ in range(int(n))]
    for t in threads:
        t.start()
    for line in sys.stdin:
        word, *arg = line.split()
        if word == "end":
            break
        f.more(int(arg[0]))
    f.ending = True
    for t in threads:
        t.join()
    print(f.failed, flush=True)


if __name__ == "__main__":
    {"ask": ask, "hold": hold, "mute": mute, "leave": leave, "rude": rude,
     "push": push, "flood": flood}[sys.argv[1]](*sys.argv[2:])
