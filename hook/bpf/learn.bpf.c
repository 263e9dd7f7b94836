/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * The part that runs in the kernel: which processes are of a container, and which
 * capabilities they are asked for.  Everything is counted in maps, so that a storm of
 * checks loses nothing; what finds a map full is counted, too.
 *
 * Of the kernel's structures only what is used is declared: the loader finds where it
 * lies in the running kernel (BTF).
 */
#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "hook/bpf/kernel.h"
#include "hook/marks/marks.h"

typedef __u64 u64;
typedef __u32 u32;

#define KERNEL_TYPE __attribute__((preserve_access_index))
#define NO_AUDIT 2         /* CAP_OPT_NOAUDIT of linux/security.h */
#define IO_WORKER 0x10     /* PF_IO_WORKER of linux/sched.h */
#define IO_URING_ENTER 426 /* of every architecture */
#define EPERM 1
/* Unrolled, what is loaded does not fit into the stack of a program. */
#define ROLLED _Pragma("clang loop unroll(disable)")
#define UNROLLED _Pragma("clang loop unroll(full)")
#define CLIMB 33 /* user namespaces are nested 32 deep at most */

struct ns_common {
	unsigned int inum;
} KERNEL_TYPE;

struct mnt_namespace {
	struct ns_common ns;
} KERNEL_TYPE;

struct pid_namespace {
	struct ns_common ns;
} KERNEL_TYPE;

struct upid {
	int nr;
	struct pid_namespace *ns;
} KERNEL_TYPE;

/* Its number in each namespace, the innermost last. */
struct pid {
	unsigned int level;
	struct upid numbers[1];
} KERNEL_TYPE;

struct nsproxy {
	struct mnt_namespace *mnt_ns;
} KERNEL_TYPE;

typedef struct {
	unsigned int val;
} kuid_t;

struct user_namespace {
	struct user_namespace *parent;
	int level;
	kuid_t owner;
} KERNEL_TYPE;

/* Two words of 32 bits before Linux 6.3; the same bytes. */
typedef struct {
	u64 val;
} kernel_cap_t;

struct cred {
	kuid_t euid;
	kernel_cap_t cap_bset;
	struct user_namespace *user_ns;
} KERNEL_TYPE;

typedef struct {
	int counter;
} atomic_t;

struct signal_struct {
	atomic_t live;
} KERNEL_TYPE;

struct task_struct {
	unsigned int flags;
	struct task_struct *group_leader, *real_parent;
	struct pid *thread_pid;
	const struct cred *real_cred, *cred;
	struct nsproxy *nsproxy;
	struct signal_struct *signal;
	u64 start_boottime;
} KERNEL_TYPE;

struct linux_binprm {
	const char *filename;
} KERNEL_TYPE;

#if defined(__TARGET_ARCH_x86)
struct pt_regs {
	unsigned long orig_ax;
} KERNEL_TYPE;
#define CALL_NUMBER(regs) ((int)BPF_CORE_READ(regs, orig_ax))
#elif defined(__TARGET_ARCH_arm64)
struct pt_regs {
	int syscallno;
} KERNEL_TYPE;
#define CALL_NUMBER(regs) BPF_CORE_READ(regs, syscallno)
#endif

const volatile struct bpf_settings settings SEC(".rodata.settings") = {0};

#define MAP(kind, entries, key_type, value_type) \
	struct { \
		__uint(type, kind); \
		__uint(max_entries, entries); \
		__type(key, key_type); \
		__type(value, value_type); \
	}

