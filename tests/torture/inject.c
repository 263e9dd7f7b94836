/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One system call fails, once: all of them in turn.
 *
 *	inject [-s STEP [-f FIRST]] [-v] LIST
 *
 * LIST has a line for each command: NAME<TAB>KIND<TAB>INPUT<TAB>PROGRAM<TAB>ARGUMENT...
 * Each is run as it is, then once for every call it made from main() on and for
 * every way in which that call may fail (EIO, ENOSPC, EINTR, ENOMEM, EMFILE, a
 * short count, as they fit), with -s only every STEPth of these, from FIRST on.
 * Works on the system calls themselves, by ptrace, so it needs no help from the
 * program, however it is linked.
 *
 * What must hold, by KIND:
 *	filter	the same status and output as without the failure, or a
 *		documented failure status and no output; where the call only
 *		looked about (stat), another output that passes unchanged
 *	report=RE	the same, or a failure status and what cannot be taken for
 *		the whole report: the beginning of it, or one that RE is found in,
 *		which are the words by which it says that something is missing
 *	linter	the same, or a failure; what is found may be less, never nothing
 *	keep=F	the same, or a failure, and the file F is afterwards as before (it may
 *		not have been there), or as it is after an undisturbed run, and no
 *		other file is beside it
 *	granted=held, granted=none	filter, given the state of a process that holds
 *		every capability, or none; one that is said to be killed is dead
 * and always: no signal, no hang.
 */
#include <errno.h>
#include <dirent.h>
#include <fcntl.h>
#include <regex.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <linux/capability.h>
#include <linux/ptrace.h>
#include <unistd.h>

#ifndef __x86_64__
int main(void)
{
	puts("inject: only for x86-64");
	return 77;
}
#else

#define ARGS_MAX 24
#define CALLS_MAX 20000
#define SECONDS 300

enum { SHORT = -1 };

struct bytes {
	char *p;
	size_t n;
};

struct outcome {
	int status; /* exit status, or 1000 + signal */
	struct bytes out, err, file;
	size_t calls, beside; /* files in the kept one's directory */
	bool killed;
};

static const char *name, *kind, *input, *kept, *granted;
static regex_t admits; /* of a report, that it is not whole */
static char *argv_of_it[ARGS_MAX + 1];
static struct bytes original; /* of the kept file */
static int calls[CALLS_MAX];
static bool verbose;
static volatile sig_atomic_t timed_out;
static pid_t current;

