# SPDX-License-Identifier: Apache-2.0
# podman with the hooks as `make install` puts them, under crun and under runc.

load rig
load podman

setup_file() {
	rig_up
	podman_conf "hooks_dir = [\"$RIG/hooks\", \"$RIG/podman-hooks\"]"
	export CONTAINERS_CONF="$RIG/containers.conf"
	mkdir "$RIG/hooks" "$RIG/podman-hooks"
	podman_image
}

teardown_file() {
	pod rm -fa >/dev/null 2>&1 || true
	rig_down
}

setup() {
	rm -f "$RIG"/hooks/* "$RIG"/podman-hooks/*
}

# Register hooks as the templates of contrib say, with our own program's path.
register() {
	local template
	for template; do
		local dir=hooks
		[[ $template == podman/* ]] && dir=podman-hooks
		sed "s|@hooksdir@/capgate|$CAPGATE|" "$TOP/contrib/$template.in" >"$RIG/$dir/$(basename "$template")"
	done
}

register_all() {
	register podman/99-capgate.json hooks.d/99-capgate-createRuntime.json hooks.d/99-capgate-poststart.json
}

probe() {
	run pod run --rm "$@" localhost/bb grep ^Cap /proc/self/status
}

@test "the test can fail: without hooks --cap-add NET_RAW reaches the container" {
	for RUNTIME in crun runc; do
		probe --cap-add NET_RAW
		[ "$status" -eq 0 ]
		holds $NET_RAW Prm Eff Bnd
	done
}

@test "podman run --cap-add NET_RAW starts without NET_RAW, under crun and runc" {
	register_all
	for RUNTIME in crun runc; do
		probe --cap-add NET_RAW
		[ "$status" -eq 0 ]
		holds_nowhere $NET_RAW
		holds 5 Prm Eff Bnd # CAP_KILL of the default stays
	done
}

@test "podman's default container keeps everything but NET_RAW" {
	register_all
	probe
	[ "$status" -eq 0 ]
	with=$(set_of Eff)
	rm -f "$RIG"/hooks/* "$RIG"/podman-hooks/*
	probe
	[ "$((0x$with))" -eq "$((0x$(set_of Eff) & ~(1 << NET_RAW)))" ]
}

@test "with createRuntime alone NET_RAW is refused and the status is shown" {
	register hooks.d/99-capgate-createRuntime.json
	for RUNTIME in crun runc; do
		probe --cap-add NET_RAW
		[ "$status" -ne 0 ]
		[[ "$output" == *10* ]]
		[[ "$output" != *CapEff* ]]
	done
}

@test "a non-root user, all capabilities dropped, and none added all start" {
	register_all
	for RUNTIME in crun runc; do
		for options in "--user 1000" "--cap-drop=all" "--cap-drop=all --cap-add=KILL" "--user 1000 --cap-add=CHOWN" \
			"--security-opt=no-new-privileges" "--read-only"; do
			# shellcheck disable=SC2086
			probe $options
			[ "$status" -eq 0 ] || { echo "$options: $output"; false; }
			holds_nowhere $NET_RAW
		done
	done
}

@test "a policy that rejects refuses at precreate, and podman names the hook and its hint" {
	printf '{"version":1,"action":"reject"}' >"$RIG/reject.json"
	register podman/99-capgate.json
	sed -i "s|\"precreate\"|\"precreate\", \"--policy=$RIG/reject.json\"|" "$RIG/podman-hooks/99-capgate.json"
	# the argument list only, not the stage
	sed -i 's|"stages": \["precreate", "--policy=[^"]*"\]|"stages": ["precreate"]|' "$RIG/podman-hooks/99-capgate.json"
	probe --cap-add NET_RAW
	[ "$status" -ne 0 ]
	[[ "$output" == *"exit status 10"* ]]
	[[ "$output" == *"capgate-hook(8)"* ]]
	[[ "$output" != *CapEff* ]]
}

@test "restart judges again" {
	register_all
	pod create --name again --cap-add NET_RAW localhost/bb grep ^Cap /proc/self/status >/dev/null
	for i in 1 2; do
		run pod start -a again
		[ "$status" -eq 0 ]
		holds_nowhere $NET_RAW
	done
	pod rm -f again >/dev/null
}

@test "podman build still works with the hooks for every engine in place" {
	register hooks.d/99-capgate-createRuntime.json hooks.d/99-capgate-poststart.json
	printf 'FROM localhost/bb\nRUN true\n' >"$RIG/Containerfile"
	run pod build --network none --cap-drop NET_RAW --isolation oci -f "$RIG/Containerfile" "$RIG/hooks"
	[ "$status" -eq 0 ] || { echo "$output"; false; }
}

@test "an exemption by image applies to that image, whatever annotations say" {
	jq -n '{version: 1, exemptions: [{id: "EX-1", match: {image: "localhost/capture*"}, allow: ["NET_RAW"], reason: "test"}]}' >"$RIG/exempt.json"
	pod tag localhost/bb localhost/capture
	register hooks.d/99-capgate-createRuntime.json hooks.d/99-capgate-poststart.json
	sed -i -E 's|"args": \["capgate", "(createRuntime\|poststart)"|&, "--policy='"$RIG"'/exempt.json"|' "$RIG"/hooks/*.json
	grep -q exempt.json "$RIG/hooks/99-capgate-poststart.json"
	run pod run --rm --cap-add NET_RAW localhost/capture grep ^Cap /proc/self/status
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	holds $NET_RAW Prm Eff Bnd
	probe --cap-add NET_RAW --annotation image=localhost/capture
	[ "$status" -ne 0 ]
	[[ "$output" != *CapEff* ]]
}

# make_ping_image: localhost/ping, with iputils' ping in both ways.
make_ping_image() {
	pod image exists localhost/ping && return
	rig_ping "$RIG/rootfs"
	for name in kill nc sleep; do ln -sf busybox "$RIG/rootfs/bin/$name"; done
	tar -C "$RIG/rootfs" --xattrs --xattrs-include=security.capability -c . | pod import - localhost/ping >/dev/null
}

@test "ping works in a container that podman made and capgate rewrote, as root and as uid 1000" {
	register_all
	make_ping_image
	for RUNTIME in crun runc; do
		for user in 0 1000; do
			run pod run --rm --network none --user $user --cap-add NET_RAW localhost/ping iping -c 1 -W 2 127.0.0.1
			[ "$status" -eq 0 ] || { echo "$RUNTIME: $output"; false; }
			[[ "$output" == *"1 received"* ]]
		done
	done
}

# podman names the other one's network /proc/PID/ns/net.
@test "ping works in a container that joins another one's network" {
	register_all
	make_ping_image
	for RUNTIME in crun runc; do
		pod run -d --name other-$RUNTIME --network none localhost/ping sleep 600 >/dev/null
		run pod run --rm --network container:other-$RUNTIME --cap-add NET_RAW localhost/ping iping -c 1 -W 2 127.0.0.1
		pod rm -f -t 0 other-$RUNTIME >/dev/null
		[ "$status" -eq 0 ] || { echo "$RUNTIME: $output"; false; }
		[[ "$output" == *"1 received"* ]]
	done
}

@test "port 80 binds in a container of podman from which capgate removed NET_BIND_SERVICE" {
	register podman/99-capgate.json
	make_ping_image
	jq -n '{version: 1, deny: ["NET_BIND_SERVICE"]}' >"$RIG/deny.json"
	sed -i -E 's|"args": \["capgate", "precreate"|&, "--policy='"$RIG"'/deny.json"|' "$RIG"/podman-hooks/*.json
	for RUNTIME in crun runc; do
		for user in 0 1000; do
			run pod run --rm --network none --user $user localhost/ping \
				sh -c 'grep CapBnd /proc/self/status; nc -l -p 80 & until ! kill -0 $! || grep -qs ":0050 .* 0A " /proc/net/tcp /proc/net/tcp6; do sleep 0.05; done; kill -0 $! && echo bound; kill $!'
			[[ "$output" == *bound* ]] || { echo "$RUNTIME $user: $output"; false; }
			[ $((0x$(sed -n 's/^CapBnd:[[:space:]]*//p' <<<"$output") >> 10 & 1)) = 0 ]
		done
	done
}

@test "Debian's ping no longer starts, also in podman's container" {
	register_all
	make_ping_image
	for RUNTIME in crun runc; do
		run pod run --rm --network none --cap-add NET_RAW localhost/ping cping -c 1 -W 2 127.0.0.1
		[ "$status" -ne 0 ]
		[[ "$output" == *[Oo]"peration not permitted"* ]] || { echo "$RUNTIME: $output"; false; }
	done
}
