"""access - every route, and what is said to whom.

    access routes DIALECT   its table holds every route, and nothing else
    access statuses DIALECT each of them, asked by each kind of person
    access nothing DIALECT  to an outsider a private room is none
    access upcalls          what push alone may ask, nobody else may

The tables are t/access/DIALECT.txt, a line for each request:

    [FLAG…] METHOD PATH [BODY] = STATUSES

A route of lib/dialect/d_DIALECT.def without a line fails the test, and so does
a line without a route; there may be several for one.  STATUSES are either

    any 200                     everybody gets that, with a token or without
    404 201 201 201 201         outsider, member, author, admin, owner

and whoever has no good token gets what the table's @refused says: no token, an
expired one, one whose session was ended, one whose account was deleted.  Words
such as none=403 behind the statuses say otherwise for that line.

Who they are: there is a private ROOM with an owner, an admin, a member, and the
author of its MESSAGE; all of them but the outsider are in it, and what is the
author's is another's to the rest.  Who was in it and has left is asked, too, and
told what the outsider is.  DIRECT is a room of the author and the
member, with the author's NOTE in it.  PUBLIC is open to all and has the author's
POST in it.  FILE goes with MESSAGE.  AUTHOR, MEMBER and SELF are accounts,
NAME is the author's name, OWN the asking one's, ROOMNAME that of ROOM; SESSION is one of the author's,
REFRESH a refresh token of the asking one.  NEW is different each time.  Ids are
written as the dialect writes them, and numbers (#) where it is a #ROOM.

Flags: fresh (who asks is somebody new, because it does not outlive the request),
form (BODY goes as a form), reacted (who asks has reacted with an x before, if
possible), upload (the body is a picture, in a form).

For WS the STATUSES are those of the handshake, and BODY, if any, is a frame; a
CONNECT_ERROR of Socket.IO is a 403.
"""

import asyncio
import glob
import json
import os
import re
import sqlite3
import time
import urllib.parse

import websockets

import dialects
import forge
import nj
import sio
from nj import equal

SRC = os.environ["NJ_SRC"]
ROOT = os.path.dirname(os.path.dirname(nj.SOCK))
PASSWORD = "password-"
INSIDE = ("member", "author", "admin", "owner")
ROLES = ("outsider",) + INSIDE
REFUSED = ("none", "expired", "revoked", "gone")
# What others serve than the workers' tables.
OTHERS = {("v1", "GET", "/v1/events"), ("v1", "GET", "/health")}
GHOST = 987654321
PRIVATE = ("ROOM", "MESSAGE", "DIRECT", "NOTE", "FILE")
IDS = PRIVATE + ("PUBLIC", "POST", "AUTHOR", "MEMBER", "OUTSIDER", "SELF")
# Sockets have no line in a route table.
WORD = re.compile(r"#?\b(%s|ROOMNAME|SESSION|REFRESH|NAME|OWN|NEW|TOKEN)\b"
                  % "|".join(IDS))


def digits(ident):
    return str(ident)


def hex24(ident):
    return "%024x" % int(ident)


FORMS = {"v1": digits, "messaging": dialects.uuid, "chatapp": digits,
         "realtime": dialects.uuid, "rooms": digits, "chatroom": hex24}


# ---- the tables

class Row:
    def __init__(self, dialect, text, refused):
        self.dialect = dialect
        what, statuses = text.rsplit(" = ", 1)
        self.flags = []
        while re.match(r"[a-z]", what):
            flag, what = what.split(" ", 1)
            self.flags.append(flag)
        self.method, self.path, *body = what.split(" ", 2)
        self.body = body[0] if body else None
        self.text = what
        self.want = dict(zip(REFUSED, refused))
        self.read(statuses.split())

    def read(self, words):
        more = [w for w in words if "=" in w]
        words = [w for w in words if "=" not in w]
        if words[0] == "any":
            self.want = {who: int(words[1]) for who in REFUSED + ROLES}
        else:
            if len(words) != len(ROLES):
                raise AssertionError("%s: %d statuses" % (self.text,
                                                          len(words)))
            self.want.update(zip(ROLES, map(int, words)))
        if self.words() & {"ROOM", "MESSAGE", "FILE", "#ROOM", "#MESSAGE"}:
            self.want["former"] = self.want["outsider"]
        for word in more:
            who, status = word.split("=")
            self.want[who] = int(status)

    @property
    def is_private(self):
        return any(w.lstrip("#") in PRIVATE + ("ROOMNAME",)
                   for w in self.words())

    def words(self):
        return {m.group(0) for m in WORD.finditer(
            self.path + " " + (self.body or ""))}

    @property
    def is_socket(self):
        return self.method == "WS"


