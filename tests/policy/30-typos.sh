# SPDX-License-Identifier: Apache-2.0
# Typos: no container starts, and the administrator is told where.
clean
printf '{\n  "version": 1,\n  "allow": ["NET_RWA"]\n}\n' | put "$policydir/policy.json"
prove "a typo stops every container" judge 20 < <(spec '')
prove "and is reported with file, line and column" says "$policydir/policy.json:3:13"
prove "and with what was meant" says "did you mean NET_RAW"
in_every_stage() {
	local stage
	for stage in precreate prestart createRuntime createContainer poststart; do
		printf '{"version":1}' | "$capgate" $stage >"$work/out" 2>"$work/err"
		[ $? -eq 20 ] && [ ! -s "$work/out" ] || return 1
	done
}
prove "in every stage" in_every_stage
# The wrapper, with a runtime that leaves a trace.
printf '#!/bin/sh\necho "$@" >>%s/ran\n' "$work" >"$work/fake"; chmod 755 "$work/fake"
echo '{"version":1,"runtimes":{"capgate-runtime":"'"$work"'/fake"}}' | put "$policydir/runtime.json"
mkdir -p "$work/bundle"; spec '' >"$work/bundle/config.json"
wrapper() { "$capgate" runtime "$@" >"$work/out" 2>"$work/err"; }
prove "and in the runtime wrapper" eval '! wrapper create --bundle "$work/bundle" c1 && [ ! -e "$work/ran" ] && says "did you mean NET_RAW"'
prove "which logs it too" last '.stage == "create" and .id == "c1" and .verdict == "refuse" and (.reason | contains("NET_RWA"))'
"$capgate" why >"$work/out" 2>"$work/err"
prove "why tells the policy's error" says "$policydir/policy.json:3:13"
rm "$policydir/policy.json"
prove "corrected, containers start again" eval 'wrapper create --bundle "$work/bundle" c1 && [ -s "$work/ran" ]'
prove "every field that is mistyped, duplicate or of a wrong type is reported with its place and name" "$here/policy/typos.py" "$capgate" "$work"

wrong() { # FIELDS WORDS: the policy {"version":1,FIELDS} is refused so, at the @ in it
	local before=${1%%@*}
	printf '{"version":1,%s}' "${1/@/}" | put "$policydir/policy.json"
	judge 20 < <(spec '') && says "policy.json:1:$((${#before} + 14)): " && says "$2"
}
prove "a mode is one of two" wrong '"mode":@"enforced"' '"enforce" or "audit"'
prove "so is an action" wrong '"action":@"refuse"' '"reject" or "rewrite"'
prove "a profile must exist, and the nearest name is suggested" wrong '"profile":@"cis-doker"' 'did you mean cis-docker'
prove "what comes near to nothing is referred to the list" wrong '"profile":@"my-own-one"' 'capgate policy list'
prove "a name in an exemption is reported as well" wrong \
	'"exemptions":[{"id":"E","match":{"uid":1},"reason":"r","allow":[@"SYS_ADMN"]}]' 'did you mean SYS_ADMIN'
prove "the log's path is absolute" wrong '"log":{"file":@"log"}' 'not an absolute path'
for size in 4095 1073741825; do
	prove "log.max_bytes is no $size" wrong '"log":{"max_bytes":@'$size'}' '4096 to 1073741824'
done
prove "there is one version" eval 'echo "{\"version\":2}" | put "$policydir/policy.json"; judge 20 < <(spec "") && says "policy.json:1:12"'
prove "and it is required" eval 'echo "{}" | put "$policydir/policy.json"; judge 20 < <(spec "") && says "write \"version\": 1"'
