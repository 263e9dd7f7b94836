/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The wrapper: engines call it instead of the OCI runtime.  It judges every input from
 * which a container could get capabilities, and executes the real runtime in the same
 * process, with the same descriptors, environment, working directory, signal mask and
 * parent-death signal.  It never writes to standard output, and prints nothing if the call
 * is passed on.
 */
#include "door.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "hook/cli/cli.h"
#include "hook/gate/gate.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "config.h"
#include "cache.h"
#include "ceiling.h"
#include "tell.h"

/* The exit status that engines expect of a runtime that failed. */
#define REFUSED 1

/* ---- What was decided ------------------------------------------------------------------ */

/* The one place where the wrapper logs. */
static int record(struct runtime *r, struct capgate_error *err)
{
	const struct runtime_call *call = r->call;
	const char *id = call->n_operands ? call->operands[0] : "";
	struct capgate_text bundle = capgate_text_of(r->bundle);
	struct log_entry entry = {
		.stage = call->command ? call->command : "runtime",
		.at_once = true,
		.id = capgate_text_of(id),
		.bundle = bundle,
		.policy = &r->policy,
		.decision = &r->answer.decision,
		.outcome = r->answer.decision.verdict,
		.status = r->answer.decision.verdict == CAPGATE_REFUSE && runtime_enforces(r)
				  ? r->answer.decision.status
				  : STATUS_OK,
		.ceiling = r->ceiling,
		.taken = r->taken,
		.learn = r->learn,
	};

	return log_decision(&r->log, &entry, err);
}

/* Makes a decision from an error, for the log. */
static void decide_error(struct runtime *r, const struct capgate_error *err)
{
	struct capgate_report report = io_report(err);

	r->answer = (struct judge_answer){0};
	r->ceiling = LOG_CEILING_NONE;
	decision_make(&report, &(struct capgate_spec){0}, &r->policy, &r->answer.decision);
}

static void tell_refusal(const struct runtime *r)
{
	static const char *const before[] = {
		[JUDGED_TEXT] = "",
		[JUDGED_CONTAINER] = ("the container itself does not comply with the policy (it "
				      "was created without capgate, or under another policy): "),
		[JUDGED_CAPS] = "--cap: ",
		[JUDGED_IMAGES] = "the checkpoint's processes hold more than the policy allows: ",
	};
	char words[1400];
	struct capgate_out out = {words, sizeof(words) - 1, 0};
	bool inside = r->answer.subject == JUDGED_TEXT && r->call->door == DOOR_EXEC &&
		      !r->call->value[MEANS_PROCESS];

	capgate_out_format(&out, "refused: %s%s",
			   before[inside ? JUDGED_CONTAINER : r->answer.subject],
			   r->answer.decision.reason);
	words[out.len < out.size ? out.len : out.size] = '\0';
	runtime_tell(r->call, words);
}

/* ---- Going on ----------------------------------------------------------------------------- */

static int become(const char *path, char **argv, const struct runtime_call *call)
{
	struct capgate_error err;

	execve(path, argv, environ);
	capgate_fail(&err, CAPGATE_EIO, CAPGATE_RULE_RUNTIME, CAPGATE_NOWHERE,
		     "cannot execute %.200s: %s", path, io_words(errno));
	runtime_tell_error(call, &err);
	return REFUSED;
}

static int refuse(struct runtime *r, const struct capgate_error *err)
{
	struct capgate_error ignored;

	decide_error(r, err);
	(void)!record(r, &ignored);
	runtime_tell_error(r->call, err);
	return REFUSED;
}

static bool goes_on(const struct runtime *r)
{
	return !runtime_enforces(r) || r->answer.decision.verdict != CAPGATE_REFUSE;
}

/* Marks the container.  It comes last before the log, so that only containers that start are
 * marked. */
static void mark_it(struct runtime *r)
{
	const struct judge_record *record = &r->answer.record;

	if (!record->wanted)
		return;
	mark_by_runtime(&r->mark, record->own_pids);
	r->learn = mark_put(&r->mark, (struct capgate_text){record->image, record->image_len},
			    capgate_text_of(r->bundle));
}

