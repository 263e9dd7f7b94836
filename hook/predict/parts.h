/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files of this room. */
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
	struct predict_trace *trace; /* records what is looked up; or NULL */
};

/* Opens the root.  Returns false if there is none.  The caller still owns bundle. */
bool predict_root_open(const struct capgate_spec *spec, int bundle, struct predict_root *ret);
/* Finds where the mounts will be.  Call it before predict_cover_of().  Returns false if that is
 * unknown. */
bool predict_root_mounts(struct predict_root *root);
void predict_root_close(struct predict_root *root);

/* openat2(2) with links resolved within the root; or -1.  The trace records it. */
int predict_open(const struct predict_root *root, const char *path, int flags);

enum predict_cover {
	PREDICT_BARE,	 /* the container sees the files of the root */
	PREDICT_FILE,	 /* a bind mount is exactly there */
	PREDICT_COVERED, /* covered by a mount whose content is unknown */
};

/* Finds the mount of the specification that covers this path, which need not exist.  *ret: what
 * the container will find there, opened with O_PATH; or -1 and errno. */
enum predict_cover predict_cover_of(const struct predict_root *root, const char *path, int *ret);

/* The same without a record in the trace. */
int predict_open_again(const struct predict_root *root, const char *path, int flags);

/* Resolves the path within the root.  Returns false if it leads to nothing. */
bool predict_resolve(const struct predict_root *root, const char *path, char ret[PATH_MAX]);

/* ---- access.c: may the process execute it? --------------------------------- */

enum predict_may { PREDICT_MAY, PREDICT_MAY_NOT, PREDICT_MAY_PERHAPS };

/* Is this id of the host the container's root? */
bool predict_is_root(const struct capgate_spec *spec, uid_t owner);

/* Are the answers of the functions below the same for both sets? */
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
/* Does execve(2) of the file fail with EPERM for this bounding set? */
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
