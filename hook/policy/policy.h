/* SPDX-License-Identifier: Apache-2.0 */
/* The subcommands of `capgate policy`, one file each, except for list (policy.c). */
#ifndef POLICY_PARTS_H
#define POLICY_PARTS_H

#include "capgate.h"

struct policy_options {
	const char *policy; /* use only this file */
	const char *spec;   /* show --for */
	const char *bundle; /* the bundle of that specification */
	const char *image;
	const char *to;	  /* export */
	const char *base; /* export: the base specification */
	bool strict;	  /* export: everything or nothing */
};

/* Each reports errors to the user, and returns an exit status. */
int policy_show(const struct policy_options *options);
int policy_check(char **files, int n);
int policy_export(const struct policy_options *options);
extern const char *const export_format_names[]; /* ended by NULL */
/* "policy", "runtime"; NULL is the first. */
int policy_schema(const char *of);
int policy_test(const struct policy_options *options, const char *directory);

#endif
