/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks every runtime handler of containerd that a pod can select.  containerd 1 and 2 merge
 * files in different ways.  Therefore a handler counts as judged only if every file that names
 * its program names ours.
 */
#include <stdio.h>
#include <string.h>

#include "hook/engines/engines.h"
#include "doctor.h"

static struct containerd_files files;
static bool merges; /* the distribution merges drop-ins into its own file */

/* ---- One handler ---------------------------------------------------------------------- */

static bool is_said_later(const char *name, size_t at)
{
	for (size_t i = at + 1; i < files.n; i++) {
		const struct containerd_handler *h = containerdtoml_find(&files.v[i].c, name);

		if (h && h->binary_at.len)
			return true;
	}
	return false;
}

/* The handler in the first file that gives it a program other than ours, or NULL. */
static const struct containerd_handler *unjudged(const char *name, const char **file)
{
	bool merged = files.v[0].c.version > 2 || merges;

	for (size_t i = 0; i < files.n; i++) {
		const struct containerd_handler *h = containerdtoml_find(&files.v[i].c, name);

		/* Only containerd 2 reads version 3, and a later file wins. */
		if (merged && h && is_said_later(name, i))
			continue;
		if (h && h->binary_at.len && !wiring_is_wrapper(h->binary)) {
			*file = files.v[i].path;
			return h;
		}
	}
	return NULL;
}

/* Reports a handler without a type: containerd starts no container with it. */
static void say_no_type(struct doctor *d, int engine, const char *name, const char *file)
{
	doctor_say(d, LEVEL_WARN, engine, "runtime-shim",
		   "the handler \"%.60s\" (%.150s) has no runtime_type, so no container starts "
		   "with it\tremove it, or write runtime_type = \"io.containerd.runc.v2\", then: "
		   "capgate configure %s",
		   name, file, wiring_engine_name((enum engine)engine));
}

/* Reports a handler whose type is the shim for runc by another name. */
static void say_runcs_shim(struct doctor *d, int engine, const char *name,
			   struct capgate_text type, const char *file)
{
	int n = (int)(type.len < 60 ? type.len : 60);

	if (doctor_runc_is_ours(d, (enum engine)engine))
		doctor_say(d, LEVEL_OK, engine, "runtime",
			   "the handler \"%.60s\" is judged: its runtime_type, \"%.*s\", runs the "
			   "runc in PATH, which is capgate",
			   name, n, type.p);
	else
		doctor_say(d, LEVEL_BAD, engine, "runtime-handler",
			   "the handler \"%.60s\" (%.120s) has the runtime_type \"%.*s\", which "
			   "runs the runc in PATH, and capgate does not judge it\twrite "
			   "io.containerd.runc.v2 as its type, which is the same shim, then: "
			   "capgate configure %s",
			   name, file, n, type.p, wiring_engine_name((enum engine)engine));
}

/* Reports a handler with its own shim, which runs no program that could be wrapped. */
static void say_shim(struct doctor *d, int engine, const char *name,
		     const struct containerd_view *view, const char *file)
{
	bool sandbox = doctor_is_sandbox(view->type) || doctor_is_sandbox(view->path);
	struct capgate_text type = view->path.len ? view->path : view->type;

	doctor_say(d, sandbox || d->policy.mode == CAPGATE_AUDIT ? LEVEL_WARN : LEVEL_BAD, engine,
		   "runtime-shim",
		   "the handler \"%.60s\" (%.150s) has its own shim, \"%.*s\", which capgate "
		   "cannot judge%s\tlet admission control allow its RuntimeClass only to those who "
		   "need it, or remove the handler from %.100s",
		   name, file, (int)(type.len < 60 ? type.len : 60), type.p,
		   sandbox ? ": its containers run under another kernel" : "", file);
}

static void say_handler(struct doctor *d, const struct doctor_site *site, const char *name,
			bool fallback)
{
	struct containerd_view view;
	const char *file = site->file, *id = fallback ? "runtime-default" : "runtime-handler";
	const struct containerd_handler *h = unjudged(name, &file);
	bool found = containerd_view_of(&files, name, &view);

	if (found)
		file = h ? file : files.v[view.last].path;
	if (view.old && !view.type.len)
		return; /* the old table is empty, as containerd writes it */
	if (!view.type.len) {
		say_no_type(d, site->engine, name, file);
		return;
	}
	if (!view.path.len && containerdtoml_is_runcs_shim(view.type)) {
		say_runcs_shim(d, site->engine, name, view.type, file);
		return;
	}
	if (!containerdtoml_is_runc(view.type) || view.path.len) {
		say_shim(d, site->engine, name, &view, file);
		return;
	}
	if (h || !view.has_binary) {
		struct capgate_text binary =
			h && h->binary.len ? h->binary : capgate_text_of("runc");
		const struct distribution *dist = distribution_of((enum engine)site->engine);

		doctor_say(d, LEVEL_BAD, site->engine, id,
			   "the handler \"%.60s\"%s (%.120s) runs %.*s, which capgate does not "
			   "judge\tcapgate configure %s%s%s",
			   name, fallback ? ", the default," : "", file,
			   (int)(binary.len < 100 ? binary.len : 100), binary.p,
			   wiring_engine_name((enum engine)site->engine), dist ? ", then " : "",
			   dist ? dist->restart : "");
		return;
	}
	doctor_wrapped(d, site->engine, fallback ? "the default handler" : "the handler", name,
		       view.binary);
}

