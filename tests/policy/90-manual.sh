# SPDX-License-Identifier: Apache-2.0
# capgate-policy(5) itself: its examples, and a test behind each of its sentences.
clean
page=$here/../hook/capgate-policy.5
mandoc -Tascii "$page" | col -b | awk '/^EXAMPLES/ {on = 1} /^SEE ALSO/ {on = 0}
	on && /^ *{ "version": 1,/ {n++; out = 1} out {print > ("'"$work"'/example" n)} /\] }$|true } }$/ {out = 0}'
prove "the manual has three examples" [ -f "$work/example3" ] && [ ! -f "$work/example4" ]
for i in 1 2 3; do
	"$capgate" policy check "$work/example$i" >"$work/out" 2>"$work/err"
	prove "example $i of the manual is a policy without a warning but what it means" eval '[ $? -le 1 ] && [ ! -s "$work/err" ]'
done
example() { # N STATUS: createRuntime judges $work/in by it
	put "$work/example.json" <"$work/example$1"
	"$capgate" createRuntime --policy "$work/example.json" <"$work/in" 2>"$work/err"
	[ $? -eq "$2" ]
}
spec '"CAP_NET_RAW"' '"annotations":{"io.kubernetes.pod.namespace":"kube-system"},"linux":{"cgroupsPath":"kubepods-pod1.slice:crio:x"}' >"$work/in"
prove "the third example exempts the network agent" example 3 0
sed -i s/kube-system/default/ "$work/in"
prove "and no other namespace" example 3 10
sed -i 's/io.kubernetes.pod.namespace/io.kubernetes.cri.sandbox-namespace/' "$work/example3"
spec '"CAP_NET_RAW"' '"annotations":{"io.kubernetes.cri.sandbox-namespace":"kube-system"},"linux":{"cgroupsPath":"/kubepods/x"}' >"$work/in"
prove "with containerd's key it is containerd's" example 3 0
spec '"CAP_MKNOD"' >"$work/in"
prove "the second example refuses what it denies" example 2 11
spec '' | jq -c '.process.noNewPrivileges = true' >"$work/in"
prove "the second example refuses a container without a seccomp profile" eval 'example 2 11 && says "user namespace"'
spec '"CAP_NET_RAW"' >"$work/in"
prove "the first gives no NET_RAW to another image" example 1 10

# Behind every sentence of the page stand comments that name its tests.
"$here/policy/sentences.py" "$page" "$work/proved" >"$work/err"
sentences=$?
[ -n "${ONLY:-}" ] || prove "every sentence of capgate-policy(5) has a test that passed" [ $sentences -eq 0 ]
