# SPDX-License-Identifier: Apache-2.0
# Docker as packages install it, with containerd as a separate service: which ways to
# bypass the wrapper a link named runc closes, depending on whose PATH finds it.

load rig
load wrapper
load docker

setup_file() {
	need dockerd containerd /usr/bin/docker || return 0
	rig_up
	wrapper_up
	mkdir "$RIG/link"
	ln -s "$RIG/bin/capgate-runtime" "$RIG/link/runc"
	printf '{"runtimes":{"capgate":{"path":"%s"}},"default-runtime":"capgate"}' "$RIG/bin/capgate-runtime" >"$RIG/daemon.json"
	cat >"$RIG/containerd.toml" <<-EOF
		version = 2
		root = "$RIG/containerd/root"
		state = "$RIG/containerd/state"
		disabled_plugins = ["io.containerd.grpc.v1.cri"]
		[grpc]
		  address = "$RIG/containerd.sock"
		[ttrpc]
		  address = "$RIG/containerd.sock.ttrpc"
	EOF
}

teardown_file() {
	[ -n "${RIG:-}" ] || return 0
	daemons_down
	daemon_umount
	wrapper_down
	rig_down
}

setup() {
	need dockerd containerd /usr/bin/docker || skip "not installed: dockerd containerd /usr/bin/docker"
	default_policy
}

USUAL=/usr/sbin:/usr/bin:/sbin:/bin

# daemons_up CONTAINERD-PATH DOCKERD-PATH
daemons_up() {
	daemons_down
	containerd_up "$1"
	dockerd_up "$2" --containerd "$RIG/containerd.sock"
}

daemons_down() {
	daemon_down dockerd
	daemon_down containerd
}

# The sets of a container started with these options, of one in a build.
probe() {
	run d run --rm --network none --cap-add NET_RAW "$@" bb grep ^Cap /proc/self/status
	[ "$status" -eq 0 ] || { echo "$* $output"; return 1; }
}

build() {
	mkdir -p "$RIG/context"
	printf 'FROM bb\nRUN ["grep", "^Cap", "/proc/self/status"]\n' >"$RIG/context/Dockerfile"
	run env DOCKER_BUILDKIT=1 /usr/bin/docker -H "unix://$RIG/docker.sock" build --no-cache --progress plain --network none "$RIG/context"
	[[ "$output" != *"unknown flag"* ]] ||
		run env DOCKER_BUILDKIT=1 /usr/bin/docker -H "unix://$RIG/docker.sock" build --no-cache --network none "$RIG/context"
	[ "$status" -eq 0 ] || { echo "$output"; return 1; }
	output=$(sed 's/^#[0-9]* [0-9.]* //' <<<"$output" | grep ^Cap)
}

# Every name that Docker has for runc itself.
built_in() {
	d info --format '{{range $name, $x := .Runtimes}}{{$name}} {{end}}' | tr ' ' '\n' | grep -v '^capgate$\|^$'
}

@test "without the link: the default runtime is judged, the other doors are open" {
	daemons_up $USUAL $USUAL
	probe
	holds_nowhere $NET_RAW
	[[ "$(built_in)" == *io.containerd.* ]]
	for name in $(built_in); do
		probe --runtime "$name"
		holds $NET_RAW Eff
	done
	build
	holds $NET_RAW Bnd
	# made by runc, for the tests below
	d create --name before --network none --runtime runc --cap-add NET_RAW bb sleep 600 >/dev/null
}

@test "in dockerd's PATH alone, the link closes docker build and nothing else" {
	daemons_up $USUAL "$RIG/link:$USUAL"
	build
	holds_nowhere $NET_RAW
	holds $KILL Bnd
	probe --runtime runc
	holds $NET_RAW Eff
}

@test "in both, it closes them all, and catches containers that were made before" {
	daemons_up "$RIG/link:$USUAL" "$RIG/link:$USUAL"
	for name in $(built_in); do
		probe --runtime "$name"
		holds_nowhere $NET_RAW
		holds $KILL Eff
	done
	build
	holds_nowhere $NET_RAW
	d start before >/dev/null
	run d exec before grep ^Cap /proc/1/status
	holds_nowhere $NET_RAW
	holds $KILL Eff
	run d exec --privileged before grep ^Cap /proc/self/status
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	holds_nowhere $NET_RAW
	d rm -f before >/dev/null
}
