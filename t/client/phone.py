"""phone - /test on a phone's width, with the keyboard only, and a long history.

What is typed into names is typed to do harm; it must stay text.
"""

import asyncio
import json
import os
import time

import nj
from browser import Browser, says, text

URL = os.environ["NJ_URL"]
EVIL = '"><img src=x onerror=alert(1)>'
OLD = 120			# messages there are before anybody looks

# Whether anything reaches over the right edge of the window.
FITS = ("document.documentElement.scrollWidth <= innerWidth && "
        "document.querySelector('#scroll').scrollWidth <= "
        "document.querySelector('#scroll').clientWidth")

# What a screen reader could not name.
NAMELESS = """[...document.querySelectorAll('button, a[href], input, textarea')]
    .filter((e) => e.checkVisibility() && !(e.getAttribute('aria-label') ||
        e.textContent.trim() || [...(e.labels ?? [])].some((l) =>
            l.textContent.trim())))
    .map((e) => e.outerHTML)"""


async def past():
    """ann, and a room in which much has been said already."""
    tokens = await nj.Http().want(201, "POST", "/v1/users", {
        "username": "ann", "password": "password-ann"})
    ann = nj.Account(tokens)
    room = await ann.room("public", "old pond " + EVIL)
    for i in range(OLD):
        await ann.post(room, "number %d" % i)
    return ann, room, tokens


async def keep(page, tokens):
    """Log in the way that a page of before has left it."""
    await page.open(URL + "/test/icon.svg")
    await page.run("localStorage.setItem('natterjack.session', JSON.stringify("
                   "{ ...%s, expires_at: Date.now() + 800000 }))"
                   % json.dumps(tokens))
    await page.open(URL + "/test")


async def panes(page):
    shown = ("[...document.querySelectorAll('.rooms, .room')].filter((e) => "
             "e.checkVisibility()).map((e) => e.className).join()")
    await page.until(says("#rooms", "old pond"), "the rooms are there")
    nj.equal(await page.run(shown), "rooms", "and nothing beside them")
    nj.ok(await page.run(FITS), "nothing reaches over the edge")
    await page.until("document.querySelector('#link').checkVisibility() && " +
                     says("#link-text", "Connected"),
                     "here, too, the connection is shown")
    await page.shot("phone-rooms")
    await page.click("#rooms a")
    await page.until(says("#messages", "number %d" % (OLD - 1)),
                     "a room opens")
    nj.equal(await page.run(shown), "room", "and the rooms make way")
    nj.equal(await page.run(text("#room-title")), "old pond " + EVIL,
             "a name stays text")
    nj.ok(await page.run(FITS), "nothing reaches over the edge here either")
    nj.ok(await page.run(
        "document.querySelector('#compose').getBoundingClientRect().bottom <= "
        "innerHeight"), "there is where to write")
    nj.equal(await page.run(NAMELESS), [], "everything has a name")
    await page.shot("phone-room")
    await page.click("#back")
    await page.until(shown + " === 'rooms'", "there is a way back")
    await page.run("history.back()")
    await page.until(shown + " === 'room'", "which the browser knows, too")


async def history(page):
    count = "document.querySelectorAll('#messages .message').length"
    await page.until(count + " >= 50", "the newest page is there")
    # A phone's finger: the scroller, a little at a time.
    end = time.monotonic() + nj.seconds(30)
    while (time.monotonic() < end and
           not await page.run(says("#older", "begins"))):
        await page.run("document.querySelector('#scroll').scrollBy(0, -300)")
        await asyncio.sleep(0.01)
    await page.until(says("#older", "begins"), "scrolling up leads to the "
                     "beginning")
    nj.equal(await page.run(count), OLD, "with every message")
    nj.equal(await page.run("[...document.querySelectorAll('#messages .text')]"
                            ".every((e, i) => e.textContent === 'number ' + i)"),
             True, "in their order")


