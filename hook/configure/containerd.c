/* SPDX-License-Identifier: Apache-2.0 */
/*
 * containerd: the program of every handler of its shim for runc becomes capgate,
 * under a name of its own; nothing else of the handler changes, and the default
 * stays the default.  Where containerd merges imported files (2.0 and later) a
 * drop-in does it, which sorts after the others; else the files are edited.
 */
#include <stdio.h>
#include <string.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "configure.h"
#include "tomlwrap.h"
#include "wraps.h"

#define FRESH "# Made by capgate configure containerd.\nversion = 2\n"
#define DROPIN_HEAD "# Made by capgate configure %s: the programs of its runtimes, nothing else.\n"
#define RUNC_TYPE "io.containerd.runc.v2"

/* Static: this is large. */
static struct containerd_files files;
/* A drop-in of ours has the handler that version 0.1.0 made. */
static bool had_old;

struct job {
	struct plan *plan;
	struct wraps *wraps;
	const struct containerd_site *site;
	const char *main; /* with links followed */
};

static const char *plugin_of(int version)
{
	return version > 2 ? CONTAINERD_PLUGIN_3 : CONTAINERD_PLUGIN_2;
}

static bool is_ours(const struct containerd_file *f)
{
	const char *slash = strrchr(f->path, '/');

	return strcmp(slash + 1, WIRING_CONTAINERD_DROPIN) == 0 ||
	       strcmp(slash + 1, WIRING_CONTAINERD_OLD_DROPIN) == 0;
}

/* ---- Which files ------------------------------------------------------------------------- */

static int judge(const struct containerd_file *f, struct capgate_error *err)
{
	if (f->why[0])
		return configure_refuse(err, "%.200s is left alone: %.200s", f->path, f->why);
	if (f->c.version > CONTAINERD_NEWEST)
		return configure_refuse(err,
					"%.200s is of version %d; the newest that this capgate "
					"knows is %d: use a newer "
					"capgate",
					f->path, f->c.version, CONTAINERD_NEWEST);
	return 0;
}

/* The files without those that we wrote whole. */
static int read_files(const struct job *job, struct capgate_error *err)
{
	size_t n = 0;

	had_old = false;
	if (containerd_files_read(job->main, &files, err) < 0 ||
	    (job->site->dropins &&
	     containerd_files_add_directory(&files, job->site->dropins, err) < 0))
		return err->code;
	for (size_t i = 0; i < files.n; i++) {
		if (judge(&files.v[i], err) < 0)
			return err->code;
		if (is_ours(&files.v[i])) {
			had_old |= containerdtoml_find(&files.v[i].c, WIRING_NAME) != NULL;
			continue;
		}
		if (n != i)
			memcpy(&files.v[n], &files.v[i], sizeof(files.v[i]));
		n++;
	}
	files.n = n;
	if (files.more)
		return configure_refuse(err, "%.200s imports more than %d files", job->main,
					CONTAINERD_FILES);
	if (files.v[0].missing || files.v[0].c.version > 1 || files.v[0].c.cri_disabled)
		return 0;
	return configure_refuse(err,
				"%.200s is of version 1: bring it up to date with `containerd "
				"config migrate`, then try again",
				job->main);
}

/* ---- Which programs ---------------------------------------------------------------------- */

struct handlers {
	char name[CONTAINERD_HANDLERS][CONTAINERD_NAME];
	char program[CONTAINERD_HANDLERS][WRAPS_PATH]; /* that is to be named */
	bool absent[CONTAINERD_HANDLERS];              /* no file speaks of it */
	size_t n;
};

static bool has_name(const struct handlers *h, const char *name)
{
	for (size_t i = 0; i < h->n; i++)
		if (strcmp(h->name[i], name) == 0)
			return true;
	return false;
}

static int take(const struct job *job, struct handlers *h, const char *name,
		struct capgate_error *err)
{
	struct containerd_view view;
	struct programs programs;
	bool found = containerd_view_of(&files, name, &view);
	char *program = h->program[h->n];

