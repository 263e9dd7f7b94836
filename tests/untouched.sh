#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Checks that the machine is as it was before the tests: /etc, /run, /var, /usr/local, mounts
# and the source tree.
#   untouched.sh look            what there is, on standard output
#   untouched.sh compare FILE    against what was there; what differs is said
# Others write to a machine in use: there, only what names capgate or the source tree is
# a failure.  In CI everything is.
set -u
tree=$(cd "$(dirname "$0")/.." && pwd)
# What the system itself writes all the time, and the package manager.
others='^/(run/(systemd|log|udev|user|lock|utmp)|var/(log|tmp|cache|lib/(systemd|apt|dpkg|logrotate|private)))(/| )'

look() {
	# A directory's time changes with what is made in it and removed again: names and
	# modes are enough for it.
	find /etc /run /var /usr/local/bin /usr/local/libexec /usr/local/share -xdev \( -type d -printf '%p directory %m %U:%G\n' -o -printf '%p %y %m %U:%G %s %T@ %l\n' \) 2>/dev/null |
		grep -vE "$others"
	sed 's/^/mount /' /proc/self/mounts
	if git -C "$tree" rev-parse >/dev/null 2>&1; then git -C "$tree" status --porcelain | sed 's/^/git /'; fi
}

# The counting without a machine of its own, for that is not what is looked at.
compare() {
	local all ours
	all=$(look | sort | diff <(sort "$1") - | grep '^[<>]')
	ours=$all
	[ -n "${CI:-}" ] || ours=$(grep -E "capgate|^[<>] git |$tree" <<<"$all")
	if [ -z "$ours" ]; then
		count 1 0
		[ -z "$all" ] || printf 'changed meanwhile, by others:\n%s\n' "$(head -n 20 <<<"$all")"
		return 0
	fi
	count 0 1
	printf 'not ok the machine is as it was before the tests\n%s\n' "$(head -n 40 <<<"$ours")"
	[ -z "${CAPGATE_TEST_COUNTS:-}" ] || printf 'failed\tuntouched\t%s\t%s\n' "the machine is as it was before the tests" \
		"contrib/setup check" >>"$CAPGATE_TEST_COUNTS"
	return 1
}
count() {
	[ -z "${CAPGATE_TEST_COUNTS:-}" ] || printf 'count\t%d\t%d\t0\t0\tthe machine is untouched\n' "$1" "$2" >>"$CAPGATE_TEST_COUNTS"
}

case "${1:-}" in
look) look ;;
compare) compare "$2" ;;
*) echo "usage: untouched.sh look | compare FILE" >&2; exit 64 ;;
esac
