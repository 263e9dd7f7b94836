/* SPDX-License-Identifier: Apache-2.0 */
#include "documents.h"

#include <string.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"

/* ---- Reading ------------------------------------------------------------------------------ */

static bool is_braced(struct capgate_text t)
{
	size_t i = 0;

	while (i < t.len && strchr(" \t\r\n", t.p[i]) && t.p[i])
		i++;
	return i < t.len && (t.p[i] == '{' || t.p[i] == '[');
}

static bool is_blank(struct capgate_text t)
{
	for (size_t i = 0; i < t.len; i++)
		if (!capgate_is_blank(t.p[i]))
			return false;
	return true;
}

static void move(const struct yaml_text *yaml, struct capgate_span *at)
{
	if (at->len)
		*at = yaml_place(yaml, at->off);
}

static void move_places(const struct yaml_text *yaml, struct capgate_places *p)
{
	move(yaml, &p->container);
	move(yaml, &p->security);
	move(yaml, &p->capabilities);
	move(yaml, &p->add);
	move(yaml, &p->drop);
	move(yaml, &p->privileged);
	for (size_t i = 0; i < p->n_added; i++)
		move(yaml, &p->added[i].at);
}

static int own_arena(size_t size, struct capgate_arena *ret, struct capgate_error *err)
{
	void *block = io_block(size);

	if (!block)
		return capgate_fail_memory(err);
	capgate_arena_init(ret, block, size);
	return 0;
}

/* The whole text is one document, which is not judged. */
static int name_it(struct documents *d, const char *why)
{
	d->only = (struct capgate_inspected){
		.engine = "",
		.thing = "document",
		.rule = CAPGATE_RULE_OTHER_DOCUMENT,
		.why = why,
	};
	d->v = &d->only;
	d->n = 1;
	return 0;
}

/* Text with double braces is a template, not YAML. */
static int name_template(struct capgate_text text, struct documents *d,
			 const struct capgate_error *err)
{
	if (err->code == CAPGATE_ELIMIT || err->code == CAPGATE_ENOMEM ||
	    !memmem(text.p, text.len, "{{", 2))
		return err->code;
	return name_it(d, "this is a template, not YAML; pass the output of helm template, or of "
			  "the program that reads this template");
}

static int read_yaml(struct capgate_text text, size_t limit, struct documents *d,
		     struct capgate_error *err)
{
	/* Aliases enlarge a text, but only up to a limit. */
	const size_t most = text.len * 32 + ((size_t)64 << 10);

	limit = most < limit ? most : limit;
	if (own_arena(yaml_arena_for(text.len, limit), &d->nodes, err) < 0)
		return err->code;
	if (yaml_read(text, limit, &d->nodes, &d->yaml, err) < 0)
		return name_template(text, d, err);
	if (d->yaml.json.len == 0)
		return name_it(d, "this YAML has no document, only comments and markers");
	if (io_arena(d->yaml.json.len, &d->results, err) < 0)
		return err->code;
	d->is_yaml = true;
	if (capgate_inspect_parse(d->yaml.json, &d->results, &d->v, &d->n, err) < 0) {
		if (err->pos != CAPGATE_NOWHERE)
			err->pos = yaml_place(&d->yaml, err->pos).off;
		return err->code;
	}
	for (size_t i = 0; i < d->n; i++)
		move_places(&d->yaml, &d->v[i].places);
	return 0;
}

int documents_read(struct capgate_text text, size_t limit, struct capgate_arena *arena,
		   struct documents *ret, struct capgate_error *err)
{
	int status;

	*ret = (struct documents){0};
	if (is_blank(text))
		return name_it(ret, "the text is empty");
	status = capgate_inspect_parse(text, arena, &ret->v, &ret->n, err);
	if (status == 0 || err->rule != CAPGATE_RULE_SYNTAX || is_braced(text))
		return status;
	return read_yaml(text, limit, ret, err);
}

void documents_release(struct documents *d)
{
	io_arena_release(&d->nodes);
	io_arena_release(&d->results);
}

/* ---- Judging ------------------------------------------------------------------------------ */

static struct capgate_report untold(const struct capgate_inspected *one, enum capgate_rule rule)
{
	struct capgate_report r = {.rule = rule,
				   .exit_status = capgate_rule_info(rule)->exit_status};

	(void)capgate_fail(&r.error, CAPGATE_EINVALID, rule,
			   one->places.container.len ? one->places.container.off : CAPGATE_NOWHERE,
			   "%s", one->why);
	return r;
}

struct capgate_report documents_untold(const struct capgate_inspected *one)
{
	return untold(one, one->rule);
}

bool documents_judged(const struct capgate_inspected *one, const struct capgate_report *report)
{
	return !one->rule && (report->parsed || report->rule != CAPGATE_RULE_NOT_TOLD);
}

