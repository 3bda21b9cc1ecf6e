"""heads SOCKET - requests as bytes, to push itself, without nginx before it."""

import asyncio
import json

import nj
from nj import equal, ok

BATCH = 5		# push.batch of the instance
KEY = b"dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="		# RFC 6455, section 1.3


async def talk(sock, *pieces):
    """Send, and read the first answer: status, headers, body."""
    reader, writer = await asyncio.open_unix_connection(sock, limit=1 << 20)
    try:
        for p in pieces:
            writer.write(p)
            await asyncio.sleep(0)
        try:
            status, headers = await nj.read_head(reader)
        except asyncio.IncompleteReadError as e:
            return None, {}, e.partial
        body = b""
        if status != 101:
            body = await nj.read_body(reader, status, headers)
        return status, headers, body
    except (ConnectionError, asyncio.LimitOverrunError):
        return None, {}, b""
    finally:
        writer.close()


def upgrade(target=b"/v1/events", key=KEY, version=b"13", more=b"",
            method=b"GET"):
    return (method + b" " + target + b" HTTP/1.1\r\nHost: x\r\n"
            b"Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
            b"Sec-WebSocket-Key: " + key + b"\r\n"
            b"Sec-WebSocket-Version: " + version + b"\r\n" + more + b"\r\n")


