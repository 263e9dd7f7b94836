/* SPDX-License-Identifier: Apache-2.0 */
/* Collects the findings of all checks until they are printed. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "doctor.h"

/* Is the last finding there already?  Daemons may share a program. */
static bool is_repeated(const struct doctor *d)
{
	const struct finding *last = &d->v[d->n - 1];

	for (const struct finding *f = d->v; f < last; f++)
		if (f->level == last->level && f->engine == last->engine &&
		    strcmp(f->id, last->id) == 0 && strcmp(f->text, last->text) == 0)
			return true;
	return false;
}

void doctor_say(struct doctor *d, enum level level, int engine, const char *id, const char *format,
		...)
{
	char all[sizeof(d->v[0].text) + sizeof(d->v[0].cure)];
	struct finding *f;
	va_list ap;
	char *tab;

	if (d->n == DOCTOR_FINDINGS) {
		/* The last place reports that there were more. */
		f = &d->v[DOCTOR_FINDINGS - 1];
		*f = (struct finding){LEVEL_BAD, NENGINES, "too-many",
				      "more findings than can be shown",
				      "fix the first ones, then run it again"};
		return;
	}
	f = &d->v[d->n++];
	*f = (struct finding){.level = level, .engine = engine, .id = id};
	va_start(ap, format);
	vsnprintf(all, sizeof(all), format, ap);
	va_end(ap);
	tab = strchr(all, '\t');
	if (tab) {
		*tab = '\0';
		snprintf(f->cure, sizeof(f->cure), "%.*s", (int)sizeof(f->cure) - 1, tab + 1);
	}
	snprintf(f->text, sizeof(f->text), "%.*s", (int)sizeof(f->text) - 1, all);
	d->n -= is_repeated(d);
}

bool doctor_looks_at(const struct doctor *d, enum engine e)
{
	return d->engines & ENGINE_BIT(e);
}
