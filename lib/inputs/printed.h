/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers of engines' own JSON share: words for their tables, and how
 * they are called. */
#ifndef CAPGATE_PRINTED_H
#define CAPGATE_PRINTED_H

#include "lib/json/json.h"
#include "request.h"

#define STRINGS(f) SHAPE(.types = CAPGATE_T_ARRAY | CAPGATE_T_NULL, .each = STRING(f))

/* Each appends the containers of the document, which may be none: then it is
 * not of that kind, or there are none in it. */
int capgate_compose_parse(struct capgate_text text, struct capgate_arena *arena,
			  struct capgate_requests *list, struct capgate_error *err) CAPGATE_MUST;
int capgate_kubernetes_parse(struct capgate_text text, struct capgate_arena *arena,
			     struct capgate_requests *list, struct capgate_error *err) CAPGATE_MUST;

#endif
