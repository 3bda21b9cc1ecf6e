"""forge SCENARIO - tokens that somebody has made up, or bent.

    attacks     each known attack on a JWT, at each door
    show FILE   what is said of the token in it, see t9103
    expired SECRET TOKEN    and of one that is out of date
"""

import base64
import hashlib
import hmac
import json
import os
import time

import dialects
import nj
import sio
from nj import equal, ok

SECRET = b"0123456789abcdef0123456789abcdef"
OTHER = b"another deployment's secret, also long enough"
SKEW_S = 30


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def dump(value):
    """A text is JSON already, as it is to be sent."""
    if isinstance(value, str):
        return value.encode()
    return json.dumps(value, separators=(",", ":")).encode()


def sign(head, body, key=SECRET, digest=hashlib.sha256):
    return b64(hmac.new(key, ("%s.%s" % (head, body)).encode(),
                        digest).digest())


def make(header, claims, key=SECRET, digest=hashlib.sha256):
    head, body = b64(dump(header)), b64(dump(claims))
    return "%s.%s.%s" % (head, body, sign(head, body, key, digest))


def kid_of(secret):
    return hashlib.sha256(b"natterjack kid " + secret).hexdigest()[:16]


# ---- doors

async def at_v1(token):
    a = await nj.Http(token).request("GET", "/v1/me")
    return a.json["code"] if a.status == 401 else a.status


async def at_poll(token):
    a = await nj.Http(token).request("GET", "/v1/events?wait=0")
    return a.json["code"] if a.status == 401 else a.status


async def at_ws(token):
    a = await nj.Http(token).request("GET", "/v1/events",
                                     headers=nj.UPGRADE)
    return a.json["code"] if a.status == 401 else a.status


def own(path):
    async def at(token):
        return (await nj.Http(token).request("GET", path)).status
    return at


def socket(path):
    async def at(token):
        a = await nj.Http(token).request("GET", path, headers=nj.UPGRADE)
        return a.status
    return at


async def at_sio(token):
    return "let in" if await sio.refusal(token) is None else "refused"


def doors(room, user):
    """Where a token can be shown, and what is said of one that is no good."""
    return [("v1", at_v1, None), ("poll", at_poll, None),
            ("ws", at_ws, None),
            ("messaging", own("/profile"), 401),
            ("realtime", own("/users/me"), 401),
            ("rooms", own("/api/auth/me"), 401),
            ("chatroom", own("/api/user/test-login"), 401),
            ("chatapp's socket", socket("/websockets/chat/%s" % room), 403),
            ("realtime's socket", socket("/ws/" + dialects.uuid(user)), 403),
            ("Socket.IO", at_sio, "refused")]


async def refused(where, token, code, what):
    want = [(name, status or code) for name, _, status in where]
    got = [(name, await at(token)) for name, at, _ in where]
    equal(got, want, "%s: %s" % (what, code))


# ---- what is sent

def swap(value, **more):
    new = dict(value, **more)
    return {k: v for k, v in new.items() if v is not ...}


def double(claims, name, value):
    """The same name twice, the second one first read."""
    text = json.dumps(claims, separators=(",", ":"))
    return text[:-1] + ',"%s":%s}' % (name, json.dumps(value))


def algorithms(header, claims, good):
    head, body, sig = good.split(".")
    for alg in ("none", "None", "NONE", "nOnE", "", "hs256", "HS256 ", "HS256\0",
                None, 256, ["HS256"], True, ...):
        bent = swap(header, alg=alg)
        word = "no alg" if alg is ... else "alg %r" % (alg,)
        h = b64(dump(bent))
        yield word + ", signed by the secret", make(bent, claims)
        yield word + ", with the good signature", ".".join((h, body, sig))
        yield word + ", with an empty signature", "%s.%s." % (h, body)
        yield word + ", without a signature", "%s.%s" % (h, body)
        yield word + ", signed by nothing", make(bent, claims, b"")
    for alg, digest in (("HS384", hashlib.sha384), ("HS512", hashlib.sha512),
                        ("RS256", hashlib.sha256), ("ES256", hashlib.sha256),
                        ("PS256", hashlib.sha256), ("EdDSA", hashlib.sha512)):
        bent = swap(header, alg=alg)
        yield alg + " by the same secret", make(bent, claims, SECRET, digest)
        yield alg + ", with the good signature", \
            ".".join((b64(dump(bent)), body, sig))
    yield "HS256, but the digest of HS512", make(header, claims, SECRET,
                                                 hashlib.sha512)
    yield "alg twice", make(double(header, "alg", "HS256"), claims)
    yield "none, and then HS256", make(
        double(swap(header, alg="none"), "alg", "HS256"), claims)


