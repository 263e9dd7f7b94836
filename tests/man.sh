#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Manual pages against what they describe: mandoc finds no fault, every command
# and option of --help is in capgate(1), and capgate-rules(7) has the rows of
# rules.def, word for word.
set -u
top=$(cd "$(dirname "$0")/.." && pwd)
capgate=${CAPGATE:-$top/build/capgate}
passed=0 failed=0
work=$(mktemp)
trap 'rm -f "$work"' EXIT

# prove SENTENCE OFFENDERS: passes when there are none.
prove() {
	if [ -z "$2" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'not ok %s:\n%s\n' "$1" "$2"
	fi
}

cd "$top" || exit 1
for page in hook/*.[1-8] lib/*.3; do
	[ -f "$page" ] || continue
	prove "$page has no fault that mandoc finds" "$(mandoc -Tlint -W warning "$page" 2>&1)"
done

# What a rule's section begins with and must hold, made from the table.
sections() {
	printf '%s\n' '#define CAPGATE_RULE(symbol, id, name, severity, status, aliases, cause, remedy) \' \
		'@ id @ name @ #severity @ status @ aliases @ cause @ remedy' '#include "lib/capgate/rules.def"' |
		${CC:-cc} -E -P -x c - | python3 -c '
import ast, re, sys
def text(x):
    return "".join(ast.literal_eval(p) for p in re.findall(r"\"(?:[^\"\\]|\\.)*\"", x))
fields = [f.strip() for f in sys.stdin.read().split("@")[1:]]
for i in range(0, len(fields), 7):
    rule, name, severity, status, aliases, cause, remedy = fields[i:i + 7]
    if text(rule) == "CPG000":
        continue
    print(".Ss", text(rule), text(name))
    print("Severity %s, %s." % (text(severity).lower(), "hook status " + status if int(status) else "a note"))
    if text(aliases):
        print("Also known as %s." % ", ".join(text(aliases).split()))
    print("Cause: %s." % text(cause).replace("\\", "\\e"))
    print("Remedy: %s." % text(remedy).replace("\\", "\\e"))
'
}
expected=$(sections)
prove "the table of rules can be read" "$([ "$(printf '%s\n' "$expected" | grep -c '^\.Ss CPG')" -ge 30 ] || echo "no rows")"
prove "capgate-rules(7) says what rules.def says, in its order; < is missing, > is wrong" \
	"$(printf '%s\n' "$expected" >"$work"; grep -E '^(\.Ss CPG|Severity |Also known as |Cause: |Remedy: )' hook/capgate-rules.7 |
		diff "$work" - | grep '^[<>]')"

# Every command, and the options of those that capgate(1) describes in full.
page=$(sed 's/\\-/-/g; s/^\.\(It\|Op\|Fl\|Cm\|Oo\|Nm\|Pf\|Ic\)/ &/; s/ \(Fl\|Cm\|Ns\|Oc\|Oo\|Ar\|Pa\|Li\) / /g' hook/capgate.1)
for command in $("$capgate" --help | sed -n '/^commands:/,/^$/s/^  \([A-Za-z]*\) .*/\1/p'); do
	prove "capgate(1) names $command" "$(printf '%s\n' "$page" | grep -qw -- "$command" || echo "it does not")"
done
for command in check audit explain policy configure doctor; do
	for option in $("$capgate" $command --help | sed -n '/^options:/,$s/.*--\([a-z-]*\).*/\1/p' | sort -u); do
		prove "capgate(1) has --$option of $command" \
			"$(sed -n "/^\.It Cm $command/,/^\.It Cm [a-z]/p; /^\.Ss $command/,/^\.S[sh] /p" hook/capgate.1 |
				grep -qE -- "-$option([^a-z-]|\$)" || [ "$option" = help ] || echo "it does not")"
	done
done
echo "manual pages: $passed proved, $failed broken"
[ -z "${CAPGATE_TEST_COUNTS:-}" ] || echo "$passed $failed" >>"$CAPGATE_TEST_COUNTS"
[ $failed -eq 0 ]
