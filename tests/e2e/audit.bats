# SPDX-License-Identifier: Apache-2.0
# audit finds real containers through their state directories and /proc.

load rig
load podman

setup_file() {
	rig_up
	printf '{"version":1}' >"$RIG/policy.json"
	chmod 600 "$RIG/policy.json"
}

# What a test that failed has left running is not the next one's.
teardown() {
	for rt in runc crun; do
		for id in plain kept entered threads sandbox gone; do
			"$rt" --root "$RIG/host/run/$rt" delete -f "$id" >/dev/null 2>&1 || true
		done
	done
}

teardown_file() {
	[ ! -d "$RIG/p" ] || pod rm -fa >/dev/null 2>&1 || true
	rig_down
}

sleeper='.process.args = ["sleep", "100"] | .process.user.uid = 0'

# detach RUNTIME BUNDLE ID: starts it below the root that audit is told.
detach() {
	"$1" --root "$RIG/host/run/$1" run -d --bundle "$2" "$3" </dev/null >/dev/null 2>&1
}

# of ID JQ: audits everything below the root, and picks from one container.
of() {
	"$CAPGATE" audit --policy "$RIG/policy.json" --root "$RIG/host" -f json >"$RIG/audit.json" 2>"$RIG/audit.err" || true
	jq -c ".containers[] | select(.id == \"$1\") | $2" "$RIG/audit.json"
}

# settled ID COMMANDS: a runtime says that it is done before it has executed what it
# was told to; wait for that.
settled() {
	for _ in $(seq 3000); do
		if [ "$(of "$1" '[.processes[].command]')" = "$2" ]; then return; fi
		sleep 0.05
	done
	of "$1" .
	return 1
}

# enter RUNTIME ID: a second process, with NET_RAW.
enter() {
	"$1" --root "$RIG/host/run/$1" exec -d --cap CAP_NET_RAW "$2" sleep 990 </dev/null >/dev/null 2>&1
	settled "$2" '["sleep","sleep"]'
}

@test "an ordinary container is allowed, and shown with what it really holds" {
	for rt in runc crun; do
		detach $rt "$(bundle plain "$(caps CAP_KILL CAP_CHOWN) | $sleeper")" plain
		settled plain '["sleep"]'
		[ "$(of plain '[.engine, .running, .verdict, .asked, .held]')" = \
			"[\"$rt\",true,\"pass\",[\"CAP_CHOWN\",\"CAP_KILL\"],[\"CAP_CHOWN\",\"CAP_KILL\"]]" ]
		"$CAPGATE" audit --policy "$RIG/policy.json" --root "$RIG/host"
		$rt --root "$RIG/host/run/$rt" delete -f plain
	done
}

@test "one that kept NET_RAW is not, and the exit status says so" {
	for rt in runc crun; do
		detach $rt "$(bundle kept "$(caps CAP_NET_RAW) | $sleeper")" kept
		[ "$(of kept '[.verdict, .exceeds, .specification.rule]')" = '["refuse",["CAP_NET_RAW"],"CPG101"]' ]
		run "$CAPGATE" audit --policy "$RIG/policy.json" --root "$RIG/host"
		[ "$status" -eq 1 ]
		[[ "$output" == *"holds too much"* ]]
		$rt --root "$RIG/host/run/$rt" delete -f kept
	done
}

@test "a process that exec gave more is shown, and no other" {
	for rt in runc crun; do
		detach $rt "$(bundle entered "$(caps CAP_KILL) | .process.noNewPrivileges = false | $sleeper")" entered
		enter $rt entered
		[ "$(of entered '[.verdict, .beyond_specification, (.processes | length)]')" = '["refuse",["CAP_NET_RAW"],2]' ]
		[ "$(of entered '[.processes[] | .exceeds]')" = '[[],["CAP_NET_RAW"]]' ]
		[ "$(of entered '.specification.verdict')" = '"pass"' ]
		run "$CAPGATE" audit --policy "$RIG/policy.json" --root "$RIG/host" --cis
		[[ "$output" == *"NONE for: NET_RAW"* ]]
		[[ "$output" == *"SV-235801"* ]]
		$rt --root "$RIG/host/run/$rt" delete -f entered
	done
}

