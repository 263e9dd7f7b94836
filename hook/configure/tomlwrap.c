/* SPDX-License-Identifier: Apache-2.0 */
#include "tomlwrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/base.h"
#include "configure.h"

int tomlwrap_put(struct tomlwrap *t, struct capgate_span at, const char *bytes,
		 struct capgate_error *err)
{
	if (!bytes)
		return capgate_fail_memory(err);
	if (t->n == TOMLWRAP_MAX)
		return configure_refuse(err, "more than %d places of one file to change",
					TOMLWRAP_MAX);
	t->at[t->n] = at;
	t->text[t->n++] = bytes;
	return 0;
}

/* ---- Add --------------------------------------------------------------------------------- */

/* The white space at the start of the line that has this byte. */
static struct capgate_text indent_of(struct capgate_text text, size_t at)
{
	size_t from = at, n = 0;

	while (from > 0 && text.p[from - 1] != '\n')
		from--;
	while (from + n < at && (text.p[from + n] == ' ' || text.p[from + n] == '\t'))
		n++;
	return (struct capgate_text){text.p + from, n};
}

/* Inserts a line after the line that ends at this byte, or before the one that begins. */
static int put_line(struct tomlwrap *t, struct capgate_text text, size_t at,
		    struct capgate_text indent, const char *more, struct capgate_text key,
		    const char *program, struct capgate_error *err)
{
	bool open = at == text.len && at > 0 && text.p[at - 1] != '\n';
	bool returns = at > 1 && text.p[at - 1] == '\n' && text.p[at - 2] == '\r';

	return tomlwrap_put(t, (struct capgate_span){at, 0},
			    configure_words("%s%.*s%s%.*sBinaryName = \"%s\"" TOMLWRAP_LINE "%s%s",
					    open ? "\n" : "", (int)indent.len, indent.p, more,
					    (int)key.len, key.p, program, returns ? "\r" : "",
					    open ? "" : "\n"),
			    err);
}

static int put_inline(struct tomlwrap *t, struct capgate_text text, struct capgate_span table,
		      bool options, const char *program, struct capgate_error *err)
{
	bool empty = true;

	for (size_t i = table.off + 1; i + 1 < table.off + table.len; i++)
		empty &= text.p[i] == ' ' || text.p[i] == '\t';
	return tomlwrap_put(t, (struct capgate_span){table.off + 1, 0},
			    configure_words(options ? " BinaryName = \"%s\"%s"
						    : " options = { BinaryName = \"%s\" }%s",
					    program, empty ? "" : ","),
			    err);
}

static size_t start_of_line(struct capgate_text text, size_t at)
{
	while (at > 0 && text.p[at - 1] != '\n')
		at--;
	return at;
}

/* For dotted keys: adds a value whose keys are the same except for the last. */
static int put_dotted(struct tomlwrap *t, struct capgate_text text, struct capgate_span keys,
		      bool options, const char *program, struct capgate_error *err)
{
	struct capgate_text prefix = {text.p + keys.off, keys.len};
	struct capgate_text indent = indent_of(text, keys.off);
	char *all = configure_words("%.*s%s", (int)prefix.len, prefix.p, options ? "" : "options.");

	if (!all)
		return capgate_fail_memory(err);
	return put_line(t, text, start_of_line(text, keys.off), indent, "", capgate_text_of(all),
			program, err);
}

int tomlwrap_set(struct tomlwrap *t, const struct containerd_file *file,
		 const struct containerd_handler *h, const char *program, struct capgate_error *err)
{
	if (h->binary_at.len)
		return tomlwrap_put(t, h->binary_at, configure_words("\"%s\"", program), err);
	if (h->options_end)
		return put_line(t, file->text, h->options_end,
				indent_of(file->text, h->options_line.off), "  ",
				(struct capgate_text){"", 0}, program, err);
	if (h->options_inline.len)
		return put_inline(t, file->text, h->options_inline, true, program, err);
	if (h->dotted.len)
		return put_dotted(t, file->text, h->dotted, true, program, err);
	if (h->inline_at.len)
		return put_inline(t, file->text, h->inline_at, false, program, err);
	if (h->sibling.len)
		return put_dotted(t, file->text, h->sibling, false, program, err);
	if (file->c.closed)
		return configure_refuse(
			err,
			"%.200s defines its runtimes as inline tables, which cannot be extended: "
			"write them with [headers], then try again",
			file->path);
	return tomlwrap_add(t, file->c.plugin, h->name, h->old, NULL, program, err);
}

