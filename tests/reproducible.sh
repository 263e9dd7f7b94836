#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Two builds in different directories, at different times, are byte for byte the
# same.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0 passed=0
for dir in "$work/a" "$work/another/directory/of-another-length"; do
	mkdir -p "$dir"
	(cd "$top" && tar -cf - --exclude='./build*' --exclude=./.git .) | tar -xf - -C "$dir"
	(cd "$dir" && env -u MAKEFLAGS -u MAKELEVEL -u CAPGATE_TEST_COUNTS make -s -j"$(nproc)" build/capgate build/libcapgate.a >/dev/null)
done
for file in capgate libcapgate.a; do
	if cmp "$work/a/build/$file" "$work/another/directory/of-another-length/build/$file"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok $file differs from build to build"
	fi
done
echo "reproducible: $passed the same, $failed not"
[ -z "${CAPGATE_TEST_COUNTS:-}" ] || echo "$passed $failed" >>"$CAPGATE_TEST_COUNTS"
[ $failed -eq 0 ]
