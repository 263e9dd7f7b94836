# SPDX-License-Identifier: Apache-2.0
# A real dockerd whose default runtime is the wrapper, and which finds first in its PATH a
# link to the wrapper that is named runc (docker build uses that name).

load rig
load wrapper
load docker

setup_file() {
	need dockerd containerd /usr/bin/docker || return 0
	rig_up
	ln -sf busybox "$RIG/rootfs/bin/wc"
	ln -sf busybox "$RIG/rootfs/bin/tty"
	ln -sf busybox "$RIG/rootfs/bin/stty"
	ln -sf busybox "$RIG/rootfs/bin/kill"
	rig_ping "$RIG/rootfs"
	wrapper_up
	ln -sf "$(command -v runc)" "$RIG/plain-runc"
	printf '{"runtimes":{"capgate":{"path":"%s"},"plain":{"path":"%s"}},"default-runtime":"capgate"}' \
		"$RIG/bin/capgate-runtime" "$RIG/plain-runc" >"$RIG/daemon.json"
	dockerd_up "$RIG/bin:/usr/sbin:/usr/bin:/sbin:/bin"
}

teardown_file() {
	[ -n "${RIG:-}" ] || return 0
	d ps -aq | while read -r id; do d rm -f "$id" >/dev/null 2>&1; done
	d swarm leave -f >/dev/null 2>&1 || true
	daemon_down dockerd
	daemon_umount
	wrapper_down
	rig_down
}

setup() {
	need dockerd containerd /usr/bin/docker || skip "not installed: dockerd containerd /usr/bin/docker"
	default_policy
}

probe() {
	run d run --rm --network none "$@" bb grep ^Cap /proc/self/status
}

@test "the test can fail: the plain runtime grants NET_RAW" {
	probe --runtime plain --cap-add NET_RAW
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	holds $NET_RAW Prm Eff Bnd
}

@test "docker run: the default, --cap-add and --cap-drop stay within the policy" {
	probe
	[ "$status" -eq 0 ] || { echo "$output"; tail -5 "$RIG/dockerd.log"; false; }
	holds_nowhere $NET_RAW
	holds $KILL Prm Eff Bnd
	for options in "--cap-add NET_RAW" "--cap-add SYS_ADMIN" "--cap-drop ALL --cap-add KILL" "--cap-drop ALL" "--user 1000 --cap-add NET_RAW" \
		"--security-opt no-new-privileges" "--read-only"; do
		# shellcheck disable=SC2086
		probe $options
		[ "$status" -eq 0 ] || { echo "$options: $output"; false; }
		holds_nowhere $NET_RAW
		holds_nowhere 21
	done
}

@test "docker run --privileged and --cap-add ALL start without forbidden capabilities" {
	for options in --privileged "--cap-add ALL"; do
		# shellcheck disable=SC2086
		probe $options
		[ "$status" -eq 0 ] || { echo "$options: $output"; false; }
		holds_nowhere $NET_RAW
		holds_nowhere 21
		holds $KILL Prm Eff Bnd
	done
}

@test "docker run --runtime runc finds the link and is judged, also under its other names" {
	for name in $(d info --format '{{range $name, $x := .Runtimes}}{{$name}} {{end}}'); do
		[ "$name" != plain ] || continue
		run d run --rm --network none --runtime "$name" --cap-add NET_RAW bb grep ^Cap /proc/self/status
		[ "$status" -eq 0 ] || { echo "$name: $output"; false; }
		holds_nowhere $NET_RAW
		holds $KILL Eff
	done
}

@test "a refusal is what docker run and docker exec print" {
	policy_with '"action":"reject"'
	probe --cap-add NET_RAW
	[ "$status" -eq 125 ]
	[[ "$output" == *"capgate: create: refused: "*CAP_NET_RAW* ]] || { echo "$output"; false; }
	[[ "$output" != *CapEff* ]]
	d run -d --name refused --network none --cap-drop NET_RAW bb sleep 600 >/dev/null
	run d exec --privileged refused grep ^Cap /proc/self/status
	[ "$status" -ne 0 ]
	[[ "$output" == *"capgate: exec: refused: "*CAP_* ]] || { echo "$output"; false; }
	run d exec refused grep ^Cap /proc/self/status
	[ "$status" -eq 0 ]
	d rm -f refused >/dev/null
}

