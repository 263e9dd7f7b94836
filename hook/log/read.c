/* SPDX-License-Identifier: Apache-2.0 */
#include "read.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "lib/json/json.h"

enum {
	LOGGED_NONE,
	LOGGED_TIME,
	LOGGED_ID,
	LOGGED_ENGINE,
	LOGGED_STAGE,
	LOGGED_MODE,
	LOGGED_VERDICT,
	LOGGED_STATUS,
	LOGGED_RULE,
	LOGGED_REMOVED,
	LOGGED_POLICY,
	LOGGED_DIGEST,
	LOGGED_BUNDLE,
	LOGGED_REASON,
	LOGGED_EXEMPTION,
	LOGGED_SYSCTL,
	LOGGED_WITHHELD,
	LOGGED_CEILING,
	LOGGED_TAKEN,
};

static const struct capgate_shape shape = {
	.types = CAPGATE_T_OBJECT,
	.members = (const struct capgate_member[]){
		{"time", VALUE(LOGGED_TIME)},
		{"id", VALUE(LOGGED_ID)},
		{"engine", VALUE(LOGGED_ENGINE)},
		{"stage", VALUE(LOGGED_STAGE)},
		{"mode", VALUE(LOGGED_MODE)},
		{"verdict", VALUE(LOGGED_VERDICT)},
		{"status", VALUE(LOGGED_STATUS)},
		{"rules", SHAPE(.each = VALUE(LOGGED_RULE))},
		{"removed", SHAPE(.each = SHAPE(.each = VALUE(LOGGED_REMOVED)))},
		{"policy", VALUE(LOGGED_POLICY)},
		{"policy_digest", VALUE(LOGGED_DIGEST)},
		{"bundle", VALUE(LOGGED_BUNDLE)},
		{"reason", VALUE(LOGGED_REASON)},
		{"exemptions", SHAPE(.each = VALUE(LOGGED_EXEMPTION))},
		{"sysctls", SHAPE(.each = VALUE(LOGGED_SYSCTL))},
		{"withheld", SHAPE(.each = VALUE(LOGGED_WITHHELD))},
		{"ceiling", SHAPE(.members = MEMBERS({"mode", VALUE(LOGGED_CEILING)},
						     {"taken", VALUE(LOGGED_TAKEN)}))},
		{0},
	},
};

static struct capgate_text *text_of(struct logged *e, int field)
{
	switch (field) {
	case LOGGED_TIME:
		return &e->time;
	case LOGGED_ID:
		return &e->id;
	case LOGGED_ENGINE:
		return &e->engine;
	case LOGGED_STAGE:
		return &e->stage;
	case LOGGED_MODE:
		return &e->mode;
	case LOGGED_VERDICT:
		return &e->verdict;
	case LOGGED_RULE:
		return e->n_rules < LOGGED_MANY ? &e->rules[e->n_rules++] : NULL;
	case LOGGED_EXEMPTION:
		return e->n_exemptions < LOGGED_MANY ? &e->exemptions[e->n_exemptions++] : NULL;
	case LOGGED_SYSCTL:
		return e->n_sysctls < CAPGATE_SUBSTITUTES ? &e->sysctls[e->n_sysctls++] : NULL;
	case LOGGED_WITHHELD:
		return e->n_withheld < CAPGATE_SUBSTITUTES ? &e->withheld[e->n_withheld++] : NULL;
	case LOGGED_POLICY:
		return &e->policy;
	case LOGGED_DIGEST:
		return &e->digest;
	case LOGGED_BUNDLE:
		return &e->bundle;
	case LOGGED_CEILING:
		return &e->ceiling;
	case LOGGED_REASON:
		return &e->reason;
	default:
		return NULL;
	}
}

/* A hexadecimal mask as in /proc/PID/status; other texts are not a set. */
static capgate_set mask_of(struct capgate_text digits)
{
	static const char hex[] = "0123456789abcdef";
	capgate_set s = {0};

	for (size_t i = 0; i < digits.len; i++) {
		const char *digit = memchr(hex, digits.p[i], sizeof(hex) - 1);

		if (!digit || digits.len > 16)
			return (capgate_set){0};
		s.bits = s.bits << 4 | (uint64_t)(digit - hex);
	}
	return s;
}

