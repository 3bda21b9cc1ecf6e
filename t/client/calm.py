"""calm - one who behaves, while others do not.

Posts a message ten times a second, each on a connection of its own, and follows
the room over a WebSocket.  Driven by lines on stdin, each answered by one:

	ready	when everything is there
	look	what has been since the last look: messages sent, requests that
		failed, p50 and p99 of a send, p99 until it is heard (ms)
	end	stops; says how many messages were sent and never heard
"""

import asyncio
import sys
import time

import nj


def share(values, part):
    """In milliseconds."""
    values = sorted(values)
    return values[int(len(values) * part)] * 1000 if values else 0.0


class Calm:
    def __init__(self):
        self.sent_at = {}		# text to when; until it is heard
        self.unheard = set()		# acknowledged
        self.forget()

    def forget(self):
        self.sends, self.hears, self.failed = [], [], 0

    def look(self):
        line = "%d %d %.0f %.0f %.0f" % (
            len(self.sends), self.failed, share(self.sends, 0.5),
            share(self.sends, 0.99), share(self.hears, 0.99))
        self.forget()
        return line

    async def send(self, account, room, text):
        http = nj.Http(account.token)
        try:
            a = await asyncio.wait_for(http.request(
                "POST", "/v1/rooms/%s/messages" % room,
                {"text": text, "key": text}), nj.seconds(20))
        except (OSError, EOFError, asyncio.TimeoutError):
            return False
        finally:
            http.close()
        return a.status in (200, 201)

    async def write(self, account, room):
        n = 0
        while True:
            n += 1
            text = "calm-%d" % n
            begun = self.sent_at[text] = time.monotonic()
            if await self.send(account, room, text):
                self.sends.append(time.monotonic() - begun)
                if text in self.sent_at:
                    self.unheard.add(text)
            else:
                self.failed += 1
            await asyncio.sleep(0.1)

    async def read(self, listener):
        while True:
            event = await listener.next(3600)
            text = event.get("message", {}).get("text")
            if text in self.sent_at:
                self.hears.append(time.monotonic() - self.sent_at.pop(text))
                self.unheard.discard(text)


async def scenario():
    calm = Calm()
    account = await nj.register("calm")
    room = await account.room("private", "quiet")
    # Messages that are sent before it listens would not be heard.
    listener = await nj.listen("ws", account)
    tasks = [asyncio.create_task(calm.read(listener)),
             asyncio.create_task(calm.write(account, room))]
    loop = asyncio.get_running_loop()
    while True:
        line = (await loop.run_in_executor(None, sys.stdin.readline)).strip()
        for task in tasks:
            if task.done():
                task.result()
        if line == "ready":
            print("ready", flush=True)
        elif line == "look":
            print(calm.look(), flush=True)
        else:
            break
    tasks[1].cancel()
    for _ in range(100):
        if not calm.unheard:
            break
        await asyncio.sleep(0.1)
    print(len(calm.unheard), *sorted(calm.unheard),
          tasks[0].exception() if tasks[0].done() else "", flush=True)


if __name__ == "__main__":
    asyncio.run(scenario())
