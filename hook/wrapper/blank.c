/* SPDX-License-Identifier: Apache-2.0 */
#include "blank.h"
#include "lib/base/base.h"

#include <string.h>

/* Unicode's White_Space, in UTF-8. */
static const char *const blanks[] = {
	" ",
	"\t",
	"\n",
	"\v",
	"\f",
	"\r",
	"\xc2\x85",
	"\xc2\xa0",
	"\xe1\x9a\x80",
	"\xe2\x80\x80",
	"\xe2\x80\x81",
	"\xe2\x80\x82",
	"\xe2\x80\x83",
	"\xe2\x80\x84",
	"\xe2\x80\x85",
	"\xe2\x80\x86",
	"\xe2\x80\x87",
	"\xe2\x80\x88",
	"\xe2\x80\x89",
	"\xe2\x80\x8a",
	"\xe2\x80\xa8",
	"\xe2\x80\xa9",
	"\xe2\x80\xaf",
	"\xe2\x81\x9f",
	"\xe3\x80\x80",
};

/* The length of the white space that the bytes begin or end with; 0: none. */
static size_t blank_at(const char *p, size_t len, bool end)
{
	for (size_t i = 0; i < COUNT(blanks); i++) {
		size_t n = strlen(blanks[i]);

		if (n <= len && memcmp(end ? p + len - n : p, blanks[i], n) == 0)
			return n;
	}
	return 0;
}

bool blank_ends(const char *word)
{
	return blank_at(word, strlen(word), true) > 0;
}

bool blank_is_odd(const char *word)
{
	size_t len = strlen(word);

	return len == 0 || blank_at(word, len, false) > 0 || blank_at(word, len, true) > 0;
}

/* The longest name of a door is "restore". */
#define DOOR_NAME 16

enum runtime_door blank_door_of(const char *word)
{
	size_t len = strlen(word), n;
	char name[DOOR_NAME];

	while ((n = blank_at(word, len, false)) > 0) {
		word += n;
		len -= n;
	}
	while ((n = blank_at(word, len, true)) > 0)
		len -= n;
	if (len >= sizeof(name))
		return DOOR_NONE;
	memcpy(name, word, len);
	name[len] = '\0';
	return runtime_door_of(name);
}
