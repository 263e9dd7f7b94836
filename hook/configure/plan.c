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

static struct step *find_step(const struct plan *plan, const char *path)
{
	for (size_t i = 0; i < plan->n_steps; i++)
		if (strcmp(plan->step[i].path, path) == 0)
			return (struct step *)&plan->step[i];
	return NULL;
}

static int fail_full(struct capgate_error *err)
{
	return capgate_fail(err, CAPGATE_EINTERNAL, CAPGATE_RULE_NONE, CAPGATE_NOWHERE,
			    "more than %d files to change", PLAN_STEPS);
}

/* *ret is NULL if the plan has this step already. */
static int add_step(struct plan *plan, enum step_kind kind, const char *path, struct step **ret,
		    struct capgate_error *err)
{
	char *copy;

	*ret = NULL;
	if (find_step(plan, path))
		return 0;
	if (plan->n_steps == PLAN_STEPS || strlen(path) >= PATH_MAX)
		return fail_full(err);
	copy = strdup(path);
	if (!copy)
		return capgate_fail_memory(err);
	*ret = &plan->step[plan->n_steps++];
	**ret = (struct step){.kind = kind, .path = copy};
	return 0;
}

int plan_write(struct plan *plan, const char *path, unsigned mode, struct capgate_text text,
	       struct capgate_error *err)
{
	bool missing;
	struct capgate_text old;
	struct stat st;
	struct step *s;

	if (add_step(plan, STEP_WRITE, path, &s, err) < 0)
		return err->code;
	if (!s)
		return 0;
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
	struct step *s;
	ssize_t n;

	if (add_step(plan, STEP_LINK, path, &s, err) < 0)
		return err->code;
	if (!s)
		return 0;
	n = readlink(path, old, sizeof(old));
	s->text = capgate_text_of(target);
	s->needed = n < 0 || !capgate_text_equal((struct capgate_text){old, (size_t)n}, s->text);
	return 0;
}

int plan_remove(struct plan *plan, const char *path, struct capgate_error *err)
{
	struct step *s;

	if (add_step(plan, STEP_REMOVE, path, &s, err) < 0)
		return err->code;
	if (s)
		s->needed = place_exists(path);
	return 0;
}

int plan_pause(struct plan *plan, bool before, struct capgate_error *err)
{
	if (plan->n_steps == PLAN_STEPS)
		return fail_full(err);
	plan->step[plan->n_steps++] =
		(struct step){.kind = STEP_PAUSE, .path = "", .before = before};
	return 0;
}

void plan_move(struct plan *plan, size_t from, size_t to)
{
	for (; from < plan->n_steps; from++, to++) {
		static struct step step;

		step = plan->step[from];
		memmove(&plan->step[to + 1], &plan->step[to], (from - to) * sizeof(step));
		plan->step[to] = step;
	}
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
	const struct step *s = find_step(plan, path);

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
static int print_line(struct capgate_error *err, const char *format, ...)
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

static bool has_path(const struct plan *plans, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (find_step(&plans[i], path))
			return true;
	return false;
}

int plan_carry_out(const struct plan *plans, size_t n, bool dry, struct capgate_error *err)
{
	static const char *const done[] = {"wrote", "linked", "removed"};
	static const char *const would[] = {"would write", "would link", "would remove"};
	const struct plan *plan = &plans[n - 1];

	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct step *s = &plan->step[i];
		const char *word = !s->needed ? "unchanged" : (dry ? would : done)[s->kind];

		if (s->kind == STEP_PAUSE) {
			if (!dry && pause_needed(plan, i))
				nanosleep(&(struct timespec){PAUSE_MS / 1000,
							     PAUSE_MS % 1000 * 1000000L},
					  NULL);
			continue;
		}
		if (s->needed && !dry && carry_out(s, err) < 0)
			return err->code;
		if ((!s->needed && s->kind == STEP_REMOVE) || has_path(plans, n - 1, s->path))
			continue;
		if (print_line(err, "%s %s\n", word, s->path) < 0)
			return err->code;
	}
	return 0;
}

static bool changes_anything(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_steps; i++)
		if (plan->step[i].kind != STEP_PAUSE && plan->step[i].needed)
			return true;
	return false;
}

static bool noted(const struct plan *plans, size_t n, const char *note)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; changes_anything(&plans[i]) && j < plans[i].n_notes; j++)
			if (strcmp(plans[i].note[j], note) == 0)
				return true;
	return false;
}

int plan_tell_notes(const struct plan *plans, size_t n, const char *last,
		    struct capgate_error *err)
{
	bool any = false;

	/* If nothing changes, nothing must be restarted. */
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; changes_anything(&plans[i]) && j < plans[i].n_notes; j++) {
			any = true;
			if (!noted(plans, i, plans[i].note[j]) &&
			    print_line(err, "%s\n", plans[i].note[j]) < 0)
				return err->code;
		}
	return any ? print_line(err, "%s\n", last) : 0;
}
