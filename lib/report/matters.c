/* SPDX-License-Identifier: Apache-2.0 */
#include "matters.h"

static struct capgate_text cut(struct capgate_sentence *s, const struct capgate_out *out)
{
	return (struct capgate_text){s->buf, out->len < out->size ? out->len : out->size};
}

void capgate_sentence_of(const struct capgate_finding *f, const struct capgate_spec *spec,
			 const struct capgate_policy *policy, struct capgate_sentence *ret)
{
	struct capgate_out out = {ret->buf, sizeof(ret->buf), 0};

	capgate_finding_message(f, spec, policy, &out);
	ret->text = cut(ret, &out);
}

void capgate_path_sentence(const struct capgate_finding *f, const struct capgate_spec *spec,
			   struct capgate_sentence *ret)
{
	struct capgate_out out = {ret->buf, sizeof(ret->buf), 0};

	capgate_finding_path(f, spec, &out);
	ret->text = cut(ret, &out);
}

static struct capgate_text raw(const struct capgate_spec *spec, const struct capgate_finding *f)
{
	return (struct capgate_text){spec->text.p + f->at.off, f->at.len};
}

static bool same_matter(const struct capgate_spec *spec, const struct capgate_finding *a,
			const struct capgate_finding *b)
{
	if (a->rule != b->rule || a->cap != b->cap || (a->set < 0) != (b->set < 0))
		return false;
	if (a->set < 0)
		return capgate_text_equal(a->subject, b->subject) && a->at.off == b->at.off;
	return a->cap >= 0 || capgate_text_equal(raw(spec, a), raw(spec, b));
}

bool capgate_matter_is_old(const struct capgate_report *r, const struct capgate_spec *spec,
			   size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (same_matter(spec, &r->findings[j], &r->findings[i]))
			return true;
	return false;
}

bool capgate_finding_leads(const struct capgate_report *r, const struct capgate_spec *spec,
			   size_t i, unsigned *sets)
{
	if (i >= r->n_findings || capgate_matter_is_old(r, spec, i))
		return false;
	*sets = 0;
	for (size_t j = i; j < r->n_findings; j++)
		if (r->findings[j].set >= 0 && same_matter(spec, &r->findings[i], &r->findings[j]))
			*sets |= 1u << r->findings[j].set;
	return true;
}

void capgate_matter_sets(const struct capgate_report *r, const struct capgate_spec *spec, size_t i,
			 struct capgate_out *out)
{
	unsigned sets;
	bool any = false;

	if (!capgate_finding_leads(r, spec, i, &sets))
		return;
	for (int s = 0; s < CAPGATE_NSETS; s++) {
		if (!(sets & 1u << s))
			continue;
		capgate_out_format(out, "%s%s", any ? ", " : "",
				   capgate_which_name((enum capgate_which)s));
		any = true;
	}
}

int capgate_report_severity(const struct capgate_report *r)
{
	int worst = -1;

	if (!r->parsed)
		return (int)capgate_rule_info(r->error.rule)->severity;
	for (size_t i = 0; i < r->n_findings; i++)
		if ((int)r->findings[i].severity > worst)
			worst = (int)r->findings[i].severity;
	return worst;
}
