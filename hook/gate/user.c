/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the environment, but only for users who are not root of the machine: what they
 * write there can only restrict themselves.
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

/* Their configuration's directory, or their home with below it; NULL: neither is known. */
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
 * Nothing is there, or in a directory that is closed to them: the home of somebody
 * else, as containers and su(1) leave it in HOME.  What is closed within their own
 * is an error, which opening it reports.
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
	/* Links that lead to a home are the machine's: /home is one where /var/home
	 * is meant.  Those in it are theirs to avoid. */
	if (realpath(base, real))
		base = real;
	return (size_t)snprintf(buf, size, "%s%s/capgate/policy.json", base, below) < size &&
	       !is_absent(buf, base);
}
