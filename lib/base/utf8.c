/* SPDX-License-Identifier: Apache-2.0 */
#include "utf8.h"

static bool within(unsigned char c, unsigned char low, unsigned char high)
{
	return c >= low && c <= high;
}

size_t capgate_utf8_length(const unsigned char *p, size_t left)
{
	unsigned char low = 0x80, high = 0xbf; /* of the second byte */
	size_t len;

	if (left == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (within(p[0], 0xc2, 0xdf))
		len = 2;
	else if (within(p[0], 0xe0, 0xef))
		len = 3;
	else if (within(p[0], 0xf0, 0xf4))
		len = 4;
	else
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0; /* shorter forms exist */
	else if (p[0] == 0xed)
		high = 0x9f; /* surrogates */
	else if (p[0] == 0xf0)
		low = 0x90; /* shorter forms exist */
	else if (p[0] == 0xf4)
		high = 0x8f; /* beyond U+10FFFF */
	if (left < len || !within(p[1], low, high))
		return 0;
	for (size_t i = 2; i < len; i++)
		if (!within(p[i], 0x80, 0xbf))
			return 0;
	return len;
}
