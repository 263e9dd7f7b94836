# SPDX-License-Identifier: Apache-2.0
# What configure writes, in a real containerd: each CRI handler gives its containers what
# it gave before, without what the policy forbids.

load rig
load wrapper
load containerd

setup_file() {
	need containerd ctr curl python3 || return 0
	rig_up
	wrapper_up
	python3 - >"$RIG/base.json" <<'P'
import json
caps = ["CAP_CHOWN", "CAP_NET_RAW", "CAP_KILL", "CAP_SETUID", "CAP_SETGID", "CAP_NET_BIND_SERVICE"]
print(json.dumps({"ociVersion": "1.0.2", "process": {"cwd": "/", "args": ["sh"], "user": {"uid": 0, "gid": 0},
    "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 888, "soft": 888}],
    "capabilities": {k: caps for k in ("bounding", "effective", "permitted")}},
    "root": {"path": "rootfs"}, "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"},
    {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755"]},
    {"destination": "/sys", "type": "sysfs", "source": "sysfs", "options": ["ro"]}],
    "linux": {"resources": {"devices": [{"allow": False, "access": "rwm"}]},
        "namespaces": [{"type": t} for t in ("pid", "ipc", "uts", "mount", "network")]}}))
P
	mkdir -p "$RIG/node/etc/containerd" "$RIG/node/run"
	cri_toml >"$RIG/node/etc/containerd/config.toml" <<-EOF
		    default_runtime_name = "hardened"
		  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.hardened]
		    runtime_type = "io.containerd.runc.v2"
		    base_runtime_spec = "$RIG/base.json"
		  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.crun]
		    runtime_type = "io.containerd.runc.v2"
		    pod_annotations = ["example.org/*"]
		  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.crun.options]
		    BinaryName = "$(command -v crun)"
	EOF
	image
}

teardown_file() {
	[ -n "${RIG:-}" ] || return 0
	down
	daemon_umount
	wrapper_down
	rig_down
}

setup() {
	need containerd ctr curl python3 || skip "not installed: containerd, ctr, curl or python3"
	default_policy
}

down() {
	for id in $(c -n k8s.io containers ls -q 2>/dev/null); do cri stop "$id" >/dev/null 2>&1 || true; done
	daemon_down containerd
}

# up: containerd with the node's configuration.
up() {
	down
	cp "$RIG/node/etc/containerd/config.toml" "$RIG/containerd.toml"
	containerd_up
	import -n k8s.io
}

# measure HANDLER: what a container of that handler has.
measure() {
	local sandbox id
	sandbox=$(HANDLER=$1 cri sandbox "$1$RANDOM")
	id=$(cri create "$sandbox" "$1" docker.io/library/bb:latest "" sleep 600)
	cri start "$id"
	cri exec "$id" grep -E '^Cap|^NoNewPrivs|^Seccomp:' /proc/self/status
	cri exec "$id" grep -E 'open files|processes|core' /proc/self/limits
	c -n k8s.io containers info "$id" | jq -S '.Spec.annotations | del(.. | ."io.kubernetes.cri.sandbox-id"?, ."io.kubernetes.cri.sandbox-name"?, ."io.kubernetes.cri.sandbox-uid"?)'
	cri stop "$sandbox" >/dev/null
}

# The sets without NET_RAW.
less() { sed -E ':a; s/^(Cap...:\s[0-9a-f]{12})([0-9a-f]{4})$/\1 \2/; ta' | while IFS= read -r line; do
	if [[ $line =~ ^(Cap...:.*)\ ([0-9a-f]{4})$ ]]; then printf '%s%04x\n' "${BASH_REMATCH[1]}" $((0x${BASH_REMATCH[2]} & ~0x2000)); else echo "$line"; fi
done; }

@test "every handler gives what it gave before, without NET_RAW" {
	up
	for handler in hardened crun; do measure $handler >"$RIG/$handler.before"; done
	"$CAPGATE" configure --root "$RIG/node" containerd
	# The links and runtime.json of the node, where this test has them.
	hooks=$(sed -n 's|.*BinaryName = "\(.*\)/capgate-hardened".*|\1|p' "$RIG/node/etc/containerd/config.toml")
	sed -i "s|$hooks/|$RIG/bin/|" "$RIG/node/etc/containerd/config.toml"
	for handler in hardened crun; do ln -sf "$CAPGATE_HOOK" "$RIG/bin/capgate-$handler"; done
	cp "$RIG/node/etc/capgate/runtime.json" /etc/capgate/runtime.json
	up
	for handler in hardened crun; do
		measure $handler >"$RIG/$handler.after"
		# The test can tell: NET_RAW was there.
		grep -q '^CapBnd:.*[2367abef]...$' "$RIG/$handler.before"
		diff <(less <"$RIG/$handler.before") "$RIG/$handler.after"
	done
	grep -q 'open files *888 ' "$RIG/hardened.after"
}
