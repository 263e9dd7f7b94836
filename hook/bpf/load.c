/* SPDX-License-Identifier: Apache-2.0 */
#include "load.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "hook/trace/trace.h"
#include "lib/base/base.h"

/* The compiled learn.bpf.c, which is embedded in this program. */
extern const char learn_object[], learn_object_end[];
__asm__(".section .rodata\n"
	".balign 16\n"
	".hidden learn_object\n"
	".globl learn_object\n"
	"learn_object:\n"
	".incbin \"" LEARN_OBJECT "\"\n"
	".hidden learn_object_end\n"
	".globl learn_object_end\n"
	"learn_object_end:\n"
	".previous\n");

static const char *const of_learning[] = {"on_exec", "on_fork", "on_free", "on_exit", "on_refusal"};
static const char *const of_recording[] = {"on_exec_recording", "on_fork", "on_free", "on_exit"};
static const char *const sized[] = {"rows", "stacks", "programs", "refusals"};
static const char *const only_learning[] = {"rows",     "stacks",    "programs",
					    "refusals", "one_stack", "one_path"};
static const char *const only_recording[] = {"learn_used", "habits"};

/* ---- What is missing --------------------------------------------------------------- */

static char complaint[160]; /* libbpf's first message */

static int hear(enum libbpf_print_level level, const char *format, va_list values)
{
	if (level == LIBBPF_WARN && !complaint[0]) {
		vsnprintf(complaint, sizeof(complaint), format, values);
		complaint[strcspn(complaint, "\n")] = '\0';
	}
	return 0;
}

static int cannot(struct capgate_error *err, const char *why)
{
	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_NONE, CAPGATE_NOWHERE,
			    "this machine cannot be traced by BPF: %s", why);
}

/* Since Linux 5.19 the elements of maps can be read without privilege, so after capabilities are
 * dropped. */
static bool is_new_enough(void)
{
	struct utsname name;
	unsigned major = 0, minor = 0;

	return uname(&name) == 0 && sscanf(name.release, "%u.%u", &major, &minor) == 2 &&
	       (major > 5 || (major == 5 && minor >= 19));
}

static int explain(struct capgate_error *err, const char *what, int error)
{
	char why[280];

	if (trace_is_locked_down())
		return cannot(err, "the kernel is locked down for confidentiality");
	if (error == EPERM || error == EACCES)
		return cannot(err, "loading programs needs root with CAP_BPF and CAP_PERFMON, or "
				   "with CAP_SYS_ADMIN");
	snprintf(why, sizeof(why), "%s: %s%s%.150s", what, strerror(error),
		 complaint[0] ? "; " : "", complaint);
	return cannot(err, why);
}

static int check_machine(struct capgate_error *err)
{
	if (access("/sys/kernel/btf/vmlinux", R_OK) < 0)
		return cannot(err,
			      "the kernel has no BTF type information (CONFIG_DEBUG_INFO_BTF)");
	if (!is_new_enough())
		return cannot(err, "it needs Linux 5.19 or later");
	return 0;
}

/* ---- Choosing ---------------------------------------------------------------------- */

static bool is_one_of(const char *name, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static void choose_programs(struct bpf_object *object, enum load_purpose purpose, const char *check)
{
	struct bpf_program *p;

	bpf_object__for_each_program(p, object)
	{
		const char *name = bpf_program__name(p);
		bool wanted = purpose == LOAD_LEARN
				      ? is_one_of(name, of_learning, COUNT(of_learning))
				      : is_one_of(name, of_recording, COUNT(of_recording));

		bpf_program__set_autoload(p, wanted || strcmp(name, check) == 0);
	}
}

static int choose_maps(struct bpf_object *object, enum load_purpose purpose, unsigned rows)
{
	struct bpf_map *m;
	int status = 0;

	bpf_object__for_each_map(m, object)
	{
		const char *name = bpf_map__name(m);

		if (purpose == LOAD_LEARN ? is_one_of(name, only_recording, COUNT(only_recording))
					  : is_one_of(name, only_learning, COUNT(only_learning)))
			status |= bpf_map__set_autocreate(m, false);
		else if (purpose == LOAD_LEARN && is_one_of(name, sized, COUNT(sized)))
			status |= bpf_map__set_max_entries(m, rows);
	}
	return status;
}

static int set(struct bpf_object *object, const struct bpf_settings *settings)
{
	struct bpf_map *m = bpf_object__find_map_by_name(object, ".rodata.settings");

	return m ? bpf_map__set_initial_value(m, settings, sizeof(*settings)) : -ENOENT;
}

/* ---- Loading ----------------------------------------------------------------------- */

static int attach(struct loaded *l)
{
	struct bpf_program *p;

	bpf_object__for_each_program(p, l->object)
	{
		struct bpf_link *link;

		if (!bpf_program__autoload(p))
			continue;
		link = l->n_links < LOAD_PROGRAMS ? bpf_program__attach(p) : NULL;
		if (!link)
			return errno ? -errno : -E2BIG;
		l->link[l->n_links++] = link;
	}
	return 0;
}

/* Returns 0 or a negative errno; then *what says what failed. */
static int try(enum load_purpose purpose, const char *check, const struct bpf_settings *settings,
	       unsigned rows, struct loaded *l, const char **what)
{
	int status;

	memset(l, 0, sizeof(*l));
	*what = "the object";
	l->object =
		bpf_object__open_mem(learn_object, (size_t)(learn_object_end - learn_object), NULL);
	if (!l->object)
		return -errno;
	choose_programs(l->object, purpose, check);
	status = choose_maps(l->object, purpose, rows);
	if (status == 0)
		status = set(l->object, settings);
	if (status == 0) {
		*what = "loading";
		status = bpf_object__load(l->object);
	}
	if (status == 0) {
		*what = "attaching";
		status = attach(l);
	}
	if (status < 0)
		kernel_unload(l);
	return status;
}

/* Learning reads stacks, which show as much as the options of a check.  Recording prefers the
 * options. */
int kernel_load(enum load_purpose purpose, const struct bpf_settings *settings, unsigned rows,
		struct loaded *ret, struct capgate_error *err)
{
	static const char *const checks[][2] = {
		[LOAD_LEARN] = {"learn_tracepoint", "learn_function"},
		[LOAD_RECORD] = {"record_function", "record_tracepoint"},
	};
	const char *what;
	struct loaded l;
	int status;

	if (check_machine(err) < 0)
		return err->code;
	libbpf_set_print(hear);
	status = try(purpose, checks[purpose][0], settings, rows, &l, &what);
	if (status < 0) {
		complaint[0] = '\0';
		status = try(purpose, checks[purpose][1], settings, rows, &l, &what);
	}
	if (status < 0)
		return explain(err, what, -status);
	*ret = l;
	return 0;
}

int load_map(const struct loaded *l, const char *name)
{
	return bpf_object__find_map_fd_by_name(l->object, name);
}

uint64_t load_missed(const struct loaded *l)
{
	struct bpf_program *p;
	uint64_t sum = 0;

	bpf_object__for_each_program(p, l->object)
	{
		struct bpf_prog_info info = {0};
		__u32 size = sizeof(info);

		if (bpf_program__autoload(p) &&
		    bpf_obj_get_info_by_fd(bpf_program__fd(p), &info, &size) == 0)
			sum += info.recursion_misses;
	}
	return sum;
}

void kernel_unload(struct loaded *l)
{
	for (size_t i = 0; i < l->n_links; i++)
		bpf_link__destroy(l->link[i]);
	bpf_object__close(l->object);
	memset(l, 0, sizeof(*l));
}
