/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents are recognised by which members they have, and only then read.  The rows
 * are tried in their order.  A row without a reader names the document and says which
 * command prints what it lacks.
 */
#include "kinds.h"

#include <string.h>

#include "lib/base/base.h"

/* ---- Members that tell kinds apart ------------------------------------------------------- */

enum {
#define MEMBER(symbol, name) M_##symbol,
#include "members.def"
#undef MEMBER
	MEMBERS_KNOWN
};

_Static_assert(MEMBERS_KNOWN <= 64, "capgate_marks.members has a bit for each name");

static const char *const names[] = {
#define MEMBER(symbol, name) name,
#include "members.def"
#undef MEMBER
};

static bool is_path(const char *path, struct capgate_text parent, struct capgate_text key)
{
	if (!parent.len)
		return capgate_text_is(key, path);
	return strlen(path) == parent.len + 1 + key.len &&
	       memcmp(path, parent.p, parent.len) == 0 && path[parent.len] == '.' &&
	       (key.len == 0 || memcmp(path + parent.len + 1, key.p, key.len) == 0);
}

/* As Go folds keys: case, and U+017F for s. */
static bool is_process(struct capgate_text key)
{
	static const char word[] = "process";
	size_t k = 0;

	for (size_t i = 0; i < key.len && k < sizeof(word) - 1; i++, k++) {
		const unsigned char c = (unsigned char)key.p[i];

		if (c == 0xc5 && i + 1 < key.len && (unsigned char)key.p[i + 1] == 0xbf &&
		    word[k] == 's')
			i++;
		else if ((c | 0x20) != (unsigned char)word[k])
			return false;
		if (i + 1 == key.len)
			return k + 1 == sizeof(word) - 1;
	}
	return false;
}

void capgate_marks_see(struct capgate_marks *m, struct capgate_text parent, struct capgate_text key,
		       const struct capgate_json_event *value)
{
	const bool string = value->kind == CAPGATE_JSON_STRING;

	m->process |= !parent.len && is_process(key);
	for (size_t i = 0; i < MEMBERS_KNOWN; i++) {
		if (!is_path(names[i], parent, key))
			continue;
		m->members |= UINT64_C(1) << i;
		if (string && i == M_KIND)
			m->kind = value->text;
		else if (string && (i == M_BUNDLE || i == M_BUNDLE_PATH))
			m->bundle = value->text;
	}
}

#define B(symbol) (UINT64_C(1) << M_##symbol)

/* ---- Why there is nothing to judge ----------------------------------------------------------- */

/* A sentence that is made; NULL: no memory. */
static const char *made(struct capgate_arena *arena, const char *before, struct capgate_text word,
			const char *after)
{
	struct capgate_out measure = {0}, out;

	capgate_out_string(&measure, before);
	capgate_out_visible(&measure, word);
	capgate_out_string(&measure, after);
	out = (struct capgate_out){capgate_arena_alloc(arena, measure.len + 1), measure.len, 0};
	if (!out.p)
		return NULL;
	capgate_out_string(&out, before);
	capgate_out_visible(&out, word);
	capgate_out_string(&out, after);
	return out.p;
}

enum { WORD_MAX = 64 };

static const char *of_kubernetes(const struct capgate_marks *m, struct capgate_arena *arena)
{
	struct capgate_text kind = m->kind;

	if (!kind.len)
		return "this is a list of Kubernetes objects, none of which has containers";
	kind.len = kind.len < WORD_MAX ? kind.len : WORD_MAX;
	return made(
		arena, "this is a ", kind,
		" of Kubernetes, which has no containers; its pods have: kubectl get pods -o json");
}

static const char *of_state(const struct capgate_marks *m, struct capgate_arena *arena)
{
	struct capgate_text bundle = m->bundle;

	if (!bundle.len)
		return "this is a runtime's own record of a container; pass config.json of its "
		       "bundle, which runc state ID prints";
	bundle.len = bundle.len < 4096 ? bundle.len : 4096;
	return made(arena,
		    "this is a runtime's state; pass the configuration in its bundle: ", bundle,
		    "/config.json");
}

