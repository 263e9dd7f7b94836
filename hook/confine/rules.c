/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system calls that a confined process may still make, for each duty, in libseccomp's
 * terms.
 *
 * The build compiles this table (generate.c), and the program contains the result for the
 * architectures that generate.c lists.  On other architectures the program calls libseccomp at
 * run time.  Where the program does not need the table, this file is empty.
 */
#include "rules.h"
#include "lib/base/base.h"

#if defined(CONFINE_GENERATE) || (!defined(CAPGATE_UNCONFINED) && !defined(CONFINE_BUILT_IN))

#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#define J (1u << CONFINE_JUDGE)
#define K (1u << CONFINE_KILL)
#define T (1u << CONFINE_MARK)
#define O (1u << CONFINE_OPEN | 1u << CONFINE_OPEN_TO_MARK)
#define MARKS (T | 1u << CONFINE_OPEN_TO_MARK)
#define R (1u << CONFINE_READ)
#define C (1u << CONFINE_CHECK)
#define W (1u << CONFINE_WRITE)
#define M (1u << CONFINE_MAPS)
#define ALL (J | K | T | O | R | C | W | M)
#define READS (O | R | C | W)
#define LINTS (R | C | W)
#define CHECKS (C | W)

/* Argument n has none of these bits, or at least one of them. */
#define WITHOUT(n, bits) {(n), SCMP_CMP_MASKED_EQ, (bits), 0}
#define WITH(n, bits) {(n), SCMP_CMP_MASKED_EQ, (bits), (bits)}
#define IS(n, value) {(n), SCMP_CMP_EQ, (value), 0}

struct call {
	int number;
	unsigned duties;
	struct scmp_arg_cmp only; /* op 0: any arguments */
};

/* O_TMPFILE and O_APPEND have no effect without write access. */
#define WRITES (O_ACCMODE | O_CREAT | O_TRUNC)

static const struct call calls[] = {
	{SCMP_SYS(write), ALL},
	{SCMP_SYS(writev), ALL},
	{SCMP_SYS(pselect6), ALL}, /* to wait for a non-blocking output */
	{SCMP_SYS(sendto), ALL, IS(4, 0)}, /* only to the connected peer */
	/* To find the owner of the network namespace that a specification names, by inode. */
	{SCMP_SYS(newfstatat), ALL},
	{SCMP_SYS(stat), ALL}, /* the same, by musl */
	/* For the time in the log.  Usually the vdso reads the clock, but some clocks need the
	 * system call. */
	{SCMP_SYS(clock_gettime), ALL},
	{SCMP_SYS(rt_sigreturn), ALL},
	{SCMP_SYS(exit_group), ALL},
	{SCMP_SYS(pidfd_send_signal), K | O},
	{SCMP_SYS(pidfd_open), O},
	/* The map is an argument in memory, which a filter cannot see; but only one map is open. */
	{SCMP_SYS(bpf), MARKS, IS(0, BPF_MAP_UPDATE_ELEM)},

	{SCMP_SYS(open), READS, WITHOUT(1, WRITES)},
	{SCMP_SYS(openat), READS, WITHOUT(2, WRITES)},
	{SCMP_SYS(read), READS},
	{SCMP_SYS(pread64), READS},
	{SCMP_SYS(close), READS},
	{SCMP_SYS(fstat), READS},
	{SCMP_SYS(lstat), READS},
	{SCMP_SYS(statx), READS},
	{SCMP_SYS(lseek), READS},
	{SCMP_SYS(fcntl), READS, IS(1, F_GETFL)},
	{SCMP_SYS(fcntl), READS, IS(1, F_SETFD)}, /* after open(2), by musl */
	{SCMP_SYS(readlink), READS},
	{SCMP_SYS(readlinkat), READS},
	{SCMP_SYS(getcwd), O}, /* podman runs a hook in the bundle */
	{SCMP_SYS(ioctl), READS, IS(1, NS_GET_PARENT)},
	{SCMP_SYS(geteuid), READS},
	{SCMP_SYS(mmap), READS, WITHOUT(2, PROT_EXEC)},
	{SCMP_SYS(mprotect), READS, WITHOUT(2, PROT_EXEC)},
	{SCMP_SYS(munmap), READS},
	{SCMP_SYS(mremap), READS},
	{SCMP_SYS(madvise), READS},
	{SCMP_SYS(brk), READS},
	{SCMP_SYS(getrandom), READS},

	/* For the step to CONFINE_JUDGE.  None of these calls gives the process anything. */
	{SCMP_SYS(prctl), O, IS(0, PR_SET_NO_NEW_PRIVS)},
	{SCMP_SYS(prctl), O, IS(0, PR_CAPBSET_DROP)},
	{SCMP_SYS(prctl), O, IS(0, PR_SET_DUMPABLE)},
	{SCMP_SYS(prlimit64), O},
	{SCMP_SYS(capget), O},
	{SCMP_SYS(capset), O},
	{SCMP_SYS(gettid), LINTS},
	{SCMP_SYS(seccomp), O},

	/* For RESOLVE_IN_ROOT.  Its flags are in memory, which a filter cannot see. */
	{SCMP_SYS(openat2), CHECKS},
	{SCMP_SYS(access), LINTS},
	{SCMP_SYS(faccessat), LINTS},
	{SCMP_SYS(faccessat2), LINTS},
	{SCMP_SYS(getdents64), LINTS | O}, /* Docker stores remapped users below UID.GID */
	{SCMP_SYS(getxattr), CHECKS},
	{SCMP_SYS(fstatfs), CHECKS}, /* fstatvfs(3) */
	{SCMP_SYS(getcwd), LINTS},
	{SCMP_SYS(dup), W},
	{SCMP_SYS(fcntl), LINTS, IS(1, F_DUPFD_CLOEXEC)},
	{SCMP_SYS(ioctl), LINTS, IS(1, TCGETS)},
	{SCMP_SYS(ioctl), LINTS, IS(1, TIOCGWINSZ)},
	{SCMP_SYS(uname), LINTS},
	{SCMP_SYS(getuid), LINTS},
	{SCMP_SYS(getpid), LINTS},
	{SCMP_SYS(sysinfo), LINTS}, /* qsort(3) */
	{SCMP_SYS(sched_getaffinity), CHECKS},
	{SCMP_SYS(sched_yield), CHECKS},
	{SCMP_SYS(clone), CHECKS, WITH(0, CLONE_THREAD)},
	{SCMP_SYS(set_robust_list), CHECKS},
	{SCMP_SYS(rseq), CHECKS},
	{SCMP_SYS(futex), LINTS},
	{SCMP_SYS(exit), CHECKS},
	{SCMP_SYS(rt_sigaction), LINTS},
	{SCMP_SYS(rt_sigprocmask), LINTS},

	{SCMP_SYS(read), M},
	{SCMP_SYS(close), M},
	{SCMP_SYS(mmap), M, WITHOUT(2, PROT_EXEC)},
	{SCMP_SYS(munmap), M},
	{SCMP_SYS(mremap), M},
	{SCMP_SYS(brk), M},
	{SCMP_SYS(bpf), M, IS(0, BPF_MAP_LOOKUP_ELEM)},
	{SCMP_SYS(bpf), M, IS(0, BPF_MAP_UPDATE_ELEM)},
	{SCMP_SYS(bpf), M, IS(0, BPF_MAP_GET_NEXT_KEY)},
	{SCMP_SYS(bpf), M, IS(0, BPF_OBJ_GET_INFO_BY_FD)},

	{SCMP_SYS(open), W},
	{SCMP_SYS(openat), W},
	{SCMP_SYS(fsync), W},
	{SCMP_SYS(fchown), W},
	{SCMP_SYS(fchmod), W},
	{SCMP_SYS(mkdir), W},
	{SCMP_SYS(mkdirat), W},
	{SCMP_SYS(rename), W},
	{SCMP_SYS(renameat), W},
	{SCMP_SYS(renameat2), W},
	{SCMP_SYS(unlink), W},
	{SCMP_SYS(unlinkat), W},
	{SCMP_SYS(umask), W},
};

