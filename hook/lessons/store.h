/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where lessons are kept: one file a name, which only root may read or write.  Each is
 * replaced whole, so a full disk or a process that is killed leaves what was there.
 */
#ifndef LESSONS_STORE_H
#define LESSONS_STORE_H

#include "lesson.h"

#define STORE_DIR "/var/lib/capgate/learn"
#define STORE_NAMES 4096 /* files that it may hold; a machine that needs more forgets some */
#define STORE_FILE 224

enum store_part {
	STORE_RECORD, /* what containers used, by the recorder */
	STORE_PROOF,  /* what capgate learn proved, as it prints it */
};

/* The file of a name in the store: letters, digits and -._ as they are, other bytes as
 * %2F; what is too long ends in a digest. */
void store_file(struct capgate_text name, enum store_part part, char ret[STORE_FILE]);

/* One file's text, malloc'd.  *missing: there is none (status 0). */
int store_read_text(const char *dir, const char *file, struct capgate_text *ret, bool *missing,
		    struct capgate_error *err) CAPGATE_MUST;
/* The lesson of a name.  *missing: nothing was recorded, and *ret is empty but for its
 * name.  A file that is not one, or that others may write, is an error that names it. */
int store_read(const char *dir, struct capgate_text name, struct lesson *ret, bool *missing,
	       struct capgate_error *err) CAPGATE_MUST;
/* The directory is made.  Refused when there are too many names. */
int store_write(const char *dir, const struct lesson *lesson,
		struct capgate_error *err) CAPGATE_MUST;
int store_write_text(const char *dir, struct capgate_text name, enum store_part part,
		     struct capgate_text text, struct capgate_error *err) CAPGATE_MUST;
/* Both parts.  *missing: there was neither. */
int store_remove(const char *dir, struct capgate_text name, bool *missing,
		 struct capgate_error *err) CAPGATE_MUST;

/* Calls see(user, file) for each file of that part, in the order of their names.  A status
 * that is not 0 ends it and is returned. */
int store_each(const char *dir, enum store_part part, int (*see)(void *user, const char *file),
	       void *user, struct capgate_error *err) CAPGATE_MUST;

#endif
