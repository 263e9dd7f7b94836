/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Results of capgate learn that somebody has kept: the files *.json of
 * /var/lib/capgate/learn, as `capgate learn --format json` prints them.
 */
#ifndef AUDIT_LEARNED_H
#define AUDIT_LEARNED_H

#include "hook/engines/engines.h"

struct audit_lesson {
	char *name; /* of a bundle or an image; malloc'd */
	bool is_image;
	capgate_set needed;
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

/* Was anything learned of its bundle or its image?  Then what it needs, by all lessons. */
bool audit_lessons_find(const struct audit_lessons *lessons, const struct container *c,
			capgate_set *needed);

#endif
