/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads what `kubectl get -o json` prints: pods, objects with a template of pods (deployments,
 * jobs, ...), and lists of them.  They do not show which engine will run them, so they are
 * resolved against containerd's default list, which contains more than CRI-O's.
 */
#include "asked.h"
#include "lib/base/base.h"
#include "kubernetes.h"

struct volume {
	struct capgate_text name, path;
};

struct pending {
	struct capgate_request request;
	bool has_seccomp, escalation_off;
	bool prefixed; /* a name to drop begins with CAP_ */
};

struct reader {
	struct capgate_arena *arena;
	struct capgate_error *err;
	struct capgate_requests *done;
	size_t base;
	struct capgate_text object, kind;
	bool whole_pod; /* the object's spec itself has containers */
	/* The containers of the innermost pod, whose other members may come after them. */
	struct pending *v;
	size_t n, room;
	struct volume *volumes;
	size_t n_volumes, volumes_room;
	struct capgate_request pod;
	bool pod_confined;
	bool in_container;
	size_t workloads; /* how many of the document's were read */
};

/* ---- The end of a pod ------------------------------------------------------------------ */

static char *join(struct reader *r, struct capgate_text name, size_t *len)
{
	size_t n = r->object.len + 1 + name.len;
	char *p = capgate_arena_alloc(r->arena, n + 1);
	struct capgate_out out = {p, n, 0};

	if (!p)
		return NULL;
	capgate_out_bytes(&out, r->object.p ? r->object.p : "", r->object.len);
	capgate_out_string(&out, "/");
	capgate_out_bytes(&out, name.p ? name.p : "", name.len);
	*len = n;
	return p;
}

/* Replaces the names of volumes in mounts by their source.  Only hostPath is on the host. */
static void find_volumes(const struct reader *r, struct capgate_request *c)
{
	for (size_t i = 0; i < c->n_mounts; i++) {
		struct capgate_text name = c->mounts[i].source;

		c->mounts[i].source = (struct capgate_text){0};
		for (size_t k = 0; k < r->n_volumes; k++)
			if (r->volumes[k].path.len &&
			    capgate_text_equal(r->volumes[k].name, name)) {
				c->mounts[i].source = r->volumes[k].path;
				c->mounts[i].bind = true;
			}
	}
}

static int finish_container(struct reader *r, struct pending *p)
{
	struct capgate_request *c = &p->request;

	if (r->object.len && !c->seen.name.len) {
		c->seen.name = r->object;
	} else if (r->object.len) {
		c->seen.name.p = join(r, c->seen.name, &c->seen.name.len);
		if (!c->seen.name.p)
			return capgate_fail_memory(r->err);
	}
	/* Kubernetes accepts neither in a pod for Windows, and podman ignores both marks. */
	if (r->pod.windows && !c->privileged && c->seen.places.n_added == 0)
		return capgate_request_untold(&c->seen, CAPGATE_RULE_LEFT_OUT,
					      "a Windows pod has no Linux capabilities", r->arena,
					      r->done, r->err);
	if (!c->has_uid) {
		c->has_uid = true; /* the image's user is unknown, so assume root */
		c->uid = r->pod.has_uid ? r->pod.uid : 0;
	}
	c->no_new_privs = p->escalation_off;
	if (!p->has_seccomp)
		c->unconfined = !r->pod_confined;
	c->host_network = r->pod.host_network;
	c->host_pid = r->pod.host_pid;
	c->host_ipc = r->pod.host_ipc;
	c->own_users = r->pod.own_users;
	c->sysctls = r->pod.sysctls;
	c->n_sysctls = r->pod.n_sysctls;
	find_volumes(r, c);
	if (p->prefixed)
		c->seen.how = "resolved against containerd's default list; names in drop that "
			      "begin with CAP_ have no effect there, only in podman kube play; "
			      "write them without CAP_, as in NET_RAW";
	capgate_request_resolve_containerd(c);
	return capgate_request_finish(c, r->arena, r->done, r->err);
}

