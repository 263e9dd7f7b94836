/* SPDX-License-Identifier: Apache-2.0 */
/* libcapgate: the policy.  Include capgate.h. */
#ifndef CAPGATE_API_POLICY_H
#define CAPGATE_API_POLICY_H

#include "spec.h"

#ifdef __cplusplus
extern "C" {
#endif

enum capgate_mode { CAPGATE_ENFORCE, CAPGATE_AUDIT };
enum capgate_action { CAPGATE_REJECT, CAPGATE_REWRITE };

/* What only an exemption permits, and only by name: seccomp actions, user namespaces. */
enum capgate_lift {
	CAPGATE_LIFT_NOTIFY = 1 << 0, /* SCMP_ACT_NOTIFY */
	CAPGATE_LIFT_TRACE = 1 << 1,  /* SCMP_ACT_TRACE */
	CAPGATE_LIFT_USERNS = 1 << 2, /* no action: user namespaces of the container's own making */
};

/* May a process of the container make a user namespace?  It holds every capability
 * inside. */
enum capgate_user_namespaces {
	CAPGATE_USERNS_DENY,  /* CPG111, unless the seccomp profile or the host forbids it */
	CAPGATE_USERNS_AUDIT, /* noted: CPG404 */
	CAPGATE_USERNS_ALLOW,
};

/* Is it written down which capabilities a container uses?  See capgate_policy_records(). */
enum capgate_learn { CAPGATE_LEARN_OFF, CAPGATE_LEARN_RECORD };

/* Who gets more, why, and until when.  Patterns are globs: * is any text,
 * slashes included, ? is one character; nothing else is special. */
struct capgate_exemption {
	struct capgate_text id, reason, owner; /* owner may be empty */
	struct capgate_text expires;	       /* as written; empty: never */
	int64_t until;			       /* the first second after it; INT64_MAX: never */
	capgate_set allow;
	capgate_set named; /* of allow: by name, not through ALL */
	unsigned lifts;    /* what else it permits: enum capgate_lift */
	/* What must match, all of it; len 0: not asked.  The keys of annotations
	 * are exact, their values globs. */
	struct capgate_text cgroup, bundle, rootfs, hostname, image;
	struct capgate_pair *annotations;
	size_t n_annotations;
	bool has_uid;
	uint32_t uid;
	struct capgate_span at; /* in its file */
	unsigned source;	/* capgate_policy.sources[source] */
};

/* What the caller knows besides the text, for exemptions and substitutes.  Zeroed, no
 * exemption applies (without a clock none is known to be in force) and no sysctl is set. */
enum capgate_network {
	CAPGATE_NETWORK_UNKNOWN,
	CAPGATE_NETWORK_OTHER, /* the namespace that is joined is not the host's */
	CAPGATE_NETWORK_HOST,
};

enum capgate_user {
	CAPGATE_USER_AS_WRITTEN, /* process.user */
	CAPGATE_USER_GIVEN,      /* scene.uid */
	CAPGATE_USER_UNKNOWN,    /* a name: no exemption by uid applies, and root is assumed */
};

struct capgate_scene {
	int64_t now;		    /* seconds since 1970, UTC; 0: unknown */
	struct capgate_text bundle; /* absolute path; may be empty */
	struct capgate_text image;  /* from the engine's own store; may be empty */
	enum capgate_network network; /* of a network namespace joined by path */
	capgate_set settable;	    /* whose sysctls this kernel has, and lets a runtime write */
	uint32_t gid_last;	    /* the last group id of our own user namespace; 0: unknown */
	/* exec, restore: the container that the process object is for; may be NULL.
	 * Its filter and its /proc are judged with the object. */
	const struct capgate_spec *container;
	bool no_user_namespaces; /* the host's user.max_user_namespaces is 0 */
	bool restores; /* CRIU makes the processes, as images and its configuration say */
	/* The mounts of the container's first process, as the kernel shows them
	 * (proc_pid_mountinfo(5)); empty: unknown.  Before pivot_root(2) they hold the root
	 * file system at its own path, within the container it is their root. */
	struct capgate_text mounts;
	bool mounts_within;
	/* exec --user: who the process will be, where the text does not say it. */
	enum capgate_user user;
	uint32_t uid;
};

/* The fields of a policy that one file replaces and another keeps. */
enum capgate_policy_field {
	CAPGATE_FIELD_MODE,
	CAPGATE_FIELD_ACTION,
	CAPGATE_FIELD_PROFILE,
	CAPGATE_FIELD_NO_NEW_PRIVILEGES,
	CAPGATE_FIELD_SUBSTITUTE_SYSCTLS,
	CAPGATE_FIELD_CONFINEMENT,
	CAPGATE_FIELD_CEILING,
	CAPGATE_FIELD_USER_NAMESPACES,
	CAPGATE_FIELD_LIMIT_BYTES,
	CAPGATE_FIELD_LOG_FILE,
	CAPGATE_FIELD_LOG_SYSTEM,
	CAPGATE_FIELD_LOG_MAX_BYTES,
	CAPGATE_FIELD_LOG_REQUIRED,
	CAPGATE_FIELD_LEARN,
	CAPGATE_NPOLICYFIELDS
};

/* Files that may make up one policy, the embedded default included. */
#define CAPGATE_SOURCES_MAX 300

struct capgate_policy {
	enum capgate_mode mode;
	enum capgate_action action;
	capgate_set allowed; /* (profile or allow) less deny: the one that counts */
	capgate_set allow, deny;
	capgate_set named; /* of allow: by name, not through ALL */
	struct capgate_text profile;
	bool require_no_new_privileges;
	enum capgate_user_namespaces user_namespaces;
	bool substitute_sysctls;
	bool best_effort_confinement;
	size_t max_bytes; /* of a specification */

	struct capgate_text log_file; /* empty: no file */
	bool log_system;	      /* journald or syslog */
	bool log_required;	      /* what cannot be logged is refused */
	size_t log_max_bytes;

	struct capgate_exemption *exemptions;
	size_t n_exemptions, exemptions_room;
	capgate_set exempt_most; /* beyond it exemptions give nothing either */

	enum capgate_learn learn;
	/* Whose capabilities are recorded: one of them matches; none: every container's.
	 * Only what must match, at and source are filled in. */
	struct capgate_exemption *learn_match;
	size_t n_learn_match, learn_match_room;

	/* What the wrapper takes from the runtime itself: see capgate_ceiling(). */
	bool ceiling_off;
	capgate_set ceiling_keep; /* besides, for hooks of the specification */
	struct capgate_text ceiling_reason; /* given with either of the two */

	struct capgate_scene scene;
	struct capgate_text source; /* the last file, for messages; empty: embedded */
	struct capgate_text digest; /* of all files, hexadecimal; may be empty */
	/* Where each part comes from: indices into sources; [0] is embedded. */
	struct capgate_text *sources;
	size_t n_sources, sources_room;
	uint16_t from[CAPGATE_NPOLICYFIELDS];
	uint16_t allow_from[CAPGATE_NCAPS], deny_from[CAPGATE_NCAPS];
};

struct capgate_profile {
	const char *name;
	capgate_set caps;
	const char *source; /* whose list it is */
	bool requires_no_new_privs;  /* unless a file says "no_new_privileges" itself */
	bool denies_user_namespaces; /* the same of "user_namespaces" */
};

/* The embedded default: cis-docker, enforce, rewrite. */
CAPGATE_API void capgate_policy_init(struct capgate_policy *ret);
/*
 * Lay one policy file over *policy: fields that it has replace, lists append,
 * deny always wins.  Strict JSON with comments; source names it in messages.
 * Every failure but a full arena is CAPGATE_EPOLICY, with "FILE:LINE:COLUMN: "
 * in the message, and leaves *policy as it was.
 */
CAPGATE_API int capgate_policy_parse(struct capgate_text text, struct capgate_text source,
				     struct capgate_arena *arena, struct capgate_policy *policy,
				     struct capgate_error *err) CAPGATE_MUST;
/*
 * A user's own wish over the system's policy: the result allows no more and enforces no
 * less than system. wish is system, its deny emptied, with the user's file over it, so that
 * wish->deny is what the user denies themselves; its exemptions and places of log are left
 * out.
 */
CAPGATE_API void capgate_policy_tighten(const struct capgate_policy *system,
					const struct capgate_policy *wish,
					struct capgate_policy *ret);
/* The built-in profiles, in order; NULL after the last. */
CAPGATE_API const struct capgate_profile *capgate_profile_at(size_t i);
CAPGATE_API const struct capgate_profile *capgate_profile_find(struct capgate_text name);

/* Does the exemption match, whether or not it has expired? */
CAPGATE_API bool capgate_exemption_matches(const struct capgate_exemption *exemption,
					   const struct capgate_spec *spec,
					   const struct capgate_scene *scene);
/* For readers, what of an exemption that does not match is not so: "cgroup", or
 * an annotation's key. */
CAPGATE_API struct capgate_text capgate_exemption_differs(const struct capgate_exemption *exemption,
							  const struct capgate_spec *spec,
							  const struct capgate_scene *scene);
/* Does its date lie in the past, or is the time unknown? */
CAPGATE_API bool capgate_exemption_expired(const struct capgate_exemption *exemption, int64_t now);
/* Is it to be recorded which capabilities the container uses? */
CAPGATE_API bool capgate_policy_records(const struct capgate_policy *policy,
					const struct capgate_spec *spec,
					const struct capgate_scene *scene);
/* '*' any text, '?' one character (UTF-8). */
CAPGATE_API bool capgate_glob(struct capgate_text pattern, struct capgate_text text);

/*
 * The ceiling: what the process that executes a runtime keeps in its bounding set.
 * execve(2) gives the runtime no more, and nothing adds to a bounding set again
 * (capabilities(7)), so neither the runtime, nor its hooks, nor its containers hold
 * anything else, even if the judgement is wrong.  This does not hold in a new user
 * namespace, which has sets of its own.
 */
/* What the runtime may hold for a container that may hold allowed
 * (capgate_report.allowed): allowed, what the runtime needs, what the policy
 * keeps.  times: the specification sets clocks (capgate_spec.time_offsets), or a
 * checkpoint is restored. */
CAPGATE_API capgate_set capgate_ceiling(const struct capgate_policy *policy, capgate_set allowed,
					bool times);
/* The most that it can be for any container under this policy. */
CAPGATE_API capgate_set capgate_ceiling_most(const struct capgate_policy *policy);
/* The most that any container may hold: what the policy and all its exemptions allow. */
CAPGATE_API capgate_set capgate_allowed_most(const struct capgate_policy *policy);
/* What runtimes need a capability for; NULL: they never do. */
CAPGATE_API const char *capgate_ceiling_reason(int cap);

/* What is wrong with a policy that can be used. */
enum capgate_lint_rule {
#define CAPGATE_LINT(symbol, id, warning, cure) CAPGATE_LINT_##symbol,
#include "lint.def"
#undef CAPGATE_LINT
	CAPGATE_NLINTS
};

struct capgate_lint {
	enum capgate_lint_rule rule;
	const struct capgate_exemption *exemption; /* or NULL */
	struct capgate_text subject;		   /* an id, a key, a profile; may be empty */
};

struct capgate_lint_text {
	const char *id, *warning, *cure;
};

CAPGATE_API const struct capgate_lint_text *capgate_lint_info(enum capgate_lint_rule rule);
/* Warnings about the whole policy at that time, in the arena.  CAPGATE_ENOMEM. */
CAPGATE_API int capgate_policy_lint(const struct capgate_policy *policy, int64_t now,
				    struct capgate_arena *arena, struct capgate_lint **ret,
				    size_t *n, struct capgate_error *err) CAPGATE_MUST;

#ifdef __cplusplus
}
#endif
#endif
