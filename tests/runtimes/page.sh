#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# docs/runtimes.md against what is here: the versions that it says were proved, and
# the tests that it names.
#   tests/runtimes/page.sh [DIRECTORY]     of fetch.sh; build/runtimes unless said otherwise
set -u
. "$(dirname "$0")/../tally.sh"
again() { echo "make check-runtimes-page"; }
page=$tree/docs/runtimes.md
none "a test that the page names is not there" "$(grep -o '`tests/[a-z0-9_/.-]*`' "$page" | tr -d '`' | sort -u | while read -r file; do
	[ -e "$tree/$file" ] || echo "$file"
done)"
# versions NAME: those of the table.
versions() { sed -n "s/^| $1 | \([^|]*\) |\$/\1/p" "$page" | tr -d ' ' | tr , '\n'; }
# A suite that has moved on is no fault of this tree: it is said, and fails where STRICT is set.
differs() {
	if [ -z "$2" ]; then
		ok
	elif [ -n "${STRICT:-}" ]; then
		none "$1" "$2"
	else
		echo "docs/runtimes.md: $1:" $2 >&2
	fi
}
for name in runc crun runsc; do
	here=$("$tree/tests/runtimes/list.sh" "${1:-$tree/build/runtimes}" "$name" | cut -d' ' -f2)
	differs "tried, and not on the page: $name" "$(printf '%s\n' $here | while read -r version; do
		versions "$name" | grep -qxF "$version" || echo "$version"
	done)"
	none "the page says nothing of $name" "$([ -n "$(versions "$name")" ] || echo "$name")"
done
finish "docs/runtimes.md"
