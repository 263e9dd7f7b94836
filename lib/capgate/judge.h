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
	capgate_set initial[CAPGATE_NSETS]; /* of the first program after execve(2) */
	capgate_set attainable;		   /* by any process, in its user namespace */
	capgate_set ambient_lost;	   /* asked for, dropped in silence */
};

/* The formulas of capabilities(7) for runc and crun: asked by set, for a user,
 * with no_new_privs or without, by a runtime that itself holds host. */
CAPGATE_API void capgate_reach(const capgate_set asked[CAPGATE_NSETS], uint32_t uid,
			       bool no_new_privs, capgate_set host, struct capgate_reached *ret);

/* ---- Judging ------------------------------------------------------------ */

struct capgate_finding {
	enum capgate_rule rule;
	enum capgate_severity severity;
	int set;		/* enum capgate_which, or -1 */
	int cap;		/* or -1 */
	size_t index;		/* of the entry in its array */
	struct capgate_span at; /* len 0 when it has no place */
	struct capgate_text subject; /* an annotation key, a namespace type; may be empty */
};

/* A sysctl that a rewrite sets to replace a capability. */
struct capgate_substitute {
	enum capgate_cap cap; /* that is removed */
	const char *sysctl;   /* NULL: nothing takes its place */
	char value[32];
	const char *why_not; /* NULL: it is set */
};

#define CAPGATE_SUBSTITUTES 2

/* Replace the bytes of at by with.  Edits are sorted and do not overlap. */
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
	enum capgate_rule rule; /* the gravest one that decided; NONE when it passes */
	int exit_status;	/* of a hook that refuses because of it; 0 when it passes */
	bool parsed;		/* false: only error says why */
	struct capgate_error error;
	capgate_set asked[CAPGATE_NSETS];   /* canonical entries, by set */
	capgate_set removed[CAPGATE_NSETS]; /* what a rewrite removes from each */
	capgate_set kept[CAPGATE_NSETS];    /* asked less removed */
	capgate_set allowed;		    /* by the policy and the exemptions that apply */
	capgate_set exempt;		    /* asked, and allowed by exemptions only */
	capgate_set forbidden;		    /* asked in any set, not allowed */
	bool absent;			    /* capabilities absent or null: counts as all */
	bool add_no_new_privs;		    /* the policy requires it, and it is not there */
	bool splice_userns; /* a rewrite makes the seccomp profile forbid user namespaces ... */
	struct capgate_edits userns_edits; /* ... by these, which are in the arena */
	enum capgate_user_namespaces user_namespaces; /* of the policy, exemptions applied */
	bool rebind_proc; /* a rewrite mounts the host's /proc once more, last of all */
	unsigned lifted;  /* what exemptions lift and the text asks for: enum capgate_lift */
	struct capgate_substitute substitutes[CAPGATE_SUBSTITUTES];
	size_t n_substitutes;
	struct capgate_reached before, after; /* the rewrite */
	struct capgate_finding *findings;   /* those that decide first, then notes */
	size_t n_findings;
	size_t findings_left_out; /* beyond CAPGATE_FINDINGS_MAX */
	enum capgate_dialect dialect; /* in which remedies are said; the judge leaves ANY */
};

#define CAPGATE_FINDINGS_MAX 256

/*
 * Judge a parsed specification.  Pure.  STRIP means: a rewrite makes it pass
 * (only with action rewrite).  The verdict never depends on uid or
 * no_new_privs: exec drops the one, crun misreads the other.
 */
CAPGATE_API int capgate_judge(const struct capgate_spec *spec, const struct capgate_policy *policy,
			      struct capgate_arena *arena, struct capgate_report *ret,
			      struct capgate_error *err) CAPGATE_MUST;

