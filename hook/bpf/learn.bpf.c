/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * The BPF programs: which processes belong to a container (processes.bpf.h), and which
 * capabilities the kernel checks for them.  Everything is counted in maps, so nothing is lost
 * under load.  What finds a map full is counted, too.
 */
#include "hook/bpf/maps.bpf.h"
#include "hook/bpf/processes.bpf.h"
#include "hook/bpf/types.bpf.h"

#define NO_AUDIT 2         /* CAP_OPT_NOAUDIT of linux/security.h */
#define IO_WORKER 0x10     /* PF_IO_WORKER of linux/sched.h */
#define IO_URING_ENTER 426 /* of every architecture */
#define EPERM 1
#define CLIMB 33 /* user namespaces are nested 32 deep at most */

char license_of_program[] SEC("license") = "GPL";

/* ---- Checks ------------------------------------------------------------------------ */

static __always_inline int call_number(struct task_struct *task)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);

	return task->flags & IO_WORKER ? IO_URING_ENTER : CALL_NUMBER(regs);
}

/* A task that asks io_uring to act with registered credentials acts for itself, unless these
 * have what the task cannot get.  Then they are overlayfs's. */
static __always_inline bool is_own_personality(struct task_struct *task, const struct cred *cred)
{
	return cred == task->cred && call_number(task) == IO_URING_ENTER &&
	       !(cred->cap_bset.val & ~task->real_cred->cap_bset.val);
}

/* Does the task own this user namespace below its own?  Then it has all capabilities in it
 * (cap_capable_helper() in security/commoncap.c). */
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

/* ---- Learning ---------------------------------------------------------------------- */

/* Returns the key of the stack, and stores its frames if they are new. */
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

/* Records refused system calls that change the users or groups of a process. */
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
#define NEAR 12 /* frames: enough to find who asks behind functions that pass the question on */

/* Is a function that checks without audit in the stack? */
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

/* For kernels that do not show the options.  Reading a stack at every check would take too long,
 * so the first ones of a kind decide.  If one of them matters, all of that kind matter. */
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
