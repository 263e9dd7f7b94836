/* SPDX-License-Identifier: Apache-2.0 */
#include "unit_command.h"

#include <string.h>

#include "lib/base/base.h"

/* The next word of a command, or of a shell's commands in quotes. */
static bool next_plain_word(struct capgate_text *value, struct capgate_text *ret)
{
	static const char between[] = " \t\"'`;&|()";
	size_t n = 0;

	/* The pointer of an empty value may be NULL, to which nothing may be added. */
	if (value->len == 0)
		return false;
	while (value->len && memchr(between, value->p[0], sizeof(between) - 1)) {
		value->p++;
		value->len--;
	}
	while (n < value->len && !memchr(between, value->p[n], sizeof(between) - 1))
		n++;
	*ret = (struct capgate_text){value->p, n};
	value->p += n;
	value->len -= n;
	return n > 0;
}

/* Is the word this program, with or without a directory? */
static bool is_program(struct capgate_text word, const char *name)
{
	const size_t n = strlen(name);

	return word.len >= n && memcmp(word.p + word.len - n, name, n) == 0 &&
	       (word.len == n || word.p[word.len - n - 1] == '/');
}

static bool is_one_of(struct capgate_text word, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_program(word, names[i]))
			return true;
	return false;
}

void capgate_unit_command_read(struct capgate_unit_commands *r, struct capgate_text value)
{
	static const char *const engines[] = {
		"podman", "docker", "nerdctl", "docker-compose", "podman-compose",
		"runc",   "crun",   "ctr",     "crictl",         "machinectl"};
	static const char *const alone[] = {"systemd-nspawn", "lxc-start"};
	static const char *const commands[] = {"run", "start", "create", "play", "up", "runp"};
	struct capgate_text word;
	bool engine = false;

	while (value.len && strchr("@-:+!|", value.p[0])) {
		r->with_all |= value.p[0] == '+';
		r->as_root |= value.p[0] == '!';
		value.p++;
		value.len--;
	}
	while (next_plain_word(&value, &word)) {
		r->starts_container |= is_one_of(word, alone, COUNT(alone)) ||
				       (engine && is_one_of(word, commands, COUNT(commands)));
		engine |= is_one_of(word, engines, COUNT(engines));
	}
}
