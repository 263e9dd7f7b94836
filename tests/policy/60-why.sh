# SPDX-License-Identifier: Apache-2.0
# why: the last decision, its cause, where, and three ways out.
clean
why() { "$capgate" why "$@" >"$work/out" 2>"$work/err"; }
shows() { grep -qF -- "$1" "$work/out"; }
hook() { # ID CAPS [MORE]: createRuntime judges a container of that name
	spec "$2" "${3:-}" >"$work/bundle/config.json"
	printf '{"id":"%s","pid":7,"status":"creating","bundle":"%s"}' "$1" "$work/bundle" | "$capgate" createRuntime 2>/dev/null
}
prove "without a log there is nothing to tell" eval 'why; [ $? -eq 2 ]'
hook aaa111 '"CAP_SYS_ADMIN"'
hook bbb222 '"CAP_NET_RAW"'
hook ccc333 '"CAP_KILL"'
why; prove "the last that was not allowed" shows "refused bbb222, status 10"
prove "with the place" shows "process.capabilities.bounding[0]"
prove "with what the user sees" shows "ping: socktype: SOCK_RAW"
prove "the engine's own flag" shows "--cap-drop=NET_RAW"
prove "the sysctl that takes its place" shows '--sysctl "net.ipv4.ping_group_range=0 2147483647"'
prove "and the exemption to add" shows '"allow": ["NET_RAW"]'
prove "where it goes" shows "$policydir/policy.d/"
sed -n 's/^ *\({"version".*\)/\1/p' "$work/out" | put "$work/pasted.json"
"$capgate" policy check "$work/pasted.json" >/dev/null 2>&1
prove "which is a policy" [ $? -le 1 ]
why aaa; prove "the beginning of an id will do" shows "refused aaa111, status 11"
prove "what was asked for is to be left out, not dropped" shows "podman run ..., without --privileged and --cap-add=SYS_ADMIN"
why ccc333; prove "one that was allowed is shown too" shows "allowed ccc333"
prove "one that is not in the log is status 1" eval 'why zzz; [ $? -eq 1 ] && [ ! -s "$work/out" ]'
prove "two at once are a usage error" eval 'why a b; [ $? -eq 64 ]'
why --json; prove "--json is JSON" eval 'jq -e ".decision.id == \"bbb222\" and (.ways_out.flag | contains(\"--cap-drop\"))" "$work/out" >/dev/null'
prove "with an exemption that is a policy" eval 'jq -r .ways_out.exemption "$work/out" | jq -e ".exemptions[0].allow == [\"NET_RAW\"]" >/dev/null'
why --json ccc333; prove "and null where there is nothing to get out of" eval 'jq -e ".ways_out == null" "$work/out" >/dev/null'

# What keeps a runtime from dropping is no capability, and has its ways out.
hook lis '' '"linux":{"cgroupsPath":"/docker/x","seccomp":{"defaultAction":"SCMP_ACT_NOTIFY","syscalls":[{"names":["capset","capget","prctl","open","openat","openat2","setuid","setgid","setresuid","setresgid","setgroups","setreuid","setregid","setfsuid","setfsgid","setuid32","setgid32","setresuid32","setresgid32","setgroups32","setreuid32","setregid32","setfsuid32","setfsgid32"],"action":"SCMP_ACT_ALLOW"}]}}'
why lis; prove "a listener's way out is a profile without it" shows "docker run ..., without --security-opt seccomp=FILE"
sed -n 's/^ *\({"version".*\)/\1/p' "$work/out" | put "$work/pasted.json"
"$capgate" policy check "$work/pasted.json" >/dev/null 2>&1
prove "or an exemption that lifts it, which is a policy" eval '[ $? -le 1 ] && grep -q SCMP_ACT_NOTIFY "$work/pasted.json"'
hook prc '' '"annotations":{"io.kubernetes.cri.container-type":"container"},"linux":{"maskedPaths":["/proc/sys"]}'
why prc; prove "a forged /proc's is the pod's volumes" shows "without volumeMounts at /, /proc and /proc/sys"
why --json prc; prove "--json has them too" eval 'jq -e ".ways_out.exemption | fromjson | .exemptions[0].allow == [\"ALL\"]" "$work/out" >/dev/null'

