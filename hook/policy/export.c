/* SPDX-License-Identifier: Apache-2.0 */
/* policy export: writes the policy in the languages of programs that enforce it, or set
 * defaults, where capgate cannot run. */
#include "export.h"

#include <string.h>
#include <unistd.h>

#include "hook/cli/cli.h"
#include "hook/confine/confine.h"
#include "hook/gate/gate.h"
#include "hook/sys/sys.h"
#include "hook/term/term.h"
#include "lib/base/base.h"
#include "policy.h"
#include "templates.h"

#define DEFAULT_NOTE \
	"this sets the default of a container, not a limit: it may still ask for more " \
	"(--cap-add, capabilities.add), and exec --privileged is not seen"
#define ADMISSION_NOTE \
	"this judges what a pod asks for when it is created, resolved against containerd's " \
	"default list; it does not see exec, files of images, or containers that the API server " \
	"does not create"
#define SNIPPET_NOTE "this is for one container, and nothing enforces its use"

static const struct export_format formats[] = {
	{"containerd-base-spec", IS_DEFAULT, "docker-default", NULL, DEFAULT_NOTE},
	{"crio", IS_DEFAULT | HAS_COMMENTS, "crio-default", export_crio, DEFAULT_NOTE},
	{"containers.conf", IS_DEFAULT | HAS_COMMENTS, "podman-default", export_containers_conf,
	 DEFAULT_NOTE},
	{"validating-admission-policy",
	 EXPRESSES_MODE | EXPRESSES_NO_NEW_PRIVS | EXPRESSES_NAMESPACES | HAS_COMMENTS, NULL,
	 export_admission_policy, ADMISSION_NOTE},
	{"kyverno", EXPRESSES_MODE | EXPRESSES_NO_NEW_PRIVS | EXPRESSES_NAMESPACES | HAS_COMMENTS,
	 NULL, export_kyverno, ADMISSION_NOTE},
	{"gatekeeper",
	 EXPRESSES_MODE | EXPRESSES_NO_NEW_PRIVS | EXPRESSES_NAMESPACES | HAS_COMMENTS, NULL,
	 export_gatekeeper, ADMISSION_NOTE},
	{"pod-security", EXPRESSES_MODE | HAS_COMMENTS, NULL, export_pod_security, ADMISSION_NOTE},
	{"docker-run", IS_DEFAULT | IS_SNIPPET | EXPRESSES_NO_NEW_PRIVS, "docker-default",
	 export_docker_run, SNIPPET_NOTE},
	{"compose", IS_DEFAULT | IS_SNIPPET | EXPRESSES_NO_NEW_PRIVS | HAS_COMMENTS,
	 "docker-default", export_compose, SNIPPET_NOTE},
	{"securitycontext", IS_DEFAULT | IS_SNIPPET | EXPRESSES_NO_NEW_PRIVS | HAS_COMMENTS,
	 "docker-default", export_security_context, SNIPPET_NOTE},
};

const char *const export_format_names[] = {
	"containerd-base-spec",
	"crio",
	"containers.conf",
	"validating-admission-policy",
	"kyverno",
	"gatekeeper",
	"pod-security",
	"docker-run",
	"compose",
	"securitycontext",
	NULL,
};

