/* SPDX-License-Identifier: Apache-2.0 */
#include "tally.h"

#include <bpf/bpf.h>
#include <stdio.h>
#include <string.h>

#include "hook/marks/marks.h"
#include "lib/base/base.h"

/* More elements than any map has. */
#define ELEMENTS ((size_t)1 << 20)

struct tallying {
	const struct loaded *loaded;
	const struct symbols *symbols;
	uint64_t token, began;
	int stacks, programs;
	struct trace_table *table;
};

static void spoil(struct trace_table *t, const char *why)
{
	if (!t->why_not[0])
		snprintf(t->why_not, sizeof(t->why_not), "%s", why);
}

/* ---- Rows -------------------------------------------------------------------------- */

static void name_program(const struct tallying *t, uint64_t hash, char ret[TRACE_PROGRAM])
{
	const struct bpf_program_key key = {t->token, hash};

	_Static_assert(BPF_PATH == TRACE_PROGRAM, "they are copied whole");
	if (bpf_map_lookup_elem(t->programs, &key, ret) < 0)
		ret[0] = '\0'; /* the map was full; learn_lost counts that */
	ret[TRACE_PROGRAM - 1] = '\0';
}

static void read_stack(const struct tallying *t, uint64_t key, struct trace_stack *ret)
{
	unsigned long long frame[BPF_FRAMES];
	char name[TRACE_NAME];
	size_t i = 0;

	memset(ret, 0, sizeof(*ret));
	if (bpf_map_lookup_elem(t->stacks, &key, frame) < 0)
		return;
	/* Skip the innermost frames, which belong to the BPF program. */
	while (i < BPF_FRAMES && (frame[i] < t->symbols->begin || frame[i] >= t->symbols->end))
		i++;
	for (; i < BPF_FRAMES && frame[i]; i++) {
		symbols_name(t->symbols, frame[i], name, sizeof(name));
		trace_stack_add(ret, capgate_text_of(name));
	}
}

/* The flags know whose credentials were checked, so they count more than a stack that looks
 * borrowed. */
static enum trace_noise noise_of(unsigned flags, const struct trace_stack *stack)
{
	enum trace_noise noise = trace_stack_noise(stack);

	if (noise == TRACE_OVERCOMMIT || noise == TRACE_SILENT)
		return noise;
	if (flags & BPF_BORROWED)
		return TRACE_BORROWED;
	if (flags & BPF_SILENT)
		return TRACE_SILENT;
	if (flags & BPF_OTHER_NS)
		return TRACE_OTHER_USERNS;
	return flags & BPF_OWN_NS ? TRACE_OWN_USERNS : TRACE_MATTERS;
}

static void add_row(const struct tallying *t, const struct bpf_row_key *key,
		    const struct bpf_row *value)
{
	uint64_t first = value->first_ns > t->began ? (value->first_ns - t->began) / 1000 : 0;
	struct trace_row row = {.cap = (int)key->cap,
				.granted = key->flags & BPF_GRANTED,
				.count = value->count,
				.first = first};
	struct trace_stack stack;

	read_stack(t, key->stack, &stack);
	row.noise = noise_of(key->flags, &stack);
	name_program(t, key->program, row.program);
	if (key->flags & BPF_WORKER)
		snprintf(row.call, sizeof(row.call), "io_uring");
	else if (row.noise != TRACE_OVERCOMMIT) /* every program causes that all the time */
		snprintf(row.call, sizeof(row.call), "%s", trace_stack_call(&stack));
	snprintf(row.site, sizeof(row.site), "%s", trace_stack_site(&stack));
	t->table->checks += value->count;
	if (!trace_table_add_row(t->table, &row))
		spoil(t->table, "there were more kinds of checks than can be reported");
}

static void add_rows(const struct tallying *t)
{
	struct bpf_row_key key, next;
	struct bpf_row value;
	int fd = load_map(t->loaded, "rows");

	for (size_t n = 0; n < ELEMENTS && bpf_map_get_next_key(fd, n ? &key : NULL, &next) == 0;
	     n++, key = next)
		if (next.token == t->token && bpf_map_lookup_elem(fd, &next, &value) == 0)
			add_row(t, &next, &value);
}

/* ---- Files and refusals ------------------------------------------------------------ */

static void add_files(const struct tallying *t)
{
	struct bpf_program_key key, next;
	char file[TRACE_PROGRAM];

	for (size_t n = 0;
	     n < ELEMENTS && bpf_map_get_next_key(t->programs, n ? &key : NULL, &next) == 0;
	     n++, key = next) {
		if (next.token != t->token)
			continue;
		name_program(t, next.hash, file);
		if (!trace_table_add_file(t->table, file))
			spoil(t->table, "more programs were executed than can be reported");
	}
}

static void add_refusals(const struct tallying *t)
{
	struct bpf_refusal_key key, next;
	int fd = load_map(t->loaded, "refusals");

	for (size_t n = 0; n < ELEMENTS && bpf_map_get_next_key(fd, n ? &key : NULL, &next) == 0;
	     n++, key = next) {
		const char *name = trace_identity_name(next.number);
		struct trace_refusal refusal = {0};

		if (next.token != t->token || !name)
			continue;
		snprintf(refusal.call, sizeof(refusal.call), "%s", name);
		name_program(t, next.program, refusal.program);
		if (!trace_table_add_refusal(t->table, &refusal))
			spoil(t->table, "more system calls were refused than can be reported");
	}
}

/* ---- The whole --------------------------------------------------------------------- */

static uint64_t count_lost(const struct loaded *l)
{
	struct learn_lost lost = {0};
	unsigned zero = 0;

	/* Unknown counts as lost. */
	if (bpf_map_lookup_elem(load_map(l, "learn_lost"), &zero, &lost) < 0)
		return 1;
	return lost.checks + lost.processes + lost.containers + load_missed(l);
}

void tally(const struct loaded *l, const struct symbols *symbols, uint64_t token,
	   struct trace_table *ret, uint64_t *lost)
{
	struct tallying t = {.loaded = l,
			     .symbols = symbols,
			     .token = token,
			     .stacks = load_map(l, "stacks"),
			     .programs = load_map(l, "programs"),
			     .table = ret};
	unsigned long long key = token;
	struct learn_begun begun;

	trace_table_begin(ret);
	*lost = count_lost(l);
	ret->began = bpf_map_lookup_elem(load_map(l, "learn_begun"), &key, &begun) == 0;
	if (ret->began) {
		t.began = begun.began_ns;
		add_rows(&t);
		add_files(&t);
		add_refusals(&t);
	}
	if (*lost)
		spoil(ret, "the maps in the kernel were too small");
	ret->complete = !ret->why_not[0];
}

uint64_t tally_token(const struct loaded *l, uint64_t mntns)
{
	unsigned long long key, next;
	struct bpf_home home;
	int fd = load_map(l, "homes");

	for (size_t n = 0; n < ELEMENTS && bpf_map_get_next_key(fd, n ? &key : NULL, &next) == 0;
	     n++, key = next)
		if (bpf_map_lookup_elem(fd, &next, &home) == 0 && home.mntns == mntns)
			return home.token;
	return 0;
}
