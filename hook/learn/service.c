/* SPDX-License-Identifier: Apache-2.0 */
#include "service.h"

#include <string.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "lib/json/json.h"
#include "apart.h"
#include "arguments.h"

/* ---- The document ------------------------------------------------------------------ */

enum {
	FIELD_NONE,
	FIELD_SERVICE,
	FIELD_IMAGE,
	FIELD_PRIVILEGED,
	FIELD_ADD,
	FIELD_DROP,
	FIELD_NETWORK_MODE,
	FIELD_NAMESPACE,
	FIELD_REACH,
	FIELD_DEPENDS,
	FIELD_PORT,
	FIELD_PUBLISHED,
	FIELD_MOUNT,
	FIELD_MOUNT_TYPE,
	FIELD_MOUNT_SOURCE,
	FIELD_MOUNT_READ_ONLY,
	FIELD_SHARED_VOLUME,
	FIELD_SHARED_NETWORK,
};

static const struct capgate_shape mount_shape = {
	.types = CAPGATE_T_OBJECT,
	.field = FIELD_MOUNT,
	.members = MEMBERS({"type", STRING(FIELD_MOUNT_TYPE)},
			   {"source", STRING(FIELD_MOUNT_SOURCE)},
			   {"read_only", SHAPE(.types = CAPGATE_T_BOOL,
					       .field = FIELD_MOUNT_READ_ONLY)}),
};

static const struct capgate_shape port_shape = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS({"published", STRING(FIELD_PUBLISHED)}),
};

/* A service as Compose prints it.  Members that may be null or absent have no type here. */
static const struct capgate_shape service_shape = {
	.types = CAPGATE_T_OBJECT,
	.field = FIELD_SERVICE,
	.members = MEMBERS(
		{"image", STRING(FIELD_IMAGE)},
		{"privileged", SHAPE(.types = CAPGATE_T_BOOL, .field = FIELD_PRIVILEGED)},
		{"cap_add", SHAPE(.each = STRING(FIELD_ADD))},
		{"cap_drop", SHAPE(.each = STRING(FIELD_DROP))},
		{"network_mode", STRING(FIELD_NETWORK_MODE)}, {"pid", STRING(FIELD_NAMESPACE)},
		{"ipc", STRING(FIELD_NAMESPACE)}, {"uts", STRING(FIELD_NAMESPACE)},
		{"devices", SHAPE(.each = VALUE(FIELD_REACH))},
		{"volumes_from", SHAPE(.each = VALUE(FIELD_REACH))},
		{"depends_on", SHAPE(.each = VALUE(FIELD_DEPENDS))},
		{"ports", SHAPE(.each = &port_shape)}, {"volumes", SHAPE(.each = &mount_shape)}),
};

#define NAMED(f) SHAPE(.each = SHAPE(.members = MEMBERS({"name", STRING(f)})))

static const struct capgate_shape shape = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS({"services", SHAPE(.types = CAPGATE_T_OBJECT, .each = &service_shape)},
			   {"volumes", NAMED(FIELD_SHARED_VOLUME)},
			   {"networks", NAMED(FIELD_SHARED_NETWORK)}),
};

/* ---- Reading it -------------------------------------------------------------------- */

struct reading {
	const struct service_question *question;
	struct service_facts *facts;
	struct effects *effects; /* points into the facts */
	bool ours; /* in the service itself, not in a dependency */
	struct capgate_text type, source;
	bool read_only;
};

static int see_caps(struct reading *r, const struct capgate_walk *walk, int field,
		    struct capgate_text word)
{
	struct service_facts *f = r->facts;
	char name[32];

	if (word.len >= sizeof(name) || memchr(word.p, 0, word.len) ||
	    memchr(word.p, ',', word.len) || f->n_added == SERVICE_ADDED)
		return capgate_walk_fail(walk, CAPGATE_EINVALID, CAPGATE_RULE_NONE,
					 CAPGATE_NOWHERE, "no capability has this name, or there "
					 "are too many");
	capgate_text_copy(name, sizeof(name), word);
	if (field == FIELD_DROP)
		return arguments_caps(name, &f->drop, &f->drop_all, walk->err);
	memcpy(f->added[f->n_added++], name, sizeof(name));
	return arguments_caps(name, &f->add, &f->add_all, walk->err);
}

/* Reads the service itself.  All other services in the document are dependencies. */
static int see_own(struct reading *r, const struct capgate_walk *walk, int field,
		   const struct capgate_json_event *event)
{
	switch (field) {
	case FIELD_IMAGE:
		capgate_text_copy(r->facts->image, sizeof(r->facts->image), event->text);
		return 0;
	case FIELD_PRIVILEGED:
		r->facts->privileged = event->truth;
		return 0;
	case FIELD_ADD:
	case FIELD_DROP:
		return see_caps(r, walk, field, event->text);
	case FIELD_DEPENDS:
		if (!r->question->alone && event->kind != CAPGATE_JSON_END)
			effects_add(r->effects, "also starts another service: ",
				    walk->frame[walk->depth].is_array
					    ? event->text
					    : walk->frame[walk->depth].key);
		return 0;
	default:
		return 0;
	}
}

/* Reads a mount.  Anonymous volumes are removed with the container, and volumes of the project
 * with the project.  Other volumes are listed at the top of the document. */
