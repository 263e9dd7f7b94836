/* SPDX-License-Identifier: Apache-2.0 */
/* Recognises texts that are neither JSON nor YAML but that people pass anyway. */
#ifndef CAPGATE_WORDS_H
#define CAPGATE_WORDS_H

#include "capgate.h"

/* Says what the text is and what to pass instead, from its first relevant line; NULL if it is
 * unknown. */
const char *capgate_words_name(struct capgate_text text);

#endif
