"""large TRANSPORT - single events that are larger than push.out_max.

The instance has push.out_max 4k.
"""

import nj
from nj import equal

# As JSON it is six times as long.
BIG = "\u0001" * 16000
N = 12


async def scenario(transport):
    ann, bob = await nj.register("ann"), await nj.register("bob")
    room = await ann.room("private", "r", bob)
    start = await nj.head_seq(bob)
    told = [int((await ann.post(room, BIG))["seq"]) for _ in range(N)]
    b = await nj.listen(transport, bob, start)
    equal(nj.seqs(await b.take(N)), told,
          "%s: from an old cursor, one after the other" % transport)
    for _ in range(3):
        m = await ann.post(room, BIG)
        got = await b.next()
        equal((int(got["seq"]), got["message"]["text"]),
              (int(m["seq"]), BIG), "%s: and live" % transport)
    await b.close()


nj.main(scenario)
