/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the files of containers.conf and crio.conf, in the order in which engines read them.
 * podman 4 and 5 read one directory after the other; podman 5 reads root's own last.  podman 6
 * reads only one main file, and sorts the drop-ins of all directories by name.  CRI-O reads
 * every file in its directory, whatever its name is.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "containersconf.h"

#define SHARE "/usr/share/containers/containers"
#define ETC CAPGATE_SYSCONFDIR "/containers/containers"
#define USER CONF_USERS "containers/containers"

static bool add_file(struct conf_files *files, const char *path)
{
	if (files->n == CONF_FILES) {
		files->more = true;
		return false;
	}
	snprintf(files->path[files->n++], CONF_PATH, "%.500s", path);
	return true;
}

static int is_conf(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 5 && strcmp(e->d_name + n - 5, ".conf") == 0;
}

static int is_entry(const struct dirent *e)
{
	return strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void add_directory(struct conf_files *files, const char *dir)
{
	struct dirent **names;
	int n = scandir(dir, &names, is_conf, by_bytes);

	for (int i = 0; i < n; i++) {
		char path[CONF_PATH];

		snprintf(path, sizeof(path), "%.200s/%.255s", dir, names[i]->d_name);
		add_file(files, path);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

/* ---- podman 6 ---------------------------------------------------------------------------- */

static const char *base_of(const char *path)
{
	return strrchr(path, '/') + 1;
}

/* Adds a regular file, no link.  It replaces an earlier file of the same name. */
static void merge(struct conf_files *files, const char *path)
{
	struct stat st;

	if (lstat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	for (size_t i = 0; i < files->n; i++)
		if (strcmp(base_of(files->path[i]), base_of(path)) == 0) {
			snprintf(files->path[i], CONF_PATH, "%.500s", path);
			return;
		}
	add_file(files, path);
}

static int by_base(const void *a, const void *b)
{
	return strcmp(base_of(a), base_of(b));
}

static void add_merged(struct conf_files *files)
{
	static const char *const dirs[] = {SHARE ".conf.d", SHARE ".rootful.conf.d", ETC ".conf.d",
					   ETC ".rootful.conf.d", USER ".conf.d"};
	static struct conf_files drop_ins, here;

	drop_ins.n = 0;
	drop_ins.more = false;
	for (size_t i = 0; i < COUNT(dirs); i++) {
		here.n = 0;
		here.more = false;
		add_directory(&here, dirs[i]);
		for (size_t j = 0; j < here.n; j++)
			merge(&drop_ins, here.path[j]);
		drop_ins.more |= here.more;
	}
	qsort(drop_ins.path, drop_ins.n, sizeof(drop_ins.path[0]), by_base);
	for (size_t i = 0; i < drop_ins.n; i++)
		add_file(files, drop_ins.path[i]);
	files->more |= drop_ins.more;
}

static void add_first(struct conf_files *files)
{
	static const char *const mains[] = {USER ".conf", ETC ".conf", SHARE ".conf"};

	for (size_t i = 0; i < COUNT(mains); i++)
		if (place_exists(mains[i])) {
			add_file(files, mains[i]);
			return;
		}
}

/* ---- CRI-O ------------------------------------------------------------------------------- */

/* Adds every file of a directory and of its subdirectories, in the order of their names. */
static void add_tree(struct conf_files *files, const char *dir, unsigned depth)
{
	struct dirent **names;
	int n = scandir(dir, &names, is_entry, by_bytes);

	for (int i = 0; i < n; i++) {
		char path[CONF_PATH];
		struct stat st;

		snprintf(path, sizeof(path), "%.200s/%.255s", dir, names[i]->d_name);
		free(names[i]);
		if (lstat(path, &st) < 0)
			continue;
		if (!S_ISDIR(st.st_mode))
			add_file(files, path);
		else if (depth > 0)
			add_tree(files, path, depth - 1);
		else
			files->more = true;
	}
	if (n >= 0)
		free(names);
}

void conf_files_find(enum engine e, int podman_major, struct conf_files *ret)
{
	ret->n = 0;
	ret->more = false;
	if (e == ENGINE_CRIO) {
		add_file(ret, CAPGATE_SYSCONFDIR "/crio/crio.conf");
		add_tree(ret, CAPGATE_SYSCONFDIR "/crio/crio.conf.d", 4);
	} else if (podman_major >= 6) {
		add_first(ret);
		add_merged(ret);
	} else {
		add_file(ret, SHARE ".conf");
		add_file(ret, ETC ".conf");
		add_directory(ret, CAPGATE_CONTAINERSCONFDIR);
		if (podman_major == CONF_PODMAN_USERS_LAST) {
			add_file(ret, USER ".conf");
			add_directory(ret, USER ".conf.d");
		}
	}
}

int conf_podman_major(void)
{
	const char *podman = wiring_engine_program(ENGINE_PODMAN);
	const char *argv[] = {"podman", "--version", NULL};
	struct spawn_result r;
	struct capgate_error err;
	char words[256];
	int major;

	if (!podman ||
	    spawn_command(podman, argv, (struct capgate_text){0}, words, sizeof(words), 10, &r,
			  &err) < 0 ||
	    r.status != 0)
		return 0;
	return sscanf(words, "podman version %4d.", &major) == 1 ? major : 0;
}
