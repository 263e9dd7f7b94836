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
#define DOCTOR_DIRS 16
#define DOCTOR_PATH 512

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
	int canary; /* a capability that the policy refuses; -1: none */
};

/* text, then the cure behind a tab ("" for none): one format for both. */
void doctor_say(struct doctor *d, enum level level, int engine, const char *id, const char *format,
		...) CAPGATE_PRINTF(5, 6);
bool doctor_looks_at(const struct doctor *d, enum engine e);
/* A file as a NUL-ended string in the arena; NULL when it cannot be read. */
struct capgate_text doctor_read(struct doctor *d, const char *path, bool *missing);

/* The checks; each in the file of its name. */
void doctor_program(struct doctor *d);	  /* the binary, the wrapper, runtimes */
void doctor_machine(struct doctor *d);	  /* policy, log, AppArmor, SELinux */
void doctor_hooks(struct doctor *d);	  /* hooks.d, for podman and CRI-O */
void doctor_docker(struct doctor *d);	  /* daemon.json */
void doctor_containerd(struct doctor *d); /* config.toml */
void doctor_alive(struct doctor *d);	  /* containers from before the gate */
void doctor_live(struct doctor *d);	  /* a real container */

/* What an engine's own configuration says about hooks and runtimes. */
struct engine_conf {
	char dir[DOCTOR_DIRS][DOCTOR_PATH];
	char dir_source[DOCTOR_PATH]; /* the file that says so; "": built in */
	size_t n_dirs;
	char runtime[DOCTOR_PATH];	/* the default runtime's name; "": not said */
	char runtime_path[DOCTOR_PATH]; /* of the runtime called capgate */
	char runtime_source[DOCTOR_PATH];
	char broken[DOCTOR_PATH];	/* a file that cannot be read; "": none */
	char broken_why[256];
};

void doctor_conf(struct doctor *d, enum engine e, struct engine_conf *ret);

/* A registered hook: the file in a hooks.d directory. */
enum { STAGE_PRECREATE = 1, STAGE_PRESTART = 2, STAGE_CREATERUNTIME = 4, STAGE_CREATECONTAINER = 8,
       STAGE_POSTSTART = 16, STAGE_OTHER = 32 };

#define HOOK_ARGS 16

struct hook_file {
	char path[DOCTOR_PATH]; /* of the JSON */
	const char *name;	/* its last component */
	char why[256];		/* it cannot be read; "": it can */
	char program[DOCTOR_PATH];
	char args[HOOK_ARGS][128];
	size_t n_args;
	unsigned stages;
	bool always, other_conditions, version_ok, ours, has_env, more_args;
	size_t masked_by; /* index of the file of that name in a later directory, or itself */
};

#define HOOK_FILES 256

struct hook_list {
	struct hook_file v[HOOK_FILES];
	size_t n;
	bool more; /* than could be looked at */
};

/* The files of these directories, in the order in which engines merge them. */
void hook_list_read(struct doctor *d, const struct engine_conf *conf, struct hook_list *ret);

/* The proof: the command, as the engine would call it, given what must not pass. */
void doctor_canary_hook(struct doctor *d, enum engine e, const struct hook_file *h);
void doctor_canary_wrapper(struct doctor *d, enum engine e);

#endif
