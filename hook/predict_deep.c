/* SPDX-License-Identifier: Apache-2.0 */
/* The whole root file system: files with capabilities and set-user-ID-root
 * programs, which is how a process gets more than it starts with. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "predict_parts.h"

/* Deeper than any real tree; a limit to recursion. */
#define DEPTH 64

struct walk {
	const struct capgate_spec *spec;
	const struct capgate_report *report;
	struct prediction *p;
	dev_t device;
};

static void found(struct walk *w, const struct predict_file *f)
{
	struct prediction *p = w->p;

	p->n_setuid += f->setuid;
	p->n_capable += !capgate_set_empty(f->permitted);
	p->n_broken += f->fails_after && !f->fails_before;
	if (!p->files)
		p->files = calloc(PREDICT_DEEP, sizeof(*p->files));
	if (p->files && p->n_files < PREDICT_DEEP)
		p->files[p->n_files++] = *f;
}

static void visit(struct walk *w, int dir, const char *name, const char *path)
{
	struct predict_file f = {0};
	int fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return;
	if (predict_look(fd, w->spec, w->report, &f) && (f.setuid || !capgate_set_empty(f.permitted))) {
		snprintf(f.path, sizeof(f.path), "%.*s", PREDICT_PATH - 1, path);
		found(w, &f);
	}
	close(fd);
}

/* Takes the descriptor over. */
static void descend(struct walk *w, int fd, const char *path, int depth)
{
	DIR *dir = depth < DEPTH ? fdopendir(fd) : NULL;
	struct dirent *entry;

	if (!dir) {
		close(fd);
		return;
	}
	while ((entry = readdir(dir))) {
		char below[4096];
		struct stat st;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    (size_t)snprintf(below, sizeof(below), "%s/%s", path, entry->d_name) >= sizeof(below) ||
		    fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			continue;
		if (S_ISDIR(st.st_mode) && st.st_dev == w->device) {
			int next = openat(dirfd(dir), entry->d_name,
					  O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

			if (next >= 0)
				descend(w, next, below, depth + 1);
		} else if (S_ISREG(st.st_mode)) {
			visit(w, dirfd(dir), entry->d_name, below);
		}
	}
	closedir(dir);
}

void predict_deep(int root, const struct capgate_spec *spec, const struct capgate_report *report,
		  struct prediction *p)
{
	struct walk w = {.spec = spec, .report = report, .p = p};
	int fd = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0)
		w.device = st.st_dev;
	descend(&w, fd, "", 0);
}

void predict_release(struct prediction *p)
{
	free(p->files);
	p->files = NULL;
}
