/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of the program: options, reading, what a process holds, who may write. */
#include "unit.h"

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/cli/command.h"
#include "hook/report/diff.h"
#include "hook/sys/io.h"
#include "hook/sys/netns.h"
#include "hook/sys/proc.h"
#include "hook/sys/status.h"
#include "hook/sys/trusted.h"
#include "hook/term/outbuf.h"

/* ---- Options ------------------------------------------------------------------- */

struct opts {
	bool flag, other;
	const char *text;
};

static const struct opt table[] = {
	{"flag", 'f', OPT_FLAG, offsetof(struct opts, flag), NULL, "a flag"},
	{"other", 0, OPT_FLAG, offsetof(struct opts, other), NULL, "another"},
	{"text", 't', OPT_STRING, offsetof(struct opts, text), "TEXT", "a text"},
	{0},
};

static const struct command command = {
	.name = "test", .operands = "X...", .summary = "tests", .options = table};

static int parse(char **argv, struct opts *o, char ***operands, int *n)
{
	int argc = 0;

	*o = (struct opts){0};
	while (argv[argc])
		argc++;
	return options_parse(&command, argc, argv, o, operands, n);
}
/* Only the pointers are moved about.  Lives as long as the block it is written
 * in, which within an assertion is the assertion's own. */
#define ARGV(...) ((char **)(const char *[]){"test", __VA_ARGS__, NULL})

START_TEST(options_are_taken_by_the_table)
{
	char **mixed = ARGV("a", "--flag", "--text=x=y", "-", "b");
	char **joined = ARGV("-tvalue", "--other");
	char **ended = ARGV("-t", "--flag", "--text", "", "--", "--flag");
	struct opts o;
	char **operands;
	int n;

	ck_assert_int_eq(parse(mixed, &o, &operands, &n), OPTIONS_GO);
	ck_assert(o.flag && !o.other);
	ck_assert_str_eq(o.text, "x=y");
	ck_assert_int_eq(n, 3);
	ck_assert_str_eq(operands[0], "a");
	ck_assert_str_eq(operands[1], "-");
	ck_assert_str_eq(operands[2], "b");
	ck_assert_int_eq(parse(joined, &o, &operands, &n), OPTIONS_GO);
	ck_assert_str_eq(o.text, "value");
	ck_assert(o.other);
	ck_assert_int_eq(parse(ended, &o, &operands, &n), OPTIONS_GO);
	ck_assert_str_eq(o.text, "");
	ck_assert(!o.flag);
	ck_assert_int_eq(n, 1);
	ck_assert_str_eq(operands[0], "--flag");
}
END_TEST

START_TEST(what_is_not_in_the_table_is_refused)
{
	static const char *const bad[] = {
		"--fla", "--flags", "--flag=yes", "-x",      "-ff",   "--text",
		"-t",    "--=",     "--=x",       "---flag", "--Flag"};
	struct opts o;
	char **operands;
	int n;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char **argv = ARGV(bad[i]);

		ck_assert_msg(parse(argv, &o, &operands, &n) == STATUS_USAGE, "%s", bad[i]);
	}
}
END_TEST

/* ---- Reading and growing --------------------------------------------------------- */

START_TEST(reading_ends_at_the_limit)
{
	struct capgate_error err;
	struct capgate_text text;
	int ends[2];

	for (size_t limit = 0; limit < 4; limit++) {
		int status;

		ck_assert_int_eq(pipe(ends), 0);
		ck_assert_int_eq(write(ends[1], "abc", 3), 3);
		close(ends[1]);
		status = io_read_all(ends[0], limit, &text, &err);
		close(ends[0]);
		ck_assert_int_eq(status, limit < 3 ? CAPGATE_ELIMIT : 0);
		if (status == 0) {
			ck_assert_uint_eq(text.len, 3);
			io_free(text);
		}
	}
	ck_assert_int_eq(io_read_all(-1, 10, &text, &err), CAPGATE_EIO);
	ck_assert_int_eq(io_status(&err), STATUS_INPUT);
}
END_TEST

static const size_t lengths[] = {0, 1, 16383, 16384, 16385, 65535, 65536, 65537, 300000};