# with_threads PID CODE: python, in the pid namespace of that process; CODE is what its
# first thread does after a second one has begun: it drops everything, or ends.
with_threads() {
	nsenter -t "$1" -p python3 - "$2" <<-'END' >"$RIG/threads" 2>&1 3>&- &
		import ctypes, sys, threading, time
		libc = ctypes.CDLL(None)
		go = threading.Event()
		def second():
		    go.set()
		    time.sleep(3000)
		threading.Thread(target=second).start()
		go.wait()
		exec(sys.argv[1])
	END
	threads=
	until [ -n "$threads" ] && grep -Eq '^(CapEff:.0*|State:.Z.*)$' "/proc/$threads/status"; do
		kill -0 $! || { cat "$RIG/threads"; return 1; }
		sleep 0.05
		threads=$(cat /proc/$!/task/$!/children)
		threads=${threads% }
	done
}

@test "what any thread holds counts, even if the first one dropped its own or ended" {
	command -v python3 >/dev/null || skip "not installed: python3"
	detach runc "$(bundle threads "$(caps CAP_KILL) | $sleeper")" threads
	first=$(runc --root "$RIG/host/run/runc" state threads | jq .pid)
	# prctl(PR_CAPBSET_DROP) and capset(2), then exit(2): of this thread alone
	for code in \
		'libc.prctl(24, 13, 0, 0, 0); libc.capset(ctypes.byref((ctypes.c_uint32 * 2)(0x20080522, 0)), ctypes.byref((ctypes.c_uint32 * 6)())); time.sleep(3000)' \
		'libc.pthread_exit(None)'; do
		with_threads "$first" "$code"
		[ "$(of threads '[.verdict, (.processes | length)]')" = '["refuse",2]' ] || { of threads .; false; }
		[ "$(of threads '.exceeds | index("CAP_NET_RAW") != null')" = true ]
		kill -9 "$threads"
		wait || true
	done
	runc --root "$RIG/host/run/runc" delete -f threads
}

@test "every format tells what a process holds beyond policy and specification, by its schema" {
	schemas=$BATS_TEST_DIRNAME/../schemas
	detach runc "$(bundle entered "$(caps CAP_KILL) | .process.noNewPrivileges = false | $sleeper")" entered
	enter runc entered
	for f in json sarif junit github html; do
		run "$CAPGATE" audit --policy "$RIG/policy.json" --root "$RIG/host" -f $f
		[ "$status" -eq 1 ]
		printf '%s\n' "$output" >"$RIG/audited.$f"
	done
	"$schemas/../validate.py" "$schemas/audit.schema.json" "$RIG/audited.json"
	"$schemas/../validate.py" "$schemas/sarif-2.1.0.json" "$RIG/audited.sarif"
	xmllint --noout --schema "$schemas/junit.xsd" "$RIG/audited.junit"
	[ "$(jq -c '[(.evidence.allowed | length), .containers[0].justification]' "$RIG/audited.json")" = \
		'[13,"profile cis-docker: KILL; NONE for: NET_RAW"]' ]
	[ "$(jq -c '[.runs[0].results[].ruleId | select(. == "CPG409" or . == "CPG415")]' "$RIG/audited.sarif")" = '["CPG409","CPG415"]' ]
	jq -r '.runs[0].results[] | select(.ruleId == "CPG409").message.text' "$RIG/audited.sarif" | \
		grep -q '^runc entered: the running container holds capabilities that the policy does not allow: process [0-9]* (sleep) holds NET_RAW$'
	[ "$(xmllint --xpath 'string(//testsuite/@failures)' "$RIG/audited.junit")" = 1 ]
	grep -q '^::error file=.*title=CPG409 kernel-grant::runc entered: ' "$RIG/audited.github"
	grep -q 'process [0-9]* (sleep) holds NET_RAW' "$RIG/audited.html"
	runc --root "$RIG/host/run/runc" delete -f entered
}

