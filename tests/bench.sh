#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The benchmark's tools work: nothing here depends on how fast anything is.
set -u
. "$(dirname "$0")/tally.sh"
here=$(dirname "$0")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
measure() { "$here/bench/measure.py" "$@" >"$work/out" 2>"$work/err"; }
has() { # SENTENCE PYTHON: true of the JSON in out, which is r
	python3 -c "import json, sys; r = json.load(open(sys.argv[1])); sys.exit(not ($2))" "$work/out" &&
		ok || { not_ok "$1"; cat "$work/out" "$work/err"; }
}

[ -x "$HELPERS/bench" ] && [ -x "$HELPERS/noop-static" ] ||
	skip_all "the benchmark's tools" "they need the C library's archive (glibc-static)"

goals="goals --helpers $HELPERS --static $HOOK --dynamic $HOOK --installed $HOOK --check $HOOK --only hook --rounds 2"
# shellcheck disable=SC2086
measure $goals && grep -q '^dynamic hook, of a static no-op .* at most 2.20' "$work/out" && ok ||
	{ not_ok "the goals stand beside the figures"; cat "$work/out" "$work/err"; }
# shellcheck disable=SC2086
measure $goals --json
has "a figure for machines has its goal, and says whether it is met" \
	'all(f["goal"] is None or f["value"] is None or f["met"] == (f["value"] <= f["goal"]) for f in r["figures"]) and
	any(f["name"] == "peak memory, static" and f["value"] > 0 for f in r["figures"])'
# shellcheck disable=SC2086
measure goals --helpers "$HELPERS" --static "$work/none" --dynamic "$HOOK" --installed "$HOOK" --check "$HOOK" --only hook && not_ok "a program that is missing ends it" || ok
mkdir "$work/build" && cp "$HOOK" "$work/build/capgate-hook"
measure compare --helpers "$HELPERS" --base "$work/build" --new "$(dirname "$HOOK")" --rounds 2 --json
# Where the kernel puts the heap, one call more or less is made.
has "a build and itself make the same system calls, but for one or two" \
	'all(abs(x["base"] - x["new"]) <= 2 for x in r["results"] if x["name"].endswith("system calls")) and
	all(x["base"] > 0 and x["ratio"] > 0 for x in r["results"] if x["base"] is not None)'
finish "the benchmark's tools"
