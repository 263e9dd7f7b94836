/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libcapgate: judge the Linux capabilities that an OCI runtime configuration
 * asks for.
 *
 * The library is pure: no I/O, no clock, no environment, no globals, no
 * output.  The caller owns every input byte and keeps it alive while he uses
 * what was made from it: results are views into that text and into the
 * caller's arena.  There is nothing to free but the arena's one block.
 *
 * Every call that can fail returns 0 or a negative enum capgate_status, fills
 * in *err (which may not be NULL) and writes its result only on success.
 *
 *	struct capgate_policy policy;
 *	struct capgate_arena arena;
 *	struct capgate_report report = {0};
 *
 *	capgate_policy_init(&policy);
 *	capgate_arena_init(&arena, block, sizeof(block));
 *	capgate_assess(text, CAPGATE_CONFIG, &policy, &arena, &report);
 *	if (report.verdict != CAPGATE_PASS)
 *		...
 *
 * A zeroed report is a refusal.
 */
#ifndef CAPGATE_H
#define CAPGATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define CAPGATE_API __attribute__((visibility("default")))
#define CAPGATE_MUST __attribute__((warn_unused_result))
#define CAPGATE_PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define CAPGATE_API
#define CAPGATE_MUST
#define CAPGATE_PRINTF(f, a)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Words everything is made of ------------------------------------- */

/* Borrowed bytes; no NUL is promised. */
struct capgate_text {
	const char *p;
	size_t len;
};

/* A slice of a document: [off, off + len), quotes and braces included. */
struct capgate_span {
	size_t off, len;
};

#define CAPGATE_NOWHERE ((size_t)-1)

/* Absent is not null, and null is not empty: runtimes read them differently. */
enum capgate_presence { CAPGATE_ABSENT, CAPGATE_IS_NULL, CAPGATE_PRESENT };

/* For literals and for argv only: everything else comes with its length. */
CAPGATE_API struct capgate_text capgate_text_of(const char *cstring);
CAPGATE_API bool capgate_text_is(struct capgate_text t, const char *cstring);
CAPGATE_API bool capgate_text_equal(struct capgate_text a, struct capgate_text b);
CAPGATE_API bool capgate_text_begins(struct capgate_text t, const char *prefix);
/* How many letters differ (Levenshtein, ASCII case ignored); limit when it is
 * that many or more, or a text is longer than 32 bytes.  For "did you mean". */
CAPGATE_API size_t capgate_text_distance(struct capgate_text a, struct capgate_text b,
					 size_t limit);

/* ---- Errors ----------------------------------------------------------- */

enum capgate_status {
	CAPGATE_OK = 0,
	CAPGATE_ENOMEM = -1,	 /* the arena is full */
	CAPGATE_ELIMIT = -2,	 /* larger or deeper than the limit */
	CAPGATE_ESYNTAX = -3,	 /* not one strict JSON document in clean UTF-8 */
	CAPGATE_EAMBIGUOUS = -4, /* two readers could read two things */
	CAPGATE_EINVALID = -5,	 /* JSON, but not what it claims to be */
	CAPGATE_EPOLICY = -6,	 /* the policy cannot be used */
	CAPGATE_EIO = -7,	 /* reading, writing or another system call */
	CAPGATE_EINTERNAL = -8,	 /* a check of our own work failed */
};

/* Zero refuses. */
enum capgate_verdict { CAPGATE_REFUSE, CAPGATE_STRIP, CAPGATE_PASS };

enum capgate_severity {
	CAPGATE_SEVERITY_NOTE,
	CAPGATE_SEVERITY_LOW,
	CAPGATE_SEVERITY_MEDIUM,
	CAPGATE_SEVERITY_HIGH,
	CAPGATE_SEVERITY_CRITICAL,
};

enum capgate_rule {
#define CAPGATE_RULE(symbol, id, name, severity, status, aliases, cause, remedy) \
	CAPGATE_RULE_##symbol,
#include "capgate/rules.def"
#undef CAPGATE_RULE
	CAPGATE_NRULES
};

struct capgate_rule_info {
	const char *id;	  /* "CPG101": stable for ever */
	const char *name; /* "net-raw" */
	enum capgate_severity severity;
	int exit_status;     /* of a hook that refuses because of it; 0: a note */
	const char *aliases; /* separated by blanks; may be "" */
	const char *cause;
	const char *remedy;
};

CAPGATE_API const struct capgate_rule_info *capgate_rule_info(enum capgate_rule rule);
/* By id ("CPG101") or name ("net-raw"), any case.  CAPGATE_NRULES: unknown. */
CAPGATE_API enum capgate_rule capgate_rule_find(struct capgate_text word);
/* The id or name nearest to a misspelt one, or NULL if none is near. */
CAPGATE_API const char *capgate_rule_nearest(struct capgate_text word);
CAPGATE_API const char *capgate_verdict_name(
	enum capgate_verdict verdict); /* "refuse", "strip", "pass" */
