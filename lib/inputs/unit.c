/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include "lib/base/base.h"
#include "quadlet.h"
#include "service.h"
#include "unit_syntax.h"

bool capgate_unit_is(struct capgate_text text)
{
	for (size_t at = 0; at < text.len;) {
		const struct capgate_text line = capgate_unit_next_line(text, &at);

		if (!capgate_unit_is_comment(line))
			return capgate_unit_header(line).len > 0 ||
			       capgate_unit_title(line).len > 0;
	}
	return false;
}

/* One unit while it is read. */
struct reader {
	struct capgate_text text;
	struct capgate_arena *arena;
	struct capgate_request container;
	bool has_container, has_service;
	bool generated; /* made by Quadlet's generator, which adds "X-" to the sections of its
			 * source */
	bool nspawn;
	struct capgate_text other; /* another section, which shows what the unit is */
	struct capgate_service service;
};

static bool is_container(struct capgate_text section)
{
	return capgate_text_is(section, "Container") || capgate_text_is(section, "X-Container");
}

static void begin_section(struct reader *r, struct capgate_text name, struct capgate_text line)
{
	if (is_container(name)) {
		r->has_container = true;
		r->generated = capgate_text_begins(name, "X-");
		r->container.seen.places.container =
			(struct capgate_span){(size_t)(line.p - r->text.p), line.len};
	} else if (capgate_text_is(name, "Service")) {
		r->has_service = true;
	} else if (!capgate_text_is(name, "Unit") && !capgate_text_is(name, "Install")) {
		r->nspawn |= capgate_text_is(name, "Exec") || capgate_text_is(name, "Files");
		r->other = name;
	}
}

static struct capgate_quadlet quadlet_of(struct reader *r)
{
	return (struct capgate_quadlet){.text = r->text.p,
					.arena = r->arena,
					.container = &r->container,
					.generated = r->generated,
					.starts_container = r->service.commands.starts_container};
}

/* "key=value": returns the value.  Without "=" the line is a key. */
static struct capgate_text split(struct capgate_text line, struct capgate_text *key)
{
	const char *equals = memchr(line.p, '=', line.len);
	const size_t n = equals ? (size_t)(equals - line.p) : line.len;

	*key = capgate_unit_trimmed((struct capgate_text){line.p, n});
	if (!equals)
		return (struct capgate_text){0};
	return capgate_unit_trimmed((struct capgate_text){equals + 1, line.len - n - 1});
}

/* The line without the backslash by which it continues on the next one. */
static struct capgate_text piece_of(struct capgate_text line, bool *goes_on)
{
	*goes_on = line.len && line.p[line.len - 1] == '\\';
	return *goes_on ? capgate_unit_trimmed((struct capgate_text){line.p, line.len - 1}) : line;
}

/* The next piece of a continued line.  Skips comments in between; an empty line ends it. */
static struct capgate_text next_piece(struct capgate_text text, size_t *at, bool *goes_on)
{
	*goes_on = false;
	while (*at < text.len) {
		const struct capgate_text line = capgate_unit_next_line(text, at);

		if (line.len == 0 || !capgate_unit_is_comment(line))
			return piece_of(line, goes_on);
	}
	return (struct capgate_text){0};
}

/* Reads an assignment of a container.  Each piece is passed on separately, for its place; an
 * empty one only if it is the only one, because an empty value resets the list. */
static int read_quadlet(struct reader *r, struct capgate_text line, size_t *at)
{
	const struct capgate_quadlet quadlet = quadlet_of(r);
	struct capgate_text key, value;
	bool goes_on, any;
	int status = 0;

	value = split(piece_of(line, &goes_on), &key);
	for (any = value.len > 0; value.len || goes_on;) {
		if (value.len)
			status = capgate_quadlet_line(&quadlet, key, value);
		if (status < 0 || !goes_on)
			return status;
		value = next_piece(r->text, at, &goes_on);
		any |= value.len > 0;
	}
	return any ? 0 : capgate_quadlet_line(&quadlet, key, value);
}

/* Reads an assignment of a service as one line, because its first word decides how the others
 * count. */
