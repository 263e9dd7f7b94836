/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths in the container, as a configuration writes them, and the path of its root file
 * system on the host.  Text only: which links the image has, nobody knows here.
 */
#ifndef CAPGATE_INSIDE_H
#define CAPGATE_INSIDE_H

#include "capgate.h"

/* Takes the next component that is neither empty nor "." off *rest, into *ret.  False: there
 * are no more, and *ret is not to be used. */
bool capgate_inside_next(struct capgate_text *rest, struct capgate_text *ret);

bool capgate_inside_absolute(struct capgate_text path);

/* Is one of the components ".."? */
bool capgate_inside_climbs(struct capgate_text path);

/* May a file system take the component for that name, which is lower case ASCII? */
bool capgate_inside_may_be(struct capgate_text component, const char *name);

/* Below /proc, a directory whose links may lead anywhere: a process's. */
bool capgate_inside_process(struct capgate_text component);

/* May a mount or a file made at this path cover /proc/sys/kernel/cap_last_cap?  The path is
 * relative to the container's root, with or without a slash before it. */
bool capgate_inside_covers_last_cap(struct capgate_text path);

#define CAPGATE_ROOT_MOST 4096

/* The root file system's path on the host.  It holds its own bytes, so do not copy it. */
struct capgate_root {
	char buf[CAPGATE_ROOT_MOST];
	struct capgate_text path; /* empty: "/", or unknown */
	bool known;
};

/* Puts it into *ret: root.path, after the bundle's where it is relative.  escaped: as the
 * kernel writes it into /proc/PID/mountinfo.  Not known: the bundle is not known, or the path
 * is longer than CAPGATE_ROOT_MOST. */
void capgate_inside_root(const struct capgate_spec *spec, const struct capgate_scene *scene,
			 bool escaped, struct capgate_root *ret);

/* The path without the root file system's before it, as runc takes a destination; unchanged
 * where it does not begin with that.  The result points into path. */
struct capgate_text capgate_inside_without_root(struct capgate_text path,
						const struct capgate_root *root);

#endif
