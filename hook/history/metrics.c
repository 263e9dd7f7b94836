/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metrics: a textfile for node-exporter, made from the decision log.  The log has a maximum
 * size, so these are gauges of its present content.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "settings.h"
#include "hook/cli/cli.h"
#include "hook/confine/confine.h"
#include "hook/engines/engines.h"
#include "hook/gate/gate.h"
#include "hook/log/log.h"
#include "hook/sys/sys.h"
#include "hook/term/term.h"
#include "lib/base/base.h"

struct metrics_options {
	const char *output, *log;
	bool no_doctor;
};

/* ---- Counting -------------------------------------------------------------------- */

/* The most rows of a metric; more would be of no use. */
#define ROWS_MAX 512

struct row {
	char name[384];
	unsigned long n;
};

struct metrics {
	struct row row[ROWS_MAX];
	size_t n_rows;
	unsigned long unreadable, dropped;
	char policy[160], digest[96]; /* of the last decision */
	double last;
	int doctor; /* exit status; -1: not asked */
	bool has_log;
};

static void count_event(struct metrics *m, const char *name)
{
	size_t i = 0;

	while (i < m->n_rows && strcmp(m->row[i].name, name) != 0)
		i++;
	if (i == ROWS_MAX) {
		m->dropped++;
		return;
	}
	if (i == m->n_rows)
		snprintf(m->row[m->n_rows++].name, sizeof(m->row[0].name), "%s", name);
	m->row[i].n++;
}

/* ---- A line of the log -------------------------------------------------------------- */

#define VALUE_MAX 72

/* Copies the value of a label in the text format, with limited length, never cut within a
 * character or an escape. */
static const char *value(char *to, size_t size, struct capgate_text text)
{
	size_t n = 0, left = text.len;

	for (const char *p = text.p; left > 0;) {
		size_t used = capgate_utf8_length((const unsigned char *)p, left);
		const char *escape = *p == '"'    ? "\\\""
				     : *p == '\\' ? "\\\\"
				     : *p == '\n' ? "\\n"
						  : NULL;
		size_t length = escape ? 2 : used;

		if (used == 0 || n + length >= size)
			break;
		memcpy(to + n, escape ? escape : p, length);
		n += length;
		p += used;
		left -= used;
	}
	to[n] = '\0';
	return n ? to : "unknown";
}

static double seconds_of(struct capgate_text text)
{
	char time[40];
	struct tm tm = {0};
	double fraction = 0;
	const char *rest;

	snprintf(time, sizeof(time), "%.*s", text.len < sizeof(time) ? (int)text.len : 0,
		 text.p ? text.p : "");
	rest = strptime(time, "%Y-%m-%dT%H:%M:%S", &tm);
	if (!rest)
		return 0;
	if (*rest == '.')
		sscanf(rest, "%lf", &fraction);
	return (double)timegm(&tm) + fraction;
}

static void add_entry(void *user, const struct logged *e)
{
	struct metrics *m = user;
	char name[384], verdict[VALUE_MAX], engine[VALUE_MAX], stage[VALUE_MAX], mode[VALUE_MAX];

	if (capgate_text_is(e->id, WIRING_CANARY_ID))
		return; /* it stands for no container */
	snprintf(name, sizeof(name),
		 "capgate_decisions{verdict=\"%s\",engine=\"%s\",stage=\"%s\",mode=\"%s\"}",
		 value(verdict, VALUE_MAX, e->verdict), value(engine, VALUE_MAX, e->engine),
		 value(stage, VALUE_MAX, e->stage), value(mode, VALUE_MAX, e->mode));
	count_event(m, name);
	for (size_t i = 0; i < e->n_rules; i++) {
		snprintf(name, sizeof(name), "capgate_decision_rules{rule=\"%s\"}",
			 value(verdict, VALUE_MAX, e->rules[i]));
		count_event(m, name);
	}
	for (size_t i = 0; i < e->n_exemptions; i++) {
		snprintf(name, sizeof(name), "capgate_decision_exemptions{id=\"%s\"}",
			 value(verdict, VALUE_MAX, e->exemptions[i]));
		count_event(m, name);
	}
	if (seconds_of(e->time) >= m->last) {
		m->last = seconds_of(e->time);
		value(m->policy, sizeof(m->policy), e->policy);
		value(m->digest, sizeof(m->digest), e->digest);
	}
}

