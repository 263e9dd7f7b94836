/* SPDX-License-Identifier: Apache-2.0 */
/* Stores which capabilities containers use, or were proved to need. */
#ifndef LESSONS_H
#define LESSONS_H

#include "lesson.h"
#include "proof.h"
#include "store.h"

#endif
