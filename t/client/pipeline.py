"""pipeline SOCKET PUSH-PID KB - requests behind requests, and nobody reads.

Whoever asks and does not take the answers costs push no more than KB.
"""

import asyncio

import nj
from nj import equal, ok


async def scenario(sock, pid, most_kb):
    ann = await nj.register("ann")
    await nj.head_seq(ann)
    before = nj.private_kb(pid)
    request = nj.head("GET", "/v1/events?wait=0", {
        "Authorization": "Bearer " + ann.token})
    n = 20000
    reader, writer = await asyncio.open_unix_connection(sock, limit=1 << 20)
    writer.transport.pause_reading()
    writer.write(request * n)
    m = await nj.register("somebody")
    ok(m, "%d requests and no eyes: others are served" % n)
    ok(writer.transport.get_write_buffer_size() > 0,
       "and not all of them are read")
    grown = nj.private_kb(pid) - before
    ok(grown < int(most_kb), "push has not grown by much (%d kB)" % grown)
    writer.transport.resume_reading()
    good = 0
    for _ in range(n):
        status, headers = await asyncio.wait_for(nj.read_head(reader),
                                                 nj.seconds(30))
        await nj.read_body(reader, status, headers)
        good += status == 200
    equal(good, n, "in the end each is answered")
    writer.close()

    # Behind a long-poll they wait for its end.
    reader, writer = await asyncio.open_unix_connection(sock)
    cursor = await nj.head_seq(ann)
    writer.write(nj.head("GET", "/v1/events?wait=1&since=%d" % cursor, {
        "Authorization": "Bearer " + ann.token}) +
        request * 2000)
    good = 0
    for _ in range(2001):
        status, headers = await asyncio.wait_for(nj.read_head(reader),
                                                 nj.seconds(30))
        await nj.read_body(reader, status, headers)
        good += status == 200
    equal(good, 2001, "2000 requests behind a long-poll: each is answered")
    writer.close()

    # The answer to HEAD has no body: what follows it is the next answer.
    reader, writer = await asyncio.open_unix_connection(sock)
    writer.write(nj.head("HEAD", "/v1/events", {}) +
                 nj.head("HEAD", "/nothing", {}) + request)
    got = []
    for _ in range(3):
        status, headers = await asyncio.wait_for(nj.read_head(reader),
                                                 nj.seconds(10))
        got.append((status, headers.get("allow")))
    equal(got, [(405, "GET"), (404, None), (200, None)],
          "HEAD is refused without a body")
    writer.close()


nj.main(scenario)
