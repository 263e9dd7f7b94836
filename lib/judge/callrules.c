/* SPDX-License-Identifier: Apache-2.0 */
#include "callrules.h"

#include "lib/base/base.h"
#include "lib/json/json.h"

enum {
	NOTHING,
	SYSCALLS,
	ENTRY,
	NAME,
	ACTION,
	ERRNO,
	ARG,
	ARG_INDEX,
	ARG_VALUE,
	ARG_VALUE_TWO,
	ARG_OP,
};

static const struct capgate_shape arg_shape = {
	.field = ARG,
	.members = MEMBERS({"index", VALUE(ARG_INDEX)}, {"value", VALUE(ARG_VALUE)},
			   {"valueTwo", VALUE(ARG_VALUE_TWO)}, {"op", VALUE(ARG_OP)}),
};

static const struct capgate_shape entry_shape = {
	.field = ENTRY,
	.members = MEMBERS({"names", SHAPE(.each = VALUE(NAME))}, {"action", VALUE(ACTION)},
			   {"errnoRet", VALUE(ERRNO)}, {"args", SHAPE(.each = &arg_shape)}),
};

static const struct capgate_shape profile_shape = {
	.members = MEMBERS({"syscalls", SHAPE(.field = SYSCALLS, .each = &entry_shape)}),
};

static struct capgate_span moved(struct capgate_span at, size_t by)
{
	return (struct capgate_span){at.off + by, at.len};
}

static int add_name(struct capgate_call_rules *p, const struct capgate_json_event *event)
{
	struct capgate_call_rule *e = &p->now;
	const unsigned call = capgate_call_bit(event->text) & (BY_FLAG | WHOLE);

	if (capgate_arena_room(p->arena, (void **)&e->names, &e->names_room, e->n_names + 1,
			       sizeof(*e->names)) < 0)
		return CAPGATE_ENOMEM;
	e->names[e->n_names++] = (struct capgate_named_call){moved(event->at, p->base), call};
	e->calls |= call;
	return 0;
}

/* The names of an entry that does not matter leave their memory to the next one. */
static void begin_entry(struct capgate_call_rules *p)
{
	struct capgate_named_call *names = p->now.names;
	const size_t room = p->now.names_room;

	p->now = (struct capgate_call_rule){.names = names, .names_room = room};
}

static int end_entry(struct capgate_call_rules *p, const struct capgate_json_event *event)
{
	p->now.at = moved(event->at, p->base);
	if (capgate_arena_room(p->arena, (void **)&p->places, &p->places_room, p->n_places + 1,
			       sizeof(*p->places)) < 0)
		return CAPGATE_ENOMEM;
	p->places[p->n_places++] = p->now.at;
	if (!p->now.calls)
		return 0;
	if (capgate_arena_room(p->arena, (void **)&p->entries, &p->room, p->n + 1,
			       sizeof(*p->entries)) < 0 ||
	    capgate_arena_room(p->arena, (void **)&p->index, &p->index_room, p->n + 1,
			       sizeof(*p->index)) < 0)
		return CAPGATE_ENOMEM;
	p->index[p->n] = p->n_places - 1;
	p->entries[p->n++] = p->now;
	p->now = (struct capgate_call_rule){0};
	return 0;
}

static void read_number(struct capgate_call_rule *e, const struct capgate_json_event *event,
			uint64_t *ret)
{
	if (event->kind != CAPGATE_JSON_NUMBER || !capgate_json_uint(event->text, UINT64_MAX, ret))
		e->arg.well_formed = false;
}

static int visit_filter(void *user, const struct capgate_walk *walk, int field,
			const struct capgate_json_event *event)
{
	struct capgate_call_rules *p = user;
	struct capgate_call_rule *e = &p->now;

	(void)walk;
	switch (field) {
	case SYSCALLS:
		p->has_syscalls |= event->kind == CAPGATE_JSON_END;
		p->syscalls = moved(event->at, p->base);
		return 0;
	case ENTRY:
		if (event->kind == CAPGATE_JSON_END)
			return end_entry(p, event);
		begin_entry(p);
		return 0;
	case NAME:
		return add_name(p, event);
	case ACTION:
		e->action = event->text;
		return 0;
	case ERRNO:
		e->errno_ret.given = event->kind == CAPGATE_JSON_NUMBER;
		e->errno_ret.well_formed =
			capgate_json_uint(event->text, UINT32_MAX, &e->errno_ret.value);
		return 0;
	case ARG:
		if (event->kind != CAPGATE_JSON_OBJECT)
			return 0;
		e->n_args++;
		e->arg = (struct capgate_seccomp_arg){.well_formed = true};
		return 0;
	case ARG_INDEX:
		read_number(e, event, &e->arg.index);
		return 0;
	case ARG_VALUE:
		read_number(e, event, &e->arg.value);
		e->value_at = moved(event->at, p->base);
		return 0;
	case ARG_VALUE_TWO:
		read_number(e, event, &e->arg.value_two);
		return 0;
	default:
		e->arg.op = event->text;
		return 0;
	}
}

int capgate_call_rules_read(const struct capgate_spec *spec, struct capgate_call_rules *p)
{
	const struct capgate_span at = spec->seccomp.at;
	struct capgate_error err;

	return capgate_walk_text((struct capgate_text){spec->text.p + at.off, at.len},
				 (struct capgate_json_options){0}, &profile_shape, p->arena,
				 visit_filter, p, &err);
}

bool capgate_names_only(const struct capgate_call_rule *e, unsigned calls)
{
	for (size_t i = 0; i < e->n_names; i++)
		if (!(e->names[i].call & calls))
			return false;
	return true;
}
