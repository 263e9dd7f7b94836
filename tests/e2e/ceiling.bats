# SPDX-License-Identifier: Apache-2.0
# The ceiling: even if the judgement is wrong, the kernel keeps capabilities that the
# policy does not allow away from the runtime, its hooks and its containers.  Under runc
# and crun, and other runtimes that RUNTIMES names by path.

load rig
load wrapper

setup_file() {
	rig_up
	wrapper_up
	ln -sf busybox "$RIG/rootfs/bin/stat"
	RTS=$(for rt in ${RUNTIMES:-runc crun}; do command -v "$rt"; done)
	export RTS
	# One that tells its sets, in either manner of command line.
	for rt in runc crun; do
		printf '#!/bin/sh\ngrep ^Cap /proc/self/status >%s/told\n' "$RIG" >"$RIG/bin/$rt-teller"
		chmod 755 "$RIG/bin/$rt-teller"
		ln -sf "$CAPGATE_HOOK" "$RIG/bin/$rt-told"
	done
	# Each runtime as itself, and behind a program that changes what was judged.
	entries=
	for rt in $RTS; do
		name=$(basename "$rt")
		# (crun is handed what was judged, and must be made to look at the bundle)
		printf '#!/bin/bash\n. %s/past\nargs=() skip=\nfor a; do\n if [ "$skip" ]; then skip=; elif [ "$a" = --config ]; then skip=1; else args+=("$a"); fi\ndone\nexec %s "${args[@]}"\n' \
			"$RIG" "$rt" >"$RIG/bin/${name%%-*}-past-$name"
		chmod 755 "$RIG/bin/${name%%-*}-past-$name"
		ln -sf "$CAPGATE_HOOK" "$RIG/bin/w-$name"
		ln -sf "$CAPGATE_HOOK" "$RIG/bin/past-$name"
		entries="$entries,\"w-$name\":\"$rt\",\"past-$name\":\"$RIG/bin/${name%%-*}-past-$name\""
	done
	printf '{"version":1,"runtimes":{"runc-told":"%s/bin/runc-teller","crun-told":"%s/bin/crun-teller"%s}}' \
		"$RIG" "$RIG" "$entries" >/etc/capgate/runtime.json
}

teardown_file() {
	wrapper_down
	rig_down
}

setup() {
	default_policy
	rm -f "$RIG/told" "$RIG/bound"
}

# w NAME OPTIONS...: run a container to its end through that program.
w() {
	local name=$1
	shift
	run "$RIG/bin/$name" --root "$RIG/state-${name##*past-}" run "$@" "c-$BATS_TEST_NUMBER-$RANDOM" <"$RIG/empty"
}

# The value of a set in a file that the teller or a hook wrote.
mask() {
	sed -n "s/^Cap$2:[[:space:]]*//p" "$RIG/$1"
}

# lacks FILE CAPNUMBER SET...
lacks() {
	local file=$1 bit=$2 set value
	shift 2
	for set; do
		value=$(mask "$file" "$set")
		[ -n "$value" ] || { echo "no Cap$set in $file"; return 1; }
		! (((0x$value >> bit) & 1)) || { echo "Cap$set is $value"; return 1; }
	done
}

HOOK='.hooks.createRuntime = [{path: "/bin/sh", args: ["sh", "-c", "grep ^Cap /proc/self/status >\(env.RIG)/bound"]}]'
MAC_ADMIN=33
SYS_MODULE=16
SYS_ADMIN=21

