# SPDX-License-Identifier: Apache-2.0
# What the tests reach: COVERAGE_CHECKS are run under gcov, then counted.  Not torture:
# a call that fails while gcov writes its counts spoils all of them.
COVERAGE_CHECKS = check-unit check-golden check-fuzz check-fuzz-argv check-report check-inputs check-schema check-policy
coverage:
	@[ -n '$(COVERAGE)' ] || exec $(MAKE) -f $(firstword $(MAKEFILE_LIST)) COVERAGE=1 coverage-run
coverage-run: all
	@find $O -name '*.gcda' -delete
	@$(MAKE) -s -f $(firstword $(MAKEFILE_LIST)) COVERAGE=1 FUZZ_GENERATED=20000 -k $(COVERAGE_CHECKS) >$O/coverage.log 2>&1 || { grep -E '^not ok|[1-9][0-9]* (failed|broken)' $O/coverage.log; echo "some tests failed under gcov; see $O/coverage.log"; }
	@$(srcdir)/tests/coverage.sh $O
.PHONY: coverage coverage-run
