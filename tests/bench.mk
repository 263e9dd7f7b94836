# SPDX-License-Identifier: Apache-2.0
# make bench: what a hook costs, as ratios taken in one run.  BENCH_ROUNDS=N
BENCH_ROUNDS = 1000
BENCH_DIR = $(srcdir)/tests/bench

bench: $O/capgate $O/bench/bench $O/bench/noop $O/bench/noop-static $O/bench/noop-confined $O/bench/throughput $O/bench/exemptions
	@[ -n '$(STATIC)' ] || $(MAKE) -s -f $(firstword $(MAKEFILE_LIST)) STATIC=1 all
	@CAPGATE='$(abspath $O/capgate)' CAPGATE_STATIC='$(abspath build-static/capgate)' \
		ROUNDS='$(BENCH_ROUNDS)' CONTAINERS='$(CONTAINERS)' $(BENCH_DIR)/run.sh '$(abspath $O/bench)'

$O/bench/%: $(BENCH_DIR)/%.c
	@mkdir -p $(@D)
	$(call Q,CC  )$(CC) -D_GNU_SOURCE $(CFLAGS) $(WARN) $(if $(filter %bench,$@),-static) -o $@ $<
$O/bench/noop-static: $(BENCH_DIR)/noop.c
	@mkdir -p $(@D)
	$(call Q,CC  )$(CC) -static-pie -O2 -fPIE -o $@ $<
$O/bench/noop-confined: $(BENCH_DIR)/noop-confined.c $(filter $O/hook/confine/%,$(HOOK_OBJS)) \
		$O/hook/sys/io.o $O/hook/sys/memory.o $O/hook/sys/say.o $O/hook/sys/status.o $O/libcapgate.a
	@mkdir -p $(@D)
	$(call Q,CC  )$(CC) $(ALL_CPPFLAGS) -static-pie -O2 -fPIE -o $@ $^ $(CAPNG_LIBS) $(SECCOMP_LIBS)
$O/bench/throughput $O/bench/exemptions: $O/bench/%: $(BENCH_DIR)/%.c $O/libcapgate.a
	@mkdir -p $(@D)
	$(call Q,CC  )$(CC) $(ALL_CPPFLAGS) $(CFLAGS) $(WARN) -o $@ $^ $(YAJL_LIBS)
.PHONY: bench
