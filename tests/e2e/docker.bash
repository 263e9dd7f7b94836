# SPDX-License-Identifier: Apache-2.0
# A private dockerd below $RIG, and the client that talks to it.

load daemon

d() {
	/usr/bin/docker -H "unix://$RIG/docker.sock" "$@" 3>&- 4>&-
}

# dockerd_up PATH OPTION...: started with that PATH and $RIG/daemon.json; image bb, of $RIG/rootfs
# with the capabilities of its files, is there.  Its files are in $DOCKER_ROOT and $DOCKER_RUN,
# below $RIG by default.
dockerd_up() {
	local path=$1
	shift
	daemon_up dockerd env PATH="$path" dockerd "$@" --iptables=false --ip6tables=false --bridge=none --storage-driver=vfs \
		--exec-opt native.cgroupdriver=cgroupfs --config-file "$RIG/daemon.json" --data-root "${DOCKER_ROOT:-$RIG/root}" \
		--exec-root "${DOCKER_RUN:-$RIG/exec}" -p "$RIG/dockerd.pid" -H "unix://$RIG/docker.sock"
	daemon_answers dockerd d version
	[ -n "$(d images -q bb)" ] || tar -C "$RIG/rootfs" --xattrs --xattrs-include=security.capability -c . | d import - bb >/dev/null
}
