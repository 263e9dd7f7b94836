#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Wires capgate into a Kubernetes node (k3s, RKE2, k0s, microk8s, containerd, CRI-O)
# whose root file system is mounted at $HOST.
#   install.sh install     writes policy, program and wiring; restarts the engine if they changed
#   install.sh watch       repeats that every $INTERVAL seconds, with doctor and metrics
#   install.sh ready       exits 0 when doctor found nothing wrong (readiness probe)
#   install.sh uninstall   removes the wiring; the program stays for running pods
# set -e has no effect in a function that is called in a condition, so such functions return
# their failures explicitly.
set -eu
HOST=${HOST:-/host}
CAPGATE=${CAPGATE:-/capgate}
POLICY=${POLICY:-/policy/policy.json}
INTERVAL=${INTERVAL:-60}
# The directory on the node in which the node exporter looks for files, if it exists.
TEXTFILES=${TEXTFILES:-/var/lib/node_exporter/textfile_collector}
RESTART=${RESTART:-chroot $HOST systemctl restart}
STATE=$HOST/run/capgate-node

say() { echo "capgate: $*" >&2; }

# The engines of this node, by configure's names; ENGINES overrides them.
engines() {
	if [ -n "${ENGINES:-}" ]; then echo "$ENGINES"; return; fi
	# First those that bring their own containerd.
	for e in k3s rke2 k0s microk8s crio containerd; do
		for d in usr/bin usr/local/bin usr/sbin opt/bin opt/rke2/bin snap/bin; do
			if [ -e "$HOST/$d/$e" ]; then echo "$e" | sed 's/crio/cri-o/'; return; fi
		done
	done
	say "none of k3s, RKE2, k0s, microk8s, containerd and CRI-O is on this node"
	return 1
}

# The service that reads an engine's configuration when it starts.
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

# The policy is installed first, because the wired programs read it.  A policy that cannot
# be used would stop every pod, so it is tested before it is renamed into place.
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

# Wires the engine (or unwires it, with --undo) and restarts it.  A mark stays on the node
# until the restart has succeeded: if the installer is killed or the restart fails, the next
# attempt knows that the engine has not read its new configuration.
wire() {
	engine=$1
	mark=$STATE/restart-$(unit "$engine")
	if "$CAPGATE" configure --root "$HOST" --dry-run ${2:-} "$engine" |
		grep -qE '^would (write|link|remove) .*/[^/]*\.(conf|toml|tmpl)$'; then
		: >"$mark"
	fi
	"$CAPGATE" configure --root "$HOST" ${2:-} "$engine" >/dev/null || return 1
	# k0s watches its directory itself.
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

# publish FILE DIRECTORY: copies FILE as capgate.prom, readable by all.  The directory may belong
# to the exporter's user, who can plant a link there.  So the file is always a new one (set -C is
# O_EXCL), nothing is chmodded by name, and a link to a directory is replaced, not entered.
publish() {
	rm -f "$2/.capgate.prom.new" &&
		(umask 022; set -C; cat "$1" >"$2/.capgate.prom.new") &&
		mv -fT "$2/.capgate.prom.new" "$2/capgate.prom"
}

# Stores doctor's result for the readiness probe and for the node exporter.
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
	# When this pod ends (an upgrade, a drain), the wiring stays.
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
	say "the wiring is removed; the program stays for the pods that were started through it"
}

case "${1:-}" in
install) outcome=0; install || outcome=1; examine; exit $outcome ;;
watch) watch ;;
ready) [ "$(cat "$STATE/status" 2>/dev/null)" = 0 ] ;;
uninstall) uninstall ;;
*) sed -n '3,8s/^# *//p' "$0"; exit 64 ;;
esac
