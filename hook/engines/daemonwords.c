/* SPDX-License-Identifier: Apache-2.0 */
#include "daemonwords.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "settings.h"

const char *daemon_words_next(const struct daemon_words *w, const char *option, size_t *at)
{
	size_t n = strlen(option);

	while (*at < w->len) {
		const char *word = w->v + *at;

		*at += strlen(word) + 1;
		if (strncmp(word, option, n) != 0)
			continue;
		if (word[n] == '=')
			return word + n + 1;
		if (word[n] == '\0' && *at < w->len)
			return w->v + *at;
	}
	return NULL;
}

const char *daemon_words_last(const struct daemon_words *w, const char *option)
{
	const char *last = NULL, *value;
	size_t at = 0;

	while ((value = daemon_words_next(w, option, &at)))
		last = value;
	return last;
}

/* ---- Lines of a unit ----------------------------------------------------------------- */

#define SETTINGS 16 /* of Environment and EnvironmentFile */

struct unit {
	struct capgate_arena *arena;
	struct capgate_text exec; /* the last ExecStart, with its continuation lines */
	const char *exec_file;
	struct capgate_text variables[SETTINGS]; /* lines of NAME=VALUE */
	size_t n;
};

/* The next line with its continuation lines.  *text continues after it. */
static struct capgate_text next_line(struct capgate_text *text)
{
	struct capgate_text line = {text->p, 0};

	while (line.len < text->len &&
	       !(text->p[line.len] == '\n' && (line.len == 0 || text->p[line.len - 1] != '\\')))
		line.len++;
	text->p += line.len + (line.len < text->len);
	text->len -= line.len + (line.len < text->len);
	while (line.len && capgate_is_blank(*line.p)) {
		line.p++;
		line.len--;
	}
	return line;
}

/* The value of a line "KEY=VALUE".  False if the line has another key. */
static bool value_of(struct capgate_text line, const char *key, struct capgate_text *ret)
{
	size_t n = strlen(key);

	if (line.len < n || memcmp(line.p, key, n) != 0)
		return false;
	*ret = (struct capgate_text){line.p + n, line.len - n};
	while (ret->len && capgate_is_blank(ret->p[ret->len - 1]))
		ret->len--;
	return true;
}

static void add_variables(struct unit *u, struct capgate_text lines)
{
	if (lines.len && u->n < SETTINGS)
		u->variables[u->n++] = lines;
}

static void add_variable_file(struct unit *u, struct capgate_text path)
{
	char name[256];
	bool missing;

	if (path.len && path.p[0] == '-') /* the file need not exist */
		path = (struct capgate_text){path.p + 1, path.len - 1};
	capgate_text_copy(name, sizeof(name), path);
	if (name[0] == '/')
		add_variables(u, place_text(u->arena, name, &missing));
}

/* False if there is no such file. */
static bool read_unit(struct unit *u, const char *path)
{
	bool missing;
	struct capgate_text text = place_text(u->arena, path, &missing), value;

	if (!text.p)
		return false;
	while (text.len) {
		struct capgate_text line = next_line(&text);

		if (value_of(line, "ExecStart=", &value)) {
			u->exec = value;
			u->exec_file = path;
		} else if (value_of(line, "EnvironmentFile=", &value)) {
			add_variable_file(u, value);
		} else if (value_of(line, "Environment=", &value)) {
			add_variables(u, value);
		}
	}
	return true;
}

/* ---- Words --------------------------------------------------------------------------- */

/* Is it a character between words?  A backslash continues a line. */
static bool is_between(char c)
{
	return capgate_is_blank(c) || c == '\\';
}

/* The next word, without its quotes.  False if there is none. */
static bool next_word(struct capgate_text *text, char *word, size_t size)
{
	size_t n = 0, i = 0;
	char quote = 0;

	while (i < text->len && is_between(text->p[i]))
		i++;
	if (i == text->len)
		return false;
	for (; i < text->len && (quote || !is_between(text->p[i])); i++) {
		char c = text->p[i];

		if (quote ? c == quote : c == '"' || c == '\'')
			quote = quote ? 0 : c;
		else if (n < size - 1)
			word[n++] = c;
	}
	word[n] = '\0';
	*text = (struct capgate_text){text->p + i, text->len - i};
	return true;
}

/* The value of a variable; the last setting counts. */
static struct capgate_text variable(const struct unit *u, const char *name)
{
	struct capgate_text found = {0};
	size_t n = strlen(name);

	for (size_t i = 0; i < u->n; i++) {
		struct capgate_text rest = u->variables[i];

		for (size_t at = 0; at + n < rest.len; at++) {
			const char *end;

			if (memcmp(rest.p + at, name, n) != 0 || rest.p[at + n] != '=' ||
			    (at > 0 && !strchr(" \t\n\"'", rest.p[at - 1])))
				continue;
			end = memchr(rest.p + at, '\n', rest.len - at);
			found.p = rest.p + at + n + 1;
			found.len = (size_t)((end ? end : rest.p + rest.len) - found.p);
		}
	}
	while (found.len && strchr("\"'", found.p[0])) {
		found.p++;
		found.len--;
	}
	while (found.len && strchr("\"' \t\r", found.p[found.len - 1]))
		found.len--;
	return found;
}

static void put_word(struct daemon_words *w, const char *word)
{
	size_t n = strlen(word) + 1;

	if (w->len + n > sizeof(w->v))
		return;
	memcpy(w->v + w->len, word, n);
	w->len += n;
}

static void put_words(const struct unit *u, struct capgate_text text, bool expand,
		      struct daemon_words *ret)
{
	char word[1024], name[128];

	while (next_word(&text, word, sizeof(word))) {
		if (!expand || word[0] != '$') {
			put_word(ret, word);
			continue;
		}
		snprintf(name, sizeof(name), "%.120s", word[1] == '{' ? word + 2 : word + 1);
		name[strcspn(name, "}")] = '\0';
		if (name[0])
			put_words(u, variable(u, name), false, ret);
	}
}

/* ---- The unit with its drop-ins --------------------------------------------------------- */

bool daemon_words_of_unit(struct capgate_arena *arena, const char *name, struct daemon_words *ret)
{
	static const char *const dirs[] = {CAPGATE_SYSCONFDIR "/systemd/system",
					   "/run/systemd/system", "/usr/local/lib/systemd/system",
					   "/usr/lib/systemd/system", "/lib/systemd/system"};
	struct unit u = {.arena = arena};
	glob_t found[COUNT(dirs)] = {{0}};
	char path[256];
	bool is = false;

	*ret = (struct daemon_words){.len = 0};
	for (size_t i = 0; !is && i < COUNT(dirs); i++) {
		snprintf(path, sizeof(path), "%s/%.60s.service", dirs[i], name);
		is = read_unit(&u, path);
	}
	for (size_t i = COUNT(dirs); is && i-- > 0;) {
		char pattern[256];

		snprintf(pattern, sizeof(pattern), "%s/%.60s.service.d/*.conf", dirs[i], name);
		if (glob(pattern, 0, NULL, &found[i]) == 0)
			for (size_t j = 0; j < found[i].gl_pathc; j++)
				read_unit(&u, found[i].gl_pathv[j]);
	}
	if (is && u.exec_file) {
		snprintf(ret->from, sizeof(ret->from), "%.250s", u.exec_file);
		put_words(&u, u.exec, true, ret);
	}
	for (size_t i = 0; i < COUNT(dirs); i++)
		globfree(&found[i]);
	return is;
}
