# SPDX-License-Identifier: Apache-2.0
# The log.
clean
judge 0 < <(spec '"CAP_KILL"')
prove "a decision is one line of JSON: allowed" last '.verdict == "pass" and .status == 0 and .stage == "precreate" and .mode == "enforce"'
judge 0 < <(spec '"CAP_NET_RAW"' '"linux":{"cgroupsPath":"/libpod_parent/libpod-0123456789012345678901234567890123456789012345678901234567890123"}')
prove "rewritten: with what was removed, from where, by which rule" last '.verdict == "strip" and .removed.bounding == ["CAP_NET_RAW"] and .rules == ["CPG101"]'
prove "with the container and the engine, as far as they are known" last '.engine == "podman" and (.id | length == 64)'
mkdir -p "$work/bundle"; spec '"CAP_SYS_ADMIN"' >"$work/bundle/config.json"
printf '{"ociVersion":"1.0","id":"c1","status":"creating","pid":7,"bundle":"%s"}' "$work/bundle" | "$capgate" createRuntime 2>/dev/null
prove "refused: with its status, id and bundle" last '.verdict == "refuse" and .status == 11 and .id == "c1" and .bundle == "'"$work/bundle"'"'
echo '{"version":1,"action":"reject"}' | put "$policydir/policy.json"
judge 10 < <(spec '"CAP_NET_RAW"')
prove "with the policy's last file and the digest of them all" last '.policy == "'"$policydir"'/policy.json" and .policy_digest == "'"$(sha256sum "$policydir/policy.json" | cut -d' ' -f1)"'"'
echo '{"version":1,"action":"rewrite"}' | put "$policydir/policy.d/a.json"
judge 0 < <(spec '')
prove "of several files" last '.policy == "'"$policydir"'/policy.d/a.json" and .policy_digest == "'"$(cat "$policydir/policy.json" "$policydir/policy.d/a.json" | sha256sum | cut -d' ' -f1)"'"'
clean
judge 0 < <(spec '')
prove "what is not known is null" last '.id == null and .engine == null and .bundle == null and .policy == null and .policy_digest == null'
prove "a line has these members and no others" last 'keys_unsorted == ["capgate","time","id","engine","stage","mode","verdict","status","rules","removed","exemptions","sysctls","withheld","symptoms","policy","policy_digest","bundle","reason"] and .capgate == 1'
prove "its time is RFC 3339, UTC, with milliseconds" last '(.time | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z$")) and (now - (.time | sub("[.][0-9]*Z"; "Z") | fromdate) | . >= 0 and . < 60)'
judge 0 < <(printf '{"process":{"capabilities":{"bounding":["CAP_NET_RAW","CAP_KILL","CAP_BPF"],"effective":["CAP_KILL"],"ambient":["CAP_BPF"]}},"linux":{"namespaces":[{"type":"network"}]},"mounts":[{"destination":"/proc","type":"proc","source":"proc"}]}')
prove "the removed names of each set are logged, and no others" last '.removed == {"bounding":["CAP_NET_RAW","CAP_BPF"],"ambient":["CAP_BPF"]}'
prove "the gravest rule comes first, each once" last '.rules[0] == "CPG101" and (.rules | index("CPG102")) and (.rules | length) == (.rules | unique | length)'
prove "the sysctls that a rewrite set are logged" last '.sysctls == ["net.ipv4.ping_group_range=0 2147483647"] and .withheld == []'
prove "the messages that programs print without them are logged" last '.symptoms == ["ping: socktype: SOCK_RAW: Operation not permitted"]'
judge 0 < <(spec '"CAP_NET_RAW"')
prove "the sysctls that a rewrite did not set are logged, with the reason" last '.sysctls == [] and .withheld == ["net.ipv4.ping_group_range: the container shares the host'"'"'s network"]'
judge 0 < <(spec '"CAP_NET_RAW"' '"linux":{"cgroupsPath":"/docker/x"}')
prove "engines are told apart: docker" last '.engine == "docker"'
judge 0 < <(spec '' '"linux":{"cgroupsPath":"/kubepods/crio-x"}')
prove "engines are told apart: cri-o" last '.engine == "cri-o"'
judge 0 < <(spec '' '"linux":{"cgroupsPath":"kubepods.slice:cri-containerd:x"}')
prove "engines are told apart: containerd" last '.engine == "containerd"'
judge 0 < <(spec '' '"linux":{"cgroupsPath":"/buildah-buildah1"}')
prove "engines are told apart: buildah" last '.engine == "buildah"'
judge 0 < <(spec '' '"annotations":{"io.kubernetes.cri-o.x":"y"},"linux":{"cgroupsPath":"/machine.slice/libpod-x"}')
prove "an annotation makes no other engine" last '.engine == "podman"'
before=$(wc -l <$log)
for stage in prestart createRuntime createContainer; do
	printf '{"id":"c2","pid":7,"status":"creating","bundle":"%s"}' "$work/bundle" | "$capgate" $stage 2>"$work/err"
