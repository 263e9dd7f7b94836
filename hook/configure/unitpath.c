/* SPDX-License-Identifier: Apache-2.0 */
/* The PATH of a daemon, by the unit that starts it. */
#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "configure.h"
#include "wraps.h"

/* Finds the value of PATH in a line Environment=... of a unit.  The last one counts. */
static void take_path(struct capgate_text text, char *ret, size_t size)
{
	const char *at = text.p, *end = text.p + text.len;

	while (at < end) {
		const char *line = memchr(at, '\n', (size_t)(end - at));
		const char *stop = line ? line : end, *path;

		if (stop - at > 12 && memcmp(at, "Environment=", 12) == 0) {
			path = memmem(at, (size_t)(stop - at), "PATH=", 5);
			if (path && (path[-1] == '=' || path[-1] == '"' || path[-1] == ' ')) {
				size_t n = 0;

				path += 5;
				while (path + n < stop && !strchr("\" \t\r", path[n]))
					n++;
				snprintf(ret, size, "%.*s", (int)n, path);
			}
		}
		at = stop + 1;
	}
}

int configure_path(const char *unit, char *ret, size_t size, struct capgate_error *err)
{
	const bool users = other_root_is_users() && strcmp(unit, "docker") == 0;
	const char *const dirs[] = {
		users ? "/usr/lib/systemd/user" : "/lib/systemd/system",
		users ? CAPGATE_SYSCONFDIR "/systemd/user" : "/usr/lib/systemd/system",
		users ? other_root_units() : CAPGATE_SYSCONFDIR "/systemd/system"};
	int status = 0;

	snprintf(ret, size, "%s", WRAPS_USUAL_PATH);
	for (size_t i = 0; status == 0 && i < 2 * COUNT(dirs); i++) {
		char pattern[256];
		glob_t found = {0};

		/* The units, then their drop-ins. */
		snprintf(pattern, sizeof(pattern),
			 i < 3 ? "%s/%s.service" : "%s/%s.service.d/*.conf", dirs[i % 3], unit);
		if (glob(pattern, 0, NULL, &found) == 0)
			for (size_t j = 0; status == 0 && j < found.gl_pathc; j++) {
				struct capgate_text text;
				bool missing;

				if (strstr(found.gl_pathv[j], "/zz-capgate-"))
					continue;
				status = place_read(found.gl_pathv[j], &text, &missing, err);
				if (status == 0 && !missing)
					take_path(text, ret, size);
			}
		globfree(&found);
	}
	return status;
}
