#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Many machines: the manifests have the right content, the node installer works on a
# simulated node, and the Ansible role on a separate machine.
set -u
. "$(dirname "$0")/tally.sh"
here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
capgate=${CAPGATE:-$top/build/capgate}
work=$(mktemp -d)
trap 'umount -R "$work/node/proc" 2>/dev/null; rm -rf --one-file-system "$work"' EXIT
prove() {
	if "${@:2}" >"$work/out" 2>&1; then ok; else not_ok "$1"; tail -15 "$work/out" | sed 's/^/  # /'; fi
}
fails() { ! "$@"; }

# ---- manifests ---------------------------------------------------------------------------
if python3 -c 'import yaml' 2>/dev/null; then
	prove "the chart's own values give capgate.yaml, others what they say" python3 "$here/chart.py" \
		"$top/contrib/kubernetes/chart" "$top/contrib/kubernetes/capgate.yaml" "$work/chart.yaml"
	prove "the manifests are what the API knows, and pass the gate themselves" python3 "$here/fleet-manifests.py" \
		"$top/contrib/kubernetes/capgate.yaml" "$top/contrib/kubernetes/uninstall.yaml"
else
	skip "python3-yaml is not here"
fi
if command -v kubectl >/dev/null; then
	# --local decodes into the API's own types; no cluster is asked.
	for f in capgate uninstall; do
		prove "kubectl can decode $f.yaml" kubectl label --local -f "$top/contrib/kubernetes/$f.yaml" a=b -o name
	done
else
	skip "kubectl is not here"
fi

# ---- the node installer ---------------------------------------------------------------------
node() { # ENGINE [MODE]
	umount -R "$work/node/proc" 2>/dev/null
	rm -rf --one-file-system "$work/node"
	mkdir -p "$work/node"/{usr/bin,usr/sbin,etc/containerd,run,tmp,proc,var/lib/node_exporter/textfile_collector,bin} "$work/policy"
	touch "$work/node/usr/bin/$1"
	for lib in $(ldd "$capgate" 2>/dev/null | grep -o '/[^ ]*'); do
		mkdir -p "$work/node$(dirname "$lib")"
		cp -L "$lib" "$work/node$lib"
	done
	cp "$(command -v busybox)" "$work/node/bin/sh"
	printf '#!/bin/sh\n[ "$1" = --version ] && echo "runc version 1.1.5" && exit 0\nexit 1\n' >"$work/node/usr/sbin/runc"
	chmod 755 "$work/node/usr/sbin/runc"
	mkdir -p "$work/node/etc/crio/crio.conf.d"
	printf '[crio.runtime]\ndefault_runtime = "runc"\n[crio.runtime.runtimes.runc]\nruntime_path = "/usr/sbin/runc"\n' >"$work/node/etc/crio/crio.conf.d/10-node.conf"
	printf '{"version":1,"mode":"%s"}\n' "${2:-enforce}" >"$work/policy/policy.json"
	chmod 644 "$work/policy/policy.json"
	: >"$work/restarted"
	mount --rbind /proc "$work/node/proc" # a node has one, and /host with it
}
installer() {
	HOST=$work/node CAPGATE=$capgate POLICY=$work/policy/policy.json RESTART="${RESTART:-$work/restart}" \
		sh "$top/contrib/kubernetes/install.sh" "$@"
}
printf '#!/bin/sh\necho "$1" >>%s/restarted\n' "$work" >"$work/restart"
chmod 755 "$work/restart"
program=$(value CAPGATE_HOOKSDIR)
if [ -z "$own_machine" ]; then
	skip "the node installer: root and mount namespaces are needed"
elif ! "$capgate" --help | grep -q '^  runtime '; then
	skip "the node installer: the runtime wrapper is not in this program"