@test "docker exec, exec --privileged, restart, stop and start" {
	d run -d --name life --network none --cap-add NET_RAW bb sleep 1200 >/dev/null
	run d exec life grep ^Cap /proc/self/status
	[ "$status" -eq 0 ]
	holds_nowhere $NET_RAW
	holds $KILL Eff
	run d exec --privileged life grep ^Cap /proc/self/status
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	holds_nowhere $NET_RAW
	holds_nowhere 21
	run d restart -t 0 life
	[ "$status" -eq 0 ]
	run d exec life grep ^Cap /proc/self/status
	holds_nowhere $NET_RAW
	for command in pause unpause "update --pids-limit 100" "top" "stop -t 0" start kill; do
		# shellcheck disable=SC2086
		run d ${command%% *} $(expr "$command " : '[a-z]* \(.*\)') life
		[ "$status" -eq 0 ] || { echo "$command: $output"; false; }
	done
	d rm -f life >/dev/null
}

@test "terminal, standard input, exit codes and detached exec behave as without it" {
	run d run --rm -t --network none bb tty
	[[ "$output" == */dev/* ]]
	run sh -c "head -c 100000 /dev/zero | /usr/bin/docker -H unix://$RIG/docker.sock run -i --rm --network none bb wc -c"
	[ "$output" = 100000 ]
	run d run --rm --network none bb sh -c 'exit 42'
	[ "$status" -eq 42 ]
	d run -d --name deta --network none bb sleep 1200 >/dev/null
	run sh -c "head -c 100000 /dev/zero | /usr/bin/docker -H unix://$RIG/docker.sock exec -i deta wc -c"
	[ "$output" = 100000 ]
	run d exec deta sh -c 'exit 43'
	[ "$status" -eq 43 ]
	run d exec -d deta sh -c ': >/tmp/detached'
	[ "$status" -eq 0 ]
	for _ in $(seq 3000); do ! d exec deta ls /tmp/detached >/dev/null 2>&1 || break; sleep 0.1; done
	run d exec deta ls /tmp/detached
	[ "$status" -eq 0 ]
	d rm -f deta >/dev/null
}

@test "a terminal: run -it and exec -it have its size, its interrupt key and the exit code" {
	d run -d --name term --network none bb sleep 1200 >/dev/null
	for command in "exec -it term" "exec -it --privileged term" "run -it --rm --network none bb"; do
		# shellcheck disable=SC2086
		run "$TOP/tests/e2e/terminal.py" '# ' 'until stty size 2>/dev/null | grep .; do sleep 0.1; done; tty\n' '# ' '(trap "exit 7" INT; echo g""o; while :; do sleep 0.1; done); echo =$?\n' go '\x03' =7 'exit 44\n' \
			-- /usr/bin/docker -H "unix://$RIG/docker.sock" $command sh
		[ "$status" -eq 44 ] || { echo "$command: $status $output"; false; }
		[[ "$output" == *"31 97"* && "$output" == */dev/pts/* && "$output" == *"^C"*"=7"* ]] || { echo "$command: $output"; false; }
	done
	d rm -f term >/dev/null
}

@test "plugins are started by the default runtime" {
	mkdir -p "$RIG/plugin/rootfs/out" "$RIG/plugin-out"
	cp -a "$RIG/rootfs/." "$RIG/plugin/rootfs/"
	jq -n --arg out "$RIG/plugin-out" '{description: "none", documentation: "none", workdir: "/", env: [], network: {type: "host"},
		entrypoint: ["sh", "-c", "grep ^Cap /proc/self/status >/out/caps; sleep 600"],
		interface: {types: ["docker.test/1.0"], socket: "test.sock"}, linux: {capabilities: ["CAP_NET_RAW", "CAP_KILL"]},
		mounts: [{source: $out, destination: "/out", type: "bind", options: ["bind", "rw"]}]}' >"$RIG/plugin/config.json"
	d plugin create plugged "$RIG/plugin" >/dev/null
	# it never opens its socket: what counts is that it ran
	d plugin enable --timeout 1 plugged >/dev/null 2>&1 &
	for _ in $(seq 3000); do ! grep -q CapAmb "$RIG/plugin-out/caps" 2>/dev/null || break; sleep 0.1; done
	output=$(cat "$RIG/plugin-out/caps")
	kill $! 2>/dev/null || true
	wait $! 2>/dev/null || true
	holds $KILL Prm Bnd
	holds_nowhere $NET_RAW
}

@test "docker build runs through the link in PATH" {
	mkdir -p "$RIG/context"
	printf 'FROM bb\nRUN ["grep", "^Cap", "/proc/self/status"]\n' >"$RIG/context/Dockerfile"
	for kit in 0 1; do
		run env DOCKER_BUILDKIT=$kit /usr/bin/docker -H "unix://$RIG/docker.sock" build --no-cache --progress plain --network none "$RIG/context"
		[[ "$output" != *"unknown flag"* ]] ||
			run env DOCKER_BUILDKIT=$kit /usr/bin/docker -H "unix://$RIG/docker.sock" build --no-cache --network none "$RIG/context"
		[ "$status" -eq 0 ] || { echo "kit $kit: $output"; false; }
		output=$(sed 's/^#[0-9]* [0-9.]* //' <<<"$output" | grep ^Cap)
		holds_nowhere $NET_RAW
		holds $KILL Bnd
	done
}

@test "a Swarm service is judged, whatever it asks for" {
	d swarm init --advertise-addr 127.0.0.1 --listen-addr 127.0.0.1:0 >/dev/null
	d service create -d --name s1 --network host --restart-condition none --cap-add NET_RAW --cap-drop CHOWN bb \
		sh -c 'grep ^Cap /proc/self/status' >/dev/null
	for _ in $(seq 3000); do [ -z "$(d service ps -q --filter desired-state=shutdown s1)" ] || break; sleep 0.2; done
	id=$(d ps -aq --filter label=com.docker.swarm.service.name=s1)
	[ -n "$id" ] || { d service ps --no-trunc s1; false; }
	output=$(d logs "$id" 2>&1)
	holds_nowhere $NET_RAW || { echo "$output"; false; }
	holds_nowhere 0
	holds $KILL Eff
	policy_with '"action":"reject"'
	d service create -d --name s2 --network host --restart-condition none --cap-add NET_RAW bb sleep 600 >/dev/null
	for _ in $(seq 3000); do ! d service ps --no-trunc s2 | grep -q refused || break; sleep 0.2; done
	run d service ps --no-trunc s2
	[[ "$output" == *"capgate: create: refused"*CAP_NET_RAW* ]] || { echo "$output"; false; }
	d service rm s1 s2 >/dev/null
	d swarm leave -f >/dev/null
}

@test "docker info reports about the runtime what runc reports" {
	run d info --format '{{.DefaultRuntime}} {{.RuncCommit.ID}}'
	[[ "$output" == "capgate "* ]]
}

@test "ping and port 80 work without capabilities, as root and as uid 1000, also in a shared network" {
	policy_with '"deny":["NET_BIND_SERVICE"]'
	d run -d --name shared --network none bb sleep 600 >/dev/null
	for network in none container:shared; do
		for user in 0 1000; do
			run d run --rm --network $network --user $user bb iping -c 1 -W 2 127.0.0.1
			[[ "$output" == *"1 received"* ]] || { echo "$network $user: $output"; false; }
			run d run --rm --network $network --user $user bb sh -c 'nc -l -p 80 & until ! kill -0 $! || grep -qs ":0050 .* 0A " /proc/net/tcp /proc/net/tcp6; do sleep 0.05; done; kill -0 $! && echo bound; kill $!'
			[[ "$output" == *bound* ]] || { echo "$network $user: $output"; false; }
		done
	done
	d rm -f shared >/dev/null
	run d run --rm --network none bb cping -c 1 -W 2 127.0.0.1
	[ "$status" -ne 0 ]
	[[ "$output" == *[Oo]"peration not permitted"* ]] || { echo "$output"; false; }
}

@test "with the host's network nothing is set, and the container starts" {
	before=$(cat /proc/sys/net/ipv4/ping_group_range)
	run d run --rm --network host bb grep ^Cap /proc/self/status
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	holds_nowhere $NET_RAW
	[ "$(cat /proc/sys/net/ipv4/ping_group_range)" = "$before" ]
}

@test "why relates what was removed from a container to what it printed when it failed" {
	id=$(d create --network none bb /bin/cping -c1 127.0.0.1)
	run d start -a "$id"
	[ "$status" -ne 0 ] || { echo "it does not fail: $output"; false; }
	run "$CAPGATE" why "$id" - < <(d logs "$id" 2>&1)
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	[[ $output == *"create rewrote $id"*"it said    exec /bin/cping: operation not permitted"*"CAP_NET_RAW was removed: the program's file has"*"setcap -r FILE"* ]] ||
		{ echo "$output"; false; }
}

@test "each way out of CPG107, CPG108 and CPG109 that is printed lets the container through, but for exemptions" {
	answering capset SCMP_ACT_ERRNO ',"errnoRet":0'
	refused_by CPG107 --security-opt "seccomp=$RIG/profile.json"
	starts_within
	answering capset SCMP_ACT_ERRNO ',"errnoRet":1'
	probe --security-opt "seccomp=$RIG/profile.json"
	[[ "$(decision '.rules | join(" ")')" != *CPG107* ]]
	refused_by CPG108 -v "$RIG/profile.json:/proc/sys/kernel/cap_last_cap"
	starts_within -v /proc:/host/proc:ro
	answering getpid SCMP_ACT_NOTIFY
	refused_by CPG109 --security-opt "seccomp=$RIG/profile.json"
	answering getpid SCMP_ACT_LOG
	starts_within --security-opt "seccomp=$RIG/profile.json"
}