static void fail(const char *what)
{
	fprintf(stderr, "inject: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void on_alarm(int signal_number)
{
	(void)signal_number;
	timed_out = 1;
	kill(current, SIGKILL);
}

static struct bytes slurp(int fd)
{
	struct bytes b = {0};
	struct stat st;

	if (fstat(fd, &st) < 0 || !(b.p = malloc((size_t)st.st_size + 1)))
		fail("memory");
	if (pread(fd, b.p, (size_t)st.st_size, 0) != st.st_size)
		fail("reading back");
	b.n = (size_t)st.st_size;
	return b;
}

static bool same(struct bytes a, struct bytes b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* One that is not there is no empty one. */
static bool same_file(struct bytes a, struct bytes b)
{
	return !a.p == !b.p && same(a, b);
}

static struct bytes slurp_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct bytes b = {0};

	if (fd < 0)
		return b;
	b = slurp(fd);
	close(fd);
	return b;
}

static void restore(void)
{
	int fd;

	if (!kept)
		return;
	if (!original.p) {
		if (unlink(kept) < 0 && errno != ENOENT)
			fail(kept);
		return;
	}
	fd = open(kept, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, original.p, original.n) != (ssize_t)original.n)
		fail(kept);
	close(fd);
}

/* How many files the directory of the kept one holds, itself not counted. */
static size_t count_beside(void)
{
	const char *slash = strrchr(kept, '/');
	char path[4096];
	struct dirent *e;
	size_t n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%.*s", (int)(slash - kept), kept);
	dir = opendir(path);
	if (!dir)
		return 0; /* it is not there yet */
	while ((e = readdir(dir)))
		n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 &&
		     strcmp(e->d_name, slash + 1) != 0;
	closedir(dir);
	return n;
}

/* A process that stands in for a container's first, and its state on descriptor
 * 0 of what runs next.  No SIGCHLD: the loop that waits does not see it. */
static pid_t stand_in(int *state)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
	int ready[2];
	pid_t pid;
	char c;

	if (pipe2(ready, O_CLOEXEC) < 0)
		fail("pipe");
	pid = (pid_t)syscall(SYS_clone, 0, 0, 0, 0, 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (int cap = 0; strcmp(granted, "none") == 0 && prctl(PR_CAPBSET_DROP, cap) == 0;
		     cap++)
			;
		if (strcmp(granted, "none") == 0 && syscall(SYS_capset, &header, none) < 0)
			_exit(1);
		(void)!write(ready[1], "", 1);
		for (;;)
			pause();
	}
	if (pid < 0 || read(ready[0], &c, 1) != 1)
		fail("a process to stand in");
	close(ready[0]);
	close(ready[1]);
	*state = memfd_create("state", MFD_CLOEXEC);
	if (*state < 0 ||
	    dprintf(*state,
		    "{\"ociVersion\":\"1.0.2\",\"id\":\"x\",\"status\":\"running\",\"pid\":%d,"
		    "\"bundle\":\"%s\"}",
		    (int)pid, input) < 0 ||
	    lseek(*state, 0, SEEK_SET) < 0)
		fail("a state");
	return pid;
}

/* Ended by somebody else?  It is gone afterwards. */
static bool was_killed(pid_t pid, bool expected)
{
	int status;
	bool killed;

	/* A signal takes its time. */
	if (expected)
		alarm(SECONDS);
	killed = waitpid(pid, &status, __WCLONE | (expected ? 0 : WNOHANG)) == pid;
	alarm(0);
	if (!killed) {
		kill(pid, SIGKILL);
		while (waitpid(pid, &status, __WCLONE) < 0 && errno == EINTR)
			;
	}
	return killed;
}

static void child(int in, int out, int err)
{
	if (in < 0)
		in = open(input, O_RDONLY | O_CLOEXEC);
	if (in < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0 ||
	    ptrace(PTRACE_TRACEME, 0, 0, 0) < 0)
		_exit(120);
	raise(SIGSTOP);
	execv(argv_of_it[0], argv_of_it);
	_exit(121);
}

/* main() begins by polling the three standard descriptors: what the loader does before is
 * not ours. */
static bool is_marker(const struct ptrace_syscall_info *info)
{
	return info->entry.nr == SYS_poll && info->entry.args[1] == 3 && info->entry.args[2] == 0;
}

static void set_register(pid_t pid, size_t offset, long value)
{
	if (ptrace(PTRACE_POKEUSER, pid, offset, value) < 0 && errno != ESRCH)
		fail("poke");
}
#define REGISTER(r) offsetof(struct user_regs_struct, r)

/* Runs it; the call number fail_at (from 1; 0: none) fails in that way. */
static struct outcome run(size_t fail_at, int how, bool note)
{
	int in = -1, out = memfd_create("out", MFD_CLOEXEC), err = memfd_create("err", MFD_CLOEXEC),
	    status = 0;
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACEFORK |
			     PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE;
	struct outcome o = {.status = -1};
	bool counting = false, filtered = false;
	struct user_regs_struct saved = {0};
	pid_t pid, stopped, container = granted ? stand_in(&in) : 0, faulting = 0, altered = 0;

