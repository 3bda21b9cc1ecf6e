"""sio_page BUNDLE - the library of Socket.IO in pages of another origin.

NJ_OTHER_URL is the same server by another name, which to a browser is another
origin.  A header of its own makes it ask before each request.
"""

import json
import os

import nj
from browser import Browser

URL = os.environ["NJ_URL"]
OTHER = os.environ["NJ_OTHER_URL"]

TALK = """(async () => {
    const told = [];
    const s = io(%(url)s, { forceNew: true, transports: %(transports)s,
        auth: { token: %(token)s }, ...%(more)s });
    const heard = (name) => new Promise((done, fail) => {
        s.once(name, (...args) => done(args));
        setTimeout(() => fail(new Error('no ' + name + ': ' + told)), 15000);
    });
    s.onAny((name) => told.push(name));
    s.on('connect_error', (e) => told.push('connect_error: ' + e.message));
    try {
        await heard('connect');
        await s.emitWithAck('joinRoom', { chatroomId: %(room)s });
        const message = heard('newMessage');
        s.emit('chatroomMessage', { chatroomId: %(room)s, message: 'quak' });
        const [got, offset] = await message;
        if (%(transports)s.length > 1 &&
            s.io.engine.transport.name !== 'websocket')
            await new Promise((done) => s.io.engine.once('upgrade', done));
        return [got.message, s.io.engine.transport.name, typeof offset];
    } catch (e) {
        return [String(e), told.join()];
    } finally {
        s.close();
    }
})()"""


async def talk(page, ann, room, transports, **more):
    return await page.run(TALK % {
        "url": json.dumps(URL), "transports": json.dumps(transports),
        "token": json.dumps(ann.token), "more": json.dumps(more),
        "room": json.dumps("%024x" % int(room))})


async def scenario(bundle):
    ann = await nj.register("ann")
    room = await ann.room("private", "pond")
    with open(bundle) as f:
        library = f.read()
    async with Browser() as browser:
        page = await browser.person()
        await page.open(OTHER + "/health")
        nj.equal(await page.run("location.origin"), OTHER,
                 "a page of another origin")
        await page.run(library + "\n;typeof io")
        for transports, over in ((["polling"], "polling"),
                                 (["websocket"], "websocket"),
                                 (["polling", "websocket"], "websocket")):
            got = await talk(page, ann, room, transports)
            nj.equal(got, ["quak", over, "string"], "+".join(transports))
        got = await talk(page, ann, room, ["polling"], extraHeaders={
            "Authorization": ann.token})
        nj.equal(got, ["quak", "polling", "string"],
                 "with a header, which needs a preflight")
        heads = await page.run("""(async () => {
            const a = await fetch(%s);
            return [a.status, (await a.text())[0]];
        })()""" % json.dumps(URL + "/socket.io/?EIO=4&transport=polling"))
        nj.equal(heads, [200, "0"], "a handshake is read")
        got = await page.run("""(async () => {
            const a = await fetch(%s);
            return [a.status, await a.text()];
        })()""" % json.dumps(URL + "/socket.io/?EIO=3&transport=polling"))
        nj.equal(got[0], 400, "and so is a refusal")


nj.main(scenario)
