"""notice DATABASE - who has joined a room a moment ago comes back to it.

That somebody is a member gets to push with the log, which may be later than the
event by which that one joins the room.  Here it does not get there at all: the
member is put into DATABASE.
"""

import asyncio
import json
import sqlite3

import nj
import sio
from dialects import hex24, people
from nj import equal


def make_member(database, room, owner, who):
    db = sqlite3.connect(database, timeout=nj.seconds(10))
    db.execute("INSERT INTO member (room_id, user_id, role, joined_seq, "
               "joined_at, read_seq) SELECT room_id, ?, role, joined_seq, "
               "joined_at, read_seq FROM member WHERE room_id = ? AND "
               "user_id = ?", (who.id, room, owner.id))
    db.commit()
    db.close()


async def scenario(database):
    ann, bob = await people("v1", "chatroom")
    for kind in sio.TRANSPORTS:
        room = (await ann.want(201, "POST", "/v1/rooms", {
            "kind": "private", "name": "pond"}))["id"]
        io = await sio.connect(bob.token, kind, recovery=True)
        await io.event()
        make_member(database, room, ann, bob)
        await io.send(json.dumps(["joinRoom", {"chatroomId": hex24(room)}]))
        equal((await io.event())[0], "notification", kind + ": joined")
        equal((io.offset or "").split(".")[1:], [room],
              kind + ": the offset of the notice tells the room")
        await io.drop()
        await ann.want(201, "POST", "/v1/rooms/%s/messages" % room,
                       {"text": "meanwhile"})
        again = await sio.connect(bob.token, kind, recovery=True, pid=io.pid,
                                  offset=io.offset)
        equal(again.pid, io.pid, kind + ": recovered")
        heard = set()
        while "meanwhile" not in heard:
            try:
                _, got = await asyncio.wait_for(again.event(), nj.seconds(5))
            except asyncio.TimeoutError:
                break
            heard.add(got.get("message"))
        equal("meanwhile" in heard, True, kind + ": and in the room")
        await again.close()


nj.main(scenario)