def table(dialect):
    rows, refused = [], None
    with open("%s/t/access/%s.txt" % (SRC, dialect)) as f:
        for line in f:
            line = line.strip()
            if line.startswith("@refused"):
                refused = list(map(int, line.split()[1:]))
            elif line and not line.startswith("#"):
                rows.append(Row(dialect, line, refused))
    return rows


def defined(dialect):
    """(method, path) of its routes; those of upcalls."""
    with open("%s/lib/dialect/d_%s.def" % (SRC, dialect)) as f:
        text = re.sub(r"/\*.*?\*/", "", f.read(), flags=re.S)
    found = re.findall(r'\bX\(\s*"([A-Z]+)",\s*"([^"]+)",\s*\w+,\s*([^)]*)\)',
                       text)
    if len(found) != len(re.findall(r"^X\(", text, flags=re.M)):
        raise AssertionError("%s: not every route can be read" % dialect)
    return ({(m, p) for m, p, flags in found if "UPCALL" not in flags},
            {(m, p) for m, p, flags in found if "UPCALL" in flags})


def find_route(routes, row):
    """The route that a line is about: literal segments go first."""
    path = row.path.split("?")[0].rstrip("/")
    best = None
    for method, template in routes:
        pattern = re.sub(r"\{\w+\}", "[^/]+", template.rstrip("/"))
        if method == row.method and re.fullmatch(pattern, path) and (
                best is None or template.count("{") < best[1].count("{")):
            best = method, template
    return best


async def routes(dialect):
    have, _ = defined(dialect)
    others = {(m, p) for d, m, p in OTHERS if d == dialect}
    rows = [r for r in table(dialect) if not r.is_socket]
    found = {r.text: find_route(have | others, r) for r in rows}
    equal(sorted(have - set(found.values())), [],
          "%s: every route has a line" % dialect)
    equal([text for text, route in found.items() if route is None], [],
          "%s: every line has a route" % dialect)


# ---- the people, and what is theirs

class Person(nj.Account):
    def __init__(self, tokens):
        super().__init__(tokens)
        self.refresh = tokens["refresh_token"]


made = 0


def new_name():
    global made
    made += 1
    return "p%d-%d" % (os.getpid(), made)


async def sign_up():
    name = new_name()
    return Person(await nj.Http().want(201, "POST", "/v1/users", {
        "username": name, "password": PASSWORD + name}))


async def log_in(person):
    return Person(await nj.Http().want(201, "POST", "/v1/sessions", {
        "username": person.name, "password": PASSWORD + person.name}))


async def done(person, method, path, body):
    """A request that may not be refused."""
    a = await person.http.request(method, path, body)
    if a.status >= 400:
        raise AssertionError("%s %s: %d %s" % (method, path, a.status, a.body))
    return a.json if a.body else None


class Cast:
    """Who is there for the whole of a table."""

    async def gather(self):
        self.people = {role: await sign_up() for role in ROLES + ("former",)}
        owner = self.people["owner"]
        self.tokens = {"none": None,
                       "expired": self.make_expired(owner.token)}
        revoked = await log_in(owner)
        await revoked.want(204, "DELETE", "/v1/sessions/current")
        self.tokens["revoked"] = revoked.token
        gone = await sign_up()
        await gone.want(204, "DELETE", "/v1/me", {
            "password": PASSWORD + gone.name})
        self.tokens["gone"] = gone.token
        return self

    @staticmethod
    def make_expired(token):
        head, body, _ = token.split(".")
        claims = json.loads(forge.unb64(body))
        return forge.make(json.loads(forge.unb64(head)),
                          dict(claims, exp=int(time.time()) - 3600))


