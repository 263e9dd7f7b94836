/* SPDX-License-Identifier: Apache-2.0 */
#include "creds.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"

/* ---- One process ------------------------------------------------------------------- */

/* Copies what follows NAME and a tab, with tabs replaced by blanks. */
static bool take_field(struct capgate_text status, const char *name, char *ret, size_t size)
{
	size_t n = strlen(name);

	for (const char *p = status.p, *end = p + status.len, *eol; p < end; p = eol + 1) {
		eol = memchr(p, '\n', (size_t)(end - p));
		if (!eol)
			return false;
		if ((size_t)(eol - p) <= n || memcmp(p, name, n) != 0)
			continue;
		snprintf(ret, size, "%.*s", (int)((size_t)(eol - p) - n - 1), p + n + 1);
		for (char *c = ret; *c; c++)
			if (*c == '\t')
				*c = ' ';
		return true;
	}
	return false;
}

static bool has_root(const char *users)
{
	char *end;

	for (const char *p = users; *p; p = *end ? end + 1 : end) {
		unsigned long id = strtoul(p, &end, 10);

		if (end == p)
			return false;
		if (id == 0)
			return true;
	}
	return false;
}

bool creds_parse(struct capgate_text status, struct creds_kind *ret)
{
	struct creds_kind k = {.count = 1};
	capgate_set set[CAPGATE_NSETS];
	struct capgate_error err;
	char users[46], groups[46];

	if (!take_field(status, "Name:", k.name, sizeof(k.name)) ||
	    !take_field(status, "Uid:", users, sizeof(users)) ||
	    !take_field(status, "Gid:", groups, sizeof(groups)) ||
	    !take_field(status, "Groups:", k.groups, sizeof(k.groups)) ||
	    procsets_parse(status, set, &err) < 0)
		return false;
	snprintf(k.ids, sizeof(k.ids), "%s; %s", users, groups);
	k.root = has_root(users);
	k.caps = capgate_set_or(set[CAPGATE_PERMITTED], set[CAPGATE_EFFECTIVE]);
	*ret = k;
	return true;
}

/* ---- Which processes --------------------------------------------------------------- */

static bool read_small(int proc, const char *pid, const char *name, char *buf, size_t size,
		       size_t *len)
{
	char path[300];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", pid, name);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, buf, size - 1);
	close(fd);
	if (n <= 0)
		return false;
	buf[n] = '\0';
	*len = (size_t)n;
	return true;
}

static bool namespace_of(int proc, const char *pid, struct stat *ret)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/ns/pid", pid);
	return fstatat(proc, path, ret, 0) == 0;
}

/* The pid of the parent; 0 if the process has ended. */
static long parent_of(int proc, const char *pid)
{
	char text[1024];
	const char *after;
	size_t n;

	if (!read_small(proc, pid, "stat", text, sizeof(text), &n))
		return 0;
	after = strrchr(text, ')');
	return after && strlen(after) > 4 ? strtol(after + 4, NULL, 10) : 0;
}

static bool descends(int proc, const char *pid, pid_t first)
{
	char name[32];
	long parent = strtol(pid, NULL, 10);

	for (int depth = 0; parent > 1 && depth < 64; depth++) {
		if (parent == first)
			return true;
		snprintf(name, sizeof(name), "%ld", parent);
		parent = parent_of(proc, name);
	}
	return false;
}

struct inside {
	int proc;
	pid_t first;
	struct stat ns;
	bool own; /* the container has its own pid namespace */
};

static bool is_inside(const struct inside *in, const char *pid)
{
	struct stat ns;

	if (!in->own)
		return descends(in->proc, pid, in->first);
	return namespace_of(in->proc, pid, &ns) && ns.st_ino == in->ns.st_ino &&
	       ns.st_dev == in->ns.st_dev;
}

static bool inside_begin(struct inside *in, pid_t first)
{
	struct stat ours;
	char name[32];

	in->first = first;
	snprintf(name, sizeof(name), "%d", (int)first);
	return namespace_of(in->proc, name, &in->ns) && namespace_of(in->proc, "self", &ours) &&
	       (in->own = ours.st_ino != in->ns.st_ino, true);
}

/* ---- Looking ----------------------------------------------------------------------- */

static bool is_same(const struct creds_kind *a, const struct creds_kind *b)
{
	return strcmp(a->name, b->name) == 0 && strcmp(a->ids, b->ids) == 0 &&
	       strcmp(a->groups, b->groups) == 0;
}

