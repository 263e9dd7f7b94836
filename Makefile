# SPDX-License-Identifier: Apache-2.0
# Works without configure, which only writes config.mak.  The command line overrides both.
# `make V=1` shows the commands.

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
docdir = $(datadir)/doc/capgate
sysconfdir = /etc
# Where administrators and distributions put policies.
policydir = $(sysconfdir)/capgate
vendordir = $(datadir)/capgate
hooksdir = $(libexecdir)/oci/hooks.d
# The directory that every engine with hooks.d reads; see contrib/podman for /etc.
ocihooksdir = $(if $(filter /usr,$(prefix)),$(datadir),$(sysconfdir))/containers/oci/hooks.d
podmanhooksdir = $(vendordir)/podman-hooks.d
containersconfdir = $(sysconfdir)/containers/containers.conf.d
bashcompdir = $(datadir)/bash-completion/completions
zshcompdir = $(datadir)/zsh/site-functions
fishcompdir = $(datadir)/fish/vendor_completions.d
unitdir = $(prefix)/lib/systemd/system

CC ?= cc
AR ?= ar
PKG_CONFIG ?= pkg-config
INSTALL ?= install
# -g1 has the lines for backtraces; -g would take a tenth more time.  For a debugger:
# make CFLAGS='-O0 -g3'.
CFLAGS ?= -O2 -g1
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
MD_LIBS := $(shell $(PKG_CONFIG) --libs libmd)
YAML_LIBS := $(shell $(PKG_CONFIG) --libs yaml-0.1)
# A hook runs at the start of every container, and loading four libraries would take as long
# as judging.  So the program contains them if the archives are installed.  SHARED=1, for
# distributions, links them dynamically.
archive = $(if $(SHARED)$(STATIC)$(SANITIZE),$2,$(shell a=$$($(CC) -print-file-name=$1); [ -f "$$a" ] && echo "$$a" || echo '$2'))
EXE_LIBS := $(call archive,libyajl_s.a,$(YAJL_LIBS)) $(call archive,libcap-ng.a,$(CAPNG_LIBS)) \
	$(call archive,libseccomp.a,$(SECCOMP_LIBS)) $(call archive,libmd.a,$(MD_LIBS)) \
	$(call archive,libyaml.a,$(YAML_LIBS))
CHECK_CFLAGS = $(shell $(PKG_CONFIG) --cflags check)
CHECK_LIBS = $(shell $(PKG_CONFIG) --libs check)

WARN = -Wall -Wextra -Wshadow -Wpointer-arith -Wwrite-strings -Wstrict-prototypes \
	-Wmissing-prototypes -Wno-missing-field-initializers -Wvla -Wformat=2 -Wundef -Werror=implicit-function-declaration
