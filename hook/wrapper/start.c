/* SPDX-License-Identifier: Apache-2.0 */
/* create, run, restore: judges config.json of the bundle and rewrites it in place; for restore,
 * also judges the checkpoint. */
#include <string.h>
#include <unistd.h>

#include "hook/engines/engines.h"
#include "hook/sys/sys.h"
#include "door.h"
#include "lib/base/base.h"
#include "files.h"
#include "images.h"

/* Rewrites the bundle's file.  *text becomes its new content. */
static int rewrite(struct runtime_config_file *file, const struct capgate_edits *edits,
		   struct capgate_text *text, struct capgate_error *err)
{
	struct capgate_arena arena;
	int status = io_arena(file->text.len, &arena, err);

	if (status == 0)
		status = capgate_rewrite_apply(file->text, edits, &arena, text, err);
	if (status == 0)
		status = runtime_replace_config(file, *text, err);
	return status;
}

/*
 * crun can read its configuration from any file, so it gets the bytes that were judged in a file
 * that nobody can change.  runc reads only config.json of the bundle.
 */
static int hand_on(struct runtime *r, struct capgate_text text, struct capgate_error *err)
{
	if (!r->program->stock || r->call->dialect != DIALECT_CRUN ||
	    r->call->door == DOOR_RESTORE)
		return 0;
	if (runtime_seal(text, r->call, r->sealed, err) < 0)
		return err->code;
	r->change.config = r->sealed;
	return 0;
}

/* Reads the checkpoint, and passes on its resolved path, so that the runtime uses the same one
 * even if a link changes. */
static int use_images(struct runtime *r, struct judge_question *q, struct capgate_error *err)
{
	static struct runtime_images images;

	if (r->call->value[MEANS_CRIU])
		return capgate_fail(
			err, CAPGATE_EINVALID, CAPGATE_RULE_COMMAND_LINE, CAPGATE_NOWHERE,
			"the option --criu is not allowed: it names the program that restores");
	r->policy.scene.restores = true;
	if (runtime_read_images(r->call, r->bundle, &images, err) < 0)
		return err->code;
	q->container = q->text; /* the same exemptions apply to both */
	q->images = images.v;
	q->n_images = images.n;
	r->change.images = images.path;
	return 0;
}

static int start_once(struct runtime *r, struct runtime_config_file *file,
		      struct capgate_error *err)
{
	struct judge_question question = {
		.policy = &r->policy, .kind = CAPGATE_CONFIG, .can_rewrite = true};
	struct capgate_text text;

	if (runtime_read_config(r->call, r->policy.max_bytes, file, err) < 0)
		return err->code;
	memcpy(r->bundle, file->bundle, sizeof(r->bundle));
	r->policy.scene.bundle = capgate_text_of(r->bundle);
	question.text = file->text;
	question.starts = r->call->door != DOOR_RESTORE;
	question.stores = image_stores_find(&r->policy, r->policy.scene.bundle);
	if (r->call->door == DOOR_RESTORE && use_images(r, &question, err) < 0)
		return err->code;
	if (judge_confined(&question, &r->answer, err) < 0)
		return err->code;
	/* Pass on resolved paths, so that a link that changes now has no effect. */
	if (file->config[0])
		r->change.config = file->config;
	if (r->answer.decision.verdict == CAPGATE_REFUSE || !runtime_enforces(r))
		return 0;
	text = file->text;
	if (r->answer.decision.verdict == CAPGATE_STRIP &&
	    rewrite(file, &r->answer.edits, &text, err) < 0)
		return err->code;
	return hand_on(r, text, err);
}

/* If several containers start from one bundle at the same time, only one rewrites it; the others
 * read it again, this often at most. */
#define TRIES 8

int runtime_start(struct runtime *r, struct capgate_error *err)
{
	/* Static, because the new command line points to its paths. */
	static struct runtime_config_file file;
	int status, tries = 0;

	do {
		if (tries > 0)
			close(file.dir);
		status = start_once(r, &file, err);
	} while (status < 0 && file.changed && ++tries < TRIES);
	return status;
}
