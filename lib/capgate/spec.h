/* SPDX-License-Identifier: Apache-2.0 */
/* libcapgate: the inputs, which are specifications and documents that describe containers.
 * Include capgate.h. */
#ifndef CAPGATE_API_SPEC_H
#define CAPGATE_API_SPEC_H

#include "caps.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The specification: OCI runtime-spec config.md -------------------- */

enum capgate_kind {
	CAPGATE_CONFIG,	 /* config.json */
	CAPGATE_PROCESS, /* the bare process object of `exec --process` */
};

/* One entry of a capability set, as written in the text. */
struct capgate_element {
	struct capgate_span at;
	struct capgate_text text;  /* a string's characters; other values as they are written */
	capgate_set meant; /* see capgate_cap_meant(); includes cap */
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
	struct capgate_text key, value; /* value is set only if it is a string */
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
	bool plain;  /* no option changes the content: ro, nosuid, rprivate ... */
	bool copies; /* tmpcopyup: the image's files at this place are copied into it */
	bool shared; /* mounts on a bind of it appear on it, too (mount_namespaces(7)) */
	struct capgate_span at;
};

/* A path inside the container, in linux.maskedPaths, .readonlyPaths or .devices. */
struct capgate_place {
	struct capgate_text path;
	struct capgate_span at;
};

/* One argument comparison of a seccomp rule. */
struct capgate_seccomp_arg {
	uint64_t index, value, value_two;
	struct capgate_span value_at;
	struct capgate_text op;
	bool well_formed; /* all numbers were plain integers that fit */
};

/* errnoRet: what SCMP_ACT_ERRNO returns instead of executing the call. */
struct capgate_seccomp_errno {
	bool given; /* neither absent nor null */
	bool well_formed;
	uint64_t value;
};

/*
 * The system calls whose seccomp rules matter: those that drop capabilities, those that change
 * the user (some machines have only the 32-bit ones), and those that make or enter a user
 * namespace.
 */
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
	unsigned calls; /* the calls above that it names, as bits: 1u << CAPGATE_CALL_x */
	size_t n_names; /* of all calls */
	struct capgate_seccomp_arg *args;
	size_t n_args;
	struct capgate_span at;
};

/* A name in a rule, of a call that makes or enters a user namespace.  rule: the index of the
 * entry. */
struct capgate_seccomp_name {
	struct capgate_span at;
	unsigned call; /* its bit */
	size_t rule;
};

struct capgate_seccomp {
	enum capgate_presence presence;
	struct capgate_span at;
	struct capgate_text default_action;
	struct capgate_seccomp_errno default_errno_ret;
	struct capgate_text *architectures;
	size_t n_architectures;
	struct capgate_seccomp_rule
		*rules; /* those that name one of enum capgate_call, or let another process
			 * answer */
	size_t n_rules;
	enum capgate_presence syscalls; /* the array of the rules */
	struct capgate_span syscalls_at;
	size_t n_entries;		    /* entries of that array, kept or not */
	struct capgate_seccomp_name *names; /* in the order of the text */
	size_t n_names;
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
	struct capgate_text rootfs_propagation; /* linux.rootfsPropagation; empty: absent */
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
	struct capgate_place *masked, *readonly_paths, *devices;
	size_t n_masked, n_readonly_paths, n_devices;
	struct capgate_seccomp seccomp;
	/* A filter may answer setuid or a similar call, so the user of the process is unknown. */
	bool identity_pretended;
};

/* Limits: bytes of text, and nested objects and arrays. */
#define CAPGATE_TEXT_MAX ((size_t)4 << 20)
#define CAPGATE_TEXT_MOST ((size_t)64 << 20) /* the most that a policy may set */
#define CAPGATE_DEPTH_MAX 24

/*
 * Parses strictly: whatever two known parsers could read differently is an error
 * (CAPGATE_ESYNTAX, _ELIMIT, _EAMBIGUOUS, _EINVALID).  Views in *ret point into text.p and into
 * the arena.
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
	int64_t pid;				/* 0 if absent */
};

enum capgate_input { CAPGATE_INPUT_STATE, CAPGATE_INPUT_CONFIG };

/* Which of the two is this text?  A configuration has a process object; a state has bundle or
 * bundlePath and no process. */
CAPGATE_API int capgate_input_parse(struct capgate_text text, struct capgate_arena *arena,
				    enum capgate_input *ret, struct capgate_state *state,
				    struct capgate_error *err) CAPGATE_MUST;

