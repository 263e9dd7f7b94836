/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recognises documents by their members, and then reads them.  The rows are tried in their
 * order.  A row without a reader names the document, and says which command prints what it
 * lacks.
 */
#include "kinds.h"

#include <string.h>

#include "lib/base/base.h"

/* ---- Why there is nothing to judge ----------------------------------------------------------- */

/* Makes a sentence; NULL without memory. */
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

	if (capgate_text_is(kind, "Kustomization"))
		return "this is a kustomization; pass the output of kubectl kustomize for its "
		       "directory";
	if (!kind.len)
		return "this is a list of Kubernetes objects, none of which has containers";
	kind.len = kind.len < WORD_MAX ? kind.len : WORD_MAX;
	return made(arena, "this is a ", kind,
		    " of Kubernetes, which does not describe a container; pass its pods: kubectl "
		    "get pods -o json");
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
	unsigned char all[4], any[16], none[4]; /* members; if any is empty, it is not checked */
	const struct capgate_flat *flat;
	int (*read)(const struct capgate_document *document, struct capgate_arena *arena,
		    struct capgate_requests *list, struct capgate_error *err);
	const char *engine; /* the engine whose whole specification it contains */
	/* If there is no reader, or it finds no container: */
	enum capgate_rule rule;
	const char *why;
	const char *(*why_of)(const struct capgate_marks *marks, struct capgate_arena *arena);
};

#define OTHER .rule = CAPGATE_RULE_OTHER_DOCUMENT
#define UNTOLD .rule = CAPGATE_RULE_NOT_TOLD

