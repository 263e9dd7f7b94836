/* SPDX-License-Identifier: Apache-2.0 */
/* libcapgate: reports as text.  Include capgate.h. */
#ifndef CAPGATE_API_REPORT_H
#define CAPGATE_API_REPORT_H

#include <string.h>

#include "judge.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Writes into the caller's buffer.  Bytes that do not fit are only counted; if len > size, len
 * is the size that is needed. */
struct capgate_out {
	char *p;
	size_t size, len;
};

CAPGATE_API void capgate_out_bytes(struct capgate_out *out, const char *p, size_t len);
/* The length of a literal is counted by the compiler. */
CAPGATE_API inline void capgate_out_string(struct capgate_out *out, const char *cstring)
{
	capgate_out_bytes(out, cstring, strlen(cstring));
}
/* A result of 512 bytes or more is formatted in place, and needs one byte more than its length. */
CAPGATE_API void capgate_out_format(struct capgate_out *out, const char *format, ...)
	CAPGATE_PRINTF(2, 3);
/* Quoted and escaped; bytes that are not UTF-8 become U+FFFD. */
CAPGATE_API void capgate_out_json(struct capgate_out *out, struct capgate_text t);
/* For terminals and logs: control characters and broken UTF-8 as \xNN. */
CAPGATE_API void capgate_out_visible(struct capgate_out *out, struct capgate_text t);
/* "NET_RAW SYS_ADMIN", "none", or "all". */
CAPGATE_API void capgate_out_set(struct capgate_out *out, capgate_set s, const char *separator);
/* "CAP_NET_RAW"; "capability 45" for a number without a name. */
CAPGATE_API void capgate_out_cap(struct capgate_out *out, int cap);
/* Character data for XML and HTML.  Markup is escaped; characters that a terminal or XML 1.0
 * must not get become visible as with capgate_out_visible(). */
CAPGATE_API void capgate_out_markup(struct capgate_out *out, struct capgate_text t);
/* A relative path or file: URI of a file name, percent-encoded (RFC 3986). */
CAPGATE_API void capgate_out_uri(struct capgate_out *out, struct capgate_text name);

/* One line without newline: "process.capabilities.bounding[3] (byte 412):
 * CAP_NET_RAW is not allowed by ...; drop it with ...". */
CAPGATE_API void capgate_report_sentence(const struct capgate_report *report,
					 const struct capgate_spec *spec,
					 const struct capgate_policy *policy,
					 struct capgate_out *out);
/* The cause of one finding, in words. */
CAPGATE_API void capgate_finding_sentence(const struct capgate_finding *finding,
					  const struct capgate_spec *spec,
					  const struct capgate_policy *policy,
					  struct capgate_out *out);
/* The same; for a capability that is not allowed, also what programs print without it. */
CAPGATE_API void capgate_finding_message(const struct capgate_finding *finding,
					 const struct capgate_spec *spec,
					 const struct capgate_policy *policy,
					 struct capgate_out *out);
/*
 * The same capability or odd entry is often in several sets.  False if an earlier finding
 * covers this one; otherwise *sets gets the sets that have it, as bits of enum
 * capgate_which (0 if it belongs to no set).
 */
CAPGATE_API bool capgate_finding_leads(const struct capgate_report *report,
				       const struct capgate_spec *spec, size_t index,
				       unsigned *sets);
/* The path within the document ("process.capabilities.bounding[3]"). */
CAPGATE_API void capgate_finding_path(const struct capgate_finding *finding,
				      const struct capgate_spec *spec, struct capgate_out *out);
/* The highest severity of the findings, or of the error; -1 if there are none. */
CAPGATE_API int capgate_report_severity(const struct capgate_report *report);

/* What to do about a finding of this rule, in the language of the document. */
CAPGATE_API const char *capgate_report_remedy(const struct capgate_report *report,
					      enum capgate_rule rule);

/* The subject of a report, for its readers. */
struct capgate_subject {
	struct capgate_text file; /* its name; "-" is standard input */
	struct capgate_text text; /* its content, to which places refer */
	struct capgate_text part; /* which of its containers, in words; empty if it has only one */
};

