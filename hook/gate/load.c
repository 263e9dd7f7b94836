/* SPDX-License-Identifier: Apache-2.0 */
#include "load.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sha256.h>

#include "settings.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "scene.h"
#include "user.h"

static char *copy_string(struct capgate_arena *arena, const char *s)
{
	size_t n = strlen(s) + 1;
	char *copy = capgate_arena_alloc(arena, n);

	return copy ? memcpy(copy, s, n) : NULL;
}

/* The policy that is being made, and the digest of all its files. */
struct loading {
	struct capgate_arena *arena;
	struct capgate_policy policy;
	SHA256_CTX digest;
	bool any;
};

/* Merges one file.  Its text stays in memory, because the policy points into it. */
static int lay_over(struct loading *l, int fd, const char *path, struct capgate_error *err)
{
	struct capgate_text text;
	char *name = copy_string(l->arena, path);
	int status = name ? io_read_into(fd, POLICY_TEXT_MAX, l->arena, &text, err)
			  : capgate_fail_memory(err);

	close(fd);
	if (status < 0)
		return status;
	SHA256Update(&l->digest, (const uint8_t *)text.p, text.len);
	l->any = true;
	return capgate_policy_parse(text, capgate_text_of(name), l->arena, &l->policy, err);
}

/* Merges the opened file.  A missing file changes nothing, unless an option has named it. */
static int lay_opened(struct loading *l, int fd, const char *path, bool may_miss,
		      struct capgate_error *err)
{
	if (fd < 0)
		return may_miss ? 0 : fd;
	return lay_over(l, fd, path, err);
}

static int load_file(struct loading *l, const char *path, bool required, struct capgate_error *err)
{
	bool missing;
	int fd = trusted_open(path, &missing, err);

	return lay_opened(l, fd, path, missing && !required, err);
}

/* The same for a file in a directory that was checked before. */
static int load_in(struct loading *l, const char *path, bool required, struct capgate_error *err)
{
	bool missing;
	int fd = trusted_open_in(path, false, &missing, err);

	return lay_opened(l, fd, path, missing && !required, err);
}

/* More drop-ins are an error. */
#define DROPINS_MAX 256

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

bool policy_is_dropin(const char *name)
{
	size_t n = strlen(name);

	return name[0] != '.' && n > 5 && strcmp(name + n - 5, ".json") == 0;
}

static int list_dropins(DIR *dir, struct capgate_arena *arena, char **names, size_t *n,
			struct capgate_error *err)
{
	struct dirent *entry;

	*n = 0;
	while ((errno = 0, entry = readdir(dir))) {
		if (!policy_is_dropin(entry->d_name))
			continue;
		if (*n == DROPINS_MAX)
			return capgate_fail(err, CAPGATE_EPOLICY, CAPGATE_RULE_POLICY,
					    CAPGATE_NOWHERE,
					    "more than %d files in " CAPGATE_POLICYDIR "/policy.d",
					    DROPINS_MAX);
		names[*n] = copy_string(arena, entry->d_name);
		if (!names[*n])
			return capgate_fail_memory(err);
		++*n;
	}
	if (errno)
		return io_fail(err, "cannot list", CAPGATE_POLICYDIR "/policy.d");
	qsort(names, *n, sizeof(*names), by_name);
	return 0;
}

static int load_dropins(struct loading *l, const char *path, struct capgate_error *err)
{
	char *names[DROPINS_MAX], file[PATH_MAX];
	bool missing;
	int fd = trusted_open_in(path, true, &missing, err), status;
	DIR *dir;
	size_t n;

	if (fd < 0)
		return missing ? 0 : fd;
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return io_fail(err, "cannot list", path);
	}
	status = list_dropins(dir, l->arena, names, &n, err);
	for (size_t i = 0; status == 0 && i < n; i++) {
		snprintf(file, sizeof(file), "%s/%s", path, names[i]);
		status = load_in(l, file, true, err);
	}
	closedir(dir);
	return status;
}

