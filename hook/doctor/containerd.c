/* SPDX-License-Identifier: Apache-2.0 */
/* containerd: config.toml, and the files that it imports. */
#include <stdio.h>
#include <string.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "doctor.h"

#define DEPTH_MAX 4 /* imports of imports */

struct found {
	struct capgate_text fallback, binary;
	char fallback_source[CONF_PATH], old_default[CONF_PATH];
};

static bool read_file(struct doctor *d, const char *path, struct containerdtoml *ret)
{
	struct capgate_error err;
	bool missing;
	struct capgate_text text = place_text(&d->arena, path, &missing);

	*ret = (struct containerdtoml){.version = 2};
	if (missing || (text.p && containerdtoml_parse(text, &d->arena, ret, &err) == 0))
		return true;
	doctor_say(d, LEVEL_BAD, ENGINE_CONTAINERD, "conf-valid", "%.150s: %.150s\tmend it", path,
		   text.p ? err.msg : "it cannot be read");
	return false;
}

/* Later files win.  Before version 3 what a later file says of a plugin takes
 * the place of all that was said before. */
static void lay_over(struct found *f, const struct containerdtoml *c, const char *path)
{
	if (c->version == 2 && c->has_plugin)
		*f = (struct found){0};
	if (c->has_fallback) {
		f->fallback = c->fallback;
		snprintf(f->fallback_source, sizeof(f->fallback_source), "%s", path);
	}
	if (c->binary.p)
		f->binary = c->binary;
	if (c->old_default)
		snprintf(f->old_default, sizeof(f->old_default), "%s", path);
}

static bool take(struct doctor *d, const char *path, struct found *f, struct containerdtoml *c,
		 unsigned depth)
{
	glob_t imports;
	bool ok = true;

	if (!read_file(d, path, c))
		return false;
	lay_over(f, c, path);
	containerd_imports(c, &imports);
	for (size_t i = 0; i < imports.gl_pathc && depth < DEPTH_MAX; i++) {
		struct containerdtoml imported;

		ok = take(d, imports.gl_pathv[i], f, &imported, depth + 1) && ok;
	}
	globfree(&imports);
	return ok;
}

void doctor_containerd(struct doctor *d)
{
	struct containerdtoml c;
	struct found f = {0};

	if (!take(d, WIRING_CONTAINERD_TOML, &f, &c, 0))
		return;
	if (c.cri_disabled) {
		doctor_say(d, LEVEL_OK, ENGINE_CONTAINERD, "runtime",
			   "its CRI plugin is switched off: no pods to be judged");
		return;
	}
	if (!c.plugin && c.version != 2)
		doctor_say(d, LEVEL_WARN, ENGINE_CONTAINERD, "conf-version",
			   WIRING_CONTAINERD_TOML
			   ": this version of the file is not known\tcontainerd config migrate");
	if (f.old_default[0])
		doctor_say(d, LEVEL_BAD, ENGINE_CONTAINERD, "runtime-default",
			   "%.150s has the old table default_runtime, which beats "
			   "default_runtime_name\ttake it out",
			   f.old_default);
	else if (!f.binary.p || !capgate_text_is(f.binary, WIRING_WRAPPER))
		doctor_say(d, LEVEL_BAD, ENGINE_CONTAINERD, "runtime-named",
			   "no runtime \"" WIRING_NAME "\" with BinaryName " WIRING_WRAPPER
			   " is defined\tcapgate configure containerd");
	else if (!f.fallback.p || !capgate_text_is(f.fallback, WIRING_NAME))
		doctor_say(d, LEVEL_BAD, ENGINE_CONTAINERD, "runtime-default",
			   "the default runtime is \"%.*s\", not capgate (%.150s)\tcapgate "
			   "configure containerd",
			   f.fallback.p ? (int)f.fallback.len : 4,
			   f.fallback.p ? f.fallback.p : "runc",
			   f.fallback_source[0] ? f.fallback_source : "built in");
	else {
		doctor_say(d, LEVEL_OK, ENGINE_CONTAINERD, "runtime",
			   "its configuration makes capgate the default runtime");
		doctor_canary_wrapper(d, ENGINE_CONTAINERD);
	}
}
