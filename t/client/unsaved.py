"""unsaved FAULTS - an event of Socket.IO that could not be saved has no ack.

FAULTS is the folder where a file is what is wrong with the disk.  Clients take an
ack for a proof, and do not say again what has one.
"""

import asyncio
import json
import os

import nj
import sio
from dialects import hex24, people
from nj import equal

FULL = "The server's disk is full."


async def say(io, room, text, ack):
    """The packets that answer it, up to those of an event that fails always."""
    await io.send(json.dumps(["chatroomMessage", {
        "chatroomId": room, "message": text}]), ack)
    await io.send(json.dumps(["chatroomMessage", {}]), "99")
    got = []
    while (p := await io.take()) != "4399[]":
        got.append(p)
    return got[:-1]


def complaint(text):
    return '42["error",{"message":"%s"}]' % text


async def saved(io, room, ack):
    """That there is space again may be found out a moment later."""
    while (got := await say(io, room, "two", ack)) == [complaint(FULL)]:
        await asyncio.sleep(0.05)
    return got


async def scenario(faults):
    ann, = await people("chatroom")
    full = os.path.join(faults, "full")
    for kind in sio.TRANSPORTS:
        room = (await ann.want(200, "POST", "/api/chatroom/", {
            "name": "Pond"}))["_id"]
        io = await sio.connect(ann.token, kind)
        await io.event()
        equal(await say(io, room, "one", "1"), ["431[]"],
              kind + ": what is saved has an ack")
        open(full, "w").close()
        try:
            while (got := await say(io, room, "lost", "2")) == ["432[]"]:
                pass		# there is a little space left
            equal(got, [complaint(FULL)], kind + ": what is not has none")
            equal(await say(io, hex24(9), "x", "3"),
                  [complaint("Chatroom not found"), "433[]"],
                  kind + ": what is wrong by itself has one")
        finally:
            os.unlink(full)
        equal(await saved(io, room, "4"), ["434[]"],
              kind + ": there is space again")
        await io.close()


nj.main(scenario)
