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

/* Seccomp actions and user namespaces that only an exemption permits, and only by name. */
enum capgate_lift {
	CAPGATE_LIFT_NOTIFY = 1 << 0, /* SCMP_ACT_NOTIFY */
	CAPGATE_LIFT_TRACE = 1 << 1,  /* SCMP_ACT_TRACE */
	CAPGATE_LIFT_USERNS = 1 << 2, /* not an action: user namespaces that the container makes */
};

/* May a process of the container make a user namespace?  It holds every capability in it. */
enum capgate_user_namespaces {
	CAPGATE_USERNS_DENY,  /* CPG111, unless the seccomp profile or the host forbids it */
	CAPGATE_USERNS_AUDIT, /* noted: CPG404 */
	CAPGATE_USERNS_ALLOW,
};

/* Is the use of capabilities recorded?  See capgate_policy_records(). */
enum capgate_learn { CAPGATE_LEARN_OFF, CAPGATE_LEARN_RECORD };

/* Which container gets more, why, and until when.  Patterns are globs: * matches any text, also
 * slashes; ? matches one character; nothing else is special. */
struct capgate_exemption {
	struct capgate_text id, reason, owner; /* owner may be empty */
	struct capgate_text expires;	       /* as written; empty: never */
	int64_t until;			       /* the first second after it; INT64_MAX: never */
	capgate_set allow;
	capgate_set named; /* those of allow that are named, not through ALL */
	unsigned lifts;    /* other permissions: enum capgate_lift */
	/* All of these must match; len 0: matches everything.  Keys of annotations are exact, their
	 * values are globs. */
	struct capgate_text cgroup, bundle, rootfs, hostname, image;
	struct capgate_pair *annotations;
	size_t n_annotations;
	bool has_uid;
	uint32_t uid;
	struct capgate_span at; /* its place in the file */
	unsigned source;	/* capgate_policy.sources[source] */
};

/* The owner of a network namespace. */
enum capgate_network {
	CAPGATE_NETWORK_UNKNOWN,
	CAPGATE_NETWORK_OTHER, /* the joined namespace is not the host's */
	CAPGATE_NETWORK_HOST,
};

/* Which user a process will have. */
enum capgate_user {
	CAPGATE_USER_AS_WRITTEN, /* process.user */
	CAPGATE_USER_GIVEN,      /* scene.uid */
	CAPGATE_USER_UNKNOWN,    /* a name, so no exemption by uid applies, and root is assumed */
};

/* Facts besides the text, for exemptions and substitutes.  If it is zeroed, no exemption applies
 * (without a clock it is unknown whether one is in force) and no sysctl is set. */
struct capgate_scene {
	int64_t now;		    /* seconds since 1970, UTC; 0: unknown */
	struct capgate_text bundle; /* absolute path; may be empty */
	struct capgate_text image;  /* from the engine's own store; may be empty */
	enum capgate_network network; /* the owner of a network namespace that is joined by path */
	capgate_set settable;	    /* the capabilities whose sysctl exists in this kernel, and
				     * can be set */
	uint32_t gid_last;	    /* the last group id of our own user namespace; 0: unknown */
	/* exec, restore: the container of the process object, or NULL.  Its filter and its /proc
	 * are judged with the object. */
	const struct capgate_spec *container;
	bool no_user_namespaces; /* the host's user.max_user_namespaces is 0 */
	bool restores; /* CRIU makes the processes from images, as its configuration says */
	/*
	 * The mounts of the container's first process, as the kernel shows them
	 * (proc_pid_mountinfo(5)); empty: unknown.  Before pivot_root(2), the root file system is
	 * at its path on the host; within the container (mounts_within), it is the root.
	 */
	struct capgate_text mounts;
	bool mounts_within;
	/* exec --user: the user of the process, which the text does not contain. */
	enum capgate_user user;
	uint32_t uid;
};

/* The fields of a policy that a file can replace. */
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

/* The most files of one policy, with the embedded default. */
#define CAPGATE_SOURCES_MAX 300

struct capgate_policy {
	enum capgate_mode mode;
	enum capgate_action action;
	capgate_set allowed; /* (profile or allow) without deny: the result */
	capgate_set allow, deny;
	capgate_set named; /* those of allow that are named, not through ALL */
	struct capgate_text profile;
	bool require_no_new_privileges;
	enum capgate_user_namespaces user_namespaces;
	bool substitute_sysctls;
	bool best_effort_confinement;
	size_t max_bytes; /* the limit for specifications */

	struct capgate_text log_file; /* empty: no file */
	bool log_system;	      /* journald or syslog */
	bool log_required;	      /* refuse if the decision cannot be logged */
	size_t log_max_bytes;

	struct capgate_exemption *exemptions;
	size_t n_exemptions, exemptions_room;
	capgate_set exempt_most; /* the most that exemptions can give */

	enum capgate_learn learn;
	/* The containers to record: one of these must match; without any, all containers.  Only
	 * what must match, at and source are set. */
	struct capgate_exemption *learn_match;
	size_t n_learn_match, learn_match_room;

