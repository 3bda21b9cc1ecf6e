"""scenario DIALECT - from an account to a history, in the words of a dialect.

The table of dialects.py says what is said where; what happens is the same.
"""

import dialects
from dialects import TABLE, fill, hear_until, person, say
from nj import equal, ok
import nj
import sio

TEXT = "Gr\u00fc\u00dfe \U0001f438 \"to\" all\n"
STAMP = "2026-01-31T12:00:00.000Z"


async def accounts(dialect, ann):
    row = TABLE[dialect]
    answer = await ann.login("wrong")
    ok(answer.status in (400, 401), "a wrong password is refused")
    answer = await ann.login()
    ok(answer.json[row["token"]].count(".") == 2, "the right one has a token")
    path, status = row["register"]
    answer = await nj.Http().request("POST", path, {
        "username": ann.name, "email": ann.email, "password": "another horse"})
    ok(answer.status in (400, 409), "a name is given once")


async def make_room(dialect, ann, bob):
    """What the room is called from now on."""
    if isinstance(TABLE[dialect]["room"], str):
        return TABLE[dialect]["room"]
    path, body, key = TABLE[dialect]["room"]
    answer = await ann.http.request("POST", path, fill(
        body, **ann.words(peer=bob.name)))
    ok(answer.status in (200, 201), "a room")
    return str(answer.json[key])


async def sockets(dialect, who, room):
    """One for each; none where the dialect has none."""
    if TABLE[dialect]["socket"] is None and dialect != "chatroom":
        return [None] * len(who)
    return [await w.come(dialect, room) for w in who]


async def send(row, ann, ws, words):
    """By request if there is one, and by the socket if there is one."""
    sent = []
    if row["send"] is not None:
        path, body, status = row["send"]
        text = "by request: " + TEXT
        await ann.want(status, "POST", fill(path, **words),
                       fill(body, text=text, **words))
        sent.append(text)
    if ws is not None:
        text = "by socket: " + TEXT
        await say(ws, fill(row["frame"], text=text, stamp=STAMP, **words))
        sent.append(text)
    return sent


def text_of(row, frame):
    """Of a message's frame; None of most others."""
    if isinstance(frame.get("message"), dict):
        frame = frame["message"]
    return frame.get(row["text"])


async def history(row, who, words):
    path, inner, text = row["history"]
    got = await who.want(200, "GET", fill(path, **words))
    return [m[text] for m in (got[inner] if inner else got)]


async def wrong(dialect, room):
    row = TABLE[dialect]
    path, detail, without = row["wrong"]
    path = fill(path, room=room)
    answer = await nj.Http().request("GET", path)
    equal(answer.status, without, "without a token")
    for token in ("x", "x.y.z"):
        answer = await nj.Http(token).request("GET", path)
        equal((answer.status, answer.json.get("detail") if detail else None),
              (401, detail), "with the token " + token)
    if dialect == "chatroom":
        for token in ("x", "x.y.z"):
            equal(await sio.refusal(token), detail,
                  "nor does it open a socket")
    if row["socket"] is not None:
        path = fill(row["socket"], room=room, token="x.y.z",
                    user=dialects.uuid(1))
        want = 401 if dialect == "v1" else 403
        equal(await dialects.refusal(path, "x.y.z"), want,
              "nor does it open a socket")


async def scenario(dialect):
    row = TABLE[dialect]
    ann, bob = await person(dialect, "ann"), await person(dialect, "bob")
    await accounts(dialect, ann)
    room = await make_room(dialect, ann, bob)
    words = ann.words(room=room)
    a, b = await sockets(dialect, (ann, bob), room)
    sent = await send(row, ann, a, words)
    ok(sent, "something can be sent")
    for text in sent if b is not None else []:
        got = await hear_until(b, lambda f: text_of(row, f) in sent)
        equal(text_of(row, got), text, "it is received")
    # Some have the newest first.
    got = await history(row, bob, bob.words(room=room))
    equal(sorted(got), sorted(sent), "and is in the history")
    await wrong(dialect, room)
    for ws in (a, b):
        if ws is not None:
            await ws.close()


nj.main(scenario)
