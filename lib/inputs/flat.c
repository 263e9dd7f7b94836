/* SPDX-License-Identifier: Apache-2.0 */
#include "flat.h"

#include "lib/base/base.h"

struct reader {
	const struct capgate_document *document;
	const struct capgate_flat *kind;
	struct capgate_arena *arena;
	struct capgate_error *err;
	struct capgate_requests *done;
	struct capgate_request outer; /* what applies to all containers, before or after them */
	struct capgate_request *v;
	size_t n, room;
	bool inside;
};

static int begin_request(struct reader *r, const struct capgate_walk *walk)
{
	if (capgate_arena_room(r->arena, (void **)&r->v, &r->room, r->n + 1, sizeof(*r->v)) < 0)
		return capgate_fail_memory(r->err);
	r->v[r->n] = (struct capgate_request){.seen = r->kind->seen,
					      .docker_sysctls = r->kind->docker_sysctls};
	if (r->kind->named_by_key)
		r->v[r->n].seen.name = walk->frame[walk->depth].key;
	r->n++;
	r->inside = true;
	return 0;
}

static int visit(void *user, const struct capgate_walk *walk, int field,
		 const struct capgate_json_event *event)
{
	struct reader *r = user;
	struct capgate_json_event e = *event;
	struct capgate_request *now = r->inside ? &r->v[r->n - 1] : &r->outer;

	e.at.off += r->document->base;
	if (field == REQUEST_CONTAINER && e.kind == CAPGATE_JSON_OBJECT)
		return begin_request(r, walk);
	if (field == REQUEST_CONTAINER) {
		now->seen.places.container = e.at;
		r->inside = false;
		return 0;
	}
	if (field >= REQUEST_OUTER_NETWORK && field <= REQUEST_OUTER_IPC) {
		field += REQUEST_NETWORK - REQUEST_OUTER_NETWORK;
		now = &r->outer;
	}
	if (field >= REQUEST_FIELDS)
		return r->kind->own(now, field, &e);
	if (capgate_request_read(now, field, walk->frame[walk->depth].key, &e, r->arena) < 0)
		return capgate_fail_memory(r->err);
	return 0;
}

static int finish_request(struct reader *r, struct capgate_request *now)
{
	enum capgate_rule rule = CAPGATE_RULE_NOT_TOLD;
	const char *why;

	if (!now->seen.name.len)
		now->seen.name = r->outer.seen.name;
	now->host_network |= r->outer.host_network;
	now->host_pid |= r->outer.host_pid;
	now->host_ipc |= r->outer.host_ipc;
	if (now->windows || r->outer.windows)
		return capgate_request_untold(&now->seen, CAPGATE_RULE_LEFT_OUT,
					      "a Windows container has no Linux capabilities",
					      r->arena, r->done, r->err);
	why = r->kind->untold ? r->kind->untold(now, &rule) : NULL;
	if (!why && now->variable)
		why = "a variable sets its capabilities, and the document does not have its value; "
		      "inspect the container, or run capgate audit where it runs";
	if (why)
		return capgate_request_untold(&now->seen, rule, why, r->arena, r->done, r->err);
	if (!now->has_sets)
		r->kind->resolve(now);
	return capgate_request_finish(now, r->arena, r->done, r->err);
}

int capgate_flat_read(const struct capgate_document *document, const struct capgate_flat *kind,
		      struct capgate_arena *arena, struct capgate_requests *list,
		      struct capgate_error *err)
{
	struct reader r = {
		.document = document, .kind = kind, .arena = arena, .err = err, .done = list};
	int status = capgate_walk_text(document->text,
				       (struct capgate_json_options){.comments = kind->comments},
				       kind->shape, arena, visit, &r, err);

	if (status < 0 && err->pos != CAPGATE_NOWHERE)
		err->pos += document->base;
	for (size_t i = 0; status == 0 && i < r.n; i++)
		status = finish_request(&r, &r.v[i]);
	if (status < 0 || r.n == 0 || !r.outer.extended)
		return status;
	return capgate_request_untold(
		&(struct capgate_inspected){.engine = kind->seen.engine, .thing = "document"},
		CAPGATE_RULE_NOT_TOLD, kind->elsewhere, arena, list, err);
}
