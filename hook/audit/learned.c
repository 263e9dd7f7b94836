/* SPDX-License-Identifier: Apache-2.0 */
#include "learned.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hook/lessons/lessons.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"

#define LESSONS_DIR STORE_DIR
#define LESSONS_MAX 10000
#define LESSON_MAX ((size_t)4 << 20)

/* ---- One result ---------------------------------------------------------------------- */

/* Copies the lesson and its name. */
static int append_lesson(struct audit_lessons *lessons, struct capgate_text name,
			 struct audit_lesson lesson, struct capgate_error *err)
{
	if (lessons->n == lessons->room) {
		size_t more = lessons->room ? lessons->room * 2 : 16;
		struct audit_lesson *grown = realloc(lessons->v, more * sizeof(*grown));

		if (!grown)
			return capgate_fail_memory(err);
		lessons->v = grown;
		lessons->room = more;
	}
	lesson.name = strndup(name.p, name.len);
	if (!lesson.name)
		return capgate_fail_memory(err);
	lessons->v[lessons->n++] = lesson;
	return 0;
}

static int parse_proof(struct capgate_text text, struct capgate_arena *arena,
		       struct audit_lessons *lessons, struct capgate_error *err)
{
	struct lesson_proof proof;

	if (lesson_proof_parse(text, arena, &proof, err) < 0)
		return err->code;
	if (!proof.finished)
		return 0;
	return append_lesson(lessons, proof.name,
			     (struct audit_lesson){.is_image = proof.is_image,
						   .proved = true,
						   .caps = proof.needed},
			     err);
}

static int parse_record(struct capgate_text text, struct capgate_arena *arena,
			struct audit_lessons *lessons, struct capgate_error *err)
{
	struct lesson *l = capgate_arena_alloc(arena, sizeof(*l));
	capgate_set used = {0};

	if (!l)
		return capgate_fail_memory(err);
	if (lesson_parse(text, arena, l, err) < 0)
		return err->code;
	for (size_t i = 0; i < l->n_rows; i++)
		if (l->row[i].granted)
			used = capgate_set_or(used, capgate_set_of(l->row[i].cap));
	return append_lesson(lessons, capgate_text_of(l->name),
			     (struct audit_lesson){.is_image = l->name[0] != '/', .caps = used},
			     err);
}

static int parse_lesson(struct capgate_text text, struct audit_lessons *lessons,
			struct capgate_error *err)
{
	const bool record = lesson_is_record(text);
	struct capgate_arena arena = {0};
	int status = io_arena(text.len + (record ? 2 * sizeof(struct lesson) : 0), &arena, err);

	if (status == 0)
		status = (record ? parse_record : parse_proof)(text, &arena, lessons, err);
	io_arena_release(&arena);
	return status;
}

/* ---- All of them ---------------------------------------------------------------------- */

static int read_lesson(const char *path, struct audit_lessons *lessons, struct capgate_error *err)
{
	struct capgate_text text = {0};
	bool missing = false;
	int fd = trusted_open(path, &missing, err), status = fd < 0 ? err->code : 0;

	if (fd >= 0) {
		status = io_read_all(fd, LESSON_MAX, &text, err);
		close(fd);
	}
	if (status == 0)
		status = parse_lesson(text, lessons, err);
	io_free(text);
	if (status < 0 && err->code != CAPGATE_ENOMEM) {
		if (!missing)
			io_say_error(path, err);
		status = 0;
	}
	return status;
}

int audit_lessons_read(const char *root, struct audit_lessons *ret, struct capgate_error *err)
{
	struct audit_lessons lessons = {0};
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *dir = NULL;
	int status = 0;

	if (snprintf(path, sizeof(path), "%s" LESSONS_DIR, root) < (int)sizeof(path))
		dir = opendir(path);
	if (!dir && !place_is_elsewhere(errno))
		io_say("%s: %s", path, strerror(errno));
	for (size_t n = 0; dir && status == 0 && n < LESSONS_MAX && (entry = readdir(dir)); n++)
		if (capgate_text_ends(capgate_text_of(entry->d_name), ".json") &&
		    entry->d_name[0] != '.' &&
		    snprintf(path, sizeof(path), "%s" LESSONS_DIR "/%s", root, entry->d_name) <
			    (int)sizeof(path))
			status = read_lesson(path, &lessons, err);
	if (dir)
		closedir(dir);
	if (status < 0)
		audit_lessons_release(&lessons);
	else
		*ret = lessons;
	return status;
}

void audit_lessons_release(struct audit_lessons *lessons)
{
	for (size_t i = 0; i < lessons->n; i++)
		free(lessons->v[i].name);
	free(lessons->v);
	*lessons = (struct audit_lessons){0};
}

/* ---- Whose it is ------------------------------------------------------------------------ */

/* Removes what engines add to a short name: docker.io/library/ and :latest. */
static struct capgate_text short_image(const char *name)
{
	static const char *const before[] = {"docker.io/", "library/", "localhost/"};
	struct capgate_text t = capgate_text_of(name);

	for (size_t i = 0; i < COUNT(before); i++) {
		const size_t n = strlen(before[i]);

		if (t.len > n && memcmp(t.p, before[i], n) == 0)
			t = (struct capgate_text){t.p + n, t.len - n};
	}
	if (capgate_text_ends(t, ":latest"))
		t.len -= strlen(":latest");
	return t;
}

struct audit_learned audit_lessons_find(const struct audit_lessons *lessons,
					const struct container *c)
{
	struct audit_learned learned = {0};

	for (size_t i = 0; i < lessons->n; i++) {
		const struct audit_lesson *l = &lessons->v[i];

		if (l->is_image ? !c->image[0] || !capgate_text_equal(short_image(l->name),
								      short_image(c->image))
				: !c->bundle[0] || strcmp(l->name, c->bundle) != 0)
			continue;
		if (l->proved)
			learned.needed = capgate_set_or(learned.needed, l->caps);
		else
			learned.used = capgate_set_or(learned.used, l->caps);
		learned.is_proved |= l->proved;
		learned.is_recorded |= !l->proved;
	}
	return learned;
}
