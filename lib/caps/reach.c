/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernel makes of five sets.  The formulas are those of
 * capabilities(7), "Transformation of capabilities during execve()", with the
 * order in which runc and crun apply the sets: bounding set dropped, uid
 * changed with SECBIT_KEEP_CAPS, capset(2), ambient raised one by one with
 * failures ignored, no_new_privs, execve(2).
 */
#include "capgate.h"

void capgate_reach(const capgate_set asked[CAPGATE_NSETS], uint32_t uid, bool no_new_privs,
		   capgate_set host, struct capgate_reached *ret)
{
	const capgate_set E = asked[CAPGATE_EFFECTIVE], I = asked[CAPGATE_INHERITABLE];
	const capgate_set P = asked[CAPGATE_PERMITTED], A = asked[CAPGATE_AMBIENT];
	const capgate_set bounding = capgate_set_and(asked[CAPGATE_BOUNDING], host);
	/* PR_CAP_AMBIENT_RAISE wants both; runtimes go on without. */
	const capgate_set ambient = capgate_set_and(A, capgate_set_and(P, I));
	const capgate_set root = capgate_set_or(I, bounding);
	struct capgate_reached reach = {0};
	capgate_set permitted;

	/* capset(2): EPERM otherwise, and no container. */
	reach.starts = capgate_set_within(E, P) && capgate_set_within(I, bounding) &&
		       capgate_set_within(P, host);
	reach.ambient_lost = capgate_set_minus(A, ambient);

	if (uid != 0)
		permitted = ambient;
	else if (!no_new_privs || capgate_set_within(root, P))
		permitted = root;
	else /* a gain under no_new_privs: cap_bprm_creds_from_file() cuts it */
		permitted = capgate_set_and(root, P);

	reach.initial[CAPGATE_BOUNDING] = bounding;
	reach.initial[CAPGATE_INHERITABLE] = I;
	reach.initial[CAPGATE_PERMITTED] = permitted;
	reach.initial[CAPGATE_EFFECTIVE] = permitted;
	reach.initial[CAPGATE_AMBIENT] = ambient;
	/* Set-user-ID root and file capabilities reach the bounding set; under
	 * no_new_privs the first program's own reach as far as P. */
	reach.attainable =
		no_new_privs ? capgate_set_or(permitted, capgate_set_and(root, P)) : root;
	*ret = reach;
}