/* One JSON object without a newline; it does not say part. */
CAPGATE_API void capgate_report_json(const struct capgate_report *report,
				     const struct capgate_spec *spec,
				     const struct capgate_policy *policy,
				     const struct capgate_subject *subject,
				     struct capgate_out *out);
/* A JSON Schema (draft-07) of one policy file, for editors.  It accepts everything that
 * capgate_policy_parse() accepts, and also duplicate keys and other ways to write a number,
 * which a schema cannot describe. */
CAPGATE_API void capgate_policy_schema(struct capgate_out *out);

/* What to change in the description of a container: text to add, and in words what must be
 * removed; NULL: nothing. */
struct capgate_way_text {
	const char *add, *without;
};

/* Ways out of a refusal that is about no capability, but about what keeps a runtime from
 * dropping them, or gives them back: a filter, /proc, CRIU's file, user namespaces. */
struct capgate_way_out {
	enum capgate_rule rule; /* one that wayout.c lists */
	struct capgate_way_text docker, podman, compose, quadlet;
	struct capgate_way_text kubernetes; /* add: a member of the securityContext */
	const char *instead; /* what has the same effect without it */
	const char *exempt;  /* members of an exemption that lifts it */
};

/* NULL: the rule is about capabilities, or has only its remedy in words. */
CAPGATE_API const struct capgate_way_out *capgate_way_out_of(enum capgate_rule rule);

/* Ways out of a refusal, as text to paste. */
enum capgate_remedy {
#define CAPGATE_REMEDY(symbol, key, title) CAPGATE_REMEDY_##symbol,
#include "remedies.def"
#undef CAPGATE_REMEDY
	CAPGATE_NREMEDIES
};

/* False if it does not help with this refusal; then nothing is written.  The policy's scene
 * gives an exemption what it matches on, and a date. */
CAPGATE_API bool capgate_remedy_write(enum capgate_remedy remedy,
				      const struct capgate_report *report,
				      const struct capgate_spec *spec,
				      const struct capgate_policy *policy, struct capgate_out *out);
/* The same, with sysctls as they are written where the container is described. */
CAPGATE_API bool capgate_remedy_write_in(enum capgate_dialect dialect, enum capgate_remedy remedy,
					 const struct capgate_report *report,
					 const struct capgate_spec *spec,
					 const struct capgate_policy *policy,
					 struct capgate_out *out);
CAPGATE_API const char *capgate_remedy_key(enum capgate_remedy remedy);   /* "docker-run" */
CAPGATE_API const char *capgate_remedy_title(enum capgate_remedy remedy); /* "Docker" */

/* SARIF 2.1.0: the object that describes program and rules (runs[].tool), and
 * the result objects of one report, separated by commas, none at all when it
 * has no findings. */
CAPGATE_API void capgate_report_sarif_tool(const char *version, struct capgate_out *out);
CAPGATE_API void capgate_report_sarif(const struct capgate_report *report,
				      const struct capgate_spec *spec,
				      const struct capgate_policy *policy,
				      const struct capgate_subject *subject,
				      struct capgate_out *out);
/* One <testsuite> of JUnit: a test case a rule about capabilities, or one
 * that says why nothing could be judged. */
CAPGATE_API void capgate_report_junit(const struct capgate_report *report,
				      const struct capgate_spec *spec,
				      const struct capgate_policy *policy,
				      const struct capgate_subject *subject,
				      struct capgate_out *out);
/* One <section> of an HTML page, with that id. */
CAPGATE_API void capgate_report_html(const struct capgate_report *report,
				     const struct capgate_spec *spec,
				     const struct capgate_policy *policy,
				     const struct capgate_subject *subject, const char *anchor,
				     struct capgate_out *out);
/* Workflow commands of GitHub: one line a rule and capability. */
CAPGATE_API void capgate_report_github(const struct capgate_report *report,
				       const struct capgate_spec *spec,
				       const struct capgate_policy *policy,
				       const struct capgate_subject *subject,
				       struct capgate_out *out);

#ifdef __cplusplus
}
#endif
#endif
