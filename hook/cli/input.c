/* SPDX-License-Identifier: Apache-2.0 */
#include "input.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"

static int open_input(const char *path, struct capgate_error *err)
{
	struct stat st;
	int fd;

	if (strcmp(path, "-") == 0)
		return STDIN_FILENO;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) < 0)
		return io_fail(err, "cannot open", path);
	if (S_ISDIR(st.st_mode)) {
		int inner = io_open_regular(fd, "config.json", err);

		close(fd);
		return inner;
	}
	if (!S_ISREG(st.st_mode)) {
		close(fd);
		return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE,
				    "it is neither a file nor a bundle; for a pipe use -");
	}
	return fd;
}

int input_read(const char *path, size_t limit, struct capgate_text *ret, struct capgate_error *err)
{
	int fd = open_input(path, err), status;

	if (fd < 0)
		return fd;
	status = io_read_all(fd, limit, ret, err);
	if (fd != STDIN_FILENO)
		close(fd);
	return status;
}
