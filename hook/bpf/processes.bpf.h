/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Finds out which processes belong to a container. */
#ifndef BPF_PROCESSES_H
#define BPF_PROCESSES_H

#include "hook/bpf/maps.bpf.h"

static __always_inline struct bpf_task *task_of(struct task_struct *task)
{
	struct task_struct *leader = task->group_leader;
	u64 key = (u64)leader;
	struct bpf_task *known = bpf_map_lookup_elem(&tasks, &key);

	return known && known->born == leader->start_boottime ? known : 0;
}

/* The same, but NULL if the process still belongs to the runtime. */
static __always_inline struct bpf_task *member_of(struct task_struct *task)
{
	struct bpf_task *known = task_of(task);

	return known && !known->mark ? known : 0;
}

/* Does the program execute itself again?  Then it keeps its name. */
static __always_inline bool is_itself(const struct path *path)
{
	const char name[] = "/proc/self/exe";
	bool same = true;

	UNROLLED for (u32 i = 0; i < sizeof(name); i++) same &= path->bytes[i] == name[i];
	return same;
}

/* Stores the path of the program.  before: the program that the process executed before, or 0. */
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

/* A container begins, because its first process executes its program. home->mntns must be set. */
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

/* Did the process come from another namespace?  A hook that the first process starts before its
 * program did not. */
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

/* The wrapper, which has marked itself, executes the runtime. */
static __always_inline bool becomes_runtime(struct task_struct *task, const struct bpf_task *known)
{
	struct upid number = innermost_number(task);
	u64 mark_key = LEARN_RUNTIME(BPF_CORE_READ(number.ns, ns.inum), number.nr);
	u64 key = (u64)task->group_leader;
	struct learn_mark *mark = bpf_map_lookup_elem(&learn_marked, &mark_key);
	struct bpf_task new = {0};

	/* Ignore a mark that is older than the process: it belongs to an earlier process with this
	 * pid.  A runtime that executes itself again keeps its mark. */
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

/* The mark of the runtime from which this process descends, if the process can be the
 * container's first one. */
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

/* Finds the container that this process belongs to from now on.  *first: it is its first process.
 * known: what is known of the process or of its runtime, or NULL. */
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
	/* A mark that is older than the process belongs to an earlier container whose namespace had
	 * this number. */
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

/* Threads, and workers of io_uring, belong to their leader. */
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

/* This runs before the kernel frees the namespaces, so no other container has the address yet. */
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

#endif
