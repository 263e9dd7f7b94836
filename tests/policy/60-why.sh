# SPDX-License-Identifier: Apache-2.0
# why.
clean
why() { "$capgate" why "$@" >"$work/out" 2>"$work/err"; }
shows() { grep -qF -- "$1" "$work/out"; }
prove "without a log there is nothing to tell" eval 'why; [ $? -eq 2 ]'
printf '{"id":"aaa111","pid":7,"status":"creating","bundle":"%s"}' "$work/bundle" | "$capgate" createRuntime 2>/dev/null
spec '"CAP_NET_RAW"' >"$work/bundle/config.json"
printf '{"id":"bbb222","pid":7,"status":"creating","bundle":"%s"}' "$work/bundle" | "$capgate" createRuntime 2>/dev/null
spec '"CAP_KILL"' >"$work/bundle/config.json"
printf '{"id":"ccc333","pid":7,"status":"creating","bundle":"%s"}' "$work/bundle" | "$capgate" createRuntime 2>/dev/null
why; prove "the last that was not allowed" shows "refused bbb222, status 10"
prove "with the place" shows "process.capabilities.bounding[0]"
prove "with what the user sees" shows "ping: socktype: SOCK_RAW"
prove "the engine's own flag" shows "--cap-drop=NET_RAW"
prove "the sysctl that takes its place" shows 'net.ipv4.ping_group_range=0 2147483647'
prove "and the exemption to add" shows '"allow": ["NET_RAW"]'
sed -n 's/^ *\({"version".*\)/\1/p' "$work/out" | put "$work/pasted.json"
"$capgate" policy check "$work/pasted.json" >/dev/null 2>&1
prove "which is a policy" [ $? -le 1 ]
why aaa; prove "the beginning of an id will do" shows "refused aaa111, status 11"
why ccc333; prove "one that was allowed is told too" shows "allowed ccc333"
prove "one that is not in the log is status 1" eval 'why zzz; [ $? -eq 1 ]'
why --json; prove "--json is JSON" eval 'jq -e ".decision.id == \"bbb222\" and (.ways_out.flag | contains(\"--cap-drop\"))" "$work/out" >/dev/null'
prove "of an older refusal and a newer rewrite it is the refusal" eval 'judge 0 < <(spec "\"CAP_NET_RAW\""); why; shows "refused bbb222"'
prove "and the rewrite is not passed over in silence" says "rewritten since then: 1"
printf '{"cut' >>$log
printf '{"id":"ddd444","pid":7,"status":"creating","bundle":"%s"}' "$work/bundle" | "$capgate" createRuntime 2>/dev/null; why ddd
prove "a line that was cut short hides no other" shows "allowed ddd444"
truncate -s -1 $log; printf '{"capgate":1,"time":"2026-01-01","id":"cu' >>$log; tail -n 1 $log | sed 's/.*cu//; s/.*/{"capgate":1,"time":"2030-01-01","id":"eee555","stage":"run","mode":"enforce","verdict":"refuse"}/' >>$log; why eee
prove "not even one behind it in the same line" shows "refused eee555"
printf '{"id":"aaa999","pid":7,"status":"creating","bundle":"%s"}' "$work/bundle" | "$capgate" createRuntime 2>/dev/null
why aaa; prove "a beginning of several ids is the last of them" shows "allowed aaa999"
prove "which is said" says "several ids begin with aaa"
why aaa111; prove "a whole id is itself" eval 'shows "refused aaa111" && [ ! -s "$work/err" ]'
mv $log $log.1; why aaa111; prove "a log that has just been renamed is read all the same" shows "refused aaa111"
