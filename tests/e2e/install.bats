#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# configure and doctor on a separate machine: /etc, /usr/local, /run and podman's storage
# are copies that disappear with the mount namespace.

load rig
load wrapper

setup_file() {
	load rig
	rig_up
	cat >"$RIG/machine" <<'MACHINE'
set -e
for d in /etc /usr/local; do
	mount -t tmpfs none "$RIG/mnt"
	cp -a $d/. "$RIG/mnt/"
	mount --move "$RIG/mnt" $d
done
mkdir -p /var/lib/containers
mount -t tmpfs none /run
mount -t tmpfs none /var/lib/containers
rm -rf /etc/containers/oci /etc/capgate /usr/local/libexec/oci /usr/local/share/capgate
mkdir -p /etc/containers/containers.conf.d
rm -f /etc/containers/containers.conf.d/50-capgate.conf
cat >/etc/containers/containers.conf.d/10-rig.conf <<'C'
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
netns = "none"
C
printf '[storage]\ndriver = "vfs"\nrunroot = "/run/containers/storage"\ngraphroot = "/var/lib/containers/storage"\n' >/etc/containers/storage.conf
MACHINE
	mkdir -p "$RIG/mnt"
}

teardown_file() { rig_down; }

on_a_machine() { run unshare -m --propagation private bash -c '. "$RIG/machine"; '"$1"; }

@test "before configure, doctor sees a real container hold NET_RAW and says so" {
	on_a_machine "'$CAPGATE' doctor podman --live"
	[ "$status" -eq 1 ]
	[[ "$output" == *"✗ podman: a container that asked for CAP_NET_RAW runs with it"* ]]
}

@test "after configure, doctor finds nothing wrong and a real container runs without NET_RAW" {
	on_a_machine "'$CAPGATE' configure podman && '$CAPGATE' doctor podman --live"
	[ "$status" -eq 0 ]
	[[ "$output" == *"✓ podman: a container that asked for CAP_NET_RAW runs without it"* ]]
	[[ "$output" != *"✗"*"cure"* ]]
}

@test "after configure --undo, containers start as before" {
	on_a_machine "'$CAPGATE' configure podman && '$CAPGATE' configure podman --undo && '$CAPGATE' doctor podman --live"
	[ "$status" -eq 1 ]
	[[ "$output" == *"runs with it"* ]]
}

@test "with only the createRuntime hook, a real container is refused" {
	on_a_machine "'$CAPGATE' configure podman --hooks-only && rm /usr/local/share/capgate/podman-hooks.d/*.json && '$CAPGATE' doctor podman --live"
	[ "$status" -eq 0 ]
	[[ "$output" == *"✓ podman: a container that asked for CAP_NET_RAW was refused"* ]]
}

# dockerd and containerd where the machine's own would be, with its files.
daemons() {
	cat <<'D'
mount -t tmpfs none /var/lib/docker 2>/dev/null || { mkdir -p /var/lib/docker && mount -t tmpfs none /var/lib/docker; }
mkdir -p /var/lib/containerd && mount -t tmpfs none /var/lib/containerd
rm -f /etc/docker/daemon.json /etc/containerd/config.toml
mkdir -p /etc/docker /etc/containerd
trap 'kill $jobs 2>/dev/null; wait' EXIT
jobs=
await() { for _ in $(seq 3000); do ! "$@" >/dev/null 2>&1 || return 0; sleep 0.1; done; echo "it does not start: $*"; tail -5 "$RIG/daemon.log"; return 1; }
dockerd_up() {
	dockerd --iptables=false --ip6tables=false --bridge=none --storage-driver=vfs --exec-opt native.cgroupdriver=cgroupfs >"$RIG/daemon.log" 2>&1 3>&- 4>&- &
	dockerd=$! jobs="$jobs $!"
	await docker -H unix:///run/docker.sock version
}
containerd_up() {
	containerd >"$RIG/daemon.log" 2>&1 3>&- 4>&- &
	containerd=$! jobs="$jobs $!"
	await ctr version
}
program=$CAPGATE
D
}

