# SPDX-License-Identifier: Apache-2.0
# The manual's own examples.
mandoc -Tascii "$here/../hook/capgate-policy.5" | col -b | awk '/^EXAMPLES/ {on = 1} /^SEE ALSO/ {on = 0}
	on && /^ *{ "version": 1,/ {n++; out = 1} out {print > ("'"$work"'/example" n)} /\] }$|true } }$/ {out = 0}'
prove "the manual has three examples" [ -f "$work/example3" ] && [ ! -f "$work/example4" ]
for i in 1 2 3; do
	"$capgate" policy check "$work/example$i" >"$work/out" 2>"$work/err"
	prove "example $i of the manual is a policy without a warning but what it means" eval '[ $? -le 1 ] && [ ! -s "$work/err" ]'
done
