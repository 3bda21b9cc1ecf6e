"""cutoff END - however a session ends, it ends everywhere within a second.

END is logout, password, deletion or expiry.  A person of each dialect waits on
every transport there is by one and the same session: none of them may stay, no
request is taken any more, and nobody comes in again.
"""

import asyncio
import os
import sqlite3
import time

import websockets

import dialects
import nj
import sio
from nj import equal, ok

ROOT = os.path.dirname(os.path.dirname(nj.SOCK))
# The sockets that can be reached by a token of any dialect, and who may say
# why it closes, by which code.
SOCKETS = {"chatapp": 1008, "realtime": 1008, "rooms": 1008}
RUNS_OUT_S = 0.3


async def logout(p):
    if p.dialect == "rooms":
        await p.want(200, "POST", "/api/auth/logout")
    else:
        await p.want(204, "DELETE", "/v1/sessions/current")


async def password(p):
    """By another session, which stays."""
    other = (await p.login()).json[p.row["token"]]
    await nj.Http(other).want(204, "PUT", "/v1/me/password", {
        "old_password": dialects.PASSWORD, "new_password": "another one"})
    await nj.Http(other).want(200, "GET", "/v1/me")


async def deletion(p):
    await p.want(204, "DELETE", "/v1/me", {"password": dialects.PASSWORD})


async def expiry(p):
    """Nobody ends it: it runs out."""
    at = int((time.time() + RUNS_OUT_S) * 1000)
    with sqlite3.connect(ROOT + "/data/natterjack.db", timeout=10) as db:
        n = db.execute("UPDATE session SET expires_at = ? WHERE user_id = ?",
                       (at, p.id)).rowcount
    db.close()
    if n == 0:
        raise AssertionError("%s has no session" % p.name)


ENDS = {"logout": logout, "password": password, "deletion": deletion,
        "expiry": expiry}


async def closed(ws):
    """The code by which a socket of a dialect is closed."""
    try:
        while True:
            await asyncio.wait_for(ws.recv(), nj.seconds(10))
    except websockets.ConnectionClosed:
        return ws.close_code


async def left(socket):
    """A Socket.IO client that is told to go, in whatever way."""
    try:
        while True:
            await socket.event()
    except (sio.Refused, nj.Closed, websockets.ConnectionClosed,
            asyncio.IncompleteReadError):
        return True


async def timed(coroutine, began):
    got = await coroutine
    return got, time.monotonic() - began


async def run(dialect, end):
    p = await dialects.person(dialect)
    account = nj.Account({"user": {"id": p.id, "username": p.name},
                          "access_token": p.token, "session_id": "0"})
    room = await account.room("public", "r-" + p.name)
    # Everything stands before it begins to fall.
    listeners = {t: await nj.listen(t, account) for t in nj.TRANSPORTS}
    sockets = {d: await p.come(d, room) for d in SOCKETS}
    waiting = {t: s.until_closed() for t, s in listeners.items()}
    waiting.update({d: closed(ws) for d, ws in sockets.items()})
    waiting.update({"Socket.IO, " + kind: left(await sio.connect(
        p.token, kind)) for kind in sio.TRANSPORTS})
    began = time.monotonic() + (RUNS_OUT_S if end == "expiry" else 0)
    tasks = {k: asyncio.ensure_future(timed(w, began))
             for k, w in waiting.items()}
    await asyncio.sleep(0)
    await ENDS[end](p)

    a = await p.http.request("GET", "/v1/me")
    while end == "expiry" and a.status == 200:
        a = await p.http.request("GET", "/v1/me")
    ok(time.monotonic() - began < nj.seconds(1) and a.status == 401,
       "%s, %s: requests are refused within a second" % (dialect, end))
    for name, task in tasks.items():
        got, took = await asyncio.wait_for(task, nj.seconds(10))
        what = "%s, %s: %s" % (dialect, end, name)
        ok(took < nj.seconds(1), "%s is cut off within a second (%.0f ms)"
           % (what, took * 1000))
        if name.startswith("Socket.IO"):
            ok(await sio.refusal(p.token) is not None,
               what + ": and does not come again")
        elif name in SOCKETS:
            equal(got, SOCKETS[name], what + ": by its code")
            equal(await dialects.refusal(dialects.fill(
                dialects.TABLE[name]["socket"], **p.words(room=room)),
                p.token), 403, what + ": and does not come again")
        elif name == "ws":
            equal((got.code, got.reason), (4401, "session ended"),
                  what + ": and says why")
        elif name == "poll":
            equal((got.status, got.reason), (401, "session_ended"),
                  what + ": and says why")
    path, words, _ = p.row["wrong"]
    a = await p.http.request("GET", dialects.fill(path, room=room))
    # An account that has been deleted is not found in realtime's words.
    ok(a.status == 401 or (a.status, end) == (404, "deletion"),
       "%s, %s: its own requests, too" % (dialect, end))
    for s in listeners.values():
        await s.close()


async def scenario(end):
    for dialect in dialects.TABLE:
        await run(dialect, end)


nj.main(scenario)
