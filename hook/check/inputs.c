/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turns operands into files.  A directory means every config.json below it, in the order of
 * names, so that two runs over a tree print the same; symbolic links are not followed.  Memory
 * holds the names of one directory at a time, not of a tree.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "check.h"

/* The depth limit for directories; deeper ones are reported, not entered. */
#define TREE_DEPTH_MAX 64

struct frame {
	char *path;
	char *real; /* the path without links; NULL if unknown */
	char **names; /* those of directories end in a slash */
	size_t n, next;
};

struct check_inputs {
	char **paths;
	size_t n, next;
	struct frame frame[TREE_DEPTH_MAX];
	size_t depth;
	const char *operand; /* the tree being walked, until something is found in it */
};

struct check_inputs *check_inputs_new(char **paths, size_t n)
{
	struct check_inputs *in = calloc(1, sizeof(*in));

	if (in) {
		in->paths = paths;
		in->n = n;
	}
	return in;
}

static char *join(const char *dir, const char *name)
{
	size_t n = strlen(dir);
	char *path;

	while (n > 1 && dir[n - 1] == '/')
		n--;
	return asprintf(&path, "%.*s%s%s", (int)n, dir, n == 1 && dir[0] == '/' ? "" : "/", name) <
			       0
		       ? NULL
		       : path;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_directory(DIR *dir, const struct dirent *entry)
{
	struct stat st;

	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type == DT_DIR;
	return fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(st.st_mode);
}

static int add_name(struct frame *f, size_t *room, const char *name, bool directory)
{
	char *copy;

	if (f->n == *room) {
		size_t more = *room ? *room * 2 : 16;
		char **grown = realloc(f->names, more * sizeof(*grown));

		if (!grown)
			return -1;
		f->names = grown;
		*room = more;
	}
	if (asprintf(&copy, "%s%s", name, directory ? "/" : "") < 0)
		return -1;
	f->names[f->n++] = copy;
	return 0;
}

static void frame_release(struct frame *f)
{
	for (size_t i = f->next; i < f->n; i++)
		free(f->names[i]);
	free(f->names);
	free(f->path);
	free(f->real);
	*f = (struct frame){0};
}

/* A bundle's own root file system holds the image's files, not specifications. */
static void leave_out_rootfs(struct frame *f)
{
	bool bundle = false;

	for (size_t i = 0; i < f->n; i++)
		bundle |= strcmp(f->names[i], "config.json") == 0;
	for (size_t i = 0; bundle && i < f->n; i++) {
		if (strcmp(f->names[i], "rootfs/") != 0)
			continue;
		free(f->names[i]);
		f->names[i] = f->names[--f->n];
		break;
	}
}

/* The directory is not entered; the caller still owns the path. */
static const char *not_entered(struct frame *f, const char *why)
{
	f->path = NULL;
	frame_release(f);
	return why;
}

/*
 * Enters a directory.  Returns NULL, or the reason why it was not entered, because files in a
 * directory that cannot be listed are unknown.  Takes ownership of real, and on success also of
 * path.
 */
static const char *enter(struct check_inputs *in, char *path, char *real)
{
	struct frame f = {.path = path, .real = real};
	struct dirent *entry;
	size_t room = 0;
	bool failed;
	DIR *dir;

	if (in->depth == TREE_DEPTH_MAX)
		return not_entered(&f, "directories deeper than 64 levels are not searched");
	dir = opendir(path);
	if (!dir)
		return not_entered(&f, errno == EACCES
					  ? "the directory cannot be listed: permission denied"
					  : "the directory cannot be listed");
	errno = 0;
	while ((entry = readdir(dir))) {
		bool directory = is_directory(dir, entry);

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    (!directory && strcmp(entry->d_name, "config.json") != 0))
			continue;
		if (add_name(&f, &room, entry->d_name, directory) < 0)
			break;
		errno = 0;
	}
	failed = entry || errno;
	closedir(dir);
	if (failed)
		return not_entered(&f, "the directory cannot be listed completely");
	leave_out_rootfs(&f);
	if (f.n)
		qsort(f.names, f.n, sizeof(*f.names), by_name);
	in->frame[in->depth++] = f;
	return NULL;
}

/* Takes the next name of the innermost directory.  Returns false if the caller has to try again. */
static bool next_name(struct check_inputs *in, struct report_item *ret)
{
	struct frame *f = &in->frame[in->depth - 1];
	char *name, *path;
	bool directory;

	if (f->next == f->n) {
		frame_release(f);
		in->depth--;
		if (in->depth > 0 || !in->operand)
			return false;
		ret->why = "there is no config.json in or below it";
		ret->path = strdup(in->operand);
		return ret->path;
	}
	name = f->names[f->next++];
	directory = name[strlen(name) - 1] == '/';
	if (directory)
		name[strlen(name) - 1] = '\0';
	path = join(f->path, name);
	if (path && directory)
		/* It is not a link, so its real path is that of the directory with its name. */
		ret->why = enter(in, path, f->real ? join(f->real, name) : NULL);
	else if (path && f->real)
		ret->bundle = strdup(f->real);
	free(name);
	if (!path || (directory && !ret->why))
		return false;
	in->operand = NULL;
	ret->path = path;
	return true;
}

bool check_inputs_next(struct check_inputs *in, struct report_item *ret)
{
	ret->path = ret->bundle = NULL;
	ret->why = NULL;
	for (;;) {
		struct stat st;
		char *path;

		while (in->depth > 0)
			if (next_name(in, ret))
				return true;
		if (in->next == in->n)
			return false;
		path = in->paths[in->next++];
		if (strcmp(path, "-") != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
			in->operand = path;
			path = strdup(path);
			ret->why = path ? enter(in, path, realpath(path, NULL)) : NULL;
			if (path && !ret->why)
				continue;
		} else {
			path = strdup(path);
		}
		ret->path = path;
		return path;
	}
}

void check_inputs_free(struct check_inputs *in)
{
	if (!in)
		return;
	while (in->depth > 0)
		frame_release(&in->frame[--in->depth]);
	free(in);
}
