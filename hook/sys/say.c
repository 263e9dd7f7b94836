/* SPDX-License-Identifier: Apache-2.0 */
#include "say.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include "lib/base/base.h"
#include "signals.h"
#include "status.h"

/* Long enough for a sentence with its cure, and shorter than PIPE_BUF, so that it is written in
 * one piece. */
#define LINE_MAX_BYTES 2048

const char *io_words(int error)
{
#ifdef __GLIBC__
	const char *words = strerrordesc_np(error);

	return words ? words : "an unknown error";
#else
	return strerror(error);
#endif
}

static bool hushed;

void io_hush(void)
{
	struct statfs where;

	hushed = !isatty(STDERR_FILENO) &&
		 (fstatfs(STDERR_FILENO, &where) < 0 || where.f_type != PIPEFS_MAGIC);
}

static void say_line(struct capgate_text words)
{
	char line[LINE_MAX_BYTES];
	struct capgate_out out = {line, sizeof(line) - 1, 0};
	ssize_t n;

	if (hushed)
		return;
	capgate_out_string(&out, "capgate: ");
	capgate_out_visible(&out, words);
	if (out.len > out.size)
		out.len = out.size;
	line[out.len++] = '\n';
	do
		n = write(STDERR_FILENO, line, out.len);
	while (n < 0 && errno == EINTR);
}

void io_say(const char *format, ...)
{
	char words[LINE_MAX_BYTES];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(words, sizeof(words), format, ap);
	va_end(ap);
	if (n < 0)
		return;
	say_line((struct capgate_text){words,
				       (size_t)n < sizeof(words) ? (size_t)n : sizeof(words) - 1});
}

void io_say_error(const char *where, const struct capgate_error *err)
{
	char words[LINE_MAX_BYTES];
	struct capgate_out out = {words, sizeof(words), 0};

	capgate_out_format(&out, "%.200s: ", where);
	if (err->path[0])
		capgate_out_format(&out, "%s", err->path);
	if (err->pos != CAPGATE_NOWHERE)
		capgate_out_format(&out, "%sbyte %zu%s", err->path[0] ? " (" : "", err->pos,
				   err->path[0] ? ")" : "");
	if (err->path[0] || err->pos != CAPGATE_NOWHERE)
		capgate_out_string(&out, ": ");
	capgate_out_format(&out, "%s; %s", err->msg, capgate_rule_info(err->rule)->remedy);
	say_line(capgate_out_text(&out));
}

int io_die_of(int signal_number)
{
	signal(signal_number, SIG_DFL);
	raise(signal_number);
	signals_release(); /* SIGPIPE is blocked until here */
	return STATUS_NOT_JUDGED;
}
