# SPDX-License-Identifier: Apache-2.0
# learn with podman and Docker themselves: with their own runtimes, the wrapper and hooks.
# And the recording of Docker's containers, which only the wrapper sees.
#   LEARN=all    each way of learning, by each way of tracing

load rig
load wrapper
load podman
load docker

setup_file() {
	need podman dockerd /usr/bin/docker || return 0
	rig_up
	for name in chown chroot touch; do ln -sf busybox "$RIG/rootfs/bin/$name"; done
	wrapper_up
	mapfile -t lines < <(podman_wrappers)
	podman_conf "${lines[@]}"
	mkdir "$RIG/podman-hooks"
	sed "s|@hooksdir@/capgate|$CAPGATE_HOOK|" "$TOP/contrib/podman/99-capgate.json.in" >"$RIG/podman-hooks/99-capgate.json"
	podman_image
	mkdir "$RIG/tracing"
	recorder_up
}

# BPF in $RIG/backends, if capgate-learn was built and this kernel takes its programs: then they
# record, from now on, in a bpffs of this file's own.
recorder_up() {
	echo tracefs >"$RIG/backends"
	mount -t bpf bpf /sys/fs/bpf 2>"$RIG/why" || return 0
	touch "$RIG/bpffs"
	"${CAPGATE%/*}/capgate-learn" record 2>"$RIG/why" || return 0
	if [ -n "${LEARN:-}" ]; then echo bpf >>"$RIG/backends"; else echo bpf >"$RIG/backends"; fi
}

teardown_file() {
	[ -n "${RIG:-}" ] || return 0
	umount "$RIG/tracing" 2>/dev/null || true
	if [ -e "$RIG/bpffs" ]; then
		"${CAPGATE%/*}/capgate-learn" record --stop || true
		umount /sys/fs/bpf
	fi
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

# learn OPTION... -- ENGINE...: the result, by $backend; words for people are in $RIG/words.
learn() {
	"$CAPGATE" learn --quiet --backend "$backend" --hold 200ms --format json "$@" >"$RIG/learned" 2>"$RIG/words" || { cat "$RIG/words"; return 1; }
}

# In $words: podman as its user calls it, with the configuration in the environment.
engine_words() {
	podman_words
	words=("${words[@]:2}")
	export CONTAINERS_CONF="$RIG/containers.conf"
}

# learned JQ-CONDITION, and by $backend
learned() {
	[ "$(jq "($1) and .traced_by == \"$backend\"" "$RIG/learned")" = true ] || { jq -c 'del(.paste)' "$RIG/learned"; return 1; }
}

# Nothing of it is left: no container of its name.
clean() {
	[ -z "$("$@" ps -aq --filter name=capgate-learn)" ]
}

# What needs nothing takes two runs, what needs something eight: LEARN=all has those of
# each way, by default of hooks alone.
lasting="trap 'exit 0' TERM; touch /tmp/ok; chown 5 /tmp || ${LEARN:+exit 1;} true; while :; do sleep 0.05; done"

@test "learn -- podman run: by podman's own runtime with hooks, and by the wrapper" {
	while read -r backend; do
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
	done <"$RIG/backends"
}

own_dockerd() {
	[ ! -e "$RIG/dockerd.job" ] || return 0
	printf '{"runtimes":{"capgate":{"path":"%s"}}}' "$RIG/bin/capgate-runtime" >"$RIG/daemon.json"
	# Where its store says which image it is, as on every machine, but of this file's own.
	mkdir -p /var/lib/docker
	mount -t tmpfs tmpfs /var/lib/docker
	DOCKER_ROOT=/var/lib/docker DOCKER_RUN=/run/docker dockerd_up "$PATH"
}

@test "learn -- docker run: a service that is checked, by the wrapper" {
	own_dockerd
	while read -r backend; do
		for runtime in capgate ${LEARN:+runc}; do
			learn --check "/usr/bin/docker -H unix://$RIG/docker.sock exec \$CAPGATE_ID cat /tmp/ok" -- \
				/usr/bin/docker -H "unix://$RIG/docker.sock" run --runtime $runtime --network none --cap-drop ALL --cap-add CHOWN --cap-add KILL \
				bb sh -c "$lasting"
			learned ".needed == [${LEARN:+\"CAP_CHOWN\"}]"' and .started_with == ["CAP_CHOWN", "CAP_KILL"] and .followed and .used == ["CAP_CHOWN"]'
			clean d
		done
	done <"$RIG/backends"
}

# As much of Compose 2 as learn calls, where Docker has no such plugin: Debian 12 has none.  Of the
# two lists of capabilities it makes what Compose makes.
stand_in() {
	mkdir -p "$RIG/docker-config/cli-plugins"
	cat >"$RIG/docker-config/cli-plugins/docker-compose" <<-'SH'
		#!/bin/bash
		[ "$1" != docker-cli-plugin-metadata ] || { echo '{"SchemaVersion":"0.1.0","Vendor":"test","Version":"2"}'; exit; }
		docker=(/usr/bin/docker)
		while [ "$1" != compose ]; do docker+=("$1"); shift; done
		shift
		while [ "${1#-}" != "$1" ]; do
			case $1 in -f) file=$2 ;; -p) project=$2 ;; esac
			shift 2
		done
		mine=label=com.docker.compose.project=$project
		case $1 in
		config) jq -e --arg service "${!#}" '.services | has($service)' "$file" >/dev/null && cat "$file" ;;
		down) "${docker[@]}" ps -aq --filter "$mine" | xargs -r "${docker[@]}" rm -f ;;
		run)
			shift
			options=() added=() dropped=()
			while [ "${1#-}" != "$1" ]; do
				case $1 in
				-d) options+=(-d) ;;
				--name) options+=(--name "$2"); shift ;;
				--cap-add=*) added+=("${1#*=}") ;;
				--cap-drop=*) dropped+=("${1#*=}") ;;
				--cap-drop) dropped+=("$2"); shift ;;
				*) exit 9 ;;
				esac
				shift
			done
			service() { jq -r --arg service "$1" ".services[\$service].$2" "$file"; }
			mapfile -t own < <(service "$1" 'cap_add[]')
			for word in "${own[@]}"; do case " ${dropped[*]} " in *" $word "*) ;; *) added+=("$word") ;; esac; done
			mapfile -t command < <(service "$1" 'command[]')
			"${docker[@]}" run --network none --label "${mine#label=}" "${options[@]}" "${added[@]/#/--cap-add=}" "${dropped[@]/#/--cap-drop=}" \
				$(service "$1" image) "${command[@]}" ;;
		esac
	SH
	chmod 755 "$RIG/docker-config/cli-plugins/docker-compose"
	export DOCKER_CONFIG=$RIG/docker-config
}

