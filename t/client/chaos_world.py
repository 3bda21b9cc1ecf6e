"""chaos_world - what all clients of the chaos know of, and how they fail.

A client may be cut off at any time, and may be told by a 502, 503 or 504 to come
again: it counts that and does so.  Anything else that it is told is a fault.
"""

import asyncio

import websockets

import nj

LOST = (OSError, EOFError, asyncio.TimeoutError, websockets.WebSocketException,
        nj.Closed)
WAIT = 12		# a little longer than what is stopped stays so
FAIR = (502, 503, 504)


class Unfair(Exception):
    """What a client need not put up with."""


class World:
    def __init__(self):
        self.sent = {}			# as in a record, see judge.py
        self.faults = []
        self.failures = 0
        self.is_stopping = False	# nothing new is to be sent
        self.is_over = False		# the last message is there

    async def failed(self):
        self.failures += 1
        await asyncio.sleep(0.05)

    def fault(self, *what):
        self.faults.append(" ".join(str(w) for w in what)[:300])

    def judge(self, who, status, body):
        # A session of Socket.IO is gone with push.
        if status not in FAIR and (status, body[:16]) != (
                400, b'"Invalid session'):
            self.fault(who, "was told", status, body)

    def judge_lost(self, who, e):
        """Of LOST, which may be an answer."""
        if isinstance(e, nj.Closed) and e.status is not None:
            self.judge(who, e.status, e.reason)
        elif isinstance(e, websockets.InvalidStatusCode):
            self.judge(who, e.status_code, "at the handshake")

    def sends(self, text, is_keyed=False):
        return self.sent.setdefault(text, {"keyed": is_keyed, "acks": []})


async def within(what):
    return await asyncio.wait_for(what, nj.seconds(WAIT))
