"""slow TRANSPORT - a reader that stops reading harms only itself, and not much.

It is closed when it is too far behind, the others notice nothing, and from its
cursor it gets all that it missed.
"""

import nj
from nj import equal, ok

N = 150
BIG = "x" * 12000		# N of them are more than any socket's buffers


async def scenario(transport):
    ann, bob, eve = [await nj.register(n) for n in ("ann", "bob", "eve")]
    room = await ann.room("private", "r", bob, eve)
    slow = await nj.listen(transport, bob)
    others = [await nj.listen(t, eve) for t in nj.TRANSPORTS]
    start = slow.cursor

    slow.stall()
    told, prompt = [], 0
    for i in range(N):
        told.append(int((await ann.post(room, BIG + str(i)))["seq"]))
        for s in others:
            prompt += int((await s.next(5))["seq"]) == told[-1]
    equal(prompt, N * len(others), "%s stalled: the other readers get every "
          "message before the next is posted" % transport)

    # What had been sent before can still be read, then comes the end.
    slow.unstall()
    before = []
    try:
        while len(before) < N:
            before.append(await slow.next(10))
        closed = None
    except nj.Closed as c:
        closed = c
    ok(closed is not None, "%s stalled: it is closed, not served for ever"
       % transport)
    if transport == "ws":
        equal((closed.code, closed.reason), (4408, "resume from your cursor"),
              "ws stalled: the close code says what to do")
    equal(nj.seqs(before), told[:len(before)],
          "%s stalled: what came before the end has no gap" % transport)
    ok(len(before) < N, "%s stalled: %d of %d came before the end"
       % (transport, len(before), N))
    await slow.close()

    back = await nj.listen(transport, bob, slow.cursor)
    got = await back.take(N - len(before), 30)
    equal(nj.seqs(before + got), told,
          "%s back from its cursor: nothing is lost, nothing twice" % transport)
    ok(start < told[0], "%s: the cursor was older than all" % transport)
    for s in others + [back]:
        await s.close()


nj.main(scenario)
