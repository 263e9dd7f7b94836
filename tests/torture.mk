# SPDX-License-Identifier: Apache-2.0
# Everything fails once; TORTURE_STEP=1 tries all of it, which takes minutes.
TORTURE_STEP = 31
TORTURE_DIR = $(srcdir)/tests/torture
check: check-torture
check-torture: $O/capgate $O/torture/arena $O/torture/inject
	@CAPGATE='$(abspath $O/capgate)' $(TORTURE_DIR)/run.sh '$(abspath $O/torture)' $(TORTURE_STEP)
$O/torture/inject: $(TORTURE_DIR)/inject.c
	@mkdir -p $(@D)
	$(call Q,CC  )$(CC) -D_GNU_SOURCE -O2 $(WARN) -o $@ $<
$O/torture/arena: $(TORTURE_DIR)/arena.c $O/libcapgate.a
	@mkdir -p $(@D)
	$(call Q,CC  )$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(EXE_LDFLAGS) -o $@ $^ $(YAJL_LIBS)
.PHONY: check-torture
