/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CRI-O: the table of a handler in a later file replaces all earlier settings of that
 * handler (pkg/config decodes each file into the same map and creates its values again).  So
 * our drop-in has a copy of each handler's tables, with another runtime_path.  It sorts after
 * 99-nvidia.toml.  CRI-O reads every file of the directory, so no backup is kept there.
 */
#include <stdio.h>
#include <string.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "configure.h"
#include "wraps.h"

#define HEAD                                                                                       \
	"# Made by capgate configure cri-o: the handlers of the files that are read before\n"      \
	"# this one, with capgate as their program.  Run it again after a change there.\n"

/* What CRI-O uses for its default handler if no file defines one. */
#define BUILT_IN                                                                                   \
	"[crio.runtime.runtimes.%s]\n"                                                             \
	"runtime_path = \"%s\"\n"                                                                  \
	"runtime_type = \"oci\"\n"                                                                 \
	"runtime_root = \"/run/%s\"\n"                                                             \
	"allowed_annotations = [\n"                                                                \
	"  \"io.containers.trace-syscall\",\n"                                                     \
	"  \"io.kubernetes.cri-o.Devices\",\n"                                                     \
	"]\n"                                                                                      \
	"monitor_env = [\"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\"]\n"

#define TEXT_MAX ((size_t)64 << 10)

static int read_conf(struct engine_conf *conf, const char *without, struct capgate_error *err)
{
	return configure_read_conf(ENGINE_CRIO, without,
				   "handlers or directories of hooks of crio.conf", conf, err);
}

static int program_of(struct wraps *wraps, const struct conf_runtime *v, char *ret,
		      struct capgate_error *err)
{
	static const char *const own[] = {"/usr/libexec/crio", NULL};
	struct programs programs;
	char path[1024];

	if (v->n_paths && wraps_is_ours(capgate_text_of(v->path[0]), ret))
		return wraps_keep(wraps, ret, err);
	/* Without a path CRI-O looks for the handler's name in PATH. */
	if (configure_path("crio", path, sizeof(path), err) < 0)
		return err->code;
	programs_of(&programs, capgate_text_of(v->n_paths ? v->path[0] : v->name),
		    v->file[0] ? NULL : own, path);
	return wraps_take(wraps, "crio", v->name, &programs, ret, err);
}

/* The length of the header line at the start of a table. */
static size_t header_len(struct capgate_text table)
{
	const char *end = memchr(table.p, '\n', table.len);

	return end ? (size_t)(end + 1 - table.p) : table.len;
}

static void copy_tables(const struct conf_runtime *v, const char *program, struct capgate_out *out)
{
	for (size_t i = 0; i < v->n_tables; i++) {
		struct capgate_text t = v->table[i];
		size_t head = header_len(t), from = v->path_at.off, end = from + v->path_at.len;

		if (i > 0)
			capgate_out_format(out, "%.*s", (int)t.len, t.p);
		else if (v->path_at.len)
			capgate_out_format(out, "%.*s\"%s\"%.*s", (int)from, t.p, program,
					   (int)(t.len - end), t.p + end);
		else
			capgate_out_format(out, "%.*s%sruntime_path = \"%s\"\n%.*s", (int)head, t.p,
					   t.p[head - 1] == '\n' ? "" : "\n", program,
					   (int)(t.len - head), t.p + head);
		if (t.p[t.len - 1] != '\n')
			capgate_out_string(out, "\n");
	}
}

static int copy(struct wraps *wraps, const struct conf_runtime *v, struct capgate_out *out,
		struct capgate_error *err)
{
	char program[WRAPS_PATH];

	if (v->foreign || v->inherits)
		return 0; /* doctor reports the first; the second runs the default's program */
	if (v->closed)
		return configure_refuse(
			err,
			"%.200s does not define the handler \"%.60s\" as one table with a "
			"[header], so it cannot be copied: write it so, then try again",
			v->file, v->name);
	if (program_of(wraps, v, program, err) < 0)
		return err->code;
	if (v->file[0])
		copy_tables(v, program, out);
	else
		capgate_out_format(out, BUILT_IN, v->name, program, v->name);
	return 0;
}

/* Keeps the handler that version 0.1.0 made, because pods may name it. */
static int copy_old(struct wraps *wraps, const struct engine_conf *conf, struct capgate_out *out,
		    struct capgate_error *err)
{
	static struct engine_conf with_ours;
	const struct conf_runtime *old = engine_conf_runtime(conf, WIRING_NAME);

	if (!old && read_conf(&with_ours, NULL, err) < 0)
		return err->code;
	if (!old)
		old = engine_conf_runtime(&with_ours, WIRING_NAME);
	return old ? copy(wraps, old, out, err) : 0;
}

int configure_crio(struct plan *plan, struct wraps *wraps, bool undoing, struct capgate_error *err)
{
	static struct engine_conf conf;
	static char text[TEXT_MAX], line[TEXT_MAX];
	struct capgate_out out = {text, sizeof(text) - 1, 0}, dirs = {line, sizeof(line) - 1, 0};

	if (undoing) {
		if (plan_remove(plan, WIRING_CRIO_RUNTIMES, err) < 0)
			return err->code;
	} else {
		if (read_conf(&conf, WIRING_LAST_CONF, err) < 0 ||
		    configure_judge_order(&conf, WIRING_CRIO_RUNTIMES, err) < 0 ||
		    configure_hooks_dir(ENGINE_CRIO, &conf, &dirs, err) < 0)
			return err->code;
		capgate_out_string(&out, HEAD);
		if (dirs.len)
			capgate_out_format(&out, "[crio.runtime]\n%.*s", (int)dirs.len, line);
		for (size_t i = 0; i < conf.n_runtimes; i++)
			if (strcmp(conf.v[i].name, WIRING_NAME) != 0 &&
			    copy(wraps, &conf.v[i], &out, err) < 0)
				return err->code;
		if (copy_old(wraps, &conf, &out, err) < 0)
			return err->code;
		if (out.len > out.size)
			return configure_refuse(
				err, "CRI-O's handlers are more than %zu bytes long", sizeof(text));
		if (plan_write(plan, WIRING_CRIO_RUNTIMES, 0644,
			       (struct capgate_text){text, out.len}, err) < 0)
			return err->code;
	}
	if (plan_changes(plan, WIRING_CRIO_CONF) || plan_changes(plan, WIRING_CRIO_RUNTIMES))
		plan_note(plan, "cri-o: restart it: systemctl restart crio; pods that were created "
				"before are not judged until they are created again");
	return 0;
}
