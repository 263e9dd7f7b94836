/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy test DIR: users' own tests of their policy.  Each directory in DIR has a
 * config.json (or a process.json, as for exec) and an expect.json with the expected
 * decision.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hook/cli/cli.h"
#include "hook/gate/gate.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "lib/json/json.h"
#include "policy.h"

enum {
	EXPECT_NONE,
	EXPECT_VERDICT,
	EXPECT_STATUS,
	EXPECT_REMOVED,
	EXPECT_EXEMPTION,
	EXPECT_TODAY,
	EXPECT_BUNDLE,
	EXPECT_IMAGE,
	EXPECT_LEARN,
};

static const struct capgate_shape shape = {
	.types = CAPGATE_T_OBJECT,
	.closed = true,
	.members =
		(const struct capgate_member[]){
			{"verdict", STRING(EXPECT_VERDICT)},
			{"status", SHAPE(.types = CAPGATE_T_NUMBER, .field = EXPECT_STATUS)},
			{"removed", SHAPE(.types = CAPGATE_T_ARRAY, .field = EXPECT_REMOVED,
					  .each = STRING(EXPECT_REMOVED))},
			{"exemptions", SHAPE(.types = CAPGATE_T_ARRAY, .field = EXPECT_EXEMPTION,
					     .each = STRING(EXPECT_EXEMPTION))},
			{"now",
			 SHAPE(.types = CAPGATE_T_NUMBER, .field = EXPECT_TODAY,
			       .expected = "a number: seconds since 1970, as printed by date +%s")},
			{"bundle", STRING(EXPECT_BUNDLE)},
			{"image", STRING(EXPECT_IMAGE)},
			{"learn", SHAPE(.types = CAPGATE_T_BOOL, .field = EXPECT_LEARN)},
			{0},
		},
};

#define EXPECTED_EXEMPTIONS 8

struct expected {
	struct capgate_text verdict;
	int status; /* -1: not given */
	bool has_removed, has_exemptions, has_learn, learn;
	capgate_set removed;
	struct capgate_text exemptions[EXPECTED_EXEMPTIONS];
	size_t n_exemptions;
	struct capgate_scene scene;
};

static int fail_value(const struct capgate_walk *walk, const struct capgate_json_event *event,
		      const char *words)
{
	return capgate_walk_fail(walk, CAPGATE_EINVALID, CAPGATE_RULE_WRONG_TYPE, event->at.off,
				 "%s", words);
}

static int read_member(void *user, const struct capgate_walk *walk, int field,
		       const struct capgate_json_event *event)
{
	struct expected *x = user;
	uint64_t number;
	int cap;

	switch (field) {
	case EXPECT_VERDICT:
		for (int v = CAPGATE_REFUSE; v <= CAPGATE_PASS; v++)
			if (capgate_text_is(event->text,
					    capgate_verdict_name((enum capgate_verdict)v)))
				x->verdict = event->text;
		return x->verdict.len
			       ? 0
			       : fail_value(walk, event,
					    "this must be \"pass\", \"strip\" or \"refuse\"");
	case EXPECT_STATUS:
		if (!capgate_json_uint(event->text, 255, &number))
			return fail_value(walk, event, "this must be an exit status");
		x->status = (int)number;
		return 0;
	case EXPECT_REMOVED:
		x->has_removed = true;
		if (event->kind != CAPGATE_JSON_STRING)
			return 0; /* the list itself */
		cap = capgate_cap_lenient(event->text);
		if (cap < 0)
			return fail_value(walk, event, "this is not a capability");
		x->removed = capgate_set_or(x->removed, capgate_set_of(cap));
		return 0;
	case EXPECT_EXEMPTION:
		x->has_exemptions = true;
		if (event->kind != CAPGATE_JSON_STRING)
			return 0;
		if (x->n_exemptions == EXPECTED_EXEMPTIONS)
			return fail_value(walk, event, "at most eight exemptions can be expected");
		x->exemptions[x->n_exemptions++] = event->text;
		return 0;
	case EXPECT_TODAY:
		if (!capgate_json_uint(event->text, INT64_MAX, &number))
			return fail_value(walk, event, "this must be seconds since 1970");
		x->scene.now = (int64_t)number;
		return 0;
	case EXPECT_LEARN:
		x->has_learn = true;
		x->learn = event->truth;
		return 0;
	case EXPECT_BUNDLE:
		x->scene.bundle = event->text;
		return 0;
	default:
		x->scene.image = event->text;
		return 0;
	}
}

static int read_expected(const char *path, struct capgate_arena *arena, struct expected *ret,
			 struct capgate_error *err)
{
	struct expected x = {.status = -1};
	struct capgate_text text;
	int status = input_read(path, CAPGATE_TEXT_MAX, &text, err);

	if (status == 0)
		status = capgate_walk_text(text, (struct capgate_json_options){.comments = true},
					   &shape, arena, read_member, &x, err);
	if (status < 0)
		return status;
	if (x.verdict.len == 0)
		return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_MISSING, CAPGATE_NOWHERE,
				    "%.150s does not say which \"verdict\" it expects", path);
	*ret = x;
	return 0;
}

