/* SPDX-License-Identifier: Apache-2.0 */
/* Judges in a confined child.  A filter on the wrapper itself would survive execve(2) and
 * confine the runtime. */
#ifndef RUNTIME_JUDGE_H
#define RUNTIME_JUDGE_H

#include "capgate.h"
#include "hook/engines/engines.h"
#include "hook/log/log.h"
#include "hook/marks/marks.h"
#include "hook/sys/sys.h"

struct judge_question {
	const struct capgate_policy *policy; /* its scene has the bundle */
	struct capgate_text text;	     /* the text that the runtime will read */
	enum capgate_kind kind;
	struct image_stores stores;	     /* image_stores_find() */
	const struct netns_known *networks;  /* filled in by judge_confined() */
	bool can_rewrite; /* the runtime can be given a changed text */
	bool starts;	  /* a program starts: find out whether the policy records its use */

	/* exec: if capabilities are absent, the process gets those of the container. */
	bool inherits;
	struct capgate_text inherited; /* a capabilities object; empty: that of container */
	struct capgate_text container; /* its config.json; empty: unknown */
	long init; /* its first process, for its mounts; 0: unknown */
	struct capgate_text mounts; /* filled in by judge_confined(); empty: unknown */
	struct capgate_text filter; /* crun's compiled one of the container; empty: none */
	const struct capgate_text *caps; /* values of --cap */
	size_t n_caps;

	/* restore: the core images of the checkpoint, which nothing can change. */
	const struct capgate_text *images;
	size_t n_images;
};

/* The object of the decision. */
enum judge_subject { JUDGED_TEXT, JUDGED_CONTAINER, JUDGED_CAPS, JUDGED_IMAGES };

struct judge_answer {
	struct decision decision; /* STRIP only if something can be changed */
	enum judge_subject subject;
	struct capgate_edits edits; /* of the text; none for JUDGED_CAPS */
	/* For capgate_ceiling(). */
	bool judged; /* else the next two are not set */
	capgate_set allowed;
	bool times;
	/* Whether the policy records the container, and under which name. */
	struct judge_record {
		bool wanted, own_pids;
		size_t image_len; /* 0: its image is not known; LEARN_NAME: too long a name */
		char image[LEARN_NAME];
	} record;
};

/*
 * Asks the child for an answer.  The child returns only a decision and edits, and the caller
 * checks them: capgate_rewrite_apply() refuses edits that do not fit.  If the child dies, that
 * is an error.  Views in *ret are valid as long as the process.
 */
int judge_confined(const struct judge_question *question, struct judge_answer *ret,
		   struct capgate_error *err) CAPGATE_MUST;

#endif
