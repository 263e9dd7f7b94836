#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The end-to-end tests, as root: real runtimes, real containers.
#   tests/e2e/run.sh [FILE.bats...]
#   ONLY=WORDS    the tests with these words in their name
#
# crun and podman refuse hybrid cgroups, so everything runs without them; on a pure v1
# or v2 machine nothing is changed.
set -u
. "$(dirname "$0")/../tally.sh"
here=$tree/tests/e2e
[ $# -gt 0 ] || set -- "$here"/*.bats
suite="end to end"
[ $# -gt 1 ] || suite="end to end: $(basename "$1" .bats)"
[ -n "$own_machine" ] || skip_all "$suite" "root and mount namespaces are needed"
if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi
missing=
for tool in bats jq runc crun podman busybox; do
	command -v $tool >/dev/null 2>&1 || missing="$missing $tool"
done
[ -z "$missing" ] || skip_all "$suite" "not installed:$missing (contrib/setup check installs them)"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
# file NAME: in which of the files that test is.
file() { grep -lF -- "@test \"$1\"" "$here"/*.bats | head -n 1; }
again() { echo "make check-bats E2E=tests/e2e/$(basename "$(file "$1")") ONLY='$(words "$1")'"; }

# bats takes a regular expression.
filter=()
[ -z "${ONLY:-}" ] || filter=(-f "$(printf '%s' "$ONLY" | sed 's/[][\.*^$()+?{}|/]/\\&/g')")
bats --tap "${filter[@]}" "$@" >"$log" 2>&1
status=$?
# In the middle of many suites, what passed is only counted.
if [ -n "${CAPGATE_TEST_BRIEF:-}" ]; then grep -vE '^(1\.\.|ok )' "$log"; else cat "$log"; fi
while read -r line; do
	case $line in
	ok\ *\ \#\ skip*not\ installed*) skip "${line#ok * }" ;;
	ok\ *\ \#\ skip*) skipped=$((skipped + 1)) ;; # what the kernel does not let root do here
	ok\ *) ok ;;
	not\ ok\ *) note_failure "$(sed 's/^not ok [0-9]* //' <<<"$line")" ;;
	esac
done < <(grep -E '^(not )?ok [0-9]' "$log")
[ $status -eq 0 ] || [ $failed -gt 0 ] || not_ok "bats itself ended with $status"
finish "$suite"
