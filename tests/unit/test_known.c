/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles that were read before: what is read with them is what is read without. */
#include "unit.h"

#include "core.h"
#include "lib/spec/spec.h"
#include "samereading.h"

#define NAMES \
	"\"read\",\"write\",\"open\",\"close\",\"stat\",\"fstat\",\"lstat\",\"poll\",\"lseek\"," \
	"\"mprotect\",\"munmap\",\"brk\",\"ioctl\",\"pread64\",\"pwrite64\",\"readv\",\"writev\"," \
	"\"access\",\"pipe\",\"select\",\"sched_yield\",\"mremap\",\"msync\",\"mincore\"," \
	"\"clone\""
#define PROFILE \
	"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":38," \
	"\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_\\u0041RCH_X86\"]," \
	"\"syscalls\":[{\"names\":[" NAMES "],\"action\":\"SCMP_ACT_ALLOW\"}," \
	"{\"names\":[\"unshare\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":1,\"args\":[{" \
	"\"index\":0,\"value\":268435456,\"valueTwo\":268435456,\"op\":\"SCMP_CMP_MASKED_EQ\"}]}]" \
	"}"
#define PROCESS "\"process\":{\"args\":[\"sh\"],\"capabilities\":{\"bounding\":[\"CAP_KILL\"]}}"

static const char first[] = "{" MOUNTS "," PROCESS ",\"linux\":{\"seccomp\":" PROFILE "}}";

struct row {
	const char *text;
	bool used;
};

static const struct row rows[] = {
	{first, true},
	{"{\"linux\":{\"seccomp\" : " PROFILE ",\"devices\":[]}," PROCESS "," MOUNTS "}", true},
	{"{" MOUNTS "," PROCESS ",\"linux\":{\"seccomp\":" PROFILE "},\"hostname\":\"a\\u0062\"}",
	 true},
	/* It is a member of something else first. */
	{"{\"annotations\":{\"seccomp\":\"x\"}," PROCESS ",\"linux\":{\"seccomp\":" PROFILE "}}",
	 true},
	{"{\"x\":{\"seccomp\":" PROFILE "}," PROCESS ",\"linux\":{\"seccomp\":" PROFILE "}}",
	 false},
	{"{" PROCESS ",\"x\":{\"seccomp\":" PROFILE "}}", false},
	{"{" PROCESS ",\"x\":[\"seccomp\" ," PROFILE "]}", false},
	/* It is none of this text. */
	{"{" MOUNTS "," PROCESS ",\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\"}}}",
	 false},
	{"{" MOUNTS "," PROCESS ",\"linux\":{\"\\u0073eccomp\":" PROFILE "}}", false},
	{"{" MOUNTS "," PROCESS "}", false},
	/* It is, and something else is wrong: the whole says what. */
	{"{" MOUNTS "," PROCESS ",\"linux\":{\"seccomp\":" PROFILE "}", false},
	{"{" MOUNTS "," PROCESS ",\"linux\":{\"seccomp\":" PROFILE "}}}", false},
	{"{" MOUNTS "," PROCESS ",\"linux\":{\"seccomp\":" PROFILE "}} \"", false},
	{"{" MOUNTS "," PROCESS ",\"linux\":{\"seccomp\":" PROFILE "," PROFILE "}}", false},
	{"{" MOUNTS "," PROCESS ",\"linux\":{\"seccomp\":" PROFILE ",\"seccomp\":" PROFILE "}}",
	 false},
	{"{" MOUNTS "," PROCESS ",\"linux\":{\"seccomp\":" PROFILE ",\"Seccomp\":1}}", false},
	{"{" MOUNTS "," PROCESS ",\"linux\":{\"seccomp\":" PROFILE ",\"namespaces\":1}}", false},
	{"{" MOUNTS "," PROCESS ",\"linux\":{\"seccomp\":::" PROFILE "}}", false},
	{"{" MOUNTS "," PROCESS ",\"linux\":{\"seccomp\" " PROFILE "}}", false},
	{"{" MOUNTS ",\"linux\":{\"seccomp\":" PROFILE "}}", false},
	{"{" MOUNTS "," PROCESS ",\"linux\":{\"x\":\"\\\"seccomp\"," PROFILE "}}", false},
	{"{" MOUNTS "," PROCESS ",\"linux\":{\"x\":1 \"seccomp\":" PROFILE "}}", false},
};

