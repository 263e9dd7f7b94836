#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Everything fails once.
#   run.sh DIRECTORY-OF-HELPERS STEP
# STEP 1 tries every system call of every golden case in every way (minutes);
# a larger one only every STEPth, each time others; TORTURE_FIRST, which a failure
# tells, repeats it.
set -u
. "$(dirname "$0")/../tally.sh"
here=$(cd "$(dirname "$0")" && pwd)
cases=$(cd "$here/../cases" && pwd)
bin=$1 step=$2
capgate=${CAPGATE:-$here/../../build/capgate}
work=$(mktemp -d)
trap 'umount "$work/small" 2>/dev/null; rm -rf "$work"' EXIT
umask 077
again() { echo "make check-torture TORTURE_FIRST=$first"; }
ok() { if [ "$1" = 0 ]; then passed=$((passed + 1)); else not_ok "$2"; fi; }

first=${TORTURE_FIRST:-$((RANDOM % step))}
"$bin/arena" "$cases"/*/*.json
ok $? "an allocation fails"

# ---- system calls -----------------------------------------------------------------

row() { printf '%s' "$1"; shift; printf '\t%s' "$@"; printf '\n'; }
printf '{"version":1,"log":{"file":"%s","system":false}}' "$work/decisions.jsonl" >"$work/policy.json"
bad=$cases/net-raw-first/config.json good=$cases/allowed-all-thirteen/config.json
for dir in "$cases"/*/; do
	name=$(basename "$dir")
	policy=$work/policy.json
	if [ -f "$dir/policy.json" ]; then
		policy=$work/policy-$name.json
		cp "$dir/policy.json" "$policy"
		chmod 600 "$policy"
	fi
	mkdir -p "$work/bundles/$name"
	cp "$dir/config.json" "$work/bundles/$name/"
	printf '{"ociVersion":"1.0.2","id":"x","pid":1,"bundle":"%s"}' "$work/bundles/$name" >"$work/bundles/$name/state"
	row "$name precreate" filter "$dir/config.json" "$capgate" precreate --policy "$policy"
	row "$name createRuntime" filter "$work/bundles/$name/state" "$capgate" createRuntime --policy "$policy"
done >"$work/list"
{
	row "precreate, installed policy" filter "$cases/net-raw-first/config.json" "$capgate" precreate
	mkdir "$work/in-place" "$work/fix"
	cp "$bad" "$work/in-place/config.json"
	row "check --in-place" "keep=$work/in-place/config.json" /dev/null "$capgate" check --policy "$work/policy.json" --in-place "$work/in-place/config.json"
	row "check --fix" "keep=$work/fix$bad" /dev/null "$capgate" check --policy "$work/policy.json" --fix "$work/fix" "$bad"
	# Of what holds nothing, and of what holds all.
	for held in none held; do
		row "poststart, $held" "granted=$held" "$work/bundles/net-raw-first" "$capgate" poststart --policy "$work/policy.json"
	done
} >>"$work/list"

# Lines without a frame (jsonl, github): the status tells, and stderr.
report() { reports "$missing" "$@"; }
lines() { reports '' "$@"; }
# reports RE NAME OPTION...: a command that reads and prints.  What it says of what it
# could not read: a finding of its own, or a mark in the frame.
missing='CPG30[0-9]|CPG5[0-9]{2}|"complete":false|"executionSuccessful":false|"unreadable":[1-9]|not be judged|not be read|Incomplete'
reports() { row "$2" "report=$1" /dev/null "$capgate" "${@:3}"; }
"$capgate" precreate --policy "$work/policy.json" <"$bad" >/dev/null 2>&1
cp "$work/decisions.jsonl" "$work/why.jsonl"
mkdir -p "$work/tests/one"
cp "$bad" "$work/tests/one/"
echo '{"verdict":"strip","removed":["NET_RAW"]}' >"$work/tests/one/expect.json"
{
	report "check" check --policy "$work/policy.json" "$bad" "$good"
	report "check of a good one" check --policy "$work/policy.json" "$good"
	for format in json jsonl sarif junit github; do
		case $format in jsonl | github) kind=lines ;; *) kind=report ;; esac
		$kind "check, $format" check --policy "$work/policy.json" --format $format "$cases/net-raw-first"
	done
	row "check, html" linter /dev/null "$capgate" check --policy "$work/policy.json" --format html "$bad"
	report "check --diff" check --policy "$work/policy.json" --diff "$bad"
	report "policy list" policy list
	report "policy show" policy show --policy "$work/policy.json"
	report "policy show --for" policy show --policy "$work/policy.json" --for "$bad"
	report "policy check" policy check "$work/policy.json"
	report "policy test" policy test "$work/tests" --policy "$work/policy.json"
	report "explain" explain NET_RAW CPG101
	report "explain --spec" explain --spec "$bad" --policy "$work/policy.json"
	report "why" why --log "$work/why.jsonl"
	report "why --json" why --json --log "$work/why.jsonl"
	report "metrics" metrics --no-doctor --log "$work/why.jsonl"
	report "completions" completions bash
	report "help" check --help
} >>"$work/list"
"$bin/inject" -s "$step" -f "$first" "$work/list"
status=$?
[ $status -eq 77 ] || ok $status "a system call fails"