CAPGATE_API const char *capgate_severity_name(enum capgate_severity severity);

/* The caller's; nothing to free.  All text is printable UTF-8. */
struct capgate_error {
	enum capgate_status code;
	enum capgate_rule rule;
	size_t pos;	/* byte offset in the text, or CAPGATE_NOWHERE */
	char path[192]; /* "process.capabilities.bounding[3]"; may be "" */
	char msg[320];	/* one sentence without a full stop */
};

/* Line and column (both from 1, columns in bytes) of a byte offset. */
CAPGATE_API void capgate_locate(struct capgate_text text, size_t pos, size_t *line, size_t *column);

/* ---- Memory ----------------------------------------------------------- */

/* One block, the caller's; one limit, its size; nothing is freed singly. */
struct capgate_arena {
	unsigned char *base;
	size_t size, used;
	size_t allocations; /* how many were asked for */
	size_t fail_at;	    /* tests: this allocation fails (counted from 1) */
};

CAPGATE_API void capgate_arena_init(struct capgate_arena *arena, void *block, size_t size);
/* Zeroed, aligned for anything; NULL when the block is full. */
CAPGATE_API void *capgate_arena_alloc(struct capgate_arena *arena, size_t n) CAPGATE_MUST;
/* Block size that suffices for judging and rewriting a text of that length. */
CAPGATE_API size_t capgate_arena_for(size_t text_len);

/* ---- Capabilities: capabilities(7) ------------------------------------ */

/* A struct, so that a number cannot pass for a mask. */
typedef struct {
	uint64_t bits;
} capgate_set;

enum capgate_which {
	CAPGATE_BOUNDING,
	CAPGATE_EFFECTIVE,
	CAPGATE_INHERITABLE,
	CAPGATE_PERMITTED,
	CAPGATE_AMBIENT,
	CAPGATE_NSETS
};

enum capgate_tier {
	CAPGATE_TIER_LOW,
	CAPGATE_TIER_FILE_IDENTITY,
	CAPGATE_TIER_NETWORK,
	CAPGATE_TIER_HOST_CONFIG,
	CAPGATE_TIER_ESCAPE,
};

enum capgate_cap {
#define CAPGATE_CAP(number, name, tier, meaning, substitute) CAPGATE_CAP_##name = number,
#include "capgate/captab.def"
#undef CAPGATE_CAP
	CAPGATE_NCAPS
};

struct capgate_cap_info {
	const char *name; /* "CAP_NET_RAW" */
	enum capgate_tier tier;
	const char *meaning;
	const char *substitute;
};

/* NULL unless 0 <= cap < CAPGATE_NCAPS. */
CAPGATE_API const struct capgate_cap_info *capgate_cap_info(int cap);

struct capgate_cap_note {
	const char *why;       /* it is in its tier */
	const char *attacks;   /* CVE numbers, ATT&CK techniques; may be "" */
	const char *needed_by; /* who usually asks for it */
};

/* NULL unless 0 <= cap < CAPGATE_NCAPS. */
CAPGATE_API const struct capgate_cap_note *capgate_cap_note(int cap);
CAPGATE_API const char *capgate_tier_name(enum capgate_tier tier);
/* "bounding", "effective", ... as in the runtime specification. */
CAPGATE_API const char *capgate_which_name(enum capgate_which which);

/* The number of a canonical name ("CAP_NET_RAW"), byte for byte; else -1.
 * The only reading by which anything is ever allowed. */
CAPGATE_API int capgate_cap_exact(struct capgate_text name);
/* For people's input (policies, command lines): any case, CAP_ optional;
 * else -1.  Never used on a specification. */
CAPGATE_API int capgate_cap_lenient(struct capgate_text name);
/* The known name nearest to a misspelt one, or NULL if none is near. */
CAPGATE_API const char *capgate_cap_nearest(struct capgate_text name);
/* What somebody sees who misses it. */
struct capgate_symptom {
	enum capgate_cap cap;
	const char *words;
	const char *sysctl, *value; /* what makes it unnecessary; NULL: nothing does */
};

/* NULL when nothing is known. */
CAPGATE_API const struct capgate_symptom *capgate_symptom_of(int cap);

/* Everything that any runtime in the field could make of an entry that is not
 * canonical: libcap's cap_from_name(3) (numbers, any case, trailing garbage)
 * and youki's folding.  For explaining and for removing; never for allowing. */
