/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runc since 1.3 drops the bounding set in a loop up to the number in
 * /proc/sys/kernel/cap_last_cap.  It reads that file in the container's own tree: after
 * pivot_root(2) at create and run, and again at every exec.  If the file says -1, five empty
 * sets give the container everything that the runtime holds.
 *
 * So the file must be the kernel's.  It is if /proc is mounted with type proc, which runc does
 * only on an ordinary directory, and if nothing is mounted over it later.  What is accepted is
 * compared byte for byte; what might cover the file is compared as loosely as any file system
 * may look up a name.
 */
#include "procfs.h"
#include "lib/base/base.h"
#include "lib/inputs/inputs.h"
#include "inside.h"

#include <string.h>

/* ---- Mounts ------------------------------------------------------------------------- */

/* Some users write a slash at the end, which means the same to everybody. */
static bool is_on_proc(const struct capgate_mount *m)
{
	struct capgate_text t = m->destination;

	while (t.len > 1 && t.p[t.len - 1] == '/')
		t.len--;
	return capgate_text_is(t, "/proc");
}

/* Is it a procfs that is not shared?  A mount on any bind of a shared one would cover it, too. */
static bool is_proc(const struct capgate_mount *m)
{
	return is_on_proc(m) && capgate_text_is(m->type, "proc") && !m->bind && m->plain &&
	       !m->shared;
}

/* Is it a bind of the host's /proc?  Engines use that if the container does not have its own pid
 * namespace, because then it cannot mount procfs. */
static bool is_host_proc(const struct capgate_mount *m)
{
	return is_on_proc(m) && capgate_text_is(m->source, "/proc") && m->bind && m->plain;
}

static bool is_among(struct capgate_text t, const char *const *words)
{
	for (; *words; words++)
		if (capgate_text_is(t, *words))
			return true;
	return false;
}

/*
 * If the host's /proc is bound through a link in the root file system, a mount at another place
 * may cover it.  These mounts cannot, because the author of the configuration controls no name
 * and no byte in them.  A bind of a file or of /dev/shm can, because these may contain a tree
 * that anybody made.
 */
static bool is_kernels_own(const struct capgate_mount *m)
{
	static const char *const types[] = {"tmpfs",  "sysfs",   "devpts", "mqueue",
					    "cgroup", "cgroup2", NULL};
	/* The same place as on the host, because a user namespace may not mount its own. */
	static const char *const places[] = {"/dev/pts", "/dev/mqueue", "/sys", "/sys/fs/cgroup",
					     NULL};

	if (m->bind)
		return m->plain && is_among(m->destination, places) &&
		       capgate_text_equal(m->source, m->destination);
	return !m->copies && is_among(m->type, types);
}

static bool is_below_proc(const struct capgate_mount *m)
{
	struct capgate_text path = m->destination, component;

	return capgate_inside_next(&path, &component) && capgate_inside_may_be(component, "proc");
}

/*
 * Can the host's /proc be shared with its binds while the container is created?  Then a mount
 * on one bind covers the others, and every later one.  A propagation that does not change all
 * mounts leaves those that the host shares shared.
 */
static bool spreads(struct capgate_text propagation)
{
	static const char *const closed[] = {"rslave", "rprivate", "runbindable", NULL};

	return propagation.len > 0 && !is_among(propagation, closed);
}

struct proc {
	bool genuine;
	bool host;                         /* the last mount on /proc is a bind of the host's */
	bool crowded;                      /* something is mounted below that bind */
	bool followed;                     /* something is mounted after it */
	const struct capgate_mount *blame; /* NULL: nothing is mounted on /proc */
};

static struct proc follow_mounts(const struct capgate_spec *spec, const struct capgate_root *root)
{
	const bool open = spreads(spec->rootfs_propagation);
	struct proc p = {0};
	bool copied = false; /* an earlier mount may be a bind of the host's /proc */

	for (size_t i = 0; i < spec->n_mounts; i++) {
		const struct capgate_mount *m = &spec->mounts[i];

		if (is_proc(m)) {
			p = (struct proc){.genuine = true};
		} else if (is_host_proc(m)) {
			p = (struct proc){.genuine = !(open && copied), .host = true, .blame = m};
		} else if (capgate_inside_covers_last_cap(
				   capgate_inside_without_root(m->destination, root))) {
			p = (struct proc){.blame = m};
		} else if (p.host) {
			p.followed = true;
			p.crowded |= is_below_proc(m);
			if (p.genuine && !is_kernels_own(m)) {
				p.genuine = false;
				p.blame = m;
			}
		}
		copied |= !is_kernels_own(m);
	}
	return p;
}

/* What the kernel shows about the mounts, if somebody has read that. */
enum shown { NOT_SHOWN, SHOWN_GENUINE, SHOWN_FORGED };

static enum shown what_is_shown(const struct capgate_spec *spec, const struct capgate_scene *scene)
{
	struct capgate_root root = {.known = true}; /* within: the process's own root */

