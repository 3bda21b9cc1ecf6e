"""good - one who behaves, to be held beside those who do not."""

import asyncio
import statistics
import time

import nj
from nj import ok


class Good:
    """Posts ten times a second, and hears it on a WebSocket."""

    async def open(self):
        self.who = await nj.register("good")
        self.room = await self.who.room("private", "good")
        self.ws = await nj.listen("ws", self.who)
        self.ms = []
        self.task = asyncio.create_task(self.run())
        return self

    async def run(self):
        n = 0
        while True:
            n += 1
            began = time.monotonic()
            await self.who.post(self.room, "good %d" % n)
            await self.ws.until(lambda e: e.get("message", {}).get(
                "text") == "good %d" % n)
            self.ms.append((time.monotonic() - began) * 1000)
            await asyncio.sleep(0.1)

    async def served(self, what, times=3):
        """So many more of its messages are heard."""
        self.ms = []
        while len(self.ms) < times and not self.task.done():
            await asyncio.sleep(0.02)
        ok(not self.task.done(), "%s: the well-behaved is served: %s" % (
            what, self.figures()))

    def figures(self):
        """p50 and p99 in ms since the last call."""
        ms, self.ms = sorted(self.ms), []
        if not ms:
            return "none was sent"
        return "%d sends to the own ear, p50 %.1f ms, p99 %.1f ms" % (
            len(ms), statistics.median(ms), ms[int(len(ms) * 0.99)])

    async def close(self):
        await self.served("in the end")
        self.task.cancel()
        await self.ws.close()
