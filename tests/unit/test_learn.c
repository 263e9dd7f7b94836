/* SPDX-License-Identifier: Apache-2.0 */
/* What learning concludes from runs, without any container. */
#include "unit.h"

#include "hook/learn/arguments.h"
#include "hook/learn/creds.h"
#include "hook/learn/filecaps.h"
#include "hook/learn/paste.h"
#include "hook/learn/plan.h"
#include "lib/base/base.h"

/* ---- The plan ---------------------------------------------------------------------- */

#define BIT(cap) (UINT64_C(1) << CAPGATE_CAP_##cap)

/* A container that needs these, or one of alternatives besides; privilege: without it the
 * check passes, and a process keeps more. */
struct made_up {
	uint64_t needs, either, privilege;
	size_t runs, abort_at;
};

static enum outcome try(void *user, capgate_set keep, char why[PLAN_WHY])
{
	struct made_up *m = user;

	m->runs++;
	snprintf(why, PLAN_WHY, "made up");
	if (m->abort_at && m->runs >= m->abort_at)
		return OUTCOME_ABORTED;
	if ((keep.bits & m->needs) != m->needs || (m->either && !(keep.bits & m->either)))
		return OUTCOME_FAILED;
	return (keep.bits & m->privilege) == m->privilege ? OUTCOME_PASSED : OUTCOME_PRIVILEGE;
}

static struct learned learn_with(struct made_up *m, uint64_t used, uint64_t files)
{
	static struct learned learned;
	const uint64_t full = BIT(CHOWN) | BIT(DAC_OVERRIDE) | BIT(FOWNER) | BIT(SETUID) |
			      BIT(SETGID) | BIT(NET_BIND_SERVICE) | BIT(NET_RAW) | BIT(KILL);
	const struct plan plan = {.full = {full},
				  .asked = {used | BIT(KILL)},
				  .used = {used},
				  .files = {files},
				  .try = try,
				  .user = m};

	plan_run(&plan, &learned);
	return learned;
}

START_TEST(what_needs_nothing_takes_one_run)
{
	struct made_up m = {0};
	struct learned l = learn_with(&m, BIT(CHOWN), 0);

	ck_assert_uint_eq(m.runs, 1);
	ck_assert(l.finished && capgate_set_empty(l.keep));
	ck_assert_int_eq(l.verdict[CAPGATE_CAP_CHOWN], VERDICT_SURVIVED);
	ck_assert_int_eq(l.verdict[CAPGATE_CAP_NET_RAW], VERDICT_UNNEEDED);
}
END_TEST

START_TEST(what_the_trace_saw_is_left_out_one_by_one)
{
	struct made_up m = {.needs = BIT(SETUID) | BIT(SETGID)};
	struct learned l = learn_with(&m, BIT(SETUID) | BIT(SETGID) | BIT(CHOWN), 0);

	ck_assert_uint_eq(m.runs, 5);
	ck_assert(l.finished && !l.trace_failed);
	ck_assert_uint_eq(l.keep.bits, m.needs);
	ck_assert_int_eq(l.verdict[CAPGATE_CAP_SETUID], VERDICT_NEEDED);
	ck_assert_str_eq(l.why[CAPGATE_CAP_SETUID], "made up");
	ck_assert_int_eq(l.verdict[CAPGATE_CAP_CHOWN], VERDICT_SURVIVED);
	ck_assert_int_eq(l.verdict[CAPGATE_CAP_KILL], VERDICT_SURVIVED);
	ck_assert_int_eq(l.verdict[CAPGATE_CAP_NET_RAW], VERDICT_UNNEEDED);
}
END_TEST

START_TEST(when_the_traces_set_fails_each_is_left_out_of_the_full_set)
{
	struct made_up m = {.needs = BIT(NET_RAW) | BIT(CHOWN)};
	struct learned l = learn_with(&m, BIT(CHOWN), 0);

	ck_assert(l.finished && l.trace_failed);
	ck_assert_uint_eq(l.keep.bits, m.needs);
	m = (struct made_up){.needs = BIT(NET_RAW)};
	l = learn_with(&m, 0, 0);
	ck_assert(l.finished && l.trace_failed);
	ck_assert_uint_eq(l.keep.bits, m.needs);
}
END_TEST

