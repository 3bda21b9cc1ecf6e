"""chatapp SCENARIO [WORD…] - the WebSocket of chatapp, as clients see it.

The clients are python3-websockets: people use it.
"""

import asyncio
import json
import os
import sqlite3
import sys
import time

import websockets

import nj
from nj import equal, ok

BASE = "/websockets/chat/"
SITE = "http://natterjack"
ROOT = os.path.dirname(os.path.dirname(nj.SOCK))


class Person:
    """Somebody who has registered, by this dialect."""

    def __init__(self, name):
        self.name = "%s-%d" % (name, os.getpid())
        self.email = self.name + "@example.com"
        self.http = nj.Http()

    async def register(self):
        got = await self.http.want(200, "POST", "/auth/register", {
            "username": self.name, "email": self.email, "password": "1234"})
        self.id = got["id"]
        await self.login()
        return self

    async def login(self):
        answer = await self.http.request("POST", "/auth/token", {
            "username": self.email, "password": "1234"})
        self.token = answer.json["access_token"]
        self.cookie = answer.headers["set-cookie"].split(";")[0]
        self.http.token = self.token


async def person(name):
    return await Person(name).register()


def bearer(token):
    return {"extra_headers": {"Authorization": "Bearer " + token}}


async def connect(path, **more):
    return await asyncio.wait_for(websockets.unix_connect(
        nj.SOCK, "ws://natterjack" + path, **more), nj.seconds(10))


async def come(who, room, **more):
    return await connect(BASE + room, **bearer(who.token), **more)


async def refused(path, what, **more):
    """The handshake is answered with an empty 403."""
    try:
        ws = await connect(path, **more)
        await ws.close()
        ok(False, what)
    except websockets.InvalidStatusCode as e:
        equal((e.status_code, e.headers.get("content-length")), (403, "0"),
              what)


async def hear(ws):
    return await asyncio.wait_for(ws.recv(), nj.seconds(10))


async def told(ws):
    return json.loads(await hear(ws))


async def nothing_came(ws, other):
    """To `ws`, before what `other` says now in the same room."""
    await other.send('{"message": "marker"}')
    return (await told(ws)).get("message") == "marker"


async def words():
    """Every row of the table of frames."""
    ann, bob = await person("ann"), await person("bob")
    a, b = await come(ann, "lounge"), await come(bob, "lounge")
    a2 = await come(ann, "lounge")

    # A message, to everybody, in the words of the table and in this order.
    await a.send('{"message": "hello \\u2713", "color": "red", "room_id": 9}')
    got = [await hear(ws) for ws in (a, b, a2)]
    ok(got[0] == got[1] == got[2],
       "everybody in the room gets it, the sender and its other devices too")
    frame = json.loads(got[0])
    equal(list(frame), ["id", "room_id", "user_id", "username", "sender",
                        "message", "content", "timestamp"], "its keys")
    equal([frame[k] for k in ("user_id", "username", "sender", "message",
                              "content")],
          [ann.id, ann.name, ann.name, "hello \u2713", "hello \u2713"],
          "and what they say")
    equal(got[0].encode(), json.dumps(frame, separators=(",", ":"),
                                      ensure_ascii=False).encode(),
          "in the compact form")
    frame["username"] = frame["sender"] = "ann"
    with open(ROOT + "/frame.json", "w") as f:
        json.dump(frame, f)

    await b.send(b'{"message": "binary"}')
    for ws in (a, b, a2):
        equal((await told(ws))["message"], "binary",
              "a binary frame is as good as a text")

    # What is wrong is told to its sender alone, and the socket stays.
    for data, want in (
            ("nonsense", "Invalid JSON format"),
            ("", "Invalid JSON format"),
            ('{"message": "x"', "Invalid JSON format"),
            ('{"message":"a\\u0000b"}', "Invalid JSON format"),
            (b"\xff\xfe", "Invalid JSON format"),
            ("[" * 2000, "Invalid JSON format"),
            ("{}", "Missing 'message'"),
            ('{"text": "x"}', "Missing 'message'"),
            ('{"message": ""}', "Missing 'message'"),
            ('{"message": null}', "Missing 'message'"),
            ('{"message": 7}', "Missing 'message'"),
            ('["message"]', "Missing 'message'"),
            ('"message"', "Missing 'message'"),
            ("7", "Missing 'message'"),
            ("null", "Missing 'message'")):
        await a.send(data)
        equal(await hear(a), json.dumps({"error": want},
                                        separators=(",", ":")),
              "%.20r" % (data,))
    await a.send(json.dumps({"message": "x" * 60000}))
    ok("error" in await told(a), "a text that is too long")
    ok(await nothing_came(b, a), "the others hear nothing of that")
    for ws in (a, a2):
        await told(ws)

    # Nobody is told who comes and goes, types or reacts.
    c = await come(bob, "lounge")
    await c.close()
    v1 = nj.Http(ann.token)
    room = frame["room_id"]
    await v1.want(204, "POST", "/v1/rooms/%s/typing" % room, {"on": True})
    await v1.want(204, "PUT", "/v1/messages/%d/reactions/%%F0%%9F%%91%%8D" %
                  frame["id"])
    await v1.want(200, "PATCH", "/v1/messages/%d" % frame["id"],
                  {"text": "edited"})
    await v1.want(204, "DELETE", "/v1/messages/%d" % frame["id"])
    ok(await nothing_came(b, a),
       "nor of coming, going, typing, reactions, edits and deletions")
    for ws in (a, a2):
        await told(ws)

    # Many at once, in order, each once.
    texts = ["m%d" % i for i in range(300)]
    for t in texts:
        await b.send(json.dumps({"message": t}))
    for ws, who in ((a, "another"), (b, "the sender"), (a2, "a third")):
        got = [(await told(ws))["message"] for _ in texts]
        ok(got == texts, "300 in one go reach %s once each, in order" % who)
    await a.close()
    equal(a.close_code, 1000, "a close is answered")
    await b.close()
    await a2.close()


