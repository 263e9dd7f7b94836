/* SPDX-License-Identifier: Apache-2.0 */
/* The words that can be in each place of a command line, from the table of commands, so
 * that completions always match it. */
#include <stdio.h>
#include <string.h>

#include "hook/cli/cli.h"
#include "hook/engines/engines.h"
#include "completions.h"

static void put_word(struct slot *p, const char *word)
{
	size_t n = strlen(p->words);

	p->kinds |= KIND_WORDS;
	snprintf(p->words + n, sizeof(p->words) - n, "%s%s", n ? " " : "", word);
}

static void put_engines(struct slot *p)
{
	for (int e = 0; e < NENGINES; e++)
		put_word(p, wiring_engine_name((enum engine)e));
}

static void put_capabilities(struct slot *p)
{
	for (int c = 0; capgate_cap_info(c); c++)
		put_word(p, capgate_cap_info(c)->name + 4);
}

static void put_rules(struct slot *p)
{
	for (int r = CAPGATE_RULE_NONE + 1; r < CAPGATE_NRULES; r++)
		put_word(p, capgate_rule_info((enum capgate_rule)r)->id);
}

static void put_severities(struct slot *p)
{
	for (int s = CAPGATE_SEVERITY_NOTE; s <= CAPGATE_SEVERITY_CRITICAL; s++)
		put_word(p, capgate_severity_name((enum capgate_severity)s));
}

/* The words in small letters of "list | show | check [FILE...] | test DIR". */
static void put_words(struct slot *p, const char *synopsis)
{
	char word[32];
	int n;

	for (const char *s = synopsis; *s; s += n) {
		n = (int)strspn(s, "abcdefghijklmnopqrstuvwxyz");
		if (n) {
			snprintf(word, sizeof(word), "%.*s", n, s);
			put_word(p, word);
		} else {
			n = (int)strcspn(s, "abcdefghijklmnopqrstuvwxyz");
		}
	}
}

struct slot completions_operands(const char *synopsis)
{
	struct slot p = {.kinds = KIND_NONE};

	if (strstr(synopsis, "PATH") || strstr(synopsis, "FILE"))
		p.kinds = KIND_FILES;
	if (strstr(synopsis, "ENGINE"))
		put_engines(&p);
	if (strstr(synopsis, "CAP"))
		put_capabilities(&p);
	if (strstr(synopsis, "RULE"))
		put_rules(&p);
	if (strchr(synopsis, '|'))
		put_words(&p, synopsis);
	return p;
}

struct slot completions_value(const struct opt *o)
{
	struct slot p = {.kinds = KIND_NONE};

	if (!o->arg)
		return p;
	if (strcmp(o->arg, "DIR") == 0)
		p.kinds = KIND_DIRECTORIES;
	else if (strstr(o->arg, "FILE") || strcmp(o->arg, "SPEC") == 0)
		p.kinds = KIND_FILES;
	else if (strcmp(o->arg, "SEVERITY") == 0)
		put_severities(&p);
	for (size_t i = 0; o->values && o->values[i]; i++)
		put_word(&p, o->values[i]);
	return p;
}

void completions_quoted(struct capgate_out *out, const char *s, const char *escape)
{
	for (; *s; s++) {
		if (*s == '\'') {
			capgate_out_string(out, "’");
			continue;
		}
		if (strchr(escape, *s))
			capgate_out_string(out, "\\");
		capgate_out_bytes(out, s, 1);
	}
}
