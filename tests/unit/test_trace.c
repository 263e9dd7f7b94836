/* SPDX-License-Identifier: Apache-2.0 */
/* The text of traces, as kernels write it. */
#include "unit.h"

#include <sys/mman.h>

#include "hook/sys/sys.h"
#include "hook/trace/line.h"
#include "hook/trace/reading.h"

/* ---- Lines ------------------------------------------------------------------------- */

static struct trace_line line_of(const char *words)
{
	struct trace_line line;

	trace_line_read(capgate_text_of(words), &line);
	return line;
}

START_TEST(a_check_is_read_from_the_tracepoint)
{
	struct trace_line line =
		line_of("           chown-11946   [001] ..... 13266.588153: cap_capable: cred "
			"00000000b372aa28, target_ns 00000000a8fe5f66, capable_ns "
			"00000000a8fe5f66, cap 0, ret 0");

	ck_assert_int_eq(line.kind, TRACE_CHECK);
	ck_assert_int_eq(line.pid, 11946);
	ck_assert_int_eq(line.cap, 0);
	ck_assert(line.has_result && line.result == 0);
	ck_assert_uint_eq(line.target, 0xa8fe5f66);
	ck_assert_uint_eq(line.granted, 0xa8fe5f66);
	ck_assert_uint_eq(line.microseconds, 13266588153);
	ck_assert(capgate_text_is(line.comm, "chown"));
}
END_TEST

START_TEST(a_check_is_read_from_kprobe_events)
{
	struct trace_line line = line_of("           <...>-77      [000] d..1.    12.000001: "
					 "cap_capable: (cap_capable+0x0/0x90) "
					 "target=0xffffffff9a45c2c0 cap=21 opts=2"),
			  back = line_of("           chown-77      [000] d..1.    12.000002: "
					 "cap_result: (ns_capable_common+0x2b/0x50 <- cap_capable) "
					 "result=-1");

	ck_assert_int_eq(line.kind, TRACE_CHECK);
	ck_assert(!line.has_result && line.silent);
	ck_assert_int_eq(line.cap, 21);
	ck_assert_int_eq(back.kind, TRACE_RESULT);
	ck_assert_int_eq(back.result, -1);
}
END_TEST

START_TEST(names_with_blanks_and_brackets_do_not_mislead)
{
	struct trace_line line = line_of("   a-1 [0] b: c-77      [000] .....    12.000001: "
					 "sched_process_fork: comm=x pid=77 child_comm=y "
					 "child_pid=1 child_pid=78");

	ck_assert_int_eq(line.kind, TRACE_FORK);
	ck_assert_int_eq(line.pid, 77);
	ck_assert_int_eq(line.other, 78);
	line = line_of("   sh-77      [000] .....    12.000001: sched_process_exec: "
		       "filename=/a pid=1 old_pid=2 pid=77 old_pid=79");
	ck_assert_int_eq(line.kind, TRACE_EXEC);
	ck_assert(capgate_text_is(line.text, "/a pid=1 old_pid=2"));
	ck_assert_int_eq(line.other, 79);
}
END_TEST

START_TEST(what_cannot_be_read_is_odd)
{
	static const char *const odd[] = {
		"x",
		"cap_capable: cred 1",
		"   sh-77      [000] .....    12.000001: something: else",
		"   sh-77      [000] .....    12.000001: cap_capable: cred 0, target_ns 0, "
		"capable_ns 0, cap x, ret 0",
		"   sh-77      [000] .....    12.000001: cap_capable: cred 0, target_ns 0, "
		"capable_ns 0, cap 1, ret 0 more",
		"   sh-77      [000] .....    12.000001: sched_process_exec: filename=/a",
		"   sh-77      [000] .....    12.000001: sched_process_exec: filename=/a pid=78 "
		"old_pid=78",
		"   sh-99999999999      [000] .....    12.000001: <stack trace>",
		"   sh-77      [000] .....    12.000001: sys_exit: NR 1 = -1",
	};

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		ck_assert_msg(line_of(odd[i]).kind == TRACE_ODD, "%s", odd[i]);
	ck_assert_int_eq(line_of("CPU:1 [LOST 17 EVENTS]").kind, TRACE_DROPPED);
	ck_assert_int_eq(line_of(" => ovl_permission [overlay]").kind, TRACE_FRAME);
	ck_assert(capgate_text_is(line_of(" => ovl_permission [overlay]").text, "ovl_permission"));
}
END_TEST

