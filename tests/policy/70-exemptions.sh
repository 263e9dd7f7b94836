# SPDX-License-Identifier: Apache-2.0
# Exemptions: what matches, what applies, what is told; warnings.
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
shown
prove "policy show tells exemptions" grep -q 'EX-2: NET_RAW for hostname=old-\*, expired 2001-01-01 (was needed)' "$work/out"
prove "and who answers for them" grep -q 'EX-1: NET_RAW for hostname=cni-\*, until 2099-12-31 (CNI agent; netops)' "$work/out"
spec '"CAP_NET_RAW"' '"hostname":"cni-7"' >"$work/in"
shown --for "$work/in"
prove "--for says which apply" grep -q "EX-1 applies" "$work/out"
prove "and which do not, and why" grep -q "EX-2 does not match by hostname" "$work/out"
spec '"CAP_NET_RAW"' '"hostname":"old-7"' >"$work/in"; shown --for "$work/in"
prove "and which have expired" grep -q "EX-2 matches, but has expired" "$work/out"

# ---- What matches ---------------------------------------------------------------
ask() { # MATCH CONFIGURATION: does an exemption that asks so apply? to a container in $work/bundle
	printf '{"version":1,"exemptions":[{"id":"E","match":{%s},"allow":["NET_RAW"],"reason":"r"}]}' "$1" | put "$policydir/policy.d/ex.json"
	printf '{"mounts":[{"destination":"/proc","type":"proc"}],"process":{"user":{"uid":%s},"capabilities":{"bounding":["CAP_NET_RAW"]}}%s}' "${3:-0}" "${2:+,$2}" >"$work/bundle/config.json"
	printf '{"id":"x","pid":7,"status":"creating","bundle":"%s"}' "$work/bundle" | "$capgate" createRuntime 2>"$work/err"
}
yes() { ask "$@" || return 1; }
no() { ask "$@"; [ $? -eq 10 ]; }
annotations='"annotations":{"a.b/c":"kube-system","x":""}'
prove "an annotation matches by its key and a glob" yes '"annotations":{"a.b/c":"kube-*"}' "$annotations"
prove "another value does not" no '"annotations":{"a.b/c":"other-*"}' "$annotations"
prove "nor does the key in another case" no '"annotations":{"A.b/c":"*"}' "$annotations"
prove "nor a key by a glob" no '"annotations":{"a.*":"*"}' "$annotations"
prove "nor a key that is not there" no '"annotations":{"y":"*"}' "$annotations"
prove "all of several must match" no '"annotations":{"a.b/c":"*","y":"*"}' "$annotations"
prove "the cgroup matches" yes '"cgroup":"*kubepods*"' '"linux":{"cgroupsPath":"/kubepods.slice/a"}'
prove "as systemd writes it, too" yes '"cgroup":"*kubepods*"' '"linux":{"cgroupsPath":"kubepods-besteffort-pod1.slice:crio:a"}'
prove "a cgroup that is not said matches nothing" no '"cgroup":"*"' ''
prove "a path that climbs matches no glob" no '"cgroup":"/kubepods*"' '"linux":{"cgroupsPath":"/kubepods/../evil"}'
prove "a cgroup's parent that an author chose matches like any other" yes '"cgroup":"/kubepods*"' '"linux":{"cgroupsPath":"/kubepods/docker-1"}'
prove "the bundle matches" yes '"bundle":"'"$work"'/b*"' ''
prove "another bundle does not" no '"bundle":"/run/*"' ''
judge 0 < <(spec '"CAP_NET_RAW"')
prove "in precreate there is no bundle, and nothing matches" eval 'ask "\"bundle\":\"*\"" ""; judge 0 < <(spec "\"CAP_NET_RAW\""); loses NET_RAW'
prove "the rootfs matches" yes '"rootfs":"/var/lib/*/merged"' '"root":{"path":"/var/lib/x/y/merged"}'
prove "another does not" no '"rootfs":"/var/lib/*/merged"' '"root":{"path":"rootfs"}'
prove "the hostname matches" yes '"hostname":"web-?"' '"hostname":"web-1"'
prove "one question mark is one character" no '"hostname":"web-?"' '"hostname":"web-10"'
prove "the uid matches" yes '"uid":1000' '' 1000
prove "another uid does not" no '"uid":1000' '' 1001
prove "nothing but * and ? is special" no '"hostname":"[w]eb"' '"hostname":"web"'
prove "all that is named must match" no '"hostname":"web","uid":7' '"hostname":"web"' 8
prove "and does" yes '"hostname":"web","uid":7' '"hostname":"web"' 7
stars=$(printf '*a%.0s' $(seq 200))
prove "a glob of two hundred stars is no burden" timeout 300 bash -c "$(declare -f ask no put); $(declare -p work policydir capgate); no '\"hostname\":\"${stars}b\"' '\"hostname\":\"$(head -c 100000 /dev/zero | tr '\0' a)\"'"
prove "annotations that are there twice are refused, for readers differ" eval \
	'ask "\"annotations\":{\"k\":\"1\"}" "\"annotations\":{\"k\":\"1\",\"k\":\"2\"}"; [ $? -eq 12 ]'

