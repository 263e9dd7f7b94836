/* SPDX-License-Identifier: Apache-2.0 */
/* check: what would be decided about specifications; never changes anything. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/error.h"
#include "check_table.h"
#include "command.h"
#include "diff.h"
#include "io.h"
#include "outbuf.h"
#include "policyfile.h"

enum format { FORMAT_TABLE, FORMAT_JSON, FORMAT_JSONL, FORMAT_UNKNOWN };

static const char *const format_names[] = {"table", "json", "jsonl"};

struct check_options {
	const char *policy, *format;
	bool diff, process;
};

struct one {
	struct capgate_text name, text;
	const struct capgate_policy *policy;
	struct capgate_spec spec;
	struct capgate_report report;
	enum format format;
	struct capgate_edits edits;
	struct capgate_text rewritten;
};

static enum format find_format(const char *name)
{
	int f = FORMAT_TABLE;

	while (name && f < FORMAT_UNKNOWN && strcmp(name, format_names[f]) != 0)
		f++;
	return (enum format)f;
}

/* A file, a bundle (its config.json), or "-". */
static int open_input(const char *path, struct capgate_error *err)
{
	struct stat st;
	int fd;

	if (strcmp(path, "-") == 0)
		return STDIN_FILENO;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) < 0)
		return io_fail(err, "cannot open", path);
	if (S_ISDIR(st.st_mode)) {
		int inner = io_open_regular(fd, "config.json", err);

		close(fd);
		return inner;
	}
	if (!S_ISREG(st.st_mode)) {
		close(fd);
		return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE,
				    "it is neither a file nor a bundle; pipe it in and use -");
	}
	return fd;
}

static int read_input(const char *path, size_t limit, struct capgate_text *ret, struct capgate_error *err)
{
	int fd = open_input(path, err), status;

	if (fd < 0)
		return fd;
	status = io_read_all(fd, limit, ret, err);
	if (fd != STDIN_FILENO)
		close(fd);
	return status;
}

static void fill(void *user, struct capgate_out *out)
{
	const struct one *o = user;

	if (o->format == FORMAT_TABLE) {
		check_table(&o->report, &o->spec, o->policy, o->name, o->text, out);
		return;
	}
	capgate_report_json(&o->report, &o->spec, o->policy, o->name, o->text, out);
	if (o->format == FORMAT_JSONL)
		capgate_out_string(out, "\n");
}

static void fill_diff(void *user, struct capgate_out *out)
{
	const struct one *o = user;

	diff_unified(o->text, o->rewritten, &o->edits, o->name, out);
}

static int show_diff(struct one *o, struct capgate_arena *arena, struct capgate_error *err)
{
	if (o->report.verdict != CAPGATE_STRIP)
		return 0;
	if (capgate_rewrite(&o->spec, &o->report, o->policy, arena, &o->rewritten, err) < 0 ||
	    capgate_rewrite_plan(&o->spec, &o->report, arena, &o->edits, err) < 0)
		return err->code;
	return outbuf_print(fill_diff, o, err);
}

/* What cannot be read is a report too. */
static void unreadable(struct one *o, const struct capgate_error *err)
{
	o->report = (struct capgate_report){.error = *err, .rule = err->rule, .exit_status = io_status(err)};
}

/* Judges and prints one input.  The exit status for it. */
static int check_one(const struct check_options *options, const char *path, const struct capgate_policy *policy,
		     enum format format)
{
	struct one o = {.name = capgate_text_of(path), .policy = policy, .format = format};
	struct capgate_arena arena = {0};
	struct capgate_error err;
	int status = STATUS_FINDINGS;

	if (read_input(path, policy->max_bytes, &o.text, &err) < 0 || io_arena(o.text.len, &arena, &err) < 0) {
		unreadable(&o, &err);
		status = STATUS_NOT_JUDGED;
	} else {
		capgate_assess(o.text, options->process ? CAPGATE_PROCESS : CAPGATE_CONFIG, policy, &arena, &o.spec,
			       &o.report);
		if (o.report.verdict == CAPGATE_PASS)
			status = STATUS_OK;
	}
	if ((options->diff ? show_diff(&o, &arena, &err) : outbuf_print(fill, &o, &err)) < 0) {
		io_say_error("check", &err);
		status = STATUS_NOT_JUDGED;
	} else if (options->diff && !o.report.parsed) {
		io_say_error(path, &o.report.error);
	}
	io_arena_release(&arena);
	io_free(o.text);
	return status;
}

static int print(const char *s)
{
	struct capgate_error err;

	return io_write_all(STDOUT_FILENO, capgate_text_of(s), &err);
}

static int check(const struct command *self, int argc, char **argv)
{
	struct check_options options = {0};
	struct capgate_policy policy;
	struct capgate_arena arena;
	struct capgate_error err;
	enum format format;
	char **paths;
	int n, worst = STATUS_OK, status = options_parse(self, argc, argv, &options, &paths, &n);

	if (status != OPTIONS_GO)
		return status;
	format = find_format(options.format);
	if (n == 0 || format == FORMAT_UNKNOWN) {
		io_say("check: %s; see: capgate check --help",
		       n == 0 ? "name a specification, a bundle, or - for standard input" : "unknown format");
		return STATUS_USAGE;
	}
	if (io_arena(CAPGATE_TEXT_MAX, &arena, &err) < 0 || policy_load(options.policy, &arena, &policy, &err) < 0) {
		io_say_error(self->name, &err);
		return STATUS_NOT_JUDGED;
	}
	if (format == FORMAT_JSON && !options.diff && print("{\"capgate\":1,\"reports\":[\n") < 0)
		return STATUS_NOT_JUDGED;
	for (int i = 0; i < n; i++) {
		if (i && !options.diff && format != FORMAT_JSONL && print(format == FORMAT_JSON ? ",\n" : "\n") < 0)
			return STATUS_NOT_JUDGED;
		status = check_one(&options, paths[i], &policy, format);
		if (status > worst)
			worst = status;
	}
	if (format == FORMAT_JSON && !options.diff && print("\n]}\n") < 0)
		return STATUS_NOT_JUDGED;
	return worst;
}

static const struct opt opts[] = {
	{"format", 'f', OPT_STRING, offsetof(struct check_options, format), "FORMAT",
	 "table (default), json, or jsonl: one object a line"},
	{"diff", 0, OPT_FLAG, offsetof(struct check_options, diff), NULL,
	 "show what a rewrite would change, as a unified diff"},
	{"process", 0, OPT_FLAG, offsetof(struct check_options, process), NULL,
	 "the inputs are bare process objects, as of exec --process"},
	{"policy", 0, OPT_STRING, offsetof(struct check_options, policy), "FILE",
	 "use this policy alone instead of the installed ones"},
	{0},
};

const struct command command_check = {
	.name = "check",
	.operands = "PATH...",
	.summary = "judge specifications and report; never changes anything",
	.details = "PATH is an OCI runtime configuration, a bundle that holds one, or - for standard\n"
		   "input.  Exit status: 0 clean, 1 findings, 2 something could not be judged.",
	.options = opts,
	.run = check,
};