@test "--cis prints a table, and JSON has the same content" {
	run "$CAPGATE" audit --policy "$RIG/policy.json" --root "$RIG/host" --cis -f json
	[ "$status" -eq 64 ]
	run "$CAPGATE" audit --policy "$RIG/policy.json" --root "$RIG/host" --cis
	[[ "$output" == *"as uid 0"* ]]
	[[ "$output" =~ sha256\ [0-9a-f]{64} ]]
}

@test "an exemption justifies what it allows, with owner and expiry date" {
	cat >"$RIG/exempt.json" <<-EOF
		{"version":1,"exemptions":[{"id":"EX-9","match":{"bundle":"$RIG/bundles/exempt"},"allow":["NET_RAW"],
		"reason":"captures packets","owner":"netops","expires":"2099-12-31"}]}
	EOF
	chmod 600 "$RIG/exempt.json"
	detach runc "$(bundle exempt "$(caps CAP_NET_RAW) | $sleeper")" kept
	run "$CAPGATE" audit --policy "$RIG/exempt.json" --root "$RIG/host" --cis
	[ "$status" -eq 0 ]
	[[ "$output" == *"exemption EX-9 (captures packets; netops; until 2099-12-31): NET_RAW"* ]]
	[ "$("$CAPGATE" audit --policy "$RIG/exempt.json" --root "$RIG/host" -f jsonl | jq -c '[.verdict, .exemptions[].id]')" = \
		'["pass","EX-9"]' ]
	runc --root "$RIG/host/run/runc" delete -f kept
}

@test "a container that shares the host's pid namespace is recognised by its cgroup" {
	detach runc "$(bundle entered "$(caps CAP_KILL) | $sleeper | .linux.namespaces |= map(select(.type != \"pid\"))")" entered
	settled entered '["sleep"]'
	[ "$(of entered '[.verdict, (.processes | length), .processes[0].command]')" = '["pass",1,"sleep"]' ]
	runc --root "$RIG/host/run/runc" delete -f entered
}

@test "what a process holds in its own user namespace is not counted" {
	detach runc "$(bundle sandbox "$(caps CAP_KILL) | $sleeper | del(.linux.seccomp)")" sandbox
	pid=$(runc --root "$RIG/host/run/runc" state sandbox | jq .pid)
	nsenter -t "$pid" -p unshare -U sleep 3000 &
	child=$!
	settled sandbox '["sleep","sleep"]'
	[ "$(of sandbox '[.verdict, ([.processes[] | select(.own_user_namespace)] | length)]')" = '["pass",1]' ]
	kill $child 2>/dev/null || true
	runc --root "$RIG/host/run/runc" delete -f sandbox
}

# open_machine: it neither forbids user namespaces nor filters the tests themselves.
open_machine() {
	[ "$(cat /proc/sys/user/max_user_namespaces)" != 0 ] || skip "this machine lets nobody make a user namespace"
	grep -q '^Seccomp:[[:space:]]*0$' /proc/self/status || skip "this machine filters every process"
}

# audited_by POLICY OPTION...: the audit under another policy; output and status.
audited_by() {
	printf '{"version":1,%s}\n' "$1" >"$RIG/userns.json"
	chmod 600 "$RIG/userns.json"
	run "$CAPGATE" audit --policy "$RIG/userns.json" --root "$RIG/host" "${@:2}"
}

CLOSED='.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [
	{names: ["unshare", "clone"], action: "SCMP_ACT_ERRNO", args: [{index: 0, value: 268435456, valueTwo: 268435456, op: "SCMP_CMP_MASKED_EQ"}]},
	{names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: 38}, {names: ["setns"], action: "SCMP_ACT_ERRNO"}]}'