@test "learn -- docker compose run: a service in a separate project" {
	own_dockerd
	/usr/bin/docker compose version >/dev/null 2>&1 || stand_in
	jq -n --arg command "$lasting" '{services: {web: {image: "bb", network_mode: "none", cap_drop: ["ALL"], cap_add: ["CAP_CHOWN", "kill"], command: ["sh", "-c", $command]}}}' >"$RIG/compose.yaml"
	cd "$RIG"
	while read -r backend; do
		learn --check "/usr/bin/docker -H unix://$RIG/docker.sock exec \$CAPGATE_ID cat /tmp/ok" -- \
			/usr/bin/docker -H "unix://$RIG/docker.sock" compose -f compose.yaml run --rm web
		learned ".needed == [${LEARN:+\"CAP_CHOWN\"}]"' and .started_with == ["CAP_CHOWN", "CAP_KILL"] and .followed and .used == ["CAP_CHOWN"] and .image == "bb"'
		clean d
	done <"$RIG/backends"
}

# As much of nerdctl as learn calls, by ctr and the containerd of the private dockerd: no release of
# Debian has nerdctl.  Its words are Docker's, its containers are containerd's.
nerdctl_stand_in() {
	cat >"$RIG/nerdctl" <<-'SH'
		#!/bin/bash
		state=$(dirname "$0")/nerdctl-state
		mkdir -p "$state"
		ctr() { command ctr -a /run/docker/containerd/containerd.sock "$@"; }
		status() { ctr task ls | awk -v id="$1" '$1 == id { print $3 }'; }
		ends() { for _ in $(seq $(($2 * 10))); do [ "$(status "$1")" != STOPPED ] || return 0; sleep 0.1; done; return 1; }
		command=$1
		shift
		id=${!#}
		case $command in
		create)
			options=() add=" " drop= all=CHOWN,DAC_OVERRIDE,FSETID,FOWNER,MKNOD,NET_RAW,SETGID,SETUID,SETFCAP,SETPCAP,NET_BIND_SERVICE,SYS_CHROOT,KILL,AUDIT_WRITE
			while [ "${1#-}" != "$1" ]; do
				case $1 in
				--name) id=$2; shift ;;
				--cap-drop=ALL) drop=$all ;;
				--cap-drop=*) drop+=,${1#*=} ;;
				--cap-add=*) add+="${1#*=} " ;;
				*) echo "unknown flag: $1" >&2; exit 1 ;;
				esac
				shift
			done
			# ctr would take back what is added and dropped.
			for cap in ${drop//,/ }; do case $add in *" $cap "*) ;; *) options+=(--cap-drop "CAP_$cap") ;; esac; done
			for cap in $add; do options+=(--cap-add "CAP_$cap"); done
			ctr containers create --snapshotter native "${options[@]}" -- "docker.io/library/$1:latest" "$id" "${@:2}" ;;
		start) ctr task start -d --log-uri "file://$state/$id.log" "$id" ;;
		kill) ctr task kill -s KILL "$id" ;;
		stop) ctr task kill -s TERM "$id" && { ends "$id" "$2" || { ctr task kill -s KILL "$id" && ends "$id" 10; }; } ;;
		wait) ends "$id" 60 && { ctr task rm "$id" 2>/dev/null; echo $? >"$state/$id.status"; } || true ;;
		logs) tail -n 5 "$state/$id.log" ;;
		inspect)
			case "$*" in
			*State.Pid*) ctr task ls | awk -v id="$id" '$1 == id { print $2 }' ;;
			*State.ExitCode*) cat "$state/$id.status" ;;
			*) ctr containers info "$id" ;;
			esac ;;
		rm) ctr task rm -f "$id"; ctr containers rm "$id" ;;
		*) exit 9 ;;
		esac
	SH
	chmod 755 "$RIG/nerdctl"
}