/* With a limit that it reaches, and one that it exceeds by a byte. */
START_TEST(input_of_any_length_is_read_whole)
{
	const size_t size = lengths[_i];
	FILE *f = tmpfile();
	struct capgate_error err;
	struct capgate_text text;

	ck_assert_ptr_nonnull(f);
	for (size_t i = 0; i < size; i++)
		fputc((int)('a' + i % 26), f);
	fflush(f);
	ck_assert_int_eq((int)lseek(fileno(f), 0, SEEK_SET), 0);
	ck_assert_int_eq(io_read_all(fileno(f), size, &text, &err), 0);
	ck_assert_uint_eq(text.len, size);
	for (size_t i = 0; i < size; i++)
		ck_assert_int_eq(text.p[i], (int)('a' + i % 26));
	io_free(text);
	ck_assert_int_eq((int)lseek(fileno(f), 0, SEEK_SET), 0);
	if (size > 0)
		ck_assert_int_eq(io_read_all(fileno(f), size - 1, &text, &err), CAPGATE_ELIMIT);
	fclose(f);
}
END_TEST

static void fill(void *user, struct capgate_out *out)
{
	for (int i = 0; i < *(int *)user; i++)
		capgate_out_string(out, "0123456789");
}

START_TEST(buffers_grow_until_the_text_fits)
{
	static const int sizes[] = {0, 1, 500, 100000};
	struct capgate_error err;
	struct capgate_text text;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		int n = sizes[i];

		ck_assert_int_eq(outbuf_fill(fill, &n, &text, &err), 0);
		ck_assert_uint_eq(text.len, (size_t)n * 10);
		ck_assert(n == 0 || text.p[text.len - 1] == '9');
		io_free(text);
	}
}
END_TEST

/* ---- What a process holds ---------------------------------------------------------- */

#define STATUS(inh, prm, eff, bnd, amb) \
	"Name:\tx\nCapInh:\t" inh "\nCapPrm:\t" prm "\nCapEff:\t" eff "\nCapBnd:\t" bnd \
	"\nCapAmb:\t" amb "\nSeccomp:\t0\n"

START_TEST(five_masks_are_read_or_none)
{
	static const char *const bad[] = {
		"",
		"CapInh:\t0\n",
		STATUS("0", "0", "0", "0", ""),
		STATUS("0", "x", "0", "0", "0"),
		STATUS("0", "0", "0", "-1", "0"),
		STATUS("0", "0", "00000000000000001", "0", "0"),
		STATUS("0", "0", "0", "0", "0 0"),
	};
	struct capgate_text good =
		capgate_text_of(STATUS("0000000000000001", "0000000000000002", "0000000000000004",
				       "000001ffffffffff", "0000000000002000"));
	capgate_set set[CAPGATE_NSETS];
	struct capgate_error err;

	ck_assert_int_eq(procsets_parse(good, set, &err), 0);
	ck_assert_uint_eq(set[CAPGATE_INHERITABLE].bits, 1);
	ck_assert_uint_eq(set[CAPGATE_PERMITTED].bits, 2);
	ck_assert_uint_eq(set[CAPGATE_EFFECTIVE].bits, 4);
	ck_assert_uint_eq(set[CAPGATE_BOUNDING].bits, 0x1ffffffffff);
	ck_assert_uint_eq(set[CAPGATE_AMBIENT].bits, 0x2000);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(procsets_parse(capgate_text_of(bad[i]), set, &err) < 0, "row %zu: %s",
			      i, bad[i]);
	/* Every way of cutting it short in the middle of the masks. */
	for (size_t n = 0; n < good.len - 20; n++) {
		struct capgate_text part = {good.p, n};

		if (!memmem(good.p, n, "CapAmb:\t0000000000002000\n", 25))
			ck_assert_msg(procsets_parse(part, set, &err) < 0, "cut at %zu", n);
	}
	ck_assert_int_eq(procsets_read(getpid(), set, &err), 0);
	ck_assert_int_lt(procsets_read(0x7ffffff0, set, &err), 0);
	ck_assert_int_eq(procsets_userns_depth(getpid()), 0);
}
END_TEST

#define TWENTY "S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 "