/* ---- All of them ---------------------------------------------------------------------- */

static struct capgate_text fallback_of(void)
{
	struct capgate_text name = capgate_text_of("runc");

	for (size_t i = 0; i < files.n; i++)
		if (files.v[i].c.has_fallback)
			name = files.v[i].c.fallback;
	return name;
}

static bool seen_before(size_t at, size_t handler)
{
	for (size_t i = 0; i < at; i++)
		if (containerdtoml_find(&files.v[i].c, files.v[at].c.handler[handler].name))
			return true;
	return false;
}

static bool can_be_read(struct doctor *d, int engine)
{
	bool ok = true;

	for (size_t i = 0; i < files.n; i++) {
		const struct containerd_file *f = &files.v[i];

		if (f->why[0])
			doctor_say(d, LEVEL_BAD, engine, "conf-valid", "%.150s: %.150s\tcorrect it",
				   f->path, f->why);
		else if (f->c.version > CONTAINERD_NEWEST)
			doctor_say(d, LEVEL_BAD, engine, "conf-version",
				   "%.150s has version %d, and this capgate knows at most %d\tuse "
				   "a newer capgate",
				   f->path, f->c.version, CONTAINERD_NEWEST);
		ok &= !f->why[0] && f->c.version <= CONTAINERD_NEWEST;
	}
	if (files.more)
		doctor_say(d, LEVEL_BAD, engine, "conf-valid",
			   "more than %d files are imported: not all could be read\tmerge them",
			   CONTAINERD_FILES);
	return ok && !files.more;
}

static void look_at_imports(struct doctor *d, const struct doctor_site *site)
{
	if (containerd_hidden(&files))
		doctor_say(d, LEVEL_BAD, site->engine, "runtime-named",
			   "%.150s is imported, and containerd 1 uses it instead of the runtimes "
			   "of %.150s: runc is not judged\tcapgate configure %s",
			   files.v[containerd_last(&files)].path, site->file,
			   wiring_engine_name((enum engine)site->engine));
}

static void look_at_handlers(struct doctor *d, const struct doctor_site *site)
{
	struct capgate_text fallback = fallback_of();

	for (size_t i = 0; i < files.n; i++)
		for (size_t j = 0; j < files.v[i].c.n_handlers; j++)
			if (!seen_before(i, j))
				say_handler(
					d, site, files.v[i].c.handler[j].name,
					capgate_text_is(fallback, files.v[i].c.handler[j].name));
	for (size_t i = 0; i < files.n; i++)
		if (containerdtoml_find(&files.v[i].c, "runc"))
			return;
	/* runc is built into containerd. */
	say_handler(d, site, "runc", capgate_text_is(fallback, "runc"));
}

void doctor_look_at_site(struct doctor *d, const struct doctor_site *site)
{
	struct capgate_error err;

	merges = site->dropins != NULL;
	if (containerd_files_read(site->file, &files, &err) < 0 ||
	    (site->dropins && containerd_files_add_directory(&files, site->dropins, &err) < 0)) {
		doctor_say(d, LEVEL_BAD, site->engine, "conf-valid", "%.250s\ttry again", err.msg);
		return;
	}
	if (!can_be_read(d, site->engine))
		return;
	if (site->engine > ENGINE_CRIO && files.v[0].missing && files.n == 1) {
		doctor_say(d, LEVEL_WARN, site->engine, "runtime-unknown",
			   "%.200s does not exist: the engine has not been started yet, so its "
			   "handlers are not known\tstart it, then run this again",
			   site->file);
		return;
	}
	if (files.v[0].c.cri_disabled) {
		doctor_say(d, LEVEL_OK, site->engine, "runtime",
			   "its CRI plugin is disabled: there are no pods to judge");
		return;
	}
	look_at_imports(d, site);
	look_at_handlers(d, site);
}

void doctor_containerd(struct doctor *d)
{
	doctor_look_at_site(d,
			    &(struct doctor_site){ENGINE_CONTAINERD, WIRING_CONTAINERD_TOML, NULL});
}

void doctor_distributions(struct doctor *d)
{
	for (int e = ENGINE_K3S; e <= ENGINE_MICROK8S; e++) {
		const struct distribution *dist = distribution_of((enum engine)e);

		if (doctor_looks_at(d, (enum engine)e))
			doctor_look_at_site(d, &(struct doctor_site){e, dist->file, dist->dropins});
	}
}
