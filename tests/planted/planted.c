/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A parser with planted bugs, for tests only: linked before the real one
 * (--wrap), it does what an attacker would have it do when the specification
 * holds the annotation "plant".  All other objects are those of the program
 * that is installed, so what stops it here stops it there.
 *
 * What it got away with it says on stderr, in a word: "survived".
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "capgate.h"

int __real_capgate_spec_parse(struct capgate_text text, enum capgate_kind kind, struct capgate_arena *arena,
			      struct capgate_spec *ret, struct capgate_error *err);
int __wrap_capgate_spec_parse(struct capgate_text text, enum capgate_kind kind, struct capgate_arena *arena,
			      struct capgate_spec *ret, struct capgate_error *err);

static char page[8192] __attribute__((aligned(4096)));

static void plant_open(void) { syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY); }
static void plant_openold(void) { syscall(SYS_open, "/etc/passwd", O_RDONLY); }
static void plant_create(void) { syscall(SYS_openat, AT_FDCWD, "planted-was-here", O_WRONLY | O_CREAT, 0600); }
static void plant_execve(void)
{
	char sh[] = "sh", c[] = "-c", words[] = ": >planted-was-here", *argv[] = {sh, c, words, NULL}, *envp[] = {NULL};

	syscall(SYS_execve, "/bin/sh", argv, envp);
}
static void plant_socket(void) { syscall(SYS_socket, AF_INET, SOCK_STREAM, 0); }
static void plant_ptrace(void) { syscall(SYS_ptrace, PTRACE_ATTACH, getppid(), 0, 0); }
static void plant_fork(void) { syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); }
static void plant_clone3(void) { syscall(SYS_clone3, NULL, 0); }
static void plant_unshare(void) { syscall(SYS_unshare, CLONE_NEWUSER); }
static void plant_mprotect(void) { syscall(SYS_mprotect, page, 4096, PROT_READ | PROT_EXEC); }
static void plant_mmap(void) { syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
static void plant_read(void) { syscall(SYS_read, STDIN_FILENO, page, 1); }
static void plant_dup(void) { syscall(SYS_dup, STDERR_FILENO); }
static void plant_kill(void) { syscall(SYS_kill, getppid(), SIGTERM); }
static void plant_unlink(void) { syscall(SYS_unlinkat, AT_FDCWD, "precious", 0); }
static void plant_rename(void) { syscall(SYS_renameat2, AT_FDCWD, "precious", AT_FDCWD, "gone", 0); }
static void plant_prctl(void) { syscall(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0); }
static void plant_capset(void) { syscall(SYS_capset, NULL, NULL); }
static void plant_iouring(void) { syscall(425 /* io_uring_setup */, 1, NULL); }
static void plant_int80(void)
{
#ifdef __x86_64__
	__asm__ volatile("int $0x80" : : "a"(20 /* getpid of i386 */) : "memory");
#else
	syscall(SYS_getpid);
#endif
}
static void plant_x32(void) { syscall(0x40000000 | SYS_getpid); }
static void plant_crash(void) { raise(SIGSEGV); }
/* The one that must survive: judging itself may say what it found. */
static void plant_nothing(void) {}

static const struct {
	const char *annotation;
	void (*act)(void);
} plants[] = {
#define PLANT(name) {"\"plant\":\"" #name "\"", plant_##name}
	PLANT(open), PLANT(openold), PLANT(create), PLANT(execve), PLANT(socket), PLANT(ptrace), PLANT(fork),
	PLANT(clone3), PLANT(unshare), PLANT(mprotect), PLANT(mmap), PLANT(read), PLANT(dup), PLANT(kill),
	PLANT(unlink), PLANT(rename), PLANT(prctl), PLANT(capset), PLANT(iouring), PLANT(int80), PLANT(x32),
	PLANT(crash), PLANT(nothing),
};

int __wrap_capgate_spec_parse(struct capgate_text text, enum capgate_kind kind, struct capgate_arena *arena,
			      struct capgate_spec *ret, struct capgate_error *err)
{
	static const char survived[] = "survived\n";

	for (size_t i = 0; i < sizeof(plants) / sizeof(*plants); i++) {
		if (!memmem(text.p, text.len, plants[i].annotation, strlen(plants[i].annotation)))
			continue;
		plants[i].act();
		syscall(SYS_write, STDERR_FILENO, survived, sizeof(survived) - 1);
	}
	return __real_capgate_spec_parse(text, kind, arena, ret, err);
}
