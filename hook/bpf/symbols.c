/* SPDX-License-Identifier: Apache-2.0 */
#include "symbols.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"

#define TEXT_MAX ((size_t)64 << 20)

static int symbols_failed(struct capgate_error *err, const char *why)
{
	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_NONE, CAPGATE_NOWHERE,
			    "/proc/kallsyms: %s", why);
}

static int by_address(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	return x->address < y->address ? -1 : x->address > y->address;
}

/* Parses "ffffffff81000000 T name\t[module]", and ends the name in place. */
static bool read_line(char *line, struct symbol *ret)
{
	char *end;

	ret->address = strtoull(line, &end, 16);
	if (end == line || end[0] != ' ' || !strchr("tTwW", end[1]) || end[2] != ' ')
		return false;
	ret->name = end + 3;
	end[3 + strcspn(end + 3, "\t")] = '\0';
	return true;
}

static size_t count_lines(struct capgate_text text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += text.p[i] == '\n';
	return n;
}

static int take_lines(char *text, size_t len, struct symbols *s, struct capgate_error *err)
{
	bool shown = false;
	char *end;

	for (char *p = text; (end = memchr(p, '\n', (size_t)(text + len - p))); p = end + 1) {
		*end = '\0';
		if (!read_line(p, &s->all[s->n]))
			continue;
		shown |= s->all[s->n].address != 0;
		if (strcmp(s->all[s->n].name, "_stext") == 0)
			s->begin = s->all[s->n].address;
		else if (strcmp(s->all[s->n].name, "_etext") == 0)
			s->end = s->all[s->n].address;
		s->n++;
	}
	if (!shown)
		return symbols_failed(err, "it hides the kernel's addresses; set the sysctl "
					   "kernel.kptr_restrict to 1");
	qsort(s->all, s->n, sizeof(*s->all), by_address);
	return 0;
}

int symbols_read(struct symbols *ret, struct capgate_error *err)
{
	struct symbols s = {0};
	int fd = open("/proc/kallsyms", O_RDONLY | O_CLOEXEC), status;

	if (fd < 0)
		return io_fail(err, "cannot open", "/proc/kallsyms");
	status = io_read_all(fd, TEXT_MAX, &s.text, err);
	close(fd);
	if (status < 0)
		return status;
	s.all = calloc(count_lines(s.text) + 1, sizeof(*s.all));
	if (!s.all)
		return capgate_fail_memory(err);
	if (take_lines((char *)(uintptr_t)s.text.p, s.text.len, &s, err) < 0)
		return err->code;
	*ret = s;
	return 0;
}

void symbols_name(const struct symbols *s, uint64_t address, char *buf, size_t size)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->all[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		snprintf(buf, size, "0x%llx", (unsigned long long)address);
	else
		snprintf(buf, size, "%s", s->all[low - 1].name);
}

static bool is_silencer(const char *name)
{
	size_t n = strlen(name);

	return strncmp(name, "security_vm_enough_memory", 25) == 0 ||
	       strncmp(name, "cap_vm_enough_memory", 20) == 0 ||
	       ((strncmp(name, "ns_", 3) == 0 || strncmp(name, "has_", 4) == 0 ||
		 strncmp(name, "capable_", 8) == 0) &&
		n > 8 && strcmp(name + n - 8, "_noaudit") == 0);
}

void symbols_silencers(const struct symbols *s, unsigned long long ret[BPF_SILENCERS][2])
{
	size_t n = 0;

	memset(ret, 0, sizeof(*ret) * BPF_SILENCERS);
	for (size_t i = 0; i + 1 < s->n && n < BPF_SILENCERS; i++) {
		size_t next = i + 1;

		if (!is_silencer(s->all[i].name))
			continue;
		while (next + 1 < s->n && s->all[next].address == s->all[i].address)
			next++;
		ret[n][0] = s->all[i].address;
		ret[n++][1] = s->all[next].address;
	}
}
