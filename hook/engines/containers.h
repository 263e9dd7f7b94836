/* SPDX-License-Identifier: Apache-2.0 */
/* The containers of this machine, as their runtimes and engines remember them. */
#ifndef CONTAINERS_H
#define CONTAINERS_H

#include "capgate.h"

/* As the state file of its runtime says; texts are malloc'd, "" when unknown. */
struct container {
	char *id, *bundle, *dir;	/* dir: where its state is kept */
	const char *engine, *runtime;	/* "podman", "crun" */
	char *name, *image;
	char *config;			/* which file container_read_config() read */
	long pid;			/* of its first process; 0: none */
	bool two_bundles;		/* as in runtimestate.h */
	unsigned long long started;	/* field 22 of /proc/PID/stat; 0: unknown */
	/* No runtime has a state of it: it is stopped, or was never started, and its
	 * engine's store knows it; dir is its place there. */
	bool stored;
	bool privileged; /* as Docker's store says of a stored one */
	bool gated;	 /* a stored one that Docker starts through the wrapper */
};

struct containers {
	struct container *v;
	size_t n, room;
	size_t unreadable; /* state files and stores, each reported on stderr */
};

/* Every container in the known places below root ("" or a directory), also those that
 * are stopped, as their engines' stores know them. */
int containers_find(const char *root, struct containers *ret,
		    struct capgate_error *err) CAPGATE_MUST;
void containers_release(struct containers *list);
/* *c is the list's from then on, unless this fails. */
int containers_add(struct containers *list, const struct container *c,
		   struct capgate_error *err) CAPGATE_MUST;

/* The texts of *c, of which only dir and id are known.  Release it whatever comes. */
int container_begin(struct container *c, const char *dir, struct capgate_text id,
		    struct capgate_error *err) CAPGATE_MUST;

/* 0: the directory is no container's; positive: *c is one, its engine untouched.
 * Release it whatever comes. */
int container_read_state(const char *dir, struct container *c,
		     struct capgate_error *err) CAPGATE_MUST;
void container_release(struct container *c);
/* A malloc'd copy in the place of *where, which is freed.  A text with a NUL in
 * it is no id and no path: "".  Without memory *where stays. */
void container_put(char **where, struct capgate_text t);
/* The specification: the runtime's own copy, else the bundle's; of a stored container what
 * its engine would ask the runtime for. */
int container_read_config(const char *root, struct container *c, size_t limit,
			  struct capgate_text *ret, struct capgate_error *err) CAPGATE_MUST;

/* Fills in engine, name and image from the engine's store and from those
 * annotations that the container's author cannot write. */
void container_name(const char *root, struct container *c, const struct capgate_spec *spec);

#endif
