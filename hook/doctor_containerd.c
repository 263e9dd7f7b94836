/* SPDX-License-Identifier: Apache-2.0 */
/* containerd: config.toml, and the drop-ins that it imports. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "containerdtoml.h"
#include "doctor.h"

struct found {
	struct capgate_text fallback, binary;
	char fallback_source[DOCTOR_PATH];
};

static bool take(struct doctor *d, const char *path, struct found *f, struct containerdtoml *c)
{
	struct capgate_error err;
	bool missing;
	struct capgate_text text = doctor_read(d, path, &missing);

	if (!missing && (!text.p || containerdtoml_parse(text, &d->arena, c, &err) < 0)) {
		doctor_say(d, LEVEL_BAD, ENGINE_CONTAINERD, "conf-valid", "%.150s: %.150s\tmend it", path,
			   text.p ? err.msg : "it cannot be read");
		return false;
	}
	if (missing)
		*c = (struct containerdtoml){.version = 2};
	if (c->has_fallback) {
		f->fallback = c->fallback;
		snprintf(f->fallback_source, sizeof(f->fallback_source), "%s", path);
	}
	if (c->binary.p)
		f->binary = c->binary;
	return true;
}

static int is_toml(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 5 && strcmp(e->d_name + n - 5, ".toml") == 0;
}

static bool take_dropins(struct doctor *d, struct found *f)
{
	struct dirent **names;
	int n = scandir(WIRING_CONTAINERD_DROPIN_DIR, &names, is_toml, alphasort);
	bool ok = true;

	for (int i = 0; i < n; i++) {
		struct containerdtoml c;
		char path[DOCTOR_PATH];

		snprintf(path, sizeof(path), WIRING_CONTAINERD_DROPIN_DIR "/%.255s", names[i]->d_name);
		ok = take(d, path, f, &c) && ok;
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return ok;
}

void doctor_containerd(struct doctor *d)
{
	struct containerdtoml c;
	struct found f = {0};

	if (!take(d, WIRING_CONTAINERD_TOML, &f, &c) || (c.imports_conf_d && !take_dropins(d, &f)))
		return;
	if (c.cri_disabled) {
		doctor_say(d, LEVEL_OK, ENGINE_CONTAINERD, "runtime", "its CRI plugin is switched off: no pods to be judged");
		return;
	}
	if (!c.plugin && c.version != 2)
		doctor_say(d, LEVEL_WARN, ENGINE_CONTAINERD, "conf-version", WIRING_CONTAINERD_TOML ": this version of the file is not known\t"
			   "containerd config migrate");
	if (!f.binary.p || !capgate_text_is(f.binary, WIRING_WRAPPER))
		doctor_say(d, LEVEL_BAD, ENGINE_CONTAINERD, "runtime-named", "no runtime \"" WIRING_NAME "\" with BinaryName " WIRING_WRAPPER
			   " is defined\tcapgate configure containerd");
	else if (!f.fallback.p || !capgate_text_is(f.fallback, WIRING_NAME))
		doctor_say(d, LEVEL_BAD, ENGINE_CONTAINERD, "runtime-default", "the default runtime is \"%.*s\", not capgate (%.150s)\t"
			   "capgate configure containerd", f.fallback.p ? (int)f.fallback.len : 4, f.fallback.p ? f.fallback.p : "runc",
			   f.fallback_source[0] ? f.fallback_source : "built in");
	else {
		doctor_say(d, LEVEL_OK, ENGINE_CONTAINERD, "runtime", "its configuration makes capgate the default runtime");
		doctor_canary_wrapper(d, ENGINE_CONTAINERD);
	}
}
