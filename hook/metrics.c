/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metrics: a textfile for node-exporter, made from the decision log.  The log is
 * bounded, so these are gauges of what it holds now.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../lib/walk.h"
#include "command.h"
#include "config.h"
#include "confine.h"
#include "io.h"
#include "log.h"
#include "outbuf.h"
#include "place.h"
#include "policyfile.h"
#include "spawn.h"
#include "wiring.h"

struct metrics_options {
	const char *output, *log;
	bool no_doctor;
};

/* ---- Counting -------------------------------------------------------------------- */

/* Name with labels, as it will be printed; more than this is no use to anybody. */
#define ROWS_MAX 512

struct row {
	char name[384];
	unsigned long n;
};

struct metrics {
	struct row row[ROWS_MAX];
	size_t n_rows;
	unsigned long lines, unreadable, dropped;
	char policy[160], digest[96]; /* of the last decision */
	double last;
	int doctor; /* exit status; -1: not asked */
	bool has_log;
};

static void count(struct metrics *m, const char *name)
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

#define TEXT_MAX 72
#define MANY 16

struct line {
	char id[TEXT_MAX], engine[TEXT_MAX], stage[TEXT_MAX], mode[TEXT_MAX], verdict[TEXT_MAX], time[TEXT_MAX];
	char policy[160], digest[96];
	char rule[MANY][TEXT_MAX], exemption[MANY][TEXT_MAX];
	size_t n_rules, n_exemptions;
};

enum { FIELD_NONE, FIELD_ID, FIELD_ENGINE, FIELD_STAGE, FIELD_MODE, FIELD_VERDICT, FIELD_TIME, FIELD_POLICY, FIELD_DIGEST,
       FIELD_RULE, FIELD_EXEMPTION };

#define SHAPE(...) (&(const struct capgate_shape){__VA_ARGS__})
#define STRING(f) SHAPE(.types = CAPGATE_T_STRING | CAPGATE_T_NULL, .field = (f))
#define STRINGS(f) SHAPE(.types = CAPGATE_T_ARRAY, .each = STRING(f))

static const struct capgate_shape shape = {
	.types = CAPGATE_T_OBJECT,
	.members = (const struct capgate_member[]){
		{"id", STRING(FIELD_ID)},
		{"engine", STRING(FIELD_ENGINE)},
		{"stage", STRING(FIELD_STAGE)},
		{"mode", STRING(FIELD_MODE)},
		{"verdict", STRING(FIELD_VERDICT)},
		{"time", STRING(FIELD_TIME)},
		{"policy", STRING(FIELD_POLICY)},
		{"policy_digest", STRING(FIELD_DIGEST)},
		{"rules", STRINGS(FIELD_RULE)},
		{"exemptions", STRINGS(FIELD_EXEMPTION)},
		{"exemption", STRING(FIELD_EXEMPTION)},
		{0},
	},
};

/* Label values: what they may hold, and their length, is limited. */
static void keep(char *to, size_t size, struct capgate_text text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len && n + 1 < size; i++)
		to[n++] = text.p[i] < 0x20 || text.p[i] == 0x7f || strchr("\"\\{}", text.p[i]) ? '_' : text.p[i];
	to[n] = '\0';
}

static int visit(void *user, const struct capgate_walk *walk, int field, const struct capgate_json_event *e)
{
	struct line *l = user;
	char *const simple[] = {NULL, l->id, l->engine, l->stage, l->mode, l->verdict, l->time};

	(void)walk;
	if (e->kind != CAPGATE_JSON_STRING)
		return 0;
	if (field <= FIELD_TIME)
		keep(simple[field], TEXT_MAX, e->text);
	else if (field == FIELD_POLICY)
		keep(l->policy, sizeof(l->policy), e->text);
	else if (field == FIELD_DIGEST)
		keep(l->digest, sizeof(l->digest), e->text);
	else if (field == FIELD_RULE && l->n_rules < MANY)
		keep(l->rule[l->n_rules++], TEXT_MAX, e->text);
	else if (field == FIELD_EXEMPTION && l->n_exemptions < MANY)
		keep(l->exemption[l->n_exemptions++], TEXT_MAX, e->text);
	return 0;
}