put "$policydir/policy.d/ex.json" <<'JSON'
{ "version": 1, "deny": ["NET_RAW"], "exemptions": [
  { "id": "A", "match": { "hostname": "*" }, "allow": ["NET_RAW"], "reason": "r" },
  { "id": "B", "match": { "hostname": "h" }, "allow": ["SYS_TIME"], "reason": "r" },
  { "id": "C", "match": { "uid": 7 }, "allow": ["BPF"], "reason": "r" } ] }
JSON
judge 0 < <(spec '"CAP_NET_RAW","CAP_SYS_TIME","CAP_BPF"' '"hostname":"h"')
prove "what several exemptions allow adds up" eval 'keeps NET_RAW && keeps SYS_TIME && loses BPF && last ".exemptions == [\"A\",\"B\"]"'
prove "an exemption wins over deny" keeps NET_RAW
put "$policydir/policy.d/ex.json" <<'JSON'
{ "version": 1, "exemptions": [
  { "id": "A", "match": { "hostname": "h" }, "seccomp": ["SCMP_ACT_NOTIFY"], "reason": "agent" } ] }
JSON
listening='"hostname":"h","linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["read"],"action":"SCMP_ACT_NOTIFY"}]}}'
judge 0 < <(spec '' "$listening")
prove "an exemption lifts a seccomp action by name" last '.exemptions == ["A"]'
judge 10 < <(spec '' "${listening/NOTIFY/TRACE}")
prove "and no other" last '.exemptions == [] and .rules[0] == "CPG109"'
shown
prove "policy show names the action" grep -q 'A: SCMP_ACT_NOTIFY for hostname=h' "$work/out"
put "$work/hosted/config.json" <<'JSON'
{"hostname":"h","process":{"user":{"uid":7},"capabilities":{}}}
JSON

