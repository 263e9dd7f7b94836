/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the exemptions of a policy file. */
#include <string.h>

#include "lib/base/base.h"
#include "read.h"

/* The properties of a container that an exemption can require. */
static const struct capgate_member asked_for[] = {
	{"annotations", SHAPE(.types = CAPGATE_T_OBJECT, .each = STRING(READ_ANNOTATION),
			      .expected = "an object of annotation keys and globs")},
	{"cgroup", STRING(READ_CGROUP)},
	{"bundle", STRING(READ_BUNDLE)},
	{"rootfs", STRING(READ_ROOTFS)},
	{"hostname", STRING(READ_HOSTNAME)},
	{"uid", SHAPE(.types = CAPGATE_T_NUMBER, .field = READ_UID)},
	{"image", STRING(READ_IMAGE)},
	{0},
};

const struct capgate_shape capgate_shape_match = {
	.types = CAPGATE_T_OBJECT,
	.closed = true,
	.members = asked_for,
};

/* An entry of learn_match. */
const struct capgate_shape capgate_shape_learn_one = {
	.types = CAPGATE_T_OBJECT,
	.field = READ_LEARN_MATCH,
	.closed = true,
	.members = asked_for,
};

const struct capgate_shape capgate_shape_learn_match = {
	.types = CAPGATE_T_ARRAY,
	.expected = "an array of objects like the \"match\" of an exemption",
	.each = &capgate_shape_learn_one,
};

const struct capgate_shape capgate_shape_exemptions = {
	.types = CAPGATE_T_ARRAY,
	.expected = "an array of exemptions",
	.each = SHAPE(.types = CAPGATE_T_OBJECT, .field = READ_EXEMPTION, .closed = true,
		      .members = MEMBERS(
			      {"id", STRING(READ_ID)}, {"match", &capgate_shape_match},
			      {"allow",
			       SHAPE(.types = CAPGATE_T_ARRAY, .each = STRING(READ_EXEMPT_ALLOW),
				     .expected = "an array of capability names")},
			      {"seccomp",
			       SHAPE(.types = CAPGATE_T_ARRAY, .each = STRING(READ_EXEMPT_SECCOMP),
				     .expected = "an array of seccomp actions")},
			      {"user_namespaces", STRING(READ_EXEMPT_USERNS)},
			      {"reason", STRING(READ_REASON)}, {"owner", STRING(READ_OWNER)},
			      {"expires", STRING(READ_EXPIRES)})),
};

/* More than anyone can maintain. */
#define EXEMPTIONS_MAX 10000
#define PATTERN_MAX 1024

static int fail_exemption(const struct capgate_walk *walk, size_t pos, const char *words)
{
	return capgate_walk_fail(walk, CAPGATE_EPOLICY, CAPGATE_RULE_POLICY, pos, "%s", words);
}

static int begin_exemption(struct capgate_policy *p, const struct capgate_walk *walk,
			   const struct capgate_json_event *event)
{
	if (p->n_exemptions == EXEMPTIONS_MAX)
		return fail_exemption(walk, event->at.off, "more than 10000 exemptions");
	if (capgate_arena_room(walk->arena, (void **)&p->exemptions, &p->exemptions_room,
			       p->n_exemptions + 1, sizeof(*p->exemptions)) < 0)
		return capgate_fail_memory(walk->err);
	p->exemptions[p->n_exemptions++] =
		(struct capgate_exemption){.until = INT64_MAX, .source = (unsigned)p->n_sources};
	return 0;
}

static bool asks_for_nothing(const struct capgate_exemption *e)
{
	return !e->n_annotations && !e->cgroup.len && !e->bundle.len && !e->rootfs.len &&
	       !e->hostname.len && !e->image.len && !e->has_uid;
}

