"""files - posted over a WebSocket, and seen by the others there."""

import nj
from nj import equal


async def scenario():
    ann, bob = [await nj.register(n) for n in ("ws-ann", "ws-bob")]
    room = await ann.room("private", "r", bob)
    a = await nj.listen("ws", ann)
    b = await nj.listen("ws", bob)
    up = await ann.http.request("POST", "/v1/files?name=a.json", {"a": 1})
    equal((up.status, up.json["type"]), (201, "application/json"), "a file")
    got = await a.command({"do": "message.post", "room": room,
                           "files": [up.json["id"]], "id": 1})
    equal(got["message"]["files"], [up.json], "is posted by a frame")
    event = await b.next()
    equal((event["kind"], event["message"]["files"]),
          ("message.posted", [up.json]), "and seen in one")
    got = await a.command({"do": "message.post", "room": room, "text": "x",
                           "files": [up.json["id"]], "id": 2})
    equal((got["error"]["code"], got["error"]["field"]), ("bad_value", "files"),
          "once")
    await a.command({"do": "message.delete", "message": event["message"]["id"],
                     "id": 3})
    event = await b.next()
    equal((event["kind"], event["message"]["files"]), ("message.deleted", []),
          "until its message is deleted")
    for s in (a, b):
        await s.close()


nj.main(scenario)
