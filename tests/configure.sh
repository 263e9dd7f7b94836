#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# configure on simulated systems: what it writes, what it does not change, and that --undo
# restores every byte.
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
prove "a damaged file is repaired" grep -q "^wrote $hooks/99-capgate-poststart.json" "$work/said"
run podman --undo
prove "undone, only the program and its runtime.json are left" sh -c '[ "$(cd "$1" && find . -type f | sort)" = "./etc/capgate/runtime.json
.$2/capgate" ]' - "$R" "$program"
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
prove "in no file that podman reads" [ "$(ls "$R$conf"/*.conf | wc -l)" = 2 ]
fresh
mkdir -p "$R/etc/containers"
printf '[engine]\nhooks_dir = ["/opt/hooks.d", "/etc/containers/oci/hooks.d"]\n' >"$R/etc/containers/containers.conf"
run podman --hooks-only
prove "with --hooks-only, too, the host's directories of hooks are kept, and no runtime is wrapped" py '
import sys,tomllib
c = tomllib.load(open(sys.argv[1] + "/zz-capgate.conf", "rb"))
assert c == {"engine": {"hooks_dir": ["/opt/hooks.d", "/etc/containers/oci/hooks.d", "/usr/share/containers/oci/hooks.d", sys.argv[2]]}}, c' "$R$conf" "$vendor/podman-hooks.d"
for dirs in '"/opt/a\"b"' '"/opt/\u0001"' "$(seq -f '"/opt/%g",' 30)"; do
	printf '[engine]\nhooks_dir = [%s]\n' "$dirs" >"$R/etc/containers/containers.conf"
	prove "directories that cannot be kept are refused: ${dirs%%,*}" fails run podman
	prove "with the file that names them" grep -q '/etc/containers/containers.conf names .*director.* of hooks' "$work/said"