void creds_begin(struct creds *creds)
{
	for (size_t i = 0; i < creds->n; i++)
		creds->kind[i].count = 0;
}

void creds_add(struct creds *creds, const struct creds_kind *kind)
{
	for (size_t i = 0; i < creds->n; i++)
		if (is_same(&creds->kind[i], kind)) {
			creds->kind[i].count++;
			creds->kind[i].caps = capgate_set_or(creds->kind[i].caps, kind->caps);
			return;
		}
	if (creds->n == CREDS_KINDS)
		creds->more = true;
	else
		creds->kind[creds->n++] = *kind;
}

void creds_end(struct creds *creds)
{
	for (size_t i = 0; i < creds->n; i++) {
		struct creds_kind *k = &creds->kind[i];
		bool is_new = k->most == 0;

		if (k->count > k->most)
			k->most = k->count;
		/* A kind that earlier looks did not see has been absent. */
		if (is_new)
			k->least = creds->looks ? 0 : k->count;
		else if (k->count < k->least)
			k->least = k->count;
	}
	creds->looks++;
}

static void look_at(const struct inside *in, const char *pid, struct creds *creds)
{
	struct creds_kind kind;
	char text[8192];
	size_t n;

	if (is_inside(in, pid) && read_small(in->proc, pid, "status", text, sizeof(text), &n) &&
	    !strstr(text, "\nState:\tZ") && creds_parse((struct capgate_text){text, n}, &kind))
		creds_add(creds, &kind);
}

void creds_look(pid_t first, struct creds *creds)
{
	struct inside in = {.proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
	DIR *dir = in.proc < 0 ? NULL : fdopendir(in.proc);
	struct dirent *e;

	if (!dir)
		return;
	if (inside_begin(&in, first)) {
		creds_begin(creds);
		while ((e = readdir(dir)))
			if (e->d_name[0] >= '1' && e->d_name[0] <= '9')
				look_at(&in, e->d_name, creds);
		creds_end(creds);
	}
	closedir(dir);
}

/* ---- Comparing --------------------------------------------------------------------- */

static const struct creds_kind *find(const struct creds *creds, const struct creds_kind *kind)
{
	for (size_t i = 0; i < creds->n; i++)
		if (is_same(&creds->kind[i], kind))
			return &creds->kind[i];
	return NULL;
}

static bool is_privileged(const struct creds_kind *k)
{
	return k->root || !capgate_set_empty(k->caps);
}

static bool say(char *why, size_t size, const struct creds_kind *k, unsigned full)
{
	struct capgate_out out = {why, size - 1, 0};

	capgate_out_format(&out, "%u process%s of ", k->least, k->least == 1 ? "" : "es");
	capgate_out_visible(&out, capgate_text_of(k->name));
	capgate_out_format(&out, " with the users and groups %s (%s)%s, %u in the full run", k->ids,
			   k->groups[0] ? k->groups : "none",
			   capgate_set_empty(k->caps) ? "" : " and capabilities", full);
	why[capgate_out_text(&out).len] = '\0';
	return true;
}

/* A process that gives up capabilities itself keeps all of them if it lacks one that it wants:
 * then capset(2) fails. */
static bool say_caps(char *why, size_t size, const struct creds_kind *k, capgate_set more)
{
	struct capgate_out out = {why, size - 1, 0};

	capgate_out_visible(&out, capgate_text_of(k->name));
	capgate_out_string(&out, " keeps what it gave up in the full run: ");
	capgate_out_set(&out, more, " ");
	why[capgate_out_text(&out).len] = '\0';
	return true;
}

bool creds_have_more(const struct creds *less, const struct creds *full, char *why, size_t size)
{
	if (less->more) {
		snprintf(why, size, "there are more kinds of processes than can be compared");
		return true;
	}
	for (size_t i = 0; i < less->n; i++) {
		const struct creds_kind *k = &less->kind[i], *f = find(full, k);

		if (k->least == 0) /* it was not there all the time */
			continue;
		if (!f)
			return say(why, size, k, 0);
		if (!capgate_set_within(k->caps, f->caps))
			return say_caps(why, size, k, capgate_set_minus(k->caps, f->caps));
		if (is_privileged(k) && k->least > f->most)
			return say(why, size, k, f->most);
	}
	return false;
}
