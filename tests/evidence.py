#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""evidence.py PROGRAM DIRECTORY: runs the commands of the Tenable, Wazuh and InSpec files
as these programs do, and prints each control with PASS or FAIL; a file that breaks its
format's rules is an error."""
import re
import subprocess
import sys

import yaml

PROGRAM, DIRECTORY = sys.argv[1:3]


def run(command):
    # No shell: words, and standard output line by line.
    words = [PROGRAM if w == "/usr/bin/capgate" else w for w in command.split()]
    return subprocess.run(words, capture_output=True, text=True, timeout=120, check=False).stdout.splitlines()


def tenable():
    text = "\n".join(l for l in open(DIRECTORY + "/capgate.audit", encoding="utf-8").read().splitlines() if not l.startswith("#"))
    body = re.fullmatch(r'\s*<check_type:"Unix">(.*)</check_type>\s*', text, re.S).group(1)
    items = re.findall(r"<custom_item>(.*?)</custom_item>", body, re.S)
    assert not re.sub(r"<custom_item>.*?</custom_item>", "", body, flags=re.S).strip(), "something stands between the items"
    seen = set()
    for item in items:
        fields = dict(re.fullmatch(r"\s*(\w+)\s*:\s*(.*?)\s*", line).groups() for line in item.strip().splitlines())
        assert set(fields) == {"type", "description", "info", "solution", "reference", "cmd", "timeout", "expect", "dont_echo_cmd"}, fields
        assert fields["type"] == "CMD_EXEC" and fields["dont_echo_cmd"] == "YES" and fields["description"] not in seen
        seen.add(fields["description"])
        for name in ("description", "info", "solution", "reference", "cmd", "timeout", "expect"):
            assert re.fullmatch(r'"[^"]*"', fields[name]), fields[name]
        expect = fields["expect"].strip('"')
        good = any(re.search(expect, line) for line in run(fields["cmd"].strip('"')))
        print("tenable", re.search(r"5\.[0-9]+", fields["description"]).group(), "PASS" if good else "FAIL")


def wazuh():
    policy = yaml.safe_load(open(DIRECTORY + "/capgate_sca.yml", encoding="utf-8"))
    assert {"id", "file", "name", "description", "references"} == set(policy["policy"]) and policy["requirements"]["condition"] == "all"
    ids = [check["id"] for check in policy["checks"]]
    assert len(set(ids)) == len(ids) and all(isinstance(i, int) for i in ids)
    for check in policy["checks"]:
        assert set(check) == {"id", "title", "description", "rationale", "remediation", "compliance", "condition", "rules"}, check
        command, wanted = re.fullmatch(r"c:(.*) -> r:(.*)", check["rules"][0]).groups()
        # OS_Regex: ^ is the beginning, . and - are themselves
        assert re.fullmatch(r"\^[A-Za-z0-9.\- ]+", wanted) and len(check["rules"]) == 1
        good = any(line.startswith(wanted[1:]) for line in run(command))
        print("wazuh", check["compliance"][0]["cis"][0], "PASS" if good else "FAIL")


def inspec():
    profile = yaml.safe_load(open(DIRECTORY + "/inspec/inspec.yml", encoding="utf-8"))
    assert {"name", "title", "summary", "license", "version", "supports"} == set(profile) and profile["supports"] == [{"os-family": "linux"}]
    text = open(DIRECTORY + "/inspec/controls/capgate.rb", encoding="utf-8").read()
    command, = re.findall(r'describe command\("([^"]*)"\) do', text)
    wanted, = re.findall(r"its\('stdout'\) \{ should match\(/(.*)/\) \}", text)
    status, = re.findall(r"its\('exit_status'\) \{ should eq (\d+) \}", text)
    for control in re.findall(r"^  '(CIS-Docker-[0-9.]+)' => '", text, re.M):
        words = [PROGRAM if w == "/usr/bin/capgate" else w for w in command.replace("#{id}", control).split()]
        said = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
        found = re.search(wanted.replace("#{Regexp.escape(id)}", re.escape(control)), said.stdout, re.M)
        print("inspec", control.removeprefix("CIS-Docker-"), "PASS" if found and said.returncode == int(status) else "FAIL")


tenable()
wazuh()
inspec()
