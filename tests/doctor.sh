#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# doctor on a simulated system: it finds nothing wrong with a correct one; then faults are
# planted, one at a time, and it must find each.  As root.
#   ONLY=WORDS    the faults with these words in their sentence, and the system that is well
set -u
. "$(dirname "$0")/tally.sh"
[ -n "$own_machine" ] || skip_all "doctor" "root and mount namespaces are needed"
here=$(cd "$(dirname "$0")" && pwd)
capgate=${CAPGATE:-$here/../build/capgate}
program=$(value CAPGATE_HOOKSDIR)/capgate
wrapper=$program-runtime
hooks=$(value CAPGATE_OCIHOOKSDIR)
podman=$(value CAPGATE_VENDORDIR)/podman-hooks.d
conf=$(value CAPGATE_CONTAINERSCONFDIR)
policy=$(value CAPGATE_POLICYDIR)
etc=$(value CAPGATE_SYSCONFDIR)
learn=$(value CAPGATE_BINDIR)/capgate-learn
work=$(mktemp -d)
well=$work/well R=$work/root
log_pid=
cleanup() {
	[ -z "$log_pid" ] || kill "$log_pid" 2>/dev/null
	umount -R "$R/proc" 2>/dev/null
	rm -rf --one-file-system "$work"
}
trap cleanup EXIT

# ---- A system that is well -----------------------------------------------------------
mkdir -p "$well"/{run,tmp,proc,dev,bin,usr/bin,usr/sbin,etc/docker,etc/containerd,sys}
cp "$(command -v busybox)" "$well/bin/sh"
for lib in $(ldd "$capgate" 2>/dev/null | grep -o '/[^ ]*'); do
	mkdir -p "$well$(dirname "$lib")"
	cp -L "$lib" "$well$lib"
done
fake() { # PATH WORDS: a program that says its version, and fails at all else
	printf '#!/bin/sh\n[ "$1" = --version ] && echo "%s" && exit 0\nexit 1\n' "$2" >"$1"
	chmod 755 "$1"
}
fake "$well/usr/bin/podman" "podman version 4.3.1"
fake "$well/usr/sbin/runc" "runc version 1.1.5+ds1"
fake "$well/usr/bin/crun" "crun version 1.20"
mkdir -p "$well${learn%/*}"
fake "$well$learn" "capgate-learn $("$capgate" --version | sed "s/capgate //")"
python3 - "$well/dev/log" <<'P' &
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True:
    s.recv(65536)
P
log_pid=$!
await test -S "$well/dev/log"
engines=podman
if "$capgate" --help | grep -q '^  runtime '; then
	engines="podman docker containerd cri-o"
else
	echo "doctor: the runtime wrapper is not in this program: its engines are skipped"
fi
"$capgate" configure --root "$well" --close-runc $engines >/dev/null || exit 1
rm -rf "$work/empty"

restore() {
	umount -R "$R/proc" 2>/dev/null
	rm -rf --one-file-system "$R"
	mkdir "$R"
	cp -a "$well/." "$R/"
	rm -f "$R/dev/log"
	ln "$well/dev/log" "$R/dev/log" # the socket itself: a copy has no listener
	mount --rbind /proc "$R/proc"
}
examine() { "$capgate" doctor --json --root "$R" "$@" >"$work/said" 2>"$work/err"; }
again() { echo "make check-doctor ONLY='$(words "$1")'"; }
not_ok() {
	note_failure "$1"
	echo "not ok $1"
	cat "$work/said" "$work/err" 2>/dev/null | grep -v '"level":"ok"' | cut -c1-300 | sed 's/^/  # /'
}

