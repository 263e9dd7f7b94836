/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Docker has no drop-ins: daemon.json is edited, two members, in the file's own
 * style.  What cannot be read in one way only is not touched.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "configure.h"

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
			err,
			WIRING_DOCKER_JSON
			" is left alone: %s%s%s (byte %zu); mend it, then say it again",
			inner.path, inner.path[0] ? ": " : "", inner.msg, inner.pos);
	}
	return 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* A new first member of the object: in the file's own style, the white space
 * before its first member goes before the new one too. */
static struct splice first_member(struct capgate_text text, struct capgate_span object,
				  const char *member, char *buf, size_t size)
{
	size_t blank = 0;
	const char *inside = text.p + object.off + 1;

	while (is_blank(inside[blank]))
		blank++;
	if (inside[blank] == '}')
		snprintf(buf, size, "%s", member);
	else
		snprintf(buf, size, "%.*s%s,", blank < 200 ? (int)blank : 0, inside, member);
	return (struct splice){{object.off + 1, 0}, buf};
}

/* Edited by us before? */
static bool is_ours(struct capgate_text text)
{
	struct capgate_error err;
	struct daemonjson d;

	return parse(text, &d, &err) == 0 && d.ours.len && capgate_text_is(d.path, WIRING_WRAPPER);
}

/* The file as it should be. */
static int wire(struct capgate_text text, struct capgate_text *ret, struct capgate_error *err)
{
	char members[512], ours[256], value[] = "\"" WIRING_NAME "\"", both[1024] = "";
	struct daemonjson d;
	struct splice v[3];
	size_t n = 0;

	if (parse(text, &d, err) < 0)
		return err->code;
	if (d.has_fallback && !capgate_text_is(d.fallback, "runc") &&
	    !capgate_text_is(d.fallback, WIRING_NAME))
		return configure_refuse(
			err,
			WIRING_DOCKER_JSON
			" names \"%.*s\" as default-runtime: name that runtime's program "
			"in " WIRING_RUNTIME_JSON
			", take default-runtime out of daemon.json, then say it again",
			(int)d.fallback.len, d.fallback.p);
	if (!d.runtimes.len)
		snprintf(both, sizeof(both), "\"runtimes\": {" OURS "}");
	if (!d.has_fallback)
		snprintf(members, sizeof(members), "%s%s\"default-runtime\": %s", both,
			 both[0] ? ", " : "", value);
	else
		snprintf(members, sizeof(members), "%s", both);
	if (members[0])
		v[n++] = first_member(text, d.top, members, both, sizeof(both));
	if (d.ours.len)
		v[n++] = (struct splice){d.ours, "{\"path\": \"" WIRING_WRAPPER "\"}"};
	else if (d.runtimes.len)
		v[n++] = first_member(text, d.runtimes, OURS, ours, sizeof(ours));
	if (d.has_fallback)
		v[n++] = (struct splice){d.fallback_at, value};
	/* Already so: not a byte is changed. */
	if (d.ours.len && capgate_text_is(d.path, WIRING_WRAPPER) && !d.has_arguments &&
	    d.has_fallback && capgate_text_is(d.fallback, WIRING_NAME))
		n = 0;
	return configure_splice(text, v, n, ret, err);
}

/* The slice of a member and of one comma beside it. */
static struct capgate_span member_slice(struct capgate_text text, struct capgate_span value)
{
	size_t from = value.off, to = value.off + value.len, end = to;

