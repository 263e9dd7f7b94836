/* SPDX-License-Identifier: Apache-2.0 */
/* Strict JSON: events with byte positions, and tables of known members. */
#ifndef CAPGATE_LIB_JSON_H
#define CAPGATE_LIB_JSON_H

#include "bytes.h"
#include "read.h"
#include "schema.h"
#include "walk.h"

#endif