class Stage:
    """What a line is about, new for each time that it is asked."""

    def __init__(self, cast):
        self.cast = cast
        self.people = dict(cast.people)

    async def post(self, who, room, text="hello", **more):
        return (await self.people[who].want(
            201, "POST", "/v1/rooms/%s/messages" % room,
            dict(text=text, **more)))["id"]

    async def set(self, row, who):
        if "fresh" in row.flags:
            self.people[who if who in self.people else "owner"] = \
                await sign_up()
        words = {w.lstrip("#") for w in row.words()}
        p, ids = self.people, {}
        if words & {"ROOM", "ROOMNAME", "MESSAGE", "FILE"}:
            await self.set_room(ids, "FILE" in words)
        if words & {"DIRECT", "NOTE"}:
            ids["DIRECT"] = (await done(p["author"], "POST", "/v1/rooms/direct",
                                        {"user_id": p["member"].id}))["id"]
            ids["NOTE"] = await self.post("author", ids["DIRECT"])
        if words & {"PUBLIC", "POST"}:
            ids["PUBLIC"] = await p["owner"].room("public", new_name())
            ids["POST"] = await self.post("author", ids["PUBLIC"])
        for role in ("author", "member", "outsider"):
            ids[role.upper()] = p[role].id
        self.ids = ids
        self.asking = p.get(who)
        ids["SELF"] = self.asking.id if self.asking else p["owner"].id
        await self.set_flags(row, who)

    async def set_room(self, ids, has_file):
        p, more, self.room_name = self.people, {}, new_name()
        room = ids["ROOM"] = await p["owner"].room(
            "private", self.room_name, *[p[r] for r in INSIDE + ("former",)
                              if r != "owner"])
        await done(p["former"], "POST", "/v1/rooms/%s/leave" % room, None)
        await done(p["owner"], "PUT", "/v1/rooms/%s/members/%s" % (
            room, p["admin"].id), {"role": "admin"})
        if has_file:
            a = await p["author"].http.request("POST", "/v1/files?name=a.txt",
                                               b"quack")
            ids["FILE"] = a.json["id"]
            more["files"] = [ids["FILE"]]
        ids["MESSAGE"] = await self.post("author", room, **more)

    async def set_flags(self, row, who):
        for flag in row.flags:
            if flag == "reacted" and self.asking:
                for name in ("MESSAGE", "NOTE", "POST"):
                    if name in self.ids:
                        await self.asking.http.request(
                            "PUT", "/v1/messages/%s/reactions/%s" % (
                                self.ids[name], urllib.parse.quote("👍")))
        self.values = {
            "NAME": self.people["author"].name, "NEW": new_name(),
            "OWN": (self.asking or self.people["owner"]).name,
            "SESSION": self.people["author"].session,
            "REFRESH": (self.asking or self.people["owner"]).refresh}

    def token(self, who):
        if who in self.people:
            return self.people[who].token
        return self.cast.tokens[who]

    def fill(self, text, row, who, ghosts=False):
        def word(m):
            name = m.group(0)
            if name == "TOKEN":
                return self.token(who) or ""
            if name == "ROOMNAME":
                return new_name() if ghosts else self.room_name
            if name in self.values:
                return self.values[name]
            form = FORMS[row.dialect]
            if name[0] == "#":
                name, form = name[1:], digits
            return form(GHOST if ghosts and name in PRIVATE
                        else self.ids[name])
        return WORD.sub(word, text)


async def ask(stage, row, who, ghosts=False):
    path = stage.fill(row.path, row, who, ghosts)
    http = nj.Http(stage.token(who))
    headers, body = {}, None
    if "upload" in row.flags:
        body = PNG_FORM
        headers["Content-Type"] = "multipart/form-data; boundary=edge"
    elif row.body is not None:
        body = stage.fill(row.body, row, who, ghosts).encode()
        headers["Content-Type"] = "application/json"
        if "form" in row.flags:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
    a = await http.request(row.method, path, body, headers)
    http.close()
    return a


PNG_FORM = (b"--edge\r\nContent-Disposition: form-data; name=\"file\"; "
            b"filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n"
            b"\x89PNG\r\n\x1a\n" + bytes(100) + b"\r\n--edge--\r\n")


# ---- sockets

# A frame whose answer comes after those of all before it, and how it is known.
BARRIERS = {"v1": ('{"do":"nothing","id":"barrier"}', '"barrier"'),
            "chatapp": ("{", "Invalid JSON"), "rooms": ("{", "Invalid JSON"),
            "realtime": ('{"message":"barrier"}', '"barrier"'),
            "chatroom": ('["joinRoom",{}]', "chatroomId is required")}


async def come(stage, row, who, ghosts):
    """A socket that is open; chatroom's have a protocol of their own."""
    token = stage.token(who)
    if row.dialect == "chatroom":
        return await sio.connect(token or "", *row.path.split("=")[1:])
    return await dialects.connect(stage.fill(row.path, row, who, ghosts),
                                  token)


async def visit(stage, row, who, ghosts=False):
    """The handshake's status, and all that a socket says."""
    try:
        ws = await come(stage, row, who, ghosts)
    except websockets.InvalidStatusCode as e:
        return e.status_code, ["refused"]
    except sio.Refused as e:
        return 403, ["refused: %s" % e]
    frame, known = BARRIERS[row.dialect]
    heard = []
    try:
        if row.body is not None:
            await ws.send(stage.fill(row.body, row, who, ghosts))
        await ws.send(frame)
        while known not in (heard or [""])[-1]:
            heard.append(await asyncio.wait_for(ws.recv(), nj.seconds(10)))
        await ws.close()
    except websockets.ConnectionClosed:
        # Sending finds a close that is there before what came ahead of it.
        heard.extend(ws.messages)
        heard.append("closed %s" % ws.close_code)
    return 101, heard


