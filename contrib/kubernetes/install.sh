#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Wires capgate into a Kubernetes node (k3s, RKE2, k0s, microk8s, containerd, CRI-O)
# whose root file system is mounted at $HOST.
#   install.sh install     policy, program, wiring; restarts the engine if that changed
#   install.sh watch       the same, then again every $INTERVAL seconds; doctor and metrics
#   install.sh ready       exit 0 when doctor found nothing wrong (readiness probe)
#   install.sh uninstall   takes the wiring out; the program stays for running pods
# In a function that is called in a condition, set -e has no effect: what must end
# it says so.
set -eu
HOST=${HOST:-/host}
CAPGATE=${CAPGATE:-/capgate}
POLICY=${POLICY:-/policy/policy.json}
INTERVAL=${INTERVAL:-60}
# Where the node exporter looks, if anywhere: a directory on the node.
TEXTFILES=${TEXTFILES:-/var/lib/node_exporter/textfile_collector}
RESTART=${RESTART:-chroot $HOST systemctl restart}
STATE=$HOST/run/capgate-node

say() { echo "capgate: $*" >&2; }

# The engines of this node, as configure calls them; ENGINES overrides.
engines() {
	if [ -n "${ENGINES:-}" ]; then echo "$ENGINES"; return; fi
	# Those that bring a containerd of their own first.
	for e in k3s rke2 k0s microk8s crio containerd; do
		for d in usr/bin usr/local/bin usr/sbin opt/bin opt/rke2/bin snap/bin; do
			if [ -e "$HOST/$d/$e" ]; then echo "$e" | sed 's/crio/cri-o/'; return; fi
		done
	done
	say "none of k3s, RKE2, k0s, microk8s, containerd and CRI-O is on this node"
	return 1
}

# The service that reads an engine's files at its start.
unit() {
	case $1 in
	cri-o) echo crio ;;
	k3s) if [ -e "$HOST/etc/systemd/system/k3s-agent.service" ]; then echo k3s-agent; else echo k3s; fi ;;
	rke2)
		for d in usr/local/lib usr/lib etc; do
			if [ -e "$HOST/$d/systemd/system/rke2-agent.env" ] || [ -e "$HOST/etc/systemd/system/multi-user.target.wants/rke2-agent.service" ]; then
				echo rke2-agent
				return
			fi
		done
		echo rke2-server ;;
	microk8s) echo snap.microk8s.daemon-containerd ;;
	*) echo "$1" ;;
	esac
}

# The policy first: what is wired in must find it.  A policy that cannot be used
# would stop every pod, so it is tried before it is put in place, by rename.
put_policy() {
	[ -e "$POLICY" ] || return 0
	place=$HOST/etc/capgate/policy.d
	mkdir -p "$place" && cat "$POLICY" >"$place/.50-cluster.json.new" && chmod 644 "$place/.50-cluster.json.new" || return 1
	if cmp -s "$place/.50-cluster.json.new" "$place/50-cluster.json"; then
		rm "$place/.50-cluster.json.new"
	elif "$CAPGATE" policy show --policy "$place/.50-cluster.json.new" >/dev/null; then
		mv "$place/.50-cluster.json.new" "$place/50-cluster.json"
		mode=$(sed -n 's/.*"mode": *"\([a-z]*\)".*/\1/p' "$place/50-cluster.json" | head -1)
		say "policy: ${mode:-enforce}"
	else
		rm "$place/.50-cluster.json.new"
		say "the new policy cannot be used; the old one stays"
		return 1
	fi
}

# Takes the engine's wiring in (or, --undo, out) and restarts it.  A mark stays on
# the node until the restart has succeeded: an installer that was killed, or a
# restart that failed, must not be taken for an engine that has read its files.
wire() {
	engine=$1
	mark=$STATE/restart-$(unit "$engine")
	if "$CAPGATE" configure --root "$HOST" --dry-run ${2:-} "$engine" |
		grep -qE '^would (write|link|remove) .*/[^/]*\.(conf|toml|tmpl)$'; then
		: >"$mark"
	fi
	"$CAPGATE" configure --root "$HOST" ${2:-} "$engine" >/dev/null || return 1
	# k0s looks at its directory by itself.
	[ "$engine" != k0s ] || rm -f "$mark"
	if [ -e "$mark" ]; then
		say "${2:-wired} $engine: restarting it"
		$RESTART "$(unit "$engine")" || return 1
		rm "$mark"
	fi
}

install() {
	mkdir -p "$STATE" || return 1
	failed=0
	put_policy || failed=1
	found=$(engines) || return 1
	for e in $found; do wire "$e" || failed=1; done
	return $failed
}

# Doctor's outcome: for the readiness probe and for the node exporter.
# publish FILE DIRECTORY: as capgate.prom, readable by all.  The directory may belong to
# the exporter's user, who may plant a link there: a new file is made or none (set -C is
# O_EXCL), nothing is chmodded by name, and a link to a directory is replaced, not entered.
publish() {
	rm -f "$2/.capgate.prom.new" &&
		(umask 022; set -C; cat "$1" >"$2/.capgate.prom.new") &&
		mv -fT "$2/.capgate.prom.new" "$2/capgate.prom"
}

examine() {
	status=0
	# shellcheck disable=SC2046
	"$CAPGATE" doctor --root "$HOST" $(engines) >"$STATE/doctor.new" 2>&1 || status=$?
	for mark in "$STATE"/restart-*; do
		[ -e "$mark" ] || continue
		status=1
		echo "✗ ${mark##*/restart-} has not been restarted since it was wired in" >>"$STATE/doctor.new"
	done
	mv "$STATE/doctor.new" "$STATE/doctor"
	echo $status >"$STATE/status.new"
	mv "$STATE/status.new" "$STATE/status"
	if [ -d "$HOST$TEXTFILES" ]; then
		"$CAPGATE" metrics --no-doctor --log "$HOST/run/capgate/decisions.jsonl" >"$STATE/capgate.prom" &&
			printf '# HELP capgate_doctor_status Exit status of capgate doctor.\n# TYPE capgate_doctor_status gauge\ncapgate_doctor_status %s\n' \
				$status >>"$STATE/capgate.prom" &&
			publish "$STATE/capgate.prom" "$HOST$TEXTFILES"
	fi
	[ $status -eq 0 ] || { say "doctor:"; cat "$STATE/doctor" >&2; }
}

watch() {
	# The end of this pod (an upgrade, a drain) leaves the gate closed.
	trap 'exit 0' TERM INT
	while :; do
		install || say "installation failed; trying again in $INTERVAL seconds"
		examine
		sleep "$INTERVAL" &
		wait $!
	done
}

uninstall() {
	mkdir -p "$STATE"
	found=$(engines)
	for e in $found; do wire "$e" --undo; done
	rm -f "$HOST/etc/capgate/policy.d/50-cluster.json" "$HOST$TEXTFILES/capgate.prom"
	rm -rf "$STATE"
	say "taken out; the program stays for the pods that were started through it"
}

case "${1:-}" in
install) outcome=0; install || outcome=1; examine; exit $outcome ;;
watch) watch ;;
ready) [ "$(cat "$STATE/status" 2>/dev/null)" = 0 ] ;;
uninstall) uninstall ;;
*) sed -n '3,9s/^# *//p' "$0"; exit 64 ;;
esac
