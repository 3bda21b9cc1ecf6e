"""chat - two people talk to each other on /test, each in a browser."""

import asyncio
import json
import os
import struct
import zlib

import nj
from browser import Browser, ask, says, text

URL = os.environ["NJ_URL"]
LAST = "#messages .message:last-child"
LIVE = "document.querySelector('#link').dataset.state === 'open'"


async def enter(page, name, button):
    await page.open(URL + "/test")
    await page.until("document.querySelector('#enter-form') !== null && "
                     "!document.querySelector('#enter').hidden",
                     "%s sees where to log in" % name)
    await page.shot("enter-" + name)
    if button == "register":
        await page.fill("#enter-name", name)
        await page.fill("#enter-password", "short")
        await page.click("button[value=register]")
        await page.until(says("#enter-error", "This password is too short"),
                         "%s is told what is wrong with a password" % name)
        page.faults = [f for f in page.faults if "422" not in f]
    await page.fill("#enter-name", name)
    await page.fill("#enter-password", "password-" + name)
    await page.click("button[value=%s]" % button)
    await page.until(LIVE, "%s is connected" % name)


async def send(page, words):
    await page.fill("#text", words)
    await page.key("Enter")


async def meet(ann, bob):
    await enter(ann, "ann", "register")
    await enter(bob, "bob", "register")
    await ann.click("#find-open")
    await ann.fill("#make-name", "pond")
    await ann.click("#make button")
    await ann.until(says("#room-title", "pond"), "ann makes a room")
    await bob.click("#find-open")
    await bob.until(says("#public", "pond"), "bob finds it")
    await bob.shot("chat-find")
    await bob.click("#public button")
    await bob.until(says("#room-title", "pond"), "and joins")


async def talk(ann, bob):
    await send(ann, "Hello, <b>Bob</b> & all: https://example.org/?a=b.")
    await bob.until(says(LAST + " .text", "Hello, <b>Bob</b> & all"),
                    "bob reads what ann wrote, as she wrote it")
    nj.equal(await bob.run("document.querySelectorAll('#messages b').length"),
             1, "markup stays text")
    nj.equal(await bob.run("document.querySelector('%s a').href" % LAST),
             "https://example.org/?a=b", "an address is a link")
    nj.equal(await ann.run(
        "document.querySelectorAll('#messages .message').length"), 1,
        "ann sees it once")
    await bob.run("document.querySelector('#text').focus()")
    await bob.write("H")
    await ann.until(says("#typing", "bob is typing"), "ann sees bob typing")
    await bob.write("i, Ann!")
    await bob.key("Enter", shift=True)
    await bob.write("How are you?")
    await bob.key("Enter")
    await ann.until(says(LAST + " .text", "Hi, Ann!\nHow are you?"),
                    "two lines come as two lines")
    await ann.until(text("#typing") + " === ''", "and nobody types any more")
    await bob.until(says(LAST, "Seen by ann"), "bob knows that ann has seen it")
    await ann.shot("chat")


async def react(ann, bob):
    await ann.click(LAST + " [aria-label=React]")
    await ann.until("document.querySelector('.tools.open') !== null",
                    "ann may choose how to react")
    await ann.shot("chat-react")
    await ann.click(LAST + " [aria-label='React with 🐸']")
    await bob.until(says(LAST + " .reactions", "🐸 1"), "bob sees a reaction")
    await bob.click(LAST + " .reactions button")
    await ann.until(says(LAST + " .reactions", "🐸 2"), "which he joins in")
    await bob.click(LAST + " .reactions button")
    await ann.until(says(LAST + " .reactions", "🐸 1"), "and takes back")


async def change(ann, bob):
    await bob.run("document.querySelector('#text').focus()")
    await bob.key("ArrowUp")
    await bob.until("!document.querySelector('#editing').hidden",
                    "bob edits with the arrow key")
    await bob.fill("#text", "Hi, Ann. How are you?")
    await bob.key("Enter")
    await ann.until(says(LAST + " .text", "Hi, Ann. How") + " && " +
                    says(LAST + " .head", "edited"), "ann sees the new text")
    await send(bob, "a slip")
    await ann.until(says(LAST + " .text", "a slip"), "bob writes too much")
    await bob.until("document.querySelector('%s [aria-label=Delete]') !== null"
                    % LAST, "and may delete it")
    # A button that is replaced while it is pressed: it is clicked all the same.
    await bob.until(says(LAST, "Seen by ann"), "ann has seen it")
    bob.frames.clear()
    pressed = await bob.press(LAST + " [aria-label=Delete]")
    await ann.click(LAST + " [aria-label=React]")
    await ann.click(LAST + " [aria-label='React with 🐸']")
    await bob.hears("reaction.added", "ann reacts to it meanwhile")
    await bob.run("new Promise((done) => requestAnimationFrame(() => "
                  "requestAnimationFrame(done)))")
    await bob.release(pressed)
    await bob.until("document.querySelector('#ask').open", "if he is sure")
    await bob.click("#ask-yes")
    await ann.until(says(LAST, "This message was deleted"), "so it is gone")
    nj.equal(await ann.run("document.querySelector('%s .tools')" % LAST), None,
             "and nothing can be done to it")


