"""rooms_readme TOKEN TOKEN - what the description's client does on a socket:
it connects, sends its frames as bytes, and decodes what has all the keys of a
message of its own."""

import nj
import rooms
from nj import equal, ok

MESSAGE = {"type": str, "room_id": int, "sender": str, "message": str,
           "timestamp": str}


def decode(frame):
    """A message as the client knows it, or None."""
    for key, kind in MESSAGE.items():
        if not isinstance(frame.get(key), kind):
            return None
    return tuple(frame[k] for k in MESSAGE)[:4]


async def scenario(mine, theirs):
    a, welcome = await rooms.come("1", mine)
    ok(decode(welcome) is None, "the welcome is no message to it")
    b = await rooms.enter("1", theirs)
    equal(decode(await a.frame()),
          ("user_joined", 1, "user1", "user1 joined the chat"), "who comes")
    await b.frame()
    a.say(b'{\n  "type": "message",\n  "content": "Hello, world!"\n}\n',
          nj.OP_BINARY)
    equal(decode(await b.frame()),
          ("message", 1, "testuser", "Hello, world!"), "a message")
    a.say(b'{\n  "type": "typing"\n}\n', nj.OP_BINARY)
    equal(decode(await b.frame()),
          ("typing", 1, "testuser", "testuser is typing..."), "typing")
    await a.close()
    await b.close()


nj.main(scenario)