	if (has_name(h, name) || !containerdtoml_is_runc(view.type) || view.has_path)
		return 0;
	if (h->n == CONTAINERD_HANDLERS)
		return configure_refuse(err, "more than %d handlers", CONTAINERD_HANDLERS);
	if (wraps_is_ours(view.binary, program)) {
		if (wraps_keep(job->wraps, program, err) < 0)
			return err->code;
	} else {
		programs_of(&programs, view.binary, job->site->own);
		if (wraps_take(job->wraps, job->site->engine, name, &programs, program, err) < 0)
			return err->code;
	}
	h->absent[h->n] = !found;
	snprintf(h->name[h->n++], CONTAINERD_NAME, "%s", name);
	return 0;
}

/* containerd has runc of itself, whatever its files say. */
static int take_all(const struct job *job, struct handlers *ret, struct capgate_error *err)
{
	ret->n = 0;
	for (size_t i = 0; i < files.n; i++)
		for (size_t j = 0; j < files.v[i].c.n_handlers; j++)
			if (take(job, ret, files.v[i].c.handler[j].name, err) < 0)
				return err->code;
	return take(job, ret, "runc", err);
}

/* ---- A drop-in --------------------------------------------------------------------------- */

static bool is_wrapped(const char *name)
{
	struct containerd_view view;
	char ours[WRAPS_PATH];

	return containerd_view_of(&files, name, &view) && view.has_binary &&
	       wraps_is_ours(view.binary, ours);
}

static int drop_in(const struct job *job, const struct handlers *h, const char *dir, int version,
		   struct capgate_error *err)
{
	struct tomlwrap t = {0};
	char path[PATH_MAX], old[PATH_MAX];
	char *text;

	snprintf(path, sizeof(path), "%.3000s/" WIRING_CONTAINERD_DROPIN, dir);
	snprintf(old, sizeof(old), "%.3000s/" WIRING_CONTAINERD_OLD_DROPIN, dir);
	for (size_t i = 0; i < h->n; i++) {
		struct containerd_view view;

		/* What a distribution merges may name us already in its own file. */
		if (!job->site->dropins && is_wrapped(h->name[i]))
			continue;
		(void)containerd_view_of(&files, h->name[i], &view);
		if (tomlwrap_add(&t, plugin_of(version), h->name[i], view.old,
				 view.has_type ? NULL : RUNC_TYPE, h->program[i], err) < 0)
			return err->code;
	}
	/* Pods may name the handler that an older capgate made. */
	if (had_old && !has_name(h, WIRING_NAME) &&
	    tomlwrap_add(&t, plugin_of(version), WIRING_NAME, false, RUNC_TYPE, WIRING_WRAPPER,
			 err) < 0)
		return err->code;
	if (!t.block)
		return plan_remove(job->plan, path, err);
	text = version ? configure_words(DROPIN_HEAD "version = %d\n%s", job->site->engine, version,
					 t.block)
		       : configure_words(DROPIN_HEAD "%s", job->site->engine, t.block);
	if (!text)
		return capgate_fail_memory(err);
	if (plan_write(job->plan, path, 0644, capgate_text_of(text), err) < 0)
		return err->code;
	return plan_remove(job->plan, old, err);
}

/* ---- Edited files ------------------------------------------------------------------------ */

/* The default that an older capgate set, taken back: backup is the file from before it. */
static int put_fallback(struct tomlwrap *t, const struct containerd_file *f,
			const struct containerd_file *backup, struct capgate_error *err)
{
	const struct containerdtoml *c = &f->c;
	const char *line;

	if (!c->has_fallback || !capgate_text_is(c->fallback, WIRING_NAME))
		return 0;
	line = memmem(f->text.p, f->text.len, TOMLWRAP_FALLBACK, sizeof(TOMLWRAP_FALLBACK) - 1);
	if (line)
		return tomlwrap_put(t,
				    (struct capgate_span){(size_t)(line - f->text.p),
							  sizeof(TOMLWRAP_FALLBACK) - 1},
				    "", err);
	if (backup && backup->c.has_fallback)
		return tomlwrap_put(t, c->fallback_at,
				    configure_words("%.*s", (int)backup->c.fallback_at.len,
						    backup->text.p + backup->c.fallback_at.off),
				    err);
	return tomlwrap_put(t, c->fallback_at, "\"runc\"", err);
}