@test "it reports whether a user namespace can be made: by the profile, and by each process's filter" {
	open_machine
	for rt in runc crun; do
		detach $rt "$(bundle open "$(caps CAP_KILL) | $sleeper | del(.linux.seccomp)")" plain
		detach $rt "$(bundle closed "$(caps CAP_KILL) | $sleeper | $CLOSED")" kept
		settled plain '["sleep"]'
		settled kept '["sleep"]'
		[ "$(of plain '[.verdict, .user_namespaces, .processes[].seccomp]')" = \
			'["pass",{"possible":true,"host_forbids":false,"filter":"none","unfiltered":1},"none"]' ]
		[ "$(of kept '[.verdict, .user_namespaces, .processes[].seccomp]')" = \
			'["pass",{"possible":false,"host_forbids":false,"filter":"blocks","unfiltered":0},"filter"]' ]
		audited_by '"user_namespaces":"audit"'
		[ "$status" -eq 0 ]
		[[ "$output" == *"user namespaces  can be made, with every capability inside: the specification has no seccomp"* ]]
		[[ "$output" == *"user namespaces  none can be made: the seccomp filter denies it"* ]]
		audited_by '"user_namespaces":"deny"'
		[ "$status" -eq 1 ]
		[[ "$output" == *"2 containers: 1 allowed, 1 not allowed"* ]]
		audited_by '"user_namespaces":"deny"' --control 5.22
		[ "$status" -eq 1 ]
		[[ "$output" == *"CIS-Docker-5.22 FAIL 1 of 2: plain specification"* ]]
		$rt --root "$RIG/host/run/$rt" delete -f plain
		$rt --root "$RIG/host/run/$rt" delete -f kept
	done
}

@test "a process that entered without the filter can make one, whatever the profile says" {
	open_machine
	detach runc "$(bundle closed "$(caps CAP_KILL) | $sleeper | $CLOSED")" entered
	settled entered '["sleep"]'
	audited_by '"user_namespaces":"deny"'
	[ "$status" -eq 0 ]
	pid=$(runc --root "$RIG/host/run/runc" state entered | jq .pid)
	# what it holds itself must not matter here
	nsenter -t "$pid" -p setpriv --bounding-set=-all --inh-caps=-all sleep 3000 3>&- &
	settled entered '["sleep","sleep"]'
	[ "$(of entered '[.verdict, .user_namespaces, ([.processes[].seccomp] | sort)]')" = \
		'["pass",{"possible":true,"host_forbids":false,"filter":"blocks","unfiltered":1},["filter","none"]]' ] || { of entered .; false; }
	audited_by '"user_namespaces":"deny"'
	[ "$status" -eq 1 ]
	[[ "$output" == *"entered, pid $pid: can make a user namespace"* ]]
	[[ "$output" == *"1 of 2 processes run without a filter (Seccomp: 0)"* ]]
	audited_by '"user_namespaces":"deny"' -f sarif
	[ "$status" -eq 1 ]
	[ "$(jq -r '.runs[0].results[] | select(.ruleId == "CPG111") | .message.text' <<<"$output" | grep -c 'process [0-9]* (sleep) runs without a seccomp filter')" = 1 ]
	audited_by '"user_namespaces":"deny"' -f lines --control CIS-Docker-5.22
	[[ "$output" == "CIS-Docker-5.22 FAIL 1 of 1: entered process "*" (sleep)" ]]
	runc --root "$RIG/host/run/runc" delete -f entered
	wait || true
}

@test "one that has ended is listed as not running; a broken state does not hide the others" {
	mkdir -p "$RIG/host/run/runc/broken"
	echo '{"init_process_pid":' >"$RIG/host/run/runc/broken/state.json"
	detach crun "$(bundle gone "$(caps CAP_KILL) | $sleeper")" gone
	crun --root "$RIG/host/run/crun" kill gone KILL
	settled gone '[]'
	[ "$(of gone '[.running, .pid, .verdict]')" = '[false,null,"pass"]' ]
	grep -q broken "$RIG/audit.err"
	run "$CAPGATE" audit --policy "$RIG/policy.json" --root "$RIG/host"
	[ "$status" -eq 2 ]
	rm -r "$RIG/host/run/runc/broken"
	crun --root "$RIG/host/run/crun" delete -f gone
}

