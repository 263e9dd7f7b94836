/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the wrapper's files, and gives the runtime changed ones, in one of two ways. */
#ifndef RUNTIME_FILES_H
#define RUNTIME_FILES_H

#include <limits.h>
#include <sys/stat.h>

#include "capgate.h"
#include "argv.h"

/* A configuration and its open directory. */
struct runtime_config_file {
	int dir;
	char name[NAME_MAX + 1];
	char bundle[PATH_MAX]; /* absolute */
	char config[PATH_MAX]; /* absolute, if --config names one; else "" */
	struct stat st;
	struct capgate_text text;
	bool changed; /* another process has changed it since it was read */
};

/* Does the open file belong to root or to us, and can nobody else write to it? */
bool runtime_is_ours(int fd);

/* Reads the file that --config names, or config.json of --bundle or the working directory. */
int runtime_read_config(const struct runtime_call *call, size_t limit,
			struct runtime_config_file *ret, struct capgate_error *err) CAPGATE_MUST;

/* Replaces the file's content: writes a new file beside it with its mode and owner, syncs it,
 * and renames it.  After an error the old file is unchanged.  file->changed is set if it is not
 * the file any more that was read. */
int runtime_replace_config(struct runtime_config_file *file, struct capgate_text text,
			   struct capgate_error *err) CAPGATE_MUST;

/* Reads a process object, from any file that can be read to its end. */
int runtime_read_process(const char *path, size_t limit, struct capgate_text *ret,
			 struct capgate_error *err) CAPGATE_MUST;

/* Makes a file that nobody can change any more.  buf becomes its path for the runtime and needs
 * room for 64 bytes.  The file's descriptor is not one of those that the runtime counts
 * (call). */
int runtime_seal(struct capgate_text text, const struct runtime_call *call, char *buf,
		 struct capgate_error *err) CAPGATE_MUST;

#endif
