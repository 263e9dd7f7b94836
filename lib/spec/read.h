/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the readers of a specification: spec.c, places.c, seccomp.c. */
#ifndef CAPGATE_SPEC_READ_H
#define CAPGATE_SPEC_READ_H

#include "lib/base/base.h"
#include "fields.h"
#include "filter.h"

/* A specification while it is read. */
struct spec_reader {
	struct capgate_spec *spec;
	struct capgate_arena *arena;
	struct capgate_error *err;
	const struct capgate_walk *walk;
	struct capgate_seccomp_arg *spare_args; /* for the next rule, with a capacity of
						 * seccomp_args_room */
	/* The capacities of the vectors. */
	size_t list_room[CAPGATE_NSETS];
	size_t args_room, env_room, sysctl_room, annotations_room, namespaces_room;
	size_t uid_room, gid_room, hooks_room, mounts_room, masked_room, readonly_room,
		devices_room, rules_room, seccomp_args_room, seccomp_names_room, arch_room;
};

/* Appends a zeroed item to a vector of the reader's specification. */
#define APPEND(r, vector, count, room) \
	(capgate_arena_room((r)->arena, (void **)&(vector), &(room), (count) + 1, \
			    sizeof(*(vector))) < 0 \
		 ? NULL \
		 : ((vector)[(count)] = (__typeof__(*(vector))){0}, &(vector)[(count)++]))

static inline enum capgate_presence presence_of(const struct capgate_json_event *event)
{
	return event->kind == CAPGATE_JSON_NULL ? CAPGATE_IS_NULL : CAPGATE_PRESENT;
}

/* Is it the beginning of a nested value?  Those are ignored, because only the end has the whole
 * span. */
static inline bool begins(const struct capgate_json_event *event)
{
	return event->kind == CAPGATE_JSON_OBJECT || event->kind == CAPGATE_JSON_ARRAY;
}

/* For members whose type the runtime checks: a value that is not a string counts as absent. */
static inline struct capgate_text string_of(const struct capgate_json_event *event)
{
	return event->kind == CAPGATE_JSON_STRING ? event->text : (struct capgate_text){0};
}

/* Appends to a vector of texts; fails only for memory. */
static inline int capgate_spec_append_text(struct spec_reader *r, struct capgate_text **v,
					   size_t *n, size_t *room, struct capgate_text text)
{
	if (capgate_arena_room(r->arena, (void **)v, room, *n + 1, sizeof(**v)) < 0)
		return capgate_fail_memory(r->err);
	(*v)[(*n)++] = text;
	return 0;
}

/* Keeps the name of a call that makes or enters a user namespace.  Fails only for memory. */
int capgate_spec_keep_call_name(struct spec_reader *r, unsigned call,
				struct capgate_span at) CAPGATE_MUST;

/* Reads a name in the current rule of linux.seccomp. */
static inline int capgate_spec_read_call_name(struct spec_reader *r,
					      const struct capgate_json_event *event)
{
	struct capgate_seccomp *profile = &r->spec->seccomp;
	const unsigned call = capgate_call_bit(event->text);

	if (!profile->n_rules)
		return 0;
	profile->rules[profile->n_rules - 1].calls |= call;
	profile->rules[profile->n_rules - 1].n_names++;
	return call & CAPGATE_CALLS_USERNS ? capgate_spec_keep_call_name(r, call, event->at) : 0;
}

/*
 * Each reads one value, of linux.seccomp, linux.namespaces, the two id mappings, hooks, mounts,
 * maskedPaths, readonlyPaths and devices.  Returns 0, or a negative status with a filled-in
 * error.
 */
int capgate_spec_read_seccomp(struct spec_reader *r, int field,
			      const struct capgate_json_event *event) CAPGATE_MUST;
int capgate_spec_read_namespace(struct spec_reader *r, int field,
				const struct capgate_json_event *event) CAPGATE_MUST;
int capgate_spec_read_idmap(struct spec_reader *r, int field,
			    const struct capgate_json_event *event) CAPGATE_MUST;
int capgate_spec_read_hook(struct spec_reader *r, int field,
			   const struct capgate_json_event *event) CAPGATE_MUST;
int capgate_spec_read_mount(struct spec_reader *r, int field,
			    const struct capgate_json_event *event) CAPGATE_MUST;
int capgate_spec_read_place(struct spec_reader *r, int field,
			    const struct capgate_json_event *event) CAPGATE_MUST;

#endif
