# SPDX-License-Identifier: Apache-2.0
# A user without privileges: rootless podman with the wrapper as its runtime.

load rig
load wrapper
load podman

USER_ID=4711

setup_file() {
	rig_up
	wrapper_up
	chmod 755 "$RIG"
	# The user cannot read below other people's homes.
	rm -f "$RIG"/bin/*
	cp "$CAPGATE_HOOK" "$RIG/bin/capgate-crun"
	cp "$CAPGATE_HOOK" "$RIG/bin/capgate-runc"
	for file in passwd group subuid subgid; do
		cp "/etc/$file" "$RIG/$file" 2>/dev/null || touch "$RIG/$file"
	done
	echo "rig:x:$USER_ID:$USER_ID::$RIG/home:/bin/sh" >>"$RIG/passwd"
	echo "rig:x:$USER_ID:" >>"$RIG/group"
	echo "rig:2000000:65536" >>"$RIG/subuid"
	echo "rig:2000000:65536" >>"$RIG/subgid"
	for file in passwd group subuid subgid; do
		[ -e "/etc/$file" ] || touch "/etc/$file"
		mount --bind "$RIG/$file" "/etc/$file"
	done
	mkdir -p "$RIG/home" "$RIG/xdg" "$RIG/no-hooks"
	chown $USER_ID:$USER_ID "$RIG/home" "$RIG/xdg"
	chmod 700 "$RIG/xdg"
	podman_conf "$(podman_wrappers)"
	chmod -R a+rX "$RIG/rootfs" "$RIG/containers.conf"
	podman_image
}

teardown_file() {
	pod rm -fa -t 0 >/dev/null 2>&1 || true
	# podman keeps a process that holds its user namespace
	[ ! -e "$RIG/xdg/libpod/tmp/pause.pid" ] || kill "$(cat "$RIG/xdg/libpod/tmp/pause.pid")" || true
	for file in passwd group subuid subgid; do umount "/etc/$file" || true; done
	wrapper_down
	rig_down
}

setup() {
	policy '{"version":1}'
}

# The user's own podman in the place of ours.
pod() {
	cd /
	env -i PATH="$PATH" HOME="$RIG/home" USER=rig XDG_RUNTIME_DIR="$RIG/xdg" CONTAINERS_CONF="$RIG/containers.conf" TMPDIR="$RIG/xdg" \
		setpriv --reuid $USER_ID --regid $USER_ID --init-groups --inh-caps=-all podman --storage-driver vfs ${RUNTIME:+--runtime "$RUNTIME"} "$@"
}

probe() {
	run pod run --rm "$@" localhost/bb grep ^Cap /proc/self/status
}

@test "the test can fail: without the wrapper NET_RAW reaches the container" {
	RUNTIME=crun
	probe --cap-add NET_RAW
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	holds $NET_RAW Prm Eff Bnd
}

@test "podman run and exec of a user stay within the policy" {
	for RUNTIME in capgate-crun capgate-runc; do
		probe --cap-add NET_RAW
		[ "$status" -eq 0 ] || { echo "$RUNTIME: $output"; false; }
		holds_nowhere $NET_RAW
		holds $KILL Prm Eff Bnd
		probe --privileged
		[ "$status" -eq 0 ] || { echo "$RUNTIME: $output"; false; }
		holds_nowhere $NET_RAW
		holds_nowhere 21
		pod run -d --name "s-$RUNTIME" localhost/bb sleep 600 >/dev/null
		run pod exec --privileged "s-$RUNTIME" grep ^Cap /proc/self/status
		[ "$status" -eq 0 ] || { echo "$RUNTIME: $output"; false; }
		holds_nowhere $NET_RAW
		holds_nowhere 21
		pod rm -f -t 0 "s-$RUNTIME" >/dev/null
	done
}

@test "a refusal is what podman shows" {
	policy '{"version":1,"action":"reject"}'
	RUNTIME=capgate-crun
	probe --cap-add NET_RAW
	[ "$status" -ne 0 ]
	[[ "$output" == *"refused: "*CAP_NET_RAW* ]] || { echo "$output"; false; }
}

@test "audit as that user shows that user's own containers, and what their processes hold" {
	mkdir -p "$RIG/view/run/user"
	ln -sfn "$RIG/xdg" "$RIG/view/run/user/$USER_ID"
	cp "$CAPGATE" "$RIG/bin/capgate"
	RUNTIME=crun
	pod run -d --name mine --cap-add NET_RAW localhost/bb sleep 1000 >/dev/null
	audited() {
		(cd / && env -i HOME="$RIG/home" setpriv --reuid $USER_ID --regid $USER_ID --init-groups --inh-caps=-all \
			"$RIG/bin/capgate" audit --root "$RIG/view" -f json 2>"$RIG/said") || true
	}
	seen() { audited >"$RIG/audit.json"; [ "$(jq -r '.containers[0].processes[].command' "$RIG/audit.json")" = sleep ]; }
	# podman says that it is done before the runtime has executed the program.
	await seen
	grep -q "without root" "$RIG/said"
	[ "$(jq -c '[.evidence.uid, (.containers[] | [.engine, .runtime, .running, .verdict, .exceeds])]' "$RIG/audit.json")" = \
		"[$USER_ID,[\"podman\",\"crun\",true,\"refuse\",[\"CAP_NET_RAW\"]]]" ] || { cat "$RIG/said" "$RIG/audit.json"; return 1; }
	pod rm -f -t 0 mine >/dev/null
}

@test "the lines about a user's containers, for root, and for the user, who sees no others" {
	mkdir -p "$RIG/view/run/user"
	ln -sfn "$RIG/xdg" "$RIG/view/run/user/$USER_ID"
	cp "$CAPGATE" "$RIG/bin/capgate"
	RUNTIME=crun
	pod run -d --name mine --cap-add NET_RAW localhost/bb sleep 1000 >/dev/null
	id=$(pod inspect -f '{{.Id}}' mine)
	line() { # WANTED COMMAND...: pids are whatever they are
		[ "$("${@:2}" 2>"$RIG/said" | sed 's/process [0-9]*/process N/')" = "$1" ] || { "${@:2}"; return 1; }
	}
	lines() { "$CAPGATE" audit --root "$RIG/view" -f lines --control "$1"; }
	own() {
		cd / && env -i HOME="$RIG/home" setpriv --reuid $USER_ID --regid $USER_ID --init-groups --inh-caps=-all \
			"$RIG/bin/capgate" audit --root "$RIG/view" -f lines --control "$1"
	}
	# What a user writes gives root no name.
	await line "CIS-Docker-5.4 FAIL 1 of 1: ${id:0:12} NET_RAW" lines 5.4
	line 'CIS-Docker-5.5 PASS 1 container' lines 5.5
	line 'CIS-Docker-5.23 PASS 1 container' lines 5.23
	line "CIS-Docker-5.26 FAIL 1 of 1: ${id:0:12} specification" lines 5.26
	line "CIS-Docker-5.4 FAIL 1 of 1: mine NET_RAW | incomplete: without root, only this user's containers are seen" own 5.4
	line "CIS-Docker-5.23 UNKNOWN 1 container | incomplete: without root, only this user's containers are seen" own 5.23
	pod exec -d --user 1000 --privileged mine sleep 990
	entered() { lines 5.23 | grep -q "^CIS-Docker-5.23 FAIL 1 of 1: ${id:0:12} .*SYS_ADMIN.* in process [0-9]* (sleep)\$"; }
	await entered
	pod rm -f -t 0 mine >/dev/null
}

