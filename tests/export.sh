#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Exported policies: what a format cannot express is reported, the program for each format
# accepts it, and its expressions give the same verdicts as capgate for 300 pods ($PODS).
#   CEL_GO=yes         also by cel-go, the evaluator of Kubernetes, Gatekeeper and Kyverno:
#                      golang-go and golang-github-google-cel-go-dev of Debian 13 or later
set -u
shopt -s lastpipe # is counts
. "$(dirname "$0")/tally.sh"
here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
capgate=${CAPGATE:-$top/build/capgate}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prove() { # SENTENCE COMMAND...
	if "${@:2}" >"$work/out" 2>&1; then ok; else not_ok "$1"; tail -15 "$work/out" | sed 's/^/  # /'; fi
}
policy() { printf '%s\n' "$1" >"$work/policy.json"; chmod 600 "$work/policy.json"; }
export_to() { "$capgate" policy export --policy "$work/policy.json" --to "$@" 2>"$work/err"; }
# is SENTENCE WANTED: what comes from standard input.
is() { local got; got=$(cat); [ "$got" = "$2" ] || { echo "$got"; set -- "$1" false; prove "$1" false; return; }; ok; }
names() { # FORMAT: of a TOML file's list
	export_to "$1" | python3 -c 'import sys, re
text = "".join(l for l in sys.stdin if not l.startswith("#"))
table, rest = text.split("\n", 1)
print(table, " ".join(sorted(re.findall(r"\"([A-Z_]+)\"", rest))))'
}

# ---- defaults ---------------------------------------------------------------------------
policy '{"version":1}'
names containers.conf | is "containers.conf is podman's list, for it has no NET_RAW" \
	'[containers] CHOWN DAC_OVERRIDE FOWNER FSETID KILL NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'
policy '{"version":1,"deny":["CHOWN","KILL"],"allow":["SYS_ADMIN","NET_RAW"]}'
names containers.conf | is "what is denied leaves the list, what is allowed beyond it does not enter" \
	'[containers] DAC_OVERRIDE FOWNER FSETID NET_BIND_SERVICE SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'
names crio | is "CRI-O's list is its own" '[crio.runtime] DAC_OVERRIDE FOWNER FSETID NET_BIND_SERVICE SETGID SETPCAP SETUID'
export_to docker-run | is "docker run drops what is not allowed of Docker's list" 'docker run --cap-drop=CHOWN --cap-drop=KILL ...'
policy '{"version":1,"profile":"none","allow":["KILL"],"no_new_privileges":"require"}'
export_to docker-run | is "or everything, where little is left" 'docker run --cap-drop=ALL --cap-add=KILL --security-opt=no-new-privileges ...'
export_to compose | grep -v '^#' | is "compose says the same" 'cap_drop: ["ALL"]
cap_add: ["KILL"]
security_opt: ["no-new-privileges:true"]'
export_to securitycontext | python3 -c 'import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))' | is "so does a security context" \
	'{"securityContext": {"privileged": false, "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"], "add": ["KILL"]}}}'
export_to containerd-base-spec >"$work/base.json"
prove "the base specification passes the gate" "$capgate" check --policy "$work/policy.json" "$work/base.json"
jq -c '[.process.capabilities[] | .[]] | unique' "$work/base.json" | is "and gives what the policy allows" '["CAP_KILL"]'
jq '.process.rlimits = [{type:"RLIMIT_NOFILE",hard:888,soft:888}] | .process.capabilities |= map_values(["CAP_KILL","CAP_SYS_ADMIN"])' \
	"$work/base.json" >"$work/host.json"
export_to containerd-base-spec --base "$work/host.json" | jq -c '[.process.rlimits[0].hard, .process.capabilities.bounding]' | \
	is "a base of one's own keeps the rest of itself" '[888,["CAP_KILL"]]'
echo '{"process":{"capabilities":{"bounding":["CAP_KILL"],"Bounding":[]}}}' >"$work/host.json"
prove "a base that is ambiguous is refused" sh -c '"$1" policy export --to containerd-base-spec --base "$2"; [ $? -eq 12 ]' - "$capgate" "$work/host.json"

