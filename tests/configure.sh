#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# configure on made-up systems: what it writes, what it leaves alone, and that
# undoing it puts every byte back.
set -u
. "$(dirname "$0")/tally.sh"
here=$(cd "$(dirname "$0")" && pwd)
capgate=${CAPGATE:-$here/../build/capgate}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
R=$work/root
program=$(value CAPGATE_HOOKSDIR)
hooks=$(value CAPGATE_OCIHOOKSDIR)
vendor=$(value CAPGATE_VENDORDIR)
conf=$(value CAPGATE_CONTAINERSCONFDIR)

prove() { # SENTENCE COMMAND...
	local sentence=$1
	shift
	if "$@" >"$work/out" 2>&1; then
		ok
	else
		not_ok "$sentence"
		sed 's/^/  # /' "$work/out" "$work/said" 2>/dev/null
	fi
}
fresh() { rm -rf "$R"; mkdir -p "$R/etc/docker" "$R/etc/containerd" "$R/run"; }
run() { "$capgate" configure --root "$R" "$@" >"$work/said" 2>&1; }
fails() { ! "$@"; }
# Everything below the root: path, kind, contents.
tree() { (cd "$R" && find . -mindepth 1 -printf '%p %y %l\n' | sort && find . -type f -exec sha256sum {} + | sort -k2); }
py() { python3 -c "$@"; }

# ---- podman ---------------------------------------------------------------------
fresh
tree >"$work/before"
run podman --dry-run
prove "a dry run says what it would write" grep -q "would write $hooks/99-capgate-createRuntime.json" "$work/said"
tree >"$work/after"
prove "a dry run changes nothing" cmp "$work/before" "$work/after"
prove "podman can be configured" run podman
for f in "$hooks/99-capgate-createRuntime.json" "$hooks/99-capgate-poststart.json" "$vendor/podman-hooks.d/99-capgate.json"; do
	prove "$f names a program that is there" py '
import json,os,sys
h = json.load(open(sys.argv[1] + sys.argv[2]))
assert h["version"] == "1.0.0" and h["when"] == {"always": True}
assert os.access(sys.argv[1] + h["hook"]["path"], os.X_OK)' "$R" "$f"
done
prove "the program is written before what names it" sh -c '[ "$(sed -n "1s/.* //p" "$1")" = "$2/capgate" ]' - "$work/said" "$program"
prove "containers.conf names the three directories" py '
import tomllib,sys
d = tomllib.load(open(sys.argv[1], "rb"))["engine"]["hooks_dir"]
assert d == ["/usr/share/containers/oci/hooks.d", "/etc/containers/oci/hooks.d", sys.argv[2] + "/podman-hooks.d"], d' \
	"$R$conf/50-capgate.conf" "$vendor"
prove "precreate is in no directory that others read" fails grep -r '"stages": \["precreate"\]' "$R$hooks"
prove "what is written can be read by everybody" sh -c '[ -z "$(find "$1" -type f ! -perm -0444)" ]' - "$R"
prove "no temporary files are left" sh -c '[ -z "$(find "$1" -name "*.capgate-new")" ]' - "$R"
(cd "$R" && find . -printf '%p %i %T@\n' | sort) >"$work/before"
run podman
(cd "$R" && find . -printf '%p %i %T@\n' | sort) >"$work/after"
prove "the second run changes nothing" cmp "$work/before" "$work/after"
prove "the second run says so" fails grep -v '^unchanged' "$work/said"
printf broken >"$R$hooks/99-capgate-poststart.json"
run podman
prove "a damaged file is mended" grep -q "^wrote $hooks/99-capgate-poststart.json" "$work/said"
run podman --undo
prove "undone, only the program is left" sh -c '[ "$(find "$1" -type f)" = "$1$2/capgate" ]' - "$R" "$program"
run podman
sed -i 's|^\[engine\]|[engine]\nevents_logger = "file"|; s|^hooks_dir = \[|&"/srv/hooks.d",|' "$R$conf/50-capgate.conf"
cp "$R$conf/50-capgate.conf" "$work/extended"
run podman
prove "a drop-in that somebody has extended is left alone" cmp "$R$conf/50-capgate.conf" "$work/extended"
sed -i 's|"/etc/containers/oci/hooks.d",||' "$R$conf/50-capgate.conf"
cp "$R$conf/50-capgate.conf" "$work/extended"
run podman
prove "one that does not say all it must is written" grep -q "^wrote $conf/50-capgate.conf" "$work/said"
prove "and kept beside it" cmp "$R$conf/50-capgate.conf.before-capgate" "$work/extended"
echo '# mine' >>"$R$conf/50-capgate.conf"
cp "$R$conf/50-capgate.conf" "$work/extended"
run podman --undo
prove "undone, what somebody wrote into a drop-in is kept beside it" cmp "$R$conf/50-capgate.conf.before-capgate" "$work/extended"
run podman
prove "in no file that podman reads" [ "$(ls "$R$conf"/*.conf | wc -l)" = 1 ]
fresh
prove "an unknown engine is a mistake in usage" sh -c '"$1" configure lxc; [ $? -eq 64 ]' - "$capgate"
prove "no engine is a mistake in usage" sh -c '"$1" configure; [ $? -eq 64 ]' - "$capgate"
fresh
prove "--all without an engine says so" fails run --all

