# SPDX-License-Identifier: Apache-2.0
# Private daemons below $RIG: $RIG/NAME.job has the process of NAME, and $RIG/NAME.log its
# output.

# daemon_up NAME COMMAND...: in the background, cut off from bats' own descriptors.
daemon_up() {
	local name=$1
	shift
	"$@" >"$RIG/$name.log" 2>&1 3>&- 4>&- &
	echo $! >"$RIG/$name.job"
}

# daemon_runs NAME: its process is there, and no zombie.
daemon_runs() {
	local state
	state=$(sed -n 's/^State:\t\(.\).*/\1/p' "/proc/$(cat "$RIG/$1.job")/status" 2>/dev/null)
	[ -n "$state" ] && [ "$state" != Z ]
}

# daemon_answers NAME COMMAND...: waits until the command succeeds, as long as the daemon runs.
daemon_answers() {
	local name=$1
	shift
	answers_or_has_ended() { "$@" || ! daemon_runs "$name"; }
	await answers_or_has_ended "$@" || true
	! "$@" >/dev/null 2>&1 || return 0
	echo "$name does not start:" >&2
	tail -n 20 "$RIG/$name.log" >&2
	return 1
}

# daemon_down NAME: it has ended, if it was there.
daemon_down() {
	[ -s "$RIG/$1.job" ] || return 0
	kill "$(cat "$RIG/$1.job")" 2>/dev/null || true
	for _ in $(seq 3000); do daemon_runs "$1" || break; sleep 0.1; done
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
