/* SPDX-License-Identifier: Apache-2.0 */
/* Other programs in one file of containerd's configuration, and back: nothing but
 * BinaryName is touched.  Pure. */
#ifndef TOMLWRAP_H
#define TOMLWRAP_H

#include "hook/engines/engines.h"

/* What an older capgate wrote, and what the blocks of today begin and end with. */
#define TOMLWRAP_BEGIN "# capgate: begin (capgate configure containerd --undo takes this out)\n"
#define TOMLWRAP_END "# capgate: end"
#define TOMLWRAP_FALLBACK "default_runtime_name = \"capgate\" # capgate\n"
#define TOMLWRAP_LINE " # capgate"

#define TOMLWRAP_MAX 160

/* The changes to one file, collected; their texts are never freed. */
struct tomlwrap {
	struct capgate_span at[TOMLWRAP_MAX];
	const char *text[TOMLWRAP_MAX];
	size_t n;
	char *block; /* tables to be added at the end; NULL: none */
};

/* The handler's BinaryName in this file becomes program: its value, where it has
 * one; else it is added to the handler's options. */
int tomlwrap_set(struct tomlwrap *t, const struct containerd_file *file,
		 const struct containerd_handler *h, const char *program,
		 struct capgate_error *err) CAPGATE_MUST;
/* A handler (with its runtime_type, if that is not NULL) that the file has not, with
 * these options only; plugin: the name of the plugin in this file. */
int tomlwrap_add(struct tomlwrap *t, const char *plugin, const char *name, bool old,
		 const char *type, const char *program, struct capgate_error *err) CAPGATE_MUST;
/* The value at that place becomes these bytes; length 0 is an insertion. */
int tomlwrap_put(struct tomlwrap *t, struct capgate_span at, const char *bytes,
		 struct capgate_error *err) CAPGATE_MUST;
int tomlwrap_done(struct tomlwrap *t, struct capgate_text text, struct capgate_text *ret,
		  struct capgate_error *err) CAPGATE_MUST;

/* What tomlwrap_set() added for the handler: a line, which says so, or a member of an
 * inline table, which looks as if somebody else could have written it.  False: not so. */
bool tomlwrap_added_line(struct capgate_text text, const struct containerd_handler *h,
			 struct capgate_span *ret);
bool tomlwrap_added_member(struct capgate_text text, const struct containerd_handler *h,
			   struct capgate_span *ret);
/* The next block, with the newline that was put before it; false: there is none, or
 * its end is gone (*broken). */
bool tomlwrap_block(struct capgate_text text, struct capgate_span *ret, bool *broken);

#endif
