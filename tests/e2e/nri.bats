# SPDX-License-Identifier: Apache-2.0
# The hooks that NRI's plugin hook-injector would add to a pod's container: it reads the
# two hooks.d directories with podman's reader, knows only the stages of OCI, and a
# runtime runs what it adds.

load rig
load wrapper

setup_file() {
	rig_up
	wrapper_up
	own /usr/local/libexec /etc/containers /etc/crio
	"$CAPGATE" configure cri-o
}

teardown_file() {
	own_down
	wrapper_down
	rig_down
}

setup() {
	default_policy
}

# inject BUNDLE: what the plugin adds to its config.json; the stages, one a line.
inject() {
	python3 - "$1/config.json" <<'P'
import glob, json, os, sys
files = {}
for directory in "/usr/share/containers/oci/hooks.d", "/etc/containers/oci/hooks.d":
    for path in glob.glob(directory + "/*.json"):
        files[os.path.basename(path)] = json.load(open(path))
with open(sys.argv[1]) as f:
    config = json.load(f)
hooks = config.setdefault("hooks", {})
for name, hook in sorted(files.items()):
    assert hook["version"] == "1.0.0" and os.access(hook["hook"]["path"], os.X_OK), name
    assert hook["when"] == {"always": True}, name
    for stage in hook["stages"]:
        assert stage in ("prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"), stage
        hooks.setdefault(stage, []).append(hook["hook"])
        print(stage)
with open(sys.argv[1], "w") as f:
    json.dump(config, f)
P
}

@test "what hook-injector adds refuses a container that asks for NET_RAW, and starts one that does not" {
	local b id="nri-$BATS_TEST_NUMBER-$$"
	b=$(bundle "$id" "$(caps CAP_KILL CAP_NET_RAW)")
	run inject "$b"
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	[ "$output" = $'createRuntime\npoststart' ]
	run runc --root "$RIG/state" run --bundle "$b" "$id" <"$RIG/empty"
	[ "$status" -ne 0 ]
	[[ "$output" == *"createRuntime: refused: "*CAP_NET_RAW* ]] || { echo "$output"; false; }
	b=$(bundle "$id" "$(caps CAP_KILL)")
	inject "$b"
	run runc --root "$RIG/state" run --bundle "$b" "$id" <"$RIG/empty"
	[ "$status" -eq 0 ] || { echo "$output"; false; }
	holds $KILL Eff
	holds_nowhere $NET_RAW
}