/* Checks that an exemption has the required members. */
static int end(struct capgate_exemption *e, const struct capgate_walk *walk,
	       const struct capgate_json_event *event)
{
	e->at = event->at;
	if (e->id.len == 0)
		return fail_exemption(walk, event->at.off, "an exemption needs an \"id\"");
	if (e->reason.len == 0)
		return fail_exemption(walk, event->at.off, "an exemption needs a \"reason\"");
	if (capgate_set_empty(e->allow) && !e->lifts)
		return fail_exemption(walk, event->at.off,
				      "an exemption needs \"allow\" with at least one capability, "
				      "\"seccomp\" with an action, or \"user_namespaces\"");
	if (asks_for_nothing(e))
		return fail_exemption(walk, event->at.off,
				      "an exemption needs a \"match\" with at least one condition");
	return 0;
}

static bool is_leap(int64_t y)
{
	return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

/* The number in the n digits at from of a date; -1 if it is not a number. */
static int64_t digits(struct capgate_text t, size_t from, size_t n)
{
	uint64_t v;

	return capgate_json_uint((struct capgate_text){t.p + from, n}, 9999, &v) ? (int64_t)v : -1;
}

/* Reads "2027-03-31": the exemption is in force until the end of that day, UTC (RFC 3339,
 * full-date). */
static int read_expires(struct capgate_exemption *e, const struct capgate_walk *walk,
			const struct capgate_json_event *event)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	struct capgate_text t = event->text;
	int64_t y, m, d, days, length;

	if (t.len != 10 || t.p[4] != '-' || t.p[7] != '-' || (y = digits(t, 0, 4)) < 1970 ||
	    (m = digits(t, 5, 2)) < 1 || m > 12)
		return capgate_policy_bad_value(walk, event, "not a date", "write it as ",
						"\"2027-03-31\"");
	length = lengths[m - 1] + (m == 2 && is_leap(y));
	d = digits(t, 8, 2);
	if (d < 1 || d > length)
		return capgate_policy_bad_value(walk, event, "no such day", "write it as ",
						"\"2027-03-31\"");
	/* Days since 1970.  Years begin in March, so that the leap day is the last day. */
	if (m <= 2)
		y--;
	m = (m + 9) % 12;
	days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + d - 1 - 719468;
	e->expires = t;
	e->until = (days + 1) * 86400;
	return 0;
}

static int read_annotation(struct capgate_exemption *e, const struct capgate_walk *walk,
			   const struct capgate_json_event *event)
{
	size_t room = e->n_annotations; /* exact, because there are few */

	if (event->text.len > PATTERN_MAX)
		return fail_exemption(walk, event->at.off, "this is longer than 1024 bytes");
	if (capgate_arena_room(walk->arena, (void **)&e->annotations, &room, e->n_annotations + 1,
			       sizeof(*e->annotations)) < 0)
		return capgate_fail_memory(walk->err);
	e->annotations[e->n_annotations++] = (struct capgate_pair){
		.key = walk->frame[walk->depth].key, .value = event->text, .at = event->at};
	return 0;
}

static int read_lift(struct capgate_exemption *e, const struct capgate_walk *walk,
		     const struct capgate_json_event *event)
{
	if (capgate_text_is(event->text, "SCMP_ACT_NOTIFY"))
		e->lifts |= CAPGATE_LIFT_NOTIFY;
	else if (capgate_text_is(event->text, "SCMP_ACT_TRACE"))
		e->lifts |= CAPGATE_LIFT_TRACE;
	else
		return capgate_policy_bad_value(
			walk, event, "not a seccomp action that an exemption can lift", "write ",
			"\"SCMP_ACT_NOTIFY\" or \"SCMP_ACT_TRACE\"");
	return 0;
}

static int read_userns(struct capgate_exemption *e, const struct capgate_walk *walk,
		       const struct capgate_json_event *event)
{
	if (!capgate_text_is(event->text, "allow"))
		return capgate_policy_bad_value(walk, event, "unknown value",
						"an exemption only lifts it: ", "\"allow\"");
	e->lifts |= CAPGATE_LIFT_USERNS;
	return 0;
}