/* The file from before us: false: there is none, or it is no use. */
static bool read_backup(const char *path, struct containerd_file *ret)
{
	static struct containerd_files one;
	struct capgate_error err;
	char name[PATH_MAX];

	snprintf(name, sizeof(name), "%.4000s" WIRING_BACKUP, path);
	one.n = 0;
	if (containerd_files_add(&one, name, &err) < 0 || one.v[0].missing || one.v[0].why[0])
		return false;
	memcpy(ret, &one.v[0], sizeof(*ret));
	return true;
}

/* Does the file name the program of this handler, or is it the one to do so? */
static int edit_handler(struct tomlwrap *t, size_t at, const struct handlers *h, size_t i,
			struct capgate_error *err)
{
	const struct containerd_file *f = &files.v[at];
	const struct containerd_handler *handler = containerdtoml_find(&f->c, h->name[i]);
	struct containerd_view view;

	(void)containerd_view_of(&files, h->name[i], &view);
	if (handler && (handler->binary_at.len ? !capgate_text_is(handler->binary, h->program[i])
					       : !view.has_binary && view.last == at))
		return tomlwrap_set(t, f, handler, h->program[i], err);
	return 0;
}

/* Edited by us before, whoever has written to it since? */
static bool names_us(const struct containerd_file *f)
{
	char ours[WRAPS_PATH];

	for (size_t i = 0; i < f->c.n_handlers; i++)
		if (f->c.handler[i].binary_at.len && wraps_is_ours(f->c.handler[i].binary, ours))
			return true;
	return false;
}

/* k3s's own template, whose tables cannot be said twice. */
static bool comes_from_base(struct capgate_text text)
{
	static const char base[] = "template \"base\"";

	return text.len && memmem(text.p, text.len, base, sizeof(base) - 1);
}

static int write_result(const struct job *job, struct capgate_text text, struct capgate_error *err)
{
	char *all = configure_words(SITE_MADE "%s from %s.\n%.*s", job->site->engine, job->main,
				    (int)text.len, text.p);

	if (!all)
		return capgate_fail_memory(err);
	return plan_write(job->plan, job->site->result, 0644, capgate_text_of(all), err);
}

static int edit_file(const struct job *job, size_t at, const struct handlers *h,
		     struct capgate_error *err)
{
	static struct containerd_file backup;
	struct containerd_file *f = &files.v[at];
	struct capgate_text old = f->missing ? (struct capgate_text){0} : f->text, text;
	struct tomlwrap t = {0};
	bool had = names_us(f) && read_backup(f->path, &backup);
	bool hidden = containerd_hidden(&files);
	int version = files.v[0].c.version ? files.v[0].c.version : 2;

	if (put_fallback(&t, f, had ? &backup : NULL, err) < 0)
		return err->code;
	for (size_t i = 0; i < h->n; i++) {
		if (edit_handler(&t, at, h, i, err) < 0)
			return err->code;
		if (at != containerd_last(&files) || comes_from_base(f->text) ||
		    !(h->absent[i] || (hidden && strcmp(h->name[i], "runc") == 0)))
			continue;
		if (f->c.closed)
			return configure_refuse(err,
						"%.200s holds its runtimes as inline tables, which "
						"cannot be extended: "
						"write them with [headers], then try again",
						f->path);
		if (tomlwrap_add(&t, f->c.plugin ? f->c.plugin : plugin_of(version), h->name[i],
				 false, RUNC_TYPE, h->program[i], err) < 0)
			return err->code;
	}
	if (t.n == 0 && !t.block)
		return plan_write(job->plan, f->path, configure_mode(f->path), old, err);
	if (tomlwrap_done(&t, f->missing ? capgate_text_of(FRESH) : f->text, &text, err) < 0)
		return err->code;
	if (at == 0 && job->site->result)
		return write_result(job, text, err);
	return configure_edit(job->plan, f->path, old, had, text, err);
}

/* ---- Back -------------------------------------------------------------------------------- */

