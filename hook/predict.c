/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the first program as execvp(3) would, never outside its root. */
#include "predict.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "predict_parts.h"

/* Scripts may name scripts; the kernel follows five (BINPRM_MAX_RECURSION). */
#define INTERPRETERS 5

int predict_open(int root, const char *path, int flags)
{
	struct open_how how = {
		.flags = (uint64_t)(flags | O_CLOEXEC),
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
}

static uint32_t le32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* linux/capability.h: struct vfs_cap_data, vfs_ns_cap_data. */
#define REVISION_2 0x02000000u
#define REVISION_3 0x03000000u
#define FLAG_EFFECTIVE 0x000001u
#define SIZE_2 20u
#define SIZE_3 24u

/* Version 3 names the root of the user namespace in which it counts. */
static bool root_counts(uint32_t root, const struct capgate_spec *spec)
{
	if (root == 0)
		return true;
	for (size_t i = 0; i < spec->n_uid_maps; i++)
		if (spec->uid_maps[i].container == 0 && spec->uid_maps[i].host == root)
			return true;
	return false;
}

bool predict_parse(const unsigned char *p, size_t len, const struct capgate_spec *spec, struct predict_file *ret)
{
	uint32_t magic = len >= SIZE_2 ? le32(p) : 0;

	if (!((magic & 0xff000000u) == REVISION_2 && len == SIZE_2) &&
	    !((magic & 0xff000000u) == REVISION_3 && len == SIZE_3 && root_counts(le32(p + 20), spec)))
		return false;
	ret->effective = magic & FLAG_EFFECTIVE;
	ret->permitted.bits = (uint64_t)le32(p + 12) << 32 | le32(p + 4);
	return true;
}

/* P' = (fP & bounding) | (fI & I): short of fP, an effective file is refused.  I
 * is within the bounding set, or nothing starts. */
static bool fails(const struct predict_file *f, const struct capgate_reach *reach)
{
	return f->effective && !capgate_set_within(f->permitted, reach->initial[CAPGATE_BOUNDING]);
}

bool predict_look(int fd, const struct capgate_spec *spec, const struct capgate_report *report,
		  struct predict_file *ret)
{
	unsigned char attribute[64];
	char link[64];
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	ret->setuid = st.st_mode & S_ISUID && st.st_uid == 0;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = getxattr(link, "security.capability", attribute, sizeof(attribute));
	if (n > 0)
		predict_parse(attribute, (size_t)n, spec, ret);
	ret->fails_before = fails(ret, &report->before);
	ret->fails_after = fails(ret, &report->after);
	return true;
}

static bool executable(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_mode & 0111;
}

/* A file that can be executed, by absolute or cwd-relative name; -1: none. */
static int open_program(int root, struct capgate_text cwd, struct capgate_text name, char *path)
{
	int fd;
	size_t n = name.p[0] == '/' ? 0 : cwd.len;

	if ((size_t)snprintf(path, PREDICT_PATH, "%.*s%s%.*s", (int)n, n ? cwd.p : "", n ? "/" : "", (int)name.len,
			     name.p) >= PREDICT_PATH)
		return -1;
	fd = predict_open(root, path, O_PATH);
	if (fd >= 0 && !executable(fd)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static const char path_variable[] = "PATH=";

/* Each directory of PATH in turn, as execvp(3). */
static int search(int root, const struct capgate_spec *spec, struct capgate_text name, char *path)
{
	const char *p = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", *end = p + strlen(p);
	char candidate[PREDICT_PATH];

	if (memchr(name.p, '/', name.len))
		return open_program(root, spec->cwd, name, path);
	for (size_t i = 0; i < spec->n_env; i++) {
		if (spec->env[i].len > 5 && memcmp(spec->env[i].p, path_variable, 5) == 0) {
			p = spec->env[i].p + 5;
			end = spec->env[i].p + spec->env[i].len;
		}
	}
	while (p < end) {
		const char *colon = memchr(p, ':', (size_t)(end - p));
		size_t n = (size_t)((colon ? colon : end) - p);
		int fd = -1;

		if (n && (size_t)snprintf(candidate, sizeof(candidate), "%.*s/%.*s", (int)n, p, (int)name.len, name.p) <
				 sizeof(candidate))
			fd = open_program(root, spec->cwd, capgate_text_of(candidate), path);
		if (fd >= 0)
			return fd;
		p += n + 1;
	}
	return -1;
}

/* The interpreter of a script's first line, or an empty text. */
static struct capgate_text interpreter(int root, const char *path, char *buf, size_t size)
{
	int fd = predict_open(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	ssize_t n = fd >= 0 ? read(fd, buf, size - 1) : -1;
	char *p, *end;

	if (fd >= 0)
		close(fd);
	if (n < 3 || buf[0] != '#' || buf[1] != '!')
		return (struct capgate_text){0};
	buf[n] = '\0';
	p = buf + 2 + strspn(buf + 2, " \t");
	end = p + strcspn(p, " \t\n");
	return (struct capgate_text){p, (size_t)(end - p)};
}

/* What execve(2) ends up with: the program, or its interpreter's interpreter. */
static int find_program(int root, const struct capgate_spec *spec, char *path)
{
	int fd = search(root, spec, spec->args[0], path);

	for (int i = 0; fd >= 0 && i < INTERPRETERS; i++) {
		char line[256];
		struct capgate_text next = interpreter(root, path, line, sizeof(line));

		if (next.len == 0)
			break;
		close(fd);
		fd = open_program(root, spec->cwd, next, path);
	}
	return fd;
}

static enum prediction_kind kind_of(bool found, bool eperm)
{
	return !found ? PREDICT_NOT_FOUND : eperm ? PREDICT_EPERM : PREDICT_STARTS;
}

static int open_root(const struct capgate_spec *spec, int base)
{
	char path[4096];

	if (spec->root_path.len == 0 || spec->root_path.len >= sizeof(path) ||
	    memchr(spec->root_path.p, 0, spec->root_path.len))
		return -1;
	memcpy(path, spec->root_path.p, spec->root_path.len);
	path[spec->root_path.len] = '\0';
	if (base < 0 && path[0] != '/')
		return -1;
	return openat(base, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

void predict(const struct capgate_spec *spec, const struct capgate_report *report, int root_base, bool deep,
	     struct prediction *ret)
{
	struct prediction p = {.deep = deep};
	int root = spec->kind == CAPGATE_CONFIG && report->parsed ? open_root(spec, root_base) : -1, fd;

	if (root >= 0) {
		fd = spec->n_args ? find_program(root, spec, p.program.path) : -1;
		if (fd >= 0)
			predict_look(fd, spec, report, &p.program);
		if (spec->n_args) {
			p.before = kind_of(fd >= 0, p.program.fails_before);
			p.after = kind_of(fd >= 0, p.program.fails_after);
		}
		if (fd >= 0)
			close(fd);
		if (deep)
			predict_deep(root, spec, report, &p);
		close(root);
	}
	*ret = p;
}