/* Also reads the older file of a rotated log. */
static int read_log(struct metrics *m, const char *path, struct capgate_error *err)
{
	char older[PATH_MAX];
	int passed_over;

	snprintf(older, sizeof(older), "%.4000s.1", path);
	m->has_log = !logread_is_missing(path) || !logread_is_missing(older);
	if (!m->has_log)
		return 0;
	passed_over = logread_each(path, add_entry, m, err);
	if (passed_over < 0)
		return passed_over;
	m->unreadable = (unsigned long)passed_over;
	return 0;
}

/* ---- Output ------------------------------------------------------------------------ */

/* Prints all rows of one metric, with its heading. */
static void put_family(const struct metrics *m, const char *name, const char *help,
		       struct capgate_out *out)
{
	size_t n = strlen(name);

	capgate_out_format(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
	for (size_t i = 0; i < m->n_rows; i++)
		if (strncmp(m->row[i].name, name, n) == 0 && m->row[i].name[n] == '{')
			capgate_out_format(out, "%s %lu\n", m->row[i].name, m->row[i].n);
}

static void out_gauge(struct capgate_out *out, const char *name, const char *help, double value)
{
	capgate_out_format(out, "# HELP %s %s\n# TYPE %s gauge\n%s %.17g\n", name, help, name, name,
			   value);
}

static void fill_metrics(void *user, struct capgate_out *out)
{
	const struct metrics *m = user;

	put_family(m, "capgate_decisions", "Decisions that the bounded log holds.", out);
	put_family(m, "capgate_decision_rules", "Decisions in the log to which a rule led.", out);
	put_family(m, "capgate_decision_exemptions",
		   "Decisions in the log that an exemption changed.", out);
	out_gauge(out, "capgate_log_readable", "1 if there is a decision log.", m->has_log);
	out_gauge(out, "capgate_log_unreadable_lines",
		  "Lines of the log that cannot be understood.", (double)m->unreadable);
	if (m->dropped)
		out_gauge(out, "capgate_series_dropped",
			  "Decisions left out because of too many label values.",
			  (double)m->dropped);
	if (m->last > 0) {
		out_gauge(out, "capgate_last_decision_timestamp_seconds",
			  "When the last decision was logged.", m->last);
		capgate_out_format(out,
				   "# HELP capgate_policy_info The policy of the last decision.\n# "
				   "TYPE capgate_policy_info gauge\n"
				   "capgate_policy_info{source=\"%s\",digest=\"%s\"} 1\n",
				   m->policy, m->digest);
	}
	if (m->doctor >= 0)
		out_gauge(out, "capgate_doctor_status",
			  "Exit status of capgate doctor: 0 no faults, 1 faults, 2 unknown.",
			  m->doctor);
	capgate_out_format(
		out, "# HELP capgate_build_info The version.\n# TYPE capgate_build_info gauge\n"
		     "capgate_build_info{version=\"" CAPGATE_VERSION "\"} 1\n");
}

static int ask_doctor(void)
{
	const char *argv[] = {"capgate", "doctor", "--json", NULL};
	struct spawn_result r;
	struct capgate_error err;
	char words[16];

	if (spawn_filter("/proc/self/exe", argv, (struct capgate_text){0}, words, sizeof(words), 60,
			 &r, &err) < 0 ||
	    r.status > 2)
		return STATUS_NOT_JUDGED;
	return r.status;
}

static int write_file(const char *path, struct metrics *m, struct capgate_error *err)
{
	char full[PATH_MAX], here[PATH_MAX / 2], directory[PATH_MAX];
	struct capgate_text text;
	struct stat st;

	if (path[0] == '/' || !getcwd(here, sizeof(here)))
		snprintf(full, sizeof(full), "%s", path);
	else
		snprintf(full, sizeof(full), "%s/%.2000s", here, path);
	/* Does not create a directory, because its name may be a typo. */
	snprintf(directory, sizeof(directory), "%.*s/", (int)(strrchr(full, '/') - full), full);
	if (access(directory, F_OK) < 0)
		return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_NONE, CAPGATE_NOWHERE,
				    "the directory %.300s does not exist: create it, or name the "
				    "one that the node exporter reads",
				    directory);
	/* A rename would replace /dev/null or /dev/stdout by a file. */
	if (lstat(full, &st) == 0 && !S_ISREG(st.st_mode))
		return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_NONE, CAPGATE_NOWHERE,
				    "%.200s is not a regular file, so it is not replaced: name "
				    "another file, or omit --output to write to standard output",
				    full);
	if (outbuf_fill(fill_metrics, m, &text, err) < 0)
		return err->code;
	umask(022);
	return place_write(full, 0644, text, err);
}

