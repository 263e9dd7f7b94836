# SPDX-License-Identifier: Apache-2.0
# The wrapper, for the tests of one file: links to our program below $RIG/bin, and a
# private /etc/capgate (in run.sh's mount namespace).

wrapper_up() {
	mkdir -p "$RIG/bin"
	for name in capgate-runtime capgate-runc capgate-crun runc; do
		ln -sf "$CAPGATE_HOOK" "$RIG/bin/$name"
	done
	if ! [ -d /etc/capgate ]; then
		mkdir /etc/capgate
		touch "$RIG/made-etc"
	fi
	mount -t tmpfs -o mode=755 capgate-e2e /etc/capgate
	policy '{"version":1,"log":{"file":"'"$RIG"'/decisions","system":false}}'
}

wrapper_down() {
	umount /etc/capgate
	[ ! -e "$RIG/made-etc" ] || rmdir /etc/capgate
}

# policy JSON: the policy of this machine from now on.
policy() {
	printf '%s\n' "$1" >/etc/capgate/policy.json
	chmod 644 /etc/capgate/policy.json
}

# The members of a policy that tests add to, with the log where it is read.
policy_with() {
	policy '{"version":1,"log":{"file":"'"$RIG"'/decisions","system":false},'"$1"'}'
}

default_policy() {
	policy_with '"mode":"enforce"'
}

# The last decision logged, by jq.
decision() {
	tail -n 1 "$RIG/decisions" | jq -r "$1"
}

# need PROGRAM...: the engine of a file is installed.  In CI its absence is a
# failure, elsewhere the file is skipped, and says so.
need() {
	local program missing=
	for program; do
		[ -x "$program" ] || command -v "$program" >/dev/null 2>&1 || missing="$missing $program"
	done
	[ -n "$missing" ] || return 0
	[ -z "${CI:-}" ] || { echo "not installed:$missing (contrib/setup check installs them)" >&2; exit 1; }
	return 1
}

# answering CALL ACTION [MEMBER]: $RIG/profile.json, a seccomp profile with that answer to the call, and no
# other rule.
answering() {
	printf '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["%s"],"action":"%s"%s}]}' "$1" "$2" "${3:-}" >"$RIG/profile.json"
}

# refused_by RULE OPTION...: the file's probe is, with these options.
refused_by() {
	local rule=$1
	shift
	probe "$@"
	[ "$status" -ne 0 ] && [ "$(decision '.rules[0]')" = "$rule" ] || { echo "$rule: $output"; false; }
}

# starts_within OPTION...: the probe starts, and holds no NET_RAW.
starts_within() {
	probe "$@"
	[ "$status" -eq 0 ] || { echo "$*: $output"; false; }
	holds_nowhere $NET_RAW
}
