/* SPDX-License-Identifier: Apache-2.0 */
/* The second table of capabilities, only for explanations. */
#include "capgate.h"

static const struct capgate_cap_remarks notes[CAPGATE_NCAPS] = {
#define CAPGATE_CAPNOTE(name, why, attacks, needed_by) \
	[CAPGATE_CAP_##name] = {why, attacks, needed_by},
#include "capgate/capnotes.def"
#undef CAPGATE_CAPNOTE
};

const struct capgate_cap_remarks *capgate_cap_note(int cap)
{
	return cap >= 0 && cap < CAPGATE_NCAPS && notes[cap].why ? &notes[cap] : NULL;
}
