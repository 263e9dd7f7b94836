# SPDX-License-Identifier: Apache-2.0
# A runtime drops capabilities under the container's own seccomp filter.  If the filter
# itself, or another process, answers the calls, the capabilities are not really dropped.

load rig
load wrapper
load attack

setup_file() {
	attack_up
	cc -D_GNU_SOURCE -O2 -static -o "$RIG/listener" "$TOP/tests/e2e/listener.c"
	"$RIG/listener" "$RIG/agent" >"$RIG/lies" 2>&1 3>&- &
	export AGENT_PID=$!
	for _ in $(seq 600); do
		! grep -q listening "$RIG/lies" || break
		sleep 0.1
	done
}

teardown_file() {
	kill "$AGENT_PID"
	attack_down
}

# filter DEFAULT RULE...: a filter that tells the agent.
filter() {
	local IFS=,
	printf '.linux.seccomp = {defaultAction: "SCMP_ACT_%s", listenerPath: "%s/agent", syscalls: [%s]}' "$1" "$RIG" "${*:2}"
}

# rule NAME ACTION [MORE]
rule() { printf '{names: ["%s"], action: "SCMP_ACT_%s"%s}' "$1" "$2" "${3:+, $3}"; }

@test "the test can fail: an agent that answers read gives every capability if the runtime reads the number" {
	for rt in $RUNTIMES; do
		case $rt in runc-1.3.* | runc-1.[4-9].*)
			to_end ungated "$rt" "$(probe_bundle told "$(filter ALLOW "$(rule read NOTIFY)")")"
			harmful "$rt" && grep -q lied "$RIG/lies"
			;;
		esac
	done
}

@test "an agent may answer any call" {
	everywhere notify "$(filter ALLOW "$(rule read NOTIFY)")"
	for call in read pread64 fcntl epoll_ctl fstat newfstatat close futex nanosleep openat2 prctl capset openat capget setresuid mmap; do
		attempt "notify-$call" "$(filter ALLOW "$(rule $call NOTIFY)")"
	done
	attempt notify-args "$(filter ALLOW "$(rule read NOTIFY 'args: [{index: 2, value: 20, op: "SCMP_CMP_GE"}]')")"
	attempt notify-second "$(filter ALLOW "$(rule chown ERRNO)" "$(rule read NOTIFY)")"
	attempt notify-many "$(filter ALLOW '{names: ["nosuchcall", "read"], action: "SCMP_ACT_NOTIFY"}')"
	attempt notify-metadata "$(filter ALLOW "$(rule read NOTIFY)") | .linux.seccomp.listenerMetadata = \"x\""
	none_failed
}

@test "an agent may answer by default" {
	attempt default-notify "$(filter NOTIFY '{names: ["write", "execve", "sendmsg"], action: "SCMP_ACT_ALLOW"}')"
	attempt default-all "$(filter NOTIFY)"
	attempt default-trace "$(filter TRACE '{names: ["execve"], action: "SCMP_ACT_ALLOW"}')"
	none_failed
}

@test "a tracer may answer" {
	for call in read prctl capset setresuid openat; do
		attempt "trace-$call" "$(filter ALLOW "$(rule $call TRACE)") | del(.linux.seccomp.listenerPath)"
	done
	none_failed
}