/* Finds the log that the policy names.  Without a log there are no decisions. */
static int find_log(const struct metrics_options *options, char *buf, size_t size,
		    struct capgate_error *err)
{
	struct capgate_policy policy = {0};
	struct capgate_arena arena;
	int status = io_arena(POLICY_TEXT_MAX, &arena, err);

	if (status == 0)
		status = policy_load(NULL, &arena, &policy, err);
	/* A log that the user names is found without a policy. */
	if (status < 0 && !options->log)
		return status;
	if (options->log)
		snprintf(buf, size, "%s", options->log);
	else if (!log_file_path(&policy, buf, size))
		snprintf(buf, size, "/nonexistent");
	return confine_linter(options->output ? CONFINE_WRITE : CONFINE_READ,
			      policy.best_effort_confinement, err);
}

static int metrics_main(const struct command *self, int argc, char **argv)
{
	static struct metrics m;
	struct metrics_options options = {0};
	char log[PATH_MAX];
	struct capgate_error err;
	char **words;
	int n, status = options_parse(self, argc, argv, &options, &words, &n);

	if (status != OPTIONS_GO)
		return status;
	if (n > 0) {
		io_say("metrics: unexpected operand '%s'", words[0]);
		return STATUS_USAGE;
	}
	m.doctor = options.no_doctor ? -1 : ask_doctor();
	if (find_log(&options, log, sizeof(log), &err) < 0 || read_log(&m, log, &err) < 0 ||
	    (options.output ? write_file(options.output, &m, &err)
			    : outbuf_print(fill_metrics, &m, &err)) < 0) {
		io_say("metrics: %s", err.msg);
		return STATUS_SYSTEM;
	}
	return STATUS_OK;
}

static const struct opt opts[] = {
	{"output", 'o', OPT_STRING, offsetof(struct metrics_options, output), "FILE",
	 "write to FILE (by rename) instead of standard output"},
	{"log", 0, OPT_STRING, offsetof(struct metrics_options, log), "FILE",
	 "read this decision log instead of the policy's"},
	{"no-doctor", 0, OPT_FLAG, offsetof(struct metrics_options, no_doctor), NULL,
	 "do not run capgate doctor"},
	{0},
};

const struct command command_metrics = {
	.name = "metrics",
	.operands = "",
	.summary = "print the decision log as a textfile for node-exporter",
	.details = "Decisions by verdict, engine, stage, rule and exemption; the policy in force; "
		   "the\n"
		   "outcome of capgate doctor.  The log has a maximum size, so these are gauges of "
		   "its\n"
		   "current content.",
	.options = opts,
	.run = metrics_main,
};
