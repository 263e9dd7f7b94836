/* SPDX-License-Identifier: Apache-2.0 */
/* The runtimes that users of podman and CRI-O can select. */
#include <string.h>
#include <unistd.h>

#include "hook/engines/engines.h"
#include "doctor.h"

/* The program that the engine runs: the first one that exists, else the first in the list. */
static struct capgate_text program_of(const struct conf_runtime *v)
{
	for (size_t i = 0; i < v->n_paths; i++)
		if (access(v->path[i], X_OK) == 0)
			return capgate_text_of(v->path[i]);
	return capgate_text_of(v->n_paths ? v->path[0] : v->name);
}

static bool is_there(const struct conf_runtime *v)
{
	for (size_t i = 0; i < v->n_paths; i++)
		if (access(v->path[i], X_OK) == 0)
			return true;
	return false;
}

bool doctor_runtimes_default(const struct engine_conf *conf)
{
	const struct conf_runtime *v = engine_conf_runtime(conf, engine_conf_default(conf));

	return wiring_is_wrapper(v ? program_of(v) : capgate_text_of(engine_conf_default(conf)));
}

static void say_unjudged(struct doctor *d, enum engine e, const struct engine_conf *conf,
			 const struct conf_runtime *v, bool fallback)
{
	struct capgate_text program = program_of(v);
	bool podman = e == ENGINE_PODMAN, last = engine_conf_is_last(conf, v->file),
	     users = strncmp(v->file, CONF_USERS, sizeof(CONF_USERS) - 1) == 0;

	/* podman's hooks judge its containers.  The default runtime has its own finding. */
	if (podman && fallback)
		return;
	doctor_say(d, podman ? LEVEL_WARN : LEVEL_BAD, e,
		   fallback ? "runtime-default" : "runtime-handler",
		   "the %s \"%.60s\"%s (%.120s) runs %.*s%s\t%s%scapgate configure %s",
		   podman ? "runtime" : "handler", v->name, fallback ? ", the default," : "",
		   v->file[0] ? v->file : "built in", (int)(program.len < 100 ? program.len : 100),
		   program.p,
		   podman ? ": hooks judge its containers, but not what is executed in them"
			  : ", and capgate does not judge what is executed in its containers",
		   !last   ? ""
		   : users ? "move that setting into a file of /etc/containers/containers.conf.d"
			   : "give that file a name that sorts before " WIRING_LAST_CONF,
		   last ? ", then: " : "", wiring_engine_name(e));
}

static void look_at_runtime_of(struct doctor *d, enum engine e, const struct engine_conf *conf,
			       const struct conf_runtime *v, bool fallback)
{
	bool podman = e == ENGINE_PODMAN,
	     foreign = v->foreign || (podman && doctor_is_sandbox(capgate_text_of(v->name)));

	if (podman && !fallback &&
	    (!is_there(v) ||
	     (wiring_is_wrapper(program_of(v)) && !doctor_has_real(d, program_of(v)))))
		return; /* no program exists for this name */
	if (v->platform)
		doctor_say(d, LEVEL_BAD, e, "runtime-platform",
			   "the handler \"%.60s\" (%.150s) has platform_runtime_paths, programs "
			   "that capgate does not judge\tremove them",
			   v->name, v->file);
	if (foreign)
		doctor_say(d, LEVEL_WARN, e, "runtime-shim",
			   "capgate cannot judge the runtime \"%.60s\" (%.120s), whose containers "
			   "run under another kernel\tlet admission control allow it only to those "
			   "who need it, or remove it",
			   v->name, v->file[0] ? v->file : "built in");
	else if (!v->inherits && wiring_is_wrapper(program_of(v)))
		doctor_wrapped(d, (int)e,
			       podman     ? "the runtime"
			       : fallback ? "the default handler"
					  : "the handler",
			       v->name, program_of(v));
	else if (!v->inherits)
		say_unjudged(d, e, conf, v, fallback);
}

void doctor_runtimes(struct doctor *d, enum engine e, const struct engine_conf *conf)
{
	const char *fallback = engine_conf_default(conf);
	bool hooks_only = e == ENGINE_PODMAN && !doctor_runtimes_default(conf);

	/* With --hooks-only there is one finding for all. */
	for (size_t i = 0; i < conf->n_runtimes; i++)
		if (!hooks_only || wiring_is_wrapper(program_of(&conf->v[i])))
			look_at_runtime_of(d, e, conf, &conf->v[i],
					   strcmp(conf->v[i].name, fallback) == 0);
}
