/* SPDX-License-Identifier: Apache-2.0 */
/* A judgement into its item: counted, and rendered. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hook/sys/sys.h"
#include "parts.h"

_Static_assert(CAPGATE_NRULES <= 64, "report_item.rules has a bit for each rule");

static uint64_t rules_of(const struct capgate_report *r)
{
	uint64_t rules = 0;

	if (!r->parsed)
		return (uint64_t)1 << r->error.rule;
	for (size_t i = 0; i < r->n_findings; i++)
		rules |= (uint64_t)1 << r->findings[i].rule;
	return rules;
}

int report_status(const struct report_plan *plan, const struct report_item *item,
		 const struct capgate_report *r)
{
	const bool in_place = item->fixed && plan->in_place; /* a copy fixes nothing */

	if (plan->threshold >= 0)
		return capgate_report_severity(r) >= plan->threshold && !in_place ? STATUS_FINDINGS
										  : STATUS_OK;
	return r->verdict == CAPGATE_PASS || in_place ? STATUS_OK : STATUS_FINDINGS;
}

/* The file, and shortly which of its containers; NULL: no memory. */
static char *row_name(const struct shown *o)
{
	struct capgate_text file = o->subject.file,
			    part = o->inspected ? o->inspected->name : o->subject.part;
	char *name;

	if (asprintf(&name, "%.*s%s%.*s", (int)file.len, file.p, part.len ? ": " : "",
		     (int)part.len, part.len ? part.p : "") < 0)
		return NULL;
	return name;
}

/* The line of the matrix; without memory there is one less. */
static void add_row(struct shown *o, struct report_item *item)
{
	struct report_row row = {
		.verdict = o->report.verdict, .parsed = o->report.parsed, .asked = o->held};

	if (o->plan->format != FORMAT_HTML)
		return;
	snprintf(o->anchor, sizeof(o->anchor), "c%zu-%zu", item->index, item->n_rows);
	memcpy(row.anchor, o->anchor, sizeof(row.anchor));
	row.asked = capgate_set_or(row.asked, capgate_set_union(o->report.asked));
	row.forbidden = capgate_set_or(o->report.forbidden, o->exceeds);
	if (item->n_rows == item->rows_room) {
		size_t more = item->rows_room ? item->rows_room * 2 : 4;
		struct report_row *grown = realloc(item->rows, more * sizeof(*grown));

		if (!grown)
			return;
		item->rows = grown;
		item->rows_room = more;
	}
	row.name = row_name(o);
	item->rows[item->n_rows++] = row;
}

void report_item_clear(struct report_item *item)
{
	item->out.len = item->passed = item->stripped = item->refused = 0;
	item->status = STATUS_OK;
	item->rules = 0;
	item->fixed = false;
}

void report_add(struct shown *o, struct report_item *item, int status)
{
	const struct capgate_report *r = &o->report;
	struct capgate_error err;

	if (status > item->status)
		item->status = status;
	item->rules |= rules_of(r);
	add_row(o, item);
	if (status != STATUS_NOT_JUDGED) {
		item->passed += r->verdict == CAPGATE_PASS;
		item->stripped += r->verdict == CAPGATE_STRIP;
		item->refused += r->verdict == CAPGATE_REFUSE;
	}
	if (o->plan->diff && !r->parsed)
		io_say_error(item->path, &r->error);
	if (report_render(o, item, &err) < 0) {
		io_say_error(item->path, &err);
		item->status = STATUS_NOT_JUDGED;
	}
}