# What a policy denies beside capabilities: user namespaces.
echo '{"version":1,"user_namespaces":"deny"}' | put "$policydir/policy.json"
hook usr '' '"linux":{"cgroupsPath":"/libpod_parent/x"}'
why usr; prove "a user namespace's way out is a profile that denies it" shows "podman run --security-opt seccomp=/etc/containers/seccomp.json ..."
prove "with what browsers' sandboxes and bubblewrap say" eval 'shows "No usable sandbox" && shows "No permissions"'
sed -n 's/^ *\({"version".*\)/\1/p' "$work/out" | put "$work/pasted.json"
"$capgate" policy check "$work/pasted.json" >/dev/null 2>&1
prove "or an exemption that lifts it, which is a policy, too" eval '[ $? -le 1 ] && grep -q "\"user_namespaces\": \"allow\"" "$work/pasted.json"'
hook doc '' '"linux":{"cgroupsPath":"/docker/x"}'
why doc; prove "Docker's is its own default profile" shows "docker run ..., without --security-opt seccomp=FILE, --privileged"
hook k8s '' '"annotations":{"io.kubernetes.cri.container-type":"container"}'
why k8s; prove "a pod's is RuntimeDefault" shows "securityContext: {seccompProfile: {type: RuntimeDefault}}"
why usr "bwrap: No permissions to create new namespace, likely because the kernel does not allow it"
prove "what bubblewrap said is joined with the rule" shows "because    CPG111: bubblewrap"
why --json usr "clone: Operation not permitted"
prove "and in JSON" eval 'jq -e ".failure.rule == \"CPG111\" and .failure.capability == null" "$work/out" >/dev/null'
why aaa111 "No usable sandbox! Update your kernel"
prove "and is not blamed on a decision without the rule" shows "not known"
prove "explain knows the words by themselves" eval '[ "$("$capgate" explain "[1:FATAL] No usable sandbox! Update your kernel" | head -1)" = "1. CPG111 user-namespace-open" ]'
rm "$policydir/policy.json"

# Each engine has words of its own.
hook doc '"CAP_NET_RAW"' '"linux":{"cgroupsPath":"/docker/x"}'; why doc
prove "Docker's way out is docker's" shows "docker run --cap-drop=NET_RAW ..."
hook bld '"CAP_NET_RAW"' '"linux":{"cgroupsPath":"/buildah-x"}'; why bld
prove "a build's is podman build's" shows "podman build --cap-drop=NET_RAW ..."
hook cri '"CAP_NET_RAW"' '"annotations":{"io.kubernetes.cri.container-type":"container"}'; why cri
prove "containerd's is the pod's" shows 'securityContext: {capabilities: {drop: ["NET_RAW"]}}'
prove "with its sysctls" shows 'securityContext: {sysctls: [{name: "net.ipv4.ping_group_range", value: "0 2147483647"}]}'
prove "and its namespace" shows '"io.kubernetes.cri.sandbox-namespace": "NAMESPACE"'
hook crio '"CAP_NET_RAW"' '"annotations":{"io.kubernetes.cri-o.ContainerType":"container"}'; why crio
prove "CRI-O's has another key" shows '"io.kubernetes.pod.namespace": "NAMESPACE"'
hook all '"CAP_NET_RAW","CAP_SYS_ADMIN","CAP_BPF","CAP_PERFMON","CAP_SYS_PTRACE","CAP_SYSLOG"' '"linux":{"cgroupsPath":"/docker/x"}'; why all
prove "who asked for everything was privileged" shows "docker run --cap-drop=NET_RAW ..., without --privileged"
echo '{"version":1,"profile":"none"}' | put "$policydir/policy.json"
hook min '"CAP_NET_RAW","CAP_KILL","CAP_CHOWN","CAP_FOWNER","CAP_SETUID"' '"linux":{"cgroupsPath":"/docker/x"}'; why min
prove "many flags are one" shows "docker run --cap-drop=all --cap-add=NAME ..."
prove "what nothing replaces is said" eval 'hook own "\"CAP_CHOWN\""; why own; shows "2. use something else instead" && grep -A1 "2. use" "$work/out" | grep -q "[a-z]\{4\}"'
rm "$policydir/policy.json"
sed -n '/"id":"doc"/s/"createRuntime"/"exec"/; s/"id":"doc"/"id":"exe"/p' $log >"$work/line"; cat "$work/line" >>$log; why exe
prove "exec has a way out of its own" shows "docker exec ..., without --privileged"

