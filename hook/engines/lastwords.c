/* SPDX-License-Identifier: Apache-2.0 */
#include "lastwords.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "lib/json/json.h"
#include "otherroots.h"
#include "roots.h"
#include "store.h"

/* How many bytes at the end of a log are read. */
#define TAIL ((size_t)64 << 10)

/* ---- Lines ------------------------------------------------------------------------------- */

enum { FIELD_TEXT = 1 };

/* A line of Docker's json-file log, or of crun's. */
static const struct capgate_shape line_shape = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS({"log", STRING(FIELD_TEXT)}, {"msg", STRING(FIELD_TEXT)}),
};

/* config.v2.json of Docker. */
static const struct capgate_shape container_shape = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS({"State", SHAPE(.members = MEMBERS({"Error", STRING(FIELD_TEXT)}))}),
};

static int take(void *user, const struct capgate_walk *walk, int field,
		const struct capgate_json_event *event)
{
	struct capgate_text *text = user;

	(void)walk;
	(void)field;
	*text = event->text;
	return 0;
}

static struct capgate_text member_of(struct capgate_text text, const struct capgate_shape *shape,
				     struct capgate_arena *arena)
{
	struct capgate_text member = {0};
	struct capgate_error ignored;

	arena->used = 0;
	if (capgate_walk_text(text, (struct capgate_json_options){0}, shape, arena, take, &member,
			      &ignored) < 0)
		return (struct capgate_text){0};
	return member;
}

/* "2026-11-28T17:03:06.8+00:00 stderr F words", as conmon and engines of the CRI write. */
static struct capgate_text after_stream(struct capgate_text line)
{
	static const char *const streams[] = {" stdout ", " stderr "};

	for (size_t i = 0; i < COUNT(streams); i++) {
		const size_t n = strlen(streams[i]);
		const char *at = line.len > n ? memmem(line.p, line.len, streams[i], n) : NULL;
		const size_t from = at ? (size_t)(at - line.p) + n + 2 : 0;

		if (at && from <= line.len && memchr(line.p, ' ', line.len) == at)
			return (struct capgate_text){line.p + from, line.len - from};
	}
	return line;
}

static struct capgate_text trimmed(struct capgate_text t)
{
	while (t.len && capgate_is_blank(t.p[t.len - 1]))
		t.len--;
	return t;
}

/* The line as the container printed it, without the log's own fields. */
static struct capgate_text words_of(struct capgate_text line, struct capgate_arena *arena,
				    struct capgate_arena *inner)
{
	const struct capgate_text words = after_stream(trimmed(line));
	struct capgate_text member = words.len && words.p[0] == '{'
					     ? member_of(words, &line_shape, arena)
					     : (struct capgate_text){0};

	if (member.len && member.p[0] == '{') {
		const struct capgate_text within = member_of(trimmed(member), &line_shape, inner);

		member = within.len ? within : member;
	}
	return trimmed(member.len ? member : words);
}

/* ---- What engines keep -------------------------------------------------------------------- */

/* Reads the end of the file, from the beginning of a line.  False if there is no file. */
static bool read_tail(const char *path, char buf[TAIL], struct capgate_text *ret)
{
	struct capgate_error ignored;
	int fd = io_open_regular(AT_FDCWD, path, &ignored);
	struct capgate_text text = {buf, 0};
	struct stat st;
	ssize_t n = -1;

	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0)
		n = pread(fd, buf, TAIL, st.st_size > (off_t)TAIL ? st.st_size - (off_t)TAIL : 0);
	close(fd);
	if (n <= 0)
		return false;
	text.len = (size_t)n;
	if (st.st_size > (off_t)TAIL) {
		const char *nl = memchr(buf, '\n', text.len);
		const size_t cut = nl ? (size_t)(nl - buf) + 1 : 0;

		text = (struct capgate_text){buf + cut, text.len - cut};
	}
	*ret = text;
	return true;
}

void lastwords_in(struct capgate_text text, lastwords_visit *visit, void *user)
{
	struct capgate_arena arena, inner;
	struct capgate_error ignored;

	if (io_arena(TAIL, &arena, &ignored) < 0)
		return;
	if (io_arena(TAIL, &inner, &ignored) == 0) {
		for (size_t at = 0; at < text.len;) {
			const char *nl = memchr(text.p + at, '\n', text.len - at);
			const size_t len = nl ? (size_t)(nl - text.p) - at : text.len - at;
			const struct capgate_text words =
				words_of((struct capgate_text){text.p + at, len}, &arena, &inner);

			if (words.len)
				visit(user, words);
			at += len + 1;
		}
		io_arena_release(&inner);
	}
	io_arena_release(&arena);
}

static bool look_at_log(const char *path, lastwords_visit *visit, void *user)
{
	static char buf[TAIL];
	struct capgate_text text;

	if (!read_tail(path, buf, &text))
		return false;
	lastwords_in(text, visit, user);
	return true;
}

