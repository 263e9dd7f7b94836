#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Ends a run of all suites: prints what each suite counted, then every failed test with
# its name and the command that runs it again.  Status 1 if a test failed, or if nothing
# was tested.
#   table.sh FILE     of $CAPGATE_TEST_COUNTS; see tests/tally.sh
set -u
awk -F'\t' '
	BEGIN { n = 0; printf "\n%-44s %7s %7s %8s %8s\n", "suite", "passed", "failed", "skipped", "seconds" }
	$1 == "count" {
		printf "%-44s %7d %7d %8d %8d\n", $6, $2, $3, $4, $5
		passed += $2; failed += $3; skipped += $4
	}
	$1 == "failed" { name[n] = $2 ": " $3; again[n++] = $4 }
	END {
		printf "%-44s %7d %7d %8d\n", "together", passed, failed, skipped
		for (i = 0; i < n; i++)
			printf "%sfailed: %s\n  again: sudo %s\n", i ? "" : "\n", name[i], again[i]
		exit failed || !passed
	}' <(sort -s -k1,1 "$1")
