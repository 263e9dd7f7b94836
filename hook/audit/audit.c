/* SPDX-License-Identifier: Apache-2.0 */
/* audit: shows what the containers of this machine hold. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "hook/cli/cli.h"
#include "hook/confine/confine.h"
#include "hook/gate/gate.h"
#include "hook/sys/sys.h"
#include "hook/term/term.h"
#include "audit.h"
#include "controls.h"
#include "learned.h"
#include "settings.h"
#include "words.h"

struct audit_options {
	const char *policy, *format, *root, *control;
	bool cis;
};

/* audit's own formats, and those of check. */
enum audit_format {
	AUDIT_TABLE,
	AUDIT_JSON,
	AUDIT_JSONL,
	AUDIT_CSV,
	AUDIT_LINES,
	AUDIT_CIS,
	AUDIT_OTHER
};

struct audit {
	enum audit_format format;
	enum report_format other;
	struct audit_formats *formats; /* for check's formats, else NULL */
	struct style style;
	const char *root;
	struct capgate_policy policy;
	struct audit_processes processes;
	struct containers list;
	struct audit_lessons lessons;
	struct control_tallies controls;
	capgate_set host; /* what the host's first process may have */
	bool host_forbids_userns;
	const struct audit_result *result; /* the result to print */
	size_t passed, failed, unjudged, unreadable;
};

static const char *const format_names[] = {"table",  "json", "jsonl", "sarif", "junit",
					   "github", "html", "csv",   "lines", NULL};

/* ---- The frame around the containers ----------------------------------------- */

/* The reason why no control of this machine can have the result PASS; NULL: there is none. */
static const char *incomplete(const struct audit *a)
{
	if (a->unreadable)
		return "a state or a process could not be read";
	return geteuid() != 0 ? "without root, only this user's containers are seen" : NULL;
}

static void fill_head(void *user, struct capgate_out *out)
{
	const struct audit *a = user;
	char when[32] = "";
	struct utsname host;
	time_t now = (time_t)a->policy.scene.now;
	struct tm utc;
	const bool known = uname(&host) == 0;
	const struct audit_evidence evidence = {.host = known ? host.nodename : "",
						.kernel = known ? host.release : "",
						.when = when,
						.version = CAPGATE_VERSION,
						.uid = geteuid(),
						.policy = &a->policy,
						.containers = a->list.n,
						.unreadable = a->list.unreadable};

	if (gmtime_r(&now, &utc))
		strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &utc);
	if (a->format == AUDIT_JSON)
		audit_json_head(&evidence, out);
	else if (a->format == AUDIT_CIS)
		audit_cis_head(&evidence, out);
	else if (a->format == AUDIT_CSV)
		audit_csv_head(out);
}

static void fill_counts(const struct audit *a, struct capgate_out *out)
{
	if (a->list.unreadable)
		capgate_out_format(out, "INCOMPLETE: %zu could not be read\n", a->list.unreadable);
	if (a->list.n == 0)
		capgate_out_string(out, "no containers\n");
	else
		capgate_out_format(out,
				   "\n%zu container%s: %zu allowed, %zu not allowed, %zu could not "
				   "be judged\n",
				   a->list.n, a->list.n == 1 ? "" : "s", a->passed, a->failed,
				   a->unjudged);
}

static void fill_end(void *user, struct capgate_out *out)
{
	const struct audit *a = user;

	switch (a->format) {
	case AUDIT_JSON:
		capgate_out_string(out, "\n],\"controls\":[");
		audit_json_controls(&a->controls, incomplete(a), out);
		capgate_out_format(out,
				   "],\"summary\":{\"containers\":%zu,\"pass\":%zu,\"refuse\":%zu,"
				   "\"not_judged\":%zu,"
				   "\"unreadable\":%zu}}\n",
				   a->list.n, a->passed, a->failed, a->unjudged,
				   a->list.unreadable);
		return;
	case AUDIT_CIS:
		fill_counts(a, out);
		audit_cis_controls(&a->controls, incomplete(a), out);
		return;
	case AUDIT_LINES:
		for (size_t i = 0; i < a->controls.n; i++) {
			control_line(&a->controls.v[i], incomplete(a), out);
			capgate_out_string(out, "\n");
		}
		return;
	case AUDIT_TABLE:
		fill_counts(a, out);
		return;
	default:
		return;
	}
}

/* ---- Containers ------------------------------------------------------------------- */

