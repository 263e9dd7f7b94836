/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Docker has no drop-ins, so configure edits daemon.json, in the file's own style.  It
 * replaces the program of each runtime by a wrapper.  It cannot do that for dockerd's own
 * runc, whose name is reserved: it adds a runtime and makes that the default.  It does not
 * change a file that can be read in two ways.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "configure.h"
#include "wraps.h"

#define OURS "\"" WIRING_NAME "\": {\"path\": \"" WIRING_WRAPPER "\"}"
#define FRESH "{\n    \"runtimes\": {" OURS "},\n    \"default-runtime\": \"" WIRING_NAME "\"\n}\n"

static int parse(struct capgate_text text, struct daemonjson *ret, struct capgate_error *err)
{
	struct capgate_arena arena;

	if (io_arena(text.len, &arena, err) < 0)
		return err->code;
	if (daemonjson_parse(text, &arena, ret, err) < 0) {
		struct capgate_error inner = *err;

		return configure_refuse(
			err, "%.200s is not changed: %s%s%s (byte %zu); fix that, then try again",
			other_root_daemon_json(), inner.path, inner.path[0] ? ": " : "", inner.msg,
			inner.pos);
	}
	return 0;
}

/* Adds a first member to the object.  Repeats the white space before the member that was
 * first, which is the file's own style. */
static struct splice first_member(struct capgate_text text, struct capgate_span object,
				  const char *member, char *buf, size_t size)
{
	size_t blank = 0;
	const char *inside = text.p + object.off + 1;

	while (capgate_is_blank(inside[blank]))
		blank++;
	if (inside[blank] == '}')
		snprintf(buf, size, "%s", member);
	else
		snprintf(buf, size, "%.*s%s,", blank < 200 ? (int)blank : 0, inside, member);
	return (struct splice){{object.off + 1, 0}, buf};
}

/* Has configure edited this file before? */
static bool is_made_by_us(struct capgate_text text)
{
	struct capgate_error err;
	struct daemonjson d;
	char ours[WRAPS_PATH];

	if (parse(text, &d, &err) < 0)
		return false;
	for (size_t i = 0; i < d.n; i++)
		if (wraps_is_ours(d.v[i].path, ours) || wraps_is_ours(d.v[i].binary, ours))
			return true;
	return false;
}

/* Is the default runtime dockerd's own runc, whose name is reserved, or the shim that runs it?
 * Then the default must change.  Another default is wrapped as it is. */
static bool is_runc(const struct daemonjson *d)
{
	return !d->has_fallback || capgate_text_is(d->fallback, "runc") ||
	       capgate_text_is(d->fallback, WIRING_NAME) ||
	       (containerdtoml_is_runc(d->fallback) && !daemonjson_find(d, d->fallback));
}

static int judge_json(const struct daemonjson *d, struct capgate_error *err)
{
	if (is_runc(d) || daemonjson_find(d, d->fallback) ||
	    memchr(d->fallback.p, '.', d->fallback.len))
		return 0; /* a name with a dot is a shim; doctor reports it */
	return configure_refuse(
		err,
		"%.200s names \"%.*s\" as default-runtime and does not define it: write its path "
		"in \"runtimes\" (not as dockerd's option --add-runtime), then try again",
		other_root_daemon_json(),
		(int)(d->fallback.len < 60 ? d->fallback.len : 60), d->fallback.p);
}

static const char *reload(void)
{
	return other_root_is_users() ? "systemctl --user restart docker"
				     : "systemctl reload docker";
}

/* dockerd does not start if its command line and its file both name a default. */
static int judge_options(struct capgate_error *err)
{
	static struct daemon_words words;
	struct capgate_arena arena;
	const char *value;

	if (other_root_is_users())
		return 0;
	if (io_arena(CAPGATE_TEXT_MAX, &arena, err) < 0)
		return err->code;
	value = daemon_words_of_unit(&arena, "docker", &words)
			? daemon_words_last(&words, "--default-runtime")
			: NULL;
	return !value ? 0
		      : configure_refuse(
				err,
				"%.200s has the option --default-runtime %.60s, and dockerd does "
				"not start if there is a default in " WIRING_DOCKER_JSON
				" as well: remove the option, then try again",
				words.from, value);
}

