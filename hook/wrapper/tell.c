/* SPDX-License-Identifier: Apache-2.0 */
#include "tell.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"

#define WORDS_MAX 1800

/* A replacement is never longer than the original. */
static const struct {
	const char *phrase, *instead;
} phrases[] = {
	{"permission denied", "access refused"},
	{"operation not permitted", "the kernel forbids it"},
	{"no such file or directory", "it does not exist"},
	{"executable file not found", "no such program"},
	{"is a directory", "a directory"},
	{"not a directory", "no directory"},
};

static char *find_phrase(char *words, const char *phrase)
{
	for (; *words; words++)
		if (strncasecmp(words, phrase, strlen(phrase)) == 0)
			return words;
	return NULL;
}

/* Replaces, in place, the phrases that engines look for. */
static void soften(char *words)
{
	for (size_t i = 0; i < COUNT(phrases); i++) {
		size_t old = strlen(phrases[i].phrase), new = strlen(phrases[i].instead);
		char *at;

		/* This ends, because each replacement makes the text shorter. */
		while ((at = find_phrase(words, phrases[i].phrase))) {
			memcpy(at, phrases[i].instead, new);
			memmove(at + new, at + old, strlen(at + old) + 1);
		}
	}
}

/* The file that --log names.  crun's may be "file:PATH", or a system log, which is left alone. */
static const char *log_path(const struct runtime_call *call)
{
	const char *log = call->value[MEANS_LOG];

	if (!log || call->dialect == DIALECT_RUNC)
		return log;
	if (strncmp(log, "file:", 5) == 0)
		return log + 5;
	return strncmp(log, "journald:", 9) == 0 || strncmp(log, "syslog:", 7) == 0 ? NULL : log;
}

/* "2026-11-24T03:10:15Z": without the fraction, which old readers do not know. */
static void out_log_entry(struct capgate_out *out, bool json, struct capgate_text words)
{
	char now[CLOCK_TEXT];
	char *dot;

	clock_now(now);
	dot = strchr(now, '.');

	if (dot)
		strcpy(dot, "Z");
	if (json)
		capgate_out_string(out, "{\"level\":\"error\",\"msg\":");
	else
		capgate_out_format(out, "time=\"%s\" level=error msg=", now);
	capgate_out_json(out, words);
	if (json)
		capgate_out_format(out, ",\"time\":\"%s\"}", now);
	capgate_out_string(out, "\n");
}

static void append_log(const struct runtime_call *call, struct capgate_text words)
{
	const char *path = log_path(call), *format = call->value[MEANS_LOG_FORMAT];
	char buf[8 * WORDS_MAX];
	struct capgate_out out = {buf, sizeof(buf), 0};
	struct capgate_error ignored;
	int fd;

	if (!path || !*path)
		return;
	/* O_NONBLOCK: a FIFO without a reader must not block the engine. */
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0644);
	if (fd < 0)
		return;
	out_log_entry(&out, format && strcmp(format, "json") == 0, words);
	if (out.len <= out.size)
		(void)!io_write_all(fd, (struct capgate_text){buf, out.len}, &ignored);
	close(fd);
}

void runtime_tell(const struct runtime_call *call, const char *words)
{
	char line[WORDS_MAX + 1];
	struct capgate_out out = {line, WORDS_MAX, 0};

	if (call->command)
		capgate_out_format(&out, "%.32s: ", call->command);
	capgate_out_visible(&out, capgate_text_of(words));
	line[out.len < out.size ? out.len : out.size] = '\0';
	soften(line);
	io_say("%s", line);
	/* Some engines show only this entry, so it needs our name, too. */
	memmove(line + 9, line, strlen(line) < WORDS_MAX - 9 ? strlen(line) + 1 : WORDS_MAX - 9);
	memcpy(line, "capgate: ", 9);
	line[WORDS_MAX] = '\0';
	append_log(call, capgate_text_of(line));
}

void runtime_tell_error(const struct runtime_call *call, const struct capgate_error *err)
{
	char words[WORDS_MAX + 1];
	struct capgate_out out = {words, WORDS_MAX, 0};

	capgate_out_string(&out, "refused: ");
	if (err->path[0])
		capgate_out_format(&out, "%s: ", err->path);
	if (err->pos != CAPGATE_NOWHERE)
		capgate_out_format(&out, "byte %zu: ", err->pos);
	capgate_out_format(&out, "%s; %s", err->msg, capgate_rule_info(err->rule)->remedy);
	words[out.len < out.size ? out.len : out.size] = '\0';
	runtime_tell(call, words);
}
