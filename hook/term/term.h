/* SPDX-License-Identifier: Apache-2.0 */
/* Text for people: styles, columns, progress. */
#ifndef TERM_H
#define TERM_H

#include "outbuf.h"
#include "progress.h"
#include "terminal.h"
#include "words.h"

#endif
