/* SPDX-License-Identifier: Apache-2.0 */
/* Surgery: what goes, what stays, and that it can be done twice. */
#include "unit.h"

#include "core.h"
#include "lib/judge/again.h"
#include "samereading.h"

struct row {
	const char *in, *out; /* process members */
};

static const struct row rows[] = {
	{"\"capabilities\":null", "\"capabilities\":{}"},
	{"\"capabilities\" : null ,\"x\":1e400", "\"capabilities\" : {} ,\"x\":1e400"},
	{"\"args\":[\"a\"]", "\"capabilities\":{},\"args\":[\"a\"]"},
	{"", "\"capabilities\":{}"},
	{" \n", "\"capabilities\":{} \n"},
	{"\"capabilities\":{\"bounding\":[\"CAP_NET_RAW\"]}", "\"capabilities\":{\"bounding\":[]}"},
	{"\"capabilities\":{\"bounding\":[ \"CAP_NET_RAW\" ]}",
	 "\"capabilities\":{\"bounding\":[  ]}"},
	{"\"capabilities\":{\"bounding\":[\"CAP_NET_RAW\", \"CAP_KILL\"]}",
	 "\"capabilities\":{\"bounding\":[\"CAP_KILL\"]}"},
	{"\"capabilities\":{\"bounding\":[\"CAP_KILL\" , \"CAP_NET_RAW\"]}",
	 "\"capabilities\":{\"bounding\":[\"CAP_KILL\"]}"},
	{"\"capabilities\":{\"bounding\":[\"CAP_KILL\",\"CAP_BPF\",13,\"CAP_CHOWN\",null]}",
	 "\"capabilities\":{\"bounding\":[\"CAP_KILL\",\"CAP_CHOWN\"]}"},
	{"\"capabilities\":{\"bounding\":[{\"a\":[1,2]},\"CAP_K\\u0049LL\",[[]] ]}",
	 "\"capabilities\":{\"bounding\":[\"CAP_K\\u0049LL\" ]}"},
	{"\"capabilities\":{\"ambient\":[\"CAP_BPF\"],\"x\":18446744073709551615,\"bounding\":["
	 "\"CAP_BPF\",\"CAP_KILL\"]}",
	 "\"capabilities\":{\"ambient\":[],\"x\":18446744073709551615,\"bounding\":[\"CAP_KILL\"]"
	 "}"},
	/* An odd name that made the sets consistent for crun goes with what it
	 * meant, or the container would not start any more. */
	{"\"capabilities\":{\"effective\":[\"CAP_KILL\"],\"permitted\":[\"cap_kill\"],\"bounding\":"
	 "[\"CAP_CHOWN\"]}",
	 "\"capabilities\":{\"effective\":[],\"permitted\":[],\"bounding\":[\"CAP_CHOWN\"]}"},
	/* Where they are consistent without it, only the odd name goes. */
	{"\"capabilities\":{\"effective\":[\"cap_kill\"],\"permitted\":[\"CAP_KILL\"]}",
	 "\"capabilities\":{\"effective\":[],\"permitted\":[\"CAP_KILL\"]}"},
};

START_TEST(each_row_is_rewritten_as_written)
{
	char in[1024], expected[1024];
	struct capgate_text text = core_config(in, sizeof(in), rows[_i].in), out;
	struct capgate_text want = core_config(expected, sizeof(expected), rows[_i].out);
	struct core c;

	core_init(&c, text.len);
	core_judge(&c, text, CAPGATE_CONFIG);
	ck_assert_int_eq(c.report.verdict, CAPGATE_STRIP);
	ck_assert_int_eq(capgate_rewrite(&c.spec, &c.report, &c.policy, &c.arena, &out, &c.err), 0);
	ck_assert_msg(capgate_text_equal(out, want), "%.*s", (int)out.len, out.p);
	core_judge(&c, out, CAPGATE_CONFIG);
	ck_assert_int_eq(c.report.verdict, CAPGATE_PASS);
	core_release(&c);
}
END_TEST

