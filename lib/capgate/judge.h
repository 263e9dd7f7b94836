/* SPDX-License-Identifier: Apache-2.0 */
/* libcapgate: the decision and the rewrite.  Include capgate.h. */
#ifndef CAPGATE_API_JUDGE_H
#define CAPGATE_API_JUDGE_H

#include "policy.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- What the kernel will do ------------------------------------------- */

struct capgate_reached {
	bool starts;			   /* the kernel accepts the sets */
	capgate_set initial[CAPGATE_NSETS]; /* the sets of the first program after execve(2) */
	capgate_set attainable;		   /* by any process, in its user namespace */
	capgate_set ambient_lost;	   /* requested, but silently dropped */
};

/* Applies the formulas of capabilities(7) for runc and crun: for the requested sets, a user,
 * no_new_privs, and a runtime that itself holds host. */
CAPGATE_API void capgate_reach(const capgate_set asked[CAPGATE_NSETS], uint32_t uid,
			       bool no_new_privs, capgate_set host, struct capgate_reached *ret);

/* ---- Judging ------------------------------------------------------------ */

struct capgate_finding {
	enum capgate_rule rule;
	enum capgate_severity severity;
	int set;		/* enum capgate_which, or -1 */
	int cap;		/* or -1 */
	size_t index;		/* the index of the entry in its array */
	struct capgate_span at; /* len 0 if it has no place */
	struct capgate_text subject; /* an annotation key, a namespace type; may be empty */
};

/* A sysctl that a rewrite sets to replace a capability. */
struct capgate_substitute {
	enum capgate_cap cap; /* the removed capability */
	const char *sysctl;   /* NULL: no sysctl replaces it */
	char value[32];
	const char *why_not; /* NULL: it is set */
};

#define CAPGATE_SUBSTITUTES 2

/* Replaces the bytes of at by with.  Edits are sorted and do not overlap. */
struct capgate_edit {
	struct capgate_span at;
	struct capgate_text with;
};

struct capgate_edits {
	struct capgate_edit *v;
	size_t n;
};

struct capgate_report {
	enum capgate_verdict verdict;
	enum capgate_rule rule; /* the gravest rule that decided; NONE if it passes */
	int exit_status;	/* of a hook that refuses for this reason; 0 if it passes */
	bool parsed;		/* false: only error is set */
	struct capgate_error error;
	capgate_set asked[CAPGATE_NSETS];   /* the exact names, for each set */
	capgate_set removed[CAPGATE_NSETS]; /* what a rewrite removes from each */
	capgate_set kept[CAPGATE_NSETS];    /* asked without removed */
	capgate_set allowed;		    /* by the policy and the exemptions that apply */
	capgate_set exempt;		    /* asked, and allowed only by exemptions */
	capgate_set forbidden;		    /* asked in any set, but not allowed */
	bool absent;			    /* capabilities absent or null: counts as all */
	bool add_no_new_privs;		    /* the policy requires it, and it is missing */
	bool splice_userns; /* a rewrite makes the seccomp profile forbid user namespaces ... */
	struct capgate_edits userns_edits; /* ... by these, which are in the arena */
	enum capgate_user_namespaces user_namespaces; /* of the policy, exemptions applied */
	bool rebind_proc; /* a rewrite mounts the host's /proc again, as the last mount */
	unsigned lifted;  /* what exemptions permit and the text uses: enum capgate_lift */
	struct capgate_substitute substitutes[CAPGATE_SUBSTITUTES];
	size_t n_substitutes;
	struct capgate_reached before, after; /* before and after the rewrite */
	struct capgate_finding *findings;   /* first those that decide, then notes */
	size_t n_findings;
	size_t findings_left_out; /* beyond CAPGATE_FINDINGS_MAX */
	enum capgate_dialect dialect; /* the language of remedies; the judge leaves ANY */
};

#define CAPGATE_FINDINGS_MAX 256

/*
 * Judges a parsed specification.  Pure.  STRIP means that a rewrite makes it pass (only with
 * action rewrite).  The verdict never depends on uid or no_new_privs, because exec omits the
 * one and crun misreads the other.
 */
CAPGATE_API int capgate_judge(const struct capgate_spec *spec, const struct capgate_policy *policy,
			      struct capgate_arena *arena, struct capgate_report *ret,
			      struct capgate_error *err) CAPGATE_MUST;

