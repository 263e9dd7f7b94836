#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# reproducible.sh BUILD [VARIABLE=VALUE...]: a second build in another directory, at another
# time, is byte for byte the one in BUILD.  The variables are those that BUILD was made with.
set -eu
. "$(dirname "$0")/tally.sh"
top=$(cd "$(dirname "$0")/.." && pwd)
build=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
again=$work/another/directory/of-another-length
mkdir -p "$again"
(cd "$top" && tar -cf - --exclude='./build*' --exclude=./.git .) | tar -xf - -C "$again"
(cd "$again" && env -u MAKEFLAGS -u MAKELEVEL -u CAPGATE_TEST_COUNTS make -s -j"$(nproc)" "$@" \
	build/capgate build/capgate-hook build/libcapgate.a >/dev/null)
for file in capgate capgate-hook libcapgate.a; do
	if cmp "$build/$file" "$again/build/$file"; then
		ok
	else
		not_ok "$file differs from build to build"
	fi
done
finish "reproducible"
