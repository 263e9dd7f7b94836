/* SPDX-License-Identifier: Apache-2.0 */
#include "kept.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hook/lessons/lessons.h"
#include "hook/sys/sys.h"
#include "hook/term/term.h"
#include "lib/base/base.h"
#include "apart.h"
#include "used.h"

#define KEPT_MERGED 64 /* the most names in a merge */
#define KEPT_REPORT_MAX ((size_t)4 << 20)

static const char *store_of(const struct kept_options *o)
{
	return o->store ? o->store : STORE_DIR;
}

static int say_failure(const struct capgate_error *err)
{
	io_say_error("learn", err);
	return STATUS_NOT_JUDGED;
}

static int say_usage(const char *why)
{
	io_say("learn: %s; see: capgate learn --help", why);
	return STATUS_USAGE;
}

/* The worse of two exit statuses: "cannot be read" is worse than "not found". */
static int worse(int a, int b)
{
	return a > b ? a : b;
}

/* ---- What others may have written, by a process that can open nothing ---------------- */

struct kept_work {
	struct capgate_text text[KEPT_MERGED];
	size_t n;
	const char *into;
	bool json;
	struct style style;
	struct capgate_arena arena; /* mapped before the child starts */
	struct lesson *lesson, *other;
	struct used_report *report;
	struct capgate_error *err; /* shared with the parent */
};

/* The confined child cannot get memory, so everything that it writes to is mapped before. */
static int prepare_work(struct kept_work *w, struct capgate_error *err)
{
	size_t len = 0;

	for (size_t i = 0; i < w->n; i++)
		len += w->text[i].len;
	w->lesson = io_block(sizeof(*w->lesson));
	w->other = io_block(sizeof(*w->other));
	w->report = io_block(sizeof(*w->report));
	w->err = io_shared_block(sizeof(*w->err));
	if (!w->lesson || !w->other || !w->report || !w->err)
		return capgate_fail_memory(err);
	return io_arena(len + (w->n + 1) * sizeof(struct lesson), &w->arena, err);
}

/* Prefers the child's own error message. */
static int run_apart(bool (*fill)(void *, struct capgate_out *), struct kept_work *w, size_t room,
		     struct capgate_text *ret, struct capgate_error *err)
{
	if (prepare_work(w, err) < 0)
		return err->code;
	if (apart(fill, w, room, ret, err) == 0)
		return 0;
	if (w->err->code < 0) {
		*err = *w->err;
		err->msg[sizeof(err->msg) - 1] = '\0';
	}
	return err->code;
}

static bool fill_report(void *user, struct capgate_out *out)
{
	struct kept_work *w = user;
	struct lesson_proof proof;

	if (!lesson_is_record(w->text[0])) {
		if (lesson_proof_parse(w->text[0], &w->arena, &proof, w->err) < 0)
			return false;
		if (w->json)
			capgate_out_bytes(out, w->text[0].p, w->text[0].len);
		else
			used_proof_table(&proof, w->style, out);
		return true;
	}
	if (lesson_parse(w->text[0], &w->arena, w->lesson, w->err) < 0)
		return false;
	used_make(w->lesson, w->style, w->report);
	(w->json ? used_json : used_table)(w->report, out);
	if (w->json)
		capgate_out_string(out, "\n");
	return true;
}

static bool fill_merged(void *user, struct capgate_out *out)
{
	struct kept_work *w = user;

	for (size_t i = 0; i < w->n; i++) {
		if (lesson_parse(w->text[i], &w->arena, w->other, w->err) < 0)
			return false;
		/* Runs that have not ended are left out, because the recorder will store them
		 * again. */
		if (strcmp(w->other->name, w->into) == 0 && !w->lesson->name[0]) {
			lesson_merge(w->other, w->lesson);
			memcpy(w->lesson, w->other, sizeof(*w->lesson));
		} else {
			lesson_merge(w->lesson, w->other);
		}
	}
	memset(w->lesson->name, 0, sizeof(w->lesson->name));
	memcpy(w->lesson->name, w->into, strlen(w->into));
	lesson_write(w->lesson, out);
	return true;
}

/* ---- report ------------------------------------------------------------------------ */

