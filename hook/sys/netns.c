/* SPDX-License-Identifier: Apache-2.0 */
/* Each namespace is a file of nsfs with its own inode (namespaces(7)). */
#include "netns.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char before[] = "/proc/", behind[] = "/ns/net";

/* The longest "/proc/PID/ns/net", with the quotation mark after it. */
#define LONGEST (sizeof(before) + sizeof("2147483647") + sizeof(behind))

/* The pid of "/proc/PID/ns/net"; 0 for any other text. */
static long pid_of(struct capgate_text path)
{
	long pid = 0;
	size_t i = strlen(before);

	if (path.len < i || memcmp(path.p, before, i) != 0)
		return 0;
	for (; i < path.len && path.p[i] >= '0' && path.p[i] <= '9' && pid < INT_MAX / 10; i++)
		pid = 10 * pid + (path.p[i] - '0');
	return capgate_text_is((struct capgate_text){path.p + i, path.len - i}, behind) ? pid : 0;
}

static bool stat_pid(long pid, struct stat *st)
{
	char path[64];

	snprintf(path, sizeof(path), "%s%ld%s", before, pid, behind);
	return stat(path, st) == 0;
}

static void learn_pid(struct netns_known *known, long pid)
{
	struct stat st;

	for (size_t i = 0; i < known->n; i++)
		if (known->of[i].pid == pid)
			return;
	if (!stat_pid(pid, &st) || st.st_dev != known->device)
		return;
	known->of[known->n].pid = pid;
	known->of[known->n++].inode = st.st_ino;
}

/* The size of a namespace object: its type, its path (PATH_MAX), and white space. */
#define OBJECT_MAX ((size_t)8 << 10)

/* Does the JSON object around this word have a member "path"?  True if that is unclear: if the
 * object does not begin or end nearby, or contains escapes. */
static bool has_path(const char *text, const char *word, const char *end)
{
	size_t left = (size_t)(word - text), right = (size_t)(end - word);
	const char *from, *to;

	left = left < OBJECT_MAX ? left : OBJECT_MAX;
	from = memrchr(word - left, '{', left);
	to = memchr(word, '}', right < OBJECT_MAX ? right : OBJECT_MAX);

	return !from || !to || memchr(from, '\\', (size_t)(to - from)) ||
	       memmem(from, (size_t)(to - from), "\"path\"", strlen("\"path\""));
}

/*
 * Can this text join a network namespace?  Most texts do not, and then no system call is
 * needed.  The search is for "network", by its rarest letter, the k.  A word with escapes is
 * not found; then the owner of the namespace is unknown, as if it had not been looked up.
 */
static bool may_join_network(struct capgate_text text)
{
	static const char word[] = "\"network\"";
	const size_t at = strlen(word) - 2;
	const char *p = text.p, *end = text.p + text.len;

	while ((p = memchr(p, 'k', (size_t)(end - p)))) {
		if ((size_t)(p - text.p) >= at && end - p >= 2 &&
		    memcmp(p - at, word, strlen(word)) == 0 && has_path(text.p, p - at, end))
			return true;
		p++;
	}
	return false;
}

void netns_learn(struct capgate_text text, struct netns_known *ret)
{
	struct netns_known known = {0};
	const char *p = text.p, *end = text.p + text.len;
	struct stat st;

	*ret = known;
	if (!may_join_network(text))
		return;
	if (stat("/proc/self/ns/net", &st) == 0) {
		known.device = st.st_dev;
		known.host[0] = st.st_ino;
		if (stat_pid(1, &st))
			known.host[1] = st.st_ino;
	}
	while (known.device && known.n < NETNS_PIDS &&
	       (p = memmem(p, (size_t)(end - p), before, strlen(before)))) {
		/* Limit the search: the text may consist of many such beginnings. */
		size_t rest = (size_t)(end - p), reach = rest < LONGEST ? rest : LONGEST;
		const char *quote = memchr(p, '"', reach);
		long pid = quote ? pid_of((struct capgate_text){p, (size_t)(quote - p)}) : 0;

		if (pid > 0)
			learn_pid(&known, pid);
		p += strlen(before);
	}
	*ret = known;
}

/* 0 if it cannot be read, or is not a namespace. */
static ino_t inode_of(const struct netns_known *known, struct capgate_text path)
{
	long pid = pid_of(path);
	char name[PATH_MAX];
	struct stat st;

	for (size_t i = 0; pid > 0 && i < known->n; i++)
		if (known->of[i].pid == pid)
			return known->of[i].inode;
	if (path.len == 0 || path.len >= sizeof(name) || memchr(path.p, 0, path.len))
		return 0;
	memcpy(name, path.p, path.len);
	name[path.len] = '\0';
	return stat(name, &st) == 0 && st.st_dev == known->device ? st.st_ino : 0;
}

enum capgate_network netns_whose(const struct netns_known *known, struct capgate_text path)
{
	ino_t inode = known->device ? inode_of(known, path) : 0;

	if (inode == 0)
		return CAPGATE_NETWORK_UNKNOWN;
	return inode == known->host[0] || inode == known->host[1] ? CAPGATE_NETWORK_HOST
								  : CAPGATE_NETWORK_OTHER;
}