static const struct export_format *find_format(const char *name)
{
	for (size_t i = 0; i < COUNT(formats); i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

/* ---- What is not expressed ------------------------------------------------------------ */

/* Lines of text, each passed to the function that collects them. */
struct warnings {
	void (*tell)(void *user, struct capgate_text line);
	void *user;
	size_t n;
};

static void warn(struct warnings *w, const struct words *words)
{
	w->n++;
	w->tell(w->user, words_text(words));
}

static void warn_exemption(const struct exported *e, const struct capgate_exemption *x,
			   struct warnings *w)
{
	struct words words;

	capgate_out_string(words_begin(&words), "exemption ");
	capgate_out_visible(&words.out, x->id);
	if (x->lifts) {
		capgate_out_string(
			&words.out,
			": only its capabilities are expressed, nothing else that it permits");
		warn(w, &words);
		capgate_out_string(words_begin(&words), "exemption ");
		capgate_out_visible(&words.out, x->id);
	}
	if (capgate_set_empty(x->allow))
		return;
	capgate_out_string(&words.out, " (");
	capgate_out_set(&words.out, x->allow, " ");
	if ((e->format->can & EXPRESSES_NAMESPACES) && export_is_of_namespace(x)) {
		if (!x->expires.len)
			return;
		capgate_out_string(&words.out, "): its end, ");
		capgate_out_visible(&words.out, x->expires);
		capgate_out_string(&words.out,
				   capgate_exemption_expired(x, e->policy->scene.now)
					   ? ", has passed, so it is omitted"
					   : ", is not expressed: export again before that day");
	} else if (e->format->can & IS_DEFAULT) {
		capgate_out_string(
			&words.out,
			") is not expressed: its containers must ask for these themselves");
	} else {
		capgate_out_string(&words.out, ") is not expressed: its containers are refused");
	}
	warn(w, &words);
}

static void warn_level(const struct exported *e, struct warnings *w)
{
	capgate_set allows, more;
	const char *level = export_pod_security_level(e->policy, &allows);
	struct words words;

	more = capgate_set_minus(allows, e->policy->allowed);
	if (!capgate_set_empty(more)) {
		capgate_out_format(words_begin(&words), "%s also allows ", level);
		capgate_out_set(&words.out, more, " ");
		warn(w, &words);
	}
	if (strcmp(level, "baseline") == 0) {
		capgate_out_string(
			words_begin(&words),
			"baseline does not refuse the NET_RAW that containerd and Docker "
			"give by default");
		warn(w, &words);
	}
	if (strcmp(level, "restricted") == 0) {
		capgate_out_string(
			words_begin(&words),
			"restricted also requires runAsNonRoot, seccomp, and no host namespaces");
		warn(w, &words);
	}
}

static void say(struct warnings *w, const char *line)
{
	struct words words;

	capgate_out_string(words_begin(&words), line);
	warn(w, &words);
}

/* Finds what this policy says but the format cannot express. */
static void find_warnings(const struct exported *e, struct warnings *w)
{
	const struct capgate_policy *p = e->policy;
	const unsigned can = e->format->can;

	for (size_t i = 0; i < p->n_exemptions; i++)
		warn_exemption(e, &p->exemptions[i], w);
	if (p->mode == CAPGATE_AUDIT && !(can & (EXPRESSES_MODE | IS_SNIPPET)))
		say(w, "mode audit is not expressed: this enforces immediately");
	if (p->require_no_new_privileges && !(can & EXPRESSES_NO_NEW_PRIVS))
		say(w, "no_new_privileges is not expressed: set it for each container");
	if (p->user_namespaces == CAPGATE_USERNS_DENY)
		say(w, "user_namespaces deny is not expressed: the engine's seccomp profile, or "
		       "user.max_user_namespaces, must deny them");
	if (strcmp(e->format->name, "pod-security") == 0)
		warn_level(e, w);
}

static void tell_stderr(void *user, struct capgate_text line)
{
	(void)user;
	io_say("policy export: warning: %.*s", (int)line.len, line.p);
}

static void tell_comment(void *user, struct capgate_text line)
{
	capgate_out_string(user, "# not expressed: ");
	capgate_out_visible(user, line);
	capgate_out_string(user, "\n");
}

/* ---- The command ------------------------------------------------------------------------ */

static void fill_export(void *user, struct capgate_out *out)
{
	const struct exported *e = user;
	struct warnings w = {tell_comment, out, 0};

	if (e->format->can & HAS_COMMENTS) {
		capgate_out_format(out, "# capgate policy export --to %s, of ", e->format->name);
		capgate_out_visible(out, e->policy->source.len
						 ? e->policy->source
						 : capgate_text_of("the built-in policy"));
		if (e->policy->digest.len) {
			capgate_out_string(out, ", sha256 ");
			capgate_out_visible(out, e->policy->digest);
		}
		capgate_out_format(out, "\n# %s\n", e->format->note);
		find_warnings(e, &w);
	}
	e->format->write(e, out);
}

static int print_base_spec(const struct exported *e, const char *file, struct capgate_error *err)
{
	struct capgate_text base = capgate_text_of(template_containerd_base_spec_json), text;

	if (file && input_read(file, e->policy->max_bytes, &base, err) < 0)
		return err->code;
	if (export_base_spec(base, e->policy, &text, err) < 0)
		return err->code;
	return io_write_all(STDOUT_FILENO, text, err);
}

static int export(const struct exported *e, const char *base, bool strict,
		  struct capgate_error *err)
{
	struct warnings w = {.tell = tell_stderr};
	int status;

	find_warnings(e, &w);
	if (w.n && strict) {
		io_say("policy export: --strict: nothing was written, because %s cannot express "
		       "all of this policy",
		       e->format->name);
		return STATUS_FINDINGS;
	}
	if (!(e->format->can & HAS_COMMENTS))
		io_say("policy export: note: %s", e->format->note);
	if (e->format->write)
		status = outbuf_print(fill_export, (void *)e, err);
	else
		status = print_base_spec(e, base, err);
	return status < 0 ? status : STATUS_OK;
}

static int fail_format(const struct policy_options *options)
{
	struct words names;

	words_begin(&names);
	for (size_t i = 0; export_format_names[i]; i++)
		capgate_out_format(&names.out, "%s%s", i ? ", " : "", export_format_names[i]);
	io_say("policy export: %s%s; --to takes one of %.*s",
	       options->to ? "unknown format " : "--to is missing", options->to ? options->to : "",
	       (int)names.out.len, names.out.p);
	return STATUS_USAGE;
}

int policy_export(const struct policy_options *options)
{
	struct exported e = {.format = options->to ? find_format(options->to) : NULL};
	struct capgate_policy policy;
	struct capgate_arena arena;
	struct capgate_error err;
	int status;

	if (!e.format)
		return fail_format(options);
	if (options->base && e.format->write) {
		io_say("policy export: --base needs --to containerd-base-spec");
		return STATUS_USAGE;
	}
	status = io_arena(POLICY_TEXT_MAX, &arena, &err);
	if (status == 0)
		status = policy_load(options->policy, &arena, &policy, &err);
	if (status == 0)
		status = confine_linter(CONFINE_READ, policy.best_effort_confinement, &err);
	if (status == 0) {
		e.policy = &policy;
		if (e.format->profile)
			e.gives = capgate_set_and(
				policy.allowed,
				capgate_profile_find(capgate_text_of(e.format->profile))->caps);
		status = export(&e, options->base, options->strict, &err);
	}
	if (status >= 0)
		return status;
	io_say_error("policy export", &err);
	return io_status(&err);
}
