"""rooms_file TOKEN-ANN TOKEN-BOB ROOM FILE-URL IMAGE-URL - files of ann's in
messages.  The first sends a file of its own, then bob sends a link to it, then
ann an image by an address in full."""

import nj
import rooms
from nj import equal


async def scenario(anns, bobs, room, url, image):
    a, _ = await rooms.come(room, anns)
    b, _ = await rooms.come(room, bobs, a)
    a.say({"type": "message", "content": "mine", "file_url": url})
    got = await b.frame()
    equal((got["file_url"], got["file_name"], got["mime_type"],
           got["message_type"]), (url, "frog.png", "image/png", "text"),
          "a file of one's own, with what is known of it")
    b.say({"type": "message", "content": "hers", "file_url": url})
    got = await a.frame()
    equal((got["file_url"], got["file_name"]), (url, None), "a link to it")
    a.say({"type": "message", "message_type": "image", "attachment": {
        "url": image, "filename": "mine.png"}})
    got = await b.frame()
    equal((got["file_url"], got["file_name"], got["mime_type"],
           got["message_type"]), (image, "mine.png", "image/png", "image"),
          "an image as an attachment")
    await a.close()
    await b.close()


nj.main(scenario)
