# SPDX-License-Identifier: Apache-2.0
# One container, judged through each of its documents: check's answer is the same as for
# the config.json that the engine made.  The engines are real; their runtime only records
# that config.json, so nothing has to start.

load rig
load wrapper
load podman
load docker
load containerd

setup_file() {
	need podman buildah dockerd containerd ctr curl python3 /usr/bin/docker || return 0
	rig_up
	mkdir "$RIG/recorded" "$RIG/bin" "$RIG/no-hooks"
	recorder
	echo '{"version":1}' >"$RIG/policy.json"
	MACHINE=$(machine)
	export MACHINE
	podman_conf 'runtime = "recorder"' "hooks_dir = [\"$RIG/no-hooks\"]" '[engine.runtimes]' "recorder = [\"$RIG/bin/recorder\"]"
	podman_image
	printf '{"runtimes":{"recorder":{"path":"%s"}},"default-runtime":"recorder"}' "$RIG/bin/recorder" >"$RIG/daemon.json"
	dockerd_up "$PATH"
	image
	cri_toml >"$RIG/containerd.toml" <<-EOF
		    default_runtime_name = "recorder"
		  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.recorder]
		    runtime_type = "io.containerd.runc.v2"
		  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.recorder.options]
		    BinaryName = "$RIG/bin/recorder"
	EOF
	containerd_up
	import
	import -n k8s.io
}

# A runtime that keeps what it is to start, and starts nothing, unless it is a pod's.
recorder() {
	cat >"$RIG/bin/recorder" <<-EOF
		#!/bin/bash
		for word; do
			case \$before in -b | --bundle) bundle=\$word ;; esac
			case \$word in --bundle=*) bundle=\${word#*=} ;; esac
			before=\$word
		done
		if [ -n "\${bundle:-}" ]; then
			cp "\$bundle/config.json" "$RIG/recorded/\$before.json"
			grep -q '"io.kubernetes.cri.container-type":"' "\$bundle/config.json" || { echo "recorded" >&2; exit 1; }
		fi
		exec $(command -v runc) "\$@"
	EOF
	chmod 755 "$RIG/bin/recorder"
}

teardown_file() {
	[ -n "${RIG:-}" ] || return 0
	for id in $(c -n k8s.io containers ls -q 2>/dev/null); do cri stop "$id" >/dev/null 2>&1 || true; done
	pod rm -fa -t 0 >/dev/null 2>&1 || true
	daemon_down dockerd
	daemon_down containerd
	daemon_umount
	rig_down
}

setup() {
	need podman buildah dockerd containerd ctr curl python3 /usr/bin/docker || skip "not installed: podman, buildah, docker, containerd, curl or python3"
}

# answer <DOCUMENT: what check says of the one container in it: the verdict, two sets and
# what would be taken out.  ALL is what this machine has of it, as for the engines.
answer() {
	"$CAPGATE" check --no-predict --policy "$RIG/policy.json" -f jsonl - 2>"$RIG/err" | jq -ce --argjson all "$MACHINE" '
		def held: map(select(IN($all[])));
		{verdict, bounding: (.sets.asked.bounding | held), effective: (.sets.asked.effective | held), removed: (.sets.removed.bounding | held)}'
}
# All that engines can give on this machine.
machine() {
	local mask
	mask=$(sed -n 's/^CapBnd:[[:space:]]*//p' /proc/self/status)
	"$CAPGATE" check --no-predict --policy "$RIG/policy.json" -f jsonl - <<<'{"HostConfig":{"CapAdd":["ALL"],"CapDrop":[],"Privileged":false}}' |
		jq -c --argjson bits "$(for n in $(seq 0 63); do echo $(((0x$mask >> n) & 1)); done | jq -sc .)" '[.sets.asked.bounding | to_entries[] | select($bits[.key] == 1) | .value]'
}

# same WHICH <DOCUMENT: as $expected, of the config.json.
same() {
	local got
	got=$(answer) && [ "$got" = "$expected" ] || { echo "$1 of $options:"; echo "$got"; cat "$RIG/err"; echo "not as its config.json: $expected"; return 1; }
}

# same_sets WHICH <DOCUMENT: the same, whoever the user is, whom a pod does not always name.
same_sets() {
	local got
	got=$(answer | jq -c 'del(.effective)') && [ "$got" = "$(jq -c 'del(.effective)' <<<"$expected")" ] || { echo "$1 of $options: $got"; echo "not as its config.json: $expected"; return 1; }
}

# recorded ID: $expected is what check says of that container's config.json.
recorded() {
	expected=$(answer <"$RIG/recorded/$1.json")
	[ -n "$expected" ] || { echo "$1: no config.json: $(ls "$RIG/recorded")"; return 1; }
}

# What containers ask for, as the engines' command lines say it.
variants=("--cap-add=SYS_TIME --cap-drop=NET_RAW" "--user=1000 --cap-drop=ALL --cap-add=KILL" "--privileged")