@test "Docker: unguarded, then configured, then reloaded: doctor reports each, and a real container proves it" {
	need dockerd containerd /usr/bin/docker || skip "not installed: dockerd containerd /usr/bin/docker"
	on_a_machine "$(daemons)"'
dockerd_up || exit 99
"$CAPGATE" doctor docker --live && exit 90
echo "== configured"
"$CAPGATE" configure docker || exit 91
$program doctor docker && exit 92
echo "== reloaded"
kill -HUP $dockerd
await sh -c "docker -H unix:///run/docker.sock info | grep -q \"Default Runtime: capgate\""
$program doctor docker --live || exit 93
echo "== images: $(docker -H unix:///run/docker.sock images -q | wc -l)"
'
	echo "$output"
	[ "$status" -eq 0 ]
	[[ "${output%%== configured*}" == *"✗ docker: a container that asked for CAP_NET_RAW runs with it"* ]]
	middle=${output#*== configured} middle=${middle%%== reloaded*}
	[[ "$middle" == *'✗ docker: dockerd runs with the default runtime "runc"'* ]]
	[[ "${output#*== reloaded}" == *"✓ docker: a container that asked for CAP_NET_RAW runs without it"* ]]
	[[ "$output" == *"== images: 0"* ]]
}

@test "containerd: configured, not restarted, restarted: doctor reports each, and ctr's container proves the wrapper" {
	need containerd ctr || skip "not installed: containerd ctr"
	on_a_machine "$(daemons)"'
containerd_up || exit 99
sleep 0.2
"$CAPGATE" configure containerd || exit 91
$program doctor containerd && exit 92
echo "== restarted"
kill $containerd; wait $containerd
containerd_up || exit 98
$program doctor containerd --live || exit 93
ctr namespaces list -q
echo "== what the first container prints is lost"
cat >/usr/local/sbin/ctr <<"CTR"
#!/bin/sh
[ "$3" != run ] || [ -e /run/lost ] || { : >/run/lost; exit 0; }
exec /usr/bin/ctr "$@"
CTR
chmod +x /usr/local/sbin/ctr
$program doctor containerd --live || exit 94
echo "== what each prints is lost"
printf "#!/bin/sh\nexit 0\n" >/usr/local/sbin/ctr
$program doctor containerd --live
exit 0
'
	echo "$output"
	[ "$status" -eq 0 ]
	[[ "${output%%== restarted*}" == *"✗ containerd: containerd (process "*") was started before"* ]]
	restarted=${output#*== restarted} lost=${restarted#*== what the first} each=${lost#*== what each}
	[[ "${restarted%%== what*}" == *"✓ containerd: a container that asked for CAP_NET_RAW runs without it"* ]]
	[[ "${restarted%%== what*}" != *capgate-doctor ]]
	[[ "${lost%%== what each*}" == *"✓ containerd: a container that asked for CAP_NET_RAW runs without it"* ]]
	[[ "$each" == *"containerd: a container ended with status 0 and printed nothing, so its sets are not known"* ]]
}

@test "a daemon that reads another file than the wired one is reported" {
	need containerd ctr || skip "not installed: containerd ctr"
	on_a_machine "$(daemons)"'
"$CAPGATE" configure containerd || exit 91
cp /etc/containerd/config.toml "$RIG/other.toml"
containerd --config "$RIG/other.toml" >"$RIG/daemon.log" 2>&1 3>&- 4>&- &
jobs=$!
await ctr version || exit 99
$program doctor containerd
'
	echo "$output"
	[ "$status" -eq 1 ]
	[[ "$output" == *"✗ containerd: containerd (process "*") reads $RIG/other.toml, not /etc/containerd/config.toml"* ]]
}