	restore();
	if (out < 0 || err < 0)
		fail("memfd");
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (pid == 0)
		child(in, out, err);
	current = pid;
	timed_out = 0;
	alarm(SECONDS);
	while ((stopped = waitpid(-1, &status, 0)) > 0) { /* threads, too, for they are traced */
		struct ptrace_syscall_info info;
		int deliver = 0;

		if (WIFEXITED(status) || WIFSIGNALED(status)) {
			if (stopped != pid)
				continue;
			o.status =
				WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
			continue; /* until all are gone */
		}
		if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
			if (ptrace(PTRACE_GET_SYSCALL_INFO, stopped, sizeof(info), &info) < 0)
				continue;
			if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
				long nr = (long)info.entry.nr;

				counting = counting || is_marker(&info);
				/* Its end cannot fail, nor can what has no error. */
				if (counting && nr != SYS_exit_group && nr != SYS_exit &&
				    nr != SYS_rt_sigreturn && nr != SYS_umask &&
				    nr != SYS_geteuid && nr != SYS_getpid && nr != SYS_futex &&
				    nr != SYS_munmap && nr != SYS_close && nr != SYS_madvise &&
				    nr != SYS_rseq && nr != SYS_set_robust_list) {
					if (note && o.calls < CALLS_MAX)
						calls[o.calls] = (int)nr;
					if (++o.calls == fail_at) {
						ptrace(PTRACE_GETREGS, stopped, 0, &saved);
						altered = stopped;
					}
					if (o.calls == fail_at && how == SHORT) {
						set_register(stopped, REGISTER(rdx), 1);
					} else if (o.calls == fail_at && nr == SYS_brk) {
						/* It fails by leaving the break where it is. */
						set_register(stopped, REGISTER(rdi), 0);
					} else if (o.calls == fail_at) {
						faulting = stopped;
						/* A call that is none would be killed by a
						 * filter: one that every duty has left, on a
						 * clock that there is not. */
						set_register(stopped, REGISTER(orig_rax),
							     filtered ? SYS_clock_gettime : -1);
						if (filtered)
							set_register(stopped, REGISTER(rdi), -1);
					}
				}
				if (nr == SYS_seccomp)
					filtered = true;
			} else if (info.op == PTRACE_SYSCALL_INFO_EXIT && altered == stopped) {
				/* Arguments survive a call, as the compiler knows. */
				set_register(stopped, REGISTER(rdi), (long)saved.rdi);
				set_register(stopped, REGISTER(rsi), (long)saved.rsi);
				set_register(stopped, REGISTER(rdx), (long)saved.rdx);
				if (faulting == stopped)
					set_register(stopped, REGISTER(rax), -how);
				altered = faulting = 0;
			}
		} else if (WSTOPSIG(status) == SIGSTOP && stopped == pid && !counting &&
			   o.calls == 0) {
			ptrace(PTRACE_SETOPTIONS, pid, 0, options);
		} else if (WSTOPSIG(status) != SIGTRAP && WSTOPSIG(status) != SIGSTOP) {
			deliver = WSTOPSIG(status);
		}
		ptrace(PTRACE_SYSCALL, stopped, 0, deliver);
	}
	alarm(0);
	o.out = slurp(out);
	o.err = slurp(err);
	if (kept) {
		o.file = slurp_path(kept);
		o.beside = count_beside();
	}
	if (granted) {
		o.killed = was_killed(container, o.status == 10 || o.status == 11);
		close(in);
	}
	close(out);
	close(err);
	return o;
}

static void drop(struct outcome *o)
{
	free(o->out.p);
	free(o->err.p);
	free(o->file.p);
}

