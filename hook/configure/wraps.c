/* SPDX-License-Identifier: Apache-2.0 */
#include "wraps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "configure.h"

#define OURS "capgate-"

/* ---- Programs ---------------------------------------------------------------------------- */

static void add_path(struct programs *p, struct capgate_text dir, struct capgate_text name)
{
	if (p->n < RUNTIMEJSON_PATHS && dir.len + name.len + 2 <= WRAPS_PATH)
		snprintf(p->path[p->n++], WRAPS_PATH, "%.*s/%.*s", (int)dir.len, dir.p,
			 (int)name.len, name.p);
}

void programs_of(struct programs *ret, struct capgate_text word, const char *const *own,
		 const char *path)
{
	ret->n = 0;
	if (word.len && memchr(word.p, '/', word.len)) {
		/* The working directory of daemons is the root directory. */
		snprintf(ret->path[ret->n++], WRAPS_PATH, "%s%.*s", word.p[0] == '/' ? "" : "/",
			 (int)(word.len < WRAPS_PATH - 1 ? word.len : 0), word.p);
		return;
	}
	if (word.len == 0)
		word = capgate_text_of("runc");
	for (; own && *own; own++)
		add_path(ret, (struct capgate_text){*own, strlen(*own)}, word);
	while (*path) {
		size_t n = strcspn(path, ":");

		/* The others are relative to an unknown directory. */
		if (path[0] == '/')
			add_path(ret, (struct capgate_text){path, n}, word);
		path += n + (path[n] == ':');
	}
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Are the lists equal?  It is not enough that both find the same program now: if one finds
 * another program later, the other engine would run that one, too. */
static bool same(const struct programs *a, const struct programs *b)
{
	bool same = a->n == b->n;

	for (size_t i = 0; same && i < a->n; i++)
		same = strcmp(a->path[i], b->path[i]) == 0;
	return same;
}

/* Do all paths have this base name, as after a search in PATH? */
static bool all_named(const struct programs *p, const char *base)
{
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(base_of(p->path[i]), base) != 0)
			return false;
	return p->n > 0;
}

/* ---- Names ------------------------------------------------------------------------------- */

static struct wrap *find_wrap(struct wraps *w, const char *name)
{
	for (size_t i = 0; i < w->n; i++)
		if (strcmp(w->v[i].name, name) == 0)
			return &w->v[i];
	return NULL;
}

static int add_wrap(struct wraps *w, const char *name, const struct programs *programs, bool known,
		    struct capgate_error *err)
{
	struct wrap *wrap = &w->v[w->n];

	if (w->n == WRAPS_MAX)
		return configure_refuse(err, "more than %d programs to wrap", WRAPS_MAX);
	*wrap = (struct wrap){.programs = *programs, .known = known};
	snprintf(wrap->name, sizeof(wrap->name), "%s", name);
	w->n++;
	return 0;
}

static void programs_known(const struct runtimejson_entry *entry, struct programs *ret)
{
	ret->n = 0;
	for (size_t i = 0; i < entry->n; i++)
		snprintf(ret->path[ret->n++], WRAPS_PATH, "%.*s",
			 (int)(entry->path[i].len < WRAPS_PATH ? entry->path[i].len : 0),
			 entry->path[i].p);
}

int wraps_open(struct wraps *w, struct capgate_error *err)
{
	struct capgate_arena arena;
	struct capgate_error inner;
	bool missing;

	w->n = 0;
	w->json = (struct runtimejson){0};
	if (place_read(WIRING_RUNTIME_JSON, &w->old, &missing, err) < 0)
		return err->code;
	if (missing)
		w->old = capgate_text_of(wiring_runtime_json());
	if (io_arena(w->old.len, &arena, err) < 0)
		return err->code;
	if (runtimejson_parse(w->old, &arena, &w->json, &inner) < 0)
		return configure_refuse(
			err, WIRING_RUNTIME_JSON " cannot be used: %.80s%s%.200s (byte %zu)",
			inner.path, inner.path[0] ? ": " : "", inner.msg, inner.pos);
	return 0;
}

