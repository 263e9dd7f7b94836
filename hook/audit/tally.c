/* SPDX-License-Identifier: Apache-2.0 */
/* The result of one control for all containers, and its summary line. */
#include <stdlib.h>
#include <string.h>

#include "controls.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "words.h"

/* A line names at most this many containers, and gives the number of the others. */
#define NAMED_MAX 20

static int append_text(struct control_text *t, struct capgate_text more, struct capgate_error *err)
{
	if (t->len + more.len > t->room) {
		size_t room = 2 * (t->len + more.len);
		char *grown = realloc(t->p, room);

		if (!grown)
			return capgate_fail_memory(err);
		t->p = grown;
		t->room = room;
	}
	memcpy(t->p + t->len, more.p, more.len);
	t->len += more.len;
	return 0;
}

int controls_begin(control_choice choice, struct control_tallies *ret, struct capgate_error *err)
{
	struct control_tallies t = {0};

	for (size_t i = 0; controls[i].id; i++)
		t.n += choice >> i & 1;
	t.v = calloc(t.n ? t.n : 1, sizeof(*t.v));
	if (!t.v)
		return capgate_fail_memory(err);
	t.n = 0;
	for (size_t i = 0; controls[i].id; i++)
		if (choice >> i & 1)
			t.v[t.n++].control = &controls[i];
	*ret = t;
	return 0;
}

void controls_release(struct control_tallies *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->v[i].fails.p);
		free(t->v[i].excuses.p);
		free(t->v[i].unknowns.p);
		free(t->v[i].details.p);
	}
	free(t->v);
	*t = (struct control_tallies){0};
}

/* ---- One container ------------------------------------------------------------------ */

/* The name of the container, or the beginning of its id if it has none. */
static struct capgate_text shown_name(const struct container *c)
{
	size_t n = strlen(c->id);

	return c->name[0] ? capgate_text_of(c->name)
			  : (struct capgate_text){c->id, n == 64 ? 12 : n};
}

/* Adds "web NET_RAW" as the n-th container of this outcome. */
static int add_part(struct control_text *t, size_t n, const struct audit_result *r,
		    const struct words *why, struct capgate_error *err)
{
	struct words part;

	if (n > NAMED_MAX)
		return 0;
	capgate_out_string(words_begin(&part), n > 1 ? "; " : "");
	control_out_name(&part.out, shown_name(r->container));
	if (why->out.len) {
		capgate_out_string(&part.out, " ");
		capgate_out_bytes(&part.out, words_text(why).p, words_text(why).len);
	}
	return append_text(t, words_text(&part), err);
}

const char *control_word(enum control_outcome outcome)
{
	return outcome == CONTROL_FAIL ? "FAIL" : outcome == CONTROL_UNKNOWN ? "UNKNOWN" : "PASS";
}

/* "  FAIL     docker 0123456789ab web (nginx:1), pid 17: NET_RAW" */
static int add_detail(struct control_text *t, const struct audit_result *r,
		      enum control_outcome outcome, const struct words *why,
		      struct capgate_error *err)
{
	struct words line;

	capgate_out_format(words_begin(&line), "  %-8s ", control_word(outcome));
	audit_out_container(&line.out, r->container);
	if (r->running)
		capgate_out_format(&line.out, ", pid %ld", r->container->pid);
	else
		capgate_out_string(&line.out, ", not running");
	if (why->out.len) {
		capgate_out_string(&line.out,
				   outcome == CONTROL_EXCUSED ? ": by exemption, " : ": ");
		capgate_out_bytes(&line.out, words_text(why).p, words_text(why).len);
	}
	capgate_out_string(&line.out, "\n");
	return append_text(t, words_text(&line), err);
}

static int add_result(struct control_tally *t, const struct audit_result *r, capgate_set host,
		      bool with_details, struct capgate_error *err)
{
	struct words why;
	enum control_outcome outcome = control_judge(t->control->subject, r, host, &why);
	int status = 0;

	t->n++;
	if (outcome == CONTROL_FAIL)
		status = add_part(&t->fails, ++t->failed, r, &why, err);
	else if (outcome == CONTROL_EXCUSED)
		status = add_part(&t->excuses, ++t->excused, r, &why, err);
	else if (outcome == CONTROL_UNKNOWN)
		status = add_part(&t->unknowns, ++t->unknown, r, &why, err);
	if (status == 0 && with_details)
		status = add_detail(&t->details, r, outcome, &why, err);
	return status;
}

int controls_add(struct control_tallies *t, const struct audit_result *r, capgate_set host,
		 bool with_details, struct capgate_error *err)
{
	int status = 0;

	for (size_t i = 0; status == 0 && i < t->n; i++)
		status = add_result(&t->v[i], r, host, with_details, err);
	return status;
}

/* ---- All of them -------------------------------------------------------------------- */

enum control_outcome control_outcome_of(const struct control_tally *t, const char *incomplete)
{
	return t->failed ? CONTROL_FAIL : t->unknown || incomplete ? CONTROL_UNKNOWN : CONTROL_PASS;
}

static void out_parts(struct capgate_out *out, const struct control_text *parts, size_t n)
{
	capgate_out_bytes(out, parts->p ? parts->p : "", parts->len);
	if (n > NAMED_MAX)
		capgate_out_format(out, "; and %zu more", n - NAMED_MAX);
}

void control_line(const struct control_tally *t, const char *incomplete, struct capgate_out *out)
{
	enum control_outcome outcome = control_outcome_of(t, incomplete);

	capgate_out_format(out, "%s %s ", t->control->id, control_word(outcome));
	if (outcome == CONTROL_FAIL) {
		capgate_out_format(out, "%zu of %zu: ", t->failed, t->n);
		out_parts(out, &t->fails, t->failed);
	} else {
		capgate_out_format(out, "%zu container%s", t->n, t->n == 1 ? "" : "s");
	}
	if (t->excused) {
		capgate_out_format(out, " | %zu by exemption: ", t->excused);
		out_parts(out, &t->excuses, t->excused);
	}
	if (t->unknown) {
		capgate_out_format(out, " | %zu could not be judged: ", t->unknown);
		out_parts(out, &t->unknowns, t->unknown);
	}
	if (incomplete)
		capgate_out_format(out, " | incomplete: %s", incomplete);
}

int controls_status(const struct control_tallies *t, const char *incomplete)
{
	int worst = STATUS_OK;

	for (size_t i = 0; i < t->n; i++) {
		enum control_outcome outcome = control_outcome_of(&t->v[i], incomplete);

		if (outcome == CONTROL_UNKNOWN)
			return STATUS_NOT_JUDGED;
		if (outcome == CONTROL_FAIL)
			worst = STATUS_FINDINGS;
	}
	return worst;
}
