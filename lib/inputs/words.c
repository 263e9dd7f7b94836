/* SPDX-License-Identifier: Apache-2.0 */
#include "words.h"
#include "lib/base/base.h"

#include <string.h>

static bool begins_with(struct capgate_text t, const char *word)
{
	const size_t n = strlen(word);

	return t.len > n && memcmp(t.p, word, n) == 0;
}

static const struct {
	const char *begins, *why;
} known[] = {
#define DOCKERFILE \
	"this is a Dockerfile, which says nothing of capabilities: whoever starts the container " \
	"does; pass docker inspect of it"
#define HCL \
	"this is HCL; nomad job run -output FILE prints a job as JSON, which can be passed; of " \
	"other tools pass what they make"
	{"#!", "this is a program, not a document"},
	{"# syntax=", DOCKERFILE},
	{"FROM ", DOCKERFILE},
	{"ARG ", DOCKERFILE},
	{"job \"", HCL},
	{"variable \"", HCL},
	{"resource \"", HCL},
	{"provider \"", HCL},
	{"module \"", HCL},
	{"data \"", HCL},
	{"terraform {", HCL},
	{"locals {", HCL},
	{"<", "this is XML or HTML, of which no kind is known"},
	{"\177ELF", "this is a program, not a document"},
};

const char *capgate_words_name(struct capgate_text text)
{
	for (;;) {
		while (text.len && capgate_is_blank(text.p[0])) {
			text.p++;
			text.len--;
		}
		for (size_t i = 0; i < COUNT(known); i++)
			if (begins_with(text, known[i].begins))
				return known[i].why;
		if (!text.len || text.p[0] != '#')
			return NULL;
		while (text.len && text.p[0] != '\n') {
			text.p++;
			text.len--;
		}
	}
}
