# SPDX-License-Identifier: Apache-2.0
# Places.
clean
judge 0 < <(spec '"CAP_NET_RAW","CAP_KILL"')
prove "without any file the embedded policy takes NET_RAW out" loses NET_RAW
prove "and keeps what Docker gives otherwise" keeps CAP_KILL
echo '{"version":1,"allow":["NET_RAW"]}' | put "$vendordir/policy.json"
judge 0 < <(spec '"CAP_NET_RAW"')
prove "the vendor's file counts" keeps NET_RAW
echo '{"version":1,"action":"reject","deny":["NET_RAW"]}' | put "$policydir/policy.json"
prove "the administrator's file comes over it, and deny wins" judge 10 < <(spec '"CAP_NET_RAW"')
prove "it is named in the refusal" says "$policydir/policy.json"
echo '{"version":1,"action":"rewrite"}' | put "$policydir/policy.d/10-a.json"
prove "drop-ins come over that" judge 0 < <(spec '"CAP_NET_RAW"')
echo '{"version":1,"action":"reject"}' | put "$policydir/policy.d/20-b.json"
echo '{"version":1,"action":' | put "$policydir/policy.d/30-not-json.txt"
prove "in the order of their names, and only *.json" judge 10 < <(spec '"CAP_NET_RAW"')
echo '{"version":1,"allow":["NET_RAW"]}' | put "$work/alone.json"
judge 0 --policy "$work/alone.json" < <(spec '"CAP_NET_RAW"')
prove "--policy replaces all of them" keeps NET_RAW
"$capgate" policy show >"$work/out"
prove "policy show says where the action comes from" grep -q "^action  *reject  *# $policydir/policy.d/20-b.json" "$work/out"
prove "and each name" grep -q "^allow  *NET_RAW  *# $vendordir/policy.json" "$work/out"
prove "and what is built in" grep -q "^mode  *enforce  *# built in" "$work/out"
