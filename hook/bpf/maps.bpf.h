/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* The maps: counts, what was lost, and what is known of processes. */
#ifndef BPF_MAPS_H
#define BPF_MAPS_H

#include "hook/bpf/kernel.h"
#include "hook/bpf/types.bpf.h"
#include "hook/marks/marks.h"

/* Unrolled loops would need more than the stack of a BPF program. */
#define ROLLED _Pragma("clang loop unroll(disable)")
#define UNROLLED _Pragma("clang loop unroll(full)")

const volatile struct bpf_settings settings SEC(".rodata.settings") = {0};

#define MAP(kind, entries, key_type, value_type) \
	struct { \
		__uint(type, kind); \
		__uint(max_entries, entries); \
		__type(key, key_type); \
		__type(value, value_type); \
	}

MAP(BPF_MAP_TYPE_LRU_HASH, LEARN_MARKS, u64, struct learn_mark) learn_marked SEC(".maps");
MAP(BPF_MAP_TYPE_HASH, LEARN_MARKS, u64, struct learn_begun) learn_begun SEC(".maps");
MAP(BPF_MAP_TYPE_HASH, LEARN_ROWS, struct learn_key, struct learn_value) learn_used SEC(".maps");
MAP(BPF_MAP_TYPE_ARRAY, 1, u32, struct learn_lost) learn_lost SEC(".maps");
MAP(BPF_MAP_TYPE_HASH, BPF_TASKS, u64, struct bpf_task) tasks SEC(".maps");
MAP(BPF_MAP_TYPE_HASH, LEARN_MARKS, u64, struct bpf_home) homes SEC(".maps");
MAP(BPF_MAP_TYPE_PERCPU_ARRAY, 1, u32, struct learn_begun) one_begun SEC(".maps");
/* Only for learning. */
struct path {
	char bytes[BPF_PATH];
};
struct stack {
	u64 frame[BPF_FRAMES];
};
MAP(BPF_MAP_TYPE_HASH, 16384, struct bpf_row_key, struct bpf_row) rows SEC(".maps");
MAP(BPF_MAP_TYPE_HASH, 8192, u64, struct stack) stacks SEC(".maps");
MAP(BPF_MAP_TYPE_HASH, 4096, struct bpf_program_key, struct path) programs SEC(".maps");
MAP(BPF_MAP_TYPE_HASH, 1024, struct bpf_refusal_key, u64) refusals SEC(".maps");
MAP(BPF_MAP_TYPE_PERCPU_ARRAY, 1, u32, struct stack) one_stack SEC(".maps");
MAP(BPF_MAP_TYPE_PERCPU_ARRAY, 1, u32, struct path) one_path SEC(".maps");
/* Only for recording. */
MAP(BPF_MAP_TYPE_LRU_HASH, 4096, struct bpf_habit_key, struct bpf_habit) habits SEC(".maps");

enum loss { LOST_CHECK, LOST_PROCESS, LOST_CONTAINER };

static __always_inline void lose(enum loss what)
{
	u32 zero = 0;
	struct learn_lost *lost = bpf_map_lookup_elem(&learn_lost, &zero);

	if (!lost)
		return;
	if (what == LOST_CHECK)
		__sync_fetch_and_add(&lost->checks, 1);
	else if (what == LOST_PROCESS)
		__sync_fetch_and_add(&lost->processes, 1);
	else
		__sync_fetch_and_add(&lost->containers, 1);
}

/* FNV-1a, on words instead of bytes. */
static __always_inline u64 mix(u64 hash, u64 word)
{
	return (hash ^ word) * 0x100000001b3ULL;
}

#endif
