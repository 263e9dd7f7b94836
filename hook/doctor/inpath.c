/* SPDX-License-Identifier: Apache-2.0 */
/* Finds a program in the PATH of a process's environment, and reports whether it is capgate. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hook/engines/engines.h"
#include "daemons.h"

bool daemon_find_in_path(const char *path, const char *name, char *ret, size_t size)
{
	while (*path) {
		size_t n = strcspn(path, ":");

		if (n > 0 && n < size - 32) {
			snprintf(ret, size, "%.*s/%.30s", (int)n, path, name);
			if (access(ret, X_OK) == 0)
				return true;
		}
		path += n + (path[n] == ':');
	}
	return false;
}

const char *daemon_variable(const char *variables, size_t len, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < len; i += strlen(variables + i) + 1)
		if (strncmp(variables + i, name, n) == 0 && variables[i + n] == '=')
			return variables + i + n + 1;
	return NULL;
}

const char *daemon_path_of(const char *variables, size_t len)
{
	const char *path = daemon_variable(variables, len, "PATH");

	return path ? path : "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

void doctor_say_runc(struct doctor *d, enum engine e, const char *what, const char *program,
		     const char *where)
{
	if (doctor_is_program(program))
		doctor_say(d, LEVEL_OK, (int)e, "runc-in-path",
			   "%.120s of %.60s is capgate, so it judges %s%s", program, where, what,
			   e == ENGINE_CONTAINERD
				   ? "; only users of containerd's socket can name another program "
				     "(ctr run --runc-binary)"
				   : "");
	else if (e == ENGINE_DOCKER && other_root_is_users())
		doctor_say(d, LEVEL_WARN, (int)e, "runc-in-path",
			   "capgate does not judge %s: the runc of %.60s is %.120s\tsudo capgate "
			   "configure docker --close-runc; as this user: capgate configure docker "
			   "--close-runc, then systemctl --user daemon-reload and systemctl --user "
			   "restart docker",
			   what, where, program);
	else
		doctor_say(
			d, LEVEL_WARN, (int)e, "runc-in-path",
			"capgate does not judge %s: the runc of %.60s is %.120s\tcapgate configure "
			"%s --close-runc, then systemctl daemon-reload and restart what it names",
			what, where, program, wiring_engine_name(e));
}
