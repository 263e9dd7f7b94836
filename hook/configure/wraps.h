/* SPDX-License-Identifier: Apache-2.0 */
/* The names under which capgate replaces a handler's program:
 * links beside the program, and what runtime.json says that each is for. */
#ifndef WRAPS_H
#define WRAPS_H

#include "hook/engines/engines.h"
#include "plan.h"

#define WRAPS_MAX 64
#define WRAPS_PATH 512

/* Where a handler's program is looked for, in this order. */
struct programs {
	char path[RUNTIMEJSON_PATHS][WRAPS_PATH];
	size_t n;
};

struct wrap {
	char name[128]; /* "capgate-nvidia" */
	struct programs programs;
	bool known; /* to runtime.json, from before */
	bool elsewhere; /* its link lies in another directory, which somebody else plans */
};

struct wraps {
	struct capgate_text old; /* runtime.json; empty: there is none */
	struct runtimejson json;
	struct wrap v[WRAPS_MAX];
	size_t n;
};

/* systemd's PATH for services, in its order. */
#define WRAPS_USUAL_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* A program as an engine's configuration names it: a path, or a name that is looked up
 * in the engine's PATH, after its own directories ("/a/bin"; NULL ends). */
void programs_of(struct programs *ret, struct capgate_text word, const char *const *own,
		 const char *path);

/* Reads runtime.json.  One that the wrapper could not read stops configure. */
int wraps_open(struct wraps *wraps, struct capgate_error *err) CAPGATE_MUST;

/*
 * The wrapper's path for an engine's handler: under capgate-HANDLER, unless that
 * name has another list of programs already; then under capgate-HANDLER-ENGINE, or
 * the same with a number.  ret has room for WRAPS_PATH bytes.
 */
int wraps_take(struct wraps *wraps, const char *engine, const char *handler,
	       const struct programs *programs, char *ret, struct capgate_error *err) CAPGATE_MUST;

/* Is that program a wrapper of ours (whichever prefix it was installed below)?  Then
 * ret is its path below the prefix of today. */
bool wraps_is_ours(struct capgate_text path, char *ret);
/* A link that a configuration names already must be there. */
int wraps_keep(struct wraps *wraps, const char *path, struct capgate_error *err) CAPGATE_MUST;

/*
 * Does the wrapper of that path search for the same name in other places than this engine
 * does?  Its PATH has changed since, or the name was once shared with another engine.
 */
bool wraps_shared(const struct wraps *wraps, const char *path, const struct programs *programs);

/* A name of runtime.json as it is, unless it is there already. */
int wraps_name(struct wraps *wraps, const char *name, const struct programs *programs,
	       struct capgate_error *err) CAPGATE_MUST;

/* What a configuration named before: a word for programs_of(); false: not known. */
bool wraps_before(const struct wraps *wraps, struct capgate_text path, char *ret, size_t size);

/* The first steps of the plan: links, then runtime.json. */
int wraps_plan(const struct wraps *wraps, struct plan *plan,
	       struct capgate_error *err) CAPGATE_MUST;

#endif
