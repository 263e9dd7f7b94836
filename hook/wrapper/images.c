/* SPDX-License-Identifier: Apache-2.0 */
#include "images.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "files.h"

/* Registers and credentials of one thread: some kilobytes. */
#define IMAGE_MAX ((size_t)1 << 20)
/* The default limit of threads on a machine. */
#define IMAGES_MAX 32768

static int fail_images(struct capgate_error *err, const char *what)
{
	return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_CHECKPOINT, CAPGATE_NOWHERE, "%s",
			    what);
}

static int find_directory(const struct runtime_call *call, const char *bundle, char *ret,
			  struct capgate_error *err)
{
	const char *named = call->value[MEANS_IMAGES];
	char path[PATH_MAX];

	if (!named) {
		if ((size_t)snprintf(path, sizeof(path), "%s/checkpoint",
				     call->dialect == DIALECT_CRUN ? bundle : ".") >= sizeof(path))
			return fail_images(err, "the checkpoint's path is too long");
		named = path;
	}
	return realpath(named, ret) ? 0 : io_fail(err, "cannot open the checkpoint", named);
}

/* "core-123.img" */
static bool is_core(const char *name)
{
	static const char prefix[] = "core-";
	const char *number = name + sizeof(prefix) - 1;
	size_t digits;

	if (strncmp(name, prefix, sizeof(prefix) - 1) != 0)
		return false;
	digits = strspn(number, "0123456789");
	return digits > 0 && strcmp(number + digits, ".img") == 0;
}

static int not_ours(struct capgate_error *err)
{
	return fail_images(err, "users other than root can write the checkpoint's directory, a "
				"directory above it or an image in it, so the runtime may restore "
				"other images than those that were judged");
}

static int read_image(int dir, const char *name, struct capgate_text *ret,
		      struct capgate_error *err)
{
	int fd = io_open_regular(dir, name, err), status;

	if (fd < 0)
		return fd;
	status = runtime_is_ours(fd) ? io_read_all(fd, IMAGE_MAX, ret, err) : not_ours(err);
	close(fd);
	return status;
}

static int read_one(int dir, const char *name, struct runtime_images *images,
		    struct capgate_error *err)
{
	struct capgate_text *v = images->v;
	int status;

	if (images->n == IMAGES_MAX)
		return fail_images(err, "the checkpoint has too many threads");
	/* Grows by doubling: at the powers of two. */
	if ((images->n & (images->n - 1)) == 0)
		v = reallocarray(v, images->n ? 2 * images->n : 1, sizeof(*v));
	if (!v)
		return capgate_fail_memory(err);
	images->v = v;
	status = read_image(dir, name, &v[images->n], err);
	images->n += status == 0;
	return status;
}

static int read_all(DIR *directory, struct runtime_images *images, struct capgate_error *err)
{
	struct dirent *e;

	errno = 0;
	while ((e = readdir(directory))) {
		if (is_core(e->d_name) && read_one(dirfd(directory), e->d_name, images, err) < 0)
			return err->code;
		errno = 0;
	}
	if (errno != 0)
		return io_fail(err, "cannot list", images->path);
	return images->n > 0 ? 0 : fail_images(err, "the checkpoint has no core image");
}

int runtime_read_images(const struct runtime_call *call, const char *bundle,
			struct runtime_images *ret, struct capgate_error *err)
{
	struct capgate_error ignored;
	DIR *directory;
	bool missing;
	int status;

	ret->v = NULL;
	ret->n = 0;
	if (find_directory(call, bundle, ret->path, err) < 0)
		return err->code;
	directory = opendir(ret->path);
	if (!directory)
		return io_fail(err, "cannot open the checkpoint", ret->path);
	/* The runtime opens it by path again, so nobody else may be able to write to a directory
	 * above it. */
	status = runtime_is_ours(dirfd(directory)) &&
				 trusted_directory(ret->path, &missing, &ignored) == 0
			 ? read_all(directory, ret, err)
			 : not_ours(err);
	closedir(directory);
	return status;
}
