/* SPDX-License-Identifier: Apache-2.0 */
#include "store.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"

/* The suffix of proofs, which distinguishes them from records. */
#define PROOF_END ".proof.json"
#define RECORD_END ".json"
#define READABLE 160

/* ---- Names ------------------------------------------------------------------------- */

static bool stays(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (!first && (c == '-' || c == '.' || c == '_'));
}

void store_file(struct capgate_text name, enum store_part part, char ret[STORE_FILE])
{
	const char *end = part == STORE_PROOF ? PROOF_END : RECORD_END;
	char hex[SHA256_DIGEST_STRING_LENGTH];
	size_t n = 0;

	for (size_t i = 0; i < name.len; i++) {
		if (n > READABLE) {
			snprintf(ret + n, STORE_FILE - n, "-%.40s%s",
				 SHA256Data((const unsigned char *)name.p, name.len, hex), end);
			return;
		}
		if (stays(name.p[i], i == 0))
			ret[n++] = name.p[i];
		else
			n += (size_t)snprintf(ret + n, STORE_FILE - n, "%%%02X",
					      (unsigned char)name.p[i]);
	}
	snprintf(ret + n, STORE_FILE - n, "%s", end);
}

static bool is_of(const char *file, enum store_part part)
{
	const struct capgate_text t = capgate_text_of(file);
	const bool proof = capgate_text_ends(t, PROOF_END);

	return file[0] != '.' && capgate_text_ends(t, RECORD_END) && proof == (part == STORE_PROOF);
}

static int store_path(const char *dir, const char *file, char path[PATH_MAX],
		      struct capgate_error *err)
{
	if (snprintf(path, PATH_MAX, "%s/%s", dir, file) < PATH_MAX)
		return 0;
	errno = ENAMETOOLONG;
	return io_fail(err, "cannot use", dir);
}

/* ---- Reading ----------------------------------------------------------------------- */

int store_read_text(const char *dir, const char *file, struct capgate_text *ret, bool *missing,
		    struct capgate_error *err)
{
	char path[PATH_MAX];
	int fd, status;

	*missing = false;
	if (store_path(dir, file, path, err) < 0)
		return err->code;
	fd = trusted_open(path, missing, err);
	if (fd < 0 && *missing) {
		*ret = (struct capgate_text){0};
		return 0;
	}
	if (fd < 0)
		return err->code;
	status = io_read_all(fd, LESSON_TEXT_MAX, ret, err);
	close(fd);
	return status;
}

static int fail_file_of(const char *dir, const char *file, struct capgate_error *err)
{
	struct capgate_error inner = *err;

	return capgate_fail(err, inner.code, inner.rule, CAPGATE_NOWHERE, "%.120s/%.200s: %.150s",
			    dir, file, inner.msg);
}

int store_read(const char *dir, struct capgate_text name, struct lesson *ret, bool *missing,
	       struct capgate_error *err)
{
	struct capgate_arena arena = {0};
	struct capgate_text text = {0};
	char file[STORE_FILE];
	int status;

	if (!lesson_name_is_fit(name))
		return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_SYSTEM, CAPGATE_NOWHERE,
				    "the name is empty, longer than %d bytes, or not valid text",
				    LESSON_NAME - 1);
	store_file(name, STORE_RECORD, file);
	if (store_read_text(dir, file, &text, missing, err) < 0)
		return err->code;
	memset(ret, 0, sizeof(*ret));
	memcpy(ret->name, name.p, name.len);
	if (*missing)
		return 0;
	status = io_arena(text.len + sizeof(*ret), &arena, err);
	if (status == 0)
		status = lesson_parse(text, &arena, ret, err);
	if (status == 0 && !capgate_text_equal(capgate_text_of(ret->name), name))
		status = capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_SYSTEM, CAPGATE_NOWHERE,
				      "it is the record of another name");
	io_arena_release(&arena);
	io_free(text);
	return status < 0 ? fail_file_of(dir, file, err) : 0;
}

static int order_of_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

struct store_list {
	char *v[2 * STORE_NAMES];
	size_t n;
};

static void release_store(struct store_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->v[i]);
	free(list);
}

