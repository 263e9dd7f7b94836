/* SPDX-License-Identifier: Apache-2.0 */
/* yajl made strict, against the other parser: they must agree on every text. */
#include "lib/json/read.h"
#include "fuzz.h"

struct spans {
	struct capgate_text text;
	size_t end;
};

static int visit(void *user, const struct capgate_json_event *event)
{
	struct spans *s = user;

	MUST(fuzz_within(event->at, s->text));
	MUST(event->at.len > 0 && event->at.off >= s->end);
	s->end = event->at.off + event->at.len;
	if (event->kind == CAPGATE_JSON_STRING || event->kind == CAPGATE_JSON_KEY)
		MUST(s->text.p[event->at.off] == '"' && s->text.p[s->end - 1] == '"');
	return 0;
}

static bool is_number(struct capgate_text text)
{
	size_t i = 0;

	while (i < text.len && strchr(" \t\r\n", text.p[i]))
		i++;
	return i < text.len && (text.p[i] == '-' || (text.p[i] >= '0' && text.p[i] <= '9'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct capgate_arena arena;
	struct capgate_error err;
	struct capgate_text text;

	if (size > FUZZ_TEXT_MAX)
		return 0;
	text = fuzz_copy(data, size);
	for (int comments = 0; comments < 2; comments++) {
		struct capgate_json_options ours = {.comments = comments};
		struct strict_options theirs = {.depth_max = CAPGATE_DEPTH_MAX,
						.comments = comments};
		struct strict_result ignored;
		struct spans spans = {text, 0};
		int status;

		fuzz_arena(&arena);
		status = capgate_json_parse(text, ours, &arena, visit, &spans, &err);
		/* Comments are for policies; only what is accepted without them has
		 * to agree to the letter. */
		if (!comments) {
			bool good = strict_json(text.p, text.len, &theirs, &ignored);

			/* yajl loses the place of a lone number, which nobody wants. */
			MUST(status == 0 ? good : !good || is_number(text));
		}
		if (status < 0)
			MUST(err.code == status &&
			     (err.pos == CAPGATE_NOWHERE || err.pos <= text.len) && err.msg[0] &&
			     memchr(err.msg, 0, sizeof(err.msg)));
	}
	free((char *)text.p);
	return 0;
}