START_TEST(edits_that_do_not_fit_are_refused)
{
	struct capgate_edit bad[][2] = {
		{{{5, 1}, {"", 0}}, {{4, 1}, {"", 0}}},          /* out of order */
		{{{0, 3}, {"", 0}}, {{2, 1}, {"", 0}}},          /* overlap */
		{{{0, 0}, {"", 0}}, {{11, 0}, {"", 0}}},         /* behind the end */
		{{{0, 0}, {"", 0}}, {{9, 2}, {"", 0}}},          /* over the end */
		{{{0, 0}, {"", 0}}, {{1, (size_t)-1}, {"", 0}}}, /* wraps */
		{{{0, 0}, {"", (size_t)-1}}, {{1, 0}, {"", 0}}}, /* too much new text */
	};
	struct core c;

	core_init(&c, 64);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct capgate_edits edits = {bad[i], 2};
		struct capgate_text out = {0};

		ck_assert_int_eq(capgate_rewrite_apply(capgate_text_of("0123456789"), &edits,
						       &c.arena, &out, &c.err),
				 CAPGATE_EINTERNAL);
		ck_assert_ptr_null(out.p);
	}
	core_release(&c);
}
END_TEST

/* ---- Random specifications ----------------------------------------------------- */

struct random {
	uint64_t state;
	char buf[8192];
	size_t n;
};

static unsigned roll(struct random *r, unsigned sides)
{
	r->state = r->state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(r->state >> 33) % sides;
}

static void put(struct random *r, const char *s)
{
	size_t len = strlen(s);

	ck_assert_uint_lt(r->n + len, sizeof(r->buf));
	memcpy(r->buf + r->n, s, len);
	r->n += len;
}

static void put_blank(struct random *r)
{
	static const char *const blanks[] = {"", "", "", " ", "\n\t", "  \r\n"};

	put(r, blanks[roll(r, 6)]);
}

static const char *const odd_entries[] = {
	"\"cap_net_raw\"",
	"\"13\"",
	"13",
	"null",
	"\"CAP_NET_RAW \"",
	"\"NET_ADMIN\"",
	"[\"CAP_NET_RAW\"]",
	"{\"a\":{}}",
	"\"0x15\"",
	"-0",
	"1.5e3",
	"\"\\\"\\\\\"",
	"true",
	"\"CAP_FUTURE\"",
	"\"\xc3\xa9\"",
	"\"cap_kill\"",
	"5",
	"\"]\"",
	"\"CAP_\xc5\xbfYSLOG\"",
};

static void put_entry(struct random *r)
{
	if (roll(r, 6) == 0) {
		put(r, odd_entries[roll(r, sizeof(odd_entries) / sizeof(odd_entries[0]))]);
		return;
	}
	put(r, "\"");
	put(r, capgate_cap_info((int)roll(r, CAPGATE_NCAPS))->name);
	put(r, "\"");
}

static void put_set(struct random *r, const char *name)
{
	put(r, "\"");
	put(r, name);
	put(r, "\"");
	put_blank(r);
	put(r, ":");
	put_blank(r);
	put(r, "[");
	put_blank(r);
	for (unsigned n = roll(r, 9), i = 0; i < n; i++) {
		if (i) {
			put(r, ",");
			put_blank(r);
		}
		put_entry(r);
		put_blank(r);
	}
	put(r, "]");
}

static struct capgate_text random_spec(struct random *r)
{
	unsigned start = roll(r, CAPGATE_NSETS);
	bool first = true;

	r->n = 0;
	put(r, "{\"x\":[1e400,18446744073709551615,\"\\u00e9\"],\"process\":{");
	put_blank(r);
	put(r, roll(r, 2) ? "\"user\":{\"uid\":1000,\"gid\":0}," : "");
	switch (roll(r, 8)) {
	case 0:
		put(r, "\"capabilities\":null,");
		break;
	case 1:
		break;
	default:
		put(r, "\"capabilities\":{");
		for (unsigned i = 0; i < CAPGATE_NSETS; i++) {
			if (roll(r, 4) == 0)
				continue;
			put(r, first ? "" : ",");
			put_set(r, capgate_which_name(
					   (enum capgate_which)((start + i) % CAPGATE_NSETS)));
			first = false;
		}
		put(r, "},");
		break;
	}
	put(r, "\"cwd\":\"/\"}," MOUNTS "}");
	return (struct capgate_text){r->buf, r->n};
}

