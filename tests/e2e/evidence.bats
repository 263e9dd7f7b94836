# SPDX-License-Identifier: Apache-2.0
# The lines that auditors' programs read, for real containers of every kind.

load rig
load podman

setup_file() {
	rig_up
	printf '{"version":1}' >"$RIG/policy.json"
	chmod 600 "$RIG/policy.json"
}

teardown() {
	for rt in runc crun; do
		for id in a b c; do "$rt" --root "$RIG/host/run/$rt" delete -f "$id" >/dev/null 2>&1 || true; done
		rm -rf "$RIG/host/run/$rt"
	done
	[ ! -f "$RIG/containers.conf" ] || pod rm -fa -t 0 >/dev/null 2>&1 || true
	[ -z "${keeper:-}" ] || kill "$keeper" || true
}

teardown_file() {
	rig_down
}

sleeper='.process.args = ["sleep", "100"] | .process.user.uid = 0'

# detach RUNTIME ID JQ: a container below the root that audit is told.
detach() {
	"$1" --root "$RIG/host/run/$1" run -d --bundle "$(bundle "$2" "$3 | $sleeper")" "$2" </dev/null >/dev/null 2>&1
}

audit() {
	"$CAPGATE" audit --policy "${POLICY:-$RIG/policy.json}" --root "$RIG/host" "$@"
}

# line ID WANTED STATUS: the control's line and the exit status of it alone.
line() {
	local got status=0
	got=$(audit --format lines --control "$1" 2>"$RIG/err") || status=$?
	# Pids are whatever they are.
	got=$(sed 's/process [0-9]* /process N /g' <<<"$got")
	[ "$got" = "$2" ] && [ "$status" -eq "$3" ] || { printf '%s\nstatus %s\n' "$got" "$status"; cat "$RIG/err"; return 1; }
}

@test "without containers every control passes, and so do good ones" {
	line CIS-Docker-5.4 'CIS-Docker-5.4 PASS 0 containers' 0
	detach runc a "$(caps CAP_KILL)"
	detach crun b "$(caps CAP_KILL CAP_CHOWN)"
	for id in 5.4 5.5 5.23 5.26; do line $id "CIS-Docker-$id PASS 2 containers" 0; done
	[ "$(audit --format lines | cut -d' ' -f1 | tr '\n' ' ')" = 'CIS-Docker-5.4 CIS-Docker-5.5 CIS-Docker-5.23 CIS-Docker-5.26 ' ]
}

@test "each control has its own line and its own exit status" {
	detach runc a "$(caps CAP_NET_RAW CAP_KILL)"
	detach crun b "$(caps CAP_KILL) | .process.noNewPrivileges = false"
	line CIS-Docker-5.4 'CIS-Docker-5.4 FAIL 1 of 2: a NET_RAW' 1
	line CIS-Docker-5.5 'CIS-Docker-5.5 PASS 2 containers' 0
	line CIS-Docker-5.26 'CIS-Docker-5.26 FAIL 1 of 2: b specification' 1
	line CIS-Kubernetes-5.2.8 'CIS-Kubernetes-5.2.8 FAIL 1 of 2: a NET_RAW' 1
	line sv-235801 'SV-235801 FAIL 1 of 2: a NET_RAW' 1
	run audit --format lines
	[ "$status" -eq 1 ]
	[ "${#lines[@]}" -eq 4 ]
	run audit --format lines --control 5.5,CIS-Docker-5.23
	[ "$status" -eq 0 ]
	run audit --control CIS-Docker-5.44
	[ "$status" -eq 64 ]
	[[ "$output" == *"did you mean CIS-Docker-5.4"* ]]
}

@test "paused and stopped containers are judged by what they will hold when they continue" {
	detach crun a "$(caps CAP_NET_RAW)"
	if crun --root "$RIG/host/run/crun" pause a 2>"$RIG/err"; then
		line 5.4 'CIS-Docker-5.4 FAIL 1 of 1: a NET_RAW' 1
		audit --cis | grep -q '^  held now  *NET_RAW (1 process)'
		crun --root "$RIG/host/run/crun" resume a
	else
		echo "no freezer: $(cat "$RIG/err")" >&3
	fi
	detach runc b "$(caps CAP_KILL)"
	runc --root "$RIG/host/run/runc" kill b KILL
	crun --root "$RIG/host/run/crun" kill a KILL
	for _ in $(seq 3000); do
		[ "$(crun --root "$RIG/host/run/crun" state a | jq -r .status) $(runc --root "$RIG/host/run/runc" state b | jq -r .status)" != "stopped stopped" ] || break
		sleep 0.05
	done
	line 5.4 'CIS-Docker-5.4 FAIL 1 of 2: a NET_RAW' 1
	line 5.23 'CIS-Docker-5.23 PASS 2 containers' 0
	line 5.26 'CIS-Docker-5.26 PASS 2 containers' 0
}