static bool exempted_by(const struct capgate_report *r, struct capgate_text id)
{
	for (size_t i = 0; i < r->n_findings; i++)
		if (r->findings[i].rule == CAPGATE_RULE_EXEMPT &&
		    capgate_text_equal(r->findings[i].subject, id))
			return true;
	return false;
}

static bool same_exemptions(const struct expected *x, const struct capgate_report *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_findings; i++)
		n += r->findings[i].rule == CAPGATE_RULE_EXEMPT;
	for (size_t i = 0; i < x->n_exemptions; i++)
		if (!exempted_by(r, x->exemptions[i]))
			return false;
	return n == x->n_exemptions;
}

/* Writes the differences from the expectation to out; nothing if there are none. */
static void compare(const struct expected *x, const struct capgate_report *r, bool records,
		    struct capgate_out *out)
{
	capgate_set removed = capgate_set_union(r->removed);

	if (!capgate_text_is(x->verdict, capgate_verdict_name(r->verdict)))
		capgate_out_format(out, " the verdict is %s, not %.*s;",
				   capgate_verdict_name(r->verdict), (int)x->verdict.len,
				   x->verdict.p);
	if (x->status >= 0 && x->status != r->exit_status)
		capgate_out_format(out, " the status is %d, not %d;", r->exit_status, x->status);
	if (x->has_removed && !capgate_set_same(x->removed, removed)) {
		capgate_out_string(out, " removed is ");
		capgate_out_set(out, removed, " ");
		capgate_out_string(out, ";");
	}
	if (x->has_exemptions && !same_exemptions(x, r))
		capgate_out_string(out, " other exemptions apply;");
	if (x->has_learn && x->learn != records)
		capgate_out_format(out, " it is %srecorded;", records ? "" : "not ");
}

/* 0: as expected; 1: not; negative: could not be judged. */
static int test_one(const struct policy_options *options, const char *dir, const char *name,
		    struct capgate_error *err)
{
	char path[PATH_MAX], buf[1024], line[1400];
	struct capgate_arena arena, for_policy;
	struct capgate_policy policy;
	struct capgate_report report;
	struct capgate_spec spec = {0};
	struct capgate_text text;
	struct expected x = {0};
	struct capgate_out differs = {buf, sizeof(buf) - 1, 0}, out = {line, sizeof(line), 0};
	enum capgate_kind kind = CAPGATE_CONFIG;
	int status = io_arena(POLICY_TEXT_MAX, &for_policy, err);

	if (status == 0)
		status = options->policy ? policy_read(options->policy, &for_policy, &policy, err)
					 : policy_load(NULL, &for_policy, &policy, err);
	snprintf(path, sizeof(path), "%s/%s/expect.json", dir, name);
	if (status == 0)
		status = read_expected(path, &for_policy, &x, err);
	snprintf(path, sizeof(path), "%s/%s/process.json", dir, name);
	if (access(path, F_OK) == 0)
		kind = CAPGATE_PROCESS;
	else
		snprintf(path, sizeof(path), "%s/%s/config.json", dir, name);
	if (status == 0)
		status = input_read(path, policy.max_bytes, &text, err);
	if (status == 0)
		status = io_arena(text.len, &arena, err);
	if (status < 0)
		return status;
	if (x.scene.now == 0)
		x.scene.now = policy.scene.now;
	policy.scene = x.scene;
	capgate_assess(text, kind, &policy, &arena, &spec, &report);
	compare(&x, &report, capgate_policy_records(&policy, &spec, &policy.scene), &differs);
	buf[differs.len < differs.size ? differs.len : differs.size] = '\0';
	capgate_out_string(&out, buf[0] ? "not ok " : "ok ");
	capgate_out_visible(&out, capgate_text_of(name));
	if (buf[0])
		capgate_out_format(&out, ":%s", buf);
	if (out.len < out.size && buf[0] && line[out.len - 1] == ';')
		out.len--;
	capgate_out_string(&out, "\n");
	io_arena_release(&arena);
	io_arena_release(&for_policy);
	io_free(text);
	status = io_write_all(STDOUT_FILENO, capgate_out_text(&out), err);
	return status < 0 ? status : buf[0] != '\0';
}

static int is_fixture(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int policy_test(const struct policy_options *options, const char *directory)
{
	struct dirent **entries;
	int n = scandir(directory, &entries, is_fixture, alphasort), worst = STATUS_OK, judged = 0;
	struct capgate_error err;

	if (n < 0) {
		io_fail(&err, "cannot list", directory);
		io_say_error("policy test", &err);
		return STATUS_NOT_JUDGED;
	}
	for (int i = 0; i < n; i++) {
		char path[PATH_MAX];
		int status;

		snprintf(path, sizeof(path), "%s/%s/expect.json", directory, entries[i]->d_name);
		if (access(path, F_OK) < 0 && errno == ENOENT)
			continue; /* not a test */
		judged++;
		status = test_one(options, directory, entries[i]->d_name, &err);
		if (status < 0) {
			io_say_error(path, &err);
			status = STATUS_NOT_JUDGED;
		}
		if (status > worst)
			worst = status;
	}
	for (int i = 0; i < n; i++)
		free(entries[i]);
	free(entries);
	if (judged == 0) {
		io_say("policy test: no directory in %s holds an expect.json", directory);
		return STATUS_NOT_JUDGED;
	}
	return worst;
}
