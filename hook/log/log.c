/* SPDX-License-Identifier: Apache-2.0 */
#include "log.h"

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "lib/caps/caps.h"

static int fail_if_required(const struct log *log, const char *why, struct capgate_error *err)
{
	if (!log->required)
		return 0;
	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_LOG, CAPGATE_NOWHERE, "%s", why);
}

int log_open(const struct capgate_policy *policy, struct log *ret, struct capgate_error *err)
{
	struct log log = LOG_NONE;
	char path[PATH_MAX];

	/* Audit mode changes nothing, so it takes precedence. */
	log.required = policy->log_required && policy->mode == CAPGATE_ENFORCE;
	if (log_file_path(policy, path, sizeof(path)))
		log.file = log_file_open(path, policy->log_max_bytes, &log.cut_line);
	if (policy->log_system)
		log.system = log_system_open(&log.journal);
	*ret = log;
	if (log.file < 0 && log.system < 0)
		return fail_if_required(&log,
					"the policy requires a log, but neither its file nor a "
					"system log can be opened",
					err);
	return 0;
}

void log_close(struct log *log)
{
	if (log->file >= 0)
		close(log->file);
	if (log->system >= 0)
		close(log->system);
	*log = LOG_NONE;
}

/* Prints foreign text, cut at a character boundary if it is longer than any real one. */
static void member(struct capgate_out *out, const char *name, struct capgate_text value)
{
	const size_t most = 1024;

	capgate_out_format(out, ",\"%s\":", name);
	if (value.len > most)
		for (value.len = most;
		     value.len > 0 && ((unsigned char)value.p[value.len] & 0xc0) == 0x80;)
			value.len--;
	if (value.len)
		capgate_out_json(out, value);
	else
		capgate_out_string(out, "null");
}

/* Prints the sets from which something was removed. */
static void out_removed(struct capgate_out *out, const struct decision *d)
{
	const char *before = "";

	capgate_out_string(out, ",\"removed\":{");
	for (int s = 0; s < CAPGATE_NSETS; s++) {
		if (capgate_set_empty(d->removed[s]))
			continue;
		capgate_out_format(out, "%s\"%s\":[", before,
				   capgate_which_name((enum capgate_which)s));
		capgate_out_names(out, d->removed[s]);
		capgate_out_string(out, "]");
		before = ",";
	}
	capgate_out_string(out, "}");
}

/* Prints what users of a container without these capabilities may see. */
static void out_symptoms(struct capgate_out *out, const struct decision *d)
{
	const char *before = "";
	capgate_set removed = capgate_set_union(d->removed);

	capgate_out_string(out, "],\"symptoms\":[");
	for (int c = -1; (c = capgate_set_next(removed, c + 1)) >= 0;) {
		const struct capgate_symptom *symptom = capgate_symptom_of(c);

		if (!symptom)
			continue;
		capgate_out_string(out, before);
		capgate_out_json(out, capgate_text_of(symptom->words));
		before = ",";
	}
	capgate_out_string(out, "]");
}

/* Prints a mask as in /proc/PID/status, because twenty names would double the length of the
 * line. */
static void out_ceiling_members(struct capgate_out *out, const struct log_entry *e)
{
	const char *name = log_ceiling_name(e->ceiling);

	if (!name)
		return;
	capgate_out_format(out, ",\"ceiling\":{\"mode\":\"%s\",\"taken\":\"%016llx\"}", name,
			   (unsigned long long)e->taken.bits);
}

static void out_entry(struct capgate_out *out, const struct log_entry *e)
{
	const struct decision *d = e->decision;
	const char *engine = identity_engine_name(d->engine);
	char time[CLOCK_TEXT];

	capgate_out_format(out, "{\"capgate\":1,\"time\":\"%s\"",
			   e->at_once ? clock_last(time) : clock_now(time));
	member(out, "id", e->id);
	member(out, "engine", capgate_text_of(engine ? engine : ""));
	member(out, "stage", capgate_text_of(e->stage));
	capgate_out_format(out, ",\"mode\":\"%s\",\"verdict\":\"%s\",\"status\":%d,\"rules\":[",
			   log_mode(e), capgate_verdict_name(e->outcome), e->status);
	for (size_t i = 0; i < d->n_rules; i++)
		capgate_out_format(out, "%s\"%s\"", i ? "," : "",
				   capgate_rule_info(d->rules[i])->id);
	capgate_out_string(out, "]");
	out_removed(out, d);
	capgate_out_string(out, ",\"exemptions\":[");
	for (size_t i = 0; i < d->n_exemptions; i++) {
		capgate_out_string(out, i ? "," : "");
		capgate_out_json(out, capgate_text_of(d->exemptions[i]));
	}
	capgate_out_string(out, "],\"sysctls\":[");
	for (size_t i = 0; i < d->n_sysctls; i++) {
		capgate_out_string(out, i ? "," : "");
		capgate_out_json(out, capgate_text_of(d->sysctls[i]));
	}
	capgate_out_string(out, "],\"withheld\":[");
	for (size_t i = 0; i < d->n_withheld; i++) {
		capgate_out_string(out, i ? "," : "");
		capgate_out_json(out, capgate_text_of(d->withheld[i]));
	}
	out_symptoms(out, d);
	member(out, "policy", e->policy->source);
	member(out, "policy_digest", e->policy->digest);
	member(out, "bundle", e->bundle);
	member(out, "reason", capgate_text_of(d->reason));
	if (d->partly_confined)
		capgate_out_string(out, ",\"confinement\":\"partial\"");
	out_ceiling_members(out, e);
	if (e->learn)
		member(out, "learn", capgate_text_of(e->learn));
	capgate_out_string(out, "}\n");
}

/* Writes the line with one call, so that only a full disk can cut it. */
static bool append_line(const struct log *log, struct capgate_text line)
{
	ssize_t n;

	do
		n = write(log->file, line.p, line.len);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)line.len;
}

int log_decision(struct log *log, const struct log_entry *entry, struct capgate_error *err)
{
	/* One byte more for a newline that ends a cut line.  Static, because the compiler touches
	 * every page of the stack that it reserves, and a line fills a page. */
	static char buf[LOG_LINE_MAX + 1];
	struct capgate_out out = {buf, sizeof(buf), 0};
	struct capgate_text line;
	bool written = false;

	if (log->file < 0 && log->system < 0)
		return fail_if_required(log, "the policy requires a log, but none is open", err);
	if (log->cut_line)
		capgate_out_string(&out, "\n");
	out_entry(&out, entry);
	if (out.len > out.size)
		return fail_if_required(log, "the log line is too long", err);
	line = (struct capgate_text){buf, out.len};
	if (log->file >= 0)
		written = append_line(log, line);
	if (log->cut_line) {
		line.p++;
		line.len--;
	}
	line.len--; /* a datagram needs no newline */
	if (log->system >= 0)
		written |= log_system_send(log, entry, line);
	return written ? 0
		       : fail_if_required(
				 log, "the policy requires a log, but writing to it failed", err);
}