if ! "$capgate" --help | grep -q '^  runtime '; then
	echo "configure: the runtime wrapper is not in this program: its engines are skipped"
	skipped=1
	finish "configure"
	exit
fi

# ---- docker ---------------------------------------------------------------------
daemon=$R/etc/docker/daemon.json
docker_ok() {
	py '
import json,sys
new, old, wrapper = json.load(open(sys.argv[1])), json.load(open(sys.argv[2])), sys.argv[3]
assert new.pop("default-runtime") == "capgate"
assert new["runtimes"].pop("capgate") == {"path": wrapper}
old.pop("default-runtime", None); old.get("runtimes", {}).pop("capgate", None)
if not new["runtimes"]: new.pop("runtimes")
if not old.get("runtimes", {1:1}): old.pop("runtimes")
assert new == old, (new, old)' "$daemon" "$1" "$program/capgate-runtime"
}
n=0
while IFS= read -r sample; do
	n=$((n + 1))
	fresh
	printf "$sample" >"$daemon"
	cp "$daemon" "$work/daemon.json"
	prove "docker sample $n can be configured" run docker
	prove "docker sample $n: ours is added, all else stays" docker_ok "$work/daemon.json"
	prove "docker sample $n: there is a backup" cmp "$daemon.before-capgate" "$work/daemon.json"
	cp "$daemon" "$work/wired"
	run docker
	prove "docker sample $n: the second run changes nothing" cmp "$daemon" "$work/wired"
	run docker --undo
	prove "docker sample $n: undone byte for byte" cmp "$daemon" "$work/daemon.json"
	prove "docker sample $n: no backup is left" [ ! -e "$daemon.before-capgate" ]
	# Without the backup, and with a member that somebody added meanwhile.
	run docker
	rm -f "$daemon.before-capgate"
	run docker --undo
	prove "docker sample $n: undone without the backup" py '
import json,sys
new, old = json.load(open(sys.argv[1])), json.load(open(sys.argv[2]))
for d in new, old:
    if d.get("default-runtime") in ("runc", "capgate"): d.pop("default-runtime")
    d.get("runtimes", {}).pop("capgate", None)
    if d.get("runtimes") == {}: d.pop("runtimes")