done
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
for name, runtime in new["runtimes"].items():
    if runtime["path"] == wrapper.replace("-runtime", "-" + name): runtime["path"] = old["runtimes"][name]["path"]
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
fresh
ln -s /srv/gone.json "$daemon"
prove "a link to nothing is refused" fails run docker
prove "with what to do" grep -q 'daemon.json is a link to a file that does not exist' "$work/said"
prove "and it stays" [ "$(readlink "$daemon")" = /srv/gone.json ]

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
try_containerd() { # NAME <TEXT
	fresh
	cat >"$toml"
	cp "$toml" "$work/config.toml"
	rm -rf "$work/old" && cp -r "$R" "$work/old"
	prove "containerd $1 can be configured" run containerd
	prove "containerd $1: the programs are ours, all else stays" python3 "$here/wiring.py" containerd "$work/old" "$R" "$program"
	cp "$toml" "$work/wired"
	run containerd
	prove "containerd $1: the second run changes nothing" cmp "$toml" "$work/wired"
	run containerd --undo
	prove "containerd $1: undone byte for byte" cmp "$toml" "$work/config.toml"
	run containerd
	echo '# somebody was here' >>"$toml"
	run containerd --undo
	(cat "$work/config.toml"; echo '# somebody was here') >"$work/edited"
	prove "containerd $1: undone after an edit, the edit stays" diff "$work/edited" "$toml"
	run containerd
	rm -f "$toml.before-capgate"
	run containerd --undo
	prove "containerd $1: undone without the backup, nothing names us" fails grep capgate "$toml"
}
v2=io.containerd.grpc.v1.cri v3=io.containerd.cri.v1.runtime
try_containerd "v2, empty" <<'T'
version = 2
T
try_containerd "v2, kubeadm's" <<'T'
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
try_containerd "v2, table without a default" <<'T'
version = 2
[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "overlayfs"
T
try_containerd "v2, only a runtime below" <<'T'
version = 2
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
SystemdCgroup = true
T
try_containerd "v2, line ends of Windows" < <(printf 'version = 2\r\n\r\n[plugins."%s".containerd] # ours\r\n  snapshotter = "native"\r\n' $v2)
try_containerd "v2, unusual but valid TOML" <<'T'
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
try_containerd "v3, without imports" <<'T'
version = 3
[plugins.'io.containerd.cri.v1.runtime'.containerd]
  default_runtime_name = 'runc'
T
fresh
printf "version = 3\nimports = ['/etc/containerd/conf.d/*.toml']\n[plugins.'$v3'.containerd.runtimes.runc.options]\nSystemdCgroup = true\n" >"$toml"
cp "$toml" "$work/config.toml"
run containerd
prove "version 3 with imports: the main file is not touched" cmp "$toml" "$work/config.toml"
prove "version 3 with imports: a drop-in says the program, nothing else" py '
import tomllib,sys
c = tomllib.load(open(sys.argv[1], "rb"))
assert c == {"version": 3, "plugins": {"io.containerd.cri.v1.runtime": {"containerd": {"runtimes": {"runc": {
    "runtime_type": "io.containerd.runc.v2", "options": {"BinaryName": sys.argv[2]}}}}}}}, c' \
	"$R/etc/containerd/conf.d/zz-capgate.toml" "$program/capgate-runc"
run containerd --undo
prove "undone, it is gone" [ ! -e "$R/etc/containerd/conf.d/zz-capgate.toml" ]
mkdir -p "$R/etc/containerd/conf.d"
printf "version = 3\n[plugins.'$v3'.containerd.runtimes.late]\nruntime_type = 'io.containerd.runc.v2'\n[plugins.'$v3'.containerd.runtimes.late.options]\nBinaryName = '/opt/late'\n" >"$R/etc/containerd/conf.d/zzz.toml"
cp "$R/etc/containerd/conf.d/zzz.toml" "$work/zzz.toml"
run containerd
prove "a file that is read after the drop-in is edited" grep -q "BinaryName = \"$program/capgate-late\"" "$R/etc/containerd/conf.d/zzz.toml"
run containerd --undo
prove "and put back" cmp "$R/etc/containerd/conf.d/zzz.toml" "$work/zzz.toml"

# ---- Version 0.1.0's wiring, carried over -------------------------------------------
old_block() {
	printf '# capgate: begin (capgate configure containerd --undo takes this out)\n%b[plugins."%s".containerd.runtimes.capgate]\nruntime_type = "io.containerd.runc.v2"\n[plugins."%s".containerd.runtimes.capgate.options]\nBinaryName = "%s/capgate-runtime"\nSystemdCgroup = false\n# capgate: end\n' "$1" $v2 $v2 "$program"
}
default_of() { py 'import tomllib,sys; print(tomllib.load(open(sys.argv[1], "rb"))["plugins"]["io.containerd.grpc.v1.cri"]["containerd"].get("default_runtime_name"))' "$toml"; }
binary_of() { py 'import tomllib,sys; print(tomllib.load(open(sys.argv[1], "rb"))["plugins"]["io.containerd.grpc.v1.cri"]["containerd"]["runtimes"][sys.argv[2]]["options"]["BinaryName"])' "$toml" "$1"; }
fresh
printf 'version = 2\n[plugins."%s".containerd]\n  default_runtime_name = "mine"\n  [plugins."%s".containerd.runtimes.mine]\n    runtime_type = "io.containerd.runc.v2"\n    base_runtime_spec = "/b.json"\n' $v2 $v2 >"$work/config.toml"
cp "$work/config.toml" "$toml.before-capgate"
(sed 's/"mine"$/"capgate"/' "$work/config.toml"; old_block "") >"$toml"
prove "an old installation is carried over" run containerd
prove "its default is the host's again" [ "$(default_of)" = mine ]
prove "which is wrapped" [ "$(binary_of mine)" = "$program/capgate-mine" ]
prove "and the old handler stays for the pods that name it" [ "$(binary_of capgate)" = "$program/capgate-runtime" ]
cp "$toml" "$work/wired"
run containerd
prove "a second run changes nothing" cmp "$toml" "$work/wired"
run containerd --undo
prove "undone, the file from before version 0.1.0 is back" cmp "$toml" "$work/config.toml"
fresh
(printf '# Made by capgate configure containerd.\nversion = 2\n'; old_block "[plugins.\"$v2\".containerd]\\ndefault_runtime_name = \"capgate\" # capgate\\n") >"$toml"
prove "one that made the file is carried over" run containerd
prove "its default is runc again" [ "$(default_of)" = None ]
prove "which is wrapped too" [ "$(binary_of runc)" = "$program/capgate-runc" ]
run containerd --undo
prove "undone, the file that it made is gone" [ ! -e "$toml" ]
fresh
mkdir -p "$R/etc/containerd/conf.d"
printf "version = 3\nimports = ['/etc/containerd/conf.d/*.toml']\n" >"$toml"
printf "# Made by capgate configure containerd.\nversion = 3\n[plugins.\"$v3\".containerd]\ndefault_runtime_name = \"capgate\" # capgate\n[plugins.\"$v3\".containerd.runtimes.capgate]\nruntime_type = \"io.containerd.runc.v2\"\n[plugins.\"$v3\".containerd.runtimes.capgate.options]\nBinaryName = \"$program/capgate-runtime\"\nSystemdCgroup = false\n" >"$R/etc/containerd/conf.d/50-capgate.toml"
prove "an old drop-in is carried over" run containerd
prove "the new one takes its place" [ ! -e "$R/etc/containerd/conf.d/50-capgate.toml" -a -e "$R/etc/containerd/conf.d/zz-capgate.toml" ]
prove "with the handler for the pods that name it, and no default" sh -c 'grep -q "runtimes.capgate.options" "$1" && ! grep -q default_runtime "$1"' - "$R/etc/containerd/conf.d/zz-capgate.toml"
cp "$R/etc/containerd/conf.d/zz-capgate.toml" "$work/wired"
run containerd
prove "a second run keeps it" cmp "$R/etc/containerd/conf.d/zz-capgate.toml" "$work/wired"

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
version = 5\n
version = 2\n[plugins."io.containerd.grpc.v1.cri".containerd]\nruntimes = {}\n
version = 2\n[plugins
version = 2\nroot = "x\n
version = 2\nplugins = { "io.containerd.grpc.v1.cri" = { containerd = { snapshotter = "x" } } }\n
version = 2\nversion = 2\n
version = 2\n[plugins."io.containerd.grpc.v1.cri".containerd]\ndefault_runtime_name = "runc"\ndefault_runtime_name = "runc"\n
\xef\xbb\xbfversion = 2\n
version = 2\nroot = "\\q"\n
version = 2\nimports = ["a","b","c","d","e","f","g","h","i","j","k","l","m","n","o","p","q"]\n
SAMPLES
# ---- Options of dockerd --------------------------------------------------------
fresh
mkdir -p "$R/lib/systemd/system"
printf '[Service]\nExecStart=/usr/sbin/dockerd --default-runtime nvidia\n' >"$R/lib/systemd/system/docker.service"
prove "docker: a default that is an option of dockerd is refused, for it would not start with two" fails run docker
prove "and the file that has the option is named" grep -q "docker.service has the option --default-runtime nvidia" "$work/said"

# ---- The runc of PATH ------------------------------------------------------------------
fresh
mkdir -p "$R/lib/systemd/system/docker.service.d" "$R/etc/systemd/system"
printf '[Service]\nEnvironment="A=b" "PATH=/first:/usr/bin"\n' >"$R/lib/systemd/system/docker.service"
tree >"$work/before"
prove "runc can be closed for docker and containerd" run docker containerd --close-runc
dropin() { cat "$R/etc/systemd/system/$1.service.d/zz-capgate-$2.conf"; }
prove "the directory is first in the PATH that the service has" sh -c 'echo "$1" | grep -qx "Environment=\"PATH=$2/path:/first:/usr/bin\""' - "$(dropin docker docker)" "$vendor"
prove "and in the usual one where it has none" sh -c 'echo "$1" | grep -qx "Environment=\"PATH=$2/path:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\""' - "$(dropin containerd docker)" "$vendor"
for name in runc buildkit-runc crun; do
	prove "$name there is capgate" [ "$(readlink "$R$vendor/path/$name")" = "$program/capgate" ]
	prove "$name is mapped to the real ones" py 'import json,sys; paths = json.load(open(sys.argv[1]))["runtimes"][sys.argv[2]]; assert "/usr/bin/" + sys.argv[2] in paths' "$R/etc/capgate/runtime.json" "$name"
done
run docker containerd --close-runc
prove "the second run changes nothing" fails grep -v '^unchanged' "$work/said"
run docker --undo
prove "docker undone, containerd's stays" [ -e "$R/etc/systemd/system/containerd.service.d/zz-capgate-containerd.conf" -a -L "$R$vendor/path/runc" -a ! -e "$R/etc/systemd/system/docker.service.d/zz-capgate-docker.conf" ]
run containerd --undo
prove "both undone, nothing of it is left" [ -z "$(find "$R/etc/systemd" "$R$vendor" ! -type d)" ]
fresh
run docker
prove "without --close-runc no service is touched" [ ! -e "$R/etc/systemd" ]

# ---- Engines that look for one name in different places -----------------------------------
list_of() { py 'import json,sys; print(*[p for e in [json.load(open(sys.argv[1]))["runtimes"][sys.argv[2]]] for p in (e if isinstance(e, list) else [e])])' "$R/etc/capgate/runtime.json" "$1"; }
docker_names() { [ "$(py 'import json,sys; r = json.load(open(sys.argv[1]))["runtimes"][sys.argv[2]]; print(r["path"])' "$daemon" "$1")" = "$program/$2" ]; }
usual() { local dir list=; for dir in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin; do list="$list $dir/$1"; done; echo ${list# }; }
fresh
mkdir -p "$R/usr/bin" "$R/usr/local/bin"
printf '#!/bin/sh\n' >"$R/usr/bin/crun" && chmod 755 "$R/usr/bin/crun"
printf '{"runtimes": {"crun": {"path": "crun"}, "other": {"path": "/opt/x/crun"}}}' >"$daemon"
cp "$daemon" "$work/daemon.json"
prove "podman and docker that find the same crun today can be configured" run podman docker
prove "podman's name has podman's list" [ "$(list_of capgate-crun)" = "/usr/bin/crun /usr/sbin/crun /usr/local/bin/crun /usr/local/sbin/crun /sbin/crun /bin/crun /run/current-system/sw/bin/crun" ]
prove "docker's crun has a name of its own" docker_names crun capgate-crun-docker
prove "which has the places of dockerd's PATH" [ "$(list_of capgate-crun-docker)" = "$(usual crun)" ]
cp "$daemon" "$work/wired" && cp "$R/etc/capgate/runtime.json" "$work/wired.json"
prove "a second run, in the other order" run docker podman
prove "changes nothing" cmp "$daemon" "$work/wired"
prove "and adds no name" cmp "$R/etc/capgate/runtime.json" "$work/wired.json"
# As it was while they shared the name of the one that was wired first.
sed -i 's/capgate-crun-docker/capgate-crun/' "$daemon"
sed -i '/capgate-crun-docker/d' "$R/etc/capgate/runtime.json"
prove "a name that docker shared with podman" run docker
prove "becomes its own" docker_names crun capgate-crun-docker
prove "with its own list" [ "$(list_of capgate-crun-docker)" = "$(usual crun)" ]
prove "and the shared one stays for the containers that name it" [ -L "$R$program/capgate-crun" -a "$(list_of capgate-crun | wc -w)" = 7 ]
run docker --undo
prove "undone, docker's file is as it was" cmp "$daemon" "$work/daemon.json"
fresh
printf 'version = 2\n[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.crun]\nruntime_type = "io.containerd.runc.v2"\n[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.crun.options]\nBinaryName = "crun"\n' >"$toml"
cp "$toml" "$work/config.toml"
run podman containerd
prove "containerd's crun has a name of its own beside podman's" [ "$(binary_of crun)" = "$program/capgate-crun-containerd" ]
sed -i 's/capgate-crun-containerd/capgate-crun/' "$toml"
sed -i '/capgate-crun-containerd/d' "$R/etc/capgate/runtime.json"
prove "one that it shared" run containerd
prove "becomes its own too" [ "$(binary_of crun)" = "$program/capgate-crun-containerd" -a "$(list_of capgate-crun-containerd)" = "$(usual crun)" ]
run containerd --undo
prove "undone, containerd's file is as it was" cmp "$toml" "$work/config.toml"
fresh
mkdir -p "$R/etc/systemd/system/docker.service.d"
printf '[Service]\nEnvironment=PATH=/opt/bin:relative:/usr/bin\n' >"$R/etc/systemd/system/docker.service.d/path.conf"
printf '{"runtimes": {"fast": {"path": "crun"}, "odd": {"path": "odd/crun"}}}' >"$daemon"
run docker
prove "a name is looked up in the PATH that the service has" [ "$(list_of capgate-fast)" = "/opt/bin/crun /usr/bin/crun" ]
prove "and a path with a slash from the root, where dockerd runs" [ "$(list_of capgate-odd)" = /odd/crun ]
printf '[Service]\nEnvironment=PATH=/usr/bin\n' >"$R/etc/systemd/system/docker.service.d/path.conf"
run docker
prove "a PATH that has changed gives it another name" docker_names fast capgate-fast-docker
prove "with the places of today" [ "$(list_of capgate-fast-docker)" = /usr/bin/crun ]

# ---- CRI-O, and who shares what ----------------------------------------------------
fresh
prove "cri-o can be configured" run cri-o
prove "crio.conf.d has a copy of the default handler, with our program" py '
import tomllib,sys
c = tomllib.load(open(sys.argv[1] + "/zz-capgate.conf", "rb"))["crio"]["runtime"]
assert list(c) == ["runtimes"] and c["runtimes"]["crun"]["runtime_path"] == sys.argv[2], c
assert c["runtimes"]["crun"]["runtime_root"] == "/run/crun"
h = tomllib.load(open(sys.argv[1] + "/50-capgate.conf", "rb"))["crio"]["runtime"]
assert h == {"hooks_dir": ["/usr/share/containers/oci/hooks.d", "/etc/containers/oci/hooks.d"]}, h' \
	"$R/etc/crio/crio.conf.d" "$program/capgate-crun"
prove "the wrapper is a link beside the program" [ "$(readlink "$R$program/capgate-runtime")" = capgate ]
run podman
run podman --undo
prove "what cri-o still needs stays when podman is undone" [ -e "$R$hooks/99-capgate-createRuntime.json" ]
run cri-o --undo
prove "and goes with cri-o" [ ! -e "$R$hooks/99-capgate-createRuntime.json" ]
fresh
mkdir -p "$R/etc/capgate" && echo '{"version":1,"runtimes":{"capgate-runtime":"/usr/bin/crun"}}' >"$R/etc/capgate/runtime.json"
run cri-o
prove "what an existing runtime.json says is kept" grep -q '"capgate-runtime":"/usr/bin/crun"}' "$R/etc/capgate/runtime.json"
prove "and the new names are added to it" grep -q '"capgate-crun": \[' "$R/etc/capgate/runtime.json"
fresh
mkdir -p "$R/usr/bin" && touch "$R/usr/bin/podman" "$R/usr/bin/crio"
mkdir -p "$R/etc/crio/crio.conf.d"
printf '[crio.runtime]\ndefault_runtime = "capgate"\nhooks_dir = ["/usr/share/containers/oci/hooks.d", "/etc/containers/oci/hooks.d"]\n[crio.runtime.runtimes.capgate]\nruntime_path = "%s/capgate-runtime"\nruntime_type = "oci"\nruntime_root = "/run/capgate-crio"\n' "$program" >"$R/etc/crio/crio.conf.d/50-capgate.conf"
run --all
prove "CRI-O's wiring of version 0.1.0 is carried over: the default is the host's" fails grep -rq default_runtime "$R/etc/crio/crio.conf.d"
prove "and the old handler stays for the pods that name it" grep -q '^\[crio.runtime.runtimes.capgate\]' "$R/etc/crio/crio.conf.d/zz-capgate.conf"
cp "$R/etc/crio/crio.conf.d/zz-capgate.conf" "$work/wired"
run cri-o
prove "also after a second run" cmp "$R/etc/crio/crio.conf.d/zz-capgate.conf" "$work/wired"
prove "CRI-O reads nothing but configuration in its directory" [ "$(ls -A "$R/etc/crio/crio.conf.d" | tr '\n' ' ')" = "50-capgate.conf zz-capgate.conf " ]
run podman --hooks-only
prove "--hooks-only leaves podman's runtimes alone" [ ! -e "$R$conf/zz-capgate.conf" ]
run podman
prove "without it they are wrapped" grep -q "^crun = \[\"$program/capgate-crun\"\]" "$R$conf/zz-capgate.conf"
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
prove "and its words say why, of which engine" grep -q '^capgate: configure: docker: .*daemon.json is not changed' "$work/said"
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
