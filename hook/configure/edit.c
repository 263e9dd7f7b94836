/* SPDX-License-Identifier: Apache-2.0 */
/* Edits the files of other programs: changes only our own bytes, and keeps a backup. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "configure.h"

int configure_refuse(struct capgate_error *err, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	capgate_vfail(err, CAPGATE_EINVALID, CAPGATE_RULE_NONE, CAPGATE_NOWHERE, format, ap);
	va_end(ap);
	return err->code;
}

char *configure_words(const char *format, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, format);
	n = vasprintf(&p, format, ap);
	va_end(ap);
	return n < 0 ? NULL : p;
}

static void put_in_order(struct splice *v, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t j = i; j > 0 && v[j].at.off < v[j - 1].at.off; j--) {
			struct splice swap = v[j];

			v[j] = v[j - 1];
			v[j - 1] = swap;
		}
}

int configure_splice(struct capgate_text text, struct splice *v, size_t n, struct capgate_text *ret,
		     struct capgate_error *err)
{
	size_t len = text.len, from = 0;
	char *p, *at;

	put_in_order(v, n);
	for (size_t i = 0; i < n; i++)
		len = len - v[i].at.len + strlen(v[i].text);
	p = at = malloc(len + 1);
	if (!p)
		return capgate_fail_memory(err);
	for (size_t i = 0; i < n; i++) {
		memcpy(at, text.p + from, v[i].at.off - from);
		at += v[i].at.off - from;
		memcpy(at, v[i].text, strlen(v[i].text));
		at += strlen(v[i].text);
		from = v[i].at.off + v[i].at.len;
	}
	memcpy(at, text.p + from, text.len - from);
	*ret = (struct capgate_text){p, len};
	return 0;
}

const char *configure_backup(const char *path, char *buf)
{
	snprintf(buf, PATH_MAX, "%.4000s" WIRING_BACKUP, path);
	return buf;
}

unsigned configure_mode(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_mode & 07777 : 0644;
}

const char *configure_real(const char *path, char *buf)
{
	return realpath(path, buf) ? buf : path;
}

int configure_edit(struct plan *plan, const char *path, struct capgate_text old, bool ours,
		   struct capgate_text text, struct capgate_error *err)
{
	char backup[PATH_MAX];
	struct stat st;

	/* Whoever replaces a link whose file is missing loses it, and --undo cannot restore it. */
	if (lstat(path, &st) == 0 && S_ISLNK(st.st_mode))
		return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_NONE, CAPGATE_NOWHERE,
				    "%s is a link to a file that does not exist: create that file, "
				    "or remove the link",
				    path);
	/* A file that names capgate already is not worth a backup. */
	if (!capgate_text_equal(old, text) && place_exists(path) &&
	    !(ours && place_exists(configure_backup(path, backup))) &&
	    plan_write(plan, configure_backup(path, backup), configure_mode(path), old, err) < 0)
		return err->code;
	return plan_write(plan, path, configure_mode(path), text, err);
}

int configure_unedit(struct plan *plan, const char *path, struct capgate_text text,
		     struct capgate_error *err)
{
	char backup[PATH_MAX];

	if (plan_write(plan, path, configure_mode(path), text, err) < 0)
		return err->code;
	return plan_remove(plan, configure_backup(path, backup), err);
}
