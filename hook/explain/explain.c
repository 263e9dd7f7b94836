/* SPDX-License-Identifier: Apache-2.0 */
/* explain: says what a capability allows, what a rule means, what a specification does. */
#include "explain.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "hook/cli/cli.h"
#include "hook/confine/confine.h"
#include "hook/documents/documents.h"
#include "hook/gate/gate.h"
#include "hook/sys/sys.h"
#include "hook/term/term.h"
#include "lib/base/base.h"

struct message {
	char **words;
	int n;
	struct style style;
};

static void fill_message(void *user, struct capgate_out *out)
{
	const struct message *m = user;

	(void)explain_message(m->words, m->n, &m->style, out);
}

/* A capability or a rule is one word; several words are a program's message. */
static bool is_message(char **words, int n, const struct style *style)
{
	struct capgate_out measure = {0};
	bool blanks = false;

	for (int i = 0; i < n; i++)
		blanks |= strpbrk(words[i], " :") != NULL;
	return blanks && explain_message(words, n, style, &measure);
}

struct explain_options {
	const char *spec, *policy;
	bool all;
};

/* A capability, a rule, or everything. */
struct topic {
	int cap;
	enum capgate_rule rule;
};

struct pages {
	struct style style;
	struct topic *v;
	size_t n;
};

static bool find_topic(const char *word, struct topic *ret)
{
	struct capgate_text text = capgate_text_of(word);

	*ret = (struct topic){.cap = capgate_cap_lenient(text), .rule = CAPGATE_NRULES};
	if (ret->cap < 0 && text.len && text.p[0] >= '0' && text.p[0] <= '9') {
		ret->cap = capgate_cap_by_libcap(text); /* "13" */
		if (!capgate_cap_info(ret->cap))
			ret->cap = -1;
	}
	if (ret->cap < 0)
		ret->rule = capgate_rule_find(text);
	return ret->cap >= 0 || ret->rule != CAPGATE_NRULES;
}

static void fill_pages(void *user, struct capgate_out *out)
{
	const struct pages *pages = user;

	for (size_t i = 0; i < pages->n; i++) {
		if (i)
			capgate_out_string(out, "\n");
		if (pages->v[i].cap >= 0)
			explain_cap(pages->v[i].cap, &pages->style, out);
		else
			explain_rule(pages->v[i].rule, &pages->style, out);
	}
	if (pages->n == 0)
		explain_overview(&pages->style, out);
}

/* Rules are distinguished by a hyphen or a digit; NULL: nothing is near. */
static const char *nearest_to(const char *word)
{
	const char *rule =
		strpbrk(word, "-0123456789") ? capgate_rule_nearest(capgate_text_of(word)) : NULL;

	return rule ? rule : capgate_cap_nearest(capgate_text_of(word));
}

#define TOPICS_MAX 128

/* 0, or an exit status, after reporting to the user. */
static int find_topics(char **words, int n, bool all, struct topic topics[TOPICS_MAX],
		       size_t *count)
{
	*count = 0;
	for (int c = 0; all && c < CAPGATE_NCAPS; c++)
		topics[(*count)++] = (struct topic){.cap = c};
	for (int i = 0; i < n; i++) {
		const char *nearest = nearest_to(words[i]);

		if (*count == TOPICS_MAX) {
			io_say("explain: more than %d words", TOPICS_MAX);
			return STATUS_USAGE;
		}
		if (find_topic(words[i], &topics[*count])) {
			++*count;
			continue;
		}
		if (strpbrk(words[i], " :")) {
			io_say("explain: this message is not known; if it has \"operation not "
			       "permitted\" or \"permission denied\" in it, capgate why ID shows "
			       "which capabilities were removed from the container");
			return STATUS_FINDINGS;
		}
		io_say("explain: '%s' is neither a capability nor a rule%s%s; capgate explain "
		       "lists capabilities, capgate-rules(7) rules",
		       words[i], nearest ? "; the nearest is " : "", nearest ? nearest : "");
		return STATUS_USAGE;
	}
	return 0;
}

/* ---- --spec ------------------------------------------------------------------- */

