/* SPDX-License-Identifier: Apache-2.0 */
/* Edits the files of a containerd that merges no drop-ins, and undoes the edits. */
#include "containerdedit.h"

#include <stdio.h>
#include <string.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "tomlwrap.h"

#define FRESH "# Made by capgate configure containerd.\nversion = 2\n"

const char *containerd_plugin_of(int version)
{
	return version > 2 ? CONTAINERD_PLUGIN_3 : CONTAINERD_PLUGIN_2;
}

/* ---- Edited files ------------------------------------------------------------------------ */

/* Restores the default handler that version 0.1.0 replaced.  backup is the older file. */
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

/* Reads the backup of a file; false: there is none, or it cannot be used. */
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

/* Edits one handler, if this file names its program or is the one that should name it. */
static int edit_handler(const struct job *job, struct tomlwrap *t, size_t at,
			const struct handlers *h, size_t i, struct capgate_error *err)
{
	const struct containerd_file *f = &job->files->v[at];
	const struct containerd_handler *handler = containerdtoml_find(&f->c, h->name[i]);
	struct containerd_view view;

	(void)containerd_view_of(job->files, h->name[i], &view);
	if (handler && (handler->binary_at.len ? !capgate_text_is(handler->binary, h->program[i])
					       : !view.has_binary && view.last == at))
		return tomlwrap_set(t, f, handler, h->program[i], err);
	return 0;
}

/* Does the file have changes of ours, even if it was edited later? */
static bool names_us(const struct containerd_file *f)
{
	char ours[WRAPS_PATH];

	for (size_t i = 0; i < f->c.n_handlers; i++)
		if (f->c.handler[i].binary_at.len && wraps_is_ours(f->c.handler[i].binary, ours))
			return true;
	return false;
}

bool containerd_from_base(struct capgate_text text)
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

int containerd_edit(const struct job *job, size_t at, const struct handlers *h,
		    struct capgate_error *err)
{
	static struct containerd_file backup;
	struct containerd_file *f = &job->files->v[at];
	struct capgate_text old = f->missing ? (struct capgate_text){0} : f->text, text;
	struct tomlwrap t = {0};
	bool had = names_us(f) && read_backup(f->path, &backup);
	bool hidden = containerd_hidden(job->files);
	int version = job->files->v[0].c.version ? job->files->v[0].c.version : 2;

	if (put_fallback(&t, f, had ? &backup : NULL, err) < 0)
		return err->code;
	for (size_t i = 0; i < h->n; i++) {
		if (edit_handler(job, &t, at, h, i, err) < 0)
			return err->code;
		if (at != containerd_last(job->files) || containerd_from_base(f->text) ||
		    !(h->absent[i] || (hidden && strcmp(h->name[i], "runc") == 0)))
			continue;
		if (f->c.closed)
			return configure_refuse(
				err,
				"%.200s defines its runtimes as inline tables, which cannot be "
				"extended: write them with [headers], then try again",
				f->path);
		if (tomlwrap_add(&t, f->c.plugin ? f->c.plugin : containerd_plugin_of(version),
				 h->name[i], false, RUNC_TYPE, h->program[i], err) < 0)
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

/* ---- Undo -------------------------------------------------------------------------------- */

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
				"%.200s: the program that the handler \"%.60s\" ran before is not "
				"in " WIRING_RUNTIME_JSON ": write its BinaryName by hand",
				f->path, h->name);
}

/* Is this byte in one of our blocks? */
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

/* Removes our blocks.  Fails if the last line of one is missing. */
static int cut_blocks(struct containerd_file *f, struct capgate_text *ret,
		      struct capgate_error *err)
{
	struct capgate_span at;
	bool broken;

	*ret = f->text;
	while (tomlwrap_block(*ret, &at, &broken))
		if (configure_splice(*ret, &(struct splice){at, ""}, 1, ret, err) < 0)
			return err->code;
	return broken ? configure_refuse(err,
					 "%.200s: the line \"# capgate: end\" is missing; edit the "
					 "file by hand",
					 f->path)
		      : 0;
}

int containerd_unedit(const struct job *job, struct containerd_file *f, struct capgate_error *err)
{
	static struct containerd_file backup;
	struct capgate_text text;
	struct tomlwrap t = {0};
	bool had = read_backup(f->path, &backup);

	/* The handlers in our blocks are removed with them. */
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

bool containerd_before(const struct job *job, const char *name, struct capgate_text *ret)
{
	static struct containerd_file backup;

	for (size_t i = job->files->n; i-- > 0;) {
		const struct containerd_file *f = &job->files->v[i];
		const struct containerd_handler *h = containerdtoml_find(&f->c, name);
		struct capgate_span added;

		if (!h || h->binary_at.len == 0)
			continue;
		*ret = (struct capgate_text){0};
		if (in_block(f->text, h->binary_at.off) || tomlwrap_added_line(f->text, h, &added))
			return true;
		if (!read_backup(f->path, &backup))
			return false;
		h = containerdtoml_find(&backup.c, name);
		if (h && h->binary_at.len)
			*ret = h->binary;
		return h && h->binary_at.len;
	}
	return false;
}
