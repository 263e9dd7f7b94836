/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Without NET_BIND_SERVICE a program cannot bind a port below 1024.  A specification does not
 * say which port a program wants, but a variable or an annotation that is called PORT is a
 * hint, and is reported as one.
 */
#include <string.h>

#include "lib/json/json.h"
#include "lowport.h"
#include "substitute.h"

/* IPPORT_RESERVED, and the default of ip_unprivileged_port_start. */
#define RESERVED 1024

static bool is_separator(char c)
{
	return c == '_' || c == '-' || c == '.' || c == '/';
}

/* True for "PORT", "HTTP_PORT", "example.com/listen-port"; false for "SUPPORT". */
static bool is_called_port(struct capgate_text name)
{
	const struct capgate_text word = capgate_text_of("port");
	const size_t before = name.len < word.len ? 0 : name.len - word.len;

	return name.len >= word.len && (before == 0 || is_separator(name.p[before - 1])) &&
	       capgate_text_distance((struct capgate_text){name.p + before, word.len}, word, 1) ==
		       0;
}

static bool is_low_port(struct capgate_text name, struct capgate_text value, uint64_t *ret)
{
	return is_called_port(name) && value.len > 0 &&
	       capgate_json_uint(value, RESERVED - 1, ret) && *ret > 0;
}

/* The first port that needs no capability in the container, as far as it is known. */
static uint64_t first_free_port(const struct capgate_spec *spec,
				const struct capgate_report *report)
{
	const struct capgate_symptom *symptom = capgate_symptom_of(CAPGATE_CAP_NET_BIND_SERVICE);
	const struct capgate_pair *set = capgate_sysctl_find(spec, symptom->sysctl);
	uint64_t first;

	for (size_t i = 0; i < report->n_substitutes; i++)
		if (report->substitutes[i].cap == CAPGATE_CAP_NET_BIND_SERVICE &&
		    !report->substitutes[i].why_not)
			return 0;
	return set && capgate_json_uint(set->value, UINT16_MAX, &first) ? first : RESERVED;
}

static bool is_removed(const struct capgate_report *report)
{
	return capgate_set_has(capgate_set_union(report->removed), CAPGATE_CAP_NET_BIND_SERVICE);
}

static int add_note(struct capgate_findings *f, struct capgate_text subject, struct capgate_span at)
{
	return capgate_findings_add(f, (struct capgate_finding){.rule = CAPGATE_RULE_LOW_PORT_HINT,
								.set = -1,
								.cap = CAPGATE_CAP_NET_BIND_SERVICE,
								.at = at,
								.subject = subject});
}

int capgate_note_low_ports(const struct capgate_spec *spec, const struct capgate_report *report,
			   struct capgate_findings *f)
{
	const uint64_t first = first_free_port(spec, report);
	uint64_t port;

	if (report->absent || !is_removed(report))
		return 0;
	for (size_t i = 0; i < spec->n_env; i++) {
		const struct capgate_text env = spec->env[i];
		const char *equals = env.len ? memchr(env.p, '=', env.len) : NULL;
		const size_t name = equals ? (size_t)(equals - env.p) : 0;

		if (equals &&
		    is_low_port((struct capgate_text){env.p, name},
				(struct capgate_text){equals + 1, env.len - name - 1}, &port) &&
		    port < first && add_note(f, env, (struct capgate_span){0}) < 0)
			return CAPGATE_ENOMEM;
	}
	for (size_t i = 0; i < spec->n_annotations; i++) {
		const struct capgate_pair *a = &spec->annotations[i];

		if (is_low_port(a->key, a->value, &port) && port < first &&
		    add_note(f, a->key, a->at) < 0)
			return CAPGATE_ENOMEM;
	}
	return 0;
}
