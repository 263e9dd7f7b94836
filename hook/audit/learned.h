/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is kept of capabilities: the files *.json of /var/lib/capgate/learn, which are
 * results of capgate learn or records of what containers used.
 */
#ifndef AUDIT_LEARNED_H
#define AUDIT_LEARNED_H

#include "audit.h"

struct audit_lesson {
	char *name; /* of a bundle or an image; malloc'd */
	bool is_image;
	bool proved; /* by capgate learn; else only recorded */
	capgate_set caps;
};

struct audit_lessons {
	struct audit_lesson *v;
	size_t n, room;
};

/* Those below root ("" or a directory).  What cannot be read, or may not be trusted, is
 * said on stderr and left out; so is what was learned by runs that were broken off. */
int audit_lessons_read(const char *root, struct audit_lessons *ret,
		       struct capgate_error *err) CAPGATE_MUST;
void audit_lessons_release(struct audit_lessons *lessons);

/* What was learned of its bundle or its image, by all lessons. */
struct audit_learned audit_lessons_find(const struct audit_lessons *lessons,
					const struct container *c);

#endif
