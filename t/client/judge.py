"""judge FILE - what must hold of a chaos that is over.

The judging is a function of plain data, which t/chaos writes down when
CHAOS_RECORD names a file, so that it can be repeated, and shown to fail:

    sent     {text: {"keyed": …, "acks": […]}}: each message that somebody has
             tried to send, and the id that each acknowledgement told, or null
    log      [[id, text], …]: the room in the end, the oldest first
    readers  [{"name": …, "seen": […], "streams": […], "connections": …,
             "first": …}]: what each has read, in its order; what it was told on
             the way where that is more; and how much of the room its dialect
             shows at all, or null
    faults   [text]: what a client need not put up with
    failures how many others there were

Whatever is read by anybody has to agree with the log.  That what was
acknowledged is in it, and nothing else but what was sent, is judged first.
"""

import collections
import json
import sys

from nj import ok

# Every way to send, and every way to read, that there is in any dialect.
WAYS = ("v1 request", "v1 request without a key", "v1 WebSocket",
        "messaging request", "chatapp WebSocket", "realtime request",
        "realtime WebSocket", "rooms WebSocket", "chatroom request",
        "chatroom Socket.IO polling", "chatroom Socket.IO websocket")
READERS = ("v1 poll", "v1 sse", "v1 ws", "v1 history", "messaging history",
           "chatapp WebSocket", "chatapp history", "realtime WebSocket",
           "realtime history", "rooms WebSocket", "rooms history",
           "chatroom Socket.IO polling", "chatroom Socket.IO websocket",
           "chatroom Socket.IO upgrade", "chatroom history")
BEGIN, END = "begin", "the end"		# the first message, and the last


def way_of(text):
    return text.rpartition(".")[0]


def number_of(text):
    return int(text.rpartition(".")[2])


def doubles(texts, want=()):
    """Those that are there again, and more often than they should be."""
    there, may = collections.Counter(texts), collections.Counter(want)
    return [t for t, n in there.items() if n > max(may[t], 1)]


def disorder(texts, place):
    """The first that comes before one that it should come after, if any."""
    last = None
    for t in dict.fromkeys(texts):
        if t not in place:
            continue
        if last is not None and place[t] < place[last]:
            return ["out of order: %s after %s" % (t, last)]
        last = t
    return []


def differences(texts, want, sent):
    """What is wrong with texts that somebody was told.  What is wrong with the
    log is told of the log alone."""
    place = {}
    for i, t in enumerate(want):
        place.setdefault(t, i)
    return (["twice: " + t for t in doubles(texts, want)] +
            disorder(texts, place) +
            ["not in the log: " + t if t in sent else "nobody sent: " + t
             for t in dict.fromkeys(texts) if t not in place])


def overtaken(log, sent):
    """Who sends says nothing more until what it said is acknowledged."""
    newest, bad = {}, []
    for t in log:
        way = way_of(t)
        if t not in sent or way == "":
            continue
        before = newest.get(way, t)
        if number_of(before) <= number_of(t):
            newest[way] = t
        elif sent[t]["acks"]:
            bad.append("out of order: %s after %s" % (t, before))
    return bad


def judge_log(record):
    sent, log = record["sent"], [t for _, t in record["log"]]
    ids = {}
    for i, t in record["log"]:
        ids.setdefault(t, set()).add(i)
    keyed = {t for t in sent if sent[t]["keyed"]}
    acked = [t for t in sent if sent[t]["acks"]]
    others = [t for t in sent if not sent[t]["acks"]]
    yield ("each of %d acknowledged messages is there" % len(acked),
           ["lost: " + t for t in acked if t not in ids])
    again = doubles(log)
    yield ("of %d others, each is there once or not at all: %d are" % (
        len(others), len([t for t in others if t in ids])),
        ["twice: " + t for t in again if t not in keyed])
    told = {t: {i for i in sent[t]["acks"] if i is not None} for t in acked}
    yield ("none of %d with a key is doubled by a retry" % len(keyed),
           ["retry doubled: " + t for t in again if t in keyed] +
           ["retry told another id: " + t for t in acked if len(told[t]) > 1])
    yield ("each has the id that was told",
           ["another id: " + t for t in acked if len(told[t]) == 1 and
            t in ids and told[t].isdisjoint(ids[t])])
    yield ("none is there before what was acknowledged before it",
           overtaken(dict.fromkeys(log), sent))
    yield ("there is nothing that nobody sent",
           ["nobody sent: " + t for t in log if t not in sent])


def judge_readers(record):
    sent, log = record["sent"], [t for _, t in record["log"]]
    for r in record["readers"]:
        want = log if r["first"] is None else log[:r["first"]]
        seen = set(r["seen"])
        bad = ["lost: " + t for t in want if t not in seen]
        for texts in [r["seen"]] + r["streams"]:
            bad += differences(texts, want, sent)
        yield "%s: %d messages, each once, in order; %d reconnects" % (
            r["name"], len(r["seen"]), max(r["connections"] - 1, 0)), bad


def judge_parties(record):
    """Has everybody taken part?"""
    there = {way_of(t) for _, t in record["log"]}
    yield ("there is something by each of %d ways to send" % len(WAYS),
           ["nothing by " + w for w in WAYS if w not in there])
    names = [r["name"] for r in record["readers"]]
    yield ("each of %d ways to read was used" % len(READERS),
           ["nobody by " + n for n in READERS if n not in names])


def judge(record):
    """Pairs: what must hold, and what speaks against it."""
    yield ("each of %d failures was one that a client can understand" %
           record["failures"], record["faults"])
    yield from judge_parties(record)
    yield from judge_log(record)
    yield from judge_readers(record)


def report(record):
    for text, bad in judge(record):
        ok(not bad, text)
        for one in bad[:5]:
            print("  " + one, flush=True)
        if len(bad) > 5:
            print("  and %d more" % (len(bad) - 5), flush=True)


if __name__ == "__main__":
    with open(sys.argv[1]) as f:
        report(json.load(f))
