# SPDX-License-Identifier: Apache-2.0
# A program between the engine and runc that edits the specification, as that of NVIDIA
# does: capgate before it, after it, and on both sides.

load rig
load wrapper

setup_file() {
	rig_up
	wrapper_up
	ln -sf "$CAPGATE_HOOK" "$RIG/bin/capgate-between"
	cat >"$RIG/between" <<-EOF
		#!/bin/bash
		bundle=. last=
		for word; do
			case \$last in --bundle) bundle=\$word ;; esac
			last=\$word
		done
		case " \$* " in *" run "*)
			jq -f "$RIG/edit" "\$bundle/config.json" >"\$bundle/edited" && cat "\$bundle/edited" >"\$bundle/config.json" ;;
		esac
		exec "\$(cat "$RIG/next")" "\$@"
	EOF
	chmod 755 "$RIG/between"
}

teardown_file() {
	wrapper_down
	rig_down
}

setup() {
	default_policy
	printf '{"version":1,"runtimes":{"capgate-between":"%s"}}\n' "$RIG/between" >/etc/capgate/runtime.json
}

# chain FIRST NEXT EDIT CAPABILITY...: FIRST is called as an engine would, the program in between runs NEXT.
chain() {
	local first=$1 b
	echo "$2" >"$RIG/next"
	echo "$3" >"$RIG/edit"
	b=$(bundle "chain-$BATS_TEST_NUMBER" "$(caps "${@:4}") | .process.args = [\"grep\", \"-E\", \"^Cap| /extra \", \"/proc/self/status\", \"/proc/self/mounts\"]")
	run "$first" --root "$RIG/state" run --bundle "$b" "chain-$BATS_TEST_NUMBER-$$" <"$RIG/empty"
	output=$(sed 's|^/proc/self/[a-z]*:||' <<<"$output")
}

MOUNT='.mounts += [{"destination":"/extra","type":"tmpfs","source":"tmpfs"}]'
GIVE='.process.capabilities |= map_values(. + ["CAP_NET_RAW"] | unique)'

started() {
	[ "$status" -eq 0 ] || { echo "$output"; return 1; }
	[[ "$output" == *" /extra "* ]]
	holds $KILL Eff
	holds_nowhere $NET_RAW
}

@test "the test can fail: without capgate NET_RAW and what the program adds arrive" {
	chain "$RIG/between" "$(command -v runc)" "$MOUNT | $GIVE" CAP_KILL
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	[[ "$output" == *" /extra "* ]]
	holds $NET_RAW Eff
}

@test "capgate outside: what the program adds arrives, what was requested is judged" {
	chain "$RIG/bin/capgate-between" "$(command -v runc)" "$MOUNT" CAP_KILL CAP_NET_RAW
	started
}

@test "capgate outside: a capability that the program adds is not granted" {
	chain "$RIG/bin/capgate-between" "$(command -v runc)" "$GIVE" CAP_KILL
	holds_nowhere_or_failed
}

@test "capgate inside: what the program adds arrives, except for a capability" {
	chain "$RIG/between" "$RIG/bin/runc" "$MOUNT | $GIVE" CAP_KILL
	started
}

@test "capgate on both sides: the same, and each judges" {
	rm -f "$RIG/decisions"
	chain "$RIG/bin/capgate-between" "$RIG/bin/runc" "$MOUNT | $GIVE" CAP_KILL CAP_NET_RAW
	started
	[ "$(grep -c "chain-$BATS_TEST_NUMBER-$$" "$RIG/decisions")" -eq 2 ]
}

@test "two wrappers with nothing in between: it is judged once, because capgate never executes itself" {
	printf '{"version":1,"runtimes":{"capgate-between":["%s","%s"]}}\n' "$RIG/bin/runc" "$(command -v runc)" >/etc/capgate/runtime.json
	rm -f "$RIG/decisions"
	chain "$RIG/bin/capgate-between" "" . CAP_KILL CAP_NET_RAW
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	holds $KILL Eff
	holds_nowhere $NET_RAW
	[ "$(grep -c "chain-$BATS_TEST_NUMBER-$$" "$RIG/decisions")" -eq 1 ]
}

# The ceiling: the runtime itself has not got it, so that the start fails or goes without.
holds_nowhere_or_failed() {
	[ "$status" -ne 0 ] || holds_nowhere $NET_RAW
}
