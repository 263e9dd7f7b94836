# SPDX-License-Identifier: Apache-2.0
# A dockerd of this test's own, below $RIG, and the client that talks to it.

d() {
	/usr/bin/docker -H "unix://$RIG/docker.sock" "$@" 3>&- 4>&-
}

# dockerd_up PATH OPTION...: started with that PATH and $RIG/daemon.json; image bb, of $RIG/rootfs
# with the capabilities of its files, is there.
dockerd_up() {
	local path=$1
	shift
	PATH=$path dockerd "$@" --iptables=false --ip6tables=false --bridge=none --storage-driver=vfs \
		--exec-opt native.cgroupdriver=cgroupfs --config-file "$RIG/daemon.json" --data-root "$RIG/root" \
		--exec-root "$RIG/exec" -p "$RIG/dockerd.pid" -H "unix://$RIG/docker.sock" >"$RIG/dockerd.log" 2>&1 3>&- 4>&- &
	echo $! >"$RIG/dockerd.job"
	for _ in $(seq 150); do ! d version >/dev/null 2>&1 || break; sleep 0.1; done
	if ! d version >/dev/null 2>&1; then
		echo "dockerd does not start:" >&2
		tail -n 20 "$RIG/dockerd.log" >&2
		false
	fi
	[ -n "$(d images -q bb)" ] || tar -C "$RIG/rootfs" --xattrs --xattrs-include=security.capability -c . | d import - bb >/dev/null
}

# daemon_down NAME: the process that $RIG/NAME.job names, if there is one, has ended.
daemon_down() {
	[ -s "$RIG/$1.job" ] || return 0
	kill "$(cat "$RIG/$1.job")" 2>/dev/null || true
	for _ in $(seq 100); do kill -0 "$(cat "$RIG/$1.job")" 2>/dev/null || break; sleep 0.1; done
	rm "$RIG/$1.job"
}

# What daemons mounted below $RIG.
daemon_umount() {
	awk -v rig="$RIG/" 'index($2, rig) == 1 {print $2}' /proc/self/mounts | sort -r | xargs -r umount -l
}
