/* SPDX-License-Identifier: Apache-2.0 */
#include "child.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hook/confine/confine.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "assess.h"
#include "init.h"

/*
 * The answer is in a block of shared memory: this struct, then the places of the edits, then
 * their bytes.  The parent reads it only after the child has ended, so that nobody can change
 * it meanwhile.  It also sleeps only once, not for each part of the answer.
 */
struct wire {
	uint64_t magic;
	struct decision decision;
	enum judge_subject subject;
	capgate_set allowed;
	uint64_t judged, times;
	struct judge_record record;
	uint64_t n_edits, bytes;
	struct capgate_error error; /* if the child could not decide */
};

struct wire_edit {
	uint64_t off, len, with;
};

#define MAGIC UINT64_C(0x6574616770616331)
/* The longest edit writes a whole process object. */
#define WITH_MAX CAPGATE_TEXT_MAX
#define ANSWER_MAX (CAPGATE_TEXT_MAX + ((size_t)4 << 20))
/* The room for edits. */
#define REST_MAX (ANSWER_MAX - sizeof(struct wire))

/* ---- The child ------------------------------------------------------------------------ */

/* Writes the answer into the block.  False: it does not fit. */
static bool give_answer(void *block, const struct judge_answer *answer)
{
	struct wire wire = {.magic = MAGIC,
			    .decision = answer->decision,
			    .subject = answer->subject,
			    .allowed = answer->allowed,
			    .judged = answer->judged,
			    .times = answer->times,
			    .record = answer->record,
			    .n_edits = answer->edits.n};
	char *places = (char *)block + sizeof(wire), *with;
	size_t left = REST_MAX;

	if (wire.n_edits > left / sizeof(struct wire_edit))
		return false;
	left -= wire.n_edits * sizeof(struct wire_edit);
	with = places + wire.n_edits * sizeof(struct wire_edit);
	for (size_t i = 0; i < wire.n_edits; i++) {
		const struct capgate_edit *e = &answer->edits.v[i];
		const struct wire_edit place = {e->at.off, e->at.len, e->with.len};

		if (e->with.len > left - wire.bytes)
			return false;
		memcpy(places + i * sizeof(place), &place, sizeof(place));
		memcpy(with + wire.bytes, e->with.p, e->with.len);
		wire.bytes += e->with.len;
	}
	memcpy(block, &wire, sizeof(wire));
	return true;
}

static void give_error(void *block, const struct capgate_error *err)
{
	const struct wire wire = {.magic = MAGIC, .error = *err};

	memcpy(block, &wire, sizeof(wire));
	_exit(0);
}

/* What judging takes of the arena, in most cases. */
static size_t ordinary(const struct judge_question *q, size_t most)
{
	const size_t used = 3 * (q->text.len + q->container.len);

	return used < most ? used : most;
}

/* Runs in the child.  Only standard error stays open. */
static void be_child(const struct judge_question *q, struct capgate_arena *arena, void *block)
{
	struct judge_question question = *q;
	struct netns_known networks;
	struct judge_answer answer;
	struct capgate_error err;

	io_prefault_stack();
	io_prefault(arena->base, ordinary(q, arena->size));
	netns_learn(q->text, &networks);
	question.networks = &networks;
	/* This comes last, because it enters the container's mount namespace. */
	if (q->init > 0 && runtime_init_mounts(q->init, &question.mounts, &err) < 0)
		give_error(block, &err);
	if (close(STDIN_FILENO) < 0 || close(STDOUT_FILENO) < 0 || io_close_rest() < 0)
		_exit(1);
	if (confine(CONFINE_JUDGE, q->policy->best_effort_confinement, &err) < 0)
		give_error(block, &err);
	runtime_assess(&question, arena, &answer);
	_exit(give_answer(block, &answer) ? 0 : 1);
}

/* ---- The parent ----------------------------------------------------------------------- */

static int fail_child(struct capgate_error *err, const char *what)
{
	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_CONFINEMENT, CAPGATE_NOWHERE,
			    "the confined parser %s", what);
}

/* Is the decision well formed?  An attacker may have made it. */
static bool is_sound(struct decision *d)
{
	if ((unsigned)d->verdict > CAPGATE_PASS || (unsigned)d->engine >= NIDENTITIES ||
	    d->n_rules > DECISION_RULES || d->n_exemptions > DECISION_EXEMPTIONS ||
	    d->n_sysctls > CAPGATE_SUBSTITUTES || d->n_withheld > CAPGATE_SUBSTITUTES)
		return false;
	for (size_t i = 0; i < d->n_rules; i++)
		if ((unsigned)d->rules[i] >= CAPGATE_NRULES)
			return false;
	for (size_t i = 0; i < d->n_exemptions; i++)
		d->exemptions[i][DECISION_ID - 1] = '\0';
	for (size_t i = 0; i < d->n_sysctls; i++)
		d->sysctls[i][DECISION_ID - 1] = '\0';
	for (size_t i = 0; i < d->n_withheld; i++)
		d->withheld[i][DECISION_WHY - 1] = '\0';
	d->reason[sizeof(d->reason) - 1] = '\0';
	return true;
}