# found CHECK LEVEL: is that finding there, with a cure if it is bad?
found() {
	jq -e --arg check "$1" --arg level "$2" '[.findings[] | select(.check == $check and .level == $level)]
		| length > 0 and ($level != "bad" or all(.[]; .cure // "" | length > 0))' "$work/said"
}
# Everything is ✓, less what no cure of doctor's can change; what is not is said.
all_well() {
	jq -e '[.findings[] | select(.level != "ok" and (.cure | startswith("nothing to do: ") or startswith("use a newer capgate") | not))]
		| if length > 0 then error(tojson) else true end' "$work/said"
}
# cured ENGINE...: what doctor's cures say is done, and doctor is asked again.  It says of
# one cure that others may come after it, so there are two rounds.
cured() {
	for _ in 1 2; do
		python3 -IS "$here/cures.py" "$R" "$well" "$capgate" "$work/said" || return 1
		examine "$@"
		all_well >"$work/why" 2>&1 && return
	done
	cat "$work/why"
	return 1
}
# fault "SENTENCE" CHECK LEVEL [ENGINE] <<SHELL: planted, it must be found; cured, it is gone.
fault() {
	local status wanted
	case " $engines " in *" ${4:-podman} "*) ;; *) cat >/dev/null; return ;; esac
	[[ $1 == *"${ONLY:-}"* ]] || return 0
	restore
	(cd "$R" && . /dev/stdin) >"$work/planted" 2>&1 || { cat "$work/planted"; cp "$work/planted" "$work/said"; not_ok "$1: cannot be planted"; return; }
	examine ${5:-${4:-podman}}
	status=$?
	[ "$3" = bad ] && wanted=1 || wanted=0
	if [ $status -eq $wanted ] && found "$2" "$3" >"$work/why" 2>&1; then ok; else not_ok "$1 ($2, exit $status)"; return; fi
	if cured ${5:-${4:-podman}} >"$work/cure" 2>&1; then ok; else cat "$work/cure"; not_ok "$1: the cures of doctor cure it"; fi
}

restore
if examine $engines; then ok; else not_ok "a system that is well: exit status 0"; fi
if jq -e 'all(.findings[]; .level == "ok" or .check == "exec")' "$work/said" >"$work/why"; then ok; else not_ok "a system that is well: no findings"; fi
n=$(grep -c '"check":"canary"' "$work/said")
if [ "$n" -ge 3 ]; then ok; else not_ok "the canary is given to precreate, createRuntime and poststart ($n)"; fi
if [ -z "$(find "$R/run" "$R/tmp" -mindepth 1 ! -path "*/run/capgate*")" ]; then ok; else not_ok "nothing is left behind"; fi

# ---- The program ---------------------------------------------------------------------
fault "the program is gone" program-present bad <<<'rm .$program'
fault "the program cannot be executed" program-executable bad <<<'chmod 600 .$program'
fault "the program is another user's" program-owner bad <<<'chown 1000 .$program'
fault "others may write the program" program-owner bad <<<'chmod 757 .$program'
fault "others may write its directory" program-owner bad <<<'chmod 777 .$(dirname $program)'
if ldd "$capgate" 2>/dev/null | grep -q libyajl; then
	fault "a library is missing" program-runs bad <<<'find . -xdev -name "libyajl*" -delete'
fi
fault "the program is cut off" program-runs bad <<<'head -c 5000 "$well$program" >.$program'
fault "the program is of another version" program-version bad <<<'sed -i "s/capgate $("$capgate" --version | sed "s/capgate //")/capgate 9.9.9/" .$program'
fault "the program is another one" program-runs bad <<<'cp bin/sh .$program'

