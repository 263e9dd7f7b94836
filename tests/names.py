#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Names of the code that readers and tools would mix up, one a line.

  names.py both FILE...    a name that is a type and a function
  names.py shared FILE...  a static function's name in more than three files
"""
import collections
import re
import sys

# As many files may have a static function of the same name: parsers of the same kind.
FILES = 3
NOT_CODE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
TYPE = re.compile(r"\b(?:struct|enum|union)\s+(\w+)")
# At the margin: a return type, a name, an argument list, then a body or a semicolon.
FUNCTION = re.compile(r"^(?!typedef\b|return\b)((?:\w+[\s*]+)+)(\w+)\(([^;{}]*)\)[^;{}()]*([;{])", re.M)


def read(path):
    with open(path, encoding="utf-8") as f:
        return NOT_CODE.sub(" ", f.read())


def both(codes):
    types, functions = set(), {}
    for path, code in codes:
        types.update(TYPE.findall(code))
        for m in FUNCTION.finditer(code):
            functions.setdefault(m.group(2), path)
    return [f"{path}: {name}" for name, path in sorted(functions.items()) if name in types]


def shared(codes):
    homes = collections.defaultdict(set)
    for path, code in codes:
        for m in FUNCTION.finditer(code):
            if re.match(r"static\b", m.group(1)) and m.group(4) == "{" and path.endswith(".c"):
                homes[m.group(2)].add(path)
    return [f"{name}: {' '.join(sorted(where))}" for name, where in sorted(homes.items()) if len(where) > FILES]


if __name__ == "__main__":
    for found in {"both": both, "shared": shared}[sys.argv[1]]([(p, read(p)) for p in sys.argv[2:]]):
        print(found)
