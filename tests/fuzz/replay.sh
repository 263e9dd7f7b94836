#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every fuzz target over its corpus and changes of it: no sanitizer finding, no crash.
#   replay.sh DIRECTORY-OF-PROGRAMS CHANGES TARGET...
set -u
. "$(dirname "$0")/../tally.sh"
bin=$1 changes=$2
shift 2
fuzz=$tree/tests/fuzz
again() { echo "make check-fuzz FUZZ_TARGETS=$1"; }
names="$*"
[ $# -eq 1 ] || names="$# targets"
for target; do
	# The wrapper's command lines have a corpus of their own kind.
	case $target in
	argv) set -- "$fuzz/argv" ;;
	documents | inspect) set -- -g "$changes" "$fuzz/corpus/$target" "$tree/tests/cases" "$tree/tests/inputs" ;;
	*) set -- -g "$changes" "$fuzz/corpus/$target" "$tree/tests/cases" ;;
	esac
	if "$bin/replay_$target" "$@"; then ok; else not_ok "$target"; fi
done
finish "fuzz: $names"