async def credentials():
    ann = await person("ann")

    async def enters(what, protocol=None, query="", **more):
        ws = await connect(BASE + "door" + query, **more)
        equal(ws.subprotocol, protocol, "let in by " + what)
        await ws.send('{"message":"hi"}')
        equal((await told(ws))["user_id"], ann.id, "as who it is")
        await ws.close()
    await enters("the header", **bearer(ann.token))
    await enters("the query", query="?token=" + ann.token)
    await enters("a subprotocol", "bearer." + ann.token,
                 subprotocols=["bearer." + ann.token])
    await enters("the token itself as one", ann.token,
                 subprotocols=[ann.token])
    await enters("one beside another, which is answered", "chat",
                 subprotocols=["chat", ann.token])
    await enters("the cookie that logging in has set",
                 extra_headers={"Cookie": "x=y; " + ann.cookie})
    await enters("the cookie, from a page of this site",
                 extra_headers={"Cookie": ann.cookie, "Origin": SITE})
    await enters("the header rather than a bad query", query="?token=bad",
                 **bearer(ann.token))
    await enters("the query, when the header is of another scheme",
                 query="?token=" + ann.token,
                 extra_headers={"Authorization": "Basic eDp5"})

    for what, more in (
            ("no credential", {}),
            ("a bad token", bearer("nonsense")),
            ("an empty token", bearer("")),
            ("another scheme", {"extra_headers":
                                {"Authorization": "Basic " + ann.token}}),
            ("a cookie from another site's page",
             {"extra_headers": {"Cookie": ann.cookie,
                                "Origin": "http://evil.example"}}),
            ("a bad token, though the cookie is good",
             {"extra_headers": {"Cookie": ann.cookie,
                                "Authorization": "Bearer bad"}})):
        await refused(BASE + "door", what, **more)
    await refused(BASE + "door?token=bad", "a bad token in the query")
    await refused(BASE + "door?token=", "an empty one")

    # A session that ends, ends its sockets.
    ws = await come(ann, "door")
    await nj.Http(ann.token).want(204, "DELETE", "/v1/sessions/current")
    try:
        while True:
            await hear(ws)
    except websockets.ConnectionClosed as e:
        equal(e.rcvd.code, 1008, "a session that ends closes its socket")
    await refused(BASE + "door", "and lets nobody in", **bearer(ann.token))


