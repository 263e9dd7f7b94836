/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files *.json in /var/lib/capgate/learn: results of capgate learn, and records of the
 * capabilities that containers used.
 */
#ifndef AUDIT_LEARNED_H
#define AUDIT_LEARNED_H

#include "audit.h"

struct audit_lesson {
	char *name; /* of a bundle or an image; malloc'd */
	bool is_image;
	bool proved; /* true: by capgate learn; false: only recorded */
	capgate_set caps;
};

struct audit_lessons {
	struct audit_lesson *v;
	size_t n, room;
};

/* Reads the files below root ("" or a directory).  A file that cannot be read or trusted is
 * reported on stderr and skipped.  So is a result of a run that was interrupted. */
int audit_lessons_read(const char *root, struct audit_lessons *ret,
		       struct capgate_error *err) CAPGATE_MUST;
void audit_lessons_release(struct audit_lessons *lessons);

/* The capabilities that all lessons together have for the container's bundle or image. */
struct audit_learned audit_lessons_find(const struct audit_lessons *lessons,
					const struct container *c);

#endif
