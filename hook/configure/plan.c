/* SPDX-License-Identifier: Apache-2.0 */
#include "plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"

static struct step *find(const struct plan *plan, const char *path)
{
	for (size_t i = 0; i < plan->n_steps; i++)
		if (strcmp(plan->step[i].path, path) == 0)
			return (struct step *)&plan->step[i];
	return NULL;
}

/* NULL when it is planned already; *full when there is no room. */
static struct step *add(struct plan *plan, enum step_kind kind, const char *path, bool *full)
{
	struct step *s = find(plan, path);

	*full = !s && (plan->n_steps == PLAN_STEPS || strlen(path) >= sizeof(s->path));
	if (s || *full)
		return NULL;
	s = &plan->step[plan->n_steps++];
	*s = (struct step){.kind = kind};
	memcpy(s->path, path, strlen(path) + 1);
	return s;
}

static int fail_full(struct capgate_error *err)
{
	return capgate_fail(err, CAPGATE_EINTERNAL, CAPGATE_RULE_NONE, CAPGATE_NOWHERE,
			    "more than %d files to change", PLAN_STEPS);
}

int plan_write(struct plan *plan, const char *path, unsigned mode, struct capgate_text text,
	       struct capgate_error *err)
{
	bool full, missing;
	struct capgate_text old;
	struct stat st;
	struct step *s = add(plan, STEP_WRITE, path, &full);

	if (!s)
		return full ? fail_full(err) : 0;
	if (place_read(path, &old, &missing, err) < 0)
		return err->code;
	s->text = text;
	s->mode = mode;
	s->needed = missing || !capgate_text_equal(old, text) || lstat(path, &st) < 0 ||
		    !S_ISREG(st.st_mode) || (st.st_mode & 07777) != mode;
	io_free(old);
	return 0;
}

int plan_link(struct plan *plan, const char *path, const char *target, struct capgate_error *err)
{
	char old[PATH_MAX];
	bool full;
	struct step *s = add(plan, STEP_LINK, path, &full);
	ssize_t n;

	if (!s)
		return full ? fail_full(err) : 0;
	n = readlink(path, old, sizeof(old));
	s->text = capgate_text_of(target);
	s->needed = n < 0 || !capgate_text_equal((struct capgate_text){old, (size_t)n}, s->text);
	return 0;
}

int plan_remove(struct plan *plan, const char *path, struct capgate_error *err)
{
	bool full;
	struct step *s = add(plan, STEP_REMOVE, path, &full);

	if (!s)
		return full ? fail_full(err) : 0;
	s->needed = place_exists(path);
	return 0;
}

int plan_pause(struct plan *plan, bool before, struct capgate_error *err)
{
	if (plan->n_steps == PLAN_STEPS)
		return fail_full(err);
	plan->step[plan->n_steps++] = (struct step){.kind = STEP_PAUSE, .before = before};
	return 0;
}

void plan_note(struct plan *plan, const char *format, ...)
{
	va_list ap;

	if (plan->n_notes == PLAN_NOTES)
		return;
	va_start(ap, format);
	vsnprintf(plan->note[plan->n_notes++], sizeof(plan->note[0]), format, ap);
	va_end(ap);
}

bool plan_changes(const struct plan *plan, const char *path)
{
	const struct step *s = find(plan, path);

	return s && s->needed;
}

#define PAUSE_MS 1000

static bool pause_needed(const struct plan *plan, size_t i)
{
	if (plan->step[i].before)
		return i > 0 && plan->step[i - 1].needed;
	return i + 1 < plan->n_steps && plan->step[i + 1].needed;
}

static int carry_out(const struct step *s, struct capgate_error *err)
{
	switch (s->kind) {
	case STEP_WRITE:
		return place_write(s->path, s->mode, s->text, err);
	case STEP_LINK: {
		char target[PATH_MAX];

		snprintf(target, sizeof(target), "%.*s", (int)s->text.len, s->text.p);
		return place_link(s->path, target, err);
	}
	default:
		return place_remove(s->path, err);
	}
}

CAPGATE_PRINTF(2, 3)
static int tell(struct capgate_error *err, const char *format, ...)
{
	char line[PATH_MAX + 512];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(line, sizeof(line), format, ap);
	va_end(ap);
	return io_write_all(STDOUT_FILENO,
			    (struct capgate_text){
				    line, (size_t)n < sizeof(line) ? (size_t)n : sizeof(line) - 1},
			    err);
}

int plan_carry_out(const struct plan *plan, bool dry, struct capgate_error *err)
{
	static const char *const done[] = {"wrote", "linked", "removed"};
	static const char *const would[] = {"would write", "would link", "would remove"};

	bool changes = false;

	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct step *s = &plan->step[i];

		if (s->kind == STEP_PAUSE) {
			if (!dry && pause_needed(plan, i))
				nanosleep(&(struct timespec){PAUSE_MS / 1000,
							     PAUSE_MS % 1000 * 1000000L},
					  NULL);
			continue;
		}
		changes |= s->needed;
		if (!s->needed) {
			if (s->kind != STEP_REMOVE && tell(err, "unchanged %s\n", s->path) < 0)
				return err->code;
			continue;
		}
		if (!dry && carry_out(s, err) < 0)
			return err->code;
		if (tell(err, "%s %s\n", dry ? would[s->kind] : done[s->kind], s->path) < 0)
			return err->code;
	}
	/* What is as it should be needs no restart either. */
	for (size_t i = 0; changes && i < plan->n_notes; i++)
		if (tell(err, "%s\n", plan->note[i]) < 0)
			return err->code;
	return 0;
}