@test "a zombie holds nothing: neither the first process nor another" {
	# A parent that waits for nobody.
	cat >"$RIG/keeper.py" <<-'END'
		import ctypes, subprocess, sys, time
		ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
		subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, check=True)
		time.sleep(90)
	END
	b=$(bundle a "$(caps CAP_KILL) | $sleeper")
	python3 "$RIG/keeper.py" crun --root "$RIG/host/run/crun" run -d --bundle "$b" a >/dev/null 2>&1 3>&- &
	keeper=$!
	for _ in $(seq 3000); do [ ! -s "$RIG/host/run/crun/a/status" ] || break; sleep 0.05; done
	for _ in $(seq 3000); do [ "$(audit --cis | grep -c ', pid ')" -lt 2 ] || break; sleep 0.05; done
	pid=$(jq .pid "$RIG/host/run/crun/a/status")
	crun --root "$RIG/host/run/crun" exec -d --cap CAP_SYS_ADMIN a sleep 990
	for _ in $(seq 3000); do audit -f lines --control 5.23 | grep -q FAIL && break; sleep 0.05; done
	line 5.23 'CIS-Docker-5.23 FAIL 1 of 1: a SYS_ADMIN in process N (sleep)' 1
	kill -9 "$pid"
	for _ in $(seq 3000); do grep -q '^State:.Z' "/proc/$pid/status" && break; sleep 0.05; done
	grep -q '^State:.Z' "/proc/$pid/status"
	line 5.23 'CIS-Docker-5.23 PASS 1 container' 0
	line 5.4 'CIS-Docker-5.4 PASS 1 container' 0
	kill $keeper
	wait $keeper || true
	keeper=
}

@test "a process that exec gave more is named, whatever the policy allows" {
	for rt in runc crun; do
		detach $rt a "$(caps CAP_KILL) | .process.noNewPrivileges = false"
		$rt --root "$RIG/host/run/$rt" exec -d --cap CAP_CHOWN a sleep 990 </dev/null >/dev/null 2>&1
		for _ in $(seq 3000); do audit -f lines --control 5.23 | grep -q sleep && break; sleep 0.05; done
		line 5.23 'CIS-Docker-5.23 FAIL 1 of 1: a CHOWN in process N (sleep)' 1
		line 5.4 'CIS-Docker-5.4 PASS 1 container' 0
		line SV-235813 'SV-235813 FAIL 1 of 1: a CHOWN in process N (sleep)' 1
		$rt --root "$RIG/host/run/$rt" delete -f a
	done
}

@test "no_new_privs is checked for each process, not only in the specification" {
	detach crun a "$(caps CAP_KILL)"
	crun --root "$RIG/host/run/crun" exec -d a sleep 990
	# crun gives to what it enters by options no_new_privs only by an option.
	for _ in $(seq 3000); do audit -f lines --control 5.26 | grep -q FAIL && break; sleep 0.05; done
	line 5.26 'CIS-Docker-5.26 FAIL 1 of 1: a process N (sleep)' 1
}

@test "a container in a user namespace of its own is judged like any other" {
	for rt in runc crun; do
		chmod 755 "$RIG" "$RIG/rootfs"
		detach $rt a "$(caps CAP_NET_RAW) | .linux.namespaces += [{type:\"user\"}]
			| .linux.uidMappings = [{containerID:0,hostID:100000,size:65536}] | .linux.gidMappings = .linux.uidMappings"
		line 5.4 'CIS-Docker-5.4 FAIL 1 of 1: a NET_RAW' 1
		line 5.5 'CIS-Docker-5.5 PASS 1 container' 0
		line 5.23 'CIS-Docker-5.23 PASS 1 container' 0
		line 5.26 'CIS-Docker-5.26 PASS 1 container' 0
		$rt --root "$RIG/host/run/$rt" delete -f a
	done
}

