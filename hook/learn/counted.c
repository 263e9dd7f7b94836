/* SPDX-License-Identifier: Apache-2.0 */
#include "counted.h"

#include <errno.h>
#include <string.h>

#include "lib/base/base.h"

static int open_map(const char *path, int *ret, struct capgate_error *err)
{
	*ret = maps_open(path);
	if (*ret >= 0)
		return 0;
	if (errno == ENOENT)
		return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_SYSTEM, CAPGATE_NOWHERE,
				    "no recorder is running: %s does not exist; start "
				    "capgate-learn record (package capgate-learn)",
				    path);
	return capgate_fail(err, CAPGATE_EIO, CAPGATE_RULE_SYSTEM, CAPGATE_NOWHERE,
			    "cannot open %s: %s", path, strerror(errno));
}

int counted_open(struct counted *c, struct capgate_error *err)
{
	if (open_map(LEARN_BEGUN, &c->begun, err) < 0 || open_map(LEARN_USED, &c->used, err) < 0 ||
	    open_map(LEARN_LOST, &c->lost, err) < 0)
		return err->code;
	return 0;
}

static void read_runs(struct counted *c)
{
	unsigned long long key, *last = NULL;
	/* More than the map can hold, because it changes meanwhile and keys may be returned
	 * twice. */
	size_t limit = (size_t)2 * LEARN_MARKS;

	c->n_runs = 0;
	for (; limit-- && c->n_runs < LEARN_MARKS && maps_next(c->begun, last, &key) == 0;
	     last = &key) {
		struct counted_run *run = &c->run[c->n_runs];

		if (key == 0 || maps_get(c->begun, &key, &run->begun) < 0)
			continue;
		run->token = key;
		run->begun.name[LEARN_NAME - 1] = '\0';
		c->n_runs++;
	}
}

static void read_rows(struct counted *c)
{
	struct learn_key key, *last = NULL;
	size_t limit = (size_t)2 * LEARN_ROWS;

	c->n_rows = 0;
	for (; limit-- && c->n_rows < LEARN_ROWS && maps_next(c->used, last, &key) == 0;
	     last = &key) {
		struct counted_row *row = &c->row[c->n_rows];

		if (maps_get(c->used, &key, &row->value) < 0)
			continue;
		row->key = key;
		c->n_rows++;
	}
}

void counted_read(struct counted *c)
{
	const unsigned int zero = 0;
	struct learn_lost lost = {0};

	read_runs(c);
	read_rows(c);
	(void)!maps_get(c->lost, &zero, &lost);
	c->n_lost = lost.checks + lost.processes + lost.containers;
}

void counted_forget(const struct counted *c, uint64_t token)
{
	const unsigned long long key = token;

	for (size_t i = 0; i < c->n_rows; i++)
		if (c->row[i].key.token == token)
			(void)!maps_delete(c->used, &c->row[i].key);
	(void)!maps_delete(c->begun, &key);
}
