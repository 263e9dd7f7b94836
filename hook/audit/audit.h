/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit, in parts:
 *
 *   audit_procs   /proc: which processes belong to one, and what they hold
 *   audit_judge   a container against the policy
 *   audit_userns  may its processes make user namespaces?
 *   audit_report  the table
 *   audit_json    JSON, one document or a line each
 *   audit_cis     the evidence for assessors
 *   controls      what each control of their catalogues says, and its line
 *   audit_csv     the inventory as a spreadsheet
 *   learned       what capgate learn has found that a container needs
 *   audit_formats what check writes too: SARIF, JUnit, GitHub, HTML
 */
#ifndef AUDIT_H
#define AUDIT_H

#include "capgate.h"
#include "hook/engines/engines.h"
#include "hook/report/report.h"
#include "hook/sys/sys.h"
#include "hook/term/term.h"

/* ---- audit_procs ---------------------------------------------------------------- */

struct audit_process {
	long pid;
	unsigned long long started;
	unsigned long pid_ns, user_ns; /* inode numbers; 0: cannot be seen */
	capgate_set set[CAPGATE_NSETS];
	bool no_new_privs; /* of every thread */
	enum procsets_seccomp seccomp; /* of the thread that has least */
	char name[32];
	char *cgroup; /* the text of /proc/PID/cgroup */
};

struct audit_processes {
	struct audit_process *v;
	size_t n, room;
	struct audit_process self;
	/* that are there, each told on stderr; what is gone or others' does not count */
	size_t unreadable;
};

/* Everything that /proc shows now. */
int audit_processes_read(struct audit_processes *ret, struct capgate_error *err) CAPGATE_MUST;
void audit_processes_release(struct audit_processes *p);
/* The first process of a container, if it is still the one it was. */
const struct audit_process *audit_first(const struct audit_processes *all,
					const struct container *c);
/* In its pid namespace or cgroup, entered or born there. */
bool audit_belongs(const struct audit_processes *all, const struct audit_process *first,
		   const struct audit_process *p);

/* ---- audit_judge ------------------------------------------------------------------ */

struct audit_member {
	const struct audit_process *process;
	capgate_set exceeds;	 /* held in any set, not allowed */
	capgate_set beyond_spec; /* held in any set, not asked for by the specification */
	bool nested;		 /* in a user namespace that the container made: nothing counts */
};

/* Can a process of the container make a user namespace? */
struct audit_userns {
	bool host_forbids;  /* user.max_user_namespaces is 0 here */
	bool filter_blocks; /* the specification's seccomp profile does */
	bool unknown; /* Docker adds a profile when it starts it; host and processes do not say */
	size_t unfiltered;  /* processes that no filter holds, or none that can be seen */
	bool open;          /* none of these keeps every process from it */
};

/* What is kept of capabilities of its image or bundle. */
struct audit_learned {
	bool is_proved, is_recorded; /* else the set of that name says nothing */
	capgate_set needed;	     /* proved by capgate learn */
	capgate_set used;	     /* while it was recorded; it may do without, or need more */
};

struct audit_result {
	const struct container *container;
	struct capgate_policy policy; /* at this place */
	struct capgate_text text;
	struct capgate_spec spec;
	struct capgate_report report;
	bool running, judged;
	struct audit_member *member;
	size_t n_members;
	capgate_set asked, held, exceeds, beyond_spec; /* unions; nested ones left out */
	struct audit_userns userns;
	struct audit_learned learned;
};

/* Everything about one container; release it before the next. */
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

/* ---- audit_userns ----------------------------------------------------------------- */

/* Of a result with its members. */
struct audit_userns audit_userns_of(const struct audit_result *r, bool host_forbids);
/* No filter restricts it, or none that the kernel shows. */
bool audit_is_unfiltered(const struct audit_process *p);
/* Does the policy forbid what can be done? */
bool audit_userns_fails(const struct audit_result *r);
/* "none can be made: ..." */
void audit_userns_words(const struct audit_result *r, struct words *words);
/* "filter": the name of what holds a process. */
const char *audit_seccomp_name(enum procsets_seccomp seccomp);

/* ---- audit_report, audit_json, audit_cis ---------------------------------------------- */

/* A row of the inventory in CSV (RFC 4180), and the one with the names of its columns. */
void audit_csv_head(struct capgate_out *out);
void audit_csv(const struct audit_result *r, struct capgate_out *out);

/* Where, when, by whom and by which rules; texts are "" when unknown. */
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

/* ---- audit_formats ------------------------------------------------------------------------ */

/* SARIF, JUnit, GitHub and HTML are check's; each container is an item. */
struct audit_formats;
int audit_formats_begin(enum report_format format, const struct capgate_policy *policy,
			struct audit_formats **ret, struct capgate_error *err) CAPGATE_MUST;
int audit_formats_add(struct audit_formats *f, struct audit_work *work,
		      struct capgate_error *err) CAPGATE_MUST;
/* Frees it, too. */
int audit_formats_end(struct audit_formats *f, bool complete,
		      struct capgate_error *err) CAPGATE_MUST;

#endif