/* ---- The table ------------------- */

struct kind {
	uint64_t all, any, none; /* of the members; any 0: not asked */
	const struct capgate_flat *flat;
	int (*read)(const struct capgate_document *document, struct capgate_arena *arena,
		    struct capgate_requests *list, struct capgate_error *err);
	const char *engine; /* whose whole specification is inside */
	/* Without a reader, or when it finds no container: */
	enum capgate_rule rule;
	const char *why;
	const char *(*why_of)(const struct capgate_marks *marks, struct capgate_arena *arena);
};

#define OTHER .rule = CAPGATE_RULE_OTHER_DOCUMENT
#define UNTOLD .rule = CAPGATE_RULE_NOT_TOLD

static const struct kind kinds[] = {
	{.all = B(INFO) | B(RUNTIME_SPEC), .engine = "cri"},
	{.all = B(STATUS) | B(INFO),
	 UNTOLD,
	 .why = "this is what crictl prints of an image or a pod, or its inspect without info; "
		"crictl inspect ID prints info.runtimeSpec"},
	{.any = B(SPEC_PROCESS), .engine = "containerd"},
	{.all = B(HOST_CONFIG),
	 .any = B(ID) | B(UPPER_ID) | B(NAMES),
	 .flat = &capgate_flat_inspected},
	{.all = B(IMAGE),
	 .any = B(HOST_CONFIG) | B(CMD) | B(ENV) | B(ENTRYPOINT),
	 .none = B(ID) | B(UPPER_ID) | B(NAMES) | B(ROOT_FS),
	 .flat = &capgate_flat_to_create},
	{.all = B(HOST_CONFIG), .flat = &capgate_flat_inspected},
	{.any = B(SPEC_TASK) | B(TASK_TEMPLATE) | B(SPEC_CONTAINER),
	 .flat = &capgate_flat_service,
	 OTHER,
	 .why = "this is a Swarm service that runs no container of its own"},
	{.any = B(PLUGIN_LINUX) | B(PLUGIN_REFERENCE), .flat = &capgate_flat_plugin},
	{.all = B(SERVICES),
	 .flat = &capgate_flat_compose,
	 OTHER,
	 .why = "this compose file has no services of its own; docker compose config --format "
		"json prints what it includes"},
	{.all = B(API_VERSION) | B(KIND),
	 .read = capgate_kubernetes_read,
	 OTHER,
	 .why_of = of_kubernetes},
	{.any = B(ITEMS) | B(POD_CONTAINERS) | B(POD_TEMPLATE) | B(JOB_TEMPLATE),
	 .read = capgate_kubernetes_read,
	 OTHER,
	 .why_of = of_kubernetes},
	{.any = B(ECS) | B(ECS_TASK),
	 .flat = &capgate_flat_ecs,
	 OTHER,
	 .why = "this is an ECS task definition without containers"},
	{.any = B(TASK_GROUPS) | B(JOB),
	 .flat = &capgate_flat_nomad,
	 OTHER,
	 .why = "this is a Nomad job without tasks"},
	{.all = B(CRI_METADATA), .any = B(CRI_IMAGE), .flat = &capgate_flat_cri},
	{.all = B(CRI_METADATA) | B(CRI_SECURITY),
	 OTHER,
	 .why = "this is a CRI pod's configuration; its containers have one each"},
	{.any = B(RUN_ARGS) | B(DEV_CAP_ADD) | B(FEATURES) | B(DEV_COMPOSE) | B(REMOTE_USER) |
		B(CUSTOMIZATIONS) | B(CONTAINER_USER),
	 .flat = &capgate_flat_devcontainer},
	{.all = B(SMALL_IMAGE),
	 .any = B(CAP_ADD) | B(CAP_DROP) | B(PRIVILEGED) | B(NETNS) | B(PIDNS) | B(IPCNS),
	 .flat = &capgate_flat_specgen},
	{.any = B(INFRA) | B(CREATE_INFRA),
	 UNTOLD,
	 .why = "this is a podman pod, which does not show its containers' capabilities; podman "
		"inspect its containers"},
	{.any = B(BUNDLE) | B(BUNDLE_PATH) | B(INIT_PID) | B(CGROUP_PATH),
	 OTHER,
	 .why_of = of_state},
	{.all = B(ROOT_FS),
	 OTHER,
	 .why = "this is an image; pass what inspect prints of a container"},
	{.all = B(NAMES),
	 UNTOLD,
	 .why = "this is a list of containers, which does not show their capabilities; docker "
		"inspect or podman inspect of their IDs does"},
	{.all = B(IPAM), OTHER, .why = "this is a network, not a container"},
	{.all = B(MOUNTPOINT), OTHER, .why = "this is a volume, not a container"},
	{.all = B(SYSCALLS), OTHER, .why = "this is a seccomp profile, not a container"},
	{.all = B(STAGES), OTHER, .why = "this is the registration of a hook, not a container"},
	{.all = B(LAYERS), OTHER, .why = "this is an image's manifest, not a container"},
	{.any = B(SPEC),
	 UNTOLD,
	 .why = "its Spec is no specification with a process: what ctr container info and "
		"nerdctl inspect --mode=native print of a container has one"},
};

