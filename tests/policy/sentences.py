#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""sentences.py PAGE PROVED: has every sentence of a manual page a test?

Behind each sentence, item or display of the page stand comments

	.\\" = SENTENCE            proved by tests/policy.sh: a line of the file PROVED
	.\\" = unit NAME           START_TEST(NAME) in tests/unit
	.\\" = case NAME           tests/cases/NAME
	.\\" = e2e FILE: NAME      @test "NAME" in tests/e2e/FILE

Says what has none, and which tests there are not.
"""
import os
import re
import sys

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
UNCHECKED = {"NAME", "SEE ALSO"}
SILENT = (".Bl", ".El", ".Pp", ".Bd", ".Ed", ".Dd", ".Dt", ".Os", ".Nm", ".Nd")


def read(*path):
    with open(os.path.join(TESTS, *path), encoding="utf-8") as f:
        return f.read()


def tests_there_are(proved):
    with open(proved, encoding="utf-8") as f:
        names = set(f.read().splitlines())
    for name in os.listdir(os.path.join(TESTS, "unit")):
        if name.endswith(".c"):
            names |= {"unit " + t for t in re.findall(r"^START_TEST\((\w+)\)", read("unit", name), re.M)}
    names |= {"case " + name for name in os.listdir(os.path.join(TESTS, "cases"))}
    for name in os.listdir(os.path.join(TESTS, "e2e")):
        if name.endswith(".bats"):
            names |= {f"e2e {name}: {t}" for t in re.findall(r'^@test "(.*)" \{$', read("e2e", name), re.M)}
    return names


def unproved(lines, known):
    """(line number, complaint) of everything that is said and has no test."""
    said, since, section, item, literal = [], 0, "NAME", 0, False

    def left(number, why):
        nonlocal said
        if said and section not in UNCHECKED:
            yield since or number, f"{why}: {' '.join(said)}"
        said = []

    for number, line in enumerate(lines, 1):
        macro = line.split(" ", 1)[0]
        if line.startswith('.\\" = '):
            if line[6:] not in known:
                yield number, f"there is no such test, or it did not pass: {line[6:]}"
            said, item = [], 0
        elif line.startswith('.\\"'):
            continue
        elif literal and macro != ".Ed":
            said = said or [line]
        elif macro == ".Bd":
            yield from left(number, "no test")
            literal, since = True, number
        elif macro == ".Ed":
            literal = False
        elif macro in (".Sh", ".It", *SILENT):
            yield from left(number, "no test")
            if macro in (".It", ".El", ".Sh") and item and section not in UNCHECKED:
                yield item, f"an item without a test: {lines[item - 1]}"
            item = number if macro == ".It" else 0 if macro in (".El", ".Sh", ".Bl") else item
            if macro == ".Sh":
                section = line[4:]
        else:
            # New sentence, new line: what follows an end is another one.
            if said and re.search(r"\S\.$" if not said[-1].startswith(".") else r" \.$", said[-1]):
                yield from left(number, "no test")
            since = since if said else number
            said.append(line)
    yield from left(len(lines), "no test")


def main():
    page, proved = sys.argv[1:3]
    with open(page, encoding="utf-8") as f:
        lines = f.read().splitlines()
    complaints = list(unproved(lines, tests_there_are(proved)))
    for number, complaint in complaints:
        print(f"{page}:{number}: {complaint}")
    sys.exit(bool(complaints))


main()