static int take_edits(const struct wire *wire, struct capgate_text rest, struct judge_answer *ret,
		      struct capgate_error *err)
{
	const char *places = rest.p, *with;
	struct capgate_edit *v;

	if (wire->n_edits > rest.len / sizeof(struct wire_edit) ||
	    wire->bytes > rest.len - wire->n_edits * sizeof(struct wire_edit))
		return fail_child(err, "gave a broken answer");
	if (!wire->n_edits)
		return 0;
	rest.len = wire->n_edits * sizeof(struct wire_edit) + wire->bytes;
	v = io_block(wire->n_edits * sizeof(*v));
	if (!v)
		return capgate_fail_memory(err);
	with = places + wire->n_edits * sizeof(struct wire_edit);
	for (size_t i = 0; i < wire->n_edits; i++) {
		struct wire_edit place;

		memcpy(&place, places + i * sizeof(place), sizeof(place));
		if (place.with > WITH_MAX || place.with > (size_t)(rest.p + rest.len - with))
			return fail_child(err, "gave a broken answer");
		v[i] = (struct capgate_edit){{place.off, place.len}, {with, place.with}};
		with += place.with;
	}
	ret->edits = (struct capgate_edits){v, wire->n_edits};
	return 0;
}

static int take_answer(const char *block, struct judge_answer *ret, struct capgate_error *err)
{
	struct wire wire;

	memcpy(&wire, block, sizeof(wire));
	if (wire.magic == 0)
		return fail_child(err, "gave no answer");
	if (wire.magic != MAGIC || !is_sound(&wire.decision) ||
	    (unsigned)wire.subject > JUDGED_IMAGES || wire.record.image_len > LEARN_NAME)
		return fail_child(err, "gave a broken answer");
	if (wire.error.code) {
		wire.error.msg[sizeof(wire.error.msg) - 1] = '\0';
		return capgate_fail(err, CAPGATE_EIO,
				    wire.error.rule == CAPGATE_RULE_UNREADABLE
					    ? CAPGATE_RULE_UNREADABLE
					    : CAPGATE_RULE_CONFINEMENT,
				    CAPGATE_NOWHERE, "%s", wire.error.msg);
	}
	/* If it was not judged, the ceiling is unknown, so it must be refused. */
	if (!wire.judged && wire.decision.verdict != CAPGATE_REFUSE)
		return fail_child(err, "gave a broken answer");
	/* There must be edits if and only if the decision says so. */
	if ((wire.n_edits > 0) !=
	    (wire.decision.verdict == CAPGATE_STRIP && wire.subject != JUDGED_CAPS))
		return fail_child(err, "gave a broken answer");
	*ret = (struct judge_answer){.decision = wire.decision,
				     .subject = wire.subject,
				     .judged = wire.judged != 0,
				     .allowed = wire.allowed,
				     .times = wire.times != 0,
				     .record = wire.record};
	return take_edits(&wire, (struct capgate_text){block + sizeof(wire), REST_MAX}, ret, err);
}

static int wait_for(pid_t pid, struct capgate_error *err)
{
	char words[64];
	struct capgate_out out = {words, sizeof(words) - 1, 0};
	int status;

	while (waitpid(pid, &status, __WALL) < 0)
		if (errno != EINTR)
			return fail_child(err, "cannot be waited for");
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	capgate_out_format(&out,
			   WIFSIGNALED(status) ? "was ended by signal %d" : "ended with status %d",
			   WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	words[out.len < out.size ? out.len : out.size] = '\0';
	return fail_child(err, words);
}

int judge_confined(const struct judge_question *q, struct judge_answer *ret,
		   struct capgate_error *err)
{
	struct capgate_arena arena;
	size_t len = 2 * q->text.len + q->inherited.len + q->container.len +
		     image_stores_size(&q->stores),
	       room = q->n_images ? 65536 : 0;
	char *block = io_shared_block(ANSWER_MAX);
	int status;
	pid_t pid;

	for (size_t i = 0; i < q->n_caps; i++)
		room += 6 * q->caps[i].len + 8;
	if (!block)
		return capgate_fail_memory(err);
	if (io_arena(len + room, &arena, err) < 0)
		return err->code;
	/* Not fork(3): no SIGCHLD, which the runtime would find pending, and
	 * which a caller that ignores it would not leave us to wait for. */
	pid = (pid_t)syscall(SYS_clone, 0, 0, 0, 0, 0);
	if (pid == 0)
		be_child(q, &arena, block);
	if (pid < 0)
		return fail_child(err, io_words(errno));
	/* Read it for the ceiling while the child judges; bounds_now() keeps the result. */
	(void)bounds_now();
	status = wait_for(pid, err);
	/* The arena is not released: execve(2) does that. */
	return status < 0 ? status : take_answer(block, ret, err);
}