/* ---- Stacks ------------------------------------------------------------------------ */

static struct trace_stack stack_of(const char *const *frames)
{
	struct trace_stack stack = {0};

	for (; *frames; frames++)
		trace_stack_add(&stack, capgate_text_of(*frames));
	return stack;
}

#define STACK(...) stack_of((const char *const[]){__VA_ARGS__, NULL})

START_TEST(a_stack_tells_system_call_and_site)
{
	struct trace_stack stack =
		STACK("trace_event_raw_event_cap_capable", "cap_capable", "security_capable",
		      "ns_capable", "inet_bind", "__sys_bind", "__x64_sys_bind", "x64_sys_call",
		      "do_syscall_64", "entry_SYSCALL_64_after_hwframe");

	ck_assert_int_eq(trace_stack_noise(&stack), TRACE_MATTERS);
	ck_assert_str_eq(trace_stack_site(&stack), "inet_bind");
	ck_assert_str_eq(trace_stack_call(&stack), "bind");
}
END_TEST

START_TEST(questions_that_refuse_nothing_are_noise)
{
	struct trace_stack memory = STACK("cap_capable", "security_vm_enough_memory_mm",
					  "do_brk_flags", "__do_sys_brk", "do_syscall_64"),
			   silent = STACK("cap_capable", "security_capable",
					  "has_capability_noaudit", "oom_badness", "do_syscall_64");

	struct trace_stack probed =
		STACK("0xffffffffc02bf0c8", "cap_capable", "arch_rethook_trampoline",
		      "setattr_prepare", "ext4_setattr", "__x64_sys_chown", "do_syscall_64");

	/* "0x...": where a kprobe's instructions were moved to. */
	ck_assert_str_eq(trace_stack_site(&probed), "setattr_prepare");
	ck_assert_int_eq(trace_stack_noise(&memory), TRACE_OVERCOMMIT);
	ck_assert_int_eq(trace_stack_noise(&silent), TRACE_SILENT);
}
END_TEST

START_TEST(overlayfs_asks_for_itself_below_itself)
{
	struct trace_stack below = STACK("cap_capable", "capable_wrt_inode_uidgid",
					 "setattr_prepare", "notify_change", "ovl_setattr",
					 "notify_change", "chown_common", "__x64_sys_fchownat"),
			   itself = STACK("cap_capable", "ns_capable", "ovl_open_realfile",
					  "__x64_sys_openat"),
			   above = STACK("cap_capable", "capable_wrt_inode_uidgid",
					 "setattr_prepare", "ovl_setattr", "notify_change",
					 "chown_common", "__x64_sys_fchownat"),
			   asked = STACK("cap_capable", "capable_wrt_inode_uidgid",
					 "generic_permission", "ovl_permission", "inode_permission",
					 "may_open", "__x64_sys_openat");

	ck_assert_int_eq(trace_stack_noise(&below), TRACE_BORROWED);
	ck_assert_int_eq(trace_stack_noise(&itself), TRACE_BORROWED);
	ck_assert_int_eq(trace_stack_noise(&above), TRACE_MATTERS);
	ck_assert_int_eq(trace_stack_noise(&asked), TRACE_MATTERS);
}
END_TEST

/* ---- Tables ------------------------------------------------------------------------ */

/* A trace in short: each row is one line of it, with PID at its beginning. */
static struct trace_table read_trace(const char *const *rows)
{
	static struct trace_table table;
	struct capgate_arena arena;
	struct trace_reading *reading;
	void *block = io_block(TRACE_READING_ROOM);
	unsigned n = 0;

