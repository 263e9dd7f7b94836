# SPDX-License-Identifier: Apache-2.0
# Audit, exemptions.
clean
echo '{"version":1,"mode":"audit"}' | put "$policydir/policy.json"
spec '"CAP_NET_RAW", "CAP_BPF" ' >"$work/in"
judge 0 <"$work/in"
prove "audit mode hands on the same bytes" cmp -s "$work/in" "$work/out"
prove "and logs what it would have done" last '.mode == "audit" and .verdict == "strip"'
"$capgate" createRuntime <"$work/in" >/dev/null 2>&1
prove "hooks let everything through" [ $? -eq 0 ]
prove "and log it" last '.mode == "audit" and .verdict == "refuse"'
clean
cat <<'JSON' | put "$policydir/policy.d/ex.json"
{ "version": 1, "exemptions": [
  { "id": "EX-1", "match": { "hostname": "cni-*" }, "allow": ["NET_RAW"], "reason": "CNI agent", "owner": "netops", "expires": "2099-12-31" },
  { "id": "EX-2", "match": { "hostname": "old-*" }, "allow": ["NET_RAW"], "reason": "was needed", "expires": "2001-01-01" } ] }
JSON
judge 0 < <(spec '"CAP_NET_RAW"' '"hostname":"cni-7"')
prove "an exemption allows" keeps NET_RAW
prove "and is named in the log" last '.verdict == "pass" and .exemptions == ["EX-1"]'
judge 0 < <(spec '"CAP_NET_RAW"' '"hostname":"old-7"')
prove "an expired one does not" loses NET_RAW
prove "and the log says so" last '.rules | index("CPG422")'
"$capgate" policy show >"$work/out"
prove "policy show tells exemptions" grep -q 'EX-2: NET_RAW for hostname=old-\*, expired 2001-01-01 (was needed)' "$work/out"
spec '"CAP_NET_RAW"' '"hostname":"cni-7"' >"$work/in"
"$capgate" policy show --for "$work/in" >"$work/out"
prove "--for says which apply" grep -q "EX-1 applies" "$work/out"
prove "and which do not" grep -q "EX-2 does not match" "$work/out"
"$capgate" policy check >"$work/out"
prove "policy check warns: status 1" [ $? -eq 1 ]
prove "of what authors can forge" grep -q "CPP01: exemption EX-1" "$work/out"
prove "of what has expired" grep -q "CPP02: exemption EX-2" "$work/out"
echo '{"version":1,"alow":[]}' >"$work/bad.json"
"$capgate" policy check "$work/bad.json" >"$work/out" 2>"$work/err"
prove "an error is status 2" [ $? -eq 2 ]
prove "with its place" says "bad.json:1:14"