struct capgate_text documents_part(const struct capgate_inspected *i, char buf[DOCUMENTS_PART])
{
	struct capgate_out out = {buf, DOCUMENTS_PART, 0};

	capgate_out_string(&out, i->engine);
	capgate_out_format(&out, "%s%s", i->engine[0] ? " " : "", i->thing);
	if (i->name.len || i->id.len)
		capgate_out_string(&out, " ");
	capgate_out_visible(&out, i->name.len ? i->name : i->id);
	if (i->image.len) {
		capgate_out_string(&out, " (");
		capgate_out_visible(&out, i->image);
		capgate_out_string(&out, ")");
	}
	if (!i->rule)
		capgate_out_format(&out, ", %s", i->how);
	return capgate_out_text(&out);
}

/* The place where the document requests the capability, or else the description of the
 * container. */
static struct capgate_span place_of(const struct capgate_places *places, int cap)
{
	for (size_t i = 0; i < places->n_added; i++)
		if (places->added[i].cap == cap || places->added[i].cap < 0)
			return places->added[i].at;
	return places->privileged.len ? places->privileged : places->container;
}

/* Replaces places in the generated specification, which nobody wrote, by places in the document. */
static void name_places(const struct capgate_inspected *one, const struct capgate_spec *spec,
			struct capgate_report *r)
{
	const struct capgate_places *places = &one->places;

	r->error.pos = CAPGATE_NOWHERE;
	for (size_t i = 0; i < r->n_findings; i++) {
		struct capgate_finding *f = &r->findings[i];

		if (f->cap < 0 && f->set >= 0 && f->at.len && !f->subject.len)
			f->subject = (struct capgate_text){spec->text.p + f->at.off, f->at.len};
		f->at = f->cap >= 0 && f->set >= 0 ? place_of(places, f->cap)
						   : (struct capgate_span){0};
	}
}

void documents_judge(const struct capgate_inspected *one, struct capgate_policy *policy,
		     struct capgate_arena *arena, struct capgate_spec *spec,
		     struct capgate_report *report)
{
	if (one->image.len)
		policy->scene.image = one->image;
	/* It is unknown where it will run.  Assume that sysctls can be set and that groups are the
	 * host's. */
	policy->scene.settable = capgate_set_all();
	policy->scene.gid_last = UINT32_MAX;
	capgate_assess(one->config, CAPGATE_CONFIG, policy, arena, spec, report);
	report->dialect = one->dialect;
	if (one->partial && report->parsed && report->verdict == CAPGATE_PASS)
		*report = untold(one, CAPGATE_RULE_NOT_TOLD);
	else
		name_places(one, spec, report);
}

static int view_one(const struct capgate_inspected *one, const struct capgate_policy *policy,
		    struct capgate_arena *arena,
		    int (*each)(void *user, const struct documents_view *view), void *user,
		    bool *all)
{
	struct capgate_policy here = *policy;
	struct capgate_spec spec = {0};
	struct capgate_report report;

	if (one->rule)
		report = documents_untold(one);
	else
		documents_judge(one, &here, arena, &spec, &report);
	*all &= one->rule == CAPGATE_RULE_LEFT_OUT || documents_judged(one, &report);
	return each(user, &(struct documents_view){one, &here, &spec, &report});
}

int documents_each(const char *path, struct capgate_text text, const struct capgate_policy *policy,
		   struct capgate_arena *arena,
		   int (*each)(void *user, const struct documents_view *view), void *user,
		   bool *all)
{
	struct documents documents;
	struct capgate_spec spec = {0};
	struct capgate_report report;
	struct capgate_error err;
	size_t mark;
	int status;

	capgate_assess(text, CAPGATE_CONFIG, policy, arena, &spec, &report);
	*all = true;
	if (report.parsed)
		return each(user, &(struct documents_view){NULL, policy, &spec, &report});
	arena->used = 0;
	status = documents_read(text, policy->max_bytes, arena, &documents, &err);
	if (status < 0) {
		documents_release(&documents);
		/* For a specification keep the strict reader's message. */
		if (err.rule != CAPGATE_RULE_NONE)
			report = (struct capgate_report){
				.error = err,
				.rule = err.rule,
				.exit_status = capgate_rule_info(err.rule)->exit_status};
		*all = false;
		return each(user, &(struct documents_view){NULL, policy, &spec, &report});
	}
	documents_beside(path, documents.v, documents.n);
	mark = arena->used;
	for (size_t i = 0; status == 0 && i < documents.n; i++) {
		arena->used = mark; /* what the last one needed */
		status = view_one(&documents.v[i], policy, arena, each, user, all);
	}
	documents_release(&documents);
	return status;
}
