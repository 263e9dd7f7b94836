/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How runtimes make a filter of a profile decides what can be changed (libseccomp 2.5
 * and 2.6, runc, crun): an entry like the default action is left out; a rule without
 * comparisons wins over those with, in any order; of two without, the first wins; two
 * with overlapping comparisons have no order that could be relied on.  So every change
 * leaves one rule a call, and what cannot be brought to that is left alone.
 */
#include "splice.h"

#include <string.h>

#include "lib/base/base.h"
#include "lib/json/json.h"
#include "lib/spec/spec.h"
#include "newuser.h"

#define FLAG UINT64_C(0x10000000) /* CLONE_NEWUSER */
#define FLAG_TEXT "268435456"

/* The calls that matter, as bits of an entry. */
#define UNSHARE (1u << CAPGATE_CALL_UNSHARE)
#define CLONE (1u << CAPGATE_CALL_CLONE)
#define CLONE3 (1u << CAPGATE_CALL_CLONE3)
#define SETNS (1u << CAPGATE_CALL_SETNS)
#define BY_FLAG (UNSHARE | CLONE)
#define WHOLE (CLONE3 | SETNS)

/* ---- The profile, read once more with the places of its parts ---------- */

struct name {
	struct capgate_span at;
	unsigned call;
};

struct entry {
	struct capgate_span at;
	struct name *names;
	size_t n_names, names_room;
	unsigned calls; /* of those that matter */
	unsigned cut;   /* which of them leave */
	struct capgate_text action;
	struct capgate_seccomp_errno errno_ret;
	size_t n_args;
	struct capgate_seccomp_arg arg; /* the last one */
	struct capgate_span value_at;
};

struct profile {
	struct capgate_arena *arena;
	struct capgate_span *places; /* of all entries */
	size_t n_places, places_room;
	struct entry *entries; /* those that name a call that matters */
	size_t n, room;
	size_t *index; /* of each of them among the places */
	size_t index_room;
	struct entry now;
	bool has_syscalls; /* an array */
	struct capgate_span syscalls;
	size_t base; /* of the profile in the whole text */
};

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

static int add_name(struct profile *p, const struct capgate_json_event *event)
{
	struct entry *e = &p->now;
	const unsigned call = capgate_call_bit(event->text) & (BY_FLAG | WHOLE);

	if (capgate_arena_room(p->arena, (void **)&e->names, &e->names_room, e->n_names + 1,
			       sizeof(*e->names)) < 0)
		return CAPGATE_ENOMEM;
	e->names[e->n_names++] = (struct name){moved(event->at, p->base), call};
	e->calls |= call;
	return 0;
}

/* The names of an entry that does not matter leave their memory to the next one. */
static void begin_entry(struct profile *p)
{
	struct name *names = p->now.names;
	const size_t room = p->now.names_room;

	p->now = (struct entry){.names = names, .names_room = room};
}

static int end_entry(struct profile *p, const struct capgate_json_event *event)
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
	p->now = (struct entry){0};
	return 0;
}

static void read_number(struct entry *e, const struct capgate_json_event *event, uint64_t *ret)
{
	if (event->kind != CAPGATE_JSON_NUMBER || !capgate_json_uint(event->text, UINT64_MAX, ret))
		e->arg.well_formed = false;
}

