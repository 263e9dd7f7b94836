#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Golden cases: each directory below tests/cases holds
#   config.json       what comes in
#   policy.json       the policy, when it is not the built-in one
#   expected-status   the exit status of precreate and of createRuntime
#   expected.json     what precreate writes, byte for byte (none: nothing)
# They are written by hand, never by the program they test.
#   CASE=NAME         this one alone
set -u
. "$(dirname "$0")/tally.sh"
cases=$(cd "$(dirname "$0")/cases" && pwd)
capgate=${CAPGATE:-$cases/../../build/capgate}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# An installed policy must not decide: the built-in one, by name.
printf '{"version":1}' >"$work/default.json"
# As in a container that is not privileged.
read_only=false
! awk '$2 == "/proc/sys" || $2 == "/proc" { ro = $4 ~ /(^|,)ro(,|$)/ } END { exit !ro }' /proc/self/mounts || read_only=true

# one STAGE STATUS DIRECTORY: a line only when it fails.
one() {
	policy="$3/policy.json"
	if [ -f "$policy" ]; then cp "$policy" "$work/policy.json"; else cp "$work/default.json" "$work/policy.json"; fi
	chmod 600 "$work/policy.json"
	"$capgate" "$1" --policy "$work/policy.json" <"$3/config.json" >"$work/out" 2>"$work/err"
	got=$?
	# What builds for sanitizers say at the start is none of the verdict.
	sed -i '/^capgate: NOT CONFINED/d' "$work/err"
	expected=/dev/null
	[ "$1" = precreate ] && [ -f "$3/expected.json" ] && expected="$3/expected.json"
	why=
	[ $got -eq "$2" ] || why="status $got, not $2"
	cmp -s "$work/out" "$expected" || why="$why; the output differs"
	if [ $got -ne 0 ] && [ "$(wc -l <"$work/err")" -ne 1 ]; then why="$why; not one line on stderr"; fi
	if [ -n "$why" ]; then
		not_ok "$(basename "$3") $1: $why"
		cat "$work/err"
	else
		ok
	fi
}

suite="golden cases$(flavour "$(dirname "$capgate")")"
again() { echo "make $(sanitizer "$suite" check-golden) CASE=${1%% *}"; }
for dir in "$cases"/${CASE:-*}/; do
	[ -d "$dir" ] || { echo "golden cases: tests/cases/$CASE is not there" >&2; exit 1; }
	# Sysctls are put in only where they can be set.
	if $read_only && grep -qs '"sysctl":{"net.ipv4' "$dir/expected.json"; then
		skipped=$((skipped + 1))
		continue
	fi
	while read -r stage status; do
		one "$stage" "$status" "${dir%/}"
	done <"$dir/expected-status"
done
finish "$suite"
