# SPDX-License-Identifier: Apache-2.0
# policy test: people's own tests.
clean
fixtures=$work/fixtures
mkdir -p "$fixtures/"{web,cni,exec,last,after,bundle,image}
put "$work/mine.json" <<'JSON'
{"version":1,"exemptions":[
 {"id":"EX","match":{"cgroup":"/kubepods*"},"allow":["NET_RAW"],"reason":"r","expires":"2026-01-31"},
 {"id":"BU","match":{"bundle":"/run/x"},"allow":["NET_RAW"],"reason":"r"},
 {"id":"IM","match":{"image":"registry/name:*"},"allow":["NET_RAW"],"reason":"r"}]}
JSON
expect() { echo "$2" >"$fixtures/$1/expect.json"; } # NAME EXPECTATION
spec '"CAP_NET_RAW"' >"$fixtures/web/config.json"
expect web '{"verdict":"strip", /* with comments */ "status":10,"removed":["NET_RAW"],"exemptions":[]}'
spec '"CAP_NET_RAW"' '"linux":{"cgroupsPath":"/kubepods/a"}' | tee "$fixtures/"{cni,last,after}/config.json >/dev/null
expect cni '{"verdict":"pass","exemptions":["EX"],"now":1769000000}'
# date -d '2026-02-01T00:00:00Z' +%s
expect last '{"verdict":"pass","exemptions":["EX"],"now":1769903999}'
expect after '{"verdict":"strip","exemptions":[],"now":1769904000}'
spec '"CAP_NET_RAW"' | tee "$fixtures/"{bundle,image}/config.json >/dev/null
expect bundle '{"verdict":"pass","exemptions":["BU"],"bundle":"/run/x"}'
expect image '{"verdict":"pass","status":0,"exemptions":["IM"],"image":"registry/name:1"}'
echo '{"capabilities":{"bounding":["CAP_SYS_ADMIN"]}}' >"$fixtures/exec/process.json"
expect exec '{"verdict":"strip","removed":["CAP_SYS_ADMIN"]}'
tested() { "$capgate" policy test --policy "$work/mine.json" "$fixtures" >"$work/out" 2>"$work/err"; }
tested; got=$?
prove "policy test: all as expected is status 0" [ $got -eq 0 ]
prove "each is reported" [ "$(grep -c '^ok ' "$work/out")" = 7 ]
prove "an exemption holds to the last second of its day, UTC" grep -qx "ok last" "$work/out"
prove "and not in the next one" grep -qx "ok after" "$work/out"
prove "a process.json is one of exec" grep -qx "ok exec" "$work/out"
prove "bundle and image can be given" eval 'grep -qx "ok bundle" "$work/out" && grep -qx "ok image" "$work/out"'
differs() { # NAME EXPECTATION WORDS: told, with status 1
	local was got
	was=$(cat "$fixtures/$1/expect.json")
	expect "$1" "$2"; tested; got=$?; expect "$1" "$was"
	[ $got -eq 1 ] && grep -qF "not ok $1: $3" "$work/out"
}
prove "a difference is status 1, and is reported" differs cni '{"verdict":"pass","exemptions":["EX"],"now":1770000000}' "the verdict is strip, not pass"
prove "so is another status" differs web '{"verdict":"strip","status":11}' "the status is 10, not 11"
prove "other capabilities" differs web '{"verdict":"strip","removed":["KILL"]}' "removed is NET_RAW"
prove "and other exemptions" differs image '{"verdict":"pass","exemptions":["EX"],"image":"registry/name:1"}' "other exemptions apply"
prove "all but the verdict is optional" eval 'expect web "{\"verdict\":\"strip\"}"; tested'
for wrong in '{"verdict":"allow"}' '{}' '{"verdict":"pass","nwo":1}' '{"verdict":"pass","removed":["NET_RWA"]}' '' 'null'; do
	expect web "$wrong"; tested; got=$?
	prove "a fixture that cannot be read is status 2: $wrong" [ $got -eq 2 ]
done
rm -r "$fixtures/web"
mkdir "$work/none"
prove "a directory without fixtures is status 2" eval '"$capgate" policy test "$work/none" >/dev/null 2>&1; [ $? -eq 2 ]'
chmod 666 "$work/mine.json"; chown 1234 "$work/mine.json"
prove "whose the policy is does not matter here" tested