# ---- hooks.d -------------------------------------------------------------------------
fault "a hook names a program that is not there" hook-path bad <<<'sed -i "s|/capgate\"|/capgated\"|" .$hooks/99-capgate-createRuntime.json'
fault "a hook names a program that cannot be executed" hook-path bad <<<'touch bin/x && sed -i "s|\"path\": \".*\"|\"path\": \"/bin/x\"|" .$hooks/99-capgate-createRuntime.json'
fault "our JSON is cut off" hook-valid bad <<<'truncate -s 50 .$hooks/99-capgate-createRuntime.json'
fault "another JSON is broken, which stops every container" hook-valid bad <<<'echo "{" >.$hooks/10-other.json'
fault "a version that engines do not read" hook-valid bad <<<'sed -i "s|\"1.0.0\"|\"2.0.0\"|" .$hooks/99-capgate-createRuntime.json'
fault "our hook in a file of version 0.1.0" hook-when bad <<<'printf "{\"hook\":\"$program\",\"arguments\":[\"createRuntime\"],\"stages\":[\"prestart\"],\"cmds\":[\"^sh\"]}" >.$hooks/99-capgate-createRuntime.json'
fault "a file of version 0.1.0 that engines refuse" hook-valid bad <<<'echo "{\"version\":\"0.1.0\",\"hook\":\"/bin/sh\",\"stage\":[\"prestart\"],\"stages\":[\"prestart\"]}" >.$hooks/10-other.json'
fault "a stage that does not exist" hook-valid bad <<<'sed -i "s|\\[\"createRuntime\"\\]|[\"create\"]|" .$hooks/99-capgate-createRuntime.json'
fault "the hook runs for some annotations only" hook-when bad <<<'sed -i "s|\"always\": true|\"annotations\": {\"a\": \"b\"}|" .$hooks/99-capgate-createRuntime.json'
fault "the hook never runs" hook-when bad <<<'sed -i "s|\"always\": true|\"always\": false|" .$podman/99-capgate.json'
fault "the stage is not the one that the arguments say" hook-stage bad <<<'sed -i "s|\"stages\": .*|\"stages\": [\"poststop\"]|" .$hooks/99-capgate-createRuntime.json'
fault "precreate lies where podman build and CRI-O read" hook-directory bad <<<'cp .$podman/99-capgate.json .$hooks/'
fault "a file of the same name in a later directory" hook-masked bad <<<'printf "{\"version\":\"1.0.0\",\"hook\":{\"path\":\"/bin/sh\"},\"when\":{\"always\":true},\"stages\":[\"poststop\"]}" >.$podman/98-x.json && cp .$podman/98-x.json .$podman/99-other.json && mkdir -p usr/share/containers/oci/hooks.d && cp .$hooks/99-capgate-createRuntime.json usr/share/containers/oci/hooks.d/99-other.json'
fault "a later precreate hook" hook-order bad <<<'printf "{\"version\":\"1.0.0\",\"hook\":{\"path\":\"/bin/sh\"},\"when\":{\"always\":true},\"stages\":[\"precreate\"]}" >.$podman/ZZ-other.json'
fault "hooks_dir is set again by a later file" hook-unread bad <<<'printf "[engine]\nhooks_dir = [\"/usr/share/containers/oci/hooks.d\"]\n" >.$conf/90-other.conf'
fault "hooks_dir names other directories" hook-unread bad <<<'rm .$conf/50-capgate.conf'
fault "hooks of a directory that our list leaves out" hook-dropped warn <<<'mkdir -p opt/hooks.d && printf "[engine]\nhooks_dir = [\"/opt/hooks.d\", \"/etc/containers/oci/hooks.d\"]\n" >.$conf/20-hooks.conf'
fault "the same in CRI-O" hook-dropped warn cri-o <<<'mkdir -p opt/hooks.d && printf "[crio.runtime]\nhooks_dir = [\"/opt/hooks.d\"]\n" >etc/crio/crio.conf'
fault "containers.conf is broken" conf-valid bad <<<'echo "[engine" >.$conf/60-broken.conf'
fault "more hook files than can be looked at" hook-too-many bad <<<'mkdir -p usr/share/containers/oci/hooks.d && for i in $(seq 260); do cp .$hooks/99-capgate-poststart.json usr/share/containers/oci/hooks.d/$i.json; done'
fault "no createRuntime hook" hook-missing bad <<<'rm .$hooks/99-capgate-createRuntime.json .$conf/zz-capgate.conf'
fault "no precreate hook" hook-rewriter warn <<<'rm .$podman/99-capgate.json'
fault "no poststart hook" hook-kernel warn <<<'rm .$hooks/99-capgate-poststart.json'
fault "the hook sets an environment" hook-env warn <<<'sed -i "s|\"timeout\": 30|\"env\": [\"A=b\"]|" .$hooks/99-capgate-createRuntime.json'
fault "the hook only watches" canary bad <<<'sed -i "s|\"createRuntime\"\\],|\"createRuntime\", \"--dry-run\"],|" .$hooks/99-capgate-createRuntime.json'
fault "the rewriter only watches" canary bad <<<'sed -i "s|\"precreate\", |\"precreate\", \"--dry-run\", |" .$podman/99-capgate.json'
fault "poststart only watches" canary bad <<<'sed -i "s|\"poststart\"\\],|\"poststart\", \"--dry-run\"],|" .$hooks/99-capgate-poststart.json'
fault "the hook's own policy allows everything" canary bad <<<'echo "{\"version\":1,\"profile\":\"all\"}" >etc/all.json && sed -i "s|\"createRuntime\"\\],|\"createRuntime\", \"--policy=/etc/all.json\"],|" .$hooks/99-capgate-createRuntime.json'
fault "the hook is a program that says yes" canary bad <<<'printf "#!/bin/sh\nexit 0\n" >bin/yes && chmod 755 bin/yes && sed -i "s|\"path\": \".*\"|\"path\": \"/bin/yes\"|" .$hooks/99-capgate-createRuntime.json'
fault "the hook hangs" canary bad <<<'cp bin/sh bin/sleep && printf "#!/bin/sh\nexec /bin/sleep 600\n" >bin/hang && chmod 755 bin/hang && sed -i "s|\"path\": \".*\"|\"path\": \"/bin/hang\"|" .$hooks/99-capgate-createRuntime.json'

