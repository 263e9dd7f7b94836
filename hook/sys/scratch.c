/* SPDX-License-Identifier: Apache-2.0 */
#include "scratch.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"

bool scratch_make(char *buf, size_t size)
{
	static const char *const places[] = {"/run", "/tmp"};

	for (size_t i = 0; i < 2; i++) {
		snprintf(buf, size, "%s/capgate-doctor.XXXXXX", places[i]);
		if (mkdtemp(buf))
			return true;
	}
	return false;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st, (void)kind, (void)ftw;
	(void)!remove(path); /* continue with the others after a failure */
	return 0;
}

void scratch_remove(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

bool scratch_put(const char *dir, const char *name, const char *words)
{
	struct capgate_error err;
	char path[PATH_MAX];
	int fd, status;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	status = io_write_all(fd, capgate_text_of(words), &err);
	close(fd);
	return status == 0;
}
