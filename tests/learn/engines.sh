#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# By hand, as root: learn with Docker and podman is ended by signals, and everything that it made
# must go: containers, anonymous volumes, networks, and what tests/learn.sh looks for as well.
#   tests/learn/engines.sh [run] [compose] [podman]
#
#   TIMES=30       so many kills of each, each STEP (0.1) seconds later than the one before
#   CALLS=20       instead, at each twentieth of its system calls
#   TWICE=0.15     each signal again, so many seconds later
#   MB=8           so large are image and volumes: Docker takes longer to make a container
#   SIGNALS="KILL TERM INT"    in turn
#   DOCKER_CONFIG=DIR          with the plugin docker-compose, where Docker itself has none
set -u
. "$(dirname "$0")/../tally.sh"
capgate=${CAPGATE:-$tree/build/capgate}
suite="learn with engines"
[ -n "$own_machine" ] || skip_all "$suite" "no root, or no namespaces"
[ $# -gt 0 ] || set -- run compose podman
for program in dockerd /usr/bin/docker podman busybox jq strace; do
	command -v $program >/dev/null || skip_all "$suite" "$program is not installed"
done
if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi
work=$(mktemp -d)
d() { /usr/bin/docker -H "unix://$work/docker.sock" "$@"; }
podman=("$(command -v podman)" --root "$work/p/root" --runroot "$work/p/runroot" --tmpdir "$work/p/tmp" --volumepath "$work/p/volumes"
	--storage-driver vfs --cgroup-manager cgroupfs --events-backend file)
export CONTAINERS_CONF=$work/containers.conf
printf '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]\nnetns = "none"\n' >"$CONTAINERS_CONF"
end() {
	kill "$daemon" && wait "$daemon"
	awk -v work="$work/" 'index($2, work) == 1 {print $2}' /proc/self/mounts | sort -r | xargs -r umount -l
	rm -rf --one-file-system "$work"
}
echo '{}' >"$work/daemon.json"
dockerd --iptables=false --ip6tables=false --bridge=none --storage-driver=vfs --exec-opt native.cgroupdriver=cgroupfs \
	--config-file "$work/daemon.json" --data-root "$work/root" --exec-root "$work/exec" -p "$work/pid" -H "unix://$work/docker.sock" >"$work/log" 2>&1 &
daemon=$!
trap end EXIT
answers_or_has_ended() { d version || ! kill -0 $daemon; }
await answers_or_has_ended
d version >/dev/null || { tail -n 5 "$work/log"; exit 1; }
mkdir -p "$work/rootfs"/{bin,tmp,data}
cp "$(command -v busybox)" "$work/rootfs/bin/busybox"
for name in sh chown sleep true; do ln -s busybox "$work/rootfs/bin/$name"; done
# Something for Docker to copy into each volume.
dd if=/dev/zero of="$work/rootfs/data/file" bs=1M count="${MB:-8}" 2>/dev/null
tar -C "$work/rootfs" -c . | d import --change 'VOLUME /data' - bb >/dev/null
tar -C "$work/rootfs" -c . | "${podman[@]}" import --change 'VOLUME /data' - localhost/bb >/dev/null 2>&1
command="trap 'exit 0' TERM; chown 5 /tmp; while :; do sleep 0.05; done"
jq -n --arg command "$command" '{services: {web: {image: "bb", command: ["sh", "-c", $command], volumes: ["/more", "named:/named"], networks: ["own"]}},
	volumes: {named: {}}, networks: {own: {driver: "bridge", internal: true}}}' >"$work/compose.yaml"
jq -n '{services: {web: {network_mode: "none"}}}' >"$work/none.yaml"

words() {
	case $1 in
	run) words=(/usr/bin/docker -H "unix://$work/docker.sock" run --network none -v /more bb sh -c "$command") ;;
	compose) words=(/usr/bin/docker -H "unix://$work/docker.sock" compose -f "$work/compose.yaml" run --rm web) ;;
	podman) words=("${podman[@]}" run -v /more localhost/bb sh -c "$command") ;;
	esac
}
left() { # a line for each thing that is still there
	d ps -aq --no-trunc --format 'container {{.Names}}'
	d volume ls --format 'volume {{.Name}}'
	d network ls --filter type=custom --format 'network {{.Name}}'
	"${podman[@]}" ps -aq --external --format 'podman {{.Names}}'
	"${podman[@]}" volume ls --format 'volume of podman {{.Name}}'
	pgrep -a -f "conmon.*$work"
	find /run -maxdepth 1 -name 'capgate-learn-*'
	pgrep -a -f "^$capgate learn"
}
all_gone() { [ -z "$(left)" ]; }
guard_gone() { ! pgrep -f "^$capgate learn" >/dev/null; }
# ended POINT SIGNAL: it is ended so many seconds after its start, or at a call:NUMBER; or not.
ended() {
	local strace=()
	case $1 in
	call:*) strace=(strace -qq -o "$work/calls" -e "inject=all:signal=$2:when=${1#call:}") ;;
	none) strace=(strace -qq -o "$work/calls") ;;
	esac
	"${strace[@]}" "$capgate" learn --quiet --backend "${WAY:-tracefs}" --hold 0ms --check true --yes -- "${words[@]}" >"$work/out" 2>"$work/err" &
	learner=$!
	[ ${#strace[@]} -gt 0 ] || { sleep "$1"; kill -s "$2" $learner; [ -z "${TWICE:-}" ] || { sleep "$TWICE"; kill -s "$2" $learner; }; }
	wait $learner
}
points() {
	if [ -z "${CALLS:-}" ]; then
		seq "${STEP:-0.1}" "${STEP:-0.1}" "$(jq -n "${TIMES:-30} * ${STEP:-0.1}")"
		return
	fi
	ended none || not_ok "learn that is not ended: $(cat "$work/err")"
	seq -f call:%g "$(grep -n -m1 unshare "$work/calls" | cut -d: -f1)" "$CALLS" "$(wc -l <"$work/calls")"
}
read -ra signals <<<"${SIGNALS:-KILL TERM INT}"
for what; do
	words "$what"
	wrong="" i=0
	for point in $(points); do
		signal=${signals[i++ % ${#signals[@]}]}
		ended "$point" "$signal" 2>/dev/null
		await guard_gone
		# The daemon may be removing the last.
		all_gone || { sleep 3; all_gone; } || wrong+="
$what, SIG$signal at $point: $(left | tr '\n' ' ')"
		for id in $(d ps -aq); do d rm -fv "$id" >/dev/null; done
		d volume prune -f >/dev/null
		d network prune -f >/dev/null
		"${podman[@]}" rm -fav >/dev/null 2>&1
		"${podman[@]}" volume prune -f >/dev/null 2>&1
	done
	echo "$what: $i times"
	none "nothing of $what is left, whenever learn is ended ($i times)" "$wrong"
done
finish "$suite"
