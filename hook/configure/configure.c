/* SPDX-License-Identifier: Apache-2.0 */
/*
 * configure: wire capgate into an engine.  Engines silently skip a hook whose program is
 * missing.  So the program is installed before the files that name it, and removed after
 * them.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/cli/cli.h"
#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "configure.h"
#include "wraps.h"

struct configure_options {
	bool dry_run, undo, all, hooks_only, close_runc;
	const char *root;
};

/* The engines that have a drop-in of ours. */
static unsigned wired(void)
{
	return (place_exists(WIRING_CONTAINERS_CONF) ? ENGINE_BIT(ENGINE_PODMAN) : 0) |
	       (place_exists(WIRING_CRIO_CONF) ? ENGINE_BIT(ENGINE_CRIO) : 0);
}

/* Installs the program that engines start and, for a wrapper, the link beside it. */
static int plan_program(struct plan *plan, struct capgate_text program, bool wrapper,
			struct capgate_error *err)
{
	if (plan_write(plan, WIRING_PROGRAM, 0755, program, err) < 0)
		return err->code;
	if (!wrapper)
		return 0;
	return plan_link(plan, WIRING_WRAPPER, "capgate", err);
}

static int plan_dropins(struct plan *plan, unsigned engines, bool pause, struct capgate_error *err)
{
	const struct wiring_file *f;
	int status = 0;

	for (size_t i = 0; status == 0 && (f = wiring_file_at(i)); i++) {
		if (!(f->engines & engines))
			continue;
		if (f->refuses && pause)
			status = plan_pause(plan, false, err);
		if (status == 0)
			status = configure_dropin(plan, f->path, f->text, err);
	}
	return status;
}

/* Does not remove a file that another engine still needs. */
static int plan_undo_dropins(struct plan *plan, unsigned engines, unsigned meant, bool pause,
			     struct capgate_error *err)
{
	unsigned stay = wired() & ~meant;
	const struct wiring_file *f;
	size_t n = 0;
	int status = 0;

	while (wiring_file_at(n))
		n++;
	while (status == 0 && n-- > 0) {
		f = wiring_file_at(n);
		if (!(f->engines & engines) || f->engines & stay)
			continue;
		status = configure_undo_dropin(plan, f->path, f->text, err);
		if (status == 0 && f->refuses && pause)
			status = plan_pause(plan, true, err);
	}
	return status;
}

static int plan_engine(struct plan *plan, struct wraps *wraps, enum engine e,
		       const struct configure_options *options, struct capgate_error *err)
{
	switch (e) {
	case ENGINE_DOCKER:
		return configure_docker(plan, wraps, options->undo, err);
	case ENGINE_CONTAINERD:
		return configure_containerd(plan, wraps, options->undo, err);
	case ENGINE_CRIO:
		return configure_crio(plan, wraps, options->undo, err);
	case ENGINE_K3S:
	case ENGINE_RKE2:
	case ENGINE_K0S:
	case ENGINE_MICROK8S:
		return configure_distribution(plan, wraps, e, options->undo, err);
	default:
		if (configure_podman(plan, wraps, options->hooks_only, options->undo, err) < 0)
			return err->code;
		if (!options->undo)
			plan_note(plan, "podman: no daemon to restart; containers that run now "
					"were not judged: restart them");
		return 0;
	}
}

/* The plan for the engine e, which is one of engines. */
static int make_plan(struct plan *plan, enum engine e, unsigned engines,
		     const struct configure_options *options, struct capgate_text program,
		     struct capgate_error *err)
{
	static struct wraps wraps;
	/* Below another root no containers are starting. */
	bool undo = options->undo, pause = !options->root;
	bool wrapper = e != ENGINE_PODMAN || !options->hooks_only;
	size_t at, from;
	int status = wraps_open(&wraps, err);

	if (undo)
		status = 0; /* undo works without runtime.json */
	else if (status == 0)
		status = plan_program(plan, program, wrapper, err);
	at = plan->n_steps;
	if (status == 0)
		status = undo ? plan_undo_dropins(plan, ENGINE_BIT(e), engines, pause, err)
			      : plan_dropins(plan, ENGINE_BIT(e), pause, err);
	if (status == 0)
		status = plan_engine(plan, &wraps, e, options, err);
	if (status == 0 && (e == ENGINE_DOCKER || e == ENGINE_CONTAINERD))
		status = undo                  ? configure_open(plan, e, err)
			 : options->close_runc ? configure_close(plan, &wraps, e, err)
					       : 0;
	from = plan->n_steps;
	if (status == 0 && !undo && wrapper)
		status = wraps_plan(&wraps, plan, err);
	/* Links and runtime.json must exist before a file names them. */
	plan_move(plan, from, at);
	return status;
}

/* The engines that the command line names, or with --all those that are installed. */
static unsigned choose_engines(const struct configure_options *options, char **words, int n)
{
	unsigned engines = 0;

	for (int e = 0; options->all && e < NENGINES; e++)
		if (wiring_engine_program((enum engine)e))
			engines |= ENGINE_BIT(e);
	for (int i = 0; i < n; i++)
		engines |= ENGINE_BIT(wiring_engine_find(words[i]));
	return engines;
}