CAPGATE_API capgate_set capgate_cap_meant(struct capgate_text entry);
/* What libcap (crun) makes of it: a number 0..63, or -1. */
CAPGATE_API int capgate_cap_by_libcap(struct capgate_text entry);
/* What youki and kata-agent make of it: a number, or -1. */
CAPGATE_API int capgate_cap_by_youki(struct capgate_text entry);

CAPGATE_API capgate_set capgate_set_all(void); /* the 41 that we know */
CAPGATE_API capgate_set capgate_set_of(int cap);
CAPGATE_API bool capgate_set_has(capgate_set s, int cap);
CAPGATE_API capgate_set capgate_set_or(capgate_set a, capgate_set b);
CAPGATE_API capgate_set capgate_set_and(capgate_set a, capgate_set b);
CAPGATE_API capgate_set capgate_set_minus(capgate_set a, capgate_set b);
/* What is in any of the five. */
CAPGATE_API capgate_set capgate_set_union(const capgate_set set[CAPGATE_NSETS]);
CAPGATE_API bool capgate_set_within(capgate_set inner, capgate_set outer);
CAPGATE_API bool capgate_set_empty(capgate_set s);
CAPGATE_API bool capgate_set_same(capgate_set a, capgate_set b);
CAPGATE_API int capgate_set_count(capgate_set s);
/* The next member >= from, or -1: for (c = -1; (c = capgate_set_next(s, c + 1)) >= 0;) */
CAPGATE_API int capgate_set_next(capgate_set s, int from);

/* ---- The specification: OCI runtime-spec config.md -------------------- */

enum capgate_kind {
	CAPGATE_CONFIG,	 /* config.json */
	CAPGATE_PROCESS, /* the bare process object of `exec --process` */
};

/* One entry of a capability set, as it stands in the text. */
struct capgate_element {
	struct capgate_span at;
	struct capgate_text text;  /* a string's characters; else the value as it stands there */
	capgate_set meant; /* see capgate_cap_meant(); the exact one included */
	int cap;	   /* capgate_cap_exact(), or -1 */
	bool is_string;
};

struct capgate_list {
	enum capgate_presence presence;
	struct capgate_span at; /* the array, brackets included */
	struct capgate_element *v;
	size_t n;
	capgate_set exact; /* union of the canonical entries */
};

struct capgate_pair {
	struct capgate_text key, value; /* value is unset unless a string */
	struct capgate_span at;		/* of the value */
};

struct capgate_namespace {
	struct capgate_text type, path;
	bool has_path;
	struct capgate_span at;
};

struct capgate_idmap {
	uint64_t container, host, size;
};

struct capgate_hook {
	struct capgate_text stage, path;
	struct capgate_text name; /* args[0]; may be empty */
	struct capgate_span at;
};

struct capgate_mount {
	struct capgate_text destination, type, source;
	bool bind, readonly; /* from type and options */
	bool plain;  /* every option is one that changes no content: ro, nosuid, rprivate ... */
	bool copies; /* tmpcopyup: what the image has there is copied in */
	struct capgate_span at;
};

/* A path inside the container: of linux.maskedPaths, of linux.devices. */
struct capgate_place {
	struct capgate_text path;
	struct capgate_span at;
};

/* One argument comparison of a seccomp rule. */
struct capgate_seccomp_arg {
	uint64_t index, value, value_two;
	struct capgate_text op;
	bool well_formed; /* all numbers were plain integers that fit */
};

/* errnoRet: what SCMP_ACT_ERRNO returns in place of the call. */
struct capgate_seccomp_errno {
	bool given; /* neither absent nor null */
	bool well_formed;
	uint64_t value;
};

/* The system calls whose rules decide something here: those that capabilities
 * are dropped with, those that change who the process is (the 32-bit ones are
 * some machines' own), and those that make or enter a user namespace. */
enum capgate_call {
	CAPGATE_CALL_CAPSET,
	CAPGATE_CALL_CAPGET,
	CAPGATE_CALL_PRCTL,
	CAPGATE_CALL_OPEN,
	CAPGATE_CALL_OPENAT,
	CAPGATE_CALL_OPENAT2,
	CAPGATE_CALL_SETUID,
	CAPGATE_CALL_SETUID32,
	CAPGATE_CALL_SETREUID,
	CAPGATE_CALL_SETREUID32,
	CAPGATE_CALL_SETRESUID,
	CAPGATE_CALL_SETRESUID32,
	CAPGATE_CALL_SETFSUID,
	CAPGATE_CALL_SETFSUID32,
	CAPGATE_CALL_SETGID,
	CAPGATE_CALL_SETGID32,
	CAPGATE_CALL_SETREGID,
	CAPGATE_CALL_SETREGID32,
	CAPGATE_CALL_SETRESGID,
	CAPGATE_CALL_SETRESGID32,
	CAPGATE_CALL_SETFSGID,
	CAPGATE_CALL_SETFSGID32,
	CAPGATE_CALL_SETGROUPS,
	CAPGATE_CALL_SETGROUPS32,
	CAPGATE_CALL_UNSHARE,
	CAPGATE_CALL_CLONE,
	CAPGATE_CALL_CLONE3,
	CAPGATE_CALL_SETNS,
	CAPGATE_NCALLS,
};

