/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads lines like
 *
 * 115 114 0:40 / /proc rw,relatime shared:7 - proc proc rw
 *
 * The fields are: number, number of the parent, device, the mounted part of the file system,
 * mount point, options, any number of tags, a hyphen, type, source, options of the file system.
 * Blanks within a field are \040.
 */
#include "mountinfo.h"

#include <string.h>

static const char file[] = "/proc/sys/kernel/cap_last_cap";

struct mount {
	struct capgate_text id, parent, root, point, type, options;
};

/* Takes the text up to the next blank, and skips that. */
static struct capgate_text word(struct capgate_text *line)
{
	const char *blank = line->len ? memchr(line->p, ' ', line->len) : NULL;
	struct capgate_text w = {line->p, blank ? (size_t)(blank - line->p) : line->len};
	size_t used = w.len + (blank != NULL);

	*line = (struct capgate_text){line->p + used, line->len - used};
	return w;
}

static bool read_line(struct capgate_text line, struct mount *ret)
{
	struct mount m = {0};

	m.id = word(&line);
	m.parent = word(&line);
	(void)word(&line);
	m.root = word(&line);
	m.point = word(&line);
	while (line.len > 0 && !capgate_text_is(word(&line), "-"))
		;
	m.type = word(&line);
	(void)word(&line);
	m.options = word(&line);
	*ret = m;
	return m.type.len > 0;
}

static bool next_line(struct capgate_text *text, struct capgate_text *ret)
{
	const char *nl = text->len ? memchr(text->p, '\n', text->len) : NULL;
	size_t len = nl ? (size_t)(nl - text->p) : text->len;

	*ret = (struct capgate_text){text->p, len};
	*text = (struct capgate_text){text->p + len + (nl != NULL), text->len - len - (nl != NULL)};
	return len > 0;
}

/*
 * Finds the mount at this place with this parent.  If parent is empty, finds the lowest one,
 * whose parent is mounted elsewhere.  Returns how many there are: a kernel never shows more
 * than one.
 */
static size_t find_mount(struct capgate_text text, struct capgate_text parent,
			 struct capgate_text place, struct mount *ret)
{
	struct capgate_text line;
	struct mount m;
	size_t n = 0;

	while (next_line(&text, &line)) {
		if (!read_line(line, &m) || !capgate_text_equal(m.point, place) ||
		    (parent.len && !capgate_text_equal(m.parent, parent)))
			continue;
		/* A mount on top of the root is a child of the mount there. */
		if (!parent.len && n > 0 && capgate_text_equal(m.parent, ret->id))
			continue;
		*ret = m;
		n++;
	}
	return n;
}

/* The limit for directories above the file and stacked mounts together.  Each costs one pass
 * over the text, which its author can make long, with high stacks. */
#define STEPS_MOST 256

/* Goes up to the topmost mount on a place. *steps counts the steps of the whole way. */
static bool climb(struct capgate_text text, struct capgate_text place, unsigned *steps,
		  struct mount *top)
{
	struct mount above;
	size_t n;

	while (++*steps < STEPS_MOST) {
		n = find_mount(text, top->id, place, &above);
		if (n == 0)
			return true;
		if (n > 1)
			return false;
		*top = above;
	}
	return false;
}

/* Is the procfs complete?  With subset=pid it has no /proc/sys (proc(5)). */
static bool is_whole(const struct mount *m)
{
	static const char subset[] = "subset=";

	return !m->options.len ||
	       !memmem(m->options.p, m->options.len, subset, sizeof(subset) - 1);
}

/* Is it of type proc, and does its mounted part show the file at this path? */
static bool shows_file(const struct mount *m, struct capgate_text path)
{
	const size_t begin = path.len - (sizeof(file) - 1) + sizeof("/proc") - 1;
	struct capgate_text inner = {path.p + begin,
				     m->point.len > begin ? m->point.len - begin : 0};

	if (!capgate_text_is(m->type, "proc") || !is_whole(m) || m->point.len < begin)
		return false;
	return inner.len ? capgate_text_equal(m->root, inner) : capgate_text_is(m->root, "/");
}

#define PATH_MOST 4096

bool capgate_mounts_show_last_cap(struct capgate_text text, struct capgate_text root)
{
	const struct capgate_text nobody = {0};
	char path[PATH_MOST];
	const size_t all = root.len + sizeof(file) - 1;
	struct capgate_text place = {file, 1};
	unsigned steps = 0;
	struct mount top;

	if (all >= sizeof(path))
		return false;
	if (root.len > 0)
		memcpy(path, root.p, root.len);
	memcpy(path + root.len, file, sizeof(file));
	if (find_mount(text, nobody, place, &top) != 1 || !climb(text, place, &steps, &top))
		return false;
	place.p = path;
	for (size_t len = 0; len < all;) {
		const char *slash = memchr(path + len + 1, '/', all - len - 1);

		len = slash ? (size_t)(slash - path) : all;
		place.len = len;
		if (!climb(text, place, &steps, &top))
			return false;
	}
	return shows_file(&top, (struct capgate_text){path, all});
}

bool capgate_mounts_lie_below(struct capgate_text text, struct capgate_text root)
{
	struct capgate_text line;
	struct mount m;

	while (next_line(&text, &line))
		if (read_line(line, &m) && m.point.len > root.len + 1 &&
		    (root.len == 0 || memcmp(m.point.p, root.p, root.len) == 0) &&
		    m.point.p[root.len] == '/')
			return true;
	return false;
}