@test "an exemption is shown with owner, reason and expiry date; an expired one does not count" {
	detach runc a "$(caps CAP_NET_RAW)"
	POLICY=$RIG/exempt.json
	exempt() {
		cat >"$POLICY" <<-END
			{"version":1,"exemptions":[{"id":"EX-9","match":{"bundle":"$RIG/bundles/a"},"allow":["NET_RAW"],
			"reason":"captures packets","owner":"netops","expires":"$1"}]}
		END
		chmod 600 "$POLICY"
	}
	exempt 2099-12-31
	line 5.4 'CIS-Docker-5.4 PASS 1 container | 1 by exemption: a NET_RAW (EX-9, owner netops, until 2099-12-31: captures packets)' 0
	line CIS-Kubernetes-5.2.8 'CIS-Kubernetes-5.2.8 PASS 1 container | 1 by exemption: a NET_RAW (EX-9, owner netops, until 2099-12-31: captures packets)' 0
	audit -f csv | python3 -c '
import csv, sys
row, = csv.DictReader(sys.stdin)
assert (row["exemptions"], row["owners"], row["reasons"], row["expires"], row["bounding"], row["verdict"]) == \
    ("EX-9", "netops", "captures packets", "2099-12-31", "NET_RAW", "pass"), row'
	exempt 2020-12-31
	line 5.4 'CIS-Docker-5.4 FAIL 1 of 1: a NET_RAW' 1
	# NET_RAW for everybody needs no reason in a policy, but in that control.
	printf '{"version":1,"allow":["NET_RAW"]}' >"$POLICY"
	line 5.4 'CIS-Docker-5.4 PASS 1 container' 0
	line CIS-Kubernetes-5.2.8 'CIS-Kubernetes-5.2.8 FAIL 1 of 1: a NET_RAW' 1
}

@test "what cannot be read is UNKNOWN with status 2, never PASS; a failure is still FAIL" {
	detach runc a "$(caps CAP_KILL)"
	mkdir -p "$RIG/host/run/runc/c"
	echo '{"init_process_pid":' >"$RIG/host/run/runc/c/state.json"
	line 5.4 'CIS-Docker-5.4 UNKNOWN 1 container | incomplete: a state or a process could not be read' 2
	rm -r "$RIG/host/run/runc/c"
	detach crun b "$(caps CAP_NET_RAW)"
	mv "$RIG/host/run/crun/b/config.json" "$RIG/kept.json"
	rm "$RIG/bundles/a/config.json" "$RIG/bundles/b/config.json"
	line 5.26 'CIS-Docker-5.26 UNKNOWN 2 containers | 2 could not be judged: a; b' 2
	mv "$RIG/kept.json" "$RIG/host/run/crun/b/config.json" # without it crun deletes nothing
}

@test "a name cannot write lines of its own" {
	id=$(printf 'c%063d' 7)
	mkdir -p "$RIG/graph/overlay-containers/$id/userdata"
	cp "$(bundle a "$(caps CAP_NET_RAW) | $sleeper")/config.json" "$RIG/graph/overlay-containers/$id/userdata"
	jq -n --arg id "$id" '[{id: $id, names: ["x\nCIS-Docker-5.4 PASS 9 containers; y | z"]}]' >"$RIG/graph/overlay-containers/containers.json"
	crun --root "$RIG/host/run/crun" run -d --bundle "$RIG/graph/overlay-containers/$id/userdata" "$id" </dev/null >/dev/null 2>&1
	line 5.4 'CIS-Docker-5.4 FAIL 1 of 1: x\x0aCIS-Docker-5.4\x20PASS\x209\x20containers\x3b\x20y\x20\x7c\x20z NET_RAW' 1
	[ "$(audit -f csv | wc -l)" -eq 2 ]
	crun --root "$RIG/host/run/crun" delete -f "$id"
}

@test "podman's privileged container is recognised, also if capabilities were dropped from it" {
	podman_conf
	podman_image
	pod run -d --name plain localhost/bb sleep 1000 >/dev/null
	pod run -d --name priv --privileged localhost/bb sleep 1000 >/dev/null
	pod run -d --name less --privileged --cap-drop=NET_RAW,SYS_ADMIN localhost/bb sleep 1000 >/dev/null
	"$CAPGATE" audit --policy "$RIG/policy.json" --cis --control 5.5 | sed -n '/^CIS-Docker-5.5/,$p' >"$RIG/privileged"
	grep -Eq '^  PASS .* plain ' "$RIG/privileged"
	grep -Eq '^  FAIL .* priv .*: every (capability|device, nothing masked)$' "$RIG/privileged"
	# podman 4 leaves --cap-drop out where --privileged stands.
	grep -Eq '^  FAIL .* less .*: every (capability|device, nothing masked)$' "$RIG/privileged"
}

