/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an engine was asked for (capabilities to add and to drop, privileged,
 * namespaces, mounts), and the part of the specification that it makes of it.
 * Shared by the readers of all documents.
 */
#ifndef CAPGATE_REQUEST_H
#define CAPGATE_REQUEST_H

#include "lib/json/json.h"

struct capgate_request_mount {
	struct capgate_text source;
	bool bind, writable;
};

/* A container while it is read; zeroed to begin with. */
struct capgate_request {
	struct capgate_inspected seen; /* all but config */
	capgate_set add, drop;
	bool add_all, drop_all, privileged;
	struct capgate_text
		unknown; /* a name to add that is no capability's: kept, to be refused */
	bool told;       /* the engine printed the sets: these two */
	bool has_keys;   /* something was said of capabilities, if only nothing */
	bool has_add, has_privileged; /* of these two, that is what adds */
	capgate_set bounding, effective;
	bool has_uid; /* uid counts, else seen.user */
	uint64_t uid;
	bool no_new_privs, unconfined; /* by seccomp */
	bool host_network, host_pid, host_ipc, own_users;
	bool docker_sysctls; /* Docker's own, which give pings and low ports to everybody */
	bool extended;       /* from elsewhere, by something that is not in the document */
	bool variable;       /* the part about capabilities has a variable in it */
	bool windows;
	struct capgate_text driver; /* of Nomad */
	struct capgate_request_mount *mounts;
	size_t n_mounts, mounts_room;
	struct capgate_pair *sysctls;
	size_t n_sysctls, sysctls_room;
	size_t added_room;
	struct capgate_text option; /* of a command line: the one whose value comes next */
	bool in_doubt;              /* of a command line: the next words may be no options */
};

/* What most engines print alike, for the tables of their readers. */
enum {
	REQUEST_NONE,
	REQUEST_CONTAINER, /* the object: one begins, and ends */
	REQUEST_ID,
	REQUEST_NAME,
	REQUEST_IMAGE,
	REQUEST_USER,
	REQUEST_UID,          /* a number */
	REQUEST_CAP_ADD_LIST, /* the array around, for its place */
	REQUEST_CAP_ADD,      /* names as people write them: any case, CAP_ optional, ALL */
	REQUEST_CAP_DROP_LIST,
	REQUEST_CAP_DROP,   /* one that is no capability's drops nothing */
	REQUEST_PRIVILEGED, /* true or false, where a kind has strings "true" or "yes" too */
	REQUEST_NO_NEW_PRIVS,
	/* of Docker: "no-new-privileges", "seccomp=unconfined"; others do not matter */
	REQUEST_SECURITY_OPTION,
	REQUEST_SECCOMP, /* a mode or a profile: "unconfined", or another */
	REQUEST_NETWORK, /* "host", or another */
	REQUEST_PID,
	REQUEST_IPC,
	REQUEST_USERS,         /* podman's mode of a user namespace: "auto", "keep-id", "host" */
	REQUEST_OUTER_NETWORK, /* the same of all containers of the document */
	REQUEST_OUTER_PID,
	REQUEST_OUTER_IPC,
	REQUEST_PLATFORM, /* one that begins with "windows", in any case: no capabilities */
	REQUEST_DRIVER,
	REQUEST_ARGUMENT,    /* one word of a command line of docker run or podman run */
	REQUEST_EXTENDED,    /* part of the container is described elsewhere */
	REQUEST_SYSCTLS,     /* the member of an object: the key is the name */
	REQUEST_SYSCTL_WORD, /* "name=value" */
	REQUEST_SYSCTL_NAME, /* an object's two members, the name first */
	REQUEST_SYSCTL_VALUE,
	REQUEST_VOLUME, /* "/source:/destination:ro" */
	REQUEST_MOUNT,  /* the object: one begins */
	/* of the last mount, as are those that follow; before the first they are nothing */
	REQUEST_MOUNT_TYPE,
	REQUEST_MOUNT_SOURCE,
	REQUEST_MOUNT_WRITABLE,
	REQUEST_MOUNT_READ_ONLY,
	REQUEST_FIELDS /* a reader's own begin here */
};

/* One value of those; what has another type than it should is nothing.  key is the
 * member's, of REQUEST_SYSCTLS.  CAPGATE_ENOMEM. */
int capgate_request_read(struct capgate_request *r, int field, struct capgate_text key,
			 const struct capgate_json_event *event,
			 struct capgate_arena *arena) CAPGATE_MUST;
/* A new mount, zeroed; NULL: no memory. */
struct capgate_request_mount *capgate_request_add_mount(struct capgate_request *r,
							struct capgate_arena *arena) CAPGATE_MUST;

/* moby, oci/caps, TweakCapabilities: what is added wins over what is dropped,
 * ALL over names; a user who is not root gets the bounding set alone. */
void capgate_request_resolve_docker(struct capgate_request *r);
/* podman, pkg/specgen/generate, setupCapabilities: the same, but that what was added
 * by name comes in all sets for a user who is not root. */
void capgate_request_resolve_podman(struct capgate_request *r);
/* containerd, CRI, WithCapabilities: what is dropped by name wins. */
void capgate_request_resolve_containerd(struct capgate_request *r);

/* Who it runs as; a name instead of a number is some user who is not root. */
uint64_t capgate_request_uid(const struct capgate_request *r);

/* Containers that are done. */
struct capgate_requests {
	struct capgate_inspected *v;
	size_t n, room;
};

/* Writes the specification and appends; r is zeroed.  CAPGATE_ENOMEM. */
int capgate_request_finish(struct capgate_request *r, struct capgate_arena *arena,
			   struct capgate_requests *list, struct capgate_error *err) CAPGATE_MUST;
/* Appends a container that is not judged, with that rule and that reason. */
int capgate_request_untold(const struct capgate_inspected *seen, enum capgate_rule rule,
			   const char *why, struct capgate_arena *arena,
			   struct capgate_requests *list, struct capgate_error *err) CAPGATE_MUST;

#endif
