/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command lines of runc and crun: what is understood, and what is handed on.
 * Spellings are multiplied with doors and with global options, so that each is
 * tried everywhere; what is written out is compared word by word in the rows.
 */
#include "unit.h"

#include <string.h>

#include "hook/wrapper/argv.h"

static char block[1 << 20];
static struct capgate_arena arena;
static struct runtime_call call;
static struct capgate_error err;
static char words[4096], *argv[256];
static int lines_tried[2];

/* A line in words, separated by blanks; '' is an empty word, _ a blank within one. */
static int split(const char *line)
{
	int n = 0;

	ck_assert_uint_lt(strlen(line), sizeof(words));
	strcpy(words, line);
	for (char *w = strtok(words, " "); w; w = strtok(NULL, " "))
		argv[n++] = strcmp(w, "''") == 0 ? w + 2 : w;
	argv[n] = NULL;
	for (int i = 0; i < n; i++)
		for (char *p = argv[i]; (p = strchr(p, '_'));)
			*p = ' ';
	return n;
}

static int parse(enum runtime_dialect dialect, const char *line)
{
	int n = split(line);

	lines_tried[dialect]++;
	capgate_arena_init(&arena, block, sizeof(block));
	return runtime_argv_parse(dialect, n, argv, &arena, &call, &err);
}

static const char *built(const struct runtime_change *change)
{
	static char text[4096];
	char **v;

	text[0] = '\0';
	ck_assert_int_eq(runtime_argv_build(&call, "RT", change, &arena, &v, &err), 0);
	for (; *v; v++) {
		size_t before = strlen(text) + (text[0] != '\0');

		strcat(text, text[0] ? " " : "");
		strcat(text, **v ? *v : "''");
		for (char *p = text + before; (p = strchr(p, ' '));)
			*p = '_';
	}
	return text;
}

/* ---- Spellings, everywhere ------------------------------------------------------------- */

/* Each names B (after something else, perhaps). */
static const char *const runc_values[] = {
	"--%s B",
	"--%s=B",
	"-%s B",
	"-%s=B",
	"-%c B",
	"-%c=B",
	"--%c B",
	"--%c=B",
	"--%s X --%s B",
	"-%c X --%s=B",
	"--%s=X -%c B",
	"--pid-file --%s --%s B",
	"--console-socket -%c --%s=B",
	"--no-subreaper --%s B",
	"--pid-file= --%s=B",
	"--detach=true --%s B",
	"-d -%c B",
	"-d=false --%s B",
	"-detach --%c=B",
};

static const char *const runc_wrong[] = {
	"-%cB",       "--%sB",    "--%s=",   "--%s ''",          "---%s B",           "--%.3s B",
	"-%.4s=B",    "--%s-x B", "--x%s B", "--unknown --%s B", "--unknown=1 -%c B", "-x -%c B",
	"--- --%s B", "-d%c B",   "-%cd B",  "--%s:B",           "--%s\tB",           "-=B --%s B",
};

static const char *const crun_values[] = {
	"--%s B",
	"--%s=B",
	"-%c B",
	"-%cB",
	"--%s X --%s B",
	"-%cX --%s=B",
	"--%s=X -%c B",
	"-d%cB",
	"-d%c B",
	"-dd%c B",
	"--pid-file --%s --%s B",
	"--console-socket -%c --%s=B",
	"--det -%cB",
	"--pid-file=--%s=X --%s=B",
	"--pid-f P --%s B",
	"--pid-file= -%cB",
};

static const char *const crun_wrong[] = {
	"--new",
	"-d --new=1",
	"--%s=",
	"--%s ''",
	"---%s B",
	"--x%s B",
	"--unknown --%s B",
	"--unknown=1 -%c B",
	"-x -%c B",
	"--det=1 --%s B",
	"-dx%c B",
	"--%s-x=B",
	"--=B --%s B",
	"--help=1 --%s B",
};

static const char *const globals[] = {
	"",
	"--root R ",
	"--root=R --debug ",
	"--log L --log-format json ",
	"--systemd-cgroup --rootless false ",
};

struct option_names {
	const char *command, *name;
	char letter;
	enum runtime_meaning means;
};

static const struct option_names runc_names[] = {
	{"create", "bundle", 'b', MEANS_BUNDLE}, {"run", "bundle", 'b', MEANS_BUNDLE},
	{"restore", "bundle", 'b', MEANS_BUNDLE}, {"exec", "process", 'p', MEANS_PROCESS},
};

