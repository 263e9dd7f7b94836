# SPDX-License-Identifier: Apache-2.0
# Daemons of this test's own, below $RIG: NAME is known by $RIG/NAME.job, its
# process, and $RIG/NAME.log.

# daemon_up NAME COMMAND...: in the background, cut off from bats' own descriptors.
daemon_up() {
	local name=$1
	shift
	"$@" >"$RIG/$name.log" 2>&1 3>&- 4>&- &
	echo $! >"$RIG/$name.job"
}

# daemon_answers NAME COMMAND...: waits until the command succeeds.
daemon_answers() {
	local name=$1
	shift
	! await "$@" || return 0
	echo "$name does not start:" >&2
	tail -n 20 "$RIG/$name.log" >&2
	return 1
}

# daemon_down NAME: it has ended, if it was there.
daemon_down() {
	[ -s "$RIG/$1.job" ] || return 0
	kill "$(cat "$RIG/$1.job")" 2>/dev/null || true
	for _ in $(seq 3000); do kill -0 "$(cat "$RIG/$1.job")" 2>/dev/null || break; sleep 0.1; done
	rm "$RIG/$1.job"
	# A plugin's shim outlives its daemon; its socket's path says whose it was.
	pkill -KILL -f -- "^[^ ]*containerd-shim-runc-v2 .* -address $RIG/" || true
}

# What daemons mounted below $RIG.
daemon_umount() {
	awk -v rig="$RIG/" 'index($2, rig) == 1 {print $2}' /proc/self/mounts | sort -r | xargs -r umount -l
}

# containerd_up [PATH]: with $RIG/containerd.toml, whose socket is $RIG/containerd.sock.
containerd_up() {
	daemon_up containerd env PATH="${1:-$PATH}" containerd --config "$RIG/containerd.toml"
	daemon_answers containerd ctr -a "$RIG/containerd.sock" version
}