static int load_installed(struct loading *l, struct capgate_error *err)
{
	int status = load_file(l, CAPGATE_VENDORDIR "/policy.json", false, err);
	bool missing;

	if (status < 0)
		return status;
	status = trusted_directory(CAPGATE_POLICYDIR, &missing, err);
	if (status < 0)
		return missing ? 0 : status;
	status = load_in(l, CAPGATE_POLICYDIR "/policy.json", false, err);
	if (status == 0)
		status = load_dropins(l, CAPGATE_POLICYDIR "/policy.d", err);
	return status;
}

static int load_users_own(struct loading *l, struct capgate_error *err)
{
	struct capgate_policy system = l->policy, tightened;
	char path[PATH_MAX];
	int status;

	if (!userpolicy_path(path, sizeof(path)))
		return 0;
	l->policy.deny = (capgate_set){0}; /* afterwards it has only the user's own entries */
	status = load_file(l, path, false, err);
	if (status == 0 && l->policy.n_sources > system.n_sources)
		capgate_policy_tighten(&system, &l->policy, &tightened);
	else
		tightened = system;
	l->policy = tightened;
	return status;
}

/* Turns any error while loading into CAPGATE_EPOLICY. */
static int as_policy_failure(int status, struct capgate_error *err)
{
	if (status < 0 && err->code != CAPGATE_ENOMEM) {
		err->code = CAPGATE_EPOLICY;
		err->rule = CAPGATE_RULE_POLICY;
	}
	return status < 0 ? err->code : 0;
}

static void begin_loading(struct loading *l, struct capgate_arena *arena)
{
	*l = (struct loading){.arena = arena};
	capgate_policy_init(&l->policy);
	SHA256Init(&l->digest);
}

static int finish_digest(struct loading *l, struct capgate_error *err)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t bytes[SHA256_DIGEST_LENGTH];
	char *hex = capgate_arena_alloc(l->arena, 2 * sizeof(bytes));

	if (!hex)
		return capgate_fail_memory(err);
	SHA256Final(bytes, &l->digest);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		hex[2 * i] = digits[bytes[i] >> 4];
		hex[2 * i + 1] = digits[bytes[i] & 15];
	}
	l->policy.digest = (struct capgate_text){hex, 2 * sizeof(bytes)};
	return 0;
}

static int finish_loading(struct loading *l, struct capgate_policy *ret, struct capgate_error *err)
{
	if (l->any && finish_digest(l, err) < 0)
		return err->code;
	scene_begin(&l->policy.scene, capgate_set_minus(capgate_set_all(), l->policy.allowed));
	if (l->policy.user_namespaces == CAPGATE_USERNS_DENY)
		l->policy.scene.no_user_namespaces = userns_are_forbidden();
	*ret = l->policy;
	return 0;
}

int policy_load(const char *override, struct capgate_arena *arena, struct capgate_policy *ret,
		struct capgate_error *err)
{
	struct loading l;
	char path[PATH_MAX];
	int status;

	begin_loading(&l, arena);
	if (!override) {
		status = load_installed(&l, err);
		if (status == 0 && !userns_is_real_root())
			status = load_users_own(&l, err);
	} else if (!realpath(override, path)) {
		status = io_fail(err, "cannot open", override);
	} else {
		status = load_file(&l, path, true, err);
	}
	if (status < 0)
		return as_policy_failure(status, err);
	return finish_loading(&l, ret, err);
}

int policy_read(const char *path, struct capgate_arena *arena, struct capgate_policy *ret,
		struct capgate_error *err)
{
	struct loading l;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), status;

	begin_loading(&l, arena);
	status = fd < 0 ? io_fail(err, "cannot open", path) : lay_over(&l, fd, path, err);
	if (status < 0)
		return as_policy_failure(status, err);
	return finish_loading(&l, ret, err);
}
