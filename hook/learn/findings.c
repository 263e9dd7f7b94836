/* SPDX-License-Identifier: Apache-2.0 */
#include "findings.h"

#include <string.h>

#include "lib/base/base.h"
#include "lib/caps/caps.h"
#include "paste.h"
#include "verdicts.h"

#define EVIDENCE 3
#define PASTE_MAX 4096

/* The order of verdicts in the report: what must be kept comes first. */
static const enum verdict order[] = {VERDICT_NEEDED,   VERDICT_PRIVILEGE, VERDICT_FILE,
				     VERDICT_UNPROVED, VERDICT_SURVIVED,  VERDICT_UNNEEDED};

static struct paste paste_of(const struct findings *r)
{
	return (struct paste){.keep = r->study->learned.keep,
			      .by_sysctl = r->study->by_sysctl,
			      .beyond = capgate_set_minus(r->study->learned.keep, r->allowed),
			      .name = r->name,
			      .is_image = r->is_image,
			      .now = r->now};
}

static capgate_set with_verdict(const struct study *s, enum verdict verdict)
{
	capgate_set set = {0};

	for (int c = 0; c < CAPGATE_NCAPS; c++)
		if (capgate_set_has(s->start, c) && s->learned.verdict[c] == verdict)
			set = capgate_set_or(set, capgate_set_of(c));
	return set;
}

/* ---- For people -------------------------------------------------------------------- */

static void visible(struct capgate_out *out, const char *words)
{
	capgate_out_visible(out, capgate_text_of(words));
}

static void out_row(const struct trace_row *row, struct capgate_out *out)
{
	const char *noise = noise_words(row->noise);

	capgate_out_string(out, "    ");
	visible(out, row->program[0] ? row->program : "?");
	capgate_out_format(out, ": %s%s", row->call, row->call[0] ? " " : "");
	capgate_out_string(out, row->site[0] ? "in " : "");
	visible(out, row->site);
	capgate_out_format(
		out, ", %llu time%s, first after %llu.%03llu s%s", (unsigned long long)row->count,
		row->count == 1 ? "" : "s", (unsigned long long)(row->first / 1000000),
		(unsigned long long)(row->first / 1000 % 1000), row->granted ? "" : "; refused");
	if (noise)
		capgate_out_format(out, "; %s", noise);
	capgate_out_string(out, "\n");
}

static void out_cap(const struct findings *r, int cap, struct capgate_out *out)
{
	const struct study *s = r->study;
	const struct trace_row *row[EVIDENCE];
	enum verdict verdict = s->learned.verdict[cap];
	size_t n = evidence_of(&s->full.trace, cap, row, EVIDENCE);
	char name[24];
	struct capgate_out named = {name, sizeof(name) - 1, 0};

	capgate_out_string(&named, capgate_cap_info(cap)->name + 4);
	name[capgate_out_text(&named).len] = '\0';
	terminal_paint(out, &r->style, verdict <= VERDICT_SURVIVED ? PAINT_DIM : PAINT_BOLD, name);
	capgate_out_format(out, "%*s %s\n", 18 - (int)strlen(name), "", verdict_words(verdict));
	if (verdict > VERDICT_SURVIVED && s->learned.why[cap][0]) {
		capgate_out_string(out, "    without it: ");
		visible(out, s->learned.why[cap]);
		capgate_out_string(out, "\n");
	}
	if (capgate_set_has(s->by_sysctl, cap))
		capgate_out_format(out, "    a run passed with the sysctl %s=%s instead\n",
				   capgate_symptom_of(cap)->sysctl, capgate_symptom_of(cap)->value);
	if (capgate_set_has(s->files, cap)) {
		capgate_out_string(out, "    file capability of ");
		visible(out, s->file_of[cap]);
		capgate_out_string(out, "\n");
	}
	for (size_t i = 0; i < n; i++)
		out_row(row[i], out);
}

/* It waits on a port below 1024, although it could do without the capability for that. */
static bool has_low_port(const struct study *s)
{
	return s->full.low_port && capgate_set_has(s->start, CAPGATE_CAP_NET_BIND_SERVICE) &&
	       !capgate_set_has(s->learned.keep, CAPGATE_CAP_NET_BIND_SERVICE);
}

static void out_notes(const struct findings *r, struct capgate_out *out)
{
	const struct study *s = r->study;

	if (!s->followed)
		capgate_out_string(out, "The trace could not follow the container, so every "
					"capability was tried.\n");
	if (s->learned.trace_failed) {
		capgate_out_string(out,
				   "It failed with the capabilities that the trace saw in use (");
		visible(out, s->learned.trace_why);
		capgate_out_string(
			out, "), so each capability was left out in turn, from the full set.\n");
	}
	if (s->flaked)
		capgate_out_format(out,
				   "%zu runs failed at first and passed when they were repeated.\n",
				   s->flaked);
	if (s->check_alone)
		capgate_out_string(out, "The check succeeds without the container, too, so it "
					"cannot tell whether the container works.\n");
	if (has_low_port(s))
		capgate_out_format(
			out,
			"Port %u needed no capability, because Docker, among others, sets the "
			"sysctl net.ipv4.ip_unprivileged_port_start=0. Where it is not set "
			"(podman, the host's network, many Kubernetes nodes), add NET_BIND_SERVICE "
			"or that sysctl.\n",
			s->full.low_port);
	if (!s->learned.finished)
		capgate_out_string(
			out, "Some runs were not made, so fewer capabilities may be enough.\n");
	if (!capgate_set_empty(s->withheld)) {
		capgate_out_string(out, "The policy forbids these, so they were not tried: ");
		capgate_out_set(out, s->withheld, " ");
		capgate_out_string(out, "\n");
	}
}

static void out_pastes(const struct findings *r, struct capgate_out *out)
{
	const struct paste paste = paste_of(r);

	for (int f = 0; f < NPASTES; f++) {
		char buf[PASTE_MAX];
		struct capgate_out one = {buf, sizeof(buf), 0};
		struct capgate_text text;

		paste_write(&paste, (enum paste_form)f, &one);
		text = capgate_out_text(&one);
		if (text.len == 0)
			continue;
		capgate_out_string(out, "\n");
		terminal_paint(out, &r->style, PAINT_BOLD, paste_title((enum paste_form)f));
		capgate_out_string(out, ":\n");
		capgate_out_bytes(out, text.p, text.len);
	}
}

void findings_table(const struct findings *r, struct capgate_out *out)
{
	const struct study *s = r->study;

	visible(out, r->name);
	capgate_out_string(out, " needs ");
	capgate_out_set(out, s->learned.keep, " ");
	capgate_out_format(out, ", of %d capabilities; %zu runs, %lld s\n\n",
			   capgate_set_count(s->start), s->runs,
			   (long long)((s->milliseconds + 500) / 1000));
	for (size_t v = 0; v < COUNT(order); v++) {
		capgate_set set = with_verdict(s, order[v]);

		for (int c = -1; (c = capgate_set_next(set, c + 1)) >= 0;)
			out_cap(r, c, out);
	}
	capgate_out_string(out, "\n");
	out_notes(r, out);
	out_pastes(r, out);
}

/* ---- For programs ------------------------------------------------------------------ */

static void json_string(struct capgate_out *out, const char *name, const char *words)
{
	capgate_out_format(out, "\"%s\":", name);
	capgate_out_json(out, capgate_text_of(words));
}

static void json_set(struct capgate_out *out, const char *name, capgate_set set)
{
	capgate_out_format(out, "\"%s\":[", name);
	capgate_out_names(out, set);
	capgate_out_string(out, "]");
}

static void json_row(const struct trace_row *row, struct capgate_out *out)
{
	static const char *const noises[] = {
		"matters",  "overcommit",         "silent",
		"borrowed", "own-user-namespace", "other-user-namespace"};

	capgate_out_string(out, "{");
	json_string(out, "program", row->program);
	capgate_out_string(out, ",");
	json_string(out, "call", row->call);
	capgate_out_string(out, ",");
	json_string(out, "site", row->site);
	capgate_out_format(
		out, ",\"granted\":%s,\"kind\":\"%s\",\"count\":%llu,\"first_seen\":%llu.%06llu}",
		row->granted ? "true" : "false", noises[row->noise], (unsigned long long)row->count,
		(unsigned long long)(row->first / 1000000),
		(unsigned long long)(row->first % 1000000));
}

static void json_cap(const struct findings *r, int cap, struct capgate_out *out)
{
	const struct study *s = r->study;
	const struct trace_row *row[64];
	size_t n = evidence_of(&s->full.trace, cap, row, COUNT(row));

	capgate_out_string(out, "{");
	json_string(out, "name", capgate_cap_info(cap)->name);
	capgate_out_string(out, ",");
	json_string(out, "verdict", verdict_name(s->learned.verdict[cap]));
	capgate_out_string(out, ",");
	json_string(out, "without",
		    s->learned.verdict[cap] > VERDICT_SURVIVED ? s->learned.why[cap] : "");
	capgate_out_string(out, ",");
	json_string(out, "file", s->file_of[cap]);
	capgate_out_string(out, ",\"evidence\":[");
	for (size_t i = 0; i < n; i++) {
		capgate_out_string(out, i ? "," : "");
		json_row(row[i], out);
	}
	capgate_out_string(out, "]}");
}

static void json_pastes(const struct findings *r, struct capgate_out *out)
{
	const struct paste paste = paste_of(r);

	capgate_out_string(out, "{");
	for (int f = 0; f < NPASTES; f++) {
		char buf[PASTE_MAX];
		struct capgate_out one = {buf, sizeof(buf), 0};

		paste_write(&paste, (enum paste_form)f, &one);
		capgate_out_format(out, "%s\"%s\":", f ? "," : "", paste_key((enum paste_form)f));
		capgate_out_json(out, capgate_out_text(&one));
	}
	capgate_out_string(out, "}");
}

void findings_json(const struct findings *r, struct capgate_out *out)
{
	const struct study *s = r->study;
	const char *before = "";

	capgate_out_string(out, "{\"version\":1,");
	json_string(out, r->is_image ? "image" : "bundle", r->name);
	capgate_out_string(out, ",");
	json_set(out, "needed", s->learned.keep);
	capgate_out_string(out, ",");
	json_set(out, "started_with", s->start);
	capgate_out_string(out, ",");
	json_set(out, "withheld", s->withheld);
	capgate_out_string(out, ",");
	json_set(out, "asked", s->asked);
	capgate_out_string(out, ",");
	json_set(out, "used", s->used);
	capgate_out_string(out, ",");
	json_set(out, "by_sysctl", s->by_sysctl);
	capgate_out_format(out, ",\"unprivileged_port\":%u,\"check_alone\":%s",
			   has_low_port(s) ? s->full.low_port : 0,
			   s->check_alone ? "true" : "false");
	capgate_out_format(out,
			   ",\"traced_by\":\"%s\",\"followed\":%s,\"trace_failed\":%s,\"finished\":"
			   "%s,\"runs\":%zu,"
			   "\"flaked\":%zu,\"seconds\":%lld.%03lld,\"capabilities\":[",
			   s->full.by_bpf ? "bpf" : "tracefs", s->followed ? "true" : "false",
			   s->learned.trace_failed ? "true" : "false",
			   s->learned.finished ? "true" : "false", s->runs, s->flaked,
			   (long long)(s->milliseconds / 1000),
			   (long long)(s->milliseconds % 1000));
	for (int c = -1; (c = capgate_set_next(s->start, c + 1)) >= 0;) {
		capgate_out_string(out, before);
		json_cap(r, c, out);
		before = ",";
	}
	capgate_out_string(out, "],\"paste\":");
	json_pastes(r, out);
	capgate_out_string(out, "}\n");
}