# ---- what cannot be said --------------------------------------------------------------------
refuses() { # WARNING FORMAT: it warns, writes all the same, and with --strict writes nothing
	export_to "$2" >"$work/written" || return 1
	grep -qF "warning: $1" "$work/err" || { cat "$work/err"; return 1; }
	[ -s "$work/written" ] || return 1
	"$capgate" policy export --policy "$work/policy.json" --to "$2" --strict >"$work/written" 2>&1 && return 1
	! grep -vq '^capgate: ' "$work/written"
}
accepts() { export_to "$1" --strict >"$work/written" && [ -s "$work/written" ]; }
formats=$("$capgate" policy export 2>&1 | sed 's/.* one of //; s/,//g')
prove "there are ten formats" [ "$(wc -w <<<"$formats")" = 10 ]
policy '{"version":1}'
for f in $formats; do [ $f = pod-security ] || prove "$f says all of a plain policy" accepts $f; done
prove "no level of Pod Security says it" refuses 'baseline does not refuse the NET_RAW' pod-security
policy '{"version":1,"mode":"audit"}'
for f in containerd-base-spec crio containers.conf; do prove "$f knows no audit mode" refuses 'mode audit' $f; done
for f in validating-admission-policy kyverno gatekeeper; do prove "$f knows audit mode" accepts $f; done
policy '{"version":1,"no_new_privileges":"require"}'
for f in containerd-base-spec crio containers.conf pod-security; do prove "$f knows no no_new_privs" refuses no_new_privileges $f; done
policy '{"version":1,"exemptions":[{"id":"EX-1","match":{"image":"x*"},"allow":["NET_RAW"],"reason":"r"}]}'
for f in $formats; do prove "$f cannot exempt an image" refuses 'exemption EX-1 (NET_RAW)' $f; done
policy '{"version":1,"exemptions":[{"id":"EX-2","match":{"annotations":{"io.kubernetes.pod.namespace":"kube-system"}},"allow":["NET_RAW"],"reason":"r","expires":"2099-01-01"}]}'
for f in validating-admission-policy kyverno gatekeeper; do prove "$f knows no end of an exemption" refuses 'exemption EX-2 (NET_RAW): its end, 2099-01-01,' $f; done
prove "an unknown format is a mistake in usage" sh -c '"$1" policy export --to nonsense; [ $? -eq 64 ]' - "$capgate"

policy '{"version":1,"user_namespaces":"deny"}'
for f in $formats; do prove "$f cannot deny user namespaces" refuses 'user_namespaces deny' $f; done

# ---- Pod Security ----------------------------------------------------------------------------
level() { export_to pod-security | sed -n 's/^    .*enforce: //p'; }
policy '{"version":1,"profile":"pss-restricted"}'; level | is "what restricted allows is restricted" restricted
policy '{"version":1,"profile":"pss-baseline"}'; level | is "what baseline allows is baseline" baseline
policy '{"version":1,"allow":["SYS_TIME"]}'; level | is "what no level allows is privileged" privileged
policy '{"version":1,"mode":"audit"}'; level | is "in audit mode nothing is enforced" ''

# ---- expressions -----------------------------------------------------------------------------
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
	skip "exported expressions: node and npm are not here"
	finish "export"
	exit
fi
# Installed once, beside what is built, by its lock file.
modules=$top/build/export-modules
install_evaluator() {
	rm -rf "$modules"
	mkdir -p "$modules"
	cp "$here/export/package.json" "$here/export/package-lock.json" "$modules"
	(cd "$modules" && npm ci --no-audit --no-fund --ignore-scripts) >"$work/npm" 2>&1 || { rm -rf "$modules"; false; }
}
cmp -s "$here/export/package-lock.json" "$modules/package-lock.json" || install_evaluator || install_evaluator || install_evaluator
if [ ! -d "$modules/node_modules" ]; then
	tail -3 "$work/npm"
	skip "exported expressions: npm cannot install the evaluator (tests/export/package.json): is its registry reached?"
	finish "export"
	exit
fi
if [ -n "${CEL_GO:-}" ]; then
	prove "cel-go compiles" env GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE="$work/go" go build -o "$work/cel" "$here/export/cel.go"
