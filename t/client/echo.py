"""echo SOCKET - RFC 6455 to the letter, as bytes, on the echo path of push.

Each case is what a client sends after the handshake and what must come back:
messages, and the code of the close.  Every case is sent whole, and again byte
by byte in a segment of its own.
"""

import asyncio
import struct
import sys

import nj
from nj import OP_BINARY, OP_CLOSE, OP_CONT, OP_PING, OP_PONG, OP_TEXT
from nj import equal, frame, ok

FRAME_MAX = 65536		# push.frame_max


def close(code=None, reason=b""):
    return frame(OP_CLOSE, b"" if code is None else
                 struct.pack("!H", code) + reason)


def text(s):
    return (OP_TEXT, s if isinstance(s, bytes) else s.encode())


def pong(s):
    return (OP_PONG, s)


BYE = close(1000)
GOOD = "\u03ba\u1f79\u03c3\u03bc\u03b5 \U0001f438"
BAD = b"\xce\xba\xe1\xbd\xb9\xed\xa0\x80edited"

# What it is, the bytes, what comes back, the close code.
CASES = [
    # -- messages and their lengths
    ("an empty text", frame(OP_TEXT) + BYE, [text("")], 1000),
    ("a text", frame(OP_TEXT, "hello") + BYE, [text("hello")], 1000),
] + [
    ("a text of %d bytes" % n, frame(OP_TEXT, "x" * n) + BYE,
     [text("x" * n)], 1000) for n in (125, 126, 127, 128, 65535, FRAME_MAX)
] + [
    ("a binary message of %d bytes" % n, frame(OP_BINARY, b"\xfe" * n) + BYE,
     [(OP_BINARY, b"\xfe" * n)], 1000) for n in (0, 125, 126, 65535)
] + [
    ("one byte too many", frame(OP_TEXT, "x" * (FRAME_MAX + 1)), [], 1009),
    ("too much, in fragments", frame(OP_TEXT, "x" * FRAME_MAX, fin=False) +
     frame(OP_CONT, "x"), [], 1009),
    ("an announced exabyte", b"\x81\xff\x10" + b"\0" * 7 + b"mask", [], 1009),
    ("a length with its highest bit", b"\x81\xff\x80" + b"\0" * 7 + b"mask",
     [], (1002, 1009)),
    ("5 bytes in the 16-bit form", frame(OP_TEXT, "hello", length=16), [],
     1002),
    ("5 bytes in the 64-bit form", frame(OP_TEXT, "hello", length=64), [],
     1002),
    ("300 bytes in the 64-bit form", frame(OP_TEXT, "x" * 300, length=64), [],
     1002),

    # -- pings, pongs
    ("an empty ping", frame(OP_PING) + BYE, [pong(b"")], 1000),
    ("a ping", frame(OP_PING, "p") + BYE, [pong(b"p")], 1000),
    ("a binary ping of 125 bytes", frame(OP_PING, b"\xff" * 125) + BYE,
     [pong(b"\xff" * 125)], 1000),
    ("a ping of 126 bytes", frame(OP_PING, b"x" * 126), [], 1002),
    ("a pong that nobody asked for", frame(OP_PONG, "x") +
     frame(OP_TEXT, "a") + BYE, [text("a")], 1000),
    ("a pong of 126 bytes", frame(OP_PONG, b"x" * 126), [], 1002),
    ("ten pings", b"".join(frame(OP_PING, str(i)) for i in range(10)) + BYE,
     [pong(str(i).encode()) for i in range(10)], 1000),
    ("a ping in fragments", frame(OP_PING, "x", fin=False), [], 1002),

    # -- reserved bits and opcodes, masks
] + [
    ("reserved bits %d" % rsv, frame(OP_TEXT, "x", rsv=rsv), [], 1002)
    for rsv in range(1, 8)
] + [
    ("reserved bits on a ping", frame(OP_PING, "x", rsv=4), [], 1002),
] + [
    ("opcode %d" % op, frame(OP_TEXT, "first") + frame(op, "x"),
     [text("first")], 1002)
    for op in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
] + [
    ("a frame without a mask", frame(OP_TEXT, "x", mask=None), [], 1002),
    ("a close without a mask", frame(OP_CLOSE, b"\x03\xe8", mask=None), [],
     1002),
    ("a mask of zeros", frame(OP_TEXT, "plain", mask=b"\0\0\0\0") + BYE,
     [text("plain")], 1000),

    # -- fragments
    ("two fragments", frame(OP_TEXT, "one ", fin=False) +
     frame(OP_CONT, "two") + BYE, [text("one two")], 1000),
    ("fragments of nothing", frame(OP_TEXT, fin=False) +
     frame(OP_CONT, fin=False) + frame(OP_CONT) + BYE, [text("")], 1000),
    ("a hundred fragments", frame(OP_BINARY, "a", fin=False) +
     frame(OP_CONT, "a", fin=False) * 98 + frame(OP_CONT, "a") + BYE,
     [(OP_BINARY, b"a" * 100)], 1000),
    ("pings between fragments", frame(OP_TEXT, "one ", fin=False) +
     frame(OP_PING, "1") + frame(OP_CONT, "two ", fin=False) +
     frame(OP_PING, "2") + frame(OP_CONT, "three") + BYE,
     [pong(b"1"), pong(b"2"), text("one two three")], 1000),
    ("a continuation of nothing", frame(OP_CONT, "x"), [], 1002),
    ("an unfinished continuation of nothing",
     frame(OP_CONT, "x", fin=False), [], 1002),
    ("a second text inside the first", frame(OP_TEXT, "x", fin=False) +
     frame(OP_TEXT, "y"), [], 1002),
    ("a continuation after the end", frame(OP_TEXT, "x", fin=False) +
     frame(OP_CONT, "y") + frame(OP_CONT, "z"), [text("xy")], 1002),

    # -- UTF-8
    ("Greek and a frog", frame(OP_TEXT, GOOD) + BYE, [text(GOOD)], 1000),
    ("cut inside a character", frame(OP_TEXT, GOOD.encode()[:3], fin=False) +
     frame(OP_CONT, GOOD.encode()[3:]) + BYE, [text(GOOD)], 1000),
    ("a fragment for each byte",
     frame(OP_TEXT, fin=False) + b"".join(
         frame(OP_CONT, GOOD.encode()[i:i + 1], fin=False)
         for i in range(len(GOOD.encode()))) + frame(OP_CONT) + BYE,
     [text(GOOD)], 1000),
    ("a surrogate", frame(OP_TEXT, BAD), [], 1007),
    ("a surrogate in the second fragment", frame(OP_TEXT, BAD[:5], fin=False) +
     frame(OP_CONT, BAD[5:]), [], 1007),
    ("bad UTF-8 in an unfinished message",
     frame(OP_TEXT, BAD, fin=False), [], 1007),
    ("an end inside a character", frame(OP_TEXT, GOOD.encode()[:1]), [], 1007),
    ("an end inside a character, in fragments",
     frame(OP_TEXT, GOOD.encode()[:3], fin=False) + frame(OP_CONT), [], 1007),
    ("an overlong slash", frame(OP_TEXT, b"\xc0\xaf"), [], 1007),
    ("past U+10FFFF", frame(OP_TEXT, b"\xf4\x90\x80\x80"), [], 1007),
    ("U+10FFFF", frame(OP_TEXT, "\U0010ffff") + BYE, [text("\U0010ffff")],
     1000),
    ("a stray continuation byte", frame(OP_TEXT, b"\x80"), [], 1007),
    ("bad UTF-8 is fine in a binary message", frame(OP_BINARY, BAD) + BYE,
     [(OP_BINARY, BAD)], 1000),

    # -- closing
    ("a close without a code", close(), [], (None, 1000, 1005)),
    ("a close with a reason", close(1000, GOOD.encode()), [], 1000),
    ("a close with the longest reason", close(1000, b"r" * 123), [], 1000),
    ("a close of 126 bytes", frame(OP_CLOSE, b"\x03\xe8" + b"r" * 124), [],
     1002),
    ("a close of one byte", frame(OP_CLOSE, b"\x03"), [], 1002),
    ("a close with a bad reason", close(1000, BAD), [], 1007),
    ("nothing is read after a close", close(1000) + frame(OP_TEXT, "late") +
     frame(OP_PING), [], 1000),
    ("a close inside a message", frame(OP_TEXT, "x", fin=False) + BYE, [],
     1000),
] + [
    ("close code %d" % code, close(code), [], code)
    for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000,
                 3999, 4000, 4999)
] + [
    ("close code %d, which nobody may send" % code, close(code), [], 1002)
    for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000,
                 65535)
]