@test "audit and why find the user's stopped containers where their own storage.conf says, by variables" {
	local conf="$RIG/home/.config/containers/storage.conf" id
	as_user() {
		(cd / && env -i HOME="$RIG/home" USER=rig XDG_RUNTIME_DIR="$RIG/xdg" setpriv --reuid $USER_ID --regid $USER_ID --init-groups --inh-caps=-all "$RIG/bin/capgate" "$@")
	}
	cp "$CAPGATE" "$RIG/bin/capgate"
	mkdir -p "${conf%/*}"
	printf '[storage]\ndriver = "vfs"\ngraphroot = "${HOME}/graph-$UID"\nrunroot = "${XDG_RUNTIME_DIR}/$USER.run"\n' >"$conf"
	chown -R $USER_ID:$USER_ID "$RIG/home/.config"
	RUNTIME=crun
	podman_image
	pod run --name stopped --cap-add NET_RAW localhost/bb true
	id=$(pod inspect -f '{{.Id}}' stopped)
	# Where podman keeps it.
	[ -d "$RIG/home/graph-$USER_ID/vfs-containers/$id" ] && [ -d "$RIG/xdg/rig.run/vfs-containers" ]
	run as_user audit -f lines --control 5.4
	[[ "$output" == *"CIS-Docker-5.4 FAIL 1 of 1: stopped NET_RAW |"* ]] || { echo "$output"; false; }
	policy '{"version":1,"log":{"file":"'"$RIG"'/home/decisions","system":false}}'
	RUNTIME=capgate-crun
	pod run --name judged --cap-add NET_RAW localhost/bb true
	chmod 644 "$RIG/home/decisions"
	run as_user why judged
	[[ "$output" == *"$(pod inspect -f '{{.Id}}' judged | cut -c1-12)"* && "$output" == *NET_RAW* ]] || { echo "$output"; false; }
	pod rm -fa -t 0 >/dev/null
	# podman 4 takes root's rootless_storage_path where the user's own file names no place.
	if [[ "$(podman --version)" == *\ 4.* ]]; then
		mkdir -p /etc/containers "$RIG/home/roots-$USER_ID"
		printf '[storage]\ndriver = "vfs"\nrunroot = "/run/containers/storage"\nrootless_storage_path = "%s/roots-$UID"\n' "$RIG/home" >/etc/containers/storage.conf
		chown $USER_ID:$USER_ID "$RIG/home/roots-$USER_ID"
		printf '[storage]\ndriver = "vfs"\n' >"$conf"
		RUNTIME=crun
		podman_image
		pod run --name roots --cap-add NET_RAW localhost/bb true
		[ -d "$RIG/home/roots-$USER_ID/vfs-containers" ]
		run as_user audit -f lines --control 5.4
		[[ "$output" == *"CIS-Docker-5.4 FAIL 1 of 1: roots NET_RAW |"* ]] || { echo "$output"; false; }
		pod rm -fa -t 0 >/dev/null
		rm /etc/containers/storage.conf
	fi
	rm -r "$RIG/home/.config"
}
