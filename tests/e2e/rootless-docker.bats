# SPDX-License-Identifier: Apache-2.0
# A user's own dockerd, below rootlesskit, which makes links of everything in /etc and
# /run: first root installs and configures capgate, then the user.

load rig
load wrapper
load docker

USER_ID=4733

script() {
	command -v dockerd-rootless.sh || ls /usr/share/docker.io/contrib/dockerd-rootless.sh 2>/dev/null
}

needed() {
	need dockerd /usr/bin/docker rootlesskit slirp4netns newuidmap ip && script >/dev/null && [ -e /dev/net/tun ] &&
		setpriv --reuid $USER_ID --regid $USER_ID --clear-groups unshare --user --map-root-user true 2>/dev/null
}

# as PATH: the words before a command that make it the user's.
as() {
	AS=(env -C / -i PATH="$1" HOME="$RIG/home" USER=rigd XDG_RUNTIME_DIR=/run/user/$USER_ID
		setpriv --reuid $USER_ID --regid $USER_ID --init-groups --inh-caps=-all)
}

by() {
	as /usr/sbin:/usr/bin:/sbin:/bin
	"${AS[@]}" "$@" 3>&- 4>&-
}

d() {
	by /usr/bin/docker -H "unix:///run/user/$USER_ID/docker.sock" "$@"
}

setup_file() {
	needed || return 0
	rig_up
	wrapper_up
	rm -f "$RIG"/bin/*
	cp "$CAPGATE" "$CAPGATE_HOOK" "$RIG/bin"
	chmod 755 "$RIG"
	for file in passwd group subuid subgid; do
		cp "/etc/$file" "$RIG/$file" 2>/dev/null || touch "$RIG/$file"
		[ -e "/etc/$file" ] || touch "/etc/$file"
	done
	echo "rigd:x:$USER_ID:$USER_ID::$RIG/home:/bin/sh" >>"$RIG/passwd"
	echo "rigd:x:$USER_ID:" >>"$RIG/group"
	echo "rigd:2200000:65536" | tee -a "$RIG/subuid" >>"$RIG/subgid"
	for file in passwd group subuid subgid; do mount --bind "$RIG/$file" "/etc/$file"; done
	mknod -m 666 "$RIG/tun" c 10 200
	mount --bind "$RIG/tun" /dev/net/tun
	own /usr/local/libexec /usr/local/share /etc/docker /etc/systemd/system /run/user/$USER_ID
	mkdir "$RIG/home"
	chown $USER_ID:$USER_ID "$RIG/home" /run/user/$USER_ID
	chmod -R a+rX "$RIG/rootfs"
	policy '{"version":1}'
}

teardown_file() {
	[ -n "${RIG:-}" ] || return 0
	if [ -s "$RIG/dockerd.job" ]; then
		d ps -q | while read -r id; do d kill "$id"; done >/dev/null 2>&1 || true
	fi
	daemon_down dockerd
	daemon_umount
	own_down -l
	umount /dev/net/tun
	for file in passwd group subuid subgid; do umount "/etc/$file"; done
	wrapper_down
	rig_down
}

setup() {
	needed || skip "not installed: dockerd, docker, rootlesskit, slirp4netns, newuidmap, ip, dockerd-rootless.sh; or the kernel has no /dev/net/tun, or no user namespaces for users"
}

@test "root must configure first, a user is told; then the user wires their own dockerd" {
	run by "$RIG/bin/capgate" configure docker --close-runc
	[ "$status" -ne 0 ]
	[[ "$output" == *sudo\ capgate\ configure* ]] || { echo "$output"; false; }
	"$CAPGATE" configure docker --close-runc
	by "$RIG/bin/capgate" configure docker --close-runc
	[ "$(jq -r '.["default-runtime"]' "$RIG/home/.config/docker/daemon.json")" = capgate ]
}

@test "run, exec --privileged and the reserved runtime are judged, below rootlesskit's links" {
	path=$(sed -n 's/.*PATH=\([^"]*\)"$/\1/p' "$RIG/home/.config/systemd/user/docker.service.d/zz-capgate-docker.conf")
	as "$(dirname "$(script)"):$path"
	daemon_up dockerd "${AS[@]}" "$(script)" --storage-driver=vfs --iptables=false --ip6tables=false --bridge=none
	daemon_answers dockerd d version
	tar -C "$RIG/rootfs" -c . | d import - bb >/dev/null
	for how in "--cap-add NET_RAW" --privileged "--runtime runc"; do
		# shellcheck disable=SC2086
		run d run --rm --network none $how bb grep ^Cap /proc/self/status
		[ "$status" -eq 0 ] || { echo "$how: $output"; false; }
		holds_nowhere $NET_RAW
		holds $KILL Eff Bnd
	done
	d run -d --name judged --network none bb sleep 1000 >/dev/null
	run d exec --privileged judged grep ^Cap /proc/self/status
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	holds_nowhere $NET_RAW
	policy '{"version":1,"action":"reject"}'
	run d run --rm --network none bb true
	policy '{"version":1}'
	[ "$status" -ne 0 ]
	[[ "$output" == *"refused: "*CAP_NET_RAW* ]] || { echo "$output"; false; }
}

@test "doctor says to the user what that dockerd runs, and to root that it is a user's" {
	by "$RIG/bin/capgate" doctor --json docker >"$RIG/said" || true
	jq -e '.findings[] | select(.check == "runc-in-path" and .level == "ok" and (.text | contains("of process")))' "$RIG/said"
	[ "$(jq '[.findings[] | select(.level == "bad")] | length' "$RIG/said")" -eq 0 ] || { jq . "$RIG/said"; false; }
	"$CAPGATE" doctor --json docker >"$RIG/said" || true
	jq -e --arg uid $USER_ID '.findings[] | select(.check == "rootless" and .level == "warn" and (.text | contains("belongs to user \($uid),")))' "$RIG/said"
}

@test "audit judges its containers, for root and for the user; stopped ones for the user" {
	id=$(d inspect -f '{{.Id}}' judged)
	judged() { "$@" audit -f json 2>/dev/null | jq -r --arg id "$id" '.containers[] | select(.id == $id) | [.engine, .running, .verdict] | join(" ")'; }
	[ "$(judged "$CAPGATE")" = "docker true pass" ]
	[ "$(judged by "$RIG/bin/capgate")" = "docker true pass" ]
	d stop -t 0 judged >/dev/null
	[ "$(judged by "$RIG/bin/capgate" | cut -d ' ' -f 1,2)" = "docker false" ]
}

@test "after --undo the user's files are gone, and root's stay" {
	by "$RIG/bin/capgate" configure --undo docker
	[ -z "$(find "$RIG/home/.config" -name '*capgate*')" ]
	[ ! -e "$RIG/home/.config/docker/daemon.json" ]
	[ -e /etc/docker/daemon.json ]
}
