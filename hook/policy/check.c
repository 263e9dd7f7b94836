/* SPDX-License-Identifier: Apache-2.0 */
/* policy check: errors, and what is valid but risky. */
#include "settings.h"

#include <dirent.h>
#include <string.h>

#include "hook/cli/cli.h"
#include "hook/gate/gate.h"
#include "hook/sys/sys.h"
#include "hook/term/term.h"
#include "policy.h"

struct checked {
	const struct capgate_policy *policy;
	const struct capgate_lint *lints;
	size_t n;
	const char *name;
};

static void out_one(const struct checked *c, const struct capgate_lint *lint,
		    struct capgate_out *out)
{
	const struct capgate_policy *p = c->policy;
	const struct capgate_lint_text *info = capgate_lint_info(lint->rule);

	if (lint->exemption && lint->exemption->source < p->n_sources)
		capgate_out_visible(out, p->sources[lint->exemption->source]);
	else
		capgate_out_visible(out, capgate_text_of(c->name));
	capgate_out_format(out, ": %s: ", info->id);
	if (lint->exemption)
		capgate_out_string(out, "exemption ");
	if (lint->subject.len) {
		capgate_out_visible(out, lint->subject);
		capgate_out_string(out, lint->exemption ? " " : ": ");
	}
	capgate_out_format(out, "%s; %s\n", info->warning, info->cure);
}

static void fill_warnings(void *user, struct capgate_out *out)
{
	const struct checked *c = user;

	for (size_t i = 0; i < c->n; i++)
		out_one(c, &c->lints[i], out);
	if (c->n == 0) {
		capgate_out_visible(out, capgate_text_of(c->name));
		capgate_out_string(out, ": no errors, no warnings\n");
	}
}

/* One file, or the installed policy (NULL). */
static int check_one(const char *file)
{
	struct checked c = {.name = file ? file : "the policy in force"};
	struct capgate_policy policy;
	struct capgate_arena arena;
	struct capgate_lint *lints = NULL;
	struct capgate_error err;
	int status = io_arena(POLICY_TEXT_MAX, &arena, &err);

	if (status == 0)
		status = file ? policy_read(file, &arena, &policy, &err)
			      : policy_load(NULL, &arena, &policy, &err);
	if (status == 0)
		status = capgate_policy_lint(&policy, policy.scene.now, &arena, &lints, &c.n, &err);
	if (status == 0) {
		c.policy = &policy;
		c.lints = lints;
		status = outbuf_print(fill_warnings, &c, &err);
	}
	if (status < 0) {
		io_say_error("policy check", &err);
		return STATUS_NOT_JUDGED;
	}
	return c.n ? STATUS_FINDINGS : STATUS_OK;
}

/* A typo in the name of a file takes the whole file out of force.  It may be intended, so
 * it is only reported. */
static void tell_unread(void)
{
	DIR *dir = opendir(CAPGATE_POLICYDIR "/policy.d");
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (!strchr(".#", entry->d_name[0]) && !policy_is_dropin(entry->d_name))
			io_say("policy check: " CAPGATE_POLICYDIR
			       "/policy.d/%s is not read, because its name does not end in .json",
			       entry->d_name);
	if (dir)
		closedir(dir);
}

int policy_check(char **files, int n)
{
	int worst = n == 0 ? check_one(NULL) : STATUS_OK;

	if (n == 0)
		tell_unread();
	for (int i = 0; i < n; i++) {
		int status = check_one(files[i]);

		if (status > worst)
			worst = status;
	}
	return worst;
}
