/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Included before every file that is analysed: what the analysers cannot see
 * from one file alone, that whoever fails returns the negative status that he
 * was given and leaves it in the error.  Without it half of their paths are
 * "it failed, and returned 0".
 */
#ifndef CONTRACT_H
#define CONTRACT_H

#include "hook/sys/io.h"
#include "lib/base/error.h"
#include "lib/json/walk.h"

#define capgate_fail(err, status, ...) \
	((void)(capgate_fail)(err, status, __VA_ARGS__), (int)((err)->code = (status)))
#define capgate_fail_memory(err) \
	((void)(capgate_fail_memory)(err), (int)((err)->code = CAPGATE_ENOMEM))
#define capgate_walk_fail(walk, status, ...) \
	((void)(capgate_walk_fail)(walk, status, __VA_ARGS__), (int)((walk)->err->code = (status)))
#define io_fail(error, ...) \
	((void)(io_fail)(error, __VA_ARGS__), (int)((error)->code = CAPGATE_EIO))

#endif