struct spec_job {
	struct style style;
	const struct documents_view *view;
	const char *file;
	struct capgate_error *err;
	bool again; /* not the first one */
};

static void fill_spec(void *user, struct capgate_out *out)
{
	const struct spec_job *t = user;
	const struct documents_view *v = t->view;

	if (v->one) {
		char part[DOCUMENTS_PART];

		capgate_out_string(out, t->again ? "\n" : "");
		capgate_out_visible(out, documents_part(v->one, part));
		capgate_out_string(out, "\n");
	}
	explain_spec(v->report, v->spec, v->policy, &t->style, out);
}

static int tell_one(void *user, const struct documents_view *view)
{
	struct spec_job *t = user;
	int status = 0;

	t->view = view;
	if (view->report->parsed)
		status = outbuf_print(fill_spec, t, t->err);
	else
		io_say_error(t->file, &view->report->error);
	t->again = true;
	return status;
}

static int tell_spec(const struct explain_options *options, struct style style)
{
	struct capgate_arena for_policy, arena;
	struct capgate_policy policy;
	struct capgate_text text;
	struct capgate_error err;
	struct spec_job t = {.style = style, .file = options->spec, .err = &err};
	bool all;

	if (io_arena(POLICY_TEXT_MAX, &for_policy, &err) < 0 ||
	    policy_load(options->policy, &for_policy, &policy, &err) < 0 ||
	    confine_linter(CONFINE_READ, policy.best_effort_confinement, &err) < 0 ||
	    input_read(options->spec, policy.max_bytes, &text, &err) < 0 ||
	    io_arena(text.len, &arena, &err) < 0 ||
	    documents_each(options->spec, text, &policy, &arena, tell_one, &t, &all) < 0) {
		io_say_error("explain", &err);
		return STATUS_NOT_JUDGED;
	}
	return all ? STATUS_OK : STATUS_NOT_JUDGED;
}

static int explain(const struct command *self, int argc, char **argv)
{
	struct explain_options options = {0};
	struct topic topics[TOPICS_MAX];
	struct pages pages = {.style = terminal_style(STDOUT_FILENO), .v = topics};
	struct capgate_error err;
	char **words;
	int n, status = options_parse(self, argc, argv, &options, &words, &n);

	if (status != OPTIONS_GO)
		return status;
	if (options.spec && (n > 0 || options.all)) {
		io_say("explain: --spec excludes other operands; see: capgate explain --help");
		return STATUS_USAGE;
	}
	if (options.spec)
		return tell_spec(&options, pages.style);
	if (is_message(words, n, &pages.style)) {
		struct message message = {words, n, pages.style};

		if (outbuf_print(fill_message, &message, &err) == 0)
			return STATUS_OK;
		io_say_error(self->name, &err);
		return STATUS_NOT_JUDGED;
	}
	status = find_topics(words, n, options.all, topics, &pages.n);
	if (status != 0)
		return status;
	if (outbuf_print(fill_pages, &pages, &err) < 0) {
		io_say_error(self->name, &err);
		return STATUS_NOT_JUDGED;
	}
	return STATUS_OK;
}

static const struct opt opts[] = {
	{"all", 'a', OPT_FLAG, offsetof(struct explain_options, all), NULL,
	 "explain every capability in full"},
	{"spec", 0, OPT_STRING, offsetof(struct explain_options, spec), "FILE",
	 "explain what this specification's container can do; - for standard input"},
	{"policy", 0, OPT_STRING, offsetof(struct explain_options, policy), "FILE",
	 "with --spec: use this policy alone instead of the installed ones"},
	{0},
};

const struct command command_explain = {
	.name = "explain",
	.operands = "[CAP|RULE...|MESSAGE]",
	.summary = "explain a capability (its use, its risk, what to use instead), a rule or a "
		   "message",
	.details =
		"CAP is a name such as NET_RAW or CAP_NET_RAW, or a number; RULE is an id such as\n"
		"CPG101 or a name such as net-raw.  MESSAGE is what a program printed, such as\n"
		"'ping: socktype: SOCK_RAW'; the answer is the capabilities that it may have "
		"lacked,\n"
		"the likeliest first.  Without operands: a line for each capability, by risk.",
	.options = opts,
	.run = explain,
};