static double seconds_of(const char *time)
{
	struct tm tm = {0};
	double fraction = 0;
	const char *rest = strptime(time, "%Y-%m-%dT%H:%M:%S", &tm);

	if (!rest)
		return 0;
	if (*rest == '.')
		sscanf(rest, "%lf", &fraction);
	return (double)timegm(&tm) + fraction;
}

static const char *or_unknown(const char *s)
{
	return s[0] ? s : "unknown";
}

static void add_line(struct metrics *m, const struct line *l)
{
	char name[384];

	if (strcmp(l->id, WIRING_CANARY_ID) == 0)
		return; /* no container starts in its name */
	snprintf(name, sizeof(name), "capgate_decisions{verdict=\"%s\",engine=\"%s\",stage=\"%s\",mode=\"%s\"}", or_unknown(l->verdict),
		 or_unknown(l->engine), or_unknown(l->stage), or_unknown(l->mode));
	count(m, name);
	for (size_t i = 0; i < l->n_rules; i++) {
		snprintf(name, sizeof(name), "capgate_decision_rules{rule=\"%s\"}", l->rule[i]);
		count(m, name);
	}
	for (size_t i = 0; i < l->n_exemptions; i++) {
		snprintf(name, sizeof(name), "capgate_decision_exemptions{id=\"%s\"}", l->exemption[i]);
		count(m, name);
	}
	if (seconds_of(l->time) >= m->last) {
		m->last = seconds_of(l->time);
		memcpy(m->policy, l->policy, sizeof(m->policy));
		memcpy(m->digest, l->digest, sizeof(m->digest));
	}
}

static int read_log(struct metrics *m, const char *path, struct capgate_error *err)
{
	struct capgate_arena arena;
	struct capgate_text text;
	bool missing;

	if (place_read(path, &text, &missing, err) < 0 || io_arena(64 << 10, &arena, err) < 0)
		return err->code;
	m->has_log = !missing;
	for (size_t at = 0; at < text.len;) {
		const char *end = memchr(text.p + at, '\n', text.len - at);
		size_t len = end ? (size_t)(end - text.p) - at : text.len - at;
		struct capgate_error why;
		struct line l = {0};

		arena.used = 0;
		if (len > 0 && capgate_walk((struct capgate_text){text.p + at, len}, (struct capgate_json_options){0}, &shape, &arena,
					    visit, &l, &why) == 0) {
			m->lines++;
			add_line(m, &l);
		} else if (len > 0) {
			m->unreadable++;
		}
		at += len + 1;
	}
	io_free(text);
	io_arena_release(&arena);
	return 0;
}

/* ---- Output ------------------------------------------------------------------------ */

