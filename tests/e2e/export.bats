# SPDX-License-Identifier: Apache-2.0
# Exported policies in the engines that read them, without a wrapper or a hook.

load rig
load wrapper
load podman
load docker
load containerd

setup_file() {
	rig_up
	export RIG CAPGATE
}

teardown_file() {
	daemon_down containerd
	daemon_down dockerd
	daemon_umount
	rig_down
}

# export_to FORMAT POLICY [OPTION...]
export_to() {
	printf '%s\n' "$2" >"$RIG/policy.json"
	chmod 600 "$RIG/policy.json"
	"$CAPGATE" policy export --policy "$RIG/policy.json" --to "$1" "${@:3}" 2>/dev/null
}

# bounding_is NAME...: these and no others are in the bounding set that was printed.
bounding_is() {
	local got
	got=$(capsh --decode="$(set_of Bnd)" | sed 's/.*=//; s/cap_//g' | tr 'a-z,' 'A-Z\n' | sort | xargs)
	[ "$got" = "$(printf '%s\n' "$@" | sort | xargs)" ] || { echo "holds $got"; return 1; }
}

@test "podman gives what the exported containers.conf says" {
	podman_conf
	podman_image
	export_to containers.conf '{"version":1,"deny":["CHOWN"]}' >"$RIG/exported.conf"
	# As a drop-in beside it, which containers.conf.d is.
	sed -i '/^default_capabilities/,/]$/d' "$RIG/containers.conf"
	sed -i "/^\[containers\]/r "<(grep ^default_capabilities "$RIG/exported.conf") "$RIG/containers.conf"
	run pod run --rm localhost/bb grep ^Cap /proc/self/status
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	bounding_is DAC_OVERRIDE FOWNER FSETID KILL NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT
	# and takes the file as it is
	printf '%s\n[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n' "$(sed '/^\[containers\]/a netns = "none"\ndefault_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]' \
		"$RIG/exported.conf")" >"$RIG/containers.conf"
	run pod run --rm localhost/bb grep ^Cap /proc/self/status
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	holds_nowhere 0
	holds $KILL Bnd
}

@test "podman kube play gives a pod what the exported security context says" {
	podman_conf
	[ -n "$(pod images -q localhost/bb)" ] || podman_image
	tar -C "$RIG/rootfs" -c . | pod import --change 'ENTRYPOINT ["/bin/sleep","1000"]' - localhost/pause >/dev/null
	sed -i '/^\[engine\]/a infra_image = "localhost/pause:latest"' "$RIG/containers.conf"
	for policy in '{"version":1,"deny":["MKNOD"]}' '{"version":1,"profile":"none","allow":["KILL"],"no_new_privileges":"require"}'; do
		{
			printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: exported}\nspec:\n  restartPolicy: Never\n  hostNetwork: true\n  containers:\n'
			printf '  - name: c\n    image: localhost/bb:latest\n    command: [/bin/sleep, "100"]\n'
			export_to securitycontext "$policy" | sed 's/^/    /'
		} >"$RIG/pod.yaml"
		pod kube play "$RIG/pod.yaml" >"$RIG/played" 2>&1 || { cat "$RIG/played"; false; }
		run pod exec exported-c /bin/grep -E '^(Cap|NoNew)' /proc/self/status
		[ "$status" -eq 0 ] || { echo "$output"; false; }
		# podman's own list has no MKNOD, AUDIT_WRITE and NET_RAW on every distribution.
		holds_nowhere 13
		holds_nowhere 27
		[[ $policy != *none* ]] || { bounding_is KILL && grep -q 'NoNewPrivs:.*1' <<<"$output"; }
		pod kube down "$RIG/pod.yaml" >/dev/null
	done
}

@test "Docker starts what the exported flags say" {
	need dockerd docker || skip "not installed: dockerd or docker"
	echo '{}' >"$RIG/daemon.json"
	dockerd_up "$PATH"
	for policy in '{"version":1}' '{"version":1,"profile":"none","allow":["KILL","CHOWN"],"no_new_privileges":"require"}'; do
		flags=$(export_to docker-run "$policy")
		flags=${flags#docker run }
		# shellcheck disable=SC2086
		run d run --rm --network none ${flags%...} bb grep -E '^(Cap|NoNew)' /proc/self/status
		[ "$status" -eq 0 ] || { echo "$output"; false; }
		[[ $policy == *none* ]] || bounding_is AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT
		[[ $policy != *none* ]] || { bounding_is KILL CHOWN && grep -q 'NoNewPrivs:.*1' <<<"$output"; }
	done
	daemon_down dockerd
}

@test "containerd's CRI begins with the exported base specification" {
	need containerd ctr curl python3 || skip "not installed: containerd, ctr, curl or python3"
	export_to containerd-base-spec '{"version":1,"deny":["MKNOD"]}' >"$RIG/base.json"
	cri_toml >"$RIG/containerd.toml" <<-END
		  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
		    runtime_type = "io.containerd.runc.v2"
		    base_runtime_spec = "$RIG/base.json"
	END
	containerd_up
	image
	import -n k8s.io
	for caps in "" SYS_TIME; do
		sandbox=$(cri sandbox "pod$caps" "")
		id=$(cri create "$sandbox" c docker.io/library/bb:latest "$caps" sleep 600)
		cri start "$id"
		run cri exec "$id" grep ^Cap /proc/self/status
		[ "$status" -eq 0 ] || { echo "$output"; false; }
		cri stop "$sandbox"
		# A default is no limit: what a pod asks for comes on top.
		# shellcheck disable=SC2086
		bounding_is $caps AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT
	done
	daemon_down containerd
}
