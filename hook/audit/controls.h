/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Controls of auditors' catalogues: chooses them, judges each container by them, and prints one
 * line for each control.
 */
#ifndef AUDIT_CONTROLS_H
#define AUDIT_CONTROLS_H

#include "audit.h"
#include "hook/term/term.h"

/* What a control checks. */
enum control_subject {
	CONTROL_CAPABILITIES, /* none is requested or held that the policy does not allow */
	CONTROL_NET_RAW,      /* the same for NET_RAW only; an exemption can allow it */
	CONTROL_PRIVILEGED,   /* it was not started with --privileged */
	CONTROL_EXEC,         /* no process has more than the container was given */
	CONTROL_SECCOMP,      /* it has a profile, and every process has a filter */
	CONTROL_NO_NEW_PRIVS, /* requested, and set for every process */
	CONTROL_NSUBJECTS
};

struct control {
	const char *id; /* "CIS-Docker-5.4": stable */
	enum control_subject subject;
	bool usual; /* in the evidence by default */
	const char *catalogue, *title, *by_hand;
};

/* All controls; the last one has the id NULL. */
extern const struct control controls[];

/* Bit i is for controls[i]. */
typedef uint32_t control_choice;

/* Parses a list like "CIS-Docker-5.4,SV-235801", in any case.  "5.4" means Docker's, "all" means
 * every control, and NULL means the usual ones.  Returns 0 and sets *unknown if one of the words
 * is no control. */
control_choice controls_choose(const char *ids, struct capgate_text *unknown);
/* The id that is most similar to a misspelt one, or NULL. */
const char *controls_nearest(struct capgate_text word);

/* ---- privileged.c --------------------------------------------------------------- */

/*
 * Was the container started with --privileged?  It was if it has every capability that the
 * host's first process may have; or if it has every device and nothing in /proc and /sys is
 * masked, even without capabilities; or if the engine's annotation says so.  Returns the reason,
 * or NULL if it was not.
 */
const char *audit_privileged(const struct audit_result *r, capgate_set host);

/* ---- finding.c ------------------------------------------------------------------ */

enum control_outcome {
	CONTROL_PASS,
	CONTROL_EXCUSED, /* an exemption allows it */
	CONTROL_FAIL,
	CONTROL_UNKNOWN, /* it could not be judged */
};

/* Judges one container by a control.  why gets the reason for the control's line: "NET_RAW". */
enum control_outcome control_judge(enum control_subject subject, const struct audit_result *r,
				   capgate_set host, struct words *why);
/* Prints "EX-17, netops, until 2027-03-31: CNI agent" for each exemption in force that allows
 * any of these capabilities. */
void control_exemptions(const struct audit_result *r, capgate_set given, struct capgate_out *out);
/* Prints a name.  Characters that have a meaning in the line are printed as \xNN. */
void control_out_name(struct capgate_out *out, struct capgate_text name);

/* ---- tally.c -------------------------------------------------------------------- */

/* A text that grows; malloc'd. */
struct control_text {
	char *p;
	size_t len, room;
};

/* The results of one control for all containers. */
struct control_tally {
	const struct control *control;
	size_t n, failed, excused, unknown;
	struct control_text fails, excuses, unknowns; /* parts of the line */
	struct control_text details;                  /* the text below it in the evidence */
};

struct control_tallies {
	struct control_tally *v;
	size_t n;
};

int controls_begin(control_choice choice, struct control_tallies *ret,
		   struct capgate_error *err) CAPGATE_MUST;
/* Adds a container to each control.  with_details: also the text for the evidence. */
int controls_add(struct control_tallies *t, const struct audit_result *r, capgate_set host,
		 bool with_details, struct capgate_error *err) CAPGATE_MUST;
void controls_release(struct control_tallies *t);

/* incomplete: the reason why this machine cannot pass, or NULL. */
enum control_outcome control_outcome_of(const struct control_tally *t, const char *incomplete);
const char *control_word(enum control_outcome outcome); /* "PASS", "FAIL", "UNKNOWN" */
/* "CIS-Docker-5.4 FAIL 2 of 12: web NET_RAW; db SYS_ADMIN", without newline. */
void control_line(const struct control_tally *t, const char *incomplete, struct capgate_out *out);

/* ---- cis.c, json.c: the evidence ------------------------------------------------ */

void audit_cis_controls(const struct control_tallies *t, const char *incomplete,
			struct capgate_out *out);
/* Prints the elements of an array. */
void audit_json_controls(const struct control_tallies *t, const char *incomplete,
			 struct capgate_out *out);

/* The worst of all: 0, 1 (FAIL) or 2 (UNKNOWN). */
int controls_status(const struct control_tallies *t, const char *incomplete);

#endif
