#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compares the manual pages with what they describe: mandoc finds no fault, every command
# and option of --help is in capgate(1), and capgate-rules(7) has the rows of rules.def
# word for word.
set -u
. "$(dirname "$0")/tally.sh"
top=$(cd "$(dirname "$0")/.." && pwd)
capgate=${CAPGATE:-$top/build/capgate}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cd "$top" || exit 1
for page in hook/*.[1-8] lib/*.3; do
	[ -f "$page" ] || continue
	none "$page has no fault that mandoc finds" "$(mandoc -Tlint -W warning "$page" 2>&1)"
	none "$page is rendered by man without a warning" "$(MANWIDTH=80 man --warnings=w -E UTF-8 -l "$page" 2>&1 >/dev/null)"
done

none "capgate-rules(7) says what rules.def says" "$(CC="${CC:-cc}" tests/manrules.py check 2>&1)"

# Every command, and the options of those that capgate(1) describes in full.
page=$(sed 's/\\-/-/g; s/^\.\(It\|Op\|Fl\|Cm\|Oo\|Nm\|Pf\|Ic\)/ &/; s/ \(Fl\|Cm\|Ns\|Oc\|Oo\|Ar\|Pa\|Li\) / /g' hook/capgate.1)
for command in $("$capgate" --help | sed -n '/^commands:/,/^$/s/^  \([A-Za-z]*\) .*/\1/p'); do
	none "capgate(1) names $command" "$(printf '%s\n' "$page" | grep -qw -- "$command" || echo "it does not")"
done
for command in check audit explain why policy configure doctor metrics; do
	for option in $("$capgate" $command --help | sed -n '/^options:/,$s/.*--\([a-z-]*\).*/\1/p' | sort -u); do
		none "capgate(1) has --$option of $command" \
			"$(sed -n "/^\.It Cm $command/,/^\.It Cm [a-z]/p; /^\.Ss $command/,/^\.S[sh] /p" hook/capgate.1 |
				grep -qE -- "-$option([^a-z-]|\$)" || [ "$option" = help ] || echo "it does not")"
	done
done
for option in $("$capgate" learn --help | sed -n '/^options:/,$s/.*--\([a-z-]*\).*/\1/p' | sort -u); do
	none "capgate-learn(1) has --$option" \
		"$(grep -qE "^\.It Fl .*-$option([^a-z-]|\$)" hook/capgate-learn.1 || echo "it does not")"
done
# What doctor --json calls its checks: all that are in the source.
cat hook/doctor/*.c hook/engines/*.c | tr '\n\t' '  ' | grep -oE '(doctor_say|check_owner)\([^;]*' | grep -oE ', "[a-z]+(-[a-z]+)*",' |
	tr -d '", ' | sort -u >"$work/said"
for check in $(cat "$work/said"); do
	none "capgate(1) has doctor's check $check" "$(sed -n '/^\.Cm doctor --json/,/^\.Ed/p' hook/capgate.1 | grep -qE "(^|  )$check( |\$)" || echo "it does not")"
done
none "doctor's checks are found in the source" "$([ "$(wc -l <"$work/said")" -ge 40 ] || cat "$work/said")"

finish "manual pages"
