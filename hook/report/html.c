/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A page that needs no other file: the frame around the sections.  Summary and matrix come
 * first but are known last, so everything else waits in temporary files.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "settings.h"
#include "hook/sys/sys.h"
#include "hook/term/term.h"
#include "lib/base/base.h"
#include "parts.h"

static const char style[] =
	":root{color-scheme:light "
	"dark;--fg:#1c1e21;--bg:#fff;--dim:#5d646d;--line:#d4d9df;--head:#f3f5f7;--good:#1a6e31;--"
	"warn:#8a5a00;--bad:#b3202a}\n"
	"@media(prefers-color-scheme:dark){:root{--fg:#e3e6ea;--bg:#16181b;--dim:#9aa3ad;--line:#"
	"3a4048;--head:#21252a;--good:#63c67c;--warn:#e0b04c;--bad:#ff7b83}}\n"
	"body{font:15px/1.5 system-ui,sans-serif;color:var(--fg);background:var(--bg);margin:2rem "
	"auto;max-width:75rem;padding:0 1rem}\n"
	"h1{font-size:1.5rem}h2{font-size:1.1rem;overflow-wrap:anywhere;margin:0 0 .5rem}\n"
	"section{border-top:1px solid var(--line);margin-top:2rem;padding-top:1rem}\n"
	"table{border-collapse:collapse;margin:.75rem 0}th,td{border:1px solid "
	"var(--line);padding:.2rem .5rem;text-align:left;vertical-align:top}thead "
	"th{background:var(--head);font-weight:600}\n"
	"tbody th{font-weight:500}.wide{overflow-x:auto}.findings{width:100%}.findings "
	"td{overflow-wrap:anywhere}\n"
	".findings td:nth-child(-n+2){white-space:nowrap}.sets td,.matrix td{text-align:center}"
	".sets td:last-child{text-align:left}\n"
	".matrix thead "
	"th{writing-mode:vertical-rl;transform:rotate(180deg);text-align:left;vertical-align:"
	"bottom;padding:.4rem .1rem;font-size:.8rem}.matrix thead "
	"th:first-child{writing-mode:initial;transform:none}\n"
	".matrix td{padding:.2rem .1rem}.matrix tbody "
	"th{overflow-wrap:anywhere;min-width:12rem;position:sticky;left:0;background:var(--bg)}a{"
	"color:inherit}\n"
	".in,.good,.pass{color:var(--good)}.out,.bad,.refuse,.high,.critical{color:var(--bad)}.out{"
	"font-weight:700}\n"
	".strip,.medium{color:var(--warn)}.note,.low,.dim{color:var(--dim)}.v,.s{font-weight:600}\n"
	"code,pre{font-family:ui-monospace,monospace;font-size:.9em}pre{white-space:pre-wrap;"
	"overflow-wrap:anywhere;background:var(--head);padding:.4rem .6rem;margin:.2rem 0 "
	".6rem}dd{margin:0}details{margin:.5rem 0}\n"
	"@page{size:landscape;margin:12mm}\n"
	"@media "
	"print{body{margin:0;max-width:none;padding:0;font-size:10pt}tr,pre{break-inside:avoid}h2,"
	"summary,dt{break-after:avoid;break-inside:avoid}a{text-decoration:none}details::details-"
	"content{content-visibility:visible}.wide{overflow:visible}.matrix{font-size:7pt;line-"
	"height:1.2}.matrix thead th{font-size:6pt;padding:2pt 0}.matrix td{padding:1pt 0}.matrix "
	"tbody th{min-width:0;position:static}}\n";

/* What waits until the end, in temporary files, so that memory does not grow: the rows of the
 * matrix, whose columns are known last, and the sections. */
struct report_html {
	FILE *rows, *sections;
	capgate_set any; /* in any row */
	size_t n;
};

static int fail_temporary(struct capgate_error *err, const char *what)
{
	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_SYSTEM, CAPGATE_NOWHERE,
			    "cannot %s a temporary file: %s", what, strerror(errno));
}

int report_html_begin(struct report_output *o, struct capgate_error *err)
{
	o->html = calloc(1, sizeof(*o->html));
	if (!o->html)
		return capgate_fail_memory(err);
	o->html->rows = tmpfile();
	o->html->sections = tmpfile();
	return o->html->rows && o->html->sections ? 0 : fail_temporary(err, "make");
}

