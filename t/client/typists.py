"""typists ROOM TOKEN TOKEN - the second is told that the first is typing."""

import asyncio

import nj
from nj import equal


class Token:
    def __init__(self, token):
        self.token = token


async def scenario(room, anns, bobs):
    ann, bob = nj.Http(anns), Token(bobs)
    for transport in nj.TRANSPORTS:
        b = await nj.listen(transport, bob)
        a = await nj.listen("ws", Token(anns))
        for on in (True, False):
            # A long-poll that is not waiting at the moment misses it, which
            # is allowed: say it until it is seen.
            task = asyncio.create_task(b.next(10))
            while not task.done():
                await ann.want(204, "POST", "/v1/rooms/%s/typing" % room,
                               {"on": on})
                await asyncio.wait([task], timeout=0.2)
            event = task.result()
            equal((event["kind"], event["room"], event["on"],
                   event["user"]["username"], "seq" in event),
                  ("typing", room, on, "ann", False),
                  "%s: typing %s" % (transport, on))
            b.waiting.clear()
        await ann.want(201, "POST", "/v1/rooms/%s/messages" % room,
                           {"text": "done"})
        got = await a.until(lambda e: e["kind"] == "message.posted")
        equal([e["kind"] for e in got], ["message.posted"],
              "%s: who types is not told of itself" % transport)
        await a.close()
        await b.close()


nj.main(scenario)