# list PREFIX: the names that $options adds or drops, as JSON.
list() {
	# shellcheck disable=SC2086
	printf '%s\n' $options | sed -n "s/^--cap-$1=//p" | jq -R . | jq -sc .
}
user() { sed -n 's/.*--user=\([0-9]*\).*/\1/p' <<<"$options"; }
privileged() { case $options in *--privileged*) echo true ;; *) echo false ;; esac; }

# The same container, as people write it down for Docker.
written_for_docker() {
	local add drop
	add=$(list add) drop=$(list drop)
	same "a compose file" <<-EOF
		services:
		  web:
		    image: bb
		    user: "$(user)"
		    privileged: $(privileged)
		    cap_add: $add
		    cap_drop: $drop
	EOF
	same "a compose file in JSON" < <(jq -n --argjson add "$add" --argjson drop "$drop" --argjson privileged "$(privileged)" --arg user "$(user)" \
		'{services: {web: {image: "bb", user: $user, privileged: $privileged, cap_add: $add, cap_drop: $drop}}}')
	same "a body for the API" < <(jq -n --argjson add "$add" --argjson drop "$drop" --argjson privileged "$(privileged)" --arg user "$(user)" \
		'{Image: "bb", User: $user, HostConfig: {Privileged: $privileged, CapAdd: $add, CapDrop: $drop}}')
	# Labels of its image may add more: what would pass is not judged.
	case $options in
	"" | *--cap-drop=ALL*) ;;
	*) same "a devcontainer.json" < <(printf '%s\n' $options | jq -R 'select(length > 0)' | jq -s '{image: "bb", runArgs: .}') ;;
	esac
	same "a task definition of ECS" < <(jq -n --argjson add "$add" --argjson drop "$drop" --argjson privileged "$(privileged)" --arg user "$(user)" \
		'{family: "f", containerDefinitions: [{name: "web", image: "bb", user: $user, privileged: $privileged, linuxParameters: {capabilities: {add: $add, drop: $drop}}}]}')
	same "a job of Nomad" < <(jq -n --argjson add "$add" --argjson drop "$drop" --argjson privileged "$(privileged)" --arg user "$(user)" \
		'{Job: {TaskGroups: [{Tasks: [{Name: "web", Driver: "docker", User: $user, Config: {image: "bb", privileged: $privileged, cap_add: $add, cap_drop: $drop}}]}]}}')
}

# And for podman.
written_for_podman() {
	same "a file of Quadlet" < <(
		printf '[Container]\nImage=bb\n'
		[ -z "$(user)" ] || printf 'User=%s\n' "$(user)"
		printf 'DropCapability=%s\nAddCapability=%s\n' "$(list drop | jq -r 'join(" ")')" "$(list add | jq -r 'join(" ")')"
		! "$(privileged)" || printf 'PodmanArgs=--privileged\n'
	)
	same "PodmanArgs of Quadlet" < <(printf '[Container]\nImage=bb\nPodmanArgs=%s\n' "${options// / \\
  }")
	same "a body for podman's API" < <(jq -n --argjson add "$(list add)" --argjson drop "$(list drop)" --argjson privileged "$(privileged)" --arg user "$(user)" \
		'{image: "bb", user: $user, privileged: $privileged, cap_add: $add, cap_drop: $drop}')
}

@test "podman: inspect, generate kube, Quadlet's files and API bodies are judged like config.json" {
	for options in "${variants[@]}"; do
		# shellcheck disable=SC2086
		id=$(pod create $options localhost/bb true)
		pod init "$id" >/dev/null 2>&1 || true
		recorded "$id"
		pod inspect "$id" >"$RIG/inspect"
		same "podman inspect" <"$RIG/inspect"
		same "one line of podman inspect" < <(jq -c '.[0]' "$RIG/inspect")
		# podman drops by names with CAP_ and without, Kubernetes only by those without.
		pod generate kube "$id" >"$RIG/kube.yaml"
		sed -i 's/- CAP_/- /' "$RIG/kube.yaml"
		same_sets "podman generate kube" <"$RIG/kube.yaml"
		written_for_podman
	done
}

