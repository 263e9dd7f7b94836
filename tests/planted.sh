#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A parser that has been taken over can do nothing but write and end: each thing
# it tries ends it with SIGSYS, in every door, before it has had any effect.
# See tests/planted/planted.c.
set -u
planted=${PLANTED:?the program with the planted parser}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
printf '{"version":1}' >policy.json
chmod 600 policy.json
passed=0 failed=0
SIGSYS=31

# is SENTENCE TEST...: counts, and tells when it is not so.
is() {
	sentence=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok $sentence: status $status: $(cat err)"
	fi
}

spec() {
	printf '{"ociVersion":"1.0.2","process":{"args":["sh"],"cwd":"/","capabilities":{}},"root":{"path":"r"},"annotations":{"plant":"%s"}}' "$1"
}

unharmed() {
	[ -e precious ] && ! [ -e planted-was-here ] && ! [ -e gone ]
}

# attempt DOOR PLANT: status, out and err of the program.
attempt() {
	: >precious
	rm -f planted-was-here gone
	spec "$2" >in
	# A shell of its own says "Bad system call" elsewhere than in err.
	(
		"$planted" "$1" --policy "$work/policy.json" <in >out 2>err
		echo $? >status
	) 2>/dev/null
	status=$(cat status)
}

stopped() {
	[ "$status" -eq $((128 + SIGSYS)) ] && ! grep -q survived err && ! [ -s out ] && unharmed
}

for door in precreate createRuntime prestart createContainer; do
	attempt $door nothing
	is "$door: a parser that behaves is let be" [ "$status" -eq 0 ]
	is "$door: the planted parser is the one that runs" grep -q survived err
	for plant in open openold create execve socket ptrace fork clone3 unshare mprotect mmap read dup kill unlink \
		rename prctl capset iouring int80 x32; do
		attempt $door $plant
		is "$door: $plant ends it" stopped
	done
done
echo "confinement: $passed passed, $failed failed"
[ -z "${CAPGATE_TEST_COUNTS:-}" ] || echo "$passed $failed" >>"$CAPGATE_TEST_COUNTS"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
