#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The style that no compiler checks; .clang-format has the rest.
set -u
. "$(dirname "$0")/tally.sh"
cd "$(dirname "$0")/.." || exit 1
sources() { find hook lib tests -name '*.[ch]' -o -name '*.def'; }
# A tab ends at the next multiple of eight; bytes that go on with a character take none.
wide() {
	sources | LC_ALL=C xargs awk '{
		columns = 0
		n = split($0, part, "\t")
		for (i = 1; i <= n; i++) {
			gsub(/[\200-\277]/, "", part[i])
			columns += length(part[i])
			if (i < n) columns += 8 - columns % 8
		}
		if (columns > 100) print FILENAME ":" FNR ": " columns " columns"
	}'
}
none "lines of C have at most 100 columns" "$(wide)"
none "no line of C ends with a blank" "$(sources | xargs grep -nE '[[:blank:]]$')"
none "C is indented with tabs" "$(sources | xargs grep -nE '^ {8}')"
finish "style"