static int fail_words(const struct configure_options *options, char **words, int n)
{
	for (int i = 0; i < n; i++)
		if (wiring_engine_find(words[i]) == NENGINES) {
			io_say("configure: unknown engine '%s'; name " WIRING_ENGINES, words[i]);
			return STATUS_USAGE;
		}
	if (n == 0 && !options->all) {
		io_say("configure: name an engine (" WIRING_ENGINES ") or use --all");
		return STATUS_USAGE;
	}
	return OPTIONS_GO;
}

static void tell_failure(unsigned engines, unsigned failed)
{
	char lists[2][96] = {"", ""};

	for (int e = 0; e < NENGINES; e++)
		if (engines & ENGINE_BIT(e)) {
			char *list = lists[(failed & ENGINE_BIT(e)) != 0];
			size_t len = strlen(list);

			snprintf(list + len, sizeof(lists[0]) - len, " %s",
				 wiring_engine_name((enum engine)e));
		}
	io_say("configure: done:%s; not done:%s", lists[0][0] ? lists[0] : " none", lists[1]);
}

/* crun must not give containers a filter that it compiled before capgate judged them. */
static int clear_cache(void *user, const char *root, struct capgate_error *err)
{
	(void)user;
	return filtercache_clear(root, err);
}

/* Wires one engine after the other.  If one fails, the others are wired all the same. */
static int configure_each(unsigned engines, const struct configure_options *options,
			  struct capgate_text program)
{
	static struct plan plans[NENGINES];
	bool several = engines & (engines - 1);
	struct capgate_error err;
	unsigned failed = 0;
	size_t n = 0;

	for (int e = 0; e < NENGINES; e++) {
		if (!(engines & ENGINE_BIT(e)))
			continue;
		if (make_plan(&plans[n], (enum engine)e, engines, options, program, &err) == 0 &&
		    plan_carry_out(plans, n + 1, options->dry_run, &err) == 0) {
			n++;
			continue;
		}
		io_say("configure: %s%s%s%s", several ? wiring_engine_name((enum engine)e) : "",
		       several ? ": " : "", err.msg,
		       geteuid() ? "; run it as root: sudo capgate configure" : "");
		failed |= ENGINE_BIT(e);
		plans[n] = (struct plan){0};
	}
	if (plan_tell_notes(plans, n,
			    options->undo
				    ? "the program stays in " CAPGATE_HOOKSDIR
				      ": without it, containers that still name it would not start"
				    : "prove it: capgate doctor",
			    &err) < 0) {
		io_say("configure: %s", err.msg);
		return STATUS_SYSTEM;
	}
	if (!options->dry_run && !options->undo && filtercache_each(clear_cache, NULL, &err) < 0) {
		io_say("configure: %s", err.msg);
		return STATUS_SYSTEM;
	}
	if (failed && several)
		tell_failure(engines, failed);
	return failed ? STATUS_SYSTEM : STATUS_OK;
}

static int configure(const struct command *self, int argc, char **argv)
{
	struct configure_options options = {0};
	struct capgate_text program = {0};
	struct capgate_error err;
	unsigned engines;
	char **words;
	int n, status = options_parse(self, argc, argv, &options, &words, &n);

	if (status == OPTIONS_GO)
		status = fail_words(&options, words, n);
	if (status != OPTIONS_GO)
		return status;
	umask(022); /* everybody may read the files that configure writes */
	if ((!options.undo && configure_program(&program, &err) < 0) ||
	    place_enter(options.root, &err) < 0) {
		io_say("configure: %s", err.msg);
		return STATUS_SYSTEM;
	}
	engines = choose_engines(&options, words, n);
	if (engines == 0) {
		io_say("configure: found no engine; name the one that you are going to install");
		return STATUS_FINDINGS;
	}
	return configure_each(engines, &options, program);
}

static const struct opt opts[] = {
	{"all", 'a', OPT_FLAG, offsetof(struct configure_options, all), NULL,
	 "configure every engine that is found"},
	{"dry-run", 'n', OPT_FLAG, offsetof(struct configure_options, dry_run), NULL,
	 "show what would be written; change nothing"},
	{"close-runc", 0, OPT_FLAG, offsetof(struct configure_options, close_runc), NULL,
	 "docker, containerd: also replace the runc that they find in PATH"},
	{"hooks-only", 0, OPT_FLAG, offsetof(struct configure_options, hooks_only), NULL,
	 "podman: install only the hooks; do not wrap its runtimes"},
	{"root", 0, OPT_STRING, offsetof(struct configure_options, root), "DIR",
	 "work on the system below DIR, for example an image"},
	{"undo", 'u', OPT_FLAG, offsetof(struct configure_options, undo), NULL,
	 "undo it: remove what configure has written"},
	{0},
};

const struct command command_configure = {
	.name = "configure",
	.operands = "[ENGINE...]",
	.summary = "make podman, docker, containerd, cri-o and similar engines use capgate",
	.details = "Installs the program first, then writes drop-in files that name it, each by "
		   "rename.\n"
		   "The files of an engine without drop-ins (docker, containerd before 2.0) are "
		   "edited;\n"
		   "every other byte is kept, and a backup is kept beside each file.  Running it "
		   "again\nchanges nothing.",
	.options = opts,
	.run = configure,
};
