#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The files in contrib/audit report PASS on a machine with good containers, and FAIL on
# one with bad ones.
set -u
shopt -s lastpipe # is counts
. "$(dirname "$0")/tally.sh"
here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
capgate=${CAPGATE:-$top/build/capgate}
[ -n "$own_machine" ] || skip_all "evidence" "root and mount namespaces are needed"
command -v runc >/dev/null && command -v busybox >/dev/null || skip_all "evidence" "runc and busybox are not here"
work=$(mktemp -d)
audit=$top/contrib/audit
trap 'for c in good bad; do runc delete -f $c >/dev/null 2>&1; done; rm -rf "$work"' EXIT
mkdir -p "$work"/{bin,rootfs/bin,rootfs/proc,rootfs/dev,rootfs/sys,good,bad}
ln -s "$capgate" "$work/bin/capgate"
export PATH="$work/bin:$PATH"
cp "$(command -v busybox)" "$work/rootfs/bin/sleep"
container() { # NAME JQ
	(cd "$work/$1" && rm -f config.json && runc spec && jq --arg r "$work/rootfs" '.process.terminal = false | del(.process.rlimits)
		| .process.args = ["sleep", "600"] | .root.path = $r | '"$2" config.json >new && mv new config.json)
	runc run -d --bundle "$work/$1" "$1" </dev/null >"$work/started" 2>&1 || cat "$work/started"
	await grep -q '^Name:.*sleep' "/proc/$(runc state "$1" | jq .pid)/status"
}
is() { local got; got=$(cat); if [ "$got" = "$2" ]; then ok; else not_ok "$1"; printf '%s\n' "$got" | sed 's/^/  # /'; fi; }
# sce CONTROL: the exit status, which is the result.
sce() { XCCDF_VALUE_CONTROL=$1 "$audit/openscap/capgate.sh" >/dev/null; echo $?; }
fact() { "$audit/ansible/capgate.fact" | jq -r 'to_entries[] | .key + " " + .value.result' | xargs; }
table() {
	"$audit/osquery/capgate-controls" "$work/controls.db"
	python3 -c 'import json, sqlite3, sys
auto = json.load(open(sys.argv[2]))["auto_table_construction"]["capgate_controls"]
rows = sqlite3.connect(sys.argv[1]).execute(auto["query"])
assert [c[0] for c in rows.description] == auto["columns"]
print(" ".join(r[0] + " " + r[1] for r in rows))' "$work/controls.db" "$audit/osquery/capgate.conf"
}
everything() { # RESULT of all four
	printf 'CIS-Docker-5.4 %s CIS-Docker-5.5 %s CIS-Docker-5.23 %s CIS-Docker-5.26 %s' "$@"
}

sce CIS-Docker-5.4 | is "OpenSCAP: without containers the rule does not apply" 105
container good '.process.capabilities |= map_values(["CAP_KILL"])'
for c in 5.4 5.5 5.23 5.26; do sce CIS-Docker-$c | is "OpenSCAP: $c passes" 101; done
"$here/evidence.py" "$capgate" "$audit" | sort | uniq | cut -d' ' -f3 | sort | uniq -c | xargs | is "Tenable, Wazuh, InSpec: twelve checks pass" '12 PASS'
fact | is "Ansible: the facts pass" "$(everything PASS PASS PASS PASS)"
table | is "osquery: the table passes" "$(everything PASS PASS PASS PASS)"

container bad '.process.capabilities |= map_values(["CAP_NET_RAW"]) | .process.noNewPrivileges = false
	| del(.linux.maskedPaths) | .linux.resources.devices = [{allow: true, access: "rwm"}]'
runc exec -d --cap CAP_SYS_TIME bad sleep 500 </dev/null >/dev/null 2>&1
await sh -c 'capgate audit --format lines --control 5.23 | grep -q sleep'
for c in 5.4 5.5 5.23 5.26; do sce CIS-Docker-$c | is "OpenSCAP: $c fails" 102; done
"$here/evidence.py" "$capgate" "$audit" | cut -d' ' -f3 | sort | uniq -c | xargs | is "Tenable, Wazuh, InSpec: twelve checks fail" '12 FAIL'
fact | is "Ansible: the facts fail" "$(everything FAIL FAIL FAIL FAIL)"
table | is "osquery: the table fails" "$(everything FAIL FAIL FAIL FAIL)"
# An auditor who has the evidence, the page and the machine: its commands, as they stand
# there, say what the lines say.
capgate audit --format json >"$work/capgate-evidence.json"
by_hand() { # CLAIM: the commands below it, up to the next
	awk -v claim="**\`$1" 'index($0, "**`") == 1 { on = index($0, claim) == 1 } /^## / { on = 0 } on && /^    / { print substr($0, 5) }' "$top/docs/evidence.md"
}
told() { jq -r --arg id "$1" '.containers[] | select(.id == $id) | '"$2" "$work/capgate-evidence.json"; }
retrace() { # CONTAINER CLAIM [SED]: what its commands print
	by_hand "$2" | sed -e "s#SPECIFICATION#$(told "$1" .specification.file)#g; s#BUNDLE#$(told "$1" .bundle)#g; s#--image IMAGE##; s#\\bPID\\b#$(told "$1" .pid)#g; s#\\bID\\b#$1#g" \
		-e "s#4711#$(told "$1" '.processes[-1].pid')#g; ${3:-/docker inspect/d}" >"$work/commands"
	[ -s "$work/commands" ] || echo "the page has no commands for $2"
	bash "$work/commands" 2>&1
}
# says SENTENCE LINE...: each is a line of what comes from standard input.
says() {
	local out line missing=
	out=$(cat)
	for line in "${@:2}"; do grep -qE -- "$line" <<<"$out" || missing="$missing [$line]"; done
	if [ -z "$missing" ]; then ok; else not_ok "$1: not said:$missing"; printf '%s\n' "$out" | sed 's/^/  # /'; fi
}
grep "^    jq '.containers" "$top/docs/evidence.md" | sed "s#ID\"#bad\"#; s#capgate-evidence.json#$work/capgate-evidence.json#" | bash | jq -c '[.specification, .stored]' |
	is "by hand: the evidence names the specification" "[\"$work/bad/config.json\",false]"
first=$(told bad .pid) entered=$(told bad '.processes[-1].pid')
retrace bad CIS-Docker-5.4 | says "by hand: 5.4, a bad container" '^    "CAP_NET_RAW"' '^CapBnd:.0*2000$' '^allowed  *CHOWN .* SETFCAP$' \
	"^/proc/$entered/task/$entered/status:CapEff:.0*2002000$" "^/proc/$entered/cgroup$" "^/proc/$first/cgroup$"
retrace good CIS-Docker-5.4 | says "by hand: 5.4, a good container" '^    "CAP_KILL"' '^CapBnd:.0*20$'
retrace bad CIS-Docker-5.5 | says "by hand: 5.5, a bad container" '"maskedPaths": null' '"allow": true' '^< '
retrace good CIS-Docker-5.5 | says "by hand: 5.5, a good container" '"maskedPaths": .$' '"allow": false'
retrace bad CIS-Docker-5.23 | says "by hand: 5.23, what was entered" '^Name:.sleep$' '^CapEff:.0*2002000$' 'pid:\[[0-9]+\]$' '"effective":\["CAP_NET_RAW"\]' 'user:\[[0-9]+\]$'
[ "$(retrace bad CIS-Docker-5.23 | grep '^pid' | sort -u | wc -l)" = 1 ]
echo $? | is "by hand: 5.23, both are of one pid namespace" 0
retrace bad CIS-Docker-5.22 | says "by hand: 5.22, without a filter" '^null$' '^Seccomp:'
retrace bad CIS-Docker-5.26 | says "by hand: 5.26, a bad container" '^false$' '^NoNewPrivs:.0$'
retrace good CIS-Docker-5.26 | says "by hand: 5.26, a good container" '^true$' '^NoNewPrivs:.1$'
mkdir -p /etc/capgate
jq -n --arg b "$work/bad" '{version:1,exemptions:[{id:"EX-17",match:{bundle:$b},allow:["NET_RAW"],reason:"network agent",owner:"netops",expires:"2099-03-31"}]}' >/etc/capgate/policy.json
chmod 644 /etc/capgate/policy.json
mkdir -p /etc/capgate/policy.d
printf '{"version":1,"deny":["MKNOD"]}' | tee /etc/capgate/policy.d/B.json | sed s/MKNOD/CHOWN/ >/etc/capgate/policy.d/a.json
chmod 644 /etc/capgate/policy.d/*
sed -n 's/^    \((LC_ALL=C.*sha256sum\)$/\1/p' "$top/docs/evidence.md" | bash | cut -d' ' -f1 |
	is "by hand: the digest of all policy files" "$(capgate audit --format json | jq -r .evidence.policy_digest)"
rm -r /etc/capgate/policy.d
retrace bad ... | says "by hand: an exemption" '^exemption  .*EX-17: NET_RAW for bundle=.*netops.*# /etc/capgate/policy.json$' '^exemption  EX-17 .*matches|^exempt  *NET_RAW'
rm /etc/capgate/policy.json
# The same of podman's: paused, entered, privileged, in a user namespace, stopped, and a zombie.
if command -v podman >/dev/null && command -v crun >/dev/null; then
	if mountpoint -q /sys/fs/cgroup/unified; then umount /sys/fs/cgroup/unified; fi # crun refuses hybrid ones
	RIG=$work/p
	. "$here/e2e/podman.bash"
	mkdir -p "$RIG" "$work/rootfs/etc"
	podman_conf 'runtime = "crun"'
	podman() { (unset -f podman; pod "$@"); }
	export -f podman pod podman_words
	export RIG
	tar -C "$work/rootfs" -c . | podman import - localhost/bb >"$work/imported" 2>&1
	printf '[storage]\ndriver = "vfs"\nrunroot = "%s"\ngraphroot = "%s"\n' "$RIG/p/runroot" "$RIG/p/root" >/etc/containers/storage.conf
	for options in '--name=web --cap-drop=NET_RAW' '--name=ci --privileged' '--name=own --uidmap=0:100000:65536'; do
		# shellcheck disable=SC2086
		podman run -d $options localhost/bb sleep 600 >/dev/null
	done
	podman exec -d --privileged web sleep 500 >/dev/null
	await sh -c 'capgate audit --format lines --control 5.23 | grep -q sleep'
	podman pause web >/dev/null
	podman run --name=old --cap-add=SYS_TIME localhost/bb sleep 0
	# Its conmon waits for it, unless it is stopped.
	podman run -d --name=dead --cap-drop=NET_RAW localhost/bb sleep 600 >/dev/null
	dead=$(podman inspect --format '{{.State.Pid}}' dead) conmon=$(podman inspect --format '{{.State.ConmonPid}}' dead)
	kill -STOP "$conmon" && kill -KILL "$dead"
	await grep -q '^State:.Z' "/proc/$dead/status"
	capgate audit --format json >"$work/capgate-evidence.json"
	id() { jq -r --arg name "$1" '.containers[] | select(.name == $name) | .id' "$work/capgate-evidence.json"; }
	retraced() { retrace "$(id "$1")" "$2" 's#docker inspect#podman inspect#; s#\bNAME\b#'"$1#g"; }
	grep -o "\`podman inspect --format '[^\`]* NAME\`" "$top/docs/evidence.md" | tr -d '\`' | sed 's/NAME/web/' >"$work/commands"
	. "$work/commands" | is "by hand: podman names the first process and the specification" \
		"$(podman inspect web | jq -r '.[0] | "\(.State.Pid) \(.OCIConfigPath)"')"
	capgate audit --format lines --control 5.4 | says "podman's zombie and what was dropped are no finding, the others are" 'FAIL 5 of 7: .*old NET_RAW SYS_TIME'
	retraced web CIS-Docker-5.23 | says "by hand: 5.23, podman's paused container that was entered" '^CapEff:.0*1' 'pid:\[[0-9]+\]$' '"effective":\["CAP_AUDIT_WRITE","CAP_CHOWN",'
	[ "$(retraced web CIS-Docker-5.23 | grep '^pid' | sort -u | wc -l)" = 1 ]
	echo $? | is "by hand: 5.23, both are of podman's container" 0
	retraced ci CIS-Docker-5.5 | says "by hand: 5.5, podman's privileged container" '^true$' '"maskedPaths": null'
	retraced web CIS-Docker-5.5 | says "by hand: 5.5, podman's ordinary container" '^false$' '^>|^< ' '"maskedPaths": .$'
	retraced own CIS-Docker-5.4 | says "by hand: 5.4, in a user namespace" '^    "CAP_NET_RAW"' '^CapBnd:.0*a80425fb$'
	retraced old CIS-Docker-5.26 | says "by hand: 5.26, a stopped container" '^false$|^null$'
	retraced old CIS-Docker-5.4 | says "by hand: 5.4, a stopped container" '^ *"CAP_SYS_TIME"'
	grep State "/proc/$dead/status" | says "by hand: a zombie" 'Z \(zombie\)'
	kill -CONT "$conmon"
	await sh -c "! kill -0 $conmon"
	podman unpause web >/dev/null
	podman rm -fa -t 0 >/dev/null
	rm /etc/containers/storage.conf
else
	skip "podman or crun is not here"
fi
if command -v ansible >/dev/null; then
	mkdir -p "$work/facts" && cp "$audit/ansible/capgate.fact" "$work/facts"
	ANSIBLE_HOME=$work/a ANSIBLE_LOCAL_TEMP=$work/a ANSIBLE_LOCALHOST_WARNING=false ansible localhost -c local -e ansible_python_interpreter=/usr/bin/python3 \
		-m setup -a "filter=ansible_local fact_path=$work/facts" 2>"$work/err" | sed 's/^localhost | SUCCESS => //' |
		jq -r '.ansible_facts.ansible_local.capgate["CIS-Docker-5.4"].line' | is "Ansible itself has the line" 'CIS-Docker-5.4 FAIL 1 of 2: bad NET_RAW SYS_TIME'
else
	skip "Ansible is not here"
fi
echo '{"init_process_pid":' >/run/runc/broken.json
mkdir /run/runc/broken && mv /run/runc/broken.json /run/runc/broken/state.json
runc delete -f bad
sce CIS-Docker-5.5 2>/dev/null | is "OpenSCAP: what cannot be judged is unknown" 104
rm -r /run/runc/broken
if command -v oscap >/dev/null; then
	cp "$audit"/openscap/* "$work"
	# It starts scripts with no PATH of ours.
	sed -i "s|PATH=[$]PATH:|PATH=$work/bin:|" "$work/capgate.sh"
	evaluate() { (cd "$work" && oscap xccdf eval --results-arf arf.xml capgate-xccdf.xml) 2>"$work/err" | sed -n 's/^Result.*\t//p' | sort | uniq -c | xargs; }
	xmllint --xpath 'count(//*[local-name()="Group"]/*[local-name()="Rule"])' "$audit/openscap/capgate-xccdf.xml" | is "the rules are in a group, where converters look" 4
	evaluate | is "oscap evaluates the four rules over good containers" '4 pass'
	container bad '.process.capabilities |= map_values(["CAP_NET_RAW"])'
	evaluate | is "oscap evaluates the four rules over a bad one" '1 fail 3 pass'
	xmllint --noout "$work/arf.xml" && grep -q 'bad NET_RAW' "$work/arf.xml"
	echo $? | is "its ARF holds the line" 0
else
	skip "oscap is not here"
fi
finish "evidence"