static int read_service(struct reader *r, struct capgate_text line, size_t *at)
{
	struct capgate_text key, value = line;
	const size_t begin = (size_t)(line.p - r->text.p);
	size_t end = *at;
	bool goes_on;

	(void)piece_of(line, &goes_on);
	if (goes_on) {
		struct capgate_out out;

		while (goes_on)
			(void)next_piece(r->text, &end, &goes_on);
		out = (struct capgate_out){capgate_arena_alloc(r->arena, end - begin + 2),
					   end - begin + 2, 0};
		if (!out.p)
			return CAPGATE_ENOMEM;
		value = piece_of(line, &goes_on);
		capgate_out_bytes(&out, value.p, value.len);
		while (goes_on) {
			value = next_piece(r->text, at, &goes_on);
			capgate_out_string(&out, " ");
			capgate_out_bytes(&out, value.p ? value.p : "", value.len);
		}
		value = capgate_out_text(&out);
	}
	value = split(value, &key);
	capgate_service_line(&r->service, &r->container, key, value);
	return 0;
}

/* Reads an assignment in the current section. */
static int read_assignment(struct reader *r, struct capgate_text section, struct capgate_text line,
			   size_t *at)
{
	bool goes_on;

	if (is_container(section))
		return read_quadlet(r, line, at);
	if (capgate_text_is(section, "Service"))
		return read_service(r, line, at);
	(void)piece_of(line, &goes_on);
	while (goes_on)
		(void)next_piece(r->text, at, &goes_on);
	return 0;
}

/* The name in the brackets of a line that begins a section. */
static struct capgate_text section_of(struct capgate_text line)
{
	const size_t end = line.p[line.len - 1] == ']';

	return (struct capgate_text){line.p + 1, line.len - 1 - (line.len > 1 ? end : 0)};
}

/* Reads one unit, from *at to the end of the text or to the title of the next unit, and moves
 * *at there. */
static int read_lines(struct reader *r, size_t *at)
{
	struct capgate_text section = {0};
	int status = 0;

	while (status == 0 && *at < r->text.len) {
		const size_t begin = *at;
		const struct capgate_text line = capgate_unit_next_line(r->text, at);

		if (capgate_unit_title(line).len) {
			*at = begin;
			break;
		}
		if (capgate_text_is(line, "---"))
			break;
		if (capgate_unit_is_comment(line))
			continue;
		if (line.p[0] == '[') {
			section = section_of(line);
			begin_section(r, section, line);
			continue;
		}
		status = read_assignment(r, section, line, at);
	}
	return status;
}

static int finish(struct reader *r, struct capgate_requests *list, struct capgate_error *err)
{
	const struct capgate_quadlet quadlet = quadlet_of(r);

	if (r->has_container)
		return capgate_quadlet_finish(&quadlet, list, err);
	if (r->has_service && !capgate_text_begins(r->other, "X-"))
		return capgate_service_finish(&r->service, &r->container, r->arena, list, err);
	if (r->nspawn)
		return capgate_request_untold(
			&(struct capgate_inspected){.engine = "", .thing = "document"},
			CAPGATE_RULE_NOT_TOLD,
			"this is a systemd-nspawn container, whose settings capgate does not read; "
			"/proc/PID/status of its leader shows its capabilities",
			r->arena, list, err);
	return capgate_request_untold(
		&(struct capgate_inspected){.engine = "",
					    .thing = "document",
					    .id = r->container.seen.name,
					    .dialect = capgate_quadlet_dialect(r->other)},
		CAPGATE_RULE_OTHER_DOCUMENT, capgate_quadlet_why_none(r->other), r->arena, list,
		err);
}

/* systemd ends a line at a carriage return, Quadlet's generator does not. */
static bool has_lone_return(struct capgate_text text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] == '\r' && (i + 1 == text.len || text.p[i + 1] != '\n'))
			return true;
	return false;
}

/* No machine has more. */
#define UNITS_MAX 100000

int capgate_unit_read(struct capgate_text text, struct capgate_arena *arena,
		      struct capgate_requests *list, struct capgate_error *err)
{
	int status = 0;
	size_t at = 0;

	if (has_lone_return(text))
		return capgate_request_untold(
			&(struct capgate_inspected){.engine = "", .thing = "document"},
			CAPGATE_RULE_NOT_TOLD,
			"a carriage return ends a line for systemd, but not for other programs; "
			"write line feeds",
			arena, list, err);
	for (size_t n = 0; status == 0 && (at < text.len || n == 0); n++) {
		struct reader r = {
			.text = text, .arena = arena, .service = capgate_service_default()};
		size_t next = at;

		if (n == UNITS_MAX)
			return capgate_fail(err, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT, at,
					    "more than %d units in one text", UNITS_MAX);
		r.container.seen.name = capgate_unit_title(capgate_unit_next_line(text, &next));
		at = r.container.seen.name.len ? next : at;
		if (read_lines(&r, &at) < 0)
			return capgate_fail_memory(err);
		status = finish(&r, list, err);
	}
	return status;
}
