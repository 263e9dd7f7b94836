/* SPDX-License-Identifier: Apache-2.0 */
#include "doctor.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hook/cli/cli.h"
#include "hook/sys/sys.h"
#include "hook/term/term.h"
#include "lib/base/base.h"

static const char *const marks[NLEVELS] = {"✗", "!", "✓"};
static const char *const words[NLEVELS] = {"bad", "warn", "ok"};

struct doctor_options {
	bool json, live;
	const char *root;
};

/* ---- Output ---------------------------------------------------------------------- */

static const char *engine_word(const struct finding *f)
{
	return f->engine < NENGINES ? wiring_engine_name((enum engine)f->engine) : "capgate";
}

static size_t count_level(const struct doctor *d, enum level level)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n; i++)
		n += d->v[i].level == level;
	return n;
}

static void fill_text(void *user, struct capgate_out *out)
{
	const struct doctor *d = user;

	for (size_t i = 0; i < d->n; i++) {
		const struct finding *f = &d->v[i];

		capgate_out_format(out, "%s %s: ", marks[f->level], engine_word(f));
		capgate_out_visible(out, capgate_text_of(f->text));
		if (f->cure[0]) {
			capgate_out_string(out, "\n    cure: ");
			capgate_out_visible(out, capgate_text_of(f->cure));
		}
		capgate_out_string(out, "\n");
	}
	capgate_out_format(out, "%zu ✓, %zu !, %zu ✗\n", count_level(d, LEVEL_OK),
			   count_level(d, LEVEL_WARN), count_level(d, LEVEL_BAD));
}

static void fill_json(void *user, struct capgate_out *out)
{
	const struct doctor *d = user;

	capgate_out_format(out, "{\"capgate\":1,\"ok\":%s,\"findings\":[",
			   count_level(d, LEVEL_BAD) ? "false" : "true");
	for (size_t i = 0; i < d->n; i++) {
		const struct finding *f = &d->v[i];

		capgate_out_format(
			out, "%s\n{\"level\":\"%s\",\"engine\":\"%s\",\"check\":\"%s\",\"text\":",
			i ? "," : "", words[f->level], engine_word(f), f->id);
		capgate_out_json(out, capgate_text_of(f->text));
		capgate_out_string(out, ",\"cure\":");
		capgate_out_json(out, capgate_text_of(f->cure));
		capgate_out_string(out, "}");
	}
	capgate_out_string(out, "\n]}\n");
}

/* ---- The command ----------------------------------------------------------------- */

static void examine(struct doctor *d)
{
	doctor_machine(d); /* first, because the others need the policy */
	doctor_program(d);
	doctor_hooks(d);
	if (doctor_looks_at(d, ENGINE_PODMAN))
		doctor_modules(d);
	doctor_closed(d); /* the handlers of containerd and Docker depend on it */
	if (doctor_looks_at(d, ENGINE_DOCKER)) {
		doctor_docker(d);
		doctor_shims(d);
	}
	if (doctor_looks_at(d, ENGINE_CONTAINERD))
		doctor_containerd(d);
	doctor_distributions(d);
	doctor_stores(d);
	doctor_ceiling(d);
	doctor_cache(d);
	doctor_learning(d);
	doctor_alive(d);
	if (d->live)
		doctor_live(d);
	if (d->engines == 0)
		doctor_say(d, LEVEL_BAD, NENGINES, "engine-none",
			   "no engine is found here\tname the engine: capgate doctor podman");
}

static int choose_engines(struct doctor *d, char **names, int n)
{
	for (int i = 0; i < n; i++) {
		enum engine e = wiring_engine_find(names[i]);

		if (e == NENGINES) {
			io_say("doctor: unknown engine '%s'; name " WIRING_ENGINES, names[i]);
			return STATUS_USAGE;
		}
		d->engines |= ENGINE_BIT(e);
	}
	for (int e = 0; n == 0 && e < NENGINES; e++)
		if (wiring_engine_program((enum engine)e))
			d->engines |= ENGINE_BIT(e);
	return OPTIONS_GO;
}

static int doctor_main(const struct command *self, int argc, char **argv)
{
	static struct doctor d;
	struct doctor_options options = {0};
	struct capgate_error err;
	char **names;
	int n, status = options_parse(self, argc, argv, &options, &names, &n);

	if (status != OPTIONS_GO)
		return status;
	d.proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	d.live = options.live;
	d.other_root = options.root && strcmp(options.root, "/") != 0;
	if (place_enter(options.root, &err) < 0 || io_arena(CAPGATE_TEXT_MAX, &d.arena, &err) < 0) {
		io_say("doctor: %s", err.msg);
		return STATUS_NOT_JUDGED;
	}
	status = choose_engines(&d, names, n);
	if (status != OPTIONS_GO)
		return status;
	examine(&d);
	if (outbuf_print(options.json ? fill_json : fill_text, &d, &err) < 0) {
		io_say("doctor: %s", err.msg);
		return STATUS_NOT_JUDGED;
	}
	return count_level(&d, LEVEL_BAD) ? STATUS_FINDINGS : STATUS_OK;
}

static const struct opt opts[] = {
	{"json", 'j', OPT_FLAG, offsetof(struct doctor_options, json), NULL,
	 "print the findings as one JSON object"},
	{"live", 'l', OPT_FLAG, offsetof(struct doctor_options, live), NULL,
	 "start a real container through the engine and read its sets"},
	{"root", 0, OPT_STRING, offsetof(struct doctor_options, root), "DIR",
	 "examine the system below DIR"},
	{0},
};

const struct command command_doctor = {
	.name = "doctor",
	.operands = "[ENGINE...]",
	.summary = "prove that containers are judged, or report what is wrong and how to fix it",
	.details =
		"ENGINE is " WIRING_ENGINES ";\n"
		"without it, every engine that is found.\n"
		"✓: correct; !: a warning; ✗: a fault, with which containers are not judged,\n"
		"or none starts.  The registered commands are run as the engine would run them,\n"
		"with a specification that must not pass.\n"
		"Exit status: 0 no ✗, 1 some, 2 something could not be judged.",
	.options = opts,
	.run = doctor_main,
};
