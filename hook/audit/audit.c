/* SPDX-License-Identifier: Apache-2.0 */
/* audit: what the running containers of this machine hold. */
#include "audit.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "settings.h"
#include "hook/cli/cli.h"
#include "hook/confine/confine.h"
#include "hook/gate/gate.h"
#include "hook/sys/sys.h"
#include "hook/term/term.h"

struct audit_options {
	const char *policy, *format, *root;
	bool cis;
};

struct audit {
	enum check_format format;
	struct audit_formats *formats; /* of check; NULL for our own */
	bool cis;
	struct style style;
	const char *root;
	struct capgate_policy policy;
	struct audit_processes processes;
	struct audit_list list;
	const struct audit_result *result; /* the one to be printed */
	size_t passed, failed, unjudged, unreadable;
};

/* Table, JSON and JSONL are audit's own. */
static bool is_own(enum check_format format)
{
	return format == FORMAT_TABLE || format == FORMAT_JSON || format == FORMAT_JSONL;
}

static void fill(void *user, struct capgate_out *out)
{
	const struct audit *a = user;

	if (a->format == FORMAT_TABLE) {
		if (a->cis)
			audit_cis(a->result, &a->style, out);
		else
			audit_table(a->result, &a->style, out);
		return;
	}
	audit_json(a->result, out);
	if (a->format == FORMAT_JSONL)
		capgate_out_string(out, "\n");
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
	if (a->format == FORMAT_JSON)
		audit_json_head(&evidence, out);
	else
		audit_cis_head(&evidence, out);
}

static void fill_end(void *user, struct capgate_out *out)
{
	const struct audit *a = user;

	if (a->format == FORMAT_JSON) {
		capgate_out_format(out,
				   "\n],\"summary\":{\"containers\":%zu,\"pass\":%zu,\"refuse\":"
				   "%zu,\"not_judged\":%zu,\"unreadable\":%zu}}\n",
				   a->list.n, a->passed, a->failed, a->unjudged,
				   a->list.unreadable);
		return;
	}
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

static int print(const char *s, struct capgate_error *err)
{
	return io_write_all(STDOUT_FILENO, capgate_text_of(s), err);
}

static int head(struct audit *a, struct capgate_error *err)
{
	return a->format == FORMAT_JSON || a->cis ? outbuf_print(fill_head, a, err) : 0;
}

static int one(struct audit *a, size_t i, struct capgate_error *err)
{
	struct audit_work work;
	int status = 0;

	if (i > 0 && !a->formats && a->format != FORMAT_JSONL)
		status = print(a->format == FORMAT_JSON ? ",\n" : "\n", err);
	if (status < 0 ||
	    audit_judge(a->root, &a->list.v[i], &a->processes, &a->policy, &work, err) < 0)
		return err->code;
	a->result = &work.result;
	if (!work.result.judged)
		a->unjudged++;
	else if (audit_passes(&work.result))
		a->passed++;
	else
		a->failed++;
	status =
		a->formats ? audit_formats_add(a->formats, &work, err) : outbuf_print(fill, a, err);
	audit_work_release(&work);
	return status;
}

/* First /proc, for Landlock hides the namespaces of others, and what makes a
 * temporary file; then what others wrote. */
static int run(struct audit *a, struct capgate_error *err)
{
	int status = audit_processes_read(&a->processes, err);

	if (status == 0 && !is_own(a->format))
		status = audit_formats_begin(a->format, &a->policy, &a->formats, err);
	if (status == 0)
		status = confine(CONFINE_READ, a->policy.best_effort_confinement, err);
	if (status == 0)
		status = audit_find(a->root, &a->list, err);
	a->list.unreadable += a->processes.unreadable;
	if (status == 0)
		status = head(a, err);
	for (size_t i = 0; status == 0 && i < a->list.n; i++)
		status = one(a, i, err);
	if (status == 0 && a->formats)
		status = audit_formats_end(a->formats, a->list.unreadable == 0, err);
	else if (status == 0 && a->format != FORMAT_JSONL)
		status = outbuf_print(fill_end, a, err);
	a->unreadable = a->list.unreadable;
	audit_processes_release(&a->processes);
	audit_list_release(&a->list);
	return status;
}

static int audit(const struct command *self, int argc, char **argv)
{
	struct audit_options options = {.root = ""};
	struct audit a = {.style = terminal_style(STDOUT_FILENO)};
	struct capgate_arena arena;
	struct capgate_error err;
	char **operands;
	int n, status = options_parse(self, argc, argv, &options, &operands, &n);

	if (status != OPTIONS_GO)
		return status;
	a.format = check_format_find(options.format);
	a.cis = options.cis;
	a.root = options.root;
	if (n > 0 || a.format == FORMAT_UNKNOWN) {
		io_say("audit: %s; see: capgate audit --help",
		       n > 0 ? "it takes no operands" : "unknown format");
		return STATUS_USAGE;
	}
	if (a.cis && a.format != FORMAT_TABLE) {
		io_say("audit: --cis is a table; --format json holds the same evidence");
		return STATUS_USAGE;
	}
	if (geteuid() != 0)
		io_say("audit: not root: only this user's containers can be seen");
	if (io_arena(POLICY_TEXT_MAX, &arena, &err) < 0 ||
	    policy_load(options.policy, &arena, &a.policy, &err) < 0 || run(&a, &err) < 0) {
		if (errno == EPIPE)
			return io_die_of(SIGPIPE);
		io_say_error(self->name, &err);
		return STATUS_NOT_JUDGED;
	}
	if (a.unjudged || a.unreadable)
		return STATUS_NOT_JUDGED;
	return a.failed ? STATUS_FINDINGS : STATUS_OK;
}

static const struct opt opts[] = {
	{"format", 'f', OPT_STRING, offsetof(struct audit_options, format), "FORMAT",
	 "table (default), json, jsonl, sarif, junit, github or html", check_format_names},
	{"cis", 0, OPT_FLAG, offsetof(struct audit_options, cis), NULL,
	 "the table as an inventory: evidence for CIS Docker 5.4 and SV-235801"},
	{"root", 0, OPT_STRING, offsetof(struct audit_options, root), "DIR",
	 "look for the stores of runtimes and engines below DIR; /proc stays"},
	{"policy", 0, OPT_STRING, offsetof(struct audit_options, policy), "FILE",
	 "use this policy alone instead of the installed ones"},
	{0},
};

const struct command command_audit = {
	.name = "audit",
	.operands = "",
	.summary = "what the running containers of this machine ask for and really hold",
	.details =
		"Reads the state directories of runc, crun, podman, containerd and Docker, and\n"
		"/proc; asks no daemon.  A process that was entered with exec --privileged shows.\n"
		"Exit status: 0 all allowed, 1 some are not, 2 something could not be judged.",
	.options = opts,
	.run = audit,
};