@test "the runtime, its hooks and its init hold no more than the ceiling, at every door" {
	local rt id b
	for rt in $RTS; do
		b=$(bundle bound "$(caps CAP_KILL) | $HOOK | .process.args = [\"sleep\", \"600\"]")
		id=bound-$(basename "$rt")
		"$RIG/bin/w-$(basename "$rt")" --root "$RIG/bounds" create --bundle "$b" "$id" </dev/null >/dev/null 2>&1
		lacks bound $NET_RAW Inh Prm Eff Bnd Amb
		lacks bound $SYS_MODULE Bnd
		pid=$("$rt" --root "$RIG/bounds" state "$id" | jq .pid)
		[ "$(sed -n 's/^CapBnd:[[:space:]]*//p' "/proc/$pid/status")" = 0000000000000020 ]
		# exec: in runc's manner or crun's, with an object and without
		rm -f "$RIG/told"
		case $(basename "$rt") in crun*) told=crun-told ;; *) told=runc-told ;; esac
		"$RIG/bin/$told" --root "$RIG/bounds" exec "$id" true
		lacks told $NET_RAW Inh Prm Eff Bnd Amb
		rm -f "$RIG/told"
		jq -n '{cwd:"/",args:["true"],user:{uid:0,gid:0},capabilities:{}}' >"$RIG/process.json"
		"$RIG/bin/$told" --root "$RIG/bounds" exec --process "$RIG/process.json" "$id"
		lacks told $NET_RAW Inh Prm Eff Bnd Amb
		rm -rf "$RIG/cp" "$RIG/told" && mkdir "$RIG/cp"
		python3 -I "$TOP/tests/e2e/core_image.py" 0x20 "$RIG/cp/core-1.img"
		"$RIG/bin/$told" --root "$RIG/bounds" restore --image-path "$RIG/cp" --bundle "$b" other
		lacks told $NET_RAW Inh Prm Eff Bnd Amb
		"$rt" --root "$RIG/bounds" delete -f "$id"
	done
}

@test "what gets past the judgement gets no NET_RAW, under any runtime" {
	local rt name b evil n=0
	for rt in $RTS; do
		name=$(basename "$rt")
		while read -r evil; do
			b=$(bundle past "$(caps CAP_KILL)")
			jq "$evil" "$b/config.json" >"$RIG/evil.json"
			echo "cp $RIG/evil.json $b/config.json" >"$RIG/past"
			w "past-$name" --bundle "$b"
			n=$((n + 1))
			[ "$status" -ne 0 ] || holds_nowhere $NET_RAW || { echo "$name: $evil: $output"; false; }
		done <<-'SPECS'
			.process.capabilities |= map_values(["CAP_NET_RAW", "CAP_KILL"])
			.process.capabilities = {bounding: ["CAP_NET_RAW"]}
			.process.capabilities = {bounding: [], effective: ["CAP_NET_RAW"], permitted: ["CAP_NET_RAW"]}
			.process.capabilities = {bounding: [], inheritable: ["CAP_NET_RAW"], permitted: ["CAP_NET_RAW"], ambient: ["CAP_NET_RAW"]}
			.process.capabilities |= map_values(["cap_net_raw", "13"])
			del(.process.capabilities)
			.process.capabilities = null
			.process.capabilities = {} | .linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["prctl", "capset"], action: "SCMP_ACT_ERRNO", errnoRet: 0}]}
			.process.capabilities = {} | .process.noNewPrivileges = false | .linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["prctl"], action: "SCMP_ACT_ERRNO", errnoRet: 0, args: [{index: 0, value: 24, op: "SCMP_CMP_EQ"}]}]}
		SPECS
	done
	echo "$n tried"
	[ "$n" -ge 18 ]
}

# forged RUNTIME: the bounding set of a container whose root file system lies about
# the last capability; empty when it does not start.
forged() {
	local name b pid
	name=$(basename "$1")
	b=$(bundle forged "$(caps CAP_KILL)")
	jq --arg root "$RIG/forged" '.root = {path: $root} | .mounts = [] | .process.args = ["/bin/busybox", "sleep", "600"]
		| .process.capabilities |= map_values([]) | del(.linux.maskedPaths, .linux.readonlyPaths)' \
		"$b/config.json" >"$RIG/evil.json"
	echo "cp $RIG/evil.json $b/config.json" >"$RIG/past"
	"$RIG/bin/past-$name" --root "$RIG/state-$name" run -d --bundle "$b" forged <"$RIG/empty" >/dev/null 2>&1 || true
	pid=$("$1" --root "$RIG/state-$name" state forged 2>/dev/null | jq .pid)
	[ -z "$pid" ] || sed -n 's/^CapBnd:[[:space:]]*//p' "/proc/$pid/status"
	"$1" --root "$RIG/state-$name" delete -f forged >/dev/null 2>&1 || true
}

@test "a forged cap_last_cap gets nothing that is not allowed past the judgement" {
	local rt set started=0
	rig_rootfs "$RIG/forged"
	mkdir -p "$RIG/forged/proc/sys/kernel"
	printf -- '-1\n' >"$RIG/forged/proc/sys/kernel/cap_last_cap"
	policy_with '"profile":"none","allow":["KILL"]'
	for rt in $RTS; do
		set=$(forged "$rt")
		[ -z "$set" ] || started=$((started + 1))
		[ -z "$set" ] || ((0x$set == 0 || 0x$set == 1 << KILL)) || { echo "$rt: $set"; false; }
	done
	[ "$started" -gt 0 ]
}