static bool fits(const struct kind *k, uint64_t members)
{
	return (members & k->all) == k->all && (!k->any || members & k->any) &&
	       !(members & k->none);
}

/* ---- A specification inside ------------------- */

/* No two members of it may be one to any reader. */
static const struct capgate_shape around = {
	.types = CAPGATE_T_OBJECT,
	.members = MEMBERS({"Spec"}, {"info", SHAPE(.members = MEMBERS({"runtimeSpec"}))}),
};

static int read_inner(const struct capgate_document *document, const struct capgate_marks *m,
		      const char *engine, struct capgate_arena *arena,
		      struct capgate_requests *list, struct capgate_error *err)
{
	struct capgate_inspected seen = {
		.engine = engine,
		.thing = "container",
		.how = "its whole specification",
		.exact = true,
		.id = m->id,
		.config = {document->text.p + m->inner.off, m->inner.len},
		.places.container = {document->base + m->inner.off, m->inner.len}};

	int status = capgate_walk(document->text, (struct capgate_json_options){0}, &around, arena,
				  NULL, NULL, err);

	if (status < 0 && err->pos != CAPGATE_NOWHERE)
		err->pos += document->base;
	if (status < 0)
		return status;
	if (capgate_arena_room(arena, (void **)&list->v, &list->room, list->n + 1,
			       sizeof(*list->v)) < 0)
		return capgate_fail_memory(err);
	list->v[list->n++] = seen;
	return 0;
}

int capgate_kind_read(const struct capgate_document *document, const struct capgate_marks *m,
		      struct capgate_arena *arena, struct capgate_requests *list,
		      struct capgate_error *err)
{
	const struct kind *k = NULL;
	const size_t before = list->n;
	const char *why;
	int status = 0;

	for (size_t i = 0; !k && i < COUNT(kinds); i++)
		if (fits(&kinds[i], m->members))
			k = &kinds[i];
	if (!k)
		return capgate_fail(err, CAPGATE_EINVALID,
				    m->process ? CAPGATE_RULE_NONE : CAPGATE_RULE_MISSING,
				    document->base,
				    "this is neither a specification (which has a process) nor a "
				    "document of a kind that is known; capgate(1) lists them");
	if (m->process && !k->engine)
		return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_NONE, document->base,
				    "a specification is judged as such");
	if (k->engine)
		return read_inner(document, m, k->engine, arena, list, err);
	if (k->flat)
		status = capgate_flat_read(document, k->flat, arena, list, err);
	else if (k->read)
		status = k->read(document, arena, list, err);
	if (status < 0 || list->n > before)
		return status;
	why = k->why_of ? k->why_of(m, arena) : k->why;
	if (!why)
		return capgate_fail_memory(err);
	return capgate_request_untold(
		&(struct capgate_inspected){.engine = "",
					    .thing = "document",
					    .id = m->id,
					    .dialect = k->read ? CAPGATE_DIALECT_KUBERNETES
							       : CAPGATE_DIALECT_ANY},
		k->rule, why, arena, list, err);
}