def signatures(header, claims, good):
    head, body, sig = good.split(".")
    raw = unb64(sig)
    yield "another's secret", make(swap(header, kid=...), claims, OTHER)
    yield "another's secret under our name", make(header, claims, OTHER)
    yield "another deployment's, as it makes them", make(
        swap(header, kid=kid_of(OTHER)), claims, OTHER)
    yield "signed by an empty key", make(header, claims, b"")
    yield "signed by a NUL", make(header, claims, b"\0")
    yield "signed by the beginning of the secret", make(header, claims,
                                                        SECRET[:31])
    for word, other in (
            ("no signature", ""), ("one byte less", b64(raw[:-1])),
            ("one byte more", b64(raw + b"\0")), ("nothing but zeros",
                                                  b64(bytes(32))),
            ("one bit another", b64(bytes([raw[0] ^ 1]) + raw[1:])),
            ("that of another token", b64(os.urandom(32))),
            ("hex", raw.hex())):
        yield "its signature: " + word, ".".join((head, body, other))
    # The last digit of 32 bytes has two bits that count for nothing.
    digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = digits.index(sig[-1])
    for i in (1, 2, 3):
        yield "the same signature, spelled otherwise (%d)" % i, \
            good[:-1] + digits[last ^ i]
    yield "with padding", good + "="
    yield "with padding in each part", ".".join(
        p + "=" * (-len(p) % 4) for p in (head, body, sig))
    yield "in the other alphabet", "%s.%s.%s" % (
        head, body, base64.b64encode(raw).decode().replace("=", "+"))
    for word, bent in (
            ("two parts", "%s.%s" % (head, body)), ("one part", head),
            ("four parts", good + "." + sig), ("five parts, as a JWE",
                                               good + ".AA.AA"),
            ("an empty header", ".%s.%s" % (body, sig)),
            ("empty claims", "%s..%s" % (head, sig)),
            ("three dots", "..."), ("a dot before", "." + good),
            ("two dots between", "%s..%s.%s" % (head, body, sig)),
            ("a blank within", good[:20] + " " + good[20:]),
            ("a tab within", good[:20] + "\t" + good[20:]),
            ("a percent sign", good[:20] + "%2E" + good[20:]),
            ("another token behind a comma", "%s,%s" % (good, good)),
            ("in quotes", '"%s"' % good)):
        yield word, bent
    for word, text in (("no JSON", "x"), ("an empty text", '""'),
                       ("a list", "[]"), ("null", "null"), ("a number", "1"),
                       ("an empty object", "{}"),
                       ("JSON and more", json.dumps(header) + "x"),
                       ("two objects", "{}{}"),
                       ("no UTF-8", '{"alg":"HS256","x":"\udcff"}')):
        data = text.encode("utf-8", "surrogateescape")
        h = b64(data)
        yield "its header: " + word, "%s.%s.%s" % (h, body, sign(h, body))
        yield "its claims: " + word, "%s.%s.%s" % (head, h, sign(head, h))
    deep = "[" * 400 + "]" * 400
    yield "claims that are too deep", make(
        header, json.dumps(claims)[:-1] + ',"x":%s}' % deep)
    yield "far too long", make(header, swap(claims, x="y" * 3000))