static void same_result(const struct core *c, struct capgate_text text,
			const struct capgate_known_profile *known, bool used_expected)
{
	struct capgate_spec with, without;
	struct capgate_error a = {0}, b = {0};
	struct core fresh;
	size_t used;
	int x, y;

	(void)c;
	core_init(&fresh, text.len);
	x = capgate_spec_parse_known(text, CAPGATE_CONFIG, known, 1, &fresh.arena, &with, &used,
				     &a);
	y = capgate_spec_parse(text, CAPGATE_CONFIG, &fresh.arena, &without, &b);
	ck_assert_int_eq(x, y);
	ck_assert_msg((used == 0) == used_expected, "%.*s", (int)text.len, text.p);
	if (x == 0) {
		ck_assert(same_reading(&with, &without));
		ck_assert(same_places(&with, &without));
	} else {
		ck_assert_str_eq(a.msg, b.msg);
		ck_assert_str_eq(a.path, b.path);
		ck_assert_uint_eq(a.pos, b.pos);
		ck_assert_int_eq(a.rule, b.rule);
	}
	core_release(&fresh);
}

/* The text that it was kept of is gone by then. */
static void keep_first(struct core *c, struct capgate_known_profile *known)
{
	struct core whole;
	char *text = strdup(first);

	core_init(c, sizeof(first));
	core_init(&whole, sizeof(first));
	core_judge(&whole, capgate_text_of(text), CAPGATE_CONFIG);
	ck_assert(whole.report.parsed);
	ck_assert(capgate_known_profile_keep(&whole.spec, &c->arena, known));
	free(text);
	core_release(&whole);
}

START_TEST(a_text_is_read_with_a_known_profile_as_without)
{
	struct capgate_known_profile known;
	struct core c;

	keep_first(&c, &known);
	same_result(&c, capgate_text_of(rows[_i].text), &known, rows[_i].used);
	core_release(&c);
}
END_TEST

/* Cut off anywhere, and with each byte turned into another one. */
START_TEST(a_text_that_was_damaged_is_read_as_without)
{
	static const char others[] = "\"\\{}[],: x";
	struct capgate_known_profile known;
	struct core c;
	char *text = strdup(first);
	const size_t len = strlen(text), profile = (size_t)(strstr(first, PROFILE) - first);

	keep_first(&c, &known);
	for (size_t i = 1; i < len; i++) {
		const char was = text[i];

		if (i > profile && i % 16) /* mostly around it */
			continue;
		same_result(&c, (struct capgate_text){text, i}, &known, false);
		for (size_t k = 0; k < sizeof(others) - 1; k++) {
			struct capgate_spec spec;
			struct core whole;

			text[i] = others[k];
			core_init(&whole, len);
			/* Where it still is a profile at its place, it is used. */
			same_result(&c, (struct capgate_text){text, len}, &known,
				    capgate_spec_parse((struct capgate_text){text, len},
						       CAPGATE_CONFIG, &whole.arena, &spec,
						       &whole.err) == 0 &&
					    spec.seccomp.presence == CAPGATE_PRESENT &&
					    spec.seccomp.at.len == known.text.len &&
					    memcmp(text + spec.seccomp.at.off, known.text.p,
						   known.text.len) == 0);
			core_release(&whole);
		}
		text[i] = was;
	}
	free(text);
	core_release(&c);
}
END_TEST

START_TEST(without_memory_nothing_is_kept_and_all_is_read)
{
	struct capgate_known_profile known;
	struct core whole, c;
	int kept = 0;

	core_init(&whole, sizeof(first));
	core_judge(&whole, capgate_text_of(first), CAPGATE_CONFIG);
	for (unsigned fail_at = 1; fail_at < 40 && !kept; fail_at++) {
		core_init(&c, 0);
		c.arena.fail_at = fail_at;
		kept = capgate_known_profile_keep(&whole.spec, &c.arena, &known);
		ck_assert(kept || known.text.len == 0);
		same_result(&c, capgate_text_of(first), &known, kept);
		core_release(&c);
	}
	ck_assert(kept);
	core_release(&whole);
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("known");
	TCase *t = tcase_create("known");

	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, a_text_is_read_with_a_known_profile_as_without, 0,
			    sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(t, a_text_that_was_damaged_is_read_as_without);
	tcase_add_test(t, without_memory_nothing_is_kept_and_all_is_read);
	suite_add_tcase(s, t);
	return s;
}
