/* SPDX-License-Identifier: Apache-2.0 */
/* policy schema: what editors complete and check. */
#include <string.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "hook/term/term.h"
#include "policy.h"

static void fill_schema(void *user, struct capgate_out *out)
{
	const bool *runtime = user;

	if (*runtime)
		runtimejson_schema(out);
	else
		capgate_policy_schema(out);
}

int policy_schema(const char *of)
{
	bool runtime = of && strcmp(of, "runtime") == 0;
	struct capgate_error err;

	if (of && !runtime && strcmp(of, "policy") != 0) {
		io_say("policy schema: the only operand is runtime: policy schema runtime");
		return STATUS_USAGE;
	}
	if (outbuf_print(fill_schema, &runtime, &err) == 0)
		return STATUS_OK;
	io_say_error("policy schema", &err);
	return io_status(&err);
}
