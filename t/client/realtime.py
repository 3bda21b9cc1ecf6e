"""realtime frames|joined|guest PEOPLE - the WebSocket of the dialect realtime.

PEOPLE is {"ann": {"id", "token"}, "bob": …, "eve": …} as JSON.  joined and guest
are what the settings of these names switch on.  Frames are compared with
t/golden/realtime/ after masking.
"""

import json
import os
import re

import nj
from nj import equal, ok

GOLDEN = os.path.join(os.environ["NJ_SRC"], "t/golden/realtime/%s.json")
UUID = re.compile("0000[0-9a-f]{4}-0000-4000-8000-[0-9a-f]{12}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
NAIVE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?")
HELLO = {"message": "Hello, World!", "timestamp": "2026-01-31T12:00:00.000Z"}


def mask(key, value):
    """What differs between runs."""
    if isinstance(value, dict):
        return {k: mask(k, v) for k, v in value.items()}
    if isinstance(value, list):
        return [mask(key, v) for v in value]
    if not isinstance(value, str):
        return value
    if key in ("created_at", "timestamp") and NAIVE.fullmatch(value):
        return "NAIVE"
    if value != HELLO["timestamp"] and INSTANT.fullmatch(value):
        return "INSTANT"
    return UUID.sub("UUID", value)


def golden(name, frame, text):
    got = json.dumps(mask("", frame), indent=2, sort_keys=True,
                     ensure_ascii=False) + "\n"
    path = GOLDEN % name
    if os.environ.get("NJ_GOLDEN") == "write":
        with open(path, "w") as f:
            f.write(got)
    with open(path) as f:
        equal(got, f.read(), text)


class Socket(nj.Socket):
    async def next_is(self, message, text):
        """Nothing came before this message."""
        got = await self.frame()
        equal(got.get("message"), message, text)
        return got


async def enter(who):
    return await Socket(None).enter(
        "/ws/" + who["id"], {"Authorization": "Bearer " + who["token"]})


async def refused(text, path, headers=None):
    try:
        s = await Socket(None).enter(path, headers)
        ok(False, text)
        await s.close()
    except nj.Closed as c:
        equal((c.status, c.reason), (403, b""), text)


async def let_in(watch, text, path, headers=None):
    """One that comes and goes, which the watcher is told."""
    s = await Socket(None).enter(path, headers)
    await s.close()
    got = await watch.frame()
    ok(got["user_id"] == "system", text)
    return s


def cookie(who):
    return {"Cookie": "natterjack_token=" + who["token"]}


async def coming_in(ann, bob):
    path = "/ws/" + ann["id"]
    bearer = {"Authorization": "Bearer " + ann["token"]}
    query = "?token=" + ann["token"]
    await refused("without a token", path)
    await refused("with an empty one", path + "?token=")
    await refused("with one that is none", path + "?token=x.y.z")
    await refused("with somebody else's", path, cookie(bob))
    await refused("an id that names nobody", "/ws/your_user_id", bearer)
    await refused("no id", "/ws/", bearer)
    await refused("nor a slash", "/ws", bearer)
    await refused("an id that is a path of another dialect", "/ws/chat",
                  bearer)
    await refused("an id, and more", path + "/x", bearer)
    await refused("a cookie on a page of another site", path,
                  {**cookie(ann), "Origin": "https://evil.example"})
    watch = await enter(bob)
    await let_in(watch, "a token in the header", path, bearer)
    await let_in(watch, "in the query", path + query)
    await let_in(watch, "in the cookie", path, cookie(ann))
    await let_in(watch, "in the cookie, on a page of this site", path,
                 {**cookie(ann), "Origin": "http://natterjack"})
    await let_in(watch, "an id in capitals", "/ws/" + ann["id"].upper() + "/", bearer)
    s = await let_in(watch, "as a subprotocol", path, {
        "Sec-WebSocket-Protocol": "chat, bearer." + ann["token"]})
    equal(s.headers.get("sec-websocket-protocol"), "chat",
          "and the other one is chosen")
    return watch


async def frames(a, b, ann):
    """To everybody, the sender included, and as it was sent."""
    a.say(HELLO)
    got = await a.frame()
    golden("frame-message", got, "the sender gets what it has sent")
    equal((got["user_id"], got["sender_id"]), (ann["id"], ann["id"]),
          "as its own")
    equal(await b.frame(), got, "and everybody else the same")
    for message, stamp in ((None, None), (7, 8), (True, 1.5), (1.1, 1e20),
                           ([1, {}], []), ("", ""),
                           ({"z": 1, "a": {"b": None}}, {"now": 0}),
                           ("\u00e4 \U0001f438 \"\\\n", "\u00e4")):
        a.say({"message": message, "timestamp": stamp})
        got = await b.frame()
        equal((got["message"], got["timestamp"]), (message, stamp),
              "as sent: %r" % (message,))
        equal((await a.frame())["content"],
              message if isinstance(message, str) else json.dumps(
                  message, separators=(",", ":")), "and as a text")
    a.say({})
    got = await b.frame()
    equal((got["message"], got["timestamp"]), (None, None), "neither")
    a.say({"content": "of the second generation"})
    got = await b.frame()
    equal((got["message"], got["content"], got["timestamp"]),
          ("of the second generation",) * 2 + (None,), "under its later name")
    a.say(json.dumps({"message": "in bytes"}), nj.OP_BINARY)
    await b.next_is("in bytes", "a binary frame")
    for _ in range(3):
        await a.frame()


async def nonsense(a, b):
    """Nothing of it closes the socket, and nothing of it is told."""
    for text in ("", "what is this", "{", "[]", "[1]", "5", "null", "\"text\"",
                 "{\"message\":\"a\",\"message\":\"b\"}",
                 "{\"message\":\"\\u0000\"}", "[" * 1000,
                 "{\"message\":\"\\ud800\"}", "NaN"):
        a.say(text)
        a.say({"message": "still here"})
        await b.next_is("still here", "passed over: " + text[:30])
        await a.next_is("still here", "and the socket is open")
    a.say(b"\xff\xfe{}", nj.OP_BINARY)
    a.say({"message": "still here"})
    await b.next_is("still here", "bytes that are no text")
    await a.frame()


async def elsewhere(a, b, people, http):
    """Other rooms than the lobby: for those who are in them."""
    bob = people["bob"]
    e = await enter(people["eve"])
    a.say({"message": "for bob", "recipient_id": bob["id"]})
    got = await b.next_is("for bob", "to one")
    equal((await a.frame())["id"], got["id"], "and back")
    page = await http.want(200, "GET", "/messages/conversation/" + bob["id"])
    equal((page[0]["id"], page[0]["recipient_id"]), (got["id"], bob["id"]),
          "it is in the conversation")
    a.say({"message": "tea?", "chat_id": "tea", "timestamp": "t"})
    tea = (await a.frame())["chat_id"]
    page = await http.want(200, "GET", "/messages/chat/tea")
    equal((page[0]["content"], page[0]["chat_id"]), ("tea?", "tea"),
          "to a chat that it has made")
    a.say({"message": "more tea", "chat_id": tea})
    await a.next_is("more tea", "by the id that the frame has")
    eves = await nj.Http(people["eve"]["token"]).want(
        201, "POST", "/v1/rooms", {"kind": "private", "name": "eve's"})
    for key, value, why in (("recipient_id", "x", "Recipient not found"),
                            ("recipient_id", "3f0c8a52-91f4-4b86-a3f5"
                             "-0e6f4f0f3a11", "Recipient not found"),
                            ("recipient_id", 7, "Recipient not found"),
                            ("recipient_id", [bob["id"]],
                             "Recipient not found"),
                            ("chat_id", {}, "Chat not found"),
                            ("chat_id", "00000000-0000-4000-8000-%012x" %
                             int(eves["id"]), "Chat not found"),
                            ("chat_id", "\n", "Chat not found")):
        a.say({"message": "x", key: value})
        equal(await a.frame(), {"user_id": "system", "message": why,
                                "timestamp": ""}, "refused: " + why)
    a.say({"message": "x" * 17000})
    got = await a.frame()
    equal((got["user_id"], got["timestamp"]), ("system", ""),
          "a text that is too long")
    a.say({"message": "to all"})
    await e.next_is("to all", "who is not in those rooms hears nothing of it")
    await b.next_is("to all", "nor does the other one, of the chat")
    await a.frame()
    b.say({"message": "me, too", "chat_id": "tea"})
    await a.next_is("me, too", "another one speaks in the chat")
    await b.next_is("me, too", "and hears it")
    a.say({"message": "welcome", "chat_id": "tea"})
    await b.next_is("welcome", "and is in it from then on")
    await a.frame()
    await e.close()
    for s in (a, b):
        golden("frame-left", await s.frame(), "who goes is told to the rest")


async def others(a, b, people, http):
    """What came by requests, and through v1."""
    bob = people["bob"]
    sent = await http.want(201, "POST", "/messages/", {
        "recipient_id": bob["id"], "content": "by a request"})
    got = await b.next_is("by a request", "a request reaches sockets")
    equal(got["id"], sent["id"], "as that message")
    golden("frame-request", got, "with an instant of ours")
    await a.frame()
    rooms = await http.want(200, "GET", "/v1/rooms")
    lobby, = [r["id"] for r in rooms["items"] if r["name"] == "General"]
    await http.want(201, "POST", "/v1/rooms/%s/messages" % lobby,
                    {"text": "from v1"})
    await b.next_is("from v1", "so does v1")
    await a.frame()
    w = nj.Ws(bob["token"], rooms=[lobby])
    await w.open()
    a.say({"message": {"from": "here"}, "timestamp": None})
    event = (await w.take(1))[0]
    equal(event["message"]["text"], "{\"from\":\"here\"}", "v1 hears us")
    await w.close()
    for s in (a, b):
        await s.frame()
    at = "/messages/" + sent["id"]
    await http.want(200, "PUT", at, {"content": "changed"})
    await http.want(200, "POST", at + "/reactions?emoji=x")
    await http.want(200, "DELETE", at)
    a.say({"message": "after that"})
    await b.next_is("after that", "changes have no frame")
    await a.frame()


async def twice(a, ann, bob):
    """Two sockets of one account are two."""
    more = await enter(ann)
    a.say({"message": "to both"})
    await a.next_is("to both", "the one")
    await more.next_is("to both", "and the other")
    await more.close()
    got = await a.next_is(ann["id"] + " left the chat",
                          "one of them goes, and the other is told")
    equal(got["user_id"], "system", "by the system")
    d = await Socket(None).enter("/ws/chat/General?token=" + bob["token"])
    await d.frame()
    d.say({"type": "typing"})
    d.say({"type": "message", "content": "from rooms"})
    await a.next_is("from rooms", "nobody is told who comes, or types")
    await d.close()


async def told(people):
    """Everything that needs no setting."""
    ann, bob = people["ann"], people["bob"]
    http = nj.Http(ann["token"])
    b = await coming_in(ann, bob)
    a = await enter(ann)
    await frames(a, b, ann)
    await nonsense(a, b)
    await elsewhere(a, b, people, http)
    await others(a, b, people, http)
    await b.close()
    golden("frame-left", await a.frame(), "bob leaves")
    await twice(a, ann, bob)
    http.close()
    await nj.Http(ann["token"]).want(204, "DELETE", "/v1/sessions/current")
    closed = await a.until_closed()
    equal(closed.code, 1008, "the end of the session ends its socket")


async def joined(people):
    """Who comes is told to the others, and who is there to it."""
    a = await enter(people["ann"])
    got = await a.frame()
    golden("frame-online", got, "who is online")
    b = await enter(people["bob"])
    golden("frame-joined", await a.frame(), "the others are told who comes")
    got = await b.frame()
    equal([u["id"] for u in got["users"]],
          [people["ann"]["id"], people["bob"]["id"]],
          "and it, who is online of those who were ever here")
    await b.close()
    golden("frame-left", await a.frame(), "who goes is told as ever")
    await a.close()


async def guest(people):
    """Who has no token has no id either."""
    a = await enter(people["ann"])
    g = await Socket(None).enter("/ws/your_user_id")
    g.say({"message": "I am new here"})
    got = await a.next_is("I am new here", "a guest is heard")
    equal(got["user_id"], people["bob"]["id"], "as whom the setting names")
    await g.frame()
    await g.close()
    golden("frame-left", await a.frame(), "and goes as such")
    await a.close()
    await refused("a wrong token is no guest's", "/ws/your_user_id?token=x")


async def scenario(which, people):
    await {"frames": told, "joined": joined, "guest": guest}[which](
        json.loads(people))


nj.main(scenario)