@test "names and images come from the engines' stores" {
	b=$(bundle plain "$(caps CAP_KILL) | $sleeper")
	# As podman lays it out, and as Docker does.
	id=$(printf 'c%063d' 7)
	mkdir -p "$RIG/graph/overlay-containers/$id/userdata"
	cp "$b/config.json" "$RIG/graph/overlay-containers/$id/userdata"
	jq -n --arg id "$id" '[{id: "x"}, {id: $id, names: ["web"], image: "sha", metadata: ({"image-name": "docker.io/library/nginx:1", name: "web"} | tojson)}]' \
		>"$RIG/graph/overlay-containers/containers.json"
	crun --root "$RIG/host/run/crun" run -d --bundle "$RIG/graph/overlay-containers/$id/userdata" "$id" </dev/null >/dev/null 2>&1
	[ "$(of "$id" '[.engine, .name, .image]')" = '["podman","web","docker.io/library/nginx:1"]' ]
	crun --root "$RIG/host/run/crun" delete -f "$id"

	mkdir -p "$RIG/host/run/docker" "$RIG/host/var/lib/docker/containers/d1"
	echo '{"Name":"/db","Config":{"Image":"postgres:16"}}' >"$RIG/host/var/lib/docker/containers/d1/config.v2.json"
	runc --root "$RIG/host/run/docker/runtime-runc/moby" run -d --bundle "$b" d1 </dev/null >/dev/null 2>&1
	[ "$(of d1 '[.engine, .name, .image, .running]')" = '["docker","db","postgres:16",true]' ]
	runc --root "$RIG/host/run/docker/runtime-runc/moby" delete -f d1
}

@test "a container of podman is found by its name, and exec --privileged shows" {
	podman_conf
	podman_image
	pod run -d --name audited --cap-drop=all --cap-add=KILL localhost/bb sleep 1000 >/dev/null
	audited() { "$CAPGATE" audit --policy "$RIG/policy.json" -f json 2>/dev/null | jq -c ".containers[] | select(.name == \"audited\") | $1"; }
	[ "$(audited '[.engine, .image, .verdict, .held]')" = '["podman","localhost/bb:latest","pass",["CAP_KILL"]]' ]
	# What podman prints of it says the same.
	pod inspect audited | "$CAPGATE" check --policy "$RIG/policy.json" -f jsonl - >"$RIG/inspected"
	[ "$(jq -c '[.verdict, .inspected.engine, .inspected.resolved, .sets.asked.bounding]' "$RIG/inspected")" = \
		'["pass","podman",false,["CAP_KILL"]]' ]
	pod exec -d --privileged audited sleep 970 2>/dev/null || skip "no exec --privileged on this machine"
	[ "$(audited '.verdict')" = '"refuse"' ]
	audited '.beyond_specification' | grep -q CAP_SYS_ADMIN
	pod rm -f -t 0 audited >/dev/null
}

@test "the command that the report suggests makes a container that is allowed" {
	[ -f "$RIG/containers.conf" ] || { podman_conf; podman_image; }
	for flags in --cap-add=NET_ADMIN "--cap-add=BPF --cap-add=SYSLOG --cap-add=SYS_TIME --cap-add=SYS_NICE --cap-add=LEASE"; do
		# shellcheck disable=SC2086
		pod run -d --name loud $flags localhost/bb sleep 1000 >/dev/null
		remedy=$(pod inspect loud | "$CAPGATE" check --policy "$RIG/policy.json" -f jsonl - | jq -r '.remedies["podman-run"]')
		# (podman 5 gives no NET_RAW that were to be dropped)
		[[ "$remedy" == "podman run"*" ...  # without "*"--cap-add"* ]]
		remedy=${remedy/podman run/pod run -d --name quiet}
		eval "${remedy/.../localhost/bb sleep 1000}" >/dev/null
		"$CAPGATE" audit --policy "$RIG/policy.json" -f json >"$RIG/audit.json" || true
		[ "$(jq -cS '[.containers[] | select(.name == "loud" or .name == "quiet") | {(.name): .verdict}] | add' "$RIG/audit.json")" = \
			'{"loud":"refuse","quiet":"pass"}' ]
		pod rm -f -t 0 loud quiet >/dev/null
	done
}
