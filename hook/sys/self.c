/* SPDX-License-Identifier: Apache-2.0 */
#include "self.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "settings.h"

/* elf(5), "Notes": two lengths, a type, the owner's name padded to four bytes. */
struct note {
	uint32_t name_len, description_len, type;
	char name[8];
};

/* Linkers put notes before everything else that is loaded, so that even a core file of one
 * page identifies its program. */
#define NOTES_END 4096

static const struct note mark __attribute__((section(".note.capgate"), used, aligned(4))) = {
	.name_len = sizeof("capgate"), .type = 1, .name = "capgate",
};

/* The version, for readers that must not execute the program. */
struct version_note {
	struct note note;
	char version[SELF_VERSION];
};

static const struct version_note version
	__attribute__((section(".note.capgate"), used, aligned(4))) = {
	.note = {sizeof("capgate"), SELF_VERSION, 2, "capgate"},
	.version = CAPGATE_VERSION,
};

_Static_assert(sizeof(CAPGATE_VERSION) <= SELF_VERSION, "the version fits into its note");

bool self_version(struct capgate_text program, char ret[SELF_VERSION])
{
	size_t n = program.len < NOTES_END ? program.len : NOTES_END;
	const char *found = memmem(program.p, n, &version.note, sizeof(version.note));

	if (!found || (size_t)(found - program.p) + sizeof(version) > n)
		return false;
	memcpy(ret, found + sizeof(version.note), SELF_VERSION);
	ret[SELF_VERSION - 1] = '\0';
	return true;
}

bool self_is(const char *path)
{
	char start[NOTES_END];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	ssize_t n;

	if (fd < 0)
		return false;
	n = pread(fd, start, sizeof(start), 0);
	close(fd);
	return n > 0 && memmem(start, (size_t)n, &mark, sizeof(mark));
}