struct capgate_seccomp_rule {
	struct capgate_text action;
	struct capgate_seccomp_errno errno_ret;
	unsigned calls; /* which of them it names: 1u << CAPGATE_CALL_x, ... */
	struct capgate_seccomp_arg *args;
	size_t n_args;
	struct capgate_span at;
};

struct capgate_seccomp {
	enum capgate_presence presence;
	struct capgate_span at;
	struct capgate_text default_action;
	struct capgate_seccomp_errno default_errno_ret;
	struct capgate_text *architectures;
	size_t n_architectures;
	struct capgate_seccomp_rule
		*rules; /* that name one of enum capgate_call, or let somebody answer */
	size_t n_rules;
};

struct capgate_spec {
	struct capgate_text text; /* the document; all spans point into it */
	enum capgate_kind kind;
	struct capgate_span top;     /* the outermost object */
	struct capgate_span process; /* the process object */

	enum capgate_presence capabilities;
	struct capgate_span capabilities_at; /* the value (object or null) */
	struct capgate_list set[CAPGATE_NSETS];

	uint32_t uid, gid;
	enum capgate_presence no_new_privs_presence;
	struct capgate_span no_new_privs_at; /* the value */
	bool no_new_privs;

	struct capgate_text *args, *env;
	size_t n_args, n_env;
	struct capgate_text cwd;
	bool terminal;

	struct capgate_text hostname, cgroups_path, root_path;
	bool root_readonly;

	enum capgate_presence linux_presence;
	struct capgate_span linux_at;
	bool time_offsets; /* linux.timeOffsets holds something */
	enum capgate_presence sysctl_presence;
	struct capgate_span sysctl_at;
	struct capgate_pair *sysctl;
	size_t n_sysctl;

	struct capgate_pair *annotations;
	size_t n_annotations;
	struct capgate_namespace *namespaces;
	size_t n_namespaces;
	struct capgate_idmap *uid_maps, *gid_maps;
	size_t n_uid_maps, n_gid_maps;
	struct capgate_hook *hooks;
	size_t n_hooks;
	struct capgate_mount *mounts;
	size_t n_mounts;
	struct capgate_span mounts_at; /* the array */
	struct capgate_place *masked, *devices;
	size_t n_masked, n_devices;
	struct capgate_seccomp seccomp;
	/* A filter may answer setuid and its kin: who it will be is not known. */
	bool identity_pretended;
};

/* Limits: bytes of text, and containers within containers. */
#define CAPGATE_TEXT_MAX ((size_t)4 << 20)
#define CAPGATE_TEXT_MOST ((size_t)64 << 20) /* as far as a policy may raise it */
#define CAPGATE_DEPTH_MAX 24

/*
 * Parse strictly: whatever two parsers in the field could read differently is
 * an error (CAPGATE_ESYNTAX, _ELIMIT, _EAMBIGUOUS, _EINVALID), never repaired.
 * Views in *ret point into text.p and into the arena.
 */
CAPGATE_API int capgate_spec_parse(struct capgate_text text, enum capgate_kind kind,
				   struct capgate_arena *arena, struct capgate_spec *ret,
				   struct capgate_error *err) CAPGATE_MUST;

/* The namespace entry of that type ("network"), or NULL. */
CAPGATE_API const struct capgate_namespace *capgate_spec_namespace(const struct capgate_spec *spec,
								   const char *type);

/* ---- The state that runtimes give to hooks: runtime.md ---------------- */

struct capgate_state {
	struct capgate_text id, status, bundle; /* bundlePath of old Docker too */
	int64_t pid;				/* 0 when absent */
};

enum capgate_input { CAPGATE_INPUT_STATE, CAPGATE_INPUT_CONFIG };

/* Which of the two is this?  Told apart by content: a configuration has a
 * process object, a state has a bundle or bundlePath and none. */
CAPGATE_API int capgate_input_parse(struct capgate_text text, struct capgate_arena *arena,
				    enum capgate_input *ret, struct capgate_state *state,
				    struct capgate_error *err) CAPGATE_MUST;

/* What one runtime makes of an entry of a capability set. */
struct capgate_reading {
	const char *reader; /* "runc", "crun (libcap)", ... */
	const char *key;    /* the same for programs: "runc", "crun", ... */
	int cap;	    /* 0..63, or -1: none */
	bool fails;	    /* it refuses the whole specification */
};

