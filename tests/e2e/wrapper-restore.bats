# SPDX-License-Identifier: Apache-2.0
# restore: the processes of a checkpoint hold again what they held when it was made,
# whatever config.json says.  The runtimes here only report what they were given, so these
# tests need no CRIU.

load rig
load wrapper

KILL=0x20
KILL_AND_NET_RAW=0x2020
ALL=0x1ffffffffff

setup_file() {
	rig_up
	wrapper_up
	for rt in runc crun; do
		printf '#!/bin/sh\necho went on: "$@"\n' >"$RIG/bin/$rt-tell"
		chmod 755 "$RIG/bin/$rt-tell"
		ln -sf "$CAPGATE_HOOK" "$RIG/bin/$rt-told"
	done
	jq -n --arg bin "$RIG/bin" '{version: 1, runtimes: {"runc-told": ($bin + "/runc-tell"), "crun-told": ($bin + "/crun-tell")}}' \
		>/etc/capgate/runtime.json
}

teardown_file() {
	wrapper_down
	rig_down
}

setup() {
	default_policy
	b=$(bundle checkpointed "$(caps CAP_KILL)")
	rm -rf "$RIG/cp" && mkdir "$RIG/cp"
	core $KILL 1
	touch "$RIG/cp/pstree.img" "$RIG/cp/core-x.img" "$RIG/cp/core-.img"
}

# core MASK THREAD
core() {
	python3 -I "$TOP/tests/e2e/core_image.py" "$1" "$RIG/cp/core-$2.img"
}

@test "a checkpoint within the policy is passed on, with an absolute path" {
	cd "$RIG"
	for rt in runc crun; do
		for spelling in "--image-path $RIG/cp" "--image-path=cp" "--image-path /nowhere --image-path cp"; do
			# shellcheck disable=SC2086
			run "$RIG/bin/$rt-told" restore $spelling --bundle "$b" --detach id
			[ "$status" -eq 0 ] || { echo "$output"; false; }
			[ "$output" = "went on: restore --bundle $b --detach --image-path $RIG/cp -- id" ] || { echo "$output"; false; }
		done
	done
	# where each looks when nothing is said
	mv "$RIG/cp" "$RIG/checkpoint"
	run "$RIG/bin/runc-told" restore --bundle "$b" id
	[ "$output" = "went on: restore --bundle $b --image-path $RIG/checkpoint -- id" ] || { echo "$output"; false; }
	run "$RIG/bin/crun-told" restore --bundle "$b" id
	[ "$status" -eq 1 ]
	mv "$RIG/checkpoint" "$b/checkpoint"
	run "$RIG/bin/crun-told" restore --bundle "$b" id
	[ "$output" = "went on: restore --bundle $b --image-path $b/checkpoint -- id" ] || { echo "$output"; false; }
	run "$RIG/bin/runc-told" restore --bundle "$b" id
	[ "$status" -eq 1 ]
	rm -r "$b/checkpoint"
}

@test "one thread that holds more, in one of its sets, stops it" {
	for rt in runc crun; do
		for mask in $KILL_AND_NET_RAW $ALL 0x8000000000000000 0x200000; do
			core $KILL 2
			core $mask 4711
			run "$RIG/bin/$rt-told" --log "$RIG/log.txt" restore --image-path "$RIG/cp" --bundle "$b" id
			[ "$status" -eq 1 ] || { echo "$mask: $output"; false; }
			[[ "$output" == *"restore: refused: the checkpoint's processes hold more"* && "$output" != *"went on"* ]] || { echo "$output"; false; }
			[ "$(decision '.verdict + " " + .stage')" = "refuse restore" ]
		done
		[[ "$output" == *CAP_SYS_ADMIN* ]]
		grep -q "the checkpoint's processes hold more" "$RIG/log.txt"
	done
}

@test "config.json is judged as well, and rewritten only for a checkpoint that may be restored" {
	b=$(bundle checkpointed "$(caps CAP_KILL CAP_NET_RAW)")
	cp "$b/config.json" "$RIG/before.json"
	core $KILL_AND_NET_RAW 1
	run "$RIG/bin/runc-told" restore --image-path "$RIG/cp" --bundle "$b" id
	[ "$status" -eq 1 ]
	cmp "$b/config.json" "$RIG/before.json"
	core $KILL 1
	run "$RIG/bin/runc-told" restore --image-path "$RIG/cp" --bundle "$b" id
	[ "$status" -eq 0 ]
	! grep -q NET_RAW "$b/config.json"
}

