/* SPDX-License-Identifier: Apache-2.0 */
/* Specifications that people name on a command line. */
#ifndef INPUT_H
#define INPUT_H

#include "capgate.h"

/* Reads a file, a bundle (its config.json), or for "-" standard input, like io_read_all(). */
int input_read(const char *path, size_t limit, struct capgate_text *ret,
	       struct capgate_error *err) CAPGATE_MUST;

#endif
