/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernel makes of the five sets.  The formulas are those of capabilities(7),
 * "Transformation of capabilities during execve()".  The order is that of runc and crun: drop
 * the bounding set, change the uid with SECBIT_KEEP_CAPS, capset(2), raise ambient capabilities
 * one by one and ignore failures, set no_new_privs, execve(2).
 */
#include "capgate.h"

void capgate_reach(const capgate_set asked[CAPGATE_NSETS], uint32_t uid, bool no_new_privs,
		   capgate_set host, struct capgate_reached *ret)
{
	const capgate_set E = asked[CAPGATE_EFFECTIVE], I = asked[CAPGATE_INHERITABLE];
	const capgate_set P = asked[CAPGATE_PERMITTED], A = asked[CAPGATE_AMBIENT];
	const capgate_set bounding = capgate_set_and(asked[CAPGATE_BOUNDING], host);
	/* PR_CAP_AMBIENT_RAISE requires both; runtimes ignore the error. */
	const capgate_set ambient = capgate_set_and(A, capgate_set_and(P, I));
	const capgate_set root = capgate_set_or(I, bounding);
	struct capgate_reached reach = {0};
	capgate_set permitted;

	/* Otherwise capset(2) fails with EPERM, and the container does not start. */
	reach.starts = capgate_set_within(E, P) && capgate_set_within(I, bounding) &&
		       capgate_set_within(P, host);
	reach.ambient_lost = capgate_set_minus(A, ambient);

	if (uid != 0)
		permitted = ambient;
	else if (!no_new_privs || capgate_set_within(root, P))
		permitted = root;
	else /* cap_bprm_creds_from_file() removes gains under no_new_privs */
		permitted = capgate_set_and(root, P);

	reach.initial[CAPGATE_BOUNDING] = bounding;
	reach.initial[CAPGATE_INHERITABLE] = I;
	reach.initial[CAPGATE_PERMITTED] = permitted;
	reach.initial[CAPGATE_EFFECTIVE] = permitted;
	reach.initial[CAPGATE_AMBIENT] = ambient;
	/* Set-user-ID root and file capabilities can give the whole bounding set.  Under
	 * no_new_privs, the first program's own file capabilities can give at most P. */
	reach.attainable =
		no_new_privs ? capgate_set_or(permitted, capgate_set_and(root, P)) : root;
	*ret = reach;
}
