# SPDX-License-Identifier: Apache-2.0
# One specification, one verdict: check, precreate, createRuntime and the wrapper judge
# every golden case, under one installed policy.  The wrapper's runtime only stores the
# configuration that it gets.

load rig
load wrapper

cases=$BATS_TEST_DIRNAME/../cases

setup_file() {
	rig_up
	wrapper_up
	# It lies beside the policy, where only root writes.
	cat >/etc/capgate/keep <<-EOF
		#!/bin/sh
		while [ \$# -gt 0 ]; do
			case \$1 in
			--bundle=*) cat "\${1#--bundle=}/config.json" >"$RIG/kept" ;;
			--bundle) cat "\$2/config.json" >"$RIG/kept" ;;
			esac
			shift
		done
	EOF
	chmod 755 /etc/capgate/keep
	ln -sf "$CAPGATE_HOOK" "$RIG/bin/keeper"
	printf '{"version":1,"runtimes":{"keeper":"/etc/capgate/keep"}}' >/etc/capgate/runtime.json
	chmod 644 /etc/capgate/runtime.json
}

teardown_file() {
	wrapper_down
	rig_down
}

# install CASE: its policy, with a log that is the test's own.
install_policy() {
	local text='{"version":1}'
	[ ! -f "$1/policy.json" ] || text=$(cat "$1/policy.json")
	policy "$(jq -c --arg log "$RIG/decisions" '.log = {file: $log, system: false}' <<<"$text" 2>/dev/null || echo "$text")"
}

# expect VERDICT STATUS: of precreate, createRuntime and the wrapper.
expect() {
	case $1 in
	"") echo "20 20 1" ;; # the policy cannot be used
	pass) echo "0 0 0" ;;
	strip) echo "0 $2 0" ;;
	refuse) echo "$2 $2 1" ;;
	esac
}

@test "check, precreate, createRuntime and the wrapper decide alike on every golden case" {
	local dir b verdict status got n=0 failed=0
	for dir in "$cases"/*/; do
		install_policy "$dir"
		grep -q '"audit"' /etc/capgate/policy.json && continue # judged, and let through
		b=$RIG/verdicts/$(basename "$dir")
		mkdir -p "$b"
		cp "$dir/config.json" "$b"
		rm -f "$RIG/kept" "$RIG/precreated"
		read -r verdict status < <("$CAPGATE" check -f jsonl "$b" 2>/dev/null | jq -r '"\(.verdict) \(.status)"') || true
		got=0; "$CAPGATE" precreate <"$b/config.json" >"$RIG/precreated" 2>/dev/null || got=$?
		s=0; jq -n --arg b "$b" '{ociVersion:"1.0.2",id:"v",status:"created",pid:1,bundle:$b}' |
			"$CAPGATE" createRuntime >/dev/null 2>&1 || s=$?
		got="$got $s"
		s=0; "$RIG/bin/keeper" create --bundle "$b" v </dev/null >/dev/null 2>&1 || s=$?
		got="$got $s"
		n=$((n + 1))
		if [ "$got" != "$(expect "$verdict" "$status")" ]; then
			echo "$(basename "$dir"): check says $verdict $status, precreate createRuntime wrapper: $got"
			failed=$((failed + 1))
		elif [ -s "$RIG/precreated" ] && ! cmp -s "$RIG/precreated" "$RIG/kept"; then
			echo "$(basename "$dir"): precreate and the wrapper let different bytes through"
			failed=$((failed + 1))
		elif [ "$s" -ne 0 ] && [ -e "$RIG/kept" ]; then
			echo "$(basename "$dir"): refused, and the runtime was called"
			failed=$((failed + 1))
		fi
	done
	echo "$n cases"
	[ "$failed" -eq 0 ]
	[ "$n" -gt 100 ]
}
