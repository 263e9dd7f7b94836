/* SPDX-License-Identifier: Apache-2.0 */
/* What configure's files for the single engines share. */
#ifndef CONFIGURE_H
#define CONFIGURE_H

#include "hook/engines/engines.h"
#include "plan.h"

struct wraps;

/* Each adds steps to the plan: what its engine needs beyond the drop-in files of wiring.h,
 * or with undo their removal.  It also adds a note that says what must be restarted. */
int configure_docker(struct plan *plan, struct wraps *wraps, bool undo,
		     struct capgate_error *err) CAPGATE_MUST;
int configure_containerd(struct plan *plan, struct wraps *wraps, bool undo,
			 struct capgate_error *err) CAPGATE_MUST;

int configure_podman(struct plan *plan, struct wraps *wraps, bool hooks_only, bool undo,
		     struct capgate_error *err) CAPGATE_MUST;
int configure_crio(struct plan *plan, struct wraps *wraps, bool undo,
		   struct capgate_error *err) CAPGATE_MUST;

/* Puts capgate before runc in the PATH of dockerd's or containerd's service (close), and
 * removes it from there (open). */
int configure_close(struct plan *plan, struct wraps *wraps, enum engine e,
		    struct capgate_error *err) CAPGATE_MUST;
int configure_open(struct plan *plan, enum engine e, struct capgate_error *err) CAPGATE_MUST;

/* The PATH that systemd gives to a unit ("docker"), without the directory that --close-runc
 * puts before it.  If there is no such unit, or it sets no PATH: systemd's default. */
int configure_path(const char *unit, char *ret, size_t size,
		   struct capgate_error *err) CAPGATE_MUST;

/* Where one containerd keeps its configuration: its own, or a distribution's. */
struct containerd_site {
	const char *engine;  /* its name for configure: "k3s" */
	const char *file;    /* config.toml, or the template that makes it */
	const char *dropins; /* a directory that is merged without being imported; NULL: none */
	int version;         /* of the drop-ins there */
	const char *own[4];  /* directories that it searches for programs before PATH */
	const char *restart; /* what makes it read its files again */
	bool generated;      /* another program rewrites the file: never edited */
	const char *result;  /* where the edited file is written; NULL: to file */
};

/* The first line of a file that was made from a generated one. */
#define SITE_MADE "# Made by capgate configure "

int configure_site(struct plan *plan, struct wraps *wraps, const struct containerd_site *site,
		   bool undo, struct capgate_error *err) CAPGATE_MUST;

/* The same for k3s, rke2, k0s and microk8s, whose containerd's files are elsewhere. */
int configure_distribution(struct plan *plan, struct wraps *wraps, enum engine e, bool undo,
			   struct capgate_error *err) CAPGATE_MUST;
/* Reads a configuration file of containerd: its version (0: there is no such file), and the
 * directory whose drop-ins it imports ("": none). */
int configure_look(const char *file, int *version, char *dir, size_t size,
		   struct capgate_error *err) CAPGATE_MUST;

/* Part of a text that is replaced.  All other bytes of the text stay as they are. */
struct splice {
	struct capgate_span at; /* must not overlap another one */
	const char *text;
};

/* Replaces n parts of text.  Sorts v. */
int configure_splice(struct capgate_text text, struct splice *v, size_t n, struct capgate_text *ret,
		     struct capgate_error *err) CAPGATE_MUST;
/* The name of the backup of path.  buf has room for PATH_MAX bytes. */
const char *configure_backup(const char *path, char *buf);
/* Adds steps that edit a file in place.  The first makes a backup, unless there is one and
 * the old text has our changes already (ours): then a person has edited it since. */
int configure_edit(struct plan *plan, const char *path, struct capgate_text old, bool ours,
		   struct capgate_text text, struct capgate_error *err) CAPGATE_MUST;
/* Adds steps that undo this: text is the file without our changes.  If the backup has the
 * same content, its bytes are restored.  The backup is removed. */
int configure_unedit(struct plan *plan, const char *path, struct capgate_text text,
		     struct capgate_error *err) CAPGATE_MUST;
/* Adds a step that writes a drop-in.  An existing one in TOML stays as it is if it has all
 * settings of the template, even if it has more. */
int configure_dropin(struct plan *plan, const char *path, const char *template,
		     struct capgate_error *err) CAPGATE_MUST;
/* Reads the files of podman or CRI-O, except the one called without (NULL: all).  Fails if one
 * is broken, or if there are more than fit: what names their content for that message. */
int configure_read_conf(enum engine e, const char *without, const char *what,
			struct engine_conf *conf, struct capgate_error *err) CAPGATE_MUST;
/* Fails if a file that the engine reads after our drop-in names the program of a runtime. */
int configure_judge_order(const struct engine_conf *conf, const char *ours,
			  struct capgate_error *err) CAPGATE_MUST;
/* Appends a line hooks_dir = [...] if files of the host name directories of hooks that
 * 50-capgate.conf does not, or are read after it: those directories and capgate's.  conf was read
 * without our last drop-in. */
int configure_hooks_dir(enum engine e, const struct engine_conf *conf, struct capgate_out *out,
			struct capgate_error *err) CAPGATE_MUST;
/* Adds a step that removes a drop-in.  If an administrator has changed one in TOML, their
 * version is kept beside it. */
int configure_undo_dropin(struct plan *plan, const char *path, const char *template,
			  struct capgate_error *err) CAPGATE_MUST;
/* The file that path leads to if it is a symbolic link, so that the link stays a link. */
const char *configure_real(const char *path, char *buf);
/* Reads the program that engines start, in this version: capgate-hook from the directory of
 * this program, or else the installed one.  Call it before place_enter(). */
int configure_program(struct capgate_text *ret, struct capgate_error *err) CAPGATE_MUST;
/* The mode of the file at path; 0644 if there is none. */
unsigned configure_mode(const char *path);
/* printf into memory that is never freed. */
char *configure_words(const char *format, ...) CAPGATE_PRINTF(1, 2);
int configure_refuse(struct capgate_error *err, const char *format, ...) CAPGATE_PRINTF(2, 3);

#endif
