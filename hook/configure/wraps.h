/* SPDX-License-Identifier: Apache-2.0 */
/* The names under which capgate replaces a handler's program: symbolic links beside capgate,
 * and runtime.json, which maps each name to the programs that it replaces. */
#ifndef WRAPS_H
#define WRAPS_H

#include "hook/engines/engines.h"
#include "plan.h"

#define WRAPS_MAX 64
#define WRAPS_PATH 512

/* The paths at which the wrapper looks for a handler's program, in this order. */
struct programs {
	char path[RUNTIMEJSON_PATHS][WRAPS_PATH];
	size_t n;
};

struct wrap {
	char name[128]; /* "capgate-nvidia" */
	struct programs programs;
	bool known; /* runtime.json had it before */
	bool elsewhere; /* its link is in another directory; another part plans that step */
};

struct wraps {
	struct capgate_text old; /* runtime.json; empty: there is none */
	struct runtimejson json;
	struct wrap v[WRAPS_MAX];
	size_t n;
};

/* systemd's PATH for services, in its order. */
#define WRAPS_USUAL_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* The paths of a program from an engine's configuration.  word is a path, or a name that the
 * engine looks up in its own directories (a list that NULL ends), then in its PATH. */
void programs_of(struct programs *ret, struct capgate_text word, const char *const *own,
		 const char *path);

/* Reads runtime.json.  Fails if the wrapper could not read it either. */
int wraps_open(struct wraps *wraps, struct capgate_error *err) CAPGATE_MUST;

/*
 * The wrapper's path for an engine's handler.  Its name is capgate-HANDLER.  If that name
 * is taken for other programs, it is capgate-HANDLER-ENGINE, or the same with a number.
 * ret has room for WRAPS_PATH bytes.
 */
int wraps_take(struct wraps *wraps, const char *engine, const char *handler,
	       const struct programs *programs, char *ret, struct capgate_error *err) CAPGATE_MUST;

/* Is this program one of our wrappers, installed with any prefix?  Then ret becomes its path
 * with the present prefix. */
bool wraps_is_ours(struct capgate_text path, char *ret);
/* Adds the link of a name that a configuration names already. */
int wraps_keep(struct wraps *wraps, const char *path, struct capgate_error *err) CAPGATE_MUST;

/*
 * Does the wrapper at this path look for the same name in other places than this engine
 * does?  So it is after the engine's PATH has changed, or if two engines share the name.
 */
bool wraps_shared(const struct wraps *wraps, const char *path, const struct programs *programs);

/* Adds a name to runtime.json, unless it is there already. */
int wraps_name(struct wraps *wraps, const char *name, const struct programs *programs,
	       struct capgate_error *err) CAPGATE_MUST;

/* What a configuration named before it named this wrapper, as a word for programs_of().
 * Returns false if it is not known. */
bool wraps_before(const struct wraps *wraps, struct capgate_text path, char *ret, size_t size);

/* Adds the steps that must come first: the links, then runtime.json. */
int wraps_plan(const struct wraps *wraps, struct plan *plan,
	       struct capgate_error *err) CAPGATE_MUST;

#endif
