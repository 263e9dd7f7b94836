#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Compares README, CONTRIBUTING, CHANGELOG, SECURITY and docs/ with what they describe:
# links and paths exist, targets and commands exist, and the exit statuses are those of
# the program.
set -u
. "$(dirname "$0")/tally.sh"
top=$(cd "$(dirname "$0")/.." && pwd)
capgate=${CAPGATE:-$top/build/capgate}
cd "$top" || exit 1
prove() { if "${@:2}" >/dev/null 2>&1; then ok; else not_ok "$1"; fi; }
pages=$(ls README.md CONTRIBUTING.md CHANGELOG.md SECURITY.md docs/*.md tests/README.md contrib/*/README.md 2>/dev/null)

for page in $pages; do
	here=$(dirname "$page")
	for link in $(grep -oE '\]\([^)#: ]+' "$page" | cut -c3- | sort -u); do
		prove "$page: the link $link leads somewhere" test -e "$here/$link"
	done
	# Paths of this tree; capital letters stand for what one chooses.
	for path in $(grep -oE '(^|[ `("])(tests|hook|lib|docs|contrib|debian)/[A-Za-z0-9_./*-]*[A-Za-z0-9_*/]' "$page" | sed 's/^[ `("]//' | grep -vE '/[A-Z]+(\.|$)' | sort -u); do
		prove "$page: $path is there" sh -c 'ls -d $1 >/dev/null' - "$path"
	done
	for target in $(grep -oE '(^    (sudo )?|`(sudo )?|&& (sudo )?)make (-[a-z0-9]+ )*[a-z][a-z0-9-]*( |`|$)' "$page" | tr -d '`' | awk '{print $NF}' | sort -u); do
		prove "$page: make $target is a target" sh -c 'make -np -f Makefile 2>/dev/null | grep -q "^$1:"' - "$target"
	done
done
for command in $(grep -hoE '(^|[ `$(])capgate [a-zA-Z]+' README.md docs/design.md | awk '{print $NF}' | sort -u); do
	case $command in is | has | on | as | decides | keeps | does | reads | claims | gates | advises | does | needs | lets | may | says | warns | runs) continue ;; esac
	prove "README: capgate $command is a command" "$capgate" "$command" --help
done
statuses=$(sed -n '/^enum exit_status/,/^};/s/.*= \([0-9]*\),.*/\1/p' hook/sys/status.h | grep -vx '[12]')
for status in $statuses; do
	prove "README has exit status $status" grep -qE "^\| $status \|" README.md
done
prove "README has no other" [ "$(grep -cE '^\| [0-9]+ \|' README.md)" = "$(echo "$statuses" | wc -l)" ]
prove "CHANGELOG has this version" grep -q "$(cat VERSION)" CHANGELOG.md

finish "documents"