async def scenario(sock):
    ann = await nj.register("ann")
    auth = b"Authorization: Bearer " + ann.token.encode() + b"\r\n"

    async def case(what, want, *pieces):
        got = await asyncio.wait_for(talk(sock, *pieces), nj.seconds(15))
        if not isinstance(want, tuple):
            want = (want,)
        ok(got[0] in want, what) or print("  got", got, "want", want)
        if got[0] and got[0] >= 400:
            ok(got[1].get("content-type") == "application/problem+json",
               what + ": a problem, in so many words")
        return got

    _, headers, _ = await case("the handshake of the RFC", 101,
                               upgrade(more=auth))
    equal(headers.get("sec-websocket-accept"), ACCEPT,
          "its key is answered as the RFC says")
    equal(headers.get("upgrade", "").lower(), "websocket", "Upgrade")
    equal(headers.get("connection", "").lower(), "upgrade", "Connection")
    request = upgrade(more=auth)
    await case("a head that comes byte by byte", 101,
               *[request[i:i + 1] for i in range(len(request))])
    await case("a version that we do not speak", 426,
               upgrade(version=b"8", more=auth))
    await case("a key that is not 16 bytes", 400,
               upgrade(key=b"c2hvcnQ=", more=auth))
    await case("a key that is not base64", 400,
               upgrade(key=b"!!!!!!!!!!!!!!!!!!!!!!==", more=auth))
    await case("a handshake that is no GET", (400, 405),
               upgrade(method=b"POST", more=auth))
    await case("no token", 401, upgrade())
    await case("a bad token", 401,
               upgrade(more=b"Authorization: Bearer x.y.z\r\n"))
    await case("another scheme", 401,
               upgrade(more=b"Authorization: Basic eDp5\r\n"))
    await case("a token in the query", 101,
               upgrade(b"/v1/events?token=" + ann.token.encode()))
    _, headers, _ = await case(
        "a token as a subprotocol", 101,
        upgrade(more=b"Sec-WebSocket-Protocol: natterjack.v1, bearer." +
                ann.token.encode() + b"\r\n"))
    equal(headers.get("sec-websocket-protocol"), "natterjack.v1",
          "and the protocol that is chosen is ours, not the token")
    await case("another path", 404, upgrade(b"/v1/nothing", more=auth))
    await case("another method", 405,
               b"DELETE /v1/events HTTP/1.1\r\nHost: x\r\n" + auth + b"\r\n")
    await case("a plain GET", 200,
               b"GET /v1/events?wait=0 HTTP/1.1\r\nHost: x\r\n" + auth +
               b"\r\n")
    await case("HTTP/1.0", 200,
               b"GET /v1/events?wait=0 HTTP/1.0\r\n" + auth + b"\r\n")

    # Nonsense.
    await case("no HTTP", (400, None), b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03")
    await case("no version", (400, None), b"GET /v1/events\r\n\r\n")
    await case("a header without a colon", (400, None),
               b"GET /v1/events HTTP/1.1\r\nHost x\r\n\r\n")
    await case("a NUL in the head", (400, None),
               b"GET /v1/events HTTP/1.1\r\nHost: \0\r\n\r\n")
    await case("a bad escape in the path", 400,
               b"GET /v1/%zz HTTP/1.1\r\nHost: x\r\n\r\n")
    await case("a head that is too large", (400, 413, 431, None),
               b"GET /v1/events HTTP/1.1\r\nX: " + b"x" * 100000 +
               b"\r\n\r\n")
    await case("a head that never ends", (400, 413, 431, None),
               b"GET /v1/events HTTP/1.1\r\n", *[b"X: yyyyyyyyyyyyyyy\r\n"] *
               3000)
    await case("a body where none belongs", (400, 413),
               b"GET /v1/events?wait=0 HTTP/1.1\r\nHost: x\r\n" + auth +
               b"Content-Length: 5\r\n\r\nhello")
    _, headers, _ = await case(
        "another method, with a body", 405,
        b"POST /v1/events HTTP/1.1\r\nHost: x\r\n" + auth +
        b"Content-Length: 5\r\n\r\nhello")
    equal(headers.get("allow"), "GET", "is told which there is")
    got = await asyncio.wait_for(talk(
        sock, b"POST /websockets/chat/1 HTTP/1.1\r\nHost: x\r\n"
        b"Content-Length: 5\r\n\r\nhello"), nj.seconds(15))
    equal((got[0], got[2]), (404, b'{"detail":"Not Found"}'),
          "where there are WebSockets only: the dialect's words")
    reader, writer = await asyncio.open_unix_connection(sock)
    for body in b"hello", b"x" * 50000:
        writer.write(b"DELETE /v1/events HTTP/1.1\r\nHost: x\r\n"
                     b"Content-Length: %d\r\n\r\n" % len(body) + body)
        status, headers = await nj.read_head(reader)
        await nj.read_body(reader, status, headers)
        equal(status, 405, "%d bytes behind it are no request" % len(body))
    writer.close()
    await case("a negative length", (400, None),
               b"GET /v1/events HTTP/1.1\r\nContent-Length: -1\r\n\r\n")
    await case("two lengths", (400, None),
               b"GET /v1/events HTTP/1.1\r\nContent-Length: 0\r\n"
               b"Content-Length: 5\r\n\r\n")
    await case("an echo that is off", 404, upgrade(b"/echo"))

    # Three requests at once are answered one after the other.
    reader, writer = await asyncio.open_unix_connection(sock)
    writer.write((b"GET /v1/events?wait=0 HTTP/1.1\r\nHost: x\r\n" + auth +
                  b"\r\n") * 3)
    answers = []
    for _ in range(3):
        status, headers = await asyncio.wait_for(nj.read_head(reader),
                                                 nj.seconds(10))
        await nj.read_body(reader, status, headers)
        answers.append(status)
    equal(answers, [200] * 3, "three requests in one piece")
    writer.close()

    # A client that goes away while it waits is forgotten.
    reader, writer = await asyncio.open_unix_connection(sock)
    writer.write(b"GET /v1/events?wait=60 HTTP/1.1\r\nHost: x\r\n" + auth +
                 b"\r\n")
    await writer.drain()
    writer.close()
    room = await ann.room("private", "r")
    cursor = await nj.head_seq(ann)
    await ann.post(room, "after")
    b = await nj.listen("ws", ann, cursor)
    equal(nj.posted(await b.take(1)), ["after"],
          "a client that hangs up while it waits harms nobody")
    await b.close()

    # A frame that comes together with the handshake is not lost.
    reader, writer = await asyncio.open_unix_connection(sock)
    writer.write(upgrade(more=auth) + nj.frame(
        nj.OP_TEXT, '{"do":"typing","room":"%s","on":true,"id":1}' % room))
    await asyncio.wait_for(nj.read_head(reader), nj.seconds(10))
    s = nj.Ws.over(reader, writer)
    equal((await s.ack())["ack"], 1, "a frame right behind the handshake")
    writer.close()

    # A kept connection that becomes a stream does not remember the long-poll
    # that it was, even if that was as long as an answer can be.
    texts = ["m%d" % i for i in range(20)]
    for t in texts:
        m = await ann.post(room, t)
    since = int(m["seq"]) - len(texts)
    reader, writer = await asyncio.open_unix_connection(sock)
    target = b"/v1/events?since=%d" % since
    writer.write(b"GET " + target + b"&wait=0 HTTP/1.1\r\nHost: x\r\n" + auth +
                 b"\r\n")
    status, headers = await asyncio.wait_for(nj.read_head(reader),
                                             nj.seconds(10))
    body = json.loads(await nj.read_body(reader, status, headers))
    equal(len(body["events"]), BATCH, "a long-poll that is full")
    writer.write(upgrade(target, more=auth))
    await asyncio.wait_for(nj.read_head(reader), nj.seconds(10))
    s = nj.Ws.over(reader, writer)
    hello = await s.next()
    equal((hello["kind"], hello["next"]), ("hello", since),
          "and then a WebSocket on the same connection")
    equal(nj.posted(await s.take(len(texts))), texts, "which gets everything")
    writer.close()


nj.main(scenario)
