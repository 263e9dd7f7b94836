/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports for people and pipelines, in every format, about judgements of check and audit.  Each
 * is rendered into an item, and items are printed within a frame.
 */
#ifndef REPORT_H
#define REPORT_H

#include "capgate.h"
#include "hook/predict/predict.h"
#include "hook/term/term.h"
#include "diff.h"

enum report_format {
	FORMAT_TABLE,
	FORMAT_JSON,
	FORMAT_JSONL,
	FORMAT_SARIF,
	FORMAT_JUNIT,
	FORMAT_GITHUB,
	FORMAT_HTML,
	FORMAT_UNKNOWN
};

extern const char *const report_format_names[]; /* ended by NULL */
/* "table", "sarif", ...; NULL is the first. */
enum report_format report_format_find(const char *name);

/* What to do with every input. */
struct report_plan {
	const struct capgate_policy *policy;
	enum report_format format;
	enum capgate_kind kind;
	struct style style;
	bool diff, in_place, remedies, predict, deep;
	int fix_dir;   /* the directory of --fix; or -1 */
	int threshold; /* enum capgate_severity, or -1: the verdict decides */
};

/* One line of the matrix in an HTML page. */
struct report_row {
	char *name; /* malloc'd; NULL: no memory */
	size_t name_len;
	char anchor[40];
	capgate_set asked, forbidden; /* in any of the five sets */
	enum capgate_verdict verdict;
	bool parsed;
};

/* A judged input.  Its buffers are reused. */
struct report_item {
	char *path; /* malloc'd; "-" for standard input */
	char *bundle; /* malloc'd: the directory that it was found in, without links; or NULL */
	const char *why; /* why it cannot be read; or NULL */
	struct capgate_out out; /* what is printed for it */
	size_t room;		/* of out.p */
	int status;		/* STATUS_OK, STATUS_FINDINGS, STATUS_NOT_JUDGED */
	size_t passed, stripped, refused; /* one in total, or one for each container of a
					   * document */
	bool fixed;
	uint64_t rules; /* bit r: rule r was found in it */
	struct report_row *rows; /* of HTML */
	size_t n_rows, rows_room;
	size_t index; /* of the input */
	bool done;    /* the pool's */
};

/* A judgement to render. */
struct shown {
	const struct report_plan *plan;
	struct capgate_policy *policy; /* the plan's policy, for this file */
	struct capgate_subject subject;
	struct capgate_spec spec;
	struct capgate_report report;
	struct capgate_edits edits;
	struct capgate_text rewritten;
	const struct capgate_inspected *inspected; /* NULL: a specification that was read */
	capgate_set held, exceeds;		   /* for audit: by running processes */
	char anchor[40];			   /* of its section in HTML */
	struct prediction prediction;
	struct predict_memory *memory; /* the worker's, or NULL */
};

/* The exit status of a report for this plan. */
int report_status(const struct report_plan *plan, const struct report_item *item,
		 const struct capgate_report *report);
/* Forgets the counts and the rendered text; buffers stay. */
void report_item_clear(struct report_item *item);
/* Counts the findings, with this exit status, and appends them to the item. */
void report_add(struct shown *one, struct report_item *item, int status);

/* The output of all items. */
struct report_output {
	const struct report_plan *plan;
	size_t items;	       /* files */
	size_t passed, stripped, refused, unjudged, fixed;
	size_t by_rule[CAPGATE_NRULES]; /* inputs in which the rule was found */
	bool written;			/* something was written before the next item */
	bool broken_pipe, terminal, interrupted;
	struct report_html *html;
	char *buffer;
	size_t buffered;
};

int report_output_begin(struct report_output *output, struct capgate_error *err) CAPGATE_MUST;
int report_output_item(struct report_output *output, struct report_item *item,
		      struct capgate_error *err) CAPGATE_MUST;
/* Prints what is still buffered. */
int report_output_flush(struct report_output *output, struct capgate_error *err) CAPGATE_MUST;
/* complete: nothing was left out because of a signal. */
int report_output_end(struct report_output *output, bool complete,
		     struct capgate_error *err) CAPGATE_MUST;

#endif
