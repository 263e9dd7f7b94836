/* SPDX-License-Identifier: Apache-2.0 */
/* Reads linux.seccomp, as far as the judge and the notes need it. */
#include "lib/base/base.h"
#include "filter.h"
#include "read.h"

static int read_seccomp_arg(struct spec_reader *r, int field,
			    const struct capgate_json_event *event)
{
	struct capgate_seccomp *sc = &r->spec->seccomp;
	struct capgate_seccomp_rule *rule = sc->n_rules ? &sc->rules[sc->n_rules - 1] : NULL;
	struct capgate_seccomp_arg *arg;
	uint64_t *number;

	if (!rule)
		return 0;
	if (field == FIELD_SECCOMP_ARG) {
		if (event->kind != CAPGATE_JSON_OBJECT)
			return 0;
		arg = APPEND(r, rule->args, rule->n_args, r->seccomp_args_room);
		if (!arg)
			return capgate_fail_memory(r->err);
		arg->well_formed = true;
		return 0;
	}
	if (rule->n_args == 0)
		return 0;
	arg = &rule->args[rule->n_args - 1];
	if (field == FIELD_SECCOMP_ARG_OP) {
		arg->op = string_of(event);
		return 0;
	}
	if (field == FIELD_SECCOMP_ARG_VALUE)
		arg->value_at = event->at;
	number = field == FIELD_SECCOMP_ARG_INDEX   ? &arg->index
		 : field == FIELD_SECCOMP_ARG_VALUE ? &arg->value
						    : &arg->value_two;
	if (event->kind != CAPGATE_JSON_NUMBER ||
	    !capgate_json_uint(event->text, UINT64_MAX, number))
		arg->well_formed = false;
	return 0;
}

static struct capgate_seccomp_errno errno_ret_of(const struct capgate_json_event *event)
{
	struct capgate_seccomp_errno ret = {.given = event->kind != CAPGATE_JSON_NULL};

	ret.well_formed = ret.given && capgate_json_uint(event->text, UINT32_MAX, &ret.value);
	return ret;
}

int capgate_spec_keep_call_name(struct spec_reader *r, unsigned call, struct capgate_span at)
{
	struct capgate_seccomp *sc = &r->spec->seccomp;
	struct capgate_seccomp_name *name =
		APPEND(r, sc->names, sc->n_names, r->seccomp_names_room);

	if (!name)
		return capgate_fail_memory(r->err);
	*name = (struct capgate_seccomp_name){at, call, sc->n_rules - 1};
	return 0;
}

static int begin_rule(struct spec_reader *r)
{
	struct capgate_seccomp_rule *rule =
		APPEND(r, r->spec->seccomp.rules, r->spec->seccomp.n_rules, r->rules_room);

	if (!rule)
		return capgate_fail_memory(r->err);
	rule->args = r->spare_args;
	r->spec->seccomp.n_entries++;
	return 0;
}

/* Removes a rule that does not matter, but keeps its memory.  A rule matters if it names one of
 * our calls, or if it lets another process answer any call. */
static int end_rule(struct spec_reader *r, const struct capgate_json_event *event)
{
	struct capgate_seccomp *sc = &r->spec->seccomp;
	struct capgate_seccomp_rule *rule = &sc->rules[sc->n_rules - 1];

	rule->at = event->at;
	if (rule->calls || capgate_effect_of(rule->action) == CAPGATE_EFFECT_ASKS) {
		r->spare_args = NULL;
		r->seccomp_args_room = 0;
	} else {
		r->spare_args = rule->args;
		sc->n_rules--;
	}
	return 0;
}

int capgate_spec_read_seccomp(struct spec_reader *r, int field,
			      const struct capgate_json_event *event)
{
	struct capgate_seccomp *sc = &r->spec->seccomp;
	struct capgate_seccomp_rule *rule = sc->n_rules ? &sc->rules[sc->n_rules - 1] : NULL;

	if (begins(event) && field != FIELD_SECCOMP_RULE && field != FIELD_SECCOMP_ARG)
		return 0;
	switch (field) {
	case FIELD_SECCOMP:
		sc->presence = presence_of(event);
		sc->at = event->at;
		return 0;
	case FIELD_SECCOMP_DEFAULT_ERRNO:
		sc->default_errno_ret = errno_ret_of(event);
		return 0;
	case FIELD_SECCOMP_ERRNO:
		if (rule)
			rule->errno_ret = errno_ret_of(event);
		return 0;
	case FIELD_SECCOMP_DEFAULT:
		sc->default_action = string_of(event);
		return 0;
	case FIELD_SECCOMP_ARCH:
		return capgate_spec_append_text(r, &sc->architectures, &sc->n_architectures,
						&r->arch_room, string_of(event));
	case FIELD_SECCOMP_SYSCALLS:
		sc->syscalls = presence_of(event);
		sc->syscalls_at = event->at;
		return 0;
	case FIELD_SECCOMP_RULE:
		return event->kind == CAPGATE_JSON_OBJECT ? begin_rule(r) : end_rule(r, event);
	case FIELD_SECCOMP_ACTION:
		if (rule)
			rule->action = string_of(event);
		return 0;
	default:
		return read_seccomp_arg(r, field, event);
	}
}
