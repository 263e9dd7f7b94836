#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""manrules.py check|update: is capgate-rules(7) what lib/capgate/rules.def says?

Each rule's section holds lines made from its row and, between cause and remedy,
words of its own.  update rewrites the lines, keeps the words, and adds sections
for new rules; check prints what update would change.
"""
import ast
import difflib
import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PAGE = os.path.join(TOP, "hook", "capgate-rules.7")
ROW = """#define CAPGATE_RULE(symbol, id, name, severity, status, aliases, cause, remedy) \\
@ id @ name @ #severity @ status @ aliases @ cause @ remedy
#include "lib/capgate/rules.def"
"""


def text(tokens):
    """Adjacent string literals as one string."""
    return "".join(ast.literal_eval(p) for p in re.findall(r'"(?:[^"\\]|\\.)*"', tokens))


def rules():
    out = subprocess.run([*os.environ.get("CC", "cc").split(), "-E", "-P", "-x", "c", "-"], input=ROW, cwd=TOP,
                         capture_output=True, text=True, check=True).stdout
    fields = [f.strip() for f in out.split("@")[1:]]
    for i in range(0, len(fields), 7):
        rule, name, severity, status, aliases, cause, remedy = fields[i:i + 7]
        if text(rule) != "CPG000":
            yield (text(rule), text(name), text(severity).lower(), int(status), text(aliases).split(),
                   text(cause).replace("\\", "\\e"), text(remedy).replace("\\", "\\e"))


def own_words(page):
    """From a rule's id to the lines between its cause and its remedy."""
    return {m[1]: m[2] for m in re.finditer(r"^\.Ss (CPG\d+) .*?^Cause: [^\n]*\n(.*?)^\.Pp\nRemedy: ", page, re.M | re.S)}


def section(row, words):
    rule, name, severity, status, aliases, cause, remedy = row
    lines = [f".Ss {rule} {name}", f"Severity {severity}, {f'hook status {status}' if status else 'a note'}."]
    if aliases:
        lines.append(f"Also known as {', '.join(aliases)}.")
    lines += [".Pp", f"Cause: {cause}."]
    return "\n".join(lines) + "\n" + words.get(rule, "") + f".Pp\nRemedy: {remedy}.\n"


def updated(page):
    words, found = own_words(page), list(rules())
    assert len(found) >= 30, "rules.def could not be read"
    # A group is a .Sh whose first section is CPGn..; its rules are those of that hundred.
    def group(m):
        digit = m[2]
        return m[1] + "".join(section(r, words) for r in found if r[0][3] == digit)
    page, groups = re.subn(r"^(\.Sh [^\n]*\n(?:(?!\.S[hs] )[^\n]*\n)*)\.Ss CPG(\d).*?(?=^\.Sh )", group, page, flags=re.M | re.S)
    assert groups == len({r[0][3] for r in found}), "a hundred of rules has no .Sh of its own"
    return page


with open(PAGE, encoding="utf-8") as f:
    old = f.read()
new = updated(old)
if sys.argv[1:] == ["update"]:
    with open(PAGE, "w", encoding="utf-8") as f:
        f.write(new)
elif old != new:
    print("tests/manrules.py update would make it so:")
    sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), new.splitlines(True), "page", "rules.def"))
    sys.exit(1)