def picture():
    """A PNG, three pixels wide."""
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data +
                struct.pack(">I", zlib.crc32(kind + data)))
    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", 3, 1, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(b"\0" + b"\x30\x90\x30" * 3)) +
            chunk(b"IEND", b""))


async def choose(page, name, data):
    """A file, as one chooses it in the browser's own dialog."""
    path = "%s/tmp/%s" % (os.environ["T"], name)
    with open(path, "wb") as file:
        file.write(data)
    root = (await page.call("DOM.getDocument"))["root"]["nodeId"]
    node = (await page.call("DOM.querySelector", {
        "nodeId": root, "selector": "#file"}))["nodeId"]
    await page.call("DOM.setFileInputFiles", {
        "nodeId": node, "files": [path]})


async def files(ann, bob):
    """A file of another client, and files that are sent from here."""
    await bob.run("""(async () => {
        const s = JSON.parse(localStorage.getItem('natterjack.session'));
        const headers = { Authorization: 'Bearer ' + s.access_token };
        const f = await (await fetch('/v1/files?name=frog.txt', {
            method: 'POST', headers, body: 'quack' })).json();
        await fetch('/v1/rooms/' + location.hash.split('/')[2] + '/messages',
            { method: 'POST', headers,
              body: JSON.stringify({ files: [f.id] }) });
    })()""")
    await ann.until(says(LAST, "frog.txt") + " && " +
                    says("#rooms", "bob: frog.txt"),
                    "ann sees that bob sent a file")
    await ann.run("""(() => {
        const make = URL.createObjectURL;
        URL.createObjectURL = (blob) => {
            blob.text().then((text) => { window.given = text; });
            return make.call(URL, blob);
        };
    })()""")
    await ann.click(LAST + " .files button")
    await ann.until("window.given === 'quack'", "and gets it")
    await choose(ann, "green frog.png", picture())
    await bob.until(says(LAST, "green frog.png"), "ann sends a file of hers")
    await bob.until("document.querySelector('%s .picture')?.naturalWidth === 3"
                    % LAST, "a picture, which bob sees")
    await ann.until("document.querySelector('%s .picture')?.naturalWidth === 3"
                    " && document.querySelector('.pending') === null" % LAST,
                    "and so does she")
    await choose(ann, "large", bytes(11000000))
    await ann.until(says("#link-text", "large was not sent."),
                    "what is too large is not sent, which she is told")
    await ann.until("!document.querySelector('#attach').disabled",
                    "and may try another")
    ann.faults = [f for f in ann.faults if "413" not in f]


async def unread(ann, bob):
    await bob.click("#find-open")
    await bob.fill("#who", "an")
    await bob.until(says("#found", "ann"), "bob looks for ann")
    await bob.click("#found button")
    await bob.until(says("#room-about", "two of you"), "and writes to her")
    await send(bob, "just us")
    await ann.until(says("#rooms", "1 unread"), "ann is told, in another room")
    await ann.until("document.title === '(1) Natterjack'", "and in the title")
    await ann.click("#rooms a:not([aria-current])")
    await ann.until(says(LAST, "just us"), "she reads it")
    await ann.until("document.title === 'Natterjack'", "and it is not new now")
    await ann.click("#rooms a:not([aria-current])")
    await bob.click("#rooms a:not([aria-current])")
    await bob.until(says("#room-title", "pond"), "both come back")
    await ann.until(says("#room-title", "pond"), "to the pond")


def told(part):
    return "told.some((t) => t.includes(%s))" % json.dumps(part)


async def listen(page):
    """Keep what is said of the connection: it is not said for long."""
    await page.run("""(() => {
        window.told = [];
        new MutationObserver(() => told.push(
            document.querySelector('#link').textContent)).observe(
            document.querySelector('#link'),
            { childList: true, characterData: true, subtree: true });
    })()""")