/* An interrupted command ends itself with the same signal. */
static int allow_own_signals(scmp_filter_ctx ctx, uint32_t pid)
{
	return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
				SCMP_A0(SCMP_CMP_EQ, pid));
}

/* Its flags are in memory, which a filter cannot see; then the C library uses clone(2). */
static int refuse_clone3(scmp_filter_ctx ctx)
{
	return seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
}

int confine_rules_add(scmp_filter_ctx ctx, enum confine_duty duty, uint32_t pid)
{
	int status = 0;

	for (size_t i = 0; status == 0 && i < COUNT(calls); i++) {
		const struct call *c = &calls[i];

		if (c->duties & 1u << duty)
			status = seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, c->number,
							c->only.op ? 1 : 0, &c->only);
	}
	if (status == 0 && 1u << duty & LINTS)
		status = allow_own_signals(ctx, pid);
	if (status == 0 && 1u << duty & CHECKS)
		status = refuse_clone3(ctx);
	return status;
}

#ifdef CONFINE_GENERATE

#include <stdio.h>

static int read_program(FILE *file, struct sock_filter program[CONFINE_FILTER_MAX])
{
	size_t n;

	rewind(file);
	n = fread(program, sizeof(*program), CONFINE_FILTER_MAX, file);
	if (ferror(file) || n == 0)
		return -EIO;
	return fgetc(file) == EOF ? (int)n : -EFBIG;
}

int confine_rules_export(uint32_t arch, enum confine_duty duty,
			 struct sock_filter program[CONFINE_FILTER_MAX])
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	FILE *file = tmpfile();
	int status = ctx && file ? 0 : -ENOMEM;

	if (status == 0 && arch != seccomp_arch_native()) {
		status = seccomp_arch_add(ctx, arch);
		if (status == 0)
			status = seccomp_arch_remove(ctx, seccomp_arch_native());
	}
	if (status == 0)
		status = confine_rules_add(ctx, duty, CONFINE_PID_PLACEHOLDER);
	if (status == 0)
		status = seccomp_export_bpf(ctx, fileno(file));
	if (status == 0)
		status = read_program(file, program);
	if (file)
		fclose(file);
	if (ctx)
		seccomp_release(ctx);
	return status;
}

#endif

#endif
