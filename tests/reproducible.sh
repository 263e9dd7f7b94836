#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Two builds in different directories, at different times, are byte for byte the
# same.
set -eu
. "$(dirname "$0")/tally.sh"
top=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for dir in "$work/a" "$work/another/directory/of-another-length"; do
	mkdir -p "$dir"
	(cd "$top" && tar -cf - --exclude='./build*' --exclude=./.git .) | tar -xf - -C "$dir"
	(cd "$dir" && env -u MAKEFLAGS -u MAKELEVEL -u CAPGATE_TEST_COUNTS make -s -j"$(nproc)" build/capgate build/libcapgate.a >/dev/null)
done
for file in capgate capgate-hook libcapgate.a; do
	if cmp "$work/a/build/$file" "$work/another/directory/of-another-length/build/$file"; then
		ok
	else
		not_ok "$file differs from build to build"
	fi
done
finish "reproducible"
