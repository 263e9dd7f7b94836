/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A policy file: strict JSON with comments.  An unknown, duplicate or mistyped field
 * refuses the whole file, so a typo can never silently allow more.
 */
#include <stdio.h>
#include <string.h>

#include "lib/base/base.h"
#include "read.h"

#define BOOL(f) SHAPE(.types = CAPGATE_T_BOOL, .field = (f))
#define NUMBER(f) SHAPE(.types = CAPGATE_T_NUMBER, .field = (f))
#define NAMES(f) \
	SHAPE(.types = CAPGATE_T_ARRAY, .each = STRING(f), \
	      .expected = "an array of capability names")
#define OBJECT(...) \
	SHAPE(.types = CAPGATE_T_OBJECT, .closed = true, .members = MEMBERS(__VA_ARGS__))

const struct capgate_shape capgate_shape_policy = {
	.types = CAPGATE_T_OBJECT,
	.closed = true,
	.members =
		(const struct capgate_member[]){
			{"version", NUMBER(READ_VERSION)},
			{"mode", STRING(READ_MODE)},
			{"action", STRING(READ_ACTION)},
			{"profile", STRING(READ_PROFILE)},
			{"allow", NAMES(READ_ALLOW)},
			{"deny", NAMES(READ_DENY)},
			{"substitute_sysctls", BOOL(READ_SUBSTITUTE)},
			{"no_new_privileges", STRING(READ_NO_NEW_PRIVILEGES)},
			{"user_namespaces", STRING(READ_USER_NAMESPACES)},
			{"confinement", STRING(READ_CONFINEMENT)},
			{"ceiling", STRING(READ_CEILING)},
			{"ceiling_keep", NAMES(READ_CEILING_KEEP)},
			{"ceiling_reason", STRING(READ_CEILING_REASON)},
			{"learn", STRING(READ_LEARN)},
			{"learn_match", &capgate_shape_learn_match},
			{"limits", OBJECT({"bytes", NUMBER(READ_LIMIT_BYTES)})},
			{"log",
			 OBJECT({"file", STRING(READ_LOG_FILE)}, {"system", BOOL(READ_LOG_SYSTEM)},
				{"max_bytes", NUMBER(READ_LOG_MAX_BYTES)},
				{"required", BOOL(READ_LOG_REQUIRED)})},
			{"exemptions", &capgate_shape_exemptions},
			{0},
		},
};

struct reader {
	struct capgate_policy policy;
	bool has_version;
	bool needs_reason, has_reason; /* in this file, for less than the default ceiling */
	bool in_learn_match;
};

/* The index of the file that is being read, which is the next source. */
static uint16_t here(const struct reader *r)
{
	return (uint16_t)r->policy.n_sources;
}

static int read_names(struct reader *r, const struct capgate_walk *walk,
		      const struct capgate_json_event *event, bool deny)
{
	struct capgate_policy *p = &r->policy;
	capgate_set *set = deny ? &p->deny : &p->allow, before = *set, added;
	int one, status = capgate_policy_name(walk, event, set, &one);

	added = capgate_set_minus(*set, before);
	for (int c = -1; (c = capgate_set_next(added, c + 1)) >= 0 && c < CAPGATE_NCAPS;)
		(deny ? p->deny_from : p->allow_from)[c] = here(r);
	if (!deny && one >= 0)
		p->named = capgate_set_or(p->named, capgate_set_of(one));
	return status;
}

static int read_version(struct reader *r, const struct capgate_walk *walk,
			const struct capgate_json_event *event)
{
	if (!capgate_text_is(event->text, "1"))
		return capgate_policy_bad_value(walk, event, "unknown version",
						"this capgate reads version ", "1");
	r->has_version = true;
	return 0;
}

