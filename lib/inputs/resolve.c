/* SPDX-License-Identifier: Apache-2.0 */
/* Computes the sets that each engine makes of a request. */
#include "request.h"

#include "lib/base/base.h"

/* The user for a name instead of a number: some user who is not root. */
#define SOME_USER 65534

/* Parses "1000:1000", "root" or "", which means root.  Returns false for another name. */
static bool parse_user(struct capgate_text user, uint64_t *ret)
{
	for (size_t i = 0; i < user.len; i++)
		if (user.p[i] == ':')
			user.len = i;
	*ret = 0;
	return user.len == 0 || capgate_text_is(user, "root") ||
	       capgate_json_uint(user, 4294967294u, ret);
}

uint64_t capgate_request_uid(const struct capgate_request *r)
{
	uint64_t uid;

	return r->has_uid ? r->uid : parse_user(r->seen.user, &uid) ? uid : SOME_USER;
}

/* The default list of Docker and containerd. */
static capgate_set usual(void)
{
	return capgate_profile_find(capgate_text_of("docker-default"))->caps;
}

void capgate_request_resolve_docker(struct capgate_request *r)
{
	uint64_t uid;

	if (r->privileged)
		r->bounding = capgate_set_all();
	else if (r->add_all)
		r->bounding = capgate_set_minus(capgate_set_all(), r->drop);
	else if (r->drop_all)
		r->bounding = r->add;
	else
		r->bounding = capgate_set_or(capgate_set_minus(usual(), r->drop), r->add);
	r->effective = r->bounding;
	if (parse_user(r->seen.user, &uid) && uid != 0)
		r->effective = (capgate_set){0};
}

void capgate_request_resolve_podman(struct capgate_request *r)
{
	uint64_t uid;

	capgate_request_resolve_docker(r);
	if (!r->privileged && parse_user(r->seen.user, &uid) && uid != 0)
		r->effective = capgate_set_and(r->add, r->bounding);
}

void capgate_request_resolve_containerd(struct capgate_request *r)
{
	capgate_set s = r->add_all ? capgate_set_all() : usual();

	if (r->drop_all)
		s = (capgate_set){0};
	s = capgate_set_minus(capgate_set_or(s, r->add), r->drop);
	r->bounding = r->effective = r->privileged ? capgate_set_all() : s;
}
