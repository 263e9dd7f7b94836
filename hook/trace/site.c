/* SPDX-License-Identifier: Apache-2.0 */
#include "site.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/base.h"

static bool begins(const char *name, const char *prefix)
{
	return strncmp(name, prefix, strlen(prefix)) == 0;
}

static bool begins_any(const char *name, const char *const *prefixes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (begins(name, prefixes[i]))
			return true;
	return false;
}

static bool is_entry(const char *name)
{
	static const char *const entries[] = {
		"do_syscall_",           "entry_SYSCALL",    "el0_svc",
		"invoke_syscall",        "ret_fast_syscall", "x64_sys_call",
		"system_call_exception", "__do_syscall"};

	return begins_any(name, entries, COUNT(entries));
}

/* Functions of tracing itself, and those that only pass the question on. */
static bool is_asking(const char *name)
{
	static const char *const ways[] = {"0x",
					   "arch_rethook_",
					   "trace_event_",
					   "__traceiter_",
					   "__bpf_trace",
					   "bpf_",
					   "kprobe",
					   "kretprobe",
					   "cap_capable",
					   "security_capable",
					   "ns_capable",
					   "has_ns_capability",
					   "has_capability",
					   "capable",
					   "privileged_wrt_inode_uidgid",
					   "file_ns_capable",
					   "sk_capable",
					   "sk_ns_capable",
					   "sk_net_capable",
					   "netlink_capable",
					   "netlink_ns_capable",
					   "netlink_net_capable",
					   "__netlink_ns_capable",
					   "sockopt_capable",
					   "sockopt_ns_capable",
					   "trampoline",
					   "ftrace_",
					   "opt_pre_handler",
					   "aggr_pre_handler",
					   "optimized_callback"};

	return begins_any(name, ways, COUNT(ways));
}

void trace_stack_add(struct trace_stack *stack, struct capgate_text function)
{
	char name[TRACE_NAME];

	snprintf(name, sizeof(name), "%.*s",
		 (int)(function.len < sizeof(name) ? function.len : sizeof(name) - 1), function.p);
	if (is_entry(name))
		return;
	memcpy(stack->outer, name, sizeof(name));
	if (stack->n < TRACE_FRAMES)
		memcpy(stack->frame[stack->n++], name, sizeof(name));
}

static bool has(const struct trace_stack *stack, const char *name)
{
	for (size_t i = 0; i < stack->n; i++)
		if (begins(stack->frame[i], name))
			return true;
	return false;
}

/* ns_capable_noaudit() and its kin, right below the check. */
static bool is_silent(const struct trace_stack *stack)
{
	for (size_t i = 0; i < stack->n && is_asking(stack->frame[i]); i++)
		if (strstr(stack->frame[i], "_noaudit"))
			return true;
	return false;
}

/* Functions of lower file systems that overlayfs calls. */
static bool is_file_work(const char *name)
{
	static const char *const work[] = {"vfs_",        "__vfs",         "inode_permission",
					   "__inode",     "notify_change", "lookup_",
					   "__lookup",    "path_",         "do_open",
					   "dentry_open", "may_",          "xattr_permission"};

	return begins_any(name, work, COUNT(work));
}

/* overlayfs uses the mounter's credentials on the file systems below it.  Then either an
 * overlayfs function asks, or a lower file system that overlayfs called through the VFS.
 * For the program itself overlayfs calls setattr_prepare() and generic_permission(). */
static bool is_borrowed(const struct trace_stack *stack)
{
	const char *site = trace_stack_site(stack);
	bool work = false;

	if (begins(site, "ovl_"))
		return true;
	for (size_t i = 0; i < stack->n; i++) {
		if (begins(stack->frame[i], "ovl_"))
			return work;
		work |= is_file_work(stack->frame[i]);
	}
	return false;
}

enum trace_noise trace_stack_noise(const struct trace_stack *stack)
{
	if (has(stack, "security_vm_enough_memory") || has(stack, "cap_vm_enough_memory"))
		return TRACE_OVERCOMMIT;
	if (is_silent(stack))
		return TRACE_SILENT;
	return is_borrowed(stack) ? TRACE_BORROWED : TRACE_MATTERS;
}

const char *trace_stack_site(const struct trace_stack *stack)
{
	for (size_t i = 0; i < stack->n; i++)
		if (!is_asking(stack->frame[i]))
			return stack->frame[i];
	return "";
}

const char *trace_stack_call(const struct trace_stack *stack)
{
	static const char *const prefixes[] = {"__x64_sys_", "__arm64_sys_", "__do_sys_",
					       "__se_sys_",  "__ia32_sys_",  "ksys_",
					       "__sys_",     "do_sys_"};

	for (size_t i = 0; i < COUNT(prefixes); i++)
		if (begins(stack->outer, prefixes[i]))
			return stack->outer + strlen(prefixes[i]);
	return "";
}