@test "what the policy allows, or only logs, is passed on" {
	core $KILL_AND_NET_RAW 1
	policy_with '"allow":["NET_RAW"]'
	run "$RIG/bin/runc-told" restore --image-path "$RIG/cp" --bundle "$b" id
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	policy_with '"exemptions":[{"id":"EX-1","match":{"annotations":{"who":"me"}},"allow":["NET_RAW"],"reason":"a test"}]'
	run "$RIG/bin/runc-told" restore --image-path "$RIG/cp" --bundle "$b" id
	[ "$status" -eq 1 ]
	b=$(bundle checkpointed "$(caps CAP_KILL) | .annotations.who = \"me\"")
	run "$RIG/bin/runc-told" restore --image-path "$RIG/cp" --bundle "$b" id
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	policy_with '"mode":"audit"'
	b=$(bundle checkpointed "$(caps CAP_KILL)")
	run "$RIG/bin/runc-told" restore --image-path cp --bundle "$b" id
	[ "$output" = "went on: restore --image-path cp --bundle $b id" ] || { echo "$output"; false; }
}

@test "a checkpoint that cannot be judged stops it" {
	told() {
		run "$RIG/bin/runc-told" restore --image-path "$RIG/cp" --bundle "$b" id
		[[ "$status" -eq 1 && "$output" == *"restore: refused: "* && "$output" != *"went on"* ]] || { echo "$1: $output"; false; }
	}
	cp "$RIG/cp/core-1.img" "$RIG/good.img"
	head -c 40 "$RIG/good.img" >"$RIG/cp/core-1.img"
	told "cut off"
	: >"$RIG/cp/core-1.img"
	told empty
	ln -sf "$RIG/good.img" "$RIG/cp/core-1.img"
	told "a link, which could soon lead elsewhere"
	rm "$RIG/cp/core-1.img"
	told "no thread at all"
	mkdir "$RIG/cp/core-1.img"
	told "a directory"
	rmdir "$RIG/cp/core-1.img"
	head -c 2000000 /dev/zero >"$RIG/cp/core-1.img"
	told "too large"
	rm -r "$RIG/cp"
	told "not there"
}

@test "what others can write, or what names another program or file, restores nothing" {
	for rt in runc crun; do
		chown 1000 "$RIG/cp"
		run "$RIG/bin/$rt-told" restore --image-path "$RIG/cp" --bundle "$b" id
		[[ "$status" -eq 1 && "$output" == *"users other than root can write"* && "$output" != *"went on"* ]] || { echo "$output"; false; }
		chown 0 "$RIG/cp"
		chmod 777 "$RIG/cp"
		run "$RIG/bin/$rt-told" restore --image-path "$RIG/cp" --bundle "$b" id
		[[ "$status" -eq 1 && "$output" != *"went on"* ]]
		chmod 755 "$RIG/cp"
		# Who owns a directory above it can put another one there.
		mkdir "$RIG/above"
		mv "$RIG/cp" "$RIG/above/cp"
		chown 1000 "$RIG/above"
		run "$RIG/bin/$rt-told" restore --image-path "$RIG/above/cp" --bundle "$b" id
		[[ "$status" -eq 1 && "$output" == *"users other than root can write"* && "$output" != *"went on"* ]] || { echo "$output"; false; }
		mv "$RIG/above/cp" "$RIG/cp"
		rmdir "$RIG/above"
		chown 1000 "$RIG/cp/core-1.img"
		run "$RIG/bin/$rt-told" restore --image-path "$RIG/cp" --bundle "$b" id
		[[ "$status" -eq 1 && "$output" == *"users other than root can write"* && "$output" != *"went on"* ]] || { echo "$output"; false; }
		chown 0 "$RIG/cp/core-1.img"
		odd=$(bundle criu-config "$(caps CAP_KILL) | .annotations = {\"org.criu.config\": \"/tmp/x\"}")
		run "$RIG/bin/$rt-told" restore --image-path "$RIG/cp" --bundle "$odd" id
		[[ "$status" -eq 1 && "$output" == *org.criu.config* && "$output" != *"went on"* ]] || { echo "$output"; false; }
	done
	run "$RIG/bin/runc-told" --criu /tmp/criu restore --image-path "$RIG/cp" --bundle "$b" id
	[[ "$status" -eq 1 && "$output" == *--criu* && "$output" != *"went on"* ]] || { echo "$output"; false; }
}