assert new == old, (new, old)' "$daemon" "$work/daemon.json"
done <<'SAMPLES'
{}
{ }\n
{"debug":true}
{\n\t"log-driver": "journald",\n\t"features": {"buildkit": true}\n}\n
{\n  "runtimes": {\n    "kata": { "path": "/k", "runtimeArgs": ["--x"] }\n  },\n  "default-runtime": "runc"\n}\n
{"default-runtime":"runc","runtimes":{}}
{"runtimes":{"capgate":{"path":"/old/place"}},"default-runtime":"runc"}
{"a":1.50,"b":[1,2,{"c":"\\\\u00e9}"}],"runtimes":{"x":{"path":"/x"}},"z":"}"}
SAMPLES
fresh
prove "docker without daemon.json gets one" run docker
prove "which is valid" docker_ok <(echo '{}')
run docker --undo
prove "and goes again" [ ! -e "$daemon" ]
while IFS= read -r sample; do
	fresh
	printf "$sample" >"$daemon"
	cp "$daemon" "$work/daemon.json"
	prove "refused: $sample" fails run docker
	prove "left alone: $sample" cmp "$daemon" "$work/daemon.json"
	prove "in one line: $sample" [ "$(wc -l <"$work/said")" = 1 ]
	prove "and nothing else is written: $sample" [ ! -e "$R$program/capgate" ]