/* The ways in which a call fails that are worth a try. */
static size_t ways_of(int nr, int *ways)
{
	size_t n = 0;

	switch (nr) {
	case SYS_read:
	case SYS_pread64:
	case SYS_getdents64:
		ways[n++] = EIO;
		if (nr != SYS_getdents64)
			ways[n++] = EINTR, ways[n++] = SHORT;
		break;
	case SYS_write:
	case SYS_sendto:
	case SYS_sendmsg:
		ways[n++] = ENOSPC;
		ways[n++] = EIO;
		ways[n++] = EINTR;
		if (nr == SYS_write)
			ways[n++] = SHORT;
		break;
	case SYS_open:
	case SYS_openat:
		ways[n++] = EMFILE;
		ways[n++] = EIO;
		ways[n++] = EACCES;
		break;
	case SYS_brk:
		ways[n++] = ENOMEM;
		break;
	case SYS_mmap:
	case SYS_mprotect:
	case SYS_mremap:
	case SYS_clone:
	case SYS_clone3:
	case SYS_fork:
	case SYS_vfork:
		ways[n++] = ENOMEM;
		ways[n++] = EAGAIN;
		break;
	case SYS_rename:
	case SYS_renameat:
	case SYS_renameat2:
	case SYS_fsync:
	case SYS_fdatasync:
	case SYS_ftruncate:
		ways[n++] = EIO;
		ways[n++] = ENOSPC;
		break;
	default:
		ways[n++] = EIO;
		ways[n++] = EPERM;
		break;
	}
	return n;
}

static bool documented(int status)
{
	static const int all[] = {10, 11, 12, 20, 21, 22, 64};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (status == all[i])
			return true;
	return false;
}

static bool says_it_is_not_whole(struct bytes b)
{
	regmatch_t within = {.rm_so = 0, .rm_eo = (regoff_t)b.n};

	return regexec(&admits, b.p, 0, &within, REG_STARTEND) == 0;
}

/* What is wrong with a report that is not the undisturbed one, or NULL. */
static const char *judge_report(const struct outcome *calm, const struct outcome *o)
{
	bool begins = o->out.n <= calm->out.n && memcmp(o->out.p, calm->out.p, o->out.n) == 0;

	if (o->status != 2 && !documented(o->status))
		return o->status == calm->status || o->status < 2
			       ? "another report, of which the status says nothing"
			       : "a status that is not documented";
	return begins || says_it_is_not_whole(o->out) ? NULL
						      : "what could be taken for a whole report";
}

/* What is wrong, or NULL. */
static const char *judge(const struct outcome *calm, const struct outcome *o)
{
	bool filter = strcmp(kind, "filter") == 0 || granted;
	bool as_calm = o->status == calm->status && same(o->out, calm->out);

	if (timed_out)
		return "it hangs";
	if (o->status >= 1000 || o->status < 0)
		return "it dies by a signal";
	if (kept && !same_file(o->file, original) && !same_file(o->file, calm->file))
		return "the file is neither the old one nor the new one";
	if (kept && o->beside != calm->beside)
		return "a file is left beside it";
	if (granted && (o->status == 10 || o->status == 11) && !o->killed)
		return "who it says is killed lives";
	if (as_calm)
		return NULL;
	if (filter) {
		if (o->status == 0)
			return calm->status == 0 ? "status 0 with other output"
						 : "status 0, which it must not be";
		if (!documented(o->status))
			return "a status that is not documented";
		return o->out.n ? "output beside a failure" : NULL;
	}
	if (strcmp(kind, "linter") == 0) {
		if (o->status == 0)
			return "status 0, which it must not be";
		return o->status <= 2 || documented(o->status) ? NULL
							       : "a status that is not documented";
	}
	if (!kept)
		return judge_report(calm, o);
	if (o->status < 2)
		return "a status that it must not be, or with other output";
	return o->status == 2 || documented(o->status) ? NULL : "a status that is not documented";
}

/* Calls that only learn what would be nice to have, and what glob(3) reads, which
 * says nothing of a directory that it could not read whole: less comes of less. */
static bool looks_about(int nr)
{
	return nr == SYS_newfstatat || nr == SYS_statfs || nr == SYS_getdents64;
}

/* What came out passes as it is. */
static bool passes(struct bytes out)
{
	int fd = memfd_create("again", 0);
	const char *before = input;
	char path[64];
	struct outcome o;
	bool good;

	if (fd < 0 || write(fd, out.p, out.n) != (ssize_t)out.n)
		fail("memfd");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	input = path;
	o = run(0, 0, false);
	good = o.status == 0 && same(o.out, out);
	input = before;
	drop(&o);
	close(fd);
	return good;
}

