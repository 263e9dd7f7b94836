/* SPDX-License-Identifier: Apache-2.0 */
#include "learned.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "lib/json/json.h"

#define LESSONS_DIR "/var/lib/capgate/learn"
#define LESSONS_MAX 10000
#define LESSON_MAX ((size_t)4 << 20)

/* ---- One result ---------------------------------------------------------------------- */

enum { FIELD_NONE, FIELD_BUNDLE, FIELD_IMAGE, FIELD_NEEDED, FIELD_FINISHED };

static const struct capgate_shape lesson_shape = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS(
		{"bundle", STRING(FIELD_BUNDLE)}, {"image", STRING(FIELD_IMAGE)},
		{"needed", SHAPE(.types = CAPGATE_T_ARRAY, .each = STRING(FIELD_NEEDED))},
		{"finished", SHAPE(.types = CAPGATE_T_BOOL, .field = FIELD_FINISHED)}),
};

struct lesson_reader {
	struct capgate_text name;
	capgate_set needed;
	bool is_image, finished;
};

static int see_lesson(void *user, const struct capgate_walk *walk, int field,
		      const struct capgate_json_event *event)
{
	struct lesson_reader *r = user;
	int cap;

	switch (field) {
	case FIELD_FINISHED:
		r->finished = event->truth;
		return 0;
	case FIELD_NEEDED:
		cap = capgate_cap_exact(event->text);
		if (cap < 0)
			return capgate_walk_fail(walk, CAPGATE_EINVALID,
						 CAPGATE_RULE_ODD_NAME, event->at.off,
						 "this is the name of no capability");
		r->needed = capgate_set_or(r->needed, capgate_set_of(cap));
		return 0;
	default:
		r->name = event->text;
		r->is_image = field == FIELD_IMAGE;
		return 0;
	}
}

static int append_lesson(struct audit_lessons *lessons, const struct lesson_reader *r,
			 struct capgate_error *err)
{
	if (lessons->n == lessons->room) {
		size_t more = lessons->room ? lessons->room * 2 : 16;
		struct audit_lesson *grown = realloc(lessons->v, more * sizeof(*grown));

		if (!grown)
			return capgate_fail_memory(err);
		lessons->v = grown;
		lessons->room = more;
	}
	lessons->v[lessons->n] =
		(struct audit_lesson){strndup(r->name.p, r->name.len), r->is_image, r->needed};
	if (!lessons->v[lessons->n].name)
		return capgate_fail_memory(err);
	lessons->n++;
	return 0;
}

static int parse_lesson(struct capgate_text text, struct audit_lessons *lessons,
			struct capgate_error *err)
{
	struct lesson_reader r = {0};
	struct capgate_arena arena = {0};
	int status = io_arena(text.len, &arena, err);

	if (status == 0)
		status = capgate_walk_text(text, (struct capgate_json_options){0}, &lesson_shape,
					   &arena, see_lesson, &r, err);
	if (status == 0 && (!r.name.len || memchr(r.name.p, 0, r.name.len)))
		status = capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_MISSING, 0,
				      "it names no bundle and no image");
	if (status == 0 && r.finished)
		status = append_lesson(lessons, &r, err);
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

/* Without what engines add to a short name: docker.io/library/ and :latest. */
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

bool audit_lessons_find(const struct audit_lessons *lessons, const struct container *c,
			capgate_set *needed)
{
	bool found = false;

	*needed = (capgate_set){0};
	for (size_t i = 0; i < lessons->n; i++) {
		const struct audit_lesson *l = &lessons->v[i];

		if (l->is_image ? !c->image[0] || !capgate_text_equal(short_image(l->name),
								      short_image(c->image))
				: !c->bundle[0] || strcmp(l->name, c->bundle) != 0)
			continue;
		*needed = capgate_set_or(*needed, l->needed);
		found = true;
	}
	return found;
}