async def reconnect(ann, bob):
    """Push dies, messages are sent meanwhile, and push comes back."""
    await listen(ann)
    await listen(bob)
    await ask("kill_push")
    await bob.until(told("Trying again in"),
                    "bob is told that the connection is lost, and what next")
    await bob.until(told("Connection lost.") + " && document.querySelector("
                    "'#link-count').ariaHidden === 'true'",
                    "and a screen reader hears it once, not every second")
    await bob.shot("chat-lost")
    await send(ann, "while you were away")
    await ann.until(says(LAST, "while you were away"), "ann can still send")
    await ask("nj_start_push")
    await bob.until(told("Back online. 1 message"),
                    "bob is back, and told that one message came", 40)
    await bob.shot("chat-back")
    await bob.until(says(LAST, "while you were away"), "which he sees")
    await ann.until(told("Back online. Nothing was missed"),
                    "ann is back, too", 40)
    await send(ann, "welcome back")
    await bob.until(says(LAST, "welcome back"), "and it goes on live")
    nj.equal(await bob.run(
        "[...document.querySelectorAll('#messages .text')].filter("
        "(e) => e.textContent === 'while you were away').length"), 1,
        "nothing came twice")


async def forget(ann, bob):
    """bob was away for longer than the log goes back."""
    await ask("kill_push")
    await bob.run("told.length = 0")
    await send(ann, "the log forgets this")
    await ann.until(says(LAST, "the log forgets this") + " && "
                    "document.querySelector('.pending') === null",
                    "ann sends something")
    await send(ann, "and remembers this")
    await ann.until(says(LAST, "and remembers this") + " && "
                    "document.querySelector('.pending') === null",
                    "and something more")
    await ask("forget_log")
    await ask("nj_start_push")
    await bob.until(told("Connected"), "bob begins anew", 40)
    await bob.until(says(LAST, "and remembers this"), "and sees the newest")
    await bob.until(says("#messages", "the log forgets this"),
                    "and what is in no event any more")
    await bob.until("document.title === 'Natterjack'", "which he has read")
    await ann.until(LIVE, "ann is there, too", 40)
    await send(ann, "on we go")
    await bob.until(says(LAST, "on we go"), "and it goes on live")


async def retry(ann, bob):
    """The workers die while a message is on its way."""
    await ask("kill_fcgi")
    await send(ann, "through thick")
    await ann.until(says(LAST, "trying again"), "a message that cannot be sent "
                    "says so")
    await send(ann, "and thin")
    await ann.call("Page.reload")
    await ann.until("performance.getEntriesByType('navigation')[0].type === "
                    "'reload' && " + says("#link-text", "did not answer"),
                    "nor can the page, loaded anew, load its rooms", 40)
    await ask("nj_start_fcgi")
    await bob.until(says(LAST, "and thin"), "both are sent when they can be", 40)
    got = await bob.run("[...document.querySelectorAll('#messages .text')]"
                        ".slice(-2).map((e) => e.textContent)")
    nj.equal(got, ["through thick", "and thin"], "in its order, and once")
    await ann.until("document.querySelector('.pending') === null && " +
                    says(LAST, "and thin"), "ann sees that it is", 40)


async def refresh(ann):
    """A token that is old is replaced before it is used."""
    before = await ann.run("""(() => {
        const s = JSON.parse(localStorage.getItem('natterjack.session'));
        localStorage.setItem('natterjack.session',
            JSON.stringify({ ...s, expires_at: Date.now() + 30000 }));
        return s.access_token + s.refresh_token;
    })()""")
    await ann.call("Page.reload")
    await ann.until(LIVE, "ann reloads with a token that expires soon")
    after = await ann.run("""(() => {
        const s = JSON.parse(localStorage.getItem('natterjack.session'));
        return s.access_token + s.refresh_token;
    })()""")
    nj.ok(before != after, "and has a new one")
    # The session ends elsewhere: the page notices by its WebSocket.
    await ann.run("""(async () => {
        const s = JSON.parse(localStorage.getItem('natterjack.session'));
        await fetch('/v1/sessions/current', { method: 'DELETE',
            headers: { Authorization: 'Bearer ' + s.access_token } });
    })()""")
    await ann.until("!document.querySelector('#enter').hidden && " +
                    says("#enter-why", "ended"),
                    "a session that ends elsewhere ends here")


async def scenario():
    async with Browser() as browser:
        ann, bob = await asyncio.gather(browser.person(), browser.person(
            dark=True))
        await meet(ann, bob)
        await talk(ann, bob)
        await react(ann, bob)
        await change(ann, bob)
        await files(ann, bob)
        await ann.click("#people-open")
        await ann.until(says("#members", "bob"), "ann sees who is there")
        await ann.shot("chat-people")
        await ann.click("#people [data-close]")
        await unread(ann, bob)
        faults = [f for p in (ann, bob) for f in p.faults]
        nj.equal(faults, [], "no complaint in the console")
        nj.equal([u for p in (ann, bob) for u in p.requests
                  if u.split("//")[1].split("/")[0] != URL.split("//")[1]],
                 [], "nothing is asked of another host")
        await bob.shot("chat-dark")
        await reconnect(ann, bob)
        await forget(ann, bob)
        await retry(ann, bob)
        await refresh(ann)


nj.main(scenario)