async def keyboard(page, ann, room):
    await page.run("document.querySelector('#messages [tabindex=\"0\"]')"
                   ".focus()")
    focused = ("document.activeElement.querySelector('.text')?.textContent "
               "?? document.activeElement.ariaLabel")
    await page.until(focused + " === 'number %d'" % (OLD - 1),
                     "Tab stops at the newest message")
    await page.key("ArrowUp")
    await page.until(focused + " === 'number %d'" % (OLD - 2),
                     "arrows go on from it")
    await page.key("Tab")
    await page.until(focused + " === 'React'", "Tab goes to what can be done")
    await page.key("Enter")
    await page.until(focused + " === 'React with 👍'", "Enter does it")
    await page.key("Enter")
    await page.until("document.querySelector('.reactions') !== null && " +
                     says(".reactions", "👍 1"), "a reaction without a mouse")
    await page.until("document.activeElement.closest('.message') !== null",
                     "the focus stays with the message")
    # Somebody else writes: it is said to who does not see.
    bob = await nj.register("bob")
    await bob.want(200, "POST", "/v1/rooms/%s/join" % room)
    await bob.post(room, "quack " + EVIL)
    await page.until(says("#said", "quack"), "news are said aloud")
    await page.until(says("#messages", "quack"), "and shown")
    nj.equal(await page.run("document.images.length"),
             await page.run("document.querySelectorAll("
                            "'img[src=\"/test/icon.svg\"]').length"),
             "no image but our own")


async def names(page, room):
    """A name without an end is no reason to lose what stands beside it."""
    wide = await nj.register("w" * 50)
    await wide.want(200, "POST", "/v1/rooms/%s/join" % room)
    await wide.post(room, "a word " + "x" * 500)
    await page.until(says("#messages", "a word"), "somebody with a long name "
                     "writes a long word")
    await wide.want(204, "POST", "/v1/rooms/%s/typing" % room, {"on": True})
    await page.until(says("#typing", "is typing"), "and more")
    nj.equal(await page.run(
        "[...document.querySelectorAll('#typing, .head, .text')].filter((e) =>"
        " e.scrollWidth > e.clientWidth).map((e) => e.className)"), [],
        "no line is too long")
    nj.ok(await page.run(FITS), "nothing reaches over the edge")
    await page.shot("phone-names")


# The left edges of words, or parts of them.
LEFTS = """(() => {
    const walk = document.createTreeWalker(document.querySelector(%s), 4);
    const at = {};
    for (let n = walk.nextNode(); n; n = walk.nextNode())
        for (const word of ["first", "then", "ty", "ping"]) {
            const i = n.data.indexOf(word);
            if (i < 0) continue;
            const r = document.createRange();
            r.setStart(n, i); r.setEnd(n, i + word.length);
            at[word] = r.getBoundingClientRect().left;
        }
    return at;
})()"""


async def directions(page, room):
    """Hebrew is read from the right, and a name turns only itself around."""
    turned = await nj.register("\u202efirst")
    await turned.want(200, "POST", "/v1/rooms/%s/join" % room)
    await turned.post(room, "\u05e9\u05dc\u05d5\u05dd first \u05e2\u05d5\u05dc\u05dd then")
    last = "#messages .message:last-child .text"
    await page.until(says(last, "then"), "somebody writes Hebrew")
    at = await page.run(LEFTS % json.dumps(last))
    nj.ok(at["then"] < at["first"], "which begins at the right")
    await turned.want(204, "POST", "/v1/rooms/%s/typing" % room, {"on": True})
    await page.until(says("#typing", "first"), "a name that turns around")
    at = await page.run(LEFTS % '"#typing"')
    nj.ok(at["ty"] < at["ping"], "turns nothing else around")


async def refused(page, room):
    """Rooms without a name, and names that no room can have."""
    bare = await nj.register("bare")
    await bare.want(201, "POST", "/v1/rooms", {"kind": "public"})
    await page.click("#back")
    await page.until("document.querySelector('#find-open').checkVisibility()",
                     "back at the rooms")
    await page.click("#find-open")
    await page.until(says("#public", "A room without a name"),
                     "a room without a name is called so")
    await page.fill("#make-name", "quack\u0007")
    await page.click("#make button")
    await page.until(says("#find-error", "This name cannot be used") +
                     " && document.querySelector('#find-error')"
                     ".checkVisibility()", "why a room is not made is seen")
    await page.click("#find [data-close]")


async def nowhere(page):
    await page.run("location.hash = '#/room/999999'")
    await page.until(says("#link-text", "cannot be opened") +
                     " && location.hash === '#/'", "an address that leads "
                     "nowhere says so, and leads to the rooms")


async def scenario():
    ann, room, tokens = await past()
    async with Browser() as browser:
        page = await browser.person(width=390, height=760, phone=True)
        await keep(page, tokens)
        await panes(page)
        await history(page)
        await keyboard(page, ann, room)
        await names(page, room)
        await directions(page, room)
        await refused(page, room)
        page.faults = [f for f in page.faults
                       if "favicon" not in f and "422" not in f]
        nj.equal(page.faults, [], "no complaint in the console")
        await nowhere(page)


nj.main(scenario)
