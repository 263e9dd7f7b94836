/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of predict.h share. */
#ifndef PREDICT_PARTS_H
#define PREDICT_PARTS_H

#include <limits.h>
#include <sys/types.h>

#include "predict.h"

/* ---- root.c: paths in the container, as they will be there -------------- */

struct predict_trace;

struct predict_root {
	const struct capgate_spec *spec;
	int fd, bundle;	 /* root.path; the directory that relative paths are in, or -1 */
	size_t base;	 /* length of the path of fd itself */
	char **mounts;	 /* where in the root each mount of the specification will be */
	size_t n_mounts;
	struct predict_trace *trace; /* takes down what is looked up; or NULL */
};

/* False: there is no root here.  bundle stays the caller's. */
bool predict_root_open(const struct capgate_spec *spec, int bundle, struct predict_root *ret);
/* Where the mounts will be; before predict_cover_of().  False: nothing is known. */
bool predict_root_mounts(struct predict_root *root);
void predict_root_close(struct predict_root *root);

/* openat2(2), links and all within the root; -1.  The trace takes it down. */
int predict_open(const struct predict_root *root, const char *path, int flags);

enum predict_cover {
	PREDICT_BARE,	 /* the container sees the files of the root */
	PREDICT_FILE,	 /* a bind mount is just there */
	PREDICT_COVERED, /* by a mount that cannot be looked into */
};

/* Which of the specification's mounts is over that path, which need not exist.  *ret: what the
 * container will find there, opened O_PATH; or -1, and errno. */
enum predict_cover predict_cover_of(const struct predict_root *root, const char *path, int *ret);

/* The same, and nobody takes it down. */
int predict_open_again(const struct predict_root *root, const char *path, int flags);

/* Where the path leads, in the root; false when it leads to nothing. */
bool predict_resolve(const struct predict_root *root, const char *path, char ret[PATH_MAX]);

/* ---- access.c: may the process execute it? --------------------------------- */

enum predict_may { PREDICT_MAY, PREDICT_MAY_NOT, PREDICT_MAY_PERHAPS };

/* Is that the root of the container, as the host counts? */
bool predict_is_root(const struct capgate_spec *spec, uid_t owner);

/* Do both answer the questions below alike, with all else the same? */
bool predict_same_access(capgate_set effective, capgate_set other);
/* The file or, with directories, every directory that leads to path: the kernel's
 * check of mode and owner, for a process that has these capabilities effective. */
enum predict_may predict_may_execute(const struct capgate_spec *spec, int fd,
				     capgate_set effective);
enum predict_may predict_may_reach(const struct predict_root *root, const char *path,
				   capgate_set effective);

/* ---- file.c: what kind of file is it? ---------------------------------------- */

/* Fills in the facts about the file; false: it is not a regular file. */
bool predict_look(int fd, const struct capgate_spec *spec, struct predict_file *ret);
/* Is it on a mount with that flag (ST_NOSUID, ST_NOEXEC)?  runc keeps the flags of
 * the mount that the root is on, unless it makes it read-only; crun does not. */
bool predict_mounted(int fd, unsigned long flag);
/* Does execve(2) of it fail with EPERM, with that bounding set? */
bool predict_fails(const struct predict_file *file, capgate_set bounding);

enum predict_format {
	PREDICT_NATIVE, /* an ELF file; interpreter is its loader, or empty */
	PREDICT_SCRIPT, /* interpreter is that of its first line */
	PREDICT_FOREIGN,
	PREDICT_UNREADABLE,
};

enum predict_format predict_format_of(int fd, char interpreter[PREDICT_PATH]);

/* ---- deep.c -------------------------------------------------------------------- */

/* Every file below the root. */
void predict_deep(const struct predict_root *root, const struct capgate_report *report,
		  struct prediction *p);

#endif