struct kept_reporting {
	const struct kept_options *options;
	size_t shown;
	int status;
};

static void report_text(struct kept_reporting *r, const char *what, struct capgate_text text)
{
	struct kept_work w = {.text = {text},
			      .n = 1,
			      .json = r->options->json,
			      .style = terminal_style(STDOUT_FILENO)};
	struct capgate_text report = {0};
	struct capgate_error err;
	int status = run_apart(fill_report, &w, KEPT_REPORT_MAX, &report, &err);

	if (status == 0 && r->shown > 0)
		status = io_write_all(STDOUT_FILENO, capgate_text_of(r->options->json ? "," : "\n"),
				      &err);
	if (status == 0)
		status = io_write_all(STDOUT_FILENO, report, &err);
	io_free(report);
	if (status < 0) {
		io_say_error(what, &err);
		r->status = STATUS_NOT_JUDGED;
		return;
	}
	r->shown++;
}

static int report_file(void *user, const char *file)
{
	struct kept_reporting *r = user;
	struct capgate_text text;
	struct capgate_error err;
	bool missing;

	if (store_read_text(store_of(r->options), file, &text, &missing, &err) < 0) {
		io_say_error(file, &err);
		r->status = STATUS_NOT_JUDGED;
	} else if (!missing) {
		report_text(r, file, text);
		io_free(text);
	}
	return 0;
}

static void report_name(struct kept_reporting *r, const char *name)
{
	const size_t shown = r->shown;
	const int before = r->status;
	char file[STORE_FILE];

	for (int part = STORE_RECORD; part <= STORE_PROOF; part++) {
		store_file(capgate_text_of(name), (enum store_part)part, file);
		(void)report_file(r, file);
	}
	if (r->shown > shown || r->status != before)
		return;
	io_say("learn: nothing is kept under '%s'; capgate learn report --all shows everything "
	       "that is kept",
	       name);
	r->status = worse(r->status, STATUS_FINDINGS);
}

static int kept_report(const struct kept_options *o, char **names, int n)
{
	struct kept_reporting r = {.options = o};
	struct capgate_error err;
	int status = 0;

	if (o->into || o->all == (n > 0))
		return say_usage("report takes NAME... or --all");
	if (o->json)
		status = io_write_all(STDOUT_FILENO, capgate_text_of("["), &err);
	for (int i = 0; status == 0 && i < n; i++)
		report_name(&r, names[i]);
	for (int part = STORE_RECORD; status == 0 && o->all && part <= STORE_PROOF; part++)
		status = store_each(store_of(o), (enum store_part)part, report_file, &r, &err);
	if (status == 0 && o->json)
		status = io_write_all(STDOUT_FILENO, capgate_text_of("]\n"), &err);
	if (status < 0)
		return say_failure(&err);
	if (o->all && r.shown == 0 && r.status == 0)
		io_say("learn: nothing is kept in %s", store_of(o));
	return r.status;
}

/* ---- merge ------------------------------------------------------------------------- */

/* Reads a file from another machine, or a name in this store. */
static int read_source(const struct kept_options *o, const char *source, struct capgate_text *ret,
		       bool *missing, struct capgate_error *err)
{
	char file[STORE_FILE];

	*missing = false;
	if (capgate_text_ends(capgate_text_of(source), ".json") && access(source, F_OK) == 0)
		return io_read_in(AT_FDCWD, source, LESSON_TEXT_MAX, ret, err);
	store_file(capgate_text_of(source), STORE_RECORD, file);
	return store_read_text(store_of(o), file, ret, missing, err);
}

static int read_sources(const struct kept_options *o, char **names, int n, struct kept_work *w)
{
	struct capgate_error err;
	bool missing;

	for (int i = 0; i < n; i++) {
		if (read_source(o, names[i], &w->text[i], &missing, &err) < 0)
			return say_failure(&err);
		if (missing) {
			io_say("learn: there is no record named '%s', and no file *.json of that "
			       "name",
			       names[i]);
			return STATUS_FINDINGS;
		}
		w->n++;
	}
	return STATUS_OK;
}

/* If there is a record with the target name, it must be one of the merged ones.  Otherwise it
 * would be lost. */