/* Reads one of two words; *ret says which one. */
static int read_word(const struct capgate_walk *walk, const struct capgate_json_event *event,
		     const char *no, const char *yes, bool *ret)
{
	char words[64];

	if (capgate_text_is(event->text, no) || capgate_text_is(event->text, yes)) {
		*ret = capgate_text_is(event->text, yes);
		return 0;
	}
	snprintf(words, sizeof(words), "\"%s\" or \"%s\"", no, yes);
	return capgate_policy_bad_value(walk, event, "unknown value", "this field is ", words);
}

static int read_user_namespaces(const struct capgate_walk *walk,
				const struct capgate_json_event *event,
				enum capgate_user_namespaces *ret)
{
	static const char *const words[] = {
		[CAPGATE_USERNS_DENY] = "deny",
		[CAPGATE_USERNS_AUDIT] = "audit",
		[CAPGATE_USERNS_ALLOW] = "allow",
	};

	for (unsigned i = 0; i <= CAPGATE_USERNS_ALLOW; i++) {
		if (!capgate_text_is(event->text, words[i]))
			continue;
		*ret = (enum capgate_user_namespaces)i;
		return 0;
	}
	return capgate_policy_bad_value(walk, event, "unknown value", "this field is ",
					"\"allow\", \"audit\" or \"deny\"");
}

static int read_size(const struct capgate_walk *walk, const struct capgate_json_event *event,
		     uint64_t least, uint64_t most, size_t *ret)
{
	uint64_t v;
	char words[64];

	if (!capgate_json_uint(event->text, most, &v) || v < least) {
		snprintf(words, sizeof(words), "%llu to %llu", (unsigned long long)least,
			 (unsigned long long)most);
		return capgate_policy_bad_value(walk, event, "not a size",
						"write a plain integer from ", words);
	}
	*ret = (size_t)v;
	return 0;
}

static int read_log_file(struct capgate_policy *p, const struct capgate_walk *walk,
			 const struct capgate_json_event *event)
{
	if (event->text.len && event->text.p[0] != '/')
		return capgate_policy_bad_value(walk, event, "not an absolute path",
						"write one, or \"\" for no file", "");
	p->log_file = event->text;
	return 0;
}

static int unknown_profile(const struct capgate_walk *walk, const struct capgate_json_event *event)
{
	const struct capgate_profile *p;
	const char *near = NULL;
	size_t best = 4;

	for (size_t i = 0; (p = capgate_profile_at(i)); i++) {
		size_t distance =
			capgate_text_distance(event->text, capgate_text_of(p->name), best);

		if (distance < best) {
			near = p->name;
			best = distance;
		}
	}
	return capgate_policy_bad_value(walk, event, "unknown profile",
					near ? "did you mean " : "see: capgate policy list",
					near ? near : "");
}

/* Reads "ceiling".  Less than the default requires a reason. */
static int read_ceiling(struct reader *r, const struct capgate_walk *walk, int field,
			const struct capgate_json_event *event)
{
	struct capgate_policy *p = &r->policy;
	int status, ignored;

	switch (field) {
	case READ_CEILING:
		p->from[CAPGATE_FIELD_CEILING] = here(r);
		status = read_word(walk, event, "enforce", "off", &p->ceiling_off);
		r->needs_reason = r->needs_reason || p->ceiling_off;
		return status;
	case READ_CEILING_KEEP:
		p->from[CAPGATE_FIELD_CEILING] = here(r);
		r->needs_reason = true;
		return capgate_policy_name(walk, event, &p->ceiling_keep, &ignored);
	default:
		r->has_reason = event->text.len > 0;
		p->ceiling_reason = event->text;
		return 0;
	}
}

