"""verdicts DIR - records of the chaos with one thing wrong in each.

Each becomes a file in DIR, named after what is wrong; "clean" has nothing wrong.
Everybody has sent three messages, of which the second was not acknowledged, and
the third, if it has no acknowledgement at all, is not there.
"""

import copy
import json
import os
import sys

from judge import BEGIN, END, READERS, WAYS

KEYED = ("v1 request", "v1 WebSocket")
FIRST = 10		# of the room, in chatroom's history


def clean():
    sent, log = {}, []

    def there(text, is_keyed, *acks):
        log.append([str(100 + len(log)), text])
        sent[text] = {"keyed": is_keyed, "acks": [a and log[-1][0]
                                                  for a in acks]}

    there(BEGIN, True, True)
    for n in (1, 2):
        for way in WAYS:
            text = "%s.%d" % (way, n)
            if way in KEYED:
                there(text, True, *[True] * n)
            elif n == 1 and "WebSocket" not in way:
                there(text, False, None)
            else:
                there(text, False)
    for way in WAYS:
        if way not in KEYED:
            sent[way + ".3"] = {"keyed": False, "acks": []}
    there(END, True, True)
    texts = [t for _, t in log]
    return {"sent": sent, "log": log, "faults": [], "failures": 7, "readers": [
        reader(name, texts) for name in READERS]}


def reader(name, texts):
    if name == "chatroom history":
        return {"name": name, "seen": texts[:FIRST], "streams": [],
                "connections": 1, "first": FIRST}
    streams = []
    if name.endswith("WebSocket"):		# of what is between, it has asked
        streams = [texts[:4], texts[7:]]
    return {"name": name, "seen": list(texts), "streams": streams,
            "connections": 2, "first": None}


def seen(record, name):
    return [r for r in record["readers"] if r["name"] == name][0]["seen"]


def streams(record, name):
    return [r for r in record["readers"] if r["name"] == name][0]["streams"]


def everywhere(record):
    """The lists of all who have read all of it, and the log's."""
    yield from (r["seen"] for r in record["readers"] if r["first"] is None)


# ---- what may be wrong

def lost(r):
    r["log"] = [row for row in r["log"] if row[1] != "realtime request.1"]
    for texts in [x["seen"] for x in r["readers"]] + [
            s for x in r["readers"] for s in x["streams"]]:
        if "realtime request.1" in texts:
            texts.remove("realtime request.1")
    # The dialect that shows only so many now shows one more.
    seen(r, "chatroom history").append(r["log"][FIRST - 1][1])


def lost_by_one(r):
    seen(r, "v1 sse").remove("v1 WebSocket.2")


def lost_in_the_gap(r):
    """Not acknowledged, but there: all have to be told of it, or nobody."""
    seen(r, "rooms WebSocket").remove("chatapp WebSocket.1")


def cut_short(r):
    seen(r, "v1 poll").pop()


def lost_at_first(r):
    seen(r, "chatroom history").pop(4)


def doubled(r):
    r["log"].append(["900", "messaging request.1"])
    for texts in everywhere(r):
        texts.append("messaging request.1")


def doubled_by_one(r):
    seen(r, "chatroom Socket.IO websocket").insert(9, BEGIN)


def doubled_live(r):
    streams(r, "chatapp WebSocket")[0].append("v1 request.1")


def out_of_order(r):
    texts = seen(r, "chatroom Socket.IO polling")
    texts[5], texts[6] = texts[6], texts[5]


def overtaken(r):
    """In the log, and so for all."""
    for texts in everywhere(r):
        one, other = texts.index("v1 request.1"), texts.index("v1 request.2")
        texts[one], texts[other] = texts[other], texts[one]
    r["log"] = [["1", t] for t in texts]
    for t in r["sent"].values():
        t["acks"] = [a and "1" for a in t["acks"]]
    for x in r["readers"]:
        x["streams"] = []
    seen(r, "chatroom history")[1] = "v1 request.2"


def out_of_order_live(r):
    streams(r, "realtime WebSocket")[1].reverse()


def invented(r):
    seen(r, "messaging history").append("hello")


def invented_in_the_log(r):
    r["log"].append(["900", "hello"])
    for texts in everywhere(r):
        texts.append("hello")


def undone(r):
    """Somebody was told of what had failed."""
    seen(r, "v1 ws").insert(3, "chatroom request.3")


def retry_doubled(r):
    r["log"].insert(-1, ["900", "v1 WebSocket.2"])


def retry_renamed(r):
    r["sent"]["v1 request.2"]["acks"][1] = "900"


def renamed(r):
    r["sent"]["v1 request.1"]["acks"] = ["900"]


def not_fair(r):
    r["faults"].append("v1 request was told 500 b'oops'")


def not_sent(r):
    r["log"] = [row for row in r["log"] if not row[1].startswith(
        "chatroom Socket.IO polling.")]
    for way in (1, 2):
        del r["sent"]["chatroom Socket.IO polling.%d" % way]
    for texts in [x["seen"] for x in r["readers"]] + [
            s for x in r["readers"] for s in x["streams"]]:
        texts[:] = [t for t in texts if t in r["sent"]]


def not_read(r):
    r["readers"] = [x for x in r["readers"] if x["name"] != "chatapp WebSocket"]


WRONG = (lost, lost_by_one, lost_in_the_gap, lost_at_first, cut_short, doubled,
         doubled_by_one, doubled_live, out_of_order, out_of_order_live,
         overtaken, invented, invented_in_the_log, undone, retry_doubled,
         retry_renamed, renamed, not_fair, not_sent, not_read)

for wrong in (lambda r: None,) + WRONG:
    record = copy.deepcopy(clean())
    wrong(record)
    name = "clean" if wrong not in WRONG else wrong.__name__
    with open(os.path.join(sys.argv[1], name), "w") as f:
        json.dump(record, f)
