# SPDX-License-Identifier: Apache-2.0
# People's own tests.
mkdir -p "$work/fixtures/"{web,cni,exec}
echo '{"version":1,"exemptions":[{"id":"EX","match":{"cgroup":"/kubepods*"},"allow":["NET_RAW"],"reason":"r","expires":"2026-01-31"}]}' >"$work/mine.json"
spec '"CAP_NET_RAW"' >"$work/fixtures/web/config.json"
echo '{"verdict":"strip","status":10,"removed":["NET_RAW"],"exemptions":[]}' >"$work/fixtures/web/expect.json"
spec '"CAP_NET_RAW"' '"linux":{"cgroupsPath":"/kubepods/a"}' >"$work/fixtures/cni/config.json"
echo '{"verdict":"pass","exemptions":["EX"],"now":1769000000}' >"$work/fixtures/cni/expect.json"
echo '{"capabilities":{"bounding":["CAP_SYS_ADMIN"]}}' >"$work/fixtures/exec/process.json"
echo '{"verdict":"strip","removed":["CAP_SYS_ADMIN"]}' >"$work/fixtures/exec/expect.json"
"$capgate" policy test --policy "$work/mine.json" "$work/fixtures" >"$work/out" 2>"$work/err"
prove "policy test: all as expected is status 0" [ $? -eq 0 ]
prove "each is told" [ "$(grep -c '^ok ' "$work/out")" = 3 ]
echo '{"verdict":"pass","exemptions":["EX"],"now":1770000000}' >"$work/fixtures/cni/expect.json"
"$capgate" policy test --policy "$work/mine.json" "$work/fixtures" >"$work/out" 2>"$work/err"
prove "a difference is status 1" [ $? -eq 1 ]
prove "and is told" grep -q "^not ok cni: the verdict is strip, not pass" "$work/out"
echo '{"verdict":"allow"}' >"$work/fixtures/cni/expect.json"
"$capgate" policy test --policy "$work/mine.json" "$work/fixtures" >"$work/out" 2>"$work/err"
prove "a fixture that cannot be read is status 2" [ $? -eq 2 ]
