/* SPDX-License-Identifier: Apache-2.0 */
/*
 * doctor checks that the engines of this machine really call capgate.  Each check reports
 * findings, each of them with a cure.  No check changes anything.
 */
#ifndef DOCTOR_H
#define DOCTOR_H

#include <limits.h>

#include "capgate.h"
#include "hook/engines/engines.h"

/* Zero is the worst level, so that a forgotten one is reported. */
enum level { LEVEL_BAD, LEVEL_WARN, LEVEL_OK, NLEVELS };

struct finding {
	enum level level;
	int engine;	 /* enum engine; NENGINES for all */
	const char *id;	 /* "hook-masked": stable */
	char text[384], cure[256];
};

#define DOCTOR_FINDINGS 256

struct doctor {
	struct finding v[DOCTOR_FINDINGS];
	size_t n;
	unsigned engines; /* bits of the engines to check */
	bool live, other_root;
	int proc; /* descriptor of /proc, opened before the root was changed, or -1 */
	bool has_proc; /* /proc is mounted below the root, as the wrapper and poststart need */
	struct capgate_arena arena;
	bool has_policy;
	struct capgate_policy policy;
	char runtime[512]; /* the runtime that the wrapper executes; empty if none */
	unsigned runc_seen; /* bits of the engines whose daemon's runc was checked */
	unsigned runc_ours;   /* bits of those with a PATH whose runc is capgate */
	unsigned runc_others; /* and of those with one whose runc is not */
	unsigned daemon_seen; /* bits of the engines whose daemon runs here */
	bool buildkit_seen;   /* a buildkitd runs here */
	int canary; /* a capability that the policy refuses, or -1 */
};

/* Adds a finding.  The format has the text and, after a tab, the cure, which may be empty. */
void doctor_say(struct doctor *d, enum level level, int engine, const char *id, const char *format,
		...) CAPGATE_PRINTF(5, 6);
/* Is this engine among those to check? */
bool doctor_looks_at(const struct doctor *d, enum engine e);

/* The checks, each in the file of its name. */
void doctor_program(struct doctor *d);	  /* the binary, the wrapper, runtimes */
void doctor_machine(struct doctor *d);	  /* policy, log, AppArmor, SELinux */
void doctor_hooks(struct doctor *d);	  /* hooks.d, for podman and CRI-O */
void doctor_modules(struct doctor *d);	  /* podman --module */
void doctor_docker(struct doctor *d);	  /* daemon.json */
void doctor_shims(struct doctor *d);	  /* other shims that docker run can name */
void doctor_containerd(struct doctor *d); /* config.toml */
void doctor_distributions(struct doctor *d); /* the same for k3s, rke2, k0s, microk8s */
void doctor_stores(struct doctor *d);	  /* stores in which hooks find no image */
void doctor_cache(struct doctor *d);	  /* filters that crun compiled before the installation */
void doctor_learning(struct doctor *d);	  /* capgate-learn; call it after the policy's check */
void doctor_alive(struct doctor *d);	  /* running containers that were not judged */
void doctor_live(struct doctor *d);	  /* a real container */

/* Runs the hook's command as the engine would, with a specification that must be refused. */
void doctor_canary_hook(struct doctor *d, enum engine e, const struct hook_file *h);
/* Checks the ceiling; call it after the checks of the program and the machine. */
void doctor_ceiling(struct doctor *d);
/* The same for the wrapper of this path, once for each engine. */
void doctor_canary_wrapper(struct doctor *d, enum engine e, const char *path);

/* Checks a handler or runtime of an engine whose program is our wrapper.  what: "the handler". */
void doctor_wrapped(struct doctor *d, int engine, const char *what, const char *name,
		    struct capgate_text program);
/* Is there a program that this wrapper would run? */
bool doctor_has_real(struct doctor *d, struct capgate_text wrapper);
/* Is this the installed program itself? */
bool doctor_is_program(const char *path);
/* Do containers with this runtime_type of containerd have their own kernel? */
bool doctor_is_sandbox(struct capgate_text type);

/* Checks the runc in PATH of daemons that do not run.  For the others, see daemons.h. */
void doctor_closed(struct doctor *d);
/* Is the runc in PATH of every containerd that this engine may use capgate?  Call it after
 * doctor_closed(). */
bool doctor_runc_is_ours(const struct doctor *d, enum engine e);

/* Reports each runtime of podman or CRI-O whose containers are not judged. */
void doctor_runtimes(struct doctor *d, enum engine e, const struct engine_conf *conf);
/* Is the default runtime ours? */
bool doctor_runtimes_default(const struct engine_conf *conf);

/* The configuration of one containerd: the usual one, or a distribution's. */
struct doctor_site {
	int engine;
	const char *file; /* the main file */
	const char *dropins; /* a directory that is merged without an import; NULL if none */
};

/* Checks the handlers of this containerd. */
void doctor_look_at_site(struct doctor *d, const struct doctor_site *site);

#endif