static void see_mount(struct reading *r, const struct capgate_json_event *event)
{
	if (event->kind != CAPGATE_JSON_END) {
		r->type = r->source = (struct capgate_text){0};
		r->read_only = false;
	} else if (capgate_text_is(r->type, "bind") && !r->read_only) {
		effects_add(r->effects, "writes outside the container: ", r->source);
	}
}

static bool is_shared(struct capgate_text mode)
{
	return capgate_text_is(mode, "host") ||
	       (mode.len > 10 && memcmp(mode.p, "container:", 10) == 0);
}

static void see_reach(struct reading *r, int field, const struct capgate_json_event *event)
{
	switch (field) {
	case FIELD_NETWORK_MODE:
		if (is_shared(event->text))
			effects_add(r->effects, "shares a network with others: ", event->text);
		break;
	case FIELD_NAMESPACE:
		if (is_shared(event->text))
			effects_add(r->effects, "shares a namespace: ", event->text);
		break;
	case FIELD_REACH:
		if (event->kind != CAPGATE_JSON_END)
			effects_add(r->effects, "reaches outside the container: ",
				   event->kind == CAPGATE_JSON_STRING
					   ? event->text
					   : capgate_text_of("a device"));
		break;
	case FIELD_PUBLISHED:
		/* The ports of the service itself are published only on request. */
		if (!r->ours || r->question->ports)
			effects_add(r->effects, "publishes a port: ", event->text);
		break;
	case FIELD_MOUNT:
		see_mount(r, event);
		break;
	case FIELD_MOUNT_TYPE:
		r->type = event->text;
		break;
	case FIELD_MOUNT_SOURCE:
		r->source = event->text;
		break;
	case FIELD_MOUNT_READ_ONLY:
		r->read_only = event->truth;
		break;
	default:
		break;
	}
}

static void see_named(struct reading *r, int field, struct capgate_text name)
{
	size_t n = strlen(r->question->project);

	if (name.len > n && memcmp(name.p, r->question->project, n) == 0 && name.p[n] == '_')
		return;
	effects_add(r->effects,
		    field == FIELD_SHARED_VOLUME ? "may write to a volume that others use: "
						 : "may share a network with others: ",
		    name);
}

static int see_value(void *user, const struct capgate_walk *walk, int field,
	       const struct capgate_json_event *event)
{
	struct reading *r = user;

	if (field == FIELD_SERVICE) {
		r->ours = event->kind != CAPGATE_JSON_END &&
			  capgate_text_is(walk->frame[walk->depth].key, r->question->service);
		r->facts->found |= r->ours;
		return 0;
	}
	if (field == FIELD_SHARED_VOLUME || field == FIELD_SHARED_NETWORK) {
		see_named(r, field, event->text);
		return 0;
	}
	if (!r->ours && r->question->alone)
		return 0;
	see_reach(r, field, event);
	return r->ours ? see_own(r, walk, field, event) : 0;
}

int service_parse(const struct service_question *question, struct capgate_arena *arena,
		  struct service_facts *ret, struct capgate_error *err)
{
	struct reading r = {.question = question, .facts = ret, .effects = &ret->effects};

	return capgate_walk_text(question->text, (struct capgate_json_options){0}, &shape, arena,
				 see_value, &r, err);
}

/* ---- Apart ------------------------------------------------------------------------- */

struct service_work {
	const struct service_question *question;
	struct service_facts *facts;
	struct capgate_arena arena;
};

static bool fill_facts(void *user, struct capgate_out *out)
{
	struct service_work *w = user;

	if (service_parse(w->question, &w->arena, w->facts, &w->facts->error) == 0)
		w->facts->error.code = CAPGATE_OK;
	capgate_out_bytes(out, (const char *)w->facts, sizeof(*w->facts));
	return true;
}

static bool is_sound(struct service_facts *f)
{
	f->image[sizeof(f->image) - 1] = '\0';
	f->error.msg[sizeof(f->error.msg) - 1] = f->error.path[sizeof(f->error.path) - 1] = '\0';
	for (size_t i = 0; i < SERVICE_ADDED; i++)
		f->added[i][sizeof(f->added[i]) - 1] = '\0';
	return effects_end(&f->effects) && f->n_added <= SERVICE_ADDED;
}

static int service_failed(struct capgate_error *err, const char *why)
{
	return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_NONE, CAPGATE_NOWHERE, "%s", why);
}

int service_read(const struct service_question *question, struct service_facts *ret,
		 struct capgate_error *err)
{
	struct service_work w = {.question = question, .facts = io_block(sizeof(*ret))};
	struct capgate_text answer;
	bool whole;

	if (!w.facts || io_arena(4 * question->text.len + 65536, &w.arena, err) < 0)
		return capgate_fail_memory(err);
	if (apart(fill_facts, &w, sizeof(*ret), &answer, err) < 0) {
		io_arena_release(&w.arena);
		return err->code;
	}
	io_arena_release(&w.arena);
	whole = answer.len == sizeof(*ret);
	if (whole)
		memcpy(ret, answer.p, sizeof(*ret));
	io_free(answer);
	if (!whole || !is_sound(ret))
		return service_failed(err, "the confined process gave an invalid answer");
	if (ret->error.code) {
		*err = ret->error;
		return CAPGATE_EINVALID;
	}
	return ret->found ? 0 : service_failed(err, "Compose does not know this service");
}
