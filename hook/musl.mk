# SPDX-License-Identifier: Apache-2.0
# The program that engines start, statically linked with musl where musl-gcc is installed.
# MUSL=no prevents it; MUSL=yes does it in a build with SHARED=1, too.
#
# At each start of each program glibc asks the processor for its caches, by CPUID.  A virtual
# machine has to emulate that instruction, and there this takes longer than all that a hook does.
# musl does not ask.  The program is also half as large, and so has fewer page faults.
#
# yajl and libmd were compiled for glibc.  What the program uses of them calls only functions
# that are the same in every C library.  A function of glibc alone would be undefined: then the
# program is linked with glibc, and make says so.

MUSL_GCC = musl-gcc
# A system call filter is built in (hook/confine/generate.c), because libseccomp needs glibc.
MUSL_MACHINES = x86_64% aarch64%
MUSL_LACKS = $(filter no,$(MUSL))$(SANITIZE)$(FUZZ)$(COVERAGE)$(if $(STATIC_HOOK)$(filter yes,$(MUSL)),,no)$(filter-out $(MUSL_MACHINES),$(shell $(CC) -dumpmachine))$(findstring -DCONFINE_AT_RUN_TIME,$(CPPFLAGS))
# Where musl's own files are; empty: the program is not linked with it.
MUSL_DIR := $(if $(MUSL_LACKS),,$(patsubst %/Scrt1.o,%,$(filter %/Scrt1.o,$(shell \
	$(MUSL_GCC) -\#\#\# -x c /dev/null 2>&1 | tr -d '"'))))

# musl has no _FORTIFY_SOURCE.
MUSL_CC = $(MUSL_GCC) -isystem $O/musl/include -include $(srcdir)/hook/sys/fortify.h $(ALL_CPPFLAGS) $(ALL_CFLAGS)
MUSL_STAMP = $(if $(MUSL_DIR),$(MUSL_CC) -L$(MUSL_DIR))
$(eval $(call stamp,MUSL_STAMP))

# The kernel's headers and the libraries', without glibc's beside them.
MUSL_HEADERS = linux/types.h asm/types.h asm-generic/types.h yajl/yajl_parse.h sha256.h sha2.h
$O/musl/include/.made: $O/.FLAGS_STAMP $O/.MUSL_STAMP
	@mkdir -p $(@D); for h in $(MUSL_HEADERS); do \
		found=$$(echo "#include <$$h>" | $(CC) $(ALL_CPPFLAGS) -E -x c - | sed -n "s|^# [0-9]* \"\(/[^\"]*/$$h\)\".*|\1|p" | head -n 1); \
		case $$h in */*) h=$${h%/*} found=$${found%/*} ;; esac; \
		ln -sfn "$$found" $(@D)/$$h; \
	done; touch $@

MUSL_ROOMS = $(SMALL_ROOMS:%=hook/%/%.o) $(addprefix lib/,$(addsuffix /%.o,base caps json judge policy report spec)) \
	lib/inputs/criu.o lib/inputs/mountinfo.o
# linter.c confines other programs than this one, by libcap-ng.
MUSL_OBJS = $(patsubst $O/%,$O/musl/%,$(filter-out %/linter.o,$(filter $(MUSL_ROOMS:%=$O/%),$(HOOK_OBJS) $(LIB_OBJS))))
MUSL_SMALL_OBJS = $(SMALL_OBJS:$O/%=$O/musl/%)
$(MUSL_OBJS) $(MUSL_SMALL_OBJS): $O/musl/%.o: $(srcdir)/%.c $O/.FLAGS_STAMP $O/musl/include/.made | $(GENERATED)
	@mkdir -p $(@D)
	$(call Q,MUSL)$(MUSL_CC) -MMD -MP -c -o $@ $<
-include $(MUSL_OBJS:.o=.d) $(MUSL_SMALL_OBJS:.o=.d)

# To compare with (tests/bench.mk).
$O/bench/noop-musl: $(srcdir)/tests/bench/noop.c
	@mkdir -p $(@D)
	$(call Q,MUSL)$(MUSL_GCC) -static -O2 -o $@ $<

$O/musl/rooms.a: $(MUSL_OBJS)
	@rm -f $@; $(AR) qcsD $@ $^

# As cc -static-pie does it, but with musl's files.  What runs before main() unpacks no
# relocations that are packed.
MUSL_LIBS = $(foreach a,libyajl_s.a libmd.a,$(shell $(CC) -print-file-name=$a))
musl_link = $(CC) -nostdlib -static-pie $(ALL_LDFLAGS) -o $@ \
	$(MUSL_DIR)/rcrt1.o $(MUSL_DIR)/crti.o $(shell $(CC) -print-file-name=crtbeginS.o) \
	$(MUSL_SMALL_OBJS) $O/musl/rooms.a $(MUSL_LIBS) $(MUSL_DIR)/libc.a -lgcc \
	$(shell $(CC) -print-file-name=crtendS.o) $(MUSL_DIR)/crtn.o
