/* SPDX-License-Identifier: Apache-2.0 */
/* The nodes of a YAML text, which yaml.c reads and yamljson.c writes as JSON. */
#ifndef DOCUMENTS_NODES_H
#define DOCUMENTS_NODES_H

#include "yaml.h"

enum yaml_node_kind { NODE_SCALAR, NODE_MAP, NODE_LIST, NODE_ALIAS };

/* A node: a mapping's children are its keys and values in turn. */
struct yaml_node {
	enum yaml_node_kind kind;
	struct capgate_span at;
	struct capgate_text value; /* of a scalar; the name of an alias */
	struct capgate_text anchor;
	bool plain; /* a scalar without quotes or a tag that makes it a string */
	bool flow;
	bool open;                /* its end has not been read, or it is being written */
	size_t first, last, next; /* indices; 0: none */
};

/* v[0] is not used, because index 0 means none. */
struct yaml_tree {
	struct capgate_arena *arena;
	struct capgate_error *err;
	struct yaml_node *v;
	size_t n, room;
	size_t *roots, n_roots, roots_room; /* of each document */
};

/* Writes each document as a line of JSON, in the arena, with a mark for each value and
 * key.  limit: bytes of JSON.  Errors as of yaml_read(), in tree->err. */
int yaml_write_json(struct yaml_tree *tree, size_t limit, struct yaml_text *ret) CAPGATE_MUST;

#endif
