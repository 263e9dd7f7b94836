/* SPDX-License-Identifier: Apache-2.0 */
/* Replaces the programs that one file of containerd's configuration names, and undoes it.
 * It changes nothing but BinaryName.  Pure. */
#ifndef TOMLWRAP_H
#define TOMLWRAP_H

#include "hook/engines/engines.h"

/* The first and last line of the blocks that capgate adds, and two marks that older versions
 * wrote. */
#define TOMLWRAP_BEGIN "# capgate: begin (capgate configure containerd --undo takes this out)\n"
#define TOMLWRAP_END "# capgate: end"
#define TOMLWRAP_FALLBACK "default_runtime_name = \"capgate\" # capgate\n"
#define TOMLWRAP_LINE " # capgate"

#define TOMLWRAP_MAX 160

/* The changes to one file.  Their texts are never freed. */
struct tomlwrap {
	struct capgate_span at[TOMLWRAP_MAX];
	const char *text[TOMLWRAP_MAX];
	size_t n;
	char *block; /* tables to be added at the end; NULL: none */
};

/* Sets the handler's BinaryName in this file to program: replaces its value, or adds the
 * member to the handler's options if there is none. */
int tomlwrap_set(struct tomlwrap *t, const struct containerd_file *file,
		 const struct containerd_handler *h, const char *program,
		 struct capgate_error *err) CAPGATE_MUST;
/* Adds a handler that the file does not have.  It gets the runtime_type type, unless that is
 * NULL, and BinaryName alone as its options.  plugin: the plugin's name in this file. */
int tomlwrap_add(struct tomlwrap *t, const char *plugin, const char *name, bool old,
		 const char *type, const char *program, struct capgate_error *err) CAPGATE_MUST;
/* Replaces the value at that place by these bytes.  Length 0 inserts them. */
int tomlwrap_put(struct tomlwrap *t, struct capgate_span at, const char *bytes,
		 struct capgate_error *err) CAPGATE_MUST;
/* Makes the new text. */
int tomlwrap_done(struct tomlwrap *t, struct capgate_text text, struct capgate_text *ret,
		  struct capgate_error *err) CAPGATE_MUST;

/* Finds what tomlwrap_set() added for the handler: a line with a mark, or a member of an
 * inline table, which has no mark, so that a person may have written it.  False: none. */
bool tomlwrap_added_line(struct capgate_text text, const struct containerd_handler *h,
			 struct capgate_span *ret);
bool tomlwrap_added_member(struct capgate_text text, const struct containerd_handler *h,
			   struct capgate_span *ret);
/* Finds the next block, with the newline before it.  Returns false if there is none, or if
 * its last line is missing (*broken). */
bool tomlwrap_block(struct capgate_text text, struct capgate_span *ret, bool *broken);

#endif