static int unwrap(const struct job *job, struct tomlwrap *t, const struct containerd_file *f,
		  const struct containerd_handler *h, const struct containerd_file *backup,
		  struct capgate_error *err)
{
	const struct containerd_handler *before =
		backup ? containerdtoml_find(&backup->c, h->name) : NULL;
	struct capgate_span added;
	char ours[WRAPS_PATH], word[WRAPS_PATH];

	if (h->binary_at.len == 0 || !wraps_is_ours(h->binary, ours))
		return 0;
	if (tomlwrap_added_line(f->text, h, &added))
		return tomlwrap_put(t, added, "", err);
	if (before && before->binary_at.len)
		return tomlwrap_put(t, h->binary_at,
				    configure_words("%.*s", (int)before->binary_at.len,
						    backup->text.p + before->binary_at.off),
				    err);
	if (before && tomlwrap_added_member(f->text, h, &added))
		return tomlwrap_put(t, added, "", err);
	if (wraps_before(job->wraps, h->binary, word, sizeof(word)))
		return tomlwrap_put(t, h->binary_at, configure_words("\"%s\"", word), err);
	return configure_refuse(err,
				"%.200s: what the handler \"%.60s\" ran before cannot be found "
				"in " WIRING_RUNTIME_JSON ": write its BinaryName by hand",
				f->path, h->name);
}

/* Does that byte belong to one of our blocks? */
static bool in_block(struct capgate_text text, size_t at)
{
	struct capgate_text rest = text;
	struct capgate_span block;
	bool broken;

	while (tomlwrap_block(rest, &block, &broken)) {
		size_t from = (size_t)(rest.p - text.p) + block.off;

		if (at >= from && at < from + block.len)
			return true;
		rest = (struct capgate_text){rest.p + block.off + block.len,
					     rest.len - block.off - block.len};
	}
	return false;
}

/* Our blocks, whole.  Negative: one has lost its end. */
static int cut_blocks(struct containerd_file *f, struct capgate_text *ret,
		      struct capgate_error *err)
{
	struct capgate_span at;
	bool broken;

	*ret = f->text;
	while (tomlwrap_block(*ret, &at, &broken))
		if (configure_splice(*ret, &(struct splice){at, ""}, 1, ret, err) < 0)
			return err->code;
	return broken ? configure_refuse(
				err, "%.200s: the line \"# capgate: end\" is gone; edit it by hand",
				f->path)
		      : 0;
}

static int unedit_file(const struct job *job, struct containerd_file *f, struct capgate_error *err)
{
	static struct containerd_file backup;
	struct capgate_text text;
	struct tomlwrap t = {0};
	bool had = read_backup(f->path, &backup);

	/* The handlers of our blocks go with them. */
	for (size_t i = 0; i < f->c.n_handlers; i++)
		if (!in_block(f->text, f->c.handler[i].binary_at.off) &&
		    unwrap(job, &t, f, &f->c.handler[i], had ? &backup : NULL, err) < 0)
			return err->code;
	if (put_fallback(&t, f, had ? &backup : NULL, err) < 0)
		return err->code;
	if (tomlwrap_done(&t, f->text, &f->text, err) < 0)
		return err->code;
	if (cut_blocks(f, &text, err) < 0)
		return err->code;
	if (capgate_text_is(text, FRESH))
		return plan_remove(job->plan, f->path, err);
	return configure_unedit(job->plan, f->path, text, err);
}

static int undo_dropins(const struct job *job, const char *dir, struct capgate_error *err)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%.3000s/" WIRING_CONTAINERD_DROPIN, dir);
	if (plan_remove(job->plan, path, err) < 0)
		return err->code;
	snprintf(path, sizeof(path), "%.3000s/" WIRING_CONTAINERD_OLD_DROPIN, dir);
	return plan_remove(job->plan, path, err);
}

/* ---- The site ---------------------------------------------------------------------------- */

/* Where drop-ins go; false: nowhere. */
static bool dropins_of(const struct job *job, char *dir, size_t size, int *version)
{
	*version = job->site->dropins ? job->site->version : 3;
	if (job->site->dropins) {
		snprintf(dir, size, "%s", job->site->dropins);
		return true;
	}
	return containerd_dropins(&files, dir, size);
}