fi
evaluate() { CEL_FROM=$modules node "$here/export/cel.mjs" "$work/object.json" "$1" >"$work/evaluated"; }
"$here/export/pods.py" "${PODS:-300}" >"$work/pods.json"
n=0
while read -r json; do
	n=$((n + 1))
	policy "$json"
	"$capgate" check --policy "$work/policy.json" -f jsonl "$work/pods.json" >"$work/checked"
	for f in validating-admission-policy kyverno gatekeeper; do
		export_to $f >"$work/$f.yaml"
		prove "$f of policy $n is objects that the API knows" sh -c '"$@" >"$0"' "$work/object.json" "$here/export/objects.py" $f "$work/$f.yaml"
		prove "$f of policy $n can be evaluated" evaluate "$work/pods.json"
		prove "$f of policy $n judges ${PODS:-300} pods as capgate does" "$here/export/compare.py" "$work/checked" "$work/evaluated"
		[ -z "${CEL_GO:-}" ] || prove "so it does by cel-go" sh -c '"$1/cel" "$1/object.json" "$1/pods.json" >"$1/by-cel-go" && "$2" "$1/checked" "$1/by-cel-go"' - "$work" "$here/export/compare.py"
	done
done <<'END'
{"version":1}
{"version":1,"profile":"none","allow":["KILL","NET_BIND_SERVICE"]}
{"version":1,"no_new_privileges":"require","deny":["MKNOD"]}
{"version":1,"allow":["NET_RAW","SYS_ADMIN"]}
{"version":1,"profile":"all","deny":["SYS_ADMIN"]}
{"version":1,"profile":"all"}
END
policy '{"version":1,"exemptions":[
	{"id":"A","match":{"annotations":{"io.kubernetes.pod.namespace":"cali?o-*"},"cgroup":"*kubepods*"},"allow":["NET_RAW","NET_ADMIN"],"reason":"r"},
	{"id":"B","match":{"annotations":{"io.kubernetes.cri.sandbox-namespace":"kube.system"}},"allow":["ALL"],"reason":"r"},
	{"id":"C","match":{"annotations":{"io.kubernetes.pod.namespace":"gone"}},"allow":["ALL"],"reason":"r","expires":"2020-01-01"}]}'
cat >"$work/pods.json" <<'END'
{"items":[
{"metadata":{"name":"a","namespace":"calico-x"},"spec":{"containers":[{"name":"c","securityContext":{"capabilities":{"add":["NET_ADMIN"]}}}]}},
{"metadata":{"name":"b","namespace":"calico-x"},"spec":{"containers":[{"name":"c","securityContext":{"privileged":true}}]}},
{"metadata":{"name":"c","namespace":"x-calico-x"},"spec":{"containers":[{"name":"c","securityContext":{"capabilities":{"add":["NET_ADMIN"]}}}]}},
{"metadata":{"name":"d","namespace":"kube.system"},"spec":{"containers":[{"name":"c","securityContext":{"privileged":true}}]}},
{"metadata":{"name":"e","namespace":"kubeXsystem"},"spec":{"containers":[{"name":"c","securityContext":{"privileged":true}}]}},
{"metadata":{"name":"f","namespace":"gone"},"spec":{"containers":[{"name":"c","securityContext":{"privileged":true}}]}},
{"metadata":{"name":"g","namespace":"gone"},"spec":{"containers":[{"name":"c","securityContext":{"capabilities":{"drop":["NET_RAW"]}}}]}}]}
END
for f in validating-admission-policy kyverno gatekeeper; do
	export_to $f >"$work/$f.yaml"
	"$here/export/objects.py" $f "$work/$f.yaml" >"$work/object.json"
	evaluate "$work/pods.json"
	cut -f1,2 "$work/evaluated" | tr '\t\n' '= ' | is "$f exempts namespaces, and no others" 'a=pass b=refuse c=refuse d=pass e=refuse f=refuse g=pass '
done
OPERATION=UPDATE evaluate "$work/pods.json"
cut -f2 "$work/evaluated" | sort -u | is "Gatekeeper's other updates go through" pass
OPERATION=UPDATE SUBRESOURCE=ephemeralcontainers evaluate "$work/pods.json"
cut -f2 "$work/evaluated" | grep -c refuse | is "but not debug containers" 4
finish "export"