def keys(header, claims, good):
    for kid in ("another", "", "0" * 16, kid_of(OTHER), kid_of(SECRET).upper(),
                kid_of(SECRET) + " ", kid_of(SECRET) + "\0x",
                "../../../../../../dev/null", "/dev/null", "/etc/hostname",
                "x' UNION SELECT 'key", "1; DROP TABLE session",
                "| /bin/true", "http://localhost/key", 0, None, [], {}, True):
        bent = swap(header, kid=kid)
        yield "kid %r, signed by the secret" % (kid,), make(bent, claims)
        yield "kid %r, signed by nothing" % (kid,), make(bent, claims, b"")
    yield "kid twice", make(double(header, "kid", header["kid"]), claims)
    # A key that the token brings along, or says where to find.
    jwk = {"kty": "oct", "k": b64(OTHER), "alg": "HS256"}
    for name, value in (("jwk", jwk), ("jku", "http://127.0.0.1:1/keys"),
                        ("x5u", "http://127.0.0.1:1/cert"),
                        ("x5c", [b64(OTHER)]), ("x5t", b64(OTHER))):
        for kid in (header["kid"], kid_of(OTHER), ...):
            yield "%s that brings its own key%s" % (
                name, "" if kid is ... else ", kid " + kid), make(
                swap(header, kid=kid, **{name: value}), claims, OTHER)
    yield "another typ", make(swap(header, typ="at+jwt"), claims)
    for crit in (["exp"], ["b64"], [], "exp", None):
        yield "crit %r" % (crit,), make(swap(header, crit=crit), claims)


def claims_of(header, claims, good):
    def bent(**more):
        return make(header, swap(claims, **more))

    now = int(time.time())
    for exp in (..., None, True, [], {}, "", str(claims["exp"]),
                float(claims["exp"]), claims["exp"] + 0.5, -1, 0,
                -claims["exp"], 1 << 62, (1 << 63) - 1):
        yield "no exp" if exp is ... else "exp %r" % (exp,), bent(exp=exp)
    for exp in ("9223372036854775808", "1e30", "99999999999999999999999999",
                "NaN", "Infinity", "0x7fffffff", "+1999999999"):
        yield "exp %s" % exp, make(header, json.dumps(
            swap(claims, exp="@")).replace('"@"', exp))
    for name in ("iat", "nbf"):
        for at in (now + SKEW_S + 60, "1", 1.5, -1, 0, True, None, [],
                   1 << 62):
            yield "%s %r" % (name, at), bent(**{name: at})
    for name in ("sub", "sid"):
        for value in (..., None, "", "0", "-1", "x", "1 ", " 1", "01", "+1",
                      "1.0", "1e0", 1, 1.0, True, [], {}, "9" * 30,
                      "9223372036854775808", "' OR 1=1 --"):
            yield "no " + name if value is ... else "%s %r" % (name, value), \
                bent(**{name: value})
    for name in ("exp", "sub", "sid", "iat"):
        yield name + " twice", make(header, double(claims, name,
                                                   claims[name]))
    yield "exp twice, the first in the past", make(header, double(
        swap(claims, exp=1), "exp", claims["exp"]))
    yield "uid that is none", bent(uid="x")


# ---- scenarios

async def allowed(where, token, what):
    got = [(name, await at(token)) for name, at, _ in where]
    equal([g for g in got if g[1] not in (200, 101, "let in")], [], what)