	while (from > 0 && text.p[from] != ':') /* back over white space */
		from--;
	while (from > 0 && text.p[from] != '"')
		from--;
	for (from--; from > 0 && text.p[from] != '"';) /* our names hold no quotes */
		from--;
	while (end < text.len && is_blank(text.p[end]))
		end++;
	while (from > 0 && is_blank(text.p[from - 1]))
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

static bool is_empty_object(struct capgate_text text, struct capgate_span at)
{
	for (size_t i = at.off + 1; i + 1 < at.off + at.len; i++)
		if (!is_blank(text.p[i]))
			return false;
	return true;
}

/* One member at a time, read anew after each. */
static int unwire(struct capgate_text text, struct capgate_text *ret, struct capgate_error *err)
{
	struct daemonjson d;

	for (int i = 0; i < 4; i++) {
		if (parse(text, &d, err) < 0)
			return err->code;
		if (d.has_fallback && capgate_text_is(d.fallback, WIRING_NAME)) {
			if (cut(text, d.fallback_at, &text, err) < 0)
				return err->code;
		} else if (d.ours.len) {
			if (cut(text, d.ours, &text, err) < 0)
				return err->code;
			if (parse(text, &d, err) == 0 && is_empty_object(text, d.runtimes) &&
			    cut(text, d.runtimes, &text, err) < 0)
				return err->code;
		} else {
			break;
		}
	}
	*ret = text;
	return 0;
}

/* dockerd reads the new file before it is put in place, where it can. */
static int validate(struct capgate_text text, struct capgate_error *err)
{
	const char *dockerd = wiring_engine_program(ENGINE_DOCKER);
	const char *argv[] = {dockerd, "--validate", "--config-file", "/dev/stdin", NULL};
	struct spawn_result r;
	char words[1024];

	if (!dockerd || access("/dev/stdin", R_OK) < 0 ||
	    spawn_command(dockerd, argv, text, words, sizeof(words), 10, &r, err) < 0)
		return 0; /* there is none to ask */
	/* Versions before 23.0 do not know --validate. */
	if (r.status == 0 || !strstr(words, "unable to configure"))
		return 0;
	words[strcspn(words, "\n")] = '\0';
	return configure_refuse(err,
				"dockerd does not take the new " WIRING_DOCKER_JSON
				", which is left alone: %s",
				words);
}

static int undo(struct plan *plan, const char *path, struct capgate_text old,
		struct capgate_error *err)
{
	struct capgate_text text, backup, rewired;
	char name[PATH_MAX];
	bool missing;

	if (capgate_text_is(old, FRESH)) {
		plan_note(plan, "docker: reload it: systemctl reload docker");
		return plan_remove(plan, path, err);
	}
	snprintf(name, sizeof(name), "%.4000s" WIRING_BACKUP, path);
	if (unwire(old, &text, err) < 0 || place_read(name, &backup, &missing, err) < 0)
		return err->code;
	/* Nobody changed it since: the very bytes that were there. */
	if (!missing && !is_ours(backup) && wire(backup, &rewired, err) == 0 &&
	    capgate_text_equal(rewired, old))
		text = backup;
	if (!capgate_text_equal(old, text))
		plan_note(plan,
			  "docker: reload it: systemctl reload docker; containers made meanwhile "
			  "name the runtime \"" WIRING_NAME "\" for ever: make them again");
	return configure_unedit(plan, path, text, err);
}

int configure_docker(struct plan *plan, bool undoing, struct capgate_error *err)
{
	struct capgate_text old, text;
	char real[PATH_MAX];
	const char *path = configure_real(WIRING_DOCKER_JSON, real);
	bool missing;

	if (place_read(path, &old, &missing, err) < 0)
		return err->code;
	if (undoing)
		return missing ? 0 : undo(plan, path, old, err);
	if (missing)
		text = capgate_text_of(FRESH);
	else if (wire(old, &text, err) < 0)
		return err->code;
	if (!capgate_text_equal(old, text) && validate(text, err) < 0)
		return err->code;
	if (configure_edit(plan, path, old, !missing && is_ours(old), text, err) < 0)
		return err->code;
	if (!plan_changes(plan, path))
		return 0;
	plan_note(plan, "docker: reload it: systemctl reload docker; containers made before keep "
			"their runtime: make them again");
	plan_note(plan,
		  "docker: `docker run --runtime runc` and `docker build` still go round the "
		  "wrapper: close them with a link named runc, see capgate-runtime(8), Docker");
	return 0;
}
