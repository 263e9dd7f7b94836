/* SPDX-License-Identifier: Apache-2.0 */
/* why: the last decision for a container, its cause, and three ways out. */
#include <limits.h>
#include <string.h>

#include "settings.h"
#include "hook/cli/cli.h"
#include "hook/confine/confine.h"
#include "hook/gate/gate.h"
#include "hook/log/log.h"
#include "hook/sys/sys.h"
#include "hook/term/term.h"
#include "surroundings.h"
#include "waysout.h"

struct why_options {
	const char *log, *policy;
	bool json;
};

/* An entry in memory of its own; len 0: none. */
struct kept {
	char line[LOG_LINE_MAX], id[256];
	size_t len, id_len;
};

/*
 * The last entry that is asked for, and the last of the second choice: with an
 * id, its own entry and one that only begins so; without, a refusal and a
 * rewrite.
 */
struct found {
	struct capgate_text wanted; /* an id or its beginning; empty: what was not allowed */
	struct kept first, second;
	size_t rewrites;	    /* since the refusal */
	bool ambiguous;		    /* the beginning of several ids */
};

static void keep(struct kept *k, const struct logged *e)
{
	if (e->line.len > sizeof(k->line))
		return;
	memcpy(k->line, e->line.p, e->line.len);
	k->len = e->line.len;
	k->id_len = e->id.len < sizeof(k->id) ? e->id.len : sizeof(k->id);
	memcpy(k->id, e->id.len ? e->id.p : "", k->id_len);
}

static void consider_any(struct found *f, const struct logged *e)
{
	if (capgate_text_is(e->verdict, "refuse")) {
		keep(&f->first, e);
		f->rewrites = 0;
	} else if (capgate_text_is(e->verdict, "strip")) {
		keep(&f->second, e);
		f->rewrites++;
	}
}

static void consider(void *user, const struct logged *e)
{
	struct found *f = user;
	struct kept *k = &f->second;

	if (f->wanted.len == 0) {
		consider_any(f, e);
	} else if (capgate_text_equal(e->id, f->wanted)) {
		keep(&f->first, e);
	} else if (e->id.len > f->wanted.len && memcmp(e->id.p, f->wanted.p, f->wanted.len) == 0) {
		f->ambiguous |= k->len &&
				!capgate_text_equal(e->id, (struct capgate_text){k->id, k->id_len});
		keep(k, e);
	}
}

/* Beside the story, for whoever may have meant another. */
static const struct kept *choose_kept(const struct found *f)
{
	const struct kept *k = f->first.len ? &f->first : &f->second;

	if (k == &f->second && f->ambiguous)
		io_say("why: several ids begin with %.*s; this is the last of them",
		       (int)f->wanted.len, f->wanted.p);
	if (k == &f->first && f->rewrites)
		io_say("why: rewritten since then: %zu, the last %.*s; capgate why ID tells of one",
		       f->rewrites, f->second.id_len ? (int)f->second.id_len : 14,
		       f->second.id_len ? f->second.id : "without a name");
	return k->len ? k : NULL;
}

struct story {
	const struct logged *entry;
	bool json;
	bool untold; /* it could not be printed */
};

static const char *done(const struct logged *e)
{
	bool only_said = !capgate_text_is(e->mode, "enforce");

	if (capgate_text_is(e->verdict, "pass"))
		return "allowed";
	if (capgate_text_is(e->verdict, "strip"))
		return only_said ? "would have rewritten" : "rewrote";
	return only_said ? "would have refused" : "refused";
}

static void out_symptoms(const struct logged *e, struct capgate_out *out)
{
	for (int c = -1; (c = capgate_set_next(e->removed, c + 1)) >= 0;) {
		const struct capgate_symptom *s = capgate_symptom_of(c);

		if (s)
			capgate_out_format(out, "  symptom    without %s: %s\n",
					   capgate_cap_info(c)->name + 4, s->words);
	}
	capgate_out_string(out, "  symptom    exec ...: operation not permitted, of a program "
				"whose file carries one of these (getcap); capgate check looks\n");
}

