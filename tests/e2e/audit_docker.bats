# SPDX-License-Identifier: Apache-2.0
# A real Docker, in its usual places on a separate /run: what audit finds there, and that
# check resolves docker inspect to the sets that the first process holds.

load rig
load podman
load wrapper

setup_file() {
	need dockerd docker || return 0
	rig_up
	wrapper_up
	HOOKSDIR=$(sed -n 's/.*CAPGATE_HOOKSDIR "\(.*\)"/\1/p' "${CAPGATE%/*}/settings.h")
	export RIG CAPGATE HOOKSDIR
	printf '{"version":1}' >"$RIG/policy.json"
	chmod 600 "$RIG/policy.json"
	mkdir "$RIG/data"
	bundle plain '.process.args = ["sleep", "100"] | .process.capabilities.bounding = ["CAP_KILL"]' >/dev/null
	mv "$RIG/bundles/plain" "$RIG/plain"
	tar -C "$RIG/rootfs" -cf "$RIG/bb.tar" .
	podman_conf
	cat >"$RIG/inside" <<-'EOF'
		mount -t tmpfs tmpfs /run
		mkdir -p /var/lib/docker && mount --bind "$RIG/data" /var/lib/docker
		mkdir -p /etc/docker
		printf '{"runtimes":{"wrapped":{"path":"%s"},"gate":{"path":"%s"}}}' "$RIG/bin/capgate-runtime" "$HOOKSDIR/capgate-runtime" |
			tee /run/daemon.json >/etc/docker/daemon.json
		dockerd --iptables=false --ip6tables=false --bridge=none --storage-driver=vfs \
			--exec-opt native.cgroupdriver=cgroupfs --config-file /run/daemon.json -p /run/d.pid \
			-H unix:///run/d.sock >"$RIG/log" 2>&1 &
		daemon=$!
		d() { docker -H unix:///run/d.sock "$@"; }
		# names SET PID: of that line of its status, as JSON.
		names() {
			capsh --decode="$(awk -v set="$1:" '$1 == set { print $2 }' /proc/$2/status)" | sed 's/^[^=]*=//' |
				tr 'a-z,' 'A-Z\n' | jq -Rn '[inputs | select(. != "")] | sort'
		}
		for i in $(seq 3000); do d info >/dev/null 2>&1 && break; sleep 0.2; done
		tar -C "$RIG/rootfs" -c . | d import - bb >/dev/null
		n=0
		while read -r flags; do
			n=$((n + 1))
			d run -d --network none --name t$n $flags bb sleep 1000 >/dev/null || continue
			# Docker 26 and later write sets that a user who is not root loses at execve:
			# what counts is what the kernel holds then.
			pid=$(d inspect -f '{{.State.Pid}}' t$n)
			until [ "$(cat /proc/$pid/comm)" = sleep ]; do sleep 0.05; done
			held=$(jq -c . <<<"[$(names CapBnd $pid),$(names CapEff $pid)]")
			resolved=$(d inspect t$n | "$CAPGATE" check --policy "$RIG/policy.json" -f jsonl - |
				jq -c 'select(.inspected.resolved) | .sets.asked | [.bounding, .effective | sort]')
			printf '%s\t%s\t%s\n' "$flags" "$held" "$resolved" >>"$RIG/resolved"
		done <<-FLAGS

			--cap-drop=NET_RAW
			--cap-add=SYS_TIME
			--cap-drop=all
			--cap-drop=ALL --cap-add=cap_kill
			--cap-drop=NET_RAW --cap-add=NET_RAW
			--cap-drop=all --cap-add=NET_RAW --cap-add=CHOWN
			--user 7 --cap-add=NET_ADMIN
		FLAGS
		# Beside Docker whatever else is there, in its usual places.
		runc run -d --bundle "$RIG/plain" r1 </dev/null >/dev/null 2>&1
		crun run -d --bundle "$RIG/plain" c1 </dev/null >/dev/null 2>&1
		CONTAINERS_CONF=$RIG/containers.conf podman --root "$RIG/p" --storage-driver vfs --log-level=error import - localhost/bb <"$RIG/bb.tar"
		CONTAINERS_CONF=$RIG/containers.conf podman --root "$RIG/p" --storage-driver vfs run -d --name p1 localhost/bb sleep 1000
		mkdir -p /run/containerd
		containerd --root "$RIG/c" --state /run/containerd -a /run/containerd/own.sock >"$RIG/c.log" 2>&1 3>&- 4>&- &
		containerd=$!
		for i in $(seq 3000); do ctr -a /run/containerd/own.sock version >/dev/null 2>&1 && break; sleep 0.2; done
		ctr -a /run/containerd/own.sock run -d --rootfs --null-io "$RIG/rootfs" k1 /bin/sleep 1000
		"$CAPGATE" audit --policy "$RIG/policy.json" -f jsonl >"$RIG/audit" 2>"$RIG/audit.err"
		"$CAPGATE" audit --policy "$RIG/policy.json" --cis >"$RIG/cis" 2>&1
		# Its shim ends with the task, and nothing else ends it.
		ctr -a /run/containerd/own.sock task kill -s KILL k1
		for i in $(seq 3000); do ctr -a /run/containerd/own.sock task delete -f k1 >/dev/null 2>&1 && break; sleep 0.2; done
		kill $containerd
		runc delete -f r1
		crun delete -f c1
		CONTAINERS_CONF=$RIG/containers.conf podman --root "$RIG/p" --storage-driver vfs rm -fa -t 0
		d inspect t1 bb:latest | "$CAPGATE" check --policy "$RIG/policy.json" -f jsonl - >"$RIG/mixed" 2>&1
		# What the report gives to paste, pasted.
		d swarm init --advertise-addr 127.0.0.1 --listen-addr 127.0.0.1:0 >/dev/null
		paste() { (export DOCKER_HOST=unix:///run/d.sock; eval "$1" >/dev/null); }
		n=0
		while read -r flags; do
			n=$((n + 1))
			d run -d --network none --name loud$n $flags bb sleep 1000 >/dev/null
			remedies=$(d inspect loud$n | "$CAPGATE" check --policy "$RIG/policy.json" -f jsonl - | jq -c .remedies)
			echo "$remedies" >>"$RIG/remedies"
			run=$(jq -r '."docker-run"' <<<"$remedies") service=$(jq -r '."docker-service"' <<<"$remedies")
			run=${run/run/run -d --network none --name quiet$n}
			service=${service/create/create -d -q --network host --restart-condition none --name service$n}
			paste "${run/.../bb sleep 1000}"
			paste "${service/.../bb sleep 1000}"
			for i in $(seq 3000); do [ -n "$(d ps -q -f name=service$n)" ] && break; sleep 0.2; done
		done <<-FLAGS

			--cap-add=NET_ADMIN --cap-drop=KILL
			--cap-add=SYS_PACCT --cap-add=SYSLOG --cap-add=SYS_TIME --cap-add=SYS_NICE --cap-add=LEASE
		FLAGS
		"$CAPGATE" audit --policy "$RIG/policy.json" -f jsonl >"$RIG/pasted" 2>&1
		for s in $(d service ls -q); do d service rm $s >/dev/null; done
		d rm -f $(d ps -qa) >/dev/null
		d swarm leave -f >/dev/null
		# One of each kind, alone on the machine.
		d run -d --network none --name paused --cap-drop NET_RAW bb sleep 3000
		d pause paused
		d run --network none --name exited bb true
		d create --network none --name never --cap-drop ALL --cap-add SYS_TIME --security-opt no-new-privileges bb true
		d create --network none --name gated --runtime gate bb true
		d create --network none --name idle --runtime gate --privileged bb true
		d run -d --network none --name privileged --runtime wrapped --privileged bb sleep 3000
		d run -d --network none --name entered --runtime wrapped --cap-drop ALL --cap-add KILL bb sleep 3000
		d exec -d --privileged entered sleep 2990
		for i in $(seq 3000); do "$CAPGATE" audit --policy "$RIG/policy.json" -f lines | grep -q '(sleep)' && break; sleep 0.1; done
		"$CAPGATE" audit --policy "$RIG/policy.json" -f lines >"$RIG/lines" 2>"$RIG/lines.err"
		"$CAPGATE" audit --policy "$RIG/policy.json" -f json >"$RIG/stored" 2>&1
		d unpause paused
		d rm -f $(d ps -qa) >/dev/null
		"$CAPGATE" audit --policy "$RIG/policy.json" -f lines --control 5.4 >"$RIG/none" 2>&1
		kill $daemon
		wait $daemon
	EOF
	unshare -m --propagation private bash "$RIG/inside" >"$RIG/out" 2>&1 || true
}

teardown_file() {
	[ -n "${RIG:-}" ] || return 0
	wrapper_down
	rig_down
}

setup() {
	need dockerd docker || skip "not installed: dockerd or docker"
}

@test "docker inspect is resolved to the sets that the first process holds" {
	[ "$(wc -l <"$RIG/resolved")" -eq 8 ] || { cat "$RIG/out"; tail -5 "$RIG/log"; return 1; }
	awk -F '\t' '$2 != $3 || $2 == "" { print; bad = 1 } END { exit bad }' "$RIG/resolved"
}

@test "audit finds Docker's containers, with names, images and what they hold" {
	[ "$(jq -c 'select(.name == "t1") | [.engine, .runtime, .image, .running, .verdict, .exceeds]' "$RIG/audit")" = \
		'["docker","runc","bb",true,"refuse",["CAP_NET_RAW"]]' ]
	[ "$(jq -c 'select(.name == "t5") | [.verdict, .held, (.processes | length)]' "$RIG/audit")" = \
		'["pass",["CAP_KILL"],1]' ]
	[ "$(jq -c 'select(.engine == "docker") | .id' "$RIG/audit" | wc -l)" -eq 8 ]
}

@test "audit also finds what runc, crun, podman and containerd run, each once" {
	[ "$(jq -r 'select(.engine != "docker") | [.engine, .runtime, if .engine == "podman" then .name else .id end, .running] | join(" ")' \
		"$RIG/audit" | sort | tr '\n' ',')" = "containerd runc k1 true,crun crun c1 true,podman crun p1 true,runc runc r1 true," ] ||
		{ cat "$RIG/out" "$RIG/audit.err"; jq -c '[.engine, .runtime, .id, .name, .running]' "$RIG/audit"; return 1; }
	[ "$(grep -c '^  result ' "$RIG/cis")" = "$(wc -l <"$RIG/audit")" ]
}

@test "the commands that the report suggests make containers and services that are allowed" {
	verdicts=$(jq -r 'select(.name // "" | test("^(loud|quiet|service)")) | (.name | match("^[a-z]*").string) + " " + .verdict' "$RIG/pasted" |
		sort | uniq -c | tr -s ' \n' ' ')
	[ "$verdicts" = ' 3 loud refuse 3 quiet pass 3 service pass ' ] ||
		{ echo "$verdicts"; cat "$RIG/remedies" "$RIG/out"; jq -c '[.name, .verdict, .exceeds]' "$RIG/pasted"; return 1; }
}

@test "an image that was inspected together with a container is named, and does not hide it" {
	[ "$(jq -c '[.verdict, .inspected.engine]' "$RIG/mixed" | tr '\n' ' ')" = '["strip","docker"] ["refuse",""] ' ] ||
		{ cat "$RIG/mixed"; return 1; }
}

# line ID WANTED: the control's line; containers in any order, process ids left out.
line() {
	local got
	got=$(sed -n "s/ process [0-9]*/ process N/; s/^$1 //p" "$RIG/lines" | sed 's/: /\n/; s/; /\n/g' | sort | paste -sd'|')
	[ "$got" = "$2" ] || { printf '%s\n' "$got"; cat "$RIG/lines" "$RIG/lines.err" "$RIG/out"; return 1; }
}

@test "a paused, an exited, a never started, a privileged and an entered container: the right line" {
	line CIS-Docker-5.4 'FAIL 2 of 7|exited NET_RAW|never SYS_TIME'
	line CIS-Docker-5.5 'FAIL 2 of 7|idle every device, nothing masked|privileged every device, nothing masked'
	line CIS-Docker-5.23 'FAIL 1 of 7|entered CHOWN DAC_OVERRIDE FOWNER FSETID SETGID SETUID SETPCAP NET_BIND_SERVICE SYS_CHROOT MKNOD AUDIT_WRITE SETFCAP in process N (sleep)'
	line CIS-Docker-5.26 'FAIL 6 of 7|entered specification|exited specification|gated specification|idle specification|paused specification|privileged specification'
	[ "$(cat "$RIG/none")" = 'CIS-Docker-5.4 PASS 0 containers' ]
}

@test "for a stopped container the source is shown, and whether the wrapper will start it" {
	"$BATS_TEST_DIRNAME/../validate.py" "$BATS_TEST_DIRNAME/../schemas/audit.schema.json" "$RIG/stored"
	[ "$(jq -c '.containers | sort_by(.name)[] | [.name, .image, .running, .stored, .gated, .verdict]' "$RIG/stored" | tr '\n' ' ')" = \
		'["entered","bb",true,false,null,"pass"] ["exited","bb",false,true,false,"refuse"] ["gated","bb",false,true,true,"pass"] ["idle","bb",false,true,true,"pass"] ["never","bb",false,true,false,"refuse"] ["paused","bb",true,false,null,"pass"] ["privileged","bb",true,false,null,"pass"] ' ]
	# Docker adds its profile at the start: that is no verdict about user namespaces.
	[ "$(jq -c '.containers[] | select(.name == "exited") | .user_namespaces | [.possible, .filter]' "$RIG/stored")" = '[null,"unknown"]' ]
}