START_TEST(what_keeps_privilege_down_is_kept)
{
	struct made_up m = {.needs = BIT(SETUID), .privilege = BIT(SETGID)};
	struct learned l = learn_with(&m, BIT(SETUID) | BIT(SETGID), 0);

	ck_assert_uint_eq(l.keep.bits, BIT(SETUID) | BIT(SETGID));
	ck_assert_int_eq(l.verdict[CAPGATE_CAP_SETGID], VERDICT_PRIVILEGE);
}
END_TEST

START_TEST(file_capabilities_are_tried_although_no_trace_shows_them)
{
	struct made_up m = {.needs = BIT(NET_RAW)};
	struct learned l = learn_with(&m, 0, BIT(NET_RAW));

	ck_assert(l.finished && !l.trace_failed);
	ck_assert_uint_eq(m.runs, 3);
	ck_assert_int_eq(l.verdict[CAPGATE_CAP_NET_RAW], VERDICT_FILE);
}
END_TEST

START_TEST(of_alternatives_the_less_dangerous_stays)
{
	struct made_up m = {.either = BIT(NET_RAW) | BIT(CHOWN)};
	struct learned l = learn_with(&m, BIT(NET_RAW) | BIT(CHOWN), 0);

	ck_assert_uint_eq(l.keep.bits, BIT(CHOWN));
	ck_assert_int_eq(l.verdict[CAPGATE_CAP_NET_RAW], VERDICT_SURVIVED);
}
END_TEST

START_TEST(an_interrupted_plan_says_what_passed_and_no_more)
{
	for (size_t at = 1; at <= 6; at++) {
		struct made_up m = {.needs = BIT(SETUID), .abort_at = at};
		struct learned l = learn_with(&m, BIT(SETUID) | BIT(SETGID) | BIT(CHOWN), 0);

		if (l.finished) {
			ck_assert_uint_gt(at, m.runs);
			continue;
		}
		ck_assert_uint_eq(m.runs, at);
		ck_assert_uint_eq(l.keep.bits & BIT(SETUID), BIT(SETUID));
	}
}
END_TEST

/* ---- Credentials ------------------------------------------------------------------- */

#define STATUS(name, uid, gid, groups, caps) \
	"Name:\t" name "\nUid:\t" uid "\t" uid "\t" uid "\t" uid "\nGid:\t" gid "\t" gid "\t" gid \
	"\t" gid "\nGroups:\t" groups " \nCapInh:\t0000000000000000\nCapPrm:\t" caps \
	"\nCapEff:\t" caps "\nCapBnd:\t00000000a80425fb\nCapAmb:\t0000000000000000\n"
#define ROOT STATUS("apache2", "0", "0", "", "00000000a80425fb")
#define LESS STATUS("apache2", "0", "0", "", "00000000a80425bb")
#define WORKER STATUS("apache2", "33", "33", "33", "0000000000000000")

static void look(struct creds *creds, const char *const *status)
{
	creds_begin(creds);
	for (; *status; status++) {
		struct creds_kind kind;

		ck_assert(creds_parse(capgate_text_of(*status), &kind));
		creds_add(creds, &kind);
	}
	creds_end(creds);
}

#define LOOK(creds, ...) look((creds), (const char *const[]){__VA_ARGS__, NULL})

START_TEST(workers_that_stay_root_are_more)
{
	struct creds full = {0}, less = {0};
	char why[200];

	LOOK(&full, ROOT, WORKER, WORKER);
	LOOK(&less, LESS, LESS, LESS);
	ck_assert(creds_have_more(&less, &full, why, sizeof(why)));
	ck_assert_ptr_nonnull(strstr(why, "3 processes of apache2"));
}
END_TEST

