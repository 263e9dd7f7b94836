/* SPDX-License-Identifier: Apache-2.0 */
/* What the engines' halves of configure share. */
#ifndef CONFIGURE_H
#define CONFIGURE_H

#include "hook/engines/engines.h"
#include "plan.h"

/* Each adds to the plan what its engine needs beyond the drop-in files of
 * wiring.h, or takes it away again; and what must be restarted. */
struct wraps;

int configure_docker(struct plan *plan, struct wraps *wraps, bool undo,
		     struct capgate_error *err) CAPGATE_MUST;
int configure_containerd(struct plan *plan, struct wraps *wraps, bool undo,
			 struct capgate_error *err) CAPGATE_MUST;

int configure_podman(struct plan *plan, struct wraps *wraps, bool hooks_only, bool undo,
		     struct capgate_error *err) CAPGATE_MUST;
int configure_crio(struct plan *plan, struct wraps *wraps, bool undo,
		   struct capgate_error *err) CAPGATE_MUST;

/* The runc of PATH, for dockerd's and containerd's services: closed, and as before. */
int configure_close(struct plan *plan, struct wraps *wraps, enum engine e,
		    struct capgate_error *err) CAPGATE_MUST;
int configure_open(struct plan *plan, enum engine e, struct capgate_error *err) CAPGATE_MUST;

/* The PATH that systemd gives a unit ("docker") that is on this machine, without what
 * --close-runc puts before it; a unit that is not here, or says nothing, has the usual. */
int configure_path(const char *unit, char *ret, size_t size,
		   struct capgate_error *err) CAPGATE_MUST;

/* Where one containerd keeps its configuration: its own, or a distribution's. */
struct containerd_site {
	const char *engine;  /* as configure calls it: "k3s" */
	const char *file;    /* config.toml, or the template that makes it */
	const char *dropins; /* a directory that is merged without being imported; NULL: none */
	int version;         /* of the drop-ins there */
	const char *own[4];  /* where its programs lie, before PATH */
	const char *restart; /* what makes it read its files again */
	bool generated;      /* another program rewrites the file: never edited */
	const char *result;  /* the edited file goes there in its place; NULL: to file */
};

/* The first line of a file that was made from a generated one. */
#define SITE_MADE "# Made by capgate configure "

int configure_site(struct plan *plan, struct wraps *wraps, const struct containerd_site *site,
		   bool undo, struct capgate_error *err) CAPGATE_MUST;

/* k3s, rke2, k0s, microk8s. */
int configure_distribution(struct plan *plan, struct wraps *wraps, enum engine e, bool undo,
			   struct capgate_error *err) CAPGATE_MUST;
/* What a file of containerd says of itself: its version (0: there is no such file), and
 * the directory whose drop-ins are merged into it ("": none). */
int configure_look(const char *file, int *version, char *dir, size_t size,
		   struct capgate_error *err) CAPGATE_MUST;

/* The text with some of its slices replaced, all other bytes untouched. */
struct splice {
	struct capgate_span at; /* not overlapping */
	const char *text;
};

/* v is put in order. */
int configure_splice(struct capgate_text text, struct splice *v, size_t n, struct capgate_text *ret,
		     struct capgate_error *err) CAPGATE_MUST;
/* The name of the file that holds what was there before; buf has room for PATH_MAX. */
const char *configure_backup(const char *path, char *buf);
/* Steps that edit a file in place: the backup first, unless there is one and the
 * old file is ours: edited by us before, and by somebody else since. */
int configure_edit(struct plan *plan, const char *path, struct capgate_text old, bool ours,
		   struct capgate_text text, struct capgate_error *err) CAPGATE_MUST;
/* Steps that undo it: old is what is there, text what it would be without us.
 * Where the backup says the same, its bytes are put back; it is removed. */
int configure_unedit(struct plan *plan, const char *path, struct capgate_text text,
		     struct capgate_error *err) CAPGATE_MUST;
/* A step that writes a drop-in, or leaves alone one in TOML that says all that the
 * template says, whatever it says besides. */
int configure_dropin(struct plan *plan, const char *path, const char *template,
		     struct capgate_error *err) CAPGATE_MUST;
/* Fails when a file that is read after our drop-in names the program of a runtime. */
int configure_judge_order(const struct engine_conf *conf, const char *ours,
			  struct capgate_error *err) CAPGATE_MUST;
/* A step that removes it; what an administrator has made of one in TOML is kept
 * beside it. */
int configure_undo_dropin(struct plan *plan, const char *path, const char *template,
			  struct capgate_error *err) CAPGATE_MUST;
/* The file itself, when path is a symbolic link: links are kept. */
const char *configure_real(const char *path, char *buf);
/* The bytes of the program that engines start, of this version: capgate-hook beside
 * this program, else the one that is installed.  Call it before place_enter(). */
int configure_program(struct capgate_text *ret, struct capgate_error *err) CAPGATE_MUST;
/* Of the file that is there; 0644 for a new one. */
unsigned configure_mode(const char *path);
/* printf into memory that is never freed. */
char *configure_words(const char *format, ...) CAPGATE_PRINTF(1, 2);
int configure_refuse(struct capgate_error *err, const char *format, ...) CAPGATE_PRINTF(2, 3);

#endif
