#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Prints the lines and branches of lib/ and hook/ that the tests executed, from the counts
# of a build with COVERAGE=1; then the lines of lib/ that no test executed.
#   coverage.sh BUILD-DIRECTORY
set -u
top=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$top" || exit 1
report() {
	local dir=$1
	printf '%-36s %14s %16s\n' "$dir/" lines branches
	for src in "$dir"/*.c "$dir"/*/*.c; do
		[ -f "$build/${src%.c}.gcda" ] || { printf '%-36s %14s\n' "$src" "0%"; continue; }
		gcov -n -b -o "$build/$(dirname "$src")" "$src" 2>/dev/null |
			awk -v s="$src" -v dir="$dir" '
				/^File/ { on = index($0, s "\047") }
				on && /^Lines executed/ { split($0, a, /[:% ]+/); lines = a[3]; n = $NF }
				on && /^Taken at least once/ { match($0, /[0-9.]+%/); b = substr($0, RSTART, RLENGTH - 1); m = $NF }
				END { printf "%-36s %7.2f%% %5d %8.2f%% %6d\n", s, lines, n, b, m }'
	done | tee "$work/$dir.all"
	awk -v d="$dir" '{ l += $2 * $3; n += $3; b += $4 * $5; m += $5 } END { if (n) printf "%-36s %7.2f%% %5d %8.2f%% %6d\n\n", d "/ altogether", l / n, n, b / m, m }' "$work/$dir.all"
}
report lib
report hook
# FILE:FUNCTION:LINE: code
unreached() {
	for src in lib/*/*.c; do
		[ -f "$build/${src%.c}.gcda" ] || continue
		gcov -t -o "$build/$(dirname "$src")" "$src" 2>/dev/null | awk -v src="$src" '
			$0 ~ /^ *-: *0:Source:/ { ours = index($0, src) }
			!ours { next }
			{ line = $0; sub(/^[^:]*: *[0-9]+:/, "", line) }
			line ~ /^[a-z].*[ *][a-z_0-9]+\(/ { name = line; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
			/^ *#####:/ { split($0, part, /: */); sub(/^[ \t]+/, "", line); print src ":" name ":" part[2] + 0 ": " line }'
	done
}
echo "lines of lib/ that no test reached:"
unreached | cut -c1-140