@test "the agent that an annotation names" {
	attempt receiver "$(filter ALLOW "$(rule read NOTIFY)") | del(.linux.seccomp.listenerPath)
		| .annotations[\"run.oci.seccomp.receiver\"] = \"$RIG/agent\""
	none_failed
}

# The library says by a file that it was loaded, and for that the container's program waits.
@test "a library that an annotation names is not loaded into crun" {
	local rt words
	mkdir -p "$RIG/plugin"
	echo '#include <fcntl.h>
		__attribute__((constructor)) static void loaded(void) { creat("'"$RIG"'/plugin/loaded", 0644); }
		int run_oci_seccomp_notify_handle_request() { return 0; }' |
		cc -w -shared -fPIC -o "$RIG/plugin/plugin.so" -x c -
	words="$(filter ALLOW) | del(.linux.seccomp.listenerPath) | .annotations = {\"run.oci.seccomp.plugins\": \"$RIG/plugin/plugin.so\"}
		| .mounts += [{destination: \"/v\", type: \"bind\", source: \"$RIG/plugin\", options: [\"bind\"]}]
		| .process.args = [\"sh\", \"-c\", \"until [ -e /v/loaded ]; do sleep 0.1; done\"]"
	for rt in $(newest crun); do
		rm -f "$RIG/plugin/loaded"
		to_end ungated "$rt" "$(prepared_bundle plugin "$words" 'mkdir v')"
		[ -e "$RIG/plugin/loaded" ] || attack_failed "$rt: the rig cannot tell: $output"
		rm -f "$RIG/plugin/loaded"
		to_end gated "$rt" "$(prepared_bundle plugin "$words" 'mkdir v')"
		[ -n "${UNJUDGED:-}" ] || [[ ! -e "$RIG/plugin/loaded" && $output == *run.oci.seccomp.plugins* ]] || attack_failed "$rt: $output"
		# It is made without the wrapper; crun would load the library for exec, too.
		ungated "$rt" run -d --bundle "$(prepared_bundle plugin "$words | .process.args = [\"sleep\", \"600\"]" 'mkdir v')" "p-$rt" \
			<"$RIG/empty" >"$RIG/said" 2>&1
		rm -f "$RIG/plugin/loaded"
		run gated "$rt" exec "p-$rt" /probe <"$RIG/empty"
		[ -n "${UNJUDGED:-}" ] || [[ ! -e "$RIG/plugin/loaded" && -z "$(held)" && $output == *run.oci.seccomp.plugins* ]] ||
			attack_failed "exec under $rt: $output"
		forget "$rt" "p-$rt"
	done
	none_failed
}

@test "no_new_privs does not help: the next exec may do without" {
	for rt in $(newest runc crun); do
		b=$(probe_bundle later "$(filter ALLOW "$(rule read NOTIFY)") | .process.noNewPrivileges = true | .process.args = [\"sleep\", \"600\"]")
		for gate in ungated gated; do
			$gate "$rt" run -d --bundle "$b" "l-$rt" <"$RIG/empty" >"$RIG/said" 2>&1 || continue
			jq '.process | .args = ["/probe"] | .noNewPrivileges = false' "$b/config.json" >"$RIG/process.json"
			run gated "$rt" exec --process "$RIG/process.json" "l-$rt" <"$RIG/empty"
			must_be_harmless "exec under $rt, made $gate"
			ungated "$rt" delete -f "l-$rt"
		done
	done
	none_failed
}

# pretends RULE...: a filter that answers itself.
pretends() { printf '%s | del(.linux.seccomp.listenerPath)' "$(filter ALLOW "$@")"; }

@test "a filter answers for the kernel that capabilities were dropped" {
	for call in prctl capset; do
		for errno in 0 22; do
			attempt "$call-$errno" "$(pretends "$(rule $call ERRNO "errnoRet: $errno")")"
		done
	done
	attempt both "$(pretends '{names: ["prctl", "capset"], action: "SCMP_ACT_ERRNO", errnoRet: 0}')"
	attempt default-errno "$(pretends '{names: ["execve", "write"], action: "SCMP_ACT_ALLOW"}') | .linux.seccomp.defaultAction = \"SCMP_ACT_ERRNO\"
		| .linux.seccomp.defaultErrnoRet = 0"
	none_failed
}

@test "exec with a process object remembers the container's filter" {
	pretence="$(pretends '{names: ["prctl", "capset"], action: "SCMP_ACT_ERRNO", errnoRet: 0}')"
	for rt in $RUNTIMES; do
		# Made before the gate was there, and with it but in audit mode.
		for gate in ungated gated; do
			b=$(probe_bundle forgets "$pretence | .process.args = [\"sleep\", \"600\"]")
			attack_policy '"mode":"audit"'
			$gate "$rt" run -d --bundle "$b" "f-$rt" <"$RIG/empty" >"$RIG/said" 2>&1
			attack_policy
			for nnp in '.noNewPrivileges = false' 'del(.noNewPrivileges)' '.noNewPrivileges = true'; do
				jq ".process | .args = [\"/probe\"] | $nnp" "$b/config.json" >"$RIG/process.json"
				run gated "$rt" exec --process "$RIG/process.json" "f-$rt" <"$RIG/empty"
				must_be_harmless "exec --process, $nnp, under $rt, made $gate"
			done
			jq '.process | .args = ["/probe"] | del(.capabilities)' "$b/config.json" >"$RIG/process.json"
			run gated "$rt" exec --process "$RIG/process.json" "f-$rt" <"$RIG/empty"
			must_be_harmless "exec --process without sets under $rt, made $gate"
			run gated "$rt" exec "f-$rt" /probe <"$RIG/empty"
			must_be_harmless "exec under $rt, made $gate"
			run gated "$rt" exec --cap CAP_KILL "f-$rt" /probe <"$RIG/empty"
			must_be_harmless "exec --cap under $rt, made $gate"
			ungated "$rt" delete -f "f-$rt"
		done
	done
	none_failed
}
