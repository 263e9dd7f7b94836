/* SPDX-License-Identifier: Apache-2.0 */
/* Prints sets and capabilities. */
#include "caps.h"

void capgate_out_set(struct capgate_out *out, capgate_set s, const char *separator)
{
	bool first = true;

	if (capgate_set_empty(s)) {
		capgate_out_string(out, "none");
		return;
	}
	if (capgate_set_same(s, capgate_set_all())) {
		capgate_out_string(out, "all");
		return;
	}
	for (int c = -1; (c = capgate_set_next(s, c + 1)) >= 0;) {
		const struct capgate_cap_facts *info = capgate_cap_info(c);

		if (!first)
			capgate_out_string(out, separator);
		first = false;
		if (info)
			capgate_out_string(out, info->name + 4);
		else
			capgate_out_format(out, "%d", c);
	}
}

void capgate_out_cap(struct capgate_out *out, int cap)
{
	const struct capgate_cap_facts *info = capgate_cap_info(cap);

	if (info)
		capgate_out_string(out, info->name);
	else
		capgate_out_format(out, "capability %d", cap);
}

/* What a list contains for each capability, prepared as one string because reports have many
 * lists. */
static const struct {
	unsigned char len;
	char text[28];
} elements[CAPGATE_NCAPS] = {
#define CAPGATE_CAP(number, name, tier, meaning, substitute) \
	[number] = {sizeof(",\"CAP_" #name "\"") - 1, ",\"CAP_" #name "\""},
#include "capgate/captab.def"
#undef CAPGATE_CAP
};

void capgate_out_names(struct capgate_out *out, capgate_set s)
{
	size_t comma = 1; /* the first one has no comma */

	for (int c = -1; (c = capgate_set_next(s, c + 1)) >= 0; comma = 0) {
		if (c < CAPGATE_NCAPS)
			capgate_out_bytes(out, elements[c].text + comma, elements[c].len - comma);
		else
			capgate_out_format(out, "%s\"capability %d\"", comma ? "" : ",", c);
	}
}
