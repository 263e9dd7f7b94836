#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Prints a MachineConfig for OpenShift with the files that capgate configure writes for
# CRI-O, and with the program itself, which must be static and beside capgate-hook.
#   make STATIC=1
#   contrib/kubernetes/machineconfig.sh build-static/capgate [POLICY.json] >50-capgate.yaml
#   oc apply -f 50-capgate.yaml
# ROLE is the pool: worker (default) or master.  CRIO names a copy of a node's /etc/crio.
# The handlers in our drop-in replace the node's, so they are made from them
# (oc debug node/NAME -- chroot /host tar -C /etc/crio -c . | tar -C DIR -x).
set -eu
program=${1:?the static program, please: build-static/capgate}
policy=${2:-}
role=${ROLE:-worker}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/root/etc"
[ -z "${CRIO:-}" ] || cp -r "$CRIO" "$work/root/etc/crio"
(cd "$work/root" && find . -type f) >"$work/node"
cp "$program" "$(dirname "$program")/capgate-hook" "$work"
strip "$work"/capgate* 2>/dev/null || true
chmod 755 "$work"/capgate*
"$work/capgate" configure --root "$work/root" cri-o >/dev/null
if [ -n "$policy" ]; then
	"$program" policy show --policy "$policy" >/dev/null
	mkdir -p "$work/root/etc/capgate"
	cp "$policy" "$work/root/etc/capgate/policy.json"
fi
cat <<Y
# Made by contrib/kubernetes/machineconfig.sh.
apiVersion: machineconfiguration.openshift.io/v1
kind: MachineConfig
metadata:
  name: 50-$role-capgate
  labels:
    machineconfiguration.openshift.io/role: $role
spec:
  config:
    ignition:
      version: 3.2.0
    storage:
Y
# The program before what names it: Ignition writes files in this order.
(cd "$work/root" && find . -type f | grep -vxF -f "$work/node" | sed 's/^\.//' | sort -r | awk '/\/capgate$/ {print; next} {rest = rest "\n" $0} END {print rest}' | grep .) >"$work/files"
# A link, when the wrapper is in the program.
links=$(cd "$work/root" && find . -type l | sed 's/^\.//')
echo "      files:"
while read -r file; do
	mode=420
	[ ! -x "$work/root$file" ] || mode=493
	printf '        - path: %s\n          mode: %d\n          overwrite: true\n          contents:\n            compression: gzip\n            source: "data:;base64,%s"\n' \
		"$file" $mode "$(gzip -9nc "$work/root$file" | base64 -w0)"
done <"$work/files"
if [ -n "$links" ]; then
	echo "      links:"
	for link in $links; do
		printf '        - path: %s\n          target: %s\n          overwrite: true\n' "$link" "$(readlink "$work/root$link")"
	done
fi
