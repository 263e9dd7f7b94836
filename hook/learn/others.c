/* SPDX-License-Identifier: Apache-2.0 */
#include "others.h"

#include <string.h>

#include "lib/base/base.h"

#define RECORD \
	"record what it uses while it runs, with \"learn\": \"record\" in the policy " \
	"(capgate-policy(5))"
#define COMPOSE \
	"give docker compose run; or give docker run or podman run with the settings of the " \
	"service: its image, user, volumes, cap_add and cap_drop"

static const struct {
	const char *program, *instead;
} others[] = {
	{"ctr", "give nerdctl run or docker run with the same image, or --bundle with the "
		"directory of its config.json; or " RECORD},
	{"crictl", "give podman run or docker run with the same image; or " RECORD},
	{"kubectl", "give podman run or docker run with the same image; or " RECORD},
	{"buildah", "give podman run with the image"},
	{"runc", "give --bundle DIR"},
	{"crun", "give --bundle DIR --runtime crun"},
	{"sudo", "omit sudo: learn starts the engine as root"},
	{"docker-compose", COMPOSE},
	{"podman-compose", COMPOSE},
};

static int refuse_one(const char *program, const char *word, const char *instead,
		      struct capgate_error *err)
{
	return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_NONE, CAPGATE_NOWHERE,
			    "cannot repeat what %s%s starts; %s", program, word, instead);
}

int others_refuse(const char *program, struct capgate_error *err)
{
	for (size_t i = 0; i < COUNT(others); i++)
		if (strcmp(program, others[i].program) == 0)
			return refuse_one(program, "", others[i].instead, err);
	return 0;
}

int others_refuse_compose(const char *program, struct capgate_error *err)
{
	static const char *const engines[] = {"podman", "nerdctl"};

	for (size_t i = 0; i < COUNT(engines); i++)
		if (strncmp(program, engines[i], strlen(engines[i])) == 0)
			return refuse_one(engines[i], " compose", COMPOSE, err);
	return 0;
}
