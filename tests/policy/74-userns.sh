# SPDX-License-Identifier: Apache-2.0
# User namespaces of a container's own making.
clean
open='"linux":{"namespaces":[]}'
closed='"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ERRNO","syscalls":[{"names":["read"],"action":"SCMP_ACT_ALLOW"}]}}'
odd='"linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["unshare"],"action":"SCMP_ACT_LOG"}]}}'
userns() { # FIELDS: a policy of these
	echo '{"version":1'"${1:+,$1}"'}' | put "$policydir/policy.json"
}
noted() { "$capgate" check -f json "$1" | jq -e '[.. | .rule? // empty] | index("'"$2"'")' >/dev/null; }
spec '' "$open" >"$work/open.json"
spec '' "$closed" >"$work/closed.json"
userns ''
prove "user namespaces: audit notes it and changes nothing" eval 'judge 0 <"$work/open.json" && cmp -s "$work/out" "$work/open.json" && noted "$work/open.json" CPG404'
prove "user namespaces: a profile that forbids them is not noted" eval '! noted "$work/closed.json" CPG404'
userns '"user_namespaces":"allow"'
prove "user namespaces: allow says nothing" eval 'judge 0 <"$work/open.json" && ! noted "$work/open.json" CPG404 && ! noted "$work/open.json" CPG111'
userns '"user_namespaces":"deny"'
judge 0 <"$work/open.json"
prove "user namespaces: deny narrows the profile" eval 'jq -e ".linux.seccomp.syscalls | map(.names[]) | sort == [\"clone\",\"clone3\",\"setns\",\"unshare\"]" "$work/out" >/dev/null'
userns '"profile":"cis-docker","user_namespaces":"deny"'
prove "user namespaces: deny stands beside a profile" eval 'judge 0 < <(spec "\"CAP_NET_RAW\",\"CAP_KILL\"" "$open") && grep -q clone3 "$work/out" && ! grep -q NET_RAW "$work/out" && grep -q CAP_KILL "$work/out"'
judge 0 <"$work/open.json"
prove "user namespaces: which the log says" last '.verdict == "strip" and (.rules | index("CPG111"))'
prove "user namespaces: a profile that forbids them passes as it is" eval 'judge 0 <"$work/closed.json" && cmp -s "$work/out" "$work/closed.json"'
prove "user namespaces: a profile with rules of its own is refused, and the reason says why" eval 'judge 11 < <(spec "" "$odd") && says "filter already has a rule for a call"'
userns '"user_namespaces":"deny","exemptions":[{"id":"EX-9","match":{"hostname":"nested-*"},"user_namespaces":"allow","reason":"nested podman"}]'
prove "user namespaces: an exemption lifts deny" eval 'judge 0 < <(spec "" "$open,\"hostname\":\"nested-1\"") && ! grep -q seccomp "$work/out"'
prove "user namespaces: and is named in the log" last '.verdict == "pass" and .exemptions == ["EX-9"]'
prove "user namespaces: another container is held" eval 'judge 0 < <(spec "" "$open,\"hostname\":\"other\"") && grep -q seccomp "$work/out"'
shown
prove "user namespaces: policy show says which exemptions lift it" grep -q 'EX-9: user namespaces for hostname=nested-\*' "$work/out"
