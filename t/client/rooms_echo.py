"""rooms_echo TOKEN ROOM - with rooms.echo, a message comes back to its sender."""

import nj
import rooms
from nj import equal


async def scenario(token, room):
    s, _ = await rooms.come(room, token)
    for text in ("one", "two"):
        s.say({"type": "message", "content": text})
        got = await s.frame()
        equal((got["type"], got["message"], got["sender"]),
              ("message", text, "ann"), "the sender hears " + text)
    await s.close()


nj.main(scenario)
