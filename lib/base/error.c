/* SPDX-License-Identifier: Apache-2.0 */
#include "error.h"

#include <stdio.h>
#include <string.h>

/* Shortens a message that was too long, so that it ends with a whole word. */
static void end_with_a_word(char *msg, size_t size)
{
	static const char more[] = " ...";
	size_t end = size - sizeof(more);

	for (size_t i = end; i > 0; i--)
		if (msg[i] == ' ') {
			end = i;
			break;
		}
	/* Do not cut within a character: continuation bytes of UTF-8 are 10xxxxxx. */
	while (end > 0 && ((unsigned char)msg[end] & 0xc0) == 0x80)
		end--;
	memcpy(msg + end, more, sizeof(more));
}

int capgate_vfail(struct capgate_error *err, enum capgate_status code, enum capgate_rule rule,
		  size_t pos, const char *format, va_list ap)
{
	int n;

	err->code = code == CAPGATE_OK ? CAPGATE_EINTERNAL : code;
	err->rule = rule;
	err->pos = pos;
	err->path[0] = '\0';
	n = vsnprintf(err->msg, sizeof(err->msg), format, ap);
	if (n < 0)
		err->msg[0] = '\0';
	else if ((size_t)n >= sizeof(err->msg))
		end_with_a_word(err->msg, sizeof(err->msg));
	return err->code;
}

int capgate_fail(struct capgate_error *err, enum capgate_status code, enum capgate_rule rule,
		 size_t pos, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	capgate_vfail(err, code, rule, pos, format, ap);
	va_end(ap);
	return err->code;
}

void capgate_path_of(struct capgate_error *err, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	if (vsnprintf(err->path, sizeof(err->path), format, ap) < 0)
		err->path[0] = '\0';
	va_end(ap);
}

int capgate_fail_memory(struct capgate_error *err)
{
	return capgate_fail(err, CAPGATE_ENOMEM, CAPGATE_RULE_MEMORY, CAPGATE_NOWHERE,
			    "the memory that is reserved for judging is used up");
}

const char *capgate_shown(struct capgate_text t, size_t max, char *buf, size_t size)
{
	struct capgate_out out = {buf, size ? size - 1 : 0, 0};
	bool cut = t.len > max;

	if (!size)
		return "";
	if (cut)
		t.len = max;
	for (size_t i = 0; i < t.len; i++) {
		unsigned char c = (unsigned char)t.p[i];

		if (c < 0x20 || c >= 0x7f)
			capgate_out_format(&out, "\\x%02x", c);
		else
			capgate_out_bytes(&out, t.p + i, 1);
	}
	if (cut)
		capgate_out_string(&out, "...");
	buf[out.len < size ? out.len : size - 1] = '\0';
	return buf;
}

void capgate_locate(struct capgate_text text, size_t pos, size_t *line, size_t *column)
{
	const size_t end = pos < text.len ? pos : text.len;
	size_t begins = 0; /* the beginning of the line */
	const char *newline;

	*line = 1;
	while (begins < end && (newline = memchr(text.p + begins, '\n', end - begins))) {
		begins = (size_t)(newline - text.p) + 1;
		++*line;
	}
	*column = end - begins + 1;
}