# ---- The machine ---------------------------------------------------------------------
fault "the policy is broken" policy bad <<<'mkdir -p .$policy && echo "{" >.$policy/policy.json'
fault "others may write the policy" policy bad <<<'mkdir -p .$policy && echo "{\"version\":1}" >.$policy/policy.json && chmod 666 .$policy/policy.json'
fault "the policy only watches" policy-audit warn <<<'mkdir -p .$policy && echo "{\"version\":1,\"mode\":\"audit\"}" >.$policy/policy.json && chmod 644 .$policy/policy.json'
fault "the policy allows everything" policy-all warn <<<'mkdir -p .$policy && echo "{\"version\":1,\"profile\":\"all\"}" >.$policy/policy.json'
fault "the policy allows NET_RAW" policy-net-raw warn <<<'mkdir -p .$policy && echo "{\"version\":1,\"allow\":[\"NET_RAW\"]}" >.$policy/policy.json'
fault "the policy records and no recorder runs" recorder warn <<<'mkdir -p .$policy && echo "{\"version\":1,\"learn\":\"record\"}" >.$policy/policy.json'
fault "the policy records and there is no recorder" recorder warn <<<'rm .$learn && mkdir -p .$policy && echo "{\"version\":1,\"learn\":\"record\"}" >.$policy/policy.json'
fault "capgate-learn is of another version" learn-version warn <<<'fake .$learn "capgate-learn 9.9.9"'
fault "capgate-learn does not start" learn-version warn <<<'echo >.$learn'
fault "others may write capgate-learn" learn-owner warn <<<'chmod 757 .$learn'
fault "nobody listens for the log" log warn <<<'rm dev/log && python3 -c "import socket; socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).bind(\"dev/log\")"'
fault "SELinux enforces and the label is wrong" selinux warn <<<'mkdir -p sys/fs/selinux && printf 1 >sys/fs/selinux/enforce'
fault "AppArmor confines the runtime" apparmor warn <<<'mkdir -p sys/kernel/security/apparmor && echo "/usr/sbin/runc (enforce)" >sys/kernel/security/apparmor/profiles'
fault "a runc that knows no createRuntime" trap bad <<<'fake usr/sbin/runc "runc version 1.0.0-rc90"'
fault "a runc for which absent means all" trap warn <<<'fake usr/sbin/runc "runc version 1.3.6"'
fault "a container from before the gate holds NET_RAW" alive bad <<<'mkdir -p run/crun/c1 srv/b && "$here/doctor-spec.sh" CAP_NET_RAW >srv/b/config.json && echo "{\"pid\":$$,\"bundle\":\"/srv/b\"}" >run/crun/c1/status'
fault "the same under runc" alive bad <<<'mkdir -p run/runc/c1 srv/b && "$here/doctor-spec.sh" CAP_NET_RAW >srv/b/config.json && echo "{\"init_process_pid\":$$,\"config\":{\"labels\":[\"a=b\",\"bundle=/srv/b\"]}}" >run/runc/c1/state.json'
fault "a place of containers that cannot be read" alive-unreadable bad <<<'mkdir -p run && ln -s runc run/runc'
fault "a container from before the gate holds nothing forbidden" alive-harmless warn <<<'mkdir -p run/crun/c1 srv/b && "$here/doctor-spec.sh" CAP_KILL >srv/b/config.json && echo "{\"pid\":$$,\"bundle\":\"/srv/b\"}" >run/crun/c1/status'