@test "Quadlet: check judges the files and the generator's output like what the generator runs" {
	quadlet=${QUADLET:-/usr/libexec/podman/quadlet}
	[ -x "${quadlet%% *}" ] || skip "podman here has no Quadlet (it came with 4.4)"
	mkdir -p "$RIG/units"
	local n=0
	for keys in 'AddCapability=SYS_TIME CAP_NET_ADMIN\nDropCapability=net_raw' 'DropCapability=all\nAddCapability=kill' 'AddCapability=all\nDropCapability=CAP_SYS_ADMIN mknod' \
		'User=1000\nAddCapability=NET_ADMIN' 'AddCapability=SYS_ADMIN\nAddCapability=\nDropCapability=CHOWN' 'DropCapability=all\nPodmanArgs=--cap-add=KILL \\\n  --cap-add SYS_TIME' \
		'PodmanArgs=--privileged' 'DropCapability="CHOWN" KILL'; do
		options=$keys
		rm -f "$RIG"/units/*
		printf "[Container]\nImage=localhost/bb\nContainerName=unit$((++n))\n$keys\n" >"$RIG/units/web.container"
		QUADLET_UNIT_DIRS=$RIG/units $quadlet -dryrun 2>"$RIG/err" >"$RIG/generated" || { cat "$RIG/err"; false; }
		# Its own flags for systemd are left out: nothing starts here.
		eval "set -- $(sed -n 's/^ExecStart=[^ ]*podman run //p' "$RIG/generated" | sed 's/--cgroups=split\|--sdnotify=[a-z]*\|--replace\|--rm\|--cidfile=[^ ]*\| -d //g')"
		id=$(pod create "$@" true)
		pod init "$id" >/dev/null 2>&1 || true
		recorded "$id"
		same "the file" <"$RIG/units/web.container"
		same "what the generator prints" <"$RIG/generated"
	done
}

@test "Docker: inspect, its API, compose files and other documents are judged like config.json" {
	# It gives what its own list of capabilities has; its documents cannot tell how old that is.
	id=$(d create --network none --privileged bb true)
	d start "$id" >/dev/null 2>&1 || true
	MACHINE=$(jq -c .process.capabilities.bounding "$RIG/recorded/$id.json")
	for options in "" "${variants[@]}" "--user=1000 --cap-add=NET_RAW" "--cap-add=ALL --cap-drop=NET_RAW"; do
		# shellcheck disable=SC2086
		id=$(d create --network none $options bb true)
		d start "$id" >/dev/null 2>&1 || true
		recorded "$id"
		# Docker from 26 on writes these for a user, too, who loses them by execve(2).
		[ -z "$(user)" ] || expected=$(jq -c '.effective = []' <<<"$expected")
		same "docker inspect" < <(d inspect "$id")
		same "one line of docker inspect" < <(d inspect -f '{{json .}}' "$id")
		same "the API's answer" < <(curl -s --unix-socket "$RIG/docker.sock" "http://d/containers/$id/json")
		[ -n "$(user)" ] || same "HostConfig alone" < <(d inspect -f '{{json .HostConfig}}' "$id")
		written_for_docker
	done
	run "$CAPGATE" check --policy "$RIG/policy.json" - < <(curl -s --unix-socket "$RIG/docker.sock" "http://d/containers/json?all=true")
	[ "$status" -eq 2 ] || { echo "the API's list is judged: $output"; false; }
}

@test "containerd: ctr container info, a CRI configuration and a pod are judged like config.json" {
	local n=0
	for options in "" "--cap-add CAP_SYS_TIME --cap-drop CAP_NET_RAW" "--privileged"; do
		id=doc$((++n))
		# shellcheck disable=SC2086
		c run --snapshotter native --runc-binary "$RIG/bin/recorder" $options docker.io/library/bb:latest $id true >/dev/null 2>&1 || true
		recorded $id
		same "ctr container info" < <(c container info $id)
	done
	sandbox=$(cri sandbox docs)
	for options in "" SYS_TIME privileged; do
		id=$(cri create "$sandbox" "docs-${options:-none}" docker.io/library/bb:latest "$options" true)
		cri start "$id" >/dev/null 2>&1 || true
		recorded "$id"
		same "ctr container info" < <(c -n k8s.io container info "$id")
		same "what crictl inspect prints" < <(c -n k8s.io container info "$id" | jq '{status: {id: .ID}, info: {pid: 0, runtimeSpec: .Spec}}')
		add=$(jq -Rc 'select(. != "privileged" and . != "") | [.]' <<<"$options") privileged=false
		[ "$options" != privileged ] || privileged=true
		same "a CRI configuration" < <(jq -n --argjson add "${add:-[]}" --argjson privileged $privileged \
			'{metadata: {name: "a"}, image: {image: "bb"}, linux: {security_context: {privileged: $privileged, capabilities: {add_capabilities: $add}}}}')
		printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - {name: a, image: bb, securityContext: {privileged: %s, capabilities: {add: %s}}}\n' \
			$privileged "${add:-[]}" >"$RIG/pod.yaml"
		same "a pod" <"$RIG/pod.yaml"
		! command -v kubectl >/dev/null || same "what kubectl makes of it" < <(kubectl annotate --local -f "$RIG/pod.yaml" a=b -o json)
	done
}

@test "buildah: inspect is judged like config.json" {
	b=(env CONTAINERS_CONF="$RIG/containers.conf" buildah --root "$RIG/p/root" --runroot "$RIG/p/runroot" --storage-driver vfs)
	for options in "--cap-add SYS_TIME --cap-drop NET_RAW" "--cap-drop ALL --cap-add KILL"; do
		# shellcheck disable=SC2086
		id=$("${b[@]}" from $options localhost/bb)
		rm -f "$RIG"/recorded/buildah-*
		"${b[@]}" run --runtime "$RIG/bin/recorder" "$id" true >/dev/null 2>&1 || true
		recorded "$(basename "$RIG"/recorded/buildah-* .json)"
		same "buildah inspect" < <("${b[@]}" inspect "$id")
	done
}