static const struct kind kinds[] = {
	{.all = {CAPGATE_M_INFO, CAPGATE_M_RUNTIME_SPEC},
	 .engine = "cri",
	 UNTOLD,
	 .why = "its info.runtimeSpec is not a specification; crictl inspect ID prints one"},
	{.all = {CAPGATE_M_STATUS, CAPGATE_M_INFO},
	 UNTOLD,
	 .why = "this is crictl's output for an image or a pod, or inspect without info; crictl "
		"inspect ID prints info.runtimeSpec"},
	{.any = {CAPGATE_M_SPEC_PROCESS}, .engine = "containerd"},
	{.all = {CAPGATE_M_HOST_CONFIG},
	 .any = {CAPGATE_M_ID, CAPGATE_M_UPPER_ID, CAPGATE_M_NAMES},
	 .flat = &capgate_flat_inspected},
	{.all = {CAPGATE_M_IMAGE, CAPGATE_M_HOST_CONFIG}, .flat = &capgate_flat_to_create},
	{.all = {CAPGATE_M_HOST_CONFIG}, .flat = &capgate_flat_inspected},
	{.all = {CAPGATE_M_IMAGE},
	 .any = {CAPGATE_M_CMD, CAPGATE_M_ENV, CAPGATE_M_ENTRYPOINT},
	 .none = {CAPGATE_M_ROOT_FS},
	 UNTOLD,
	 .why = "this is a container's configuration without HostConfig, where its capabilities "
		"are; docker inspect ID prints both"},
	{.any = {CAPGATE_M_CONFIG_IMAGE, CAPGATE_M_CONFIG_HOST},
	 .none = {CAPGATE_M_ROOT_FS, CAPGATE_M_FROM_IMAGE},
	 UNTOLD,
	 .why = "this is a container without HostConfig, where its capabilities are; docker "
		"inspect ID prints all of it"},
	{.all = {CAPGATE_M_HOST_CAP_ADD, CAPGATE_M_HOST_CAP_DROP, CAPGATE_M_HOST_PRIVILEGED},
	 .flat = &capgate_flat_host_config},
	{.all = {CAPGATE_M_FROM_IMAGE}, .flat = &capgate_flat_buildah},
	{.any = {CAPGATE_M_SPEC_TASK, CAPGATE_M_TASK_TEMPLATE, CAPGATE_M_SPEC_CONTAINER},
	 .flat = &capgate_flat_service,
	 OTHER,
	 .why = "this is a Swarm service that runs no container of its own"},
	{.any = {CAPGATE_M_PLUGIN_LINUX, CAPGATE_M_PLUGIN_REFERENCE}, .flat = &capgate_flat_plugin},
	{.all = {CAPGATE_M_SERVICES},
	 .flat = &capgate_flat_compose,
	 OTHER,
	 .why = "this compose file has no services of its own; docker compose config --format "
		"json prints what it includes"},
	{.all = {CAPGATE_M_API_VERSION, CAPGATE_M_KIND},
	 .read = capgate_kubernetes_read,
	 OTHER,
	 .why_of = of_kubernetes},
	/* The output of a watch, for each change. */
	{.all = {CAPGATE_M_WATCH_TYPE, CAPGATE_M_WATCHED},
	 .read = capgate_kubernetes_read,
	 OTHER,
	 .why_of = of_kubernetes},
	{.any = {CAPGATE_M_ITEMS, CAPGATE_M_POD_CONTAINERS, CAPGATE_M_POD_TEMPLATE,
		 CAPGATE_M_JOB_TEMPLATE},
	 .read = capgate_kubernetes_read,
	 OTHER,
	 .why_of = of_kubernetes},
	{.any = {CAPGATE_M_ECS, CAPGATE_M_ECS_TASK},
	 .flat = &capgate_flat_ecs,
	 OTHER,
	 .why = "this is an ECS task definition without containers"},
	{.any = {CAPGATE_M_TASK_GROUPS, CAPGATE_M_JOB},
	 .flat = &capgate_flat_nomad,
	 OTHER,
	 .why = "this is a Nomad job without tasks"},
	{.all = {CAPGATE_M_SMALL_IMAGE},
	 .any = {CAPGATE_M_ESSENTIAL, CAPGATE_M_LINUX_PARAMETERS, CAPGATE_M_PORT_MAPPINGS,
		 CAPGATE_M_LOG_CONFIGURATION},
	 .flat = &capgate_flat_ecs_container},
	{.all = {CAPGATE_M_CRI_METADATA}, .any = {CAPGATE_M_CRI_IMAGE}, .flat = &capgate_flat_cri},
	{.all = {CAPGATE_M_CRI_METADATA},
	 .any = {CAPGATE_M_CRI_SECURITY, CAPGATE_M_LOG_DIRECTORY},
	 OTHER,
	 .why = "this is a CRI pod's configuration; its containers have one each"},
	{.any = {CAPGATE_M_RUN_ARGS, CAPGATE_M_DEV_CAP_ADD, CAPGATE_M_FEATURES,
		 CAPGATE_M_DEV_COMPOSE, CAPGATE_M_REMOTE_USER, CAPGATE_M_CUSTOMIZATIONS,
		 CAPGATE_M_CONTAINER_USER, CAPGATE_M_DEV_BUILD, CAPGATE_M_DEV_CREATED,
		 CAPGATE_M_DEV_STARTED, CAPGATE_M_DEV_PORTS, CAPGATE_M_DEV_FOLDER,
		 CAPGATE_M_DEV_ENV},
	 .flat = &capgate_flat_devcontainer},
	{.all = {CAPGATE_M_DEV_MERGED}, .flat = &capgate_flat_devcontainer_merged},
	{.all = {CAPGATE_M_DEV_READ}, .flat = &capgate_flat_devcontainer_read},
	{.all = {CAPGATE_M_SMALL_IMAGE, CAPGATE_M_COMMENTS}, .flat = &capgate_flat_devcontainer},
	{.all = {CAPGATE_M_SMALL_IMAGE},
	 .any = {CAPGATE_M_CAP_ADD, CAPGATE_M_CAP_DROP, CAPGATE_M_PRIVILEGED, CAPGATE_M_NETNS,
		 CAPGATE_M_PIDNS, CAPGATE_M_IPCNS},
	 .flat = &capgate_flat_specgen},
	{.any = {CAPGATE_M_INFRA, CAPGATE_M_CREATE_INFRA, CAPGATE_M_POD_INFRA,
		 CAPGATE_M_POD_INFRA_NAME},
	 UNTOLD,
	 .why = "this is a podman pod, which does not show its containers' capabilities; pass the "
		"output of podman inspect for its containers"},
	{.any = {CAPGATE_M_BUNDLE, CAPGATE_M_BUNDLE_PATH, CAPGATE_M_INIT_PID,
		 CAPGATE_M_CGROUP_PATH},
	 OTHER,
	 .why_of = of_state},
	{.all = {CAPGATE_M_ROOT_FS},
	 OTHER,
	 .why = "this is an image; pass the output of inspect for a container"},
	{.all = {CAPGATE_M_NAMES},
	 UNTOLD,
	 .why = "this is a list of containers, which does not show their capabilities; pass the "
		"output of docker inspect or podman inspect for their IDs"},
	{.all = {CAPGATE_M_IPAM}, OTHER, .why = "this is a network, not a container"},
	{.all = {CAPGATE_M_MOUNTPOINT}, OTHER, .why = "this is a volume, not a container"},
	{.all = {CAPGATE_M_SYSCALLS}, OTHER, .why = "this is a seccomp profile, not a container"},
	{.all = {CAPGATE_M_STAGES, CAPGATE_M_HOOK},
	 OTHER,
	 .why = "this is the registration of a hook, not a container"},
	{.any = {CAPGATE_M_STAGES, CAPGATE_M_JOBS, CAPGATE_M_STEPS},
	 OTHER,
	 .why = "this is a pipeline of a CI system, whose runner starts the containers; pass the "
		"output of docker inspect or podman inspect for them"},
	{.all = {CAPGATE_M_PROCESS_CONFIG},
	 UNTOLD,
	 .why = "this is a command that was executed in a container; sudo capgate audit shows "
		"which capabilities it holds"},
	{.all = {CAPGATE_M_LAYERS}, OTHER, .why = "this is an image's manifest, not a container"},
	{.all = {CAPGATE_M_VERSION_INDEX},
	 OTHER,
	 .why = "this is a node, a secret, a configuration or a network of Swarm, not a container"},
	{.any = {CAPGATE_M_REPOSITORY, CAPGATE_M_REPO_TAGS, CAPGATE_M_CREATED_BY},
	 OTHER,
	 .why = "this is an image; pass the output of inspect for a container"},
	{.all = {CAPGATE_M_ACTION, CAPGATE_M_ACTOR},
	 OTHER,
	 .why = "this is an event; pass the output of inspect for the container"},
	{.all = {CAPGATE_M_REPLICAS},
	 UNTOLD,
	 .why = "this is a list of services, which does not show their capabilities; pass the "
		"output of docker service inspect for their IDs"},
	{.any = {CAPGATE_M_DEFAULT_RUNTIME, CAPGATE_M_SERVER_VERSION},
	 OTHER,
	 .why = "this is an engine's description of itself, not a container"},
	{.all = {CAPGATE_M_CLIENT, CAPGATE_M_SERVER},
	 OTHER,
	 .why = "this is an engine's description of itself, not a container"},
	{.all = {CAPGATE_M_HOST, CAPGATE_M_STORE},
	 OTHER,
	 .why = "this is an engine's description of itself, not a container"},
	{.any = {CAPGATE_M_RUNTIMES, CAPGATE_M_DAEMON_RUNTIME},
	 OTHER,
	 .why = "this is an engine's configuration, not a container; capgate doctor looks at it"},
	{.all = {CAPGATE_M_NETWORK_INTERFACE}, OTHER, .why = "this is a network, not a container"},
	{.all = {CAPGATE_M_CONTAINERS},
	 UNTOLD,
	 .why = "this is a list of containers, as crictl ps prints it, or a part of a pod; pass "
		"the output of crictl inspect ID, or the whole pod"},
	{.any = {CAPGATE_M_CLOUDFORMATION, CAPGATE_M_RESOURCES},
	 OTHER,
	 .why = "this is a template of CloudFormation; pass the output of aws ecs "
		"describe-task-definition for the tasks that it creates"},
	{.any = {CAPGATE_M_TERRAFORM, CAPGATE_M_TERRAFORM_PLAN},
	 OTHER,
	 .why = "this is a state or a plan of Terraform; pass the documents of the containers that "
		"it creates"},
	{.all = {CAPGATE_M_SMALL_JOB},
	 OTHER,
	 .why = "this is a Nomad job in HCL's form of JSON; pass the output of nomad job run "
		"-output FILE"},
	{.all = {CAPGATE_M_BAKE}, OTHER, .why = "this describes builds, not containers"},
	{.all = {CAPGATE_M_API_VERSION, CAPGATE_M_NAME},
	 OTHER,
	 .why = "this is the description of a chart; pass the output of helm template"},
	{.any = {CAPGATE_M_SPEC},
	 UNTOLD,
	 .why = "its Spec is not a specification with a process; ctr container info and nerdctl "
		"inspect --mode=native print one"},
	{.all = {CAPGATE_M_PROJECT, CAPGATE_M_SERVICE},
	 UNTOLD,
	 .why = "this is the output of docker compose ps, which does not show capabilities; pass "
		"the output of docker inspect for the IDs"},
	{.all = {CAPGATE_M_TASKS, CAPGATE_M_FAILURES},
	 UNTOLD,
	 .why = "this is a list of ECS tasks; pass the output of aws ecs describe-task-definition "
		"for each"},
	{.all = {CAPGATE_M_MESSAGE},
	 OTHER,
	 .why = "this is an engine's answer to a request that failed, not a container"},
};