static void out_line(struct capgate_out *out, const char *label, struct capgate_text value)
{
	if (value.len == 0)
		return;
	capgate_out_format(out, "  %-10s ", label);
	capgate_out_visible(out, value);
	capgate_out_string(out, "\n");
}

/* The runtime is executed, so nobody here sees it fail: whoever does is told what
 * of it could be the ceiling's work. */
static void out_entry_ceiling(const struct logged *e, struct capgate_out *out)
{
	if (capgate_text_is(e->ceiling, "off"))
		out_line(out, "ceiling", capgate_text_of("off, as the policy says"));
	if (capgate_set_empty(e->taken))
		return;
	if (!capgate_text_is(e->ceiling, "enforce")) {
		capgate_out_string(out,
				   "  ceiling    not in force in audit mode; it would have taken ");
		capgate_out_set(out, e->taken, " ");
		capgate_out_string(out, " from the runtime\n");
		return;
	}
	capgate_out_string(out,
			   "  ceiling    in force: the runtime itself and its hooks ran without ");
	capgate_out_set(out, e->taken, " ");
	capgate_out_string(out,
			   "\n             If the runtime or a hook then failed with \"operation "
			   "not permitted\" (\"unable to apply caps\", \"capset\",\n             "
			   "\"error running hook\"), it may have needed one of these: name it in "
			   "\"ceiling_keep\" with a\n             \"ceiling_reason\" in the "
			   "policy; to find out which, set \"ceiling\": \"off\" for one start\n");
}

/* The ways out of this decision; NULL: there are none but the rule's remedy. */
static const struct way {
	void (*flag)(const struct logged *e, struct capgate_out *out);
	void (*instead)(const struct logged *e, struct capgate_out *out);
	void (*exemption)(const struct logged *e, struct capgate_out *out);
} of_sets = {waysout_flag, waysout_instead, waysout_exemption},
  of_surroundings = {surroundings_flag, surroundings_instead, surroundings_exemption};

static const struct way *ways_of(const struct logged *e)
{
	if (surroundings_decided(e))
		return &of_surroundings;
	return capgate_set_empty(e->removed) ? NULL : &of_sets;
}

static void out_words(const struct logged *e, struct capgate_out *out)
{
	const struct way *ways = ways_of(e);

	capgate_out_visible(out, e->time);
	capgate_out_string(out, "  ");
	capgate_out_visible(out, e->stage);
	capgate_out_format(out, " %s ", done(e));
	if (e->id.len)
		capgate_out_visible(out, e->id);
	else
		capgate_out_string(out, "a container without a name");
	if (e->status)
		capgate_out_format(out, ", status %d", e->status);
	capgate_out_string(out, "\n");
	out_line(out, "cause", e->reason);
	out_line(out, "rule", e->rule);
	out_line(out, "engine", e->engine);
	out_line(out, "bundle", e->bundle);
	out_line(out, "policy", e->policy.len ? e->policy : capgate_text_of("built in"));
	out_entry_ceiling(e, out);
	if (!ways) {
		if (e->rule.len)
			out_line(out, "remedy",
				 capgate_text_of(
					 capgate_rule_info(capgate_rule_find(e->rule))->remedy));
		return;
	}
	out_symptoms(e, out);
	for (size_t i = 0; i < e->n_sysctls; i++)
		out_line(out, "put in", e->sysctls[i]);
	for (size_t i = 0; i < e->n_withheld; i++)
		out_line(out, "not put in", e->withheld[i]);
	capgate_out_string(out, "\n  three ways out:\n  1. do without it\n     ");
	ways->flag(e, out);
	capgate_out_string(out, "\n  2. put something in its place\n     ");
	ways->instead(e, out);
	capgate_out_string(out, "\n  3. exempt it, in a file of its own in " CAPGATE_POLICYDIR
				"/policy.d/\n     ");
	ways->exemption(e, out);
	capgate_out_string(out, "\n");
}

static void quoted(struct capgate_out *out, const char *name,
		   void (*fill)(const struct logged *, struct capgate_out *),
		   const struct logged *e)
{
	struct words w;

	fill(e, words_begin(&w));
	capgate_out_format(out, "\"%s\":", name);
	capgate_out_json(out, words_text(&w));
}

