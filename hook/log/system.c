/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes to journald by its native protocol (systemd.journal-fields(7)), or to /dev/log like
 * syslog(3).  Never waits: a datagram for which there is no room is lost here, but not in the
 * file.
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "log.h"

static bool connect_to(int fd, const char *path)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};

	memcpy(to.sun_path, path, strlen(path));
	return connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0;
}

/* Connects the socket now, so that a confined process can send to nobody else. */
int log_system_open(bool *journal)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	*journal = fd >= 0 && connect_to(fd, "/run/systemd/journal/socket");
	if (fd < 0 || *journal || connect_to(fd, "/dev/log"))
		return fd;
	close(fd);
	return -1;
}

/* syslog(3): LOG_WARNING, LOG_NOTICE, LOG_INFO. */
static int priority(enum capgate_verdict outcome)
{
	return outcome == CAPGATE_REFUSE ? 4 : outcome == CAPGATE_STRIP ? 5 : 6;
}

#define FACILITY_AUTHPRIV (10 << 3)

/* Prints a field with the names of a set. */
static void field_set(struct capgate_out *out, const char *name, capgate_set set)
{
	if (capgate_set_empty(set))
		return;
	capgate_out_format(out, "%s=", name);
	capgate_out_set(out, set, " ");
	capgate_out_string(out, "\n");
}

/* Prints a line NAME=value.  Control characters are replaced, so a value cannot end the line. */
static void out_journal_field(struct capgate_out *out, const char *name, struct capgate_text value)
{
	if (value.len == 0)
		return;
	capgate_out_format(out, "%s=", name);
	capgate_out_visible(out, value);
	capgate_out_string(out, "\n");
}

/* In audit mode and dry runs nothing is done, so the entry has another outcome. */
static const char *done(const struct log_entry *e)
{
	bool only_said = strcmp(log_mode(e), "enforce") != 0;

	if (e->outcome == CAPGATE_PASS)
		return "allowed";
	if (e->outcome == CAPGATE_STRIP)
		return only_said ? "would be rewritten" : "rewritten";
	return only_said ? "would be refused" : "refused";
}

static const char *const set_fields[CAPGATE_NSETS] = {
	[CAPGATE_BOUNDING] = "CAPGATE_BOUNDING",       [CAPGATE_EFFECTIVE] = "CAPGATE_EFFECTIVE",
	[CAPGATE_INHERITABLE] = "CAPGATE_INHERITABLE", [CAPGATE_PERMITTED] = "CAPGATE_PERMITTED",
	[CAPGATE_AMBIENT] = "CAPGATE_AMBIENT",
};

static void fields(struct capgate_out *out, const struct log_entry *e)
{
	const struct decision *d = e->decision;
	const char *engine = identity_engine_name(d->engine);
	capgate_set any = capgate_set_union(d->removed);

	capgate_out_format(out, "PRIORITY=%d\nSYSLOG_IDENTIFIER=capgate\nSYSLOG_FACILITY=10\n",
			   priority(e->outcome));
	capgate_out_string(out, "MESSAGE=");
	capgate_out_format(out, "%s: %s", e->stage, done(e));
	capgate_out_string(out, e->id.len ? " " : "");
	capgate_out_visible(out, e->id);
	if (e->outcome != CAPGATE_PASS || d->verdict != CAPGATE_PASS) {
		capgate_out_string(out, ": ");
		capgate_out_visible(out, capgate_text_of(d->reason));
	}
	capgate_out_format(
		out, "\nCAPGATE_VERDICT=%s\nCAPGATE_STATUS=%d\nCAPGATE_STAGE=%s\nCAPGATE_MODE=%s\n",
		capgate_verdict_name(e->outcome), e->status, e->stage, log_mode(e));
	out_journal_field(out, "CAPGATE_CONTAINER", e->id);
	out_journal_field(out, "CAPGATE_ENGINE", capgate_text_of(engine ? engine : ""));
	out_journal_field(out, "CAPGATE_BUNDLE", e->bundle);
	out_journal_field(out, "CAPGATE_POLICY", e->policy->source);
	out_journal_field(out, "CAPGATE_POLICY_DIGEST", e->policy->digest);
	if (log_ceiling_name(e->ceiling))
		capgate_out_format(out, "CAPGATE_CEILING=%s\n", log_ceiling_name(e->ceiling));
	if (d->partly_confined)
		capgate_out_string(out, "CAPGATE_CONFINEMENT=partial\n");
	for (size_t i = 0; i < d->n_rules; i++)
		capgate_out_format(out, "CAPGATE_RULE=%s\n", capgate_rule_info(d->rules[i])->id);
	for (size_t i = 0; i < d->n_exemptions; i++)
		out_journal_field(out, "CAPGATE_EXEMPTION", capgate_text_of(d->exemptions[i]));
	/* One field for all sets, and one for each set, such as CAPGATE_BOUNDING. */
	field_set(out, "CAPGATE_CAPABILITIES", any);
	for (int s = 0; s < CAPGATE_NSETS; s++)
		field_set(out, set_fields[s], d->removed[s]);
}

/* Is this an id of 64 hexadecimal digits, as engines use it to find entries in the journal? */
static bool is_engine_id(struct capgate_text id)
{
	size_t i = 0;

	while (i < id.len &&
	       ((id.p[i] >= '0' && id.p[i] <= '9') || (id.p[i] >= 'a' && id.p[i] <= 'f')))
		i++;
	return i == 64 && id.len == 64;
}

/*
 * Writes a line to the container's own log.  With their journald drivers, podman and Docker
 * show every entry with the container's id that has the priority of standard output (6) or
 * standard error (3).  The container itself gets nothing.
 */
static void line_of_container(struct capgate_out *out, const struct log_entry *e)
{
	const int shown = 12;

	capgate_out_format(out,
			   "PRIORITY=3\nSYSLOG_IDENTIFIER=capgate\nSYSLOG_FACILITY=10\n"
			   "CONTAINER_ID_FULL=%.*s\nCONTAINER_ID=%.*s\nMESSAGE=capgate: ",
			   (int)e->id.len, e->id.p, shown, e->id.p);
	capgate_out_set(out, capgate_set_union(e->decision->removed), " ");
	capgate_out_format(out, " was removed from this container; capgate why %.*s says why\n",
			   shown, e->id.p);
}

static bool was_rewritten(const struct log_entry *e)
{
	return e->outcome == CAPGATE_STRIP && strcmp(log_mode(e), "enforce") == 0 &&
	       strcmp(e->stage, "exec") != 0;
}

bool log_system_send(const struct log *log, const struct log_entry *entry, struct capgate_text json)
{
	static char buf[LOG_LINE_MAX + 64]; /* the fields are not longer than the line */
	struct capgate_out out = {buf, sizeof(buf), 0};

	if (log->journal) {
		fields(&out, entry);
	} else {
		capgate_out_format(&out,
				   "<%d>capgate: ", FACILITY_AUTHPRIV | priority(entry->outcome));
		capgate_out_bytes(&out, json.p, json.len);
	}
	if (out.len > out.size || send(log->system, buf, out.len, MSG_NOSIGNAL) != (ssize_t)out.len)
		return false;
	if (log->journal && was_rewritten(entry) && is_engine_id(entry->id)) {
		out.len = 0;
		line_of_container(&out, entry);
		(void)!send(log->system, buf, out.len, MSG_NOSIGNAL);
	}
	return true;
}