/*
 * Is the container's /proc/sys/kernel/cap_last_cap the kernel's own? runc from 1.3 on reads
 * it there, at create, run and every exec, and drops only capabilities up to that number
 * from the bounding set. config is a CAPGATE_CONFIG; for exec, the container's own.  False:
 * *why is a finding of CPG108, with its place in config.
 *
 * It is when /proc is a mount of type proc, or a bind of the host's that nothing
 * comes over, and no later mount, masked path or device can cover the file; see
 * the judge's procfs.c.  capgate_judge() asks it for a configuration, and for a
 * process object about scene.container.
 */
CAPGATE_API bool capgate_proc_is_genuine(const struct capgate_spec *config,
					 const struct capgate_scene *scene,
					 struct capgate_finding *why);

/*
 * Does the configuration's seccomp profile keep processes from making a user namespace,
 * and from entering one, under every runtime that applies it?  Sufficient, not
 * necessary: false when in doubt.
 */
CAPGATE_API bool capgate_seccomp_blocks_userns(const struct capgate_spec *config);

/*
 * Does a container have another seccomp filter than its configuration says? crun keeps the
 * filter that it compiled for a container, and loads it at every exec; its cache can give a
 * container the filter of another one.  program: that filter, struct sock_filter[] of
 * linux/filter.h in this machine's byte order; empty: there is none.
 *
 * The name of a call that drops capabilities or changes the user, to which the program may
 * give an answer that misleads the runtime and the profile does not: a static string.
 * NULL: there is no such call.
 */
CAPGATE_API const char *capgate_seccomp_program_differs(const struct capgate_spec *config,
							struct capgate_text program,
							struct capgate_arena *arena);

/* Parse and judge; what cannot be parsed is a report too (a refusal).  spec
 * may be NULL when the caller has no use for it. */
CAPGATE_API void capgate_assess(struct capgate_text text, enum capgate_kind kind,
				const struct capgate_policy *policy, struct capgate_arena *arena,
				struct capgate_spec *spec, struct capgate_report *ret);
/* An error as a report: a refusal for that reason, with the status of its rule. */
CAPGATE_API struct capgate_report capgate_report_of(const struct capgate_error *err);

/* ---- Rewriting ---------------------------------------------------------- */

/* A document that describes containers can be edited for this one: a compose file, a
 * Kubernetes object, Quadlet's file. */
CAPGATE_API bool capgate_inspected_editable(const struct capgate_inspected *one);
/* The smallest edits of the document that take these capabilities from the container.
 * one: its places are those in text.  Whoever applies them reads the result again.
 * CAPGATE_EINVALID (CAPGATE_RULE_NOT_EDITABLE): by hand only. */
CAPGATE_API int capgate_inspected_edit(struct capgate_text text,
				       const struct capgate_inspected *one, capgate_set forbidden,
				       struct capgate_arena *arena, struct capgate_edits *ret,
				       struct capgate_error *err) CAPGATE_MUST;
/* In the order of the text, each once; CAPGATE_EINVALID when two overlap. */
CAPGATE_API int capgate_edits_sort(struct capgate_edits *edits,
				   struct capgate_error *err) CAPGATE_MUST;

/* The splices that remove from all five sets what the report says. */
CAPGATE_API int capgate_rewrite_plan(const struct capgate_spec *spec,
				     const struct capgate_report *report,
				     struct capgate_arena *arena, struct capgate_edits *ret,
				     struct capgate_error *err) CAPGATE_MUST;
/* New text in the arena; every byte outside the edits is the old one. */
CAPGATE_API int capgate_rewrite_apply(struct capgate_text text, const struct capgate_edits *edits,
				      struct capgate_arena *arena, struct capgate_text *ret,
				      struct capgate_error *err) CAPGATE_MUST;
/* Plan, apply, then parse and judge the result, which must pass.  Substitutes
 * with which it would not are left out (and of the report). */
CAPGATE_API int capgate_rewrite(const struct capgate_spec *spec, struct capgate_report *report,
				const struct capgate_policy *policy, struct capgate_arena *arena,
				struct capgate_text *ret, struct capgate_error *err) CAPGATE_MUST;

#ifdef __cplusplus
}
#endif
#endif
