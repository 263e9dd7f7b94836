/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A seccomp listener (SCMP_ACT_NOTIFY) or a tracer (SCMP_ACT_TRACE) answers a system call
 * instead of the kernel, and a listener may replace descriptors of the process while any call
 * waits (SECCOMP_IOCTL_NOTIF_ADDFD).  With notification of read(2), an unprivileged listener
 * made runc 1.3.6 read -1 as the last capability: the container held all of them. no_new_privs
 * does not help, because the next exec may omit it.  So no call is harmless, and neither action
 * is a denial.
 *
 * A filter in crun's annotation is read by pretend.c, which treats both actions as a lie.
 */
#include "asks.h"

#include "lib/spec/spec.h"

unsigned capgate_lift_of(struct capgate_text action)
{
	if (capgate_text_is(action, "SCMP_ACT_NOTIFY"))
		return CAPGATE_LIFT_NOTIFY;
	return capgate_text_is(action, "SCMP_ACT_TRACE") ? CAPGATE_LIFT_TRACE : 0;
}

static int look_at(struct capgate_text action, struct capgate_span at, unsigned lifted,
		   unsigned *used, struct capgate_findings *f)
{
	const unsigned lift = capgate_lift_of(action);

	if (capgate_effect_of(action) != CAPGATE_EFFECT_ASKS)
		return 0;
	if (lift & lifted) {
		*used |= lift;
		return 0;
	}
	return capgate_findings_add_about(f, CAPGATE_RULE_FILTER_ASKS, at, action);
}

/*
 * crun loads these libraries into its own process whatever the filter says.  So the author of
 * the configuration runs code on the host.  The libraries are for SCMP_ACT_NOTIFY, so an
 * exemption for that action also permits them.
 */
static int find_plugins(const struct capgate_spec *spec, unsigned lifted, unsigned *used,
			struct capgate_findings *f)
{
	for (size_t i = 0; i < spec->n_annotations; i++) {
		if (!capgate_text_is(spec->annotations[i].key, "run.oci.seccomp.plugins"))
			continue;
		if (lifted & CAPGATE_LIFT_NOTIFY) {
			*used |= CAPGATE_LIFT_NOTIFY;
			continue;
		}
		if (capgate_findings_add_about(f, CAPGATE_RULE_RUNTIME_PLUGIN,
					       spec->annotations[i].at,
					       spec->annotations[i].key) < 0)
			return CAPGATE_ENOMEM;
	}
	return 0;
}

int capgate_find_asked(const struct capgate_spec *spec, unsigned lifted, unsigned *used,
		       struct capgate_findings *findings)
{
	const struct capgate_seccomp *s = &spec->seccomp;

	if (find_plugins(spec, lifted, used, findings) < 0)
		return CAPGATE_ENOMEM;
	if (s->presence != CAPGATE_PRESENT)
		return 0;
	if (look_at(s->default_action, s->at, lifted, used, findings) < 0)
		return CAPGATE_ENOMEM;
	for (size_t i = 0; i < s->n_rules; i++)
		if (look_at(s->rules[i].action, s->rules[i].at, lifted, used, findings) < 0)
			return CAPGATE_ENOMEM;
	return 0;
}
