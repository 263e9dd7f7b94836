# SPDX-License-Identifier: Apache-2.0
# tests/bench/README.md says what each measures.
#	make bench [BENCH_ROUNDS=N] [BENCH_FILES=N] [BENCH_ONLY=hook,wrapper,check] [BENCH_ARGS=--json]
#	make bench-compare BASE=REVISION [BENCH_ROUNDS=N] [BENCH_ARGS=--json]
#	make bench-details [BENCH_ROUNDS=N]
BENCH_ROUNDS = 1000
BENCH_FILES = 20000
BENCH_ONLY = hook,wrapper,check
BENCH_DIR = $(srcdir)/tests/bench
BENCH_HELPERS = $(addprefix $O/bench/,bench noop noop-static noop-confined bareexec throughput exemptions checks) $(if $(MUSL_DIR),$O/bench/noop-musl)
BENCH_STATIC = $(if $(STATIC),$O,build-static)

bench-static:
	@[ -n '$(STATIC)' ] || $(MAKE) -s -f $(firstword $(MAKEFILE_LIST)) STATIC=1 all

# Without an archive of a C library the default build has no static program.
BENCH_HOOK = $(if $(STATIC_HOOK),$O,$(BENCH_STATIC))/capgate-hook
bench: all $(if $(STATIC_HOOK),,bench-static) $(BENCH_HELPERS) $O/bench/capgate-dynamic
	@$(BENCH_DIR)/measure.py goals --helpers $O/bench --static $(BENCH_HOOK) \
		--dynamic $O/bench/capgate-dynamic --installed $O/capgate-hook --check $O/capgate --rounds $(BENCH_ROUNDS) \
		--files $(BENCH_FILES) --only $(BENCH_ONLY) $(BENCH_ARGS)

# Both are built static, by the same compiler; the base from what git has of it.
bench-compare: bench-static $(BENCH_HELPERS)
	@[ -n '$(BASE)' ] || { echo 'use: make bench-compare BASE=REVISION' >&2; exit 2; }
	@work=$$(mktemp -d) && trap 'rm -rf "$$work"' EXIT && \
		git -C $(srcdir) archive --format=tar '$(BASE)' | tar -x -C "$$work" && \
		$(MAKE) -s -C "$$work" STATIC=1 all >"$$work/log" 2>&1 || { tail -5 "$$work/log"; exit 1; } && \
		$(BENCH_DIR)/measure.py compare --helpers $O/bench --base "$$work/build-static" \
			--new $(BENCH_STATIC) --rounds $(BENCH_ROUNDS) $(BENCH_ARGS)

bench-details: all $(if $(STATIC_HOOK),,bench-static) $(BENCH_HELPERS) $O/bench/capgate-dynamic
	@CAPGATE='$(abspath $O/bench/capgate-dynamic)' CAPGATE_STATIC='$(abspath $(BENCH_HOOK))' \
		ROUNDS='$(BENCH_ROUNDS)' $(BENCH_DIR)/run.sh '$(abspath $O/bench)'

$O/bench/%: $(BENCH_DIR)/%.c
	@mkdir -p $(@D)
	$(call Q,CC  )$(CC) -D_GNU_SOURCE $(CFLAGS) $(WARN) $(if $(filter %bench %checks,$@),-static) -o $@ $<
$O/bench/noop-static: $(BENCH_DIR)/noop.c
	@mkdir -p $(@D)
	$(call Q,CC  )$(CC) -static-pie -O2 -fPIE -o $@ $<
$O/bench/noop-confined: $(BENCH_DIR)/noop-confined.c $(filter-out %/linter.o,$(filter $O/hook/confine/%,$(HOOK_OBJS))) \
		$(addprefix $O/hook/sys/,io.o memory.o say.o signals.o status.o) $O/libcapgate.a
	@mkdir -p $(@D)
	$(call Q,CC  )$(CC) $(ALL_CPPFLAGS) -static-pie -O2 -fPIE -o $@ $^ $(EXE_LIBS)
# As capgate-hook is where the C library has no archive, and in distributions.
$O/bench/capgate-dynamic: $(SMALL_OBJS) $O/rooms.a $O/libcapgate.a
	@mkdir -p $(@D)
	$(call Q,LD  )$(CC) $(EXE_LDFLAGS) -o $@ $^ $(EXE_LIBS)
$O/bench/throughput $O/bench/exemptions: $O/bench/%: $(BENCH_DIR)/%.c $O/libcapgate.a
	@mkdir -p $(@D)
	$(call Q,CC  )$(CC) $(ALL_CPPFLAGS) $(CFLAGS) $(WARN) -o $@ $^ $(YAJL_LIBS)

# The tools themselves, not what they measure.
check: $(if $(SANITIZE)$(FUZZ)$(COVERAGE),,check-bench)
check-bench: all
	@$(MAKE) -s -f $(firstword $(MAKEFILE_LIST)) $O/bench/bench $O/bench/noop-static >/dev/null 2>&1; \
		HELPERS='$O/bench' HOOK='$O/capgate-hook' $(srcdir)/tests/bench.sh
.PHONY: bench bench-static bench-compare bench-details check-bench
