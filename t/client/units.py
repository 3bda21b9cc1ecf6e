"""units - does a unit for systemd allow the calls that the program needs?

    units fcgi|push UNIT

The programs confine themselves to the calls of lib/base/syscall.def and those
that lib/base/sandbox.c names; a filter of the unit must not be narrower, or
they are killed by it.  Prints what is missing.
"""

import os
import re
import subprocess
import sys

BASE = os.environ["NJ_SRC"] + "/lib/base/"
# SQLite gives files away when it is root, which the programs are not.
ROOTS = {"fchown"}


def known():
    """The sets of systemd: name → calls and names of other sets."""
    sets, name = {}, None
    text = subprocess.run(["systemd-analyze", "--no-pager", "syscall-filter"],
                          check=True, capture_output=True, text=True).stdout
    for line in text.splitlines():
        if line.startswith("@"):
            name = line.strip()
            sets[name] = set()
        elif line.startswith("    ") and not line.strip().startswith("#"):
            sets[name].add(line.strip())
    return sets


def calls(sets, word):
    if not word.startswith("@"):
        return {word}
    return set().union(*(calls(sets, part) for part in sets[word]))


def allowed(sets, unit):
    found = set()
    with open(unit) as file:
        for line in re.findall(r"^SystemCallFilter=(.*)$", file.read(), re.M):
            words = line.lstrip("~").split()
            these = set().union(*(calls(sets, word) for word in words))
            found = found - these if line.startswith("~") else found | these
    return found


def needed(role):
    who = {"ALL", {"fcgi": "WORKER", "push": "PUSH"}[role]}
    with open(BASE + "syscall.def") as file:
        found = {name for whose, name in re.findall(
            r"^X\((\w+), (\w+)\)$", file.read(), re.M) if whose in who}
    with open(BASE + "sandbox.c") as file:
        text = file.read()
    if role == "push":		# it makes no thread
        text = re.sub(r"^add_threads.*?^}", "", text, flags=re.M | re.S)
    return found | set(re.findall(r'^\t\t{ "(\w+)",', text, re.M))


def main(role, unit):
    sets = known()
    everything = calls(sets, "@known")
    for name in sorted(needed(role) - allowed(sets, unit) - ROOTS):
        if name in everything:		# and not of another processor
            print(name)


main(*sys.argv[1:])
