/* SPDX-License-Identifier: Apache-2.0 */
/* What engines wrote down about one container in their stores.  Pure, but for the
 * places: nothing here opens a file, so that each caller opens it as it must. */
#ifndef STORE_H
#define STORE_H

#include "capgate.h"
#include "roots.h"

/* A store that lists ten thousand containers has some megabytes. */
#define STORE_MAX ((size_t)32 << 20)

/* Texts are views into the text that was read, or live in the arena; empty: not given. */
struct store_record {
	struct capgate_text id, name, image;
	struct capgate_text runtime; /* Docker's alone */
	bool running, privileged;    /* Docker's alone */
};

/* Docker's files of one container: config.v2.json has all but the runtime, which is
 * in hostconfig.json.  What this file does not say stays as it was in *record. */
int store_read_docker(struct capgate_text text, struct capgate_arena *arena,
		      struct store_record *record, struct capgate_error *err) CAPGATE_MUST;
/* The container of that id in a containers.json or volatile-containers.json; the
 * record stays empty when it is not listed. */
int store_read_storage(struct capgate_text text, struct capgate_text id,
		       struct capgate_arena *arena, struct store_record *ret,
		       struct capgate_error *err) CAPGATE_MUST;

/* The same by its name. */
int store_find_named(struct capgate_text text, struct capgate_text name,
		     struct capgate_arena *arena, struct store_record *ret,
		     struct capgate_error *err) CAPGATE_MUST;

/*
 * The i-th place where a list of that kind of root (ROOT_GRAPH, ROOT_RUN) may be: beside a
 * bundle, when its directory ".../overlay-containers/" is known, then by roots and storage
 * drivers.  An empty path: it is too long.  False: there are no more.
 */
bool store_list_at(const struct engine_roots *roots, enum root_kind kind,
		   struct capgate_text beside, size_t i, char *path, size_t size);

#endif
