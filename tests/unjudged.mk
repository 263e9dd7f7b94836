# SPDX-License-Identifier: Apache-2.0
# The ceiling alone: the program's own objects, with a judgement that lets everything pass.
# UNJUDGED_N=2000 tries that many specifications.
UNJUDGED_N = 24
$O/unjudged.o: $(srcdir)/tests/unjudged/unjudged.c $O/.FLAGS_STAMP
	$(call Q,CC  )$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
-include $O/unjudged.d
$O/capgate-unjudged: $O/unjudged.o $(CAPGATE_OBJS) $O/libcapgate.a
	$(call Q,LD  )$(CC) $(EXE_LDFLAGS) -Wl,--wrap=runtime_assess -o $@ $^ $(EXE_LIBS)
check-e2e: check-unjudged
check-unjudged: $O/capgate $O/capgate-unjudged runtimes
	@CAPGATE='$(abspath $O/capgate)' CAPGATE_HOOK='$(abspath $O/capgate-unjudged)' $(srcdir)/tests/e2e/differential/run.sh --unjudged -n $(UNJUDGED_N) \
		$(if $(RUNTIMES),--runtimes '$(RUNTIMES)') --fetched '$(abspath $O/runtimes)'
	@ONLY='a filter answers for the kernel that capabilities' $(call unjudged_attacks,attacks-seccomp)
# The attacks, past the judgement: ATTACKS=all under every runtime.  check-unjudged tries
# one kind of them.
UNJUDGED_ATTACKS = attacks-proc attacks-seccomp attacks-restore
unjudged_attacks = CAPGATE='$(abspath $O/capgate)' CAPGATE_HOOK='$(abspath $O/capgate-unjudged)' UNJUDGED=yes \
	$(srcdir)/tests/e2e/run.sh $(foreach f,$(1),$(srcdir)/tests/e2e/$(f).bats)
check-unjudged-attacks: $O/capgate $O/capgate-unjudged runtimes
	@$(call unjudged_attacks,$(UNJUDGED_ATTACKS))
.PHONY: check-unjudged check-unjudged-attacks