# The wrapper's ceiling: whoever sees a runtime fail is told what it could not have had.
sed -n '/"id":"ccc333"/s/}$/,"ceiling":{"mode":"enforce","taken":"0000000000012000"}}/; s/"id":"ccc333"/"id":"cei"/p' $log >"$work/line"
cat "$work/line" >>$log; why cei
prove "a ceiling in force is shown with what it removed" shows "in force: the runtime itself and its hooks ran without NET_RAW SYS_MODULE"
prove "with the words that a runtime would use" shows '"unable to apply caps"'
prove "and what to do" shows '"ceiling_keep"'
sed 's/"mode":"enforce","taken"/"mode":"audit","taken"/; s/"id":"cei"/"id":"aud"/' "$work/line" >>$log; why aud
prove "in audit mode it is shown as not in force" shows "not in force in audit mode"
sed 's/"ceiling":{.*/"ceiling":{"mode":"off","taken":"0000000000000000"}}/; s/"id":"cei"/"id":"off"/' "$work/line" >>$log; why off
prove "one that is off is shown too" shows "ceiling    off, set in the policy"

# Which one is told.
clean
hook aaa111 '"CAP_SYS_ADMIN"'; hook bbb222 '"CAP_NET_RAW"'; judge 0 < <(spec '"CAP_NET_RAW"'); why
prove "of an older refusal and a newer rewrite it is the refusal" shows "refused bbb222"
prove "and the rewrite is not passed over in silence" says "rewritten since then: 1"
printf '{"cut' >>$log
hook ddd444 '"CAP_KILL"'; why ddd
prove "a line that was cut short hides no other" shows "allowed ddd444"
printf '{"capgate":1,"time":"2026-01-01","id":"cu' >>$log
echo '{"capgate":1,"time":"2030-01-01","id":"eee555","stage":"run","mode":"enforce","verdict":"refuse"}' >>$log; why eee
prove "not even one after it in the same line" shows "refused eee555"
hook aaa999 '"CAP_KILL"'
why aaa; prove "a beginning of several ids is the last of them" shows "allowed aaa999"
prove "which is said" says "several ids begin with aaa"
why aaa111; prove "a whole id is itself" eval 'shows "refused aaa111" && [ ! -s "$work/err" ]'
mv $log $log.1; why aaa111; prove "a log that has just been renamed is read all the same" shows "refused aaa111"
hook fff666 '"CAP_KILL"'; why aaa111; prove "and so is the older of two" shows "refused aaa111"
echo '{"capgate":2,"rules":["CPG999"],"verdict":"refuse","removed":{"bounding":["CAP_FUTURE",7]},"id":"\u001b[31m"}' >>$log; why
prove "a line of another version's harms nobody" eval 'shows "refused" && ! grep -q "$(printf "\033")" "$work/out"'
clean; judge 0 < <(spec '"CAP_NET_RAW"'); why
prove "where nothing was refused it is what was rewritten" shows "precreate rewrote a container without a name"
echo '{"version":1,"mode":"audit"}' | put "$policydir/policy.json"; hook aud '"CAP_NET_RAW"'; why
prove "in audit mode it says what would have been" shows "would have refused aud"