async def attacks():
    ann, bob = await nj.register("ann"), await nj.register("bob")
    room = await ann.room("public", "open")
    where = doors(room, ann.id)
    head, body, _ = ann.token.split(".")
    header, claims = json.loads(unb64(head)), json.loads(unb64(body))
    equal((header["alg"], header["kid"]), ("HS256", kid_of(SECRET)),
          "a token says how it is signed, and by which key")
    ok("kid" in header and SECRET[:6].decode() not in json.dumps(header),
       "and nothing of the key itself")
    await allowed(where, ann.token, "a good token is taken at every door")
    await allowed(where, make(header, claims), "and so is what we sign")
    await allowed(where, make(swap(header, kid=...), claims),
                  "what names no key is tried")

    for attack in (algorithms, signatures, keys, claims_of):
        for what, token in attack(header, claims, ann.token):
            # A header cannot carry everything.
            if any(ord(c) < 32 and c != "\t" for c in token):
                continue
            await refused(where, token, "bad_token", what)

    # What is not looked at makes no difference.
    for name, value in (("jku", "http://127.0.0.1:1/"), ("x5u", "file:///etc/passwd"), ("jwk", {"k": "AA"}),
                        ("cty", "JWT"), ("zip", "DEF")):
        await allowed(where, make(swap(header, **{name: value}), claims),
                      "%s is ignored in what we have signed" % name)
    await allowed(where, make(header, swap(claims, aud="x", iss="y", jti="z",
                                           roles=["admin"])),
                  "claims that nobody asks for give nobody anything")

    # Time.
    now = int(time.time())
    await allowed(where, make(header, swap(claims, exp=now - SKEW_S // 2)),
                  "a clock may be a little behind")
    await allowed(where, make(header, swap(claims, iat=now + SKEW_S // 2,
                                           nbf=now + SKEW_S // 2)),
                  "or ahead")
    await refused(where, make(header, swap(claims, exp=now - SKEW_S - 1)),
                  "token_expired", "and no more than that")
    await refused(where, make(header, swap(claims, exp=1)),
                  "token_expired", "expired in 1970")

    # Others' sessions, and none.
    for what, more in (("another account's id", {"sub": bob.id}),
                       ("another's, as uid", {"uid": bob.id}),
                       ("another's session", {"sid": bob.session}),
                       ("a session that never was", {"sid": "999999"}),
                       ("nobody's id", {"sub": "999999"})):
        await refused(where, make(header, swap(claims, **more)),
                      "session_ended", what)

    await mixed_up(where)
    await placed(ann.token)
    await allowed(where, ann.token, "and the good token still is")


async def mixed_up(where):
    """A refresh token is no access token, and the other way round."""
    for name in ("v1", "rooms"):
        p = await dialects.person(name)
        tokens = (await p.login()).json
        await refused(where, tokens["refresh_token"], "bad_token",
                      "the refresh token of %s shown for access" % name)
        path = "/v1/sessions/refresh" if name == "v1" else "/api/auth/refresh"
        a = await nj.Http().request("POST", path, {
            "refresh_token": tokens["access_token"]})
        equal(a.status, 401, "and its access token for a refresh")
        other = "/api/auth/refresh" if name == "v1" else "/v1/sessions/refresh"
        a = await nj.Http().request("POST", other, {
            "refresh_token": tokens["refresh_token"] + "0"})
        equal(a.status, 401, "or a bent one elsewhere")
    # One account, one key: a token of any dialect is good in all of them.
    for name in dialects.TABLE:
        p = await dialects.person(name)
        room = (await p.want(201, "POST", "/v1/rooms", {
            "kind": "public", "name": "r"}))["id"]
        await allowed(doors(room, p.id), p.token,
                      "a token of %s is good at every door" % name)


async def placed(token):
    """Where a token is no token."""
    for what, headers, want in (
            ("two schemes", {"Authorization": "Basic Bearer " + token},
             "no_token"),
            ("a word behind it", {"Authorization": "Bearer %s x" % token},
             "bad_token"),
            ("a cookie", {"Cookie": "natterjack_token=" + token}, "no_token"),
            ("another header", {"X-Authorization": "Bearer " + token},
             "no_token"),
            ("what only push may say", {"Natterjack-User": "1",
                                        "NATTERJACK_USER": "1",
                                        "NATTERJACK_UPCALL": "1"},
             "no_token")):
        a = await nj.Http().request("GET", "/v1/me", headers=headers)
        equal((a.status, a.json["code"]), (401, want), "v1: " + what)
    a = await nj.Http().request("GET", "/v1/me?token=" + token)
    equal((a.status, a.json["code"]), (401, "no_token"),
          "v1: a query, where it would be logged")


async def show(path):
    """A token that t9103 has kept in a file: what is said of it."""
    with open(path) as f:
        token = f.read().strip()
    for name, at in (("v1", at_v1), ("poll", at_poll), ("ws", at_ws)):
        print(name, await at(token))


async def expired(secret, token):
    """The same token, signed by that secret, but out of date."""
    head, body, _ = token.split(".")
    bent = make(json.loads(unb64(head)), swap(json.loads(unb64(body)), exp=1),
                secret.encode())
    print(" ".join(["%s %s" % (name, await at(bent)) for name, at in (
        ("v1", at_v1), ("poll", at_poll), ("ws", at_ws))]))


if __name__ == "__main__":
    scenarios = {"attacks": attacks, "show": show, "expired": expired}
    nj.main(lambda name, *words: scenarios[name](*words))
