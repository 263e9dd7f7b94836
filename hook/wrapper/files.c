/* SPDX-License-Identifier: Apache-2.0 */
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"

/* ---- Reading ------------------------------------------------------------------------- */

bool runtime_is_ours(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && (st.st_uid == 0 || st.st_uid == geteuid()) &&
	       !(st.st_mode & (S_IWGRP | S_IWOTH));
}

static int open_directory(const char *path, struct capgate_error *err)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? io_fail(err, "cannot open the directory", path) : fd;
}

/* --config: relative to the working directory. */
static int open_named_config(const char *path, struct runtime_config_file *f,
			     struct capgate_error *err)
{
	char *slash;
	int fd;

	if (!realpath(path, f->config))
		return io_fail(err, "cannot open the configuration", path);
	slash = strrchr(f->config, '/');
	if (!slash[1] || strlen(slash + 1) > NAME_MAX)
		return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE,
				    "the configuration is a directory, or its name is too long");
	strcpy(f->name, slash + 1);
	*slash = '\0';
	fd = open_directory(f->config[0] ? f->config : "/", err);
	*slash = '/';
	return fd;
}

int runtime_read_config(const struct runtime_call *call, size_t limit,
			struct runtime_config_file *ret, struct capgate_error *err)
{
	const char *bundle = call->value[MEANS_BUNDLE], *config = call->value[MEANS_CONFIG];
	struct runtime_config_file *f = ret;
	int fd, status;

	f->config[0] = '\0';
	f->changed = false;
	if (!realpath(bundle ? bundle : ".", f->bundle))
		return io_fail(err, "cannot open the bundle", bundle ? bundle : ".");
	strcpy(f->name, "config.json");
	/* crun looks for the plain name config.json in the bundle. */
	if (config && (call->dialect == DIALECT_RUNC || strcmp(config, "config.json") != 0))
		f->dir = open_named_config(config, f, err);
	else
		f->dir = open_directory(f->bundle, err);
	if (f->dir < 0)
		return f->dir;
	fd = io_open_regular(f->dir, f->name, err);
	if (fd < 0)
		return fd;
	if (fstat(fd, &f->st) < 0)
		status = io_fail(err, "cannot examine", f->name);
	else
		status = io_read_all(fd, limit, &f->text, err);
	close(fd);
	return status;
}

int runtime_read_process(const char *path, size_t limit, struct capgate_text *ret,
			 struct capgate_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), status;

	if (fd < 0)
		return io_fail(err, "cannot open the process file", path);
	status = io_read_all(fd, limit, ret, err);
	close(fd);
	return status;
}

/* ---- Writing ------------------------------------------------------------------------- */

static int write_failed(struct capgate_error *err, const char *what)
{
	return capgate_fail(
		err, CAPGATE_EIO, CAPGATE_RULE_UNWRITABLE, CAPGATE_NOWHERE,
		"the configuration without those capabilities cannot be written: %s: %s", what,
		io_words(errno));
}

static int write_copy(int fd, const struct stat *st, struct capgate_text text,
		      struct capgate_error *err)
{
	struct stat mine;

	if (fstat(fd, &mine) < 0)
		return write_failed(err, "examining it");
	/* The owner comes before the mode, because chown(2) clears set-user-ID bits. */
	if ((mine.st_uid != st->st_uid || mine.st_gid != st->st_gid) &&
	    fchown(fd, st->st_uid, st->st_gid) < 0)
		return write_failed(err, "its owner");
	if (fchmod(fd, st->st_mode & 07777) < 0)
		return write_failed(err, "its mode");
	if (io_write_all(fd, text, err) < 0)
		return write_failed(err, "writing it");
	return fsync(fd) < 0 ? write_failed(err, "syncing it") : 0;
}

