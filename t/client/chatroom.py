"""chatroom KIND - the events of chatroom, row by row, over a transport.

Three accounts: ann and bob are members of a room that is open, carl is not.
What a socket hears is compared as a whole, and it hears nothing else: what it
hears next is always what comes next.
"""

import asyncio
import json

import nj
import sio
from dialects import hex24, people
from nj import equal, ok


class Here:
    """One account's sockets, and what they say."""

    def __init__(self, who, kind, namespace=""):
        self.who, self.kind, self.namespace = who, kind, namespace
        self.id = hex24(who.id)

    async def open(self):
        self.io = await sio.connect(self.who.token, self.kind, self.namespace)
        equal(await self.hear(), ["joinedUserRoom", {"roomId": self.id}],
              "%s comes, and is in a room of its own" % self.who.dialect)
        return self

    async def hear(self):
        return await self.io.event()

    async def say(self, name, **data):
        await self.io.send(json.dumps([name, data]))

    async def want(self, *args):
        return await self.who.want(*args)


async def all_hear(sockets, want, text):
    got = await asyncio.gather(*[s.hear() for s in sockets])
    equal(got, [want] * len(sockets), text)


def joined(who):
    return ["notification", {"message": "User %s joined the chatroom" % who.id}]


def left(room):
    return ["notification", {"message": "User left chatroom " + room}]


def new_message(m, message=None):
    """The event of a message that was answered so."""
    return ["newMessage", {
        "_id": m["_id"], "chatroom": m["chatroom"], "chatroomId":
        m["chatroom"], "sender": m["sender"],
        "message": m["content"] if message is None else message}]


async def newest(who, room):
    return (await who.want(200, "GET", "/api/message/" + room))[-1]


async def fails(socket, name, want, **data):
    await socket.say(name, **data)
    equal(await socket.hear(), ["error", {"message": want}],
          "%s: %s" % (name, want))


async def rooms(a, b, c, room):
    """Joining and leaving."""
    await a.say("joinRoom", chatroomId=room)
    await all_hear([a], joined(a), "who joins is told so")
    await b.say("joinRoom", chatroomId=room)
    await all_hear([a, b], joined(b), "and so are those who have")
    await a.say("leaveRoom", chatroomId=room)
    await all_hear([b], left(room), "leaving is told to those who stay")
    await b.io.send('["leaveRoom",{"chatroomId":"%s"}]' % room, "1")
    await b.io.acked("1")
    await a.say("joinRoom", chatroomId=room)
    await all_hear([a], joined(a), "and not to who leaves")
    await b.say("joinRoom", chatroomId=room)
    await all_hear([a, b], joined(b), "one may come again")
    await fails(c, "joinRoom", "User not authorized to join this chatroom",
                chatroomId=room)
    await c.say("leaveRoom", chatroomId=room)


async def messages(a, b, c, room):
    """Who hears them."""
    await a.say("chatroomMessage", chatroomId=room, message="Hello World!")
    got, other = await a.hear(), await b.hear()
    m = await newest(a, room)
    equal(got, new_message(m), "a message comes to its sender")
    equal(other, got, "and to the other one")
    equal((m["content"], m["sender"]), ("Hello World!", a.id), "it is kept")
    details = {"content": "sealed", "DHKey": "k", "timestamp": 5}
    await b.say("chatroomMessage", chatroomId=room, message=details)
    got, other = await a.hear(), await b.hear()
    equal(got, new_message(await newest(a, room), {
        **details, "ephKey": None, "otpID": None}), "an object as an object")
    equal(other, got, "to all")
    m = await a.want(200, "POST", "/api/message/", {
        "chatroom_id": room, "content": "by request"})
    await all_hear([a, b], new_message(m), "one by request")
    await a.say("leaveRoom", chatroomId=room)
    equal(await b.hear(), left(room), "who has left the room by its socket")
    await a.say("chatroomMessage", chatroomId=room, message="from outside")
    got = await b.hear()
    equal(got, new_message(await newest(a, room)), "may send, as a member")
    await a.say("joinRoom", chatroomId=room)
    await all_hear([a, b], joined(a), "but hears what comes after joining only")


