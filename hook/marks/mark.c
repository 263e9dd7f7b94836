/* SPDX-License-Identifier: Apache-2.0 */
#include "mark.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "hook/sys/sys.h"

static void give_up(struct marking *m, const char *what, int error)
{
	if (!m->why[0])
		snprintf(m->why, sizeof(m->why), "not recorded: %s%s%s", what, error ? ": " : "",
			 error ? io_words(error) : "");
}

void mark_open(struct marking *m)
{
	struct timespec now;

	*m = (struct marking){.map = maps_open(LEARN_MARKED)};
	if (m->map < 0) {
		if (errno == ENOENT)
			give_up(m, "no recorder is running; start capgate-learn record", 0);
		else
			give_up(m, LEARN_MARKED, errno);
		return;
	}
	if (getrandom(&m->value.token, sizeof(m->value.token), 0) != sizeof(m->value.token) ||
	    m->value.token == 0)
		give_up(m, "cannot get a random number", 0);
	clock_gettime(CLOCK_BOOTTIME, &now);
	m->value.since_ns =
		(unsigned long long)now.tv_sec * 1000000000 + (unsigned long)now.tv_nsec;
}

void mark_by_namespace(struct marking *m, long pid)
{
	char path[64];
	struct stat st, own;

	if (m->why[0])
		return;
	snprintf(path, sizeof(path), "/proc/%ld/ns/mnt", pid);
	if (pid <= 0 || stat(path, &st) < 0)
		give_up(m, "cannot read the mount namespace of its first process", 0);
	/* A namespace that is not its own is everybody's. */
	else if (stat("/proc/self/ns/mnt", &own) < 0 || own.st_ino == st.st_ino)
		give_up(m, "it has no mount namespace of its own", 0);
	else
		m->key = st.st_ino;
}

void mark_by_runtime(struct marking *m, bool own_pids)
{
	struct stat st;

	mark_open(m);
	if (m->why[0])
		return;
	m->value.own_pids = own_pids;
	if (stat("/proc/self/ns/pid", &st) < 0)
		give_up(m, "cannot read /proc/self/ns/pid", errno);
	else
		m->key = LEARN_RUNTIME(st.st_ino, getpid());
}

const char *mark_put(struct marking *m, struct capgate_text image, struct capgate_text bundle)
{
	const struct capgate_text name = image.len ? image : bundle;

	if (name.len == 0 || name.len >= sizeof(m->value.name))
		give_up(m, "the name of its image or bundle is empty or longer than 127 bytes", 0);
	if (!m->why[0] && m->key == 0)
		give_up(m, "cannot read the mount namespace of its first process", 0);
	if (m->why[0])
		return m->why;
	memset(m->value.name, 0, sizeof(m->value.name));
	memcpy(m->value.name, name.p, name.len);
	if (maps_put(m->map, &m->key, &m->value) < 0)
		give_up(m, LEARN_MARKED, errno);
	return m->why[0] ? m->why : "recorded";
}