static int check_target(const struct kept_options *o, char **names, int n)
{
	char file[STORE_FILE];
	struct capgate_text text = {0};
	struct capgate_error err;
	bool missing;

	for (int i = 0; i < n; i++)
		if (strcmp(names[i], o->into) == 0)
			return STATUS_OK;
	store_file(capgate_text_of(o->into), STORE_RECORD, file);
	if (store_read_text(store_of(o), file, &text, &missing, &err) < 0)
		return say_failure(&err);
	io_free(text);
	if (missing)
		return STATUS_OK;
	io_say("learn: a record named '%s' exists already; add it to the names to merge, or forget "
	       "it first",
	       o->into);
	return STATUS_USAGE;
}

static int merge_into(const struct kept_options *o, struct kept_work *w)
{
	struct capgate_text merged = {0};
	struct capgate_error err;
	int status = run_apart(fill_merged, w, LESSON_TEXT_MAX, &merged, &err);

	if (status == 0)
		status = store_write_text(store_of(o), capgate_text_of(o->into), STORE_RECORD,
					  merged, &err);
	io_free(merged);
	return status < 0 ? say_failure(&err) : STATUS_OK;
}

static int kept_merge(const struct kept_options *o, char **names, int n)
{
	struct kept_work w = {.into = o->into};
	int status;

	if (!o->into || o->all || o->json || n < 1)
		return say_usage("merge takes NAME... and --into NAME");
	if (n > KEPT_MERGED)
		return say_usage("merge takes at most 64 names");
	if (!lesson_name_is_fit(capgate_text_of(o->into)))
		return say_usage(
			"--into takes a name of at most 127 bytes, without control characters");
	status = check_target(o, names, n);
	if (status == STATUS_OK)
		status = read_sources(o, names, n, &w);
	if (status == STATUS_OK)
		status = merge_into(o, &w);
	for (size_t i = 0; i < w.n; i++)
		io_free(w.text[i]);
	return status;
}

/* ---- forget ------------------------------------------------------------------------ */

static int forget_file(void *user, const char *file)
{
	struct kept_reporting *r = user;
	char path[PATH_MAX];
	struct capgate_error err;

	snprintf(path, sizeof(path), "%s/%s", store_of(r->options), file);
	if (place_remove(path, &err) < 0)
		r->status = worse(r->status, say_failure(&err));
	return 0;
}

static int forget_name(const struct kept_options *o, const char *name)
{
	struct capgate_error err;
	bool missing;

	if (store_remove(store_of(o), capgate_text_of(name), &missing, &err) < 0)
		return say_failure(&err);
	if (!missing)
		return STATUS_OK;
	io_say("learn: nothing is kept under '%s'", name);
	return STATUS_FINDINGS;
}

static int kept_forget(const struct kept_options *o, char **names, int n)
{
	struct kept_reporting r = {.options = o};
	struct capgate_error err;

	if (o->into || o->json || o->all == (n > 0))
		return say_usage("forget takes NAME... or --all");
	for (int i = 0; i < n; i++)
		r.status = worse(r.status, forget_name(o, names[i]));
	for (int part = STORE_RECORD; o->all && part <= STORE_PROOF; part++)
		if (store_each(store_of(o), (enum store_part)part, forget_file, &r, &err) < 0)
			return say_failure(&err);
	return r.status;
}

/* ---- Which ------------------------------------------------------------------------- */

static const struct {
	const char *name;
	int (*run)(const struct kept_options *, char **, int);
} kept_commands[] = {
	{"report", kept_report},
	{"merge", kept_merge},
	{"forget", kept_forget},
};

bool kept_is(const char *word)
{
	for (size_t i = 0; i < COUNT(kept_commands); i++)
		if (strcmp(word, kept_commands[i].name) == 0)
			return true;
	return false;
}

int kept_run(const struct kept_options *o, char **words, int n)
{
	for (size_t i = 0; i < COUNT(kept_commands); i++)
		if (strcmp(words[0], kept_commands[i].name) == 0)
			return kept_commands[i].run(o, words + 1, n - 1);
	return say_usage("no such command");
}
