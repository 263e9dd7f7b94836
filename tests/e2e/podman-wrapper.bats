# SPDX-License-Identifier: Apache-2.0
# podman with the wrapper as its runtime, for crun and for runc, without hooks.

load rig
load wrapper
load podman

setup_file() {
	rig_up
	ln -sf busybox "$RIG/rootfs/bin/tty"
	ln -sf busybox "$RIG/rootfs/bin/wc"
	ln -sf busybox "$RIG/rootfs/bin/stty"
	wrapper_up
	ln -sf "$CAPGATE_HOOK" "$RIG/bin/capgate-oci"
	podman_conf 'runtime = "capgate-crun"' "$(podman_wrappers)"
	mkdir "$RIG/no-hooks"
	podman_image
}

teardown_file() {
	pod rm -fa -t 0 >/dev/null 2>&1 || true
	wrapper_down
	rig_down
}

setup() {
	default_policy
}

probe() {
	run pod run --rm "$@" localhost/bb grep ^Cap /proc/self/status
}

@test "podman run --cap-add NET_RAW starts without it" {
	for RUNTIME in capgate-crun capgate-runc; do
		probe --cap-add NET_RAW
		[ "$status" -eq 0 ] || { echo "$output"; false; }
		holds_nowhere $NET_RAW
		holds $KILL Prm Eff Bnd
	done
}

@test "other ways to ask for capabilities start, within the policy" {
	for options in "--privileged" "--cap-drop=all" "--cap-drop=all --cap-add=KILL" "--user 1000" "--user 1000 --cap-add=CHOWN" \
		"--security-opt=no-new-privileges" "--read-only" "--cap-add=SYS_ADMIN"; do
		# shellcheck disable=SC2086
		probe $options
		[ "$status" -eq 0 ] || { echo "$options: $output"; false; }
		holds_nowhere $NET_RAW
		holds_nowhere 21
	done
}

@test "exec and exec --privileged hold no more than the container may" {
	for RUNTIME in capgate-crun capgate-runc; do
		pod run -d --name "sleeper-$RUNTIME" --cap-add NET_RAW localhost/bb sleep 600 >/dev/null
		run pod exec "sleeper-$RUNTIME" grep ^Cap /proc/self/status
		[ "$status" -eq 0 ]
		holds_nowhere $NET_RAW
		holds $KILL Eff
		run pod exec --privileged "sleeper-$RUNTIME" grep ^Cap /proc/self/status
		[ "$status" -eq 0 ] || { echo "$output"; false; }
		holds_nowhere $NET_RAW
		holds_nowhere 21
		run pod exec --user 1000 "sleeper-$RUNTIME" grep ^Cap /proc/self/status
		[ "$status" -eq 0 ]
		pod rm -f -t 0 "sleeper-$RUNTIME" >/dev/null
	done
}

@test "a refusal is what podman shows" {
	policy_with '"action":"reject"'
	for RUNTIME in capgate-crun capgate-runc; do
		probe --cap-add NET_RAW
		[ "$status" -ne 0 ]
		[[ "$output" == *"refused: "*"CAP_NET_RAW"* ]] || { echo "$output"; false; }
		[[ "$output" != *CapEff* ]]
	done
}

