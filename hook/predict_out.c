/* SPDX-License-Identifier: Apache-2.0 */
/* A prediction in words and as JSON. */
#include "predict.h"

static const char *const kind_names[] = {
	[PREDICT_UNKNOWN] = "unknown",
	[PREDICT_NOT_FOUND] = "not-found",
	[PREDICT_STARTS] = "starts",
	[PREDICT_EPERM] = "eperm",
};

enum { TEXT = 11 }; /* the column of words behind "  program  " */

struct line {
	char buf[2048];
	struct capgate_out out;
};

static struct capgate_out *begin(struct line *l)
{
	l->out = (struct capgate_out){l->buf, sizeof(l->buf), 0};
	return &l->out;
}

static void end(const struct line *l, const char *label, const struct style *style, struct capgate_out *out)
{
	capgate_out_format(out, "  %-*s", TEXT - 2, label);
	terminal_wrap(out, style, (struct capgate_text){l->buf, l->out.len < l->out.size ? l->out.len : l->out.size},
		      TEXT, TEXT);
}

static void out_program(const struct prediction *p, struct capgate_out *out)
{
	capgate_out_visible(out, capgate_text_of(p->program.path));
	if (p->after == PREDICT_NOT_FOUND) {
		capgate_out_string(out, p->program.path[0] ? ": cannot be executed in the root file system"
							   : "nothing of that name can be executed in the root file system");
		return;
	}
	if (p->after == PREDICT_STARTS) {
		capgate_out_string(out, ": execve succeeds");
		return;
	}
	capgate_out_string(out, p->before == PREDICT_EPERM ? ": exec fails, with or without a rewrite: operation not permitted"
							   : ": exec will fail after the rewrite: operation not permitted");
	capgate_out_string(out, "; the file has the capabilities CAP_");
	capgate_out_set(out, p->program.permitted, " CAP_");
	capgate_out_string(out, ", effective, and the bounding set lacks some; setcap -r it in the image, or allow them");
}

static void out_deep_file(const struct predict_file *f, struct capgate_out *out)
{
	capgate_out_visible(out, capgate_text_of(f->path));
	if (f->setuid)
		capgate_out_string(out, " set-user-ID root");
	if (!capgate_set_empty(f->permitted)) {
		capgate_out_string(out, " CAP_");
		capgate_out_set(out, f->permitted, " CAP_");
		capgate_out_string(out, f->effective ? " effective" : "");
	}
	if (f->fails_after && !f->fails_before)
		capgate_out_string(out, ": will fail: operation not permitted");
}

static void tell_deep(const struct prediction *p, const struct capgate_spec *spec, const struct style *style,
		      struct capgate_out *out)
{
	struct line l;

	capgate_out_format(begin(&l), "%zu set-user-ID-root programs, %zu files with capabilities, %zu of which will fail",
			   p->n_setuid, p->n_capable, p->n_broken);
	end(&l, "image", style, out);
	for (size_t i = 0; i < p->n_files; i++) {
		out_deep_file(&p->files[i], begin(&l));
		end(&l, "", style, out);
	}
	if (p->n_files == PREDICT_DEEP) {
		capgate_out_string(begin(&l), "and perhaps more");
		end(&l, "", style, out);
	}
	if (spec->uid != 0) {
		capgate_out_string(begin(&l), "user is not root: these are his only way to the bounding set");
		end(&l, "", style, out);
	}
}

void predict_words(const struct prediction *p, const struct capgate_spec *spec, const struct style *style,
		   struct capgate_out *out)
{
	struct line l;

	if (p->after == PREDICT_UNKNOWN)
		return;
	out_program(p, begin(&l));
	end(&l, "program", style, out);
	if (p->deep)
		tell_deep(p, spec, style, out);
}

static void out_names(capgate_set s, struct capgate_out *out)
{
	const char *before = "";

	capgate_out_string(out, "[");
	for (int c = -1; (c = capgate_set_next(s, c + 1)) >= 0 && c < CAPGATE_NCAPS; before = ",")
		capgate_out_format(out, "%s\"%s\"", before, capgate_cap_info(c)->name);
	capgate_out_string(out, "]");
}

static void out_file(const struct predict_file *f, struct capgate_out *out)
{
	capgate_out_string(out, "{\"path\":");
	capgate_out_json(out, capgate_text_of(f->path));
	capgate_out_string(out, ",\"capabilities\":");
	out_names(f->permitted, out);
	capgate_out_format(out, ",\"effective\":%s,\"setuid\":%s,\"fails\":%s}", f->effective ? "true" : "false",
			   f->setuid ? "true" : "false", f->fails_after ? "true" : "false");
}

void predict_json(const struct prediction *p, struct capgate_out *out)
{
	capgate_out_format(out, "{\"before\":\"%s\",\"after\":\"%s\",\"program\":", kind_names[p->before],
			   kind_names[p->after]);
	if (p->program.path[0])
		out_file(&p->program, out);
	else
		capgate_out_string(out, "null");
	if (p->deep) {
		capgate_out_format(out, ",\"setuid\":%zu,\"capable\":%zu,\"broken\":%zu,\"files\":[", p->n_setuid,
				   p->n_capable, p->n_broken);
		for (size_t i = 0; i < p->n_files; i++) {
			capgate_out_string(out, i ? "," : "");
			out_file(&p->files[i], out);
		}
		capgate_out_string(out, "]");
	}
	capgate_out_string(out, "}");
}
