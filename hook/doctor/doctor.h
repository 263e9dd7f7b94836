/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doctor: is the gate really wired in?  Each check says what it found, one line
 * a finding, with the cure; none of them changes anything.
 */
#ifndef DOCTOR_H
#define DOCTOR_H

#include <limits.h>

#include "capgate.h"
#include "hook/engines/engines.h"

/* Zero is the worst. */
enum level { LEVEL_BAD, LEVEL_WARN, LEVEL_OK, NLEVELS };

struct finding {
	enum level level;
	int engine;	 /* enum engine; NENGINES: all of them */
	const char *id;	 /* "hook-masked": stable */
	char text[384], cure[256];
};

#define DOCTOR_FINDINGS 256

struct doctor {
	struct finding v[DOCTOR_FINDINGS];
	size_t n;
	unsigned engines; /* bits: those that are looked at */
	bool live, other_root;
	int proc; /* descriptor of /proc, opened before the root was changed; or -1 */
	bool has_proc; /* /proc is mounted below the root: the wrapper and poststart need it */
	struct capgate_arena arena;
	bool has_policy;
	struct capgate_policy policy;
	char runtime[512]; /* that the wrapper becomes; empty: none */
	unsigned runc_seen; /* bits: engines whose daemon was asked for its runc */
	bool runc_judged;   /* Docker's own runtime runc is capgate, by its PATH */
	unsigned daemon_seen; /* bits: engines whose daemon runs here */
	bool buildkit_seen;   /* a buildkitd runs here */
	int canary; /* a capability that the policy refuses; -1: none */
};

/* text, then the cure after a tab ("" for none): one format for both. */
void doctor_say(struct doctor *d, enum level level, int engine, const char *id, const char *format,
		...) CAPGATE_PRINTF(5, 6);
bool doctor_looks_at(const struct doctor *d, enum engine e);

/* The checks; each in the file of its name. */
void doctor_program(struct doctor *d);	  /* the binary, the wrapper, runtimes */
void doctor_machine(struct doctor *d);	  /* policy, log, AppArmor, SELinux */
void doctor_hooks(struct doctor *d);	  /* hooks.d, for podman and CRI-O */
void doctor_modules(struct doctor *d);	  /* podman --module */
void doctor_docker(struct doctor *d);	  /* daemon.json */
void doctor_shims(struct doctor *d);	  /* of other kinds, which Docker's users can name */
void doctor_containerd(struct doctor *d); /* config.toml */
void doctor_distributions(struct doctor *d); /* the same of k3s, rke2, k0s, microk8s */
void doctor_stores(struct doctor *d);	  /* places where no image is known */
void doctor_cache(struct doctor *d);	  /* filters that crun compiled before the gate */
void doctor_learning(struct doctor *d);	  /* capgate-learn, after the policy */
void doctor_alive(struct doctor *d);	  /* containers from before the gate */
void doctor_live(struct doctor *d);	  /* a real container */

/* The proof: the command, as the engine would call it, given what must not pass. */
void doctor_canary_hook(struct doctor *d, enum engine e, const struct hook_file *h);
void doctor_ceiling(struct doctor *d); /* after the program and the machine */
/* path: of the wrapper; each is tried once for an engine. */
void doctor_canary_wrapper(struct doctor *d, enum engine e, const char *path);

/* A handler or runtime of an engine ("the handler" NAME) whose program is ours. */
void doctor_wrapped(struct doctor *d, int engine, const char *what, const char *name,
		    struct capgate_text program);
/* Is there a program that the wrapper of that path would run? */
bool doctor_has_real(struct doctor *d, struct capgate_text wrapper);
/* Is it the installed program itself? */
bool doctor_is_program(const char *path);
/* containerd's runtime_type of a shim whose containers have a kernel of their own. */
bool doctor_is_sandbox(struct capgate_text type);

/* The runc of PATH, for daemons that do not run; those that do: daemons.h. */
void doctor_closed(struct doctor *d);

/* The runtimes of podman and CRI-O: each is judged, or it is said. */
void doctor_runtimes(struct doctor *d, enum engine e, const struct engine_conf *conf);
/* Is the default one ours? */
bool doctor_runtimes_default(const struct engine_conf *conf);

/* One containerd: its own, or a distribution's. */
struct doctor_site {
	int engine;
	const char *file; /* that it reads first */
	const char *dropins; /* a directory that it merges without an import; NULL: none */
};

void doctor_look_at_site(struct doctor *d, const struct doctor_site *site);

#endif
