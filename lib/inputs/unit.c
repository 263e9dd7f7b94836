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
	bool generated; /* by Quadlet's generator, which puts "X-" before its source's sections */
	bool nspawn;
	struct capgate_text other; /* another section, which says what else the unit is */
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

/* One assignment, to the reader of its section. */
static int pass_on(struct reader *r, struct capgate_text section, struct capgate_text key,
		   struct capgate_text value)
{
	if (is_container(section)) {
		const struct capgate_quadlet quadlet = quadlet_of(r);

		return capgate_quadlet_line(&quadlet, key, value);
	}
	if (capgate_text_is(section, "Service"))
		capgate_service_line(&r->service, &r->container, key, value);
	return 0;
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

/* Reads one unit, from *at to the end of the text or to the title of the next unit, and moves
 * *at there.  A line that ends with a backslash continues on the next line. */
static int read_lines(struct reader *r, size_t *at)
{
	struct capgate_text section = {0}, key = {0};
	bool goes_on = false;
	int status = 0;

	while (status == 0 && *at < r->text.len) {
		const size_t begin = *at;
		struct capgate_text line = capgate_unit_next_line(r->text, at), value = line;

		if (capgate_unit_title(line).len) {
			*at = begin;
			break;
		}
		if (capgate_text_is(line, "---") && !goes_on)
			break;
		if (capgate_unit_is_comment(line) && !(goes_on && line.len == 0))
			continue;
		if (!goes_on && capgate_unit_header(line).len) {
			section = capgate_unit_header(line);
			begin_section(r, section, line);
			continue;
		}
		if (!goes_on)
			value = split(line, &key);
		goes_on = line.len && line.p[line.len - 1] == '\\';
		if (goes_on && value.len)
			value = capgate_unit_trimmed((struct capgate_text){value.p, value.len - 1});
		if (goes_on && value.len == 0)
			continue;
		status = pass_on(r, section, key, value);
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

/* No machine has more. */
#define UNITS_MAX 100000

int capgate_unit_read(struct capgate_text text, struct capgate_arena *arena,
		      struct capgate_requests *list, struct capgate_error *err)
{
	int status = 0;
	size_t at = 0;

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
