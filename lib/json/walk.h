/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks a document with a table of shapes: which members an object is known to have, which
 * types a value may have, and which values the caller wants.
 *
 * This ensures that all readers read a document in the same way: a key that some reader would
 * fold to a known member is refused, and so are two keys that any reader could treat as the
 * same (Go folds ASCII case, U+017F to s and U+212A to k).
 */
#ifndef CAPGATE_WALK_H
#define CAPGATE_WALK_H

#include "read.h"

/* Bits of capgate_shape.types; 0 means any type. */
#define CAPGATE_TYPE(kind) (1u << (kind))
#define CAPGATE_T_NULL CAPGATE_TYPE(CAPGATE_JSON_NULL)
#define CAPGATE_T_BOOL CAPGATE_TYPE(CAPGATE_JSON_BOOL)
#define CAPGATE_T_NUMBER CAPGATE_TYPE(CAPGATE_JSON_NUMBER)
#define CAPGATE_T_STRING CAPGATE_TYPE(CAPGATE_JSON_STRING)
#define CAPGATE_T_OBJECT CAPGATE_TYPE(CAPGATE_JSON_OBJECT)
#define CAPGATE_T_ARRAY CAPGATE_TYPE(CAPGATE_JSON_ARRAY)

struct capgate_member {
	const char *name;
	const struct capgate_shape *shape; /* NULL: any value, which is not read */
};

struct capgate_shape {
	unsigned types;
	int field; /* passed to the visitor; 0: do not call it */
	/* An object with known members (typed), ended by a NULL name ... */
	const struct capgate_member *members;
	bool closed; /* ... that may have no others */
	/* ... or array entries, or values of a free-form map. */
	const struct capgate_shape *each;
	const char *expected; /* for messages: "an object"; NULL: made from types */
};

/* For tables: the shape of a member or an entry, and the members of an object. */
#define SHAPE(...) (&(const struct capgate_shape){__VA_ARGS__})
#define VALUE(f) SHAPE(.field = (f))
#define STRING(f) SHAPE(.types = CAPGATE_T_STRING, .field = (f))
#define MEMBERS(...) (const struct capgate_member[]){__VA_ARGS__, {0}}

struct capgate_walk_frame {
	const struct capgate_shape *shape; /* of the container; NULL: unknown */
	const struct capgate_shape *next;  /* of the value after the last key */
	struct capgate_text key;	   /* the last key, when it is an object */
	size_t index;			   /* of the current entry, when an array */
	size_t first_key;		   /* its slice of the key stack */
	struct capgate_span at;		   /* off only until it ends */
	bool is_array;
};

struct capgate_walk {
	struct capgate_text text;
	struct capgate_arena *arena;
	struct capgate_error *err;
	struct capgate_walk_frame frame[CAPGATE_DEPTH_MAX + 1];
	unsigned depth; /* of the container that holds the value visited */
	/* private */
	const struct capgate_shape *root;
	int (*visit)(void *user, const struct capgate_walk *walk, int field,
		     const struct capgate_json_event *event);
	void *user;
	struct capgate_json_event *keys;
	size_t n_keys, keys_capacity;
	struct capgate_json_event *spare; /* for sorting */
	size_t spare_capacity;
};

/*
 * Called for every value whose shape has a field.  Scalars: once.  Objects and arrays: at the
 * beginning (OBJECT, ARRAY; the span is the bracket) and at the end (END; the span is the whole
 * value, with both brackets). walk->frame[1..depth] are the containers around the value, and
 * walk->frame[depth].key or .index says which value it is.
 */
typedef int (*capgate_walk_visit)(void *user, const struct capgate_walk *walk, int field,
				  const struct capgate_json_event *event);

int capgate_walk_text(struct capgate_text text, struct capgate_json_options options,
		      const struct capgate_shape *root, struct capgate_arena *arena,
		      capgate_walk_visit visit, void *user, struct capgate_error *err) CAPGATE_MUST;

/* Fails at this place, with rule, path, position and message in walk->err. */
int capgate_walk_fail(const struct capgate_walk *walk, enum capgate_status code,
		      enum capgate_rule rule, size_t pos, const char *format, ...)
	CAPGATE_PRINTF(5, 6);

#endif
