/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every way into a user namespace of one's own, and what has to go on working beside
 * it: one word a line, "open" or "closed", "works" or "fails".  Static, without the C
 * library's wrappers, which fall back from one call to another.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* In a child: it may succeed. */
static int in_child(long (*attempt)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(attempt() >= 0 ? 0 : errno == ENOSYS ? 2 : 1);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 3;
}

static long raw_unshare(void)
{
	return syscall(SYS_unshare, CLONE_NEWUSER);
}

/* The kernel looks at 32 bits of the flags. */
static long raw_unshare_high(void)
{
	return syscall(SYS_unshare, 0x100000000L | CLONE_NEWUSER);
}

static long unshare_more(void)
{
	return syscall(SYS_unshare, CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS);
}

/* The child of a clone ends at once: both sides come back here. */
static long end_child(long pid)
{
	if (pid == 0)
		_exit(0);
	if (pid > 0)
		waitpid((pid_t)pid, NULL, 0);
	return pid;
}

static long raw_clone(void)
{
	return end_child(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
}

static long raw_clone_net(void)
{
	return end_child(syscall(SYS_clone, CLONE_NEWUSER | CLONE_NEWNET | SIGCHLD, 0, 0, 0, 0));
}

static long raw_clone3(void)
{
	struct clone_args args = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};

	return end_child(syscall(SYS_clone3, &args, sizeof(args)));
}

/* Its own: EINVAL where it is let through, which is no denial. */
static long raw_setns(void)
{
	int fd = open("/proc/self/ns/user", O_RDONLY);
	long status = syscall(SYS_setns, fd, CLONE_NEWUSER);

	return status < 0 && errno == EINVAL ? 0 : status;
}

#ifdef __x86_64__
/* unshare(2) by the 32-bit table (310), and by the x32 one; a kernel without that table,
 * or a filter that kills, is as closed. */
static long entry_32(void)
{
	long status;

	__asm__ volatile("int $0x80" : "=a"(status) : "a"(310), "b"(CLONE_NEWUSER) : "memory");
	return status == 0 ? 0 : -1;
}

static long entry_x32(void)
{
	return syscall(0x40000000 | SYS_unshare, CLONE_NEWUSER);
}
#endif

static void *thread(void *seen)
{
	*(int *)seen = 1;
	return NULL;
}

static int threads_work(void)
{
	pthread_t id;
	int seen = 0;

	return pthread_create(&id, NULL, thread, &seen) == 0 && pthread_join(id, NULL) == 0 && seen;
}

static int spawn_works(void)
{
	char *argv[] = {"true", NULL};
	pid_t pid;
	int status;

	return posix_spawn(&pid, "/bin/true", NULL, NULL, argv, NULL) == 0 &&
	       waitpid(pid, &status, 0) == pid && status == 0;
}

static void show(const char *what, long (*attempt)(void))
{
	printf("%s %s\n", what, in_child(attempt) == 0 ? "open" : "closed");
	fflush(stdout);
}

int main(void)
{
	show("unshare", raw_unshare);
	show("unshare-high-bits", raw_unshare_high);
	show("unshare-more", unshare_more);
	show("clone", raw_clone);
	show("clone-net", raw_clone_net);
	show("clone3", raw_clone3);
	show("setns", raw_setns);
#ifdef __x86_64__
	show("entry-32", entry_32);
	show("entry-x32", entry_x32);
#endif
	printf("threads %s\n", threads_work() ? "work" : "fail");
	printf("spawn %s\n", spawn_works() ? "work" : "fail");
	printf("system %s\n", system("exit 0") == 0 ? "work" : "fail");
	return 0;
}
