/* SPDX-License-Identifier: Apache-2.0 */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "hook/confine/confine.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "assess.h"

/* Over the pipe: this, then the edits' places, then their bytes. */
struct wire {
	uint64_t magic;
	struct decision decision;
	enum judge_subject subject;
	capgate_set allowed;
	uint64_t judged, times;
	uint64_t n_edits, bytes;
	struct capgate_error error; /* when decision could not be made */
};

struct wire_edit {
	uint64_t off, len, with;
};

#define MAGIC UINT64_C(0x6574616770616331)
/* The longest edit writes a whole process object. */
#define WITH_MAX CAPGATE_TEXT_MAX
#define ANSWER_MAX (CAPGATE_TEXT_MAX + ((size_t)4 << 20))

/* ---- The child ------------------------------------------------------------------------ */

static struct capgate_text bytes_of(const void *p, size_t len)
{
	return (struct capgate_text){p, len};
}

static bool send_answer(int fd, const struct judge_answer *answer, struct capgate_arena *arena)
{
	struct wire wire = {.magic = MAGIC,
			    .decision = answer->decision,
			    .subject = answer->subject,
			    .allowed = answer->allowed,
			    .judged = answer->judged,
			    .times = answer->times,
			    .n_edits = answer->edits.n};
	struct wire_edit *places = capgate_arena_alloc(arena, (wire.n_edits + 1) * sizeof(*places));
	struct capgate_error err;

	if (!places)
		return false;
	for (size_t i = 0; i < wire.n_edits; i++) {
		const struct capgate_edit *e = &answer->edits.v[i];

		places[i] = (struct wire_edit){e->at.off, e->at.len, e->with.len};
		wire.bytes += e->with.len;
	}
	if (io_write_all(fd, bytes_of(&wire, sizeof(wire)), &err) < 0 ||
	    io_write_all(fd, bytes_of(places, wire.n_edits * sizeof(*places)), &err) < 0)
		return false;
	for (size_t i = 0; i < wire.n_edits; i++)
		if (io_write_all(fd, answer->edits.v[i].with, &err) < 0)
			return false;
	return true;
}

/* Nothing that was open is left to it but the pipe, and standard error. */
static void be_child(const struct judge_question *q, struct capgate_arena *arena, int pipe)
{
	struct judge_question question = *q;
	struct netns_known networks;
	struct judge_answer answer;
	struct capgate_error err;

	netns_learn(q->text, &networks);
	question.networks = &networks;
	if (dup2(pipe, STDIN_FILENO) < 0 || close(STDOUT_FILENO) < 0 ||
	    (close_range(STDERR_FILENO + 1, ~0U, 0) < 0 && errno != ENOSYS))
		_exit(1);
	if (confine(CONFINE_JUDGE, q->policy->best_effort_confinement, &err) < 0) {
		struct wire wire = {.magic = MAGIC, .error = err};
		struct capgate_error ignored;

		(void)!io_write_all(STDIN_FILENO, bytes_of(&wire, sizeof(wire)), &ignored);
		_exit(0);
	}
	runtime_assess(&question, arena, &answer);
	_exit(send_answer(STDIN_FILENO, &answer, arena) ? 0 : 1);
}

/* ---- The parent ----------------------------------------------------------------------- */

static int fail_child(struct capgate_error *err, const char *what)
{
	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_CONFINEMENT, CAPGATE_NOWHERE,
			    "the confined parser %s", what);
}

/* What a decision may be, whoever made it. */
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

	if (wire->n_edits > ANSWER_MAX / sizeof(struct wire_edit) || wire->bytes > ANSWER_MAX ||
	    rest.len != wire->n_edits * sizeof(struct wire_edit) + wire->bytes)
		return fail_child(err, "gave a broken answer");
	v = io_block((wire->n_edits + 1) * sizeof(*v));
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

static int take_answer(struct capgate_text answer, struct judge_answer *ret,
		       struct capgate_error *err)
{
	struct wire wire;

	if (answer.len < sizeof(wire))
		return fail_child(err, "gave no answer");
	memcpy(&wire, answer.p, sizeof(wire));
	if (wire.magic != MAGIC || !is_sound(&wire.decision) ||
	    (unsigned)wire.subject > JUDGED_IMAGES)
		return fail_child(err, "gave a broken answer");
	if (wire.error.code) {
		wire.error.msg[sizeof(wire.error.msg) - 1] = '\0';
		return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_CONFINEMENT, CAPGATE_NOWHERE,
				    "%s", wire.error.msg);
	}
	/* What may go on was judged: the ceiling is taken from what it is allowed. */
	if (!wire.judged && wire.decision.verdict != CAPGATE_REFUSE)
		return fail_child(err, "gave a broken answer");
	/* Something is cut out if and only if it was said to be. */
	if ((wire.n_edits > 0) !=
	    (wire.decision.verdict == CAPGATE_STRIP && wire.subject != JUDGED_CAPS))
		return fail_child(err, "gave a broken answer");
	*ret = (struct judge_answer){.decision = wire.decision,
				     .subject = wire.subject,
				     .judged = wire.judged != 0,
				     .allowed = wire.allowed,
				     .times = wire.times != 0};
	return take_edits(&wire,
			  (struct capgate_text){answer.p + sizeof(wire), answer.len - sizeof(wire)},
			  ret, err);
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
	struct capgate_text answer = {0};
	size_t len = 2 * q->text.len + q->inherited.len + q->container.len +
		     image_stores_size(&q->stores),
	       room = q->n_images ? 65536 : 0;
	int ends[2], status;
	pid_t pid;

	for (size_t i = 0; i < q->n_caps; i++)
		room += 6 * q->caps[i].len + 8;
	if (io_arena(len + room, &arena, err) < 0)
		return err->code;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return fail_child(err, strerror(errno));
	/* Not fork(3): no SIGCHLD, which the runtime would find pending, and
	 * which a caller that ignores it would not leave us to wait for. */
	pid = (pid_t)syscall(SYS_clone, 0, 0, 0, 0, 0);
	if (pid == 0)
		be_child(q, &arena, ends[1]);
	if (pid < 0) {
		status = fail_child(err, strerror(errno));
		close(ends[1]);
	} else if (close(ends[1]) < 0) {
		/* Else we would wait for ourselves. */
		status = fail_child(err, strerror(errno));
		kill(pid, SIGKILL);
	} else {
		status = io_read_all(ends[0], ANSWER_MAX, &answer, err);
	}
	close(ends[0]);
	if (pid > 0) {
		struct capgate_error died;

		/* How it ended says more than what could not be read. */
		if (wait_for(pid, &died) < 0) {
			*err = died;
			status = died.code;
		}
	}
	io_arena_release(&arena);
	return status < 0 ? status : take_answer(answer, ret, err);
}
