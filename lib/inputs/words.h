/* SPDX-License-Identifier: Apache-2.0 */
/* Texts that are neither JSON nor YAML, and that people pass all the same. */
#ifndef CAPGATE_WORDS_H
#define CAPGATE_WORDS_H

#include "capgate.h"

/* What it is and what to pass instead, by its first line that says something; NULL:
 * nothing that is known. */
const char *capgate_words_name(struct capgate_text text);

#endif
