/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Without no_new_privs a runtime must load the seccomp filter before it drops capabilities, so
 * it drops them under that filter.  If the filter answers capset or prctl(PR_CAPBSET_DROP) with
 * "success", the kernel never sees the call.  EINVAL has the same effect, because to a runtime
 * it means that the kernel does not know the capability.  Seen with runc 1.1.5 and crun 1.8.1:
 * five empty sets, and a container with all the capabilities of the runtime.
 */
#include "pretend.h"

#include "lib/spec/spec.h"

/*
 * The calls that drop capabilities, and those that change the user: a process that stays root
 * keeps what its user should not have, and then an exemption for that user would apply to root.
 * Also open and similar calls: newer versions of runc read the number of the last capability
 * from a file, and "success" is descriptor 0, which is the container's standard input.
 */
enum { FIRST = CAPGATE_CALL_CAPSET, LAST = CAPGATE_CALL_SETGROUPS32 };

static int find_in_profile(const struct capgate_seccomp *s, struct capgate_findings *f)
{
	const unsigned pretended = capgate_calls_pretended(s);

	for (unsigned call = FIRST; call <= LAST; call++)
		if (pretended >> call & 1 &&
		    capgate_findings_add_about(f, CAPGATE_RULE_DROP_PRETENDED,
					       capgate_pretended_at(s, (enum capgate_call)call),
					       capgate_text_of(capgate_call_name(call))) < 0)
			return CAPGATE_ENOMEM;
	return 0;
}

static int find_in_annotations(const struct capgate_spec *spec, struct capgate_findings *f)
{
	for (size_t i = 0; i < spec->n_annotations; i++) {
		const struct capgate_pair *a = &spec->annotations[i];

		if (capgate_text_is(a->key, CAPGATE_BPF_ANNOTATION) &&
		    capgate_bpf_misleads(a->value) &&
		    capgate_findings_add_about(f, CAPGATE_RULE_DROP_PRETENDED, a->at, a->key) < 0)
			return CAPGATE_ENOMEM;
	}
	return 0;
}

int capgate_find_pretence(const struct capgate_spec *spec, struct capgate_findings *findings)
{
	if (spec->seccomp.presence == CAPGATE_PRESENT &&
	    find_in_profile(&spec->seccomp, findings) < 0)
		return CAPGATE_ENOMEM;
	return find_in_annotations(spec, findings);
}
