/* SPDX-License-Identifier: Apache-2.0 */
/* The record of one container in its engine's store.  Nothing here opens a file: each caller
 * has its own way to open files safely. */
#ifndef STORE_H
#define STORE_H

#include "capgate.h"
#include "roots.h"

/* A list of ten thousand containers has some megabytes. */
#define STORE_MAX ((size_t)32 << 20)

/* Texts are views into the parsed text, or live in the arena; empty if absent. */
struct store_record {
	struct capgate_text id, name, image;
	struct capgate_text runtime; /* only Docker */
	bool running, privileged;    /* only Docker */
};

/* Parses one of Docker's two files of a container.  config.v2.json has everything except the
 * runtime, which is in hostconfig.json.  Members that this file lacks keep their value in
 * *record. */
int store_read_docker(struct capgate_text text, struct capgate_arena *arena,
		      struct store_record *record, struct capgate_error *err) CAPGATE_MUST;
/* Finds a container by its id in containers.json or volatile-containers.json.  The record is
 * empty if the container is not listed. */
int store_read_storage(struct capgate_text text, struct capgate_text id,
		       struct capgate_arena *arena, struct store_record *ret,
		       struct capgate_error *err) CAPGATE_MUST;

/* The same, by the container's name. */
int store_find_named(struct capgate_text text, struct capgate_text name,
		     struct capgate_arena *arena, struct store_record *ret,
		     struct capgate_error *err) CAPGATE_MUST;

/*
 * The i-th path where the list of a root of this kind (ROOT_GRAPH, ROOT_RUN) may be.  The first
 * is in beside, the directory ".../overlay-containers/" of a bundle, unless this is empty.  The
 * others follow from the roots and the storage drivers.  path is "" if it is too long.  False
 * if there are no more.
 */
bool store_list_at(const struct engine_roots *roots, enum root_kind kind,
		   struct capgate_text beside, size_t i, char *path, size_t size);

#endif
