# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# Shared by the test scripts, which source it first: a separate machine
# (tests/machine.sh), counting, the last line of each suite, and running one test alone.
#
# $CAPGATE_TEST_COUNTS names a file for contrib/setup and .ci/run, of lines with tabs:
#   count PASSED FAILED SKIPPED SECONDS SUITE
#   failed SUITE SENTENCE COMMAND          the command runs it again, alone where it can
passed=0 failed=0 skipped=0
began=$(date +%s)
tree=$(cd "$(dirname "$0")" && while [ ! -e VERSION ] && [ "$PWD" != / ]; do cd ..; done && pwd)
. "$tree/tests/machine.sh"
machine_enter "$@"

# words SENTENCE: its beginning, as far as it needs no quotes: for ONLY.
words() { printf '%s' "$1" | sed 's/[^A-Za-z0-9 ,.;:/_-].*//'; }
# again SENTENCE: the command that runs the test again; a script that can run one alone
# has an own one.
again() { echo "make check-$(basename "$0" .sh)"; }
# record KIND WORD...: a line for the file, in one write: suites run side by side.
record() {
	[ -n "${CAPGATE_TEST_COUNTS:-}" ] || return 0
	line=$1
	shift
	for word; do line="$line	$(printf '%s' "$word" | tr '\t\n' '  ')"; done
	printf '%s\n' "$line" >>"$CAPGATE_TEST_COUNTS"
}

# jq 1.6 calls `jq -e` of nothing at all a success: what has no output is none.
jq() {
	case " $* " in *" -e"*) ;; *) command jq "$@"; return ;; esac
	jq_output=$(command jq "$@") || return
	[ -n "$jq_output" ] && printf '%s\n' "$jq_output"
}

ok() { passed=$((passed + 1)); }
# note_failure SENTENCE: counts it, and notes how to run it again.
note_failure() {
	failed=$((failed + 1))
	record failed "$(basename "$0" .sh)" "$1" "$(again "$1")"
}
# not_ok SENTENCE: the caller says what is to be seen below it.
not_ok() {
	note_failure "$1"
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
# tally SUITE: for the file.
tally() { record count "$passed" "$failed" "$skipped" "$(($(date +%s) - began))" "$1"; }
# finish SUITE: the script's last command.  Nothing to try is no success.
finish() {
	echo "$1: $passed passed, $failed failed, $skipped skipped, $(($(date +%s) - began)) s"
	tally "$1"
	[ "$failed" -eq 0 ] && [ $((passed + skipped)) -gt 0 ]
}
# skip_all SUITE WHY: ends the script; as skip.
skip_all() {
	skip "$1: $2"
	tally "$1"
	[ "$failed" -eq 0 ]
	exit
}

# await COMMAND...: until it succeeds; false after a time that only what hangs takes.
await() {
	waits=0
	until "$@" >/dev/null 2>&1; do
		waits=$((waits + 1))
		[ $waits -lt 3000 ] || return 1
		sleep 0.1
	done
}

# flavour BUILD-DIRECTORY: " (address-undefined)" of build-address-undefined, nothing of build.
flavour() { basename "$1" | sed -n 's/^build-\(.*\)/ (\1)/p'; }
# sanitizer SUITE TARGET: the target that runs the suite in the flavour that it names.
sanitizer() {
	case $1 in
	*"(address-undefined)") echo check-sanitize-gcc ;;
	*"(undefined-address)") echo check-sanitize-clang ;;
	*) echo "$2" ;;
	esac
}

# value NAME: of settings.h, beside the program.
value() { sed -n "s/.*$1 \"\\(.*\\)\"/\\1/p" "$(dirname "$capgate")/settings.h"; }