static int read_field(struct reader *r, const struct capgate_walk *walk, int field,
		      const struct capgate_json_event *event)
{
	struct capgate_policy *p = &r->policy;
	bool word = false;
	int status;

	switch (field) {
	case READ_MODE:
		status = read_word(walk, event, "enforce", "audit", &word);
		p->mode = word ? CAPGATE_AUDIT : CAPGATE_ENFORCE;
		p->from[CAPGATE_FIELD_MODE] = here(r);
		return status;
	case READ_ACTION:
		status = read_word(walk, event, "reject", "rewrite", &word);
		p->action = word ? CAPGATE_REWRITE : CAPGATE_REJECT;
		p->from[CAPGATE_FIELD_ACTION] = here(r);
		return status;
	case READ_PROFILE:
		if (!capgate_profile_find(event->text))
			return unknown_profile(walk, event);
		p->profile = event->text;
		p->from[CAPGATE_FIELD_PROFILE] = here(r);
		return 0;
	case READ_SUBSTITUTE:
		p->substitute_sysctls = event->truth;
		p->from[CAPGATE_FIELD_SUBSTITUTE_SYSCTLS] = here(r);
		return 0;
	case READ_NO_NEW_PRIVILEGES:
		p->from[CAPGATE_FIELD_NO_NEW_PRIVILEGES] = here(r);
		return read_word(walk, event, "keep", "require", &p->require_no_new_privileges);
	case READ_USER_NAMESPACES:
		p->from[CAPGATE_FIELD_USER_NAMESPACES] = here(r);
		return read_user_namespaces(walk, event, &p->user_namespaces);
	case READ_CONFINEMENT:
		p->from[CAPGATE_FIELD_CONFINEMENT] = here(r);
		return read_word(walk, event, "required", "best-effort",
				 &p->best_effort_confinement);
	case READ_LEARN:
		status = read_word(walk, event, "off", "record", &word);
		p->learn = word ? CAPGATE_LEARN_RECORD : CAPGATE_LEARN_OFF;
		p->from[CAPGATE_FIELD_LEARN] = here(r);
		return status;
	case READ_LIMIT_BYTES:
		p->from[CAPGATE_FIELD_LIMIT_BYTES] = here(r);
		return read_size(walk, event, 1024, CAPGATE_TEXT_MOST, &p->max_bytes);
	case READ_LOG_FILE:
		p->from[CAPGATE_FIELD_LOG_FILE] = here(r);
		return read_log_file(p, walk, event);
	case READ_LOG_SYSTEM:
		p->from[CAPGATE_FIELD_LOG_SYSTEM] = here(r);
		p->log_system = event->truth;
		return 0;
	case READ_LOG_REQUIRED:
		p->from[CAPGATE_FIELD_LOG_REQUIRED] = here(r);
		p->log_required = event->truth;
		return 0;
	default:
		p->from[CAPGATE_FIELD_LOG_MAX_BYTES] = here(r);
		return read_size(walk, event, 4096, (uint64_t)1 << 30, &p->log_max_bytes);
	}
}

static int visit_policy(void *user, const struct capgate_walk *walk, int field,
			const struct capgate_json_event *event)
{
	struct reader *r = user;

	if (field == READ_LEARN_MATCH || r->in_learn_match)
		return capgate_policy_read_learn(&r->policy, walk, field, event,
						 &r->in_learn_match);
	if (field >= READ_EXEMPTION)
		return capgate_policy_read_exemption(&r->policy, walk, field, event);
	if (field == READ_VERSION)
		return read_version(r, walk, event);
	if (field >= READ_CEILING && field <= READ_CEILING_REASON)
		return read_ceiling(r, walk, field, event);
	if (field == READ_ALLOW || field == READ_DENY)
		return read_names(r, walk, event, field == READ_DENY);
	return read_field(r, walk, field, event);
}

static void combine(struct capgate_policy *p)
{
	const struct capgate_profile *profile = capgate_profile_find(p->profile);
	capgate_set base = profile ? profile->caps : (capgate_set){0};

	p->allowed = capgate_set_minus(capgate_set_or(base, p->allow), p->deny);
	if (p->from[CAPGATE_FIELD_NO_NEW_PRIVILEGES] == 0)
		p->require_no_new_privileges = profile && profile->requires_no_new_privs;
	if (p->from[CAPGATE_FIELD_USER_NAMESPACES] == 0)
		p->user_namespaces = profile && profile->denies_user_namespaces
					     ? CAPGATE_USERNS_DENY
					     : CAPGATE_USERNS_AUDIT;
}

