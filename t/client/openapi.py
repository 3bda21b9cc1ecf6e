"""openapi - is /openapi.json true?

    openapi routes     it and the route tables say the same, and it is sound
    openapi answers    real answers are as it describes them

An answer has to have the keys that are described as required, of their types,
and no key that is not described.
"""

import json
import os
import re
import sys
import urllib.parse

import asyncio
import jsonschema

import nj

METHODS = {"get", "put", "post", "delete", "patch", "head", "options"}
SRC = os.environ["NJ_SRC"]
# What is served by nginx and push, beside the route tables.
OTHERS = {("get", path) for path in (
    "/health", "/v1/events", "/test", "/docs", "/docs/oauth2-redirect",
    "/redoc", "/openapi.json", "/websockets/chat/{room_id}", "/ws/{user_id}",
    "/ws/chat/{room_id}", "/socket.io/")} | {("post", "/socket.io/")}


async def load():
    return await nj.Http().want(200, "GET", "/openapi.json")


# ---- the route tables

def tables():
    """Every route of every table that is not for upcalls: (method, path)."""
    routes, folder = {}, SRC + "/lib/dialect"
    for name in sorted(os.listdir(folder)):
        if not re.fullmatch(r"d_[a-z0-9]+\.def", name):
            continue
        with open(folder + "/" + name) as file:
            text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
        found = re.findall(r'\bX\(\s*"([A-Z]+)",\s*"([^"]+)",\s*\w+,\s*'
                           r'([^)]*)\)', text)
        nj.equal(len(found), len(re.findall(r"^X\(", text, flags=re.M)),
                 "%s: every route is read" % name)
        for method, path, flags in found:
            if "ROUTE_UPCALL" not in flags:
                routes[method.lower(), path] = "ROUTE_AUTH" in flags
    return routes