/* The name may hold anything that looks like the rest. */
START_TEST(the_time_of_start_is_read_past_any_name)
{
	static const struct {
		const char *stat;
		uint64_t started; /* 0: refused */
	} rows[] = {
		{"7 (sh) " TWENTY "4711 99\n", 4711},
		{"7 (a) S 1 2 (b) ) " TWENTY "4711 99\n", 4711},
		{"7 () " TWENTY "18446744073709551615 99\n", UINT64_MAX},
		{"7 (sh) " TWENTY "18446744073709551616 99\n", 0},
		{"7 (sh) " TWENTY "4711", 0},
		{"7 (sh) " TWENTY "-1 9\n", 0},
		{"7 (sh) S 1 2\n", 0},
		{"7 (sh", 0},
		{"", 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct capgate_error err;
		uint64_t started = 0;
		int status = procsets_parse_start(capgate_text_of(rows[i].stat), &started, &err);

		ck_assert_msg((status == 0) == (rows[i].started != 0) && started == rows[i].started,
			      "%s", rows[i].stat);
	}
}
END_TEST

START_TEST(a_child_is_not_older_than_its_parent)
{
	struct capgate_error err;
	uint64_t ours, parents;

	ck_assert_int_eq(procsets_started(0, &ours, &err), 0);
	ck_assert_int_eq(procsets_started(getppid(), &parents, &err), 0);
	ck_assert_uint_le(parents, ours);
}
END_TEST

/* ---- Network namespaces ---------------------------------------------------------------- */

/* PID in the words is this process. */
static struct netns_known known_of(const char *words)
{
	struct netns_known known;
	char text[512];
	const char *at = strstr(words, "PID");
	int before = (int)(at ? at - words : 0);

	snprintf(text, sizeof(text), "%.*s%d%s", before, words, (int)getpid(), at ? at + 3 : "");
	netns_learn(capgate_text_of(text), &known);
	return known;
}

START_TEST(the_network_namespace_is_asked_for_only_when_the_text_joins_one)
{
	static const char *const joins[] = {
		"{\"namespaces\":[{\"type\":\"network\",\"path\":\"/proc/PID/ns/net\"}]}",
		"{\"namespaces\":[{ \"path\" : \"/proc/PID/ns/net\", \"type\": \"network\" }]}",
		"{\"namespaces\":[{\"pa\\u0074h\":\"/proc/PID/ns/net\",\"type\":\"network\"}]}",
		"\"network\" \"/proc/PID/ns/net\"",
	};
	static const char *const none[] = {
		"[{\"type\":\"network\"},{\"type\":\"pid\",\"path\":\"/proc/PID/ns/pid\"}]",
		"{\"path\":\"/proc/PID/ns/net\"}",
		"network\"PID",
		"kPID",
		"",
	};

	for (size_t i = 0; i < sizeof(joins) / sizeof(*joins); i++) {
		struct netns_known known = known_of(joins[i]);

		ck_assert_uint_ne(known.device, 0);
		ck_assert_uint_eq(known.n, 1);
		ck_assert_int_eq(known.of[0].pid, getpid());
		ck_assert_uint_eq(known.of[0].inode, known.host[0]);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
		ck_assert_uint_eq(known_of(none[i]).device, 0);
}
END_TEST

/* ---- Reading into an arena ------------------------------------------------------------- */

static int read_into(size_t bytes, size_t limit, size_t room, struct capgate_text *ret)
{
	static char block[8192] __attribute__((aligned(16)));
	struct capgate_arena arena;
	struct capgate_error err;
	FILE *f = tmpfile();
	int status;

	capgate_arena_init(&arena, block, room);
	for (size_t i = 0; i < bytes; i++)
		fputc('a' + (int)(i % 26), f);
	rewind(f);
	status = io_read_into(fileno(f), limit, &arena, ret, &err);
	fclose(f);
	ck_assert_uint_eq(arena.used, status == 0 ? (bytes + 15) / 16 * 16 : 0);
	return status;
}

START_TEST(a_text_is_read_into_what_is_left_of_an_arena)
{
	struct capgate_text text;

	ck_assert_int_eq(read_into(1000, 4000, 8192, &text), 0);
	ck_assert_uint_eq(text.len, 1000);
	ck_assert_int_eq(text.p[999], 'a' + 999 % 26);
	ck_assert_int_eq(read_into(0, 4000, 8192, &text), 0);
	ck_assert_uint_eq(text.len, 0);
	ck_assert_int_eq(read_into(4000, 4000, 8192, &text), 0);
	ck_assert_int_eq(read_into(4001, 4000, 8192, &text), CAPGATE_ELIMIT);
	ck_assert_int_eq(read_into(1000, 4000, 512, &text), CAPGATE_ENOMEM);
	ck_assert_int_eq(read_into(512, 4000, 512, &text), CAPGATE_ENOMEM);
}
END_TEST

/* ---- Who may write ------------------------------------------------------------------- */

static char dir[] = "/tmp/capgate-unit.XXXXXX";

static int opened(const char *name, bool *missing, struct capgate_error *err)
{
	char path[200];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = trusted_open(path, missing, err);
	if (fd >= 0)
		close(fd);
	return fd < 0 ? fd : 0;
}

static void make(const char *name, mode_t mode)
{
	char path[200];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fchmod(fd, mode), 0);
	close(fd);
}

START_TEST(only_files_that_nobody_else_may_write_are_trusted)
{
	struct capgate_error err;
	char path[300];
	bool missing;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	make("good", 0644);
	make("group", 0664);
	make("others", 0602);
	snprintf(path, sizeof(path), "%s/link", dir);
	ck_assert_int_eq(symlink("good", path), 0);
	snprintf(path, sizeof(path), "%s/open", dir);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_int_eq(chmod(path, 0777), 0);
	make("open/file", 0600);

	ck_assert_int_eq(opened("good", &missing, &err), 0);
	ck_assert_int_eq(opened("group", &missing, &err), CAPGATE_EPOLICY);
	ck_assert_int_eq(opened("others", &missing, &err), CAPGATE_EPOLICY);
	ck_assert_int_eq(opened("link", &missing, &err), CAPGATE_EPOLICY);
	ck_assert_int_eq(opened("open/file", &missing, &err), CAPGATE_EPOLICY);
	ck_assert_int_eq(opened("open", &missing, &err), CAPGATE_EPOLICY);
	ck_assert(!missing);
	ck_assert_int_eq(opened("none", &missing, &err), CAPGATE_EIO);
	ck_assert(missing);
	ck_assert_int_eq(opened("good/below", &missing, &err), CAPGATE_EPOLICY);
	ck_assert_int_eq(opened("open/../good", &missing, &err), CAPGATE_EPOLICY);
	ck_assert_int_eq(opened("./good", &missing, &err), CAPGATE_EPOLICY);
	ck_assert_int_eq(opened("good/", &missing, &err), CAPGATE_EPOLICY);
	ck_assert_int_eq(trusted_open("good", &missing, &err), CAPGATE_EPOLICY);
	ck_assert_int_eq(trusted_open("", &missing, &err), CAPGATE_EPOLICY);
	memset(path, 'a', sizeof(path) - 1);
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	ck_assert_int_eq(trusted_open(path, &missing, &err), CAPGATE_EIO);
	ck_assert_int_eq(trusted_directory(dir, &missing, &err), 0);

	for (size_t i = 0; i < 6; i++) {
		static const char *const names[] = {"good", "group",     "others",
						    "link", "open/file", "open"};

		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		ck_assert_int_eq(remove(path), 0);
	}
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

/* ---- Differences ----------------------------------------------------------------------- */

START_TEST(a_diff_tells_what_an_edit_changes)
{
	struct capgate_text old = capgate_text_of("a\nb\nc\nd\ne\nf\ng\nh\ni\n"),
			    new = capgate_text_of("a\nb\nc\nd\nX\nf\ng\nh\ni\n");
	struct capgate_edit edit = {{8, 1}, {"X", 1}};
	struct capgate_edits edits = {&edit, 1}, none = {NULL, 0};
	char buf[1000];
	struct capgate_out out = {buf, sizeof(buf) - 1, 0};

	diff_unified(old, new, &edits, capgate_text_of("n"), &out);
	buf[out.len] = '\0';
	ck_assert_ptr_nonnull(strstr(buf, "@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+X\n f\n g\n h\n"));
	out.len = 0;
	diff_unified(old, old, &none, capgate_text_of("n"), &out);
	ck_assert_uint_eq(out.len, 0);
	/* Without a newline at the end. */
	old.len--, new.len--;
	edit.at.off = old.len - 1;
	new = capgate_text_of("a\nb\nc\nd\ne\nf\ng\nh\nX");
	diff_unified(old, new, &edits, capgate_text_of("n"), &out);
	buf[out.len] = '\0';
	ck_assert_ptr_nonnull(strstr(
		buf, "-i\n\\ No newline at end of file\n+X\n\\ No newline at end of file\n"));
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("program");
	TCase *t = tcase_create("program");

	tcase_add_test(t, options_are_taken_by_the_table);
	tcase_add_test(t, what_is_not_in_the_table_is_refused);
	tcase_add_test(t, reading_ends_at_the_limit);
	tcase_add_loop_test(t, input_of_any_length_is_read_whole, 0,
			    sizeof(lengths) / sizeof(lengths[0]));
	tcase_add_test(t, buffers_grow_until_the_text_fits);
	tcase_add_test(t, five_masks_are_read_or_none);
	tcase_add_test(t, the_time_of_start_is_read_past_any_name);
	tcase_add_test(t, a_child_is_not_older_than_its_parent);
	tcase_add_test(t, only_files_that_nobody_else_may_write_are_trusted);
	tcase_add_test(t, the_network_namespace_is_asked_for_only_when_the_text_joins_one);
	tcase_add_test(t, a_text_is_read_into_what_is_left_of_an_arena);
	tcase_add_test(t, a_diff_tells_what_an_edit_changes);
	suite_add_tcase(s, t);
	return s;
}