# audit reads /proc whole: one of its own, in which little else runs.
audit() {
	local format store
	mkdir -p "$work/host/run/runc/x" "$work/mounted"
	for format in table json jsonl sarif junit github html; do
		row "audit, $format" linter /dev/null "$capgate" audit --policy "$work/policy.json" --root "$work/host" --format $format
	done >"$work/audits"
	# Only engines' stores know that there is something to find.
	local docker=$work/docker/srv/docker/containers/d podman=$work/podman/graph/vfs-containers/p/userdata
	mkdir -p "$docker" "$work/docker/etc/docker" "$work/docker/var/lib/capgate/learn" "$podman" "$work/podman/etc/containers"
	echo '{"data-root":"/srv/docker"}' >"$work/docker/etc/docker/daemon.json"
	echo '{"Name":"/d","Config":{"Image":"x"},"State":{"Running":false}}' >"$docker/config.v2.json"
	echo '{"CapAdd":["SYS_TIME"]}' >"$docker/hostconfig.json"
	echo '{"image":"x","needed":["CAP_KILL"],"finished":true}' >"$work/docker/var/lib/capgate/learn/x.json"
	printf '[storage]\ngraphroot = "/graph"\n' >"$work/podman/etc/containers/storage.conf"
	cp "$bad" "$podman"
	for store in docker podman; do
		for format in json lines; do
			row "audit of what $store keeps, $format" linter /dev/null "$capgate" audit --policy "$work/policy.json" --root "$work/$store" --format $format
		done
	done >>"$work/audits"
	# shellcheck disable=SC2016
	unshare --mount --pid --fork --mount-proc "$BASH" -c '
		sleep 3600 &
		printf "{\"id\":\"x\",\"init_process_pid\":%d,\"config\":{\"labels\":[\"bundle=%s\"]}}" $! "$4" >"$3/host/run/runc/x/state.json"
		"$1/inject" -s "$2" -f "$5" "$3/audits"
		exit $?  # not by exec: the sleeper would be a child to wait for
		' - "$bin" "$step" "$work" "$work/bundles/net-raw-first" "$first"
	ok $? "a system call of audit fails"
}
[ $status -eq 77 ] || [ "$(id -u)" != 0 ] || audit

# ---- a disk that is full ---------------------------------------------------------------

full() {
	mkdir "$work/small"
	mount -t tmpfs -o size=64k none "$work/small" 2>/dev/null || return 0
	cp "$cases/net-raw-first/config.json" "$work/small/config.json"
	cp "$work/small/config.json" "$work/before"
	head -c 200000 /dev/zero >"$work/small/filler" 2>/dev/null
	timeout 300 "$capgate" precreate --policy "$work/policy.json" <"$work/before" >"$work/small/out" 2>"$work/err"
	ok $(($? != 22)) "precreate into a full disk ends with 22"
	timeout 300 "$capgate" check --policy "$work/policy.json" --in-place "$work/small/config.json" >/dev/null 2>"$work/err"
	got=$?
	ok $((got != 2)) "check --in-place on a full disk ends with 2, not $got"
	cmp -s "$work/before" "$work/small/config.json"
	ok $? "check --in-place on a full disk leaves the file as it was"
	[ "$(ls "$work/small")" = "$(printf 'config.json\nfiller\nout')" ]
	ok $? "and nothing beside it: $(ls "$work/small" | tr '\n' ' ')"
	# Its temporary files are in /tmp, where the program and its input may be, too.
	unshare -m bash -c 'exec 9<"$1" && mount --bind "$2" /tmp && exec timeout 300 /proc/self/fd/9 check --format html -' \
		- "$capgate" "$work/small" <"$work/before" >"$work/out" 2>"$work/err"
	got=$?
	ok $((got != 2)) "check --format html without room for its temporary files ends with 2, not $got"
	# The log is full: the decision stands, unless the log is required.
	: >"$work/small/log"
	printf '{"version":1,"log":{"file":"%s","system":false}}' "$work/small/log" >"$work/log.json"
	timeout 300 "$capgate" precreate --policy "$work/log.json" <"$work/before" >"$work/out" 2>"$work/err"
	ok $? "precreate goes on without its log"
	printf '{"version":1,"log":{"file":"%s","system":false,"required":true}}' "$work/small/log" >"$work/log.json"
	timeout 300 "$capgate" precreate --policy "$work/log.json" <"$work/before" >"$work/out" 2>"$work/err"
	got=$?
	ok $((got != 22)) "precreate that must log ends with 22, not $got"
	[ ! -s "$work/out" ]
	ok $? "and writes nothing"
}
full
[ $failed -eq 0 ] || echo "repeat it with TORTURE_FIRST=$first"
finish "torture"
