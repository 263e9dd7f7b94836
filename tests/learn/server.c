/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A server as careless ones are: its worker asks to become another user and goes on
 * whatever the answer is.  At SIGTERM it signals the worker, and ends with status 1 when
 * it may not; at SIGHUP it executes nothing and lives on.
 *	server FILE	FILE appears when it is ready
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t ending;

static void note(int number)
{
	if (number == SIGTERM)
		ending = 1;
}

static void work(int ready)
{
	const gid_t group = 33;
	sigset_t term;
	int got;

	if (setgroups(1, &group) < 0 || setgid(33) < 0 || setuid(33) < 0)
		(void)!write(STDERR_FILENO, "cannot change the user\n", 23);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	(void)!write(ready, "r", 1);
	close(ready);
	sigwait(&term, &got);
	_exit(0);
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = note};
	sigset_t blocked, before;
	int ready[2];
	pid_t worker;
	char word;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	if (argc < 2 || pipe(ready) < 0 || sigprocmask(SIG_BLOCK, &blocked, &before) < 0)
		return 2;
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	worker = fork();
	if (worker == 0)
		work(ready[1]);
	close(ready[1]);
	if (worker < 0 || read(ready[0], &word, 1) != 1)
		return 2;
	close(open(argv[1], O_WRONLY | O_CREAT, 0644));
	while (!ending)
		sigsuspend(&before);
	if (kill(worker, SIGTERM) < 0)
		return 1;
	while (waitpid(worker, NULL, 0) < 0 && errno == EINTR)
		;
	return 0;
}