# What runtimes need themselves they do not have in the bounding set, of which root's
# execve gives.  Engines write no inheritable set.
@test "bounding alone, past the judgement, gives root nothing that runtimes need" {
	local rt b cap n=0
	for rt in $RTS; do
		for cap in CAP_SYS_ADMIN CAP_SYS_PTRACE CAP_NET_ADMIN; do
			b=$(bundle past "$(caps CAP_KILL)")
			jq --arg c "$cap" '.process.capabilities = {bounding: [$c], effective: [$c], permitted: [$c]}' "$b/config.json" >"$RIG/evil.json"
			echo "cp $RIG/evil.json $b/config.json" >"$RIG/past"
			w "past-$(basename "$rt")" --bundle "$b"
			[ "$status" -ne 0 ] || { [ "$(set_of Bnd)" = 0000000000000000 ] && [ "$(set_of Eff)" = 0000000000000000 ]; } ||
				{ echo "$rt: $cap: $output"; false; }
			n=$((n + 1))
		done
	done
	[ "$n" -ge 6 ]
}

@test "sets that a configuration leaves out are empty in the container, though the runtime inherits what it needs" {
	local rt b
	for rt in $RTS; do
		for sets in '{}' '{bounding: ["CAP_KILL"]}' '{bounding: ["CAP_KILL"], effective: ["CAP_KILL"], permitted: ["CAP_KILL"]}'; do
			b=$(bundle left-out ".process.capabilities = $sets")
			w "w-$(basename "$rt")" --bundle "$b"
			[ "$status" -eq 0 ] || { echo "$rt: $output"; false; }
			[ "$(set_of Inh)" = 0000000000000000 ]
			[ "$(set_of Amb)" = 0000000000000000 ]
			! (((0x$(set_of Prm) | 0x$(set_of Bnd)) & ~(1 << KILL)))
			b=$(bundle left-out ".process.capabilities = $sets | .process.user = {uid: 1000, gid: 1000}")
			w "w-$(basename "$rt")" --bundle "$b"
			[ "$(set_of Inh) $(set_of Prm)" = "0000000000000000 0000000000000000" ]
		done
	done
}

@test "a runtime that is neither runc nor crun inherits nothing, and keeps what it needs in the bounding set" {
	printf '#!/bin/sh\ngrep ^Cap /proc/self/status >%s/told\n' "$RIG" >"$RIG/bin/other-teller"
	chmod 755 "$RIG/bin/other-teller"
	ln -sf "$CAPGATE_HOOK" "$RIG/bin/other-told"
	jq --arg path "$RIG/bin/other-teller" '.runtimes["other-told"] = $path' /etc/capgate/runtime.json >"$RIG/runtime.json"
	cp "$RIG/runtime.json" /etc/capgate/runtime.json
	b=$(bundle other "$(caps CAP_KILL)")
	"$RIG/bin/other-told" run --bundle "$b" x
	[ "$(mask told Inh)" = 0000000000000000 ]
	(((0x$(mask told Bnd) >> SYS_ADMIN) & 1))
	lacks told $NET_RAW Inh Prm Eff Bnd Amb
	"$RIG/bin/runc-told" run --bundle "$b" x
	lacks told $SYS_ADMIN Bnd Amb
	(((0x$(mask told Inh) & 0x$(mask told Eff)) >> SYS_ADMIN & 1))
}

@test "the test can fail: with the ceiling off, what gets past the judgement gets NET_RAW" {
	local rt b
	policy_with '"ceiling":"off","ceiling_reason":"a test"'
	for rt in $RTS; do
		b=$(bundle past "$(caps CAP_KILL)")
		jq '.process.capabilities |= map_values(["CAP_NET_RAW"])' "$b/config.json" >"$RIG/evil.json"
		echo "cp $RIG/evil.json $b/config.json" >"$RIG/past"
		w "past-$(basename "$rt")" --bundle "$b"
		holds $NET_RAW Prm Eff Bnd
	done
}

