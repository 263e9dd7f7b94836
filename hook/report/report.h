/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check, in parts:
 *
 *   check_inputs     the files that are meant by the operands, one after another
 *   check_one        one file -> a judged and rendered item
 *   check_inspected  what engines print -> the same, each of its containers
 *   check_learn      what lies beside it: namespaces, the first program
 *   check_fix        a rewritten copy, or the file itself rewritten
 *   check_render     one report in the format that was asked for
 *   check_table      the same for people
 *   check_pool       many items on all cores, handed on in their order
 *   check_output     frames around items, the summary
 *   check_html       a page around the items
 */
#ifndef CHECK_PARTS_H
#define CHECK_PARTS_H

#include "capgate.h"
#include "hook/predict/predict.h"
#include "hook/term/term.h"
#include "diff.h"

enum check_format {
	FORMAT_TABLE,
	FORMAT_JSON,
	FORMAT_JSONL,
	FORMAT_SARIF,
	FORMAT_JUNIT,
	FORMAT_GITHUB,
	FORMAT_HTML,
	FORMAT_UNKNOWN
};

extern const char *const check_format_names[]; /* ended by NULL */
/* "table", "sarif", ...; NULL is the first. */
enum check_format check_format_find(const char *name);

/* What is done with every input. */
struct check_plan {
	const struct capgate_policy *policy;
	enum check_format format;
	enum capgate_kind kind;
	struct style style;
	bool diff, in_place, remedies, predict, deep;
	int fix_dir;   /* of --fix; -1 without */
	int threshold; /* enum capgate_severity, or -1: the verdict decides */
};

/* One line of the matrix in an HTML page. */
struct check_row {
	char *name; /* malloc'd; NULL: no memory */
	size_t name_len;
	char anchor[40];
	capgate_set asked, forbidden; /* in any of the five sets */
	enum capgate_verdict verdict;
	bool parsed;
};

/* One input, judged.  Buffers stay with the item and are used again. */
struct check_item {
	char *path; /* malloc'd; "-" for standard input */
	const char *why; /* it cannot be read; NULL: nothing known against it */
	struct capgate_out out; /* what is printed for it */
	size_t room;		/* of out.p */
	int status;		/* STATUS_OK, STATUS_FINDINGS, STATUS_NOT_JUDGED */
	size_t passed, stripped, refused; /* one, but for what an engine printed */
	bool fixed;
	uint64_t rules; /* bit r: rule r was found in it */
	struct check_row *rows; /* of HTML */
	size_t n_rows, rows_room;
	size_t index; /* of the input */
	bool done;    /* the pool's */
};

/* ---- check_inputs ------------------------------------------------------- */

struct check_inputs;

/* NULL: no memory.  The operands are kept, not copied. */
struct check_inputs *check_inputs_new(char **paths, size_t n);
/* The next file's path, malloc'd; NULL behind the last or for want of memory.
 * *why is NULL, or says why what is below the path cannot be known. */
char *check_inputs_next(struct check_inputs *inputs, const char **why) CAPGATE_MUST;
void check_inputs_free(struct check_inputs *inputs);

/* What stands between two reports of this format. */
const char *check_separator(const struct check_plan *plan);

/* ---- check_one ------------------------------------------------------------ */

/* What one worker keeps from file to file. */
struct check_worker {
	void *block;
	size_t size;
};

/* Reads, judges, rewrites if that was said, and renders item->path. */
void check_one(const struct check_plan *plan, struct check_worker *worker, struct check_item *item);
void check_worker_release(struct check_worker *worker);

/* ---- check_fix -------------------------------------------------------------- */

/* Writes text as the copy of path below the directory, parents made; never over
 * a file that is there. */
int check_fix_copy(int dir, const char *path, struct capgate_text text,
		   struct capgate_error *err) CAPGATE_MUST;
/* Puts text in the place of the file: temporary file, fsync, rename; mode and
 * owner kept.  Fails when it is no longer what was read. */
int check_fix_in_place(const char *path, struct capgate_text read, struct capgate_text text,
		       struct capgate_error *err) CAPGATE_MUST;

/* ---- check_pool --------------------------------------------------------------- */

/* Judges every input, and calls emit in their order, in the caller's thread;
 * emit returns negative to stop; idle is called before it waits for a worker.
 * 0, or the negative value. */
int check_pool(const struct check_plan *plan, struct check_inputs *inputs,
	       int (*emit)(void *user, struct check_item *item), void (*idle)(void *user),
	       void *user) CAPGATE_MUST;
/* From here on SIGINT, SIGTERM and SIGHUP end check_pool() between two files. */
void check_pool_catch(void);
/* The signal that ended it, or 0. */
int check_pool_signal(void);

/* ---- check_output --------------------------------------------------------------- */

struct check_output {
	const struct check_plan *plan;
	size_t items;	       /* files */
	size_t passed, stripped, refused, unjudged, fixed;
	size_t by_rule[CAPGATE_NRULES]; /* inputs in which the rule was found */
	bool written;			/* something stands before the next item */
	bool broken_pipe, terminal, interrupted;
	struct check_html *html;
	char *buffer;
	size_t buffered;
};

int check_output_begin(struct check_output *output, struct capgate_error *err) CAPGATE_MUST;
int check_output_item(struct check_output *output, struct check_item *item,
		      struct capgate_error *err) CAPGATE_MUST;
/* Shows what was held back. */
int check_output_flush(struct check_output *output, struct capgate_error *err) CAPGATE_MUST;
/* complete: nothing was left out because of a signal. */
int check_output_end(struct check_output *output, bool complete,
		     struct capgate_error *err) CAPGATE_MUST;

/* ---- check_html ----------------------------------------------------------------------- */

int check_html_begin(struct check_output *output, struct capgate_error *err) CAPGATE_MUST;
int check_html_item(struct check_output *output, struct check_item *item,
		    struct capgate_error *err) CAPGATE_MUST;
int check_html_end(struct check_output *output, struct capgate_error *err) CAPGATE_MUST;

#endif
