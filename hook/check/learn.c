/* SPDX-License-Identifier: Apache-2.0 */
/* Facts that check reads besides the text: the joined namespace, and the first program in the
 * root file system. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/gate/gate.h"
#include "check.h"

/* The directory that a relative root.path is in; -1: unknown. */
static int open_base(const struct report_item *item)
{
	const char *path = item->path, *slash = strrchr(path, '/');
	char dir[4096];
	struct stat st;

	if (strcmp(path, "-") == 0)
		return -1;
	if (!item->bundle && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (!slash)
		return open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if ((size_t)(slash - path) + 1 >= sizeof(dir))
		return -1;
	memcpy(dir, path, (size_t)(slash - path) + 1);
	dir[slash - path + 1] = '\0';
	return open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* Adds a finding after the others, because it does not decide. */
static void add_finding(struct capgate_report *r, struct capgate_arena *arena,
			enum capgate_rule rule)
{
	struct capgate_finding *v = capgate_arena_alloc(arena, (r->n_findings + 1) * sizeof(*v));

	if (!v)
		return;
	if (r->n_findings)
		memcpy(v, r->findings, r->n_findings * sizeof(*v));
	v[r->n_findings] = (struct capgate_finding){
		.rule = rule, .severity = capgate_rule_info(rule)->severity, .set = -1, .cap = -1};
	r->findings = v;
	r->n_findings++;
}

static bool is_absolute(struct capgate_text path)
{
	return path.len > 0 && path.p[0] == '/';
}

/* Does no path in the specification depend on that directory? */
static bool needs_no_base(const struct capgate_spec *spec)
{
	for (size_t i = 0; i < spec->n_mounts; i++)
		if (spec->mounts[i].bind && !is_absolute(spec->mounts[i].source))
			return false;
	return is_absolute(spec->root_path);
}

void check_learn(struct shown *o, const struct report_item *item, struct capgate_arena *arena)
{
	struct capgate_report *r = &o->report;
	struct netns_known networks;
	int base;

	if (!r->parsed)
		return;
	if (r->verdict != CAPGATE_PASS) {
		netns_learn(o->subject.text, &networks);
		gate_judge_again(o->policy, &(struct image_stores){0}, &networks, arena, &o->spec,
				 r);
	}
	if (!r->parsed || o->plan->kind != CAPGATE_CONFIG || !o->plan->predict)
		return;
	base = needs_no_base(&o->spec) ? -1 : open_base(item);
	predict(&o->spec, r, base, o->plan->deep, o->memory, &o->prediction);
	if (base >= 0)
		close(base);
	if (o->prediction.after == PREDICT_EPERM)
		add_finding(r, arena, CAPGATE_RULE_EXEC_FAILS);
}
