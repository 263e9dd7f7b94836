/* SPDX-License-Identifier: Apache-2.0 */
/* Writes into a caller's buffer, and quotes foreign text in two ways. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "out.h"
#include "utf8.h"

void capgate_out_bytes(struct capgate_out *out, const char *p, size_t len)
{
	if (out->len < out->size) {
		size_t room = out->size - out->len;

		memcpy(out->p + out->len, p, len < room ? len : room);
	}
	out->len += len;
}

extern inline void capgate_out_string(struct capgate_out *out, const char *cstring);

static void out_number(struct capgate_out *out, uint64_t value, bool negative)
{
	char digits[24];
	size_t at = sizeof(digits);

	do
		digits[--at] = (char)('0' + value % 10);
	while (value /= 10);
	if (negative)
		digits[--at] = '-';
	capgate_out_bytes(out, digits + at, sizeof(digits) - at);
}

/*
 * Handles %s, %d and %zu, of which reports consist; vsnprintf(3) would take half the time of
 * writing one.  Returns where the first other conversion begins, or the end of the format.
 */
static const char *out_simply(struct capgate_out *out, const char *format, va_list *ap)
{
	const char *next;

	for (; (next = strchr(format, '%')); format = next) {
		capgate_out_bytes(out, format, (size_t)(next - format));
		format = next++;
		if (*next == 's') {
			const char *s = va_arg(*ap, const char *);

			capgate_out_string(out, s ? s : "(null)");
		} else if (*next == 'd') {
			int value = va_arg(*ap, int);

			out_number(out, value < 0 ? -(uint64_t)value : (uint64_t)value, value < 0);
		} else if (next[0] == 'z' && next[1] == 'u') {
			out_number(out, va_arg(*ap, size_t), false);
			next++;
		} else {
			return format;
		}
		next++;
	}
	capgate_out_string(out, format);
	return "";
}

static void out_by_printf(struct capgate_out *out, const char *format, va_list ap)
{
	size_t room = out->len < out->size ? out->size - out->len : 0;
	char buf[512];
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(buf, sizeof(buf), format, ap);
	if (n > 0 && (size_t)n < sizeof(buf)) {
		capgate_out_bytes(out, buf, (size_t)n);
	} else if (n > 0) {
		/* Format a long text in place, where vsnprintf(3) also needs room for its NUL. */
		vsnprintf(room ? out->p + out->len : NULL, room, format, again);
		out->len += (size_t)n + ((size_t)n == room);
	}
	va_end(again);
}

void capgate_out_format(struct capgate_out *out, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	format = out_simply(out, format, &ap);
	if (*format)
		out_by_printf(out, format, ap);
	va_end(ap);
}

struct capgate_text capgate_out_text(const struct capgate_out *out)
{
	return (struct capgate_text){out->p, out->len < out->size ? out->len : out->size};
}

#define EIGHT(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Is one of the eight bytes equal to byte?  The result may be wrong for a byte above such a
 * byte; then the caller checks them one by one. */
static uint64_t holds(uint64_t w, unsigned char byte)
{
	const uint64_t x = w ^ EIGHT(byte);

	return (x - EIGHT(1)) & ~x;
}

static bool plain8(const unsigned char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof(w));
	return !((holds(w, '"') | holds(w, '\\') | holds(w, 0x7f) | (w - EIGHT(0x20)) | w) &
		 EIGHT(0x80));
}

/* The number of bytes from p that need no escape within quotes. */
static size_t plain(const unsigned char *p, size_t left)
{
	size_t n = 0;

	while (left - n >= 8 && plain8(p + n))
		n += 8;
	while (n < left && p[n] >= 0x20 && p[n] < 0x7f && p[n] != '"' && p[n] != '\\')
		n++;
	return n;
}

