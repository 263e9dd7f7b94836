/* SPDX-License-Identifier: Apache-2.0 */
#include "learn.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "hook/gate/gate.h"
#include "hook/lessons/lessons.h"
#include "hook/log/log.h"
#include "hook/sys/sys.h"
#include "hook/term/term.h"
#include "lib/base/base.h"
#include "apart.h"
#include "bundle.h"
#include "command.h"
#include "compose.h"
#include "engine.h"
#include "findings.h"
#include "keep.h"
#include "kept.h"

#define REPORT_MAX ((size_t)4 << 20)

struct learn_options {
	const char *check, *exercise, *reload, *hold, *timeout, *buffer, *bundle, *runtime, *format,
		*policy, *into, *store, *every, *backend;
	bool yes, beyond, quiet, all, save, once;
};

struct learning {
	struct learn_options options;
	struct course course;
	struct capgate_arena for_policy;
	struct capgate_policy policy;
	struct log log;
	struct session session;
	struct subject subject;
	struct bundle bundle;
	struct engine_run engine;
	bool json;
};

/* ---- Options ----------------------------------------------------------------------- */

/* Converts "5", "5s", "500ms" or "2m" to milliseconds; -1 for anything else. */
static int duration(const char *words)
{
	char *end;
	double n = strtod(words, &end), unit = strcmp(end, "ms") == 0  ? 1
					       : strcmp(end, "m") == 0 ? 60000
								       : 1000;

	if (end == words || !(n >= 0) || n * unit > 3600000 ||
	    (*end && strcmp(end, "s") != 0 && strcmp(end, "ms") != 0 && strcmp(end, "m") != 0))
		return -1;
	return (int)(n * unit);
}

/* -1: there is no such backend. */
static int backend(const char *name)
{
	return !name                          ? TRACING_ANY
	       : strcmp(name, "bpf") == 0     ? TRACING_BPF
	       : strcmp(name, "tracefs") == 0 ? TRACING_TRACEFS
					      : -1;
}

static int usage(const char *why)
{
	io_say("learn: %s; see: capgate learn --help", why);
	return STATUS_USAGE;
}

static int read_options(struct learning *l)
{
	const struct learn_options *o = &l->options;
	char *end = NULL;
	unsigned long kilobytes = o->buffer ? strtoul(o->buffer, &end, 10) : 4096;

	l->course = (struct course){.check = o->check,
				    .exercise = o->exercise,
				    .reload = o->reload ? o->reload : "auto",
				    .hold = duration(o->hold ? o->hold : "5s"),
				    .timeout = duration(o->timeout ? o->timeout : "60s"),
				    .kilobytes = (unsigned)kilobytes};
	if (l->course.hold < 0 || l->course.timeout < 100)
		return usage("a time is a number followed by ms, s or m, at most one hour");
	if (kilobytes < 4 || kilobytes > 65536 || (end && *end))
		return usage("--buffer takes a number of kilobytes from 4 to 65536");
	if (backend(o->backend) < 0)
		return usage("--backend takes bpf or tracefs");
	l->course.backend = (enum tracing_backend)backend(o->backend);
	if (o->format && strcmp(o->format, "table") != 0 && strcmp(o->format, "json") != 0)
		return usage("--format takes table or json");
	l->json = o->format && strcmp(o->format, "json") == 0;
	if (o->check && !o->check[strspn(o->check, " \t\n")])
		return usage("--check needs a command: without one every run would pass");
	if (!o->check && (o->exercise || o->reload))
		return usage("--exercise and --reload need --check, which shows when the container "
			     "is ready");
	return OPTIONS_GO;
}

/* ---- Before anything starts -------------------------------------------------------- */

/* Lists the effects outside the container, which need --yes. */
static int agree(const struct learning *l)
{
	const struct effects *e =
		l->options.bundle ? &l->bundle.facts.effects : &l->engine.arguments.effects;

	for (size_t i = 0; i < e->n; i++)
		io_say("learn: each run %s", e->line[i]);
	if (e->more)
		io_say("learn: there are more such effects than can be listed");
	if (e->n && !l->options.yes)
		return usage(
			"nothing was started, because every run does this; give --yes to allow it");
	return OPTIONS_GO;
}

