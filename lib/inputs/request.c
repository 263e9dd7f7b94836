/* SPDX-License-Identifier: Apache-2.0 */
#include "request.h"

#include "asked.h"
#include "lib/base/base.h"
#include "option.h"

static void read_mount(struct capgate_request_mount *m, int field,
		       const struct capgate_json_event *event)
{
	if (field == REQUEST_MOUNT_TYPE && event->kind == CAPGATE_JSON_STRING)
		m->bind = capgate_text_is(event->text, "bind");
	else if (field == REQUEST_MOUNT_SOURCE && event->kind == CAPGATE_JSON_STRING)
		m->source = event->text;
	else if (field == REQUEST_MOUNT_WRITABLE && event->kind == CAPGATE_JSON_BOOL)
		m->writable = event->truth;
	else if (field == REQUEST_MOUNT_READ_ONLY && event->kind == CAPGATE_JSON_BOOL)
		m->writable = !event->truth;
}

static bool is_windows(struct capgate_text platform)
{
	return platform.len >= 7 && capgate_text_distance((struct capgate_text){platform.p, 7},
							  capgate_text_of("windows"), 1) == 0;
}

/* Is the value true?  Strings are read as in compose files (compose-go, toBoolean).  Some
 * readers treat every string that is not empty as true. */
static bool is_truth(struct capgate_request *r, const struct capgate_json_event *event)
{
	static const char *const words[] = {"false", "no", "off", "n"};

	if (event->kind == CAPGATE_JSON_BOOL)
		return event->truth;
	if (event->kind != CAPGATE_JSON_STRING)
		return false;
	r->variable |= capgate_asked_has_variable(event->text);
	for (size_t i = 0; i < COUNT(words); i++)
		if (capgate_text_distance(event->text, capgate_text_of(words[i]), 1) == 0)
			return false;
	return true;
}

/* Reads lists and flags, also their places. */
static int read_place(struct capgate_request *r, int field, const struct capgate_json_event *event,
		      struct capgate_arena *arena)
{
	struct capgate_places *places = &r->seen.places;

	switch (field) {
	case REQUEST_CAP_ADD_LIST:
		r->has_keys = r->has_add = true;
		if (event->kind == CAPGATE_JSON_END)
			places->add = event->at;
		return 0;
	case REQUEST_CAP_DROP_LIST:
		r->has_keys = true;
		if (event->kind == CAPGATE_JSON_END)
			places->drop = event->at;
		return 0;
	case REQUEST_PRIVILEGED:
		r->has_keys = r->has_privileged = true;
		if (is_truth(r, event)) {
			r->privileged = true;
			places->privileged = event->at;
		}
		return 0;
	case REQUEST_CAP_ADD:
		return capgate_asked_add(r, event->text, event->at, arena);
	default:
		capgate_asked_drop(r, event->text);
		return 0;
	}
}

static int read_sysctl(struct capgate_request *r, int field, struct capgate_text key,
		       const struct capgate_json_event *event, struct capgate_arena *arena)
{
	switch (field) {
	case REQUEST_SYSCTLS: /* an entry of a list has no key */
		return key.p ? capgate_asked_sysctl(r, key, event->text, arena)
			     : capgate_asked_sysctl_word(r, event->text, arena);
	case REQUEST_SYSCTL_WORD:
		return capgate_asked_sysctl_word(r, event->text, arena);
	case REQUEST_SYSCTL_NAME:
		return capgate_asked_sysctl(r, event->text, (struct capgate_text){0}, arena);
	default:
		if (r->n_sysctls)
			r->sysctls[r->n_sysctls - 1].value = event->text;
		return 0;
	}
}

static int begin_mount(struct capgate_request *r, const struct capgate_json_event *event,
		       struct capgate_arena *arena)
{
	struct capgate_request_mount *m;

	if (event->kind != CAPGATE_JSON_OBJECT)
		return 0;
	m = capgate_request_add_mount(r, arena);
	if (!m)
		return CAPGATE_ENOMEM;
	m->writable = true;
	return 0;
}

static void read_word(struct capgate_request *r, int field, struct capgate_text t)
{
	switch (field) {
	case REQUEST_ID:
		r->seen.id = t;
		return;
	case REQUEST_NAME: /* Docker adds a slash in front */
		r->seen.name = t.len && t.p[0] == '/' ? capgate_asked_after(t, 1) : t;
		return;
	case REQUEST_IMAGE:
		r->seen.image = t;
		return;
	case REQUEST_USER:
		r->seen.user = t;
		return;
	case REQUEST_SECURITY_OPTION:
		capgate_asked_security(r, t);
		return;
	case REQUEST_SECCOMP:
		r->unconfined = capgate_text_is(t, "unconfined");
		return;
	case REQUEST_NETWORK:
		r->host_network = capgate_text_is(t, "host");
		return;
	case REQUEST_PID:
		r->host_pid = capgate_text_is(t, "host");
		return;
	case REQUEST_IPC:
		r->host_ipc = capgate_text_is(t, "host");
		return;
	case REQUEST_USERS:
		r->own_users = capgate_asked_own_users(t);
		return;
	case REQUEST_PLATFORM:
		r->windows |= is_windows(t);
		return;
	default:
		r->driver = t;
	}
}

int capgate_request_read(struct capgate_request *r, int field, struct capgate_text key,
			 const struct capgate_json_event *event, struct capgate_arena *arena)
{
	if (field >= REQUEST_CAP_ADD_LIST && field <= REQUEST_PRIVILEGED)
		return read_place(r, field, event, arena);
	if (field >= REQUEST_SYSCTLS && field <= REQUEST_SYSCTL_VALUE)
		return read_sysctl(r, field, key, event, arena);
	switch (field) {
	case REQUEST_UID:
		r->has_uid = event->kind == CAPGATE_JSON_NUMBER &&
			     capgate_json_uint(event->text, 4294967294u, &r->uid);
		return 0;
	case REQUEST_NO_NEW_PRIVS:
		r->no_new_privs = event->kind == CAPGATE_JSON_BOOL && event->truth;
		return 0;
	case REQUEST_EXTENDED:
		r->extended |= event->kind != CAPGATE_JSON_NULL;
		return 0;
	case REQUEST_ARGUMENT:
		return capgate_option_word(r, event->text, event->at, arena);
	case REQUEST_VOLUME:
		return capgate_asked_volume(r, event->text, arena);
	case REQUEST_MOUNT:
		return event->kind == CAPGATE_JSON_STRING
			       ? capgate_asked_volume(r, event->text, arena)
			       : begin_mount(r, event, arena);
	case REQUEST_MOUNT_TYPE:
	case REQUEST_MOUNT_SOURCE:
	case REQUEST_MOUNT_WRITABLE:
	case REQUEST_MOUNT_READ_ONLY:
		if (r->n_mounts)
			read_mount(&r->mounts[r->n_mounts - 1], field, event);
		return 0;
	default:
		read_word(r, field, event->text);
		return 0;
	}
}
