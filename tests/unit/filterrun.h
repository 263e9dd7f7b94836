/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel does with a seccomp filter and a call: the part of classic BPF that
 * libseccomp writes.  Anything else fails the test.  No ck_assert here, nor where it is
 * called for every call: each of them writes a note to a file. */
#ifndef FILTERRUN_H
#define FILTERRUN_H

#include <check.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <string.h>

#include "hook/confine/filter.h"

/* One jump of classic BPF, as the kernel takes it: is the condition true? */
static inline bool filter_holds(uint16_t code, uint32_t a, uint32_t k)
{
	switch (BPF_OP(code)) {
	case BPF_JEQ:
		return a == k;
	case BPF_JGT:
		return a > k;
	case BPF_JGE:
		return a >= k;
	case BPF_JSET:
		return a & k;
	}
	ck_abort_msg("an unknown jump: %#x", code);
}

static inline uint32_t filter_run(const struct confine_filter *filter,
				  const struct seccomp_data *data)
{
	uint32_t a = 0;

	for (size_t pc = 0; pc < filter->n; pc++) {
		const struct sock_filter *i = &filter->program[pc];

		if (i->code == (BPF_LD | BPF_W | BPF_ABS)) {
			if (i->k > sizeof(*data) - sizeof(a))
				ck_abort_msg("a load beyond the call");
			memcpy(&a, (const char *)data + i->k, sizeof(a));
		} else if (i->code == (BPF_ALU | BPF_AND | BPF_K)) {
			a &= i->k;
		} else if (i->code == (BPF_JMP | BPF_JA)) {
			pc += i->k;
		} else if (BPF_CLASS(i->code) == BPF_JMP) {
			pc += filter_holds(i->code, a, i->k) ? i->jt : i->jf;
		} else {
			if (i->code != (BPF_RET | BPF_K))
				ck_abort_msg("an unknown instruction: %#x", i->code);
			return i->k;
		}
	}
	ck_abort_msg("the filter has no end");
}

#endif