void capgate_policy_init(struct capgate_policy *ret)
{
	*ret = (struct capgate_policy){
		.mode = CAPGATE_ENFORCE,
		.action = CAPGATE_REWRITE,
		.profile = capgate_text_of("cis-docker"),
		.substitute_sysctls = true,
		.user_namespaces = CAPGATE_USERNS_AUDIT,
		.max_bytes = CAPGATE_TEXT_MAX,
		.log_file = capgate_text_of("/run/capgate/decisions.jsonl"),
		.log_system = true,
		.log_max_bytes = (size_t)1 << 20,
		.exempt_most = capgate_set_all(),
		.n_sources = 1, /* the embedded policy, which has no name */
	};
	combine(ret);
}

/* Makes any failure a failure of the policy, with file, line and column. */
static int fail_file(struct capgate_text text, struct capgate_text source,
		     struct capgate_error *err)
{
	struct capgate_error inner = *err;
	size_t line, column;
	char name[160];

	if (inner.code == CAPGATE_ENOMEM)
		return inner.code;
	capgate_locate(text, inner.pos == CAPGATE_NOWHERE ? 0 : inner.pos, &line, &column);
	capgate_fail(err, CAPGATE_EPOLICY, CAPGATE_RULE_POLICY, CAPGATE_NOWHERE,
		     "%s:%zu:%zu: %s%s%.160s", capgate_shown(source, 100, name, sizeof(name)), line,
		     column, inner.path, inner.path[0] ? ": " : "", inner.msg);
	return err->code;
}

/* Adds the file to the sources. */
static int add_source(struct reader *r, struct capgate_text source, struct capgate_arena *arena,
		      struct capgate_error *err)
{
	struct capgate_policy *p = &r->policy;

	if (p->n_sources == CAPGATE_SOURCES_MAX)
		return capgate_fail(err, CAPGATE_EPOLICY, CAPGATE_RULE_POLICY, CAPGATE_NOWHERE,
				    "more than %d policy files", CAPGATE_SOURCES_MAX - 1);
	if (capgate_arena_room(arena, (void **)&p->sources, &p->sources_room, p->n_sources + 1,
			       sizeof(*p->sources)) < 0)
		return capgate_fail_memory(err);
	if (p->n_sources == 1)
		p->sources[0] = capgate_text_of("built in");
	p->sources[p->n_sources++] = source;
	return 0;
}

int capgate_policy_parse(struct capgate_text text, struct capgate_text source,
			 struct capgate_arena *arena, struct capgate_policy *policy,
			 struct capgate_error *err)
{
	struct reader r = {.policy = *policy};
	int status = capgate_walk_text(text, (struct capgate_json_options){.comments = true},
				       &capgate_shape_policy, arena, visit_policy, &r, err);

	if (status == 0 && !r.has_version)
		status = capgate_fail(err, CAPGATE_EPOLICY, CAPGATE_RULE_POLICY, CAPGATE_NOWHERE,
				      "the field \"version\" is missing; write \"version\": 1");
	if (status == 0 && r.needs_reason && !r.has_reason)
		status = capgate_fail(err, CAPGATE_EPOLICY, CAPGATE_RULE_POLICY, CAPGATE_NOWHERE,
				      "a ceiling that is off, or that keeps more, needs a reason; "
				      "write \"ceiling_reason\": \"WHY\"");
	if (status == 0)
		status = add_source(&r, source, arena, err);
	if (status < 0)
		return fail_file(text, source, err);
	r.policy.source = source;
	combine(&r.policy);
	*policy = r.policy;
	return 0;
}