MAP(BPF_MAP_TYPE_LRU_HASH, LEARN_MARKS, u64, struct learn_mark) learn_marked SEC(".maps");
MAP(BPF_MAP_TYPE_HASH, LEARN_MARKS, u64, struct learn_begun) learn_begun SEC(".maps");
MAP(BPF_MAP_TYPE_HASH, LEARN_ROWS, struct learn_key, struct learn_value) learn_used SEC(".maps");
MAP(BPF_MAP_TYPE_ARRAY, 1, u32, struct learn_lost) learn_lost SEC(".maps");
MAP(BPF_MAP_TYPE_HASH, BPF_TASKS, u64, struct bpf_task) tasks SEC(".maps");
MAP(BPF_MAP_TYPE_HASH, LEARN_MARKS, u64, struct bpf_home) homes SEC(".maps");
MAP(BPF_MAP_TYPE_PERCPU_ARRAY, 1, u32, struct learn_begun) one_begun SEC(".maps");
/* Of a learning run alone. */
struct path {
	char bytes[BPF_PATH];
};
struct stack {
	u64 frame[BPF_FRAMES];
};
MAP(BPF_MAP_TYPE_HASH, 16384, struct bpf_row_key, struct bpf_row) rows SEC(".maps");
MAP(BPF_MAP_TYPE_HASH, 8192, u64, struct stack) stacks SEC(".maps");
MAP(BPF_MAP_TYPE_HASH, 4096, struct bpf_program_key, struct path) programs SEC(".maps");
MAP(BPF_MAP_TYPE_HASH, 1024, struct bpf_refusal_key, u64) refusals SEC(".maps");
MAP(BPF_MAP_TYPE_PERCPU_ARRAY, 1, u32, struct stack) one_stack SEC(".maps");
MAP(BPF_MAP_TYPE_PERCPU_ARRAY, 1, u32, struct path) one_path SEC(".maps");
/* Of recording alone. */
MAP(BPF_MAP_TYPE_LRU_HASH, 4096, struct bpf_habit_key, struct bpf_habit) habits SEC(".maps");

char license_of_program[] SEC("license") = "GPL";

enum loss { LOST_CHECK, LOST_PROCESS, LOST_CONTAINER };

static __always_inline void lose(enum loss what)
{
	u32 zero = 0;
	struct learn_lost *lost = bpf_map_lookup_elem(&learn_lost, &zero);

	if (!lost)
		return;
	if (what == LOST_CHECK)
		__sync_fetch_and_add(&lost->checks, 1);
	else if (what == LOST_PROCESS)
		__sync_fetch_and_add(&lost->processes, 1);
	else
		__sync_fetch_and_add(&lost->containers, 1);
}

/* FNV-1a, by words. */
static __always_inline u64 mix(u64 hash, u64 word)
{
	return (hash ^ word) * 0x100000001b3ULL;
}

/* ---- Processes --------------------------------------------------------------------- */

static __always_inline struct bpf_task *task_of(struct task_struct *task)
{
	struct task_struct *leader = task->group_leader;
	u64 key = (u64)leader;
	struct bpf_task *known = bpf_map_lookup_elem(&tasks, &key);

	return known && known->born == leader->start_boottime ? known : 0;
}

/* The same, unless it is still the runtime's. */
static __always_inline struct bpf_task *member_of(struct task_struct *task)
{
	struct bpf_task *known = task_of(task);

	return known && !known->mark ? known : 0;
}

/* A program that executes itself again is named as before. */
static __always_inline bool is_itself(const struct path *path)
{
	const char name[] = "/proc/self/exe";
	bool same = true;

	UNROLLED for (u32 i = 0; i < sizeof(name); i++) same &= path->bytes[i] == name[i];
	return same;
}

/* before: what the process has executed already, or 0. */
static __always_inline u64 note_program(u64 token, struct linux_binprm *program, u64 before)
{
	struct bpf_program_key key = {token, 0xcbf29ce484222325ULL};
	u32 zero = 0;
	struct path *path = bpf_map_lookup_elem(&one_path, &zero);

	if (!path)
		return 0;
	__builtin_memset(path, 0, sizeof(*path));
	bpf_probe_read_kernel_str(path->bytes, sizeof(path->bytes),
				  BPF_CORE_READ(program, filename));
	if (before && is_itself(path))
		return before;
	ROLLED for (u32 i = 0; i < BPF_PATH / sizeof(u64); i++) key.hash =
		mix(key.hash, ((u64 *)path->bytes)[i]);
	if (!bpf_map_lookup_elem(&programs, &key) &&
	    bpf_map_update_elem(&programs, &key, path, BPF_ANY))
		lose(LOST_PROCESS);
	return key.hash;
}

