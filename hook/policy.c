/* SPDX-License-Identifier: Apache-2.0 */
/* policy list, policy show: the profiles, and what is in force. */
#include <string.h>

#include "command.h"
#include "io.h"
#include "outbuf.h"
#include "policyfile.h"

struct policy_options {
	const char *policy;
};

static void fill_list(void *user, struct capgate_out *out)
{
	const struct capgate_profile *p;

	(void)user;
	for (size_t i = 0; (p = capgate_profile_at(i)); i++) {
		capgate_out_format(out, "%s (%d): %s\n    ", p->name, capgate_set_count(p->caps), p->source);
		capgate_out_set(out, p->caps, " ");
		capgate_out_string(out, "\n");
	}
}

static void fill_show(void *user, struct capgate_out *out)
{
	const struct capgate_policy *p = user;

	capgate_out_string(out, "source:  ");
	if (p->source.len)
		capgate_out_visible(out, p->source);
	else
		capgate_out_string(out, "built in");
	capgate_out_format(out, "\nmode:    %s\naction:  %s\nprofile: %.*s\nallow:   ",
			   p->mode == CAPGATE_AUDIT ? "audit" : "enforce",
			   p->action == CAPGATE_REWRITE ? "rewrite" : "reject", (int)p->profile.len, p->profile.p);
	capgate_out_set(out, p->allow, " ");
	capgate_out_string(out, "\ndeny:    ");
	capgate_out_set(out, p->deny, " ");
	capgate_out_string(out, "\nallowed: ");
	capgate_out_set(out, p->allowed, " ");
	capgate_out_string(out, "\n");
}

static int show(const struct policy_options *options, struct capgate_error *err)
{
	struct capgate_policy policy;
	struct capgate_arena arena;

	if (io_arena(CAPGATE_TEXT_MAX, &arena, err) < 0 || policy_load(options->policy, &arena, &policy, err) < 0)
		return err->code;
	return outbuf_print(fill_show, &policy, err);
}

static int policy_command(const struct command *self, int argc, char **argv)
{
	struct policy_options options = {0};
	struct capgate_error err;
	char **words;
	int n, status = options_parse(self, argc, argv, &options, &words, &n);

	if (status != OPTIONS_GO)
		return status;
	if (n != 1 || (strcmp(words[0], "list") != 0 && strcmp(words[0], "show") != 0)) {
		io_say("policy: say list or show; see: capgate policy --help");
		return STATUS_USAGE;
	}
	status = strcmp(words[0], "list") == 0 ? outbuf_print(fill_list, NULL, &err) : show(&options, &err);
	if (status < 0) {
		io_say_error(self->name, &err);
		return io_status(&err);
	}
	return STATUS_OK;
}

static const struct opt opts[] = {
	{"policy", 0, OPT_STRING, offsetof(struct policy_options, policy), "FILE",
	 "show this policy alone instead of the installed ones"},
	{0},
};

const struct command command_policy = {
	.name = "policy",
	.operands = "list|show",
	.summary = "the built-in profiles; the policy in force",
	.options = opts,
	.run = policy_command,
};
