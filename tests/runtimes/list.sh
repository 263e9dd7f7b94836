#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The runtimes that tests can use here, each version once: "NAME VERSION PATH",
# this machine's own first.
#   tests/runtimes/list.sh [DIRECTORY] [NAME...]     runc and crun of what fetch.sh left in DIRECTORY
set -eu
dir=${1:-$(cd "$(dirname "$0")/../.." && pwd)/build/runtimes}
[ $# -eq 0 ] || shift
[ $# -gt 0 ] || set -- runc crun
for name; do
	for path in "$(command -v "$name" || true)" "$dir"/*/bin/"$name"; do
		[ -x "$path" ] || continue
		version=$("$path" --version 2>/dev/null | sed -n '1s/.*[Vv]ersion:\{0,1\} *\(release-\)\{0,1\}\([^ +]*\).*/\2/p')
		[ -n "$version" ] && printf '%s %s %s\n' "$name" "$version" "$path"
	done | sort -V -u -s -k 2,2
done
