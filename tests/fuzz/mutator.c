/* SPDX-License-Identifier: Apache-2.0 */
/* libFuzzer's door to gen.c: half of the changes are of bytes.  AFL++ does not call it. */
#include "fuzz.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed);

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
	uint64_t state = seed;

	if (seed % 2)
		return LLVMFuzzerMutate(data, size, max);
	for (unsigned i = 0; i <= seed / 2 % 3; i++)
		size = gen_mutate(data, size, max, &state);
	return size;
}