@test "podman's stopped containers are judged by their last start; one that was never started is UNKNOWN" {
	podman_conf
	podman_image
	# Where storage.conf says that they are.
	mkdir -p "$RIG/host/etc/containers"
	echo '[storage]
graphroot = "/graph"' >"$RIG/host/etc/containers/storage.conf"
	ln -sfn "$RIG/p/root" "$RIG/host/graph"
	pod rm -fa -t 0 >/dev/null
	pod run --name good --cap-drop=NET_RAW --security-opt no-new-privileges localhost/bb true
	pod run --name bad --cap-add=NET_RAW --cap-add=SYS_TIME localhost/bb true
	sorted() { audit -f lines --control "$1" 2>"$RIG/err" | sed 's/: /\n/; s/; /\n/g' | sort | paste -sd'|'; }
	[ "$(sorted 5.4)" = 'CIS-Docker-5.4 FAIL 1 of 2|bad NET_RAW SYS_TIME' ] || { sorted 5.4; cat "$RIG/err"; false; }
	line 5.5 'CIS-Docker-5.5 PASS 2 containers' 0
	line 5.23 'CIS-Docker-5.23 PASS 2 containers' 0
	line 5.26 'CIS-Docker-5.26 FAIL 1 of 2: bad specification' 1
	pod rm bad >/dev/null
	pod create --name never --cap-add=NET_RAW localhost/bb true >/dev/null
	line 5.4 'CIS-Docker-5.4 UNKNOWN 2 containers | 1 could not be judged: never' 2
	grep -q 'podman .* never .*never started.*podman inspect' "$RIG/err"
	line 5.23 'CIS-Docker-5.23 PASS 2 containers' 0
	pod inspect never | "$CAPGATE" check --policy "$RIG/policy.json" -f jsonl - | jq -r .verdict | grep -q '^strip$'
	# What buildah works on is no container.
	pod rm never >/dev/null
	if command -v buildah >/dev/null; then
		CONTAINERS_CONF=$RIG/containers.conf buildah --root "$RIG/p/root" --runroot "$RIG/p/runroot" --storage-driver vfs from localhost/bb
	fi
	line 5.4 'CIS-Docker-5.4 PASS 1 container' 0
	rm -r "$RIG/host/etc" "$RIG/host/graph"
}

@test "Docker's store is found through another daemon.json; what it wrongly lists as running makes the report incomplete" {
	id=$(printf 'd%063d' 7)
	store=$RIG/host/srv/docker/containers/$id
	mkdir -p "$store" "$RIG/host/etc/docker"
	echo '{"data-root":"/srv/docker"}' >"$RIG/host/etc/docker/daemon.json"
	stored() { jq -n --arg id "$id" "{ID: \$id, Name: \"/db\", Config: {Image: \"pg\", User: \"\"}, NoNewPrivileges: true, State: {Running: false}} | $1" >"$store/config.v2.json"; }
	stored .
	echo '{"CapAdd":["CAP_SYS_TIME"],"CapDrop":["ALL"],"Privileged":false,"SecurityOpt":null,"Runtime":"runc","NetworkMode":"none","Binds":null}' >"$store/hostconfig.json"
	line 5.4 'CIS-Docker-5.4 FAIL 1 of 1: db SYS_TIME' 1
	# The daemon's own no-new-privileges, which docker inspect does not print.
	line 5.26 'CIS-Docker-5.26 PASS 1 container' 0
	stored '.State.Running = true'
	line 5.5 'CIS-Docker-5.5 UNKNOWN 0 containers | incomplete: a state or a process could not be read' 2
	grep -q "Docker reports 1 more running container" "$RIG/err"
	# What is broken, ambiguous or no file hides nothing else, and is no PASS.
	echo '{"ID":' >"$store/config.v2.json"
	line 5.5 'CIS-Docker-5.5 UNKNOWN 0 containers | incomplete: a state or a process could not be read' 2
	stored .
	for host in '{"CapAdd":[],"capadd":["CAP_SYS_ADMIN"]}' '[]' '{"CapAdd":7}'; do
		echo "$host" >"$store/hostconfig.json"
		run audit -f lines --control 5.4
		[ "$status" -eq 2 ] || { echo "$host: $output"; false; }
	done
	rm "$store/hostconfig.json"
	line 5.4 'CIS-Docker-5.4 UNKNOWN 0 containers | incomplete: a state or a process could not be read' 2
	ln -s /dev/zero "$store/hostconfig.json"
	line 5.4 'CIS-Docker-5.4 UNKNOWN 0 containers | incomplete: a state or a process could not be read' 2
	# With userns-remap all is in a directory UID.GID.
	rm "$store/hostconfig.json"
	echo '{"Privileged":true}' >"$store/hostconfig.json"
	mkdir -p "$RIG/host/var/lib/docker/3000000.3000000"
	mv "$RIG/host/srv/docker/containers" "$RIG/host/var/lib/docker/3000000.3000000/containers"
	line 5.5 'CIS-Docker-5.5 FAIL 1 of 1: db every capability' 1
	mv "$RIG/host/var/lib/docker/3000000.3000000/containers" "$RIG/host/srv/docker/containers"
	# A directory that is no container's.
	rm -r "$store"
	mkdir "$store"
	line 5.4 'CIS-Docker-5.4 PASS 0 containers' 0
	echo '{"data-root":' >"$RIG/host/etc/docker/daemon.json"
	line 5.4 'CIS-Docker-5.4 UNKNOWN 0 containers | incomplete: a state or a process could not be read' 2
	rm -r "$RIG/host/etc" "$RIG/host/srv" "$RIG/host/var"
}