struct edit {
	struct capgate_text text;
	struct capgate_text backup; /* the file before configure edited it; empty: none */
	char path[1024];            /* dockerd's PATH */
	struct splice v[2 * DAEMONJSON_RUNTIMES + 8];
	size_t n;
};

static int replace_span(struct edit *e, struct capgate_span at, const char *words,
			struct capgate_error *err)
{
	if (!words)
		return capgate_fail_memory(err);
	e->v[e->n++] = (struct splice){at, words};
	return 0;
}

static int put_member(struct edit *e, struct capgate_span object, const char *member,
		      struct capgate_error *err)
{
	static const size_t size = 1024;
	char *buf = malloc(size);

	if (!member || !buf)
		return capgate_fail_memory(err);
	e->v[e->n++] = first_member(e->text, object, member, buf, size);
	return 0;
}

/* The program that a runtime had before configure edited the file; false: none. */
static bool before(struct capgate_text backup, const char *name, bool shim,
		   struct capgate_text *program, struct capgate_text *spelt)
{
	static struct daemonjson d;
	const struct docker_runtime *r;
	struct capgate_error err;
	struct capgate_span at;

	if (!backup.len || parse(backup, &d, &err) < 0)
		return false;
	r = daemonjson_find(&d, capgate_text_of(name));
	at = !r ? (struct capgate_span){0} : shim ? r->binary_at : r->path_at;
	if (at.len == 0)
		return false;
	*program = shim ? r->binary : r->path;
	*spelt = capgate_slice(backup, at);
	return true;
}

/* Replaces the program of a runtime: its path, or the BinaryName of containerd's shim. */
static int wrap_runtime(struct edit *e, struct wraps *wraps, const struct docker_runtime *r,
			struct capgate_error *err)
{
	bool shim = r->has_type && containerdtoml_is_runc(r->type);
	struct capgate_text word = shim ? r->binary : r->path;
	struct capgate_span at = shim ? r->binary_at : r->path_at;
	struct capgate_text spelt;
	struct programs programs;
	char program[WRAPS_PATH];
	bool ours = wraps_is_ours(word, program);

	if ((!shim && r->path_at.len == 0) || r->foreign_arguments)
		return 0;
	if (ours && before(e->backup, r->name, shim, &word, &spelt)) {
		programs_of(&programs, word, NULL, e->path);
		ours = !wraps_shared(wraps, program, &programs);
	}
	if (ours) {
		word = shim ? r->binary : r->path;
		if (wraps_keep(wraps, program, err) < 0)
			return err->code;
		return capgate_text_is(word, program)
			       ? 0
			       : replace_span(e, at, configure_words("\"%s\"", program), err);
	}
	programs_of(&programs, word, NULL, e->path);
	if (wraps_take(wraps, "docker", r->name, &programs, program, err) < 0)
		return err->code;
	if (at.len)
		return replace_span(e, at, configure_words("\"%s\"", program), err);
	if (r->options.len)
		return put_member(e, r->options, configure_words("\"BinaryName\": \"%s\"", program),
				  err);
	return put_member(e, r->at,
			  configure_words("\"options\": {\"BinaryName\": \"%s\"}", program), err);
}

/* Adds our own runtime, and makes it the default. */
static int wire_default(struct edit *e, const struct daemonjson *d, struct capgate_error *err)
{
	const struct docker_runtime *ours = daemonjson_find(d, capgate_text_of(WIRING_NAME));
	const char *value = "\"" WIRING_NAME "\"";

	if (ours && (!capgate_text_is(ours->path, WIRING_WRAPPER) || ours->has_arguments) &&
	    replace_span(e, ours->at, "{\"path\": \"" WIRING_WRAPPER "\"}", err) < 0)
		return err->code;
	if (d->has_fallback && !capgate_text_is(d->fallback, WIRING_NAME) &&
	    replace_span(e, d->fallback_at, value, err) < 0)
		return err->code;
	if (!ours && d->runtimes.len && put_member(e, d->runtimes, OURS, err) < 0)
		return err->code;
	if (!d->runtimes.len && !d->has_fallback)
		return put_member(
			e, d->top,
			"\"runtimes\": {" OURS "}, \"default-runtime\": \"" WIRING_NAME "\"", err);
	if (!d->runtimes.len)
		return put_member(e, d->top, "\"runtimes\": {" OURS "}", err);
	return d->has_fallback
		       ? 0
		       : put_member(e, d->top, "\"default-runtime\": \"" WIRING_NAME "\"", err);
}

