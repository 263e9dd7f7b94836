/* SPDX-License-Identifier: Apache-2.0 */
#include "lockdown.h"

#include <string.h>

#include "hook/sys/sys.h"

bool trace_is_locked_down(void)
{
	struct capgate_text text;
	bool missing, locked;
	struct capgate_error err;

	if (place_read("/sys/kernel/security/lockdown", &text, &missing, &err) < 0 || missing)
		return false;
	locked = memmem(text.p, text.len, "[confidentiality]", 17) != NULL;
	io_free(text);
	return locked;
}