/* Judges one door.  0: the runtime is executed, with the changes in r->change. */
static int guard(struct runtime *r, struct capgate_error *err)
{
	int status = r->call->door == DOOR_EXEC ? runtime_exec(r, err) : runtime_start(r, err);

	if (status < 0 && runtime_enforces(r))
		return refuse(r, err);
	if (status < 0)
		decide_error(r, err); /* audit mode: log it and continue */
	if (goes_on(r)) {
		ceiling_plan(r);
		mark_it(r);
	}
	if (record(r, err) < 0)
		return refuse(r, err);
	if (goes_on(r))
		return 0;
	tell_refusal(r);
	return REFUSED;
}

static int go_through(struct runtime *r, const struct capgate_error *not_understood, char **argv)
{
	const struct runtime_program *program = r->program;
	struct capgate_error err;
	struct capgate_arena arena;
	char **new;
	int status;

	if (gate_open(NULL, &arena, &r->policy, &r->log, &err) < 0)
		return refuse(r, &err);
	if (not_understood && runtime_enforces(r))
		return refuse(r, not_understood);
	if (not_understood) {
		decide_error(r, not_understood);
		status = record(r, &err) < 0 ? refuse(r, &err) : 0;
	} else {
		status = guard(r, &err);
	}
	if (status != 0)
		return status;
	if (!not_understood && cache_enter(r, &err) < 0 && runtime_enforces(r))
		return refuse(r, &err);
	if (ceiling_enter(r, &err) < 0)
		return refuse(r, &err);
	log_close(&r->log);
	argv[0] = (char *)(uintptr_t)program->path;
	if (not_understood || !runtime_enforces(r))
		return become(program->path, argv, r->call);
	if (runtime_argv_build(r->call, program->path, &r->change, &r->arena, &new, &err) < 0)
		return refuse(r, &err);
	return become(program->path, new, r->call);
}

static size_t bytes_of(char **argv)
{
	size_t n = 0;

	for (; *argv; argv++)
		n += strlen(*argv) + 1;
	return n;
}

static int runtime_main(const struct command *self, int argc, char **argv)
{
	static struct runtime_program program;
	static struct runtime r;
	struct runtime_call call = {0};
	struct capgate_error err, ignored;
	const char *slash = strrchr(argv[0], '/'), *name = slash ? slash + 1 : argv[0];
	int status;

	io_prefault_stack();
	r.call = &call;
	r.program = &program;
	if (io_arena(bytes_of(argv), &r.arena, &err) < 0) {
		runtime_tell_error(&call, &err);
		return REFUSED;
	}
	if (runtime_config_find(strcmp(name, self->name) == 0 ? RUNTIME_NAME : name, &program,
				&err) < 0) {
		/* For --log, which engines write in a form that all runtimes read. */
		(void)!runtime_argv_parse(DIALECT_RUNC, argc, argv, &r.arena, &call, &ignored);
		runtime_tell_error(&call, &err);
		return REFUSED;
	}
	status = runtime_argv_parse(program.dialect, argc, argv, &r.arena, &call, &err);
	if (status == 0 && call.ends_early) {
		if (runtime_argv_build(&call, program.path, &r.change, &r.arena, &argv, &err) < 0) {
			runtime_tell_error(&call, &err);
			return REFUSED;
		}
		return become(program.path, argv, &call);
	}
	if (status < 0 || call.door != DOOR_NONE)
		return go_through(&r, status < 0 ? &err : NULL, argv);
	argv[0] = program.path;
	return become(program.path, argv, &call);
}

const struct command command_runtime = {
	.name = "runtime",
	.operands = "[OPTIONS] COMMAND ...",
	.summary = "run instead of runc or crun: judge, then execute the real runtime",
	.details = "Takes the command line of runc or crun.  It judges create, run, exec and "
		   "restore and\n"
		   "passes everything else on unchanged.  runtime.json says which runtime is the "
		   "real one.",
	.keeps_descriptors = true,
	.run = runtime_main,
};