/* A container begins: its first process executes its program.  home->mntns is filled in. */
static __always_inline bool begin_container(struct task_struct *task, u64 at,
					    const struct learn_mark *mark, struct bpf_home *home)
{
	u32 zero = 0;
	struct learn_begun *begun = bpf_map_lookup_elem(&one_begun, &zero);

	if (!begun)
		return false;
	__builtin_memset(begun, 0, sizeof(*begun));
	begun->began_ns = bpf_ktime_get_boot_ns();
	begun->mntns = home->mntns;
	home->token = mark ? mark->token : begun->began_ns;
	if (mark)
		bpf_probe_read_kernel(begun->name, sizeof(begun->name), mark->name);
	home->userns = (u64)task->cred->user_ns;
	home->level = task->cred->user_ns->level;
	if (!bpf_map_update_elem(&learn_begun, &home->token, begun, BPF_NOEXIST) &&
	    !bpf_map_update_elem(&homes, &at, home, BPF_ANY))
		return true;
	lose(LOST_CONTAINER);
	return false;
}

/* Somebody who came from another namespace; a hook, which the first process has started
 * before its program, is none. */
static __always_inline bool has_come(struct task_struct *task, struct mnt_namespace *ns)
{
	struct nsproxy *theirs = BPF_CORE_READ(task, real_parent, nsproxy);

	return !theirs || BPF_CORE_READ(theirs, mnt_ns) != ns;
}

static __always_inline struct upid innermost_number(struct task_struct *task)
{
	struct upid number = {0};
	struct pid *pid = BPF_CORE_READ(task, group_leader, thread_pid);
	char *numbers = (char *)__builtin_preserve_access_index(&pid->numbers[0]);

	bpf_probe_read_kernel(&number, sizeof(number),
			      numbers + BPF_CORE_READ(pid, level) * sizeof(number));
	return number;
}

/* The wrapper has marked itself, and becomes the runtime. */
static __always_inline bool becomes_runtime(struct task_struct *task, const struct bpf_task *known)
{
	struct upid number = innermost_number(task);
	u64 mark_key = LEARN_RUNTIME(BPF_CORE_READ(number.ns, ns.inum), number.nr);
	u64 key = (u64)task->group_leader;
	struct learn_mark *mark = bpf_map_lookup_elem(&learn_marked, &mark_key);
	struct bpf_task new = {0};

	/* A mark that is older than the process was made by another one of this number; a
	 * runtime that executes itself again is as it was. */
	if (!mark || task->group_leader->start_boottime > mark->since_ns ||
	    (known && known->token == mark->token))
		return false;
	new.token = mark->token;
	new.born = task->group_leader->start_boottime;
	new.mark = mark_key;
	new.mntns = (u64)task->nsproxy->mnt_ns;
	new.pidns = (u64)number.ns;
	if (bpf_map_update_elem(&tasks, &key, &new, BPF_ANY))
		lose(LOST_PROCESS);
	return true;
}

/* The mark of the runtime that this process descends from, if it can be the container's. */
static __always_inline struct learn_mark *runtime_mark(struct task_struct *task,
						       const struct bpf_task *known)
{
	u64 key;
	struct learn_mark *mark;

	if (!known || known->mntns == (u64)task->nsproxy->mnt_ns)
		return 0;
	key = known->mark;
	mark = bpf_map_lookup_elem(&learn_marked, &key);
	if (!mark || mark->token != known->token)
		return 0;
	return mark->own_pids && known->pidns == (u64)innermost_number(task).ns ? 0 : mark;
}

/* The container that this process is of from now on; *first: it is its first process.
 * known: NULL, or its runtime's. */