	ck_assert_ptr_nonnull(block);
	capgate_arena_init(&arena, block, TRACE_READING_ROOM);
	reading = trace_reading_new(&arena);
	ck_assert_ptr_nonnull(reading);
	for (; *rows; rows++, n++) {
		char text[400];
		int at = 0;
		long pid = 0;

		if (**rows >= '0' && **rows <= '9' && sscanf(*rows, "%ld %n", &pid, &at) == 1)
			snprintf(text, sizeof(text), "  x-%ld  [000] .....  1.%06u: %s", pid, n,
				 *rows + at);
		else
			snprintf(text, sizeof(text), "%s", *rows);
		if (!trace_reading_line(reading, capgate_text_of(text)))
			break;
	}
	trace_reading_table(reading, &table);
	ck_assert(trace_table_is_sound(&table));
	munmap(block, TRACE_READING_ROOM);
	return table;
}

#define TRACE(...) read_trace((const char *const[]){__VA_ARGS__, NULL})
#define TOUCHER "9 tracing_mark_write: " TRACE_MARK_TOUCHER
#define FIRST "9 oom_score_adj_update: pid=20 comm=x oom_score_adj=0"
#define EXEC(pid, file) #pid " sched_process_exec: filename=" file " pid=" #pid " old_pid=" #pid
#define FORK(pid, child) \
#pid " sched_process_fork: comm=x pid=" #pid " child_comm=x child_pid=" #child
#define CHECK_IN(pid, ns, cap, ret) \
#pid " cap_capable: cred 1, target_ns " ns ", capable_ns " ns ", cap " #cap ", ret " #ret
#define CHECK(pid, cap, ret) CHECK_IN(pid, "a", cap, ret)
#define SITE(pid, frame) #pid " <stack trace>", " => cap_capable", " => " frame
#define END "8 tracing_mark_write: " TRACE_MARK_END

static uint64_t used(const struct trace_table *table)
{
	return trace_table_used(table).bits;
}

START_TEST(counting_begins_when_the_first_program_is_executed)
{
	struct trace_table table =
		TRACE(TOUCHER, FIRST, CHECK(20, 8, 0), SITE(20, "cap_capset"), EXEC(20, "/bin/a"),
		      CHECK(20, 0, 0), SITE(20, "setattr_prepare"), CHECK(20, 0, 0),
		      SITE(20, "setattr_prepare"), CHECK(20, 7, -1), SITE(20, "__sys_setuid"), END);

	ck_assert(table.began && table.complete);
	ck_assert_uint_eq(used(&table), 1);
	ck_assert_uint_eq(trace_table_asked(&table).bits, 1 | 1 << 7);
	ck_assert_uint_eq(table.n_rows, 2);
	ck_assert_uint_eq(table.row[0].count, 2);
	ck_assert_str_eq(table.row[0].program, "/bin/a");
	ck_assert_str_eq(table.row[0].site, "setattr_prepare");
	ck_assert_uint_eq(table.n_files, 1);
}
END_TEST

START_TEST(it_may_be_told_later_which_process_was_first)
{
	struct trace_table table = TRACE(EXEC(20, "/bin/a"), FORK(20, 21), CHECK(21, 0, 0),
					 SITE(21, "x"), TOUCHER, FIRST, END);

	ck_assert(table.began);
	ck_assert_uint_eq(used(&table), 1);
}
END_TEST

START_TEST(only_descendants_of_the_first_process_count)
{
	struct trace_table table =
		TRACE(TOUCHER, FIRST, FORK(20, 19), EXEC(19, "/hook"), CHECK(19, 21, 0),
		      SITE(19, "x"), EXEC(20, "/bin/a"), FORK(20, 21), EXEC(21, "/bin/b"),
		      CHECK(21, 0, 0), SITE(21, "x"), FORK(21, 22), CHECK(22, 1, 0), SITE(22, "x"),
		      EXEC(50, "/other"), CHECK(50, 12, 0), SITE(50, "x"), END);

	ck_assert_uint_eq(used(&table), 3);
	ck_assert_uint_eq(table.n_files, 2);
	ck_assert_str_eq(table.row[1].program, "/bin/b");
}
END_TEST