static void tell(const char *why, const struct outcome *calm, const struct outcome *o, size_t at,
		 int how)
{
	printf("not ok %s: call %zu (number %d), %s: %s (status %d; undisturbed %d)\n", name, at,
	       calls[at - 1], how == SHORT ? "short" : strerror(how), why, o->status, calm->status);
	fwrite(o->err.p, 1, o->err.n < 300 ? o->err.n : 300, stdout);
	if (verbose) {
		fwrite(o->out.p, 1, o->out.n, stdout);
		fputs("\n---- undisturbed:\n", stdout);
		fwrite(calm->out.p, 1, calm->out.n, stdout);
	}
	fflush(stdout);
}

static int split(char *line)
{
	char *word;
	int n = 0;

	line[strcspn(line, "\n")] = '\0';
	name = strsep(&line, "\t");
	kind = strsep(&line, "\t");
	input = strsep(&line, "\t");
	while (line && n < ARGS_MAX && (word = strsep(&line, "\t")))
		argv_of_it[n++] = word;
	argv_of_it[n] = NULL;
	kept = kind && strncmp(kind, "keep=", 5) == 0 ? kind + 5 : NULL;
	granted = kind && strncmp(kind, "granted=", 8) == 0 ? kind + 8 : NULL;
	if (kind && strncmp(kind, "report=", 7) == 0 &&
	    regcomp(&admits, kind + 7, REG_EXTENDED | REG_NOSUB) != 0)
		fail(kind);
	return n;
}

int main(int argc, char **argv)
{
	size_t step = 1, turn = 0, tried = 0, bad = 0;
	static char line[16384];
	FILE *list;
	int opt;

	while ((opt = getopt(argc, argv, "s:f:v")) >= 0) {
		if (opt == 's')
			step = strtoul(optarg, NULL, 10);
		else if (opt == 'f')
			turn = strtoul(optarg, NULL, 10);
		else if (opt == 'v')
			verbose = true;
		else
			return 64;
	}
	if (optind + 1 != argc || step == 0 || !(list = fopen(argv[optind], "re")))
		return fprintf(stderr, "usage: inject [-s STEP] [-v] LIST\n"), 64;
	sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, NULL);
	while (fgets(line, sizeof(line), list)) {
		struct outcome calm;
		size_t n;

		if (split(line) == 0)
			continue;
		if (kept)
			original = slurp_path(kept);
		calm = run(0, 0, true);
		n = calm.calls < CALLS_MAX ? calm.calls : CALLS_MAX;
		if (calm.status >= 1000 || calm.status < 0 || n == 0) {
			printf("not ok %s: undisturbed, it ends with %d after %zu calls\n", name,
			       calm.status, n);
			bad++;
		}
		for (size_t at = 1; at <= n; at++) {
			int ways[8];
			size_t n_ways = ways_of(calls[at - 1], ways);

			for (size_t w = 0; w < n_ways; w++) {
				struct outcome o;
				const char *why;

				if (turn++ % step)
					continue;
				o = run(at, ways[w], false);
				why = judge(&calm, &o);
				if (why && strcmp(kind, "filter") == 0 && o.status == 0 &&
				    calm.status == 0 && looks_about(calls[at - 1]) && passes(o.out))
					why = NULL;
				if (why && !kept && !granted && strcmp(kind, "filter") != 0 &&
				    o.status <= 2 && !timed_out && looks_about(calls[at - 1]))
					why = NULL;
				tried++;
				bad += why != NULL;
				if (why)
					tell(why, &calm, &o, at, ways[w]);
				else if (verbose)
					printf("ok %s: call %zu (%d): %d\n", name, at,
					       calls[at - 1], o.status);
				drop(&o);
			}
		}
		restore();
		if (strncmp(kind, "report=", 7) == 0)
			regfree(&admits);
		drop(&calm);
	}
	printf("%zu failed calls tried, %zu broke something\n", tried, bad);
	return bad || !tried ? 1 : 0;
}
#endif