START_TEST(the_same_processes_with_fewer_capabilities_are_not_more)
{
	struct creds full = {0}, less = {0};
	char why[200];

	LOOK(&full, ROOT, WORKER, WORKER);
	LOOK(&less, LESS, WORKER, WORKER, WORKER);
	ck_assert(!creds_have_more(&less, &full, why, sizeof(why)));
	ck_assert(creds_have_more(&full, &less, why, sizeof(why)));
}
END_TEST

START_TEST(another_group_is_more)
{
	struct creds full = {0}, less = {0};
	char why[200];

	LOOK(&full, ROOT, WORKER);
	LOOK(&less, LESS, STATUS("apache2", "33", "33", "0", "0000000000000000"));
	ck_assert(creds_have_more(&less, &full, why, sizeof(why)));
}
END_TEST

START_TEST(what_came_and_went_is_not_compared)
{
	struct creds full = {0}, less = {0};
	char why[200];

	LOOK(&full, ROOT, WORKER);
	LOOK(&less, LESS, LESS, WORKER);
	LOOK(&less, LESS, WORKER);
	ck_assert(!creds_have_more(&less, &full, why, sizeof(why)));
	memset(&less, 0, sizeof(less));
	LOOK(&less, LESS, WORKER);
	LOOK(&less, LESS, LESS, WORKER);
	ck_assert(!creds_have_more(&less, &full, why, sizeof(why)));
}
END_TEST

START_TEST(a_status_that_is_cut_is_none)
{
	struct creds_kind kind;
	struct capgate_text text = capgate_text_of(ROOT);

	for (text.len = 0; text.len < strlen(ROOT) - 30; text.len++)
		ck_assert(!creds_parse(text, &kind));
}
END_TEST

/* ---- File capabilities ------------------------------------------------------------- */

START_TEST(only_the_effective_bit_makes_a_file_need_them)
{
	static const char two[] = "\1\0\0\2\0\x20\0\0\0\0\0\0\1\0\0\0\0\0\0\0",
			  plain[] = "\0\0\0\2\0\x20\0\0\0\0\0\0\1\0\0\0\0\0\0\0";

	ck_assert_uint_eq(filecaps_parse((struct capgate_text){two, 20}).bits,
			  BIT(NET_RAW) | UINT64_C(1) << 32);
	ck_assert_uint_eq(filecaps_parse((struct capgate_text){plain, 20}).bits, 0);
	ck_assert_uint_eq(filecaps_parse((struct capgate_text){two, 3}).bits, 0);
	ck_assert_uint_eq(filecaps_parse((struct capgate_text){two, 0}).bits, 0);
}
END_TEST

/* ---- What to paste ----------------------------------------------------------------- */

static const char *pasted(enum paste_form form, uint64_t keep, uint64_t beyond)
{
	static char buf[4096];
	struct capgate_out out = {buf, sizeof(buf) - 1, 0};
	const struct paste paste = {.keep = {keep},
				    .by_sysctl = {keep & BIT(NET_BIND_SERVICE)},
				    .beyond = {beyond},
				    .name = "registry/a\"b",
				    .is_image = true,
				    .now = 1795000000};

	paste_write(&paste, form, &out);
	ck_assert_uint_lt(out.len, sizeof(buf) - 1);
	buf[out.len] = '\0';
	return buf;
}