@test "terminal, standard input, exit code and detached exec behave as without it" {
	for RUNTIME in capgate-crun capgate-runc; do
		podman_words
		run pod run --rm -t localhost/bb tty
		[[ "$output" == */dev/* ]]
		run sh -c 'head -c 100000 /dev/zero | "$@"' sh "${words[@]}" run -i --rm localhost/bb wc -c
		[ "$output" = 100000 ] || { echo "$output"; false; }
		run pod run --rm localhost/bb sh -c 'exit 42'
		[ "$status" -eq 42 ]
		pod run -d --name "d-$RUNTIME" localhost/bb sleep 600 >/dev/null
		run pod exec -d "d-$RUNTIME" sh -c ': >/tmp/detached'
		[ "$status" -eq 0 ]
		for _ in $(seq 3000); do ! pod exec "d-$RUNTIME" ls /tmp/detached >/dev/null 2>&1 || break; sleep 0.1; done
		run pod exec "d-$RUNTIME" ls /tmp/detached
		[ "$status" -eq 0 ]
		run pod exec "d-$RUNTIME" sh -c 'exit 43'
		[ "$status" -eq 43 ]
		pod rm -f -t 0 "d-$RUNTIME" >/dev/null
	done
}

@test "a terminal: run -it and exec -it have its size, its interrupt key and the exit code" {
	for RUNTIME in capgate-crun capgate-runc; do
		podman_words
		pod run -d --name "t-$RUNTIME" localhost/bb sleep 600 >/dev/null
		for command in "exec -it t-$RUNTIME" "run -it --rm localhost/bb"; do
			# shellcheck disable=SC2086
			run "$TOP/tests/e2e/terminal.py" '# ' 'until stty size 2>/dev/null | grep .; do sleep 0.1; done; tty\n' '# ' '(trap "exit 7" INT; echo g""o; while :; do sleep 0.1; done); echo =$?\n' go '\x03' =7 'exit 44\n' \
				-- "${words[@]}" $command sh
			[ "$status" -eq 44 ] || { echo "$command: $status $output"; false; }
			[[ "$output" == *"31 97"* && "$output" == */dev/pts/* && "$output" == *"^C"*"=7"* ]] || { echo "$command: $output"; false; }
		done
		pod rm -f -t 0 "t-$RUNTIME" >/dev/null
	done
}

@test "restart, pause, stats and the other commands are passed on" {
	pod run -d --name life --cap-add NET_RAW localhost/bb sleep 600 >/dev/null
	run pod restart -t 0 life
	[ "$status" -eq 0 ]
	run pod exec life grep ^Cap /proc/self/status
	holds_nowhere $NET_RAW
	run pod stop -t 0 life
	[ "$status" -eq 0 ]
	run pod start life
	[ "$status" -eq 0 ]
	run pod kill life
	[ "$status" -eq 0 ]
	pod rm -f -t 0 life >/dev/null
	run pod info --format '{{.Host.OCIRuntime.Name}}'
	[ "$output" = capgate-crun ]
}

@test "containers that were made before, and --runtime crun, are judged if these names lead to the wrapper" {
	sed 's/^runtime = .*/runtime = "crun"/' "$RIG/containers.conf" >"$RIG/before.conf"
	sed "\$a crun = [\"$RIG/bin/capgate-crun\"]\nrunc = [\"$RIG/bin/capgate-runc\"]" "$RIG/containers.conf" >"$RIG/closed.conf"
	with() {
		cp "$RIG/$1.conf" "$RIG/containers.conf"
	}
	cp "$RIG/containers.conf" "$RIG/open.conf"
	with before
	pod create --name before --cap-add NET_RAW localhost/bb sleep 600 >/dev/null
	for conf in open closed; do
		with $conf
		pod start before >/dev/null
		run pod exec before grep ^Cap /proc/1/status
		[ "$status" -eq 0 ] || { echo "$conf: $output"; false; }
		if [ $conf = open ]; then holds $NET_RAW Eff; else holds_nowhere $NET_RAW; holds $KILL Eff; fi
		pod stop -t 0 before >/dev/null
		for RUNTIME in crun runc; do
			probe --cap-add NET_RAW
			[ "$status" -eq 0 ] || { echo "$conf $RUNTIME: $output"; false; }
			if [ $conf = open ]; then holds $NET_RAW Eff; else holds_nowhere $NET_RAW; holds $KILL Eff; fi
		done
		unset RUNTIME
	done
	with open
	pod rm -f -t 0 before >/dev/null
}

@test "why relates what was removed from a container of podman to what it printed" {
	for RUNTIME in capgate-crun capgate-runc; do
		id=$(pod create --log-driver k8s-file localhost/bb ping -c1 127.0.0.1)
		run pod start -a "$id"
		[ "$status" -ne 0 ] || { echo "it does not fail: $output"; false; }
		run "$CAPGATE" why "$id"
		[ "$status" -eq 0 ] || { echo "$output"; false; }
		[[ $output == *"create rewrote $id"*"it said    ping: permission denied"*"/ctr.log"*"CAP_NET_RAW was removed: busybox's ping"* ]] ||
			{ echo "$output"; false; }
	done
}

# exempted MEMBER OPTION...: with an exemption that has it, the gate lets the probe through.
exempted() {
	local member=$1
	shift
	policy_with '"mode":"enforce","exemptions":[{"id":"W","match":{"image":"*bb*"},"reason":"a test",'"$member"'}]'
	probe "$@"
	[[ "$(decision .verdict)" =~ ^(pass|strip)$ ]] || { echo "$member: $output"; false; }
	default_policy
}

@test "each way out of CPG107, CPG108 and CPG109 that is printed lets the container through" {
	answering capset SCMP_ACT_ERRNO ',"errnoRet":0'
	refused_by CPG107 --security-opt "seccomp=$RIG/profile.json"
	starts_within
	exempted '"allow":["ALL"]' --security-opt "seccomp=$RIG/profile.json"
	answering capset SCMP_ACT_ERRNO ',"errnoRet":1'
	probe --security-opt "seccomp=$RIG/profile.json"
	[[ "$(decision '.rules | join(" ")')" != *CPG107* ]]
	refused_by CPG108 -v "$RIG/profile.json:/proc/sys/kernel/cap_last_cap"
	starts_within -v /proc:/host/proc:ro
	exempted '"allow":["ALL"]' -v "$RIG/profile.json:/proc/sys/kernel/cap_last_cap"
	answering getpid SCMP_ACT_NOTIFY
	refused_by CPG109 --security-opt "seccomp=$RIG/profile.json"
	exempted '"seccomp":["SCMP_ACT_NOTIFY","SCMP_ACT_TRACE"]' --security-opt "seccomp=$RIG/profile.json"
	answering getpid SCMP_ACT_LOG
	starts_within --security-opt "seccomp=$RIG/profile.json"
}