/* Lists the files.  Returns an empty list if there is no directory, and NULL with an error. */
static struct store_list *list_store(const char *dir, enum store_part part,
				     struct capgate_error *err)
{
	struct store_list *list = calloc(1, sizeof(*list));
	struct dirent *entry;
	DIR *d = opendir(dir);

	if (!list)
		(void)capgate_fail_memory(err);
	if (!d && errno != ENOENT) {
		(void)io_fail(err, "cannot list", dir);
		free(list);
		return NULL;
	}
	while (list && d && list->n < COUNT(list->v) && (entry = readdir(d)))
		if (is_of(entry->d_name, part) && (list->v[list->n] = strdup(entry->d_name)))
			list->n++;
	if (d)
		closedir(d);
	if (list)
		qsort(list->v, list->n, sizeof(list->v[0]), order_of_names);
	return list;
}

int store_each(const char *dir, enum store_part part, int (*see)(void *user, const char *file),
	       void *user, struct capgate_error *err)
{
	struct store_list *list = list_store(dir, part, err);
	int status = 0;

	if (!list)
		return err->code;
	for (size_t i = 0; status == 0 && i < list->n; i++)
		status = see(user, list->v[i]);
	release_store(list);
	return status;
}

/* ---- Writing ----------------------------------------------------------------------- */

/* Checks that the store has room for this name, unless it has it already. */
static int check_names(const char *dir, const char *path, enum store_part part,
		       struct capgate_error *err)
{
	struct store_list *list;
	size_t n;

	if (place_exists(path))
		return 0;
	list = list_store(dir, part, err);
	if (!list)
		return err->code;
	n = list->n;
	release_store(list);
	if (n < STORE_NAMES)
		return 0;
	return capgate_fail(
		err, CAPGATE_ELIMIT, CAPGATE_RULE_SYSTEM, CAPGATE_NOWHERE,
		"%.120s has %zu names, the maximum; capgate learn forget NAME makes room", dir, n);
}

static int make_store(const char *dir, struct capgate_error *err)
{
	char path[PATH_MAX], *slash;

	if (store_path(dir, "", path, err) < 0)
		return err->code;
	for (slash = path + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		/* Only root may read the last directory, because it shows names of tasks and
		 * images. */
		if (mkdir(path, slash[1] ? 0755 : 0700) < 0 && errno != EEXIST)
			return io_fail(err, "cannot make", path);
		*slash = '/';
	}
	return 0;
}

int store_write_text(const char *dir, struct capgate_text name, enum store_part part,
		     struct capgate_text text, struct capgate_error *err)
{
	char file[STORE_FILE], path[PATH_MAX];
	bool missing;

	store_file(name, part, file);
	if (store_path(dir, file, path, err) < 0 || make_store(dir, err) < 0 ||
	    trusted_directory(dir, &missing, err) < 0 || check_names(dir, path, part, err) < 0)
		return err->code;
	return place_write(path, 0600, text, err);
}

int store_write(const char *dir, const struct lesson *lesson, struct capgate_error *err)
{
	char *block = malloc(LESSON_TEXT_MAX);
	struct capgate_out out = {block, LESSON_TEXT_MAX, 0};
	int status;

	if (!block)
		return capgate_fail_memory(err);
	lesson_write(lesson, &out);
	status = out.len > out.size
			 ? capgate_fail(err, CAPGATE_ELIMIT, CAPGATE_RULE_SYSTEM, CAPGATE_NOWHERE,
					"the record of %.120s is too large; remove it with capgate "
					"learn forget",
					lesson->name)
			 : store_write_text(dir, capgate_text_of(lesson->name), STORE_RECORD,
					    capgate_out_text(&out), err);
	free(block);
	return status;
}

int store_remove(const char *dir, struct capgate_text name, bool *missing,
		 struct capgate_error *err)
{
	*missing = true;
	for (int part = STORE_RECORD; part <= STORE_PROOF; part++) {
		char file[STORE_FILE], path[PATH_MAX];

		store_file(name, (enum store_part)part, file);
		if (store_path(dir, file, path, err) < 0)
			return err->code;
		if (!place_exists(path))
			continue;
		*missing = false;
		if (place_remove(path, err) < 0)
			return err->code;
	}
	return 0;
}
