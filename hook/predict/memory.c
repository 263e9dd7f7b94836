/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of answers, four places for each hash of a key, so that two keys of one hash do not
 * drive each other out; the whole key is compared.  An answer is used again only while every
 * file that it followed is the same file, unchanged since: that takes a look at each, in place
 * of the search for them.
 */
#include "memory.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROWS 1024
#define WAYS 4

struct place {
	char *key; /* malloc'd; NULL: empty */
	size_t len;
	struct predict_trace *trace; /* malloc'd */
	struct prediction prediction;
};

struct memory_row {
	struct place places[WAYS];
	unsigned char next; /* to be given up, when all are taken */
};

struct predict_memory {
	struct memory_row rows[ROWS];
};

struct predict_memory *predict_memory_new(void)
{
	return calloc(1, sizeof(struct predict_memory));
}

static void forget(struct place *p)
{
	free(p->key);
	free(p->trace);
	*p = (struct place){0};
}

void predict_memory_free(struct predict_memory *memory)
{
	for (size_t i = 0; memory && i < ROWS * WAYS; i++)
		forget(&memory->rows[i / WAYS].places[i % WAYS]);
	free(memory);
}

/* ---- The files -------------------------------------------------------------------- */

void predict_trace_add(struct predict_trace *trace, const char *path, int fd)
{
	struct predict_seen *seen;
	struct stat st;

	for (size_t i = 0; i < trace->n; i++)
		if (strcmp(trace->seen[i].path, path) == 0)
			return;
	if (trace->n == PREDICT_SEEN || strlen(path) >= PREDICT_PATH || fstat(fd, &st) < 0) {
		trace->incomplete = true;
		return;
	}
	seen = &trace->seen[trace->n++];
	strcpy(seen->path, path);
	seen->device = st.st_dev;
	seen->inode = st.st_ino;
	seen->mode = st.st_mode;
	seen->uid = st.st_uid;
	seen->gid = st.st_gid;
	seen->changed = st.st_ctim;
}

static bool is_unchanged(const struct predict_root *root, const struct predict_seen *seen)
{
	int fd = predict_open(root, seen->path, O_PATH);
	struct stat st;
	bool same = fd >= 0 && fstat(fd, &st) == 0 && st.st_dev == seen->device &&
		    st.st_ino == seen->inode && st.st_mode == seen->mode &&
		    st.st_uid == seen->uid && st.st_gid == seen->gid &&
		    st.st_ctim.tv_sec == seen->changed.tv_sec &&
		    st.st_ctim.tv_nsec == seen->changed.tv_nsec;

	if (fd >= 0)
		close(fd);
	return same;
}

/* ---- The key ------------------------------------------------------------------------ */

static void add_bytes(struct predict_key *key, const void *bytes, size_t len)
{
	if (key->len <= sizeof(key->bytes) && len <= sizeof(key->bytes) - key->len)
		memcpy(key->bytes + key->len, bytes, len);
	else
		key->len = sizeof(key->bytes) + 1;
	if (key->len <= sizeof(key->bytes))
		key->len += len;
}

static void add_number(struct predict_key *key, uint64_t n)
{
	add_bytes(key, &n, sizeof(n));
}

static void add_text(struct predict_key *key, struct capgate_text text)
{
	add_number(key, text.len);
	add_bytes(key, text.p, text.len);
}

static void add_maps(struct predict_key *key, const struct capgate_idmap *maps, size_t n)
{
	add_number(key, n);
	for (size_t i = 0; i < n; i++) {
		add_number(key, maps[i].container);
		add_number(key, maps[i].host);
		add_number(key, maps[i].size);
	}
}

/* Which directory, on which mount: flags of mounts matter, too. */
static bool add_directory(struct predict_key *key, int fd)
{
	struct statx st;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_INO | STATX_CTIME | STATX_MNT_ID, &st) < 0 ||
	    !(st.stx_mask & STATX_MNT_ID))
		return false;
	add_number(key, st.stx_mnt_id);
	add_number(key, st.stx_ino);
	add_number(key, (uint64_t)st.stx_ctime.tv_sec);
	add_number(key, st.stx_ctime.tv_nsec);
	return true;
}

bool predict_key_make(const struct predict_root *root, const struct capgate_report *report,
		      struct capgate_text path, struct predict_key *ret)
{
	const struct capgate_spec *spec = root->spec;

	ret->len = 0;
	if (!add_directory(ret, root->fd))
		return false;
	add_number(ret, report->asked[CAPGATE_EFFECTIVE].bits);
	add_number(ret, report->kept[CAPGATE_EFFECTIVE].bits);
	add_number(ret, report->before.initial[CAPGATE_BOUNDING].bits);
	add_number(ret, report->after.initial[CAPGATE_BOUNDING].bits);
	add_number(ret, capgate_set_empty(report->before.initial[CAPGATE_AMBIENT]));
	add_number(ret, spec->uid);
	add_number(ret, spec->gid);
	add_number(ret, capgate_spec_namespace(spec, "user") != NULL);
	add_maps(ret, spec->uid_maps, spec->n_uid_maps);
	add_maps(ret, spec->gid_maps, spec->n_gid_maps);
	add_text(ret, spec->args[0]);
	add_text(ret, spec->cwd);
	add_text(ret, path);
	for (size_t i = 0; i < spec->n_mounts; i++)
		add_text(ret, spec->mounts[i].destination);
	return ret->len <= sizeof(ret->bytes);
}

/* FNV-1a: only the row depends on it. */
static size_t row_of(const struct predict_key *key)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < key->len; i++)
		hash = (hash ^ (unsigned char)key->bytes[i]) * 16777619u;
	return hash % ROWS;
}

/* ---- The table ------------------------------------------------------------------------ */

static bool is_of(const struct place *p, const struct predict_key *key)
{
	return p->key && p->len == key->len && memcmp(p->key, key->bytes, key->len) == 0;
}

const struct prediction *predict_recall(const struct predict_memory *memory,
					const struct predict_root *root,
					const struct predict_key *key)
{
	const struct memory_row *row = &memory->rows[row_of(key)];
	const struct place *p = row->places;

	while (p < row->places + WAYS && !is_of(p, key))
		p++;
	if (p == row->places + WAYS)
		return NULL;
	for (size_t i = 0; i < p->trace->n; i++)
		if (!is_unchanged(root, &p->trace->seen[i]))
			return NULL;
	return &p->prediction;
}

/* The key's own, an empty one, or the next one's in turn. */
static struct place *place_for(struct memory_row *row, const struct predict_key *key)
{
	for (size_t i = 0; i < WAYS; i++)
		if (!row->places[i].key || is_of(&row->places[i], key))
			return &row->places[i];
	return &row->places[row->next++ % WAYS];
}

void predict_remember(struct predict_memory *memory, const struct predict_key *key,
		      const struct predict_trace *trace, const struct prediction *p)
{
	struct place *place = place_for(&memory->rows[row_of(key)], key);
	struct place new = {malloc(key->len), key->len, malloc(sizeof(*trace)), *p};

	/* Without memory it is found out again. */
	if (!new.key || !new.trace) {
		forget(&new);
		return;
	}
	memcpy(new.key, key->bytes, key->len);
	*new.trace = *trace;
	forget(place);
	*place = new;
}
