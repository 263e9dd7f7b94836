/* SPDX-License-Identifier: Apache-2.0 */
#include "used.h"

#include <string.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "lib/caps/caps.h"
#include "paste.h"

#define PASTED_MAX 4096

/* The use of one capability by all programs. */
struct used_cap {
	uint64_t count, granted;
	int64_t first, last;
};

void used_make(const struct lesson *lesson, struct style style, struct used_report *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->style = style;
	memcpy(ret->sums.name, lesson->name, sizeof(ret->sums.name));
	lesson_merge(&ret->sums, lesson);
	for (size_t i = 0; i < lesson->n_runs; i++)
		ret->running += !lesson->run[i].over;
}

/* Adds up the rows of a capability.  False if no program asked for it. */
static bool sum_of(const struct lesson *l, int cap, struct used_cap *ret)
{
	*ret = (struct used_cap){0};
	for (size_t i = 0; i < l->n_rows; i++) {
		const struct lesson_row *r = &l->row[i];

		if (r->cap != cap)
			continue;
		ret->count += r->count;
		ret->granted += r->granted;
		if (ret->first == 0 || r->first < ret->first)
			ret->first = r->first;
		if (r->last > ret->last)
			ret->last = r->last;
	}
	return ret->count > 0;
}

static capgate_set used_set(const struct lesson *l)
{
	capgate_set set = {0};

	for (size_t i = 0; i < l->n_rows; i++)
		if (l->row[i].granted)
			set = capgate_set_or(set, capgate_set_of(l->row[i].cap));
	return set;
}

static struct paste pastes_of(const struct lesson *l)
{
	return (struct paste){.keep = used_set(l), .name = l->name, .is_image = l->name[0] != '/'};
}

/* ---- For people -------------------------------------------------------------------- */

/* Prints "2 d 3 h" or "45 s". */
static void out_span(uint64_t seconds, struct capgate_out *out)
{
	static const struct {
		uint64_t length;
		const char *name;
	} units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
	size_t i = 0;

	while (i < COUNT(units) - 1 && seconds < units[i].length)
		i++;
	capgate_out_format(out, "%llu %s", (unsigned long long)(seconds / units[i].length),
			   units[i].name);
	if (i + 1 < COUNT(units) && seconds % units[i].length / units[i + 1].length)
		capgate_out_format(
			out, " %llu %s",
			(unsigned long long)(seconds % units[i].length / units[i + 1].length),
			units[i + 1].name);
}

/* Prints "2026-11-28 21:04:05". */
static void out_time(int64_t seconds, struct capgate_out *out)
{
	char buf[CLOCK_TEXT];

	clock_text(seconds, 0, buf);
	capgate_out_format(out, "%.10s %.8s", buf, buf + 11);
}

static void out_programs(const struct lesson *l, int cap, struct capgate_out *out)
{
	const char *before = ": ";

	for (size_t i = 0; i < l->n_rows; i++) {
		if (l->row[i].cap != cap)
			continue;
		capgate_out_string(out, before);
		capgate_out_visible(
			out, capgate_text_of(l->row[i].program[0] ? l->row[i].program : "others"));
		before = ", ";
	}
}

static void out_used_cap(const struct used_report *r, int cap, struct capgate_out *out)
{
	struct used_cap c;
	char name[24] = "";
	struct capgate_out named = {name, sizeof(name) - 1, 0};

	if (!sum_of(&r->sums, cap, &c))
		return;
	capgate_out_string(&named, capgate_cap_info(cap)->name + 4);
	name[capgate_out_text(&named).len] = '\0';
	terminal_paint(out, &r->style, c.granted ? PAINT_BOLD : PAINT_DIM, name);
	capgate_out_format(out, "%*s %s %llu time%s", 18 - (int)strlen(name), "",
			   c.granted ? "used" : "not given, but asked for",
			   (unsigned long long)(c.granted ? c.granted : c.count),
			   (c.granted ? c.granted : c.count) == 1 ? "" : "s");
	if (c.granted && c.granted < c.count)
		capgate_out_format(out, ", refused %llu",
				   (unsigned long long)(c.count - c.granted));
	out_programs(&r->sums, cap, out);
	capgate_out_string(out, "\n    first ");
	out_time(c.first, out);
	capgate_out_string(out, ", last ");
	out_time(c.last, out);
	capgate_out_string(out, "\n");
}

static void out_caveats(const struct used_report *r, struct capgate_out *out)
{
	if (r->running)
		capgate_out_format(out, "%zu of these runs %s not ended yet.\n", r->running,
				   r->running == 1 ? "has" : "have");
	if (r->sums.lost)
		capgate_out_format(out,
				   "Incomplete: %llu checks or processes were not counted, so more "
				   "capabilities may be in use.\n",
				   (unsigned long long)r->sums.lost);
	capgate_out_string(out, "Used does not mean needed: a program may work without a "
				"capability that it used, and may\nlater need one that it has not "
				"used yet.\ncapgate learn --check CMD proves what is "
				"needed.\n");
}