/* Stores a row, followed by its name. */
static int keep_row(struct report_html *h, struct report_row *row, struct capgate_error *err)
{
	size_t n;

	row->name_len = row->name ? strlen(row->name) : 0;
	n = fwrite(row, sizeof(*row), 1, h->rows) == 1
		    ? fwrite(row->name, 1, row->name_len, h->rows)
		    : 0;
	h->any = capgate_set_or(h->any, row->asked);
	h->n++;
	return n == row->name_len ? 0 : fail_temporary(err, "write");
}

/* Frees the names of the item's rows. */
int report_html_item(struct report_output *o, struct report_item *item, struct capgate_error *err)
{
	struct report_html *h = o->html;
	int status = 0;

	if (fwrite(item->out.p, 1, item->out.len, h->sections) != item->out.len)
		return fail_temporary(err, "write");
	for (size_t i = 0; i < item->n_rows; i++) {
		if (status == 0)
			status = keep_row(h, &item->rows[i], err);
		free(item->rows[i].name);
	}
	item->n_rows = 0;
	return status;
}

static void fill_matrix_head(void *user, struct capgate_out *out)
{
	const struct report_html *h = user;

	capgate_out_string(
		out,
		"<h2>Containers and capabilities</h2>\n<p class=\"dim\">&#10003; asked for and "
		"allowed, &#10005; asked for and not allowed</p>\n<div class=\"wide\"><table "
		"class=\"matrix\">\n<thead><tr><th scope=\"col\">specification</th>");
	for (int c = -1; (c = capgate_set_next(h->any, c + 1)) >= 0;)
		capgate_out_format(out, "<th scope=\"col\">%s</th>", capgate_cap_info(c)->name + 4);
	capgate_out_string(out, "</tr></thead>\n<tbody>\n");
}

struct matrix_row {
	struct report_row row;
	capgate_set any;
};

static void fill_row(void *user, struct capgate_out *out)
{
	const struct matrix_row *m = user;
	const struct report_row *r = &m->row;

	capgate_out_format(out, "<tr><th scope=\"row\"><a class=\"%s\" href=\"#%s\">",
			   capgate_verdict_name(r->verdict), r->anchor);
	capgate_out_markup(out, (struct capgate_text){r->name, r->name_len});
	capgate_out_string(out, "</a></th>");
	for (int c = -1; r->parsed && (c = capgate_set_next(m->any, c + 1)) >= 0;)
		capgate_out_string(out, !capgate_set_has(r->asked, c) ? "<td></td>"
					: capgate_set_has(r->forbidden, c)
						? "<td class=\"out\">&#10005;</td>"
						: "<td class=\"in\">&#10003;</td>");
	if (!r->parsed && !capgate_set_empty(m->any))
		capgate_out_format(out, "<td colspan=\"%d\" class=\"bad\">not parsed</td>",
				   capgate_set_count(m->any));
	capgate_out_string(out, "</tr>\n");
}

/* Reads a row that keep_row() stored; its name is malloc'd. */
static int get_row(FILE *f, struct report_row *row, struct capgate_error *err)
{
	if (fread(row, sizeof(*row), 1, f) != 1)
		return fail_temporary(err, "read");
	row->name = malloc(row->name_len + 1);
	if (!row->name)
		return capgate_fail_memory(err);
	if (fread(row->name, 1, row->name_len, f) == row->name_len)
		return 0;
	free(row->name);
	return fail_temporary(err, "read");
}

/* Not rewind(3), which says nothing of what could not be written. */
static int back_to_start(FILE *f, struct capgate_error *err)
{
	return fflush(f) != 0 || fseeko(f, 0, SEEK_SET) != 0 ? fail_temporary(err, "write") : 0;
}

static int print_matrix(struct report_html *h, struct capgate_error *err)
{
	int status = back_to_start(h->rows, err);

	if (status == 0 && h->n)
		status = outbuf_print(fill_matrix_head, h, err);
	for (size_t i = 0; status == 0 && i < h->n; i++) {
		struct matrix_row m = {.any = h->any};

		status = get_row(h->rows, &m.row, err);
		if (status < 0)
			break;
		status = outbuf_print(fill_row, &m, err);
		free(m.row.name);
	}
	if (status == 0 && h->n)
		status = io_write_all(STDOUT_FILENO, capgate_text_of("</tbody></table></div>\n"),
				      err);
	return status;
}

