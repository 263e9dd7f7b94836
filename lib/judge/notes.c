/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notes about what makes a capability more or less dangerous.  They are never a reason to
 * refuse, because engines themselves put hooks, joined namespaces and annotations into ordinary
 * specifications.
 */
#include "lib/base/base.h"
#include "findings.h"
#include "lowport.h"
#include "newuser.h"

#include <string.h>

/* Annotations that make crun, gVisor, kata and CRIU differ from the specification: other
 * seccomp filters, other handlers, files of the host. */
static const char *const behaviour_prefixes[] = {
	"run.oci.seccomp",
	"run.oci.handler",
	"run.oci.hooks.",
	"run.oci.pidfd",
	"run.oci.systemd.",
	"run.oci.delegate-cgroup",
	"module.wasm.",
	"dev.gvisor.",
	"io.katacontainers.config.",
	"org.criu.",
	"org.systemd.property.",
};

/* Helpful: with it, crun refuses unknown system calls. */
static const char harmless[] = "run.oci.seccomp_fail_unknown_syscall";

static bool changes_behaviour(struct capgate_text key)
{
	if (capgate_text_is(key, harmless))
		return false;
	for (size_t i = 0; i < COUNT(behaviour_prefixes); i++)
		if (capgate_text_begins(key, behaviour_prefixes[i]))
			return true;
	return false;
}

static int note_annotations(const struct capgate_spec *spec, struct capgate_findings *f)
{
	for (size_t i = 0; i < spec->n_annotations; i++)
		if (changes_behaviour(spec->annotations[i].key) &&
		    capgate_findings_add_about(f, CAPGATE_RULE_ANNOTATION, spec->annotations[i].at,
					       spec->annotations[i].key) < 0)
			return CAPGATE_ENOMEM;
	return 0;
}

/* Is this Docker's own hook, which each of its containers has?  It names dockerd by a path that
 * no image's program has before the start (libnetwork, osl). */
static bool is_of_docker(const struct capgate_hook *hook)
{
	static const char proc[] = "/proc/", exe[] = "/exe";
	const size_t before = sizeof(proc) - 1, after = sizeof(exe) - 1, n = hook->path.len;

	if (n <= before + after || memcmp(hook->path.p, proc, before) != 0 ||
	    memcmp(hook->path.p + n - after, exe, after) != 0)
		return false;
	for (size_t i = before; i < n - after; i++)
		if (hook->path.p[i] < '0' || hook->path.p[i] > '9')
			return false;
	return capgate_text_is(hook->stage, "prestart") &&
	       capgate_text_is(hook->name, "libnetwork-setkey");
}

static int note_hooks(const struct capgate_spec *spec, struct capgate_findings *f)
{
	for (size_t i = 0; i < spec->n_hooks; i++)
		if (!is_of_docker(&spec->hooks[i]) &&
		    capgate_findings_add_about(f, CAPGATE_RULE_HOOKS, spec->hooks[i].at,
					       spec->hooks[i].path) < 0)
			return CAPGATE_ENOMEM;
	return 0;
}

/* Without these namespaces a capability affects the host. */
static const char *const own_namespaces[] = {"network", "pid", "ipc", "mount"};

static int note_namespaces(const struct capgate_spec *spec, struct capgate_findings *f)
{
	for (size_t i = 0; i < spec->n_namespaces; i++)
		if (spec->namespaces[i].has_path &&
		    capgate_findings_add_about(f, CAPGATE_RULE_JOINED_NAMESPACE,
					       spec->namespaces[i].at,
					       spec->namespaces[i].type) < 0)
			return CAPGATE_ENOMEM;
	if (spec->kind != CAPGATE_CONFIG)
		return 0;
	for (size_t i = 0; i < COUNT(own_namespaces); i++)
		if (!capgate_spec_namespace(spec, own_namespaces[i]) &&
		    capgate_findings_add_about(f, CAPGATE_RULE_HOST_NAMESPACE, spec->linux_at,
					       capgate_text_of(own_namespaces[i])) < 0)
			return CAPGATE_ENOMEM;
	return 0;
}

/* Adds one note for all ambient capabilities, because ordinary templates have several. */
static int note_ambient(const struct capgate_spec *spec, const struct capgate_report *report,
			struct capgate_findings *f)
{
	enum { NAMES_MAX = 1024 };
	struct capgate_out names = {capgate_arena_alloc(f->arena, NAMES_MAX), NAMES_MAX, 0};

	if (!names.p)
		return CAPGATE_ENOMEM;
	capgate_out_set(&names, report->before.ambient_lost, " ");
	return capgate_findings_add(f, (struct capgate_finding){.rule = CAPGATE_RULE_NOT_DROPPED,
								.set = CAPGATE_AMBIENT,
								.cap = -1,
								.at = spec->set[CAPGATE_AMBIENT].at,
								.subject = {names.p, names.len}});
}

static int note_sets(const struct capgate_spec *spec, const struct capgate_report *report,
		     struct capgate_findings *f)
{
	if (!report->absent && !report->before.starts &&
	    capgate_findings_add_about(f, CAPGATE_RULE_NEVER_STARTS, spec->capabilities_at,
				       (struct capgate_text){0}) < 0)
		return CAPGATE_ENOMEM;
	if (!capgate_set_empty(report->before.ambient_lost) && note_ambient(spec, report, f) < 0)
		return CAPGATE_ENOMEM;
	return 0;
}

