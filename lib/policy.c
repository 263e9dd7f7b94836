/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A policy file: strict JSON with comments.  An unknown, duplicate or mistyped
 * field refuses the whole file, so that a typo can never widen what is allowed
 * without a word.
 */
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "walk.h"

enum {
	FIELD_NONE,
	FIELD_VERSION,
	FIELD_MODE,
	FIELD_ACTION,
	FIELD_PROFILE,
	FIELD_ALLOW,
	FIELD_DENY,
};

#define SHAPE(...) (&(const struct capgate_shape){__VA_ARGS__})
#define STRING(f) SHAPE(.types = CAPGATE_T_STRING, .field = (f))
#define NAMES(f) SHAPE(.types = CAPGATE_T_ARRAY, .each = STRING(f), .expected = "an array of capability names")

static const struct capgate_shape shape = {
	.types = CAPGATE_T_OBJECT,
	.closed = true,
	.members = (const struct capgate_member[]){
		{"version", SHAPE(.types = CAPGATE_T_NUMBER, .field = FIELD_VERSION)},
		{"mode", STRING(FIELD_MODE)},
		{"action", STRING(FIELD_ACTION)},
		{"profile", STRING(FIELD_PROFILE)},
		{"allow", NAMES(FIELD_ALLOW)},
		{"deny", NAMES(FIELD_DENY)},
		{0},
	},
};

struct reader {
	struct capgate_policy policy;
	bool has_version;
};

/* "unknown capability "NET_RWA"; did you mean NET_RAW?" */
static int fail_value(const struct capgate_walk *walk, const struct capgate_json_event *event, const char *what,
		      const char *cure, const char *word)
{
	char shown[100];

	return capgate_walk_fail(walk, CAPGATE_EPOLICY, CAPGATE_RULE_POLICY, event->at.off, "%s \"%s\"; %s%s", what,
				 capgate_shown(event->text, 32, shown, sizeof(shown)), cure, word);
}

static int read_names(const struct capgate_walk *walk, const struct capgate_json_event *event, capgate_set *set)
{
	int cap = capgate_cap_lenient(event->text);
	const char *near;

	if (capgate_text_distance(event->text, capgate_text_of("ALL"), 1) == 0) {
		*set = capgate_set_all();
		return 0;
	}
	if (cap < 0) {
		near = capgate_cap_nearest(event->text);
		return fail_value(walk, event, "unknown capability",
				  near ? "did you mean " : "see: capgate policy list", near ? near : "");
	}
	*set = capgate_set_or(*set, capgate_set_of(cap));
	return 0;
}

static int read_version(struct reader *r, const struct capgate_walk *walk, const struct capgate_json_event *event)
{
	if (!capgate_text_is(event->text, "1"))
		return fail_value(walk, event, "unknown version", "this capgate reads version ", "1");
	r->has_version = true;
	return 0;
}

/* One of two words: which one, in *ret (0 or 1). */
static int read_word(const struct capgate_walk *walk, const struct capgate_json_event *event, const char *zero,
		     const char *one, int *ret)
{
	char words[64];

	if (capgate_text_is(event->text, zero) || capgate_text_is(event->text, one)) {
		*ret = capgate_text_is(event->text, one);
		return 0;
	}
	snprintf(words, sizeof(words), "\"%s\" or \"%s\"", zero, one);
	return fail_value(walk, event, "unknown value", "this field is ", words);
}

static int visit(void *user, const struct capgate_walk *walk, int field, const struct capgate_json_event *event)
{
	struct reader *r = user;
	int status = 0, word = 0;

	switch (field) {
	case FIELD_VERSION:
		return read_version(r, walk, event);
	case FIELD_MODE:
		status = read_word(walk, event, "enforce", "audit", &word);
		r->policy.mode = word ? CAPGATE_AUDIT : CAPGATE_ENFORCE;
		return status;
	case FIELD_ACTION:
		status = read_word(walk, event, "reject", "rewrite", &word);
		r->policy.action = word ? CAPGATE_REWRITE : CAPGATE_REJECT;
		return status;
	case FIELD_PROFILE:
		if (!capgate_profile_find(event->text))
			return fail_value(walk, event, "unknown profile", "see: capgate policy list", "");
		r->policy.profile = event->text;
		return 0;
	case FIELD_ALLOW:
		return read_names(walk, event, &r->policy.allow);
	default:
		return read_names(walk, event, &r->policy.deny);
	}
}

static void combine(struct capgate_policy *p)
{
	const struct capgate_profile *profile = capgate_profile_find(p->profile);
	capgate_set base = profile ? profile->caps : (capgate_set){0};

	p->allowed = capgate_set_minus(capgate_set_or(base, p->allow), p->deny);
}

void capgate_policy_init(struct capgate_policy *ret)
{
	*ret = (struct capgate_policy){
		.mode = CAPGATE_ENFORCE,
		.action = CAPGATE_REWRITE,
		.profile = capgate_text_of("cis-docker"),
		.max_bytes = CAPGATE_TEXT_MAX,
	};
	combine(ret);
}

/* Every failure is the policy's, and says file, line and column. */
static int fail_file(struct capgate_text text, struct capgate_text source, struct capgate_error *err)
{
	struct capgate_error inner = *err;
	size_t line, column;
	char name[160];

	if (inner.code == CAPGATE_ENOMEM)
		return inner.code;
	capgate_locate(text, inner.pos == CAPGATE_NOWHERE ? 0 : inner.pos, &line, &column);
	capgate_fail(err, CAPGATE_EPOLICY, CAPGATE_RULE_POLICY, CAPGATE_NOWHERE, "%s:%zu:%zu: %s%s%.160s",
		     capgate_shown(source, 100, name, sizeof(name)), line, column, inner.path,
		     inner.path[0] ? ": " : "", inner.msg);
	return err->code;
}

int capgate_policy_parse(struct capgate_text text, struct capgate_text source, struct capgate_arena *arena,
			 struct capgate_policy *policy, struct capgate_error *err)
{
	struct reader r = {.policy = *policy};
	int status = capgate_walk(text, (struct capgate_json_options){.comments = true}, &shape, arena, visit, &r, err);

	if (status == 0 && !r.has_version)
		status = capgate_fail(err, CAPGATE_EPOLICY, CAPGATE_RULE_POLICY, CAPGATE_NOWHERE,
				      "the field \"version\" is missing; write \"version\": 1");
	if (status < 0)
		return fail_file(text, source, err);
	r.policy.source = source;
	combine(&r.policy);
	*policy = r.policy;
	return 0;
}