static void out_summary(const struct report_output *o, struct capgate_out *out)
{
	capgate_out_format(
		out,
		"<p><b>%zu</b> judged: <b class=\"good\">%zu</b> allowed, <b "
		"class=\"strip\">%zu</b> to be rewritten, <b class=\"bad\">%zu</b> refused",
		o->passed + o->stripped + o->refused, o->passed, o->stripped, o->refused);
	if (o->unjudged)
		capgate_out_format(out, "; <b class=\"bad\">%zu</b> could not be judged",
				   o->unjudged);
	capgate_out_string(out, ".</p>\n<table>\n<thead><tr><th scope=\"col\">severity</th><th "
				"scope=\"col\">rule</th><th scope=\"col\">means</th><th "
				"scope=\"col\">in</th></tr></thead>\n<tbody>\n");
	for (int s = CAPGATE_SEVERITY_CRITICAL; s >= CAPGATE_SEVERITY_NOTE; s--) {
		for (int r = 0; r < CAPGATE_NRULES; r++) {
			const struct capgate_rule_text *rule =
				capgate_rule_info((enum capgate_rule)r);

			if (!o->by_rule[r] || (int)rule->severity != s)
				continue;
			capgate_out_format(
				out, "<tr><td><span class=\"s %s\">%s</span></td><td>%s</td><td>",
				capgate_severity_name(rule->severity),
				capgate_severity_name(rule->severity), rule->id);
			capgate_out_markup(out, capgate_text_of(rule->cause));
			capgate_out_format(out, "</td><td>%zu</td></tr>\n", o->by_rule[r]);
		}
	}
	capgate_out_string(out, "</tbody></table>\n");
}

static void fill_head(void *user, struct capgate_out *out)
{
	const struct report_output *o = user;
	char when[32] = "";
	time_t now = time(NULL);
	struct tm utc;

	if (gmtime_r(&now, &utc))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M UTC", &utc);
	capgate_out_string(
		out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n<meta "
		     "name=\"viewport\" content=\"width=device-width\">\n<meta "
		     "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		     "style-src 'unsafe-inline'\">\n<title>Capabilities of containers</title>\n"
		     "<style>\n");
	capgate_out_string(out, style);
	capgate_out_format(out,
			   "</style></head><body>\n<h1>Capabilities of containers</h1>\n<p "
			   "class=\"dim\">%s, capgate %s, policy ",
			   when, CAPGATE_VERSION);
	capgate_out_markup(out, o->plan->policy->source.len ? o->plan->policy->source
							    : capgate_text_of("built in"));
	capgate_out_string(out, "</p>\n<p class=\"dim\">Allowed: ");
	capgate_out_set(out, o->plan->policy->allowed, " ");
	capgate_out_format(out, "</p>\n%s",
			   o->interrupted
				   ? "<p class=\"bad\">Incomplete: not everything was judged.</p>\n"
				   : "");
	out_summary(o, out);
}

static int copy_sections(FILE *f, struct capgate_error *err)
{
	char buf[16384];
	size_t n;

	if (back_to_start(f, err) < 0)
		return err->code;
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		if (io_write_all(STDOUT_FILENO, (struct capgate_text){buf, n}, err) < 0)
			return err->code;
	if (ferror(f))
		return fail_temporary(err, "read");
	return 0;
}

int report_html_end(struct report_output *o, struct capgate_error *err)
{
	int status = outbuf_print(fill_head, o, err);

	if (status == 0)
		status = print_matrix(o->html, err);
	if (status == 0)
		status = copy_sections(o->html->sections, err);
	if (status == 0)
		status = io_write_all(STDOUT_FILENO, capgate_text_of("</body></html>\n"), err);
	if (status < 0)
		o->broken_pipe = errno == EPIPE;
	fclose(o->html->rows);
	fclose(o->html->sections);
	free(o->html);
	o->html = NULL;
	return status;
}