/* All rows of one metric, under its heading. */
static void put_family(const struct metrics *m, const char *name, const char *help, struct capgate_out *out)
{
	size_t n = strlen(name);

	capgate_out_format(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
	for (size_t i = 0; i < m->n_rows; i++)
		if (strncmp(m->row[i].name, name, n) == 0 && m->row[i].name[n] == '{')
			capgate_out_format(out, "%s %lu\n", m->row[i].name, m->row[i].n);
}

static void put(struct capgate_out *out, const char *name, const char *help, double value)
{
	capgate_out_format(out, "# HELP %s %s\n# TYPE %s gauge\n%s %.17g\n", name, help, name, name, value);
}

static void fill(void *user, struct capgate_out *out)
{
	const struct metrics *m = user;

	put_family(m, "capgate_decisions", "Decisions that the bounded log holds.", out);
	put_family(m, "capgate_decision_rules", "Decisions in the log to which a rule led.", out);
	put_family(m, "capgate_decision_exemptions", "Decisions in the log that an exemption changed.", out);
	put(out, "capgate_log_readable", "1 when there is a decision log.", m->has_log);
	put(out, "capgate_log_unreadable_lines", "Lines of the log that cannot be understood.", (double)m->unreadable);
	if (m->dropped)
		put(out, "capgate_series_dropped", "Decisions left out because of too many label values.", (double)m->dropped);
	if (m->last > 0) {
		put(out, "capgate_last_decision_timestamp_seconds", "When the last decision was logged.", m->last);
		capgate_out_format(out, "# HELP capgate_policy_info The policy of the last decision.\n# TYPE capgate_policy_info gauge\n"
				   "capgate_policy_info{source=\"%s\",digest=\"%s\"} 1\n", m->policy, m->digest);
	}
	if (m->doctor >= 0)
		put(out, "capgate_doctor_status", "Exit status of capgate doctor: 0 well, 1 the gate is open or broken, 2 unknown.", m->doctor);
	capgate_out_format(out, "# HELP capgate_build_info The version.\n# TYPE capgate_build_info gauge\n"
			   "capgate_build_info{version=\"" CAPGATE_VERSION "\"} 1\n");
}

static int ask_doctor(void)
{
	const char *argv[] = {"capgate", "doctor", "--json", NULL};
	struct spawn_result r;
	struct capgate_error err;
	char words[16];

	if (spawn_filter("/proc/self/exe", argv, (struct capgate_text){0}, words, sizeof(words), 60, &r, &err) < 0 || r.status > 2)
		return STATUS_NOT_JUDGED;
	return r.status;
}

static int write_file(const char *path, struct metrics *m, struct capgate_error *err)
{
	char full[PATH_MAX], here[PATH_MAX / 2];
	struct capgate_text text;

	if (path[0] == '/' || !getcwd(here, sizeof(here)))
		snprintf(full, sizeof(full), "%s", path);
	else
		snprintf(full, sizeof(full), "%s/%.2000s", here, path);
	if (outbuf_fill(fill, m, &text, err) < 0)
		return err->code;
	umask(022);
	return place_write(full, 0644, text, err);
}

/* Where the policy says that the log is.  One that keeps none has no decisions. */
static int find_log(const struct metrics_options *options, char *buf, size_t size, struct capgate_error *err)
{
	struct capgate_policy policy = {0};
	struct capgate_arena arena;
	int status = io_arena(POLICY_TEXT_MAX, &arena, err);

	if (status == 0)
		status = policy_load(NULL, &arena, &policy, err);
	/* A log that was named needs no policy to be found. */
	if (status < 0 && !options->log)
		return status;
	if (options->log)
		snprintf(buf, size, "%s", options->log);
	else if (!log_file_path(&policy, buf, size))
		snprintf(buf, size, "/nonexistent");
	return confine(options->output ? CONFINE_WRITE : CONFINE_READ, policy.best_effort_confinement, err);
}

static int metrics(const struct command *self, int argc, char **argv)
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
	    (options.output ? write_file(options.output, &m, &err) : outbuf_print(fill, &m, &err)) < 0) {
		io_say("metrics: %s", err.msg);
		return STATUS_SYSTEM;
	}
	return STATUS_OK;
}

static const struct opt opts[] = {
	{"output", 'o', OPT_STRING, offsetof(struct metrics_options, output), "FILE",
	 "write to FILE by rename instead of standard output"},
	{"log", 0, OPT_STRING, offsetof(struct metrics_options, log), "FILE", "read this decision log instead of the policy's"},
	{"no-doctor", 0, OPT_FLAG, offsetof(struct metrics_options, no_doctor), NULL, "do not ask capgate doctor"},
	{0},
};

const struct command command_metrics = {
	.name = "metrics",
	.operands = "",
	.summary = "the decision log as a textfile for node-exporter",
	.details = "Decisions by verdict, engine, stage, rule and exemption; the policy in force; the\n"
		   "outcome of capgate doctor.  The log is bounded: these are gauges of what it holds.",
	.options = opts,
	.run = metrics,
};