static const struct option_names crun_names[] = {
	{"create", "bundle", 'b', MEANS_BUNDLE},  {"run", "bundle", 'b', MEANS_BUNDLE},
	{"run", "config", 'f', MEANS_CONFIG},     {"create", "config", 'f', MEANS_CONFIG},
	{"restore", "bundle", 'b', MEANS_BUNDLE}, {"exec", "process", 'p', MEANS_PROCESS},
};

/* %s, %.3s and %.4s: the option's name or its beginning; %c: its letter. */
static void spell(const char *pattern, const struct option_names *o, char *buf)
{
	for (; *pattern; pattern++) {
		int n = 0, most = (int)strlen(o->name);

		if (pattern[0] == '%' && pattern[1] == 'c') {
			*buf++ = o->letter;
			pattern++;
		} else if (pattern[0] == '%') {
			if (pattern[1] == '.') {
				most = pattern[2] - '0';
				pattern += 2;
			}
			for (; n < most; n++)
				*buf++ = o->name[n];
			pattern++;
		} else {
			*buf++ = *pattern;
		}
	}
	*buf = '\0';
}

static void line_of(char *buf, size_t size, const char *global, const struct option_names *o,
		    const char *pattern, bool behind)
{
	char spelt[300];

	spell(pattern, o, spelt);
	if (behind)
		snprintf(buf, size, "rt %s%s ID %s", global, o->command, spelt);
	else
		snprintf(buf, size, "rt %s%s %s ID", global, o->command, spelt);
}

/* What is handed on means the same to either parser. */
static void same_to_both(enum runtime_meaning means)
{
	static const struct runtime_change none;
	char line[4096];

	strcpy(line, built(&none));
	for (enum runtime_dialect d = DIALECT_RUNC; d <= DIALECT_CRUN; d++) {
		if (means == MEANS_CONFIG && d == DIALECT_RUNC)
			continue; /* which runc has not, and says so */
		if (strstr(line, "-detach=") && d == DIALECT_CRUN)
			continue; /* only Go has flags with values */
		if (strstr(line, "--no-subreaper") && !strstr(line, "create") &&
		    !strstr(line, "run ") && d == DIALECT_CRUN)
			continue; /* which crun has not, and says so */
		ck_assert_msg(parse(d, line) == 0, "%s: %s", line, err.msg);
		ck_assert_str_eq(call.value[means], "B");
		ck_assert_uint_eq(call.n_operands, 1);
		ck_assert_str_eq(call.operands[0], "ID");
		ck_assert_str_eq(built(&none), line);
	}
}

static void try_spellings(enum runtime_dialect dialect, const struct option_names *names,
			  size_t n_names, const char *const *patterns, size_t n_patterns, bool good)
{
	char line[1024];

	for (size_t o = 0; o < n_names; o++) {
		for (size_t p = 0; p < n_patterns; p++) {
			for (size_t g = 0; g < sizeof(globals) / sizeof(*globals); g++) {
				/* runc, but for exec, takes them behind the id as well. */
				bool both = dialect == DIALECT_RUNC &&
					    strcmp(names[o].command, "exec") != 0;

				for (int behind = 0; behind <= both; behind++) {
					int status;

					line_of(line, sizeof(line), globals[g], &names[o],
						patterns[p], behind);
					status = parse(dialect, line);
					if (!good) {
						ck_assert_msg(status < 0, "understood: %s", line);
						ck_assert_int_eq(err.rule,
								 CAPGATE_RULE_COMMAND_LINE);
						continue;
					}
					ck_assert_msg(status == 0, "%s: %s", line, err.msg);
					ck_assert_int_eq(call.door,
							 runtime_door_of(names[o].command));
					ck_assert_msg(call.value[names[o].means] &&
							      strcmp(call.value[names[o].means],
								     "B") == 0,
						      "%s: not B", line);
					same_to_both(names[o].means);
				}
			}
		}
	}
}

#define N(a) (sizeof(a) / sizeof(*(a)))

START_TEST(every_spelling_of_runc_is_understood_or_stopped)
{
	try_spellings(DIALECT_RUNC, runc_names, N(runc_names), runc_values, N(runc_values), true);
	try_spellings(DIALECT_RUNC, runc_names, N(runc_names), runc_wrong, N(runc_wrong), false);
	ck_assert_int_ge(lines_tried[DIALECT_RUNC], 150);
}
END_TEST

