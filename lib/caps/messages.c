/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the capabilities that a program may lack, from its error message. */
#include <string.h>

#include "capgate.h"

static const struct {
	int cap;
	enum capgate_rule rule;
	const char *words, *why;
	bool of_file;
} table[] = {
#define CAPGATE_MESSAGE(cap, words, why) {CAPGATE_CAP_##cap, CAPGATE_RULE_NONE, words, why, false},
#define CAPGATE_MESSAGE_OF_FILE(cap, words, why) \
	{CAPGATE_CAP_##cap, CAPGATE_RULE_NONE, words, why, true},
#define CAPGATE_MESSAGE_OF_RULE(rule, words, why) {-1, CAPGATE_RULE_##rule, words, why, false},
#include "capgate/messages.def"
#undef CAPGATE_MESSAGE_OF_FILE
#undef CAPGATE_MESSAGE
#undef CAPGATE_MESSAGE_OF_RULE
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Finds the first n letters of part in text from *at, and moves *at past them. */
static bool find_part(struct capgate_text text, const char *part, size_t n, size_t *at)
{
	for (size_t i = *at; i + n <= text.len; i++) {
		size_t k = 0;

		while (k < n && lower(text.p[i + k]) == part[k])
			k++;
		if (k == n) {
			*at = i + n;
			return true;
		}
	}
	return false;
}

/* The number of letters of the words, if the text contains all words in their order; else 0. */
static size_t fit(struct capgate_text text, const char *words)
{
	size_t at = 0, letters = 0;

	while (*words) {
		const char *star = strchr(words, '*');
		const size_t n = star ? (size_t)(star - words) : strlen(words);

		if (!find_part(text, words, n, &at))
			return 0;
		letters += n;
		words += n + (words[n] == '*');
	}
	return letters;
}

static bool is_about_the_same(const struct capgate_meaning *a, const struct capgate_meaning *b)
{
	return a->cap == b->cap && a->rule == b->rule;
}

/* Keeps the best match of each capability, sorted with the best first. */
static void consider(struct capgate_meaning *v, size_t *n, struct capgate_meaning new)
{
	size_t i = 0;

	while (i < *n && !is_about_the_same(&v[i], &new))
		i++;
	if (i < *n && v[i].letters >= new.letters)
		return;
	if (i == *n) {
		if (*n == CAPGATE_MEANINGS_MAX && v[*n - 1].letters >= new.letters)
			return;
		if (*n < CAPGATE_MEANINGS_MAX)
			++*n;
		i = *n - 1;
	}
	for (; i > 0 && v[i - 1].letters < new.letters; i--)
		v[i] = v[i - 1];
	v[i] = new;
}

size_t capgate_message_meanings(struct capgate_text message,
				struct capgate_meaning ret[CAPGATE_MEANINGS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const size_t letters = fit(message, table[i].words);

		if (letters)
			consider(ret, &n,
				 (struct capgate_meaning){.cap = table[i].cap,
							  .rule = table[i].rule,
							  .letters = letters,
							  .why = table[i].why,
							  .of_file = table[i].of_file});
	}
	return n;
}
