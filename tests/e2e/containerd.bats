# SPDX-License-Identifier: Apache-2.0
# A real containerd: ctr with the wrapper as the shim's runtime.

load rig
load wrapper
load containerd

setup_file() {
	need containerd ctr curl python3 || return 0
	rig_up
	wrapper_up
	cri_toml >"$RIG/containerd.toml" <<-EOF
		    default_runtime_name = "capgate"
		  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.capgate]
		    runtime_type = "io.containerd.runc.v2"
		  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.capgate.options]
		    BinaryName = "$RIG/bin/capgate-runtime"
	EOF
	containerd_up
	image
	import
	import -n k8s.io
}

teardown_file() {
	[ -n "${RIG:-}" ] || return 0
	[ ! -e /sys/fs/bpf/capgate ] || "${CAPGATE%/*}/capgate-learn" record --stop
	for id in $(c -n k8s.io containers ls -q 2>/dev/null); do cri stop "$id" >/dev/null 2>&1 || true; done
	for id in $(c tasks ls -q); do c tasks kill -s KILL "$id" >/dev/null 2>&1; sleep 0.2; c tasks delete -f "$id" >/dev/null 2>&1; done
	daemon_down containerd
	daemon_umount
	wrapper_down
	rig_down
}

setup() {
	need containerd ctr curl python3 || skip "not installed: containerd, ctr, curl or python3"
	default_policy
}

probe() {
	run c run --rm --snapshotter native --runc-binary "$RIG/bin/capgate-runc" "$@" docker.io/library/bb:latest \
		"p$BATS_TEST_NUMBER-$RANDOM" grep ^Cap /proc/self/status
}

@test "the test can fail: without the wrapper NET_RAW reaches the container" {
	run c run --rm --snapshotter native docker.io/library/bb:latest plain grep ^Cap /proc/self/status
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	holds $NET_RAW Prm Eff Bnd
}

@test "ctr run, whatever it asks for, stays within the policy" {
	for options in "" "--cap-add CAP_NET_RAW" "--cap-add CAP_SYS_ADMIN" "--privileged" "--cap-drop CAP_CHOWN"; do
		# shellcheck disable=SC2086
		probe $options
		[ "$status" -eq 0 ] || { echo "$options: $output"; false; }
		holds_nowhere $NET_RAW
		holds_nowhere 21
		holds $KILL Prm Eff Bnd
	done
}

@test "under crun too" {
	run c run --rm --snapshotter native --runc-binary "$RIG/bin/capgate-crun" --cap-add CAP_NET_RAW docker.io/library/bb:latest \
		"crun-$RANDOM" grep ^Cap /proc/self/status
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	holds_nowhere $NET_RAW
	holds $KILL Prm Eff Bnd
}

@test "a refusal is what ctr prints" {
	policy_with '"action":"reject"'
	probe
	[ "$status" -ne 0 ]
	[[ "$output" == *"capgate: create: refused: "*CAP_NET_RAW* ]] || { echo "$output"; false; }
	[[ "$output" != *CapEff* ]]
}

@test "ctr tasks exec holds what the container holds; pause, resume, metrics and kill are passed on" {
	c run -d --snapshotter native --runc-binary "$RIG/bin/capgate-runc" docker.io/library/bb:latest life sleep 600
	run c tasks exec --exec-id e1 life grep ^Cap /proc/self/status
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	holds_nowhere $NET_RAW
	holds $KILL Eff
	run c tasks exec --exec-id e2 life sh -c 'exit 43'
	[ "$status" -eq 43 ]
	for command in pause resume; do
		run c tasks $command life
		[ "$status" -eq 0 ] || { echo "$command: $output"; false; }
	done
	run c tasks kill -s KILL life
	[ "$status" -eq 0 ]
	for _ in $(seq 3000); do c tasks ls | grep -q 'life.*RUNNING' || break; sleep 0.1; done
	c tasks delete life >/dev/null
	c containers delete life
}