START_TEST(every_spelling_of_crun_is_understood_or_stopped)
{
	try_spellings(DIALECT_CRUN, crun_names, N(crun_names), crun_values, N(crun_values), true);
	try_spellings(DIALECT_CRUN, crun_names, N(crun_names), crun_wrong, N(crun_wrong), false);
	ck_assert_int_ge(lines_tried[DIALECT_CRUN], 150);
}
END_TEST

/* ---- Whole lines, word by word ------------------------------------------------------------- */

/* new NULL: stopped, with old's offending word in the message; "=": untouched. */
struct row {
	enum runtime_dialect dialect;
	const char *old, *new;
};

#define RUNC DIALECT_RUNC
#define CRUN DIALECT_CRUN

static const struct row rows[] = {
	/* as engines call */
	{RUNC,
	 "rt --root /r --log /b/log.json --log-format json create --bundle /b --pid-file /p ID",
	 "RT --root /r --log /b/log.json --log-format json create --bundle /b --pid-file /p -- ID"},
	{RUNC,
	 "rt --root /r --log /l --log-format json --systemd-cgroup create --bundle /b --pid-file "
	 "/p --console-socket /s --no-pivot --no-new-keyring ID",
	 "RT --root /r --log /l --log-format json --systemd-cgroup create --bundle /b --pid-file "
	 "/p --console-socket /s --no-pivot --no-new-keyring -- ID"},
	{RUNC,
	 "rt --root /r --log /l --log-format json exec --process /p --console-socket /s --detach "
	 "--pid-file /f ID",
	 "RT --root /r --log /l --log-format json exec --process /p --console-socket /s --detach "
	 "--pid-file /f -- ID"},
	{RUNC, "rt --log /l --log-format json run --bundle /b ID",
	 "RT --log /l --log-format json run --bundle /b -- ID"},
	{CRUN, "rt --root=/r --log-format=json --log=/l create --bundle /b --pid-file /p ID",
	 "RT --root /r --log-format json --log /l create --bundle /b --pid-file /p -- ID"},
	{CRUN, "rt --systemd-cgroup --root=/r create --bundle /b --pid-file /p ID",
	 "RT --systemd-cgroup --root /r create --bundle /b --pid-file /p -- ID"},
	{CRUN, "rt exec --pid-file /p --process /f --detach ID",
	 "RT exec --pid-file /p --process /f --detach -- ID"},
	{CRUN, "rt exec --cwd / --tty ID sh -c x", "RT exec --cwd / --tty -- ID sh -c x"},
	/* what is not a door goes on as it is, whatever it says */
	{RUNC, "rt --root /r start ID", "="},
	{RUNC, "rt --anything --root /r kill ID 9", "="},
	{RUNC, "rt", "="},
	{RUNC, "rt -v", "="},
	{RUNC, "rt --version", "="},
	{RUNC, "rt features", "="},
	{RUNC, "rt checkpoint --image-path /i ID", "="},
	{RUNC, "rt kill create TERM", "="},
	{RUNC, "rt --root run state exec", "="},
	{RUNC, "rt --root exec state ID", "="},
	{RUNC, "rt --debug delete --force run", "="},
	{RUNC, "rt -- state create", "="},
	{RUNC, "rt -- create --bundle /b ID", "RT create --bundle /b -- ID"},
	{RUNC, "rt start -- create", "="},
	{CRUN, "rt kill create TERM", "="},
	{CRUN, "rt --root run state exec", "="},
	{CRUN, "rt --roo run state exec", NULL}, /* root, or rootless? */
	{CRUN, "rt --rootl run state exec", "="},
	{CRUN, "rt -- state create", "="},
	{CRUN, "rt --cgroup-m disabled list run", "="},
	{CRUN, "rt list", "="},
	{CRUN, "rt Create --bundle /b ID", "="},
	{RUNC, "rt Create --bundle /b ID", "="},
	{RUNC, "rt creat ID", "="},
	/* global options that are not known, before what could be a door */
	{RUNC, "rt --new create ID", NULL},
	{RUNC, "rt --new=1 create ID", NULL},
	{RUNC, "rt --new x create ID", NULL},
	{RUNC, "rt --new state exec", NULL},
	{RUNC, "rt -x run ID", NULL},
	{RUNC, "rt --roo R create ID", NULL},
	{RUNC, "rt --log-level debug create ID", NULL},
	{RUNC, "rt --root", "="},
	{RUNC, "rt create --root", NULL},
	{CRUN, "rt --new create ID", NULL},
	{CRUN, "rt --criu x create ID", NULL},
	{CRUN, "rt --lo L create ID", NULL},
	{CRUN, "rt --log L create ID", "RT --log L create -- ID"},
	{CRUN, "rt --log-f json --log-l debug --root R create ID",
	 "RT --log-format json --log-level debug --root R create -- ID"},
	{CRUN, "rt --root= create ID", NULL},
	{RUNC, "rt --root '' create ID", NULL},
	/* runc: options behind the id, but not for exec */
	{RUNC, "rt create ID --bundle /b", "RT create --bundle /b -- ID"},
	{RUNC, "rt create ID -b=/b --no-pivot", "RT create --bundle /b --no-pivot -- ID"},
	{RUNC, "rt run -d ID --bundle /b", "RT run --detach --bundle /b -- ID"},
	{RUNC, "rt restore ID --image-path /i -b /b",
	 "RT restore --image-path /i --bundle /b -- ID"},
	{RUNC, "rt create ID -- --bundle /b", NULL},
	{RUNC, "rt create -- ID --bundle /b", NULL},
	{RUNC, "rt create -- -ID", "RT create -- -ID"},
	{RUNC, "rt create ID other", NULL},
	{RUNC, "rt create -- ID --bundle=/evil", NULL}, /* behind --, it was no option */
	{RUNC, "rt create ID -- --bundle=/evil", NULL},
	{RUNC, "rt create -", "RT create -- -"},
	{RUNC, "rt create --pid-file -- ID", "RT create --pid-file=-- -- ID"},
	{RUNC, "rt create --pid-file - ID", "RT create --pid-file=- -- ID"},
	{RUNC, "rt exec ID --process /p", "RT exec -- ID --process /p"},
	{RUNC, "rt exec ID ls -p /p --cap CAP_NET_RAW", "RT exec -- ID ls -p /p --cap CAP_NET_RAW"},
	{RUNC, "rt exec -- ID -- sh", "RT exec -- ID -- sh"},
	{RUNC, "rt exec -t -e A=B -env C=D=E -u 1:2 -g 3 --cwd=/ ID sh -c x",
	 "RT exec --tty --env A=B --env C=D=E --user 1:2 --additional-gids 3 --cwd / -- ID sh -c "
	 "x"},
	{RUNC, "rt exec -c CAP_KILL -cap=CAP_CHOWN --cap CAP_X --c=CAP_Y ID sh",
	 "RT exec --cap CAP_KILL --cap CAP_CHOWN --cap CAP_X --cap CAP_Y -- ID sh"},
	{RUNC, "rt exec -tty=false -no-new-privs ID sh",
	 "RT exec --tty=false --no-new-privs -- ID sh"},
	{RUNC, "rt exec --cap", NULL},
	{RUNC, "rt exec -td ID sh", NULL},
	{RUNC, "rt exec -cCAP_NET_RAW ID sh", NULL},
	{RUNC, "rt exec --ca CAP_NET_RAW ID sh", NULL},
	{RUNC, "rt create --config /c ID", "RT create --config /c -- ID"},
	{RUNC, "rt restore ID -config=c", "RT restore --config c -- ID"},
	{RUNC, "rt create -f /c ID", NULL},
	/* crun: options only before the id */
	{CRUN, "rt create ID --bundle /b", NULL},
	{CRUN, "rt create -bundle B ID", NULL},
	{CRUN, "rt create -bundle=B ID", "RT create --bundle undle=B -- ID"},
	{CRUN, "rt create --b B ID", "RT create --bundle B -- ID"},
	{CRUN, "rt create --b=B ID", "RT create --bundle B -- ID"},
	{CRUN, "rt create -b=B ID", "RT create --bundle =B -- ID"},
	{CRUN, "rt create -b/b ID", "RT create --bundle /b -- ID"},
	{CRUN, "rt run -f/c ID", "RT run --config /c -- ID"},
	{CRUN, "rt run -dfc -b b ID", "RT run --detach --config c --bundle b -- ID"},
	{CRUN, "rt run --conf /c --bun /b ID", "RT run --config /c --bundle /b -- ID"},
	{CRUN, "rt run --con /c ID", NULL},
	{CRUN, "rt run --cons /s ID", "RT run --console-socket /s -- ID"},
	{CRUN, "rt run --no-p ID", "RT run --no-pivot -- ID"},
	{CRUN, "rt run --no ID", NULL},
	{CRUN, "rt run --no-pivot=1 ID", NULL},
	{CRUN, "rt run -- ID", "RT run -- ID"},
	{CRUN, "rt run -- -ID", "RT run -- -ID"},
	{CRUN, "rt run -b -- ID", "RT run --bundle=-- -- ID"},
	{CRUN, "rt run -b", NULL},
	{CRUN, "rt exec --ca CAP_KILL -cCAP_CHOWN -c CAP_X ID sh",
	 "RT exec --cap CAP_KILL --cap CAP_CHOWN --cap CAP_X -- ID sh"},
	{CRUN, "rt exec -tcCAP_NET_RAW ID sh", "RT exec --tty=cCAP_NET_RAW -- ID sh"},
	{CRUN, "rt exec -dcCAP_NET_RAW ID sh", "RT exec --detach --cap CAP_NET_RAW -- ID sh"},
	{CRUN, "rt exec -t false ID", "RT exec --tty -- false ID"},
	{CRUN, "rt exec --tty=no -p/p ID", "RT exec --tty=no --process /p -- ID"},
	{CRUN, "rt exec --proc /p ID", NULL},
	{CRUN, "rt exec --process-l L ID sh", "RT exec --process-label L -- ID sh"},
	{CRUN, "rt exec --c CAP_NET_RAW ID sh", NULL},
	{CRUN, "rt exec -e A=B --user=0 ID sh --cap CAP_NET_RAW",
	 "RT exec --env A=B --user 0 -- ID sh --cap CAP_NET_RAW"},
	{CRUN, "rt exec -cap CAP_NET_RAW ID sh", "RT exec --cap ap -- CAP_NET_RAW ID sh"},
	/* help starts nothing, and takes nothing along that could */
	{RUNC, "rt create --bundle /b --help ID", "RT create --help"},
	{RUNC, "rt create ID -h", "RT create --help"},
	{RUNC, "rt create -help=false -b /b ID", "RT create --bundle /b -- ID"},
	{RUNC, "rt --version create ID", "RT --version"},
	{RUNC, "rt --version=false create ID", "RT create -- ID"},
	{RUNC, "rt --root R -h create ID", "RT --root R --help"},
	{CRUN, "rt create -? -b /b ID", "RT create --help"},
	{CRUN, "rt run --usage ID", "RT run --usage"},
	{CRUN, "rt -V create ID", "RT --version"},
	{CRUN, "rt --vers create ID", "RT --version"},
	/* the last one wins, and all are handed on */
	{RUNC, "rt create -b /a --bundle=/b ID", "RT create --bundle /a --bundle /b -- ID"},
	{CRUN, "rt run -f a -fb ID", "RT run --config a --config b -- ID"},
	/* words that a reader who trims them would read in another way; _ is a blank */
	{RUNC, "rt _run --bundle /b ID", NULL},
	{RUNC, "rt run_ --bundle /b ID", NULL},
	{RUNC, "rt _--debug run --bundle /b ID", NULL},
	{RUNC, "rt --debug_ run --bundle /b ID", NULL},
	{RUNC, "rt '' run --bundle /b ID", NULL},
	{RUNC, "rt _ exec ID", NULL},
	{RUNC, "rt _exec_", NULL},
	{CRUN, "rt _run --bundle /b ID", NULL},
	{RUNC, "rt run --bundle /b _ID", NULL},
	{RUNC, "rt run --bundle /b ID_", NULL},
	{RUNC, "rt run --bundle /b ''", NULL},
	{RUNC, "rt exec --process /p _--process /q ID", NULL},
	{RUNC, "rt exec '' --process /p", NULL},
	{CRUN, "rt exec _ID sh", NULL},
	{RUNC, "rt exec ID '' --process /q", "RT exec -- ID '' --process /q"},
	{RUNC, "rt exec --process /p ID _--process /q", "RT exec --process /p -- ID _--process /q"},
	{RUNC, "rt run --bundle=/x/sp_ ID", "RT run --bundle /x/sp_ -- ID"},
	{RUNC, "rt run --pid-file=-x_ ID", NULL},
	{RUNC, "rt run --detach=true_ ID", NULL},
	{RUNC, "rt --log /l_ state _run_", "="},
	{RUNC, "rt state_ run", NULL},
	{RUNC, "rt state_ ID", "="},
	{CRUN, "rt run --bundle=--keep ID", "RT run --bundle=--keep -- ID"},
	{RUNC, "rt run --pid-file=--keep ID", "RT run --pid-file=--keep -- ID"},
	/* no id: the runtime's own complaint */
	{RUNC, "rt create", "RT create"},
	{CRUN, "rt exec", "RT exec"},
};