# ---- Warnings --------------------------------------------------------------------
checks() { # STATUS WARNING... <POLICY: policy check ends so, and warns of these alone
	local expected=$1
	shift
	put "$work/checked.json"
	"$capgate" policy check "$work/checked.json" >"$work/out" 2>"$work/err"
	[ $? -eq "$expected" ] && [ "$(grep -o 'CPP[0-9][0-9]' "$work/out" | paste -sd' ')" = "$*" ]
}
warns() { # FIELDS WARNING...
	local fields=$1 status=1
	shift
	[ $# -gt 0 ] || status=0
	checks $status "$@" <<<"{\"version\":1,$fields}"
}
exemption() { # MATCH [ALLOW [MORE]]
	printf '"exemptions":[{"id":"E","match":{%s},"allow":["%s"],"reason":"r","expires":"2099-01-01"%s}]' "$1" "${2:-NET_RAW}" "${3:-}"
}
prove "a policy without a fault is status 0" warns "$(exemption '"image":"registry/x"')"
for forged in '"annotations":{"io.container.manager":"x"}' '"annotations":{"io.kubernetes.cri-o.Namespace":"x"}' \
	'"annotations":{"io.kubernetes.cri-o.KubeName":"x"}' '"annotations":{"io.kubernetes.cri-o.HostNetwork":"x"}' \
	'"annotations":{"io.kubernetes.cri-o.PrivilegedRuntime":"x"}' '"annotations":{"io.kubernetes.cri-o.RuntimeHandler":"x"}' \
	'"annotations":{"io.podman.annotations.privileged":"TRUE"}' '"annotations":{"my/own":"x"}' '"hostname":"h"' '"uid":0' \
	'"hostname":"h","cgroup":"*"' '"annotations":{"my/own":"x"},"image":"*"' '"uid":0,"rootfs":"/*"'; do
	prove "CPP01: whoever makes a container writes $forged" warns "$(exemption "$forged")" CPP01
done
for key in io.kubernetes.pod.namespace io.kubernetes.pod.name io.kubernetes.pod.uid io.kubernetes.container.name \
	io.kubernetes.cri-o.{Image,ImageName,ImageRef,Name,ContainerID,SandboxID,ContainerType} \
	io.kubernetes.cri.{sandbox-id,sandbox-namespace,sandbox-name,sandbox-uid,container-name,image-name,container-type}; do
	prove "CPP12: $key is the engine's own only under Kubernetes" warns "$(exemption '"annotations":{"'$key'":"x"}')" CPP12
	prove "not beside a cgroup: $key" warns "$(exemption '"annotations":{"'$key'":"x"},"cgroup":"*kubepods*"')"
done
prove "a key of the engine's with a glob of all is not enough" warns "$(exemption '"annotations":{"io.kubernetes.pod.namespace":"*"}')" CPP01
for firm in '"cgroup":"/x*"' '"bundle":"/run/x*"' '"rootfs":"/x"' '"image":"x"'; do
	prove "not CPP01: what the engine writes, $firm" warns "$(exemption "$firm")"
done
prove "CPP02: expired" warns "$(exemption '"image":"x"' NET_RAW ',"expires":"2001-01-01"' | sed 's/"expires":"2099-01-01",//')" CPP02
prove "CPP03: never expires" warns "$(exemption '"image":"x"' | sed 's/,"expires":"2099-01-01"//')" CPP03
prove "CPP04: gives what is given anyway" warns "$(exemption '"image":"x"' KILL)" CPP04
two() { printf '"exemptions":[{"id":"A","match":{"image":"x"},"allow":["NET_RAW"],"reason":"r","expires":"2099-01-01"},{"id":"%s","match":{"image":"%s"},"allow":["NET_RAW"],"reason":"r","expires":"2099-01-01"}]' "$1" "$2"; }
prove "CPP04: another gives the same to the same" warns "$(two B x)" CPP04
prove "CPP05: two of one id" warns "$(two A y)" CPP05
prove "CPP06: matches every container" warns "$(exemption '"image":"*","hostname":"**"')" CPP06
prove "CPP07: a profile wider than cis-docker" warns '"profile":"docker-default","deny":["NET_RAW"]' CPP07
prove "CPP08: NET_RAW through a profile" warns '"profile":"docker-default"' CPP07 CPP08
prove "CPP08: NET_RAW through ALL" warns '"allow":["ALL"],"deny":["BPF"]' CPP08
prove "not CPP08: NET_RAW by its name" warns '"allow":["NET_RAW"]'
prove "CPP09: everything is allowed" warns '"allow":["ALL","NET_RAW"]' CPP09
prove "CPP10: audit mode" warns '"mode":"audit"' CPP10
prove "CPP11: what nothing gives is denied" warns '"deny":["BPF"]' CPP11
prove "CPP13: an exemption gives NET_RAW through ALL" warns "$(exemption '"image":"x"' ALL)" CPP13
prove "an error is status 2, with its place" eval 'checks 2 <<<"{\"version\":1,\"alow\":[]}"; says "checked.json:1:14"'
prove "of several files the worst counts" eval 'echo "{\"version\":1}" >"$work/fine.json"; "$capgate" policy check "$work/fine.json" "$work/checked.json" >/dev/null 2>&1; [ $? -eq 2 ]'
echo '{"version":1,"mode":"audit"}' | put "$policydir/policy.d/ex.json"
"$capgate" policy check >"$work/out" 2>"$work/err"
prove "without a file it is what is installed that is checked" eval '[ $? -eq 0 ] || grep -q CPP10 "$work/out"'
chmod 666 "$policydir/policy.d/ex.json"; "$capgate" policy check >"$work/out" 2>"$work/err"
prove "and whose it is" says "chmod go-w"
