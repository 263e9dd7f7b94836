/* SPDX-License-Identifier: Apache-2.0 */
/* check: judges specifications without starting anything. */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/cli/cli.h"
#include "hook/confine/confine.h"
#include "hook/gate/gate.h"
#include "hook/sys/sys.h"
#include "hook/term/term.h"

struct check_options {
	const char *policy, *format, *fix, *threshold;
	bool diff, process, in_place, remedies, deep, no_predict;
};

static int find_severity(const char *name)
{
	for (int s = CAPGATE_SEVERITY_NOTE; s <= CAPGATE_SEVERITY_CRITICAL; s++)
		if (strcmp(name, capgate_severity_name((enum capgate_severity)s)) == 0)
			return s;
	return -1;
}

static int fail_options(const char *what)
{
	io_say("check: %s; see: capgate check --help", what);
	return STATUS_USAGE;
}

/* Makes a plan from the options.  Returns 0, or an exit status after reporting to the user. */
static int plan_of(const struct check_options *options, int n, struct report_plan *plan)
{
	plan->format = report_format_find(options->format);
	plan->kind = options->process ? CAPGATE_PROCESS : CAPGATE_CONFIG;
	plan->diff = options->diff;
	plan->in_place = options->in_place;
	plan->remedies = options->remedies;
	plan->predict = !options->no_predict;
	plan->deep = options->deep;
	plan->threshold = options->threshold ? find_severity(options->threshold) : -1;
	plan->fix_dir = -1;
	if (n == 0)
		return fail_options(
			"name a specification, a bundle, a directory, or - for standard input");
	if (plan->format == FORMAT_UNKNOWN)
		return fail_options("unknown format");
	if (options->threshold && plan->threshold < 0)
		return fail_options("a severity is note, low, medium, high or critical");
	if (!!options->fix + options->in_place + options->diff > 1)
		return fail_options("use only one of --diff, --fix and --in-place");
	if (options->deep && options->no_predict)
		return fail_options("--deep and --no-predict exclude each other");
	if (!options->fix)
		return 0;
	if (mkdir(options->fix, 0777) < 0 && errno != EEXIST) {
		io_say("check: cannot make the directory %s: %s", options->fix, strerror(errno));
		return STATUS_NOT_JUDGED;
	}
	plan->fix_dir = open(options->fix, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (plan->fix_dir < 0) {
		io_say("check: cannot open the directory %s: %s", options->fix, strerror(errno));
		return STATUS_NOT_JUDGED;
	}
	return 0;
}

struct run {
	struct report_output output;
	struct capgate_error err;
	int worst, failed;
};

static int emit(void *user, struct report_item *item)
{
	struct run *run = user;

	if (item->status > run->worst)
		run->worst = item->status;
	return run->failed < 0 ? run->failed : report_output_item(&run->output, item, &run->err);
}

static void idle(void *user)
{
	struct run *run = user;

	if (run->failed == 0)
		run->failed = report_output_flush(&run->output, &run->err);
}

static int run_all(const struct report_plan *plan, char **paths, int n)
{
	struct run run = {.output.plan = plan};
	struct check_inputs *inputs = check_inputs_new(paths, (size_t)n);
	bool from_stdin = false;
	int status;

	if (!inputs) {
		io_say("check: memory ran out");
		return STATUS_NOT_JUDGED;
	}
	for (int i = 0; i < n; i++)
		from_stdin |= strcmp(paths[i], "-") == 0;
	if (!from_stdin) { /* otherwise a signal would also have to end a read */
		check_pool_catch();
		progress_begin();
	}
	status = report_output_begin(&run.output, &run.err);
	/* The confinement comes after HTML's temporary file, but before the first input and the
	 * threads. */
	if (status == 0)
		status = confine_linter(plan->in_place || plan->fix_dir >= 0 ? CONFINE_WRITE
									     : CONFINE_CHECK,
					plan->policy->best_effort_confinement, &run.err);
	if (status == 0)
		status = check_pool(plan, inputs, emit, idle, &run);
	if (status == 0)
		status = report_output_end(&run.output, check_pool_signal() == 0, &run.err);
	else
		progress_end();
	check_inputs_free(inputs);
	if (run.output.broken_pipe)
		return io_die_of(SIGPIPE);
	if (status < 0)
		io_say_error("check", &run.err);
	if (check_pool_signal())
		return io_die_of(check_pool_signal());
	return status < 0 ? STATUS_NOT_JUDGED : run.worst;
}

static int check(const struct command *self, int argc, char **argv)
{
	struct check_options options = {0};
	struct report_plan plan = {.style = terminal_style(STDOUT_FILENO)};
	struct capgate_policy policy;
	struct capgate_arena arena;
	struct capgate_error err;
	char **paths;
	int n, status = options_parse(self, argc, argv, &options, &paths, &n);

	if (status != OPTIONS_GO)
		return status;
	status = plan_of(&options, n, &plan);
	if (status != 0)
		return status;
	if (io_arena(POLICY_TEXT_MAX, &arena, &err) < 0 ||
	    policy_load(options.policy, &arena, &policy, &err) < 0) {
		io_say_error(self->name, &err);
		return STATUS_NOT_JUDGED;
	}
	plan.policy = &policy;
	return run_all(&plan, paths, n);
}

static const struct opt opts[] = {
	{"format", 'f', OPT_STRING, offsetof(struct check_options, format), "FORMAT",
	 "table (default), json, jsonl, sarif, junit, github or html", report_format_names},
	{"exit-threshold", 0, OPT_STRING, offsetof(struct check_options, threshold), "SEVERITY",
	 "exit 1 only for findings, notes included, of this severity or above"},
	{"remedies", 'r', OPT_FLAG, offsetof(struct check_options, remedies), NULL,
	 "print commands and lines to paste, too"},
	{"no-predict", 0, OPT_FLAG, offsetof(struct check_options, no_predict), NULL,
	 "do not look into the root file system"},
	{"deep", 0, OPT_FLAG, offsetof(struct check_options, deep), NULL,
	 "search the whole root file system for file capabilities and set-user-ID programs"},
	{"diff", 0, OPT_FLAG, offsetof(struct check_options, diff), NULL,
	 "show what a rewrite would change, as a unified diff"},
	{"fix", 0, OPT_STRING, offsetof(struct check_options, fix), "DIR",
	 "below DIR, write a rewritten copy of each input that needs one"},
	{"in-place", 0, OPT_FLAG, offsetof(struct check_options, in_place), NULL,
	 "rewrite the files themselves, keeping mode and owner"},
	{"process", 0, OPT_FLAG, offsetof(struct check_options, process), NULL,
	 "the inputs are process objects alone, as for exec --process"},
	{"policy", 0, OPT_STRING, offsetof(struct check_options, policy), "FILE",
	 "use this policy alone instead of the installed ones"},
	{0},
};

const struct command command_check = {
	.name = "check",
	.operands = "PATH...",
	.summary = "judge specifications and report; change nothing by default",
	.details =
		"PATH is an OCI runtime configuration, a directory (every config.json below it),\n"
		"or - for standard input.  Severities: note, low, medium, high, critical.\n"
		"Exit status: 0 clean, 1 findings, 2 something could not be judged.",
	.options = opts,
	.run = check,
};
