/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the policy in the Common Expression Language, as Kubernetes evaluates it.  The
 * computation is the same as in the reader of kubectl's output: containerd begins with its
 * default list, adds, and drops last; in upper case; and adds CAP_ to each name, so a name to
 * drop that has it already drops nothing.
 */
#include <string.h>

#include "lib/base/base.h"
#include "export.h"

/* ---- Namespaces ---------------------------------------------------------------------- */

static bool is_namespace_key(struct capgate_text key)
{
	return capgate_text_is(key, "io.kubernetes.pod.namespace") ||
	       capgate_text_is(key, "io.kubernetes.cri.sandbox-namespace");
}

/* Does this glob match every pod's cgroup, with any cgroup manager? */
static bool is_of_pods(struct capgate_text cgroup)
{
	static const char *const globs[] = {"*kubepods*", "/kubepods*", "kubepods*", "*"};

	for (size_t i = 0; i < COUNT(globs); i++)
		if (capgate_text_is(cgroup, globs[i]))
			return true;
	return cgroup.len == 0;
}

bool export_is_of_namespace(const struct capgate_exemption *e)
{
	for (size_t i = 0; i < e->n_annotations; i++)
		if (!is_namespace_key(e->annotations[i].key))
			return false;
	return e->n_annotations == 1 && is_of_pods(e->cgroup) && !e->bundle.len && !e->rootfs.len &&
	       !e->hostname.len && !e->image.len && !e->has_uid;
}

/* A glob as a regular expression (RE2) within a CEL string in a YAML block. */
static void out_regex(struct capgate_out *out, struct capgate_text glob)
{
	static const char special[] = ".+()[]{}^$|";

	capgate_out_string(out, "r'^");
	for (size_t i = 0; i < glob.len; i++) {
		char c = glob.p[i];

		if (c == '*' || c == '?')
			capgate_out_string(out, c == '*' ? ".*" : ".");
		else if (memchr(special, c, sizeof(special) - 1))
			capgate_out_format(out, "[%s%c]", c == '^' ? "\\" : "", c);
		else
			capgate_out_bytes(out, &c, 1);
	}
	capgate_out_string(out, "$'");
}

/* Can only letters of a namespace's name (RFC 1123) and marks of globs be in it? */
static bool is_plain_glob(struct capgate_text t)
{
	for (size_t i = 0; i < t.len; i++)
		if (!((t.p[i] >= 'a' && t.p[i] <= 'z') || (t.p[i] >= '0' && t.p[i] <= '9') ||
		      memchr("-*?.", t.p[i], 4)))
			return false;
	return true;
}

static bool applies(const struct exported *e, const struct capgate_exemption *x)
{
	return (e->format->can & EXPRESSES_NAMESPACES) && export_is_of_namespace(x) &&
	       is_plain_glob(x->annotations[0].value) &&
	       !capgate_exemption_expired(x, e->policy->scene.now);
}

/* The number of exemptions for namespaces that give at least these capabilities. */
static size_t count_applying(const struct exported *e, capgate_set at_least)
{
	size_t n = 0;

	for (size_t i = 0; i < e->policy->n_exemptions; i++) {
		const struct capgate_exemption *x = &e->policy->exemptions[i];

		n += applies(e, x) && capgate_set_within(at_least, x->allow) &&
		     capgate_set_within(at_least, e->policy->exempt_most);
	}
	return n;
}

static bool has_exempt(const struct exported *e)
{
	return count_applying(e, (capgate_set){0}) > 0;
}

/* ---- Variables ------------------------------------------------------------------------- */

/* A line of a block, indented. */
static void out_line(struct capgate_out *out, int indent, const char *text)
{
	capgate_out_format(out, "%*s%s\n", indent, "", text);
}

static void out_list_of(const char *object, const char *member, int indent, struct capgate_out *out)
{
	capgate_out_format(out, "%*s+ (has(%s.spec.%s) ? %s.spec.%s : [])\n", indent, "", object,
			   member, object, member);
}

