"""rooms TOKEN-ANN TOKEN-BOB ROOM OTHER-ROOM - the WebSocket of the dialect rooms.

ROOM is a public room called "Tech Talk"; OTHER-ROOM is a private one of ann's.
Frames are compared with t/golden/rooms/ after masking.
"""

import base64
import hmac
import json
import os
import re
import time

import nj
from nj import equal, ok

GOLDEN = os.path.join(os.environ["NJ_SRC"], "t/golden/rooms/%s.json")
THUMB, HEART, FROG = "\U0001f44d", "\u2764\ufe0f", "\U0001f438"


def mask(key, value):
    """What differs between runs."""
    if isinstance(value, dict):
        return {k: mask(k, v) for k, v in value.items()}
    if isinstance(value, list):
        return [mask(key, v) for v in value]
    if key in ("room_id", "message_id") and isinstance(value, int):
        return "ID"
    if key == "timestamp" and isinstance(value, str):
        if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", value):
            return "SECONDS"
        if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}", value):
            return "MICROSECONDS"
    return value


def golden(name, frame, text):
    # A notice in a whole second has no fraction, as Python writes it.
    if "type" in frame and frame["type"] != "message" and "timestamp" in frame:
        frame = dict(frame)
        if "." not in frame["timestamp"]:
            frame["timestamp"] += ".000000"
    got = json.dumps(mask("", frame), indent=2, sort_keys=True,
                     ensure_ascii=False) + "\n"
    path = GOLDEN % name
    if os.environ.get("NJ_GOLDEN") == "write":
        with open(path, "w") as f:
            f.write(got)
    with open(path) as f:
        equal(got, f.read(), text)


async def connect(room, query):
    """Let in, or nj.Closed is raised with the refusal."""
    return await nj.Socket(None).enter("/ws/chat/" + room + query)


async def enter(room, token):
    return await connect(room, "?token=" + token)


async def come(room, token, *others):
    """Come in, and let the others see it."""
    s = await enter(room, token)
    welcome = await s.frame()
    for other in others:
        await other.frame()
    return s, welcome


async def refused(text, room, token=None, query=""):
    try:
        s = await connect(room, query if token is None else
                          "?token=" + token)
        ok(False, text)
        await s.close()
    except nj.Closed as c:
        equal((c.status, c.reason), (403, b""), text)


