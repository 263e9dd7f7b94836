#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Everything fails once.
#   run.sh DIRECTORY-OF-HELPERS STEP
# STEP 1 tries every system call of every golden case in every way (minutes);
# a larger one only every STEPth, each time others.
set -u
here=$(cd "$(dirname "$0")" && pwd)
cases=$here/../cases
bin=$1 step=$2
capgate=${CAPGATE:-$here/../../build/capgate}
work=$(mktemp -d)
trap 'umount "$work/small" 2>/dev/null; rm -rf "$work"' EXIT
umask 077
passed=0 failed=0

ok() {
	if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "not ok $2"; fi
}

"$bin/arena" "$cases"/*/*.json
ok $? "an allocation fails"

# ---- system calls -----------------------------------------------------------------

row() { printf '%s' "$1"; shift; printf '\t%s' "$@"; printf '\n'; }
printf '{"version":1,"log":{"file":"%s","system":false}}' "$work/decisions.jsonl" >"$work/policy.json"
skip=$((RANDOM % step)) n=0
for dir in "$cases"/*/; do
	name=$(basename "$dir")
	policy=$work/policy.json
	if [ -f "$dir/policy.json" ]; then
		policy=$work/policy-$name.json
		cp "$dir/policy.json" "$policy"
		chmod 600 "$policy"
	fi
	mkdir -p "$work/bundles/$name"
	cp "$dir/config.json" "$work/bundles/$name/"
	printf '{"ociVersion":"1.0.2","id":"x","pid":1,"bundle":"%s"}' "$work/bundles/$name" >"$work/bundles/$name/state"
	row "$name precreate" filter "$dir/config.json" "$capgate" precreate --policy "$policy"
	row "$name createRuntime" filter "$work/bundles/$name/state" "$capgate" createRuntime --policy "$policy"
done >"$work/list"
{
	row "precreate, installed policy" filter "$cases/net-raw-first/config.json" "$capgate" precreate
	row "check" linter /dev/null "$capgate" check --policy "$work/policy.json" "$cases/net-raw-first/config.json" "$cases/allowed-all-thirteen/config.json"
	row "check, json" linter /dev/null "$capgate" check --policy "$work/policy.json" --format json "$cases/net-raw-first"
	row "check of a good one" linter /dev/null "$capgate" check --policy "$work/policy.json" "$cases/allowed-all-thirteen/config.json"
	cp "$cases/net-raw-first/config.json" "$work/fixed.json"
	row "check --in-place" "keep=$work/fixed.json" /dev/null "$capgate" check --policy "$work/policy.json" --in-place "$work/fixed.json"
	row "policy show" linter /dev/null "$capgate" policy show --policy "$work/policy.json"
	row "policy check" linter /dev/null "$capgate" policy check "$work/policy.json"
} >>"$work/list"
"$bin/inject" -s "$step" "$work/list"
status=$?
[ $status -eq 77 ] || ok $status "a system call fails"

# ---- a disk that is full ---------------------------------------------------------------

full() {
	mkdir "$work/small"
	mount -t tmpfs -o size=64k none "$work/small" 2>/dev/null || return 0
	cp "$cases/net-raw-first/config.json" "$work/small/config.json"
	cp "$work/small/config.json" "$work/before"
	head -c 200000 /dev/zero >"$work/small/filler" 2>/dev/null
	timeout 20 "$capgate" precreate --policy "$work/policy.json" <"$work/before" >"$work/small/out" 2>"$work/err"
	ok $(($? != 22)) "precreate into a full disk ends with 22"
	timeout 20 "$capgate" check --policy "$work/policy.json" --in-place "$work/small/config.json" >/dev/null 2>"$work/err"
	got=$?
	ok $((got != 2)) "check --in-place on a full disk ends with 2, not $got"
	cmp -s "$work/before" "$work/small/config.json"
	ok $? "check --in-place on a full disk leaves the file as it was"
	[ "$(ls "$work/small")" = "$(printf 'config.json\nfiller\nout')" ]
	ok $? "and nothing beside it: $(ls "$work/small" | tr '\n' ' ')"
	# The log is full: the decision stands, unless the log is required.
	: >"$work/small/log"
	printf '{"version":1,"log":{"file":"%s","system":false}}' "$work/small/log" >"$work/log.json"
	timeout 20 "$capgate" precreate --policy "$work/log.json" <"$work/before" >"$work/out" 2>"$work/err"
	ok $? "precreate goes on without its log"
	printf '{"version":1,"log":{"file":"%s","system":false,"required":true}}' "$work/small/log" >"$work/log.json"
	timeout 20 "$capgate" precreate --policy "$work/log.json" <"$work/before" >"$work/out" 2>"$work/err"
	got=$?
	ok $((got != 22)) "precreate that must log ends with 22, not $got"
	[ ! -s "$work/out" ]
	ok $? "and writes nothing"
}
full
echo "torture: $passed passed, $failed failed"
[ -z "${CAPGATE_TEST_COUNTS:-}" ] || echo "$passed $failed" >>"$CAPGATE_TEST_COUNTS"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
