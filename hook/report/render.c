/* SPDX-License-Identifier: Apache-2.0 */
/* Renders one report into the buffer of its item, in the requested format. */
#include <stdlib.h>
#include <string.h>

#include "lib/base/base.h"
#include "parts.h"

/* {...} -> {...,"prediction":{...}} */
static void add_prediction(const struct shown *o, struct capgate_out *out)
{
	if (o->prediction.after == PREDICT_UNKNOWN && !o->prediction.why && !o->prediction.deep)
		return;
	out->len--; /* the closing brace is written again */
	capgate_out_string(out, ",\"prediction\":");
	predict_json(&o->prediction, out);
	capgate_out_string(out, "}");
}

/* {"capgate":1,...} -> {"inspected":{...},"capgate":1,...} */
static void fill_json(const struct shown *o, struct capgate_out *out)
{
	const struct capgate_inspected *i = o->inspected;

	if (i) {
		size_t joint;

		capgate_out_format(out,
				   "{\"inspected\":{\"engine\":\"%s\",\"resolved\":%s,\"how\":",
				   i->engine, i->resolved ? "true" : "false");
		capgate_out_json(out, capgate_text_of(i->rule || (i->partial && !o->report.parsed)
							      ? i->why
							      : i->how));
		capgate_out_string(out, ",\"id\":");
		capgate_out_json(out, i->id);
		capgate_out_string(out, ",\"name\":");
		capgate_out_json(out, i->name);
		capgate_out_string(out, ",\"image\":");
		capgate_out_json(out, i->image);
		capgate_out_string(out, "}");
		joint = out->len;
		capgate_report_json(&o->report, &o->spec, o->policy, &o->subject, out);
		if (joint < out->size)
			out->p[joint] = ','; /* replaces the opening brace */
		return;
	}
	capgate_report_json(&o->report, &o->spec, o->policy, &o->subject, out);
	add_prediction(o, out);
}

static void fill_report(const struct shown *o, struct capgate_out *out)
{
	const struct report_plan *plan = o->plan;

	if (plan->diff) {
		if (o->edits.n)
			diff_unified(o->subject.text, o->rewritten, &o->edits, o->subject.file,
				     out);
		return;
	}
	switch (plan->format) {
	case FORMAT_JSON:
		fill_json(o, out);
		break;
	case FORMAT_JSONL:
		fill_json(o, out);
		capgate_out_string(out, "\n");
		break;
	case FORMAT_SARIF:
		capgate_report_sarif(&o->report, &o->spec, o->policy, &o->subject, out);
		break;
	case FORMAT_JUNIT:
		capgate_report_junit(&o->report, &o->spec, o->policy, &o->subject, out);
		break;
	case FORMAT_HTML:
		capgate_report_html(&o->report, &o->spec, o->policy, &o->subject, o->anchor, out);
		break;
	case FORMAT_GITHUB:
		capgate_report_github(&o->report, &o->spec, o->policy, &o->subject, out);
		break;
	default:
		report_table(o, out);
		break;
	}
}

#define FIRST_ROOM ((size_t)16 << 10)

/* Enlarges the buffer and keeps its content. */
static int make_room(struct report_item *item, size_t room, struct capgate_error *err)
{
	char *grown;

	if (item->room >= room)
		return 0;
	grown = realloc(item->out.p, room);
	if (!grown)
		return capgate_fail_memory(err);
	item->out.p = grown;
	item->out.size = item->room = room;
	return 0;
}

int report_render(const struct shown *o, struct report_item *item, struct capgate_error *err)
{
	size_t before = item->out.len, room = FIRST_ROOM;

	for (int tries = 0; tries < 2; tries++) {
		if (make_room(item, room, err) < 0)
			return err->code;
		item->out.len = before;
		if (before)
			capgate_out_string(&item->out, report_separator(o->plan));
		fill_report(o, &item->out);
		if (item->out.len <= item->out.size)
			return 0;
		room = item->out.len;
	}
	item->out.len = before;
	return capgate_fail(err, CAPGATE_EINTERNAL, CAPGATE_RULE_NONE, CAPGATE_NOWHERE,
			    "the report changed while it was written");
}