def expired():
    """A token of account 1 that was good until a minute ago."""
    def part(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")
    now = int(time.time())
    said = part(json.dumps({"alg": "HS256", "typ": "JWT"}).encode()) + b"." + \
        part(json.dumps({"sub": "ann", "uid": "1", "sid": "1",
                         "iat": now - 120, "exp": now - 60}).encode())
    key = os.environ["NJ_SECRET"].encode()
    return (said + b"." + part(hmac.digest(key, said, "sha256"))).decode()


async def coming_in(anns, bobs, room, own):
    await refused("without a token", room)
    await refused("with an empty token", room, "")
    await refused("with a bad token", room, "nonsense")
    await refused("with one that has expired", room, expired())
    a = await nj.Http(expired()).request("GET", "/api/auth/me")
    equal((a.status, a.json), (401, {
        "detail": "Could not validate credentials"}), "nor is it any use else")
    await refused("with another parameter", room, query="?key=" + anns)
    await refused("a name of no room", "Nowhere", anns)
    await refused("no room", "", anns)
    await refused("a path below a room", room + "/x", anns)
    for none in ("9999", "0", "-1", "99999999999999999999", "9999/"):
        s = await enter(none, anns)
        golden("frame-no-room", await s.frame(),
               "an id of no room, %s: an error" % none)
        closed = await s.until_closed()
        equal(closed.code, 1000, "and the end")
    s = await enter(own, bobs)
    golden("frame-no-room", await s.frame(), "a room of others is none")
    equal((await s.until_closed()).code, 1000, "either")
    for word in ("Tech%20Talk", "tech%20talk"):
        s, welcome = await come(word, anns)
        golden("frame-connected", welcome, "by name: " + word)
        equal(welcome["room_id"], int(room), "it is that room")
        await s.close()
    s, welcome = await come(own, anns)
    equal(welcome["room_name"], "Own", "a private room of one's own")
    await s.close()
    a, welcome = await come(room, anns)
    golden("frame-connected", welcome, "by id")
    b = await enter(room, bobs)
    golden("frame-joined", await a.frame(), "the others are told who comes")
    equal((await b.frame())["type"], "connected", "and who comes is not")
    return a, b


async def messages(a, b, room):
    a.say({"type": "message", "content": "Hello, world!"})
    golden("frame-message", await b.frame(), "a message")
    a.say({"type": "message", "content": "in bytes"}, nj.OP_BINARY)
    equal((await b.frame())["message"], "in bytes", "a binary frame")
    a.say({"type": "message", "content": "", "room_id": 1, "sender": "x"})
    got = await b.frame()
    equal((got["message"], got["room_id"], got["sender"]),
          ("", int(room), "ann"), "an empty text, with keys that do not count")
    url = "/api/files/0b54f6a2-0000-4000-8000-000000000001.png"
    a.say({"type": "message", "content": "look", "message_type":
           "text_with_image", "file_url": "http://example.org:1" + url,
           "file_name": "frog.png", "file_size": 7, "mime_type": "image/png"})
    got = await b.frame()
    equal(got["file_url"], url, "an address of ours is cut")
    golden("frame-file", dict(got, file_url=""), "a message with a file")
    a.say({"type": "message", "attachment": {
        "url": "https://example.org/frog.pdf", "filename": "frog.pdf",
        "size": 8, "mime_type": "application/pdf"}, "message_type": "document"})
    golden("frame-attachment", await b.frame(), "an attachment without a text")
    a.say({"type": "message", "file_url": "/elsewhere"})
    got = await b.frame()
    equal((got["file_url"], got["message"], got["message_type"]),
          ("/elsewhere", None, "text"), "only a link")
    a.say({"type": "message", "content": None})
    equal((await b.frame())["message"], None, "null for a text")


async def history(anns, room):
    a = nj.Http(anns)
    got = await a.want(200, "GET", "/api/messages/" + room)
    equal([m["message"] for m in got],
          ["Hello, world!", "in bytes", "", "look", None, None, None],
          "all of it is kept")
    golden("message-file", dict(got[3], file_url=""), "as it was sent")
    golden("message-attachment", got[4], "with what it had")


async def faults(a, b):
    golden("frame-missing", await a.ask({"type": "message"}),
           "a message without anything")
    equal((await a.ask({"type": "message", "text": "x", "it's": 1}))["message"],
          "Missing 'content', 'file_url', or 'attachment' field. Received: "
          "['type', 'text', \"it's\"]", "the keys are told")
    for text in ("{", "", "\"", "{\"type\":\"message\",}"):
        golden("frame-bad-json", await a.ask(text), "no JSON: %r" % text)
    golden("frame-bad-json", await a.ask(b"\xff", nj.OP_BINARY),
           "no UTF-8 in a binary frame")
    for value in ([], "hello", 7, None):
        equal((await a.ask(json.dumps(value)))["message"],
              "Error processing message: Input should be a valid dictionary",
              "no object: %r" % (value,))
    for key, value in (("content", 7), ("file_url", {}), ("file_size", "big"),
                       ("message_type", "song"), ("attachment", [1])):
        got = await a.ask({"type": "message", "content": "x", key: value})
        ok(got["type"] == "error" and got["message"].startswith(
            "Error processing message: %s: Input should be " % key),
           "%s is wrong: %r" % (key, value))
    got = await a.ask({"type": "message", "content": "x" * 20000})
    ok(got["message"].startswith("Error processing message: "), "too long")
    for frame in ({"type": "dance"}, {}, {"type": 7}, {"type": None}):
        a.say(frame)
    a.say({"type": "message", "content": "still here"})
    equal((await b.frame())["message"], "still here",
          "other types are passed over, and the socket stays open")


async def typing(a, b):
    for kind in ("typing", "typing_start", "typing_stop"):
        a.say({"type": kind})
        golden("frame-" + kind.replace("_", "-"), await b.frame(), kind)


async def reactions(a, b, anns, room):
    a.say({"type": "message", "content": "react"})
    message = (await b.frame())["message_id"]
    b.say({"type": "reaction", "message_id": message, "reaction_type": THUMB})
    for s, who in ((a, "the others"), (b, "who did it")):
        golden("frame-reaction", await s.frame(), "a reaction, to " + who)
    b.say({"type": "reaction", "message_id": message, "reaction_type": HEART,
           "action": "add"})
    for s in (a, b):
        got = await s.frame()
        equal((got["type"], got["reaction_type"],
               [r["reaction_type"] for r in got["reaction_summary"]]),
              ("reaction_added", HEART, [HEART]), "another takes its place")
    b.say({"type": "reaction", "message_id": message, "reaction_type": HEART,
           "action": "remove"})
    for s, who in ((a, "the others"), (b, "who did it")):
        golden("frame-unreaction", await s.frame(), "its end, to " + who)
    for frame, want in (
            ({}, "Missing message_id or reaction_type"),
            ({"message_id": message}, "Missing message_id or reaction_type"),
            ({"message_id": 0, "reaction_type": THUMB},
             "Missing message_id or reaction_type"),
            ({"message_id": message, "reaction_type": THUMB,
              "action": "remove"}, "Reaction not found"),
            ({"message_id": 999999, "reaction_type": THUMB,
              "action": "remove"}, "Reaction not found"),
            ({"message_id": 999999, "reaction_type": THUMB},
             "Failed to process reaction: Message not found")):
        equal(await b.ask({"type": "reaction", **frame}),
              {"type": "error", "message": want}, want)
    got = await b.ask({"type": "reaction", "message_id": message,
                       "reaction_type": FROG})
    ok(got["message"].startswith("Failed to process reaction: "),
       "not one of the six")
    # By request, too.
    http = nj.Http(anns)
    await http.want(200, "POST", "/api/reactions/add",
                    {"message_id": message, "reaction_type": THUMB})
    for s in (a, b):
        got = await s.frame()
        equal((got["type"], got["sender"]), ("reaction_added", "ann"),
              "a reaction by request is told to all")
    await http.want(200, "DELETE", "/api/reactions/remove/%d" % message)
    for s in (a, b):
        equal((await s.frame())["type"], "reaction_removed", "and its end")
    # And from v1, where there are others, and several of one's own.
    path = "/v1/messages/%d/reactions/%%F0%%9F%%90%%B8" % message
    await http.want(204, "PUT", path)
    for s in (a, b):
        got = await s.frame()
        equal((got["type"], got["reaction_type"]), ("reaction_added", FROG),
              "a reaction of another kind is shown as it is")
    await http.want(204, "DELETE", path)
    for s in (a, b):
        equal((await s.frame())["type"], "reaction_removed", "and its end")
    await http.want(201, "POST", "/v1/rooms/%s/messages" % room,
                    {"text": "by request"})
    for s in (a, b):
        got = await s.frame()
        equal((got["type"], got["message"]), ("message", "by request"),
              "what ann posts by request comes to her socket, too")
    http.close()


async def going(a, b, anns, bobs, room):
    """Nobody is told who goes, and a second socket is one of the others."""
    c, _ = await come(room, bobs, a, b)
    b.say({"type": "message", "content": "to my other socket"})
    for s in (a, c):
        equal((await s.frame())["message"], "to my other socket",
              "another socket of the sender hears it")
    await c.close()
    b.say({"type": "message", "content": "after"})
    equal((await a.frame())["message"], "after", "nobody is told who goes")
    frame = await enter(room, anns)
    await frame.frame()
    equal((await a.frame())["type"], "user_joined", "one's own coming is told")
    equal((await b.frame())["type"], "user_joined",
          "and nothing else has come")
    await frame.close()


async def putting_out(anns, bobs, own):
    """Who is put out of a private room hears and says nothing there."""
    http = nj.Http(anns)
    bob = (await nj.Http(bobs).want(200, "GET", "/v1/me"))["id"]
    member = "/v1/rooms/%s/members/%s" % (own, bob)
    a, _ = await come(own, anns)
    await http.request("PUT", member, {"role": "member"})
    b, _ = await come(own, bobs, a)
    a.say({"type": "message", "content": "for members"})
    equal((await b.frame())["message"], "for members", "a member hears")
    await http.want(204, "DELETE", member)
    a.say({"type": "message", "content": "for the others"})
    while True:
        got = await http.want(200, "GET", "/api/messages/%s/recent?limit=1"
                              % own)
        if got[0]["message"] == "for the others":
            break
    golden("frame-put-out",
           await b.ask({"type": "message", "content": "still here"}),
           "who was put out hears nothing more, and is not heard")
    got = await b.ask({"type": "typing"})
    equal(got["type"], "error", "nor seen typing")
    http.close()
    await a.close()
    await b.close()


async def logging_out(room):
    """The end of the session is the end of the socket."""
    tokens = await nj.Http().want(200, "POST", "/api/auth/signup", {
        "username": "eve", "password": "password-eve"})
    s, _ = await come(room, tokens["access_token"])
    http = nj.Http(tokens["access_token"])
    await http.want(204, "DELETE", "/v1/sessions/current")
    equal((await s.until_closed()).code, 1008, "a session that ends: 1008")
    await refused("and its token opens none", room, tokens["access_token"])
    http.close()


async def scenario(anns, bobs, room, own):
    a, b = await coming_in(anns, bobs, room, own)
    await messages(a, b, room)
    await history(anns, room)
    await faults(a, b)
    await typing(a, b)
    await reactions(a, b, anns, room)
    await going(a, b, anns, bobs, room)
    await putting_out(anns, bobs, own)
    await logging_out(room)
    await a.close()
    await b.close()


if __name__ == "__main__":
    nj.main(scenario)
