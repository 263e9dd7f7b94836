#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# metrics: counts from a decision log, in the format that node-exporter reads.
set -u
here=$(cd "$(dirname "$0")" && pwd)
capgate=${CAPGATE:-$here/../build/capgate}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
prove() {
	if "${@:2}" >"$work/out" 2>&1; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "not ok $1"; cat "$work/out" "$work/prom"; fi
}
canary=$(sed -n 's/.*WIRING_CANARY_ID "\(.*\)"/\1/p' "$here/../hook/wiring.h")
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
	sed 's/}$/,"exemption":"EX-17"}/' <<<"$(line 2026-11-24T10:00:01Z f '"podman"' pass '')"
} >"$work/log"
has() { grep -qxF -- "$1" "$work/prom"; }
prove "a log can be read" "$capgate" metrics --no-doctor --log "$work/log" --output "$work/prom"
prove "decisions are counted by verdict and engine" has 'capgate_decisions{verdict="strip",engine="podman",stage="precreate",mode="enforce"} 2'
prove "refusals too" has 'capgate_decisions{verdict="refuse",engine="docker",stage="precreate",mode="enforce"} 1'
prove "an unknown engine has a name" has 'capgate_decisions{verdict="pass",engine="unknown",stage="precreate",mode="enforce"} 1'
prove "doctor's canary does not count" sh -c '! grep -q "refuse.*podman" "$1"' - "$work/prom"
prove "rules are counted" has 'capgate_decision_rules{rule="CPG101"} 2'
prove "exemptions are counted" has 'capgate_decision_exemptions{id="EX-17"} 1'
prove "no label value can break out of its quotes" has 'capgate_decisions{verdict="pass",engine="a_b____c",stage="precreate",mode="enforce"} 1'
prove "half a line is told, not counted" has 'capgate_log_unreadable_lines 1'
prove "the policy is that of the last decision" has 'capgate_policy_info{source="/etc/capgate/policy.json",digest="sha256:d"} 1'
prove "its time is a number" has 'capgate_last_decision_timestamp_seconds 1795514403'
prove "every line is of the format" sh -c '! grep -vE "^(# (HELP|TYPE) [a-z_]+ .*|[a-z_]+(\{([a-z_]+=\"[^\"\\\\]*\",?)*\})? [0-9.e+]+)$" "$1"' - "$work/prom"
prove "the file can be read by everybody" [ "$(stat -c %a "$work/prom")" = 644 ]
prove "nothing else is left" [ "$(ls -A "$work" | tr '\n' ' ')" = "log out prom " ]
prove "no log is no failure" "$capgate" metrics --no-doctor --log "$work/none" --output "$work/prom"
prove "but is told" has 'capgate_log_readable 0'
prove "it can be relative" sh -c 'cd "$1" && "$2" metrics --no-doctor --log log --output rel && cmp rel rel && rm rel' - "$work" "$capgate"
"$capgate" metrics --log "$work/none" >"$work/prom"
prove "doctor is asked" grep -qE '^capgate_doctor_status [012]$' "$work/prom"
echo "metrics: $passed passed, $failed failed"
[ -z "${CAPGATE_TEST_COUNTS:-}" ] || echo "$passed $failed" >>"$CAPGATE_TEST_COUNTS"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
