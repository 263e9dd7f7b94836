/* SPDX-License-Identifier: Apache-2.0 */
/* capgate-learn, the program that traces and records in the kernel. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hook/marks/marks.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "doctor.h"
#include "settings.h"

#define PROGRAM CAPGATE_BINDIR "/capgate-learn"
#define START "systemctl enable --now capgate-learn"

/* Checks the program as capgate learn does before it executes it. */
static bool is_trusted(struct doctor *d)
{
	struct capgate_error err;
	bool missing;
	int fd = trusted_open(PROGRAM, &missing, &err);

	if (fd >= 0) {
		close(fd);
		return true;
	}
	doctor_say(d, LEVEL_WARN, NENGINES, "learn-owner",
		   "%.200s: capgate learn does not trace with it\tonly root may own and write it "
		   "and the directories above",
		   err.msg);
	return false;
}

static void check_version(struct doctor *d)
{
	const char *argv[] = {"capgate-learn", "--version", NULL};
	char words[256] = "";
	struct spawn_result r;
	struct capgate_error err;

	if (spawn_run(PROGRAM, argv, (struct capgate_text){0}, words, sizeof(words), 10, &r, &err) <
		    0 ||
	    r.status != 0)
		doctor_say(d, LEVEL_WARN, NENGINES, "learn-version",
			   PROGRAM " does not start: capgate learn traces without it\tinstall "
				   "capgate-learn again, in version " CAPGATE_VERSION);
	else if (strcmp(words, "capgate-learn " CAPGATE_VERSION "\n") != 0)
		doctor_say(d, LEVEL_WARN, NENGINES, "learn-version",
			   PROGRAM " is %.40s, this doctor is " CAPGATE_VERSION
				   ": capgate learn refuses it\tinstall capgate-learn again, in "
				   "version " CAPGATE_VERSION,
			   words);
	else
		doctor_say(d, LEVEL_OK, NENGINES, "learn-version",
			   PROGRAM " is installed, owned by root, and has this version");
}

static void check_recorder(struct doctor *d, bool installed)
{
	if (access(LEARN_MARKED, F_OK) == 0)
		doctor_say(d, LEVEL_OK, NENGINES, "recorder",
			   "the capabilities that containers use are recorded");
	else if (!installed)
		doctor_say(d, LEVEL_WARN, NENGINES, "recorder",
			   "the policy has \"learn\": \"record\", and " PROGRAM
			   " does not exist: nothing is recorded\tinstall capgate-learn, "
			   "then: " START);
	else
		doctor_say(d, LEVEL_WARN, NENGINES, "recorder",
			   "the policy has \"learn\": \"record\", and no recorder runs: nothing is "
			   "recorded\t" START);
}

void doctor_learning(struct doctor *d)
{
	const bool installed = access(PROGRAM, F_OK) == 0;

	if (installed && is_trusted(d))
		check_version(d);
	if (d->has_policy && d->policy.learn == CAPGATE_LEARN_RECORD)
		check_recorder(d, installed);
}