/* Whoever can write here can become root on the host, without any capability. */
static const char *const host_places[] = {"/etc",  "/boot", "/usr",   "/bin",
					  "/sbin", "/lib",  "/lib64", "/root"};
/* These count only as a whole, because engines usually mount files from below them. */
static const char *const host_trees[] = {"/",
					 "/dev",
					 "/proc",
					 "/sys",
					 "/home",
					 "/run",
					 "/var",
					 "/var/run",
					 "/var/lib",
					 "/var/lib/docker",
					 "/var/lib/containers",
					 "/var/lib/kubelet"};
/* With its engine's socket a container can start others with any privilege. */
static const char *const engine_sockets[] = {"/docker.sock", "/containerd.sock", "/podman.sock",
					     "/crio.sock"};

static bool decides_about_host(struct capgate_text source)
{
	while (source.len > 1 && source.p[source.len - 1] == '/')
		source.len--;
	for (size_t i = 0; i < COUNT(host_trees); i++)
		if (capgate_text_is(source, host_trees[i]))
			return true;
	for (size_t i = 0; i < COUNT(host_places); i++) {
		struct capgate_text place = capgate_text_of(host_places[i]);

		if (source.len >= place.len && memcmp(source.p, place.p, place.len) == 0 &&
		    (source.len == place.len || source.p[place.len] == '/'))
			return true;
	}
	for (size_t i = 0; i < COUNT(engine_sockets); i++) {
		struct capgate_text name = capgate_text_of(engine_sockets[i]);

		if (source.len >= name.len &&
		    memcmp(source.p + source.len - name.len, name.p, name.len) == 0)
			return true;
	}
	return false;
}

static int note_mounts(const struct capgate_spec *spec, struct capgate_findings *f)
{
	for (size_t i = 0; i < spec->n_mounts; i++)
		if (spec->mounts[i].bind && !spec->mounts[i].readonly &&
		    decides_about_host(spec->mounts[i].source) &&
		    capgate_findings_add_about(f, CAPGATE_RULE_HOST_MOUNT, spec->mounts[i].at,
					       spec->mounts[i].source) < 0)
			return CAPGATE_ENOMEM;
	return 0;
}

/* Adds notes about the user, and about the two settings that reduce or widen what they can do. */
static int note_user(const struct capgate_spec *spec, const struct capgate_report *report,
		     struct capgate_findings *f)
{
	bool own_users = capgate_spec_namespace(spec, "user") != NULL;
	const struct capgate_span nowhere = {0};
	const struct capgate_text nothing = {0};

	if (own_users &&
	    capgate_findings_add_about(f, CAPGATE_RULE_OWN_USERNS,
				       capgate_spec_namespace(spec, "user")->at, nothing) < 0)
		return CAPGATE_ENOMEM;
	if (report->before.starts && !spec->no_new_privs &&
	    !capgate_set_within(report->before.attainable,
				report->before.initial[CAPGATE_PERMITTED]) &&
	    capgate_findings_add_about(f, CAPGATE_RULE_CAN_GAIN, spec->no_new_privs_at, nothing) <
		    0)
		return CAPGATE_ENOMEM;
	if (report->before.starts && spec->uid != 0 && !spec->no_new_privs &&
	    capgate_set_empty(report->before.initial[CAPGATE_AMBIENT]) &&
	    !capgate_set_empty(report->before.initial[CAPGATE_BOUNDING]) &&
	    capgate_findings_add_about(f, CAPGATE_RULE_BY_FILES_ONLY, nowhere, nothing) < 0)
		return CAPGATE_ENOMEM;
	if (spec->kind == CAPGATE_CONFIG && spec->uid == 0 && !own_users &&
	    capgate_findings_add_about(f, CAPGATE_RULE_HOST_ROOT, nowhere, nothing) < 0)
		return CAPGATE_ENOMEM;
	return 0;
}

int capgate_notes(const struct capgate_spec *spec, const struct capgate_report *report,
		  struct capgate_findings *f)
{
	if (note_sets(spec, report, f) < 0 || note_hooks(spec, f) < 0 ||
	    note_annotations(spec, f) < 0 || note_namespaces(spec, f) < 0 ||
	    note_mounts(spec, f) < 0 || note_user(spec, report, f) < 0 ||
	    capgate_note_low_ports(spec, report, f) < 0)
		return CAPGATE_ENOMEM;
	if (spec->kind == CAPGATE_CONFIG && report->user_namespaces == CAPGATE_USERNS_AUDIT &&
	    !capgate_seccomp_blocks_userns(spec) &&
	    capgate_findings_add_about(f, CAPGATE_RULE_CHILD_USERNS, (struct capgate_span){0},
				       (struct capgate_text){0}) < 0)
		return CAPGATE_ENOMEM;
	if (spec->kind == CAPGATE_CONFIG && spec->seccomp.presence != CAPGATE_PRESENT &&
	    capgate_findings_add_about(f, CAPGATE_RULE_NO_SECCOMP, (struct capgate_span){0},
				       (struct capgate_text){0}) < 0)
		return CAPGATE_ENOMEM;
	return 0;
}