# After a rewrite: what the container said goes back to what was taken out.
rewrite() { # ID: precreate rewrites it, createRuntime has nothing left to do
	local id=$1
	spec '"CAP_NET_RAW"' "\"linux\":{\"cgroupsPath\":\"/machine.slice/libpod-$id\"}" | "$capgate" precreate >"$work/bundle/config.json" 2>/dev/null
	printf '{"id":"%s","pid":7,"status":"creating","bundle":"%s"}' "$id" "$work/bundle" | "$capgate" createRuntime 2>/dev/null
}
rm -f "$policydir/policy.json" "$log"
sixty=$(printf 'a%.0s' {1..63})
rewrite "1$sixty"
why "1$sixty"; prove "what a hook left as it was does not hide the rewrite before it" shows "precreate rewrote 1$sixty"
prove "without a message it shows what users may see" shows "ping: socktype: SOCK_RAW"
why "1$sixty" 'exec /bin/fping: operation not permitted'
prove "why connects what was removed with what the container printed" eval 'shows "it said    exec /bin/fping: operation not permitted" && shows "CAP_NET_RAW was removed: the program'"'"'s file has an effective file capability"'
prove "and offers no sysctl, which does not let that program start" shows "     setcap -r FILE in the image: then the program starts"
printf 'starting\nping: socktype: SOCK_RAW\nbye\n' | "$capgate" why "1$sixty" - >"$work/out"
prove "a message may come from standard input, as one line of many" eval 'shows "it said    ping: socktype: SOCK_RAW" && shows "CAP_NET_RAW was removed: ping opens a raw socket"'
why "1$sixty" 'mount: permission denied'
prove "what was not removed is not blamed" eval 'shows "not by capgate: CAP_SYS_ADMIN may be missing" && ! shows "was removed:"'
why "1$sixty" 'hello: world'; prove "and a message that nobody knows is not explained" shows "no known program prints this message"
printf '2026-11-28T17:03:06.31+00:00 stdout F PING\n2026-11-28T17:03:06.31+00:00 stderr F {"msg":"exec container process `/bin/fping`: Operation not permitted","level":"error"}\n' >"$work/bundle/ctr.log"
why "1$sixty"; prove "podman's log is looked at without being asked" eval 'shows "it said    exec container process \`/bin/fping\`: Operation not permitted" && shows "in         $work/bundle/ctr.log"'
why; prove "without an id too" shows "it said    exec container process"
why --json "1$sixty"; prove "--json has it as a member" eval 'jq -e ".failure | .capability == \"CAP_NET_RAW\" and (.because | length > 0) and (.in | endswith(\"ctr.log\"))" "$work/out" >/dev/null'
rm "$work/bundle/ctr.log"
ln -s "$policydir/policy.json" "$work/bundle/ctr.log"
why "1$sixty"; prove "a link in its place is not followed" eval '! shows "it said"'
rm "$work/bundle/ctr.log"
mkdir -p "$work/kubelet" /var/log/containers && mount -t tmpfs tmpfs /var/log/containers
printf '2026-11-28T17:03:06.31Z stderr F ping: socktype: SOCK_RAW\n' >"$work/kubelet/0.log"
ln -s "$work/kubelet/0.log" "/var/log/containers/web_default_web-1$sixty.log"
why "1$sixty"; prove "the kubelet's link leads to the log" shows "in         $work/kubelet/0.log"
docker=/var/lib/docker/containers/1$sixty
mkdir -p /var/lib/docker && mount -t tmpfs tmpfs /var/lib/docker && mkdir -p "$docker"
echo '{"log":"ping: socktype: SOCK_RAW\n","stream":"stderr","time":"2026-11-28T17:03:06Z"}' >"$docker/1$sixty-json.log"
umount /var/log/containers; rm -f "$work/kubelet/0.log"
why "1$sixty"; prove "Docker's log is looked at" shows "in         $docker/1$sixty-json.log"
echo '{"State":{"Error":"exec: \"/bin/fping\": operation not permitted"}}' >"$docker/config.v2.json"
why "1$sixty"; prove "and first the error that it keeps" shows "in         $docker/config.v2.json"
# By the name that an engine's store has for it.
jq -n --arg id "1$sixty" '{ID: $id, Name: "/shop", Config: {Image: "x"}}' >"$docker/config.v2.json"
why shop; prove "a container of Docker is found by its name" shows "precreate rewrote 1$sixty"
why sho; prove "but not by a part of it" eval '! shows rewrote && says "by its id or by a current name in Docker or podman"'
umount /var/lib/docker && mkdir -p "$work/docker/containers/1$sixty" /etc/docker
echo "{\"data-root\":\"$work/docker\"}" >/etc/docker/daemon.json
docker=$work/docker/containers/1$sixty
jq -n --arg id "1$sixty" '{ID: $id, Name: "/shop", Config: {Image: "x"}}' >"$docker/config.v2.json"
echo '{"log":"ping: socktype: SOCK_RAW\n","stream":"stderr","time":"2026-11-28T17:03:06Z"}' >"$docker/1$sixty-json.log"
why shop; prove "its name and its log are found below the data-root that daemon.json names" eval 'shows "precreate rewrote 1$sixty" && shows "in         $docker/1$sixty-json.log"'
# With userns-remap, containers are below UID.GID, of that data-root or of the usual one.
mkdir "$work/docker/100000.100000" && mv "$work/docker/containers" "$work/docker/100000.100000/"
docker=$work/docker/100000.100000/containers/1$sixty
why shop; prove "and below UID.GID there, where Docker remaps users" eval 'shows "precreate rewrote 1$sixty" && shows "in         $docker/1$sixty-json.log"'
mkdir -p /var/lib/docker && mount -t tmpfs tmpfs /var/lib/docker
cp -r "$work/docker/100000.100000" /var/lib/docker/ && rm -r /etc/docker/daemon.json "$work/docker"
docker=/var/lib/docker/100000.100000/containers/1$sixty
why "1$sixty"; prove "and in the usual one" shows "in         $docker/1$sixty-json.log"
umount /var/lib/docker
# podman's store, where storage.conf says.
mkdir -p "$work/graph/vfs-containers" "$work/run/overlay-containers" /etc/containers
printf '[storage]\ngraphroot = "%s"\nrunroot = "%s"\n' "$work/graph" "$work/run" >/etc/containers/storage.conf
jq -n --arg id "1$sixty" '[{id: $id, names: ["till"]}]' >"$work/graph/vfs-containers/containers.json"
jq -n --arg id "1$sixty" '[{id: $id, names: ["once"]}]' >"$work/run/overlay-containers/volatile-containers.json"
why till; prove "a container of podman is found by its name below the graph root of storage.conf" shows "precreate rewrote 1$sixty"
why once; prove "and one of podman run --rm below its run root" shows "precreate rewrote 1$sixty"
# As containers/storage expands them: $UID first, whatever follows, then what Go's os.ExpandEnv knows.
mkdir -p "$work/0x/vfs-containers" && cp "$work/graph/vfs-containers/containers.json" "$work/0x/vfs-containers/"
for spelt in '${OUR}/graph' '$OUR/graph' '$OUR_/${OUR}/graph' '$OUR/$UIDx' '${OUR}${}$#/graph' '${}${OUR}$1/graph$?'; do
	printf '[storage]\ngraphroot = "%s"\n' "$spelt" >/etc/containers/storage.conf
	OUR=$work why till; prove "a graph root is expanded: $spelt" shows "precreate rewrote 1$sixty"
