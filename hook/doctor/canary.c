/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls the registered hooks and wrappers exactly as the engine would, with a specification
 * that requests a capability that the policy refuses.  No container is made, because its root
 * file system does not exist.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hook/cli/cli.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "doctor.h"

#define OUTPUT_MAX (64 << 10)
#define SECONDS 5

struct canary {
	char dir[64];	      /* temporary; contains bundle/config.json */
	char config[2048];
	char state[512];
	pid_t child;
};

static const char *canary_name(const struct doctor *d)
{
	return capgate_cap_info(d->canary)->name;
}

static void write_config(const struct doctor *d, struct canary *c)
{
	char list[64];

	snprintf(list, sizeof(list), "[\"CAP_KILL\",\"%s\"]", canary_name(d));
	snprintf(c->config, sizeof(c->config),
		 "{\"ociVersion\":\"1.0.2\",\"process\":{\"terminal\":false,\"user\":{\"uid\":0,"
		 "\"gid\":0},\"args\":[\"/canary\"],\"env\":[],\"cwd\":\"/"
		 "\",\"capabilities\":{\"bounding\":%s,\"effective\":%s,\"inheritable\":%s,"
		 "\"permitted\":%s,\"ambient\":%s}},\"root\":{\"path\":\"no-such-rootfs\"},"
		 "\"hostname\":\"canary\",\"mounts\":[{\"destination\":\"/"
		 "proc\",\"type\":\"proc\"}],\"linux\":{\"cgroupsPath\":\"/"
		 "capgate/" WIRING_CANARY_ID "\",\"namespaces\":[{\"type\":\"pid\"},{\"type\":"
		 "\"mount\"},{\"type\":\"network\"}]}}\n",
		 list, list, list, list, list);
}

static bool canary_begin(struct doctor *d, enum engine e, struct canary *c)
{
	*c = (struct canary){.child = -1};
	if (!d->has_policy || d->canary < 0 || d->policy.mode == CAPGATE_AUDIT)
		return false; /* nothing would be refused; the policy's check reports this */
	write_config(d, c);
	if (scratch_make(c->dir, sizeof(c->dir)) && scratch_put(c->dir, "config.json", c->config))
		return true;
	doctor_say(d, LEVEL_WARN, e, "canary", "not tried: neither /run nor /tmp is writable");
	scratch_remove(c->dir);
	return false;
}

static void canary_end(struct canary *c)
{
	scratch_remove(c->dir);
	if (c->child > 0) {
		kill(c->child, SIGKILL);
		waitpid(c->child, NULL, 0);
	}
}

static void write_state(struct canary *c, const char *status, long pid)
{
	snprintf(c->state, sizeof(c->state),
		 "{\"ociVersion\":\"1.0.2\",\"id\":\"" WIRING_CANARY_ID
		 "\",\"status\":\"%s\",\"pid\":%ld,\"bundle\":\"%s\",\"annotations\":{}}",
		 status, pid, c->dir);
}

static bool is_refusal(int status)
{
	return status >= STATUS_NET_RAW && status <= STATUS_AMBIGUOUS;
}

/* Does the specification that precreate printed pass the policy? */
static bool is_clean(struct doctor *d, struct capgate_text out)
{
	struct capgate_report report = {0};

	capgate_assess(out, CAPGATE_CONFIG, &d->policy, &d->arena, NULL, &report);
	return report.verdict == CAPGATE_PASS;
}

static void say_answer(struct doctor *d, enum engine e, const struct hook_file *h,
		       const struct spawn_result *r, bool clean)
{
	const char *word = h->n_args > 1 ? h->args[1] : "without a stage";

	if (r->timed_out)
		doctor_say(d, LEVEL_BAD, e, "canary",
			   "%.200s: no answer within five seconds\tcapgate configure %s", h->path,
			   wiring_engine_name(e));
	else if (is_refusal(r->status))
		doctor_say(d, LEVEL_OK, e, "canary", "%s refuses a container that asks for %s",
			   word, canary_name(d));
	else if (r->status == 0 && clean)
		doctor_say(d, LEVEL_OK, e, "canary",
			   "%s removes %s from a container that asks for it", word, canary_name(d));
	else if (r->status == 0)
		doctor_say(
			d, LEVEL_BAD, e, "canary",
			"%.200s: lets a container through that asks for %s\tcapgate configure %s",
			h->path, canary_name(d), wiring_engine_name(e));
	else
		doctor_say(d, LEVEL_BAD, e, "canary",
			   "%.200s: the hook fails with status %d before it judges: no container "
			   "starts\tcapgate configure %s",
			   h->path, r->status, wiring_engine_name(e));
}