static __always_inline bool find_home(struct task_struct *task, const struct bpf_task *known,
				      struct bpf_home *ret, bool *first)
{
	struct mnt_namespace *ns = task->nsproxy->mnt_ns;
	u64 at = (u64)ns, inum = ns->ns.inum;
	struct bpf_home *home = bpf_map_lookup_elem(&homes, &at);
	struct learn_mark *mark;

	*first = false;
	if (home && home->mntns == inum) {
		*ret = *home;
		return true;
	}
	mark = bpf_map_lookup_elem(&learn_marked, &inum);
	/* A mark that is older than the process is of another container of this number. */
	if (mark && task->group_leader->start_boottime > mark->since_ns)
		mark = 0;
	if (!mark)
		mark = runtime_mark(task, known);
	if (!mark && (!settings.everywhere || inum == settings.outside))
		return false;
	if (!has_come(task, ns))
		return false;
	ret->mntns = inum;
	*first = begin_container(task, at, mark, ret);
	bpf_map_delete_elem(&learn_marked, &inum);
	if (known) {
		inum = known->mark;
		bpf_map_delete_elem(&learn_marked, &inum);
	}
	return *first;
}

static __always_inline void execute(struct task_struct *task, struct linux_binprm *program,
				    bool notes_program)
{
	struct bpf_task *known = task_of(task), new = {0};
	u64 key = (u64)task->group_leader;
	struct bpf_home home = {0};
	bool first;

	if (known && !known->mark) {
		if (notes_program)
			known->program = note_program(known->token, program, known->program);
		return;
	}
	if (becomes_runtime(task, known) || !find_home(task, known, &home, &first))
		return;
	new.token = home.token;
	new.userns = home.userns;
	new.level = home.level;
	new.home = first ? (u64)task->nsproxy->mnt_ns : 0;
	new.born = task->group_leader->start_boottime;
	if (notes_program)
		new.program = note_program(home.token, program, 0);
	if (bpf_map_update_elem(&tasks, &key, &new, BPF_ANY))
		lose(LOST_PROCESS);
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, int old, struct linux_binprm *program)
{
	execute(task, program, true);
	return 0;
}

SEC("?tp_btf/sched_process_exec")
int BPF_PROG(on_exec_recording, struct task_struct *task, int old, struct linux_binprm *program)
{
	execute(task, program, false);
	return 0;
}

/* Threads, and workers of io_uring, are of their leader. */
SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	u64 key = (u64)child;
	struct bpf_task *known, new;

	if (child->group_leader != child)
		return 0;
	known = task_of(parent);
	if (!known)
		return 0;
	new = *known;
	new.home = 0;
	new.born = child->start_boottime;
	if (bpf_map_update_elem(&tasks, &key, &new, BPF_ANY))
		lose(LOST_PROCESS);
	return 0;
}

SEC("tp_btf/sched_process_free")
int BPF_PROG(on_free, struct task_struct *task)
{
	u64 key = (u64)task;

	bpf_map_delete_elem(&tasks, &key);
	return 0;
}

/* Before its namespaces are let go, so that no other container has this address yet. */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task)
{
	struct bpf_task *known = task_of(task);
	struct learn_begun *begun;
	u64 token, home;

	if (!known || !known->home || task->signal->live.counter != 0)
		return 0;
	token = known->token;
	home = known->home;
	bpf_map_delete_elem(&homes, &home);
	begun = bpf_map_lookup_elem(&learn_begun, &token);
	if (begun)
		begun->ended_ns = bpf_ktime_get_boot_ns();
	return 0;
}

/* ---- Checks ------------------------------------------------------------------------ */

static __always_inline int call_number(struct task_struct *task)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);

	return task->flags & IO_WORKER ? IO_URING_ENTER : CALL_NUMBER(regs);
}

/* Who asks io_uring to act with credentials that were registered before acts for itself,
 * unless these have what the task cannot get: then they are overlayfs's. */
static __always_inline bool is_own_personality(struct task_struct *task, const struct cred *cred)
{
	return cred == task->cred && call_number(task) == IO_URING_ENTER &&
	       !(cred->cap_bset.val & ~task->real_cred->cap_bset.val);
}