	if (scene->mounts.len == 0)
		return NOT_SHOWN;
	if (!scene->mounts_within)
		capgate_inside_root(spec, scene, true, &root);
	/* No engine hides its root file system from us, and runc lets the kernel resolve an
	 * absolute path with "..". */
	if (!root.known || (!scene->mounts_within && capgate_inside_absolute(spec->root_path) &&
			    capgate_inside_climbs(spec->root_path)))
		return SHOWN_FORGED;
	if (capgate_mounts_show_last_cap(scene->mounts, root.path))
		return SHOWN_GENUINE;
	/* A runtime that mounts elsewhere (in a virtual machine) shows nothing here.  If other
	 * things are mounted here, /proc was led elsewhere. */
	return capgate_mounts_lie_below(scene->mounts, root.path) ? SHOWN_FORGED : NOT_SHOWN;
}

/* ---- Devices ------------------------------------------------------------------------- */

/* Can the path be /dev, in any spelling, and on a file system that folds case? */
static bool may_be_dev(struct capgate_text path)
{
	struct capgate_text component;

	return capgate_inside_next(&path, &component) && capgate_inside_may_be(component, "dev") &&
	       !capgate_inside_next(&path, &component);
}

static const struct capgate_mount *last_mount_on_dev(const struct capgate_spec *spec,
						     const struct capgate_root *root)
{
	for (size_t i = spec->n_mounts; i > 0; i--)
		if (may_be_dev(capgate_inside_without_root(spec->mounts[i - 1].destination, root)))
			return &spec->mounts[i - 1];
	return NULL;
}

static bool is_below(struct capgate_text path, struct capgate_text place)
{
	return path.len > place.len && memcmp(path.p, place.p, place.len) == 0 &&
	       path.p[place.len] == '/';
}

/*
 * In a user namespace runc cannot make device files.  It binds those of the host, with the same
 * path, through links in the container's tree.  So on the host the path must belong to the
 * administrator (anybody may write to /dev/shm), and in the container it must be a place that
 * no image has filled.
 */
static bool is_safe_to_bind(const struct capgate_spec *spec, struct capgate_text path)
{
	const struct capgate_text dev = capgate_text_of("/dev");

	if (!is_below(path, dev))
		return false;
	for (size_t i = 0; i < spec->n_mounts; i++)
		if (is_below(spec->mounts[i].destination, dev) &&
		    is_below(path, spec->mounts[i].destination))
			return false;
	return !is_below(path, capgate_text_of("/dev/shm")) &&
	       !is_below(path, capgate_text_of("/dev/mqueue"));
}

/* Is /dev empty when devices are created in it, or does runc create none because /dev is a bind? */
static bool dev_is_fresh(const struct capgate_spec *spec, const struct capgate_root *root)
{
	const struct capgate_mount *dev = last_mount_on_dev(spec, root);

	return dev && (dev->bind || (capgate_text_is(dev->type, "tmpfs") && !dev->copies));
}

/* The last valid group id, which exists in the initial namespace. (gid_t)-1 means none. */
#define GID_LAST 4294967294u

static bool binds_devices(const struct capgate_spec *spec, const struct capgate_scene *scene)
{
	return capgate_spec_namespace(spec, "user") ||
	       (scene->gid_last > 0 && scene->gid_last < GID_LAST);
}

/* The first device that may cover the file, or NULL. */
static const struct capgate_place *covering_device(const struct capgate_spec *spec,
						   const struct capgate_root *root, bool binds)
{
	for (size_t i = 0; i < spec->n_devices; i++) {
		const struct capgate_place *d = &spec->devices[i];

		if (capgate_inside_covers_last_cap(capgate_inside_without_root(d->path, root)) ||
		    (binds && !is_safe_to_bind(spec, d->path)))
			return d;
	}
	return NULL;
}

/* ---- Read-only paths ------------------------------------------------------------------- */

static bool is_on_sys(const struct capgate_mount *m, struct capgate_text *below)
{
	struct capgate_text component;

	*below = m->destination;
	return capgate_inside_next(below, &component) && capgate_inside_may_be(component, "sys");
}

/* Is /sys the kernel's, without anybody else's mounts in it? */
static bool sys_is_genuine(const struct capgate_spec *spec)
{
	bool genuine = false;

	for (size_t i = 0; i < spec->n_mounts; i++) {
		const struct capgate_mount *m = &spec->mounts[i];
		struct capgate_text below, component;

		if (capgate_inside_climbs(m->destination))
			return false;
		if (!is_on_sys(m, &below))
			continue;
		if (capgate_text_is(m->destination, "/sys"))
			genuine = !m->bind && capgate_text_is(m->type, "sysfs");
		else if (!is_kernels_own(m) || !capgate_inside_next(&below, &component))
			return false;
	}
	return genuine;
}