/* A list of names, some on each line, all but the first line indented. */
static void out_list(capgate_set s, int indent, struct capgate_out *out)
{
	int n = 0;

	capgate_out_string(out, "[");
	for (int c = -1; (c = capgate_set_next(s, c + 1)) >= 0 && c < CAPGATE_NCAPS; n++) {
		if (n > 0)
			capgate_out_string(out, n % 5 ? ", " : ",\n");
		if (n > 0 && n % 5 == 0)
			capgate_out_format(out, "%*s", indent, "");
		capgate_out_format(out, "\"%s\"", capgate_cap_info(c)->name + 4);
	}
	capgate_out_string(out, "]");
}

static void begin_variable(const char *name, int indent, struct capgate_out *out)
{
	capgate_out_format(out, "%*s- name: %s\n", indent, "", name);
	out_line(out, indent, "  expression: >-");
}

/* The add or drop list of every container, in upper case; [] if it is missing. */
static void out_request(const char *which, int indent, struct capgate_out *out)
{
	capgate_out_format(
		out,
		"%*s\"%s\": has(c.securityContext) && has(c.securityContext.capabilities)\n"
		"%*s&& has(c.securityContext.capabilities.%s)\n"
		"%*s? c.securityContext.capabilities.%s.map(n, n.upperAscii()) : []%s\n",
		indent, "", which, indent, "", which, indent, "", which,
		strcmp(which, "add") == 0 ? "," : "");
}

/* Writes what exemptions for the pod's namespace give. */
static void out_exempt(const struct exported *e, const char *object, int indent,
		       struct capgate_out *out)
{
	begin_variable("exempt", indent, out);
	out_line(out, indent, "    [\"\"]");
	for (size_t i = 0; i < e->policy->n_exemptions; i++) {
		const struct capgate_exemption *x = &e->policy->exemptions[i];

		if (!applies(e, x))
			continue;
		capgate_out_format(out, "%*s+ (%s.metadata.namespace.matches(", indent + 4, "",
				   object);
		out_regex(out, x->annotations[0].value);
		capgate_out_string(out, ") ? ");
		out_list(capgate_set_and(x->allow, e->policy->exempt_most), indent + 4, out);
		capgate_out_string(out, " : [])\n");
	}
}

void export_variables(const struct exported *e, const char *object, int indent,
		      struct capgate_out *out)
{
	begin_variable("containers", indent, out);
	capgate_out_format(out, "%*s%s.spec.containers\n", indent + 4, "", object);
	out_list_of(object, "initContainers", indent + 4, out);
	out_list_of(object, "ephemeralContainers", indent + 4, out);
	begin_variable("requests", indent, out);
	out_line(out, indent, "    variables.containers.map(c, {");
	out_request("add", indent + 4, out);
	out_request("drop", indent + 4, out);
	out_line(out, indent, "    })");
	begin_variable("known", indent, out);
	capgate_out_format(out, "%*s", indent + 4, "");
	out_list(capgate_set_all(), indent + 4, out);
	capgate_out_string(out, "\n");
	if (has_exempt(e))
		out_exempt(e, object, indent, out);
}

/* ---- Validations ------------------------------------------------------------------------- */

/* unless: an expression under which nothing is to be validated; or NULL. */
static void begin_rule(const char *message, const char *unless, int indent, struct capgate_out *out)
{
	capgate_out_format(out, "%*s- message: ", indent, "");
	capgate_out_json(out, capgate_text_of(message));
	capgate_out_string(out, "\n");
	out_line(out, indent, "  expression: >-");
	if (unless)
		capgate_out_format(out, "%*s%s ||\n", indent + 4, "", unless);
}