/* How one runtime reads an entry of a capability set. */
struct capgate_reading {
	const char *reader; /* "runc", "crun (libcap)", ... */
	const char *key;    /* the same for programs: "runc", "crun", ... */
	int cap;	    /* 0..63, or -1: none */
	bool fails;	    /* it refuses the whole specification */
};

#define CAPGATE_NREADERS 4

/* runc, crun before 1.28, crun since 1.28 (whose parser also accepts numbers), youki.  Only for
 * explanations. */
CAPGATE_API void capgate_readings(const struct capgate_element *element,
				  struct capgate_reading ret[CAPGATE_NREADERS]);

/* ---- What people have instead of a specification ------------------------------
 *
 * Documents that describe containers: what docker, podman, nerdctl, crictl and ctr
 * inspect print, bodies of the Docker API, Swarm services, compose files, Kubernetes
 * objects, ECS task definitions, Nomad jobs, CRI container configurations,
 * devcontainer.json and podman's specgen.  capgate(1) lists them. */

/* The language of the description, and so of its remedies. */
enum capgate_dialect {
	CAPGATE_DIALECT_ANY, /* a specification, made by any engine */
	CAPGATE_DIALECT_DOCKER,
	CAPGATE_DIALECT_SWARM,
	CAPGATE_DIALECT_PODMAN,
	CAPGATE_DIALECT_COMPOSE,
	CAPGATE_DIALECT_KUBERNETES,
	CAPGATE_DIALECT_QUADLET,
	CAPGATE_DIALECT_ECS,
	CAPGATE_DIALECT_NOMAD,
	CAPGATE_DIALECT_SYSTEMD,
	CAPGATE_DIALECT_CRI,
};

/* A place that requests a capability by name. */
struct capgate_named {
	struct capgate_span at;
	int cap; /* -1: ALL */
};

/* Where the parts of a container's description are in the document; len 0: nowhere. */
struct capgate_places {
	struct capgate_span container;		    /* the object, or the section's first line */
	struct capgate_span security, capabilities; /* in Kubernetes: the objects around the
						     * lists */
	struct capgate_span add, drop;		    /* the lists */
	struct capgate_span privileged;		    /* its value, if it is true */
	struct capgate_named *added;		    /* the entries of add */
	size_t n_added;
};

/* A container that a document describes, and the specification that follows from it: only
 * its user, sets, namespaces, sysctls and mounts. */
struct capgate_inspected {
	struct capgate_text id, name, image, user;
	const char *engine; /* "docker", "compose", "kubernetes", ...; "" if it is not a
			     * container */
	const char *thing;  /* "container", "service", "entry", ... */
	const char *how;    /* how its sets are known, in words */
	bool resolved; /* from what is to be added and dropped, against the engine's default list;
			     else the document has the sets */
	/* NONE: it can be judged.  Otherwise NOT_TOLD, OTHER_DOCUMENT or LEFT_OUT: then config is
	 * empty, and why says what is missing and which command prints it. */
	enum capgate_rule rule;
	const char *why;
	/* What is missing can only add capabilities: a refusal is certain, but otherwise there is
	 * no judgement, and why says what is missing. */
	bool partial;
	struct capgate_text config; /* in the arena, or a slice of the document when exact */
	bool exact;		    /* the document contains the whole specification */
	bool generated;		    /* a program made it from other files; change those */
	enum capgate_dialect dialect;
	struct capgate_places places;
};

/* Is the text an array, which "inspect" prints, and so not a specification? */
CAPGATE_API bool capgate_inspect_is(struct capgate_text text);
/*
 * Parses one document, an array of documents, or several in a row, as JSON.  Each is recognised
 * by its members and then read.  A document that says nothing about capabilities or is of an
 * unknown kind has a rule instead of a config.  CAPGATE_EINVALID with
 * CAPGATE_RULE_OTHER_DOCUMENT if the text contains something that is not an object, or with
 * CAPGATE_RULE_NONE if it is a specification, which capgate_spec_parse() reads.  Other errors
 * are those of strict parsing.
 */
CAPGATE_API int capgate_inspect_parse(struct capgate_text text, struct capgate_arena *arena,
				      struct capgate_inspected **ret, size_t *n,
				      struct capgate_error *err) CAPGATE_MUST;

#ifdef __cplusplus
}
#endif
#endif