@test "learn -- nerdctl run: a container of containerd" {
	own_dockerd
	nerdctl_stand_in
	d save bb -o "$RIG/bb.tar"
	ctr -a /run/docker/containerd/containerd.sock images import --snapshotter native "$RIG/bb.tar"
	while read -r backend; do
		learn --check "test -e /proc/\$CAPGATE_PID/root/tmp/ok" -- "$RIG/nerdctl" run --rm --cap-drop ALL --cap-add CHOWN,KILL bb sh -c "$lasting"
		learned ".needed == [${LEARN:+\"CAP_CHOWN\"}]"' and .started_with == ["CAP_CHOWN", "CAP_KILL"] and .followed and .used == ["CAP_CHOWN"] and .image == "bb"'
		[ "$(ctr -a /run/docker/containerd/containerd.sock containers ls -q)" = "" ]
	done <"$RIG/backends"
}

# recorded: what is kept under the image's name says this much.
recorded() {
	"$CAPGATE" learn keep --once --store /run/recorded && "$CAPGATE" learn report --store /run/recorded bb -f json >"$RIG/learned" &&
		jq -e '.[0] | .used == ["CAP_CHOWN", "CAP_SYS_CHROOT"] and .runs == 1 and .running == 0 and .lost == 0' "$RIG/learned"
}

@test "Docker's containers are recorded by the wrapper alone, including processes of exec" {
	grep -q bpf "$RIG/backends" || skip "no recorder: $(cat "$RIG/why")"
	own_dockerd
	policy_with '"learn":"record"'
	id=$(d run -d --runtime capgate --network none --cap-drop ALL --cap-add CHOWN --cap-add SYS_CHROOT bb \
		sh -c 'touch /tmp/f; chown 5 /tmp/f; while [ ! -e /tmp/end ]; do sleep 0.1; done')
	[ "$(tail -n 1 "$RIG/decisions" | jq -r '.stage + " " + .learn')" = "create recorded" ]
	d exec "$id" chroot / touch /tmp/end
	d wait "$id"
	d rm "$id"
	await recorded || { cat "$RIG/learned"; return 1; }
}