static int read_pod(struct reader *r, const struct capgate_walk *walk,
		    const struct capgate_json_event *event)
{
	if (event->kind == CAPGATE_JSON_OBJECT) {
		if (r->n || r->n_volumes)
			return capgate_walk_fail(
				walk, CAPGATE_EINVALID, CAPGATE_RULE_WRONG_TYPE,
				event->at.off - r->base,
				"it has both the containers of a pod and a template of pods");
		return 0;
	}
	if (event->kind != CAPGATE_JSON_END)
		return 0; /* the spec of another kind, which is not an object */
	for (size_t i = 0; i < r->n; i++)
		if (finish_container(r, &r->v[i]) < 0)
			return r->err->code;
	r->n = r->n_volumes = 0;
	r->pod = (struct capgate_request){0};
	r->pod_confined = false;
	return 0;
}

/* ---- Reading ---------------------------------------------------------------------------- */

static int read_volume(struct reader *r, int field, const struct capgate_json_event *event)
{
	struct volume *v = r->n_volumes ? &r->volumes[r->n_volumes - 1] : NULL;

	if (field == FIELD_VOLUME && event->kind == CAPGATE_JSON_OBJECT) {
		if (capgate_arena_room(r->arena, (void **)&r->volumes, &r->volumes_room,
				       r->n_volumes + 1, sizeof(*r->volumes)) < 0)
			return capgate_fail_memory(r->err);
		r->volumes[r->n_volumes++] = (struct volume){0};
	} else if (v && field == FIELD_VOLUME_NAME) {
		v->name = event->text;
	} else if (v && field == FIELD_VOLUME_PATH) {
		v->path = event->text;
	}
	return 0;
}

/* RuntimeDefault and Localhost confine.  The default is Unconfined. */
static bool confines(struct capgate_text type)
{
	return !capgate_text_is(type, "Unconfined");
}

static int hand_on(const struct reader *r, struct capgate_request *c, int field,
		   const struct capgate_json_event *event)
{
	return capgate_request_read(c, field, (struct capgate_text){0}, event, r->arena) < 0
		       ? capgate_fail_memory(r->err)
		       : 0;
}

static void read_uid(struct capgate_request *c, const struct capgate_json_event *event)
{
	c->has_uid = event->kind == CAPGATE_JSON_NUMBER &&
		     capgate_json_uint(event->text, 4294967294u, &c->uid);
}

static int read_container(const struct reader *r, int field, struct pending *p,
			  const struct capgate_json_event *event)
{
	struct capgate_request *c = &p->request;
	struct capgate_text t = event->text;

	switch (field) {
	case FIELD_SECURITY:
		if (event->kind == CAPGATE_JSON_END)
			c->seen.places.security = event->at;
		return 0;
	case FIELD_CAPABILITIES:
		if (event->kind == CAPGATE_JSON_END)
			c->seen.places.capabilities = event->at;
		return 0;
	case FIELD_DROP:
		/*
		 * containerd adds CAP_, so a name that has it already drops nothing. podman writes
		 * and accepts such names, but nothing proves that podman will run the pod, because
		 * its annotations can be written by anybody.
		 */
		if (capgate_asked_has_prefix(t)) {
			p->prefixed = true;
			return 0;
		}
		return hand_on(r, c, REQUEST_CAP_DROP, event);
	case FIELD_ESCALATION:
		p->escalation_off = event->kind == CAPGATE_JSON_BOOL && !event->truth;
		return 0;
	case FIELD_SECCOMP:
		p->has_seccomp = true;
		c->unconfined = !confines(t);
		return 0;
	case FIELD_MOUNT:
		return hand_on(r, c, REQUEST_MOUNT, event);
	default:
		return hand_on(r, c, field, event);
	}
}

/* At the beginning, or the end, of an object. */
static int read_bounds(struct reader *r, const struct capgate_json_event *event)
{
	if (event->kind == CAPGATE_JSON_END) {
		r->v[r->n - 1].request.seen.places.container = event->at;
		r->in_container = false;
		return 0;
	}
	if (capgate_arena_room(r->arena, (void **)&r->v, &r->room, r->n + 1, sizeof(*r->v)) < 0)
		return capgate_fail_memory(r->err);
	r->v[r->n++] = (struct pending){
		.request.seen = {.engine = "kubernetes",
				 .thing = "container",
				 .dialect = CAPGATE_DIALECT_KUBERNETES,
				 .how = "resolved against containerd's default list, not read "
					"from a specification"}};
	r->in_container = true;
	return 0;
}

