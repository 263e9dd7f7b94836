#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Static analysis of lib/ and hook/: gcc -fanalyzer, clang-tidy (.clang-tidy is its
# list of checks), cppcheck and scan-build.  Prints what they find.
#   run.sh BUILD-DIRECTORY
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
build=$1
cd "$top" || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0
jobs=$(nproc)
flags="-D_GNU_SOURCE -I. -Ilib -I$build -std=gnu11 -Wall -Wextra -Wno-missing-field-initializers -Wno-unused-value"

finish() {
	if [ ! -s "$2" ]; then
		passed=$((passed + 1))
		echo "$1: nothing found"
	else
		failed=$((failed + 1))
		echo "not ok $1:"
		sort -u "$2"
	fi
}

# Not what only clang compiles, for the kernel, nor the generator of filters, which is built
# with a macro of its own.
sources() { ls lib/*/*.c hook/*.c hook/*/*.c | grep -vE '\.bpf\.c$|/generate\.c$'; }

# The files that define what the contract speaks of are analysed without it.
gcc_one() {
	contract="-include tests/analyze/contract.h"
	case $1 in lib/base/error.c | lib/json/walk.c | hook/sys/io.c) contract= ;; esac
	# malloc-leak: gcc 12 loses structs that are returned by value.
	# shellcheck disable=SC2086
	gcc -fanalyzer -Wno-analyzer-malloc-leak -O2 $flags $contract -c -o /dev/stdout "$1" 2>&1 >"$2/$$.o" | grep 'warning:'
	rm -f "$2/$$.o"
}
export -f gcc_one
export flags

if gcc -fanalyzer -E -x c - </dev/null >/dev/null 2>&1; then
	sources | xargs -P "$jobs" -I{} bash -c 'gcc_one {} '"$work" >"$work/gcc"
	finish "gcc -fanalyzer" "$work/gcc"
else
	skipped=$((skipped + 1))
fi
if command -v clang-tidy >/dev/null; then
	# shellcheck disable=SC2086
	sources | xargs -P "$jobs" -I{} bash -c "clang-tidy --quiet {} -- $flags 2>/dev/null" |
		grep -E 'error:|warning:' >"$work/tidy"
	finish "clang-tidy" "$work/tidy"
else
	skipped=$((skipped + 1))
fi
if command -v cppcheck >/dev/null; then
	cppcheck --enable=warning,performance,portability --inline-suppr --std=c11 --quiet -D_GNU_SOURCE -D__GNUC__ \
		-I. -Ilib -I"$build" -j "$jobs" --template='{file}:{line}: {id}: {message}' \
		--suppress=syntaxError --suppress=autoVariables --suppress=legacyUninitvar lib hook 2>"$work/cppcheck" >/dev/null
	finish "cppcheck" "$work/cppcheck"
else
	skipped=$((skipped + 1))
fi
# The checks of clang's analyser that clang-tidy is asked for, over a whole build.
if command -v scan-build >/dev/null; then
	off=$(sed -nE 's/^  -clang-analyzer-([A-Za-z.]*[A-Za-z])[.*]*,$/-disable-checker \1/p' .clang-tidy | tr '\n' ' ')
	# shellcheck disable=SC2086
	scan-build -o "$work/scan" $off make -s -j "$jobs" O="$work/build" CC=clang "$work/build/capgate" >"$work/scan.log" 2>&1 ||
		echo "scan-build: the build failed" >"$work/scan.found"
	grep -E 'warning: .*\[[a-z]+\.' "$work/scan.log" >>"$work/scan.found"
	finish "scan-build" "$work/scan.found"
else
	skipped=$((skipped + 1))
fi
echo "analysis: $passed clean, $failed not, $skipped not installed"
[ -z "${CAPGATE_TEST_COUNTS:-}" ] || echo "$passed $failed $skipped" >>"$CAPGATE_TEST_COUNTS"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