static int visit_line(void *user, const struct capgate_walk *walk, int field,
		      const struct capgate_json_event *event)
{
	struct logged *e = user;
	struct capgate_text *text;
	uint64_t status;

	(void)walk;
	if (field == LOGGED_STATUS && capgate_json_uint(event->text, 255, &status))
		e->status = (int)status;
	if (event->kind != CAPGATE_JSON_STRING)
		return 0;
	if (field == LOGGED_REMOVED)
		e->removed =
			capgate_set_or(e->removed, capgate_set_of(capgate_cap_exact(event->text)));
	if (field == LOGGED_TAKEN)
		e->taken = mask_of(event->text);
	text = text_of(e, field);
	if (text)
		*text = event->text;
	e->rule = e->rules[0]; /* the rule that decided */
	return 0;
}

/* More than the largest log that a policy allows. */
#define LOG_MOST ((size_t)5 << 30)

/* The beginning of every entry.  No string in an entry can contain it, because its quotes would
 * be escaped. */
#define BEGINNING "{\"capgate\":1,\"time\":"

/* If a full disk has cut an entry, the line may continue with another entry. */
static struct capgate_text behind_a_cut(struct capgate_text line)
{
	const char *p = line.p, *end = line.p + line.len;
	struct capgate_text last = {0};

	while ((p = memmem(p, (size_t)(end - p), BEGINNING, strlen(BEGINNING)))) {
		last = (struct capgate_text){p, (size_t)(end - p)};
		p++;
	}
	return last.p == line.p ? (struct capgate_text){0} : last;
}

/* Parses the line.  The texts of the entry point into the arena and into the line. */
static bool is_entry(struct capgate_text line, struct capgate_arena *arena, struct logged *ret)
{
	struct capgate_error ignored;

	*ret = (struct logged){.line = line};
	arena->used = 0;
	return line.len && capgate_walk_text(line, (struct capgate_json_options){0}, &shape, arena,
					     visit_line, ret, &ignored) == 0;
}

int logread_line(struct capgate_text text, void (*visit)(void *user, const struct logged *entry),
		 void *user, struct capgate_error *err)
{
	struct capgate_arena arena;
	int passed_over = 0;

	/* An entry has a few kilobytes at most, so a longer line is not one. */
	if (io_arena((size_t)64 << 10, &arena, err) < 0)
		return err->code;
	for (size_t at = 0; at < text.len;) {
		const char *nl = memchr(text.p + at, '\n', text.len - at);
		size_t len = nl ? (size_t)(nl - text.p) - at : text.len - at;
		struct capgate_text line = {text.p + at, len};
		struct logged entry;

		if (is_entry(line, &arena, &entry) || is_entry(behind_a_cut(line), &arena, &entry))
			visit(user, &entry);
		else if (len > 0 && passed_over < INT_MAX / 2)
			passed_over++;
		at += len + 1;
	}
	io_arena_release(&arena);
	return passed_over;
}

bool logread_is_missing(const char *path)
{
	struct stat st;

	return lstat(path, &st) < 0 && errno == ENOENT;
}

int logread_each(const char *path, void (*visit)(void *user, const struct logged *entry),
		 void *user, struct capgate_error *err)
{
	char older[PATH_MAX];
	struct capgate_error ignored;
	struct capgate_text text;
	bool has_older = (size_t)snprintf(older, sizeof(older), "%s.1", path) < sizeof(older) &&
			 !logread_is_missing(older);
	int status, passed_over = 0;

	if (has_older && io_read_in(AT_FDCWD, older, LOG_MOST, &text, &ignored) == 0) {
		passed_over = logread_line(text, visit, user, err);
		io_free(text);
		if (passed_over < 0)
			return passed_over;
	} else if (has_older) {
		passed_over = 1; /* at least */
	}
	status = io_read_in(AT_FDCWD, path, LOG_MOST, &text, err);
	if (status < 0) /* it was renamed, and nothing has been written since */
		return has_older && logread_is_missing(path) ? passed_over : status;
	status = logread_line(text, visit, user, err);
	io_free(text);
	return status < 0 ? status : status + passed_over;
}
