/* SPDX-License-Identifier: Apache-2.0 */
/* What predict.c and predict_deep.c share. */
#ifndef PREDICT_PARTS_H
#define PREDICT_PARTS_H

#include "predict.h"

/* openat2(2), links and all within the root; -1. */
int predict_open(int root, const char *path, int flags);
/* Fills in what the file is and whether executing it fails; false: no file. */
bool predict_look(int fd, const struct capgate_spec *spec, const struct capgate_report *report,
		  struct predict_file *ret);
/* Every file below root. */
void predict_deep(int root, const struct capgate_spec *spec, const struct capgate_report *report,
		  struct prediction *p);

#endif