done
prove "a container that several hooks judged has a line for each" [ "$(tail -n +$((before + 1)) $log | jq -r .stage | paste -sd' ')" = "prestart createRuntime createContainer" ]
prove "the reason is the sentence that the user sees" grep -qF "$(tail -n 1 $log | jq -r .reason)" "$work/err"
long=$(head -c 3000 /dev/zero | tr '\0' a); printf '{"id":"%s","pid":7,"status":"creating","bundle":"%s/nowhere"}' "$long" "$work" | "$capgate" createRuntime 2>/dev/null
prove "no line is left out for its length" last '(.id | length) == 1024'
clean
judge 12 < <(spec '"CAP_\u0000\u001b[31m"')
prove "what a specification says cannot break the line" last '.status == 12'
prove "and shows no control character" [ -z "$(tail -n 1 $log | tr -d '[:print:]\n')" ]
prove "the log is where the manual says, unless the policy says otherwise" [ "$log" = /run/capgate/decisions.jsonl ]
prove "only root can read it" [ "$(stat -c %a $log)" = 600 ]
echo '{"version":1,"log":{"file":"/run/elsewhere/log","max_bytes":4096}}' | put "$policydir/policy.json"
for _ in $(seq 40); do judge 0 < <(spec '"CAP_KILL"'); done
prove "its place is the policy's to choose" [ -s /run/elsewhere/log ]
prove "it is bounded: at its size it is renamed, once" [ -s /run/elsewhere/log.1 ]
prove "and both stay small" [ "$(cat /run/elsewhere/log /run/elsewhere/log.1 | wc -c)" -lt 9500 ]
rm -rf /run/elsewhere $log; echo '{"version":1,"log":{"file":"","system":false}}' | put "$policydir/policy.json"
judge 0 < <(spec '')
prove "it can be switched off" [ ! -e $log ]

clean
echo '{"version":1,"log":{"max_bytes":40000}}' | put "$policydir/policy.json"
for _ in 1 2; do
	for i in $(seq 64); do "$capgate" precreate < <(spec '"CAP_KILL"' "\"hostname\":\"h$i\"") >/dev/null 2>&1 & done
	wait
done
whole() { cat $log.1 $log 2>/dev/null | jq -c .verdict | grep -c pass; }
prove "128 decisions, 64 at once, are 128 lines, each of them whole" [ "$(whole)" = 128 ]

# The directory is made by one of those who come first, and lost by none.
missed=0
for _ in $(seq "${CAPGATE_LOG_ROUNDS:-5}"); do
	rm -rf /run/capgate
	for i in $(seq 64); do "$capgate" precreate < <(spec '"CAP_KILL"') >/dev/null 2>&1 & done
	wait
	[ "$(whole)" = 64 ] || missed=$((missed + 1))
done
prove "the first 64 at once, with no directory yet, are 64 lines" [ $missed = 0 ]