START_TEST(the_set_is_said_in_each_engines_words)
{
	const uint64_t keep = BIT(SETUID) | BIT(NET_BIND_SERVICE);

	ck_assert_str_eq(pasted(PASTE_RUN, keep, 0),
			 "--cap-drop=ALL --cap-add=SETUID --cap-add=NET_BIND_SERVICE\n");
	ck_assert_str_eq(pasted(PASTE_RUN, 0, 0), "--cap-drop=ALL\n");
	ck_assert_ptr_nonnull(strstr(pasted(PASTE_SERVICE, keep, 0), "--cap-add=CAP_SETUID"));
	ck_assert_str_eq(pasted(PASTE_COMPOSE, keep, 0),
			 "cap_drop: [ALL]\ncap_add: [SETUID, NET_BIND_SERVICE]\n");
	ck_assert_str_eq(pasted(PASTE_COMPOSE, 0, 0), "cap_drop: [ALL]\n");
	ck_assert_ptr_nonnull(
		strstr(pasted(PASTE_KUBERNETES, keep, 0), "    add: [SETUID, NET_BIND_SERVICE]"));
	ck_assert_ptr_nonnull(strstr(pasted(PASTE_QUADLET, keep, 0), "AddCapability=CAP_SETUID"));
	ck_assert_ptr_nonnull(
		strstr(pasted(PASTE_SYSCTLS, keep, 0), "'net.ipv4.ip_unprivileged_port_start=0'"));
	ck_assert_str_eq(pasted(PASTE_SYSCTLS, BIT(CHOWN), 0), "");
}
END_TEST

START_TEST(the_exemption_is_a_policy_that_can_be_read)
{
	static char block[65536];
	struct capgate_arena arena;
	struct capgate_policy policy;
	struct capgate_error err;
	const char *words = pasted(PASTE_EXEMPTION, BIT(NET_RAW) | BIT(CHOWN), BIT(NET_RAW));

	capgate_arena_init(&arena, block, sizeof(block));
	capgate_policy_init(&policy);
	ck_assert_int_eq(capgate_policy_parse(capgate_text_of(words), capgate_text_of("x"), &arena,
					      &policy, &err),
			 0);
	ck_assert_uint_eq(policy.n_exemptions, 1);
	ck_assert_uint_eq(policy.exemptions[0].allow.bits, BIT(NET_RAW));
	ck_assert(capgate_text_is(policy.exemptions[0].image, "registry/a\"b"));
	ck_assert(!capgate_exemption_expired(&policy.exemptions[0], 1795000000));
	ck_assert_str_eq(pasted(PASTE_EXEMPTION, BIT(CHOWN), 0), "");
}
END_TEST

/* ---- Command lines of engines --------------------------------------------------------- */

static struct arguments arguments;
static struct capgate_error why;