# cri_probe NAME CAPS: the sets inside a container of a pod of its own, its
# command's and those of ExecSync.
cri_probe() {
	sandbox=$(cri sandbox "$1" "$2")
	id=$(cri create "$sandbox" "$1-c" docker.io/library/bb:latest "$2" sleep 600)
	cri start "$id"
	run cri exec "$id" cat /proc/1/status
	first=$(grep ^Cap <<<"$output")
	run cri exec "$id" grep ^Cap /proc/self/status
}

@test "Kubernetes' calls: sandbox, container and ExecSync stay within the policy" {
	n=0
	for caps in "" NET_RAW,SYS_ADMIN ALL privileged; do
		n=$((n + 1))
		cri_probe "pod$n" "$caps"
		[ "$status" -eq 0 ] || { echo "$caps: $output"; false; }
		for output in "$output" "$first"; do
			holds_nowhere $NET_RAW
			holds_nowhere 21
			holds_nowhere 12
			holds $KILL Prm Eff Bnd
		done
		# the sandbox's own container too
		output=$(grep ^Cap "/proc/$(c -n k8s.io tasks ls | awk -v id="$sandbox" '$1 == id {print $2}')/status")
		holds_nowhere $NET_RAW
		cri stop "$sandbox"
	done
}

@test "the kubelet gets the refusal" {
	sandbox=$(cri sandbox refused)
	id=$(cri create "$sandbox" refused-c docker.io/library/bb:latest NET_RAW sleep 600)
	policy_with '"action":"reject"'
	run cri start "$id"
	[ "$status" -ne 0 ]
	[[ "$output" == *"capgate: create: refused: "*CAP_NET_RAW* ]] || { echo "$output"; false; }
	cri stop "$sandbox"
}

@test "audit: a privileged container of containerd is one, also when the wrapper took its capabilities" {
	for flags in "--privileged privileged-audit" "plain-audit"; do
		# shellcheck disable=SC2086
		c run -d --null-io --snapshotter native --runc-binary "$RIG/bin/capgate-runc" $([[ $flags == *" "* ]] && echo "${flags% *}") docker.io/library/bb:latest \
			"${flags##* }" sleep 3000
	done
	line() { "$CAPGATE" audit -f lines --control "$1"; }
	line 5.5 | grep -Eq '^CIS-Docker-5.5 FAIL 1 of [0-9]+: privileged-audit every device, nothing masked$' || { line 5.5; false; }
	line 5.4 | grep -Eq '^CIS-Docker-5.4 PASS [0-9]+ containers$' || { line 5.4; false; }
	line 5.23 | grep -Eq '^CIS-Docker-5.23 PASS [0-9]+ containers$' || { line 5.23; false; }
	for id in privileged-audit plain-audit; do
		c tasks kill -s KILL $id
		await c tasks delete -f $id
		c containers rm $id
	done
}

# recorded NAME: what is kept under it says this much.
recorded() {
	"$CAPGATE" learn keep --once --store "$RIG/learned" && "$CAPGATE" learn report --store "$RIG/learned" "$1" -f json >"$RIG/report" &&
		jq -e '.[0] | .used == ["CAP_CHOWN", "CAP_SYS_CHROOT"] and .runs == 1 and .running == 0 and .lost == 0' "$RIG/report"
}

@test "ctr's containers are recorded by the wrapper alone, including processes of exec" {
	# Of this file's own: others record beside it.
	mount -t bpf bpf /sys/fs/bpf 2>"$RIG/why" && "${CAPGATE%/*}/capgate-learn" record 2>"$RIG/why" || skip "no recorder: $(cat "$RIG/why")"
	policy_with '"learn":"record"'
	c run -d --snapshotter native --runc-binary "$RIG/bin/capgate-runc" docker.io/library/bb:latest recorded \
		sh -c 'busybox touch /tmp/f; busybox chown 5 /tmp/f; while [ ! -e /tmp/end ]; do sleep 0.1; done'
	[ "$(tail -n 1 "$RIG/decisions" | jq -r '.stage + " " + .learn')" = "create recorded" ]
	c tasks exec --exec-id e recorded busybox chroot / busybox touch /tmp/end
	await recorded "$RIG/state/io.containerd.runtime.v2.task/default/recorded" || { cat "$RIG/report"; return 1; }
	c tasks delete recorded
	c containers rm recorded
}