void capgate_out_json(struct capgate_out *out, struct capgate_text t)
{
	const unsigned char *p = (const unsigned char *)t.p;

	capgate_out_bytes(out, "\"", 1);
	for (size_t i = 0; i < t.len;) {
		size_t n = plain(p + i, t.len - i);

		if (n > 0) {
			capgate_out_bytes(out, t.p + i, n);
			i += n;
			continue;
		}
		n = capgate_utf8_length(p + i, t.len - i);
		if (n == 0) {
			capgate_out_string(out, "\\ufffd");
			n = 1;
		} else if (p[i] == '"' || p[i] == '\\') {
			capgate_out_bytes(out, "\\", 1);
			capgate_out_bytes(out, t.p + i, 1);
		} else if (p[i] < 0x20 || p[i] == 0x7f) {
			capgate_out_format(out, "\\u%04x", p[i]);
		} else {
			capgate_out_bytes(out, t.p + i, n);
		}
		i += n;
	}
	capgate_out_bytes(out, "\"", 1);
}

/* C1 controls, bidirectional overrides and other characters that make a terminal show
 * something other than the text. */
static bool misleading(const unsigned char *p, size_t n)
{
	if (n == 2) /* C1, U+00AD soft hyphen, U+061C Arabic letter mark */
		return (p[0] == 0xc2 && (p[1] < 0xa0 || p[1] == 0xad)) ||
		       (p[0] == 0xd8 && p[1] == 0x9c);
	if (n == 4) /* U+E0000..E007F: tags, which are invisible */
		return p[0] == 0xf3 && p[1] == 0xa0 && (p[2] == 0x80 || p[2] == 0x81);
	if (n == 3 &&
	    p[0] == 0xef) /* U+FEFF; U+FFF9..B annotations; U+FFFE and U+FFFF, invalid in XML */
		return (p[1] == 0xbb && p[2] == 0xbf) ||
		       (p[1] == 0xbf && (p[2] >= 0xbe || (p[2] >= 0xb9 && p[2] <= 0xbb)));
	if (n == 3 && p[0] == 0xe1) /* U+180E */
		return p[1] == 0xa0 && p[2] == 0x8e;
	if (n != 3 || p[0] != 0xe2)
		return false;
	return (p[1] == 0x80 && (p[2] >= 0x8b && p[2] <= 0x8f)) || /* U+200B..F */
	       (p[1] == 0x80 && (p[2] >= 0xa8 && p[2] <= 0xae)) || /* U+2028..E */
	       (p[1] == 0x81 && (p[2] >= 0xa0 && p[2] <= 0xaf));   /* U+2060..F */
}

void capgate_out_visible(struct capgate_out *out, struct capgate_text t)
{
	const unsigned char *p = (const unsigned char *)t.p;

	for (size_t i = 0; i < t.len;) {
		size_t n = capgate_utf8_length(p + i, t.len - i);

		if (n == 0 || p[i] < 0x20 || p[i] == 0x7f || misleading(p + i, n)) {
			n = n ? n : 1;
			for (size_t k = 0; k < n; k++)
				capgate_out_format(out, "\\x%02x", p[i + k]);
		} else {
			capgate_out_bytes(out, t.p + i, n);
		}
		i += n;
	}
}

void capgate_out_markup(struct capgate_out *out, struct capgate_text t)
{
	size_t from = 0;

	for (size_t i = 0; i <= t.len; i++) {
		const char *entity = NULL;

		if (i < t.len)
			entity = t.p[i] == '&'    ? "&amp;"
				 : t.p[i] == '<'  ? "&lt;"
				 : t.p[i] == '>'  ? "&gt;"
				 : t.p[i] == '"'  ? "&quot;"
				 : t.p[i] == '\'' ? "&#39;"
						  : NULL;
		if (!entity && i < t.len)
			continue;
		capgate_out_visible(out, (struct capgate_text){t.p + from, i - from});
		if (entity)
			capgate_out_string(out, entity);
		from = i + 1;
	}
}

/* Unreserved characters of RFC 3986, and the slash between segments. */
static bool stands_in_uri(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~' || c == '/';
}

void capgate_out_uri(struct capgate_out *out, struct capgate_text name)
{
	if (name.len && name.p[0] == '/')
		capgate_out_string(out, "file://");
	for (size_t i = 0; i < name.len; i++) {
		if (stands_in_uri(name.p[i]))
			capgate_out_bytes(out, name.p + i, 1);
		else
			capgate_out_format(out, "%%%02X", (unsigned char)name.p[i]);
	}
}