done <<'SAMPLES'
{"debug":true
{"debug":true}{}
{"default-runtime":"runc","default-runtime":"crun"}
{"runtimes":{},"RUNTIMES":{}}
{"default-runtime":"nvidia"}
{"runtimes":[]}
{"default-runtime":7}
\xef\xbb\xbf{}
SAMPLES
fresh
mkdir -p "$R/srv"
echo '{"debug":true}' >"$R/srv/daemon.json"
ln -s /srv/daemon.json "$daemon"
run docker
prove "a symbolic link stays one" [ -L "$daemon" ]
prove "and the file that it names is edited" grep -q capgate-runtime "$R/srv/daemon.json"
chmod 600 "$R/srv/daemon.json"
run docker --undo
prove "its mode stays" [ "$(stat -c %a "$R/srv/daemon.json")" = 600 ]

# Somebody else's change between two runs: the backup stays the file from before.
fresh
echo '{"debug":true}' >"$daemon"
cp "$daemon" "$work/daemon.json"
run docker
sed -i 's|"default-runtime": "capgate"|"default-runtime": "runc"|' "$daemon"
run docker
prove "the backup is never a file that names us" cmp "$daemon.before-capgate" "$work/daemon.json"
run docker --undo
prove "and undone, nothing names us" fails grep -q capgate "$daemon"
# An interrupted run's leavings go with the next one.
fresh
run podman
touch "$R$hooks/.99-capgate-createRuntime.json.capgate-new"
run podman --undo
prove "what an interrupted run left is gone after --undo" sh -c '[ -z "$(find "$1" -name "*.capgate-new")" ]' - "$R"

# ---- containerd -----------------------------------------------------------------
toml=$R/etc/containerd/config.toml
containerd_ok() { # PLUGIN SYSTEMD
	py '
import tomllib,sys
new, old = (tomllib.load(open(p, "rb")) for p in sys.argv[1:3])
c = new["plugins"][sys.argv[4]]["containerd"]
assert c.pop("default_runtime_name") == "capgate"
ours = c["runtimes"].pop("capgate")
assert ours == {"runtime_type": "io.containerd.runc.v2", "options": {"BinaryName": sys.argv[3], "SystemdCgroup": sys.argv[5] == "true"}}, ours
o = old.setdefault("plugins", {}).setdefault(sys.argv[4], {}).setdefault("containerd", {})
o.pop("default_runtime_name", None)
o.setdefault("runtimes", {}).pop("capgate", None)
assert new == old, (new, old)' "$toml" "$1" "$program/capgate-runtime" "$2" "$3"
}
try_containerd() { # NAME PLUGIN SYSTEMD <TEXT
	fresh
	cat >"$toml"
	cp "$toml" "$work/config.toml"
	prove "containerd $1 can be configured" run containerd
	prove "containerd $1: ours is added, all else stays" containerd_ok "$work/config.toml" "$2" "$3"
	cp "$toml" "$work/wired"
	run containerd
	prove "containerd $1: the second run changes nothing" cmp "$toml" "$work/wired"
	run containerd --undo
	prove "containerd $1: undone byte for byte" cmp "$toml" "$work/config.toml"
	run containerd
	echo '# somebody was here' >>"$toml"
	rm -f "$toml.before-capgate"
	run containerd --undo
	echo '# somebody was here' >>"$work/config.toml"
	prove "containerd $1: undone without the backup" py '
import sys
a, b = (open(p).read() for p in sys.argv[1:])
assert a.replace("\n\n", "\n") == b.replace("\n\n", "\n").replace("'\''runc'\''", "\"runc\""), a' "$toml" "$work/config.toml"
}
v2=io.containerd.grpc.v1.cri v3=io.containerd.cri.v1.runtime
try_containerd "v2, empty" $v2 false <<'T'
version = 2
T
try_containerd "v2, kubeadm's" $v2 true <<'T'
# made by hand
version = 2
root = "/var/lib/containerd"
imports = []
[grpc]
  address = "/run/containerd/containerd.sock"
  uid = 0
[plugins]
  [plugins."io.containerd.grpc.v1.cri"]
    sandbox_image = 'registry.k8s.io/pause:3.9'
    [plugins."io.containerd.grpc.v1.cri".containerd]
      default_runtime_name = "runc" # default
      discard_unpacked_layers = false
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes]
        [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
          runtime_type = "io.containerd.runc.v2"
          pod_annotations = []
          [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
            BinaryName = ""
            SystemdCgroup = true
    [plugins."io.containerd.grpc.v1.cri".registry.mirrors."docker.io"]
      endpoint = ["https://a.example", "https://b.example",]
[timeouts]
  "io.containerd.timeout.task.state" = "2s"
T
try_containerd "v2, table without a default" $v2 false <<'T'
version = 2
[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "overlayfs"
T
try_containerd "v2, only a runtime below" $v2 true <<'T'
version = 2
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
SystemdCgroup = true
T
try_containerd "v2, line ends of Windows" $v2 false < <(printf 'version = 2\r\n\r\n[plugins."%s".containerd] # ours\r\n  snapshotter = "native"\r\n' $v2)
try_containerd "v2, odd but lawful TOML" $v2 true <<'T'
"version" = 2 # a quoted key
root = """/var/lib/\
containerd"""
state = '''/run/containerd'''
a.b."c.d" = [ [1, 2], ["x", { y = 1_000, z = 1979-05-27T07:32:00Z }], ] # trailing comma
u = "\u00e9\U0001F600\b\f"
[[proxy]]
name = "one"
[[proxy]]
name = "two ]] ["
[plugins.'io.containerd.grpc.v1.cri'.containerd.runtimes."runc".options]
SystemdCgroup=true
T
try_containerd "v3, without imports" $v3 false <<'T'
version = 3
[plugins.'io.containerd.cri.v1.runtime'.containerd]
  default_runtime_name = 'runc'
T
fresh
printf "version = 3\nimports = ['/etc/containerd/conf.d/*.toml']\n[plugins.'$v3'.containerd.runtimes.runc.options]\nSystemdCgroup = true\n" >"$toml"
cp "$toml" "$work/config.toml"
run containerd
prove "version 3 with imports: the main file is not touched" cmp "$toml" "$work/config.toml"
prove "version 3 with imports: a drop-in" py '
import tomllib,sys
c = tomllib.load(open(sys.argv[1], "rb"))
assert c["version"] == 3
c = c["plugins"]["io.containerd.cri.v1.runtime"]["containerd"]
assert c["default_runtime_name"] == "capgate" and c["runtimes"]["capgate"]["options"] == {"BinaryName": sys.argv[2], "SystemdCgroup": True}' \
	"$R/etc/containerd/conf.d/50-capgate.toml" "$program/capgate-runtime"
run containerd --undo
prove "undone, it is gone" [ ! -e "$R/etc/containerd/conf.d/50-capgate.toml" ]
fresh
prove "containerd without a configuration gets one" run containerd
printf 'version = 2\n' >"$work/config.toml"
prove "which is valid" containerd_ok "$work/config.toml" $v2 false
run containerd --undo
prove "and goes again" [ ! -e "$toml" ]
fresh
printf 'disabled_plugins = ["cri"]\n' >"$toml"
cp "$toml" "$work/config.toml"
prove "no CRI plugin, nothing to do" run containerd
prove "and nothing is done" cmp "$toml" "$work/config.toml"
while IFS= read -r sample; do
	fresh
	printf "$sample" >"$toml"
	cp "$toml" "$work/config.toml"
	prove "refused: $sample" fails run containerd
	prove "left alone: $sample" cmp "$toml" "$work/config.toml"
	prove "in one line: $sample" [ "$(wc -l <"$work/said")" = 1 ]
done <<'SAMPLES'
root = "/x"\n
version = 9\n
version = 2\n[plugins
version = 2\nroot = "x\n
version = 2\nplugins = { "io.containerd.grpc.v1.cri" = { containerd = { snapshotter = "x" } } }\n
version = 2\n[plugins."io.containerd.grpc.v1.cri".containerd]\nruntimes = { runc = { runtime_type = "x" } }\n
version = 2\n[plugins."io.containerd.grpc.v1.cri".containerd]\ndefault_runtime_name = "nvidia"\n
version = 2\n[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.capgate]\nruntime_type = "io.containerd.runc.v2"\n
version = 2\n[plugins."io.containerd.grpc.v1.cri".containerd.default_runtime]\nruntime_type = "io.containerd.runc.v2"\n
version = 2\n[plugins."io.containerd.grpc.v1.cri"]\ncontainerd.snapshotter = "native"\n
version = 2\nplugins."io.containerd.grpc.v1.cri".containerd.snapshotter = "native"\n
version = 2\nversion = 2\n
version = 2\n[plugins."io.containerd.grpc.v1.cri".containerd]\ndefault_runtime_name = "runc"\ndefault_runtime_name = "runc"\n
version = 2\n[plugins."io.containerd.grpc.v1.cri".containerd]\n[plugins."io.containerd.grpc.v1.cri".containerd]\n
\xef\xbb\xbfversion = 2\n
version = 2\nroot = "\\q"\n
version = 2\nimports = ["a","b","c","d","e","f","g","h","i","j","k","l","m","n","o","p","q"]\n
SAMPLES
fresh
mkdir "$R/etc/containerd/more"
printf 'version = 2\n[plugins."%s"]\nsandbox_image = "x"\n' $v2 >"$R/etc/containerd/more/a.toml"
printf 'version = 2\nimports = ["more/*.toml"]\n' >"$toml"
cp "$toml" "$work/config.toml"
prove "an import that would hide the runtimes is told" fails run containerd
prove "by name" grep -q more/a.toml "$work/said"
prove "and config.toml is left alone" cmp "$toml" "$work/config.toml"

# ---- CRI-O, and who shares what ----------------------------------------------------
fresh
prove "cri-o can be configured" run cri-o
prove "crio.conf.d makes capgate the default runtime" py '
import tomllib,sys
c = tomllib.load(open(sys.argv[1], "rb"))["crio"]["runtime"]
assert c["default_runtime"] == "capgate" and c["runtimes"]["capgate"]["runtime_path"] == sys.argv[2]
assert c["hooks_dir"][:2] == ["/usr/share/containers/oci/hooks.d", "/etc/containers/oci/hooks.d"]' \
	"$R/etc/crio/crio.conf.d/50-capgate.conf" "$program/capgate-runtime"
prove "the wrapper is a link beside the program" [ "$(readlink "$R$program/capgate-runtime")" = capgate ]
run podman
run podman --undo
prove "what cri-o still needs stays when podman is undone" [ -e "$R$hooks/99-capgate-createRuntime.json" ]
run cri-o --undo
prove "and goes with cri-o" [ ! -e "$R$hooks/99-capgate-createRuntime.json" ]
fresh
mkdir -p "$R/etc/capgate" && echo '{"version":1,"runtimes":{"capgate-runtime":"/usr/bin/crun"}}' >"$R/etc/capgate/runtime.json"
run cri-o
prove "an existing runtime.json is kept" grep -q '"/usr/bin/crun"}' "$R/etc/capgate/runtime.json"
fresh
mkdir -p "$R/usr/bin" && touch "$R/usr/bin/podman" "$R/usr/bin/crio"
run --all
prove "--all takes the engines that are here" [ -e "$R/etc/crio/crio.conf.d/50-capgate.conf" -a -e "$R$conf/50-capgate.conf" -a ! -e "$daemon" ]

# ---- One engine fails, the others are wired --------------------------------------------
fresh
mkdir -p "$R/usr/bin" && touch "$R/usr/bin/podman" "$R/usr/bin/dockerd" "$R/usr/bin/crio"
printf '{"debug": tru' >"$daemon"
status=0
run --all || status=$?
prove "--all goes on after an engine that fails" [ -e "$R/etc/crio/crio.conf.d/50-capgate.conf" -a -e "$R$conf/50-capgate.conf" ]
prove "and leaves that engine's file alone" [ "$(cat "$daemon")" = '{"debug": tru' ]
prove "its status says so" [ $status -eq 22 ]
prove "and its words say why, of which engine" grep -q '^capgate: configure: docker: .*daemon.json is left alone' "$work/said"
prove "with what is done and what is not" grep -q '^capgate: configure: done: podman cri-o; not done: docker$' "$work/said"
prove "the program is shown once" [ "$(grep -c "$program/capgate$" "$work/said")" = 1 ]
run --all --dry-run
prove "in a dry run too" [ "$(grep -c "$program/capgate$" "$work/said")" = 1 ]
fresh
mkdir -p "$R/usr/bin" "$R/bin" "$R/dev" && cp "$(command -v busybox)" "$R/bin/sh" && : >"$R/dev/stdin"
# As dockerd 23 and later: it looks for docker-proxy in PATH before it reads its file.
printf '#!/bin/sh\ncase $PATH in */usr/local/sbin:*) exit 0;; esac\n%s\nexit 1\n' \
	'echo "unable to configure the Docker daemon with file /dev/stdin: exec: \"docker-proxy\": executable file not found in \$PATH"' >"$R/usr/bin/dockerd"
chmod 755 "$R/usr/bin/dockerd"
prove "dockerd is asked with a PATH" run docker
fresh
mkdir -p "$R/usr/bin" "$R/bin" "$R/dev" && cp "$(command -v busybox)" "$R/bin/sh" && : >"$R/dev/stdin"
printf '#!/bin/sh\necho "unable to configure the Docker daemon with file /dev/stdin: %s"\nexit 1\n' "$(printf 'wordy%.0s ' $(seq 100))" >"$R/usr/bin/dockerd"
chmod 755 "$R/usr/bin/dockerd"
prove "what dockerd refuses is left alone" fails run docker
prove "a long message ends with a whole word" grep -q 'wordy \.\.\.$' "$work/said"

# ---- The program that engines start ------------------------------------------------------
version=$("$capgate" --version | sed 's/^capgate //')
mkdir "$work/pair"
cp "$capgate" "$(dirname "$capgate")/capgate-hook" "$work/pair"
pair() { "$work/pair/capgate" configure --root "$R" podman >"$work/said" 2>&1; }
fresh
prove "configure installs capgate-hook, which is beside it" pair
prove "and nothing else as the program" cmp "$R$program/capgate" "$work/pair/capgate-hook"
other=$(echo "$version" | tr 0-9 9)
fresh && tree >"$work/before"
sed "s/$version/$other/g" "$(dirname "$capgate")/capgate-hook" >"$work/pair/capgate-hook"
prove "configure refuses a capgate-hook of another version" fails pair
prove "and says both versions" grep -q "capgate-hook is version $other, this program is version $version: install both" "$work/said"
tree >"$work/after"
prove "and changes nothing" cmp "$work/before" "$work/after"
echo '#!/bin/sh' >"$work/pair/capgate-hook"
prove "configure refuses a capgate-hook that is another program" fails pair
prove "and says so" grep -q "capgate-hook is not the program that engines start" "$work/said"
if ! [ -e "$program/capgate" ]; then
	rm "$work/pair/capgate-hook"
	prove "configure refuses when there is no program to install" fails pair
	prove "and says what is missing" grep -q "neither beside this one (capgate-hook) nor installed as" "$work/said"
fi

finish "configure"
