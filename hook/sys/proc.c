/* SPDX-License-Identifier: Apache-2.0 */
#include "proc.h"

#include <fcntl.h>
#include <linux/nsfs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/base/base.h"
#include "lib/json/json.h"
#include "io.h"

/* A status file is about 1.5 KB. */
#define PROC_FILE_MAX ((size_t)64 << 10)

static const char *const labels[CAPGATE_NSETS] = {
	[CAPGATE_BOUNDING] = "CapBnd:",    [CAPGATE_EFFECTIVE] = "CapEff:",
	[CAPGATE_INHERITABLE] = "CapInh:", [CAPGATE_PERMITTED] = "CapPrm:",
	[CAPGATE_AMBIENT] = "CapAmb:",
};

static bool parse_hex(const char *p, const char *end, uint64_t *ret)
{
	uint64_t v = 0;
	int digits = 0;

	while (p < end && (*p == '\t' || *p == ' '))
		p++;
	for (; p < end && *p != '\n'; p++, digits++) {
		int d = *p >= '0' && *p <= '9'   ? *p - '0'
			: *p >= 'a' && *p <= 'f' ? *p - 'a' + 10
						 : -1;

		if (d < 0 || digits == 16)
			return false;
		v = v << 4 | (uint64_t)d;
	}
	*ret = v;
	/* Without a newline the line may be cut. */
	return digits > 0 && p < end;
}

int procsets_parse(struct capgate_text status, capgate_set ret[CAPGATE_NSETS],
		   struct capgate_error *err)
{
	const char *end = status.p + status.len;
	unsigned found = 0;

	for (const char *line = status.p; line && line < end;) {
		const char *next = memchr(line, '\n', (size_t)(end - line));

		for (int s = 0; s < CAPGATE_NSETS; s++) {
			size_t n = strlen(labels[s]);

			if ((size_t)(end - line) > n && memcmp(line, labels[s], n) == 0 &&
			    parse_hex(line + n, end, &ret[s].bits))
				found |= 1u << s;
		}
		line = next ? next + 1 : NULL;
	}
	if (found != (1u << CAPGATE_NSETS) - 1)
		return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE,
				    "the kernel's status file does not have the five sets");
	return 0;
}

/* Reads a file of /proc/PID.  Free it with io_free(). */
static int read_file(long pid, const char *name, struct capgate_text *ret,
		     struct capgate_error *err)
{
	char path[64];
	int fd, status;

	if (pid == 0)
		snprintf(path, sizeof(path), "/proc/self/%s", name);
	else
		snprintf(path, sizeof(path), "/proc/%ld/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return io_fail(err, "cannot open", path);
	status = io_read_all(fd, PROC_FILE_MAX, ret, err);
	close(fd);
	return status;
}

/* The digit on the line with this label, or -1.  The program's name, on the first line, cannot
 * forge a line, because the kernel escapes its newlines. */
static int digit_of(struct capgate_text status, const char *label)
{
	const size_t n = strlen(label);
	const char *p = memmem(status.p, status.len, label, n);

	if (!p || (size_t)(status.p + status.len - p) < n + 2 || p[n + 1] != '\n')
		return -1;
	return p[n] >= '0' && p[n] <= '9' ? p[n] - '0' : -1;
}

static struct procsets_rest parse_rest(struct capgate_text status)
{
	const int seccomp = digit_of(status, "\nSeccomp:\t");
	const bool known = seccomp >= 0 && seccomp < PROCSETS_SECCOMP_UNKNOWN;

	return (struct procsets_rest){
		.no_new_privs = digit_of(status, "\nNoNewPrivs:\t") == 1,
		.seccomp = known ? (enum procsets_seccomp)seccomp : PROCSETS_SECCOMP_UNKNOWN,
	};
}

int procsets_read_all(long pid, capgate_set ret[CAPGATE_NSETS], struct procsets_rest *rest,
		      struct capgate_error *err)
{
	struct capgate_text text;
	int status = read_file(pid, "status", &text, err);

	if (status < 0)
		return status;
	status = procsets_parse(text, ret, err);
	*rest = parse_rest(text);
	io_free(text);
	return status;
}

int procsets_read(long pid, capgate_set ret[CAPGATE_NSETS], struct capgate_error *err)
{
	struct procsets_rest ignored;

	return procsets_read_all(pid, ret, &ignored, err);
}

/* ---- When it was started ---------------------------------------------------------- */

#define START_FIELD 22

static size_t count_digits(const char *p, const char *end)
{
	size_t n = 0;

	while (p + n < end && p[n] >= '0' && p[n] <= '9')
		n++;
	return n;
}

int procsets_parse_start(struct capgate_text stat, uint64_t *ret, struct capgate_error *err)
{
	/* The second field is the program's name in brackets and may contain any bytes.  The fields
	 * after it contain no brackets. */
	const char *end = stat.p + stat.len, *p = memrchr(stat.p, ')', stat.len);
	size_t len = 0;

	for (int field = 2; p && field < START_FIELD; field++) {
		p = memchr(p, ' ', (size_t)(end - p));
		p = p ? p + 1 : NULL;
	}
	if (p)
		len = count_digits(p, end);
	if (len == 0 || p + len == end || p[len] != ' ' ||
	    !capgate_json_uint((struct capgate_text){p, len}, UINT64_MAX, ret))
		return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_UNREADABLE, CAPGATE_NOWHERE,
				    "the kernel's stat file does not have the start time");
	return 0;
}

int procsets_started(long pid, uint64_t *ret, struct capgate_error *err)
{
	struct capgate_text text;
	int status = read_file(pid, "stat", &text, err);

	if (status < 0)
		return status;
	status = procsets_parse_start(text, ret, err);
	io_free(text);
	return status;
}

/* ---- User namespaces ----------------------------------------------------------------- */

static bool same_file(int a, int b)
{
	struct stat x, y;

	return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

/* The kernel nests user namespaces 32 deep at most. */
#define USERNS_DEPTH_MAX 33

int procsets_userns_depth(long pid)
{
	char path[64];
	int ours = open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC), fd, depth = -1;

	snprintf(path, sizeof(path), "/proc/%ld/ns/user", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	for (int d = 0; ours >= 0 && fd >= 0 && d < USERNS_DEPTH_MAX; d++) {
		int parent;

		if (same_file(fd, ours)) {
			depth = d;
			break;
		}
		parent = ioctl(fd, NS_GET_PARENT);
		close(fd);
		fd = parent;
	}
	if (fd >= 0)
		close(fd);
	if (ours >= 0)
		close(ours);
	return depth;
}
