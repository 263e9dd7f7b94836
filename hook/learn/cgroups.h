/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LEARN_CGROUPS_H
#define LEARN_CGROUPS_H

/*
 * Removes the cgroups with the name of a container.  A runtime that is killed while it
 * creates a container has made them, but written no state, so its delete does not find
 * them.  They are below the first cgroup, ours or its parent (runc with version 2), of each
 * controller.  The name is random, so they are of no other container.
 */
void cgroups_remove(const char *id);

#endif