@test "usual options start the same container with and without the ceiling" {
	local rt name options edit with without n=0
	for rt in $RTS; do
		name=$(basename "$rt")
		while IFS='|' read -r options edit; do
			b=$(bundle usual "$(caps CAP_KILL CAP_CHOWN) | $edit")
			w "w-$name" $options --bundle "$b"
			with=$status:${output#time=* }
			run "$rt" --root "$RIG/state-$name" run $options --bundle "$b" "u-$RANDOM" <"$RIG/empty"
			without=$status:${output#time=* }
			[ "$with" = "$without" ] || { printf '%s %s\nwith %s\nwithout %s\n' "$name" "$edit" "$with" "$without"; false; }
			n=$((n + 1))
		done <<-'SPECS'
			|.
			--no-pivot|.
			|.process.user = {uid: 1000, gid: 1000, additionalGids: [5]}
			|.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 100, hard: 200}] | .process.args = ["sh", "-c", "ulimit -n"]
			|.process.oomScoreAdj = 500 | .process.args = ["cat", "/proc/self/oom_score_adj"]
			|.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] | .linux.gidMappings = .linux.uidMappings
			|.linux.devices = [{path: "/dev/fuse", type: "c", major: 10, minor: 229, fileMode: 438, uid: 5, gid: 6}] | .process.args = ["stat", "-c", "%u %g %a %t %T", "/dev/fuse"]
			|.linux.sysctl = {"net.ipv4.ping_group_range": "0 1"} | .process.args = ["cat", "/proc/sys/net/ipv4/ping_group_range"]
			|.mounts += [{destination: "/tmp", type: "tmpfs", source: "tmpfs", options: ["mode=1777", "uid=3"]}] | .process.args = ["stat", "-c", "%u %a", "/tmp"]
			|.process.noNewPrivileges = true
		SPECS
	done
	[ "$n" -ge 20 ]
}

@test "in audit mode the log says what the ceiling would take, and nothing is taken" {
	policy_with '"mode":"audit"'
	b=$(bundle audit "$(caps CAP_KILL)")
	"$RIG/bin/runc-told" run --bundle "$b" x
	[ "$(mask told Bnd)" = "$(sed -n 's/^CapBnd:[[:space:]]*//p' /proc/self/status)" ]
	[ "$(decision .ceiling.mode)" = audit ]
	(((0x$(decision .ceiling.taken) >> NET_RAW) & 1))
}

@test "ceiling_keep gives them to the runtime and its hooks, not to the container" {
	local rt
	policy_with '"ceiling_keep":["MAC_ADMIN"],"ceiling_reason":"hooks load profiles"'
	for rt in $RTS; do
		b=$(bundle keep "$(caps CAP_KILL) | $HOOK")
		w "w-$(basename "$rt")" --bundle "$b"
		[ "$status" -eq 0 ]
		holds_nowhere $MAC_ADMIN
		lacks bound $NET_RAW Inh Prm Eff Bnd
		(((0x$(mask bound Eff) >> MAC_ADMIN) & 1))
	done
}

@test "the ceiling leaves a container what an exemption gives it, but not the next container" {
	local rt
	policy_with '"exemptions":[{"id":"E","match":{"hostname":"raw"},"allow":["NET_RAW"],"reason":"r"}]'
	for rt in $RTS; do
		b=$(bundle exempt "$(caps CAP_NET_RAW) | .hostname = \"raw\"")
		w "w-$(basename "$rt")" --bundle "$b"
		[ "$status" -eq 0 ]
		holds $NET_RAW Prm Eff Bnd
		b=$(bundle exempt "$(caps CAP_KILL) | $HOOK | .hostname = \"other\"")
		w "w-$(basename "$rt")" --bundle "$b"
		lacks bound $NET_RAW Bnd
	done
}

@test "with the ceiling off the runtime keeps all that it had" {
	policy_with '"ceiling":"off","ceiling_reason":"a test"'
	b=$(bundle off "$(caps CAP_KILL)")
	"$RIG/bin/runc-told" run --bundle "$b" x
	[ "$(mask told Bnd)" = "$(sed -n 's/^CapBnd:[[:space:]]*//p' /proc/self/status)" ]
	[ "$(decision .ceiling.mode)" = off ]
}

@test "other commands keep everything that the caller holds" {
	for command in state start delete events; do
		"$RIG/bin/runc-told" $command x
		[ "$(mask told Bnd)" = "$(sed -n 's/^CapBnd:[[:space:]]*//p' /proc/self/status)" ]
	done
}

