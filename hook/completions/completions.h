/* SPDX-License-Identifier: Apache-2.0 */
/* Completions for shells, made from the table of commands. */
#ifndef COMPLETIONS_H
#define COMPLETIONS_H

#include "capgate.h"

struct command;
struct opt;

/* What a place of the command line can hold. */
enum kind { KIND_NONE = 0, KIND_FILES = 1, KIND_DIRECTORIES = 2, KIND_WORDS = 4 };

struct slot {
	unsigned kinds;
	char words[2048]; /* separated by blanks */
};

/* Of a command's synopsis: "PATH...", "[CAP|RULE...]", "[ENGINE...]",
 * "list | show | check [FILE...]". */
struct slot completions_operands(const char *synopsis);
/* Of an option's value; no kinds: it takes none, or any. */
struct slot completions_value(const struct opt *o);

/* Words between single quotes.  The shells differ in how one is written inside:
 * it becomes a typographic one. */
void completions_quoted(struct capgate_out *out, const char *s, const char *escape);

/* Each shell's file, for these commands, of which a NULL is the last. */
void completions_bash(const struct command *const *commands, struct capgate_out *out);
void completions_zsh(const struct command *const *commands, struct capgate_out *out);
void completions_fish(const struct command *const *commands, struct capgate_out *out);

#endif
