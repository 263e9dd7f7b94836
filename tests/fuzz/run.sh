#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Fuzzes every target for a while and says how much was done.
#   run.sh DIRECTORY-OF-PROGRAMS WORK SECONDS [TARGET...]
# WORK keeps the corpora from one run to the next; what broke a promise is left
# there as crash-*, timeout-* or oom-*.  Appends "target executions seconds edges
# features corpus" to WORK/log.
set -u
bin=$1 work=$2 seconds=$3
shift 3
here=$(cd "$(dirname "$0")" && pwd)
[ $# -gt 0 ] || set -- json spec process rewrite state policy inspect documents argv
mkdir -p "$work"
seeds=$work/seeds
if [ ! -d "$seeds" ]; then
	mkdir "$seeds"
	n=0
	for f in "$here"/../cases/*/*.json "$here"/../inputs/*.* "$here"/corpus/*/*; do
		[ -f "$f" ] && cp "$f" "$seeds/$((n++))"
	done
fi
status=0
for t; do
	mkdir -p "$work/$t"
	dict=$here/json.dict more=$seeds
	if [ "$t" = argv ]; then dict=$here/argv.dict more=$here/argv; fi
	"$bin/fuzz_$t" -max_total_time="$seconds" -max_len=4096 -dict="$dict" -timeout=10 -rss_limit_mb=1024 \
		-print_final_stats=1 -artifact_prefix="$work/$t-" -seed=$((RANDOM + 1)) \
		"$work/$t" "$more" >"$work/$t.out" 2>&1 || { status=1; echo "$t: broken; see $work/$t.out"; }
	awk -v t="$t" -v s="$seconds" '
		/^#[0-9]+/ { for (i = 1; i < NF; i++) { if ($i == "cov:") e = $(i + 1); if ($i == "ft:") f = $(i + 1); if ($i == "corp:") c = $(i + 1) } }
		/stat::number_of_executed_units/ { n = $2 }
		END { print t, n, s, e, f, c }' "$work/$t.out" >>"$work/log"
done
exit $status