static int visit_filter(void *user, const struct capgate_walk *walk, int field,
			const struct capgate_json_event *event)
{
	struct profile *p = user;
	struct entry *e = &p->now;

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

static int read_profile(const struct capgate_spec *spec, struct profile *p)
{
	const struct capgate_span at = spec->seccomp.at;
	struct capgate_error err;

	return capgate_walk_text((struct capgate_text){spec->text.p + at.off, at.len},
				 (struct capgate_json_options){0}, &profile_shape, p->arena,
				 visit_filter, p, &err);
}

/* ---- What has to change ---------- */

#define WIDEN_MAX 2 /* an entry for each of BY_FLAG */

/* Rules to be added, and masks to be widened; why it cannot be done. */
struct changes {
	unsigned allow, log;     /* of BY_FLAG: without the flag, and not otherwise */
	unsigned deny_flag;      /* of BY_FLAG: with the flag */
	unsigned deny;           /* of WHOLE */
	size_t widen[WIDEN_MAX]; /* entries whose mask gets the flag */
	size_t n_widen;
	const char *why_not;
};

static bool is_default(const struct capgate_seccomp *s, const struct entry *e)
{
	const struct capgate_seccomp_errno *a = &s->default_errno_ret, *b = &e->errno_ret;
	const uint64_t eperm = 1; /* when it is absent */

	if (!capgate_text_equal(e->action, s->default_action))
		return false;
	return !capgate_text_is(e->action, "SCMP_ACT_ERRNO") ||
	       (a->given ? a->value : eperm) == (b->given ? b->value : eperm);
}

static bool denies(const struct entry *e)
{
	return capgate_action_denies(e->action);
}

/* flags & mask == value: the mask can be made to hold the flag, too. */
static bool can_widen(const struct entry *e)
{
	return e->n_args == 1 && e->arg.well_formed && e->arg.index == 0 &&
	       capgate_text_is(e->arg.op, "SCMP_CMP_MASKED_EQ") && !(e->arg.value_two & FLAG);
}

/* All the names of the entry, each of which the comparison is for. */
static bool names_only(const struct entry *e, unsigned calls)
{
	for (size_t i = 0; i < e->n_names; i++)
		if (!(e->names[i].call & calls))
			return false;
	return true;
}

/* The one rule of the call, which compares: its mask gets the flag. */
static void widen_one(struct profile *p, size_t i, struct changes *c)
{
	const struct entry *e = &p->entries[i];

	if (can_widen(e) && e->arg.value & FLAG)
		return;
	if (can_widen(e) && names_only(e, BY_FLAG) && c->n_widen < WIDEN_MAX)
		c->widen[c->n_widen++] = i;
	else
		c->why_not = "its filter compares the flags of a call that makes a user namespace "
			     "in a way that cannot be narrowed";
}

/* Everything is denied but what is named: how this one may be called. */
static void narrow_one(struct profile *p, const struct capgate_seccomp *s, unsigned call,
		       struct changes *c)
{
	size_t allowing = 0, others = 0, first = 0;

	for (size_t i = p->n; i-- > 0;) {
		const struct entry *e = &p->entries[i];

		if (!(e->calls & call) || is_default(s, e))
			continue;
		others += denies(e) || e->n_args > 0;
		allowing += !denies(e);
		first = denies(e) ? first : i;
	}
	if (allowing == 0)
		return;
	if (others > 0 && allowing + others > 2) {
		c->why_not =
			"its filter has several rules about a call that makes a user namespace";
		return;
	}
	if (others > 0) {
		widen_one(p, first, c);
		return;
	}
	/* None compares: the first one counts. */
	for (size_t i = 0; i < p->n; i++)
		if (p->entries[i].calls & call && !is_default(s, &p->entries[i]))
			p->entries[i].cut |= call;
	*(capgate_text_is(p->entries[first].action, "SCMP_ACT_LOG") ? &c->log : &c->allow) |= call;
}

/* A call whose flags no filter sees: it is not allowed at all. */
static void forbid_one(struct profile *p, const struct capgate_seccomp *s, unsigned call,
		       struct changes *c)
{
	bool denied = false, cut = false;

	for (size_t i = 0; i < p->n; i++) {
		struct entry *e = &p->entries[i];

		if (!(e->calls & call) || is_default(s, e))
			continue;
		denied |= denies(e);
		if (denies(e))
			continue;
		e->cut |= call;
		cut = true;
	}
	/* The C library falls back to clone(2) at ENOSYS, and at nothing else. */
	if (cut && !denied && call == CLONE3)
		c->deny |= call;
}

/* flags & CLONE_NEWUSER == CLONE_NEWUSER */
static bool compares_flag(const struct entry *e)
{
	return e->n_args == 1 && e->arg.well_formed && e->arg.index == 0 && e->arg.value == FLAG &&
	       e->arg.value_two == FLAG && capgate_text_is(e->arg.op, "SCMP_CMP_MASKED_EQ");
}

/* Everything is allowed but what is named: this one is denied, if it is not yet. */
static void deny_one(struct profile *p, const struct capgate_seccomp *s, unsigned call,
		     struct changes *c)
{
	bool denied = false;

	for (size_t i = 0; i < p->n; i++) {
		struct entry *e = &p->entries[i];

		if (!(e->calls & call))
			continue;
		if (is_default(s, e)) {
			e->cut |= call; /* runtimes leave it out */
		} else if (denies(e) && (e->n_args == 0 || (call & BY_FLAG && compares_flag(e)))) {
			denied = true;
		} else {
			c->why_not = "its filter has a rule of its own about a call that makes a "
				     "user namespace";
			return;
		}
	}
	if (!denied)
		*(call & BY_FLAG ? &c->deny_flag : &c->deny) |= call;
}

static const char *cannot_be_read(const struct capgate_spec *spec)
{
	const struct capgate_seccomp *s = &spec->seccomp;

	if (spec->kind != CAPGATE_CONFIG || spec->linux_presence != CAPGATE_PRESENT)
		return "it has no linux object to put a filter into";
	for (size_t i = 0; i < spec->n_annotations; i++)
		if (capgate_text_is(spec->annotations[i].key, CAPGATE_BPF_ANNOTATION))
			return "an annotation replaces its filter";
	if (!capgate_newuser_knows((struct capgate_text){0}))
		return "this machine passes the flags of clone(2) in another place";
	for (size_t i = 0; i < s->n_architectures; i++)
		if (!capgate_newuser_knows(s->architectures[i]))
			return "its filter lists an architecture that passes the flags of "
			       "clone(2) in another place";
	return NULL;
}

static void find_changes(const struct capgate_seccomp *s, struct profile *p, struct changes *c)
{
	static const unsigned calls[] = {UNSHARE, CLONE, CLONE3, SETNS};

	for (size_t i = 0; i < p->n; i++)
		if (capgate_effect_of(p->entries[i].action) == CAPGATE_EFFECT_ASKS)
			c->why_not = "its filter lets another process answer";
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]) && !c->why_not; i++) {
		if (!capgate_action_denies(s->default_action))
			deny_one(p, s, calls[i], c);
		else if (calls[i] & BY_FLAG)
			narrow_one(p, s, calls[i], c);
		else
			forbid_one(p, s, calls[i], c);
	}
	if (capgate_effect_of(s->default_action) != CAPGATE_EFFECT_RUNS &&
	    !capgate_action_denies(s->default_action))
		c->why_not = "its filter has no default action that is known";
	if (!capgate_action_denies(s->default_action) && !capgate_newuser_keeps_rules(s))
		c->why_not = "libseccomp loses rules of a filter that lists the x32 ABI";
}

