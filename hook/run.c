/* SPDX-License-Identifier: Apache-2.0 */
#include "run.h"

#include "command.h"
#include "io.h"

#define SENTENCE_MAX 1536

static const char *shown_sentence(const struct run_input *in, const struct run_result *r, char *buf)
{
	struct capgate_out out = {buf, SENTENCE_MAX - 1, 0};

	capgate_report_sentence(&r->report, &r->spec, in->policy, &out);
	buf[out.len < out.size ? out.len : out.size] = '\0';
	return buf;
}

/* Without a rewrite the container does not start as it is. */
static bool would_refuse(const struct run_input *in, const struct run_result *r)
{
	return r->report.verdict == CAPGATE_REFUSE || !in->can_rewrite;
}

static void tell_dry(const struct run_input *in, const struct run_result *r)
{
	char buf[SENTENCE_MAX];

	if (r->report.verdict == CAPGATE_PASS)
		io_say("%s: would allow", in->stage);
	else if (would_refuse(in, r))
		io_say("%s: would refuse with status %d: %s", in->stage, r->report.exit_status,
		       shown_sentence(in, r, buf));
	else
		io_say("%s: would rewrite: %s", in->stage, shown_sentence(in, r, buf));
}

static void refuse(const struct run_input *in, struct run_result *r)
{
	char buf[SENTENCE_MAX];

	r->out = (struct capgate_text){0};
	r->status = r->report.exit_status ? r->report.exit_status : STATUS_SYSTEM;
	io_say("%s: refused: %s", in->stage, shown_sentence(in, r, buf));
}

static void allow(const struct run_input *in, struct run_result *r)
{
	r->out = in->text;
	r->status = STATUS_OK;
}

void run_judge(const struct run_input *in, struct capgate_arena *arena, struct run_result *ret)
{
	struct run_result r = {.status = STATUS_SYSTEM};
	struct capgate_error err;

	capgate_assess(in->text, in->kind, in->policy, arena, &r.spec, &r.report);
	if (in->dry_run || in->policy->mode == CAPGATE_AUDIT) {
		tell_dry(in, &r);
		allow(in, &r);
	} else if (r.report.verdict == CAPGATE_PASS) {
		allow(in, &r);
	} else if (would_refuse(in, &r)) {
		refuse(in, &r);
	} else if (capgate_rewrite(&r.spec, &r.report, in->policy, arena, &r.out, &err) < 0) {
		r.out = (struct capgate_text){0};
		r.status = io_status(&err);
		io_say_error(in->stage, &err);
	} else {
		r.changed = true;
		r.status = STATUS_OK;
	}
	*ret = r;
}
