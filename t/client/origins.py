"""origins - what a browser lets a page of another origin do here.

NJ_OTHER_URL is the same server by another name, which to a browser is another
origin: its page sends real preflights, and reads what it may.
"""

import json
import os

import nj
from browser import Browser

URL = os.environ["NJ_URL"]
OTHER = os.environ["NJ_OTHER_URL"]

# Fetch, and say what the page was let see.
FETCH = """(async () => {
    try {
        const a = await fetch(%s, %s);
        return [a.status, (await a.text()).slice(0, 60),
            a.headers.get('Location')];
    } catch (e) {
        return [e.name];
    }
})()"""


async def fetched(page, path, **options):
    return await page.run(FETCH % (json.dumps(URL + path),
                                   json.dumps(options)))


async def cookies(browser):
    """A login leaves a cookie, which stays on its site."""
    page = await browser.person()
    await page.open(URL + "/health")
    got = await fetched(page, "/users/register", method="POST",
                        headers={"Content-Type": "application/json"},
                        body=json.dumps({
                            "username": "carol", "email": "carol@example.org",
                            "password": "password-carol"}))
    nj.equal(got[0], 201, "a page of our own registers")
    got = await fetched(page, "/users/me")
    nj.equal(got[0], 200, "and is known by its cookie")
    nj.equal(await page.run("document.cookie"), "", "which no script can read")
    await page.open(OTHER + "/health")
    got = await fetched(page, "/users/me")
    nj.equal(got[0], 401, "a page of another site is not")
    # With a cookie, the answer would be for this origin, and be read.
    got = await fetched(page, "/users/me", credentials="include")
    nj.equal(got, ["TypeError"], "even if it asks for cookies to be sent")


async def scenario():
    tokens = await nj.Http().want(201, "POST", "/v1/users", {
        "username": "ann", "password": "password-ann"})
    bearer = {"Authorization": "Bearer " + tokens["access_token"]}
    asks = {**bearer, "Content-Type": "application/json"}
    async with Browser() as browser:
        page = await browser.person()
        await page.open(OTHER + "/health")
        nj.equal(await page.run("location.origin"), OTHER,
                 "a page of another origin")
        got = await fetched(page, "/v1/rooms", method="POST", headers=asks,
                            body='{"kind":"public","name":"pond"}')
        nj.equal([got[0], got[2]], [201, "/v1/rooms/1"],
                 "a POST of JSON, with a token, and its Location")
        got = await fetched(page, "/v1/me", method="PATCH", headers=asks,
                            body='{"display_name":"Ann"}')
        nj.equal(got[0], 200, "a PATCH")
        for path in ("/users/me", "/api/rooms", "/send-message", "/nowhere"):
            got = await fetched(page, path, method="PUT", headers=asks,
                                body="{}")
            nj.ok(got[0] in (200, 401, 403, 404, 405, 422),
                  "%s: what is said is read: %s" % (path, got))
        got = await fetched(page, "/v1/events?since=0&wait=0", headers=bearer)
        nj.equal(got[0], 200, "events")
        got = await fetched(page, "/v1/me")
        nj.equal(got[0], 401, "a refusal is read, too")
        got = await fetched(page, "/v1/rooms", method="POST", headers=asks,
                            body="x" * 300000)
        nj.equal(got[0], 413, "and one of nginx")
        # A browser does not send credentials to "*", nor let them be read.
        got = await fetched(page, "/v1/me", credentials="include",
                            headers=bearer)
        nj.equal(got, ["TypeError"], "an answer for everybody is not read "
                 "with credentials")
        socket = await page.run("""new Promise((done) => {
            const s = new WebSocket(%s, ['natterjack.v1', %s]);
            s.onmessage = (m) => done(JSON.parse(m.data).kind);
            s.onerror = () => done('error');
        })""" % (json.dumps(URL.replace("http", "ws") + "/v1/events"),
                 json.dumps("bearer." + tokens["access_token"])))
        nj.equal(socket, "hello", "a WebSocket")
        stream = await page.run("""(async () => {
            const a = await fetch(%s, { headers: { Accept:
                'text/event-stream', ...%s } });
            const part = await a.body.getReader().read();
            return new TextDecoder().decode(part.value).includes('data:');
        })()""" % (json.dumps(URL + "/v1/events?since=0"),
                   json.dumps(bearer)))
        nj.equal(stream, True, "an event stream")
        await cookies(browser)


nj.main(scenario)
