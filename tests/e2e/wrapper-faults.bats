# SPDX-License-Identifier: Apache-2.0
# Each system call of the wrapper fails once, and the wrapper is killed once at each: what
# it passes on is never forbidden, and the configuration is either the old one or the new
# one.

load rig
load wrapper

setup_file() {
	need strace || return 0
	rig_up
	wrapper_up
	# Tells what it was handed; static, so that little of it is hit.
	cat >"$RIG/bin/tell" <<-'EOF'
		#!/bin/busybox sh
		while [ $# -gt 0 ]; do
			case $1 in
			--bundle) file=$2/config.json ;;
			--process) file=$2 ;;
			esac
			shift
		done
		while read -r line; do
			case $line in *NET_RAW*) echo LEAK ;; esac
		done <"$file"
		echo went on
	EOF
	chmod 755 "$RIG/bin/tell"
	ln -sf "$CAPGATE_HOOK" "$RIG/bin/told"
	printf '{"version":1,"runtimes":{"told":"%s"}}' "$RIG/bin/tell" >/etc/capgate/runtime.json
	policy '{"version":1,"log":{"system":false}}'
	caps='{"bounding":["CAP_NET_RAW","CAP_KILL"],"effective":["CAP_NET_RAW","CAP_KILL"],"permitted":["CAP_NET_RAW","CAP_KILL"]}'
	mkdir "$RIG/b"
	printf '{"ociVersion":"1.0.2","mounts":[{"destination":"/proc","type":"proc"}],"process":{"user":{"uid":0,"gid":0},"args":["sh"],"cwd":"/","capabilities":%s},"root":{"path":"r"}}\n' \
		"$caps" >"$RIG/before.json"
	chmod 640 "$RIG/before.json"
	"$CAPGATE" precreate <"$RIG/before.json" >"$RIG/after.json"
	printf '{"user":{"uid":0,"gid":0},"args":["sh"],"cwd":"/","capabilities":%s}\n' "$caps" >"$RIG/process.json"
}

teardown_file() {
	[ -n "${RIG:-}" ] || return 0
	wrapper_down
	rig_down
}

setup() {
	need strace || skip "not installed: strace"
}

# attempt CALL ERROR N ARGUMENT...: output, status; fails when nothing was hit, or
# only what the wrapper had become by then.
attempt() {
	local call=$1 error=$2 n=$3
	shift 3
	cp -p "$RIG/before.json" "$RIG/b/config.json"
	status=0
	output=$(timeout 300 strace -f -o "$RIG/trace" -e trace="$call,execve" -e "inject=$call:error=$error:when=$n" "$RIG/bin/told" "$@" </dev/null 2>&1) || status=$?
	[ "$status" -ne 124 ] || return 0
	sed '/execve.*bin\/tell.* = 0$/q' "$RIG/trace" | grep -q INJECTED
}

CALLS="openat read write newfstatat close mmap pipe2 dup2 clone wait4 prctl capset seccomp prlimit64 socket fchmod fsync
	linkat renameat unlinkat getdents64 memfd_create fcntl getcwd readlink close_range execve"

# kill_at CALL N ARGUMENT...: killed behind its Nth CALL.  Fails when it had become
# the runtime before that.
kill_at() {
	local call=$1 n=$2
	shift 2
	cp -p "$RIG/before.json" "$RIG/b/config.json"
	status=0
	output=$(timeout 300 strace -f -o "$RIG/trace" -e trace="$call,execve" -e "inject=$call:signal=KILL:when=$n" "$RIG/bin/told" "$@" </dev/null 2>&1) || status=$?
	grep -q 'killed by SIGKILL' "$RIG/trace" && ! grep -q 'execve.*bin/tell.* = 0$' "$RIG/trace"
}

# all ARGUMENT...: one call after the other, each time it is made.
all() {
	local call error=EIO n hit=0
	for call in $CALLS; do
		for n in $(seq 80); do
			attempt $call $error $n "$@" || break
			hit=$((hit + 1))
			[ "$status" -ne 124 ] || { echo "$call $error $n: hangs"; return 1; }
			[[ "$output" != *LEAK* ]] || { echo "$call $error $n: $output"; return 1; }
			cmp -s "$RIG/b/config.json" "$RIG/before.json" || cmp -s "$RIG/b/config.json" "$RIG/after.json" ||
				{ echo "$call $error $n: config.json is neither"; return 1; }
			# a refusal says so, if it could still say anything
			[[ "$output" == *"went on"* || "$status" -ne 0 ]] || { echo "$call $error $n: silent: $output"; return 1; }
		done
	done
	((hit > 100))
}

@test "create: whatever fails, nothing forbidden starts and nothing is half done" {
	all create --bundle "$RIG/b" x
}

@test "exec: whatever fails, nothing forbidden starts" {
	all exec --process "$RIG/process.json" x
}

@test "killed at any system call, it leaves the old configuration or the new one, and nothing else for long" {
	hit=0 before=0 after=0 left=0
	for call in $CALLS; do
		for n in $(seq 80); do
			kill_at $call $n create --bundle "$RIG/b" x || break
			hit=$((hit + 1))
			[ "$status" -ne 0 ] || { echo "$call $n: it went on"; false; }
			[[ "$output" != *LEAK* && "$output" != *"went on"* ]] || { echo "$call $n: $output"; false; }
			if cmp -s "$RIG/b/config.json" "$RIG/before.json"; then before=$((before + 1))
			elif cmp -s "$RIG/b/config.json" "$RIG/after.json"; then after=$((after + 1))
			else echo "$call $n: config.json is neither"; false; fi
			# in between it has a name of its own; the next one takes that away
			[ "$(ls -A "$RIG/b")" = config.json ] || left=$((left + 1))
			[ "$(stat -c %a "$RIG/b/config.json")" = 640 ]
		done
	done
	((hit > 100 && before > 20 && after > 0 && left <= 2)) || { echo "hit $hit, before $before, after $after, left $left"; false; }
	cp -p "$RIG/before.json" "$RIG/b/config.json"
	echo of-somebody-else >"$RIG/b/.capgate-1.json"
	run "$RIG/bin/told" create --bundle "$RIG/b" x
	[ "$output" = "went on" ]
	cmp "$RIG/b/config.json" "$RIG/after.json"
	[ "$(ls -A "$RIG/b" | tr '\n' ' ')" = ".capgate-1.json config.json " ]
	rm "$RIG/b/.capgate-1.json"
}

@test "killed at any system call, exec starts nothing" {
	hit=0
	for call in $CALLS; do
		for n in $(seq 80); do
			kill_at $call $n exec --process "$RIG/process.json" x || break
			hit=$((hit + 1))
			[[ "$status" -ne 0 && "$output" != *LEAK* && "$output" != *"went on"* ]] || { echo "$call $n: $status $output"; false; }
		done
	done
	((hit > 80))
}
