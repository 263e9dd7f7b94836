#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A parser that an attacker controls can only do what its command is allowed to do
# (confine.h): everything else ends it with SIGSYS before it has an effect.  See
# tests/planted/planted.c.
set -u
. "$(dirname "$0")/tally.sh"
planted=${PLANTED:?the program with the planted parser} denied=${DENIED:?the program that takes a call away}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
printf '{"version":1,"log":{"file":"","system":false}}' >policy.json
chmod 600 policy.json
SIGSYS=31 SIGSEGV=11

all="open openold read create createold create2 overwrite truncate unlink rename link symlink mknod chmod mount execve
	execveat fork vfork unshare setns socket connect sendto sendmsg ptrace vmread pidfdgetfd kill tgkill mprotect mmap memfd userfaultfd
	iouring bpf perf keyctl dumpable securebits capset setuid prlimit terminal int80 x32"
reads="open openold read"
writes="create create2 overwrite unlink rename"
# What judging still has to call on itself, and what gives nothing.
steps="dumpable capset prlimit"

# without LIST WORD...: the list less the words.
without() {
	local list=$1 word
	shift
	for word in $list; do
		case " $* " in *" $word "*) ;; *) echo "$word" ;; esac
	done
}

# is SENTENCE TEST...: counts, and tells when it is not so.
is() {
	sentence=$1
	shift
	if "$@"; then
		ok
	else
		not_ok "$sentence: status $status: $(cat err)"
	fi
}

spec() {
	printf '{"ociVersion":"1.0.2","mounts":[{"destination":"/proc","type":"proc"}],"process":{"args":["sh"],"cwd":"/","capabilities":{}},"root":{"path":"r"},"annotations":{"plant":"%s"}}' "$1"
}

state() {
	printf '{"ociVersion":"1.0.2","id":"x","status":"created","pid":%d,"bundle":"%s","annotations":{"plantstate":"%s"}}' $$ "$work/bundle" "$1"
}

# Its bytes, its mode (of which one plant would change that bit), its name.
unharmed() {
	local now
	read -r now <precious && [ "$now" = words ] && ! [ -u precious ] && ! [ -e planted-was-here ] && ! [ -e gone ]
}

# Everything in its place again.
begin() {
	rm -rf precious planted-was-here gone bundle fixed
	mkdir bundle fixed
	echo words >precious
	chmod 600 precious
}

# attempt PLANT COMMAND...: with in on standard input; status, out and err.
attempt() {
	unharmed 2>/dev/null || begin
	spec "$1" >spec.json
	spec "$1" >bundle/config.json
	shift
	# A group of its own says "Bad system call" elsewhere than in err.
	{ "$planted" "$@" --policy "$work/policy.json" <in >out 2>err; } 2>/dev/null
	status=$?
}

# A kernel without the system calls of 32-bit programs (CONFIG_IA32_EMULATION, or its
# ia32_emulation=off) answers int $0x80 itself, before any filter: SIGSEGV.
ended() {
	[ "$status" -eq $((128 + SIGSYS)) ] || { [ "$plant" = int80 ] && [ "$status" -eq $((128 + SIGSEGV)) ]; }
}

stopped() {
	ended && ! survived && ! [ -s out ] && unharmed
}

# The same where others of a list may have been told of already.
stopped_among() {
	: >out
	stopped
}

survived() {
	[[ $(<err) == *survived* ]]
}

# each LIST COMMAND...: every plant of the list ends the command.
each() {
	local list=$1 plant
	shift
	for plant in $list; do
		spec "$plant" >in
		attempt "$plant" "$@"
		is "$*: $plant ends it" stopped
	done
	begin
	spec nothing >in
	attempt nothing "$@"
	is "$*: the planted parser is the one that runs, and may go on" survived
}

# ---- the specification, at every door ---------------------------------------------

for door in precreate createRuntime prestart createContainer; do each "$all" $door; done

# ---- the specification in the bundle that a state names -----------------------------

for door in createRuntime poststart; do
	for plant in $all; do
		state nothing >in
		attempt "$plant" $door --dry-run
		is "$door of a bundle: $plant ends it" ended
		is "$door of a bundle: $plant has no effect" unharmed
	done
done

# ---- the state ------------------------------------------------------------------------

for door in createRuntime poststart; do
	for plant in $(without "$all" $reads $steps); do
		state "$plant" >in
		attempt nothing $door --dry-run
		is "the state at $door: $plant ends it" stopped
	done
done

# ---- linters: they read, and open nothing for writing ----------------------------------