async def rooms():
    ann, bob, eve = [await person(n) for n in ("ann", "bob", "eve")]
    v1, other = nj.Http(ann.token), nj.Http(bob.token)

    async def make(kind, name, *members):
        return (await v1.want(201, "POST", "/v1/rooms", {
            "kind": kind, "name": name,
            "members": [str(m.id) for m in members]}))["id"]

    async def lands(who, text, want, what):
        ws = await come(who, text)
        await ws.send('{"message":"where am I"}')
        got = (await told(ws))["room_id"]
        await ws.close()
        if want is not None:
            equal(got, want, what)
        return got

    public = await make("public", "Caf\u00e9 7")
    private = await make("private", "us", bob)
    await lands(bob, "Caf%C3%A9%207", public, "a public room by its name")
    await lands(bob, public, public, "a public room by its id")
    await lands(bob, private + "/", private,
                "a private room by its id, for its members, with a slash")
    made = await lands(eve, "fresh", None, "")
    ok(made not in (public, private), "a name that is new makes a room")
    got = await other.want(200, "GET", "/v1/rooms/" + made)
    equal((got["kind"], got["name"]), ("public", "fresh"),
          "which is public, and called so")
    await lands(bob, "fresh", made, "and is there for the next")
    stranger = await lands(eve, private, None, "")
    ok(stranger != private, "who is not in a private room does not find it")
    got = await other.want(200, "GET", "/v1/rooms/" + stranger)
    equal((got["kind"], got["name"]), ("public", private),
          "but a public one of that name")
    named = await make("public", "123456789")
    await lands(bob, "123456789", named, "a name of digits is a name")

    for path, what in ((BASE, "no room"), (BASE + "a/b", "two parts"),
                       (BASE + "a//", "two slashes"),
                       (BASE + "%20", "a blank is no name"),
                       (BASE + "x" * 200, "a name that is too long"),
                       ("/websockets/other/1", "another path"),
                       ("/nothing", "a path that is nobody's"),
                       ("/websockets/", "no path"),
                       ("/websockets", "nor a slash")):
        await refused(path, what, **bearer(ann.token))

    a = await nj.Http().request("GET", "/v1/nothing", headers={
        "Connection": "Upgrade", "Upgrade": "websocket"})
    equal((a.status, a.json["code"]), (404, "no_such_path"),
          "where v1 has no WebSocket it says so")

    # Who is put out of a room hears nothing more of it.
    private = await make("private", "ours", bob)
    a, b = await come(ann, private), await come(bob, private)
    await b.send('{"message":"one"}')
    equal([(await told(ws))["message"] for ws in (a, b)], ["one"] * 2,
          "two in a private room")
    await v1.want(204, "DELETE", "/v1/rooms/%s/members/%d" % (private, bob.id))
    await b.send('{"message":"two"}')
    equal(await told(b), {"error": "Room not found"},
          "who is not in it any more cannot write")
    await a.send('{"message":"three"}')
    equal((await told(a))["message"], "three", "those who are, can")
    await asyncio.wait_for(await b.ping(), nj.seconds(10))
    equal(list(b.messages), [], "and does not read")
    await a.close()
    await b.close()


async def others():
    """With v1, both ways, each once."""
    ann, bob = await person("ann"), await person("bob")
    a = await come(ann, "meeting")
    await a.send('{"message":"first"}')
    room = (await told(a))["room_id"]
    account = nj.Account({"user": {"id": str(bob.id), "username": bob.name},
                          "access_token": bob.token, "session_id": "0"})
    listeners = [await nj.listen(t, account, rooms=[room])
                 for t in nj.TRANSPORTS]
    await a.send('{"message":"from chatapp"}')
    frame = await told(a)
    for t, s in zip(nj.TRANSPORTS, listeners):
        got = await s.next()
        equal((got["kind"], got["message"]["text"], got["message"]["id"],
               got["message"]["sender"]["username"]),
              ("message.posted", "from chatapp", str(frame["id"]), ann.name),
              "v1's %s gets it" % t)
    await account.post(room, "from v1")
    got = await told(a)
    equal((got["message"], got["username"]), ("from v1", bob.name),
          "and its sockets what v1 posts")
    for s in listeners:
        equal((await s.next())["message"]["text"], "from v1", "as v1 does")
        await s.close()
    await a.close()


async def age():
    """An open socket grows no older than its session."""
    ann = await person("ann")
    a = await come(ann, "old")
    with sqlite3.connect(ROOT + "/data/natterjack.db", timeout=10) as db:
        db.execute("UPDATE session SET expires_at = ? WHERE user_id = ?",
                   (int(time.time() * 1000) + 300, ann.id))
    db.close()
    await asyncio.wait_for(a.wait_closed(), nj.seconds(10))
    equal(a.close_code, 1008, "a session that has run out takes its socket")
    await refused(BASE + "old", "and lets nobody in again",
                  **bearer(ann.token))


async def guests(name):
    """chatapp.guest: who has no credential is this account."""
    for i in range(2):
        ws = await connect(BASE + "open")
        await ws.send('{"message":"anybody"}')
        equal((await told(ws))["username"], name,
              "no credential: the guest" if i == 0 else "again")
        await ws.close()
    await refused(BASE + "open", "a bad credential is still bad",
                  **bearer("bad"))


async def nobody():
    """chatapp.guest is an account that there is not."""
    await refused(BASE + "open", "no credential, and no guest")


nj.main({f.__name__: f for f in (words, credentials, rooms, others, age,
                                 guests, nobody)}[sys.argv.pop(1)])