def operations(doc):
    for path, item in doc["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield (method, path), item, operation


def refs(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for part in value.values():
            yield from refs(part)
    elif isinstance(value, list):
        for part in value:
            yield from refs(part)


def find(doc, ref):
    at = doc
    for name in ref.removeprefix("#/").split("/"):
        at = at[name]
    return at


def is_there(doc, ref):
    try:
        find(doc, ref)
        return ref.startswith("#/")
    except KeyError:
        return False


def unnamed(doc, key, item, operation):
    """The {names} of a path, and the parameters that stand for them."""
    described = set()
    for p in item.get("parameters", []) + operation.get("parameters", []):
        p = find(doc, p["$ref"]) if "$ref" in p else p
        if p["in"] == "path":
            described.add(p["name"])
    return described ^ set(re.findall(r"\{(\w+)\}", key[1]))


async def routes():
    doc = await load()
    want = tables()
    have = {key: operation for key, _, operation in operations(doc)}
    nj.equal(sorted(set(want) - set(have)), [], "every route is described")
    nj.equal(sorted(set(have) - set(want) - OTHERS), [],
             "what is described is a route")
    nj.equal(sorted(OTHERS - set(have)), [], "so is what others serve")
    nj.equal(sorted(key for key, is_auth in want.items() if key in have and
                    is_auth == (have[key].get("security") == [])), [],
             "and it says rightly which want a token")
    ids = [o["operationId"] for o in have.values()]
    nj.equal(len(ids), len(set(ids)), "every operation has a name of its own")
    tags = [t["name"] for t in doc["tags"]]
    nj.equal([o["operationId"] for o in have.values()
              if len(o["tags"]) != 1 or o["tags"][0] not in tags], [],
             "and the tag of its dialect")
    nj.equal(sorted({r for r in refs(doc) if not is_there(doc, r)}), [],
             "every reference leads somewhere")
    used = set(refs(doc))
    nj.equal(["%s/%s" % (kind, name) for kind in ("schemas", "responses",
                                                  "parameters")
              for name in doc["components"][kind]
              if "#/components/%s/%s" % (kind, name) not in used], [],
             "and no part is there for nothing")
    nj.equal([o["operationId"] for key, item, o in operations(doc)
              if unnamed(doc, key, item, o)], [],
             "every part of a path is a parameter")
    nj.equal([e for e in examples(doc)], [], "examples are valid")


def examples(doc):
    """What is wrong with the examples of requests."""
    for _, _, operation in operations(doc):
        for media in operation.get("requestBody", {}).get("content",
                                                          {}).values():
            if "example" in media:
                schema = whole(doc, media["schema"], True)
                for error in jsonschema.Draft202012Validator(
                        schema).iter_errors(media["example"]):
                    yield operation["operationId"], error.message


# ---- answers

def whole(doc, schema, is_strict):
    """A schema without references; a strict one knows no other keys."""
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return whole(doc, find(doc, schema["$ref"]), is_strict)
    new = dict(schema)
    for key in ("oneOf", "anyOf"):
        if key in new:
            new[key] = [whole(doc, s, is_strict) for s in new[key]]
    if "allOf" in new:
        new["allOf"] = [whole(doc, s, False) for s in new["allOf"]]
        if is_strict:
            new["unevaluatedProperties"] = False
    if "items" in new:
        new["items"] = whole(doc, new["items"], True)
    if "properties" in new:
        new["properties"] = {k: whole(doc, s, True)
                             for k, s in new["properties"].items()}
        if is_strict:
            new.setdefault("additionalProperties", False)
    return new


class Checker:
    def __init__(self, doc):
        self.doc = doc
        self.seen = {}		# operation → statuses

    def operation(self, method, path):
        """The one that describes a path; literal segments go first."""
        best = None
        for key, _, operation in operations(self.doc):
            pattern = re.sub(r"\{\w+\}", "[^/]+", key[1])
            if key[0] == method.lower() and re.fullmatch(pattern, path):
                if best is None or key[1].count("{") < best[1].count("{"):
                    best = (operation, key[1])
        return best

    def response(self, operation, status):
        found = operation["responses"].get(
            str(status), operation["responses"].get("default"))
        if found is not None and "$ref" in found:
            found = find(self.doc, found["$ref"])
        return found

    def check(self, method, path, answer):
        found = self.operation(method, path.split("?")[0])
        what = "%s %s %d" % (method, path.split("?")[0], answer.status)
        if found is None:
            return nj.ok(False, what + ": is described")
        operation, _ = found
        response = self.response(operation, answer.status)
        if response is None:
            return nj.ok(False, what + ": is a status that is described")
        content = response.get("content")
        kind = answer.headers.get("content-type", "").split(";")[0]
        if not content:
            return nj.equal(answer.body, b"", what + ": has no body")
        if kind not in content:
            return nj.equal(kind, sorted(content), what + ": is of its type")
        schema = whole(self.doc, content[kind].get("schema", True), True)
        errors = ["%s: %s" % (list(e.absolute_path), e.message) for e in
                  jsonschema.Draft202012Validator(schema).iter_errors(
                      json.loads(answer.body))]
        return nj.equal(errors[:3], [], what + ": is as described")


class Speaker:
    """Somebody whose answers are checked."""

    def __init__(self, checker, token=None):
        self.checker = checker
        self.http = nj.Http(token)

    async def do(self, method, path, body=None, form=None):
        headers = None
        if form is not None:
            answer = await self.form(path, form)
        else:
            answer = await self.http.request(method, path, body, headers)
        self.checker.check(method, path, answer)
        return json.loads(answer.body) if answer.body else None

    async def bytes(self, path, data):
        answer = await self.http.request("POST", path, data)
        self.checker.check("POST", path, answer)
        return json.loads(answer.body)

    async def part(self, path, data, kind):
        """A file as a browser's form sends it."""
        answer = await self.http.request("POST", path, b"".join((
            b"--edge\r\nContent-Disposition: form-data; name=\"file\"; "
            b"filename=\"it\"\r\nContent-Type: ", kind.encode(),
            b"\r\n\r\n", data, b"\r\n--edge--\r\n")), {
                "Content-Type": "multipart/form-data; boundary=edge"})
        self.checker.check("POST", path, answer)

    async def form(self, path, fields):
        data = urllib.parse.urlencode(fields).encode()
        reader, writer = await asyncio.open_unix_connection(nj.SOCK)
        writer.write(nj.head("POST", path, {
            "Content-Type": "application/x-www-form-urlencoded",
            "Content-Length": str(len(data)), "Connection": "close"}) + data)
        status, headers = await nj.read_head(reader)
        body = await nj.read_body(reader, status, headers)
        writer.close()
        return nj.Answer(status, headers, body)


async def v1(checker):
    nobody = Speaker(checker)
    await nobody.do("GET", "/health")
    ann = await nobody.do("POST", "/v1/users", {
        "username": "ann", "password": "password-ann"})
    bob = await nobody.do("POST", "/v1/users", {
        "username": "bob", "password": "password-bob"})
    await nobody.do("POST", "/v1/users", {"username": "ann",
                                          "password": "password-ann"})
    await nobody.do("POST", "/v1/sessions", {
        "username": "ann", "password": "password-ann"})
    await nobody.do("GET", "/v1/me")
    a = Speaker(checker, ann["access_token"])
    b = Speaker(checker, bob["access_token"])
    await a.do("GET", "/v1/me")
    await a.do("PATCH", "/v1/me", {"display_name": "Ann"})
    await a.do("GET", "/v1/users?q=b")
    await a.do("GET", "/v1/users/" + bob["user"]["id"])
    await a.do("GET", "/v1/sessions")
    room = await a.do("POST", "/v1/rooms", {"kind": "public", "name": "Pond"})
    at = "/v1/rooms/" + room["id"]
    await b.do("POST", at + "/join")
    await a.do("POST", "/v1/rooms/direct", {"user_id": bob["user"]["id"]})
    await a.do("POST", "/v1/rooms/direct", {"user_id": bob["user"]["id"]})
    file = await a.bytes("/v1/files?name=frog.txt", b"quack")
    message = await a.do("POST", at + "/messages", {
        "text": "hi", "key": "k", "files": [file["id"]]})
    of = "/v1/messages/" + message["id"]
    await b.do("PUT", of + "/reactions/%F0%9F%90%B8")
    await a.do("GET", at + "/messages")
    await a.do("PATCH", of, {"text": "hi!"})
    await a.do("GET", of)
    await b.do("PUT", at + "/read", {"seq": message["id"]})
    await b.do("POST", at + "/typing")
    await a.do("PATCH", at, {"name": "Big Pond"})
    await a.do("GET", at)
    await a.do("GET", "/v1/rooms?public=true")
    await a.do("GET", at + "/members")
    await a.do("PUT", at + "/members/" + bob["user"]["id"], {"role": "admin"})
    await b.do("DELETE", of + "/reactions/%F0%9F%90%B8")
    await a.do("DELETE", of)
    await b.do("POST", at + "/leave")
    await a.do("GET", "/v1/events?since=0&wait=0")
    await a.do("GET", "/v1/events?since=x")
    await a.do("DELETE", at)
    await nobody.do("POST", "/v1/sessions/refresh", {
        "refresh_token": ann["refresh_token"]})
    await b.do("PUT", "/v1/me/password", {
        "old_password": "password-bob", "new_password": "password-bob-2"})
    await b.do("DELETE", "/v1/sessions/current")


async def messaging(checker):
    nobody = Speaker(checker)
    for name in ("ma", "mb"):
        await nobody.do("POST", "/signup", {"username": name, "password": "x"})
    await nobody.do("POST", "/signup", {"username": "ma", "password": "x"})
    await nobody.do("POST", "/signup", {})
    token = await nobody.do("POST", "/login", form={
        "username": "ma", "password": "x"})
    await nobody.do("POST", "/login", form={"username": "ma", "password": "y"})
    await nobody.do("GET", "/profile")
    a = Speaker(checker, token["access_token"])
    await a.do("GET", "/profile")
    await a.do("GET", "/get_room")
    room = (await a.do("POST", "/create-room", {"username_2": "mb"}))["room_id"]
    await a.do("POST", "/create-room", {"username_2": "mb"})
    await a.do("POST", "/create-room", {"username_2": "nobody"})
    group = (await a.do("POST", "/create-group", {
        "group_members": ["mb"], "group_admin": "ma"}))["group_id"]
    await a.do("POST", "/create-group", {"group_members": ["nobody"],
                                         "group_admin": "ma"})
    await a.do("GET", "/get_room")
    await a.do("POST", "/send-message", {"room_id": room, "message": "hi"})
    await a.do("POST", "/send-message", {"room_id": group, "message": "hi"})
    await a.do("POST", "/send-message-group", {"room_id": group,
                                               "message": "hi"})
    await a.do("GET", "/get_chats?room_id=" + room)
    await a.do("GET", "/get_chats_group?group_id=" + group)
    await a.do("GET", "/get_chats")


async def chatapp(checker):
    nobody = Speaker(checker)
    who = {"username": "ca", "email": "ca@example.org", "password": "1234"}
    await nobody.do("POST", "/auth/register", who)
    await nobody.do("POST", "/auth/register", who)
    await nobody.do("POST", "/auth/register", {})
    await nobody.do("POST", "/auth/token", form={
        "username": "ca@example.org", "password": "1234"})
    await nobody.do("POST", "/auth/token", form={
        "username": "ca@example.org", "password": "x"})
    query = "?name=cb&email=cb@example.org&password=1234"
    await nobody.do("POST", "/auth/create_new_user/" + query)
    await nobody.do("POST", "/auth/create_new_user/" + query)
    await nobody.do("POST", "/auth/create_new_user/")
    await nobody.do("POST", "/auth/generate_token/", form={
        "username": "cb@example.org", "password": "1234"})


async def realtime(checker):
    nobody = Speaker(checker)
    people = []
    for name in ("ra", "rb"):
        people.append(await nobody.do("POST", "/users/register", {
            "username": name + "-person", "email": name + "@example.org",
            "password": "password123"}))
    await nobody.do("POST", "/users/register", {"username": "x"})
    await nobody.do("POST", "/users/login", {
        "username_or_email": "ra@example.org", "password": "password123"})
    await nobody.do("GET", "/users/me")
    a = Speaker(checker, people[0]["token"])
    b = Speaker(checker, people[1]["token"])
    await a.do("GET", "/users/me")
    await a.do("PUT", "/users/me", {"bio": "a frog", "status": "away"})
    await a.do("PATCH", "/users/me/status?status_data=busy")
    await a.do("GET", "/users/")
    await a.do("GET", "/users/search/?q=person")
    await a.do("GET", "/users/" + people[1]["id"])
    message = await a.do("POST", "/messages/", {
        "recipient_id": people[1]["id"], "content": "hi"})
    await a.do("POST", "/messages/", {"content": "hi"})
    of = "/messages/" + message["id"]
    await b.do("POST", of + "/reactions?emoji=x")
    await b.do("PATCH", of + "/read")
    await a.do("GET", of)
    await a.do("PUT", of, {"content": "hi!"})
    await b.do("PUT", of, {"content": "hi!"})
    await a.do("GET", "/messages/?recipient_id=" + people[1]["id"])
    await a.do("GET", "/messages/conversation/" + people[1]["id"])
    await b.do("DELETE", of + "/reactions?emoji=x")
    await a.do("DELETE", of)
    await b.do("DELETE", "/users/me")


async def rooms(checker):
    nobody = Speaker(checker)
    who = {"username": "da", "password": "x"}
    await nobody.do("GET", "/")
    await nobody.do("POST", "/api/auth/signup", who)
    await nobody.do("POST", "/api/auth/signup", who)
    tokens = await nobody.do("POST", "/api/auth/login", who)
    tokens = await nobody.do("POST", "/api/auth/refresh", {
        "refresh_token": tokens["refresh_token"]})
    await nobody.do("GET", "/api/auth/me")
    a = Speaker(checker, tokens["access_token"])
    await a.do("GET", "/api/auth/me")
    room = (await a.do("POST", "/api/rooms", {"name": "Pool"}))["id"]
    await a.do("POST", "/api/rooms", {})
    await a.do("GET", "/api/rooms/%d" % room)
    # This dialect sends over its WebSocket; v1 sends for it here.
    message = int((await a.http.want(201, "POST", "/v1/rooms/%d/messages"
                                     % room, {"text": "hi"}))["id"])
    await a.do("GET", "/api/rooms")
    await a.do("GET", "/api/rooms/x")
    await a.do("GET", "/api/messages/%d" % room)
    await a.do("GET", "/api/messages/%d/recent?limit=1" % room)
    await a.do("POST", "/api/reactions/add", {
        "message_id": message, "reaction_type": "👍"})
    await a.do("GET", "/api/reactions/message/%d" % message)
    await a.do("GET", "/api/reactions/room/%d/messages" % room)
    await a.do("GET", "/api/reactions/available")
    await a.do("GET", "/api/reactions/stats/%d" % room)
    await a.do("DELETE", "/api/reactions/remove/%d" % message)
    await a.do("DELETE", "/api/reactions/remove/%d" % message)
    await a.do("POST", "/api/rooms/%d/mark-read" % room)
    await a.part("/api/upload-file", b"quack", "text/plain")
    await a.part("/api/upload-image", b"\x89PNG\r\n\x1a\n" + bytes(100),
                 "image/png")
    await a.part("/api/upload-image", b"quack", "text/plain")
    await nobody.do("GET", "/api/files/nothing.txt")
    await nobody.do("GET", "/api/images/nothing.png")
    await a.do("POST", "/api/auth/logout")


async def chatroom(checker):
    nobody = Speaker(checker)
    ids, tokens = [], []
    for path in ("/test-db", "/api/user/test", "/api/chatroom/test",
                 "/api/message/test"):
        await nobody.do("GET", path)
    for name in ("ea", "eb"):
        who = {"username": name, "password": "x"}
        ids.append((await nobody.do("POST", "/api/user/", {
            **who, "identityKey": "k", "profile": {
                "name": name, "about": ""}}))["_id"])
        tokens.append((await nobody.do("POST", "/api/user/login",
                                       who))["token"])
    await nobody.do("POST", "/api/user/", who)
    await nobody.do("POST", "/api/user/", {})
    await nobody.do("POST", "/api/user/login", {**who, "password": "y"})
    await nobody.do("GET", "/api/user/")
    a, b = (Speaker(checker, token) for token in tokens)
    await a.do("GET", "/api/user/test-login")
    await a.do("GET", "/api/user/")
    await a.do("GET", "/api/user/" + ids[1])
    await a.do("GET", "/api/user/name/e")
    await a.do("GET", "/api/user/name/nobody")
    await a.do("PUT", "/api/user/" + ids[0], {"profile": {"about": "a frog"}})
    await a.do("PUT", "/api/user/" + ids[1], {})
    await a.do("PUT", "/api/user/", {"username": "eb"})
    await a.do("POST", "/api/user/change-password", {
        "currentPassword": "y", "newPassword": "z"})
    await a.do("POST", "/api/user/change-password", {
        "currentPassword": "x", "newPassword": "z"})
    await a.do("PUT", "/api/user/otpKeys", [{"0": "k"}, {"1": "l"}])
    await a.do("PUT", "/api/user/otpKeys", {})
    await b.do("DELETE", "/api/user/otpKeys/" + ids[0])
    await b.do("GET", "/api/chatroom/%s/send" % ids[0])
    await b.do("GET", "/api/chatroom/%s/send" % ids[0])
    await b.do("GET", "/api/chatroom/%s/receive" % ids[0])
    room = (await a.do("POST", "/api/chatroom/", {"name": "Pool"}))["_id"]
    pair = (await a.do("POST", "/api/chatroom/", {"members": [ids[1]]}))["_id"]
    await a.do("POST", "/api/chatroom/", {})
    await a.do("GET", "/api/message/" + room)
    await b.do("GET", "/api/message/" + room)
    await b.do("GET", "/api/chatroom/" + room)
    await b.do("POST", "/api/chatroom/%s/join" % room)
    await b.do("POST", "/api/chatroom/%s/join" % room)
    await b.do("GET", "/api/chatroom/" + room)
    await a.do("POST", "/api/message/", {"chatroom_id": room, "content": "hi"})
    await a.do("POST", "/api/message/", {"chatroom_id": room})
    sent = await a.do("POST", "/api/message/", {"chatroom": pair, "message": {
        "content": "hi", "DHKey": "k", "timestamp": 1}})
    await a.do("GET", "/api/chatroom/")
    await a.do("GET", "/api/message/" + room)
    await b.do("GET", "/api/message/" + pair)
    await b.do("PUT", "/api/message/read", {"message_ids": [sent["_id"]]})
    await b.do("PUT", "/api/message/read", [sent["_id"]])
    await b.do("PUT", "/api/message/read", {"message_ids": ["x"]})
    await b.do("DELETE", "/api/chatroom/" + room)
    await a.do("DELETE", "/api/chatroom/" + room)
    await a.do("DELETE", "/api/chatroom/" + room)
    await b.do("DELETE", "/api/user/" + ids[0])
    await b.do("DELETE", "/api/user/" + ids[1])


async def answers():
    doc = await load()
    checker = Checker(doc)
    there = {t["name"] for t in doc["tags"]}
    for part in (v1, messaging, chatapp, realtime, rooms, chatroom):
        if part.__name__ in there:
            await part(checker)


nj.main({"routes": routes, "answers": answers}[sys.argv.pop(1)])
