/* SPDX-License-Identifier: Apache-2.0 */
#include "inside.h"

#include <string.h>

#include "lib/base/base.h"

/* ---- Paths in the container ------------------------------------------------------ */

bool capgate_inside_next(struct capgate_text *rest, struct capgate_text *ret)
{
	while (rest->len > 0) {
		size_t n = 0;

		while (n < rest->len && rest->p[n] != '/')
			n++;
		*ret = (struct capgate_text){rest->p, n};
		n += n < rest->len;
		*rest = (struct capgate_text){rest->p + n, rest->len - n};
		if (ret->len > 0 && !capgate_text_is(*ret, "."))
			return true;
	}
	return false;
}

bool capgate_inside_absolute(struct capgate_text path)
{
	return path.len > 0 && path.p[0] == '/';
}

bool capgate_inside_climbs(struct capgate_text path)
{
	struct capgate_text component;

	while (capgate_inside_next(&path, &component))
		if (capgate_text_is(component, ".."))
			return true;
	return false;
}

/*
 * Can a file system treat the component as this name?  Some fold case, some ignore invisible
 * code points (ext4 with casefold), some ignore dots and blanks at the end (vfat).  U+017F and
 * U+212A fold to s and k.
 */
bool capgate_inside_may_be(struct capgate_text component, const char *name)
{
	static const char long_s[] = "\xc5\xbf", kelvin[] = "\xe2\x84\xaa";

	for (size_t i = 0; i < component.len; i++) {
		const struct capgate_text rest = {component.p + i, component.len - i};
		char c = component.p[i];

		if (capgate_text_begins(rest, long_s))
			c = 's';
		else if (capgate_text_begins(rest, kelvin))
			c = 'k';
		else if (c >= 'A' && c <= 'Z')
			c = (char)(c | 0x20);
		if ((unsigned char)c >= 0x80 || c == '.' || c == ' ')
			continue;
		if (*name++ != c)
			return false;
	}
	return *name == '\0';
}

bool capgate_inside_process(struct capgate_text component)
{
	return capgate_inside_may_be(component, "self") ||
	       capgate_inside_may_be(component, "thread-self") ||
	       (component.len > 0 && component.p[0] >= '0' && component.p[0] <= '9');
}

bool capgate_inside_covers_last_cap(struct capgate_text path)
{
	static const char *const place[] = {"proc", "sys", "kernel", "cap_last_cap"};
	struct capgate_text component;

	if (capgate_inside_climbs(path))
		return true;
	for (size_t i = 0; i < COUNT(place); i++) {
		if (!capgate_inside_next(&path, &component))
			return true; /* it is the root, or a directory above the file */
		if (i == 1 && capgate_inside_process(component))
			return true;
		if (!capgate_inside_may_be(component, place[i]))
			return false;
	}
	return true;
}

/* ---- The root file system ---------------------------------------------------------- */

/* Writes a component as the kernel does in a list of mounts: mangle_path() in fs/seq_file.c. */
static void out_escaped(struct capgate_out *out, struct capgate_text component)
{
	static const char escaped[] = " \t\n\\";

	for (size_t i = 0; i < component.len; i++) {
		const char c = component.p[i];

		if (memchr(escaped, c, sizeof(escaped) - 1))
			capgate_out_format(out, "\\%03o", (unsigned)(unsigned char)c);
		else
			capgate_out_bytes(out, &component.p[i], 1);
	}
}

static void out_components(struct capgate_out *out, struct capgate_text path, bool escaped)
{
	struct capgate_text component;

	while (capgate_inside_next(&path, &component)) {
		if (capgate_text_is(component, "..")) {
			while (out->len > 0 && out->len <= out->size && out->p[--out->len] != '/')
				;
			continue;
		}
		capgate_out_string(out, "/");
		if (escaped)
			out_escaped(out, component);
		else
			capgate_out_bytes(out, component.p, component.len);
	}
}

/* runc joins a relative path to the bundle's, cleans the result as text, and refuses links on
 * the way. */
void capgate_inside_root(const struct capgate_spec *spec, const struct capgate_scene *scene,
			 bool escaped, struct capgate_root *ret)
{
	const bool absolute = capgate_inside_absolute(spec->root_path);
	struct capgate_out out = {ret->buf, sizeof(ret->buf), 0};

	ret->path = (struct capgate_text){0};
	ret->known = false;
	if (!absolute && !capgate_inside_absolute(scene->bundle))
		return;
	if (!absolute)
		out_components(&out, scene->bundle, escaped);
	out_components(&out, spec->root_path, escaped);
	ret->known = out.len < out.size;
	if (ret->known)
		ret->path = (struct capgate_text){ret->buf, out.len};
}

/* runc removes the path of the root file system from a destination that begins with it. */
struct capgate_text capgate_inside_without_root(struct capgate_text path,
						const struct capgate_root *root)
{
	struct capgate_text rest = path, left = root->path, component, expected;

	while (capgate_inside_next(&left, &expected))
		if (!capgate_inside_next(&rest, &component) ||
		    !capgate_text_equal(component, expected))
			return path;
	return rest;
}
