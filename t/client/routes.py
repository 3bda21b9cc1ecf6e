"""routes - each path of each dialect of FastAPI's family, with every method.

The paths are those of the tables in lib/dialect: what they list is there, in
both slash forms; every other method is refused in the family's words, with the
methods that there are; and nothing else is there.
"""

import glob
import os
import re

import nj
from nj import equal, ok

DEFS = os.path.join(os.environ["NJ_SRC"], "lib/dialect/d_*.def")
ROUTE = re.compile(r'^X\("([A-Z]+)", "([^"]+)"', re.MULTILINE)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
NOT_FOUND = {"detail": "Not Found"}
NOT_ALLOWED = {"detail": "Method Not Allowed"}


def tables():
    """Of each dialect: paths without a slash at their end, and their methods.

    A path that is there to the letter goes before one with a {name}.
    """
    for name in sorted(glob.glob(DEFS)):
        dialect = re.search(r"d_(\w+)\.def$", name).group(1)
        if dialect == "v1":
            continue
        table = {}
        with open(name) as f:
            for method, path in ROUTE.findall(f.read()):
                path = re.sub(r"\{\w+\}", "1", path.rstrip("/")) or "/"
                table.setdefault(path, set()).add(method)
        yield dialect, table


def forms(path):
    return (path,) if path == "/" else (path, path + "/")


async def refused(http, method, path, methods=None):
    """None, or what is wrong: 405 with these methods, 404 without any."""
    a = await http.request(method, path)
    status, detail = (405, NOT_ALLOWED) if methods else (404, NOT_FOUND)
    allow = set(re.findall("[A-Z]+", a.headers.get("allow", "")))
    # A HEAD is told by the status alone.
    if (a.status, allow) == (status, methods or set()) and (
            method == "HEAD" or a.json == detail):
        return None
    return "%s %s: %d %s %s" % (method, path, a.status, allow, a.body)


async def allowed(http, method, path):
    """Both forms say the same, and it is not that there is no such thing."""
    got = [await http.request(method, p) for p in forms(path)]
    if any(a.status in (307, 405, 500) or a.json == NOT_FOUND for a in got) or \
            len({(a.status, a.body) for a in got}) != 1:
        return "%s %s: %s" % (method, path, [(a.status, a.body) for a in got])
    return None


async def scenario():
    http = nj.Http()
    seen = set()
    for dialect, table in tables():
        paths = {p for p in table if not p.startswith("/upcall/")}
        ok(len(paths) > 1 and not seen & paths,
           "%s has %d paths of its own" % (dialect, len(paths)))
        seen |= paths
        bad = [await refused(http, "POST", p) for p in table.keys() - paths]
        for path in sorted(paths):
            methods = table[path]
            for method in METHODS:
                if method in methods:
                    bad.append(await allowed(http, method, path))
                    continue
                for form in forms(path):
                    bad.append(await refused(http, method, form, methods))
            bad.append(await refused(http, "GET", path.rstrip("/") + "//x"))
        equal([b for b in bad if b], [], "each with every method")


nj.main(scenario)