static void out_privileged(const struct exported *e, const char *unless, int indent,
			   struct capgate_out *out)
{
	begin_rule("a container is privileged, which gives it every capability; list those that it "
		   "needs in "
		   "securityContext.capabilities.add",
		   unless, indent, out);
	if (count_applying(e, capgate_set_all()))
		out_line(out, indent, "    variables.known.all(x, x in variables.exempt) ||");
	out_line(out, indent, "    variables.containers.all(c, !has(c.securityContext)");
	out_line(out, indent,
		 "    || !has(c.securityContext.privileged) || !c.securityContext.privileged)");
}

static void out_no_new_privs(const char *unless, int indent, struct capgate_out *out)
{
	begin_rule(
		"a container may gain privileges; set securityContext.allowPrivilegeEscalation to "
		"false",
		unless, indent, out);
	out_line(out, indent, "    variables.containers.all(c, has(c.securityContext)");
	out_line(out, indent, "    && has(c.securityContext.allowPrivilegeEscalation)");
	out_line(out, indent, "    && !c.securityContext.allowPrivilegeEscalation)");
}

static void out_each(const struct exported *e, capgate_set s, int indent, struct capgate_out *out)
{
	capgate_out_format(out, "%*svariables.requests.all(r,\n%*s", indent + 4, "", indent + 4,
			   "");
	out_list(s, indent + 4, out);
	capgate_out_format(out, ".all(x, %sx in r.drop\n",
			   has_exempt(e) ? "x in variables.exempt || " : "");
}

/* It is added neither with nor without CAP_. */
#define NOT_ADDED "!(x in r.add) && !((\"CAP_\" + x) in r.add)"

static void out_defaults(const struct exported *e, capgate_set s, const char *unless, int indent,
			 struct capgate_out *out)
{
	begin_rule(
		"a container keeps, or adds, a capability of the runtime's default list that the "
		"policy does "
		"not allow; list it in securityContext.capabilities.drop",
		unless, indent, out);
	out_each(e, s, indent, out);
	out_line(out, indent, "    || (\"ALL\" in r.drop && " NOT_ADDED ")))");
}

static void out_others(const struct exported *e, capgate_set s, const char *unless, int indent,
		       struct capgate_out *out)
{
	begin_rule("a container adds a capability that the policy does not allow; remove it from "
		   "securityContext.capabilities.add",
		   unless, indent, out);
	out_each(e, s, indent, out);
	out_line(out, indent, "    || (" NOT_ADDED);
	out_line(out, indent,
		 "    && (\"ALL\" in r.drop || (!(\"ALL\" in r.add) && !(\"CAP_ALL\" in "
		 "r.add))))))");
}

/* Refuses unknown names, because a runtime may understand them. */
static void out_unknown(const char *unless, int indent, struct capgate_out *out)
{
	begin_rule("a container adds a name that is not a capability; runtimes read such a name "
		   "differently",
		   unless, indent, out);
	out_line(out, indent,
		 "    variables.requests.all(r, r.add.all(n, n in [\"ALL\", \"CAP_ALL\"]");
	out_line(out, indent, "    || variables.known.exists(k, n == k || n == \"CAP_\" + k)))");
}

void export_validations(const struct exported *e, const char *unless, int indent,
			struct capgate_out *out)
{
	const capgate_set usual = capgate_profile_find(capgate_text_of("docker-default"))->caps;
	const capgate_set forbidden = capgate_set_minus(capgate_set_all(), e->policy->allowed);
	const capgate_set defaults = capgate_set_and(forbidden, usual);
	const capgate_set others = capgate_set_minus(forbidden, usual);

	if (!capgate_set_empty(forbidden))
		out_privileged(e, unless, indent, out);
	if (!capgate_set_empty(defaults))
		out_defaults(e, defaults, unless, indent, out);
	if (!capgate_set_empty(others))
		out_others(e, others, unless, indent, out);
	out_unknown(unless, indent, out);
	if (e->policy->require_no_new_privileges)
		out_no_new_privs(unless, indent, out);
}
