/* SPDX-License-Identifier: Apache-2.0 */
/* Searches the whole root file system for files with capabilities and set-user-ID-root programs,
 * with which a process can get more than it starts with. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parts.h"

/* Deeper than any real tree.  Limits the recursion and the open directories. */
#define DEPTH 64

struct walk {
	const struct predict_root *root;
	const struct capgate_report *report;
	struct prediction *p;
	dev_t device;
};

static bool is_changed(const struct predict_file *f)
{
	return f->fails || !capgate_set_empty(f->less);
}

/* Finds a place in the list.  If it is full, files that change replace the others. */
static struct predict_file *place_for(struct prediction *p, const struct predict_file *f)
{
	if (!p->files)
		p->files = calloc(PREDICT_DEEP, sizeof(*p->files));
	if (!p->files)
		return NULL;
	if (p->n_files < PREDICT_DEEP)
		return &p->files[p->n_files++];
	for (size_t i = PREDICT_DEEP; is_changed(f) && i > 0; i--)
		if (!is_changed(&p->files[i - 1]))
			return &p->files[i - 1];
	return NULL;
}

static void note_file(struct walk *w, const struct predict_file *f)
{
	struct prediction *p = w->p;
	struct predict_file *place = place_for(p, f);

	p->n_setuid += f->setuid;
	p->n_capable += !capgate_set_empty(f->permitted);
	p->n_broken += f->fails;
	p->n_changed += is_changed(f);
	if (place)
		*place = *f;
}

/* The capabilities that the file gave before the rewrite and no longer gives: set-user-ID
 * root gives all of the bounding set, file capabilities give those that are in both. */
static void compare(struct walk *w, struct predict_file *f)
{
	capgate_set before = w->report->before.initial[CAPGATE_BOUNDING];
	capgate_set after = w->report->after.initial[CAPGATE_BOUNDING];
	bool failed = predict_fails(f, before);

	f->fails = predict_fails(f, after) && !failed;
	if (!failed && !f->fails && !w->root->spec->no_new_privs)
		f->less = capgate_set_and(f->setuid ? capgate_set_all() : f->permitted,
					  capgate_set_minus(before, after));
}

static void look_at_name(struct walk *w, int dir, const char *name, const char *path)
{
	struct predict_file f = {0};
	int fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return;
	if (predict_look(fd, w->root->spec, &f) && (f.setuid || !capgate_set_empty(f.permitted))) {
		snprintf(f.path, sizeof(f.path), "%.*s", PREDICT_PATH - 1, path);
		compare(w, &f);
		note_file(w, &f);
	}
	close(fd);
}

/* Is something mounted at this path, so that the files here are hidden? */
static bool is_hidden(const struct predict_root *root, const char *path)
{
	for (size_t i = 0; i < root->n_mounts; i++)
		if (root->mounts[i] && strcmp(root->mounts[i], path) == 0)
			return true;
	return false;
}

/* Takes ownership of fd. */
static void descend(struct walk *w, int fd, const char *path, int depth)
{
	DIR *dir = fd >= 0 && depth < DEPTH ? fdopendir(fd) : NULL;
	struct dirent *entry;

	if (!dir) {
		w->p->cut_short = true;
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(dir))) {
		char below[PATH_MAX];
		struct stat st;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if ((size_t)snprintf(below, sizeof(below), "%s/%s", path, entry->d_name) >=
			    sizeof(below) ||
		    fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
			w->p->cut_short = true;
			continue;
		}
		if (is_hidden(w->root, below))
			continue;
		if (S_ISDIR(st.st_mode) && st.st_dev == w->device)
			descend(w,
				openat(dirfd(dir), entry->d_name,
				       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
				below, depth + 1);
		else if (S_ISREG(st.st_mode))
			look_at_name(w, dirfd(dir), entry->d_name, below);
	}
	closedir(dir);
}

/* Sorts failing files first, then those that give less, and each kind by name, because the order
 * of a directory is arbitrary. */
static int by_change_and_name(const void *a, const void *b)
{
	const struct predict_file *x = a, *y = b;

	if (x->fails != y->fails)
		return x->fails ? -1 : 1;
	if (is_changed(x) != is_changed(y))
		return is_changed(x) ? -1 : 1;
	return strcmp(x->path, y->path);
}

void predict_deep(const struct predict_root *root, const struct capgate_report *report,
		  struct prediction *p)
{
	struct walk w = {.root = root, .report = report, .p = p};
	struct stat st;
	int fd = openat(root->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0 && fstat(fd, &st) == 0)
		w.device = st.st_dev;
	descend(&w, fd, "", 0);
	if (p->n_files)
		qsort(p->files, p->n_files, sizeof(*p->files), by_change_and_name);
}

void predict_release(struct prediction *p)
{
	free(p->files);
	p->files = NULL;
}
