/* SPDX-License-Identifier: Apache-2.0 */
/* Prints a prediction in words and as JSON. */
#include "hook/term/term.h"
#include "lib/caps/caps.h"
#include "predict.h"

static const struct {
	const char *name;
	const char *symptom, *cause; /* after the path */
} kinds[] = {
	[PREDICT_UNKNOWN] = {"unknown", NULL, NULL},
	[PREDICT_STARTS] = {"starts", NULL, NULL},
	[PREDICT_NOT_FOUND] = {"not-found", "no such file or directory",
			       "no file of that name can be executed in the root file system"},
	[PREDICT_EPERM] = {"eperm", "operation not permitted", NULL},
	[PREDICT_EACCES] =
		{"eacces", "permission denied",
		 "its mode, or that of a directory above, does not let the user execute it (newer "
		 "crun: exists but it is not executable)"},
	[PREDICT_ENOEXEC] = {"enoexec", "exec format error",
			     "it is neither a program nor a script, unless binfmt_misc handles it"},
	[PREDICT_ELOOP] = {"eloop", "too many levels of symbolic links",
			   "links or interpreters form a loop"},
};

enum { TEXT = 11 }; /* the column of words after "  program  " */

static void out_field(const struct words *w, const char *label, const struct style *style,
		      struct capgate_out *out)
{
	capgate_out_format(out, "  %-*s", TEXT - 2, label);
	terminal_wrap(out, style, words_text(w), TEXT, TEXT);
}

static void out_sentence(const char *words, const struct style *style, struct capgate_out *out)
{
	struct words w;

	capgate_out_string(words_begin(&w), words);
	out_field(&w, "", style, out);
}

static void out_capabilities(const struct predict_file *f, struct capgate_out *out)
{
	capgate_out_string(out, "CAP_");
	capgate_out_set(out, f->permitted, " CAP_");
}

static void out_program(const struct prediction *p, struct capgate_out *out)
{
	capgate_out_visible(out, capgate_text_of(p->program.path));
	if (p->after == PREDICT_UNKNOWN) {
		capgate_out_format(out, ": it is not known whether it starts: %s", p->why);
		return;
	}
	if (p->after == PREDICT_STARTS) {
		capgate_out_string(out, ": execve succeeds");
		return;
	}
	capgate_out_format(out,
			   p->before == p->after ? ": exec fails, with or without a rewrite: %s; "
						 : ": exec will fail after the rewrite: %s; ",
			   kinds[p->after].symptom);
	if (p->after != PREDICT_EPERM) {
		capgate_out_string(out, kinds[p->after].cause);
		return;
	}
	capgate_out_string(out, "the file has the capabilities ");
	out_capabilities(&p->program, out);
	capgate_out_string(out, ", effective, and the bounding set lacks some; setcap -r it in the "
				"image, or allow them");
}

static void out_listed(const struct predict_file *f, struct capgate_out *out)
{
	capgate_out_visible(out, capgate_text_of(f->path));
	if (f->setuid)
		capgate_out_string(out, " set-user-ID root");
	if (!capgate_set_empty(f->permitted)) {
		capgate_out_string(out, " ");
		out_capabilities(f, out);
		capgate_out_string(out, f->effective ? " effective" : "");
	}
	if (f->fails) {
		capgate_out_string(out, ": will fail: operation not permitted");
	} else if (!capgate_set_empty(f->less)) {
		capgate_out_string(out, ": no longer gives CAP_");
		capgate_out_set(out, f->less, " CAP_");
	}
}

static void tell_deep(const struct prediction *p, const struct capgate_spec *spec,
		      const struct style *style, struct capgate_out *out)
{
	struct words w;

	capgate_out_format(words_begin(&w),
			   "%zu set-user-ID-root programs, %zu files with capabilities; after the "
			   "rewrite %zu fail, %zu give less",
			   p->n_setuid, p->n_capable, p->n_broken, p->n_changed - p->n_broken);
	out_field(&w, "image", style, out);
	for (size_t i = 0; i < p->n_files; i++) {
		out_listed(&p->files[i], words_begin(&w));
		out_field(&w, "", style, out);
	}
	if (p->n_files == PREDICT_DEEP && p->n_setuid + p->n_capable > p->n_files)
		out_sentence("and more, which are only counted", style, out);
	if (p->cut_short)
		out_sentence("some directories could not be read", style, out);
	if (spec->no_new_privs)
		out_sentence("no_new_privs is on: none of them has an effect", style, out);
	else if (p->only_way)
		out_sentence("the user is not root and has no ambient capabilities: only these "
			     "programs can gain the bounding set",
			     style, out);
}

void predict_words(const struct prediction *p, const struct capgate_spec *spec,
		   const struct style *style, struct capgate_out *out)
{
	struct words w;

	if (p->after != PREDICT_UNKNOWN || p->why) {
		out_program(p, words_begin(&w));
		out_field(&w, "program", style, out);
	}
	if (p->deep)
		tell_deep(p, spec, style, out);
}

static void out_file(const struct predict_file *f, struct capgate_out *out)
{
	capgate_out_string(out, "{\"path\":");
	capgate_out_json(out, capgate_text_of(f->path));
	capgate_out_string(out, ",\"capabilities\":[");
	capgate_out_names(out, f->permitted);
	capgate_out_format(out, "],\"effective\":%s,\"setuid\":%s,\"fails\":%s,\"less\":[",
			   f->effective ? "true" : "false", f->setuid ? "true" : "false",
			   f->fails ? "true" : "false");
	capgate_out_names(out, f->less);
	capgate_out_string(out, "]}");
}

void predict_json(const struct prediction *p, struct capgate_out *out)
{
	capgate_out_format(out,
			   "{\"before\":\"%s\",\"after\":\"%s\",\"why\":", kinds[p->before].name,
			   kinds[p->after].name);
	if (p->why)
		capgate_out_json(out, capgate_text_of(p->why));
	else
		capgate_out_string(out, "null");
	capgate_out_string(out, ",\"program\":");
	if (p->program.path[0])
		out_file(&p->program, out);
	else
		capgate_out_string(out, "null");
	if (p->deep) {
		capgate_out_format(out,
				   ",\"setuid\":%zu,\"capable\":%zu,\"broken\":%zu,\"changed\":%zu,"
				   "\"complete\":%s,\"files\":[",
				   p->n_setuid, p->n_capable, p->n_broken, p->n_changed,
				   p->cut_short ? "false" : "true");
		for (size_t i = 0; i < p->n_files; i++) {
			capgate_out_string(out, i ? "," : "");
			out_file(&p->files[i], out);
		}
		capgate_out_string(out, "]");
	}
	capgate_out_string(out, "}");
}
