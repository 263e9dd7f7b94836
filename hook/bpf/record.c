/* SPDX-License-Identifier: Apache-2.0 */
#include "record.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "hook/marks/marks.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "load.h"
#include "symbols.h"

#define BPFFS "/sys/fs/bpf"
#define BPFFS_MAGIC 0xcafe4a11

static const struct {
	const char *name, *path;
} pinned[] = {
	{"learn_begun", LEARN_BEGUN},
	{"learn_used", LEARN_USED},
	{"learn_lost", LEARN_LOST},
	/* Pinned last: whoever finds it finds the other maps, and programs that count. */
	{"learn_marked", LEARN_MARKED},
};

static int record_failed(struct capgate_error *err, const char *what, int error)
{
	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_NONE, CAPGATE_NOWHERE, "%s: %s", what,
			    strerror(error));
}

/* ---- The directory ----------------------------------------------------------------- */

static bool is_mounted(void)
{
	struct statfs st;

	return statfs(BPFFS, &st) == 0 && (unsigned long)st.f_type == BPFFS_MAGIC;
}

/* Mounts bpffs if nobody has; systemd does. */
static int make_directory(struct capgate_error *err)
{
	if (!is_mounted() &&
	    mount("bpf", BPFFS, "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=700") < 0)
		return record_failed(err, "cannot mount bpffs at " BPFFS, errno);
	if (mkdir(LEARN_PINS, 0700) < 0 && errno != EEXIST)
		return record_failed(err, LEARN_PINS, errno);
	return 0;
}

/* *n becomes the number of removed files. */
static int clear_directory(size_t *n, struct capgate_error *err)
{
	DIR *dir = opendir(LEARN_PINS);
	struct dirent *e;
	int status = 0;

	*n = 0;
	if (!dir)
		return errno == ENOENT ? 0 : record_failed(err, LEARN_PINS, errno);
	/* First, so that hooks and wrapper stop marking containers. */
	if (unlink(LEARN_MARKED) < 0 && errno != ENOENT)
		status = record_failed(err, LEARN_MARKED, errno);
	while (status == 0 && (e = readdir(dir)))
		if (e->d_name[0] != '.') {
			++*n;
			if (unlinkat(dirfd(dir), e->d_name, 0) < 0 && errno != ENOENT)
				status = record_failed(err, e->d_name, errno);
		}
	closedir(dir);
	return status;
}

/* ---- Pinning ----------------------------------------------------------------------- */

static int pin_programs(const struct loaded *l, struct capgate_error *err)
{
	char path[sizeof(LEARN_PINS) + 32];

	for (size_t i = 0; i < l->n_links; i++) {
		snprintf(path, sizeof(path), LEARN_PINS "/link_%zu", i);
		if (bpf_link__pin(l->link[i], path) < 0)
			return record_failed(err, path, errno);
	}
	return 0;
}

static int pin_maps(const struct loaded *l, struct capgate_error *err)
{
	for (size_t i = 0; i < COUNT(pinned); i++)
		if (bpf_obj_pin(load_map(l, pinned[i].name), pinned[i].path) < 0)
			return record_failed(err, pinned[i].path, errno);
	return 0;
}

static int load_and_pin(struct capgate_error *err)
{
	static struct bpf_settings settings;
	struct symbols symbols;
	struct loaded loaded;
	size_t n;

	/* Before the old programs are removed, because these can fail. */
	if (symbols_read(&symbols, err) < 0)
		return err->code;
	symbols_silencers(&symbols, settings.silencer);
	for (size_t i = 0; i < BPF_IDENTITIES; i++)
		settings.identity[i] = -1;
	if (kernel_load(LOAD_RECORD, &settings, 0, &loaded, err) < 0)
		return err->code;
	if (make_directory(err) < 0 || clear_directory(&n, err) < 0)
		return err->code;
	if (pin_programs(&loaded, err) < 0 || pin_maps(&loaded, err) < 0) {
		struct capgate_error ignored;

		(void)!clear_directory(&n, &ignored);
		return err->code;
	}
	return 0;
}

int record_begin(void)
{
	struct capgate_error err;

	if (load_and_pin(&err) == 0)
		return STATUS_OK;
	io_say_error("record", &err);
	return STATUS_NO_TRACER;
}

int record_end(void)
{
	struct capgate_error err;
	size_t n;

	if (clear_directory(&n, &err) < 0) {
		io_say_error("record", &err);
		return STATUS_SYSTEM;
	}
	if (rmdir(LEARN_PINS) < 0 && errno != ENOENT)
		io_say("record: cannot remove " LEARN_PINS ": %s", strerror(errno));
	return STATUS_OK;
}