#define CAPGATE_NREADERS 4

/* runc, crun before 1.28, crun from 1.28 on (its parser also takes numbers),
 * youki.  For explaining only. */
CAPGATE_API void capgate_readings(const struct capgate_element *element,
				  struct capgate_reading ret[CAPGATE_NREADERS]);

/* ---- What people have instead of a specification ------------------------------
 *
 * Documents that describe containers: what docker, podman, nerdctl, crictl and ctr
 * inspect print, bodies of the Docker API, Swarm services, compose files, Kubernetes
 * objects, ECS task definitions, Nomad jobs, CRI container configurations,
 * devcontainer.json and podman's specgen.  capgate(1) lists them. */

/* In whose words the container is described, and so its remedies. */
enum capgate_dialect {
	CAPGATE_DIALECT_ANY, /* a specification: whoever made it */
	CAPGATE_DIALECT_DOCKER,
	CAPGATE_DIALECT_SWARM,
	CAPGATE_DIALECT_PODMAN,
	CAPGATE_DIALECT_COMPOSE,
	CAPGATE_DIALECT_KUBERNETES,
	CAPGATE_DIALECT_QUADLET,
	CAPGATE_DIALECT_ECS,
	CAPGATE_DIALECT_NOMAD,
	CAPGATE_DIALECT_SYSTEMD,
};

/* Where a capability is asked for by name. */
struct capgate_named {
	struct capgate_span at;
	int cap; /* -1: ALL */
};

/* Where the parts of a container's description stand in the document; len 0: nowhere. */
struct capgate_places {
	struct capgate_span container;		    /* the object, or the section's first line */
	struct capgate_span security, capabilities; /* of Kubernetes: around the lists */
	struct capgate_span add, drop;		    /* the lists */
	struct capgate_span privileged;		    /* its value, when it is true */
	struct capgate_named *added;		    /* the entries of add */
	size_t n_added;
};

/* A container that a document describes, and the specification that follows: its
 * user, sets, namespaces, sysctls and mounts, no more. */
struct capgate_inspected {
	struct capgate_text id, name, image, user;
	const char *engine; /* "docker", "compose", "kubernetes", ...; "": no container's */
	const char *thing;  /* "container", "service", "entry", ... */
	const char *how;    /* its sets are known, in words */
	bool resolved; /* from what is to be added and dropped, against the engine's default list;
			     else the document has the sets */
	/* NONE: it can be judged.  Else NOT_TOLD, OTHER_DOCUMENT or LEFT_OUT, and why says
	 * what is missing and which command prints it; config is empty then. */
	enum capgate_rule rule;
	const char *why;
	struct capgate_text config; /* in the arena, or a slice of the document when exact */
	bool exact;		    /* the document holds the whole specification */
	enum capgate_dialect dialect;
	struct capgate_places places;
};

/* An array: what inspect prints, and never a specification. */
CAPGATE_API bool capgate_inspect_is(struct capgate_text text);
/*
 * One document, an array of them, or several one after another, as JSON.  Each is
 * recognised by its members first and then read.  What has no information about
 * capabilities comes with a rule instead of a config.  CAPGATE_EINVALID
 * (CAPGATE_RULE_MISSING): nothing here is of a known kind; other errors are those of
 * strict reading.  A specification itself is not read here: see capgate_spec_parse().
 */
CAPGATE_API int capgate_inspect_parse(struct capgate_text text, struct capgate_arena *arena,
				      struct capgate_inspected **ret, size_t *n,
				      struct capgate_error *err) CAPGATE_MUST;

/* ---- The policy -------------------------------------------------------- */

enum capgate_mode { CAPGATE_ENFORCE, CAPGATE_AUDIT };
enum capgate_action { CAPGATE_REJECT, CAPGATE_REWRITE };

/* Seccomp actions that only an exemption permits, and only by name. */
enum capgate_lift {
	CAPGATE_LIFT_NOTIFY = 1 << 0, /* SCMP_ACT_NOTIFY */
	CAPGATE_LIFT_TRACE = 1 << 1,  /* SCMP_ACT_TRACE */
};

/* Who gets more, why, and until when.  Patterns are globs: * is any text,
 * slashes included, ? is one character; nothing else is special. */
