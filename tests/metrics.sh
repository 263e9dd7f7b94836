#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# metrics: counts from a decision log, in the format that node-exporter reads.
set -u
. "$(dirname "$0")/tally.sh"
here=$(cd "$(dirname "$0")" && pwd)
capgate=${CAPGATE:-$here/../build/capgate}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prove() {
	if "${@:2}" >"$work/out" 2>&1; then ok; else not_ok "$1"; cat "$work/out" "$work/prom"; fi
}
canary=$(sed -n 's/.*WIRING_CANARY_ID "\(.*\)"/\1/p' "$here/../hook/engines/wiring.h")
line() { # TIME ID ENGINE VERDICT RULES
	printf '{"capgate":1,"time":"%s","id":"%s","engine":%s,"stage":"precreate","mode":"enforce","verdict":"%s","status":0,"rules":[%s],"removed":{"bounding":["CAP_NET_RAW"]},"exemptions":[],"policy":"/etc/capgate/policy.json","policy_digest":"sha256:%s","bundle":null,"reason":"x"}\n' \
		"$1" "$2" "$3" "$4" "$5" "$2"
}
{
	line 2026-11-24T10:00:00.250Z a '"podman"' strip '"CPG101"'
	line 2026-11-24T10:00:01Z b '"podman"' strip '"CPG101","CPG102"'
	line 2026-11-24T10:00:02Z c '"docker"' refuse '"CPG201"'
	line 2026-11-24T10:00:03Z d null pass ''
	line 2026-11-24T10:00:04Z "$canary" '"podman"' refuse '"CPG101"'
	line 2026-11-24T10:00:02Z 'e' '"a\"b\\{}\u000ac"' pass ''
	echo 'half a li'
	line 2026-11-24T10:00:01Z f '"podman"' pass '' | sed 's/"exemptions":\[\]/"exemptions":["EX-17"]/'
	# An exemption's name may be long: cut, but not within a character.
	line 2026-11-24T10:00:01Z g '"podman"' pass '' | sed "s/\"exemptions\":\[\]/\"exemptions\":[\"x$(printf 'ä%.0s' {1..80})\"]/"
} >"$work/log"
has() { grep -qxF -- "$1" "$work/prom"; }
refuses_fifo() {
	! "$capgate" metrics --no-doctor --log "$work/log" --output "$work/fifo" 2>"$work/said" && [ -p "$work/fifo" ] &&
		grep -q "not a regular file.*omit --output" "$work/said"
}
prove "a log can be read" "$capgate" metrics --no-doctor --log "$work/log" --output "$work/prom"
prove "decisions are counted by verdict and engine" has 'capgate_decisions{verdict="strip",engine="podman",stage="precreate",mode="enforce"} 2'
prove "refusals too" has 'capgate_decisions{verdict="refuse",engine="docker",stage="precreate",mode="enforce"} 1'
prove "an unknown engine has a name" has 'capgate_decisions{verdict="pass",engine="unknown",stage="precreate",mode="enforce"} 1'
prove "doctor's canary does not count" sh -c '! grep -q "refuse.*podman" "$1"' - "$work/prom"
prove "rules are counted" has 'capgate_decision_rules{rule="CPG101"} 2'
prove "exemptions are counted" has 'capgate_decision_exemptions{id="EX-17"} 1'
prove "no label value can break out of its quotes" has 'capgate_decisions{verdict="pass",engine="a\"b\\{}\nc",stage="precreate",mode="enforce"} 1'
prove "half a line is reported, not counted" has 'capgate_log_unreadable_lines 1'
prove "the policy is that of the last decision" has 'capgate_policy_info{source="/etc/capgate/policy.json",digest="sha256:d"} 1'
prove "its time is a number" has 'capgate_last_decision_timestamp_seconds 1795514403'
# The text format (Prometheus, exposition formats, 0.0.4): what promtool check
# metrics would refuse.
lint() {
	python3 - "$1" <<'P'
import re, sys
text = open(sys.argv[1], encoding="utf-8").read()
assert text.endswith("\n")
name = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
label = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
sample = re.compile(rf"({name})(?:\{{({label}(?:,{label})*)?\}})? (-?[0-9.]+(?:[eE][-+]?[0-9]+)?)$")
typed, helped, family, series = {}, set(), None, set()
for line in text.split("\n")[:-1]:
    if m := re.match(rf"# HELP ({name}) \S.*$", line):
        assert m[1] not in helped, "HELP twice: " + line
        helped.add(m[1])
        family = m[1]
    elif m := re.match(rf"# TYPE ({name}) (gauge|counter|untyped)$", line):
        assert m[1] == family and m[1] not in typed, "TYPE out of place: " + line
        assert (m[2] == "counter") == m[1].endswith("_total"), line
        typed[m[1]] = m[2]
    else:
        m = sample.match(line)
        assert m, "not a sample: " + line
        assert m[1] == family, "out of its family: " + line
        assert (m[1], m[2]) not in series, "twice: " + line
        series.add((m[1], m[2]))
P
}
prove "the file is of the format" lint "$work/prom"
prove "a long name is cut between characters" grep -q 'id="xää*"} 1' "$work/prom"
prove "the file can be read by everybody" [ "$(stat -c %a "$work/prom")" = 644 ]
prove "nothing else is left" [ "$(ls -A "$work" | tr '\n' ' ')" = "log out prom " ]
# A log that has been turned over: both files count.  Then a long one.
mv "$work/log" "$work/log.1"
line 2026-11-24T10:00:09Z z '"podman"' strip '"CPG101"' >"$work/log"
"$capgate" metrics --no-doctor --log "$work/log" --output "$work/prom"
prove "the older file of the log counts too" has 'capgate_decisions{verdict="strip",engine="podman",stage="precreate",mode="enforce"} 3'
prove "and is older" has 'capgate_policy_info{source="/etc/capgate/policy.json",digest="sha256:z"} 1'
rm "$work/log"
"$capgate" metrics --no-doctor --log "$work/log" --output "$work/prom"
prove "alone as well" has 'capgate_decisions{verdict="strip",engine="podman",stage="precreate",mode="enforce"} 2'
rm "$work/log.1"
line 2026-11-24T10:00:09Z z '"podman"' strip '"CPG101"' >"$work/log"
for _ in $(seq 17); do cat "$work/log" "$work/log" >"$work/log.new" && mv "$work/log.new" "$work/log"; done
"$capgate" metrics --no-doctor --log "$work/log" --output "$work/prom"
prove "131072 decisions, 40 MB" has 'capgate_decisions{verdict="strip",engine="podman",stage="precreate",mode="enforce"} 131072'
for i in $(seq 600); do line 2026-11-24T10:00:09Z z "\"engine$i\"" pass ''; done >"$work/log"
"$capgate" metrics --no-doctor --log "$work/log" --output "$work/prom"
prove "too many label values are left out, and that is reported" grep -q '^capgate_series_dropped ' "$work/prom"
prove "and the file is of the format" lint "$work/prom"
mkfifo "$work/fifo"
prove "what is no regular file is not replaced" refuses_fifo
# The log that a hook writes, with an exemption.
rm "$work/log"
chmod 755 "$work"
cat >"$work/policy.json" <<J
{"version":1,"log":{"file":"$work/log","system":false},
 "exemptions":[{"id":"EX-1","match":{"annotations":{"a":"b"}},"allow":["NET_RAW"],"reason":"test"}]}