/* Starts a process with the canary's capability, for poststart to measure. */
static bool start_child(struct doctor *d, struct canary *c)
{
	unsigned long long effective = 0;
	char line[256];
	FILE *f = fopen("/proc/self/status", "re");

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "CapEff: %llx", &effective) == 1)
			break;
	if (f)
		fclose(f);
	if (!(effective >> d->canary & 1))
		return false;
	c->child = fork();
	if (c->child == 0) {
		alarm(60);
		for (;;)
			pause();
	}
	return c->child > 0;
}

void doctor_canary_hook(struct doctor *d, enum engine e, const struct hook_file *h)
{
	static char out[OUTPUT_MAX];
	const char *argv[HOOK_ARGS + 1] = {h->program};
	struct spawn_result r;
	struct capgate_error err;
	struct canary c;
	bool filter = h->stages & STAGE_PRECREATE;

	if (!canary_begin(d, e, &c))
		return;
	if (h->stages & STAGE_POSTSTART && !start_child(d, &c)) {
		canary_end(&c);
		return; /* no /proc (reported already), or this process lacks the capability */
	}
	write_state(&c, c.child > 0 ? "running" : "creating",
		    c.child > 0 ? (long)c.child : (long)getpid());
	for (size_t i = 0; i < h->n_args; i++)
		argv[i] = h->args[i];
	if (spawn_filter(h->program, argv, capgate_text_of(filter ? c.config : c.state), out,
			 sizeof(out), SECONDS, &r, &err) < 0)
		doctor_say(d, LEVEL_BAD, e, "canary", "%.200s", err.msg);
	else
		say_answer(d, e, h, &r,
			   filter && r.status == 0 &&
				   is_clean(d, (struct capgate_text){out, r.out}));
	canary_end(&c);
}

/* ---- The wrapper, as containerd's shim calls it ------------------------------------- */

static bool was_rewritten(struct doctor *d, const struct canary *c)
{
	char path[96];
	bool missing;
	struct capgate_text text;

	snprintf(path, sizeof(path), "%s/config.json", c->dir);
	text = place_text(&d->arena, path, &missing);
	return text.p && !capgate_text_is(text, c->config) && is_clean(d, text);
}

/* Was this wrapper tried already?  Several handlers may have the same one. */
static bool tried(enum engine e, const char *path)
{
	static struct {
		enum engine engine;
		char path[CONF_PATH];
	} seen[64];
	static size_t n;

	for (size_t i = 0; i < n; i++)
		if (seen[i].engine == e && strcmp(seen[i].path, path) == 0)
			return true;
	if (n < COUNT(seen)) {
		seen[n].engine = e;
		snprintf(seen[n++].path, CONF_PATH, "%s", path);
	}
	return false;
}

void doctor_canary_wrapper(struct doctor *d, enum engine e, const char *wrapper)
{
	const char *name = strrchr(wrapper, '/') + 1;
	char root[96], log[96], pid[96], words[4096];
	const char *argv[] = {
		wrapper,  "--root",   root, "--log",      log, "--log-format",   "json",
		"create", "--bundle", NULL, "--pid-file", pid, WIRING_CANARY_ID, NULL};
	struct spawn_result r;
	struct capgate_error err;
	struct canary c;

	if (access(wrapper, X_OK) < 0 || !d->has_proc || tried(e, wrapper) ||
	    !canary_begin(d, e, &c))
		return; /* reported already */
	snprintf(root, sizeof(root), "%s/root", c.dir);
	snprintf(log, sizeof(log), "%s/log.json", c.dir);
	snprintf(pid, sizeof(pid), "%s/pid", c.dir);
	argv[9] = c.dir;
	if (spawn_run(wrapper, argv, (struct capgate_text){0}, words, sizeof(words), 4 * SECONDS,
		      &r, &err) < 0)
		doctor_say(d, LEVEL_BAD, e, "canary", "%.200s", err.msg);
	else if (was_rewritten(d, &c))
		doctor_say(d, LEVEL_OK, e, "canary",
			   "%s removes %s from a container that asks for it", name, canary_name(d));
	else if (r.status != 0 && strstr(words, "capgate") && strstr(words, canary_name(d)))
		doctor_say(d, LEVEL_OK, e, "canary", "%s refuses a container that asks for %s",
			   name, canary_name(d));
	else if (r.status != 0 && strstr(words, "capgate: refused"))
		doctor_say(d, LEVEL_BAD, e, "canary",
			   "%.60s fails before it judges, so no container starts: %.200s\tcorrect "
			   "what it names",
			   name, words);
	else
		doctor_say(d, LEVEL_BAD, e, "canary",
			   "%.60s lets a container through that asks for %s (status %d: "
			   "%.100s)\tcapgate configure %s",
			   name, canary_name(d), r.status, words, wiring_engine_name(e));
	canary_end(&c);
}
