/* SPDX-License-Identifier: Apache-2.0 */
/* Finds and reads the program that engines start. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "settings.h"
#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "configure.h"

#define BESIDE "capgate-hook"

/* The path of capgate-hook in the directory of this program, as in a build or an unpacked
 * archive.  False: not known, for example without /proc while an image is built. */
static bool beside(char *buf, size_t size)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	if (n <= 0)
		return false;
	self[n] = '\0';
	slash = strrchr(self, '/');
	if (!slash)
		return false;
	*slash = '\0';
	return snprintf(buf, size, "%s/" BESIDE, self) < (int)size;
}

int configure_program(struct capgate_text *ret, struct capgate_error *err)
{
	char path[PATH_MAX], version[SELF_VERSION];
	bool missing = true;

	if (beside(path, sizeof(path)) && place_read(path, ret, &missing, err) < 0)
		return err->code;
	if (missing) {
		snprintf(path, sizeof(path), "%s", WIRING_PROGRAM);
		if (place_read(path, ret, &missing, err) < 0)
			return err->code;
	}
	if (missing)
		return configure_refuse(
			err,
			"the program that engines start is neither beside this one (" BESIDE
			") nor installed as " WIRING_PROGRAM ": install both from one package");
	if (!self_version(*ret, version))
		return configure_refuse(err, "%.200s is not the program that engines start: "
					     "install both from one package", path);
	if (strcmp(version, CAPGATE_VERSION) != 0)
		return configure_refuse(err, "%.200s is version %s, this program is version "
					     CAPGATE_VERSION ": install both from one package",
					path, version);
	return 0;
}
