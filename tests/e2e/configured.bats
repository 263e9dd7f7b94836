# SPDX-License-Identifier: Apache-2.0
# configure itself, in the real places (private copies for this file), for a real dockerd,
# containerd and podman: what a container has before and after, and the runc in PATH.

load rig
load wrapper
load docker
load containerd
load podman

setup_file() {
	need dockerd containerd ctr curl python3 /usr/bin/docker podman || return 0
	rig_up
	wrapper_up
	rm "$RIG"/bin/*
	cp /etc/containers/policy.json "$RIG/policy.json" 2>/dev/null || echo '{"default":[{"type":"insecureAcceptAnything"}]}' >"$RIG/policy.json"
	own /usr/local/libexec /usr/local/share /etc/docker /etc/containerd /etc/systemd/system /etc/containers
	cp "$RIG/policy.json" /etc/containers/policy.json
	PATH_BEFORE=/usr/sbin:/usr/bin:/sbin:/bin
	printf '[Service]\nEnvironment=PATH=%s\n' $PATH_BEFORE >/etc/systemd/system/docker.service
	printf '{"default-ulimits": {"nofile": {"Name": "nofile", "Hard": 888, "Soft": 888}},\n "runtimes": {"fast": {"path": "crun"}}}\n' >/etc/docker/daemon.json
	cp /etc/docker/daemon.json "$RIG/daemon.json.before"
	cat >/etc/containers/containers.conf <<-'EOF'
		[containers]
		default_ulimits = ["nofile=888:888", "nproc=1000:1000"]
		default_capabilities = ["CHOWN", "KILL", "NET_RAW", "SETUID"]
		annotations = ["example.org/a=b"]
		netns = "none"
		[engine]
		cgroup_manager = "cgroupfs"
		events_logger = "file"
	EOF
	ln -s /etc/docker/daemon.json "$RIG/daemon.json"
}

teardown_file() {
	[ -n "${RIG:-}" ] || return 0
	daemon_down dockerd
	daemon_down containerd
	daemon_umount
	own_down
	wrapper_down
	rig_down
}

setup() {
	need dockerd containerd ctr curl python3 /usr/bin/docker podman || skip "not installed: dockerd, containerd, ctr, curl, python3, docker or podman"
	default_policy
}

# The PATH that systemd would give the service, a drop-in last.
path_of() {
	cat "/etc/systemd/system/$1.service" /etc/systemd/system/"$1".service.d/*.conf 2>/dev/null | sed -nE 's/^Environment="?PATH=([^"]*)"?$/\1/p' | tail -n 1
}

# Docker's daemon as its service would be started now.
up() {
	daemon_down dockerd
	dockerd_up "$(path_of docker)"
}

QUESTION='grep -E "^Cap|^NoNewPrivs|^Seccomp:" /proc/self/status; grep -E "open files|processes|core" /proc/self/limits'

docker_has() {
	d run --rm --network none "$@" bb sh -c "$QUESTION"
}

own_podman() {
	podman --root "$RIG/p/root" --runroot "$RIG/p/runroot" --tmpdir "$RIG/p/tmp" --storage-driver vfs "$@"
}

podman_has() {
	local id
	id=$(own_podman "$@" run -d localhost/bb sleep 1000)
	own_podman "$@" exec "$id" sh -c "$QUESTION"
	own_podman inspect --format '{{index .Config.Annotations "example.org/a"}} {{.OCIRuntime}} {{.HostConfig.Ulimits}}' "$id"
	own_podman "$@" rm -f -t 0 "$id" >/dev/null
}

# The sets without NET_RAW.
less() {
	while IFS= read -r line; do
		if [[ $line =~ ^(Cap...:.)([0-9a-f]{16})$ ]]; then
			printf '%s%016x\n' "${BASH_REMATCH[1]}" $((0x${BASH_REMATCH[2]} & ~(1 << NET_RAW)))
		else
			echo "$line"
		fi
	done
}

# same NAME: before, less NET_RAW, is after; and it can tell, since NET_RAW was there.
same() {
	grep -q '^CapBnd:.*[2367abef]...$' "$RIG/$1.before"
	diff <(less <"$RIG/$1.before") "$RIG/$1.after"
	grep -q 'open files *888 ' "$RIG/$1.after"
}

@test "docker: each runtime gives what it gave before, without NET_RAW" {
	up
	for name in runc fast; do docker_has --runtime $name >"$RIG/$name.before"; done
	"$CAPGATE" configure docker --close-runc
	up
	docker_has >"$RIG/runc.after"
	docker_has --runtime fast >"$RIG/fast.after"
	for name in runc fast; do same $name; done
}

@test "docker: with --close-runc the reserved runtime and docker build are judged, and doctor says by which program" {
	docker_has --runtime runc >"$RIG/runc.after"
	same runc
	mkdir -p "$RIG/context"
	printf 'FROM bb\nRUN ["grep", "^Cap", "/proc/self/status"]\n' >"$RIG/context/Dockerfile"
	run env DOCKER_BUILDKIT=1 /usr/bin/docker -H "unix://$RIG/docker.sock" build --no-cache --progress plain --network none "$RIG/context"
	[[ "$output" != *"unknown flag"* ]] ||
		run env DOCKER_BUILDKIT=1 /usr/bin/docker -H "unix://$RIG/docker.sock" build --no-cache --network none "$RIG/context"
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	output=$(sed 's/^#[0-9]* [0-9.]* //' <<<"$output" | grep ^Cap)
	holds_nowhere $NET_RAW
	holds $KILL Bnd
	"$CAPGATE" doctor --json docker >"$RIG/said" || true
	jq -e --arg pid "$(cat "$RIG/dockerd.pid")" '.findings[] | select(.check == "runc-in-path" and .level == "ok" and (.text | contains("of process \($pid) is capgate")))' "$RIG/said"
}

@test "docker: undone, everything is as it was" {
	"$CAPGATE" configure --undo docker
	cmp /etc/docker/daemon.json "$RIG/daemon.json.before"
	[ -z "$(find /etc/systemd/system -name '*capgate*')" ]
	up
	run docker_has --runtime runc
	diff <(printf '%s\n' "$output") "$RIG/runc.before"
	"$CAPGATE" doctor --json docker >"$RIG/said" || true
	jq -e '.findings[] | select(.check == "runc-in-path" and .level == "warn")' "$RIG/said"
	daemon_down dockerd
}

@test "docker: an exemption by image works with another data-root in daemon.json, and doctor reports options and the builder's variable" {
	daemon_down dockerd
	DOCKER_BUILDKIT_RUNC_COMMAND=$(command -v runc) dockerd_up "$(path_of docker)" --add-runtime "odd=$(command -v crun)"
	"$CAPGATE" doctor --json docker >"$RIG/said" || true
	jq -e '.findings[] | select(.check == "data-root" and .level == "warn" and (.cure | startswith("write \"data-root\"")))' "$RIG/said"
	jq -e --arg pid "$(cat "$RIG/dockerd.pid")" '.findings[] | select(.check == "runtime-handler" and .level == "bad" and (.text | startswith("the runtime \"odd\" is an option of dockerd (process \($pid))")))' "$RIG/said"
	jq -e '.findings[] | select(.check == "runc-in-path" and .level == "bad" and (.text | contains("DOCKER_BUILDKIT_RUNC_COMMAND")))' "$RIG/said"
	daemon_down dockerd
	# As the cure says; bundles count where engines have them, below /run.
	printf '{"data-root": "%s"}\n' "$RIG/root" >/etc/docker/daemon.json
	"$CAPGATE" configure docker
	policy_with '"mode":"enforce","exemptions":[{"id":"E","match":{"image":"bb*"},"reason":"a test","allow":["NET_RAW"]}]'
	own /run/docker
	daemon_up dockerd env PATH="$(path_of docker)" dockerd --iptables=false --ip6tables=false --bridge=none --storage-driver=vfs \
		--exec-opt native.cgroupdriver=cgroupfs -p "$RIG/dockerd.pid" --exec-root /run/docker -H "unix://$RIG/docker.sock"
	daemon_answers dockerd d version
	run d run --rm --network none bb grep ^Cap /proc/self/status
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	holds $NET_RAW Eff
	d tag bb other
	run d run --rm --network none other grep ^Cap /proc/self/status
	holds_nowhere $NET_RAW
	"$CAPGATE" doctor --json docker >"$RIG/said" || true
	[ "$(jq '[.findings[] | select(.check == "data-root")] | length' "$RIG/said")" -eq 0 ]
	daemon_down dockerd
}

@test "docker: also with userns-remap, and audit finds its containers" {
	local id
	for file in passwd group subuid subgid; do
		cp "/etc/$file" "$RIG/$file" 2>/dev/null || : >"$RIG/$file"
		[ -e "/etc/$file" ] || touch "/etc/$file"
	done
	echo "dockremap:x:4712:4712::/:/bin/false" >>"$RIG/passwd"
	echo "dockremap:x:4712:" >>"$RIG/group"
	for file in subuid subgid; do echo "dockremap:3000000:65536" >>"$RIG/$file"; done
	for file in passwd group subuid subgid; do mount --bind "$RIG/$file" "/etc/$file"; done
	chmod 755 "$RIG"
	jq '. + {"userns-remap": "dockremap"}' /etc/docker/daemon.json >"$RIG/remap.json"
	cp "$RIG/remap.json" /etc/docker/daemon.json
	daemon_up dockerd env PATH="$(path_of docker)" dockerd --iptables=false --ip6tables=false --bridge=none --storage-driver=vfs \
		--exec-opt native.cgroupdriver=cgroupfs -p "$RIG/dockerd.pid" --exec-root /run/docker -H "unix://$RIG/docker.sock"
	daemon_answers dockerd d version
	tar -C "$RIG/rootfs" -c . | d import - bb >/dev/null
	d tag bb other
	policy_with '"mode":"enforce","exemptions":[{"id":"E","match":{"image":"bb*"},"reason":"a test","allow":["NET_RAW"]}]'
	id=$(d run -d --network none --name remapped bb sleep 1000)
	run d exec "$id" cat /proc/self/status /proc/self/uid_map
	[[ "$output" == *" 3000000 "* ]] || { echo "$output"; false; }
	holds $NET_RAW Eff
	run d run --rm --network none other grep ^Cap /proc/self/status
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	holds_nowhere $NET_RAW
	"$CAPGATE" audit --format json >"$RIG/said" || true
	jq -e --arg id "$id" '.. | objects | select(.id? == $id) | select(.name == "remapped" and (.image | startswith("bb")))' "$RIG/said"
	"$CAPGATE" doctor --json docker >"$RIG/said" || true
	jq -e '[.findings[] | select(.check == "data-root" or .check == "alive")] == []' "$RIG/said"
	d rm -f "$id" >/dev/null
	daemon_down dockerd
	for file in passwd group subuid subgid; do umount "/etc/$file"; done
}

# said NAME: what doctor says of a runtime or handler: "judged", "not judged", or both.
said() {
	jq -r --arg name "\"$1\"" '[.findings[] | select(.check | test("^runtime(-handler|-shim|-default)?$")) | select(.text | contains($name))
		| if .level == "ok" then "judged" else "not judged" end] | unique | join(", ")' "$RIG/said"
}

# is SAID: the probe's sets are what doctor said.
is() {
	[ "$status" -eq 0 ] || { echo "$output"; return 1; }
	case $1 in
	judged) holds_nowhere $NET_RAW && holds $KILL Bnd ;;
	"not judged") holds $NET_RAW Bnd ;;
	*) echo "doctor says: $1"; return 1 ;;
	esac
}

# shims: the shim for runc, copied under other names.
shims() {
	mkdir -p "$RIG/shims" "$RIG/path"
	cp "$(command -v containerd-shim-runc-v2)" "$RIG/shims/containerd-shim-copy-v2"
	cp "$RIG/shims/containerd-shim-copy-v2" "$RIG/path/containerd-shim-sly-v2"
	ln -sf "$(command -v crun)" "$RIG/link-to-crun"
}

@test "docker: a container of each type of runtime is judged or not as doctor says: wired, with --close-runc, and after doctor's cures" {
	local name answer closed names types
	shims
	# Docker has runtimeType since version 23.
	if [[ "$(dockerd --version)" =~ \ version\ (1|20) ]]; then
		names="relative link sub"
		types='{}'
	else
		names="relative link sub plain bin name full copy short"
		types='{"plain": {"runtimeType": "io.containerd.runc.v2"},
			"bin": {"runtimeType": "io.containerd.runc.v2", "options": {"BinaryName": "/usr/bin/crun", "SystemdCgroup": false}},
			"name": {"runtimeType": "io.containerd.runc.v2", "options": {"BinaryName": "crun"}},
			"full": {"runtimeType": "/usr/bin/containerd-shim-runc-v2"}, "short": {"runtimeType": "runc.v2"},
			"copy": {"runtimeType": ($rig + "/shims/containerd-shim-copy-v2")}}'
	fi
	jq -n --arg rig "$RIG" "{runtimes: ($types + {relative: {path: \"crun\"}, link: {path: (\$rig + \"/link-to-crun\")}, sub: {path: \"/usr/bin/crun\", runtimeArgs: [\"--debug\"]}})}" >/etc/docker/daemon.json
	for closed in "" --close-runc; do
		"$CAPGATE" configure docker $closed
		daemon_down dockerd
		dockerd_up "$(path_of docker):$RIG/path" --add-runtime "odd=$(command -v crun)"
		"$CAPGATE" doctor --json docker >"$RIG/said" || true
		# The link in PATH is nothing to those whose program is named.
		[ -z "$closed" ] || names=$(grep -oE 'full|short|copy' <<<"$names" || true)
		for name in $names odd; do
			answer=$(said $name)
			run docker_has --runtime $name
			# The copy of a shim does what it likes: here, it runs the runc in PATH.
			if [ "$name $closed" = "copy --close-runc" ]; then [ "$answer" = "not judged" ]; else is "$answer" || { echo "$name $closed"; false; }; fi
		done
		# Shims that docker run can name itself, where Docker lets it.
		jq -e --arg path "$RIG/path/containerd-shim-sly-v2" '.findings[] | select(.check == "runtime-shim" and .level == "bad" and (.text | contains($path)))' "$RIG/said"
	done
	# The cures: another type, no option, no shim.
	rm -r "$RIG/path" "$RIG/shims"
	jq '.runtimes |= (del(.copy) | map_values(if has("runtimeType") then .runtimeType = "io.containerd.runc.v2" else . end) | .odd = {path: "crun"})' /etc/docker/daemon.json >"$RIG/cured.json"
	cp "$RIG/cured.json" /etc/docker/daemon.json
	"$CAPGATE" configure docker
	daemon_down dockerd
	dockerd_up "$(path_of docker)"
	"$CAPGATE" doctor --json docker >"$RIG/said" || true
	for name in $(grep -oE 'full|short' <<<"$names") odd; do
		[ "$(said $name)" = judged ] || { echo "$name: $(said $name)"; false; }
		run docker_has --runtime $name
		is judged
	done
	"$CAPGATE" configure --undo docker
	daemon_down dockerd
}

@test "containerd: a pod of each type of handler is judged or not as doctor says: wired, with --close-runc, and after doctor's cures" {
	local handler handlers answer closed sandbox id
	shims
	cri_toml >/etc/containerd/config.toml <<-EOF
		    default_runtime_name = "plain"
		  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.plain]
		    runtime_type = "io.containerd.runc.v2"
		  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.link]
		    runtime_type = "io.containerd.runc.v2"
		  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.link.options]
		    BinaryName = "$RIG/link-to-crun"
		  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.usual]
		    runtime_type = "io.containerd.runc.v2"
		    runtime_path = "/usr/bin/containerd-shim-runc-v2"
		  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.usual.options]
		    BinaryName = "$(command -v crun)"
		  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.copy]
		    runtime_type = "io.containerd.runc.v2"
		    runtime_path = "$RIG/shims/containerd-shim-copy-v2"
		  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.full]
		    runtime_type = "/usr/bin/containerd-shim-runc-v2"
	EOF
	cp /etc/containerd/config.toml "$RIG/handlers.before"
	printf '[Service]\nExecStart=/usr/bin/containerd\n' >/etc/systemd/system/containerd.service
	image
	has() {
		sandbox=$(HANDLER=$1 cri sandbox "$1$RANDOM") && id=$(cri create "$sandbox" "$1" docker.io/library/bb:latest NET_RAW sleep 600) &&
			cri start "$id" && cri exec "$id" grep ^Cap /proc/1/status && cri stop "$sandbox" >/dev/null
	}
	judge() {
		"$CAPGATE" configure containerd $1
		daemon_down containerd
		cp /etc/containerd/config.toml "$RIG/containerd.toml"
		containerd_up "$(path_of containerd | grep . || echo /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)"
		import -n k8s.io
		"$CAPGATE" doctor --json containerd >"$RIG/said" || true
	}
	for closed in "" --close-runc; do
		judge $closed
		handlers="plain link usual copy full"
		[ -z "$closed" ] || handlers=full # of the others, what is said is enough
		for handler in $handlers; do
			answer=$(said $handler)
			run has $handler
			is "$answer" || { echo "$handler $closed"; false; }
			case $handler in plain | link | usual) [ "$answer" = judged ] ;; copy) [ "$answer" = "not judged" ] ;; esac
		done
	done
	[ "$(said full) $(said copy)" = "judged not judged" ]
	"$CAPGATE" configure --undo containerd
	cmp /etc/containerd/config.toml "$RIG/handlers.before"
	# The cures.
	sed -i '/runtime_path = .*copy/d; s|"/usr/bin/containerd-shim-runc-v2"|"io.containerd.runc.v2"|; /runtime_path/d' /etc/containerd/config.toml
	judge
	[ "$(said full) $(said copy)" = "judged judged" ]
	run has copy
	is judged
	"$CAPGATE" configure --undo containerd
	daemon_down containerd
}

@test "containerd: with --close-runc ctr run is judged, doctor says by which program, and back" {
	local from
	printf 'version = 2\nroot = "%s"\nstate = "%s"\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n[grpc]\naddress = "%s"\n[ttrpc]\naddress = "%s"\n' \
		"$RIG/croot" "$RIG/cstate" "$RIG/containerd.sock" "$RIG/containerd.sock.ttrpc" >"$RIG/containerd.toml"
	printf '[Service]\nExecStart=/usr/bin/containerd\n' >/etc/systemd/system/containerd.service
	cp "$RIG/containerd.toml" /etc/containerd/config.toml
	image
	for from in closed open; do
		if [ $from = closed ]; then "$CAPGATE" configure containerd --close-runc; else "$CAPGATE" configure --undo containerd; fi
		daemon_down containerd
		containerd_up "$(path_of containerd | grep . || echo /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)"
		import
		run c run --rm --snapshotter native --cap-add CAP_NET_RAW docker.io/library/bb:latest "configured-$from-$$" grep ^Cap /proc/self/status
		[ "$status" -eq 0 ] || { echo "$output"; false; }
		"$CAPGATE" doctor --json containerd >"$RIG/said" || true
		if [ $from = closed ]; then
			holds_nowhere $NET_RAW
			holds $KILL Eff
			jq -e --arg pid "$(cat "$RIG/containerd.job")" '.findings[] | select(.check == "runc-in-path" and .level == "ok" and (.text | contains("of process \($pid) is capgate")))' "$RIG/said"
		else
			holds $NET_RAW Eff
			jq -e '.findings[] | select(.check == "runc-in-path" and .level == "warn")' "$RIG/said"
		fi
	done
	cmp /etc/containerd/config.toml "$RIG/containerd.toml"
	daemon_down containerd
}

@test "podman: each runtime gives what it gave before, without NET_RAW, and back" {
	tar -C "$RIG/rootfs" -c . | own_podman import - localhost/bb >/dev/null
	(cd /etc/containers && find . -type f -exec sha256sum {} + | sort) >"$RIG/containers.before"
	for name in crun runc; do podman_has --runtime $name >"$RIG/p$name.before"; done
	"$CAPGATE" configure podman
	for name in crun runc; do
		podman_has --runtime $name >"$RIG/p$name.after"
		same p$name
	done
	# Another graph root, by storage.conf, with the image in an additional store.
	printf '[storage]\ndriver = "vfs"\ngraphroot = "%s"\nrunroot = "%s"\n[storage.options]\nadditionalimagestores = ["%s"]\n' \
		"$RIG/graph" "$RIG/run" "$RIG/p/root" >/etc/containers/storage.conf
	policy_with '"mode":"enforce","exemptions":[{"id":"E","match":{"image":"localhost/bb*"},"reason":"a test","allow":["NET_RAW"]}]'
	run podman --tmpdir "$RIG/p/tmp2" run --rm localhost/bb grep ^Cap /proc/self/status
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	"$CAPGATE" doctor --json podman >"$RIG/said" || true
	if jq -e 'any(.findings[]; .check == "data-root" and .level == "warn")' "$RIG/said"; then
		[[ "$(podman --version)" =~ \ 4\.[0-3]\. ]]
		holds_nowhere $NET_RAW
	else
		holds $NET_RAW Eff
	fi
	tar -C "$RIG/rootfs" -c . | podman --tmpdir "$RIG/p/tmp2" import - localhost/other >/dev/null
	run podman --tmpdir "$RIG/p/tmp2" run --rm localhost/other grep ^Cap /proc/self/status
	holds_nowhere $NET_RAW
	holds $KILL Eff
	rm /etc/containers/storage.conf
	"$CAPGATE" configure --undo podman
	(cd /etc/containers && find . -type f -exec sha256sum {} + | sort) | diff "$RIG/containers.before" -
	podman_has --runtime crun | diff "$RIG/pcrun.before" -
}

@test "docker: a user wires the file of a rootless dockerd, doctor checks that one, and back" {
	local own="$RIG/u/home/.config/docker" user
	chmod 755 "$RIG"
	mkdir -p "$RIG/u/bin" "$own"
	cp "$CAPGATE" "$RIG/u/bin/capgate"
	cp "$CAPGATE_HOOK" "$RIG/u/bin/capgate-hook"
	printf '{"debug": true}\n' >"$own/daemon.json"
	cp "$own/daemon.json" "$RIG/own.before"
	chown -R 4712:4712 "$RIG/u/home"
	user="setpriv --reuid 4712 --regid 4712 --clear-groups env -i PATH=$PATH HOME=$RIG/u/home $RIG/u/bin/capgate"
	rm -f /etc/docker/daemon.json
	"$CAPGATE" configure docker # the program and the wrapper are root's to install
	$user configure docker
	jq -e '.debug and ."default-runtime" == "capgate"' "$own/daemon.json"
	$user doctor --json docker >"$RIG/said" || true
	jq -e '[.findings[] | select(.engine == "docker" and .level == "bad")] == [] and any(.findings[]; .check == "runtime" and .level == "ok")' "$RIG/said"
	$user configure --undo docker
	cmp "$own/daemon.json" "$RIG/own.before"
	$user configure docker
	jq 'del(."default-runtime")' "$own/daemon.json" >"$RIG/own.open"
	cp "$RIG/own.open" "$own/daemon.json"
	$user doctor --json docker >"$RIG/said" || true
	jq -e --arg file "$own/daemon.json" 'any(.findings[]; .check == "runtime-default" and .level == "bad" and (.text | startswith($file)))' "$RIG/said"
	"$CAPGATE" configure --undo docker
}