# A hook that hangs holds the file it has opened, and nobody up.
clean
echo '{"version":1,"log":{"max_bytes":4096}}' | put "$policydir/policy.json"
mkfifo "$work/never"
"$capgate" precreate <"$work/never" >/dev/null 2>&1 &
hangs=$!
exec 7>"$work/never" # it is open, and says nothing
for _ in $(seq 3000); do [ -e $log ] && break; sleep 0.02; done
for i in $(seq 120); do "$capgate" precreate < <(spec '"CAP_KILL"' "\"hostname\":\"h\"") >/dev/null 2>&1; done
prove "while a hook hangs, others are still logged" last '.verdict == "pass"'
prove "and the log stays bounded" [ "$(cat $log $log.1 | wc -c)" -lt $((2 * 5 * 4096)) ]
kill -KILL $hangs; wait $hangs 2>/dev/null
exec 7>&-
before=$(date -u +%FT%T)
for i in $(seq 40); do judge 0 < <(spec '"CAP_KILL"'); done
prove "one that was killed holds nothing any more" [ "$(cat $log $log.1 | wc -c)" -lt 9500 ]
prove "and the last line is the last decision" last ".time >= \"$before\""
"$capgate" precreate <"$work/never" >/dev/null 2>&1 &
hangs=$!
exec 7>"$work/never"
sleep 0.1; kill -STOP $hangs; judge 0 < <(spec '"CAP_KILL"')
prove "nor does one that is stopped" last ".time >= \"$before\""
kill -KILL $hangs; wait $hangs 2>/dev/null; exec 7>&-
# Whoever may read the log may lock it, if the administrator lets him read.
chmod 644 $log; chmod 755 /run/capgate; clean_lines=$(wc -l <$log)
setpriv --reuid 1234 --clear-groups flock -x -F $log sleep 600 & locker=$!
for _ in $(seq 3000); do flock -n -x $log true || break; sleep 0.02; done
judge 0 < <(spec '"CAP_KILL"')
prove "a reader who locks it keeps nobody from writing" [ "$(wc -l <$log)" -gt "$clean_lines" ]
kill $locker; wait $locker 2>/dev/null

clean; mkdir -m 700 /run/capgate; : >/run/victim; chown 1234 /run/victim
ln -s /run/victim $log
judge 0 < <(spec '')
prove "a log that is a symbolic link is not followed" [ ! -s /run/victim ]
rm $log; ln /run/victim $log
judge 0 < <(spec '')
prove "nor one that is another's file" [ ! -s /run/victim ]
rm $log; : >/run/own; ln /run/own $log; judge 0 < <(spec '')
prove "nor one of root's with two names" [ ! -s /run/own ]
rm $log; mkfifo $log
prove "a FIFO in its place holds nobody" judge 0 < <(spec '"CAP_KILL"')
rm $log; mkdir $log
prove "nor does a directory" judge 0 < <(spec '"CAP_KILL"')
rmdir $log; : >$log; chmod 666 $log; judge 0 < <(spec '')
prove "one that others may write is not written" [ ! -s $log ]
echo '{"version":1,"log":{"required":true,"system":false}}' | put "$policydir/policy.json"
prove "and where the log is required no container starts then" judge 22 < <(spec '"CAP_KILL"')
echo '{"version":1,"mode":"audit","log":{"required":true,"system":false}}' | put "$policydir/policy.json"
prove "but in audit mode" judge 0 < <(spec '"CAP_KILL"')
clean; mkdir -m 700 /run/capgate
rm -rf /run/capgate; mkdir -m 777 /run/capgate; judge 0 < <(spec '')
prove "nor is one written where others could swap it" [ ! -e $log ]

clean; mkdir -m 700 /run/capgate; mount -t tmpfs -o size=4k,mode=700 tmpfs /run/capgate
dd if=/dev/zero of=/run/capgate/full bs=4096 count=1 2>/dev/null
prove "a full disk keeps no container from starting" judge 0 < <(spec '"CAP_KILL"')
echo '{"version":1,"log":{"required":true}}' | put "$policydir/policy.json"
prove "unless the policy requires the log" judge 22 < <(spec '"CAP_KILL"')
prove "which is said with the way out" says "log.required"
umount /run/capgate
