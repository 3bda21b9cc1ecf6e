"""revoke TRANSPORT - a session that ends takes its connections with it."""

import time

import nj
from nj import equal, ok


async def cut_off(transport, listener, what):
    """The listener ends within a second, and says why."""
    began = time.monotonic()
    c = await listener.until_closed(10)
    took = time.monotonic() - began
    ok(took < nj.seconds(1), "%s, %s: cut off within a second (%.0f ms)"
       % (transport, what, took * 1000))
    if transport == "ws":
        equal((c.code, c.reason), (4401, "session ended"),
              "%s, %s: the close code says why" % (transport, what))
    elif transport == "poll":
        equal((c.status, c.reason), (401, "session_ended"),
              "%s, %s: the answer says why" % (transport, what))
    await listener.close()
    try:
        await nj.listen(transport, listener, listener.cursor)
        ok(False, "%s, %s: it cannot come again" % (transport, what))
    except nj.Closed as c:
        equal((c.status, c.reason), (401, "session_ended"),
              "%s, %s: it cannot come again" % (transport, what))


async def scenario(transport):
    ann = await nj.register("ann")
    room = await ann.room("private", "r")
    phone, tablet = await ann.login(), await ann.login()
    stays = await nj.listen(transport, ann)

    s = await nj.listen(transport, phone)
    await ann.want(204, "DELETE", "/v1/sessions/" + phone.session)
    await cut_off(transport, s, "ended by another session")

    s = await nj.listen(transport, tablet)
    await tablet.want(204, "DELETE", "/v1/sessions/current")
    await cut_off(transport, s, "logged out")

    # A refresh token that comes a second time is stolen goods.
    tokens = await nj.Http().want(201, "POST", "/v1/sessions", {
        "username": ann.name, "password": "password-" + ann.name})
    thief = nj.Account(tokens)
    s = await nj.listen(transport, thief)
    spend = {"refresh_token": tokens["refresh_token"]}
    await nj.Http().want(200, "POST", "/v1/sessions/refresh", spend)
    await nj.Http().want(401, "POST", "/v1/sessions/refresh", spend)
    await cut_off(transport, s, "its refresh token was used twice")

    # The session it all began from has noticed nothing.
    await ann.post(room, "still here")
    got = await stays.until(lambda e: e["kind"] == "message.posted")
    equal(nj.posted(got), ["still here"],
          "%s: the other session goes on" % transport)
    ok(all(e["kind"] != "session.ended" for e in got),
       "%s: and is not bothered with it" % transport)
    await stays.close()

    # The account goes.
    s = await nj.listen(transport, ann)
    a = await ann.http.request("DELETE", "/v1/me",
                               {"password": "password-" + ann.name})
    equal(a.status, 204, "%s: the account is deleted" % transport)
    await cut_off(transport, s, "its account was deleted")


nj.main(scenario)
