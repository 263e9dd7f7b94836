/* SPDX-License-Identifier: Apache-2.0 */
/* why: the last decision for a container, its cause, and three ways out. */
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "hook/cli/cli.h"
#include "hook/confine/confine.h"
#include "hook/gate/gate.h"
#include "hook/log/log.h"
#include "hook/sys/sys.h"
#include "hook/term/term.h"
#include "found.h"
#include "story.h"

struct why_options {
	const char *log, *policy;
	bool json;
};

static void tell(void *user, const struct logged *entry)
{
	struct story *s = user;
	struct capgate_error err;

	s->entry = entry;
	if (s->message.p) {
		(void)said_find(s->message, entry, &s->said);
		s->has_said = true;
	} else if (capgate_text_is(entry->verdict, "strip") &&
		   capgate_text_is(entry->mode, "enforce") && found_starts(entry)) {
		s->has_said = said_look(entry, s->bundle, &s->said);
	}
	if (outbuf_print(story_fill, s, &err) < 0) {
		io_say_error("why", &err);
		s->unprinted = true;
	}
}

/* Finds the log, then confines the process to reading it, because the log contains names of
 * containers. */
static int find_log(const struct why_options *options, char *path, size_t size,
		    struct capgate_error *err)
{
	struct capgate_policy policy = {0};
	struct capgate_arena arena;
	int status = io_arena(POLICY_TEXT_MAX, &arena, err);

	if (status == 0)
		status = policy_load(options->policy, &arena, &policy, err);
	/* A log that the user names is found without a policy. */
	if (status < 0 && !options->log)
		return status;
	if (options->log) {
		strncpy(path, options->log, size - 1);
		path[size - 1] = '\0';
	} else if (!log_file_path(&policy, path, size)) {
		io_say("why: the policy sets no log file; look in the system's log for the "
		       "identifier capgate");
		path[0] = '\0';
	}
	return confine_linter(CONFINE_READ, policy.best_effort_confinement, err);
}

/* Finds the entry.  Returns a positive number if it is there. */
static int look(const char *log, struct found *found, const struct kept **kept,
		struct capgate_error *err)
{
	int status = logread_each(log, found_consider, found, err);

	if (status < 0)
		return status;
	*kept = found_choose(found);
	return *kept != NULL;
}

/* Looks up the word as an id and, if there is none, as the name of a container. */
static int look_by_name(const char *log, struct found *found, const struct kept **kept,
			struct capgate_error *err)
{
	static struct named named;
	const struct capgate_text name = found->wanted;
	int status = look(log, found, kept, err);

	if (status != 0 || !name.len)
		return status;
	named_find(name, &named);
	for (size_t i = 0; status == 0 && i < named.n; i++) {
		*found = (struct found){.wanted = capgate_text_of(named.id[i])};
		status = look(log, found, kept, err);
	}
	return status;
}

/* The output of a container, as words of the command line or on standard input. */
#define MESSAGE_MAX 4096
#define INPUT_MAX ((size_t)16 << 20)

/* Joins the words.  Returns false if this is not a message, because it has neither blanks nor a
 * colon. */
static bool join_message(char **words, int n, char buf[MESSAGE_MAX], struct capgate_text *ret)
{
	struct capgate_out out = {buf, MESSAGE_MAX, 0};

	for (int i = 0; i < n; i++)
		capgate_out_format(&out, "%s%s", i ? " " : "", words[i]);
	*ret = capgate_out_text(&out);
	return (n == 1 && strcmp(words[0], "-") == 0) || n > 1 || strpbrk(words[0], " :") != NULL;
}

static int why(const struct command *self, int argc, char **argv)
{
	static struct found found;
	const struct kept *kept = NULL;
	struct why_options options = {0};
	struct story story = {0};
	struct capgate_error err;
	char path[PATH_MAX], message[MESSAGE_MAX], **words;
	int n, status = options_parse(self, argc, argv, &options, &words, &n);

	if (status != OPTIONS_GO)
		return status;
	if (n > 1 && !join_message(words + 1, n - 1, message, &story.message)) {
		io_say("why: give one container, and at most one message; see: capgate why --help");
		return STATUS_USAGE;
	}
	if (n >= 1)
		found.wanted = capgate_text_of(words[0]);
	story.json = options.json;
	if (find_log(&options, path, sizeof(path), &err) < 0 ||
	    (n == 2 && strcmp(words[1], "-") == 0 &&
	     io_read_all(STDIN_FILENO, INPUT_MAX, &story.message, &err) < 0) ||
	    (path[0] && look_by_name(path, &found, &kept, &err) < 0)) {
		io_say_error(self->name, &err);
		return STATUS_NOT_JUDGED;
	}
	if (!path[0])
		return STATUS_NOT_JUDGED;
	if (!kept) {
		io_say("why: %s%s in %s%s", n ? "nothing about " : "no refusal or rewrite",
		       n ? words[0] : "", path,
		       n ? ", by its id or by a current name in Docker or podman" : "");
		return STATUS_FINDINGS;
	}
	story.bundle = kept->bundle;
	if (logread_line((struct capgate_text){kept->line, kept->len}, tell, &story, &err) < 0 ||
	    story.unprinted)
		return STATUS_NOT_JUDGED;
	return STATUS_OK;
}

static const struct opt opts[] = {
	{"json", 0, OPT_FLAG, offsetof(struct why_options, json), NULL,
	 "print the entry of the log and the ways out as JSON"},
	{"log", 0, OPT_STRING, offsetof(struct why_options, log), "FILE",
	 "read this log instead of the policy's"},
	{"policy", 0, OPT_STRING, offsetof(struct why_options, policy), "FILE",
	 "use this policy to find the log"},
	{0},
};

const struct command command_why = {
	.name = "why",
	.operands = "[ID [MESSAGE|-]]",
	.summary = "show the last decision about a container, its cause and three ways out",
	.details =
		"ID is a container's id or the beginning of one, or the name that Docker or\n"
		"podman has for it; without it, the last container that was refused, or the\n"
		"last one that was rewritten; not those of capgate doctor.  MESSAGE is what the\n"
		"container printed (- for standard input): why reports which removed capability\n"
		"caused it.  Without MESSAGE it reads the logs of podman, Docker and the kubelet.\n"
		"Exit status: 0 found, 1 nothing in the log, 2 no log.",
	.options = opts,
	.run = why,
};