# ---- The wrapper's engines -------------------------------------------------------------
fault "the wrapper's link is gone" wrapper bad docker <<<'rm .$wrapper'
fault "the wrapper is another program" wrapper bad docker <<<'rm .$wrapper && ln -s /bin/sh .$wrapper'
fault "the wrapper leaves the runtime all that it has" ceiling bad docker <<<'printf "#!/bin/sh\nexec /usr/sbin/runc \"\$@\"\n" >pass && rm .$wrapper && mv pass .$wrapper && chmod 755 .$wrapper'
fault "the ceiling is switched off" ceiling warn docker <<<'echo "{\"version\":1,\"ceiling\":\"off\",\"ceiling_reason\":\"a test\"}" >.$policy/policy.json'
fault "the wrapper passes everything on" canary bad docker <<<'rm .$wrapper && printf "#!/bin/sh\nexit 0\n" >.$wrapper && chmod 755 .$wrapper'
fault "there is no runtime for the wrapper" runtime-json bad docker <<<'rm .$etc/capgate/runtime.json usr/sbin/runc usr/bin/crun'
fault "runtime.json is broken" runtime-json bad docker <<<'echo "{" >.$etc/capgate/runtime.json'
fault "others may write runtime.json" runtime-json bad docker <<<'chmod 666 .$etc/capgate/runtime.json'
fault "runtime.json names nothing that is there" runtime-json bad docker <<<'rm usr/sbin/runc usr/bin/crun'
fault "runtime.json names the wrapper itself" runtime-json bad docker <<<'echo "{\"version\":1,\"runtimes\":{\"capgate-runtime\":\"$wrapper\"}}" >.$etc/capgate/runtime.json'
fault "daemon.json is gone" runtime-named bad docker <<<'rm etc/docker/daemon.json'
fault "daemon.json is broken" conf-valid bad docker <<<'echo "{" >etc/docker/daemon.json'
fault "daemon.json names another path" runtime-named bad docker <<<'sed -i "s|/capgate-runtime|/other|" etc/docker/daemon.json'
fault "Docker's default runtime is runc again" runtime-default bad docker <<<'sed -i "s|\"default-runtime\": \"capgate\"|\"default-runtime\": \"runc\"|" etc/docker/daemon.json'
fault "Docker's default runtime is the shim of runc" runtime-default bad docker <<<'echo "{\"default-runtime\": \"io.containerd.runc.v2\"}" >etc/docker/daemon.json'
fault "runtimeArgs" runtime-arguments bad docker <<<'sed -i "s|capgate-runtime\"|capgate-runtime\", \"runtimeArgs\": [\"--debug\"]|" etc/docker/daemon.json'
fault "a Docker container under another runtime" alive bad docker <<<'mkdir -p var/lib/docker/containers/c1 && echo "{\"State\":{\"Running\":true}}" >var/lib/docker/containers/c1/config.v2.json && echo "{\"Runtime\":\"other\"}" >var/lib/docker/containers/c1/hostconfig.json'
fault "docker build runs a runc that is not judged" runc-in-path warn docker <<<'rm -r etc/systemd'
fault "ctr runs a runc that is not judged" runc-in-path warn containerd <<<'rm -r etc/systemd'
fault "the runc of PATH is another program" runc-in-path bad docker <<<'rm .$(dirname $podman)/path/runc && ln -s /usr/sbin/runc .$(dirname $podman)/path/runc'
fault "the dockerd that runs has not read daemon.json" engine-stale bad docker <<<'touch run/docker.sock && printf "#!/bin/sh\necho runc\n" >usr/bin/docker && chmod 755 usr/bin/docker'
fault "an option of docker.service adds a runtime" runtime-handler bad docker <<<'mkdir -p etc/default lib/systemd/system && printf "[Service]\nEnvironmentFile=-/etc/default/docker\nExecStart=/usr/sbin/dockerd -H fd:// \\\n  --debug \$DOCKER_OPTS\n" >lib/systemd/system/docker.service && echo "DOCKER_OPTS=\"--log-level warn --add-runtime fast=/usr/bin/crun\"" >etc/default/docker'
fault "a drop-in of docker.service names another default" runtime-default bad docker <<<'mkdir -p lib/systemd/system etc/systemd/system/docker.service.d && printf "[Service]\nExecStart=/usr/sbin/dockerd\n" >lib/systemd/system/docker.service && printf "[Service]\nExecStart=\nExecStart=/usr/sbin/dockerd --default-runtime=runc\n" >etc/systemd/system/docker.service.d/mine.conf'
fault "docker.service names another daemon.json" engine-file bad docker <<<'mkdir -p lib/systemd/system && printf "[Service]\nExecStart=/usr/sbin/dockerd --config-file /srv/daemon.json\n" >lib/systemd/system/docker.service'
fault "docker.service has a data-root of its own" data-root warn docker <<<'mkdir -p lib/systemd/system && printf "[Service]\nExecStart=/usr/sbin/dockerd --data-root /srv/docker\n" >lib/systemd/system/docker.service'
fault "a shim in PATH that docker run can name" runtime-shim bad docker <<<'cp bin/sh usr/bin/containerd-shim-odd-v1'
fault "a runtime of Docker that is the shim for runc by its path" runtime-handler bad docker <<<'rm -r etc/systemd && sed -i "s|\"runtimes\": {|&\"full\": {\"runtimeType\": \"/usr/bin/containerd-shim-runc-v2\"}, |" etc/docker/daemon.json'
fault "a sandbox's shim in PATH" runtime-shim warn docker <<<'cp bin/sh usr/bin/containerd-shim-kata-v2'
fault "a judged runtime of Docker, and a container from before it was" alive bad docker <<<'ln -s capgate .${wrapper%-runtime}-fast && sed -i "s|\"runtimes\": {|&\"fast\": {\"path\": \"${wrapper%-runtime}-fast\"}, |" etc/docker/daemon.json && sed -i "s|\"runtimes\": *{|&\"capgate-fast\": [\"/usr/bin/crun\"], |" .$etc/capgate/runtime.json && mkdir -p var/lib/docker/containers/c1 && echo "{\"State\":{\"Running\":true}}" >var/lib/docker/containers/c1/config.v2.json && echo "{\"Runtime\":\"fast\"}" >var/lib/docker/containers/c1/hostconfig.json && t=run/containerd/io.containerd.runtime.v2.task/moby/c1; mkdir -p $t && "$here/doctor-spec.sh" CAP_NET_RAW >$t/config.json && echo $$ >$t/init.pid'
fault "buildkitd has a program of its own" runc-in-path bad containerd <<<'mkdir -p lib/systemd/system etc/buildkit && printf "[Service]\nExecStart=/usr/bin/buildkitd\n" >lib/systemd/system/buildkit.service && printf "[worker.oci]\n  binary = \"/usr/bin/crun\"\n" >etc/buildkit/buildkitd.toml'
fault "containerd keeps its bundles elsewhere" data-root warn containerd <<<'sed -i "1i state = \"/data/containerd\"" etc/containerd/config.toml'
fault "a file that config.toml imports names another place for its bundles" data-root warn containerd <<<'sed -i "1i imports = [\"/etc/more.toml\"]" etc/containerd/config.toml && echo "state = \"/data/containerd\"" >etc/more.toml'
fault "podman 4.3 with another graphroot" data-root warn podman <<<'mkdir -p etc/containers && printf "[storage]\ngraphroot = \"/data/storage\"\n" >etc/containers/storage.conf'
fault "others may write Docker's data-root" data-root warn docker <<<'mkdir -p data/docker/containers && chmod 777 data && sed -i "s|^{|{\"data-root\": \"/data/docker\",|" etc/docker/daemon.json'
fault "config.toml is gone" runtime-default bad containerd <<<'rm etc/containerd/config.toml'
fault "config.toml is broken" conf-valid bad containerd <<<'echo "[" >>etc/containerd/config.toml'
fault "containerd's default handler runs runc again" runtime-default bad containerd <<<'sed -i "s|BinaryName = \".*\"|BinaryName = \"runc\"|" etc/containerd/config.toml'
fault "the old table default_runtime has a program of its own" runtime-handler bad containerd <<<'printf "[plugins.\"io.containerd.grpc.v1.cri\".containerd.default_runtime]\nruntime_type = \"io.containerd.runc.v2\"\n" >>etc/containerd/config.toml'
fault "an imported file takes the place of the runtimes" runtime-named bad containerd <<<'sed -i "1i imports = [\"more/*.toml\"]" etc/containerd/config.toml && mkdir etc/containerd/more && printf "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\"]\nsandbox_image = \"x\"\n" >etc/containerd/more/a.toml'
fault "an imported file is broken" conf-valid bad containerd <<<'sed -i "1i imports = [\"/etc/more.toml\"]" etc/containerd/config.toml && echo "[" >etc/more.toml'
fault "another handler runs a program of its own" runtime-handler bad containerd <<<'printf "[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.nvidia]\nruntime_type = \"io.containerd.runc.v2\"\n[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.nvidia.options]\nBinaryName = \"/usr/bin/nvidia-container-runtime\"\n" >>etc/containerd/config.toml'
fault "a handler without a program runs runc" runtime-handler bad containerd <<<'printf "[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.plain]\nruntime_type = \"io.containerd.runc.v2\"\n" >>etc/containerd/config.toml'
fault "a handler with an unknown shim" runtime-shim bad containerd <<<'printf "[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.odd]\nruntime_type = \"io.containerd.odd.v1\"\n" >>etc/containerd/config.toml'
fault "a handler of the shim for runc, which runtime_path replaces" runtime-shim bad containerd <<<'printf "[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.odd]\nruntime_type = \"io.containerd.runc.v2\"\nruntime_path = \"/opt/shim\"\n" >>etc/containerd/config.toml'
fault "a handler of the shim for runc by another name" runtime-handler bad containerd <<<'rm -r etc/systemd && printf "[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.odd]\nruntime_type = \"runc.v2\"\n" >>etc/containerd/config.toml'
fault "a handler without a type" runtime-shim warn containerd <<<'printf "[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.odd]\npod_annotations = [\"x\"]\n" >>etc/containerd/config.toml'
fault "a handler with a kernel of its own" runtime-shim warn containerd <<<'printf "[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.kata]\nruntime_type = \"io.containerd.kata.v2\"\n" >>etc/containerd/config.toml'
fault "a handler's wrapper is gone" wrapper bad containerd <<<'rm .$wrapper && rm ".${wrapper%-runtime}-runc"'
fault "a handler's program is gone" runtime-json bad containerd <<<'rm usr/sbin/runc'
fault "a version of the file that is not known" conf-version bad containerd <<<'sed -i "s|version = 2|version = 5|" etc/containerd/config.toml'
fault "a pod from before the gate" alive bad containerd <<<'t=run/containerd/io.containerd.runtime.v2.task/k8s.io/c1; mkdir -p $t && "$here/doctor-spec.sh" CAP_NET_RAW >$t/config.json && echo $$ >$t/init.pid'
fault "and one in another namespace" alive bad containerd <<<'t=run/containerd/io.containerd.runtime.v2.task/other/c1; mkdir -p $t && "$here/doctor-spec.sh" CAP_NET_RAW >$t/config.json && echo $$ >$t/init.pid'
fault "and one of k3s" alive bad containerd k3s <<<'t=run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io/c1; mkdir -p $t && "$here/doctor-spec.sh" CAP_NET_RAW >$t/config.json && echo $$ >$t/init.pid'
fault "a later crio.conf.d file gives a handler another program" runtime-default bad cri-o <<<'printf "[crio.runtime.runtimes.crun]\nruntime_path = \"/usr/bin/crun\"\n" >etc/crio/crio.conf.d/zzz-other.toml'
fault "a handler of CRI-O that is not wrapped" runtime-handler bad cri-o <<<'printf "[crio.runtime.runtimes.nvidia]\nruntime_path = \"/usr/bin/nvidia-container-runtime\"\n" >etc/crio/crio.conf.d/99-nvidia.toml'
fault "a handler of CRI-O with a shim of its own" runtime-shim warn cri-o <<<'printf "[crio.runtime.runtimes.kata]\nruntime_path = \"/usr/bin/containerd-shim-kata-v2\"\nruntime_type = \"vm\"\n" >etc/crio/crio.conf.d/60-kata.conf'
fault "crio.service names a default of its own" engine-option bad cri-o <<<'mkdir -p lib/systemd/system && printf "[Service]\nExecStart=/usr/bin/crio --default-runtime crun\n" >lib/systemd/system/crio.service'
fault "a handler of CRI-O of an unknown type" runtime-shim warn cri-o <<<'printf "[crio.runtime.runtimes.new]\nruntime_path = \"/usr/bin/new\"\nruntime_type = \"new\"\n" >etc/crio/crio.conf.d/60-new.conf'
fault "podman.service names a runtime of its own" engine-option bad podman <<<'mkdir -p lib/systemd/system && printf "[Service]\nExecStart=/usr/bin/podman --runtime /usr/bin/crun system service\n" >lib/systemd/system/podman.service'
fault "a module of containers.conf names another runtime" engine-option warn podman <<<'mkdir -p etc/containers/containers.conf.modules && printf "[engine]\nruntime = \"/usr/bin/crun\"\n" >etc/containers/containers.conf.modules/mine.conf'
fault "root has a containers.conf that podman 5 reads last" runtime-handler warn podman <<<'fake usr/bin/podman "podman version 5.4.2" && mkdir -p root/.config/containers && printf "[engine.runtimes]\nfast = [\"/usr/sbin/runc\"]\n" >root/.config/containers/containers.conf'
fault "and names the default's program there" exec warn podman <<<'fake usr/bin/podman "podman version 5.4.2" && mkdir -p root/.config/containers && printf "[engine.runtimes]\ncrun = [\"/usr/bin/crun\"]\n" >root/.config/containers/containers.conf'
fault "a file after ours names the default's program" exec warn podman <<<'printf "[engine.runtimes]\ncrun = [\"/usr/bin/crun\"]\n" >.$conf/zzz.conf'
fault "other programs for other processors" runtime-platform bad cri-o <<<'printf "[crio.runtime.runtimes.x]\nruntime_path = \"$wrapper\"\nplatform_runtime_paths = { \"linux/arm64\" = \"/usr/bin/crun-arm\" }\n" >etc/crio/crio.conf.d/60-x.conf'
fault "CRI-O's default is defined nowhere" runtime-default bad cri-o <<<'printf "[crio.runtime]\ndefault_runtime = \"fast\"\n" >etc/crio/crio.conf.d/zzz-other.conf'
fault "podman's runtime is not wrapped" exec warn podman <<<'rm .$conf/zz-capgate.conf'
fault "another runtime of podman is not wrapped" runtime-handler warn podman <<<'printf "[engine.runtimes]\nfast = [\"/usr/sbin/runc\"]\n" >.$conf/99-fast.conf'
fault "a runtime of Docker that is not wrapped" runtime-handler bad docker <<<'sed -i "s|\"runtimes\": {|&\"crun\": {\"path\": \"/usr/bin/crun\"}, |" etc/docker/daemon.json'
fault "a runtime of Docker with a shim of its own" runtime-shim warn docker <<<'sed -i "s|\"runtimes\": {|&\"k\": {\"runtimeType\": \"io.containerd.kata.v2\"}, |" etc/docker/daemon.json'
fault "a runtime of Docker that cannot be wrapped" runtime-shim bad docker <<<'sed -i "s|\"runtimes\": {|&\"runsc\": {\"path\": \"/usr/bin/runsc\", \"runtimeArgs\": [\"--platform=ptrace\"]}, |" etc/docker/daemon.json'