/* The owner of a namespace below may everything in it: cap_capable_helper() of
 * security/commoncap.c. */
static __always_inline bool is_owner(const struct cred *cred, struct user_namespace *target)
{
	struct user_namespace *ns = target, *own = cred->user_ns;
	int level = BPF_CORE_READ(own, level);

	for (int i = 0; i < CLIMB && ns && ns != own && BPF_CORE_READ(ns, level) > level; i++) {
		struct user_namespace *parent = BPF_CORE_READ(ns, parent);

		if (parent == own)
			return BPF_CORE_READ(ns, owner.val) == cred->euid.val;
		ns = parent;
	}
	return false;
}

static __always_inline u32 flags_of(struct task_struct *task, const struct bpf_task *known,
				    const struct cred *cred, struct user_namespace *target, int ret)
{
	u32 flags = ret == 0 ? BPF_GRANTED : 0;

	if (task->flags & IO_WORKER)
		flags |= BPF_WORKER;
	if (cred != task->real_cred && !is_own_personality(task, cred))
		return flags | BPF_BORROWED;
	if ((u64)target != known->userns && target->level <= known->level)
		flags |= BPF_OTHER_NS;
	if (ret == 0 && ((u64)cred->user_ns != known->userns || is_owner(cred, target)))
		flags |= BPF_OWN_NS;
	return flags;
}

/* The stack's key; its frames are kept once. */
static __always_inline u64 note_stack(void *context)
{
	u64 hash = 0xcbf29ce484222325ULL;
	u32 zero = 0;
	struct stack *stack = bpf_map_lookup_elem(&one_stack, &zero);
	long n;

	if (!stack)
		return 0;
	n = bpf_get_stack(context, stack->frame, sizeof(stack->frame), 0);
	if (n <= 0)
		return 0;
	ROLLED for (u32 i = 0; i < BPF_FRAMES; i++)
	{
		if (i >= n / sizeof(u64))
			stack->frame[i] = 0;
		hash = mix(hash, stack->frame[i]);
	}
	if (!bpf_map_lookup_elem(&stacks, &hash) &&
	    bpf_map_update_elem(&stacks, &hash, stack, BPF_ANY))
		lose(LOST_CHECK);
	return hash;
}

static __always_inline int learn_check(void *context, const struct cred *cred,
				       struct user_namespace *target, int cap, bool silent, int ret)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct bpf_task *known = member_of(task);
	struct bpf_row_key key = {0};
	struct bpf_row *row, new = {1, 0};

	if (!known)
		return 0;
	key.token = known->token;
	key.program = known->program;
	key.cap = (u32)cap;
	key.flags = flags_of(task, known, cred, target, ret) | (silent ? BPF_SILENT : 0);
	key.stack = note_stack(context);
	row = bpf_map_lookup_elem(&rows, &key);
	if (!row) {
		new.first_ns = bpf_ktime_get_boot_ns();
		if (!bpf_map_update_elem(&rows, &key, &new, BPF_NOEXIST))
			return 0;
		row = bpf_map_lookup_elem(&rows, &key);
	}
	if (row)
		__sync_fetch_and_add(&row->count, 1);
	else
		lose(LOST_CHECK);
	return 0;
}

SEC("?tp_btf/cap_capable")
int BPF_PROG(learn_tracepoint, const struct cred *cred, struct user_namespace *target,
	     const struct user_namespace *capable, int cap, int ret)
{
	return learn_check(ctx, cred, target, cap, false, ret);
}

SEC("?fexit/cap_capable")
int BPF_PROG(learn_function, const struct cred *cred, struct user_namespace *target, int cap,
	     unsigned int options, int ret)
{
	return learn_check(ctx, cred, target, cap, options & NO_AUDIT, ret);
}

