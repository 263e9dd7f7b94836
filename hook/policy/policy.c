/* SPDX-License-Identifier: Apache-2.0 */
/* policy: lists the built-in profiles, shows the policy in force and its faults, and runs
 * users' own tests. */
#include <string.h>

#include "hook/cli/cli.h"
#include "hook/sys/sys.h"
#include "hook/term/term.h"
#include "policy.h"

static void fill_list(void *user, struct capgate_out *out)
{
	const struct capgate_profile *p;

	(void)user;
	for (size_t i = 0; (p = capgate_profile_at(i)); i++) {
		capgate_out_format(out, "%s (%d): %s\n    ", p->name, capgate_set_count(p->caps),
				   p->source);
		capgate_out_set(out, p->caps, " ");
		capgate_out_string(out, "\n");
	}
}

static int policy_list(void)
{
	struct capgate_error err;

	if (outbuf_print(fill_list, NULL, &err) == 0)
		return STATUS_OK;
	io_say_error("policy list", &err);
	return io_status(&err);
}

static int policy_command(const struct command *self, int argc, char **argv)
{
	struct policy_options options = {0};
	char **words;
	int n, status = options_parse(self, argc, argv, &options, &words, &n);

	if (status != OPTIONS_GO)
		return status;
	if (n == 1 && strcmp(words[0], "list") == 0)
		return policy_list();
	if (n == 1 && strcmp(words[0], "show") == 0)
		return policy_show(&options);
	if (n >= 1 && strcmp(words[0], "check") == 0)
		return policy_check(words + 1, n - 1);
	if (n == 1 && strcmp(words[0], "export") == 0)
		return policy_export(&options);
	if ((n == 1 || n == 2) && strcmp(words[0], "schema") == 0)
		return policy_schema(n == 2 ? words[1] : NULL);
	if (n == 2 && strcmp(words[0], "test") == 0)
		return policy_test(&options, words[1]);
	io_say("policy: name list, show, check [FILE...], export, schema or test DIR; see: capgate "
	       "policy --help");
	return STATUS_USAGE;
}

static const struct opt opts[] = {
	{"policy", 0, OPT_STRING, offsetof(struct policy_options, policy), "FILE",
	 "use this policy alone instead of the installed ones"},
	{"for", 0, OPT_STRING, offsetof(struct policy_options, spec), "SPEC",
	 "show: what applies to this specification, and why"},
	{"bundle", 0, OPT_STRING, offsetof(struct policy_options, bundle), "DIR",
	 "show --for: match exemptions against this bundle"},
	{"image", 0, OPT_STRING, offsetof(struct policy_options, image), "NAME",
	 "show --for: match exemptions against this image"},
	{"to", 0, OPT_STRING, offsetof(struct policy_options, to), "FORMAT", "export: the format",
	 export_format_names},
	{"base", 0, OPT_STRING, offsetof(struct policy_options, base), "FILE",
	 "export: start from this base specification instead of containerd's"},
	{"strict", 0, OPT_FLAG, offsetof(struct policy_options, strict), NULL,
	 "export: fail (status 1) if the format cannot express the whole policy"},
	{0},
};

const struct command command_policy = {
	.name = "policy",
	.operands = "list | show | check [FILE...] | export | schema [runtime] | test DIR",
	.summary = "show, check, test or export the policy; list the built-in profiles",
	.details = "list    the built-in profiles and where each comes from\n"
		   "show    the policy in force, with the file that each line comes from\n"
		   "check   errors (status 2) and warnings (status 1) in FILEs or in the installed "
		   "policy\n"
		   "schema  a JSON Schema of policy files, or of runtime.json\n"
		   "export  the policy in the language of another program that enforces it\n"
		   "test    judge DIR/*/config.json and compare with DIR/*/expect.json (status 1: "
		   "differs)",
	.options = opts,
	.run = policy_command,
};
