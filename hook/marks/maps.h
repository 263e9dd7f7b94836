/* SPDX-License-Identifier: Apache-2.0 */
/* Access to the pinned maps by bpf(2), without a library, which would make hooks larger. */
#ifndef MARKS_MAPS_H
#define MARKS_MAPS_H

/* Each returns 0 (maps_open: a descriptor), or -1 with errno. */
int maps_open(const char *path);
int maps_put(int map, const void *key, const void *value);
/* ENOENT: there is no such key. */
int maps_get(int map, const void *key, void *value);
/* Sets *next to the key after key (NULL: to the first); ENOENT: there is none. */
int maps_next(int map, const void *key, void *next);
int maps_delete(int map, const void *key);

#endif
