/* SPDX-License-Identifier: Apache-2.0 */
/* Files, processes and namespaces.  The other rooms use the kernel through this one. */
#ifndef SYS_H
#define SYS_H

#include "clock.h"
#include "io.h"
#include "memory.h"
#include "netns.h"
#include "pidfd.h"
#include "place.h"
#include "proc.h"
#include "say.h"
#include "self.h"
#include "scratch.h"
#include "signals.h"
#include "spawn.h"
#include "status.h"
#include "trusted.h"
#include "userns.h"

#endif
