/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A parser with planted bugs, for tests only: linked before the real one
 * (--wrap), it does what an attacker would have it do when the specification
 * holds the annotation "plant", or the runtime's state "plantstate".  All other
 * objects are those of the program that is installed, so what stops it here
 * stops it there.
 *
 * What it got away with it says on stderr, in a word: "survived".
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "capgate.h"

static char page[8192] __attribute__((aligned(4096)));
static struct iovec into = {page, sizeof(page)}, from = {page, sizeof(page)};

#define PLANTS(X) \
	X(open, SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY) \
	X(openold, SYS_open, "/etc/passwd", O_RDONLY) \
	X(read, SYS_read, STDIN_FILENO, page, 1) \
	X(create, SYS_openat, AT_FDCWD, "planted-was-here", O_WRONLY | O_CREAT, 0600) \
	X(createold, SYS_creat, "planted-was-here", 0600) \
	X(create2, SYS_openat2, AT_FDCWD, "planted-was-here", \
	  (&(struct open_how){.flags = O_WRONLY | O_CREAT, .mode = 0600}), \
	  sizeof(struct open_how)) \
	X(overwrite, SYS_openat, AT_FDCWD, "precious", O_RDWR) \
	X(truncate, SYS_truncate, "precious", 1L) \
	X(unlink, SYS_unlinkat, AT_FDCWD, "precious", 0) \
	X(rename, SYS_renameat2, AT_FDCWD, "precious", AT_FDCWD, "gone", 0) \
	X(link, SYS_linkat, AT_FDCWD, "precious", AT_FDCWD, "planted-was-here", 0) \
	X(symlink, SYS_symlinkat, "precious", AT_FDCWD, "planted-was-here") \
	X(mknod, SYS_mknodat, AT_FDCWD, "planted-was-here", 010600, 0) \
	X(chmod, SYS_fchmodat, AT_FDCWD, "precious", 04755) \
	X(mount, SYS_mount, "none", "/mnt", "tmpfs", 0L, NULL) \
	X(execve, SYS_execve, "/bin/sh", shell, nothing_else) \
	X(execveat, SYS_execveat, AT_FDCWD, "/bin/sh", shell, nothing_else, 0) \
	X(fork, SYS_clone, SIGCHLD, 0, 0, 0, 0) \
	X(vfork, SYS_vfork) \
	X(unshare, SYS_unshare, CLONE_NEWUSER) \
	X(setns, SYS_setns, STDIN_FILENO, 0) \
	X(socket, SYS_socket, AF_INET, SOCK_STREAM, 0) \
	X(connect, SYS_connect, STDERR_FILENO, page, 16) \
	X(sendto, SYS_sendto, STDERR_FILENO, "x", 1L, 0, page, 16) \
	X(sendmsg, SYS_sendmsg, STDERR_FILENO, page, 0) \
	X(ptrace, SYS_ptrace, PTRACE_ATTACH, parent(), 0, 0) \
	X(vmread, SYS_process_vm_readv, parent(), &into, 1L, &from, 1L, 0L) \
	X(pidfdgetfd, SYS_pidfd_getfd, STDIN_FILENO, 0, 0) \
	X(kill, SYS_kill, parent(), SIGTERM) \
	X(tgkill, SYS_tgkill, parent(), parent(), SIGTERM) \
	X(mprotect, SYS_mprotect, page, 4096L, PROT_READ | PROT_EXEC) \
	X(mmap, SYS_mmap, NULL, 4096L, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L) \
	X(memfd, SYS_memfd_create, "x", 0) \
	X(userfaultfd, SYS_userfaultfd, 0) \
	X(iouring, SYS_io_uring_setup, 1, NULL) \
	X(bpf, SYS_bpf, 0, NULL, 0) \
	X(perf, SYS_perf_event_open, NULL, 0, -1, -1, 0L) \
	X(keyctl, SYS_keyctl, 0, 0, 0, 0, 0) \
	X(dumpable, SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0) \
	X(securebits, SYS_prctl, PR_SET_SECUREBITS, 0, 0, 0, 0) \
	X(capset, SYS_capset, NULL, NULL) \
	X(setuid, SYS_setuid, 0) \
	X(prlimit, SYS_prlimit64, parent(), RLIMIT_NOFILE, NULL, NULL) \
	X(terminal, SYS_ioctl, STDIN_FILENO, TIOCSTI, "x") \
	X(x32, 0x40000000 | SYS_getpid)

static char word_sh[] = "sh", word_c[] = "-c", words[] = ": >planted-was-here";
static char *const shell[] = {word_sh, word_c, words, NULL}, *const nothing_else[] = {NULL};

/* Asked before main(), for asking is forbidden afterwards. */
static long old_parent;
__attribute__((constructor)) static void ask(void) { old_parent = getppid(); }
static long parent(void) { return old_parent; }

#define FUNCTION(name, ...) static void plant_##name(void) { syscall(__VA_ARGS__); }
PLANTS(FUNCTION)

/* The system call table of 32-bit programs, where the numbers mean others. */
static void plant_int80(void)
{
#ifdef __x86_64__
	__asm__ volatile("int $0x80" : : "a"(20 /* getpid of i386 */) : "memory");
#else
	syscall(SYS_getpid);
#endif
}
static void plant_crash(void) { raise(SIGSEGV); }
/* The one that must survive: judging itself may say what it found. */
static void plant_nothing(void) {}

static const struct {
	const char *name;
	void (*act)(void);
} plants[] = {
#define ROW(name, ...) {#name, plant_##name},
	PLANTS(ROW) ROW(int80) ROW(crash) ROW(nothing)
};

/* Does what the member says; what is left alive afterwards says so. */
static void act(struct capgate_text text, const char *member)
{
	static const char survived[] = "survived\n";

	for (size_t i = 0; i < sizeof(plants) / sizeof(*plants); i++) {
		char wanted[64];

		snprintf(wanted, sizeof(wanted), "\"%s\":\"%s\"", member, plants[i].name);
		if (!memmem(text.p, text.len, wanted, strlen(wanted)))
			continue;
		plants[i].act();
		syscall(SYS_write, STDERR_FILENO, survived, sizeof(survived) - 1);
	}
}

int __real_capgate_spec_parse(struct capgate_text text, enum capgate_kind kind,
			      struct capgate_arena *arena, struct capgate_spec *ret,
			      struct capgate_error *err);
int __wrap_capgate_spec_parse(struct capgate_text text, enum capgate_kind kind,
			      struct capgate_arena *arena, struct capgate_spec *ret,
			      struct capgate_error *err);
int __real_capgate_input_parse(struct capgate_text text, struct capgate_arena *arena,
			       enum capgate_input *kind, struct capgate_state *ret,
			       struct capgate_error *err);
int __wrap_capgate_input_parse(struct capgate_text text, struct capgate_arena *arena,
			       enum capgate_input *kind, struct capgate_state *ret,
			       struct capgate_error *err);

int __wrap_capgate_spec_parse(struct capgate_text text, enum capgate_kind kind,
			      struct capgate_arena *arena, struct capgate_spec *ret,
			      struct capgate_error *err)
{
	act(text, "plant");
	return __real_capgate_spec_parse(text, kind, arena, ret, err);
}

int __wrap_capgate_input_parse(struct capgate_text text, struct capgate_arena *arena,
			       enum capgate_input *kind, struct capgate_state *ret,
			       struct capgate_error *err)
{
	act(text, "plantstate");
	return __real_capgate_input_parse(text, arena, kind, ret, err);
}