START_TEST(a_child_may_be_seen_before_its_fork)
{
	struct trace_table table =
		TRACE(TOUCHER, FIRST, EXEC(20, "/bin/a"), CHECK(21, 0, 0), SITE(21, "x"),
		      FORK(20, 21), CHECK(21, 1, 0), SITE(21, "x"), END);

	ck_assert_uint_eq(used(&table), 3);
}
END_TEST

START_TEST(a_program_that_executes_itself_again_keeps_its_name)
{
	struct trace_table table =
		TRACE(TOUCHER, FIRST, EXEC(20, "/bin/sh"), FORK(20, 21), EXEC(21, "/proc/self/exe"),
		      CHECK(21, 0, 0), SITE(21, "x"), EXEC(20, "/proc/self/exe"), CHECK(20, 1, 0),
		      SITE(20, "x"), END);

	ck_assert_uint_eq(used(&table), 3);
	ck_assert_uint_eq(table.n_files, 1);
	ck_assert_str_eq(table.file[0], "/bin/sh");
	ck_assert_str_eq(table.row[0].program, "/bin/sh");
	ck_assert_str_eq(table.row[1].program, "/bin/sh");
}
END_TEST

START_TEST(what_is_only_known_as_proc_self_exe_is_named_so)
{
	struct trace_table table =
		TRACE(TOUCHER, FIRST, EXEC(20, "/proc/self/exe"), CHECK(20, 0, 0), SITE(20, "x"),
		      EXEC(20, "/proc/self/exe"), CHECK(20, 1, 0), SITE(20, "x"), END);

	ck_assert_str_eq(table.row[0].program, "/proc/self/exe");
	ck_assert_str_eq(table.row[1].program, "/proc/self/exe");
}
END_TEST

START_TEST(a_process_number_that_is_used_again_is_another_process)
{
	struct trace_table table =
		TRACE(TOUCHER, FIRST, EXEC(20, "/bin/a"), FORK(20, 21), CHECK(21, 0, 0),
		      SITE(21, "x"), FORK(50, 21), CHECK(21, 12, 0), SITE(21, "x"), END);

	ck_assert_uint_eq(used(&table), 1);
}
END_TEST

START_TEST(what_is_granted_in_a_user_namespace_of_its_own_is_not_used)
{
	struct trace_table table = TRACE(
		TOUCHER, FIRST, FORK(9, 10), CHECK(10, 18, 0), SITE(10, "x"), EXEC(20, "/bin/a"),
		CHECK_IN(20, "b", 21, 0), SITE(20, "x"), CHECK(20, 0, 0), SITE(20, "x"), END);

	ck_assert_uint_eq(used(&table), 1);
	ck_assert_uint_eq(table.row[0].noise, TRACE_OWN_USERNS);
}
END_TEST

START_TEST(a_container_cannot_say_who_is_first)
{
	struct trace_table table = TRACE(TOUCHER, FIRST, EXEC(20, "/bin/a"), FORK(20, 21),
					 "21 oom_score_adj_update: pid=50 comm=x oom_score_adj=0",
					 EXEC(50, "/b"), CHECK(50, 12, 0), SITE(50, "x"), END);

	ck_assert_uint_eq(used(&table), 0);
	ck_assert(table.began);
}
END_TEST

START_TEST(a_trace_with_gaps_is_not_complete)
{
	struct trace_table dropped = TRACE(TOUCHER, FIRST, EXEC(20, "/bin/a"),
					   "CPU:0 [LOST 3 EVENTS]", END),
			   odd = TRACE(TOUCHER, FIRST, EXEC(20, "/bin/a"), "b\nad", END),
			   half = TRACE(TOUCHER, FIRST, EXEC(20, "/bin/a"),
					"20 cap_capable: (cap_capable+0x0/0x9) target=0x1 cap=1 "
					"opts=0",
					END);

	ck_assert(!dropped.complete && !odd.complete && !half.complete);
	ck_assert_str_eq(dropped.why_not, "events were lost");
}
END_TEST

