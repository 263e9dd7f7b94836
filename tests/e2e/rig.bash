# SPDX-License-Identifier: Apache-2.0
# Real containers for the end-to-end tests: private state, a small root file system, and a
# probe that prints the sets of its own process.
#
# run.sh starts bats inside a mount namespace of its own in which runtimes find
# cgroups they can use; everything here is below $RIG and is removed with it.

TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
CAPGATE=${CAPGATE:-$TOP/build/capgate}
# What engines start.
CAPGATE_HOOK=${CAPGATE_HOOK:-${CAPGATE%/*}/capgate-hook}

# Numbers of capabilities, for holds and its like.
NET_RAW=13
KILL=5

# await COMMAND...: until it succeeds; false after a time that only what hangs takes.
await() {
	for _ in $(seq 3000); do
		! "$@" >/dev/null 2>&1 || return 0
		sleep 0.1
	done
	echo "in vain: $*" >&2
	return 1
}

rig_up() {
	RIG=$(mktemp -d "${TMPDIR:-/tmp}/capgate-e2e.XXXXXX")
	export RIG
	# Not /dev/null: with user namespaces runc changes the owner of standard input.
	: >"$RIG/empty"
	rig_rootfs "$RIG/rootfs"
}

rig_down() {
	rm -rf --one-file-system "$RIG"
}

# own DIR...: mounts an empty file system on each, which only this file sees.
own() {
	local dir
	for dir; do
		[ -d "$dir" ] || { mkdir -p "$dir" && echo "$dir" >>"$RIG/made"; }
		mount -t tmpfs -o mode=755 capgate-e2e "$dir"
		echo "$dir" >>"$RIG/own"
	done
}

# own_down [OPTION]: umount(8) them, and removes the directories that own() made.
own_down() {
	tac "$RIG/own" | xargs -r umount "$@"
	[ ! -e "$RIG/made" ] || tac "$RIG/made" | xargs -r rmdir --ignore-fail-on-non-empty
}

# A root file system: busybox and the places that runtimes mount on.
rig_rootfs() {
	local name
	mkdir -p "$1"/{bin,proc,dev,sys,tmp,etc}
	cp /bin/busybox "$1/bin/busybox"
	for name in sh cat grep sleep true ls id nc ping; do
		ln -sf busybox "$1/bin/$name"
	done
	echo 'root:x:0:0:root:/:/bin/sh' >"$1/etc/passwd"
}

# rig_ping ROOTFS: iputils' ping and what it is linked with: as iping without file
# capabilities, as cping with those that Debian gives it.
rig_ping() {
	local lib
	cp /usr/bin/ping "$1/bin/iping"
	for lib in $(ldd /usr/bin/ping | grep -o '/[^ ]*'); do
		mkdir -p "$1$(dirname "$lib")"
		cp -L "$lib" "$1$lib"
	done
	cp "$1/bin/iping" "$1/bin/cping"
	setcap cap_net_raw=ep "$1/bin/cping"
}

# bundle NAME [JQ]: a bundle that prints its own sets; JQ edits config.json.
bundle() {
	local dir="$RIG/bundles/$1"
	mkdir -p "$dir"
	(cd "$dir" && rm -f config.json && runc spec)
	jq --arg root "$RIG/rootfs" '
		.process.terminal = false | del(.process.rlimits)
		| .process.args = ["grep", "^Cap", "/proc/self/status"]
		| .root.path = $root | .root.readonly = true
		| '"${2:-.}" "$dir/config.json" >"$dir/config.json.new"
	mv "$dir/config.json.new" "$dir/config.json"
	echo "$dir"
}

# jq text: these capabilities in all five sets.
caps() {
	printf '.process.capabilities = (["%s"] as $c | {bounding:$c,effective:$c,inheritable:$c,permitted:$c,ambient:$c})' \
		"$(echo "$*" | sed 's/ /","/g')"
}

# jq text: capgate as a hook in these stages.
hooks() {
	local stage
	printf '.'
	for stage; do
		printf ' | .hooks.%s = [{path:"%s",args:["capgate","%s"]}]' "$stage" "$CAPGATE_HOOK" "$stage"
	done
}

# start RUNTIME BUNDLE: runs it to its end; output and status as bats' run does.
start() {
	local id="t$BATS_TEST_NUMBER-$RANDOM"
	run "$1" --root "$RIG/state-$1" run --bundle "$2" "$id" <"$RIG/empty"
	"$1" --root "$RIG/state-$1" delete -f "$id" >/dev/null 2>&1 || true
}

# The hexadecimal value of one line of the probe's output.
set_of() {
	sed -n "s/^Cap$1:[[:space:]]*//p" <<<"$output"
}

# holds CAPNUMBER SETS...: the probe's output has that bit in each of the sets.
holds() {
	local bit=$1 set value
	shift
	for set; do
		value=$(set_of "$set")
		[ -n "$value" ] || { echo "no Cap$set in: $output"; return 1; }
		(((0x$value >> bit) & 1)) || return 1
	done
}

# holds_nowhere CAPNUMBER: it is in none of the five.
holds_nowhere() {
	local set value
	for set in Inh Prm Eff Bnd Amb; do
		value=$(set_of "$set")
		[ -n "$value" ] || { echo "no Cap$set in: $output"; return 1; }
		(((0x$value >> $1) & 1)) && return 1
	done
	return 0
}
