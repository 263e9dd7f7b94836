# SPDX-License-Identifier: Apache-2.0
# The confinement, from inside: the program's own objects with a parser that
# does harm before it parses.
ifeq ($(SANITIZE)$(FUZZ)$(COVERAGE),)
check: check-planted
endif
$O/planted.o: $(srcdir)/tests/planted/planted.c $O/.FLAGS_STAMP
	$(call Q,CC  )$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
-include $O/planted.d
$O/capgate-planted: $O/planted.o $(CAPGATE_OBJS) $O/libcapgate.a
	$(call Q,LD  )$(CC) $(EXE_LDFLAGS) -Wl,--wrap=capgate_spec_parse,--wrap=capgate_input_parse -o $@ $^ $(EXE_LIBS)
$O/denied: $(srcdir)/tests/planted/denied.c
	$(call Q,CC  )$(CC) -D_GNU_SOURCE -O2 $(WARN) -o $@ $< $(SECCOMP_LIBS)
check-planted: $O/capgate-planted $O/denied
	@PLANTED='$(abspath $O/capgate-planted)' DENIED='$(abspath $O/denied)' $(srcdir)/tests/planted.sh
.PHONY: check-planted
$(E2E_SUITES) check-bats-named: $O/capgate-planted $O/denied
