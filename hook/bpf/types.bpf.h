/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Only the used members of the kernel's structures.  The loader finds their offsets in the
 * running kernel (BTF).
 */
#ifndef BPF_TYPES_H
#define BPF_TYPES_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

typedef __u64 u64;
typedef __u32 u32;

#define KERNEL_TYPE __attribute__((preserve_access_index))

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

/* The pid in each namespace, the innermost last. */
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

/* Before Linux 6.3 these were two words of 32 bits, with the same bytes. */
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

#endif
