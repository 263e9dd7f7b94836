/* SPDX-License-Identifier: Apache-2.0 */
/* Where containers/storage keeps containers, as storage.conf says (containers-storage.conf(5)). */
#ifndef STORAGECONF_H
#define STORAGECONF_H

#include <limits.h>

#include "capgate.h"

struct storage_conf {
	char graph[PATH_MAX], run[PATH_MAX]; /* "": the usual one */
	char from[PATH_MAX];                 /* the file that was read, for messages */
};

/*
 * Reads root's storage.conf below root ("" or a directory): the first that exists of those of
 * podman.  If there is none, ret has empty paths.  Errors: those of place_read() and
 * toml_parse(); ret->from names the file.
 */
int storage_conf_read(const char *root, struct storage_conf *ret,
		      struct capgate_error *err) CAPGATE_MUST;
/* The same of the user who runs this, who is not root, with root's rootless_storage_path. */
int storage_conf_own(struct storage_conf *ret, struct capgate_error *err) CAPGATE_MUST;

#endif