if [ -n "${ONLY:-}" ]; then finish "doctor"; exit; fi

# ---- The shim for runc by another name, where the runc in PATH is capgate -------------------
restore
sed -i 's|"runtimes": {|&"full": {"runtimeType": "/usr/bin/containerd-shim-runc-v2"}, "short": {"runtimeType": "other.runc.v2"}, "copy": {"runtimeType": "/opt/containerd-shim-runc-v2"}, |' "$R/etc/docker/daemon.json"
printf '[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.full]\nruntime_type = "/usr/bin/containerd-shim-runc-v2"\n' >>"$R/etc/containerd/config.toml"
examine docker containerd
if [[ $engines != *docker* ]] || jq -e '[.findings[] | select((.check == "runtime" and .level == "ok" and (.text | contains("runs the runc in PATH"))) or .check == "runtime-shim") | .engine + " " + .level + " " + (.text | capture("\"(?<name>[a-z]+)\"").name)]
	| sort == ["containerd ok full", "docker bad copy", "docker ok full", "docker ok short"]' "$work/said" >/dev/null; then ok; else
	not_ok "the shim for runc by another name is judged where the runc in PATH is, and a shim elsewhere is not"
fi

# ---- hooks.d of version 0.1.0, which engines read, too ------------------------------------
restore
printf '{"hook":"/bin/sh","arguments":["-c","true"],"stage":["poststop"],"cmd":["^nginx"],"hasbindmounts":true}' >"$R$hooks/10-old.json"
examine podman
if python3 -c '
import json, sys
for f in json.load(open(sys.argv[1]))["findings"]:
    assert not f["check"].startswith("hook-"), f' "$work/said" 2>"$work/why"; then ok; else not_ok "another's hook in a file of version 0.1.0 is as good as any"; fi
