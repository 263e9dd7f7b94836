/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's check before execve(2): owner, group or others by mode, unless a capability
 * overrides it (capabilities(7), CAP_DAC_OVERRIDE).  When runtimes execute the program, their
 * process has the user's ids and the effective set of the specification.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parts.h"

/* Maps an id of the container to the host's.  Returns false if it has none, or if that is
 * unknown. */
static bool map_id(const struct capgate_spec *spec, const struct capgate_idmap *maps, size_t n,
		   uint32_t id, uint64_t *ret)
{
	const struct capgate_namespace *user = capgate_spec_namespace(spec, "user");

	*ret = id;
	for (size_t i = 0; user && i < n; i++) {
		if (id < maps[i].container || id - maps[i].container >= maps[i].size)
			continue;
		*ret = maps[i].host + (id - maps[i].container);
		return true;
	}
	return !user;
}

bool predict_is_root(const struct capgate_spec *spec, uid_t owner)
{
	uint64_t root;

	return map_id(spec, spec->uid_maps, spec->n_uid_maps, 0, &root) && root == owner;
}

static bool is_mapped(const struct capgate_spec *spec, const struct capgate_idmap *maps, size_t n,
		      uint64_t host)
{
	if (!capgate_spec_namespace(spec, "user"))
		return true;
	for (size_t i = 0; i < n; i++)
		if (host >= maps[i].host && host - maps[i].host < maps[i].size)
			return true;
	return false;
}

bool predict_same_access(capgate_set effective, capgate_set other)
{
	static const int count[] = {CAPGATE_CAP_DAC_READ_SEARCH, CAPGATE_CAP_DAC_OVERRIDE};

	for (size_t i = 0; i < sizeof(count) / sizeof(*count); i++)
		if (capgate_set_has(effective, count[i]) != capgate_set_has(other, count[i]))
			return false;
	return true;
}

/* Capabilities count only for files whose owner and group the namespace maps. */
static bool overrides(const struct capgate_spec *spec, const struct stat *st, capgate_set effective)
{
	bool search =
		S_ISDIR(st->st_mode) && capgate_set_has(effective, CAPGATE_CAP_DAC_READ_SEARCH);
	bool all = capgate_set_has(effective, CAPGATE_CAP_DAC_OVERRIDE) &&
		   (S_ISDIR(st->st_mode) || st->st_mode & 0111);

	return (search || all) && is_mapped(spec, spec->uid_maps, spec->n_uid_maps, st->st_uid) &&
	       is_mapped(spec, spec->gid_maps, spec->n_gid_maps, st->st_gid);
}

static enum predict_may may_execute(const struct capgate_spec *spec, const struct stat *st,
				    capgate_set effective)
{
	uint64_t uid, gid;

	if ((st->st_mode & 0111) == 0111 || overrides(spec, st, effective))
		return PREDICT_MAY;
	if ((st->st_mode & 0111) == 0)
		return PREDICT_MAY_NOT;
	if (!map_id(spec, spec->uid_maps, spec->n_uid_maps, spec->uid, &uid) ||
	    !map_id(spec, spec->gid_maps, spec->n_gid_maps, spec->gid, &gid))
		return PREDICT_MAY_PERHAPS;
	if (st->st_uid == uid)
		return st->st_mode & S_IXUSR ? PREDICT_MAY : PREDICT_MAY_NOT;
	if (st->st_gid == gid)
		return st->st_mode & S_IXGRP ? PREDICT_MAY : PREDICT_MAY_NOT;
	/* The user may also be in the file's group. */
	if (!(st->st_mode & S_IXGRP) != !(st->st_mode & S_IXOTH))
		return PREDICT_MAY_PERHAPS;
	return st->st_mode & S_IXOTH ? PREDICT_MAY : PREDICT_MAY_NOT;
}

enum predict_may predict_may_execute(const struct capgate_spec *spec, int fd, capgate_set effective)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? may_execute(spec, &st, effective) : PREDICT_MAY_PERHAPS;
}

enum predict_may predict_may_reach(const struct predict_root *root, const char *path,
				   capgate_set effective)
{
	enum predict_may worst = PREDICT_MAY;
	char dir[PATH_MAX], up[PREDICT_PATH];

	snprintf(up, sizeof(up), "%s", path);
	/* A mount point that the runtime will create does not exist yet, so check its existing
	 * parent. */
	while (!predict_resolve(root, up, dir)) {
		char *slash = strrchr(up, '/');

		if (!slash || slash == up)
			return PREDICT_MAY;
		*slash = '\0';
	}
	for (char *slash = strrchr(dir, '/'); slash && worst == PREDICT_MAY;
	     slash = strrchr(dir, '/')) {
		struct stat st;
		int fd;

		*slash = '\0';
		fd = predict_open(root, dir[0] ? dir : "/", O_PATH);
		worst = fd >= 0 && fstat(fd, &st) == 0 ? may_execute(root->spec, &st, effective)
						       : PREDICT_MAY_PERHAPS;
		if (fd >= 0)
			close(fd);
	}
	return worst;
}