/* The system calls that change who a process is, refused. */
SEC("?tp_btf/sys_exit")
int BPF_PROG(on_refusal, struct pt_regs *regs, long ret)
{
	struct bpf_refusal_key key = {0};
	struct task_struct *task;
	struct bpf_task *known;
	bool matters = false;
	u64 one = 1;

	if (ret != -EPERM)
		return 0;
	task = bpf_get_current_task_btf();
	known = member_of(task);
	if (!known)
		return 0;
	key.token = known->token;
	key.program = known->program;
	key.number = CALL_NUMBER(regs);
	for (u32 i = 0; i < BPF_IDENTITIES; i++)
		matters |= settings.identity[i] == key.number && key.number >= 0;
	if (matters && bpf_map_update_elem(&refusals, &key, &one, BPF_ANY))
		lose(LOST_CHECK);
	return 0;
}

/* ---- Recording --------------------------------------------------------------------- */

#define LOOKS 4
#define NEAR 12 /* frames: who asks, and past those that pass the question on */

/* Does one of the functions that ask without audit lie in the stack? */
static __always_inline bool is_silent_stack(void *context)
{
	u64 frame[NEAR] = {0};

	if (bpf_get_stack(context, frame, sizeof(frame), 0) <= 0)
		return false;
	for (u32 i = 0; i < NEAR; i++)
		for (u32 k = 0; k < BPF_SILENCERS && settings.silencer[k][0]; k++)
			if (frame[i] >= settings.silencer[k][0] &&
			    frame[i] < settings.silencer[k][1])
				return true;
	return false;
}

/* Where the options are not known: a stack takes too long for every check, so the first
 * ones of a kind decide.  One that matters makes all of them matter. */
static __always_inline bool is_silent_by_habit(void *context, struct task_struct *task, int cap)
{
	struct bpf_habit_key key = {(u32)cap, call_number(task), ""};
	struct bpf_habit *habit, new = {0};

	bpf_get_current_comm(key.comm, sizeof(key.comm));
	habit = bpf_map_lookup_elem(&habits, &key);
	if (!habit) {
		bpf_map_update_elem(&habits, &key, &new, BPF_ANY);
		habit = bpf_map_lookup_elem(&habits, &key);
		if (!habit)
			return is_silent_stack(context);
	}
	if (habit->looks < LOOKS) {
		habit->looks++;
		habit->matters |= !is_silent_stack(context);
	}
	return !habit->matters;
}

static __always_inline int record_check(void *context, const struct cred *cred,
					struct user_namespace *target, int cap, bool has_options,
					unsigned int options, int ret)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct bpf_task *known = member_of(task);
	struct learn_key key = {0};
	struct learn_value *value, new = {0};

	if (!known)
		return 0;
	if (flags_of(task, known, cred, target, ret) & (BPF_BORROWED | BPF_OTHER_NS | BPF_OWN_NS))
		return 0;
	if (has_options ? options & NO_AUDIT : is_silent_by_habit(context, task, cap))
		return 0;
	key.token = known->token;
	key.capability = (u32)cap;
	bpf_get_current_comm(key.comm, sizeof(key.comm));
	value = bpf_map_lookup_elem(&learn_used, &key);
	if (!value) {
		new.first_ns = bpf_ktime_get_boot_ns();
		bpf_map_update_elem(&learn_used, &key, &new, BPF_NOEXIST);
		value = bpf_map_lookup_elem(&learn_used, &key);
	}
	if (!value) {
		lose(LOST_CHECK);
		return 0;
	}
	__sync_fetch_and_add(&value->count, 1);
	if (ret == 0)
		__sync_fetch_and_add(&value->granted, 1);
	value->last_ns = bpf_ktime_get_boot_ns();
	return 0;
}

SEC("?tp_btf/cap_capable")
int BPF_PROG(record_tracepoint, const struct cred *cred, struct user_namespace *target,
	     const struct user_namespace *capable, int cap, int ret)
{
	return record_check(ctx, cred, target, cap, false, 0, ret);
}

SEC("?fexit/cap_capable")
int BPF_PROG(record_function, const struct cred *cred, struct user_namespace *target, int cap,
	     unsigned int options, int ret)
{
	return record_check(ctx, cred, target, cap, true, options, ret);
}