/* ---- The new rules, as text ---------- */

#define ENTRY_BEGINS "{\"names\":["
#define WITHOUT_FLAG \
	",\"args\":[{\"index\":0,\"value\":" FLAG_TEXT \
	",\"valueTwo\":0,\"op\":\"SCMP_CMP_MASKED_EQ\"}]}"
#define WITH_FLAG \
	",\"args\":[{\"index\":0,\"value\":" FLAG_TEXT ",\"valueTwo\":" FLAG_TEXT \
	",\"op\":\"SCMP_CMP_MASKED_EQ\"}]}"
#define EPERM_ACTION "],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":1"
#define ENOSYS_ACTION "],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":38"

/* At most: five entries of ten parts. */
#define PARTS_MAX 64

struct parts {
	const char *v[PARTS_MAX];
	size_t n;
	bool any;
};

static void add_part(struct parts *t, const char *words)
{
	t->v[t->n++] = words;
}

static void add_entry(struct parts *t, unsigned calls, const char *action, const char *args)
{
	bool first = true;

	if (!calls)
		return;
	add_part(t, t->any ? "," : "");
	add_part(t, ENTRY_BEGINS);
	for (unsigned call = 0; call < CAPGATE_NCALLS; call++) {
		if (!(calls >> call & 1))
			continue;
		add_part(t, first ? "\"" : ",\"");
		add_part(t, capgate_call_name((enum capgate_call)call));
		add_part(t, "\"");
		first = false;
	}
	add_part(t, action);
	add_part(t, args);
	t->any = true;
}

static void entries(struct parts *t, const struct changes *c)
{
	add_entry(t, c->allow, "],\"action\":\"SCMP_ACT_ALLOW\"", WITHOUT_FLAG);
	add_entry(t, c->log, "],\"action\":\"SCMP_ACT_LOG\"", WITHOUT_FLAG);
	add_entry(t, c->deny_flag, EPERM_ACTION, WITH_FLAG);
	add_entry(t, c->deny & CLONE3, ENOSYS_ACTION, "}");
	add_entry(t, c->deny & SETNS, EPERM_ACTION, "}");
}

/* ---- The edits ---------- */

static int cut_names(struct capgate_plan *plan, const struct entry *e)
{
	for (size_t i = 0; i < e->n_names; i++) {
		size_t j = i;

		if (!(e->names[i].call & e->cut))
			continue;
		while (j + 1 < e->n_names && e->names[j + 1].call & e->cut)
			j++;
		if (capgate_plan_cut(plan, i > 0 ? &e->names[i - 1].at : NULL, e->names[i].at,
				     e->names[j].at,
				     j + 1 < e->n_names ? &e->names[j + 1].at : NULL) < 0)
			return CAPGATE_ENOMEM;
		i = j;
	}
	return 0;
}

static bool leaves(const struct profile *p, size_t place)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->index[i] == place)
			return p->entries[i].cut && names_only(&p->entries[i], p->entries[i].cut);
	return false;
}

