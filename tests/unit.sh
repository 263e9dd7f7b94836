#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs all unit tests; a program that fails does not stop the others.
#   unit.sh PROGRAM...
#   ONLY=WORDS    the tests with these words in their name (a blank is an underscore)
set -u
. "$(dirname "$0")/tally.sh"
work=$(mktemp -d)
export PROFILES=$tree/tests/profiles
trap 'rm -rf "$work"' EXIT
suite="unit tests$(flavour "$(dirname "$(dirname "$(dirname "$1")")")")"
again() { echo "make $(sanitizer "$suite" check-unit) ONLY=$1"; }

for program; do
	# A process of its own for each test costs most of the time under sanitizers, so
	# there is one for all; only when it fails is each test asked for.
	status=1
	case $suite in *"("*) CK_FORK=no "$program" >"$work/out" 2>&1; status=$? ;; esac
	if [ $status -ne 0 ]; then
		"$program" >"$work/out" 2>&1
		status=$?
	fi
	# "100%: Checks: 12, Failures: 0, Errors: 0", then FILE:LINE:KIND:CASE:TEST:LOOP: WORDS
	counts=$(sed -n 's/^[0-9]*%: Checks: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\)$/\1 \2 \3/p' "$work/out")
	read -r run failures errors <<<"${counts:-0 0 0}"
	passed=$((passed + run - failures - errors))
	before=$failed
	while IFS=: read -r _ _ _ _ test loop _; do
		not_ok "$test"
		grep -F ":$test:$loop:" "$work/out"
	done < <(grep -E '^[^:]+:[0-9]+:[FE]:' "$work/out")
	# It may have ended before it could count.
	if [ $status -ne 0 ] && [ $failed -eq "$before" ]; then
		not_ok "$(basename "$program")"
		tail -n 20 "$work/out"
	fi
done
finish "$suite"