START_TEST(whole_lines_are_written_anew_or_stopped)
{
	static const struct runtime_change none;
	const struct row *row = &rows[_i];
	int status = parse(row->dialect, row->old);

	if (!row->new) {
		ck_assert_msg(status < 0, "understood: %s", row->old);
		ck_assert_int_eq(err.rule, CAPGATE_RULE_COMMAND_LINE);
		return;
	}
	ck_assert_msg(status == 0, "%s: %s", row->old, err.msg);
	if (strcmp(row->new, "=") == 0) {
		ck_assert_int_eq(call.door, DOOR_NONE);
		ck_assert_ptr_null(call.ends_early);
		return;
	}
	ck_assert_str_eq(built(&none), row->new);
}
END_TEST

START_TEST(what_is_replaced_is_replaced_once)
{
	const bool keep[] = {false, true, false};
	struct runtime_change change = {.root = "/R", .process = "/P", .keep_cap = keep};

	ck_assert_int_eq(parse(DIALECT_RUNC, "rt exec -p a --cap A -c B --cap=C --process b ID sh"),
			 0);
	ck_assert_str_eq(built(&change), "RT --root /R exec --cap B --process /P -- ID sh");
	ck_assert_int_eq(parse(DIALECT_CRUN, "rt --root x run -b b -f a --conf b ID"), 0);
	change = (struct runtime_change){.root = "/R", .config = "/C"};
	ck_assert_str_eq(built(&change), "RT --root /R run --bundle b --config /C -- ID");
	ck_assert_int_eq(parse(DIALECT_CRUN, "rt exec --cap A ID sh"), 0);
	change = (struct runtime_change){.no_new_privs = true};
	ck_assert_str_eq(built(&change), "RT exec --cap A --no-new-privs -- ID sh");
}
END_TEST

