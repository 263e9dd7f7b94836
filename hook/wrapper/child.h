/* SPDX-License-Identifier: Apache-2.0 */
/* Judging in a confined child: a filter on oneself would survive execve(2) and
 * confine the runtime. */
#ifndef RUNTIME_JUDGE_H
#define RUNTIME_JUDGE_H

#include "capgate.h"
#include "hook/engines/engines.h"
#include "hook/log/log.h"
#include "hook/marks/marks.h"
#include "hook/sys/sys.h"

struct judge_question {
	const struct capgate_policy *policy; /* its scene says which bundle */
	struct capgate_text text;	     /* the text that the runtime will read */
	enum capgate_kind kind;
	struct image_stores stores;	     /* image_stores_find() */
	const struct netns_known *networks;  /* filled in by judge_confined() */
	bool can_rewrite; /* the text can be handed on changed */
	bool starts;	  /* a program: asks whether the policy records what it uses */

	/* exec: capabilities that are absent are the container's own. */
	bool inherits;
	struct capgate_text inherited; /* a capabilities object; empty: that of container */
	struct capgate_text container; /* its config.json; empty: unknown */
	long init; /* its first process, whose mounts count; 0: unknown */
	struct capgate_text mounts; /* filled in by judge_confined(); empty: unknown */
	struct capgate_text filter; /* crun's compiled one of the container; empty: none */
	const struct capgate_text *caps; /* values of --cap */
	size_t n_caps;

	/* restore: the core images of the checkpoint, which nothing can change. */
	const struct capgate_text *images;
	size_t n_images;
};

/* What the decision is about. */
enum judge_subject { JUDGED_TEXT, JUDGED_CONTAINER, JUDGED_CAPS, JUDGED_IMAGES };

struct judge_answer {
	struct decision decision; /* STRIP only where something can be changed */
	enum judge_subject subject;
	struct capgate_edits edits; /* of the text; none for JUDGED_CAPS */
	/* For capgate_ceiling(). */
	bool judged; /* else the two below say nothing */
	capgate_set allowed;
	bool times;
	/* Whether the policy records it, and under which name. */
	struct judge_record {
		bool wanted, own_pids;
		size_t image_len; /* 0: its image is not known; LEARN_NAME: too long a name */
		char image[LEARN_NAME];
	} record;
};

/*
 * The child returns only a decision and edits, and the caller checks them:
 * capgate_rewrite_apply() refuses edits that do not fit.  A child that dies is a failure.
 * Views of *ret stay as long as the process.
 */
int judge_confined(const struct judge_question *question, struct judge_answer *ret,
		   struct capgate_error *err) CAPGATE_MUST;

#endif