/* A key, quoted if TOML requires it. */
static const char *key(const char *name)
{
	for (const char *p = name; *p; p++)
		if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-", *p))
			return configure_words(strchr(name, '"') ? "'%s'" : "\"%s\"", name);
	return name;
}

int tomlwrap_add(struct tomlwrap *t, const char *plugin, const char *name, bool old,
		 const char *type, const char *program, struct capgate_error *err)
{
	const char *quoted = key(name);
	char *table, *all;

	if (!quoted)
		return capgate_fail_memory(err);
	table = configure_words("[plugins.\"%s\".containerd.%s%s", plugin, old ? "" : "runtimes.",
				quoted);
	if (!table)
		return capgate_fail_memory(err);
	all = configure_words("%s%s%s%s%s%s.options]\n  BinaryName = \"%s\"\n",
			      t->block ? t->block : "", type ? table : "",
			      type ? "]\n  runtime_type = \"" : "", type ? type : "",
			      type ? "\"\n" : "", table, program);
	if (!all)
		return capgate_fail_memory(err);
	t->block = all;
	return 0;
}

int tomlwrap_done(struct tomlwrap *t, struct capgate_text text, struct capgate_text *ret,
		  struct capgate_error *err)
{
	static struct splice v[TOMLWRAP_MAX];
	bool open = text.len && text.p[text.len - 1] != '\n';
	int status;

	if (t->block && tomlwrap_put(t, (struct capgate_span){text.len, 0},
				     configure_words("%s" TOMLWRAP_BEGIN "%s" TOMLWRAP_END "%s",
						     open ? "\n" : "", t->block, open ? "" : "\n"),
				     err) < 0)
		return err->code;
	for (size_t i = 0; i < t->n; i++)
		v[i] = (struct splice){t->at[i], t->text[i]};
	status = configure_splice(text, v, t->n, ret, err);
	*t = (struct tomlwrap){0};
	return status;
}

/* ---- Find what was added ----------------------------------------------------------------- */

static bool ends_so(struct capgate_text text, size_t at, const char *words)
{
	size_t n = strlen(words);

	return at >= n && memcmp(text.p + at - n, words, n) == 0;
}

static bool goes_on_so(struct capgate_text text, size_t at, const char *words)
{
	size_t n = strlen(words);

	return text.len - at >= n && memcmp(text.p + at, words, n) == 0;
}

bool tomlwrap_added_line(struct capgate_text text, const struct containerd_handler *h,
			 struct capgate_span *ret)
{
	size_t from = h->binary_at.off, end = from + h->binary_at.len;

	if (!goes_on_so(text, end, TOMLWRAP_LINE))
		return false;
	end += sizeof(TOMLWRAP_LINE) - 1;
	end += goes_on_so(text, end, "\r");
	from = start_of_line(text, from);
	if (end < text.len && text.p[end] == '\n')
		end++;
	else
		from -= from > 0; /* the newline that was added before it */
	*ret = (struct capgate_span){from, end - from};
	return true;
}

bool tomlwrap_added_member(struct capgate_text text, const struct containerd_handler *h,
			   struct capgate_span *ret)
{
	static const char nested[] = " options = { BinaryName = ", plain[] = " BinaryName = ";
	size_t from = h->binary_at.off, end = from + h->binary_at.len;

	if (ends_so(text, from, nested) && goes_on_so(text, end, " }")) {
		from -= sizeof(nested) - 1;
		end += 2;
	} else if (ends_so(text, from, plain)) {
		from -= sizeof(plain) - 1;
	} else {
		return false;
	}
	if (from == 0 || text.p[from - 1] != '{')
		return false;
	end += goes_on_so(text, end, ",");
	*ret = (struct capgate_span){from, end - from};
	return true;
}

bool tomlwrap_block(struct capgate_text text, struct capgate_span *ret, bool *broken)
{
	const char *begin =
		text.len ? memmem(text.p, text.len, TOMLWRAP_BEGIN, sizeof(TOMLWRAP_BEGIN) - 1)
			 : NULL;
	size_t from, end;
	const char *last;

	*broken = false;
	if (!begin)
		return false;
	from = (size_t)(begin - text.p);
	last = memmem(begin, text.len - from, TOMLWRAP_END, sizeof(TOMLWRAP_END) - 1);
	*broken = !last;
	if (!last)
		return false;
	end = (size_t)(last - text.p) + sizeof(TOMLWRAP_END) - 1;
	if (end < text.len && text.p[end] == '\n')
		end++;
	else
		from -= from > 0;
	*ret = (struct capgate_span){from, end - from};
	return true;
}