/* Makes a file name from a handler's name. */
static void make_name(const char *handler, const char *engine, int number, char *ret, size_t size)
{
	size_t n = (size_t)snprintf(ret, size, OURS "%.60s", handler);

	for (size_t i = sizeof(OURS) - 1; i < n; i++) {
		char c = ret[i], lower = (char)(c | 32);

		if (!((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || strchr("._-", c)))
			ret[i] = '-';
	}
	if (number > 0)
		n += (size_t)snprintf(ret + n, size - n, "-%.20s", engine);
	if (number > 1)
		snprintf(ret + n, size - n, "-%d", number);
}

int wraps_take(struct wraps *w, const char *engine, const char *handler,
	       const struct programs *programs, char *ret, struct capgate_error *err)
{
	for (int i = 0; i < 10; i++) {
		const struct runtimejson_entry *entry;
		struct programs known;
		struct wrap *wrap;
		char name[128];

		make_name(handler, engine, i, name, sizeof(name));
		snprintf(ret, WRAPS_PATH, CAPGATE_HOOKSDIR "/%s", name);
		wrap = find_wrap(w, name);
		if (wrap && same(&wrap->programs, programs))
			return 0;
		if (wrap || strcmp(ret, WIRING_WRAPPER) == 0)
			continue;
		entry = runtimejson_find(&w->json, name);
		if (!entry)
			return add_wrap(w, name, programs, false, err);
		programs_known(entry, &known);
		if (same(&known, programs))
			return add_wrap(w, name, &known, true, err);
	}
	return configure_refuse(err,
				WIRING_RUNTIME_JSON
				" has ten other programs under the name of the handler \"%.60s\": "
				"remove those that are not used",
				handler);
}

bool wraps_is_ours(struct capgate_text path, char *ret)
{
	char all[WRAPS_PATH];
	const char *base;

	if (path.len == 0 || path.p[0] != '/' || path.len >= sizeof(all))
		return false;
	snprintf(all, sizeof(all), "%.*s", (int)path.len, path.p);
	base = base_of(all);
	if (strncmp(base, OURS, sizeof(OURS) - 1) != 0)
		return false;
	snprintf(ret, WRAPS_PATH, CAPGATE_HOOKSDIR "/%.300s", base);
	return true;
}

int wraps_keep(struct wraps *w, const char *path, struct capgate_error *err)
{
	return find_wrap(w, base_of(path))
		       ? 0
		       : add_wrap(w, base_of(path), &(struct programs){0}, true, err);
}

bool wraps_shared(const struct wraps *w, const char *path, const struct programs *programs)
{
	const struct runtimejson_entry *entry = runtimejson_find(&w->json, base_of(path));
	struct programs known;

	if (!entry || programs->n == 0)
		return false;
	programs_known(entry, &known);
	return !same(&known, programs) && all_named(&known, base_of(programs->path[0])) &&
	       all_named(programs, base_of(programs->path[0]));
}

int wraps_name(struct wraps *w, const char *name, const struct programs *programs,
	       struct capgate_error *err)
{
	if (runtimejson_find(&w->json, name) || find_wrap(w, name))
		return 0;
	if (add_wrap(w, name, programs, false, err) < 0)
		return err->code;
	w->v[w->n - 1].elsewhere = true;
	return 0;
}

bool wraps_before(const struct wraps *w, struct capgate_text path, char *ret, size_t size)
{
	const struct runtimejson_entry *entry;
	struct programs known;
	char ours[WRAPS_PATH];

	if (!wraps_is_ours(path, ours))
		return false;
	entry = runtimejson_find(&w->json, base_of(ours));
	if (!entry || entry->n == 0)
		return false;
	programs_known(entry, &known);
	snprintf(ret, size, "%s", known.n == 1 ? known.path[0] : base_of(known.path[0]));
	return true;
}

/* ---- The plan ---------------------------------------------------------------------------- */

/* "capgate-nvidia": "/usr/bin/nvidia-container-runtime", or an array of paths. */
static void print(const struct wrap *wrap, struct capgate_out *out)
{
	capgate_out_json(out, capgate_text_of(wrap->name));
	capgate_out_string(out, wrap->programs.n == 1 ? ": " : ": [");
	for (size_t i = 0; i < wrap->programs.n; i++) {
		capgate_out_string(out, i ? ", " : "");
		capgate_out_json(out, capgate_text_of(wrap->programs.path[i]));
	}
	capgate_out_string(out, wrap->programs.n == 1 ? "" : "]");
}

/* Makes the text of runtime.json: adds the new names before the others, in its own style. */
static int spell(const struct wraps *w, struct capgate_text *ret, struct capgate_error *err)
{
	static char words[WRAPS_MAX * 1024];
	struct capgate_out out = {words, sizeof(words) - 1, 0};
	const char *inside = w->old.p + w->json.runtimes.off + 1;
	size_t blank = 0, at = w->json.runtimes.off + 1;
	bool whole = w->json.runtimes.len == 0;

	if (whole) {
		at = w->json.top.off + 1;
		inside = w->old.p + at;
		capgate_out_string(&out, "\"runtimes\": {");
	}
	while (blank < 200 && strchr(" \t\r\n", inside[blank]))
		blank++;
	for (size_t i = 0; i < w->n; i++) {
		if (w->v[i].known)
			continue;
		capgate_out_format(&out, "%.*s", whole ? 0 : (int)blank, inside);
		print(&w->v[i], &out);
		capgate_out_string(&out, ",");
	}
	if (out.len > 0 && words[out.len - 1] == ',' && (whole || inside[blank] == '}'))
		out.len--;
	capgate_out_string(&out, whole ? "}," : "");
	if (out.len > out.size)
		return configure_refuse(err, WIRING_RUNTIME_JSON " would become too long");
	words[out.len] = '\0';
	return configure_splice(w->old, &(struct splice){{at, 0}, words}, 1, ret, err);
}

int wraps_plan(const struct wraps *w, struct plan *plan, struct capgate_error *err)
{
	struct capgate_text text = w->old;
	bool added = false;
	char path[WRAPS_PATH];

	for (size_t i = 0; i < w->n; i++) {
		snprintf(path, sizeof(path), CAPGATE_HOOKSDIR "/%s", w->v[i].name);
		if (!w->v[i].elsewhere && plan_link(plan, path, "capgate", err) < 0)
			return err->code;
		added |= !w->v[i].known;
	}
	/* The file belongs to an administrator: write it only if a name was added. */
	if (!added && place_exists(WIRING_RUNTIME_JSON))
		return 0;
	if (added && spell(w, &text, err) < 0)
		return err->code;
	return plan_write(plan, WIRING_RUNTIME_JSON, configure_mode(WIRING_RUNTIME_JSON), text,
			  err);
}