struct capgate_exemption {
	struct capgate_text id, reason, owner; /* owner may be empty */
	struct capgate_text expires;	       /* as written; empty: never */
	int64_t until;			       /* the first second after it; INT64_MAX: never */
	capgate_set allow;
	capgate_set named; /* of allow: by name, not through ALL */
	unsigned lifts;    /* seccomp actions that it permits: enum capgate_lift */
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

/* What the caller knows beside the text, for exemptions and substitutes.
 * Zeroed, no exemption applies (without a clock none is known to be in force)
 * and no sysctl is put in. */
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
	bool restores; /* CRIU makes the processes, as images and its configuration say */
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
	CAPGATE_FIELD_LIMIT_BYTES,
	CAPGATE_FIELD_LOG_FILE,
	CAPGATE_FIELD_LOG_SYSTEM,
	CAPGATE_FIELD_LOG_MAX_BYTES,
	CAPGATE_FIELD_LOG_REQUIRED,
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
 * A user's own wish over the system's policy: what comes out allows no more and
 * enforces no less than system did.  wish is system, its deny emptied, with the
 * user's file over it, so that wish->deny is what the user denies himself; its
 * exemptions and places of log are left out.
 */
CAPGATE_API void capgate_policy_tighten(const struct capgate_policy *system,
					const struct capgate_policy *wish,
					struct capgate_policy *ret);
/* The built-in profiles, in order; NULL behind the last. */
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
/* '*' any text, '?' one character (UTF-8). */
CAPGATE_API bool capgate_glob(struct capgate_text pattern, struct capgate_text text);

/*
 * The ceiling: what the process that executes a runtime keeps in its bounding set.
 * execve(2) gives the runtime no more, and nothing adds to a bounding set again
 * (capabilities(7)), so neither the runtime, nor a hook, nor a container of it
 * holds anything else, whatever the judgement believed.  Not so in a new user
 * namespace, whose sets are its own.
 */
/* What the runtime may hold for a container that may hold allowed
 * (capgate_report.allowed): allowed, what the runtime needs, what the policy
 * keeps.  times: the specification sets clocks (capgate_spec.time_offsets), or a
 * checkpoint is restored. */
CAPGATE_API capgate_set capgate_ceiling(const struct capgate_policy *policy, capgate_set allowed,
					bool times);
/* The most that it can be for any container under this policy. */
CAPGATE_API capgate_set capgate_ceiling_most(const struct capgate_policy *policy);
/* What runtimes need a capability for; NULL: they never do. */
CAPGATE_API const char *capgate_ceiling_reason(int cap);

/* What is wrong with a policy that can be used. */
enum capgate_lint_rule {
#define CAPGATE_LINT(symbol, id, warning, cure) CAPGATE_LINT_##symbol,
#include "capgate/lint.def"
#undef CAPGATE_LINT
	CAPGATE_NLINTS
};

struct capgate_lint {
	enum capgate_lint_rule rule;
	const struct capgate_exemption *exemption; /* or NULL */
	struct capgate_text subject;		   /* an id, a key, a profile; may be empty */
};

struct capgate_lint_info {
	const char *id, *warning, *cure;
};

CAPGATE_API const struct capgate_lint_info *capgate_lint_info(enum capgate_lint_rule rule);
/* Warnings about the whole policy at that time, in the arena.  CAPGATE_ENOMEM. */
CAPGATE_API int capgate_policy_lint(const struct capgate_policy *policy, int64_t now,
				    struct capgate_arena *arena, struct capgate_lint **ret,
				    size_t *n, struct capgate_error *err) CAPGATE_MUST;

/* ---- What the kernel will do ------------------------------------------- */

struct capgate_reach {
	bool starts;			   /* the kernel accepts the sets */
	capgate_set initial[CAPGATE_NSETS]; /* of the first program after execve(2) */
	capgate_set attainable;		   /* by any process, in its user namespace */
	capgate_set ambient_lost;	   /* asked for, dropped in silence */
};

/* The formulas of capabilities(7) for runc and crun: asked by set, for a user,
 * with no_new_privs or without, by a runtime that itself holds host. */
CAPGATE_API void capgate_reach(const capgate_set asked[CAPGATE_NSETS], uint32_t uid,
			       bool no_new_privs, capgate_set host, struct capgate_reach *ret);

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

/* A sysctl that a rewrite puts in where a capability leaves. */
struct capgate_substitute {
	enum capgate_cap cap; /* that is removed */
	const char *sysctl;   /* NULL: nothing takes its place */
	char value[32];
	const char *why_not; /* NULL: it is put in */
};

#define CAPGATE_SUBSTITUTES 2

struct capgate_report {
	enum capgate_verdict verdict;
	enum capgate_rule rule; /* the gravest one that decided; NONE when it passes */
	int exit_status;	/* of a hook that refuses because of it; 0 when it passes */
	bool parsed;		/* false: only error says why */
	struct capgate_error error;
	capgate_set asked[CAPGATE_NSETS];   /* canonical entries, by set */
	capgate_set removed[CAPGATE_NSETS]; /* what a rewrite takes out of each */
	capgate_set kept[CAPGATE_NSETS];    /* asked less removed */
	capgate_set allowed;		    /* by the policy and the exemptions that apply */
	capgate_set exempt;		    /* asked, and allowed by exemptions only */
	capgate_set forbidden;		    /* asked in any set, not allowed */
	bool absent;			    /* capabilities absent or null: counts as all */
	bool add_no_new_privs;		    /* the policy requires it, and it is not there */
	bool rebind_proc; /* a rewrite mounts the host's /proc once more, last of all */
	unsigned lifted;  /* what exemptions lift and the filter asks for: enum capgate_lift */
	struct capgate_substitute substitutes[CAPGATE_SUBSTITUTES];
	size_t n_substitutes;
	struct capgate_reach before, after; /* the rewrite */
	struct capgate_finding *findings;   /* those that decide first, then notes */
	size_t n_findings;
	size_t findings_left_out; /* beyond CAPGATE_FINDINGS_MAX */
};

#define CAPGATE_FINDINGS_MAX 256

/*
 * Judge a parsed specification.  Pure.  STRIP means: a rewrite makes it pass
 * (only with action rewrite).  The verdict never leans on uid or
 * no_new_privs: exec drops the one, crun misreads the other.
 */
CAPGATE_API int capgate_judge(const struct capgate_spec *spec, const struct capgate_policy *policy,
			      struct capgate_arena *arena, struct capgate_report *ret,
			      struct capgate_error *err) CAPGATE_MUST;

/*
 * Is the container's /proc/sys/kernel/cap_last_cap the kernel's own?  runc from 1.3
 * on reads it there, at create, run and every exec, and drops no more of the bounding
 * set than it says.  config is a CAPGATE_CONFIG; for exec, the container's own.
 * False: *why is a finding of CPG108, with its place in config.
 *
 * It is when /proc is a mount of type proc, or a bind of the host's that nothing
 * comes over, and no later mount, masked path or device can cover the file; see
 * the judge's procfs.c.  capgate_judge() asks it for a configuration, and for a
 * process object about scene.container.
 */
CAPGATE_API bool capgate_proc_is_genuine(const struct capgate_spec *config,
					 const struct capgate_scene *scene,
					 struct capgate_finding *why);

/* Parse and judge; what cannot be parsed is a report too (a refusal).  spec
 * may be NULL when the caller has no use for it. */
CAPGATE_API void capgate_assess(struct capgate_text text, enum capgate_kind kind,
				const struct capgate_policy *policy, struct capgate_arena *arena,
				struct capgate_spec *spec, struct capgate_report *ret);
/* An error as a report: a refusal for that reason, with the status of its rule. */
CAPGATE_API struct capgate_report capgate_report_of(const struct capgate_error *err);

/* ---- Rewriting ---------------------------------------------------------- */

/* Replace the bytes of at by with.  Edits are sorted and do not overlap. */
struct capgate_edit {
	struct capgate_span at;
	struct capgate_text with;
};

struct capgate_edits {
	struct capgate_edit *v;
	size_t n;
};

/* The splices that take what the report removes out of all five sets. */
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

/* ---- Reports ------------------------------------------------------------ */

/* Bytes into the caller's buffer; what does not fit is counted, not written,
 * so that len > size tells how much is needed. */
struct capgate_out {
	char *p;
	size_t size, len;
};

CAPGATE_API void capgate_out_bytes(struct capgate_out *out, const char *p, size_t len);
CAPGATE_API void capgate_out_string(struct capgate_out *out, const char *cstring);
/* A piece of 512 bytes or more is formatted in place: it needs a byte more than it is long. */
CAPGATE_API void capgate_out_format(struct capgate_out *out, const char *format, ...)
	CAPGATE_PRINTF(2, 3);
/* Quoted and escaped; bytes that are not UTF-8 become U+FFFD. */
CAPGATE_API void capgate_out_json(struct capgate_out *out, struct capgate_text t);
/* For terminals and logs: control characters and broken UTF-8 as \xNN. */
CAPGATE_API void capgate_out_visible(struct capgate_out *out, struct capgate_text t);
/* "NET_RAW SYS_ADMIN", "none", or "all". */
CAPGATE_API void capgate_out_set(struct capgate_out *out, capgate_set s, const char *separator);
/* "CAP_NET_RAW"; "capability 45" for a number without a name. */
CAPGATE_API void capgate_out_cap(struct capgate_out *out, int cap);
/* Character data for XML and HTML: markup escaped, what a terminal or XML 1.0
 * must not see made visible as by capgate_out_visible(). */
CAPGATE_API void capgate_out_markup(struct capgate_out *out, struct capgate_text t);
/* A relative path or file: URI of a file name, percent-encoded (RFC 3986). */
CAPGATE_API void capgate_out_uri(struct capgate_out *out, struct capgate_text name);

/* One line without newline: "process.capabilities.bounding[3] (byte 412):
 * CAP_NET_RAW is not allowed by ...; drop it with ...". */
CAPGATE_API void capgate_report_sentence(const struct capgate_report *report,
					 const struct capgate_spec *spec,
					 const struct capgate_policy *policy,
					 struct capgate_out *out);
/* The cause in words, for one finding. */
CAPGATE_API void capgate_finding_sentence(const struct capgate_finding *finding,
					  const struct capgate_spec *spec,
					  const struct capgate_policy *policy,
					  struct capgate_out *out);
/* The same, and for a capability that is not allowed what is seen without it. */
CAPGATE_API void capgate_finding_message(const struct capgate_finding *finding,
					 const struct capgate_spec *spec,
					 const struct capgate_policy *policy,
					 struct capgate_out *out);
/*
 * The same capability or odd entry often stands in several sets.  False for a
 * finding that an earlier one stands for; else the names of all its sets, bit
 * by enum capgate_which, come in *sets (0 when it is of no set).
 */
CAPGATE_API bool capgate_finding_leads(const struct capgate_report *report,
				       const struct capgate_spec *spec, size_t index,
				       unsigned *sets);
/* Path within the document ("process.capabilities.bounding[3]"). */
CAPGATE_API void capgate_finding_path(const struct capgate_finding *finding,
				      const struct capgate_spec *spec, struct capgate_out *out);
/* The gravest severity among the findings (or of the error); -1 when there are none. */
CAPGATE_API int capgate_report_severity(const struct capgate_report *report);

/* What a report is about, for those who read it. */
struct capgate_subject {
	struct capgate_text file; /* its name, as bytes; "-" is standard input */
	struct capgate_text text; /* its bytes, in which places are counted */
	struct capgate_text part; /* which of its containers, in words; empty: it is one */
};

/* One JSON object, no newline; part is not told. */
CAPGATE_API void capgate_report_json(const struct capgate_report *report,
				     const struct capgate_spec *spec,
				     const struct capgate_policy *policy,
				     const struct capgate_subject *subject,
				     struct capgate_out *out);
/* A JSON Schema (draft-07) of one policy file, for editors.  It refuses nothing that
 * capgate_policy_parse() takes; keys that stand twice and how a number is written
 * it cannot tell. */
CAPGATE_API void capgate_policy_schema(struct capgate_out *out);

/* Ways out of a refusal, as text to paste. */
enum capgate_remedy {
#define CAPGATE_REMEDY(symbol, key, title) CAPGATE_REMEDY_##symbol,
#include "capgate/remedies.def"
#undef CAPGATE_REMEDY
	CAPGATE_NREMEDIES
};

/* False, and nothing is written: it is no way out of this one.  The policy's
 * scene gives an exemption what it matches on, and a date. */
CAPGATE_API bool capgate_remedy_write(enum capgate_remedy remedy,
				      const struct capgate_report *report,
				      const struct capgate_spec *spec,
				      const struct capgate_policy *policy, struct capgate_out *out);
CAPGATE_API const char *capgate_remedy_key(enum capgate_remedy remedy);   /* "docker-run" */
CAPGATE_API const char *capgate_remedy_title(enum capgate_remedy remedy); /* "Docker" */

/* SARIF 2.1.0: the object that describes program and rules (runs[].tool), and
 * the result objects of one report, separated by commas, none at all when it
 * has no findings. */
CAPGATE_API void capgate_report_sarif_tool(const char *version, struct capgate_out *out);
CAPGATE_API void capgate_report_sarif(const struct capgate_report *report,
				      const struct capgate_spec *spec,
				      const struct capgate_policy *policy,
				      const struct capgate_subject *subject,
				      struct capgate_out *out);
/* One <testsuite> of JUnit: a test case a rule about capabilities, or one
 * that says why nothing could be judged. */
CAPGATE_API void capgate_report_junit(const struct capgate_report *report,
				      const struct capgate_spec *spec,
				      const struct capgate_policy *policy,
				      const struct capgate_subject *subject,
				      struct capgate_out *out);
/* One <section> of an HTML page, with that id. */
CAPGATE_API void capgate_report_html(const struct capgate_report *report,
				     const struct capgate_spec *spec,
				     const struct capgate_policy *policy,
				     const struct capgate_subject *subject, const char *anchor,
				     struct capgate_out *out);
/* Workflow commands of GitHub: one line a rule and capability. */
CAPGATE_API void capgate_report_github(const struct capgate_report *report,
				       const struct capgate_spec *spec,
				       const struct capgate_policy *policy,
				       const struct capgate_subject *subject,
				       struct capgate_out *out);

#ifdef __cplusplus
}
#endif
#endif