/* Is the file of this name still the one that was judged? */
static bool unchanged(const struct runtime_config_file *file)
{
	struct stat now;

	return fstatat(file->dir, file->name, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
	       now.st_dev == file->st.st_dev && now.st_ino == file->st.st_ino &&
	       now.st_size == file->st.st_size && now.st_mtim.tv_sec == file->st.st_mtim.tv_sec &&
	       now.st_mtim.tv_nsec == file->st.st_mtim.tv_nsec;
}

#define PREFIX ".capgate-"
#define SUFFIX ".json"

/* Is it ".capgate-PID.json" of a process that has ended?  Then it was killed between naming and
 * renaming the file. */
static bool is_left_over(const char *name)
{
	char *end;
	long pid;

	if (strncmp(name, PREFIX, sizeof(PREFIX) - 1) != 0)
		return false;
	pid = strtol(name + sizeof(PREFIX) - 1, &end, 10);
	return pid > 0 && pid <= INT_MAX && strcmp(end, SUFFIX) == 0 && kill((pid_t)pid, 0) < 0 &&
	       errno == ESRCH;
}

/* Removes such files.  Errors do not matter. */
static void sweep(int dir)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;

	if (!entries) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((e = readdir(entries)))
		if (is_left_over(e->d_name))
			(void)unlinkat(dir, e->d_name, 0);
	closedir(entries);
}

/* Makes a file without a name, which disappears if this process is killed.  If the file system
 * cannot do that, makes one with a name. */
static int make_file(int dir, const char *name, bool *named, struct capgate_error *err)
{
	int fd = openat(dir, ".", O_WRONLY | O_TMPFILE | O_CLOEXEC, 0600);

	*named = fd < 0;
	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT))
		fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	return fd < 0 ? write_failed(err, "making a file in the bundle") : fd;
}

static int give_name(int fd, int dir, const char *name, struct capgate_error *err)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return linkat(AT_FDCWD, path, dir, name, AT_SYMLINK_FOLLOW) < 0
		       ? write_failed(err, "giving it a name")
		       : 0;
}

int runtime_replace_config(struct runtime_config_file *file, struct capgate_text text,
			   struct capgate_error *err)
{
	char name[64];
	bool named;
	int fd, status;

	snprintf(name, sizeof(name), PREFIX "%d" SUFFIX, (int)getpid());
	sweep(file->dir);
	/* An old one, of a process with the same number in another namespace or before a boot. */
	(void)unlinkat(file->dir, name, 0);
	fd = make_file(file->dir, name, &named, err);
	if (fd < 0)
		return fd;
	status = write_copy(fd, &file->st, text, err);
	file->changed = status == 0 && !unchanged(file);
	if (file->changed)
		status = capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_UNWRITABLE, CAPGATE_NOWHERE,
				      "the configuration changed while it was judged");
	if (status == 0 && !named)
		status = give_name(fd, file->dir, name, err);
	if (status == 0 && renameat(file->dir, name, file->dir, file->name) < 0)
		status = write_failed(err, "putting it in place");
	if (close(fd) < 0 && status == 0)
		status = write_failed(err, "closing it");
	if (status < 0)
		(void)unlinkat(file->dir, name, 0);
	return status;
}

/* The last of these is within the 64 descriptors for which the kernel needs no separate
 * table.  A larger table is copied at each fork, and runtimes fork several times: 4000
 * descriptors cost `crun exec` some hundredths of its time. */
static const int floors[] = {4000, 900, 200, 60};

static bool counts_descriptors(const struct runtime_call *call)
{
	return call->value[MEANS_DESCRIPTORS] || getenv("LISTEN_FDS");
}

/* Moves the descriptor above those that --preserve-fds and LISTEN_FDS count from 3, so that the
 * runtime does not take it for one of them. */
static int raise_descriptor(int fd, const struct runtime_call *call)
{
	for (size_t i = counts_descriptors(call) ? 0 : COUNT(floors) - 1; i < COUNT(floors); i++) {
		int high =
			fcntl(fd, F_DUPFD, floors[i]); /* not close-on-exec: the runtime opens it */

		if (high >= 0 || errno != EINVAL) {
			close(fd);
			return high;
		}
	}
	errno = EMFILE;
	return -1;
}

static int make_memfd(void)
{
#ifdef MFD_NOEXEC_SEAL
	int fd = memfd_create("capgate", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);

	if (fd >= 0 || errno != EINVAL)
		return fd;
#endif
	return memfd_create("capgate", MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

int runtime_seal(struct capgate_text text, const struct runtime_call *call, char *buf,
		 struct capgate_error *err)
{
	int fd = make_memfd();

	if (fd < 0)
		return io_fail(err, "cannot hold", "what was judged");
	if (io_write_all(fd, text, err) < 0)
		return err->code;
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0)
		return io_fail(err, "cannot seal", "what was judged");
	fd = raise_descriptor(fd, call);
	if (fd < 0)
		return io_fail(err, "cannot hold", "what was judged");
	snprintf(buf, 64, "/proc/self/fd/%d", fd);
	return 0;
}
