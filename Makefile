# SPDX-License-Identifier: Apache-2.0
# Works without configure; configure only writes config.mak, and the command
# line beats both.  `make V=1` shows the commands.

srcdir := $(or $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST)))),.)
comma := ,

VERSION = $(shell cat $(srcdir)/VERSION)
prefix = /usr/local
exec_prefix = $(prefix)
bindir = $(exec_prefix)/bin
libdir = $(exec_prefix)/lib
libexecdir = $(exec_prefix)/libexec
datadir = $(prefix)/share
includedir = $(prefix)/include
mandir = $(datadir)/man
sysconfdir = /etc
# Where administrators and distributions put policies.
policydir = $(sysconfdir)/capgate
vendordir = $(datadir)/capgate
hooksdir = $(libexecdir)/oci/hooks.d

CC ?= cc
AR ?= ar
PKG_CONFIG ?= pkg-config
INSTALL ?= install
CFLAGS ?= -O2 -g
CPPFLAGS ?=
LDFLAGS ?=

-include config.mak

# Flavours never share objects.
O = build$(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))$(if $(FUZZ),-fuzz)$(if $(STATIC),-static)$(if $(COVERAGE),-coverage)

YAJL_CFLAGS := $(shell $(PKG_CONFIG) --cflags yajl)
# Debian calls the static library libyajl_s.a.
YAJL_LIBS := $(if $(STATIC),$(shell $(PKG_CONFIG) --libs-only-L yajl) -lyajl_s,$(shell $(PKG_CONFIG) --libs yajl))
CAPNG_LIBS := $(shell $(PKG_CONFIG) --libs libcap-ng)
SECCOMP_LIBS := $(shell $(PKG_CONFIG) --libs libseccomp)
CHECK_CFLAGS = $(shell $(PKG_CONFIG) --cflags check)
CHECK_LIBS = $(shell $(PKG_CONFIG) --libs check)

WARN = -Wall -Wextra -Wshadow -Wpointer-arith -Wwrite-strings -Wstrict-prototypes \
	-Wmissing-prototypes -Wno-missing-field-initializers -Wvla -Wformat=2 -Wundef -Werror=implicit-function-declaration
HARDEN = -fstack-protector-strong -fcf-protection -fstack-clash-protection \
	$(if $(SANITIZE)$(COVERAGE),,-D_FORTIFY_SOURCE=2)
ALL_CPPFLAGS = -D_GNU_SOURCE -I$(srcdir)/lib -I$(O) $(YAJL_CFLAGS) $(CPPFLAGS)
ALL_CFLAGS = -std=gnu11 -fPIC -fvisibility=hidden $(WARN) $(HARDEN) $(CFLAGS) \
	$(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer) \
	$(if $(FUZZ),-fsanitize=fuzzer-no-link) $(if $(COVERAGE),--coverage -O0)
ALL_LDFLAGS = -Wl,-z,relro,-z,now -Wl,-z,noexecstack -Wl,--as-needed $(LDFLAGS) \
	$(if $(SANITIZE),-fsanitize=$(SANITIZE)) $(if $(COVERAGE),--coverage)
EXE_LDFLAGS = $(if $(STATIC),-static-pie,-pie) $(ALL_LDFLAGS)

