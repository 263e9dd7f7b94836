/* SPDX-License-Identifier: Apache-2.0 */
/* What has to change in a refused container, and how to write it for each engine. */
#ifndef CAPGATE_CHANGE_H
#define CAPGATE_CHANGE_H

#include <stddef.h>

#include "capgate.h"

/* At least as many as wayout.c has ways: none is left out of a change. */
#define WAYS_MAX 12

struct capgate_change {
	capgate_set drop, keep;
	capgate_set added; /* those of drop that no engine gives by default */
	bool list;         /* drop everything, then add what stays */
	/* changes that are not about capabilities */
	const struct capgate_way_out *way[WAYS_MAX];
	size_t n_ways;
};

struct capgate_change capgate_change_of(const struct capgate_report *r);

/* Is it about capabilities at all? */
bool capgate_change_has_caps(const struct capgate_change *c);

/* One engine's member of struct capgate_way_out. */
#define TEXT(member) offsetof(struct capgate_way_out, member)

/* The words to add or remove for way i in this language; NULL if there are none, or if an
 * earlier way has the same. */
const char *capgate_change_add(const struct capgate_change *c, size_t i, size_t member);
const char *capgate_change_without(const struct capgate_change *c, size_t i, size_t member);

/* ["NET_RAW", "SYS_ADMIN"] */
void capgate_out_list(struct capgate_out *out, capgate_set s);

/* Writes the change for an engine.  False if the remedy does not belong to an engine. */
bool capgate_change_write(enum capgate_remedy remedy, const struct capgate_change *c,
			  struct capgate_out *out);

/* Writes the exemption that allows what the change would remove. */
void capgate_exemption_write(struct capgate_out *out, const struct capgate_spec *spec,
			     const struct capgate_policy *policy, const struct capgate_change *c);

#endif