/* Makes the new text of the file. */
static int wire_text(struct capgate_text text, struct capgate_text backup, struct wraps *wraps,
		     struct capgate_text *ret, struct capgate_error *err)
{
	static struct edit e;
	static struct daemonjson d;

	e = (struct edit){.text = text, .backup = backup};
	if (parse(text, &d, err) < 0 || judge_json(&d, err) < 0 ||
	    configure_path("docker", e.path, sizeof(e.path), err) < 0)
		return err->code;
	for (size_t i = 0; i < d.n; i++)
		if (strcmp(d.v[i].name, WIRING_NAME) != 0 &&
		    wrap_runtime(&e, wraps, &d.v[i], err) < 0)
			return err->code;
	if (is_runc(&d) && wire_default(&e, &d, err) < 0)
		return err->code;
	return configure_splice(text, e.v, e.n, ret, err);
}

/* The place of a member and of one comma beside it. */
static struct capgate_span member_slice(struct capgate_text text, struct capgate_span value)
{
	size_t from = value.off, to = value.off + value.len, end = to;

	while (from > 0 && text.p[from] != ':') /* back, past white space */
		from--;
	while (from > 0 && text.p[from] != '"')
		from--;
	for (from--; from > 0 && text.p[from] != '"';) /* our names hold no quotes */
		from--;
	while (end < text.len && capgate_is_blank(text.p[end]))
		end++;
	while (from > 0 && capgate_is_blank(text.p[from - 1]))
		from--;
	if (end < text.len && text.p[end] == ',')
		return (struct capgate_span){from, end + 1 - from};
	if (from > 0 && text.p[from - 1] == ',')
		from--;
	return (struct capgate_span){from, to - from};
}

static int cut(struct capgate_text text, struct capgate_span value, struct capgate_text *ret,
	       struct capgate_error *err)
{
	return configure_splice(text, &(struct splice){member_slice(text, value), ""}, 1, ret, err);
}

/* Restores the programs of the other runtimes. */
static int unwrap(struct capgate_text text, const struct wraps *wraps, struct capgate_text backup,
		  struct capgate_text *ret, struct capgate_error *err)
{
	static struct edit e;
	static struct daemonjson d;
	char word[WRAPS_PATH];

	if (parse(text, &d, err) < 0)
		return err->code;
	e = (struct edit){.text = text};
	for (size_t i = 0; i < d.n; i++) {
		const struct docker_runtime *r = &d.v[i];
		bool shim = r->binary_at.len != 0;
		struct capgate_text program = shim ? r->binary : r->path;
		struct capgate_text was, spelt;
		const char *old = NULL;

		if (strcmp(r->name, WIRING_NAME) == 0 || !wraps_is_ours(program, word))
			continue;
		if (before(backup, r->name, shim, &was, &spelt))
			old = configure_words("%.*s", (int)spelt.len, spelt.p);
		else if (wraps_before(wraps, program, word, sizeof(word)))
			old = configure_words("\"%s\"", word);
		if (!old)
			return configure_refuse(err,
						"%.200s: the program that the runtime \"%.60s\" "
						"ran before is not in " WIRING_RUNTIME_JSON
						": write its path by hand",
						other_root_daemon_json(), r->name);
		if (replace_span(&e, shim ? r->binary_at : r->path_at, old, err) < 0)
			return err->code;
	}
	return configure_splice(text, e.v, e.n, ret, err);
}

