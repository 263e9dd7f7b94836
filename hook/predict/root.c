/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Resolves paths as the container will see them: never outside its root, and with the
 * specification's mounts, which hide what is below them in the root.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trace.h"

/* Links to files that do not exist are resolved here, as many as the kernel would follow. */
#define LINKS 40
/* With more mounts nothing is predicted. */
#define MOUNTS 1024

int predict_open(const struct predict_root *root, const char *path, int flags)
{
	int fd = predict_open_again(root, path, flags);

	if (root->trace)
		predict_trace_add(root, path, flags & O_NOFOLLOW, fd);
	return fd;
}

/* Finds the path of an open file within the root. */
static bool name_of_open(const struct predict_root *root, int fd, char ret[PATH_MAX])
{
	char link[64], path[PATH_MAX];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n < (ssize_t)root->base)
		return false;
	path[n] = '\0';
	strcpy(ret, path[root->base] ? path + root->base : "/");
	return true;
}

bool predict_resolve(const struct predict_root *root, const char *path, char ret[PATH_MAX])
{
	int fd = predict_open_again(root, path, O_PATH);
	bool known = fd >= 0 && name_of_open(root, fd, ret);

	if (root->trace && !(known && predict_trace_implies(path, ret)))
		predict_trace_add(root, path, 0, fd);
	if (fd >= 0)
		close(fd);
	return known;
}

/* Reads a link that leads to nothing yet.  Returns -1 if it is not a link. */
static ssize_t read_link(const struct predict_root *root, const char *path, char buf[PATH_MAX])
{
	int fd = predict_open(root, path, O_PATH | O_NOFOLLOW);
	ssize_t n = fd >= 0 ? readlinkat(fd, "", buf, PATH_MAX - 1) : -1;

	if (fd >= 0)
		close(fd);
	if (n >= 0)
		buf[n] = '\0';
	return n;
}

/* Joins directory and rest with one slash. */
static bool join(char ret[PATH_MAX], const char *dir, const char *rest)
{
	size_t n = strlen(dir);

	while (n > 0 && dir[n - 1] == '/')
		n--;
	while (*rest == '/')
		rest++;
	return snprintf(ret, PATH_MAX, "%.*s/%s", (int)n, dir, rest) < PATH_MAX;
}

/* Resolves path as far as it exists.  Returns 1 if another link has to be followed, 0 if it is
 * done, -1 if it is unknown. */
static int resolve_once(const struct predict_root *root, char path[PATH_MAX])
{
	char head[PATH_MAX], rest[PATH_MAX], link[PATH_MAX], next[PATH_MAX];
	size_t n = strlen(path), end;
	ssize_t linked;

	strcpy(head, path);
	while (!predict_resolve(root, n ? head : "/", next)) {
		while (n > 0 && head[n - 1] == '/')
			n--;
		while (n > 0 && head[n - 1] != '/')
			n--;
		if (n == 0 && head[0] == '\0')
			return -1;
		head[n] = '\0';
	}
	strcpy(rest, path + n);
	end = strcspn(rest, "/");
	if (end == 0) {
		strcpy(path, next);
		return 0;
	}
	if (snprintf(head, sizeof(head), "%s%s%.*s", next, strcmp(next, "/") ? "/" : "", (int)end,
		     rest) >= PATH_MAX)
		return -1;
	linked = read_link(root, head, link);
	if (linked < 0)
		return join(path, next, rest) ? 0 : -1;
	if (link[0] == '/')
		return join(path, link, rest + end) ? 1 : -1;
	return join(head, next, link) && join(path, head, rest + end) ? 1 : -1;
}

/* Resolves the path as far as it exists.  Returns 0, 1 if the links form a loop, or -1 if it is
 * unknown. */
static int resolve_far(const struct predict_root *root, const char *path, char ret[PATH_MAX])
{
	const size_t n = strlen(path);
	int more = 1;

	/* Called for every mount of every configuration, so without snprintf(3). */
	if (n + 2 > PATH_MAX)
		return -1;
	ret[0] = '/';
	memcpy(ret + 1, path, n + 1);
	for (int i = 0; more > 0 && i < LINKS; i++)
		more = resolve_once(root, ret);
	return more;
}