static void fill_result(void *user, struct capgate_out *out)
{
	const struct audit *a = user;

	switch (a->format) {
	case AUDIT_TABLE:
		audit_table(a->result, &a->style, out);
		return;
	case AUDIT_CIS:
		audit_cis(a->result, &a->style, out);
		return;
	case AUDIT_CSV:
		audit_csv(a->result, out);
		return;
	case AUDIT_JSON:
	case AUDIT_JSONL:
		audit_json(a->result, out);
		if (a->format == AUDIT_JSONL)
			capgate_out_string(out, "\n");
		return;
	default:
		return;
	}
}

/* What the format has between two containers. */
static const char *separator(const struct audit *a)
{
	return a->format == AUDIT_JSON                              ? ",\n"
	       : a->format == AUDIT_TABLE || a->format == AUDIT_CIS ? "\n"
								    : "";
}

static void count_result(struct audit *a, const struct audit_result *r)
{
	if (!r->judged)
		a->unjudged++;
	else if (audit_passes(r))
		a->passed++;
	else
		a->failed++;
}

/* Reports on stderr why a container was not judged; of the formats only the table shows that. */
static void tell_unjudged(const struct audit_result *r)
{
	struct words w;

	capgate_out_string(words_begin(&w), "audit: ");
	audit_out_container(&w.out, r->container);
	capgate_out_format(&w.out, ": %s", r->report.error.msg);
	io_say("%.*s", (int)words_text(&w).len, words_text(&w).p);
}

static int one(struct audit *a, size_t i, struct capgate_error *err)
{
	struct audit_work work;
	int status = 0;

	if (i > 0)
		status = io_write_all(STDOUT_FILENO, capgate_text_of(separator(a)), err);
	if (status < 0 || audit_judge(a->root, &a->list.v[i], &a->processes, a->host_forbids_userns,
				      &a->policy, &work, err) < 0)
		return err->code;
	work.result.learned = audit_lessons_find(&a->lessons, &a->list.v[i]);
	a->result = &work.result;
	if (!work.result.judged && a->format != AUDIT_TABLE)
		tell_unjudged(&work.result);
	count_result(a, &work.result);
	status = controls_add(&a->controls, &work.result, a->host, a->format == AUDIT_CIS, err);
	if (status == 0)
		status = a->formats ? audit_formats_add(a->formats, &work, err)
				    : outbuf_print(fill_result, a, err);
	audit_work_release(&work);
	return status;
}

/* The bounding set of process 1, or of this process. */
static capgate_set host_set(const struct audit_processes *all)
{
	capgate_set s = all->self.set[CAPGATE_BOUNDING];

	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].pid == 1)
			s = capgate_set_or(s, all->v[i].set[CAPGATE_BOUNDING]);
	return s;
}

/*
 * The order matters. /proc comes first, because Landlock will hide the namespaces of other
 * processes, and whatever needs a temporary file comes before it too.  The files of others are
 * read last.
 */
static int audit_machine(struct audit *a, struct capgate_error *err)
{
	int status = audit_processes_read(&a->processes, err);

	a->host = host_set(&a->processes);
	a->host_forbids_userns = userns_are_forbidden();
	if (status == 0 && a->format == AUDIT_OTHER)
		status = audit_formats_begin(a->other, &a->policy, &a->formats, err);
	if (status == 0)
		status = confine_linter(CONFINE_READ, a->policy.best_effort_confinement, err);
	if (status == 0)
		status = containers_find(a->root, &a->list, err);
	if (status == 0)
		status = audit_lessons_read(a->root, &a->lessons, err);
	a->list.unreadable += a->processes.unreadable;
	a->unreadable = a->list.unreadable;
	if (status == 0)
		status = outbuf_print(fill_head, a, err);
	for (size_t i = 0; status == 0 && i < a->list.n; i++)
		status = one(a, i, err);
	if (status == 0)
		status = a->formats ? audit_formats_end(a->formats, a->list.unreadable == 0, err)
				    : outbuf_print(fill_end, a, err);
	audit_processes_release(&a->processes);
	containers_release(&a->list);
	audit_lessons_release(&a->lessons);
	return status;
}

/* ---- The command --------------------------------------------------------------------- */

/* Evidence and lines have the status of the controls; other formats that of the containers. */
static int status_of(const struct audit *a)
{
	if (a->format == AUDIT_CIS || a->format == AUDIT_LINES)
		return controls_status(&a->controls, incomplete(a));
	if (a->unjudged || a->unreadable)
		return STATUS_NOT_JUDGED;
	return a->failed ? STATUS_FINDINGS : STATUS_OK;
}

