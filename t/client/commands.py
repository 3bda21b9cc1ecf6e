"""commands - a WebSocket's frames go up, their answers come down."""

import json

import nj
from nj import equal, ok


def summary(answer):
    """What an answer says, without ids and times."""
    if "error" in answer:
        return answer["error"]["status"], answer["error"]["code"]
    if "message" in answer:
        return "message", answer["message"]["text"]
    return "ok", answer.get("ok")


async def scenario():
    ann, bob, eve = [await nj.register(n) for n in ("ann", "bob", "eve")]
    room = await ann.room("private", "r", bob)
    a = await nj.listen("ws", ann)
    b = await nj.listen("ws", bob)
    twice = await nj.listen("ws", bob, rooms=[room, room])

    # Every command, seen by the sender as an ack and by the other as an event.
    got = await a.command({"do": "message.post", "room": room, "text": "hello",
                           "key": "k1"})
    equal((got["ack"], summary(got)), ("k1", ("message", "hello")),
          "message.post is answered with the message")
    m = got["message"]
    equal((m["room"], m["key"], m["sender"]["id"], m["reply_to"]),
          (room, "k1", ann.id, None), "and the message is the one that was sent")
    event = await b.next()
    equal((event["kind"], event["message"]), ("message.posted", m),
          "the other member is sent the same message")

    again = await a.command({"do": "message.post", "room": room,
                             "text": "hello", "key": "k1"})
    equal(again["message"]["id"], m["id"],
          "the same key again is the same message")
    over_http = await ann.http.request(
        "POST", "/v1/rooms/%s/messages" % room, {"text": "hello", "key": "k1"})
    equal(over_http.json["id"], m["id"], "over HTTP too")

    got = await b.command({"do": "message.post", "room": room, "text": "re",
                           "reply_to": m["id"], "id": 77})
    equal((got["ack"], got["message"]["reply_to"]), (77, m["id"]),
          "an answer names the command's id, and replies work")
    got = await a.command({"do": "message.edit", "message": m["id"],
                           "text": "hallo", "id": "e"})
    equal((got["ack"], summary(got)), ("e", ("message", "hallo")),
          "message.edit")
    frog = "\N{FROG FACE}"
    for do in ("reaction.add", "reaction.remove"):
        got = await b.command({"do": do, "message": m["id"], "emoji": frog,
                               "id": do})
        equal((got["ack"], "error" in got), (do, False), do)
    got = await b.command({"do": "read.move", "room": room, "seq": m["seq"],
                           "id": "r"})
    equal((got["ack"], "error" in got), ("r", False), "read.move")
    got = await a.command({"do": "message.delete", "message": m["id"],
                           "id": "d"})
    equal((got["ack"], "error" in got), ("d", False), "message.delete")
    events = await b.until(lambda e: e["kind"] == "message.deleted")
    equal([e["kind"] for e in events],
          ["message.posted", "message.edited", "reaction.added",
           "reaction.removed", "read.moved", "message.deleted"],
          "each was an event of the log, in order")
    got = await a.command({"do": "typing", "room": room, "on": True, "id": "t"})
    equal((got["ack"], "error" in got), ("t", False), "typing")
    event = await b.next()
    equal((event["kind"], event["room"], event["user"]["id"], "seq" in event),
          ("typing", room, ann.id, False),
          "typing reaches the other member, without a seq")
    await ann.post(room, "typed")
    await b.next()
    events = await twice.until(lambda e: e["kind"] == "message.posted" and
                               e["message"]["text"] == "typed")
    equal([e["kind"] for e in events].count("typing"), 1,
          "and once who has named the room twice")

    # Refusals are answers; the connection stays.
    e = await nj.listen("ws", eve)
    table = (
        ({"do": "message.post", "room": room, "text": "x"}, 404, "not_found",
         "a room that it is not in"),
        ({"do": "message.post", "room": "999999", "text": "x"}, 404,
         "not_found", "a room that is not there"),
        ({"do": "message.edit", "message": m["id"], "text": "x"}, 404,
         "not_found", "a message that it cannot see"),
        ({"do": "message.post", "text": "x"}, 422, "missing_field",
         "no room"),
        ({"do": "message.post", "room": room}, 422, "missing_field",
         "no text"),
        ({"do": "message.post", "room": {}, "text": "x"}, 422, "wrong_type",
         "a room of the wrong type"),
        ({"do": "message.post", "room": room, "text": 5}, 422, "wrong_type",
         "a text of the wrong type"),
        ({"do": "fly"}, 422, "bad_value", "an unknown command"),
        ({"do": 5}, 422, "wrong_type", "a command that is no text"),
        ({}, 422, "missing_field", "no command"),
    )
    for command, status, code, text in table:
        command = dict(command, id="x")
        who = a if status == 422 else e
        got = await who.command(command)
        equal((got["ack"], summary(got)), ("x", (status, code)),
              "refused: " + text)
    for raw, status, code, text in (
            ("{", 400, "bad_json", "no JSON"),
            ("", 400, "bad_json", "an empty frame"),
            ("[]", 422, "not_an_object", "an array"),
            ('"x"', 422, "not_an_object", "a text"),
            ('{"do":"typing","do":"typing"}', 400, "bad_json",
             "a key that comes twice"),
            ("[" * 5000 + "]" * 5000, 400, "bad_json", "very deep JSON")):
        e.writer.write(nj.frame(nj.OP_TEXT, raw))
        got = await e.ack()
        equal((got["ack"], summary(got)), (None, (status, code)),
              "refused: " + text)
    got = await e.command({"do": "message.post", "room": room, "text": "x",
                           "key": "k"})
    equal(got["ack"], "k", "a refusal names the key")

    # A thousand in one go: in order, each answered.
    n = 1000
    a.waiting.clear()
    b.waiting.clear()
    a.writer.write(b"".join(
        nj.frame(nj.OP_TEXT, json.dumps({"do": "message.post", "room": room,
                                         "text": str(i), "id": i}))
        for i in range(n)))
    acks = [await a.ack(30) for _ in range(n)]
    equal([x["ack"] for x in acks], list(range(n)),
          "%d frames in one go: each answered, in order" % n)
    ids = [int(x["message"]["id"]) for x in acks]
    ok(ids == sorted(set(ids)), "and carried out in that order")
    equal(nj.posted(await b.take(n, 30)), [str(i) for i in range(n)],
          "and seen by the other in that order")

    # A command may come in fragments, with a ping in between.
    text = json.dumps({"do": "message.post", "room": room, "text": "pieces",
                       "id": "f"})
    a.writer.write(nj.frame(nj.OP_TEXT, text[:10], fin=False) +
                   nj.frame(nj.OP_PING, "between") +
                   nj.frame(nj.OP_CONT, text[10:30], fin=False) +
                   nj.frame(nj.OP_CONT, text[30:]))
    got = await a.ack()
    equal(summary(got), ("message", "pieces"), "a command in three fragments")

    # Binary messages are not commands; what is too large is refused.
    e.writer.write(nj.frame(nj.OP_BINARY, "{}"))
    c = await e.until_closed()
    equal(c.code, 1003, "a binary message: close 1003")
    e = await nj.listen("ws", eve)
    e.writer.write(nj.frame(nj.OP_TEXT, "x" * 70000))
    c = await e.until_closed()
    equal(c.code, 1009, "a message over push.frame_max: close 1009")
    for s in (a, b, e):
        await s.close()


nj.main(scenario)