	/* What the wrapper takes from the runtime; see capgate_ceiling(). */
	bool ceiling_off;
	capgate_set ceiling_keep; /* kept in addition, for the specification's hooks */
	struct capgate_text ceiling_reason; /* required with either of the two */

	struct capgate_scene scene;
	struct capgate_text source; /* the last file, for messages; empty: embedded */
	struct capgate_text digest; /* of all files, hexadecimal; may be empty */
	/* The source of each part, as an index into sources; [0] is the embedded policy. */
	struct capgate_text *sources;
	size_t n_sources, sources_room;
	uint16_t from[CAPGATE_NPOLICYFIELDS];
	uint16_t allow_from[CAPGATE_NCAPS], deny_from[CAPGATE_NCAPS];
};

struct capgate_profile {
	const char *name;
	capgate_set caps;
	const char *source; /* who published the list */
	bool requires_no_new_privs;  /* unless a file has "no_new_privileges" */
	bool denies_user_namespaces; /* the same for "user_namespaces" */
};

/* The embedded default: cis-docker, enforce, rewrite. */
CAPGATE_API void capgate_policy_init(struct capgate_policy *ret);
/*
 * Applies one policy file to *policy: its fields replace, its lists append, and deny always
 * takes precedence.  Strict JSON with comments; source is its name in messages.  Every failure
 * except a full arena is CAPGATE_EPOLICY, with "FILE:LINE:COLUMN: " in the message, and leaves
 * *policy unchanged.
 */
CAPGATE_API int capgate_policy_parse(struct capgate_text text, struct capgate_text source,
				     struct capgate_arena *arena, struct capgate_policy *policy,
				     struct capgate_error *err) CAPGATE_MUST;
/*
 * Combines the system's policy with a user's own: the result allows no more and enforces no
 * less than system. wish is system without its deny, with the user's file applied, so that
 * wish->deny is what the user denies themselves.  The user's exemptions and log are ignored.
 */
CAPGATE_API void capgate_policy_tighten(const struct capgate_policy *system,
					const struct capgate_policy *wish,
					struct capgate_policy *ret);
/* The i-th built-in profile; NULL after the last. */
CAPGATE_API const struct capgate_profile *capgate_profile_at(size_t i);
CAPGATE_API const struct capgate_profile *capgate_profile_find(struct capgate_text name);

/* Does the exemption match, whether or not it has expired? */
CAPGATE_API bool capgate_exemption_matches(const struct capgate_exemption *exemption,
					   const struct capgate_spec *spec,
					   const struct capgate_scene *scene);
/* For messages: the property that does not match, "cgroup" or an annotation's key. */
CAPGATE_API struct capgate_text capgate_exemption_differs(const struct capgate_exemption *exemption,
							  const struct capgate_spec *spec,
							  const struct capgate_scene *scene);
/* Has it expired, or is the time unknown? */
CAPGATE_API bool capgate_exemption_expired(const struct capgate_exemption *exemption, int64_t now);
/* Does the policy say to record this container's use of capabilities? */
CAPGATE_API bool capgate_policy_records(const struct capgate_policy *policy,
					const struct capgate_spec *spec,
					const struct capgate_scene *scene);
/* Does the glob match? '*' matches any text, '?' one UTF-8 character. */
CAPGATE_API bool capgate_glob(struct capgate_text pattern, struct capgate_text text);

/*
 * The ceiling is what the process that executes a runtime keeps in its bounding set.  execve(2)
 * gives the runtime no more, and nothing can be added to a bounding set (capabilities(7)).  So
 * neither the runtime nor its hooks nor its containers can hold anything else, even if the
 * judgement is wrong.  This does not apply in a new user namespace, which has its own sets.
 */
/*
 * The ceiling for a container that may hold allowed (capgate_report.allowed): allowed, what the
 * runtime needs, and what the policy keeps.  times: the specification sets clocks
 * (capgate_spec.time_offsets), or a checkpoint is restored.
 */
CAPGATE_API capgate_set capgate_ceiling(const struct capgate_policy *policy, capgate_set allowed,
					bool times);
/* The largest ceiling of any container under this policy. */
CAPGATE_API capgate_set capgate_ceiling_most(const struct capgate_policy *policy);
/* The most that any container may hold: what the policy and all its exemptions allow. */
CAPGATE_API capgate_set capgate_allowed_most(const struct capgate_policy *policy);
/* Why runtimes need this capability; NULL if they never do. */
CAPGATE_API const char *capgate_ceiling_reason(int cap);

/* Warnings about a valid policy. */
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
/* Lists the warnings about the policy at this time, in the arena.  Fails only with
 * CAPGATE_ENOMEM. */
CAPGATE_API int capgate_policy_lint(const struct capgate_policy *policy, int64_t now,
				    struct capgate_arena *arena, struct capgate_lint **ret,
				    size_t *n, struct capgate_error *err) CAPGATE_MUST;

#ifdef __cplusplus
}
#endif
#endif