static int read_uid(struct capgate_exemption *e, const struct capgate_walk *walk,
		    const struct capgate_json_event *event)
{
	uint64_t uid;

	if (!capgate_json_uint(event->text, 4294967294u, &uid))
		return capgate_policy_bad_value(walk, event, "not a user id",
						"write a plain integer such as ", "1000");
	e->uid = (uint32_t)uid;
	e->has_uid = true;
	return 0;
}

static struct capgate_text *text_field(struct capgate_exemption *e, int field)
{
	switch (field) {
	case READ_ID:
		return &e->id;
	case READ_REASON:
		return &e->reason;
	case READ_OWNER:
		return &e->owner;
	case READ_CGROUP:
		return &e->cgroup;
	case READ_BUNDLE:
		return &e->bundle;
	case READ_ROOTFS:
		return &e->rootfs;
	case READ_HOSTNAME:
		return &e->hostname;
	default:
		return &e->image;
	}
}

static int read_text(struct capgate_exemption *e, const struct capgate_walk *walk, int field,
		     const struct capgate_json_event *event)
{
	if (event->text.len == 0)
		return fail_exemption(walk, event->at.off, "this may not be empty");
	if (event->text.len > PATTERN_MAX)
		return fail_exemption(walk, event->at.off, "this is longer than 1024 bytes");
	*text_field(e, field) = event->text;
	return 0;
}

/* Reads one property that must match. */
static int read_match(struct capgate_exemption *e, const struct capgate_walk *walk, int field,
		      const struct capgate_json_event *event)
{
	switch (field) {
	case READ_ANNOTATION:
		return read_annotation(e, walk, event);
	case READ_UID:
		return read_uid(e, walk, event);
	default:
		return read_text(e, walk, field, event);
	}
}

int capgate_policy_read_learn(struct capgate_policy *p, const struct capgate_walk *walk, int field,
			      const struct capgate_json_event *event, bool *within)
{
	struct capgate_exemption *e;

	if (field == READ_LEARN_MATCH && event->kind == CAPGATE_JSON_OBJECT) {
		if (p->n_learn_match == EXEMPTIONS_MAX)
			return fail_exemption(walk, event->at.off, "more than 10000 of these");
		if (capgate_arena_room(walk->arena, (void **)&p->learn_match, &p->learn_match_room,
				       p->n_learn_match + 1, sizeof(*p->learn_match)) < 0)
			return capgate_fail_memory(walk->err);
		p->learn_match[p->n_learn_match++] = (struct capgate_exemption){
			.until = INT64_MAX, .source = (unsigned)p->n_sources};
		*within = true;
		return 0;
	}
	e = &p->learn_match[p->n_learn_match - 1];
	if (field != READ_LEARN_MATCH)
		return read_match(e, walk, field, event);
	*within = false;
	e->at = event->at;
	if (asks_for_nothing(e))
		return fail_exemption(walk, event->at.off,
				      "this matches nothing; add a condition, or remove "
				      "\"learn_match\" to record every container");
	return 0;
}

int capgate_policy_read_exemption(struct capgate_policy *policy, const struct capgate_walk *walk,
				  int field, const struct capgate_json_event *event)
{
	struct capgate_exemption *e;
	int one;

	if (field == READ_EXEMPTION && event->kind == CAPGATE_JSON_OBJECT)
		return begin_exemption(policy, walk, event);
	if (policy->n_exemptions == 0)
		return fail_exemption(walk, event->at.off, "an exemption must be an object");
	e = &policy->exemptions[policy->n_exemptions - 1];
	switch (field) {
	case READ_EXEMPTION:
		return end(e, walk, event);
	case READ_EXPIRES:
		return read_expires(e, walk, event);
	case READ_EXEMPT_ALLOW:
		if (capgate_policy_name(walk, event, &e->allow, &one) < 0)
			return walk->err->code;
		if (one >= 0)
			e->named = capgate_set_or(e->named, capgate_set_of(one));
		return 0;
	case READ_EXEMPT_SECCOMP:
		return read_lift(e, walk, event);
	case READ_EXEMPT_USERNS:
		return read_userns(e, walk, event);
	default:
		return read_match(e, walk, field, event);
	}
}
