/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the core share: an arena, and short ways to judge a text. */
#ifndef CORE_H
#define CORE_H

#include <stdlib.h>
#include <string.h>

#include "capgate.h"

/* What every engine mounts, and without which a configuration is refused (CPG108). */
#define PROC "{\"destination\":\"/proc\",\"type\":\"proc\"}"
#define MOUNTS "\"mounts\":[" PROC "]"

/* Each test starts with a fresh block of its own, so that reading beyond what
 * was allocated is seen by the sanitizers. */
struct core {
	struct capgate_arena arena;
	void *block;
	struct capgate_policy policy;
	struct capgate_spec spec;
	struct capgate_report report;
	struct capgate_error err;
};

static inline void core_init(struct core *c, size_t text_len)
{
	size_t size = capgate_arena_for(text_len);

	memset(c, 0, sizeof(*c));
	c->block = malloc(size);
	ck_assert_ptr_nonnull(c->block);
	capgate_arena_init(&c->arena, c->block, size);
	capgate_policy_init(&c->policy);
}

static inline void core_release(struct core *c)
{
	free(c->block);
}

static inline void core_judge(struct core *c, struct capgate_text text, enum capgate_kind kind)
{
	capgate_assess(text, kind, &c->policy, &c->arena, &c->spec, &c->report);
}

/* A configuration whose process has these members. */
static inline struct capgate_text core_config(char *buf, size_t size, const char *process)
{
	int n = snprintf(
		buf, size,
		"{\"ociVersion\":\"1.0.2\",\"process\":{%s},\"root\":{\"path\":\"r\"}," MOUNTS "}",
		process);

	ck_assert_int_gt(n, 0);
	ck_assert_uint_lt((size_t)n, size);
	return (struct capgate_text){buf, (size_t)n};
}

#endif