echo "{\"version\":\"0.1.0\",\"hook\":\"$program\",\"arguments\":[\"createRuntime\"],\"stages\":[\"prestart\"],\"cmds\":[\".*\"]}" >"$R$hooks/99-capgate-createRuntime.json"
examine podman
if ! grep -q '"check":"hook-' "$work/said" && grep -q '"level":"ok".*"check":"canary".*createRuntime' "$work/said"; then ok; else not_ok "our hook in one that names every command is given the canary, with its arguments"; fi

# ---- Without /proc ----------------------------------------------------------------------
restore
umount -R "$R/proc"
examine podman docker
if found proc bad >"$work/why" 2>&1; then ok; else not_ok "/proc is not mounted below the root"; fi
if ! grep -q '"level":"bad".*"check":"canary"' "$work/said"; then ok; else not_ok "and what cannot be tried is not said to be broken"; fi

# ---- Without SETPCAP; without an engine -------------------------------------------------
restore
if setpriv --bounding-set -setpcap true 2>/dev/null; then
	setpriv --bounding-set -setpcap "$capgate" doctor --json --root "$R" podman >"$work/said" 2>"$work/err"
	if found trap-setpcap warn >"$work/why" 2>&1; then ok; else not_ok "a runtime without CAP_SETPCAP"; fi
fi
rm "$R/usr/bin/podman"
examine
if found engine-none bad >"$work/why" 2>&1; then ok; else not_ok "no engine is found"; fi
if "$capgate" doctor lxc >/dev/null 2>&1; [ $? -eq 64 ]; then ok; else not_ok "an unknown engine is a mistake in usage"; fi

finish "doctor"
