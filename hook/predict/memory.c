/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of answers.  There are four places for each hash, so that two keys with the same hash
 * do not displace each other.  The whole key is compared.
 */
#include "memory.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define ROWS 1024
#define WAYS 4

struct place {
	char *key; /* malloc'd; NULL: empty */
	size_t len;
	struct predict_directory directory;
	struct predict_seen *seen; /* malloc'd */
	size_t n;
	char *paths;  /* malloc'd */
	size_t until; /* valid without a check for places below this */
	struct prediction prediction;
};

struct memory_row {
	struct place places[WAYS];
	unsigned char next; /* the place to reuse next, if all are taken */
};

struct predict_memory {
	struct memory_row rows[ROWS];
	size_t now, found; /* predict_memory_now() */
};

struct predict_memory *predict_memory_new(void)
{
	return calloc(1, sizeof(struct predict_memory));
}

static void forget(struct place *p)
{
	free(p->key);
	free(p->seen);
	free(p->paths);
	*p = (struct place){0};
}

void predict_memory_free(struct predict_memory *memory)
{
	for (size_t i = 0; memory && i < ROWS * WAYS; i++)
		forget(&memory->rows[i / WAYS].places[i % WAYS]);
	free(memory);
}

void predict_memory_now(struct predict_memory *memory, size_t place, size_t found)
{
	memory->now = place;
	memory->found = found;
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

bool predict_directory_of(int fd, struct predict_directory *ret)
{
	struct statx st;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_INO | STATX_CTIME | STATX_MNT_ID, &st) < 0 ||
	    !(st.stx_mask & STATX_MNT_ID) ||
	    !predict_is_settled(st.stx_ctime.tv_sec, st.stx_ctime.tv_nsec))
		return false;
	*ret = (struct predict_directory){
		.mount = st.stx_mnt_id,
		.device = (uint64_t)st.stx_dev_major << 32 | st.stx_dev_minor,
		.inode = st.stx_ino,
		.changed = st.stx_ctime,
	};
	return true;
}

static bool is_same_directory(const struct predict_directory *a, const struct predict_directory *b)
{
	return a->mount == b->mount && a->device == b->device && a->inode == b->inode &&
	       a->changed.tv_sec == b->changed.tv_sec && a->changed.tv_nsec == b->changed.tv_nsec;
}

bool predict_key_make(const struct capgate_spec *spec, const struct capgate_report *report,
		      struct capgate_text path, struct predict_key *ret)
{
	ret->len = 0;
	ret->named = spec->root_path.len > 0 && spec->root_path.p[0] == '/';
	add_number(ret, ret->named);
	if (ret->named)
		add_text(ret, spec->root_path);
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
	return ret->named && ret->len <= sizeof(ret->bytes);
}

bool predict_key_finish(struct predict_key *key, const struct predict_directory *root)
{
	if (!key->named) {
		add_number(key, root->mount);
		add_number(key, root->device);
		add_number(key, root->inode);
	}
	return key->len <= sizeof(key->bytes);
}

/* FNV-1a, which only selects the row. */
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

static struct place *find_place(struct predict_memory *memory, const struct predict_key *key)
{
	struct memory_row *row = &memory->rows[row_of(key)];

	for (size_t i = 0; i < WAYS; i++)
		if (is_of(&row->places[i], key))
			return &row->places[i];
	return NULL;
}

const struct prediction *predict_recall_recent(struct predict_memory *memory,
					       const struct predict_key *key)
{
	const struct place *p = find_place(memory, key);

	return p && memory->now < p->until ? &p->prediction : NULL;
}

const struct prediction *predict_recall(struct predict_memory *memory,
					const struct predict_root *root,
					const struct predict_directory *directory,
					const struct predict_key *key)
{
	struct place *p = find_place(memory, key);

	if (!p || !is_same_directory(&p->directory, directory))
		return NULL;
	if (memory->now >= p->until) {
		if (!predict_trace_holds(root, p->seen, p->n, p->paths))
			return NULL;
		p->until = memory->found;
	}
	return &p->prediction;
}

/* The place of the key, an empty place, or the next one to reuse. */
static struct place *place_for(struct memory_row *row, const struct predict_key *key)
{
	for (size_t i = 0; i < WAYS; i++)
		if (!row->places[i].key || is_of(&row->places[i], key))
			return &row->places[i];
	return &row->places[row->next++ % WAYS];
}

static void *copy_of(const void *bytes, size_t len)
{
	void *copy = malloc(len + 1);

	if (copy)
		memcpy(copy, bytes, len);
	return copy;
}

void predict_remember(struct predict_memory *memory, const struct predict_directory *directory,
		      const struct predict_key *key, struct predict_trace *trace,
		      const struct prediction *p)
{
	struct place *place = place_for(&memory->rows[row_of(key)], key);
	struct place new = {
		.len = key->len, .directory = *directory, .until = memory->found, .prediction = *p};

	predict_trace_shorten(trace);
	new.key = copy_of(key->bytes, key->len);
	new.seen = copy_of(trace->seen, trace->n * sizeof(*trace->seen));
	new.n = trace->n;
	new.paths = copy_of(trace->paths, trace->used);
	/* Without memory the answer is not stored. */
	if (!new.key || !new.seen || !new.paths) {
		forget(&new);
		return;
	}
	forget(place);
	*place = new;
}
