# SPDX-License-Identifier: Apache-2.0
# The fuzz target over the wrapper's command line: it needs a part of the program.
FUZZ_ARGV = $O/fuzz/target_argv.o $(FUZZ_COMMON) $O/hook/wrapper/argv.o $O/hook/wrapper/blank.o $O/hook/wrapper/build.o $O/hook/wrapper/options.o $O/libcapgate.a
$O/fuzz/target_argv.o: $(FUZZ_DIR)/target_argv.c $O/.FLAGS_STAMP | $(GENERATED)
	@mkdir -p $(@D)
	$(call Q,CC  )$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
$O/fuzz/replay_argv: $O/fuzz/replay.o $(FUZZ_ARGV)
	$(call Q,LD  )$(CC) $(EXE_LDFLAGS) -o $@ $^ $(YAJL_LIBS)
$O/fuzz/fuzz_argv: $(FUZZ_ARGV)
	$(call Q,LD  )$(CC) $(EXE_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(YAJL_LIBS)
fuzz: $O/fuzz/fuzz_argv
check: check-fuzz-argv
check-fuzz-argv: $O/fuzz/replay_argv
	@$(FUZZ_DIR)/replay.sh $O/fuzz 0 argv
.PHONY: check-fuzz-argv
