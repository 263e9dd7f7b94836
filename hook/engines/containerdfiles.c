/* SPDX-License-Identifier: Apache-2.0 */
#include "containerdfiles.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "wiring.h"

/* ---- Templates --------------------------------------------------------------------------- */

/* A template, or the copy of one that configure keeps. */
static bool is_template(const char *path)
{
	const char *end = strstr(path, ".tmpl");

	return end && (end[5] == '\0' || strcmp(end + 5, WIRING_BACKUP) == 0);
}

/* Is there only white space before it on its line? */
static bool begins_line(struct capgate_text text, size_t at)
{
	while (at > 0 && (text.p[at - 1] == ' ' || text.p[at - 1] == '\t'))
		at--;
	return at == 0 || text.p[at - 1] == '\n';
}

/* Replaces each {{action}} of a Go template by the same number of bytes that TOML can parse: a
 * comment if the action begins its line, else digits. */
static int mask(struct capgate_text text, struct capgate_text *ret, struct capgate_error *err)
{
	char *p = malloc(text.len + 1);

	if (!p)
		return capgate_fail_memory(err);
	memcpy(p, text.p, text.len);
	for (size_t i = 0; i + 1 < text.len; i++) {
		bool line;
		size_t from = i;

		if (text.p[i] != '{' || text.p[i + 1] != '{')
			continue;
		line = begins_line(text, i);
		while (i < text.len && !(text.p[i] == '}' && text.p[i - 1] == '}' && i > from + 2))
			i++;
		for (size_t j = from; j <= i && j < text.len; j++)
			if (text.p[j] != '\n')
				p[j] = line ? '#' : '0';
	}
	*ret = (struct capgate_text){p, text.len};
	return 0;
}

/* ---- Files ------------------------------------------------------------------------------- */

static int understand(struct containerd_file *f, struct capgate_error *err)
{
	struct capgate_text text = f->text;
	struct capgate_arena arena;

	if (is_template(f->path) && mask(f->text, &text, err) < 0)
		return err->code;
	if (io_arena(text.len, &arena, err) < 0)
		return err->code;
	if (containerdtoml_parse(text, &arena, &f->c, err) < 0) {
		if (err->code == CAPGATE_ENOMEM)
			return err->code;
		snprintf(f->why, sizeof(f->why), "%.250s", err->msg);
	}
	return 0;
}

int containerd_files_add(struct containerd_files *files, const char *path,
			 struct capgate_error *err)
{
	struct containerd_file *f = &files->v[files->n];

	for (size_t i = 0; i < files->n; i++)
		if (strcmp(files->v[i].path, path) == 0)
			return 0;
	if (files->n == CONTAINERD_FILES) {
		files->more = true;
		return 0;
	}
	*f = (struct containerd_file){0};
	snprintf(f->path, sizeof(f->path), "%s", path);
	files->n++;
	if (place_read(path, &f->text, &f->missing, err) < 0) {
		if (err->code == CAPGATE_ENOMEM)
			return err->code;
		snprintf(f->why, sizeof(f->why), "%.250s", err->msg);
		return 0;
	}
	return f->missing ? 0 : understand(f, err);
}

/* A relative import is relative to the directory of the file that names it. */
static void pattern_of(const char *path, struct capgate_text import, char *buf, size_t size)
{
	const char *slash = strrchr(path, '/');
	int dir = import.len && import.p[0] == '/' ? 0 : (int)(slash + 1 - path);

	snprintf(buf, size, "%.*s%.*s", dir, path, import.len < PATH_MAX / 2 ? (int)import.len : 0,
		 import.p);
}

static int add_pattern(struct containerd_files *files, const char *pattern,
		       struct capgate_error *err)
{
	glob_t found = {0};
	int status = 0;

	if (glob(pattern, 0, NULL, &found) == 0)
		for (size_t i = 0; status == 0 && i < found.gl_pathc; i++)
			status = containerd_files_add(files, found.gl_pathv[i], err);
	globfree(&found);
	return status;
}

static int add_imports(struct containerd_files *files, size_t of, struct capgate_error *err)
{
	char pattern[PATH_MAX];
	int status = 0;

	for (size_t i = 0; status == 0 && i < files->v[of].c.n_imports; i++) {
		pattern_of(files->v[of].path, files->v[of].c.imports[i], pattern, sizeof(pattern));
		status = add_pattern(files, pattern, err);
	}
	return status;
}

int containerd_files_add_directory(struct containerd_files *files, const char *dir,
				   struct capgate_error *err)
{
	char pattern[PATH_MAX];

	snprintf(pattern, sizeof(pattern), "%.4000s/*.toml", dir);
	return add_pattern(files, pattern, err);
}

int containerd_files_read(const char *main, struct containerd_files *ret, struct capgate_error *err)
{
	int status;

	ret->n = 0;
	ret->more = false;
	status = containerd_files_add(ret, main, err);
	/* Imports of an imported file come after all files that are listed already. */
	for (size_t i = 0; status == 0 && i < ret->n; i++)
		if (!ret->v[i].why[0])
			status = add_imports(ret, i, err);
	return status;
}

/* ---- Together ---------------------------------------------------------------------------- */

bool containerd_view_of(const struct containerd_files *files, const char *name,
			struct containerd_view *ret)
{
	bool found = false;

	*ret = (struct containerd_view){.type = {"", 0}, .binary = {"", 0}};
	for (size_t i = 0; i < files->n; i++) {
		const struct containerd_handler *h = containerdtoml_find(&files->v[i].c, name);

		if (!h)
			continue;
		found = true;
		ret->last = i;
		ret->old |= h->old;
		if (h->path.len)
			ret->path = h->path;
		if (h->has_type) {
			ret->has_type = true;
			ret->type = h->type;
		}
		if (h->binary_at.len) {
			ret->has_binary = true;
			ret->binary = h->binary;
		}
	}
	if (!ret->has_type && strcmp(name, "runc") == 0)
		ret->type = capgate_text_of("io.containerd.runc.v2");
	return found;
}

size_t containerd_last(const struct containerd_files *files)
{
	size_t last = 0;

	for (size_t i = 0; i < files->n; i++)
		if (files->v[i].c.has_plugin)
			last = i;
	return last;
}

bool containerd_hidden(const struct containerd_files *files)
{
	size_t last = containerd_last(files);

	return files->v[0].c.version == 2 && last > 0 && files->v[last].c.n_handlers == 0;
}

bool containerd_dropins(const struct containerd_files *files, char *dir, size_t size)
{
	static const char any[] = "/*.toml";
	const struct containerdtoml *c = &files->v[0].c;
	bool found = false;

	for (size_t i = 0; c->version > 2 && i < c->n_imports; i++) {
		char pattern[PATH_MAX];
		size_t n;

		pattern_of(files->v[0].path, c->imports[i], pattern, sizeof(pattern));
		n = strlen(pattern);
		if (n < sizeof(any) || strcmp(pattern + n - (sizeof(any) - 1), any) != 0)
			continue;
		n -= sizeof(any) - 1;
		if (n >= size || strcspn(pattern, "*?[") < n)
			continue;
		memcpy(dir, pattern, n);
		dir[n] = '\0';
		found = true;
	}
	return found;
}
