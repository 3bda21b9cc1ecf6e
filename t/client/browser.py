"""browser - headless Chromium, as the tests drive it.

It speaks the DevTools protocol over a pipe: JSON texts, each with a NUL behind
it, written to the browser's descriptor 3 and read from its descriptor 4.  So
there is no port to find, and the browser ends with the test.

A Page types and clicks as a person would, with events that the page cannot tell
from real ones, and remembers what it asked the network for and what went wrong.
Each person of a scenario has a profile of its own (a browser context).
"""

import asyncio
import base64
import fcntl
import json
import os
import sys
import tempfile

import nj

SHOTS = os.environ.get("NJ_SHOTS")	# a folder to put pictures into
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu",
         "--disable-dev-shm-usage", "--no-first-run", "--mute-audio",
         "--no-default-browser-check", "--disable-background-networking",
         "--disable-component-update", "--disable-default-apps",
         "--disable-extensions", "--disable-sync", "--no-proxy-server",
         "--disable-features=Translate,MediaRouter,OptimizationHints",
         "--remote-debugging-pipe"]


def high_pipe():
    """A pipe whose ends are in nobody's way."""
    ends = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends]
    for end in ends:
        os.close(end)
    return high


class Browser:
    def __init__(self):
        self.asked = {}		# number of a call → its future
        self.number = 0
        self.pages = {}		# session → Page
        self.process = None

    async def __aenter__(self):
        self.home = tempfile.TemporaryDirectory(
            dir=os.environ["T"], prefix="browser-",
            ignore_cleanup_errors=True)
        theirs_in, self.ours_out = high_pipe()
        ours_in, theirs_out = high_pipe()
        # The shell puts the two ends where Chromium looks for them.
        self.process = await asyncio.create_subprocess_exec(
            "/bin/bash", "-c", 'exec chromium "$@" 3<&%d 4>&%d %d<&- %d>&-' % (
                theirs_in, theirs_out, theirs_in, theirs_out),
            "chromium", *FLAGS, "--user-data-dir=" + self.home.name,
            env={**os.environ, "HOME": self.home.name},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=open(os.environ["T"] + "/log/chromium.log", "a"),
            pass_fds=(theirs_in, theirs_out))
        os.close(theirs_in)
        os.close(theirs_out)
        loop = asyncio.get_running_loop()
        self.reader = asyncio.StreamReader(limit=1 << 26)
        await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(self.reader),
            os.fdopen(ours_in, "rb"))
        self.listener = asyncio.create_task(self.listen())
        return self

    async def __aexit__(self, *what):
        try:
            await asyncio.wait_for(self.call("Browser.close"), 5)
        except (asyncio.TimeoutError, Broken):
            pass
        try:
            await asyncio.wait_for(self.process.wait(), nj.seconds(10))
        except asyncio.TimeoutError:
            self.process.kill()
        self.listener.cancel()
        os.close(self.ours_out)
        self.home.cleanup()

    async def listen(self):
        try:
            while True:
                text = await self.reader.readuntil(b"\0")
                self.take(json.loads(text[:-1]))
        except asyncio.IncompleteReadError:
            for future in self.asked.values():
                if not future.done():
                    future.set_exception(Broken("the browser has gone"))

    def take(self, message):
        if "id" in message:
            future = self.asked.pop(message["id"])
            if future.done():
                return
            if "error" in message:
                future.set_exception(Broken(str(message["error"])))
            else:
                future.set_result(message["result"])
        elif message.get("sessionId") in self.pages:
            self.pages[message["sessionId"]].on_event(
                message["method"], message["params"])

    async def call(self, method, params=None, session=None):
        self.number += 1
        message = {"id": self.number, "method": method,
                   "params": params or {}}
        if session is not None:
            message["sessionId"] = session
        future = self.asked[self.number] = \
            asyncio.get_running_loop().create_future()
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.ours_out, data):]
        return await asyncio.wait_for(future, nj.seconds(60))

    async def person(self, **more):
        """A page in a profile of its own."""
        context = (await self.call("Target.createBrowserContext"))[
            "browserContextId"]
        return await self.page(context, **more)

    async def page(self, context, width=1100, height=720, phone=False,
                   dark=False):
        target = (await self.call("Target.createTarget", {
            "url": "about:blank", "browserContextId": context,
            "width": width, "height": height}))["targetId"]
        session = (await self.call("Target.attachToTarget", {
            "targetId": target, "flatten": True}))["sessionId"]
        page = self.pages[session] = Page(self, session, context, target)
        for domain in ("Page", "Runtime", "Network", "Log"):
            await page.call(domain + ".enable")
        await page.call("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "mobile": phone,
            "deviceScaleFactor": 2 if phone else 1})
        if phone:
            await page.call("Emulation.setTouchEmulationEnabled",
                            {"enabled": True})
        await page.call("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme",
             "value": "dark" if dark else "light"}]})
        await page.call("Emulation.setFocusEmulationEnabled",
                        {"enabled": True})
        return page


class Broken(Exception):
    """The browser, or the script that was run in it, has failed."""