/* The error that Docker keeps for a container that did not start. */
static bool look_at_error(const char *path, lastwords_visit *visit, void *user)
{
	struct capgate_text text, error = {0};
	struct capgate_arena arena;
	struct capgate_error ignored;

	if (io_read_in(AT_FDCWD, path, STORE_MAX, &text, &ignored) < 0)
		return false;
	if (io_arena(text.len, &arena, &ignored) == 0) {
		error = member_of(text, &container_shape, &arena);
		if (error.len)
			lastwords_in(error, visit, user);
		io_arena_release(&arena);
	}
	io_free(text);
	return error.len > 0;
}

struct docker_search {
	struct capgate_text id;
	char *found;
};

/* Keeps the directory that has the container, and stops there. */
static int look_in_root(void *user, const struct engine_root *root, const char *dir,
			struct capgate_error *err)
{
	const struct docker_search *s = user;
	char path[PATH_MAX];

	(void)root, (void)err;
	if (snprintf(path, sizeof(path), "%s/containers/%.*s", dir, (int)s->id.len, s->id.p) >=
		    PATH_MAX ||
	    access(path, F_OK) < 0)
		return 0;
	capgate_text_copy(s->found, PATH_MAX, capgate_text_of(dir));
	return 1;
}

/* The i-th directory where Docker may keep the container, with userns-remap below UID.GID; "":
 * skip it.  False if there are no more. */
static bool docker_root(struct capgate_text id, size_t i, char ret[PATH_MAX])
{
	struct docker_search search = {id, ret};
	struct engine_root root = {.engine = ENGINE_DOCKER, .kind = ROOT_DOCKER};
	struct engine_roots roots;
	struct capgate_error ignored;
	char path[PATH_MAX];

	engine_roots_known(&roots);
	ret[0] = '\0';
	if (i < roots.n) {
		root = roots.v[i];
	} else {
		const size_t other = i - roots.n;

		if (!other_root_docker(other / 2, path))
			return false;
		if (path[0] && other % 2 && strlen(path) < PATH_MAX - 8)
			strcat(path, "/*.*");
		root.path = path;
	}
	if (root.kind == ROOT_DOCKER && root.path[0])
		(void)!engine_root_each(&root, "", look_in_root, &search, &ignored);
	return true;
}

/* A file of the container there: its record if i is even, else its log. */
static bool docker_at(struct capgate_text id, size_t i, char path[PATH_MAX])
{
	char root[PATH_MAX];
	const int n = (int)id.len;
	int len = 0;

	path[0] = '\0';
	if (!docker_root(id, i / 2, root))
		return false;
	if (root[0] && i % 2)
		len = snprintf(path, PATH_MAX, "%s/containers/%.*s/%.*s-json.log", root, n, id.p, n,
			       id.p);
	else if (root[0])
		len = snprintf(path, PATH_MAX, "%s/containers/%.*s/config.v2.json", root, n, id.p);
	if (len >= PATH_MAX)
		path[0] = '\0';
	return true;
}

/* No node has so many pods. */
#define LINKS_MAX 100000

/* Finds the kubelet's link to the container's log, POD_NAMESPACE_NAME-ID.log. */
static bool find_link(struct capgate_text id, char path[PATH_MAX])
{
	char end[NAME_MAX];
	const size_t len = (size_t)snprintf(end, sizeof(end), "-%.*s.log", (int)id.len, id.p);
	DIR *dir = opendir("/var/log/containers");
	const struct dirent *entry;
	ssize_t to = -1;

	for (int i = 0; dir && to < 0 && i < LINKS_MAX && (entry = readdir(dir)); i++) {
		const size_t name = strlen(entry->d_name);

		if (name > len && strcmp(entry->d_name + name - len, end) == 0)
			to = readlinkat(dirfd(dir), entry->d_name, path, PATH_MAX - 1);
	}
	if (dir)
		closedir(dir);
	path[to > 0 ? to : 0] = '\0';
	return path[0] == '/';
}

bool lastwords_at(struct capgate_text id, const char *bundle, size_t i, lastwords_visit *visit,
		  void *user, char path[PATH_MAX])
{
	const bool known = id.len > 0 && id.len < NAME_MAX / 2 && !memchr(id.p, '/', id.len);
	bool read = false;

	path[0] = '\0';
	/* podman keeps the log in the directory of the bundle's config.json. */
	if (i == 0) {
		read = bundle[0] == '/' && strlen(bundle) + sizeof("/ctr.log") <= PATH_MAX &&
		       snprintf(path, PATH_MAX, "%s/ctr.log", bundle) > 0 &&
		       look_at_log(path, visit, user);
	} else if (i == 1) {
		read = known && find_link(id, path) && look_at_log(path, visit, user);
	} else {
		if (!known || !docker_at(id, i - 2, path))
			return false;
		read = path[0] &&
		       (i % 2 ? look_at_log(path, visit, user) : look_at_error(path, visit, user));
	}
	if (!read)
		path[0] = '\0';
	return true;
}
