/* SPDX-License-Identifier: Apache-2.0 */
/* What runtimes give to hooks on standard input. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct capgate_state state;
	struct capgate_arena arena;
	struct capgate_error err;
	enum capgate_input kind;
	struct capgate_text text;
	struct strict_options options = {.depth_max = CAPGATE_DEPTH_MAX};
	struct strict_result ignored;

	if (size > FUZZ_TEXT_MAX)
		return 0;
	text = fuzz_copy(data, size);
	fuzz_arena(&arena);
	if (capgate_input_parse(text, &arena, &kind, &state, &err) == 0) {
		MUST(strict_json(text.p, text.len, &options, &ignored));
		if (kind == CAPGATE_INPUT_STATE) {
			MUST(state.bundle.len == 0 || !memchr(state.bundle.p, 0, state.bundle.len));
			MUST(state.id.len == 0 || !memchr(state.id.p, 0, state.id.len));
		}
	} else {
		MUST(err.code < 0 && err.msg[0]);
	}
	free((char *)text.p);
	return 0;
}
