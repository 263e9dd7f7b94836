# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# What the test scripts share, for them to source: counting, the line that closes
# each, a mount namespace.
passed=0 failed=0 skipped=0

ok() { passed=$((passed + 1)); }
# not_ok SENTENCE: the caller says what is to be seen below it.
not_ok() {
	failed=$((failed + 1))
	printf 'not ok %s\n' "$1"
}
# none SENTENCE OFFENDERS: passes when there are none.
none() { if [ -z "$2" ]; then ok; else not_ok "$1:" && printf '%s\n' "$2"; fi; }
# skip WHAT: a failure in CI, where nothing may be missing.
skip() {
	if [ -n "${CI:-}" ]; then not_ok "$1"; return; fi
	skipped=$((skipped + 1))
	echo "skipped: $1" >&2
}
# tally: for .ci/run.
tally() { [ -z "${CAPGATE_TEST_COUNTS:-}" ] || echo "$passed $failed $skipped" >>"$CAPGATE_TEST_COUNTS"; }
# finish SUITE: the script's last command.  Nothing tried is no success.
finish() {
	echo "$1: $passed passed, $failed failed, $skipped skipped"
	tally
	[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
# skip_all SUITE WHY: ends the script; as skip.
skip_all() {
	skipped=1
	echo "$1: skipped: $2" >&2
	tally
	[ -z "${CI:-}" ]
	exit
}

# own_mounts "$@": begins the script again in a mount namespace of its own.  It is
# known by the process, which exec keeps: a word that children inherit would have
# a script within a script write to mounts that are not its own.
own_mounts() {
	[ "${CAPGATE_OWN_MOUNTS:-}" = $$ ] || CAPGATE_OWN_MOUNTS=$$ exec unshare -m --propagation private "$0" "$@"
}

# value NAME: of settings.h, beside the program.
value() { sed -n "s/.*$1 \"\\(.*\\)\"/\\1/p" "$(dirname "$capgate")/settings.h"; }