/* The words are pointed to, and stay. */
static int parse(const char *const *words, size_t n)
{
	static const char *kept[32];

	ck_assert_uint_le(n, COUNT(kept));
	memcpy(kept, words, n * sizeof(*words));
	return arguments_parse(kept, &arguments, &why);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define PARSE(...) parse(WORDS(__VA_ARGS__), COUNT(WORDS(__VA_ARGS__)))

static const char *joined(const char *const *words, size_t n)
{
	static char buf[400];
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(buf + len, sizeof(buf) - len, "%s%s", i ? " " : "",
					words[i]);
	return buf;
}

START_TEST(a_command_line_is_taken_apart)
{
	ck_assert_int_eq(PARSE("podman", "--root", "/r", "--log-level=error", "run", "-it", "--rm",
			       "--name", "web", "-e", "A=b", "--user=5", "--cap-add",
			       "NET_RAW,kill", "--cap-drop=all", "image", "sh", "-c",
			       "x --cap-add"),
			 0);
	ck_assert_str_eq(joined(arguments.global, arguments.n_global),
			 "--root /r --log-level=error");
	ck_assert_str_eq(joined(arguments.option, arguments.n_options), "-e A=b --user=5");
	ck_assert_str_eq(joined(arguments.image, arguments.n_image), "image sh -c x --cap-add");
	ck_assert_uint_eq(arguments.add.bits, BIT(NET_RAW) | BIT(KILL));
	ck_assert(arguments.drop_all && !arguments.add_all);
	ck_assert_uint_eq(arguments.n_effects, 0);
	ck_assert_int_eq(PARSE("docker", "container", "run", "--", "image"), 0);
	ck_assert_str_eq(joined(arguments.image, arguments.n_image), "image");
}
END_TEST

START_TEST(what_a_run_does_outside_is_found)
{
	static const struct {
		const char *option, *value;
		size_t effects;
	} rows[] = {
		{"-v", "/srv:/srv", 1},
		{"-v", "/srv:/srv:ro", 0},
		{"-v", "/srv:/srv:z,ro", 0},
		{"-v", "/srv:/srv:z", 1},
		{"-v", "name:/srv", 1},
		{"-v", "/data", 0},
		{"--volume", "/srv:/srv", 1},
		{"--mount", "type=bind,source=/srv,target=/srv", 1},
		{"--mount", "type=bind,source=/srv,target=/srv,readonly", 0},
		{"--mount", "type=tmpfs,target=/srv", 0},
		{"--network", "host", 1},
		{"--net", "container:web", 1},
		{"--network", "none", 0},
		{"--pid", "host", 1},
		{"-p", "8080:80", 1},
		{"--device", "/dev/kvm", 1},
		{"--volumes-from", "other", 1},
		{"--memory", "1g", 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ck_assert_int_eq(PARSE("docker", "run", rows[i].option, rows[i].value, "image"), 0);
		ck_assert_msg(arguments.n_effects == rows[i].effects, "%s %s", rows[i].option,
			      rows[i].value);
		ck_assert_uint_eq(arguments.n_image, 1);
	}
	ck_assert_int_eq(PARSE("docker", "run", "-p8080:80", "--net=host", "-P", "image"), -5);
	ck_assert_int_eq(
		PARSE("docker", "run", "-p8080:80", "--net=host", "--publish-all", "image"), 0);
	ck_assert_uint_eq(arguments.n_effects, 3);
}
END_TEST

START_TEST(a_command_line_that_is_not_understood_is_no_guess)
{
	ck_assert_int_lt(PARSE("docker"), 0);
	ck_assert_int_lt(PARSE("docker", "exec", "x"), 0);
	ck_assert_int_lt(PARSE("docker", "run"), 0);
	ck_assert_int_lt(PARSE("docker", "run", "-it"), 0);
	ck_assert_int_lt(PARSE("docker", "run", "-itv", "/a:/b", "image"), 0);
	ck_assert_int_lt(PARSE("docker", "run", "--cap-add", "NOTHING", "image"), 0);
	ck_assert_int_lt(PARSE("docker", "run", "--privileged", "image"), 0);
	ck_assert_int_eq(PARSE("docker", "run", "--privileged=false", "image"), 0);
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("learn");
	TCase *t = tcase_create("learn");

	tcase_add_test(t, what_needs_nothing_takes_one_run);
	tcase_add_test(t, what_the_trace_saw_is_left_out_one_by_one);
	tcase_add_test(t, when_the_traces_set_fails_each_is_left_out_of_the_full_set);
	tcase_add_test(t, what_keeps_privilege_down_is_kept);
	tcase_add_test(t, file_capabilities_are_tried_although_no_trace_shows_them);
	tcase_add_test(t, of_alternatives_the_less_dangerous_stays);
	tcase_add_test(t, an_interrupted_plan_says_what_passed_and_no_more);
	tcase_add_test(t, workers_that_stay_root_are_more);
	tcase_add_test(t, the_same_processes_with_fewer_capabilities_are_not_more);
	tcase_add_test(t, another_group_is_more);
	tcase_add_test(t, what_came_and_went_is_not_compared);
	tcase_add_test(t, a_status_that_is_cut_is_none);
	tcase_add_test(t, only_the_effective_bit_makes_a_file_need_them);
	tcase_add_test(t, the_set_is_said_in_each_engines_words);
	tcase_add_test(t, the_exemption_is_a_policy_that_can_be_read);
	tcase_add_test(t, a_command_line_is_taken_apart);
	tcase_add_test(t, what_a_run_does_outside_is_found);
	tcase_add_test(t, a_command_line_that_is_not_understood_is_no_guess);
	suite_add_tcase(s, t);
	return s;
}
