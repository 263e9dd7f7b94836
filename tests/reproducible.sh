#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# reproducible.sh BUILD [VARIABLE=VALUE...]: builds again in another directory, at another
# time, and compares every byte with BUILD.  The variables are those with which BUILD was
# made.
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
again_make() { (cd "$again" && env -u MAKEFLAGS -u MAKELEVEL -u CAPGATE_TEST_COUNTS make -s -j"$(nproc)" "$@" >/dev/null); }
# Every REPRODUCIBLE_STEPth object is compiled there, the others are those of BUILD; all is
# linked there.
places="lib hook $(cd "$build" && ls -d musl 2>/dev/null)"
# shellcheck disable=SC2086
sampled=$(cd "$build" && find $places -name '*.o' ! -path 'hook/bpf/*' | sort | awk -v n="${REPRODUCIBLE_STEP:-4}" 'NR % n == 0 { print "build/" $0 }')
# shellcheck disable=SC2086
again_make "$@" $sampled
# shellcheck disable=SC2086
(cd "$build" && find $places -name '*.o' ! -path 'hook/bpf/*') | while read -r object; do
	[ -e "$again/build/$object" ] || { mkdir -p "$again/build/$(dirname "$object")" && cp "$build/$object" "$again/build/$object"; }
done
again_make "$@" build/capgate build/capgate-hook build/libcapgate.a
for file in $(echo "$sampled" | sed 's|^build/||') capgate capgate-hook libcapgate.a; do
	if cmp "$build/$file" "$again/build/$file"; then
		ok
	else
		not_ok "$file differs from build to build"
	fi
done
echo "reproducible: $(echo "$sampled" | wc -l) objects were compiled again; REPRODUCIBLE_STEP=1 does it with all"
finish "reproducible"