/* Removes our members one at a time, and reads the text again after each. */
static int unwire(struct capgate_text text, struct capgate_text *ret, struct capgate_error *err)
{
	for (int i = 0; i < 4; i++) {
		static struct daemonjson d;
		const struct docker_runtime *ours;

		if (parse(text, &d, err) < 0)
			return err->code;
		ours = daemonjson_find(&d, capgate_text_of(WIRING_NAME));
		if (d.has_fallback && capgate_text_is(d.fallback, WIRING_NAME)) {
			if (cut(text, d.fallback_at, &text, err) < 0)
				return err->code;
		} else if (ours) {
			if (cut(text, ours->at, &text, err) < 0)
				return err->code;
			if (parse(text, &d, err) == 0 &&
			    capgate_is_empty_object(capgate_slice(text, d.runtimes)) &&
			    cut(text, d.runtimes, &text, err) < 0)
				return err->code;
		} else {
			break;
		}
	}
	*ret = text;
	return 0;
}

/* Lets dockerd check the new file before it replaces the old one. */
static int validate(struct capgate_text text, struct capgate_error *err)
{
	const char *dockerd = wiring_engine_program(ENGINE_DOCKER);
	const char *argv[] = {dockerd, "--validate", "--config-file", "/dev/stdin", NULL};
	struct spawn_result r;
	char words[1024];

	if (!dockerd || access("/dev/stdin", R_OK) < 0 ||
	    spawn_command(dockerd, argv, text, words, sizeof(words), 10, &r, err) < 0)
		return 0; /* no dockerd is here */
	/* Versions before 23.0 do not know --validate. */
	if (r.status == 0 || !strstr(words, "unable to configure"))
		return 0;
	words[strcspn(words, "\n")] = '\0';
	return configure_refuse(err, "dockerd rejects the new %.200s, so the old one is kept: %s",
				other_root_daemon_json(), words);
}

static int undo(struct plan *plan, struct wraps *wraps, const char *path, struct capgate_text old,
		struct capgate_error *err)
{
	struct capgate_text text, backup, rewired;
	char name[PATH_MAX];
	bool missing;

	if (capgate_text_is(old, FRESH)) {
		plan_note(plan, "docker: reload it: %s", reload());
		return plan_remove(plan, path, err);
	}
	if (place_read(configure_backup(path, name), &backup, &missing, err) < 0 ||
	    unwrap(old, wraps, backup, &text, err) < 0 || unwire(text, &text, err) < 0)
		return err->code;
	/* Nobody changed it since, so that the backup's bytes can be restored. */
	if (!missing && !is_made_by_us(backup) &&
	    wire_text(backup, (struct capgate_text){0}, wraps, &rewired, err) == 0 &&
	    capgate_text_equal(rewired, old))
		text = backup;
	if (!capgate_text_equal(old, text))
		plan_note(plan,
			  "docker: reload it: %s; containers created in the meantime keep the "
			  "runtime \"" WIRING_NAME "\": create them again",
			  reload());
	return configure_unedit(plan, path, text, err);
}

int configure_docker(struct plan *plan, struct wraps *wraps, bool undoing,
		     struct capgate_error *err)
{
	struct capgate_text old, text, backup = {0};
	char real[PATH_MAX], name[PATH_MAX];
	const char *path = configure_real(other_root_daemon_json(), real);
	bool missing, none;

	if (place_read(path, &old, &missing, err) < 0)
		return err->code;
	if (undoing)
		return missing ? 0 : undo(plan, wraps, path, old, err);
	if (judge_options(err) < 0)
		return err->code;
	if (missing)
		text = capgate_text_of(FRESH);
	else if (place_read(configure_backup(path, name), &backup, &none, err) < 0 ||
		 wire_text(old, backup, wraps, &text, err) < 0)
		return err->code;
	if (!capgate_text_equal(old, text) && validate(text, err) < 0)
		return err->code;
	if (configure_edit(plan, path, old, !missing && is_made_by_us(old), text, err) < 0)
		return err->code;
	if (!plan_changes(plan, path))
		return 0;
	plan_note(plan,
		  "docker: reload it: %s; containers that were created before keep their runtime: "
		  "create them again",
		  reload());
	return 0;
}