HARDEN = -fno-plt -fstack-protector-strong -fcf-protection -fstack-clash-protection \
	$(if $(SANITIZE)$(COVERAGE),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
# These builds need system calls that the confined parser may not make.
UNCONFINED = $(if $(SANITIZE)$(FUZZ)$(COVERAGE),-DCAPGATE_UNCONFINED)
ALL_CPPFLAGS = -D_GNU_SOURCE -I$(srcdir) -I$(srcdir)/lib -I$(O) $(YAJL_CFLAGS) $(UNCONFINED) $(CPPFLAGS)
# The output contains no path of the build, so two builds are the same, byte for byte.
# A section for each function and variable: the linker leaves out what is not used, and puts small
# variables together, so that fewer pages are touched.
ALL_CFLAGS = -std=gnu11 -ffile-prefix-map=$(CURDIR)=. -fPIC -fvisibility=hidden -ffunction-sections -fdata-sections $(WARN) $(HARDEN) $(CFLAGS) \
	$(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer) \
	$(if $(FUZZ),-fsanitize=fuzzer-no-link) $(if $(COVERAGE),--coverage -O0)
ALL_LDFLAGS = -Wl,--gc-sections -Wl,--sort-section=alignment -Wl,-z,relro,-z,now -Wl,-z,noexecstack -Wl,--as-needed $(LDFLAGS) \
	$(if $(SANITIZE),-fsanitize=$(SANITIZE)) $(if $(COVERAGE),--coverage)
EXE_LDFLAGS = $(if $(STATIC),-static-pie,-pie) -pthread $(ALL_LDFLAGS)
# The program that engines start also contains a C library: musl (hook/musl.mk), or else the
# compiler's own if its archive is installed.  Loading one takes a third of a millisecond at each
# start, and a loader reads the environment, which some engines take from the image.
# STATIC_HOOK= links it like the other program.
STATIC_HOOK = $(if $(SHARED)$(SANITIZE)$(FUZZ)$(COVERAGE)$(filter -l%,$(EXE_LIBS)),$(STATIC),$(wildcard $(shell $(CC) -print-file-name=libc.a)))
HOOK_LDFLAGS = $(if $(STATIC_HOOK),$(patsubst -pie,-static-pie,$(EXE_LDFLAGS)) $(RELR),$(EXE_LDFLAGS))
# Packs its relocations into a few hundred bytes, so that a start reads less, if the linker
# can pack them and the C library unpacks them in static programs.
RELR = $(shell printf '\043include <features.h>\n\043if __GLIBC_PREREQ(2, 36)\nint main(void) { return 0; }\n\043endif\n' | \
	$(CC) -x c - -o $O/.relr -Wl,-z,pack-relative-relocs -Wl,--fatal-warnings 2>/dev/null && echo -Wl,-z,pack-relative-relocs)

LIB_SRCS := $(sort $(wildcard $(srcdir)/lib/*/*.c))
# A program for the build, with its own main().
GENERATE = $(srcdir)/hook/confine/generate.c
HOOK_SRCS := $(filter-out $(GENERATE) $(srcdir)/hook/bpf/%,$(sort $(wildcard $(srcdir)/hook/*.c $(srcdir)/hook/*/*.c)))
# A separate program and package, if clang and libbpf are installed.  Only it links libbpf.
LEARN_SRCS := $(filter-out %.bpf.c,$(sort $(wildcard $(srcdir)/hook/bpf/*.c)))
UNIT_SRCS := $(sort $(wildcard $(srcdir)/tests/unit/test_*.c))
MANPAGES := $(sort $(wildcard $(srcdir)/hook/*.[1-8] $(srcdir)/lib/*.3))
LIB_OBJS = $(LIB_SRCS:$(srcdir)/%.c=$O/%.o)
HOOK_OBJS = $(HOOK_SRCS:$(srcdir)/%.c=$O/%.o)
# A separate program prints the completions.
COMPLETE_OBJS = $(filter $O/hook/complete.o $O/hook/completions/%,$(HOOK_OBJS))
CAPGATE_OBJS = $(filter-out $(COMPLETE_OBJS) $O/hook/table_hooks.o,$(HOOK_OBJS))
# The program that engines start as root: main, its table, and what they need from these rooms.
SMALL_ROOMS = doors wrapper gate log engines confine cli sys marks
SMALL_OBJS = $O/hook/main.o $O/hook/commands.o $O/hook/table_hooks.o
LEARN_OBJS = $(LEARN_SRCS:$(srcdir)/%.c=$O/%.o)
LEARN_ROOMS = trace confine sys
UNIT_OBJS = $(UNIT_SRCS:$(srcdir)/%.c=$O/%.o)
UNIT_BINS = $(UNIT_OBJS:.o=)
OBJS = $(LIB_OBJS) $(HOOK_OBJS) $(LEARN_OBJS) $(UNIT_OBJS)
SONAME = libcapgate.so.0

# No short lines with V=1, which shows the commands, or with make -s.
quiet = $(V)$(findstring s,$(firstword -$(MAKEFLAGS)))
Q = $(if $(V),,@$(if $(quiet),,printf '  %s %s\n' '$1' '$(@:$O/%=%)';))

# What capgate-learn is built with; BPF=no silently omits it.
CLANG ?= clang
BPF_TARGET = $(patsubst aarch64%,arm64,$(patsubst x86_64%,x86,$(shell $(CC) -dumpmachine)))
BPF_ARCH = $(firstword $(subst -, ,$(BPF_TARGET)))
BPF_LACKS := $(if $(SANITIZE)$(STATIC)$(FUZZ)$(COVERAGE)$(filter no,$(BPF)),no,$(strip \
	$(if $(shell command -v $(CLANG)),,clang) \
	$(if $(shell $(PKG_CONFIG) --exists 'libbpf >= 0.8' && echo yes),,libbpf)))
LEARN_PROGRAM = $(if $(BPF_LACKS),,$O/capgate-learn)
ifneq ($(filter-out no,$(BPF_LACKS)),)
$(info capgate-learn is not built: $(subst $( ) , and ,$(BPF_LACKS)) is missing)
endif

all: $(LEARN_PROGRAM) $O/capgate $O/capgate-hook $O/libcapgate.a $(if $(SANITIZE)$(STATIC)$(FUZZ)$(COVERAGE),,$O/$(SONAME) $O/libcapgate.pc)

# The flag stamp, as in git: everything that depends on the flags is rebuilt when they change.
FLAGS_STAMP = $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS)
PATHS_STAMP = $(VERSION) $(policydir) $(vendordir) $(hooksdir) $(bindir) $(libdir) $(includedir) \
	$(ocihooksdir) $(containersconfdir) $(sysconfdir)
define stamp
$O/.$1: FORCE
	@mkdir -p $$(@D); printf '%s\n' '$$(subst ','\'',$$($1))' >$$@+; \
	if cmp -s $$@+ $$@; then rm $$@+; else mv $$@+ $$@; fi
endef
$(eval $(call stamp,FLAGS_STAMP))
$(eval $(call stamp,PATHS_STAMP))
FORCE:

# The paths and the version for the program.
$O/settings.h: $O/.PATHS_STAMP
	@printf '%s\n' '#define CAPGATE_VERSION "$(VERSION)"' \
		'#define CAPGATE_POLICYDIR "$(policydir)"' \
		'#define CAPGATE_VENDORDIR "$(vendordir)"' \
		'#define CAPGATE_SYSCONFDIR "$(sysconfdir)"' \
		'#define CAPGATE_OCIHOOKSDIR "$(ocihooksdir)"' \
		'#define CAPGATE_CONTAINERSCONFDIR "$(containersconfdir)"' \
		'#define CAPGATE_BINDIR "$(bindir)"' \
		'#define CAPGATE_HOOKSDIR "$(hooksdir)"' >$@

# configure writes the same files as `make install`: each template becomes a string of the
# program.
fill_in = sed -e 's|@hooksdir@|$(hooksdir)|g; s|@vendordir@|$(vendordir)|g'
TEMPLATES = hooks.d/99-capgate-createRuntime.json hooks.d/99-capgate-poststart.json \
	podman/99-capgate.json podman/50-capgate.conf crio/50-capgate.conf runtime.json \
	containerd/base-spec.json
$O/templates.h: $(TEMPLATES:%=$(srcdir)/contrib/%.in) $O/.PATHS_STAMP
	@for t in $(TEMPLATES); do \
		printf 'static const char template_%s[] =\n' "$$(echo $$t | tr -c 'a-zA-Z0-9\n' _)"; \
		$(fill_in) $(srcdir)/contrib/$$t.in | sed -e 's/[\"]/\\&/g; s/.*/\t"&\\n"/'; echo ';'; \
	done >$@

# The system call filters.  libseccomp compiles them on the building machine, also for other
# architectures.
BUILD_CC ?= cc
$O/generate: $(GENERATE) $(srcdir)/hook/confine/rules.c $(wildcard $(srcdir)/hook/confine/*.h) $(wildcard $(srcdir)/lib/capgate/*)
	@mkdir -p $(@D)
	$(call Q,CC  )$(BUILD_CC) -D_GNU_SOURCE -DCONFINE_GENERATE -std=gnu11 -I$(srcdir) -I$(srcdir)/lib -o $@ $(filter %.c,$^) $(SECCOMP_LIBS)
$O/filters.h: $O/generate
	@$O/generate >$@.new && mv $@.new $@

GENERATED = $O/settings.h $O/templates.h $O/filters.h
$(OBJS): $O/%.o: $(srcdir)/%.c $O/.FLAGS_STAMP | $(GENERATED)
	@mkdir -p $(@D)
	$(call Q,CC  )$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(if $(findstring tests/unit,$@),$(CHECK_CFLAGS)) -MMD -MP -c -o $@ $<
-include $(OBJS:.o=.d)

$O/libcapgate.a: $(LIB_OBJS)
	$(call Q,AR  )rm -f $@; $(AR) qcsD $@ $^

$O/$(SONAME): $(LIB_OBJS)
	$(call Q,LD  )$(CC) -shared -Wl,-soname,$(SONAME) $(ALL_LDFLAGS) -Wl,-z,defs -o $@ $^ $(YAJL_LIBS)

$O/libcapgate.pc: $(srcdir)/lib/libcapgate.pc.in $O/.PATHS_STAMP
	@sed -e 's|@VERSION@|$(VERSION)|; s|@libdir@|$(libdir)|; s|@includedir@|$(includedir)|' $< >$@

# The installed programs contain the library.
$O/capgate: $(CAPGATE_OBJS) $O/libcapgate.a | $O/capgate-hook
	$(call Q,LD  )$(CC) $(EXE_LDFLAGS) -o $@ $^ $(EXE_LIBS)

$O/rooms.a: $(foreach r,$(SMALL_ROOMS),$(filter $O/hook/$r/%,$(HOOK_OBJS)))
	@rm -f $@; $(AR) qcsD $@ $^
include $(srcdir)/hook/musl.mk
HOOK_PARTS = $(SMALL_OBJS) $O/rooms.a $O/libcapgate.a
$O/capgate-hook: $(HOOK_PARTS) $O/.MUSL_STAMP $(if $(MUSL_DIR),$(MUSL_SMALL_OBJS) $O/musl/rooms.a)
	$(call Q,LD  )$(if $(MUSL_DIR),$(musl_link) || { echo 'musl cannot be used (above is why): linking with glibc'; )$(CC) $(HOOK_LDFLAGS) -o $@ $(HOOK_PARTS) $(EXE_LIBS)$(if $(MUSL_DIR),; })

# The BPF programs, as CO-RE, so that they run on other kernels than this one.
$O/learn.bpf.o: $(srcdir)/hook/bpf/learn.bpf.c $(wildcard $(srcdir)/hook/bpf/*.h) $(srcdir)/hook/marks/marks.h $O/.FLAGS_STAMP
	@mkdir -p $(@D)
	$(call Q,BPF )$(CLANG) -target bpf -O2 -g -Wall -Wextra -Wno-unused-parameter -ffile-prefix-map=$(CURDIR)=. \
		-D__TARGET_ARCH_$(BPF_ARCH) -I$(srcdir) -I/usr/include/$(shell $(CC) -print-multiarch) $(shell $(PKG_CONFIG) --cflags libbpf) -c -o $@ $<
$O/hook/bpf/load.o: $O/learn.bpf.o
# "private" is needed: otherwise make would build the prerequisites with these flags, too,
# including the stamp of the flags, and then rebuild everything.
$O/hook/bpf/load.o: private ALL_CPPFLAGS += -DLEARN_OBJECT='"$O/learn.bpf.o"'
$O/learn-rooms.a: $(foreach r,$(LEARN_ROOMS),$(filter $O/hook/$r/%,$(HOOK_OBJS)))
	@rm -f $@; $(AR) qcsD $@ $^
$O/capgate-learn: $(LEARN_OBJS) $O/learn-rooms.a $O/libcapgate.a
	$(call Q,LD  )$(CC) $(EXE_LDFLAGS) -o $@ $^ $(shell $(PKG_CONFIG) --libs libbpf) $(EXE_LIBS)

# Completions are made from the program's own table.
$O/complete: $(COMPLETE_OBJS) $(filter-out $O/hook/main.o,$(CAPGATE_OBJS)) $O/libcapgate.a
	$(call Q,LD  )$(CC) $(EXE_LDFLAGS) -o $@ $^ $(EXE_LIBS)
SCHEMAS = $O/policy.schema.json $O/runtime.schema.json
$(SCHEMAS): $O/%.schema.json: $O/capgate
	@$O/capgate policy schema $* >$@.new && mv $@.new $@

COMPLETIONS = $O/completions.bash $O/completions.zsh $O/completions.fish
$(COMPLETIONS): $O/completions.%: $O/complete
	@$O/complete $* >$@.new && mv $@.new $@

# Unit tests link the library, and the program without its main().
$O/program.a: $(filter-out $O/hook/main.o,$(CAPGATE_OBJS))
	@rm -f $@; $(AR) qcsD $@ $^
$(UNIT_BINS): %: %.o $O/program.a $O/libcapgate.a
	$(call Q,LD  )$(CC) $(EXE_LDFLAGS) -o $@ $^ $(CHECK_LIBS) $(EXE_LIBS)

-include $(sort $(wildcard $(srcdir)/tests/*.mk))

check: all check-unit
check-unit: $(UNIT_BINS)
	@$(srcdir)/tests/unit.sh $^

clean:
	rm -rf build build-*

# ---- install: first the program, then the hooks that name it, because engines silently skip
# a hook whose program is missing; uninstall in the reverse order.

HOOKS_REFUSE = $(ocihooksdir)/99-capgate-createRuntime.json $(ocihooksdir)/99-capgate-poststart.json
HOOKS_REWRITE = $(podmanhooksdir)/99-capgate.json $(containersconfdir)/50-capgate.conf

# The parts of capgate.h, and the tables that they include.
DEFS := $(notdir $(sort $(wildcard $(srcdir)/lib/capgate/*.def $(srcdir)/lib/capgate/*.h)))
# Our own directories, the inner ones first.  They may contain files of others.
OWN_DIRS = $(podmanhooksdir) $(vendordir)/schemas $(AUDIT_DIRS:%=$(vendordir)/audit/%) $(vendordir)/audit \
	$(vendordir) $(includedir)/capgate $(docdir)
# The files for auditors' programs, with the path of the installed program.
AUDIT_DIRS = ansible inspec/controls inspec openscap osquery
AUDIT_DATA = capgate.audit capgate_sca.yml inspec/inspec.yml inspec/controls/capgate.rb openscap/capgate-xccdf.xml osquery/capgate.conf
AUDIT_PROGRAMS = ansible/capgate.fact openscap/capgate.sh osquery/capgate-controls

# Installs by rename, so that readers see either the old file or the new one.
define put
	$(INSTALL) -d '$(DESTDIR)$(dir $3)'
	$(INSTALL) -m $1 $2 '$(DESTDIR)$3.new' && mv -f '$(DESTDIR)$3.new' '$(DESTDIR)$3'

endef
define put_audit
	$(INSTALL) -d '$(DESTDIR)$(vendordir)/audit/$(dir $2)'
	sed 's|/usr/bin/capgate|$(bindir)/capgate|g; s|:/usr/bin:/usr/local/bin|:$(bindir)|' $(srcdir)/contrib/audit/$2 >'$(DESTDIR)$(vendordir)/audit/$2.new'
	chmod $1 '$(DESTDIR)$(vendordir)/audit/$2.new' && mv -f '$(DESTDIR)$(vendordir)/audit/$2.new' '$(DESTDIR)$(vendordir)/audit/$2'

endef
define put_unit
	$(INSTALL) -d '$(DESTDIR)$(unitdir)'
	sed 's|/usr/bin/|$(bindir)/|' $1 >'$(DESTDIR)$(unitdir)/$(notdir $1).new'
	chmod 644 '$(DESTDIR)$(unitdir)/$(notdir $1).new' && mv -f '$(DESTDIR)$(unitdir)/$(notdir $1).new' '$(DESTDIR)$(unitdir)/$(notdir $1)'

endef
define put_template
	$(INSTALL) -d '$(DESTDIR)$(dir $2)'
	$(fill_in) $1 >'$(DESTDIR)$2.new'
	chmod 644 '$(DESTDIR)$2.new' && mv -f '$(DESTDIR)$2.new' '$(DESTDIR)$2'

endef

install: install-program install-hooks
install-program: all $(COMPLETIONS) $(SCHEMAS)
	$(call put,755,$O/capgate-hook,$(hooksdir)/capgate)
	$(call put,755,$O/capgate,$(bindir)/capgate)
	$(if $(LEARN_PROGRAM),$(call put,755,$O/capgate-learn,$(bindir)/capgate-learn))
	$(if $(LEARN_PROGRAM),$(call put_unit,$(srcdir)/contrib/systemd/capgate-learn.service))
	ln -sfn capgate '$(DESTDIR)$(hooksdir)/capgate-runtime'
	$(call put,644,$O/libcapgate.a,$(libdir)/libcapgate.a)
	$(call put,644,$(srcdir)/lib/capgate.h,$(includedir)/capgate.h)
	$(foreach d,$(DEFS),$(call put,644,$(srcdir)/lib/capgate/$d,$(includedir)/capgate/$d))
	$(if $(STATIC),,$(call put,755,$O/$(SONAME),$(libdir)/$(SONAME)))
	$(if $(STATIC),,ln -sfn $(SONAME) '$(DESTDIR)$(libdir)/libcapgate.so')
	$(if $(STATIC),,$(call put,644,$O/libcapgate.pc,$(libdir)/pkgconfig/libcapgate.pc))
	$(foreach m,$(MANPAGES),$(call put,644,$m,$(mandir)/man$(subst .,,$(suffix $m))/$(notdir $m)))
	$(foreach s,$(SCHEMAS),$(call put,644,$s,$(vendordir)/schemas/$(notdir $s)))
	$(foreach f,$(AUDIT_DATA),$(call put_audit,644,$f))
	$(foreach f,$(AUDIT_PROGRAMS),$(call put_audit,755,$f))
	$(call put,644,$(srcdir)/docs/evidence.md,$(docdir)/evidence.md)
	$(call put,644,$O/completions.bash,$(bashcompdir)/capgate)
	$(call put,644,$O/completions.zsh,$(zshcompdir)/_capgate)
	$(call put,644,$O/completions.fish,$(fishcompdir)/capgate.fish)
# As in configure, the hook that rewrites is installed before the one that refuses, with a
# pause for containers that are just starting.
install-hooks: install-program
	$(call put_template,$(srcdir)/contrib/podman/99-capgate.json.in,$(podmanhooksdir)/99-capgate.json)
	$(call put_template,$(srcdir)/contrib/podman/50-capgate.conf.in,$(containersconfdir)/50-capgate.conf)
	$(if $(DESTDIR),,sleep 1)
	$(call put_template,$(srcdir)/contrib/hooks.d/99-capgate-createRuntime.json.in,$(ocihooksdir)/99-capgate-createRuntime.json)
	$(call put_template,$(srcdir)/contrib/hooks.d/99-capgate-poststart.json.in,$(ocihooksdir)/99-capgate-poststart.json)
# A daemon whose default runtime is missing starts no container, so its file is restored
# first; if that fails, nothing is removed.
uninstall:
	$(if $(DESTDIR),,[ ! -x '$(bindir)/capgate' ] || '$(bindir)/capgate' configure --undo docker containerd cri-o podman)
	rm -f $(foreach f,$(HOOKS_REFUSE),'$(DESTDIR)$f')
	$(if $(DESTDIR),,sleep 1)
	rm -f $(foreach f,$(HOOKS_REWRITE),'$(DESTDIR)$f')
	$(if $(DESTDIR),,sleep 1)
	$(if $(DESTDIR),,find '$(hooksdir)' -maxdepth 1 -lname capgate -name 'capgate-*' -delete)
	$(if $(DESTDIR),,[ ! -e '$(unitdir)/capgate-learn.service' ] || [ ! -d /run/systemd/system ] || systemctl disable --now capgate-learn.service)
	rm -f '$(DESTDIR)$(unitdir)/capgate-learn.service'
	$(if $(DESTDIR),,[ ! -x '$(bindir)/capgate-learn' ] || '$(bindir)/capgate-learn' record --stop)
	rm -f '$(DESTDIR)$(bindir)/capgate-learn' '$(DESTDIR)$(bindir)/capgate' '$(DESTDIR)$(hooksdir)/capgate-runtime' '$(DESTDIR)$(hooksdir)/capgate' '$(DESTDIR)$(includedir)/capgate.h' \
		$(foreach d,$(DEFS),'$(DESTDIR)$(includedir)/capgate/$d') \
		'$(DESTDIR)$(libdir)/libcapgate.a' '$(DESTDIR)$(libdir)/libcapgate.so' '$(DESTDIR)$(libdir)/$(SONAME)' \
		'$(DESTDIR)$(libdir)/pkgconfig/libcapgate.pc' $(foreach s,$(SCHEMAS),'$(DESTDIR)$(vendordir)/schemas/$(notdir $s)') \
		$(foreach f,$(AUDIT_DATA) $(AUDIT_PROGRAMS),'$(DESTDIR)$(vendordir)/audit/$f') '$(DESTDIR)$(docdir)/evidence.md' \
		'$(DESTDIR)$(bashcompdir)/capgate' \
		'$(DESTDIR)$(zshcompdir)/_capgate' '$(DESTDIR)$(fishcompdir)/capgate.fish' \
		$(foreach m,$(MANPAGES),'$(DESTDIR)$(mandir)/man$(subst .,,$(suffix $m))/$(notdir $m)')
	$(foreach d,$(OWN_DIRS),[ ! -d '$(DESTDIR)$d' ] || rmdir --ignore-fail-on-non-empty '$(DESTDIR)$d';)

.PHONY: all check check-unit clean install install-program install-hooks uninstall FORCE
.DELETE_ON_ERROR:
