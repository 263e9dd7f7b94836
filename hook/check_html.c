/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A page that needs nothing else: what stands around the sections.  The summary
 * and the matrix stand first and are known last, so sections wait in a
 * temporary file.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../lib/error.h"
#include "check_parts.h"
#include "config.h"
#include "io.h"
#include "outbuf.h"

static const char style[] =
	":root{color-scheme:light dark;--fg:#1c1e21;--bg:#fff;--dim:#5d646d;--line:#d4d9df;--head:#f3f5f7;"
	"--good:#1a6e31;--warn:#8a5a00;--bad:#b3202a}\n"
	"@media(prefers-color-scheme:dark){:root{--fg:#e3e6ea;--bg:#16181b;--dim:#9aa3ad;--line:#3a4048;--head:#21252a;"
	"--good:#63c67c;--warn:#e0b04c;--bad:#ff7b83}}\n"
	"body{font:15px/1.5 system-ui,sans-serif;color:var(--fg);background:var(--bg);margin:2rem auto;max-width:75rem;"
	"padding:0 1rem}\n"
	"h1{font-size:1.5rem}h2{font-size:1.1rem;overflow-wrap:anywhere;margin:0 0 .5rem}\n"
	"section{border-top:1px solid var(--line);margin-top:2rem;padding-top:1rem}\n"
	"table{border-collapse:collapse;margin:.75rem 0}th,td{border:1px solid var(--line);padding:.2rem .5rem;"
	"text-align:left;vertical-align:top}thead th{background:var(--head);font-weight:600}\n"
	"tbody th{font-weight:500}.wide{overflow-x:auto}.findings{width:100%}.findings td{overflow-wrap:anywhere}\n"
	".findings td:nth-child(-n+2){white-space:nowrap}.sets td,.matrix td{text-align:center}"
	".sets td:last-child{text-align:left}\n"
	".matrix thead th{writing-mode:vertical-rl;transform:rotate(180deg);text-align:left;vertical-align:bottom;"
	"padding:.4rem .1rem;font-size:.8rem}.matrix thead th:first-child{writing-mode:initial;transform:none}\n"
	".matrix tbody th{overflow-wrap:anywhere;min-width:12rem}a{color:inherit}\n"
	".in,.good,.pass{color:var(--good)}.out,.bad,.refuse,.high,.critical{color:var(--bad)}.out{font-weight:700}\n"
	".strip,.medium{color:var(--warn)}.note,.low,.dim{color:var(--dim)}.v,.s{font-weight:600}\n"
	"code,pre{font-family:ui-monospace,monospace;font-size:.9em}pre{white-space:pre-wrap;overflow-wrap:anywhere;"
	"background:var(--head);padding:.4rem .6rem;margin:.2rem 0 .6rem}dd{margin:0}details{margin:.5rem 0}\n"
	"@media print{body{margin:0;max-width:none;font-size:10pt}section{break-inside:avoid-page}a{text-decoration:none}"
	"details::details-content{content-visibility:visible}}\n";

struct check_html {
	FILE *sections;
	struct check_row *rows;
	size_t n, room;
};

int check_html_begin(struct check_output *o, struct capgate_error *err)
{
	o->html = calloc(1, sizeof(*o->html));
	if (!o->html)
		return capgate_fail_memory(err);
	o->html->sections = tmpfile();
	if (!o->html->sections)
		return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_MEMORY, CAPGATE_NOWHERE,
				    "cannot make a temporary file: %s", strerror(errno));
	return 0;
}

/* Takes over the names of the item's rows. */
int check_html_item(struct check_output *o, struct check_item *item, struct capgate_error *err)
{
	struct check_html *h = o->html;

	if (fwrite(item->out.p, 1, item->out.len, h->sections) != item->out.len)
		return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_MEMORY, CAPGATE_NOWHERE,
				    "cannot write a temporary file: %s", strerror(errno));
	if (h->n + item->n_rows > h->room) {
		size_t more = 2 * (h->n + item->n_rows);
		struct check_row *grown = realloc(h->rows, more * sizeof(*grown));

		if (!grown)
			return capgate_fail_memory(err);
		h->rows = grown;
		h->room = more;
	}
	for (size_t i = 0; i < item->n_rows; i++)
		h->rows[h->n++] = item->rows[i];
	item->n_rows = 0;
	return 0;
}

static void out_matrix(const struct check_html *h, struct capgate_out *out)
{
	capgate_set any = {0};

	for (size_t i = 0; i < h->n; i++)
		any = capgate_set_or(any, h->rows[i].asked);
	capgate_out_string(out, "<h2>Containers and capabilities</h2>\n<p class=\"dim\">&#10003; asked for and allowed, "
				"&#10005; asked for and not allowed</p>\n<div class=\"wide\"><table class=\"matrix\">\n<thead>"
				"<tr><th scope=\"col\">specification</th>");
	for (int c = -1; (c = capgate_set_next(any, c + 1)) >= 0;)
		capgate_out_format(out, "<th scope=\"col\">%s</th>", capgate_cap_info(c)->name + 4);
	capgate_out_string(out, "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < h->n; i++) {
		const struct check_row *r = &h->rows[i];

		capgate_out_format(out, "<tr><th scope=\"row\"><a class=\"%s\" href=\"#%s\">",
				   capgate_verdict_name(r->verdict), r->anchor);
		capgate_out_markup(out, capgate_text_of(r->name ? r->name : ""));
		capgate_out_string(out, "</a></th>");
		for (int c = -1; r->parsed && (c = capgate_set_next(any, c + 1)) >= 0;)
			capgate_out_string(out, !capgate_set_has(r->asked, c)	       ? "<td></td>"
						: capgate_set_has(r->forbidden, c) ? "<td class=\"out\">&#10005;</td>"
										       : "<td class=\"in\">&#10003;</td>");
		if (!r->parsed && !capgate_set_empty(any))
			capgate_out_format(out, "<td colspan=\"%d\" class=\"bad\">not parsed</td>", capgate_set_count(any));
		capgate_out_string(out, "</tr>\n");
	}
	capgate_out_string(out, "</tbody></table></div>\n");
}

static void out_summary(const struct check_output *o, struct capgate_out *out)
{
	capgate_out_format(out,
			   "<p><b>%zu</b> judged: <b class=\"good\">%zu</b> allowed, <b class=\"strip\">%zu</b> to be "
			   "rewritten, <b class=\"bad\">%zu</b> refused",
			   o->passed + o->stripped + o->refused, o->passed, o->stripped, o->refused);
	if (o->unjudged)
		capgate_out_format(out, "; <b class=\"bad\">%zu</b> could not be judged", o->unjudged);
	capgate_out_string(out, ".</p>\n<table>\n<thead><tr><th scope=\"col\">severity</th><th scope=\"col\">rule</th>"
				"<th scope=\"col\">means</th><th scope=\"col\">in</th></tr></thead>\n<tbody>\n");
	for (int s = CAPGATE_SEVERITY_CRITICAL; s >= CAPGATE_SEVERITY_NOTE; s--) {
		for (int r = 0; r < CAPGATE_NRULES; r++) {
			const struct capgate_rule_info *rule = capgate_rule_info((enum capgate_rule)r);

			if (!o->by_rule[r] || (int)rule->severity != s)
				continue;
			capgate_out_format(out, "<tr><td><span class=\"s %s\">%s</span></td><td>%s</td><td>",
					   capgate_severity_name(rule->severity), capgate_severity_name(rule->severity),
					   rule->id);
			capgate_out_markup(out, capgate_text_of(rule->cause));
			capgate_out_format(out, "</td><td>%zu</td></tr>\n", o->by_rule[r]);
		}
	}
	capgate_out_string(out, "</tbody></table>\n");
}

static void fill_head(void *user, struct capgate_out *out)
{
	const struct check_output *o = user;
	char when[32] = "";
	time_t now = time(NULL);
	struct tm utc;

	if (gmtime_r(&now, &utc))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M UTC", &utc);
	capgate_out_string(out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta name=\"viewport\" "
				"content=\"width=device-width\">\n<meta http-equiv=\"Content-Security-Policy\" content=\""
				"default-src 'none'; style-src 'unsafe-inline'\">\n<title>Capabilities of containers</title>\n"
				"<style>\n");
	capgate_out_string(out, style);
	capgate_out_format(out, "</style></head><body>\n<h1>Capabilities of containers</h1>\n<p class=\"dim\">%s, capgate %s, "
				"policy ", when, CAPGATE_VERSION);
	capgate_out_markup(out, o->plan->policy->source.len ? o->plan->policy->source : capgate_text_of("built in"));
	capgate_out_string(out, "</p>\n<p class=\"dim\">Allowed: ");
	capgate_out_set(out, o->plan->policy->allowed, " ");
	capgate_out_format(out, "</p>\n%s", o->interrupted ? "<p class=\"bad\">Interrupted: not everything was judged.</p>\n" : "");
	out_summary(o, out);
	if (o->html->n)
		out_matrix(o->html, out);
}

static int copy_sections(FILE *f, struct capgate_error *err)
{
	char buf[16384];
	size_t n;

	rewind(f);
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		if (io_write_all(STDOUT_FILENO, (struct capgate_text){buf, n}, err) < 0)
			return err->code;
	if (ferror(f))
		return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_MEMORY, CAPGATE_NOWHERE, "cannot read a temporary file");
	return 0;
}

int check_html_end(struct check_output *o, struct capgate_error *err)
{
	int status = outbuf_print(fill_head, o, err);

	if (status == 0)
		status = copy_sections(o->html->sections, err);
	if (status == 0)
		status = io_write_all(STDOUT_FILENO, capgate_text_of("</body></html>\n"), err);
	if (status < 0)
		o->broken_pipe = errno == EPIPE;
	for (size_t i = 0; i < o->html->n; i++)
		free(o->html->rows[i].name);
	free(o->html->rows);
	fclose(o->html->sections);
	free(o->html);
	o->html = NULL;
	return status;
}
