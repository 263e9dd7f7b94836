/* SPDX-License-Identifier: Apache-2.0 */
/* Two readings of a specification, member by member; places apart. */
#ifndef SAMEREADING_H
#define SAMEREADING_H

#include "capgate.h"

static inline bool same_lists(const struct capgate_list *a, const struct capgate_list *b)
{
	bool same = a->presence == b->presence && a->n == b->n && a->exact.bits == b->exact.bits;

	for (size_t i = 0; same && i < a->n; i++)
		same = a->v[i].cap == b->v[i].cap && a->v[i].is_string == b->v[i].is_string &&
		       a->v[i].meant.bits == b->v[i].meant.bits &&
		       capgate_text_equal(a->v[i].text, b->v[i].text);
	return same;
}

static inline bool same_texts(const struct capgate_text *a, size_t n, const struct capgate_text *b,
			      size_t m)
{
	bool same = n == m;

	for (size_t i = 0; same && i < n; i++)
		same = capgate_text_equal(a[i], b[i]);
	return same;
}

static inline bool same_pairs(const struct capgate_pair *a, size_t n, const struct capgate_pair *b,
			      size_t m)
{
	bool same = n == m;

	for (size_t i = 0; same && i < n; i++)
		same = capgate_text_equal(a[i].key, b[i].key) &&
		       capgate_text_equal(a[i].value, b[i].value);
	return same;
}

static inline bool same_errnos(struct capgate_seccomp_errno a, struct capgate_seccomp_errno b)
{
	return a.given == b.given && a.well_formed == b.well_formed && a.value == b.value;
}

static inline bool same_rules(const struct capgate_seccomp_rule *a,
			      const struct capgate_seccomp_rule *b)
{
	bool same = a->calls == b->calls && a->n_args == b->n_args &&
		    capgate_text_equal(a->action, b->action) &&
		    same_errnos(a->errno_ret, b->errno_ret);

	for (size_t i = 0; same && i < a->n_args; i++)
		same = a->args[i].index == b->args[i].index &&
		       a->args[i].value == b->args[i].value &&
		       a->args[i].value_two == b->args[i].value_two &&
		       a->args[i].well_formed == b->args[i].well_formed &&
		       capgate_text_equal(a->args[i].op, b->args[i].op);
	return same;
}

static inline bool same_profiles(const struct capgate_seccomp *a, const struct capgate_seccomp *b)
{
	bool same = a->presence == b->presence && a->n_rules == b->n_rules &&
		    capgate_text_equal(a->default_action, b->default_action) &&
		    same_errnos(a->default_errno_ret, b->default_errno_ret) &&
		    same_texts(a->architectures, a->n_architectures, b->architectures,
			       b->n_architectures);

	for (size_t i = 0; same && i < a->n_rules; i++)
		same = same_rules(&a->rules[i], &b->rules[i]);
	return same;
}

static inline bool same_mounts(const struct capgate_mount *a, size_t n,
			       const struct capgate_mount *b, size_t m)
{
	bool same = n == m;

	for (size_t i = 0; same && i < n; i++)
		same = capgate_text_equal(a[i].destination, b[i].destination) &&
		       capgate_text_equal(a[i].type, b[i].type) &&
		       capgate_text_equal(a[i].source, b[i].source) && a[i].bind == b[i].bind &&
		       a[i].readonly == b[i].readonly && a[i].plain == b[i].plain &&
		       a[i].copies == b[i].copies;
	return same;
}

static inline bool same_process(const struct capgate_spec *a, const struct capgate_spec *b)
{
	bool same = a->capabilities == b->capabilities && a->uid == b->uid && a->gid == b->gid &&
		    a->no_new_privs_presence == b->no_new_privs_presence &&
		    a->no_new_privs == b->no_new_privs && a->terminal == b->terminal &&
		    capgate_text_equal(a->cwd, b->cwd) &&
		    same_texts(a->args, a->n_args, b->args, b->n_args) &&
		    same_texts(a->env, a->n_env, b->env, b->n_env);

	for (int s = 0; same && s < CAPGATE_NSETS; s++)
		same = same_lists(&a->set[s], &b->set[s]);
	return same;
}

static inline bool same_at(struct capgate_span a, struct capgate_span b)
{
	return a.off == b.off && a.len == b.len;
}

/* Of two readings that are the same: are their places, too? */
static inline bool same_places(const struct capgate_spec *a, const struct capgate_spec *b)
{
	bool same = same_at(a->top, b->top) && same_at(a->process, b->process) &&
		    same_at(a->capabilities_at, b->capabilities_at) &&
		    same_at(a->no_new_privs_at, b->no_new_privs_at) &&
		    same_at(a->linux_at, b->linux_at) && same_at(a->sysctl_at, b->sysctl_at) &&
		    same_at(a->mounts_at, b->mounts_at) && same_at(a->seccomp.at, b->seccomp.at);

	for (int s = 0; same && s < CAPGATE_NSETS; s++) {
		same = same_at(a->set[s].at, b->set[s].at);
		for (size_t i = 0; same && i < a->set[s].n; i++)
			same = same_at(a->set[s].v[i].at, b->set[s].v[i].at);
	}
	for (size_t i = 0; same && i < a->seccomp.n_rules; i++)
		same = same_at(a->seccomp.rules[i].at, b->seccomp.rules[i].at);
	for (size_t i = 0; same && i < a->n_mounts; i++)
		same = same_at(a->mounts[i].at, b->mounts[i].at);
	for (size_t i = 0; same && i < a->n_namespaces; i++)
		same = same_at(a->namespaces[i].at, b->namespaces[i].at);
	return same;
}

static inline bool same_reading(const struct capgate_spec *a, const struct capgate_spec *b)
{
	bool same =
		same_process(a, b) && a->kind == b->kind &&
		a->linux_presence == b->linux_presence &&
		a->sysctl_presence == b->sysctl_presence && a->time_offsets == b->time_offsets &&
		a->root_readonly == b->root_readonly &&
		a->identity_pretended == b->identity_pretended &&
		capgate_text_equal(a->hostname, b->hostname) &&
		capgate_text_equal(a->cgroups_path, b->cgroups_path) &&
		capgate_text_equal(a->root_path, b->root_path) &&
		same_pairs(a->sysctl, a->n_sysctl, b->sysctl, b->n_sysctl) &&
		same_pairs(a->annotations, a->n_annotations, b->annotations, b->n_annotations) &&
		same_mounts(a->mounts, a->n_mounts, b->mounts, b->n_mounts) &&
		same_profiles(&a->seccomp, &b->seccomp) && a->n_namespaces == b->n_namespaces &&
		a->n_uid_maps == b->n_uid_maps && a->n_gid_maps == b->n_gid_maps &&
		a->n_hooks == b->n_hooks && a->n_masked == b->n_masked &&
		a->n_devices == b->n_devices;

	for (size_t i = 0; same && i < a->n_namespaces; i++)
		same = capgate_text_equal(a->namespaces[i].type, b->namespaces[i].type) &&
		       capgate_text_equal(a->namespaces[i].path, b->namespaces[i].path);
	for (size_t i = 0; same && i < a->n_masked; i++)
		same = capgate_text_equal(a->masked[i].path, b->masked[i].path);
	return same;
}

#endif