static int undo_site(const struct job *job, struct capgate_error *err)
{
	char dir[PATH_MAX];
	int version, status = 0;

	if (dropins_of(job, dir, sizeof(dir), &version))
		status = undo_dropins(job, dir, err);
	for (size_t i = job->site->generated ? 1 : 0; status == 0 && i < files.n; i++)
		if (!files.v[i].missing)
			status = unedit_file(job, &files.v[i], err);
	return status;
}

static bool is_in(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return strncmp(path, dir, n) == 0 && path[n] == '/' && !strchr(path + n + 1, '/');
}

/* Is the file laid over our drop-in? */
static bool beats_dropin(const char *path, const char *dir, size_t at)
{
	if (is_in(path, dir))
		return strcmp(strrchr(path, '/') + 1, WIRING_CONTAINERD_DROPIN) > 0;
	while (++at < files.n)
		if (is_in(files.v[at].path, dir))
			return false;
	return true;
}

static bool names_a_program(const struct containerd_file *f, const struct handlers *h)
{
	for (size_t i = 0; i < f->c.n_handlers; i++)
		if (f->c.handler[i].binary_at.len && has_name(h, f->c.handler[i].name))
			return true;
	return false;
}

static int wire_site(const struct job *job, struct capgate_error *err)
{
	static struct handlers h;
	char dir[PATH_MAX];
	int version, status;

	if (take_all(job, &h, err) < 0)
		return err->code;
	if (!dropins_of(job, dir, sizeof(dir), &version)) {
		for (size_t i = status = 0; status == 0 && i < files.n; i++)
			status = edit_file(job, i, &h, err);
		if (comes_from_base(files.v[0].text) && !containerdtoml_find(&files.v[0].c, "runc"))
			plan_note(job->plan,
				  "%s: the handler runc comes from its own template and is not "
				  "wrapped: use a version that "
				  "imports config-v3.toml.d",
				  job->site->engine);
		return status;
	}
	status = drop_in(job, &h, dir, version, err);
	for (size_t i = 1; status == 0 && i < files.n; i++)
		if (beats_dropin(files.v[i].path, dir, i) && names_a_program(&files.v[i], &h))
			status = edit_file(job, i, &h, err);
	return status;
}

int configure_site(struct plan *plan, struct wraps *wraps, const struct containerd_site *site,
		   bool undoing, struct capgate_error *err)
{
	char real[PATH_MAX];
	struct job job = {plan, wraps, site, configure_real(site->file, real)};
	size_t from = plan->n_steps;
	bool changes = false;

	if (read_files(&job, err) < 0)
		return err->code;
	if (files.v[0].c.cri_disabled) {
		plan_note(plan,
			  "%s: its CRI plugin is switched off, so that there is nothing to do: "
			  "Docker's containers are judged "
			  "through daemon.json",
			  site->engine);
		return 0;
	}
	if ((undoing ? undo_site(&job, err) : wire_site(&job, err)) < 0)
		return err->code;
	for (size_t i = from; i < plan->n_steps; i++)
		changes |= plan->step[i].needed;
	if (changes)
		plan_note(plan, "%s: restart it: %s%s", site->engine, site->restart,
			  undoing ? ""
				  : "; pods made before are not judged until they are made again");
	return 0;
}

int configure_look(const char *file, int *version, char *dir, size_t size,
		   struct capgate_error *err)
{
	if (containerd_files_read(file, &files, err) < 0 || judge(&files.v[0], err) < 0)
		return err->code;
	*version = files.v[0].missing ? 0 : files.v[0].c.version ? files.v[0].c.version : 1;
	if (!containerd_dropins(&files, dir, size))
		dir[0] = '\0';
	return 0;
}

int configure_containerd(struct plan *plan, struct wraps *wraps, bool undoing,
			 struct capgate_error *err)
{
	static const struct containerd_site site = {
		.engine = "containerd",
		.file = WIRING_CONTAINERD_TOML,
		.restart = "systemctl restart containerd",
	};

	return configure_site(plan, wraps, &site, undoing, err);
}