static bool choose_format(struct audit *a, const struct audit_options *options)
{
	static const enum audit_format own[] = {[FORMAT_TABLE] = AUDIT_TABLE,
						[FORMAT_JSON] = AUDIT_JSON,
						[FORMAT_JSONL] = AUDIT_JSONL};
	const char *name = options->format;

	a->other = FORMAT_UNKNOWN;
	if (name && strcmp(name, "lines") == 0) {
		a->format = AUDIT_LINES;
		return true;
	}
	if (name && strcmp(name, "csv") == 0)
		a->format = AUDIT_CSV;
	else
		a->other = report_format_find(name);
	if (a->format != AUDIT_CSV && a->other == FORMAT_UNKNOWN)
		return io_say("audit: unknown format; see: capgate audit --help"), false;
	if (a->format != AUDIT_CSV)
		a->format = a->other <= FORMAT_JSONL ? own[a->other] : AUDIT_OTHER;
	if (!options->cis && !options->control)
		return true;
	if (a->format != AUDIT_TABLE)
		return io_say("audit: --cis and --control print a table, or lines with --format "
			      "lines; --format json has the same evidence"),
		       false;
	a->format = AUDIT_CIS;
	return true;
}

static int usage_control(struct capgate_text word)
{
	const char *near = controls_nearest(word);
	char shown[64] = "";
	struct capgate_out out = {shown, sizeof(shown) - 1, 0};

	capgate_out_visible(&out, word);
	io_say("audit: unknown control '%s'; %s%s", shown,
	       near ? "did you mean " : "their names are in capgate(1)", near ? near : "");
	return STATUS_USAGE;
}

static int audit_main(const struct command *self, int argc, char **argv)
{
	struct audit_options options = {.root = ""};
	struct audit a = {.style = terminal_style(STDOUT_FILENO)};
	struct capgate_arena arena;
	struct capgate_error err;
	struct capgate_text unknown;
	control_choice choice;
	char **operands;
	int n, status = options_parse(self, argc, argv, &options, &operands, &n);

	if (status != OPTIONS_GO)
		return status;
	a.root = options.root;
	if (n > 0) {
		io_say("audit: no operands are allowed; see: capgate audit --help");
		return STATUS_USAGE;
	}
	if (!choose_format(&a, &options))
		return STATUS_USAGE;
	choice = controls_choose(options.control, &unknown);
	if (!choice)
		return usage_control(unknown);
	if (geteuid() != 0)
		io_say("audit: without root, only this user's containers can be seen");
	if (io_arena(POLICY_TEXT_MAX, &arena, &err) < 0 ||
	    policy_load(options.policy, &arena, &a.policy, &err) < 0 ||
	    controls_begin(choice, &a.controls, &err) < 0 || audit_machine(&a, &err) < 0) {
		if (errno == EPIPE)
			return io_die_of(SIGPIPE);
		io_say_error(self->name, &err);
		return STATUS_NOT_JUDGED;
	}
	status = status_of(&a);
	controls_release(&a.controls);
	return status;
}

static const struct opt opts[] = {
	{"format", 'f', OPT_STRING, offsetof(struct audit_options, format), "FORMAT",
	 "table (default), json, jsonl, sarif, junit, github, html, csv or lines", format_names},
	{"cis", 0, OPT_FLAG, offsetof(struct audit_options, cis), NULL,
	 "print the evidence for auditors: CIS Docker 5.4, 5.5, 5.23 and 5.26"},
	{"control", 0, OPT_STRING, offsetof(struct audit_options, control), "ID[,...]",
	 "print only these controls, including those of CIS Kubernetes and the STIGs; or all"},
	{"root", 0, OPT_STRING, offsetof(struct audit_options, root), "DIR",
	 "look for the stores of runtimes and engines below DIR; /proc is always this machine's"},
	{"policy", 0, OPT_STRING, offsetof(struct audit_options, policy), "FILE",
	 "use this policy alone instead of the installed ones"},
	{0},
};

const struct command command_audit = {
	.name = "audit",
	.operands = "",
	.summary = "show which capabilities this machine's containers ask for, and which they hold",
	.details =
		"Reads the state directories of runc, crun, youki and containerd, the stores of\n"
		"Docker, podman and CRI-O, and /proc, and asks no daemon.  It also shows\n"
		"processes that were started with exec --privileged, and stopped containers of\n"
		"Docker and podman.\n"
		"Exit status: 0 all allowed, 1 some are not, 2 something could not be judged;\n"
		"with --cis or --format lines 0 PASS, 1 FAIL, 2 UNKNOWN, the worst of the "
		"controls.",
	.options = opts,
	.run = audit_main,
};
