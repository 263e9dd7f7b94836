/* SPDX-License-Identifier: Apache-2.0 */
/*
 * k3s, RKE2, k0s and microk8s.  configure never edits files that they write themselves.  It
 * writes a drop-in if they merge one.  Otherwise it edits their template, and if there is
 * none, it makes one from the file that they wrote.
 */
#include <string.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "configure.h"
#include "wraps.h"

static const char *template_of(const struct distribution *d)
{
	for (size_t i = 0; i < 2 && d->templates[i]; i++)
		if (place_exists(d->templates[i]))
			return d->templates[i];
	return NULL;
}

/* Older versions merge no drop-ins: makes a template from the file that they wrote. */
static int make_template(struct plan *plan, struct wraps *wraps, const struct distribution *d,
			 struct containerd_site *site, int version, struct capgate_error *err)
{
	site->result = d->templates[version > 2 ? 0 : 1];
	if (configure_site(plan, wraps, site, false, err) < 0)
		return err->code;
	plan_note(plan,
		  "%s: %.200s was made from %.200s, because this version merges no drop-ins: after "
		  "an upgrade, or a change of its options, remove it and configure again",
		  site->engine, site->result, d->file);
	return 0;
}

/* Removes the templates that make_template() made; their first line tells them apart. */
static int undo_templates(struct plan *plan, struct wraps *wraps, const struct distribution *d,
			  struct containerd_site *site, struct capgate_error *err)
{
	int status = 0;

	for (size_t i = 0; status == 0 && i < 2 && d->templates[i]; i++) {
		struct capgate_text text;
		bool missing;

		status = place_read(d->templates[i], &text, &missing, err);
		if (status < 0 || missing)
			continue;
		site->file = d->templates[i];
		site->generated = false;
		if (memmem(text.p, text.len, SITE_MADE, sizeof(SITE_MADE) - 1) == text.p)
			status = plan_remove(plan, d->templates[i], err);
		else
			status = configure_site(plan, wraps, site, true, err);
	}
	return status;
}

int configure_distribution(struct plan *plan, struct wraps *wraps, enum engine e, bool undoing,
			   struct capgate_error *err)
{
	const struct distribution *d = distribution_of(e);
	struct containerd_site site = {.engine = wiring_engine_name(e),
				       .file = d->file,
				       .restart = d->restart,
				       .dropins = d->dropins,
				       .generated = true};
	const char *template = template_of(d);
	char dir[PATH_MAX];
	int version;

	memcpy(site.own, d->own, sizeof(site.own));
	if (configure_look(d->file, &version, dir, sizeof(dir), err) < 0)
		return err->code;
	if (!site.dropins)
		site.dropins = dir[0] ? dir : version == 0 && !template ? d->new_dropins : NULL;
	site.version = version == 2 && d->dropins ? 2 : 3;
	if (undoing && d->templates[0] && undo_templates(plan, wraps, d, &site, err) < 0)
		return err->code;
	site.file = d->file;
	site.generated = true;
	if (undoing)
		return site.dropins ? configure_site(plan, wraps, &site, true, err) : 0;
	if (site.dropins)
		return configure_site(plan, wraps, &site, false, err);
	if (!template && version == 0)
		return configure_refuse(err, "%.200s does not exist: start %s once, then try again",
					d->file, site.engine);
	if (!template)
		return make_template(plan, wraps, d, &site, version, err);
	site.file = template;
	site.generated = false;
	return configure_site(plan, wraps, &site, false, err);
}