static int learn_failed(const struct capgate_error *err)
{
	io_say_error("learn", err);
	return err->code == CAPGATE_EPOLICY ? STATUS_POLICY : STATUS_NOT_JUDGED;
}

/* Logs what learning gives although the policy forbids it. */
static int record(struct learning *l, struct capgate_error *err)
{
	struct decision d = {.verdict = CAPGATE_PASS};
	struct capgate_out out = {d.reason, sizeof(d.reason) - 1, 0};
	capgate_set beyond = capgate_set_minus(l->subject.full, l->policy.allowed);

	if (!l->options.beyond || capgate_set_empty(beyond))
		return 0;
	capgate_out_string(&out,
			   "learn --beyond-policy gave capabilities that the policy forbids: ");
	capgate_out_set(&out, beyond, " ");
	d.reason[capgate_out_text(&out).len] = '\0';
	return log_decision(&l->log,
			    &(struct log_entry){.stage = "learn",
						.id = capgate_text_of(l->session.id),
						.bundle = l->policy.scene.bundle,
						.policy = &l->policy,
						.decision = &d,
						.outcome = CAPGATE_PASS},
			    err);
}

/* ---- The end ----------------------------------------------------------------------- */

static bool fill(void *user, struct capgate_out *out)
{
	struct findings *report = user;

	findings_table(report, out);
	return true;
}

static bool fill_json(void *user, struct capgate_out *out)
{
	struct findings *report = user;

	findings_json(report, out);
	return true;
}

/* Stores the result, beside the record of the same image or bundle. */
static int save(const struct learning *l, struct findings *report)
{
	struct capgate_text text;
	struct capgate_error err;
	int status;

	if (!lesson_name_is_fit(capgate_text_of(report->name))) {
		io_say("learn: the result is not saved: its name is longer than %d bytes or not "
		       "valid text",
		       LESSON_NAME - 1);
		return STATUS_NOT_JUDGED;
	}
	if (apart(fill_json, report, REPORT_MAX, &text, &err) < 0)
		return learn_failed(&err);
	status = store_write_text(l->options.store ? l->options.store : STORE_DIR,
				  capgate_text_of(report->name), STORE_PROOF, text, &err);
	io_free(text);
	if (status == 0)
		return STATUS_OK;
	io_say("learn: the result is not saved: %s", err.msg);
	return STATUS_NOT_JUDGED;
}

static int tell(const struct learning *l, const struct study *study)
{
	struct findings report = {.study = study,
				  .name = l->subject.name,
				  .is_image = !l->options.bundle,
				  .now = (int64_t)time(NULL),
				  .allowed = l->policy.allowed,
				  .style = terminal_style(STDOUT_FILENO)};
	struct capgate_text text;
	struct capgate_error err;
	int status;

	if (apart(l->json ? fill_json : fill, &report, REPORT_MAX, &text, &err) < 0)
		return learn_failed(&err);
	status = io_write_all(STDOUT_FILENO, text, &err);
	io_free(text);
	if (status < 0)
		return learn_failed(&err);
	return l->options.save ? save(l, &report) : STATUS_OK;
}

static int conclude(const struct learning *l, const struct study *study, enum study_end end)
{
	switch (end) {
	case STUDY_LEARNED:
		return tell(l, study);
	case STUDY_FULL_FAILED:
		io_say("learn: the full run failed, so nothing can be learned: %s",
		       study->full.why);
		return STATUS_FINDINGS;
	case STUDY_LOST:
		io_say("learn: no verdict: the trace is incomplete even with the largest buffer "
		       "(%llu events lost%s%s); give a larger --buffer, or try again while the "
		       "machine is less busy",
		       (unsigned long long)study->full.lost, study->full.trace.complete ? "" : "; ",
		       study->full.trace.why_not);
		return STATUS_NOT_JUDGED;
	case STUDY_UNTRACEABLE:
		io_say("learn: %s", study->full.err.msg);
		return STATUS_NO_TRACER;
	default:
		io_say("learn: interrupted; everything that it started has been removed");
		return io_die_of(command_interrupted ? command_interrupted : SIGTERM);
	}
}