static void out_pasted(const struct lesson *l, const struct style *style, struct capgate_out *out)
{
	const struct paste paste = pastes_of(l);

	for (int f = 0; f < NPASTES; f++) {
		char buf[PASTED_MAX];
		struct capgate_out one = {buf, sizeof(buf), 0};

		paste_write(&paste, (enum paste_form)f, &one);
		if (capgate_out_text(&one).len == 0)
			continue;
		capgate_out_string(out, "\n");
		terminal_paint(out, style, PAINT_BOLD, paste_title((enum paste_form)f));
		capgate_out_string(out, ":\n");
		capgate_out_bytes(out, buf, capgate_out_text(&one).len);
	}
}

void used_table(const struct used_report *r, struct capgate_out *out)
{
	const struct lesson *l = &r->sums;

	capgate_out_visible(out, capgate_text_of(l->name));
	capgate_out_string(out, " used ");
	capgate_out_set(out, used_set(l), " ");
	capgate_out_format(out, "; %llu run%s, ", (unsigned long long)l->runs,
			   l->runs == 1 ? "" : "s");
	out_span(l->seconds, out);
	if (l->runs) {
		capgate_out_string(out, ", ");
		out_time(l->first, out);
		capgate_out_string(out, " to ");
		out_time(l->last, out);
		capgate_out_string(out, " UTC");
	}
	capgate_out_string(out, "\n\n");
	for (int c = 0; c < CAPGATE_NCAPS; c++)
		out_used_cap(r, c, out);
	capgate_out_string(out, l->n_rows ? "\n" : "");
	out_caveats(r, out);
	out_pasted(l, &r->style, out);
}

void used_proof_table(const struct lesson_proof *p, struct style style, struct capgate_out *out)
{
	(void)style;
	capgate_out_visible(out, p->name);
	capgate_out_string(out, " needs ");
	capgate_out_set(out, p->needed, " ");
	capgate_out_string(out, p->finished ? ", proved by capgate learn\n"
					    : ", or fewer: capgate learn was interrupted\n");
}

/* ---- For programs ------------------------------------------------------------------ */

static void json_names(struct capgate_out *out, const char *name, capgate_set set)
{
	capgate_out_format(out, "\"%s\":[", name);
	capgate_out_names(out, set);
	capgate_out_string(out, "],");
}

static void json_programs(const struct lesson *l, int cap, struct capgate_out *out)
{
	const char *before = "";

	capgate_out_string(out, ",\"programs\":[");
	for (size_t i = 0; i < l->n_rows; i++) {
		const struct lesson_row *r = &l->row[i];

		if (r->cap != cap)
			continue;
		capgate_out_format(out, "%s{\"name\":", before);
		capgate_out_json(out, capgate_text_of(r->program));
		capgate_out_format(out, ",\"count\":%llu,\"granted\":%llu}",
				   (unsigned long long)r->count, (unsigned long long)r->granted);
		before = ",";
	}
	capgate_out_string(out, "]");
}

static void json_used_cap(const struct lesson *l, int cap, const char **before,
			  struct capgate_out *out)
{
	struct used_cap c;

	if (!sum_of(l, cap, &c))
		return;
	capgate_out_format(out,
			   "%s{\"name\":\"%s\",\"count\":%llu,\"granted\":%llu,\"first\":%lld,"
			   "\"last\":%lld",
			   *before, capgate_cap_info(cap)->name, (unsigned long long)c.count,
			   (unsigned long long)c.granted, (long long)c.first, (long long)c.last);
	json_programs(l, cap, out);
	capgate_out_string(out, "}");
	*before = ",";
}

void used_json(const struct used_report *r, struct capgate_out *out)
{
	const struct lesson *l = &r->sums;
	const struct paste paste = pastes_of(l);
	capgate_set asked = {0};
	const char *before = "";

	for (size_t i = 0; i < l->n_rows; i++)
		asked = capgate_set_or(asked, capgate_set_of(l->row[i].cap));
	capgate_out_string(out, "{\"version\":1,\"kind\":\"used\",\"name\":");
	capgate_out_json(out, capgate_text_of(l->name));
	capgate_out_string(out, ",");
	json_names(out, "used", used_set(l));
	json_names(out, "asked", asked);
	capgate_out_format(out,
			   "\"runs\":%llu,\"running\":%zu,\"seconds\":%llu,\"first\":%lld,"
			   "\"last\":%lld,\"lost\":%llu,\"capabilities\":[",
			   (unsigned long long)l->runs, r->running, (unsigned long long)l->seconds,
			   (long long)l->first, (long long)l->last, (unsigned long long)l->lost);
	for (int c = 0; c < CAPGATE_NCAPS; c++)
		json_used_cap(l, c, &before, out);
	capgate_out_string(out, "],\"paste\":{");
	for (int f = 0; f < NPASTES; f++) {
		char buf[PASTED_MAX];
		struct capgate_out one = {buf, sizeof(buf), 0};

		paste_write(&paste, (enum paste_form)f, &one);
		capgate_out_format(out, "%s\"%s\":", f ? "," : "", paste_key((enum paste_form)f));
		capgate_out_json(out, capgate_out_text(&one));
	}
	capgate_out_string(out, "}}");
}