/*
 * Is the container's /proc/sys/kernel/cap_last_cap the kernel's own? runc since 1.3 reads it
 * there at create, run and every exec, and drops only capabilities up to that number from the
 * bounding set. config is a CAPGATE_CONFIG; for exec, that of the container.  If the result is
 * false, *why is a finding of CPG108, with its place in config.
 *
 * It is if /proc is a mount of type proc, or a bind of the host's that nothing covers, and if
 * no later mount, masked path or device can cover the file; see procfs.c of the judge.
 * capgate_judge() calls this for a configuration, and for a process object with
 * scene.container.
 */
CAPGATE_API bool capgate_proc_is_genuine(const struct capgate_spec *config,
					 const struct capgate_scene *scene,
					 struct capgate_finding *why);

/*
 * Does the configuration's seccomp profile prevent processes from making or entering a user
 * namespace, under every runtime that applies it?  The condition is sufficient, not necessary:
 * false in doubt.
 */
CAPGATE_API bool capgate_seccomp_blocks_userns(const struct capgate_spec *config);

/*
 * Does a container have another seccomp filter than its configuration says? crun stores the
 * filter that it compiled for a container, and loads it at every exec; its cache can give a
 * container the filter of another one.  program: that filter, struct sock_filter[] of
 * linux/filter.h in this machine's byte order; empty if there is none.
 *
 * Returns the name of a call that drops capabilities or changes the user, if the program may
 * answer it in a way that misleads the runtime and the profile does not: a static string.
 * Returns NULL if there is no such call.
 */
CAPGATE_API const char *capgate_seccomp_program_differs(const struct capgate_spec *config,
							struct capgate_text program,
							struct capgate_arena *arena);

/* Parses and judges.  A text that cannot be parsed also results in a report, which refuses.  spec
 * may be NULL if the caller does not need it. */
CAPGATE_API void capgate_assess(struct capgate_text text, enum capgate_kind kind,
				const struct capgate_policy *policy, struct capgate_arena *arena,
				struct capgate_spec *spec, struct capgate_report *ret);
/* Makes a report from an error: a refusal with the exit status of its rule. */
CAPGATE_API struct capgate_report capgate_report_of(const struct capgate_error *err);

/* ---- Rewriting ---------------------------------------------------------- */

/* Can the document be edited for this container?  True for compose files, Kubernetes objects and
 * Quadlet's files. */
CAPGATE_API bool capgate_inspected_editable(const struct capgate_inspected *one);
/*
 * The smallest edits of the document that remove these capabilities from the container. one:
 * its places are those in text.  Parse and judge the result again.  CAPGATE_EINVALID
 * (CAPGATE_RULE_NOT_EDITABLE) if a person must edit it.
 */
CAPGATE_API int capgate_inspected_edit(struct capgate_text text,
				       const struct capgate_inspected *one, capgate_set forbidden,
				       struct capgate_arena *arena, struct capgate_edits *ret,
				       struct capgate_error *err) CAPGATE_MUST;
/* Sorts the edits in the order of the text, and removes duplicates.  CAPGATE_EINVALID if two
 * overlap. */
CAPGATE_API int capgate_edits_sort(struct capgate_edits *edits,
				   struct capgate_error *err) CAPGATE_MUST;

/* Plans the edits that remove what the report says from all five sets. */
CAPGATE_API int capgate_rewrite_plan(const struct capgate_spec *spec,
				     const struct capgate_report *report,
				     struct capgate_arena *arena, struct capgate_edits *ret,
				     struct capgate_error *err) CAPGATE_MUST;
/* Makes the new text in the arena; every byte outside the edits stays. */
CAPGATE_API int capgate_rewrite_apply(struct capgate_text text, const struct capgate_edits *edits,
				      struct capgate_arena *arena, struct capgate_text *ret,
				      struct capgate_error *err) CAPGATE_MUST;
/* Plans, applies, then parses and judges the result, which must pass.  Substitutes that would
 * prevent that are omitted, also in the report. */
CAPGATE_API int capgate_rewrite(const struct capgate_spec *spec, struct capgate_report *report,
				const struct capgate_policy *policy, struct capgate_arena *arena,
				struct capgate_text *ret, struct capgate_error *err) CAPGATE_MUST;

#ifdef __cplusplus
}
#endif
#endif