async def errors(a, b, c, room):
    none = hex24(9999)
    for name in ("joinRoom", "chatroomMessage"):
        await fails(a, name, "chatroomId is required")
        await fails(a, name, "Chatroom not found", chatroomId=none,
                    message="x")
        await fails(a, name, "Chatroom not found", chatroomId="not-an-id",
                    message="x")
    await fails(c, "chatroomMessage", "User is not a member of this chatroom",
                chatroomId=room, message="x")
    await fails(a, "chatroomMessage", "Message cannot be empty",
                chatroomId=room)
    await fails(a, "chatroomMessage", "Message cannot be empty",
                chatroomId=room, message=" ")
    await fails(a, "chatroomMessage", "Message details are required",
                chatroomId=room, message={})
    await fails(a, "chatroomMessage", "Message content cannot be empty",
                chatroomId=room, message={"DHKey": "k", "timestamp": 1})
    await fails(a, "chatroomMessage", "DHKey and timestamp are required",
                chatroomId=room, message={"content": "x"})


async def acks(a, b, c, room):
    """An event that wants an answer gets one without arguments."""
    await b.io.send('["joinRoom",{"chatroomId":"%s"}]' % room, "7")
    equal(await b.hear(), joined(b), "an event with an ack")
    equal(await b.io.acked("7"), [], "is acked without arguments")
    equal(await a.hear(), joined(b), "and the others hear of it")
    await b.io.send('["nothing"]', "8")
    equal(await b.io.acked("8"), [], "one that nobody knows, too")


async def closed_rooms(a, b, c, room):
    """A room of members is new to the others with its first message."""
    pair = (await a.want(200, "POST", "/api/chatroom/", {
        "members": [b.id]}))["_id"]
    await fails(c, "joinRoom", "Chatroom not found", chatroomId=pair)
    await a.say("joinRoom", chatroomId=pair)
    equal(await a.hear(), joined(a), "in a room of members")
    await a.say("chatroomMessage", chatroomId=pair, message="first")
    got = await a.hear()
    equal((got[0], got[1]["message"]), ("newMessage", "first"),
          "its first message")
    equal(await b.hear(), ["newChatroom", {
        "_id": pair, "name": a.who.name, "members": sorted([a.id, b.id])}],
        "tells the other one of the room")
    await a.say("chatroomMessage", chatroomId=pair, message="second")
    equal((await a.hear())[1]["message"], "second", "the second is not heard")
    await b.say("joinRoom", chatroomId=pair)
    await all_hear([a, b], joined(b), "by who has not joined")
    await a.want(200, "DELETE", "/api/chatroom/" + pair)
    await all_hear([a, b], ["chatroomDeleted", {
        "chatroomID": pair, "chatroomName": a.who.name}], "the end of the room")
    await fails(b, "chatroomMessage", "Chatroom not found", chatroomId=pair,
                message="x")


async def the_end(a, b, c, room):
    """Of the room that is open: to its members, whether they have joined."""
    await b.say("leaveRoom", chatroomId=room)
    equal(await a.hear(), left(room), "before the end")
    await a.want(200, "DELETE", "/api/chatroom/" + room)
    await all_hear([a, b], ["chatroomDeleted", {
        "chatroomID": room, "chatroomName": "Pond"}], "the end of the room")


async def scenario(kind):
    ann, bob, carl = await people("chatroom", "chatroom", "chatroom")
    a, b, c = [Here(p, kind, n) for p, n in (
        (ann, ""), (bob, "/socket.io"), (carl, ""))]
    for s in (a, b, c):
        await s.open()
    room = (await a.want(200, "POST", "/api/chatroom/", {"name": "Pond"}))[
        "_id"]
    await b.want(200, "POST", "/api/chatroom/%s/join" % room)
    for part in (rooms, messages, errors, acks, closed_rooms, the_end):
        await part(a, b, c, room)
    await b.io.close()
    for s in (a, c):
        await fails(s, "joinRoom", "chatroomId is required")
    ok(True, "who goes is heard by nobody")
    for token, want in (("", "No authorization token provided"),
                        ("x.y.z", "Invalid or expired token.")):
        equal(await sio.refusal(token), want, "coming in with '%s'" % token)
    for s in (a, c):
        await s.io.close()


nj.main(scenario)
