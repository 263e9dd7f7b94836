/* SPDX-License-Identifier: Apache-2.0 */
#include "outbuf.h"

#include <stdlib.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"

int outbuf_fill(void (*fill)(void *user, struct capgate_out *out), void *user,
		struct capgate_text *ret, struct capgate_error *err)
{
	size_t size = (size_t)32 << 10;

	for (int tries = 0; tries < 2; tries++) {
		struct capgate_out out = {malloc(size), size, 0};

		if (!out.p)
			return capgate_fail_memory(err);
		fill(user, &out);
		if (out.len <= out.size) {
			*ret = (struct capgate_text){out.p, out.len};
			return 0;
		}
		free(out.p);
		size = out.len; /* out also counts what did not fit */
	}
	return capgate_fail(err, CAPGATE_EINTERNAL, CAPGATE_RULE_NONE, CAPGATE_NOWHERE,
			    "the output changed while it was written");
}

int outbuf_print(void (*fill)(void *user, struct capgate_out *out), void *user,
		 struct capgate_error *err)
{
	struct capgate_text text;
	int status = outbuf_fill(fill, user, &text, err);

	if (status < 0)
		return status;
	status = io_write_all(STDOUT_FILENO, text, err);
	io_free(text);
	return status;
}
