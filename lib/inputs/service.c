/* SPDX-License-Identifier: Apache-2.0 */
#include "service.h"

#include "lib/base/base.h"
#include "unit_syntax.h"

/* systemd accepts numbers, and names that begin with CAP_, in any case.  It ignores other words.
 * An entry that is removed counts only if every version of systemd knows it. */
static int capability(struct capgate_text word, bool removed)
{
	const struct capgate_text prefix = capgate_text_of("CAP_");
	const bool name =
		word.len > prefix.len &&
		capgate_text_distance((struct capgate_text){word.p, prefix.len}, prefix, 1) == 0;

	if (word.p[0] >= '0' && word.p[0] <= '9')
		return removed ? -1 : capgate_cap_by_libcap(word);
	return name || !removed ? capgate_cap_lenient(word) : -1;
}

/* Merges one line into the set as systemd does (config_parse_capability_set): the first line
 * and a line without any name replace the set.  *unsure: it may not be the first, because a
 * removed entry did not count. */
static void merge(capgate_set *set, capgate_set initial, struct capgate_text value,
		  struct capgate_text *unknown, bool *unsure)
{
	const bool inverted = value.len && value.p[0] == '~';
	capgate_set sum = {0};
	struct capgate_text word;

	if (inverted)
		value = (struct capgate_text){value.p + 1, value.len - 1};
	while (capgate_unit_next_word(&value, &word)) {
		const int cap = capability(word, inverted);

		if (cap >= 0)
			sum = capgate_set_or(sum, capgate_set_of(cap));
		else if (!inverted)
			*unknown = word;
		else
			*unsure = true;
	}
	if (capgate_set_empty(sum) || (capgate_set_same(*set, initial) && (inverted || !*unsure)))
		*set = inverted ? capgate_set_minus(capgate_set_all(), sum) : sum;
	else
		*set = inverted ? capgate_set_minus(*set, sum) : capgate_set_or(*set, sum);
}

struct capgate_service capgate_service_default(void)
{
	return (struct capgate_service){.bounding = capgate_set_all(), .host_network = true};
}

void capgate_service_line(struct capgate_service *s, struct capgate_request *c,
			  struct capgate_text key, struct capgate_text value)
{
	if (capgate_text_is(key, "CapabilityBoundingSet"))
		merge(&s->bounding, capgate_set_all(), value, &c->unknown, &s->unsure);
	else if (capgate_text_is(key, "AmbientCapabilities"))
		merge(&s->ambient, (capgate_set){0}, value, &c->unknown, &s->unsure);
	else if (capgate_text_begins(key, "Exec") && !capgate_text_is(key, "ExecPaths"))
		capgate_unit_command_read(&s->commands, value);
	else if (capgate_text_is(key, "PermissionsStartOnly"))
		s->start_only = capgate_unit_is_true(value);
	else if (capgate_text_is(key, "User"))
		c->seen.user = value;
	else if (capgate_text_is(key, "DynamicUser"))
		s->dynamic_user = capgate_unit_is_true(value);
	else if (capgate_text_is(key, "NoNewPrivileges"))
		c->no_new_privs = capgate_unit_is_true(value);
	else if (capgate_text_is(key, "SystemCallFilter"))
		s->filtered = value.len > 0;
	else if (capgate_text_is(key, "PrivateNetwork"))
		s->host_network = !capgate_unit_is_true(value);
}

int capgate_service_finish(const struct capgate_service *s, struct capgate_request *c,
			   struct capgate_arena *arena, struct capgate_requests *list,
			   struct capgate_error *err)
{
	bool with_all;

	c->seen.engine = "systemd";
	c->seen.thing = "service";
	c->seen.dialect = CAPGATE_DIALECT_SYSTEMD;
	c->seen.how = "as systemd sets them, without drop-ins";
	if (s->commands.starts_container)
		return capgate_request_untold(
			&c->seen, CAPGATE_RULE_NOT_TOLD,
			"a command in it starts a container; pass the output of podman inspect or "
			"docker inspect for the container",
			arena, list, err);
	c->has_sets = true;
	with_all = s->commands.with_all || s->start_only;
	c->bounding = with_all ? capgate_set_all() : s->bounding;
	c->effective = c->bounding;
	if (with_all || s->commands.as_root)
		c->seen.user = (struct capgate_text){0};
	else if (s->dynamic_user || (c->seen.user.len && !capgate_text_is(c->seen.user, "root") &&
				     !capgate_text_is(c->seen.user, "0"))) {
		c->effective = capgate_set_and(s->ambient, c->bounding);
		c->has_uid = s->dynamic_user;
		c->uid = 61184; /* the first of the range for DynamicUser= */
	}
	c->host_network = s->host_network;
	c->host_pid = c->host_ipc = true;
	c->unconfined = !s->filtered;
	return capgate_request_finish(c, arena, list, err);
}