/* Everything outside process.capabilities is the same bytes, in order. */
static void check_outside(const struct core *c, struct capgate_text in, struct capgate_text out)
{
	size_t head = c->report.absent && c->spec.capabilities == CAPGATE_ABSENT
			      ? c->spec.process.off + 1
			      : c->spec.capabilities_at.off;
	size_t tail = in.len - head -
		      (c->spec.capabilities == CAPGATE_ABSENT ? 0 : c->spec.capabilities_at.len);

	ck_assert_uint_ge(out.len, head + tail);
	ck_assert(memcmp(in.p, out.p, head) == 0);
	ck_assert(memcmp(in.p + in.len - tail, out.p + out.len - tail, tail) == 0);
}

static bool starts_as_runc_reads_it(const capgate_set asked[CAPGATE_NSETS])
{
	struct capgate_reached r;

	capgate_reach(asked, 0, false, capgate_set_all(), &r);
	return r.starts;
}

/* crun's reading of the same entries. */
static bool starts_as_crun_reads_it(const struct capgate_spec *spec)
{
	capgate_set asked[CAPGATE_NSETS];
	struct capgate_reached r;

	for (int s = 0; s < CAPGATE_NSETS; s++) {
		asked[s] = spec->set[s].exact;
		for (size_t i = 0; i < spec->set[s].n; i++) {
			const struct capgate_element *e = &spec->set[s].v[i];
			struct capgate_text t = {spec->text.p + e->at.off, e->at.len};

			if (e->is_string)
				t = (struct capgate_text){t.p + 1, t.len - 2};
			else if (t.p[0] < '0' || t.p[0] > '9')
				continue;
			asked[s] =
				capgate_set_or(asked[s], capgate_set_of(capgate_cap_by_libcap(t)));
		}
		asked[s] = capgate_set_and(asked[s], capgate_set_all());
	}
	capgate_reach(asked, 0, false, capgate_set_all(), &r);
	return r.starts;
}

static void check_one(struct random *r, const struct capgate_policy *policy)
{
	struct capgate_text in = random_spec(r), out, twice;
	struct capgate_report again;
	struct capgate_spec spec;
	struct core c;

	core_init(&c, in.len);
	c.policy = *policy;
	core_judge(&c, in, CAPGATE_CONFIG);
	ck_assert_msg(c.report.parsed, "%s: %.*s", c.report.error.msg, (int)in.len, in.p);
	if (c.report.verdict == CAPGATE_PASS) {
		for (int s = 0; s < CAPGATE_NSETS; s++)
			ck_assert(capgate_set_within(c.report.asked[s], policy->allowed));
		core_release(&c);
		return;
	}
	ck_assert_int_eq(c.report.verdict, CAPGATE_STRIP);
	ck_assert_msg(capgate_rewrite(&c.spec, &c.report, policy, &c.arena, &out, &c.err) == 0,
		      "%s", c.err.msg);
	check_outside(&c, in, out);
	capgate_assess(out, CAPGATE_CONFIG, policy, &c.arena, &spec, &again);
	ck_assert_int_eq(again.verdict, CAPGATE_PASS);
	for (int s = 0; s < CAPGATE_NSETS; s++) {
		ck_assert(capgate_set_same(again.asked[s], c.report.kept[s]));
		ck_assert(capgate_set_within(again.asked[s], policy->allowed));
	}
	/* Where it started before, it starts after. */
	if (!c.report.absent &&
	    (starts_as_runc_reads_it(c.report.asked) || starts_as_crun_reads_it(&c.spec)))
		ck_assert_msg(starts_as_runc_reads_it(again.asked), "%.*s", (int)in.len, in.p);
	/* Nothing is left to do. */
	ck_assert_int_eq(capgate_rewrite(&spec, &again, policy, &c.arena, &twice, &c.err), 0);
	ck_assert(capgate_text_equal(out, twice));
	core_release(&c);
}

START_TEST(ten_thousand_random_specifications)
{
	struct random r = {.state = (uint64_t)_i};
	struct capgate_policy policy;

	for (int i = 0; i < 2500; i++) {
		capgate_policy_init(&policy);
		policy.allowed.bits =
			(uint64_t)roll(&r, 1u << 31) * roll(&r, 1u << 31) & capgate_set_all().bits;
		check_one(&r, &policy);
	}
}
END_TEST

