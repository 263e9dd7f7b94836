# SPDX-License-Identifier: Apache-2.0
# The ceiling: what the wrapper leaves the runtime, here one that tells its sets.
clean
printf '#!/bin/sh\ngrep ^Cap /proc/self/status >%s/sets\n' "$work" >"$work/teller"; chmod 755 "$work/teller"
echo '{"version":1,"runtimes":{"capgate-runtime":"'"$work"'/teller"}}' | put "$policydir/runtime.json"
mkdir -p "$work/bundle"
ceiling() { # FIELDS: a policy of these, and a runtime started under it
	echo '{"version":1'"${1:+,$1}"'}' | put "$policydir/policy.json"
	spec '"CAP_KILL"' >"$work/bundle/config.json"
	rm -f "$work/sets"
	"$capgate" runtime create --bundle "$work/bundle" c1 >"$work/out" 2>"$work/err"
}
has() { (((0x$(sed -n 's/^CapBnd:[[:space:]]*//p' "$work/sets") >> $1) & 1)); } # NUMBER: it is in the runtime's bounding set
here_is() { (((0x$(sed -n 's/^CapBnd:[[:space:]]*//p' /proc/self/status) >> $1) & 1)); }
ceiling ''
prove "the runtime keeps what it needs, as far as it is there" eval '{ ! here_is 21 || has 21; } && { ! here_is 8 || has 8; }'
prove "and neither NET_RAW nor MAC_ADMIN" eval '! has 13 && ! has 33'
prove "the log says which were taken" last '.ceiling.mode == "enforce" and (.ceiling.taken | length) == 16'
ceiling '"ceiling_keep":["MAC_ADMIN"],"ceiling_reason":"hooks load AppArmor profiles"'
prove "capabilities that hooks need are kept" eval '! has 13 && { ! here_is 33 || has 33; }'
ceiling '"ceiling":"off","ceiling_reason":"a test"'
prove "with the ceiling off all is kept" eval '{ ! here_is 13 || has 13; } && { ! here_is 33 || has 33; }'
prove "which is in the log" last '.ceiling.mode == "off"'
"$capgate" policy show >"$work/out"
prove "a ceiling that is off is shown with its reason" grep -q '^ceiling  *off (a test)  *# .*policy.json$' "$work/out"
ceiling '"ceiling":"off"'
prove "without a reason no container starts" eval '[ ! -e "$work/sets" ] && says "ceiling_reason"'
ceiling '"exemptions":[{"id":"E","match":{"uid":0},"allow":["NET_RAW"],"reason":"r"}]'
prove "what an exemption gives this container, the ceiling leaves" eval '! here_is 13 || has 13'
ceiling '"exemptions":[{"id":"E","match":{"uid":7},"allow":["NET_RAW"],"reason":"r"}]'
prove "and takes from another" eval '! has 13'
