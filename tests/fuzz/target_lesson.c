/* SPDX-License-Identifier: Apache-2.0 */
/* Files of the store of capabilities: what is read is whole, and written as it was read. */
#include "hook/lessons/lessons.h"
#include "fuzz.h"

static char written[LESSON_TEXT_MAX];
static struct lesson first, second, sums;
static unsigned char block[(size_t)8 << 20];

static int read_lesson(struct capgate_text text, struct lesson *ret)
{
	struct capgate_arena arena;
	struct capgate_error err;
	int status;

	capgate_arena_init(&arena, block, sizeof(block));
	status = lesson_parse(text, &arena, ret, &err);
	MUST(status == 0 || (err.code < 0 && err.msg[0]));
	return status;
}

static void check_whole(const struct lesson *l)
{
	MUST(lesson_name_is_fit(capgate_text_of(l->name)));
	MUST(l->n_rows <= LESSON_ROWS && l->n_runs <= LESSON_RUNS);
	for (size_t i = 0; i < l->n_rows; i++) {
		MUST(l->row[i].cap >= 0 && l->row[i].cap < CAPGATE_NCAPS);
		MUST(l->row[i].granted <= l->row[i].count);
		MUST(l->row[i].program[LESSON_PROGRAM - 1] == '\0');
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct strict_options options = {.depth_max = CAPGATE_DEPTH_MAX};
	struct strict_result ignored;
	struct capgate_out out = {written, sizeof(written), 0};
	struct capgate_text text;

	if (size > FUZZ_TEXT_MAX)
		return 0;
	text = fuzz_copy(data, size);
	if (read_lesson(text, &first) == 0) {
		MUST(strict_json(text.p, text.len, &options, &ignored));
		check_whole(&first);
		lesson_write(&first, &out);
		MUST(out.len <= out.size && strict_json(written, out.len, &options, &ignored));
		MUST(read_lesson((struct capgate_text){written, out.len}, &second) == 0);
		MUST(memcmp(&first, &second, sizeof(first)) == 0);
		memset(&sums, 0, sizeof(sums));
		memcpy(sums.name, first.name, sizeof(sums.name));
		lesson_merge(&sums, &first);
		check_whole(&sums);
	}
	free((char *)text.p);
	return 0;
}