/* ---- The second judgement ------------------------------------------------------------ */

#define NAMES \
	"\"read\",\"write\",\"open\",\"close\",\"stat\",\"fstat\",\"lstat\",\"poll\",\"lseek\"," \
	"\"mprotect\",\"munmap\",\"brk\",\"ioctl\",\"pread64\",\"pwrite64\",\"readv\",\"writev\"," \
	"\"access\",\"pipe\",\"select\",\"sched_yield\",\"mremap\",\"msync\",\"mincore\""
#define PROFILE_OF(answer) \
	"\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":" answer "," \
	"\"syscalls\":[{\"names\":[" NAMES "],\"action\":\"SCMP_ACT_ALLOW\"}]}"
#define PROFILE PROFILE_OF("1")
#define PROCESS_OF(caps) "\"process\":{\"args\":[\"sh\"],\"capabilities\":{" caps "}}"
#define RAW \
	"\"bounding\":[\"CAP_NET_RAW\"],\"effective\":[\"CAP_KILL\",\"CAP_NET_RAW\"]," \
	"\"permitted\":[\"CAP_KILL\"]"
#define NETWORK "\"namespaces\":[{\"type\":\"network\"}]"

/* The profile before and after what is edited, first and last, alone and not. */
static const char *const around[] = {
	"{" MOUNTS "," PROCESS_OF(RAW) ",\"linux\":{" PROFILE "," NETWORK "}}",
	"{" MOUNTS "," PROCESS_OF(RAW) ",\"linux\":{" NETWORK "," PROFILE "}}",
	"{\"linux\":{" PROFILE "," NETWORK "}," PROCESS_OF(RAW) "," MOUNTS "}",
	"{\"linux\":{ " PROFILE " }," PROCESS_OF(RAW) "," MOUNTS "}",
	"{\"linux\":{\"sysctl\":{}," PROFILE "," NETWORK "}," MOUNTS "," PROCESS_OF(RAW) "}",
	"{\"linux\":{" PROFILE ",\"sysctl\":null," NETWORK "}," MOUNTS "," PROCESS_OF(RAW) "}",
	"{\"linux\":{" PROFILE "}," MOUNTS ",\"process\":{\"args\":[]}}",
	"{\"linux\":{" PROFILE "}," MOUNTS ",\"process\":{\"capabilities\":null}}",
};

static void same_judgement(const struct capgate_report *a, const struct capgate_report *b)
{
	ck_assert_int_eq(a->verdict, b->verdict);
	ck_assert_int_eq(a->parsed, b->parsed);
	ck_assert_int_eq(a->exit_status, b->exit_status);
	ck_assert_uint_eq(a->n_findings, b->n_findings);
	for (int s = 0; s < CAPGATE_NSETS; s++)
		ck_assert_uint_eq(a->removed[s].bits, b->removed[s].bits);
}

/* Judge the text that has another one in it, as what came of spec's. */
static void judge_again(struct core *c, const struct capgate_edits *edits, struct capgate_text text,
			enum capgate_verdict expected)
{
	struct capgate_report whole, again;

	capgate_assess(text, CAPGATE_CONFIG, &c->policy, &c->arena, NULL, &whole);
	capgate_assess_again(&c->spec, edits, text, &c->policy, &c->arena, &again);
	same_judgement(&whole, &again);
	ck_assert_int_eq(again.verdict, expected);
}

/* Of the edited parts alone, and of the whole. */
static void same_reading_of(struct core *c, const struct capgate_edits *edits,
			    struct capgate_text text)
{
	struct capgate_spec edited, whole;

	ck_assert_int_eq(capgate_read_edited(&c->spec, edits, text, &c->arena, &edited), 0);
	ck_assert_int_eq(capgate_spec_parse(text, CAPGATE_CONFIG, &c->arena, &whole, &c->err), 0);
	ck_assert(same_reading(&edited, &whole));
}

static void begin_judging(struct core *c, struct capgate_text text)
{
	core_init(c, 16 * text.len);
	c->policy.scene.settable = capgate_set_all();
	c->policy.scene.gid_last = 4294967294u;
	core_judge(c, text, CAPGATE_CONFIG);
}

