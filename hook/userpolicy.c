/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one place that looks at the environment, and only for somebody who is not
 * root of the machine: what he writes there can only take away from himself.
 */
#include "userpolicy.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>

#include "userns.h"

/* fgetpwent(3), not getpwuid(3), which would load modules into the process. */
static bool home_of(uid_t uid, char *buf, size_t size)
{
	FILE *f = fopen("/etc/passwd", "re");
	struct passwd *pw;
	bool found = false;

	if (!f)
		return false;
	while (!found && (pw = fgetpwent(f)))
		if (pw->pw_uid == uid && pw->pw_dir[0] == '/')
			found = (size_t)snprintf(buf, size, "%s", pw->pw_dir) < size;
	fclose(f);
	return found;
}

static bool is_absolute(const char *path)
{
	return path && path[0] == '/';
}

bool userpolicy_path(char *buf, size_t size)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	char from_passwd[1024];

	if (is_absolute(config))
		return (size_t)snprintf(buf, size, "%s/capgate/policy.json", config) < size;
	if (!is_absolute(home)) {
		if (!home_of(userns_outer_uid(), from_passwd, sizeof(from_passwd)))
			return false;
		home = from_passwd;
	}
	return (size_t)snprintf(buf, size, "%s/.config/capgate/policy.json", home) < size;
}
