/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the environment, but only for users who are not root of the machine.  Their policy can
 * only restrict themselves.
 */
#include "user.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/sys/sys.h"

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

/* The user's configuration directory, or their home and a path below it; NULL: not known. */
static const char *find_base(char *passwd, size_t size, const char **below)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	*below = "";
	if (is_absolute(config))
		return config;
	*below = "/.config";
	if (is_absolute(home))
		return home;
	return home_of(userns_outer_uid(), passwd, size) ? passwd : NULL;
}

/*
 * Is there no such file?  True also if another user's directory is not readable: containers and
 * su(1) can leave another user's home in HOME.  If a directory in their own home is not
 * readable, that is an error, which open(2) reports later.
 */
static bool is_absent(const char *path, const char *base)
{
	struct stat st;

	if (lstat(path, &st) == 0)
		return false;
	if (errno == EACCES)
		return access(base, X_OK) < 0 && errno == EACCES;
	return errno == ENOENT || errno == ENOTDIR;
}

bool userpolicy_path(char *buf, size_t size)
{
	char passwd[1024], real[PATH_MAX];
	const char *below, *base = find_base(passwd, sizeof(passwd), &below);

	if (!base)
		return false;
	/* Resolve links above the home: /home may be a link to /var/home.  Links in the home are
	 * refused later. */
	if (realpath(base, real))
		base = real;
	return (size_t)snprintf(buf, size, "%s%s/capgate/policy.json", base, below) < size &&
	       !is_absent(buf, base);
}
