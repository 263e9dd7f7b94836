/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an engine was asked for (capabilities to add and to drop, privileged, namespaces,
 * mounts), and the part of the specification that it makes of that.  Shared by the readers of
 * all documents.
 */
#ifndef CAPGATE_REQUEST_H
#define CAPGATE_REQUEST_H

#include "lib/json/json.h"

struct capgate_request_mount {
	struct capgate_text source;
	bool bind, writable;
};

/* A container while it is read.  Zero it before use. */
struct capgate_request {
	struct capgate_inspected seen; /* everything except config */
	capgate_set add, drop;
	bool add_all, drop_all, privileged;
	struct capgate_text
		unknown; /* an unknown name to add, which is refused later */
	bool has_sets;   /* the engine printed the sets, which are these two */
	bool has_keys;   /* the document has members about capabilities, even if empty */
	bool has_add, has_privileged; /* the document has these members */
	capgate_set bounding, effective;
	bool has_uid; /* uid is set; else see seen.user */
	uint64_t uid;
	bool no_new_privs, unconfined; /* unconfined by seccomp */
	bool host_network, host_pid, host_ipc, own_users;
	bool docker_sysctls; /* Docker's own sysctls, which allow pings and low ports */
	bool extended;       /* extended by something that is not in the document */
	bool variable;       /* the part about capabilities contains a variable */
	bool windows;
	struct capgate_text driver; /* Nomad's driver */
	struct capgate_request_mount *mounts;
	size_t n_mounts, mounts_room;
	struct capgate_pair *sysctls;
	size_t n_sysctls, sysctls_room;
	size_t added_room;
	struct capgate_text option; /* in a command line: the option whose value comes next */
	bool in_doubt;              /* in a command line: the next words may not be options */
};

/* Values that most documents have, for the tables of their readers. */
enum {
	REQUEST_NONE,
	REQUEST_CONTAINER, /* the object, at its beginning and end */
	REQUEST_ID,
	REQUEST_NAME,
	REQUEST_IMAGE,
	REQUEST_USER,
	REQUEST_UID,          /* a number */
	REQUEST_CAP_ADD_LIST, /* the array, for its place */
	REQUEST_CAP_ADD,      /* names as people write them: any case, CAP_ optional, ALL */
	REQUEST_CAP_DROP_LIST,
	REQUEST_CAP_DROP,   /* an unknown name drops nothing */
	REQUEST_PRIVILEGED, /* true or false; some kinds also have "true" or "yes" */
	REQUEST_NO_NEW_PRIVS,
	/* Docker: "no-new-privileges", "seccomp=unconfined"; others do not matter */
	REQUEST_SECURITY_OPTION,
	REQUEST_SECCOMP, /* a mode or a profile: "unconfined", or another */
	REQUEST_NETWORK, /* "host", or another */
	REQUEST_PID,
	REQUEST_IPC,
	REQUEST_USERS,         /* podman's mode of a user namespace: "auto", "keep-id", "host" */
	REQUEST_OUTER_NETWORK, /* the same for all containers of the document */
	REQUEST_OUTER_PID,
	REQUEST_OUTER_IPC,
	REQUEST_PLATFORM, /* if it begins with "windows", in any case, there are no capabilities */
	REQUEST_DRIVER,
	REQUEST_ARGUMENT,    /* one word of a command line of docker run or podman run */
	REQUEST_EXTENDED,    /* part of the container is described elsewhere */
	REQUEST_SYSCTLS,     /* a member of an object, whose key is the name */
	REQUEST_SYSCTL_WORD, /* "name=value" */
	REQUEST_SYSCTL_NAME, /* two members of an object, the name first */
	REQUEST_SYSCTL_VALUE,
	REQUEST_VOLUME, /* "/source:/destination:ro" */
	REQUEST_MOUNT,  /* the object, at its beginning */
	/* of the last mount, like the following ones; ignored before the first mount */
	REQUEST_MOUNT_TYPE,
	REQUEST_MOUNT_SOURCE,
	REQUEST_MOUNT_WRITABLE,
	REQUEST_MOUNT_READ_ONLY,
	REQUEST_FIELDS /* the first of a reader's own fields */
};

/* Reads one such value; ignores a value of a wrong type.  key: the key of the member, for
 * REQUEST_SYSCTLS.  Fails only with CAPGATE_ENOMEM. */
int capgate_request_read(struct capgate_request *r, int field, struct capgate_text key,
			 const struct capgate_json_event *event,
			 struct capgate_arena *arena) CAPGATE_MUST;
/* Adds a zeroed mount; NULL without memory. */
struct capgate_request_mount *capgate_request_add_mount(struct capgate_request *r,
							struct capgate_arena *arena) CAPGATE_MUST;

/* As in moby, oci/caps, TweakCapabilities: add takes precedence over drop, and ALL over names.
 * A user who is not root gets only the bounding set. */
void capgate_request_resolve_docker(struct capgate_request *r);
/* As in podman, pkg/specgen/generate, setupCapabilities: the same, but a user who is not root
 * gets capabilities that were added by name in all sets. */
void capgate_request_resolve_podman(struct capgate_request *r);
/* As in containerd, CRI, WithCapabilities: dropping by name takes precedence. */
void capgate_request_resolve_containerd(struct capgate_request *r);

/* The user that it runs as.  A name instead of a number is some user who is not root. */
uint64_t capgate_request_uid(const struct capgate_request *r);

/* Finished containers. */
struct capgate_requests {
	struct capgate_inspected *v;
	size_t n, room;
};

/* Makes the specification, appends the container, and zeroes r.  Fails only with CAPGATE_ENOMEM. */
int capgate_request_finish(struct capgate_request *r, struct capgate_arena *arena,
			   struct capgate_requests *list, struct capgate_error *err) CAPGATE_MUST;
/* Appends a container that is not judged, with the rule and the reason. */
int capgate_request_untold(const struct capgate_inspected *seen, enum capgate_rule rule,
			   const char *why, struct capgate_arena *arena,
			   struct capgate_requests *list, struct capgate_error *err) CAPGATE_MUST;

#endif
