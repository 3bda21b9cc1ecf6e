"""sio_python - python-socketio as a client.

It knows nothing of offsets: a handler with one argument is called with one.
"""

import os
import queue

import socketio

import nj
from nj import equal, ok

URL = os.environ["NJ_URL"]


class Client:
    def __init__(self, transports, auth, **more):
        self.told = queue.Queue()
        self.sio = socketio.Client(reconnection=False)
        for name in ("newMessage", "notification", "error", "joinedUserRoom"):
            self.sio.on(name, self.handler(name))
        self.sio.on("disconnect", lambda *_: self.told.put(("disconnect", None)))
        self.sio.connect(URL, auth=auth, transports=transports,
                         wait_timeout=nj.seconds(10), **more)

    def handler(self, name):
        def heard(data):
            self.told.put((name, data))
        return heard

    def until(self, name):
        while True:
            got, data = self.told.get(timeout=nj.seconds(10))
            if got == name:
                return data

    def call(self, event, data):
        return self.sio.call(event, data, timeout=nj.seconds(10))


def talk(ann, room, transports, text):
    chat = {"chatroomId": "%024x" % int(room)}
    a = Client(transports, {"token": ann.token})
    b = Client(transports, None, headers={"Authorization": ann.token})
    for c in (a, b):
        equal(c.until("joinedUserRoom"), {"roomId": "%024x" % int(ann.id)},
              text + ": connected")
        equal(c.call("joinRoom", chat), None, text + ": an ack of nothing")
        c.until("notification")
    a.call("chatroomMessage", {**chat, "message": "from Python"})
    for c in (a, b):
        equal(c.until("newMessage")["message"], "from Python",
              text + ": a message for each")
    a.sio.emit("chatroomMessage", {**chat, "message": b"bytes"})
    ok(a.until("error") is not None, text + ": bytes are refused")
    for c in (a, b):
        c.sio.disconnect()


def refused(transports):
    try:
        Client(transports, {"token": "x"})
    except socketio.exceptions.ConnectionError as e:
        return str(e)


async def scenario():
    ann = await nj.register("ann")
    room = await ann.room("private", "pond")
    for transports, text in ((["polling"], "polling"),
                             (["websocket"], "websocket"), (None, "upgrade")):
        talk(ann, room, transports, text)
        ok(refused(transports), text + ": a wrong token is refused")


nj.main(scenario)