/* A check that succeeds anyway, or whose command is misspelled, would not show what works. */
static int try_check(struct learning *l, struct study *study)
{
	char said[160];
	int status;

	if (!l->course.check)
		return OPTIONS_GO;
	status = course_check_alone(&l->course, &l->subject, said, sizeof(said));
	if (status == COMMAND_NOT_FOUND) {
		io_say("learn: nothing was started, because the check's command is not found: %s",
		       said);
		return STATUS_USAGE;
	}
	study->check_alone = status == 0;
	if (study->check_alone && study->words)
		io_say("learn: the check succeeds although the container does not run yet, so it "
		       "cannot tell whether the container works");
	return OPTIONS_GO;
}

static int study_it(struct learning *l)
{
	struct study *study = io_block(sizeof(*study));
	enum study_end end;
	int status;

	if (!study) {
		io_say("learn: out of memory");
		return STATUS_SYSTEM;
	}
	study->course = &l->course;
	study->subject = &l->subject;
	study->words = !l->options.quiet;
	study->withheld = l->bundle.facts.withheld;
	status = try_check(l, study);
	if (status != OPTIONS_GO) {
		session_end(&l->session);
		return status;
	}
	end = study_run(study);
	session_end(&l->session);
	return conclude(l, study, end);
}

/* Reads policy, bundle and command line before anything starts. */
static int prepare(struct learning *l, char **words)
{
	struct capgate_error err;
	const char *runtime = l->options.runtime ? l->options.runtime : "runc";

	if (gate_open(l->options.policy, &l->for_policy, &l->policy, &l->log, &err) < 0)
		return learn_failed(&err);
	if (l->options.bundle)
		return bundle_open(l->options.bundle, runtime, &l->policy, l->options.beyond,
				   &l->bundle, &err) < 0
			       ? learn_failed(&err)
			       : OPTIONS_GO;
	if (arguments_parse((const char *const *)words, &l->engine.arguments, &err) < 0 ||
	    (l->engine.arguments.compose &&
	     compose_open(&l->engine.arguments, &l->engine.service, &err) < 0))
		return usage(err.msg);
	return OPTIONS_GO;
}

static void make_subject(struct learning *l)
{
	capgate_set allowed = l->options.beyond ? capgate_set_all() : l->policy.allowed;

	if (l->options.bundle)
		bundle_subject(&l->bundle, &l->session, &l->subject);
	else
		engine_subject(&l->engine, allowed, &l->session, &l->subject);
}

static int learn_about(struct learning *l, char **words)
{
	struct capgate_error err;
	int status = prepare(l, words);

	if (status == OPTIONS_GO)
		status = agree(l);
	if (status != OPTIONS_GO)
		return status;
	if (session_begin(&l->session, &err) < 0)
		return learn_failed(&err);
	make_subject(l);
	command_catch_signals();
	if (record(l, &err) < 0 || session_guard(&l->session, &err) < 0) {
		session_end(&l->session);
		return learn_failed(&err);
	}
	return study_it(l);
}

static bool may_trace(void)
{
	capgate_set set[CAPGATE_NSETS];
	struct capgate_error err;

	return userns_is_real_root() && procsets_read(getpid(), set, &err) == 0 &&
	       capgate_set_has(set[CAPGATE_EFFECTIVE], CAPGATE_CAP_SYS_ADMIN);
}

static int run_kept(const struct learn_options *o, char **words, int n)
{
	const struct kept_options kept = {.store = o->store,
					  .into = o->into,
					  .all = o->all,
					  .json = o->format && strcmp(o->format, "json") == 0};

	return kept_run(&kept, words, n);
}

static int run_keep(const struct learn_options *o, int n)
{
	const int every = duration(o->every ? o->every : "5s");

	if (n != 1 || every < 100)
		return usage("keep takes --every TIME of at least 100ms, --once, --store DIR");
	return keep_records(o->store ? o->store : STORE_DIR, every, o->once);
}

static int learn(const struct command *self, int argc, char **argv)
{
	static struct learning l;
	char **words;
	int n, status = options_parse(self, argc, argv, &l.options, &words, &n);

	if (status != OPTIONS_GO)
		return status;
	if (n > 0 && kept_is(words[0]))
		return run_kept(&l.options, words, n);
	if (n > 0 && strcmp(words[0], "keep") == 0)
		return run_keep(&l.options, n);
	status = read_options(&l);
	if (status != OPTIONS_GO)
		return status;
	if (!l.options.bundle == (n == 0))
		return usage("give --bundle DIR, or a command like podman run IMAGE after --");
	if (l.options.runtime && n > 0)
		return usage("--runtime works only with --bundle; give the engine's own option "
			     "after --");
	if (!may_trace()) {
		io_say("learn: tracing needs root on the host: tracefs and BPF require "
		       "CAP_SYS_ADMIN in the initial user namespace");
		return STATUS_NO_TRACER;
	}
	words[n] = NULL; /* argv has room for it */
	return learn_about(&l, words);
}