static bool text_to_path(struct capgate_text t, char ret[PATH_MAX])
{
	if (t.len == 0 || t.len >= PATH_MAX || memchr(t.p, 0, t.len))
		return false;
	memcpy(ret, t.p, t.len);
	ret[t.len] = '\0';
	return true;
}

/* The place of a mount.  NULL if it is unknown; then the mount could cover anything. */
static char *place_of(const struct predict_root *root, const struct capgate_mount *m)
{
	char path[PATH_MAX], place[PATH_MAX];

	return text_to_path(m->destination, path) && resolve_far(root, path, place) == 0
		       ? strdup(place)
		       : NULL;
}

bool predict_root_open(const struct capgate_spec *spec, int bundle, struct predict_root *ret)
{
	struct predict_root root = {.spec = spec, .bundle = bundle};
	char path[PATH_MAX];

	if (!text_to_path(spec->root_path, path) || (bundle < 0 && path[0] != '/'))
		return false;
	root.fd = openat(bundle, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root.fd < 0)
		return false;
	*ret = root;
	return true;
}

bool predict_root_mounts(struct predict_root *root)
{
	const struct capgate_spec *spec = root->spec;
	char path[PATH_MAX], link[64];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", root->fd);
	n = readlink(link, path, sizeof(path));
	/* The path of the host's own root is one slash, which all paths share. */
	root->base = n > 1 ? (size_t)n : 0;
	if (n > 0 && spec->n_mounts <= MOUNTS)
		root->mounts = calloc(spec->n_mounts + 1, sizeof(*root->mounts));
	for (; root->mounts && root->n_mounts < spec->n_mounts; root->n_mounts++)
		root->mounts[root->n_mounts] = place_of(root, &spec->mounts[root->n_mounts]);
	return root->mounts;
}

void predict_root_close(struct predict_root *root)
{
	for (size_t i = 0; i < root->n_mounts; i++)
		free(root->mounts[i]);
	free(root->mounts);
	close(root->fd);
}

static bool is_below(const char *path, const char *place)
{
	size_t n = strcmp(place, "/") == 0 ? 0 : strlen(place);

	return strncmp(path, place, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

static int open_source(const struct predict_root *root, const struct capgate_mount *m)
{
	char path[PATH_MAX];

	if (!m->bind || !text_to_path(m->source, path) || (root->bundle < 0 && path[0] != '/'))
		return -1;
	return openat(root->bundle, path, O_PATH | O_CLOEXEC);
}

/* Like resolve_far(), for a path that was opened as fd, or not opened (-1).  Keeps errno. */
static int resolve_opened(const struct predict_root *root, const char *path, int fd,
			  char where[PATH_MAX])
{
	const int why = errno;
	int known;

	if (fd >= 0)
		return name_of_open(root, fd, where) ? 0 : -1;
	known = resolve_far(root, path, where);
	errno = why;
	return known;
}

enum predict_cover predict_cover_of(const struct predict_root *root, const char *path, int *ret)
{
	char where[PATH_MAX];
	size_t i = root->n_mounts;
	int known;

	*ret = predict_open(root, path, O_PATH);
	if (i == 0)
		return PREDICT_BARE;
	known = resolve_opened(root, path, *ret, where);
	if (known > 0)
		return PREDICT_BARE;
	/* The last one is on top. */
	while (known == 0 && i > 0 && root->mounts[i - 1] && !is_below(where, root->mounts[i - 1]))
		i--;
	if (i == 0)
		return PREDICT_BARE;
	if (*ret >= 0)
		close(*ret);
	*ret = -1;
	if (known == 0 && root->mounts[i - 1] && strcmp(where, root->mounts[i - 1]) == 0)
		*ret = open_source(root, &root->spec->mounts[i - 1]);
	return *ret < 0 ? PREDICT_COVERED : PREDICT_FILE;
}
