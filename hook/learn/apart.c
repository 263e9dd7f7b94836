/* SPDX-License-Identifier: Apache-2.0 */
#include "apart.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hook/confine/confine.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"

static void be_apart(bool (*fill)(void *, struct capgate_out *), void *user, char *block,
		     size_t room, int pipe)
{
	struct capgate_out out = {block, room, 0};
	struct capgate_error err;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (dup2(pipe, STDOUT_FILENO) < 0 || close_range(STDERR_FILENO + 1, ~0U, 0) < 0 ||
	    confine(CONFINE_JUDGE, false, &err) < 0 || !fill(user, &out) || out.len > out.size ||
	    io_write_all(STDOUT_FILENO, capgate_out_text(&out), &err) < 0)
		_exit(1);
	_exit(0);
}

static int apart_failed(struct capgate_error *err, const char *why)
{
	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_CONFINEMENT, CAPGATE_NOWHERE,
			    "the confined process %s", why);
}

static int await_child(pid_t pid, struct capgate_error *err)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return apart_failed(err, "cannot be waited for");
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0
							     : apart_failed(err, "gave no answer");
}

int apart(bool (*fill)(void *, struct capgate_out *), void *user, size_t room,
	  struct capgate_text *ret, struct capgate_error *err)
{
	char *block = io_block(room);
	struct capgate_text text = {0};
	struct capgate_error died;
	int ends[2], status;
	pid_t pid;

	if (!block)
		return capgate_fail_memory(err);
	if (pipe2(ends, O_CLOEXEC) < 0) {
		munmap(block, room);
		return apart_failed(err, strerror(errno));
	}
	pid = fork();
	if (pid == 0)
		be_apart(fill, user, block, room, ends[1]);
	close(ends[1]);
	status = pid < 0 ? apart_failed(err, strerror(errno))
			 : io_read_all(ends[0], room, &text, err);
	close(ends[0]);
	munmap(block, room);
	if (pid > 0 && await_child(pid, &died) < 0) {
		if (status == 0)
			io_free(text);
		*err = died;
		return died.code;
	}
	if (status == 0)
		*ret = text;
	return status;
}
