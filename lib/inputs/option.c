/* SPDX-License-Identifier: Apache-2.0 */
#include "option.h"

#include "asked.h"
#include "lib/base/base.h"

/* Names in one option's value: "NET_RAW,KILL" of podman, one of Docker. */
static int option_names(struct capgate_request *r, struct capgate_text value, bool adds,
			struct capgate_span at, struct capgate_arena *arena)
{
	while (value.len) {
		const size_t n = capgate_asked_find(value, ',');
		const struct capgate_text name = {value.p, n};

		if (!adds)
			capgate_asked_drop(r, name);
		else if (capgate_asked_add(r, name, at, arena) < 0)
			return CAPGATE_ENOMEM;
		value = capgate_asked_after(value, n + 1);
	}
	return 0;
}

static int option(struct capgate_request *r, struct capgate_text name, struct capgate_text value,
		  struct capgate_span at, struct capgate_arena *arena)
{
	if (capgate_text_is(name, "--cap-add") || capgate_text_is(name, "--cap-drop")) {
		r->has_keys = true;
		return option_names(r, value, capgate_text_is(name, "--cap-add"), at, arena);
	}
	if (capgate_text_is(name, "--security-opt"))
		capgate_asked_security(r, value);
	else if (capgate_text_is(name, "--network") || capgate_text_is(name, "--net"))
		r->host_network = capgate_text_is(value, "host");
	else if (capgate_text_is(name, "--pid"))
		r->host_pid = capgate_text_is(value, "host");
	else if (capgate_text_is(name, "--ipc"))
		r->host_ipc = capgate_text_is(value, "host");
	else if (capgate_text_is(name, "--userns"))
		r->own_users = capgate_asked_own_users(value);
	else if (capgate_text_is(name, "--user") || capgate_text_is(name, "-u"))
		r->seen.user = value;
	else if (capgate_text_is(name, "--sysctl"))
		return capgate_asked_sysctl_word(r, value, arena);
	else if (capgate_text_is(name, "--volume") || capgate_text_is(name, "-v"))
		return capgate_asked_volume(r, value, arena);
	return 0;
}

/* Options of docker run and podman run whose value may be the next word, which is no option
 * then.  A word after one that is not listed is taken for an option. */
static bool wants_value(struct capgate_text word)
{
	static const char *const names[] = {
		"--cap-add",    "--cap-drop", "--security-opt", "--network",
		"--net",        "--pid",      "--ipc",          "--userns",
		"--user",       "-u",         "--sysctl",       "--volume",
		"-v",           "--name",     "--hostname",     "-h",
		"--env",        "-e",         "--env-file",     "--label",
		"-l",           "--mount",    "--publish",      "-p",
		"--workdir",    "-w",         "--add-host",     "--dns",
		"--memory",     "-m",         "--cpus",         "--shm-size",
		"--gpus",       "--device",   "--entrypoint",   "--platform",
		"--restart",    "--ulimit",   "--tmpfs",        "--group-add",
		"--log-driver", "--log-opt",  "--pod",          "--annotation"};

	for (size_t i = 0; i < COUNT(names); i++)
		if (capgate_text_is(word, names[i]))
			return true;
	return false;
}

int capgate_option_word(struct capgate_request *r, struct capgate_text word, struct capgate_span at,
			struct capgate_arena *arena)
{
	const struct capgate_text name = {word.p, capgate_asked_find(word, '=')};
	const struct capgate_text pending = r->option;

	r->option = (struct capgate_text){0};
	if (pending.len)
		return option(r, pending, word, at, arena);
	/* It may become any option, or several. */
	r->variable |= capgate_asked_has_variable(name);
	if (name.len < word.len) {
		const struct capgate_text value = capgate_asked_after(word, name.len + 1);

		if (capgate_text_is(name, "--privileged")) {
			r->has_keys = true;
			r->privileged = !capgate_text_is(value, "false");
		}
		return option(r, name, value, at, arena);
	}
	if (capgate_text_is(word, "--privileged"))
		r->has_keys = r->privileged = true;
	else if (wants_value(word))
		r->option = word;
	return 0;
}