done
for spelt in '${OUR/graph' '${OTHER}/graph' '$OURS/graph' '$$OUR/graph' '${UID}/graph' '${OUR}/$/graph'; do
	printf '[storage]\ngraphroot = "%s"\n' "$spelt" >/etc/containers/storage.conf
	OUR=$work why till; prove "and names no other place: $spelt" says "by its id or by a current name in Docker or podman"
done
printf '[storage\n' >/etc/containers/storage.conf
why till; prove "a file that podman cannot read names no place" says "by its id or by a current name in Docker or podman"
rm -r /etc/containers/storage.conf "$work/graph" "$work/run"
mkdir -p /var/lib/containers/storage/overlay-containers
jq -n --arg id "1$sixty" '[{id: "7", names: ["other"]}, {id: $id, names: ["till"]}]' >/var/lib/containers/storage/overlay-containers/containers.json
why till; prove "and so is one of podman" shows "precreate rewrote 1$sixty"
rm -r /var/lib/containers/storage
sed -n '$s/"id":"[^"]*"/"id":"636170676174652d63616e617279000000000000000000000000000000000000"/; $s/"pass"/"refuse"/p' $log >"$work/line"; cat "$work/line" >>$log
why; prove "what doctor tried is not the last refusal" shows "precreate rewrote 1$sixty"
rmdir /var/lib/docker 2>/dev/null
rmdir /var/log/containers 2>/dev/null
why --json "1$sixty"; prove "and there is none without a log" eval 'jq -e ".failure == null" "$work/out" >/dev/null'