J
chmod 644 "$work/policy.json"
printf '{"ociVersion":"1.0.2","annotations":{"a":"b"},"mounts":[{"destination":"/proc","type":"proc"}],"process":{"args":["x"],"cwd":"/","user":{"uid":0,"gid":0},"capabilities":{"bounding":["CAP_NET_RAW"]}},"root":{"path":"r"}}' |
	"$capgate" precreate --policy "$work/policy.json" >/dev/null 2>"$work/err"
"$capgate" metrics --no-doctor --log "$work/log" --output "$work/prom"
prove "what a hook logged can be read" has 'capgate_decision_exemptions{id="EX-1"} 1'
rm -f "$work/log" "$work/policy.json" "$work/err"
prove "no directory is made for the output" sh -c '! "$1" metrics --no-doctor --log "$2/none" --output "$2/no/such/x.prom" && [ ! -e "$2/no" ]' - "$capgate" "$work"
prove "no log is no failure" "$capgate" metrics --no-doctor --log "$work/none" --output "$work/prom"
prove "but is reported" has 'capgate_log_readable 0'
prove "it can be relative" sh -c 'cd "$1" && "$2" metrics --no-doctor --log log --output rel && cmp rel rel && rm rel' - "$work" "$capgate"
"$capgate" metrics --log "$work/none" >"$work/prom"
prove "doctor is asked" grep -qE '^capgate_doctor_status [012]$' "$work/prom"
finish "metrics"
