/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Docker, podman, CRI-O and containerd turn --privileged into three things (moby
 * oci.WithPrivileged, libpod specgen, CRI privileged): all capabilities, a device rule that
 * allows everything, and no maskedPaths.  Dropping capabilities of such a container does not
 * change the other two.
 */
#include <string.h>

#include "controls.h"
#include "hook/sys/sys.h"
#include "lib/json/json.h"

enum {
	FIELD_NONE,
	FIELD_MASKED,
	FIELD_DEVICE,
	FIELD_ALLOW,
	FIELD_TYPE,
	FIELD_MAJOR,
	FIELD_MINOR,
	FIELD_ACCESS
};

static const struct capgate_shape device = {
	.field = FIELD_DEVICE,
	.members = MEMBERS({"allow", VALUE(FIELD_ALLOW)}, {"type", VALUE(FIELD_TYPE)},
			   {"major", VALUE(FIELD_MAJOR)}, {"minor", VALUE(FIELD_MINOR)},
			   {"access", VALUE(FIELD_ACCESS)}),
};

static const struct capgate_shape shape = {
	.members = MEMBERS(
		{"linux",
		 SHAPE(.members = MEMBERS(
			       {"maskedPaths", SHAPE(.each = VALUE(FIELD_MASKED))},
			       {"resources",
				SHAPE(.members = MEMBERS({"devices", SHAPE(.each = &device)}))}))}),
};

struct reader {
	bool masks, allows_all; /* so far; later device rules take precedence */
	struct {
		bool allow, one,
			some; /* one: for a single type or number; some: without read, write or
			       * mknod */
	} rule;
};

static bool is_wild_number(const struct capgate_json_event *event)
{
	return event->kind == CAPGATE_JSON_NUMBER && capgate_text_is(event->text, "-1");
}

static bool is_full_access(struct capgate_text t)
{
	return memchr(t.p, 'r', t.len) && memchr(t.p, 'w', t.len) && memchr(t.p, 'm', t.len);
}

static int visit_label(void *user, const struct capgate_walk *walk, int field,
		       const struct capgate_json_event *event)
{
	struct reader *r = user;

	(void)walk;
	switch (field) {
	case FIELD_MASKED:
		r->masks = true;
		break;
	case FIELD_DEVICE:
		if (event->kind == CAPGATE_JSON_OBJECT)
			memset(&r->rule, 0, sizeof(r->rule));
		else if (event->kind == CAPGATE_JSON_END && !r->rule.one &&
			 (!r->rule.allow || !r->rule.some))
			r->allows_all = r->rule.allow;
		break;
	case FIELD_ALLOW:
		r->rule.allow = event->kind == CAPGATE_JSON_BOOL && event->truth;
		break;
	case FIELD_TYPE:
		r->rule.one |= event->kind == CAPGATE_JSON_STRING && event->text.len &&
			       !capgate_text_is(event->text, "a");
		break;
	case FIELD_ACCESS:
		r->rule.some |= event->kind == CAPGATE_JSON_STRING && event->text.len &&
				!is_full_access(event->text);
		break;
	default:
		r->rule.one |= event->kind == CAPGATE_JSON_NUMBER && !is_wild_number(event);
	}
	return 0;
}

/* Anybody can write these annotations, but they can only claim that the container is privileged,
 * never that it is not. */
static bool is_labelled(const struct capgate_spec *spec)
{
	for (size_t i = 0; i < spec->n_annotations; i++) {
		const struct capgate_pair *a = &spec->annotations[i];

		if ((capgate_text_is(a->key, "io.podman.annotations.privileged") &&
		     capgate_text_is(a->value, "TRUE")) ||
		    (capgate_text_is(a->key, "io.kubernetes.cri-o.PrivilegedRuntime") &&
		     capgate_text_is(a->value, "true")))
			return true;
	}
	return false;
}

const char *audit_privileged(const struct audit_result *r, capgate_set host)
{
	struct capgate_arena arena;
	struct capgate_error err;
	struct reader reader = {0};
	int status;

	if (!r->report.absent && !capgate_set_empty(host) && capgate_set_within(host, r->asked))
		return "every capability";
	if (io_arena(r->text.len, &arena, &err) < 0)
		return "not read: memory ran out";
	status = capgate_walk_text(r->text, (struct capgate_json_options){0}, &shape, &arena,
				   visit_label, &reader, &err);
	io_arena_release(&arena);
	if (status < 0)
		return "its devices cannot be read";
	if ((reader.allows_all && !reader.masks) || r->container->privileged)
		return "every device, nothing masked";
	return is_labelled(&r->spec) ? "by its engine's annotation" : NULL;
}