spec none >good.json
each "$(without "$all" $reads create2)" check spec.json
each "$(without "$all" $reads)" explain --spec spec.json
each "$(without "$all" $reads)" policy show --for spec.json
# In a thread, which a long list starts.
for plant in open fork execve socket mprotect unlink; do
	spec "$plant" >in
	attempt "$plant" check good.json good.json good.json good.json good.json good.json good.json spec.json good.json
	case $plant in
	open) is "check of many: $plant is what it does" survived ;;
	*) is "check of many: $plant ends it" stopped_among ;;
	esac
done

# ---- where a part of it cannot be installed: refused, unless the policy takes what there is ----

printf '{"version":1,"confinement":"best-effort","log":{"file":"%s","system":false}}' "$work/log" >best.json
printf '{"mounts":[{"destination":"/proc","type":"proc"}],"process":{"capabilities":{"bounding":["CAP_NET_RAW","CAP_KILL"]}}}' >strip.json
chmod 600 best.json
# lacking CALL=ERROR COMMAND...: the same program where that call fails so.
lacking() { { "$denied" "$1" "$planted" "${@:2}" <strip.json >out 2>err; } 2>/dev/null; status=$?; }
refuses() { [ "$status" -eq "$1" ] && ! [ -s out ] && [[ $(<err) == *"cannot be confined"* ]]; }
rewrites() { [ "$status" -eq 0 ] && [[ $(<out) == *'["CAP_KILL"]'* ]]; }
explains() { [ "$status" -eq 0 ] && [ -s out ]; }
judges() { [ "$status" -eq 1 ] && [ -s out ]; }
# In one line, and with the name of what is missing.
tells() { [ "$(grep -c '^capgate: confined in part' err)" = 1 ] && grep -q "^capgate: confined in part.*missing: .*$1" err; }
tells_nothing() { ! grep -q 'confined in part' err; }
logs() { [ "$(tail -n1 log | jq -r '.confinement // "whole"')" = "$1" ]; }
declare -A missing=([seccomp]="the system call filter" [prctl]="no_new_privs" [capset]="dropping capabilities" [prlimit64]="limits")
for call in seccomp=ENOSYS seccomp=EPERM prctl=EPERM prctl=EINVAL capset=EPERM prlimit64=EPERM; do
	lacking $call precreate --policy "$work/policy.json"
	is "precreate without $call: refused" refuses 22
	lacking $call precreate --policy "$work/best.json"
	is "precreate without $call, best-effort: goes on" rewrites
	is "precreate without $call, best-effort: says what is missing" tells "${missing[${call%=*}]}"
	is "precreate without $call, best-effort: the log has it" logs partial
	mkdir -p bundle
	cp strip.json bundle/config.json
	state nothing >state.json
	{ "$denied" "$call" "$planted" createRuntime --policy "$work/best.json" <state.json >out 2>err; } 2>/dev/null
	status=$?
	is "createRuntime without $call, best-effort: refuses what it would" [ $status -eq 10 ]
	is "createRuntime, confined twice, without $call: says it once" tells "${missing[${call%=*}]}"
	is "createRuntime without $call, best-effort: the log has it" logs partial
	lacking $call check --policy "$work/policy.json" strip.json
	is "check without $call: refused" refuses 2
	lacking $call check --policy "$work/best.json" strip.json
	is "check without $call, best-effort: goes on" judges
	[ $call = prlimit64=EPERM ] || is "check without $call, best-effort: says what is missing" tells "${missing[${call%=*}]}"
done
"$planted" precreate --policy "$work/best.json" <strip.json >out 2>err
status=$?
is "best-effort where nothing is missing: goes on" rewrites
is "best-effort where nothing is missing: says nothing of it" tells_nothing
is "best-effort where nothing is missing: nor does the log" logs whole
lacking landlock_create_ruleset=ENOSYS explain --spec strip.json --policy "$work/policy.json"
is "explain on a kernel without Landlock: goes on" explains
lacking landlock_restrict_self=EPERM explain --spec strip.json --policy "$work/policy.json"
is "explain where Landlock fails: refused" refuses 2
# What can be installed is: best-effort keeps the filter where only a limit fails.
spec open >strip.json
lacking prlimit64=EPERM precreate --policy "$work/best.json"
is "precreate without prlimit64, best-effort: open still ends it" stopped

# ---- those that write: files, but nothing else -------------------------------------------

each "$(without "$all" $reads $writes)" check --fix fixed spec.json
each "$(without "$all" $reads $writes)" check --in-place spec.json

finish "confinement"
