/* SPDX-License-Identifier: Apache-2.0 */
/* The frame around the items of each format, and the summary. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "settings.h"
#include "hook/sys/sys.h"
#include "hook/term/term.h"
#include "parts.h"

#define BUFFER_BYTES ((size_t)64 << 10)

const char *const report_format_names[] = {
	[FORMAT_TABLE] = "table", [FORMAT_JSON] = "json",   [FORMAT_JSONL] = "jsonl",
	[FORMAT_SARIF] = "sarif", [FORMAT_JUNIT] = "junit", [FORMAT_GITHUB] = "github",
	[FORMAT_HTML] = "html",	  [FORMAT_UNKNOWN] = NULL,
};

enum report_format report_format_find(const char *name)
{
	int f = FORMAT_TABLE;

	while (name && f < FORMAT_UNKNOWN && strcmp(name, report_format_names[f]) != 0)
		f++;
	return (enum report_format)f;
}

static int write_out(struct report_output *o, struct capgate_text text, struct capgate_error *err)
{
	if (text.len == 0)
		return 0;
	if (o->terminal)
		progress_hide();
	if (io_write_all(STDOUT_FILENO, text, err) == 0)
		return 0;
	o->broken_pipe = errno == EPIPE;
	return err->code;
}

int report_output_flush(struct report_output *o, struct capgate_error *err)
{
	struct capgate_text text = {o->buffer, o->buffered};

	o->buffered = 0;
	return write_out(o, text, err);
}

static int print(struct report_output *o, struct capgate_text text, struct capgate_error *err)
{
	if (o->buffered + text.len > BUFFER_BYTES && report_output_flush(o, err) < 0)
		return err->code;
	if (!o->buffer || text.len > BUFFER_BYTES)
		return write_out(o, text, err);
	memcpy(o->buffer + o->buffered, text.p, text.len);
	o->buffered += text.len;
	return 0;
}

static int print_string(struct report_output *o, const char *s, struct capgate_error *err)
{
	return print(o, capgate_text_of(s), err);
}

static void fill_sarif_begin(void *user, struct capgate_out *out)
{
	(void)user;
	capgate_out_string(out, "{\"$schema\":\"https://json.schemastore.org/"
				"sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\"tool\":");
	capgate_report_sarif_tool(CAPGATE_VERSION, out);
	capgate_out_string(out, ",\n\"columnKind\":\"unicodeCodePoints\",\"results\":[\n");
}

int report_output_begin(struct report_output *o, struct capgate_error *err)
{
	struct capgate_text text;
	int status;

	o->terminal = isatty(STDOUT_FILENO);
	o->buffer = malloc(BUFFER_BYTES); /* without memory each item is written separately */
	if (o->plan->diff)
		return 0;
	switch (o->plan->format) {
	case FORMAT_JSON:
		return print_string(o, "{\"capgate\":1,\"reports\":[\n", err);
	case FORMAT_JUNIT:
		return print_string(o,
				    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "
				    "name=\"capgate\">\n",
				    err);
	case FORMAT_HTML:
		return report_html_begin(o, err);
	case FORMAT_SARIF:
		status = outbuf_fill(fill_sarif_begin, NULL, &text, err);
		if (status < 0)
			return status;
		status = print(o, text, err);
		io_free(text);
		return status;
	default:
		return 0;
	}
}

const char *report_separator(const struct report_plan *plan)
{
	if (plan->diff)
		return "";
	switch (plan->format) {
	case FORMAT_JSON:
	case FORMAT_SARIF:
		return ",\n";
	case FORMAT_TABLE:
		return "\n";
	default:
		return "";
	}
}

static void count_item(struct report_output *o, const struct report_item *item)
{
	o->items++;
	o->fixed += item->fixed;
	if (item->status == STATUS_NOT_JUDGED)
		o->unjudged++;
	o->passed += item->passed;
	o->stripped += item->stripped;
	o->refused += item->refused;
	for (int r = 0; r < CAPGATE_NRULES; r++)
		o->by_rule[r] += item->rules >> r & 1;
}

int report_output_item(struct report_output *o, struct report_item *item, struct capgate_error *err)
{
	struct capgate_text text = {item->out.p, item->out.len};
	int status = 0;

	count_item(o, item);
	if (o->html) {
		status = report_html_item(o, item, err);
	} else if (text.len > 0) {
		status = o->written ? print_string(o, report_separator(o->plan), err) : 0;
		if (status == 0)
			status = print(o, text, err);
		o->written = true;
	}
	progress_step(o->items);
	return status;
}

/* ---- The summary ------------------------------------------------------------------- */