static const char *const formats[] = {"table", "json", NULL};
static const char *const backends[] = {"bpf", "tracefs", NULL};

static const struct opt opts[] = {
	{"bundle", 'b', OPT_STRING, offsetof(struct learn_options, bundle), "DIR",
	 "the bundle of an OCI runtime to learn about"},
	{"runtime", 0, OPT_STRING, offsetof(struct learn_options, runtime), "PROGRAM",
	 "the runtime for --bundle; default runc"},
	{"check", 'c', OPT_STRING, offsetof(struct learn_options, check), "CMD",
	 "a command that tests the container; without one it must exit with 0"},
	{"exercise", 'e', OPT_STRING, offsetof(struct learn_options, exercise), "CMD",
	 "a command that makes the container do everything it needs to do"},
	{"reload", 0, OPT_STRING, offsetof(struct learn_options, reload), "CMD|no|auto",
	 "a command that reloads it; auto, the default, sends SIGHUP if handled"},
	{"hold", 0, OPT_STRING, offsetof(struct learn_options, hold), "TIME",
	 "how long each run is watched before it is stopped; default 5s"},
	{"timeout", 0, OPT_STRING, offsetof(struct learn_options, timeout), "TIME",
	 "the time limit of the full run's check and of the exercise; default 60s"},
	{"backend", 0, OPT_STRING, offsetof(struct learn_options, backend), "bpf|tracefs",
	 "how to trace; default bpf where it is installed and allowed", backends},
	{"buffer", 0, OPT_STRING, offsetof(struct learn_options, buffer), "KB",
	 "the size of the trace's buffer for each processor; default 4096"},
	{"yes", 'y', OPT_FLAG, offsetof(struct learn_options, yes), NULL,
	 "continue although the runs have effects outside the container"},
	{"beyond-policy", 0, OPT_FLAG, offsetof(struct learn_options, beyond), NULL,
	 "also give capabilities that the policy forbids; this is logged"},
	{"policy", 0, OPT_STRING, offsetof(struct learn_options, policy), "FILE",
	 "use this policy alone instead of the installed ones"},
	{"format", 'f', OPT_STRING, offsetof(struct learn_options, format), "FORMAT",
	 "table or json", formats},
	{"save", 0, OPT_FLAG, offsetof(struct learn_options, save), NULL,
	 "also keep the result for report and audit"},
	{"store", 0, OPT_STRING, offsetof(struct learn_options, store), "DIR",
	 "where results and records are kept; default /var/lib/capgate/learn"},
	{"all", 'a', OPT_FLAG, offsetof(struct learn_options, all), NULL,
	 "report, forget: all names that are kept"},
	{"into", 0, OPT_STRING, offsetof(struct learn_options, into), "NAME",
	 "merge: the name of the combined record"},
	{"every", 0, OPT_STRING, offsetof(struct learn_options, every), "TIME",
	 "keep: how often the kernel's counts are read; default 5s"},
	{"once", 0, OPT_FLAG, offsetof(struct learn_options, once), NULL,
	 "keep: read them once and exit"},
	{"quiet", 'q', OPT_FLAG, offsetof(struct learn_options, quiet), NULL,
	 "do not report progress"},
	{0},
};

const struct command command_learn = {
	.name = "learn",
	.operands = "[-- ENGINE run ...] | report|merge|forget NAME... | keep",
	.summary = "find out which capabilities a container needs, by runs without them",
	.details = "Runs the container once with all its capabilities and traces it, then runs "
		   "it\nrepeatedly with fewer.\n"
		   "report  shows what is kept under NAME: what was recorded or proved\n"
		   "merge   combines the records of several NAMEs, or files from other machines\n"
		   "forget  removes what is kept under NAME\n"
		   "keep    stores what capgate-learn record counts, until it is interrupted\n"
		   "See capgate-learn(1).",
	.options = opts,
	.run = learn,
};
