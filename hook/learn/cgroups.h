/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LEARN_CGROUPS_H
#define LEARN_CGROUPS_H

/*
 * Removes the cgroups with the name of a container.  If a runtime is killed while it creates a
 * container, the cgroups exist but no state does, so "delete" does not find them.  They are
 * below the root cgroup, or below our own or its parent (runc with version 2), of each
 * controller.  The name is random, so no other container has it.
 */
void cgroups_remove(const char *id);

#endif
