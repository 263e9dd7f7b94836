/* SPDX-License-Identifier: Apache-2.0 */
#include "compose.h"

#include <string.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "command.h"

#define COMPOSE_MS 60000
#define WORDS (2 * ARGUMENTS_GLOBALS + 16)

/* The project name for queries.  No run has this name. */
static const char project[] = "capgate-learn";

/* Runs "docker ... compose ... -p PROJECT" with the words of rest.  errors: a sink for standard
 * error. */
static int call_compose(const struct arguments *a, const char *const *rest, int output, int errors)
{
	const char *argv[WORDS];
	size_t n = 0;

	argv[n++] = a->engine;
	for (size_t i = 0; i < a->n_global; i++)
		argv[n++] = a->global[i];
	argv[n++] = "compose";
	for (size_t i = 0; i < a->n_compose_global; i++)
		argv[n++] = a->compose_global[i];
	argv[n++] = "-p";
	argv[n++] = project;
	while (*rest && n < COUNT(argv) - 1)
		argv[n++] = *rest++;
	argv[n] = NULL;
	return command_run(&(struct command_call){.argv = argv,
						  .namespace = -1,
						  .output = output,
						  .errors = errors,
						  .milliseconds = COMPOSE_MS});
}

static int compose_failed(const struct arguments *a, int errors, struct capgate_error *err)
{
	static const char *const version[] = {"version", NULL};
	char line[200];

	command_last_line(errors, line, sizeof(line));
	if (call_compose(a, version, -1, 0) != 0)
		return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_NONE, CAPGATE_NOWHERE,
				    "%s has no compose plugin (Compose 2); install it, or give "
				    "docker run with the settings of the service: its image, user, "
				    "volumes, cap_add and cap_drop",
				    a->engine);
	return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_NONE, CAPGATE_NOWHERE,
			    "%s compose config: %s", a->engine, line[0] ? line : "it failed");
}

/* Asks Compose to print the service and its dependencies, from all profiles. */
static int ask(const struct arguments *a, struct capgate_text *ret, struct capgate_error *err)
{
	const char *const config[] = {"--profile", "*",    "config",    "--format",
				      "json",      "--",   a->image[0], NULL};
	int output = command_sink(), errors = command_sink(), status;

	if (output < 0 || errors < 0)
		status = capgate_fail_memory(err);
	else if (call_compose(a, config, output, errors) != 0)
		status = compose_failed(a, errors, err);
	else
		status = command_text(output, ret, err);
	if (output >= 0)
		close(output);
	if (errors >= 0)
		close(errors);
	return status;
}

/* Adds the capabilities in the compose file.  An option on the command line takes precedence. */
static void add_caps(struct arguments *a, const struct service_facts *f)
{
	a->drop = capgate_set_or(capgate_set_minus(f->drop, a->add), a->drop);
	a->add = capgate_set_or(capgate_set_minus(f->add, a->drop), a->add);
	a->add_all |= f->add_all && !a->drop_all;
	a->drop_all |= f->drop_all;
}

int compose_open(struct arguments *a, struct service_facts *ret, struct capgate_error *err)
{
	struct service_question question = {.service = a->image[0],
					    .project = project,
					    .alone = a->no_deps,
					    .ports = a->service_ports};
	int status;

	if (ask(a, &question.text, err) < 0)
		return err->code;
	status = service_read(&question, ret, err);
	io_free(question.text);
	if (status < 0)
		return status;
	if (ret->privileged)
		return arguments_privileged(err);
	add_caps(a, ret);
	effects_join(&a->effects, &ret->effects);
	return 0;
}
