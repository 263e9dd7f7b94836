/* SPDX-License-Identifier: Apache-2.0 */
#include "verdicts.h"

static const struct {
	const char *name, *words;
} verdicts[NVERDICTS] = {
	[VERDICT_UNNEEDED] = {"unneeded", "unneeded"},
	[VERDICT_SURVIVED] = {"survived", "asked for, but not needed"},
	[VERDICT_NEEDED] = {"needed", "needed"},
	[VERDICT_PRIVILEGE] = {"privilege", "kept: without it a process keeps more privilege"},
	[VERDICT_FILE] = {"file", "needed to execute a file with capabilities"},
	[VERDICT_UNPROVED] = {"unproved", "kept: no run without it was completed"},
};

const char *verdict_name(enum verdict verdict)
{
	return verdicts[verdict].name;
}

const char *verdict_words(enum verdict verdict)
{
	return verdicts[verdict].words;
}

const char *noise_words(enum trace_noise noise)
{
	static const char *const words[] = {
		[TRACE_MATTERS] = NULL,
		[TRACE_OVERCOMMIT] = "the kernel checked the memory limit",
		[TRACE_SILENT] = "a check without audit: the program continues either way",
		[TRACE_BORROWED] = "overlayfs asked with the credentials of the mounter",
		[TRACE_OWN_USERNS] = "in its own user namespace",
		[TRACE_OTHER_USERNS] = "in a user namespace that is not the container's",
	};

	return words[noise];
}

static bool is_better(const struct trace_row *a, const struct trace_row *b)
{
	bool first = a->granted && a->noise == TRACE_MATTERS,
	     second = b->granted && b->noise == TRACE_MATTERS;

	return first != second ? first : a->count > b->count;
}

size_t evidence_of(const struct trace_table *table, int cap, const struct trace_row **ret, size_t n)
{
	size_t found = 0;

	for (size_t i = 0; i < table->n_rows; i++) {
		const struct trace_row *row = &table->row[i];
		size_t at = found;

		if (row->cap != cap)
			continue;
		for (; at > 0 && is_better(row, ret[at - 1]); at--)
			if (at < n)
				ret[at] = ret[at - 1];
		if (at == n)
			continue;
		ret[at] = row;
		found += found < n;
	}
	return found;
}