static size_t count(const unsigned char *members, size_t n, const struct capgate_marks *m)
{
	size_t there = 0;

	for (size_t i = 0; i < n; i++)
		there += members[i] && m->has[members[i]];
	return there;
}

static size_t length(const unsigned char *members, size_t n)
{
	size_t i = 0;

	while (i < n && members[i])
		i++;
	return i;
}

static bool fits(const struct kind *k, const struct capgate_marks *m)
{
	return count(k->all, COUNT(k->all), m) == length(k->all, COUNT(k->all)) &&
	       (!k->any[0] || count(k->any, COUNT(k->any), m)) &&
	       !count(k->none, COUNT(k->none), m);
}

/* ---- A specification inside ------------------- */

/* No reader may treat two of its members as the same. */
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
		.dialect = m->has[CAPGATE_M_RUNTIME_SPEC] ? CAPGATE_DIALECT_KUBERNETES
							  : CAPGATE_DIALECT_ANY,
		.id = m->id,
		.config = {document->text.p + m->inner.off, m->inner.len},
		.places.container = {document->base + m->inner.off, m->inner.len}};

	int status = capgate_walk_text(document->text, (struct capgate_json_options){0}, &around,
				       arena, NULL, NULL, err);

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

/* Is it a specification?  It is if it has a process, or other members of one.  A document of an
 * engine that contains a specification is read by its kind. */
static bool is_specification(const struct capgate_marks *m, const struct kind *k)
{
	return (m->process && !(k && k->engine)) || (m->has[CAPGATE_M_OCI_VERSION] && !k);
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
		if (fits(&kinds[i], m))
			k = &kinds[i];
	if (document->relaxed && !(k && k->flat && k->flat->comments))
		return capgate_fail(err, CAPGATE_ESYNTAX, CAPGATE_RULE_SYNTAX, document->base,
				    "a comma stands before a closing bracket");
	if (is_specification(m, k))
		return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_NONE, document->base,
				    "this is a specification, not a document of an engine");
	if (!k)
		return capgate_request_untold(
			&(struct capgate_inspected){
				.engine = "",
				.thing = "document",
				.id = m->id,
				.places.container = {document->base, document->text.len}},
			CAPGATE_RULE_OTHER_DOCUMENT,
			"this is neither a specification (which has a process) nor another "
			"document that capgate knows",
			arena, list, err);
	if (k->engine && m->inner.len)
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