async def run(sock, data, dripping):
    """What comes back: messages, and the code of the close."""
    s = nj.Ws(None, sock=sock)
    await s.open("/echo", greet=False)
    if dripping:
        for i in range(len(data)):
            s.writer.write(data[i:i + 1])
            await asyncio.sleep(0)
    else:
        s.writer.write(data)
    got, op, message, code = [], None, b"", "no close frame"
    try:
        while True:
            this, fin, payload = await s.read_frame()
            if this == OP_CLOSE:
                code = struct.unpack("!H", payload[:2])[0] if payload else None
                payload[2:].decode()
                if code != 1000:
                    s.writer.write(close(1000))
                await s.reader.read()
                break
            if this >= 8:
                if this == OP_PONG:
                    got.append((this, payload))
                continue
            op = op or this
            message += payload
            if fin:
                got.append((op, message))
                op, message = None, b""
    except (nj.Closed, ConnectionError):
        pass
    await s.close()
    return got, code


async def scenario(sock):
    for what, data, want, codes in CASES:
        if not isinstance(codes, tuple):
            codes = (codes,)
        for dripping in (False, True):
            if dripping and len(data) > 2000:
                continue
            how = what + (", byte by byte" if dripping else "")
            try:
                got, code = await asyncio.wait_for(
                    run(sock, data, dripping), nj.seconds(10))
            except asyncio.TimeoutError:
                ok(False, how + ": no answer")
                continue
            if got == want and code in codes:
                ok(True, how)
            else:
                equal((got, code), (want, codes), how)


sys.argv[1:] = sys.argv[1:] or [nj.SOCK]
nj.main(scenario)