# ---- what is said

def look():
    """What the log and the tables have been given; it moves with each change."""
    with sqlite3.connect(ROOT + "/data/natterjack.db", timeout=10) as db:
        got = db.execute("SELECT name, seq FROM sqlite_sequence"
                         " WHERE name <> 'file' ORDER BY name").fetchall()
    db.close()
    return got


async def status_of(cast, row, who):
    stage = Stage(cast)
    await stage.set(row, who)
    before = look()
    if row.is_socket:
        return (await visit(stage, row, who))[0], False
    a = await ask(stage, row, who)
    return a.status, a.status >= 400 and look() != before


async def statuses(dialect):
    cast = await Cast().gather()
    for row in table(dialect):
        got, changed = {}, []
        for who in row.want:
            got[who], has_changed = await status_of(cast, row, who)
            if has_changed:
                changed.append(who)
        wrong = {who: (got[who], row.want[who]) for who in got
                 if got[who] != row.want[who]}
        equal(wrong, {}, "%s: %s" % (dialect, row.text))
        if changed:
            equal(changed, [], "%s: %s: who is refused changes nothing"
                  % (dialect, row.text))


# What differs between any two answers.
VOLATILE = ("date", "x-request-id", "content-length", "etag", "last-modified")


def masked(text, stage, row):
    for ident in [GHOST] + [stage.ids[n] for n in PRIVATE if n in stage.ids]:
        for form in (hex24, dialects.uuid):
            text = text.replace(form(ident), "ID")
        text = re.sub(r"\b%s\b" % ident, "ID", text)
    text = re.sub(r"\bp%d-\d+\b" % os.getpid(), "NAME", text)
    return re.sub(r'("request_id":)"[^"]*"', r"\1N", text)


def loosely(text, stage, row):
    """Without instants and numbers."""
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID",
                  masked(text, stage, row))
    # An instant in a whole second has no fraction.
    text = re.sub(r"(T\d\d:\d\d:\d\d)\.\d+", r"\1", text)
    return re.sub(r"\d+", "N", text)


async def answers(cast, row):
    """What an outsider hears of what is private, and of nothing."""
    for ghosts in (False, True):
        stage = Stage(cast)
        await stage.set(row, "outsider")
        if row.is_socket:
            status, heard = await visit(stage, row, "outsider", ghosts)
            yield status, [loosely(h, stage, row) for h in heard]
            continue
        a = await ask(stage, row, "outsider", ghosts)
        # What is made has a number and an instant.
        mask = loosely if a.status < 300 else masked
        yield (a.status, {k: v for k, v in a.headers.items()
                          if k not in VOLATILE},
               mask(a.body.decode("utf-8", "replace"), stage, row))


async def nothing(dialect):
    cast = await Cast().gather()
    for row in table(dialect):
        if not row.is_private:
            continue
        real, ghost = [a async for a in answers(cast, row)]
        equal(real, ghost, "%s: %s: as if it were not there"
              % (dialect, row.text))


async def upcalls():
    """Nobody but push may ask these, whoever it is and whatever it says."""
    cast = await Cast().gather()
    pretend = {"Natterjack-Upcall": "1", "NATTERJACK_UPCALL": "1",
               "Natterjack-User": "1", "Natterjack-Session": "1",
               "Natterjack-Connection": "1"}
    for path in sorted(glob.glob(SRC + "/lib/dialect/d_*.def")):
        dialect = re.search(r"d_(\w+)\.def", path).group(1)
        for method, route in sorted(defined(dialect)[1]):
            for token in (None, cast.people["owner"].token):
                a = await nj.Http(token).request(
                    method, route, ["{}"], pretend)
                equal((a.status, a.json), (404, {"detail": "Not Found"}),
                      "%s %s is nothing %s" % (
                          method, route, "with a token" if token else
                          "without one"))


async def everything():
    """There is a table for each dialect."""
    have = {re.search(r"d_(\w+)\.def", p).group(1)
            for p in glob.glob(SRC + "/lib/dialect/d_*.def")}
    want = {os.path.basename(p)[:-4] for p in glob.glob(SRC
                                                        + "/t/access/*.txt")}
    equal(have - want, set(), "every dialect has a table")
    equal(want - have, set(), "every table is of a dialect")


nj.main(lambda name, *words: {
    "everything": everything, "routes": routes, "statuses": statuses,
    "nothing": nothing, "upcalls": upcalls}[name](*words))
