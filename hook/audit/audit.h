/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit reports what the containers of this machine request and hold.  Its files:
 *
 *   procs.c       the processes of a container, and their capabilities, from /proc
 *   judge.c       judges a container by the policy
 *   userns.c      can its processes make user namespaces?
 *   table.c       the table
 *   json.c        JSON, one document or a line for each container
 *   cis.c         the evidence for assessors
 *   controls.c    the controls of assessors' catalogues, and a line for each
 *   csv.c         the inventory as a spreadsheet
 *   learned.c     the capabilities that capgate learn or the recording has found
 *   formats.c     the formats of check: SARIF, JUnit, GitHub, HTML
 */
#ifndef AUDIT_H
#define AUDIT_H

#include "capgate.h"
#include "hook/engines/engines.h"
#include "hook/report/report.h"
#include "hook/sys/sys.h"
#include "hook/term/term.h"

/* ---- procs.c -------------------------------------------------------------------- */

struct audit_process {
	long pid;
	unsigned long long started;
	unsigned long pid_ns, user_ns; /* inode numbers; 0 if they cannot be read */
	capgate_set set[CAPGATE_NSETS];
	bool no_new_privs; /* true if every thread has it */
	enum procsets_seccomp seccomp; /* of the thread that is restricted least */
	char name[32];
	char *cgroup; /* the text of /proc/PID/cgroup */
};

struct audit_processes {
	struct audit_process *v;
	size_t n, room;
	struct audit_process self;
	/* Processes that cannot be read, each reported on stderr.  Those that have ended, or
	 * belong to other users, do not count. */
	size_t unreadable;
};

/* Reads all processes in /proc. */
int audit_processes_read(struct audit_processes *ret, struct capgate_error *err) CAPGATE_MUST;
void audit_processes_release(struct audit_processes *p);
/* The first process of a container.  NULL if it has ended, even if its number was reused. */
const struct audit_process *audit_first(const struct audit_processes *all,
					const struct container *c);
/* Is the process in the container's pid namespace or cgroup? */
bool audit_belongs(const struct audit_processes *all, const struct audit_process *first,
		   const struct audit_process *p);

/* ---- judge.c ---------------------------------------------------------------------- */

struct audit_member {
	const struct audit_process *process;
	capgate_set exceeds;	 /* in any of its sets, but not allowed */
	capgate_set beyond_spec; /* in any of its sets, but not in the specification */
	bool nested;		 /* in a user namespace that the container made; does not count */
};

/* Can a process of the container make a user namespace? */
struct audit_userns {
	bool host_forbids;  /* user.max_user_namespaces is 0 here */
	bool filter_blocks; /* the specification's seccomp profile forbids it */
	bool unknown; /* only Docker's own profile, added at the start, decides */
	size_t unfiltered;  /* processes without a filter, or without one that can be seen */
	bool open;          /* neither host nor filters stop every process */
};

/* The capabilities that were learned or recorded for its image or bundle. */
struct audit_learned {
	bool is_proved, is_recorded; /* which of the two sets are valid */
	capgate_set needed;	     /* proved by capgate learn */
	capgate_set used;	     /* used while it was recorded; it may need fewer or more */
};

struct audit_result {
	const struct container *container;
	struct capgate_policy policy; /* with the scene of this container */
	struct capgate_text text;
	struct capgate_spec spec;
	struct capgate_report report;
	bool running, judged;
	struct audit_member *member;
	size_t n_members;
	capgate_set asked, held, exceeds, beyond_spec; /* unions without nested processes */
	struct audit_userns userns;
	struct audit_learned learned;
};

/* Everything about one container.  Release it before the next one. */
struct audit_work {
	struct capgate_arena arena;
	struct audit_result result;
};
/* host_forbids: see struct audit_userns. */
int audit_judge(const char *root, struct container *c, const struct audit_processes *all,
		bool host_forbids,
		const struct capgate_policy *policy, struct audit_work *work,
		struct capgate_error *err) CAPGATE_MUST;
void audit_work_release(struct audit_work *work);
bool audit_passes(const struct audit_result *r);

/* ---- userns.c --------------------------------------------------------------------- */

/* Call it when the result has its members. */
struct audit_userns audit_userns_of(const struct audit_result *r, bool host_forbids);
/* Is the process without a filter, or without one that the kernel shows? */
bool audit_is_unfiltered(const struct audit_process *p);
/* Can the container make a user namespace although the policy forbids it? */
bool audit_userns_fails(const struct audit_result *r);
/* "none can be made: ..." */
void audit_userns_words(const struct audit_result *r, struct words *words);
/* The name of a process's seccomp mode: "filter". */
const char *audit_seccomp_name(enum procsets_seccomp seccomp);

/* ---- csv.c, table.c, json.c, cis.c ---------------------------------------------------- */

/* The first row of the inventory in CSV (RFC 4180), and the row of a container. */
void audit_csv_head(struct capgate_out *out);
void audit_csv(const struct audit_result *r, struct capgate_out *out);

/* Where, when, by whom and with which policy the audit ran.  Texts are "" if unknown. */
struct audit_evidence {
	const char *host, *kernel, *when, *version;
	unsigned uid;
	const struct capgate_policy *policy;
	size_t containers, unreadable;
};

void audit_table(const struct audit_result *r, const struct style *style, struct capgate_out *out);
/* The beginning of a JSON document, before the containers. */
void audit_json_head(const struct audit_evidence *evidence, struct capgate_out *out);
void audit_json(const struct audit_result *r, struct capgate_out *out);
void audit_cis_head(const struct audit_evidence *evidence, struct capgate_out *out);
void audit_cis(const struct audit_result *r, const struct style *style, struct capgate_out *out);

/* ---- formats.c ---------------------------------------------------------------------------- */

/* SARIF, JUnit, GitHub and HTML as check writes them, with an item for each container. */
struct audit_formats;
int audit_formats_begin(enum report_format format, const struct capgate_policy *policy,
			struct audit_formats **ret, struct capgate_error *err) CAPGATE_MUST;
int audit_formats_add(struct audit_formats *f, struct audit_work *work,
		      struct capgate_error *err) CAPGATE_MUST;
/* Writes the end, and frees f. */
int audit_formats_end(struct audit_formats *f, bool complete,
		      struct capgate_error *err) CAPGATE_MUST;

#endif