@test "a wrapper that cannot narrow its sets, because it lacks CAP_SETPCAP, does not start the runtime" {
	b=$(bundle setpcap "$(caps CAP_KILL)")
	run setpriv --bounding-set=-setpcap --inh-caps=-setpcap "$RIG/bin/runc-told" run --bundle "$b" x
	[ "$status" -eq 1 ]
	[[ "$output" == *CAP_SETPCAP* ]]
	[ ! -e "$RIG/told" ]
	[ "$(decision '.verdict + " " + .rules[0]')" = "refuse CPG316" ]
}

@test "a user who holds nothing is not refused because of the ceiling" {
	b=$(bundle nobody "$(caps CAP_KILL)")
	chmod 777 "$RIG"
	run setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all "$RIG/bin/runc-told" run --bundle "$b" x
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	[ "$(mask told Prm)" = 0000000000000000 ]
}

@test "a time namespace with offsets starts under the ceiling, and only then SYS_TIME is left" {
	local rt tried=0
	for rt in $RTS; do
		b=$(bundle times "$(caps CAP_KILL) | .linux.namespaces += [{type: \"time\"}] | .linux.timeOffsets = {monotonic: {secs: 1000}}
			| .process.args = [\"grep\", \"monotonic\", \"/proc/self/timens_offsets\"]")
		# Not every runtime knows them.  crun 1.8.1 then kills process 2 of its own PID
		# namespace, whoever that is: it gets a namespace to itself.
		unshare --mount --pid --fork --kill-child --mount-proc "$rt" --root "$RIG/state-t" run --bundle "$b" "t-$RANDOM" <"$RIG/empty" >/dev/null 2>&1 || continue
		w "w-$(basename "$rt")" --bundle "$b"
		[ "$status" -eq 0 ]
		[[ "$output" == *1000* ]]
		tried=$((tried + 1))
	done
	[ "$tried" -gt 0 ] || skip "no runtime here knows time offsets"
}

@test "crun gets the bytes that were judged, even if somebody changes the bundle meanwhile" {
	local rt name b tried=0
	for rt in $RTS; do
		name=$(basename "$rt")
		[[ $name == crun* ]] || continue
		# as the owner of the bundle would, between the judgement and the runtime
		printf '#!/bin/sh\ncp %s/evil.json "$(cat %s/swapped)/config.json"\nexec %s "$@"\n' "$RIG" "$RIG" "$rt" >"$RIG/bin/crun-swap"
		chmod 755 "$RIG/bin/crun-swap"
		ln -sf "$CAPGATE_HOOK" "$RIG/bin/swapped-$name"
		jq --arg name "swapped-$name" --arg path "$RIG/bin/crun-swap" '.runtimes[$name] = $path' /etc/capgate/runtime.json >"$RIG/runtime.json"
		cp "$RIG/runtime.json" /etc/capgate/runtime.json
		for caps in CAP_KILL "CAP_KILL CAP_NET_RAW"; do
			# shellcheck disable=SC2086
			b=$(bundle swapped "$(caps $caps)")
			echo "$b" >"$RIG/swapped"
			jq '.process.capabilities |= map_values(["CAP_CHOWN"])' "$b/config.json" >"$RIG/evil.json"
			w "swapped-$name" --bundle "$b"
			[ "$status" -eq 0 ] || { echo "$output"; false; }
			holds $KILL Bnd
			holds_nowhere 0
			tried=$((tried + 1))
		done
		"$RIG/bin/w-$name" --root "$RIG/sealed" run -d --bundle "$(bundle sealed "$(caps CAP_KILL) | .process.args = [\"sleep\", \"600\"] | .root.path = \"../../rootfs\"")" sealed <"$RIG/empty" >/dev/null 2>&1
		run "$RIG/bin/w-$name" --root "$RIG/sealed" exec sealed grep ^Cap /proc/self/status
		[ "$status" -eq 0 ] || { echo "$output"; false; }
		holds $KILL Bnd
		run "$RIG/bin/w-$name" --root "$RIG/sealed" exec sealed ls /proc/1/fd
		[[ ! "$output" =~ [0-9][0-9] ]] || { echo "$output"; false; }
		"$rt" --root "$RIG/sealed" delete -f sealed
	done
	[ "$tried" -gt 0 ]
}