/* At the beginning, or the end, of an object.  A Prometheus object, for example, has the members
 * of a pod, but its controller adds other containers. */
static int read_object(struct reader *r, const struct capgate_json_event *event)
{
	const struct capgate_inspected seen = {
		.engine = "kubernetes", .thing = "object", .name = r->object};
	const bool of_others = event->kind == CAPGATE_JSON_END && r->whole_pod && r->kind.len &&
			       !capgate_text_is(r->kind, "Pod");

	r->object = r->kind = (struct capgate_text){0};
	r->whole_pod = false;
	return of_others ? capgate_request_untold(
				   &seen, CAPGATE_RULE_NOT_TOLD,
				   "its controller creates pods, which can have more than these "
				   "containers; pass its pods: kubectl get pods -o json",
				   r->arena, r->done, r->err)
			 : 0;
}

/* Reads a member of the pod, or of the object that makes pods. */
static int read_outer(struct reader *r, const struct capgate_walk *walk, int field,
		      const struct capgate_json_event *event)
{
	bool truth = event->kind == CAPGATE_JSON_BOOL && event->truth;

	switch (field) {
	case FIELD_OBJECT:
		return read_object(r, event);
	case FIELD_OBJECT_NAME:
		r->object = event->text;
		return 0;
	case FIELD_KIND:
		r->kind = event->text;
		return 0;
	case FIELD_POD:
		r->whole_pod |= event->kind == CAPGATE_JSON_END && r->n > 0;
		return read_pod(r, walk, event);
	case FIELD_TEMPLATE_POD:
		return read_pod(r, walk, event);
	case FIELD_POD_SECURITY:
	case FIELD_CONTAINERS:
		r->workloads +=
			event->kind == CAPGATE_JSON_OBJECT || event->kind == CAPGATE_JSON_ARRAY;
		return 0;
	case FIELD_POD_USER:
		read_uid(&r->pod, event);
		return 0;
	case FIELD_POD_SECCOMP:
		r->pod_confined = confines(event->text);
		return 0;
	case FIELD_HOST_NETWORK:
		r->pod.host_network = truth;
		return 0;
	case FIELD_HOST_PID:
		r->pod.host_pid = truth;
		return 0;
	case FIELD_HOST_IPC:
		r->pod.host_ipc = truth;
		return 0;
	case FIELD_HOST_USERS:
		r->pod.own_users = event->kind == CAPGATE_JSON_BOOL && !event->truth;
		return 0;
	case FIELD_OS:
		r->pod.windows |= capgate_text_is(event->text, "windows");
		return 0;
	case FIELD_VOLUME:
	case FIELD_VOLUME_NAME:
	case FIELD_VOLUME_PATH:
		return read_volume(r, field, event);
	default:
		return hand_on(r, &r->pod, field, event);
	}
}

static int visit_object(void *user, const struct capgate_walk *walk, int field,
			const struct capgate_json_event *event)
{
	struct reader *r = user;
	struct capgate_json_event e = *event;

	e.at.off += r->base;
	r->workloads += field == FIELD_SECURITY && e.kind == CAPGATE_JSON_OBJECT;
	if (field == FIELD_CONTAINER)
		return e.kind == CAPGATE_JSON_OBJECT || e.kind == CAPGATE_JSON_END
			       ? read_bounds(r, &e)
			       : 0;
	if (r->in_container)
		return read_container(r, field, &r->v[r->n - 1], &e);
	return read_outer(r, walk, field, &e);
}

int capgate_kubernetes_read(const struct capgate_document *document, struct capgate_arena *arena,
			    struct capgate_requests *list, struct capgate_error *err)
{
	struct reader r = {.arena = arena, .err = err, .done = list, .base = document->base};
	int status = capgate_walk_text(document->text, (struct capgate_json_options){0},
				       &capgate_shape_kubernetes, arena, visit_object, &r, err);

	if (status < 0 && err->pos != CAPGATE_NOWHERE)
		err->pos += document->base;
	if (status < 0 || r.workloads >= document->workloads)
		return status;
	return capgate_request_untold(
		&(struct capgate_inspected){.engine = "", .thing = "document", .name = r.object},
		CAPGATE_RULE_NOT_TOLD,
		"it describes containers in a form that capgate does not read; pass its pods: "
		"kubectl get pods -o json",
		arena, list, err);
}