static void fill_story(void *user, struct capgate_out *out)
{
	const struct story *s = user;
	const struct way *ways = ways_of(s->entry);

	if (!s->json) {
		out_words(s->entry, out);
		return;
	}
	capgate_out_string(out, "{\"capgate\":1,\"decision\":");
	capgate_out_bytes(out, s->entry->line.p, s->entry->line.len);
	capgate_out_string(out, ",\"ways_out\":");
	if (!ways) {
		capgate_out_string(out, "null}\n");
		return;
	}
	capgate_out_string(out, "{");
	quoted(out, "flag", ways->flag, s->entry);
	capgate_out_string(out, ",");
	quoted(out, "instead", ways->instead, s->entry);
	capgate_out_string(out, ",");
	quoted(out, "exemption", ways->exemption, s->entry);
	capgate_out_string(out, "}}\n");
}

static void tell_entry(void *user, const struct logged *entry)
{
	struct story *s = user;
	struct capgate_error err;

	s->entry = entry;
	if (outbuf_print(fill_story, s, &err) < 0) {
		io_say_error("why", &err);
		s->untold = true;
	}
}

/* Where it is, and confined to reading it: it holds what containers were called. */
static int find_log(const struct why_options *options, char *path, size_t size,
		    struct capgate_error *err)
{
	struct capgate_policy policy = {0};
	struct capgate_arena arena;
	int status = io_arena(POLICY_TEXT_MAX, &arena, err);

	if (status == 0)
		status = policy_load(options->policy, &arena, &policy, err);
	/* A log that was named needs no policy to be found. */
	if (status < 0 && !options->log)
		return status;
	if (options->log) {
		strncpy(path, options->log, size - 1);
		path[size - 1] = '\0';
	} else if (!log_file_path(&policy, path, size)) {
		io_say("why: the policy writes no log file; look in the system's log for the "
		       "identifier capgate");
		path[0] = '\0';
	}
	return confine_linter(CONFINE_READ, policy.best_effort_confinement, err);
}

static int why(const struct command *self, int argc, char **argv)
{
	static struct found found;
	struct capgate_text line;
	const struct kept *kept;
	struct why_options options = {0};
	struct story story = {0};
	struct capgate_error err;
	char path[PATH_MAX], **words;
	int n, status = options_parse(self, argc, argv, &options, &words, &n);

	if (status != OPTIONS_GO)
		return status;
	if (n > 1) {
		io_say("why: one container at a time; see: capgate why --help");
		return STATUS_USAGE;
	}
	if (n == 1)
		found.wanted = capgate_text_of(words[0]);
	story.json = options.json;
	if (find_log(&options, path, sizeof(path), &err) < 0 ||
	    (path[0] && logread_each(path, consider, &found, &err) < 0)) {
		io_say_error(self->name, &err);
		return STATUS_NOT_JUDGED;
	}
	if (!path[0])
		return STATUS_NOT_JUDGED;
	kept = choose_kept(&found);
	if (!kept) {
		io_say("why: %s%s in %s", n ? "nothing about " : "no refusal or rewrite",
		       n ? words[0] : "", path);
		return STATUS_FINDINGS;
	}
	line = (struct capgate_text){kept->line, kept->len};
	if (logread_line(line, tell_entry, &story, &err) < 0 || story.untold)
		return STATUS_NOT_JUDGED;
	return STATUS_OK;
}

static const struct opt opts[] = {
	{"json", 0, OPT_FLAG, offsetof(struct why_options, json), NULL,
	 "the log's entry and the ways out, as JSON"},
	{"log", 0, OPT_STRING, offsetof(struct why_options, log), "FILE",
	 "read this log instead of the policy's"},
	{"policy", 0, OPT_STRING, offsetof(struct why_options, policy), "FILE",
	 "the policy that says where the log is"},
	{0},
};

const struct command command_why = {
	.name = "why",
	.operands = "[ID]",
	.summary = "the last decision about a container, its cause, three ways out",
	.details = "ID is a container's id or the beginning of one; without it, the last container "
		   "that\n"
		   "was refused, or else rewritten.  Exit status: 0 found, 1 nothing in the log, 2 "
		   "no log.",
	.options = opts,
	.run = why,
};
