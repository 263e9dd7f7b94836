/* SPDX-License-Identifier: Apache-2.0 */
/* The containers of this machine, from the files that their runtimes and engines keep. */
#ifndef CONTAINERS_H
#define CONTAINERS_H

#include "capgate.h"

/* One container, from its runtime's state file.  Texts are malloc'd, "" when unknown. */
struct container {
	char *id, *bundle, *dir;	/* dir: where its state is kept */
	const char *engine, *runtime;	/* "podman", "crun" */
	char *name, *image;
	char *config;			/* which file container_read_config() read */
	long pid;			/* of its first process; 0: none */
	bool two_bundles;		/* as in runtimestate.h */
	unsigned long long started;	/* field 22 of /proc/PID/stat; 0: unknown */
	/* The container is only in its engine's store, because it is stopped or was never
	 * started.  Then dir is its directory there. */
	bool stored;
	bool privileged; /* from Docker's store, if stored */
	bool gated;	 /* stored, and Docker starts it through the wrapper */
};

struct containers {
	struct container *v;
	size_t n, room;
	size_t unreadable; /* state files and stores, each reported on stderr */
};

/* Finds every container in the known places below root ("" or a directory).  Stopped
 * containers are found in their engines' stores. */
int containers_find(const char *root, struct containers *ret,
		    struct capgate_error *err) CAPGATE_MUST;
void containers_release(struct containers *list);
/* Moves *c into the list, which owns it then.  If this fails, *c remains the caller's. */
int containers_add(struct containers *list, const struct container *c,
		   struct capgate_error *err) CAPGATE_MUST;

/* Sets dir and id; all other texts become "".  Release *c even if this fails. */
int container_begin(struct container *c, const char *dir, struct capgate_text id,
		    struct capgate_error *err) CAPGATE_MUST;

/* Reads the state in a directory.  Returns 0 if it belongs to no container, a positive number
 * if *c is filled in.  The engine is left as it was.  Release *c in every case. */
int container_read_state(const char *dir, struct container *c,
		     struct capgate_error *err) CAPGATE_MUST;
void container_release(struct container *c);
/* Frees *where and sets it to a malloc'd copy of t.  If t contains a NUL, it can be neither an
 * id nor a path, and the copy is "".  Without memory *where stays. */
void container_put(char **where, struct capgate_text t);
/* Reads the specification: the runtime's own copy, else the one in the bundle.  For a stored
 * container, builds the one that its engine would give the runtime. */
int container_read_config(const char *root, struct container *c, size_t limit,
			  struct capgate_text *ret, struct capgate_error *err) CAPGATE_MUST;

/* Fills in engine, name and image from the engine's store, and from annotations that the
 * container's author cannot write. */
void container_name(const char *root, struct container *c, const struct capgate_spec *spec);

#endif
