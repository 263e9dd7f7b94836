# SPDX-License-Identifier: Apache-2.0
# A private podman: its configuration and storage are below $RIG.

# podman_conf [LINE...]: its configuration, which asks for no more than is there on
# any machine; the lines end it, [engine] being the last table so far.
podman_conf() {
	cat >"$RIG/containers.conf" <<-'EOF'
		[containers]
		# podman 4's list, whatever the version: no document of podman's names it.
		default_capabilities = ["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD",
		  "NET_BIND_SERVICE", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"]
		default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
		netns = "none"
		[engine]
		cgroup_manager = "cgroupfs"
		events_logger = "file"
	EOF
	[ $# -eq 0 ] || printf '%s\n' "$@" >>"$RIG/containers.conf"
}

# podman_wrappers: the lines with which it knows the wrappers in $RIG/bin, and no hooks.
podman_wrappers() {
	cat <<-EOF
		hooks_dir = ["$RIG/no-hooks"]
		runtime_supports_json = ["capgate-crun", "capgate-runc"]
		[engine.runtimes]
		capgate-crun = ["$RIG/bin/capgate-crun"]
		capgate-runc = ["$RIG/bin/capgate-runc"]
	EOF
}

# podman_words: in $words, the command that pod runs, for those who must execute it;
# its runtime is $RUNTIME, when that is set.
podman_words() {
	words=(env CONTAINERS_CONF="$RIG/containers.conf" podman --root "$RIG/p/root" --runroot "$RIG/p/runroot"
		--tmpdir "$RIG/p/tmp" --storage-driver vfs ${RUNTIME:+--runtime "$RUNTIME"})
}

pod() {
	local words
	podman_words
	"${words[@]}" "$@"
}

# Image localhost/bb, of the root file system.
podman_image() {
	tar -C "$RIG/rootfs" -c . | pod import - localhost/bb >/dev/null
}
