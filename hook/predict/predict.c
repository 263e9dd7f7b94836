/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the first program as runc and crun do, and follows it as execve(2) does: the
 * directories of PATH in turn, the interpreters of scripts, the loader of programs.
 */
#include "predict.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "memory.h"

/* Scripts may name scripts; the kernel follows five. */
#define INTERPRETERS 5

/* One way through the root: with the sets before the rewrite, or after it. */
struct search {
	const struct predict_root *root;
	const struct capgate_spec *spec;
	capgate_set effective, bounding;
	const char *why;         /* why it is unknown */
	char path[PREDICT_PATH]; /* the file that was found, or looked for last */
	int fd;                  /* O_PATH; -1 */
};

static enum prediction_kind unknown(struct search *s, const char *why)
{
	s->why = why;
	return PREDICT_UNKNOWN;
}

static void leave(struct search *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

/* ---- One file -------------------------------------------------------------------- */

static bool looks_executable(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_mode & 0111;
}

/* Looks up an absolute name, or one relative to cwd.  STARTS if it exists; then s->fd is open. */
static enum prediction_kind enter(struct search *s, struct capgate_text name)
{
	struct capgate_text cwd = name.p[0] == '/' ? (struct capgate_text){"", 0} : s->spec->cwd;
	enum predict_cover cover;

	leave(s);
	if ((size_t)snprintf(s->path, sizeof(s->path), "%.*s%s%.*s", (int)cwd.len, cwd.p,
			     cwd.len ? "/" : "", (int)name.len, name.p) >= sizeof(s->path))
		return unknown(s, "its path is too long");
	cover = predict_cover_of(s->root, s->path, &s->fd);
	/* Another specification may mount something else at the same place. */
	if (cover != PREDICT_BARE && s->root->trace)
		s->root->trace->incomplete = true;
	if (cover == PREDICT_COVERED)
		return unknown(s, "a mount of the specification covers it");
	if (s->fd < 0)
		return errno == ELOOP ? PREDICT_ELOOP : PREDICT_NOT_FOUND;
	return looks_executable(s->fd) ? PREDICT_STARTS : PREDICT_EACCES;
}

/* ---- PATH ------------------------------------------------------------------------- */

/* The last PATH counts.  Without one, runtimes find nothing. */
static struct capgate_text path_variable(const struct capgate_spec *spec)
{
	static const char name[] = "PATH=";
	const size_t n = sizeof(name) - 1;
	struct capgate_text path = {"", 0};

	for (size_t i = 0; i < spec->n_env; i++)
		if (spec->env[i].len >= n && memcmp(spec->env[i].p, name, n) == 0)
			path = (struct capgate_text){spec->env[i].p + n, spec->env[i].len - n};
	return path;
}

/* Looks in one directory of PATH. */
static enum prediction_kind try_directory(struct search *s, struct capgate_text dir,
					  struct capgate_text name)
{
	char candidate[PREDICT_PATH];
	enum prediction_kind kind;

	if ((size_t)snprintf(candidate, sizeof(candidate), "%.*s%s%.*s", (int)dir.len, dir.p,
			     dir.len ? "/" : "./", (int)name.len, name.p) >= sizeof(candidate))
		return unknown(s, "its path is too long");
	kind = enter(s, capgate_text_of(candidate));
	/* runc refuses it, crun executes or skips it. */
	if (kind == PREDICT_STARTS && candidate[0] != '/')
		return unknown(
			s,
			"it is in a relative directory of PATH, which runtimes treat differently");
	return kind;
}

static enum prediction_kind look_up(struct search *s, struct capgate_text name)
{
	struct capgate_text path = path_variable(s->spec);
	enum prediction_kind kind = PREDICT_NOT_FOUND;

	if (name.len == 0)
		return PREDICT_NOT_FOUND;
	if (memchr(name.p, '/', name.len))
		return enter(s, name);
	for (size_t from = 0; path.len && from <= path.len;) {
		const char *colon = memchr(path.p + from, ':', path.len - from);
		size_t end = colon ? (size_t)(colon - path.p) : path.len;
		enum prediction_kind one =
			try_directory(s, (struct capgate_text){path.p + from, end - from}, name);

		if (one == PREDICT_STARTS || one == PREDICT_UNKNOWN)
			return one;
		/* As execvp(3): what cannot be executed is skipped, but reported. */
		if (one == PREDICT_EACCES)
			kind = one;
		from = end + 1;
	}
	leave(s);
	snprintf(s->path, sizeof(s->path), "%.*s",
		 (int)(name.len < PREDICT_PATH ? name.len : PREDICT_PATH - 1), name.p);
	return kind;
}

/* ---- execve(2) --------------------------------------------------------------------- */

static enum prediction_kind check_access(struct search *s)
{
	enum predict_may file = predict_may_execute(s->spec, s->fd, s->effective);
	enum predict_may way = predict_may_reach(s->root, s->path, s->effective);

	if (file == PREDICT_MAY_NOT || way == PREDICT_MAY_NOT)
		return PREDICT_EACCES;
	if (predict_mounted(s->fd, ST_NOEXEC))
		return unknown(s, "it is on a mount with noexec, which runtimes treat differently");
	if (file == PREDICT_MAY_PERHAPS || way == PREDICT_MAY_PERHAPS)
		return unknown(s, "whether the user may execute it depends on the other groups of "
				  "that user, or on ids that are not known");
	return PREDICT_STARTS;
}

/* Checks only that the loader exists, because it does not influence capabilities. */
static enum prediction_kind check_loader(struct search *s, const char *loader)
{
	struct search l = *s;
	enum prediction_kind kind;

	if (!*loader)
		return PREDICT_STARTS;
	l.fd = -1;
	kind = enter(&l, capgate_text_of(loader));
	leave(&l);
	if (kind != PREDICT_STARTS) {
		memcpy(s->path, l.path, sizeof(s->path));
		s->why = l.why;
	}
	return kind;
}

/* Follows s->fd to the file that is really executed. */
static enum prediction_kind execute(struct search *s)
{
	char next[PREDICT_PATH];
	enum prediction_kind kind;

	for (int i = 0; i <= INTERPRETERS; i++) {
		kind = check_access(s);
		if (kind != PREDICT_STARTS)
			return kind;
		switch (predict_format_of(s->fd, next)) {
		case PREDICT_NATIVE:
			return check_loader(s, next);
		case PREDICT_FOREIGN:
			return PREDICT_ENOEXEC;
		case PREDICT_UNREADABLE:
			return unknown(s, "its format is not known");
		case PREDICT_SCRIPT:
			kind = enter(s, capgate_text_of(next));
			if (kind != PREDICT_STARTS)
				return kind;
		}
	}
	return PREDICT_ELOOP;
}

/* The file that is executed, whatever its capabilities. */
static enum prediction_kind find(struct search *s)
{
	enum prediction_kind kind = look_up(s, s->spec->args[0]);

	return kind == PREDICT_STARTS ? execute(s) : kind;
}

/* Predicts the execution of the file that was found, for this bounding set. */
static enum prediction_kind execute_found(struct search *s, enum prediction_kind kind,
					  struct predict_file *ret)
{
	*ret = (struct predict_file){0};
	if (s->fd >= 0 && predict_look(s->fd, s->spec, ret) && kind == PREDICT_STARTS &&
	    predict_fails(ret, s->bounding))
		kind = predict_mounted(s->fd, ST_NOSUID)
			       ? unknown(s, "its file capabilities have no effect on a mount with "
					    "nosuid, as here, which runtimes treat differently")
			       : PREDICT_EPERM;
	memcpy(ret->path, s->path, sizeof(ret->path));
	return kind;
}

static void follow_both(const struct predict_root *root, const struct capgate_report *report,
			struct prediction *p)
{
	struct search before = {
		.root = root,
		.spec = root->spec,
		.effective = report->asked[CAPGATE_EFFECTIVE],
		.bounding = report->before.initial[CAPGATE_BOUNDING],
		.fd = -1,
	};
	enum prediction_kind found = find(&before);
	struct search after = before;

	p->before = execute_found(&before, found, &p->program);
	after.effective = report->kept[CAPGATE_EFFECTIVE];
	after.bounding = report->after.initial[CAPGATE_BOUNDING];
	/* The search takes most of the time. */
	if (!predict_same_access(before.effective, after.effective)) {
		after.why = NULL;
		found = find(&after);
	}
	p->after = execute_found(&after, found, &p->program);
	leave(&after);
	p->program.fails = p->after == PREDICT_EPERM;
	p->why = after.why;
}

/* Nothing is known yet. */
static void look_at_program(struct predict_root *root, const struct capgate_report *report,
			    bool deep, struct prediction *p)
{
	if (!predict_root_mounts(root)) {
		p->deep = false;
		return;
	}
	if (root->spec->n_args)
		follow_both(root, report, p);
	if (deep)
		predict_deep(root, report, p);
	p->only_way =
		root->spec->uid != 0 && capgate_set_empty(report->before.initial[CAPGATE_AMBIENT]);
}

/* Takes the answer from the memory, or finds and stores it. */
static void look_or_recall(struct predict_root *root, const struct capgate_report *report,
			   struct predict_memory *memory, struct predict_key *key,
			   struct prediction *p)
{
	struct predict_trace trace;
	struct predict_directory directory;
	bool known =
		predict_directory_of(root->fd, &directory) && predict_key_finish(key, &directory);
	const struct prediction *old = known ? predict_recall(memory, root, &directory, key) : NULL;

	if (old) {
		*p = *old;
		return;
	}
	trace.n = trace.used = 0;
	trace.incomplete = false;
	root->trace = known ? &trace : NULL;
	look_at_program(root, report, false, p);
	if (known && root->mounts && !trace.incomplete)
		predict_remember(memory, &directory, key, &trace, p);
}

void predict(const struct capgate_spec *spec, const struct capgate_report *report, int bundle,
	     bool deep, struct predict_memory *memory, struct prediction *ret)
{
	struct prediction p = {.deep = deep};
	struct predict_root root;
	struct predict_key key;
	const struct prediction *recent = NULL;
	const bool judged = spec->kind == CAPGATE_CONFIG && report->parsed;
	const bool remembers = judged && memory && !deep && spec->n_args;

	if (remembers && predict_key_make(spec, report, path_variable(spec), &key))
		recent = predict_recall_recent(memory, &key);
	if (recent) {
		p = *recent;
	} else if (judged && predict_root_open(spec, bundle, &root)) {
		if (remembers)
			look_or_recall(&root, report, memory, &key, &p);
		else
			look_at_program(&root, report, deep, &p);
		predict_root_close(&root);
	} else {
		p.deep = false;
	}
	*ret = p;
}