static void out_counts(const struct report_output *o, struct capgate_out *out)
{
	capgate_out_format(out, "%zu judged: %zu allowed, %zu to be rewritten, %zu refused",
			   o->passed + o->stripped + o->refused, o->passed, o->stripped,
			   o->refused);
	if (o->unjudged)
		capgate_out_format(out, "; %zu could not be judged", o->unjudged);
	if (o->fixed)
		capgate_out_format(out, "; %zu written", o->fixed);
}

static void fill_table_end(void *user, struct capgate_out *out)
{
	const struct report_output *o = user;

	capgate_out_string(out, "\n");
	out_counts(o, out);
	capgate_out_string(out, "\n");
	for (int r = 0; r < CAPGATE_NRULES; r++) {
		const struct capgate_rule_text *rule = capgate_rule_info((enum capgate_rule)r);

		if (o->by_rule[r])
			capgate_out_format(out, "  %-8s %s  %-22s in %zu\n",
					   capgate_severity_name(rule->severity), rule->id,
					   rule->name, o->by_rule[r]);
	}
}

static void fill_json_end(void *user, struct capgate_out *out)
{
	const struct report_output *o = user;
	bool first = true;

	capgate_out_format(out,
			   "\n],\"summary\":{\"files\":%zu,\"pass\":%zu,\"strip\":%zu,\"refuse\":"
			   "%zu,\"not_judged\":%zu,\"written\":%zu,\"rules\":{",
			   o->items, o->passed, o->stripped, o->refused, o->unjudged, o->fixed);
	for (int r = 0; r < CAPGATE_NRULES; r++) {
		if (!o->by_rule[r])
			continue;
		capgate_out_format(out, "%s\"%s\":%zu", first ? "" : ",",
				   capgate_rule_info((enum capgate_rule)r)->id, o->by_rule[r]);
		first = false;
	}
	capgate_out_string(out, "}}");
}

/* Prints the summary on stderr, for formats that have no place for it. */
static void say_summary(const struct report_output *o)
{
	char line[1024];
	struct capgate_out out = {line, sizeof(line) - 1, 0};

	out_counts(o, &out);
	for (int r = 0; r < CAPGATE_NRULES; r++)
		if (o->by_rule[r] && capgate_rule_info((enum capgate_rule)r)->exit_status)
			capgate_out_format(&out, "; %s in %zu",
					   capgate_rule_info((enum capgate_rule)r)->id,
					   o->by_rule[r]);
	line[out.len < out.size ? out.len : out.size] = '\0';
	io_say("check: %s", line);
}

static int print_filled(struct report_output *o, void (*fill)(void *, struct capgate_out *),
			struct capgate_error *err)
{
	struct capgate_text text;
	int status = outbuf_fill(fill, o, &text, err);

	if (status < 0)
		return status;
	status = print(o, text, err);
	io_free(text);
	return status;
}

static int end(struct report_output *o, bool complete, struct capgate_error *err)
{
	int status = 0;

	progress_end();
	if (!o->plan->diff) {
		switch (o->plan->format) {
		case FORMAT_TABLE:
			return o->items > 1 ? print_filled(o, fill_table_end, err) : 0;
		case FORMAT_JSON:
			status = print_filled(o, fill_json_end, err);
			if (status < 0)
				return status;
			return print_string(
				o, complete ? ",\"complete\":true}\n" : ",\"complete\":false}\n",
				err);
		case FORMAT_SARIF:
			status = print_string(o,
					      complete ? "\n],\"invocations\":[{"
							 "\"executionSuccessful\":true}]}]}\n"
						       : "\n],\"invocations\":[{"
							 "\"executionSuccessful\":false}]}]}\n",
					      err);
			break;
		case FORMAT_JUNIT:
			status = print_string(o, "</testsuites>\n", err);
			break;
		case FORMAT_HTML:
			o->interrupted = !complete;
			return report_html_end(o, err);
		default:
			break;
		}
	}
	return status;
}

/* Does the format have no place for a summary? */
static bool needs_line(const struct report_output *o)
{
	return o->plan->diff || (o->plan->format != FORMAT_TABLE &&
				 o->plan->format != FORMAT_JSON && o->plan->format != FORMAT_HTML);
}

int report_output_end(struct report_output *o, bool complete, struct capgate_error *err)
{
	int status = end(o, complete, err);

	if (status == 0)
		status = report_output_flush(o, err);
	if (status == 0 && o->items > 1 && needs_line(o))
		say_summary(o);
	free(o->buffer);
	o->buffer = NULL;
	return status;
}
