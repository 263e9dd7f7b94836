/* SPDX-License-Identifier: Apache-2.0 */
/* journald's native protocol (systemd.journal-fields(7)), else /dev/log as
 * syslog(3) speaks it.  Never waits: a datagram that finds no room is lost here,
 * and is in the file. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "log.h"

static int connect_to(const char *path)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	memcpy(to.sun_path, path, strlen(path));
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	close(fd);
	return -1;
}

int log_system_open(bool *journal)
{
	int fd = connect_to("/run/systemd/journal/socket");

	*journal = fd >= 0;
	return fd >= 0 ? fd : connect_to("/dev/log");
}

/* syslog(3): LOG_WARNING, LOG_NOTICE, LOG_INFO. */
static int priority(enum capgate_verdict outcome)
{
	return outcome == CAPGATE_REFUSE ? 4 : outcome == CAPGATE_STRIP ? 5 : 6;
}

#define FACILITY_AUTHPRIV (10 << 3)

/* NAME=value on a line of its own; control characters cannot end it early. */
static void field(struct capgate_out *out, const char *name, struct capgate_text value)
{
	if (value.len == 0)
		return;
	capgate_out_format(out, "%s=", name);
	capgate_out_visible(out, value);
	capgate_out_string(out, "\n");
}

static void fields(struct capgate_out *out, const struct log_entry *e)
{
	const struct decision *d = e->decision;
	capgate_set any = {0};
	char names[1024];
	struct capgate_out caps = {names, sizeof(names), 0};

	for (int s = 0; s < CAPGATE_NSETS; s++)
		any = capgate_set_or(any, d->removed[s]);
	capgate_out_set(&caps, any, " ");
	capgate_out_format(out, "PRIORITY=%d\nSYSLOG_IDENTIFIER=capgate\nSYSLOG_FACILITY=10\n", priority(e->outcome));
	capgate_out_string(out, "MESSAGE=");
	capgate_out_format(out, "%s: %s", e->stage,
			   e->outcome == CAPGATE_REFUSE  ? "refused"
			   : e->outcome == CAPGATE_STRIP ? "rewritten"
							 : "allowed");
	capgate_out_string(out, e->id.len ? " " : "");
	capgate_out_visible(out, e->id);
	if (e->outcome != CAPGATE_PASS || d->verdict != CAPGATE_PASS) {
		capgate_out_string(out, ": ");
		capgate_out_visible(out, capgate_text_of(d->reason));
	}
	capgate_out_format(out, "\nCAPGATE_VERDICT=%s\nCAPGATE_STATUS=%d\nCAPGATE_STAGE=%s\n",
			   capgate_verdict_name(e->outcome), e->status, e->stage);
	field(out, "CAPGATE_CONTAINER", e->id);
	field(out, "CAPGATE_ENGINE", capgate_text_of(e->engine ? e->engine : ""));
	field(out, "CAPGATE_BUNDLE", e->bundle);
	field(out, "CAPGATE_POLICY", e->policy->source);
	field(out, "CAPGATE_POLICY_DIGEST", e->policy->digest);
	for (size_t i = 0; i < d->n_rules; i++)
		capgate_out_format(out, "CAPGATE_RULE=%s\n", capgate_rule_info(d->rules[i])->id);
	for (size_t i = 0; i < d->n_exemptions; i++)
		field(out, "CAPGATE_EXEMPTION", capgate_text_of(d->exemptions[i]));
	if (!capgate_set_empty(any))
		field(out, "CAPGATE_CAPABILITIES",
		      (struct capgate_text){names, caps.len < sizeof(names) ? caps.len : sizeof(names)});
}

bool log_system_send(const struct log *log, const struct log_entry *entry, struct capgate_text json)
{
	char buf[8192];
	struct capgate_out out = {buf, sizeof(buf), 0};

	if (log->journal) {
		fields(&out, entry);
	} else {
		capgate_out_format(&out, "<%d>capgate: ", FACILITY_AUTHPRIV | priority(entry->outcome));
		capgate_out_bytes(&out, json.p, json.len);
	}
	return out.len <= out.size && send(log->system, buf, out.len, MSG_NOSIGNAL) == (ssize_t)out.len;
}
