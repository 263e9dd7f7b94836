/* SPDX-License-Identifier: Apache-2.0 */
#include "ports.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"

#define PRIVILEGED 1024

/* "   0: 00000000:0050 00000000:0000 0A ...", after the first colon */
static unsigned port_of(struct capgate_text line, unsigned state)
{
	char words[256];
	const char *colon;
	unsigned port, found;

	capgate_text_copy(words, sizeof(words), line);
	colon = strchr(words, ':');
	if (!colon || sscanf(colon + 1, " %*[0-9A-F]:%4x %*[0-9A-F]:%*4x %2x", &port, &found) != 2)
		return 0;
	return found == state && port < PRIVILEGED ? port : 0;
}

static unsigned lowest_of(unsigned a, unsigned b)
{
	return !a || (b && b < a) ? b : a;
}

unsigned ports_lowest_in(struct capgate_text table, unsigned state)
{
	unsigned lowest = 0;

	for (const char *p = table.p, *end = p + table.len, *eol; p < end; p = eol + 1) {
		eol = memchr(p, '\n', (size_t)(end - p));
		if (!eol)
			break;
		lowest = lowest_of(lowest,
				   port_of((struct capgate_text){p, (size_t)(eol - p)}, state));
	}
	return lowest;
}

static bool is_our_network(pid_t pid)
{
	char path[64];
	struct stat theirs, ours;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", (int)pid);
	return stat(path, &theirs) < 0 || stat("/proc/self/ns/net", &ours) < 0 ||
	       (theirs.st_ino == ours.st_ino && theirs.st_dev == ours.st_dev);
}

unsigned ports_lowest(pid_t pid)
{
	static const struct {
		const char *name;
		unsigned state;
	} tables[] = {
		{"tcp", PORTS_TCP}, {"tcp6", PORTS_TCP}, {"udp", PORTS_UDP}, {"udp6", PORTS_UDP}};
	unsigned lowest = 0;

	if (is_our_network(pid))
		return 0;
	for (size_t i = 0; i < COUNT(tables); i++) {
		struct capgate_error err;
		struct capgate_text table;
		char path[64];
		bool missing;

		snprintf(path, sizeof(path), "/proc/%d/net/%s", (int)pid, tables[i].name);
		if (place_read(path, &table, &missing, &err) < 0)
			continue;
		lowest = lowest_of(lowest, ports_lowest_in(table, tables[i].state));
		io_free(table);
	}
	return lowest;
}
