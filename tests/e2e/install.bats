#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# configure and doctor on a machine of their own: /etc, /usr/local, /run and
# podman's storage are copies that vanish with the mount namespace.

load rig

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
	on_a_machine "'$CAPGATE' configure podman && /usr/local/libexec/oci/hooks.d/capgate doctor podman --live"
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
	on_a_machine "'$CAPGATE' configure podman && rm /usr/local/share/capgate/podman-hooks.d/*.json && '$CAPGATE' doctor podman --live"
	[ "$status" -eq 0 ]
	[[ "$output" == *"✓ podman: a container that asked for CAP_NET_RAW was refused"* ]]
}
