/* SPDX-License-Identifier: Apache-2.0 */
#include "words.h"
#include "lib/base/base.h"

#include <string.h>

static bool begins_with(struct capgate_text t, const char *word)
{
	const size_t n = strlen(word);

	return t.len > n && memcmp(t.p, word, n) == 0;
}

/* Instructions of a Dockerfile may be in any case. */
static bool begins_with_from(struct capgate_text t)
{
	return t.len > 5 && capgate_is_blank(t.p[4]) && t.p[4] != '\n' &&
	       capgate_text_distance((struct capgate_text){t.p, 4}, capgate_text_of("FROM"), 1) ==
		       0;
}

static const struct {
	const char *begins, *why;
} known[] = {
#define DOCKERFILE \
	"this is a Dockerfile, which does not set capabilities: the command that starts the " \
	"container does; pass the output of docker inspect for the container"
#define HCL \
	"this is HCL; for a Nomad job pass the output of nomad job run -output FILE; for other " \
	"tools pass their output"
#define MESSAGE "this is a program's error message, not a document"
	{"{{", "this is a template, not YAML; pass the output of helm template, or of the program "
	       "that reads this template"},
	{"#!", "this is a program, not a document"},
	{"# syntax=", DOCKERFILE},
	{"ARG ", DOCKERFILE},
	{"job ", HCL},
	{"group \"", HCL},
	{"target \"", HCL},
	{"output \"", HCL},
	{"variable \"", HCL},
	{"resource \"", HCL},
	{"provider \"", HCL},
	{"module \"", HCL},
	{"data \"", HCL},
	{"terraform {", HCL},
	{"locals {", HCL},
	{"CONTAINER ID ", "this is the output of ps for people; pass the output of docker inspect "
			  "or podman inspect for the containers"},
	{"POD ID ", "this is the output of crictl pods for people; pass the output of crictl "
		    "inspect for the containers"},
	{"Error: ", MESSAGE},
	{"error: ", MESSAGE},
	{"Error response from daemon: ", MESSAGE},
	{"Cannot connect to the Docker daemon", MESSAGE},
	{"<", "this is XML or HTML, which capgate does not read"},
	{"\177ELF", "this is a program, not a document"},
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* The text without its first line, or without a comment up to its end. */
static struct capgate_text without(struct capgate_text t, const char *end)
{
	const char *at = memmem(t.p, t.len, end, strlen(end));
	const size_t n = at ? (size_t)(at - t.p) + strlen(end) : t.len;

	return (struct capgate_text){t.p + n, t.len - n};
}

/* Is it TOML? "[containers]" alone on a line is not JSON, and "version = 2" is neither JSON nor
 * useful YAML.  Sections that begin with a capital letter belong to units. */
static bool is_toml(struct capgate_text t)
{
	const char *end = memchr(t.p, '\n', t.len);
	struct capgate_text line = {t.p, end ? (size_t)(end - t.p) : t.len};
	size_t name = line.len && line.p[0] == '[';
	const size_t from = name;

	while (name < line.len && (strchr("_-.\"", line.p[name]) || is_letter(line.p[name])))
		name++;
	if (name == from || name == line.len || !is_letter(line.p[from]))
		return false;
	if (from)
		return line.p[name] == ']' && line.p[from] >= 'a' && line.p[from] <= 'z';
	return name + 2 < line.len && memcmp(line.p + name, " = ", 3) == 0;
}

/* Is it a table, as ps, ls and get print it: headings in capitals, separated by two or more
 * blanks? */
static bool is_table(struct capgate_text t)
{
	const char *end = memchr(t.p, '\n', t.len);
	const size_t n = end ? (size_t)(end - t.p) : t.len;
	bool gap = false;

	for (size_t i = 0; i < n; i++) {
		if (!(t.p[i] >= 'A' && t.p[i] <= 'Z') && !strchr(" \t\r/_-", t.p[i]))
			return false;
		gap |= i > 0 && i + 1 < n && t.p[i] == ' ' && t.p[i - 1] == ' ' &&
		       t.p[i + 1] >= 'A' && t.p[i + 1] <= 'Z';
	}
	return gap;
}

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
		if (begins_with_from(text))
			return DOCKERFILE;
		if (text.len && is_table(text))
			return "this is a table for people; pass the output of docker inspect or "
			       "podman inspect for the containers, or of kubectl get pods -o json";
		if (text.len && is_toml(text))
			return "this is a settings file (TOML), not a container";
		if (text.len && text.p[0] == '#')
			text = without(text, "\n");
		else if (begins_with(text, "//"))
			text = without(text, "\n");
		else if (begins_with(text, "/*"))
			text = without(text, "*/");
		else
			return NULL;
	}
}