LIB_SRCS := $(sort $(wildcard $(srcdir)/lib/*.c))
HOOK_SRCS := $(sort $(wildcard $(srcdir)/hook/*.c))
UNIT_SRCS := $(sort $(wildcard $(srcdir)/tests/unit/test_*.c))
MANPAGES := $(sort $(wildcard $(srcdir)/hook/*.[1-8] $(srcdir)/lib/*.3))
LIB_OBJS = $(LIB_SRCS:$(srcdir)/%.c=$O/%.o)
HOOK_OBJS = $(HOOK_SRCS:$(srcdir)/%.c=$O/%.o)
UNIT_OBJS = $(UNIT_SRCS:$(srcdir)/%.c=$O/%.o)
UNIT_BINS = $(UNIT_OBJS:.o=)
OBJS = $(LIB_OBJS) $(HOOK_OBJS) $(UNIT_OBJS)
SONAME = libcapgate.so.0

Q = $(if $(V),,@printf '  %s %s\n' '$1' '$(@:$O/%=%)';)

all: $O/capgate $O/libcapgate.a $(if $(SANITIZE)$(STATIC)$(FUZZ)$(COVERAGE),,$O/$(SONAME) $O/libcapgate.pc)

# git's flag stamp: what depends on the flags is rebuilt when they change.
FLAGS_STAMP = $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS)
PATHS_STAMP = $(VERSION) $(policydir) $(vendordir) $(hooksdir) $(libdir) $(includedir)
define stamp
$O/.$1: FORCE
	@mkdir -p $$(@D); printf '%s\n' '$$(subst ','\'',$$($1))' >$$@+; \
	if cmp -s $$@+ $$@; then rm $$@+; else mv $$@+ $$@; fi
endef
$(eval $(call stamp,FLAGS_STAMP))
$(eval $(call stamp,PATHS_STAMP))
FORCE:

# Paths and version that the program knows.
$O/config.h: $O/.PATHS_STAMP
	@printf '%s\n' '#define CAPGATE_VERSION "$(VERSION)"' \
		'#define CAPGATE_POLICYDIR "$(policydir)"' \
		'#define CAPGATE_VENDORDIR "$(vendordir)"' \
		'#define CAPGATE_SYSCONFDIR "$(sysconfdir)"' \
		'#define CAPGATE_HOOKSDIR "$(hooksdir)"' >$@

$(OBJS): $O/%.o: $(srcdir)/%.c $O/.FLAGS_STAMP | $O/config.h
	@mkdir -p $(@D)
	$(call Q,CC  )$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(if $(findstring tests/unit,$@),$(CHECK_CFLAGS) -I$(srcdir)/hook) -MMD -MP -c -o $@ $<
-include $(OBJS:.o=.d)

$O/libcapgate.a: $(LIB_OBJS)
	$(call Q,AR  )rm -f $@; $(AR) rcsD $@ $^

$O/$(SONAME): $(LIB_OBJS)
	$(call Q,LD  )$(CC) -shared -Wl,-soname,$(SONAME) $(ALL_LDFLAGS) -Wl,-z,defs -o $@ $^ $(YAJL_LIBS)

$O/libcapgate.pc: $(srcdir)/lib/libcapgate.pc.in $O/.PATHS_STAMP
	@sed -e 's|@VERSION@|$(VERSION)|; s|@libdir@|$(libdir)|; s|@includedir@|$(includedir)|' $< >$@

# The decision is inside the program that is installed.
$O/capgate: $(HOOK_OBJS) $O/libcapgate.a
	$(call Q,LD  )$(CC) $(EXE_LDFLAGS) -o $@ $^ $(YAJL_LIBS) $(CAPNG_LIBS) $(SECCOMP_LIBS)

# Unit tests link the library and every object of the program but main().
$(UNIT_BINS): %: %.o $(filter-out $O/hook/main.o,$(HOOK_OBJS)) $O/libcapgate.a
	$(call Q,LD  )$(CC) $(EXE_LDFLAGS) -o $@ $^ $(CHECK_LIBS) $(YAJL_LIBS) $(CAPNG_LIBS) $(SECCOMP_LIBS)

-include $(sort $(wildcard $(srcdir)/tests/*.mk))

check: all check-unit
check-unit: $(UNIT_BINS)
	@failed=; for t in $^; do $$t || failed="$$failed $$t"; done; \
	if [ -n "$$failed" ]; then echo "failed:$$failed"; exit 1; fi

clean:
	rm -rf build build-*

.PHONY: all check check-unit clean FORCE
.DELETE_ON_ERROR:
