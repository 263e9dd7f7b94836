# SPDX-License-Identifier: Apache-2.0
# learn with podman and Docker themselves: by their own runtimes, by the wrapper, by hooks.

load rig
load wrapper
load podman
load docker

setup_file() {
	need podman dockerd /usr/bin/docker || return 0
	rig_up
	for name in chown touch; do ln -sf busybox "$RIG/rootfs/bin/$name"; done
	wrapper_up
	mapfile -t lines < <(podman_wrappers)
	podman_conf "${lines[@]}"
	mkdir "$RIG/podman-hooks"
	sed "s|@hooksdir@/capgate|$CAPGATE_HOOK|" "$TOP/contrib/podman/99-capgate.json.in" >"$RIG/podman-hooks/99-capgate.json"
	podman_image
	mkdir "$RIG/tracing"
}

teardown_file() {
	[ -n "${RIG:-}" ] || return 0
	umount "$RIG/tracing" 2>/dev/null || true
	daemons_down
	daemon_umount
	pod rm -fa >/dev/null 2>&1 || true
	wrapper_down
	rig_down
}

setup() {
	need podman dockerd /usr/bin/docker || skip "not installed: podman dockerd /usr/bin/docker"
	mountpoint -q "$RIG/tracing" || mount -t tracefs nodev "$RIG/tracing" || skip "this kernel has no tracefs"
	[ -d "$RIG/tracing/events/capability/cap_capable" ] || [ -e "$RIG/tracing/kprobe_events" ] ||
		skip "this kernel has neither the tracepoint cap_capable nor kprobe events"
	default_policy
}

# learn OPTION... -- ENGINE...: the result; words for people are in $RIG/words.
learn() {
	"$CAPGATE" learn --quiet --hold 200ms --format json "$@" >"$RIG/learned" 2>"$RIG/words" || { cat "$RIG/words"; return 1; }
}

# In $words: podman as its user calls it, with the configuration in the environment.
engine_words() {
	podman_words
	words=("${words[@]:2}")
	export CONTAINERS_CONF="$RIG/containers.conf"
}

# learned JQ-CONDITION
learned() {
	[ "$(jq "$1" "$RIG/learned")" = true ] || { jq -c 'del(.paste)' "$RIG/learned"; return 1; }
}

# Nothing of it is left: no container of its name.
clean() {
	[ -z "$("$@" ps -aq --filter name=capgate-learn)" ]
}

# What needs nothing takes two runs, what needs something eight: LEARN=all has those of
# each way, by default of hooks alone.
lasting="trap 'exit 0' TERM; touch /tmp/ok; chown 5 /tmp || ${LEARN:+exit 1;} true; while :; do sleep 0.05; done"

@test "learn -- podman run: by podman's own runtime with hooks, and by the wrapper" {
	RUNTIME=
	engine_words
	learn -- "${words[@]}" --hooks-dir "$RIG/podman-hooks" run --rm -it --cap-drop all --cap-add CHOWN --cap-add NET_RAW,KILL localhost/bb chown 5 /tmp
	learned '.needed == ["CAP_CHOWN"] and .started_with == ["CAP_CHOWN", "CAP_KILL"] and .followed and .used == ["CAP_CHOWN"] and .image == "localhost/bb"'
	clean pod
	RUNTIME=$RIG/bin/capgate-crun
	engine_words
	learn --check "\"$(command -v podman)\" $(printf '%q ' "${words[@]:1}") exec \$CAPGATE_ID cat /tmp/ok" -- \
		"${words[@]}" run --rm --cap-drop all --cap-add CHOWN,KILL localhost/bb sh -c "$lasting"
	learned ".needed == [${LEARN:+\"CAP_CHOWN\"}]"' and .started_with == ["CAP_CHOWN", "CAP_KILL"] and .followed and .used == ["CAP_CHOWN"]'
	clean pod
}

@test "learn -- docker run: a service that is checked, by the wrapper" {
	printf '{"runtimes":{"capgate":{"path":"%s"}}}' "$RIG/bin/capgate-runtime" >"$RIG/daemon.json"
	dockerd_up "$PATH"
	for runtime in capgate ${LEARN:+runc}; do
		learn --check "/usr/bin/docker -H unix://$RIG/docker.sock exec \$CAPGATE_ID cat /tmp/ok" -- \
			/usr/bin/docker -H "unix://$RIG/docker.sock" run --runtime $runtime --network none --cap-drop ALL --cap-add CHOWN --cap-add KILL \
			bb sh -c "$lasting"
		learned ".needed == [${LEARN:+\"CAP_CHOWN\"}]"' and .started_with == ["CAP_CHOWN", "CAP_KILL"] and .followed and .used == ["CAP_CHOWN"]'
		clean d
	done
}