class Page:
    def __init__(self, browser, session, context, target):
        self.browser = browser
        self.session = session
        self.context = context
        self.target = target
        self.requests = []	# every address that was asked for
        self.answers = {}	# address → its last answer
        self.frames = []	# what came through its WebSockets
        self.faults = []	# exceptions, and what the console complains of

    def call(self, method, params=None):
        return self.browser.call(method, params, self.session)

    def on_event(self, method, params):
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Network.webSocketCreated":
            self.requests.append(params["url"])
        elif method == "Network.webSocketFrameReceived":
            self.frames.append(params["response"]["payloadData"])
        elif method == "Network.responseReceived":
            self.answers[params["response"]["url"]] = params["response"]
        elif method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.faults.append(details.get("exception", {}).get(
                "description", details["text"]))
        elif method == "Log.entryAdded":
            entry = params["entry"]
            if entry["level"] == "error":
                self.faults.append("%s %s" % (entry["text"],
                                              entry.get("url", "")))

    async def run(self, script):
        """The value of an expression, awaited if it is a promise."""
        got = await self.call("Runtime.evaluate", {
            "expression": script, "awaitPromise": True,
            "returnByValue": True, "userGesture": True})
        if "exceptionDetails" in got:
            details = got["exceptionDetails"]
            raise Broken(details.get("exception", {}).get(
                "description", details["text"]))
        return got["result"].get("value")

    async def until(self, script, text, timeout=30):
        """Wait for an expression to be true, and report it."""
        end = asyncio.get_running_loop().time() + nj.seconds(timeout)
        while True:
            try:
                got = await self.run(script)
            except Broken as error:	# between two documents
                got, why = None, error
            if got:
                return nj.ok(True, text)
            if asyncio.get_running_loop().time() > end:
                nj.ok(False, text)
                print("  %s is %r" % (script, got if got is not None
                                      else locals().get("why")), flush=True)
                await self.shot("failed")
                return False
            await asyncio.sleep(0.02)

    async def open(self, url):
        got = await self.call("Page.navigate", {"url": url})
        if "errorText" in got:
            raise Broken("%s: %s" % (url, got["errorText"]))

    async def hears(self, part, text, timeout=30):
        """Wait for a frame with these words, and report it."""
        end = asyncio.get_running_loop().time() + nj.seconds(timeout)
        while not any(part in frame for frame in self.frames):
            if asyncio.get_running_loop().time() > end:
                return nj.ok(False, text)
            await asyncio.sleep(0.02)
        return nj.ok(True, text)

    async def click(self, selector):
        """Click in the middle of an element, with the mouse."""
        await self.release(await self.press(selector))

    async def press(self, selector):
        """The first half of a click: where it was done, for the second."""
        at = await self.run("""(() => {
            const e = document.querySelector(%s);
            if (e === null) return null;
            e.scrollIntoView({ block: "nearest" });
            const r = e.getBoundingClientRect();
            return { x: r.x + r.width / 2, y: r.y + r.height / 2 };
        })()""" % json.dumps(selector))
        if at is None:
            raise Broken("there is no %s" % selector)
        await self.call("Input.dispatchMouseEvent",
                        {"type": "mouseMoved", **at})
        await self.call("Input.dispatchMouseEvent", {
            "type": "mousePressed", "button": "left", "clickCount": 1, **at})
        return at

    async def release(self, at):
        await self.call("Input.dispatchMouseEvent", {
            "type": "mouseReleased", "button": "left", "clickCount": 1, **at})

    async def write(self, text):
        """Into whatever has the focus."""
        await self.call("Input.insertText", {"text": text})

    async def fill(self, selector, text):
        await self.run("document.querySelector(%s).select()"
                       % json.dumps(selector))
        await self.run("document.querySelector(%s).focus()"
                       % json.dumps(selector))
        await self.write(text)

    async def key(self, name, shift=False):
        code = {"Enter": 13, "Escape": 27, "Tab": 9, "ArrowUp": 38,
                "ArrowDown": 40}[name]
        for kind in ("keyDown", "keyUp"):
            event = {"type": kind, "key": name, "code": name,
                     "windowsVirtualKeyCode": code,
                     "modifiers": 8 if shift else 0}
            if name == "Enter" and kind == "keyDown":
                event["text"] = "\r"
            await self.call("Input.dispatchKeyEvent", event)

    async def shot(self, name):
        """A picture, where pictures are wanted."""
        if not SHOTS:
            return
        got = await self.call("Page.captureScreenshot", {"format": "png"})
        with open("%s/%s.png" % (SHOTS, name), "wb") as file:
            file.write(base64.b64decode(got["data"]))


def text(selector):
    """The script for what an element says."""
    return "(document.querySelector(%s)?.textContent ?? '')" % json.dumps(
        selector)


def says(selector, part):
    return "%s.includes(%s)" % (text(selector), json.dumps(part))


async def ask(command):
    """Have something done to the instance, by the test that drives us."""
    print("do " + command, flush=True)
    line = await asyncio.get_running_loop().run_in_executor(
        None, sys.stdin.readline)
    if line != "done 0\n":
        raise Broken("%s: %s" % (command, line.strip()))
