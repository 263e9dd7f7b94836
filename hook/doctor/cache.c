/* SPDX-License-Identifier: Apache-2.0 */
/* crun's cache of seccomp filters: finds filters from before capgate was installed. */
#include <sys/stat.h>
#include <unistd.h>

#include "hook/engines/engines.h"
#include "doctor.h"

/* Containers are judged since the program and the policy are both there: the newer file counts. */
static struct timespec judged_since(void)
{
	static const char *const files[] = {WIRING_PROGRAM, "/etc/capgate/policy.json"};
	struct timespec latest = {0};
	struct stat st;

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		if (stat(files[i], &st) == 0 && st.st_mtim.tv_sec >= latest.tv_sec)
			latest = st.st_mtim;
	return latest;
}

static int look_at_cache(void *user, const char *root, struct capgate_error *err)
{
	struct timespec since = judged_since();
	struct doctor *d = user;
	size_t n = 0;
	bool unread = filtercache_count(root, &since, &n, err) < 0;

	if (unread && access(root, R_OK | X_OK) < 0)
		doctor_say(d, LEVEL_BAD, NENGINES, "filter-cache",
			   "%.300s\tmake %.100s a readable directory, or remove it", err->msg,
			   root);
	else if (unread)
		doctor_say(d, LEVEL_BAD, NENGINES, "filter-cache", "%.300s\trm -r %.100s/.cache",
			   err->msg, root);
	else if (n > 0)
		doctor_say(d, LEVEL_WARN, NENGINES, "filter-cache",
			   "%.100s/.cache/seccomp contains %zu seccomp filter%s that crun compiled "
			   "before this policy was in force: a container may get one of "
			   "them\tcapgate configure --all, which clears it",
			   root, n, n == 1 ? "" : "s");
	return 0;
}

void doctor_cache(struct doctor *d)
{
	struct capgate_error err;

	if (d->has_policy && d->policy.mode == CAPGATE_ENFORCE &&
	    filtercache_each(look_at_cache, d, &err) < 0)
		doctor_say(d, LEVEL_BAD, NENGINES, "filter-cache", "%.300s\t", err.msg);
}
