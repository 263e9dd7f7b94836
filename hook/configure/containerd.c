/* SPDX-License-Identifier: Apache-2.0 */
/*
 * containerd: each handler that uses the shim for runc gets capgate as its program, under a
 * name of its own.  Nothing else of the handler changes, and the default handler stays the
 * same.  containerd 2.0 and later merges imported files, so configure writes a drop-in that
 * sorts after the others.  For older versions it edits the files.
 */
#include <stdio.h>
#include <string.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "configure.h"
#include "containerdedit.h"
#include "tomlwrap.h"
#include "wraps.h"

#define DROPIN_HEAD "# Made by capgate configure %s: only the programs of its runtimes.\n"

/* Static: this is large. */
static struct containerd_files files;
/* Our drop-in has the handler that version 0.1.0 made. */
static bool had_old;

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
		return configure_refuse(err, "%.200s is not changed: %.200s", f->path, f->why);
	if (f->c.version > CONTAINERD_NEWEST)
		return configure_refuse(err,
					"%.200s has version %d; the newest that this capgate knows "
					"is %d: use a newer capgate",
					f->path, f->c.version, CONTAINERD_NEWEST);
	return 0;
}

/* Reads containerd's files, except those that configure wrote itself. */
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
	return configure_refuse(
		err,
		"%.200s has version 1: update it with `containerd config migrate`, then try again",
		job->main);
}

/* ---- Which programs ---------------------------------------------------------------------- */

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
	struct capgate_text word = view.binary;
	bool ours = wraps_is_ours(word, program), known = !ours;

	if (has_name(h, name) || !containerdtoml_is_runc(view.type) || view.path.len)
		return 0;
	if (h->n == CONTAINERD_HANDLERS)
		return configure_refuse(err, "more than %d handlers", CONTAINERD_HANDLERS);
	if (ours)
		known = containerd_before(job, name, &word);
	programs_of(&programs, known ? word : (struct capgate_text){0}, job->site->own, job->path);
	if (ours && !(known && wraps_shared(job->wraps, program, &programs))) {
		if (wraps_keep(job->wraps, program, err) < 0)
			return err->code;
	} else if (wraps_take(job->wraps, job->site->engine, name, &programs, program, err) < 0) {
		return err->code;
	}
	h->absent[h->n] = !found;
	snprintf(h->name[h->n++], CONTAINERD_NAME, "%s", name);
	return 0;
}

/* Takes a wrapper for each handler.  containerd always has runc, even if no file names it. */
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

		/* A distribution's own file may name capgate already. */
		if (!job->site->dropins && is_wrapped(h->name[i]))
			continue;
		(void)containerd_view_of(&files, h->name[i], &view);
		if (tomlwrap_add(&t, containerd_plugin_of(version), h->name[i], view.old,
				 view.has_type ? NULL : RUNC_TYPE, h->program[i], err) < 0)
			return err->code;
	}
	/* Pods may name the handler that version 0.1.0 made. */
	if (had_old && !has_name(h, WIRING_NAME) &&
	    tomlwrap_add(&t, containerd_plugin_of(version), WIRING_NAME, false, RUNC_TYPE,
			 WIRING_WRAPPER, err) < 0)
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

/* The directory for drop-ins, and their version; false: this containerd reads none. */
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
			status = containerd_unedit(job, &files.v[i], err);
	return status;
}

static bool is_in(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return strncmp(path, dir, n) == 0 && path[n] == '/' && !strchr(path + n + 1, '/');
}

/* Does containerd read this file after our drop-in? */
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
			status = containerd_edit(job, i, &h, err);
		if (containerd_from_base(files.v[0].text) &&
		    !containerdtoml_find(&files.v[0].c, "runc"))
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
			status = containerd_edit(job, i, &h, err);
	return status;
}

int configure_site(struct plan *plan, struct wraps *wraps, const struct containerd_site *site,
		   bool undoing, struct capgate_error *err)
{
	char real[PATH_MAX];
	struct job job = {plan, wraps, site, configure_real(site->file, real), &files, ""};
	size_t from = plan->n_steps;
	bool changes = false;

	if (read_files(&job, err) < 0 ||
	    configure_path(site->engine, job.path, sizeof(job.path), err) < 0)
		return err->code;
	if (files.v[0].c.cri_disabled) {
		plan_note(plan,
			  "%s: its CRI plugin is disabled, so there is nothing to do: Docker's "
			  "containers are judged through daemon.json",
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
				  : "; pods that were created before are not judged until they are "
				    "created again");
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