START_TEST(what_was_rewritten_is_judged_again_as_if_it_were_read_whole)
{
	struct capgate_edits edits;
	struct capgate_text text = capgate_text_of(around[_i]), out;
	struct core c;

	begin_judging(&c, text);
	ck_assert_int_eq(c.report.verdict, CAPGATE_STRIP);
	ck_assert_int_eq(capgate_rewrite_plan(&c.spec, &c.report, &c.arena, &edits, &c.err), 0);
	ck_assert_int_eq(capgate_rewrite_apply(text, &edits, &c.arena, &out, &c.err), 0);
	same_reading_of(&c, &edits, out);
	judge_again(&c, &edits, out, CAPGATE_PASS);
	c.policy.max_bytes = out.len - 1;
	judge_again(&c, &edits, out, CAPGATE_REFUSE);
	core_release(&c);
}
END_TEST

/* What no rewrite of ours writes: whoever calls it says what it is by its edits, and is
 * not believed. */
START_TEST(what_was_not_rewritten_so_is_not_taken_for_it)
{
	static const char clean[] = "{" MOUNTS "," PROCESS_OF("") ",\"linux\":{" PROFILE "}}";
	static const char *const others[] = {
		/* The profile says something else, in as many bytes. */
		"{" MOUNTS "," PROCESS_OF("") ",\"linux\":{" PROFILE_OF("0") "}}",
		/* It stands twice, or stands elsewhere, or is named like it. */
		"{" MOUNTS "," PROCESS_OF("") ",\"linux\":{" PROFILE "," PROFILE "}}",
		"{" MOUNTS "," PROCESS_OF("") ",\"linux\":{" PROFILE ",\"Seccomp\":{}}}",
		"{" MOUNTS "," PROCESS_OF("") ",\"linux\":{" PROFILE "}",
		"{" MOUNTS "," PROCESS_OF("") ",\"linux\":{" PROFILE "}}}",
		"{" MOUNTS "," PROCESS_OF("") ",\"linux\":{" PROFILE ",}}",
		"{" MOUNTS "," PROCESS_OF(RAW) ",\"linux\":{" PROFILE "}}",
	};
	struct capgate_edits none = {0};
	struct core c;

	begin_judging(&c, capgate_text_of(clean));
	ck_assert_int_eq(c.report.verdict, CAPGATE_PASS);
	judge_again(&c, &none, capgate_text_of(clean), CAPGATE_PASS);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		struct capgate_text text = capgate_text_of(others[i]);
		struct capgate_report again;

		capgate_assess_again(&c.spec, &none, text, &c.policy, &c.arena, &again);
		ck_assert_msg(again.verdict != CAPGATE_PASS, "%s", others[i]);
	}
	core_release(&c);
}
END_TEST

struct forgery {
	const char *was, *is; /* the first place of the one in the text becomes the other */
	bool accepted;
};

/* Edits of places where there may be some, that do not leave whole values and members. */
static const struct forgery forgeries[] = {
	{"{\"bounding\":[\"CAP_KILL\"]}", "{}", true},
	{"{\"bounding\":[\"CAP_KILL\"]}", "null", true},
	{"{\"bounding\":[\"CAP_KILL\"]}", "{},\"cwd\":\"/\"", false},
	{"{\"bounding\":[\"CAP_KILL\"]}", "{},\"noNewPrivileges\":true", false},
	{"{\"bounding\":[\"CAP_KILL\"]}", "{},\"Capabilities\":{}", false},
	{"{\"bounding\":[\"CAP_KILL\"]}", "{}},\"process\":{\"capabilities\":{}", false},
	{"{\"bounding\":[\"CAP_KILL\"]}", "{\"bounding\":[]", false},
	{"{\"bounding\":[\"CAP_KILL\"]}", "{\"bounding\":\"", false},
	{"{\"bounding\":[\"CAP_KILL\"]}", "{\"bounding\":[\"\\ud800\"]}", false},
	{"{\"bounding\":[\"CAP_KILL\"]}", "{\"bounding\":[\"\xff\"]}", false},
	{"{\"bounding\":[\"CAP_KILL\"]}", "[]", false},
	{"{\"bounding\":[\"CAP_KILL\"]}", "{}/**/", false},
	{"{\"bounding\":[\"CAP_KILL\"]}", "", false},
	{"false", "true", true},
	{"false", "1", false},
	{"false", "true,\"rest\":1", false},
	{"{\"a\":\"b\"}", "{\"a\":\"b\",\"c\":\"d\"}", true},
	{"{\"a\":\"b\"}", "{\"a\":\"b\",\"a\":\"d\"}", false},
	{"{\"a\":\"b\"}", "{},\"seccomp\":{}", false},
	{"{\"a\":\"b\"}", "{}},\"linux2\":{\"sysctl\":{}", false},
};

