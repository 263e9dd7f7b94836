/* SPDX-License-Identifier: Apache-2.0 */
#include "containerdimports.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "wiring.h"

void containerd_imports(const struct containerdtoml *c, glob_t *ret)
{
	char pattern[PATH_MAX];

	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < c->n_imports; i++) {
		const struct capgate_text *t = &c->imports[i];

		snprintf(pattern, sizeof(pattern), "%s%.*s",
			 t->len && t->p[0] == '/' ? "" : CAPGATE_SYSCONFDIR "/containerd/",
			 t->len < PATH_MAX / 2 ? (int)t->len : 0, t->p);
		glob(pattern, i ? GLOB_APPEND : 0, NULL, ret);
	}
}
