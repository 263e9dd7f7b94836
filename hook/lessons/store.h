/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store of lessons: one file for each name, which only root may read or write.  A file is
 * replaced as a whole, so a full disk or a killed process leaves the old one.
 */
#ifndef LESSONS_STORE_H
#define LESSONS_STORE_H

#include "lesson.h"

#define STORE_DIR "/var/lib/capgate/learn"
#define STORE_NAMES 4096 /* the most files; if more are needed, forget some */
#define STORE_FILE 224

enum store_part {
	STORE_RECORD, /* what containers used, by the recorder */
	STORE_PROOF,  /* what capgate learn proved, as it prints it */
};

/* The file of a name: letters, digits and -._ stay, other bytes become %2F, and a long name is
 * cut and gets a digest. */
void store_file(struct capgate_text name, enum store_part part, char ret[STORE_FILE]);

/* Reads a file, malloc'd.  *missing: it does not exist (status 0). */
int store_read_text(const char *dir, const char *file, struct capgate_text *ret, bool *missing,
		    struct capgate_error *err) CAPGATE_MUST;
/* Reads the lesson of a name.  *missing: nothing was recorded; then *ret is empty except for its
 * name.  A file that is not a lesson, or that others may write, is an error that names it. */
int store_read(const char *dir, struct capgate_text name, struct lesson *ret, bool *missing,
	       struct capgate_error *err) CAPGATE_MUST;
/* Writes a lesson, and creates the directory.  Fails if there are too many names. */
int store_write(const char *dir, const struct lesson *lesson,
		struct capgate_error *err) CAPGATE_MUST;
int store_write_text(const char *dir, struct capgate_text name, enum store_part part,
		     struct capgate_text text, struct capgate_error *err) CAPGATE_MUST;
/* Removes both parts.  *missing: there was neither. */
int store_remove(const char *dir, struct capgate_text name, bool *missing,
		 struct capgate_error *err) CAPGATE_MUST;

/* Calls see(user, file) for each file of this part, in the order of names.  Stops at a status
 * that is not 0, and returns it. */
int store_each(const char *dir, enum store_part part, int (*see)(void *user, const char *file),
	       void *user, struct capgate_error *err) CAPGATE_MUST;

#endif
