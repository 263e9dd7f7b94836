/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Controls of auditors' catalogues: which of them are asked for, what each says
 * of every container, and one line that sums it up.
 */
#ifndef AUDIT_CONTROLS_H
#define AUDIT_CONTROLS_H

#include "audit.h"
#include "hook/term/term.h"

/* What a control looks at. */
enum control_subject {
	CONTROL_CAPABILITIES, /* asked for or held, and not allowed by the policy */
	CONTROL_NET_RAW,      /* the same of NET_RAW alone; only an exemption allows it */
	CONTROL_PRIVILEGED,   /* as engines make a container with --privileged */
	CONTROL_EXEC,         /* processes that hold more than the container was given */
	CONTROL_SECCOMP,      /* a profile is asked for, and a filter holds every process */
	CONTROL_NO_NEW_PRIVS, /* asked for, and set for every process */
	CONTROL_NSUBJECTS
};

struct control {
	const char *id; /* "CIS-Docker-5.4": stable */
	enum control_subject subject;
	bool usual; /* in the evidence unless others are asked for */
	const char *catalogue, *title, *by_hand;
};

/* All of them, ended by an id of NULL. */
extern const struct control controls[];

/* Bits of controls[i]. */
typedef uint32_t control_choice;

/* "CIS-Docker-5.4,SV-235801", any case; "5.4" is Docker's, "all" is every one;
 * NULL: the usual ones.  0: *unknown, which is one of the words, is none. */
control_choice controls_choose(const char *ids, struct capgate_text *unknown);
/* The id nearest to a misspelt one, or NULL. */
const char *controls_nearest(struct capgate_text word);

/* ---- privileged.c --------------------------------------------------------------- */

/*
 * Is it what engines make of --privileged?  Every capability that the host's
 * first process may have; or every device and nothing in /proc and /sys masked,
 * whatever capabilities were taken away since; or the engine's annotation says so.
 * NULL: no; else why, in words.
 */
const char *audit_privileged(const struct audit_result *r, capgate_set host);

/* ---- finding.c ------------------------------------------------------------------ */

enum control_outcome {
	CONTROL_PASS,
	CONTROL_EXCUSED, /* it passes because an exemption says so */
	CONTROL_FAIL,
	CONTROL_UNKNOWN, /* it could not be judged */
};

/* What the control says of one container; why, in words for its line: "NET_RAW". */
enum control_outcome control_judge(enum control_subject subject, const struct audit_result *r,
				   capgate_set host, struct words *why);
/* "EX-17, netops, until 2027-03-31: CNI agent" of each exemption in force that
 * gives any of these. */
void control_exemptions(const struct audit_result *r, capgate_set given, struct capgate_out *out);
/* A name in a line: what could be taken for the line's own marks is \xNN. */
void control_out_name(struct capgate_out *out, struct capgate_text name);

/* ---- tally.c -------------------------------------------------------------------- */

/* A text that grows; malloc'd. */
struct control_text {
	char *p;
	size_t len, room;
};

/* One control over all containers. */
struct control_tally {
	const struct control *control;
	size_t n, failed, excused, unknown;
	struct control_text fails, excuses, unknowns; /* parts of the line */
	struct control_text details;                  /* what is below it in the evidence */
};

struct control_tallies {
	struct control_tally *v;
	size_t n;
};

int controls_begin(control_choice choice, struct control_tallies *ret,
		   struct capgate_error *err) CAPGATE_MUST;
/* One container to each; with_details: for the evidence, not for lines alone. */
int controls_add(struct control_tallies *t, const struct audit_result *r, capgate_set host,
		 bool with_details, struct capgate_error *err) CAPGATE_MUST;
void controls_release(struct control_tallies *t);

/* incomplete: why PASS cannot be said of this machine, or NULL. */
enum control_outcome control_outcome_of(const struct control_tally *t, const char *incomplete);
const char *control_word(enum control_outcome outcome); /* "PASS", "FAIL", "UNKNOWN" */
/* "CIS-Docker-5.4 FAIL 2 of 12: web NET_RAW; db SYS_ADMIN", without newline. */
void control_line(const struct control_tally *t, const char *incomplete, struct capgate_out *out);
/* ---- cis.c, json.c: the evidence ------------------------------------------------ */

void audit_cis_controls(const struct control_tallies *t, const char *incomplete,
			struct capgate_out *out);
/* The members of an array. */
void audit_json_controls(const struct control_tallies *t, const char *incomplete,
			 struct capgate_out *out);

/* The worst of all: 0, 1 (FAIL) or 2 (UNKNOWN). */
int controls_status(const struct control_tallies *t, const char *incomplete);

#endif
