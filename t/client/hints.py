"""hints WORD - how long a message takes to its reader.

	lost	hints do not arrive: push finds out by itself (look_ms 300)
	sent	push looks once a minute only: the hint it is
"""

import time

import nj
from nj import equal, ok


async def scenario(word):
    ann, bob = await nj.register("ann"), await nj.register("bob")
    room = await ann.room("private", "r", bob)
    for transport in nj.TRANSPORTS:
        s = await nj.listen(transport, bob)
        slowest = 0
        for i in range(5):
            began = time.monotonic()
            await ann.post(room, "m%d" % i)
            equal(nj.posted([await s.next(20)]), ["m%d" % i],
                  "%s, hints %s: message %d arrives" % (transport, word, i))
            slowest = max(slowest, time.monotonic() - began)
        ok(slowest < nj.seconds(1), "%s, hints %s: the slowest took %.0f ms"
           % (transport, word, slowest * 1000))
        await s.close()


nj.main(scenario)