static const char forged[] = "{" MOUNTS ",\"process\":{\"noNewPrivileges\":false,"
			     "\"capabilities\":{\"bounding\":[\"CAP_KILL\"]},\"args\":[]},"
			     "\"linux\":{\"sysctl\":{\"a\":\"b\"}," PROFILE "}}";

static struct capgate_text with_edit(struct core *c, const char *at, size_t len, const char *is,
				     struct capgate_edit *edit)
{
	const struct capgate_edits one = {edit, 1};
	struct capgate_text out;

	*edit = (struct capgate_edit){{(size_t)(at - forged), len}, capgate_text_of(is)};
	ck_assert_int_eq(
		capgate_rewrite_apply(capgate_text_of(forged), &one, &c->arena, &out, &c->err), 0);
	return out;
}

START_TEST(what_is_no_value_is_not_read_as_one)
{
	const struct forgery *f = &forgeries[_i];
	struct capgate_edit edit;
	struct capgate_spec edited, whole;
	struct capgate_text out;
	struct core c;
	bool read;

	begin_judging(&c, capgate_text_of(forged));
	out = with_edit(&c, strstr(forged, f->was), strlen(f->was), f->is, &edit);
	read = capgate_read_edited(&c.spec, &(struct capgate_edits){&edit, 1}, out, &c.arena,
				   &edited) == 0;
	ck_assert_msg(read == f->accepted, "%s", f->is);
	if (read) {
		ck_assert_int_eq(capgate_spec_parse(out, CAPGATE_CONFIG, &c.arena, &whole, &c.err),
				 0);
		ck_assert(same_reading(&edited, &whole));
	}
	core_release(&c);
}
END_TEST

/* What is put in after a brace. */
START_TEST(what_is_no_member_is_not_put_in)
{
	static const char *const members[] = {
		"\"noNewPrivileges\":true,",
		"\"capabilities\":{},",
		"\"cwd\":\"/\",",
		"\"rest\":0,",
		"\"NoNewPrivileges\":true,",
		"},\"x\":{",
		"\"",
		"\"x",
		"/",
		",",
		"{",
		"}",
	};
	const char *brace = strstr(forged, "\"process\":{") + strlen("\"process\":{");
	struct capgate_edit edit;
	struct capgate_spec edited;
	struct capgate_text out;
	struct core c;

	begin_judging(&c, capgate_text_of(forged));
	out = with_edit(&c, brace, 0, members[_i], &edit);
	ck_assert_msg(capgate_read_edited(&c.spec, &(struct capgate_edits){&edit, 1}, out, &c.arena,
					  &edited) < 0,
		      "%s", members[_i]);
	core_release(&c);
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("rewrite");
	TCase *t = tcase_create("rewrite");

	tcase_set_timeout(t, 900);
	tcase_add_loop_test(t, each_row_is_rewritten_as_written, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(t, edits_that_do_not_fit_are_refused);
	tcase_add_loop_test(t, what_was_rewritten_is_judged_again_as_if_it_were_read_whole, 0,
			    sizeof(around) / sizeof(around[0]));
	tcase_add_test(t, what_was_not_rewritten_so_is_not_taken_for_it);
	tcase_add_loop_test(t, what_is_no_value_is_not_read_as_one, 0,
			    sizeof(forgeries) / sizeof(forgeries[0]));
	tcase_add_loop_test(t, what_is_no_member_is_not_put_in, 0, 12);
	tcase_add_loop_test(t, ten_thousand_random_specifications, 0, 4);
	suite_add_tcase(s, t);
	return s;
}