@test "the inventory has what was learned about a container's bundle and image" {
	detach runc a "$(caps CAP_KILL CAP_CHOWN)"
	detach crun b "$(caps CAP_KILL)"
	learned=$RIG/host/var/lib/capgate/learn
	mkdir -p "$learned"
	has() { # ID JSON CSV: in both inventories
		audit -f jsonl 2>"$RIG/err" >"$RIG/inventory" || true
		[ "$(jq -c --arg id "$1" 'select(.id == $id) | .learned' "$RIG/inventory")" = "$2" ] || { cat "$RIG/inventory" "$RIG/err"; return 1; }
		audit -f csv 2>"$RIG/err" | python3 -c '
import csv, sys
found, = (r["learned"] for r in csv.DictReader(sys.stdin) if r["id"] == sys.argv[1])
assert found == sys.argv[2], found' "$1" "$3"
	}
	has a null ''
	jq -n --arg b "$RIG/bundles/a" '{version: 1, bundle: $b, needed: ["CAP_KILL"], finished: true, asked: ["CAP_KILL"]}' >"$learned/a.json"
	has a '["CAP_KILL"]' KILL
	has b null ''
	jq -n --arg b "$RIG/bundles/b" '{version: 1, bundle: $b, needed: [], finished: true}' >"$learned/b.json"
	has b '[]' none
	# What was broken off proves nothing.
	jq '.finished = false' "$learned/b.json" >"$learned/c" && mv "$learned/c" "$learned/b.json"
	has b null ''
	# What was only recorded has a column of its own, and proves nothing.
	jq -cn --arg b "$RIG/bundles/b" '{recorded: 1, name: $b, runs: 1, seconds: 5, first: 1, last: 6, lost: 0, running: [],
		used: [{capability: "CAP_KILL", program: "sh", count: 2, granted: 1, first: 1, last: 2},
			{capability: "CAP_CHOWN", program: "sh", count: 2, granted: 0, first: 1, last: 2}]}' >"$learned/b-used.json"
	has b null ''
	[ "$(jq -c 'select(.id == "b") | .used' "$RIG/inventory")" = '["CAP_KILL"]' ]
	[ "$(jq -c 'select(.id == "a") | .used' "$RIG/inventory")" = null ]
	rm "$learned/b-used.json"
	# What others may have written does not count, nor does what is none.
	chmod 666 "$learned/a.json"
	has a null ''
	grep -q a.json "$RIG/err"
	chmod 644 "$learned/a.json"
	echo '{"needed":["CAP_NONSENSE"]' >"$learned/d.json"
	has a '["CAP_KILL"]' KILL
	grep -q d.json "$RIG/err"
	rm "$learned/d.json"
	line 5.4 'CIS-Docker-5.4 PASS 2 containers' 0
	# An image by any of its names.
	id=$(printf 'e%063d' 7)
	store=$RIG/host/var/lib/docker/containers/$id
	mkdir -p "$store"
	jq -n '{Name: "/db", Config: {Image: "docker.io/library/pg:latest"}, State: {Running: false}}' >"$store/config.v2.json"
	echo '{"CapDrop":["ALL"]}' >"$store/hostconfig.json"
	jq -n '{version: 1, image: "pg", needed: ["CAP_SETUID", "CAP_SETGID"], finished: true}' >"$learned/pg.json"
	has "$id" '["CAP_SETGID","CAP_SETUID"]' 'SETGID SETUID'
	rm -r "$RIG/host/var"
}
