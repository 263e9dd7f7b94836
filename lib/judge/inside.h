/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths in the container, as a configuration writes them, and the path of its root file system
 * on the host.  This uses only text: the links in the image are unknown here.
 */
#ifndef CAPGATE_INSIDE_H
#define CAPGATE_INSIDE_H

#include "capgate.h"

/* Removes the next component that is neither empty nor "." from *rest, and returns it in *ret.
 * Returns false if there are no more; then *ret is not set. */
bool capgate_inside_next(struct capgate_text *rest, struct capgate_text *ret);

bool capgate_inside_absolute(struct capgate_text path);

/* Is one of the components ".."? */
bool capgate_inside_climbs(struct capgate_text path);

/* Can a file system treat the component as this name, which is lower case ASCII? */
bool capgate_inside_may_be(struct capgate_text component, const char *name);

/* Is this component of /proc a process's directory, whose links may lead anywhere? */
bool capgate_inside_process(struct capgate_text component);

/* Can a mount or a file at this path cover /proc/sys/kernel/cap_last_cap?  The path is relative
 * to the container's root, with or without a slash before it. */
bool capgate_inside_covers_last_cap(struct capgate_text path);

#define CAPGATE_ROOT_MOST 4096

/* The path of the root file system on the host.  The structure points into itself, so do not
 * copy it. */
struct capgate_root {
	char buf[CAPGATE_ROOT_MOST];
	struct capgate_text path; /* empty: "/", or unknown */
	bool known;
};

/*
 * Sets *ret to root.path, appended to the bundle's path if it is relative.  escaped: as the
 * kernel writes it in /proc/PID/mountinfo.  It is unknown if the bundle is, or if the path is
 * longer than CAPGATE_ROOT_MOST.
 */
void capgate_inside_root(const struct capgate_spec *spec, const struct capgate_scene *scene,
			 bool escaped, struct capgate_root *ret);

/* Removes the root file system's path from the beginning of path, as runc does for a
 * destination; returns other paths unchanged.  The result points into path. */
struct capgate_text capgate_inside_without_root(struct capgate_text path,
						const struct capgate_root *root);

#endif