/*
 * After createRuntime, runc binds a read-only path to itself with one mount(2), whose source
 * and target are the same path.  The kernel follows the path twice.  If another process changes
 * a link on the way in between, source and target are two files, and somebody's file covers the
 * kernel's.  So only a path that leads through nobody else's tree is accepted.
 */
static bool is_followed_alike(const struct capgate_spec *spec, struct capgate_text path)
{
	struct capgate_text rest = path, component;

	if (!capgate_inside_absolute(path) || capgate_inside_climbs(path) ||
	    !capgate_inside_next(&rest, &component))
		return false;
	if (capgate_text_is(component, "sys"))
		return sys_is_genuine(spec);
	return capgate_text_is(component, "proc") &&
	       !(capgate_inside_next(&rest, &component) && capgate_inside_process(component));
}

static const struct capgate_place *ambiguous_readonly_path(const struct capgate_spec *spec)
{
	for (size_t i = 0; i < spec->n_readonly_paths; i++)
		if (!is_followed_alike(spec, spec->readonly_paths[i].path))
			return &spec->readonly_paths[i];
	return NULL;
}

/* ---- The answer ------------------------------------------------------------------------ */

static struct capgate_finding forged(struct capgate_span at, struct capgate_text subject)
{
	return (struct capgate_finding){
		.rule = CAPGATE_RULE_PROC_FORGED,
		.severity = capgate_rule_info(CAPGATE_RULE_PROC_FORGED)->severity,
		.set = -1,
		.cap = -1,
		.at = at,
		.subject = subject};
}

/* Is the file the kernel's?  If not, *ret says why it may not be. */
static bool is_genuine(const struct capgate_spec *spec, const struct capgate_scene *scene,
		       struct capgate_finding *ret, bool *rebind)
{
	const bool binds = binds_devices(spec, scene);
	const struct capgate_namespace *mount = capgate_spec_namespace(spec, "mount");
	const enum shown shown = what_is_shown(spec, scene);
	const struct capgate_place *device, *readonly = ambiguous_readonly_path(spec);
	struct capgate_root root;
	struct proc p;
	bool filled;

	capgate_inside_root(spec, scene, false, &root);
	device = covering_device(spec, &root, binds);
	p = follow_mounts(spec, &root);
	/* A tmpfs that covers a link is empty, until devices are created in it. */
	filled = p.host && p.followed && spec->n_devices > 0;
	*rebind = false;
	for (size_t i = 0; i < spec->n_masked; i++) {
		if (capgate_inside_covers_last_cap(spec->masked[i].path)) {
			*ret = forged(spec->masked[i].at, spec->masked[i].path);
			return false;
		}
	}
	if (readonly) {
		*ret = forged(readonly->at, readonly->path);
		return false;
	}
	if (device) {
		*ret = forged(device->at, device->path);
		return false;
	}
	/* The host's terminal is one of the devices that runc always creates. */
	if (binds && (spec->terminal || spec->n_devices > 0) && !dev_is_fresh(spec, &root)) {
		*ret = forged(spec->mounts_at, capgate_text_of("/dev is not a new tmpfs"));
		return false;
	}
	if (mount && mount->has_path) {
		*ret = forged(mount->at, capgate_text_of("it joins a mount namespace"));
		return false;
	}
	/* Links in the root file system decide where mounts are placed, and the text does not show
	 * them: a procfs with a mount on it may be bound to /proc. */
	if (p.genuine && shown == SHOWN_FORGED) {
		*ret = forged(
			spec->mounts_at,
			capgate_text_of(
				"the container's mounts do not show the kernel's file there"));
		return false;
	}
	if ((p.genuine && !filled) || (p.host && shown == SHOWN_GENUINE))
		return true;
	if (p.genuine)
		*ret = forged(spec->devices[0].at, spec->devices[0].path);
	else if (p.blame)
		*ret = forged(p.blame->at, p.blame->destination);
	else
		*ret = forged(spec->mounts_at.len ? spec->mounts_at : spec->top,
			      capgate_text_of("nothing is mounted on /proc"));
	*rebind = p.host && !p.crowded && !spreads(spec->rootfs_propagation);
	return false;
}

bool capgate_proc_is_genuine(const struct capgate_spec *spec, const struct capgate_scene *scene,
			     struct capgate_finding *why)
{
	bool rebind;

	return is_genuine(spec, scene, why, &rebind);
}

const struct capgate_mount *capgate_host_proc(const struct capgate_spec *spec)
{
	for (size_t i = spec->n_mounts; i > 0; i--)
		if (is_on_proc(&spec->mounts[i - 1]))
			return is_host_proc(&spec->mounts[i - 1]) ? &spec->mounts[i - 1] : NULL;
	return NULL;
}

int capgate_find_forged_proc(const struct capgate_spec *spec, const struct capgate_scene *scene,
			     struct capgate_findings *findings, bool *rebind)
{
	struct capgate_finding why;

	return is_genuine(spec, scene, &why, rebind) ? 0 : capgate_findings_add(findings, why);
}
