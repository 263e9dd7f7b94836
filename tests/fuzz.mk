# SPDX-License-Identifier: Apache-2.0
# make check-fuzz           every target over the corpus and 2,000 changes of it, any compiler
# make fuzz CC=clang FUZZ=1 [SANITIZE=address,undefined]
#                           (or fuzz-afl) the libFuzzer programs, in $O/fuzz; tests/fuzz/run.sh runs them
FUZZ_TARGETS = json spec process rewrite state policy inspect documents criu lesson filter
FUZZ_DIR = $(srcdir)/tests/fuzz
FUZZ_GENERATED = 2000
FUZZ_COMMON = $O/fuzz/common.o $O/fuzz/strict.o $O/fuzz/gen.o

$O/fuzz/%.o: $(FUZZ_DIR)/%.c $O/.FLAGS_STAMP | $(GENERATED)
	@mkdir -p $(@D)
	$(call Q,CC  )$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
-include $(wildcard $O/fuzz/*.d)
$O/fuzz/replay_%: $O/fuzz/target_%.o $O/fuzz/replay.o $(FUZZ_COMMON) $O/libcapgate.a
	$(call Q,LD  )$(CC) $(EXE_LDFLAGS) -o $@ $^ $(YAJL_LIBS)
$O/fuzz/fuzz_%: $O/fuzz/target_%.o $O/fuzz/mutator.o $(FUZZ_COMMON) $O/libcapgate.a
	$(call Q,LD  )$(CC) $(EXE_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(YAJL_LIBS)
# What reads YAML is the program's, and has its library.
FUZZ_DOCUMENTS = $(filter $O/hook/documents/% $O/hook/sys/%,$(CAPGATE_OBJS))
$O/fuzz/replay_documents: $O/fuzz/target_documents.o $O/fuzz/replay.o $(FUZZ_COMMON) $(FUZZ_DOCUMENTS) $O/libcapgate.a
	$(call Q,LD  )$(CC) $(EXE_LDFLAGS) -o $@ $^ $(EXE_LIBS)
$O/fuzz/fuzz_documents: $O/fuzz/target_documents.o $O/fuzz/mutator.o $(FUZZ_COMMON) $(FUZZ_DOCUMENTS) $O/libcapgate.a
	$(call Q,LD  )$(CC) $(EXE_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(EXE_LIBS)
FUZZ_LESSON = $(filter $O/hook/lessons/% $O/hook/sys/%,$(CAPGATE_OBJS))
$O/fuzz/replay_lesson: $O/fuzz/target_lesson.o $O/fuzz/replay.o $(FUZZ_COMMON) $(FUZZ_LESSON) $O/libcapgate.a
	$(call Q,LD  )$(CC) $(EXE_LDFLAGS) -o $@ $^ $(EXE_LIBS)
$O/fuzz/fuzz_lesson: $O/fuzz/target_lesson.o $O/fuzz/mutator.o $(FUZZ_COMMON) $(FUZZ_LESSON) $O/libcapgate.a
	$(call Q,LD  )$(CC) $(EXE_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(EXE_LIBS)
# It compiles profiles, with what the unit tests compile them with.
$O/fuzz/replay_filter: $O/fuzz/target_filter.o $O/fuzz/replay.o $(FUZZ_COMMON) $O/libcapgate.a
	$(call Q,LD  )$(CC) $(EXE_LDFLAGS) -o $@ $^ $(YAJL_LIBS) $(SECCOMP_LIBS)
$O/fuzz/fuzz_filter: $O/fuzz/target_filter.o $O/fuzz/mutator.o $(FUZZ_COMMON) $O/libcapgate.a
	$(call Q,LD  )$(CC) $(EXE_LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(YAJL_LIBS) $(SECCOMP_LIBS)
.PRECIOUS: $O/fuzz/%.o

# The same targets for afl-fuzz, in build-afl/fuzz.
fuzz-afl:
	$(MAKE) -f $(firstword $(MAKEFILE_LIST)) CC=afl-clang-fast FUZZ=1 O=build-afl fuzz
fuzz: $(FUZZ_TARGETS:%=$O/fuzz/fuzz_%)
check: check-fuzz
check-fuzz: $(FUZZ_TARGETS:%=$O/fuzz/replay_%)
	@$(FUZZ_DIR)/replay.sh $O/fuzz $(FUZZ_GENERATED) $(FUZZ_TARGETS)
.PHONY: fuzz fuzz-afl check-fuzz