/* *left: how many stay. */
static int cut_entries(struct capgate_plan *plan, const struct profile *p, size_t *left)
{
	*left = p->n_places;
	for (size_t i = 0; i < p->n_places; i++) {
		size_t j = i;

		if (!leaves(p, i))
			continue;
		while (j + 1 < p->n_places && leaves(p, j + 1))
			j++;
		*left -= j + 1 - i;
		if (capgate_plan_cut(plan, i > 0 ? &p->places[i - 1] : NULL, p->places[i],
				     p->places[j],
				     j + 1 < p->n_places ? &p->places[j + 1] : NULL) < 0)
			return CAPGATE_ENOMEM;
		i = j;
	}
	for (size_t i = 0; i < p->n; i++)
		if (!leaves(p, p->index[i]) && cut_names(plan, &p->entries[i]) < 0)
			return CAPGATE_ENOMEM;
	return 0;
}

static int widen_masks(struct capgate_plan *plan, const struct profile *p, const struct changes *c)
{
	for (size_t i = 0; i < c->n_widen; i++) {
		const struct entry *e = &p->entries[c->widen[i]];
		char *text = capgate_arena_alloc(plan->arena, 24);
		struct capgate_out out = {text, 23, 0};

		if (!text)
			return CAPGATE_ENOMEM;
		if (i > 0 && c->widen[i - 1] == c->widen[i])
			continue; /* clone and unshare share it */
		capgate_out_format(&out, "%llu", (unsigned long long)(e->arg.value | FLAG));
		if (capgate_plan_add(plan, e->value_at.off, capgate_end_of(e->value_at),
				     (struct capgate_text){text, out.len}) < 0)
			return CAPGATE_ENOMEM;
	}
	return 0;
}

static int insert(struct capgate_plan *plan, size_t at, size_t to, const struct parts *t)
{
	struct capgate_text text;

	if (capgate_plan_compose(plan, &text, t->v, t->n) < 0)
		return CAPGATE_ENOMEM;
	return capgate_plan_add(plan, at, to, text);
}

static int change_profile(const struct capgate_spec *spec, struct capgate_plan *plan,
			  const struct profile *p, const struct changes *c)
{
	const struct capgate_span at = spec->seccomp.at;
	struct parts t = {0};
	size_t left;

	if (cut_entries(plan, p, &left) < 0 || widen_masks(plan, p, c) < 0)
		return CAPGATE_ENOMEM;
	if (!(c->allow | c->log | c->deny_flag | c->deny))
		return 0;
	if (p->has_syscalls) {
		entries(&t, c);
		add_part(&t, left > 0 ? "," : "");
		return insert(plan, p->syscalls.off + 1, p->syscalls.off + 1, &t);
	}
	if (p->syscalls.len) { /* null */
		add_part(&t, "[");
		entries(&t, c);
		add_part(&t, "]");
		return insert(plan, p->syscalls.off, capgate_end_of(p->syscalls), &t);
	}
	add_part(&t, "\"syscalls\":[");
	entries(&t, c);
	add_part(&t, capgate_is_empty_object(capgate_slice(spec->text, at)) ? "]" : "],");
	return insert(plan, at.off + 1, at.off + 1, &t);
}

/* The machine's own and the 32-bit one beside it; others would be killed. */
#if defined(__x86_64__)
#define ARCHITECTURES "\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"],"
#elif defined(__aarch64__)
#define ARCHITECTURES "\"architectures\":[\"SCMP_ARCH_AARCH64\",\"SCMP_ARCH_ARM\"],"
#else
#define ARCHITECTURES ""
#endif

static int add_profile(const struct capgate_spec *spec, struct capgate_plan *plan)
{
	const struct changes all = {.deny_flag = BY_FLAG, .deny = WHOLE};
	const bool null = spec->seccomp.presence == CAPGATE_IS_NULL;
	const struct capgate_span at = spec->seccomp.at, linux_at = spec->linux_at;
	struct parts t = {0};

	add_part(&t, null ? "" : "\"seccomp\":");
	add_part(&t, "{\"defaultAction\":\"SCMP_ACT_ALLOW\"," ARCHITECTURES "\"syscalls\":[");
	entries(&t, &all);
	add_part(&t, "]}");
	if (null)
		return insert(plan, at.off, capgate_end_of(at), &t);
	add_part(&t, capgate_is_empty_object(capgate_slice(spec->text, linux_at)) ? "" : ",");
	return insert(plan, linux_at.off + 1, linux_at.off + 1, &t);
}

int capgate_splice_userns(const struct capgate_spec *spec, struct capgate_plan *plan,
			  const char **why_not)
{
	struct profile p = {.arena = plan->arena, .base = spec->seccomp.at.off};
	struct changes c = {.why_not = cannot_be_read(spec)};
	int status;

	*why_not = c.why_not;
	if (c.why_not)
		return 0;
	if (spec->seccomp.presence != CAPGATE_PRESENT)
		return add_profile(spec, plan);
	status = read_profile(spec, &p);
	if (status < 0)
		return status;
	find_changes(&spec->seccomp, &p, &c);
	*why_not = c.why_not;
	return c.why_not ? 0 : change_profile(spec, plan, &p, &c);
}
