/* SPDX-License-Identifier: Apache-2.0 */
/* Core images of a checkpoint, which may come out of an archive of anybody's. */
#include "fuzz.h"

#include "lib/inputs/criu.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	capgate_set sets[CAPGATE_NSETS] = {0};
	struct capgate_error err;
	struct capgate_text image;

	if (size > FUZZ_TEXT_MAX)
		return 0;
	image = fuzz_copy(data, size);
	if (capgate_criu_core(image, sets, &err) == 0)
		/* two magic numbers, a length, two tags, and four sets of two words */
		MUST(size >= 12 + 4 + 16);
	else
		MUST(err.code == CAPGATE_EINVALID && err.rule == CAPGATE_RULE_CHECKPOINT &&
		     err.pos <= size && err.msg[0]);
	free((char *)image.p);
	return 0;
}