START_TEST(a_kprobe_and_its_return_make_one_check)
{
	struct trace_table table =
		TRACE(TOUCHER, FIRST, EXEC(20, "/bin/a"),
		      "20 cap_capable: (cap_capable+0x0/0x9) target=0x1 cap=1 opts=0",
		      SITE(20, "x"), "20 cap_result: (y+0x1/0x2 <- cap_capable) result=0",
		      "20 cap_capable: (cap_capable+0x0/0x9) target=0x1 cap=2 opts=2",
		      SITE(20, "x"), "20 cap_result: (y+0x1/0x2 <- cap_capable) result=0", END);

	ck_assert(table.complete);
	ck_assert_uint_eq(used(&table), 1 << 1);
	ck_assert_uint_eq(table.row[1].noise, TRACE_SILENT);
}
END_TEST

START_TEST(a_refused_setgroups_is_told_from_those_that_were_always_refused)
{
	struct trace_table before = TRACE(TOUCHER, FIRST, EXEC(20, "/bin/a"),
					  "20 sys_exit: NR 105 = -1", END),
			   same = before,
			   after = TRACE(TOUCHER, FIRST, EXEC(20, "/bin/a"),
					 "20 sys_exit: NR 105 = -1", "20 sys_exit: NR 116 = -1",
					 END);
	const struct trace_refusal *new = trace_table_new_refusal(&after, &before);

#ifdef __x86_64__
	ck_assert_ptr_null(trace_table_new_refusal(&same, &before));
	ck_assert_ptr_nonnull(new);
	ck_assert_str_eq(new->call, "setgroups");
	ck_assert_str_eq(new->program, "/bin/a");
#else
	(void)new, (void)same; /* other numbers */
#endif
}
END_TEST

START_TEST(a_forged_table_is_not_sound)
{
	struct trace_table good = TRACE(TOUCHER, FIRST, EXEC(20, "/bin/a"), CHECK(20, 0, 0),
					SITE(20, "x"), END),
			   bad = good;

	bad.n_rows = TRACE_ROWS + 1;
	ck_assert(!trace_table_is_sound(&bad));
	bad = good;
	bad.row[0].noise = 77;
	ck_assert(!trace_table_is_sound(&bad));
	bad = good;
	bad.row[0].cap = -1;
	ck_assert(!trace_table_is_sound(&bad));
	memset(bad.file[0], 'x', sizeof(bad.file[0]));
	bad.row[0].cap = 0;
	ck_assert(trace_table_is_sound(&bad));
	ck_assert_uint_eq(strlen(bad.file[0]), TRACE_PROGRAM - 1);
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("trace");
	TCase *t = tcase_create("trace");

	tcase_add_test(t, a_check_is_read_from_the_tracepoint);
	tcase_add_test(t, a_check_is_read_from_kprobe_events);
	tcase_add_test(t, names_with_blanks_and_brackets_do_not_mislead);
	tcase_add_test(t, what_cannot_be_read_is_odd);
	tcase_add_test(t, a_stack_tells_system_call_and_site);
	tcase_add_test(t, questions_that_refuse_nothing_are_noise);
	tcase_add_test(t, overlayfs_asks_for_itself_below_itself);
	tcase_add_test(t, counting_begins_when_the_first_program_is_executed);
	tcase_add_test(t, it_may_be_told_later_which_process_was_first);
	tcase_add_test(t, only_descendants_of_the_first_process_count);
	tcase_add_test(t, a_child_may_be_seen_before_its_fork);
	tcase_add_test(t, a_program_that_executes_itself_again_keeps_its_name);
	tcase_add_test(t, what_is_only_known_as_proc_self_exe_is_named_so);
	tcase_add_test(t, a_process_number_that_is_used_again_is_another_process);
	tcase_add_test(t, what_is_granted_in_a_user_namespace_of_its_own_is_not_used);
	tcase_add_test(t, a_container_cannot_say_who_is_first);
	tcase_add_test(t, a_trace_with_gaps_is_not_complete);
	tcase_add_test(t, a_kprobe_and_its_return_make_one_check);
	tcase_add_test(t, a_refused_setgroups_is_told_from_those_that_were_always_refused);
	tcase_add_test(t, a_forged_table_is_not_sound);
	suite_add_tcase(s, t);
	return s;
}