else
	for engine in containerd crio; do
		node $engine
		echo 'version = 2' >"$work/node/etc/containerd/config.toml"
		name=$(echo $engine | sed s/crio/cri-o/)
		prove "$engine: a node can be installed" installer install
		prove "$engine: doctor is content, and the pod ready" installer ready
		prove "$engine: the engine is restarted once" [ "$(cat "$work/restarted")" = $engine ]
		prove "$engine: the policy is there" cmp "$work/policy/policy.json" "$work/node/etc/capgate/policy.d/50-cluster.json"
		prove "$engine: the node exporter can read doctor's outcome" grep -qx 'capgate_doctor_status 0' "$work/node/var/lib/node_exporter/textfile_collector/capgate.prom"
		# Its user owns the directory, and may leave links there.
		textfiles=$work/node/var/lib/node_exporter/textfile_collector
		echo secret >"$work/secret" && chmod 600 "$work/secret" && mkdir -p "$work/elsewhere"
		ln -sf "$work/secret" "$textfiles/.capgate.prom.new"
		ln -sfn "$work/elsewhere" "$textfiles/capgate.prom"
		installer install
		prove "$engine: through a link in that directory nothing is written" eval '[ "$(cat "$work/secret")" = secret ] &&
			[ "$(stat -c %a "$work/secret")" = 600 ] && [ -z "$(ls -A "$work/elsewhere")" ]'
		prove "$engine: and the file is there, readable by all" eval '[ ! -L "$textfiles/capgate.prom" ] && [ "$(stat -c %a "$textfiles/capgate.prom")" = 644 ]'
		prove "$engine: again, nothing is restarted" [ "$(wc -l <"$work/restarted")" = 1 ]
		echo '{"version":1,"mode":"audit"}' >"$work/policy/policy.json"
		installer install
		prove "$engine: a changed policy is taken without a restart" grep -q audit "$work/node/etc/capgate/policy.d/50-cluster.json"
		prove "$engine: ... without a restart" [ "$(wc -l <"$work/restarted")" = 1 ]
		echo '{"version":1,"mode":"enforc"}' >"$work/policy/policy.json"
		prove "$engine: a policy that cannot be used is refused" fails installer install
		prove "$engine: and the old one stays" grep -q audit "$work/node/etc/capgate/policy.d/50-cluster.json"
		echo '{"version":1}' >"$work/policy/policy.json"
		rm "$work/node$program/capgate"
		touch "$work/node$program/.x"
		rm -f "$work/node$program/.x"
		installer install
		prove "$engine: a program that was lost is put back" installer ready
		mv "$work/node/usr/sbin/runc" "$work/runc"
		installer install 2>/dev/null
		prove "$engine: a node that is not well is not ready" fails installer ready
		prove "$engine: and says so to the node exporter" grep -qx 'capgate_doctor_status 1' "$work/node/var/lib/node_exporter/textfile_collector/capgate.prom"
		mv "$work/runc" "$work/node/usr/sbin/runc"
		prove "$engine: it can be uninstalled" installer uninstall
		prove "$engine: the engine is restarted" [ "$(wc -l <"$work/restarted")" = 2 ]
		RESTART=false installer install 2>/dev/null
		prove "$engine: a restart that failed leaves the node not ready" fails installer ready
		installer watch >/dev/null 2>&1 &
		for _ in $(seq 3000); do [ "$(wc -l <"$work/restarted")" -ge 3 ] && installer ready && break; sleep 0.1; done
		prove "$engine: the next round restarts it, and the node is ready" sh -c '[ "$(wc -l <"$1")" = 3 ]' - "$work/restarted"
		prove "$engine: ready" installer ready
		kill $! && wait $! 2>/dev/null
		prove "$engine: the end of the pod leaves the gate closed" grep -rqs 'capgate-runc"' "$work/node/etc"
		RESTART=false installer uninstall 2>/dev/null
		prove "$engine: an uninstallation whose restart failed is said again" installer uninstall
		prove "$engine: and restarts the engine" [ "$(wc -l <"$work/restarted")" = 4 ]
		prove "$engine: nothing names capgate any more" fails grep -rl capgate "$work/node/etc/containerd" "$work/node/etc/crio" "$work/node/etc/containers" --include='*.toml' --include='*.conf' --include='*.json'
		prove "$engine: the program stays" test -x "$work/node$program/capgate"
		[ $engine = crio ] || prove "$engine: config.toml is as before" [ "$(cat "$work/node/etc/containerd/config.toml")" = 'version = 2' ]
	done
	if python3 -c 'import yaml' 2>/dev/null; then
		"$top/contrib/kubernetes/machineconfig.sh" "$capgate" "$work/policy/policy.json" >"$work/mc.yaml"
		prove "the MachineConfig holds what configure writes, the program first" python3 "$here/fleet-manifests.py" --machineconfig "$work/mc.yaml" "$capgate" "$program"
	fi
fi

# ---- Ansible ---------------------------------------------------------------------------------
if ! command -v ansible-playbook >/dev/null || [ -z "$own_machine" ] || ! command -v podman >/dev/null; then
	skip "the Ansible role: ansible-core, podman and root are needed"
else
	mountpoint -q /usr/local || machine_cover /usr/local
	rm -rf /etc/capgate /etc/containers/oci /etc/containers/containers.conf.d/50-capgate.conf "$program"
	# Ansible refuses a standard input that does not block.  Suites that run side by side
	# share theirs, and a program of another one may have changed that.
	play() {
		(cd "$top/contrib/ansible" && ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_HOME="$work/ansible" ANSIBLE_LOCAL_TEMP="$work/ansible" ANSIBLE_NOCOLOR=1 \
			ansible-playbook -i localhost, -c local -e capgate_program="$capgate" -e '{"capgate_engines":["podman"]}' \
			-e ansible_python_interpreter=/usr/bin/python3 "$@" site.yml) </dev/null >"$work/play" 2>&1
		local status=$?
		cat "$work/play"
		return $status
	}
	prove "the role runs dry" play --check
	prove "and changes nothing" [ ! -e "$program/capgate" ]
	prove "the role wires podman in, and doctor is content" play
	prove "the policy is there" grep -q '"mode": "enforce"' /etc/capgate/policy.json
	prove "the second run changes nothing" sh -c 'grep -q "changed=0" "$1"' - <(play)
	prove "a policy that cannot be used fails the play" fails play -e '{"capgate_policy":{"profile":"no-such"}}'
	prove "and the old one stays" fails grep -q no-such /etc/capgate/policy.json
	prove "the role takes it out again" play -e capgate_state=absent
	prove "no hook is left" sh -c '[ -z "$(find /etc/containers /usr/local/share/capgate -name "*capgate*.json")" ]'
fi

finish "fleet"
