/* SPDX-License-Identifier: Apache-2.0 */
/* The files that the wrapper reads, and the two ways to give the runtime other bytes. */
#ifndef RUNTIME_FILES_H
#define RUNTIME_FILES_H

#include <limits.h>
#include <sys/stat.h>

#include "capgate.h"
#include "argv.h"

/* A configuration, held by its directory. */
struct runtime_config_file {
	int dir;
	char name[NAME_MAX + 1];
	char bundle[PATH_MAX]; /* absolute */
	char config[PATH_MAX]; /* absolute, when --config names one; else "" */
	struct stat st;
	struct capgate_text text;
	bool changed; /* by somebody else, since it was read */
};

/* Does the open file belong to root or us, and may nobody else write to it? */
bool runtime_is_ours(int fd);

/* config.json of --bundle or of the working directory, or what --config names. */
int runtime_read_config(const struct runtime_call *call, size_t limit,
			struct runtime_config_file *ret, struct capgate_error *err) CAPGATE_MUST;

/* Put text in its place: a new file beside it with its mode and owner, synced,
 * then renamed over it.  On failure the old file is as it was; file->changed says
 * that it was not the one that was read any more. */
int runtime_replace_config(struct runtime_config_file *file, struct capgate_text text,
			   struct capgate_error *err) CAPGATE_MUST;

/* A process object: any file that can be read to its end. */
int runtime_read_process(const char *path, size_t limit, struct capgate_text *ret,
			 struct capgate_error *err) CAPGATE_MUST;

/* Bytes that nobody can change any more, as a path for the program that this
 * process becomes; buf has room for 64.  The call says which descriptors that one
 * counts: the path is that of another. */
int runtime_seal(struct capgate_text text, const struct runtime_call *call, char *buf,
		 struct capgate_error *err) CAPGATE_MUST;

#endif
