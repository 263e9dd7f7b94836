/* SPDX-License-Identifier: Apache-2.0 */
/* The embedded policy: what holds when there is no file. */
#include "capgate.h"

/* Docker's fourteen (moby, oci/caps/defaults.go) less NET_RAW: CIS Docker
 * Benchmark 5.4. */
#define CIS_DOCKER ((uint64_t)0xa80405fb)

void capgate_policy_init(struct capgate_policy *ret)
{
	*ret = (struct capgate_policy){
		.mode = CAPGATE_ENFORCE,
		.action = CAPGATE_REWRITE,
		.allowed = {CIS_DOCKER},
		.max_bytes = CAPGATE_TEXT_MAX,
	};
}
