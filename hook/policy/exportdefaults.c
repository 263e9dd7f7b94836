/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The capabilities that an engine gives to every container.  A policy says what a container
 * may have, a default what it gets without asking: so the result is the engine's own list
 * without what the policy does not allow, and never more than that list.
 */
#include <stdlib.h>
#include <string.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "export.h"
#include "templates.h"

void export_names(struct capgate_out *out, capgate_set s)
{
	bool first = true;

	for (int c = -1; (c = capgate_set_next(s, c + 1)) >= 0 && c < CAPGATE_NCAPS; first = false)
		capgate_out_format(out, "%s\"%s\"", first ? "" : ", ",
				   capgate_cap_info(c)->name + 4);
}

static void default_capabilities(const struct exported *e, struct capgate_out *out)
{
	capgate_out_string(out, "default_capabilities = [");
	export_names(out, e->gives);
	capgate_out_string(out, "]\n");
}

void export_containers_conf(const struct exported *e, struct capgate_out *out)
{
	capgate_out_string(out, "[containers]\n");
	default_capabilities(e, out);
}

void export_crio(const struct exported *e, struct capgate_out *out)
{
	capgate_out_string(out, "[crio.runtime]\n");
	default_capabilities(e, out);
}

/* ---- One container ----------------------------------------------------------------- */

/* What is dropped from the usual list, or ALL where less is left than leaves. */
static bool drops_all(const struct exported *e, capgate_set *drop)
{
	*drop = capgate_set_minus(capgate_profile_find(capgate_text_of(e->format->profile))->caps,
				  e->gives);
	return capgate_set_count(e->gives) < capgate_set_count(*drop);
}

static void flags(struct capgate_out *out, const char *flag, capgate_set s)
{
	for (int c = -1; (c = capgate_set_next(s, c + 1)) >= 0 && c < CAPGATE_NCAPS;)
		capgate_out_format(out, " %s=%s", flag, capgate_cap_info(c)->name + 4);
}

void export_docker_run(const struct exported *e, struct capgate_out *out)
{
	capgate_set drop;

	capgate_out_string(out, "docker run");
	if (drops_all(e, &drop)) {
		capgate_out_string(out, " --cap-drop=ALL");
		flags(out, "--cap-add", e->gives);
	} else {
		flags(out, "--cap-drop", drop);
	}
	if (e->policy->require_no_new_privileges)
		capgate_out_string(out, " --security-opt=no-new-privileges");
	capgate_out_string(out, " ...\n");
}

static void list(struct capgate_out *out, const char *key, capgate_set s)
{
	if (capgate_set_empty(s))
		return;
	capgate_out_format(out, "%s: [", key);
	export_names(out, s);
	capgate_out_string(out, "]\n");
}

static void drop_and_add(const struct exported *e, const char *drop_key, const char *add_key,
			 struct capgate_out *out)
{
	capgate_set drop;

	if (drops_all(e, &drop)) {
		capgate_out_format(out, "%s: [\"ALL\"]\n", drop_key);
		list(out, add_key, e->gives);
	} else {
		list(out, drop_key, drop);
	}
}

void export_compose(const struct exported *e, struct capgate_out *out)
{
	drop_and_add(e, "cap_drop", "cap_add", out);
	if (e->policy->require_no_new_privileges)
		capgate_out_string(out, "security_opt: [\"no-new-privileges:true\"]\n");
}

void export_security_context(const struct exported *e, struct capgate_out *out)
{
	capgate_out_string(out, "securityContext:\n  privileged: false\n");
	if (e->policy->require_no_new_privileges)
		capgate_out_string(out, "  allowPrivilegeEscalation: false\n");
	capgate_out_string(out, "  capabilities:\n");
	drop_and_add(e, "    drop", "    add", out);
}

/* ---- containerd's base specification ------------------------------------------------ */

int export_base_spec(struct capgate_text base, const struct capgate_policy *policy,
		     struct capgate_text *ret, struct capgate_error *err)
{
	struct capgate_policy strips = *policy;
	struct capgate_arena arena;
	struct capgate_report report;
	struct capgate_spec spec;
	int status = 0;

	strips.action = CAPGATE_REWRITE;
	strips.substitute_sysctls = false;
	strips.n_exemptions = 0;
	*ret = base;
	if (io_arena(base.len, &arena, err) < 0 ||
	    capgate_spec_parse(base, CAPGATE_CONFIG, &arena, &spec, err) < 0 ||
	    capgate_judge(&spec, &strips, &arena, &report, err) < 0)
		return err->code;
	if (report.verdict == CAPGATE_REFUSE)
		return capgate_fail(err, CAPGATE_EINVALID, report.rule, CAPGATE_NOWHERE,
				    "no rewrite makes the base specification pass: %s",
				    capgate_rule_info(report.rule)->cause);
	if (report.verdict == CAPGATE_STRIP)
		status = capgate_rewrite(&spec, &report, &strips, &arena, ret, err);
	return status;
}