START_TEST(an_error_names_the_option)
{
	ck_assert_int_lt(parse(DIALECT_RUNC, "rt create --from-the-future=1 ID"), 0);
	ck_assert_ptr_nonnull(strstr(err.msg, "--from-the-future=1"));
	ck_assert_int_lt(parse(DIALECT_CRUN, "rt run --con x ID"), 0);
	ck_assert_ptr_nonnull(strstr(err.msg, "--con"));
	/* where to tell it is known by then */
	ck_assert_int_lt(parse(DIALECT_RUNC, "rt --log L --log-format json create --new ID"), 0);
	ck_assert_str_eq(call.value[MEANS_LOG], "L");
	ck_assert_str_eq(call.command, "create");
}
END_TEST

START_TEST(ten_thousand_options_are_stopped)
{
	static char *many[10004];
	static char rt[] = "rt", exec[] = "exec", d[] = "-d", id[] = "ID";
	int n = 0;

	many[n++] = rt;
	many[n++] = exec;
	while (n < 10002)
		many[n++] = d;
	many[n++] = id;
	capgate_arena_init(&arena, block, sizeof(block));
	ck_assert_int_lt(runtime_argv_parse(DIALECT_RUNC, n, many, &arena, &call, &err), 0);
}
END_TEST

START_TEST(a_full_arena_is_an_error)
{
	for (size_t size = 0; size < 4096; size += 64) {
		char **v;

		split("rt --root R create --bundle /b --pid-file /p ID");
		capgate_arena_init(&arena, block, size);
		if (runtime_argv_parse(DIALECT_RUNC, 8, argv, &arena, &call, &err) < 0)
			ck_assert_int_eq(err.code, CAPGATE_ENOMEM);
		else if (runtime_argv_build(&call, "RT", &(struct runtime_change){0}, &arena, &v,
					    &err) < 0)
			ck_assert_int_eq(err.code, CAPGATE_ENOMEM);
	}
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("runtime_argv");
	TCase *c = tcase_create("core");

	tcase_add_test(c, every_spelling_of_runc_is_understood_or_stopped);
	tcase_add_test(c, every_spelling_of_crun_is_understood_or_stopped);
	tcase_add_loop_test(c, whole_lines_are_written_anew_or_stopped, 0, (int)N(rows));
	tcase_add_test(c, what_is_replaced_is_replaced_once);
	tcase_add_test(c, an_error_names_the_option);
	tcase_add_test(c, ten_thousand_options_are_stopped);
	tcase_add_test(c, a_full_arena_is_an_error);
	suite_add_tcase(s, c);
	return s;
}
