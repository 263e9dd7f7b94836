/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The schema of a policy file: its shape, and what the reader of each field requires of the
 * value.  A test fails if a field has no row here.
 */
#include "lib/base/base.h"
#include "read.h"

/* ---- Words that are made from tables ---------------------------------------------- */

static void out_profiles(struct capgate_out *out)
{
	const struct capgate_profile *p;

	capgate_out_string(out, ",\"enum\":[");
	for (size_t i = 0; (p = capgate_profile_at(i)); i++)
		capgate_out_format(out, "%s\"%s\"", i ? "," : "", p->name);
	capgate_out_string(out, "]");
}

/* Prints a pattern that matches any case: "[Kk][Ii]". */
static void out_any_case(const char *name, struct capgate_out *out)
{
	for (; *name; name++) {
		if (*name == '_')
			capgate_out_string(out, "_");
		else
			capgate_out_format(out, "[%c%c]", *name, *name + 'a' - 'A');
	}
}

/* Prints the names, for completion, and then a pattern for every case and prefix. */
static void out_names(struct capgate_out *out)
{
	capgate_out_string(out, ",\"anyOf\":[{\"enum\":[\"ALL\"");
	for (int c = 0; c < CAPGATE_NCAPS; c++)
		capgate_out_format(out, ",\"%s\"", capgate_cap_info(c)->name + 4);
	capgate_out_string(out, "]},{\"pattern\":\"^([Aa][Ll][Ll]|([Cc][Aa][Pp]_)?(");
	for (int c = 0; c < CAPGATE_NCAPS; c++) {
		capgate_out_string(out, c ? "|" : "");
		out_any_case(capgate_cap_info(c)->name + 4, out);
	}
	capgate_out_string(out, "))$\"}]");
}

/* ---- One row a field ----------------------------------------------------------------- */

#define TEXT ",\"minLength\":1,\"maxLength\":1024"
#define LEAP "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29"

static const struct {
	const char *description;
	const char *more; /* further members of the schema */
	void (*make)(struct capgate_out *out);
} rows[READ_NFIELDS] = {
	[READ_VERSION] = {"The version of this format.", ",\"const\":1"},
	[READ_MODE] = {"audit: decide and log, but change nothing.",
		       ",\"enum\":[\"enforce\",\"audit\"]"},
	[READ_ACTION] = {"Rewrite what can be rewritten, or refuse it.",
			 ",\"enum\":[\"reject\",\"rewrite\"]"},
	[READ_PROFILE] = {"The profile to start from.", "", out_profiles},
	[READ_ALLOW] = {"A capability that is also allowed.", "", out_names},
	[READ_DENY] =
		{"A capability that is not allowed; it takes precedence over profile and allow.",
		 "", out_names},
	[READ_SUBSTITUTE] = {"Set a sysctl if it can replace a removed capability.", ""},
	[READ_NO_NEW_PRIVILEGES] = {"require: set no_new_privs, or refuse.",
				    ",\"enum\":[\"keep\",\"require\"]"},
	[READ_CONFINEMENT] = {"best-effort: continue if the kernel cannot confine the parser.",
			      ",\"enum\":[\"required\",\"best-effort\"]"},
	[READ_USER_NAMESPACES] = {"May a process make a user namespace of its own?",
				  ",\"enum\":[\"audit\",\"deny\",\"allow\"]"},
	[READ_LEARN] = {"record: store which capabilities containers use.",
			",\"enum\":[\"off\",\"record\"]"},
	[READ_LEARN_MATCH] = {"Whose capabilities are recorded; without it, every container's.",
			      ""},
	[READ_CEILING] = {"off: the runtime keeps every capability that it has.",
			  ",\"enum\":[\"enforce\",\"off\"]"},
	[READ_CEILING_KEEP] = {"A capability that the runtime also keeps.", "", out_names},
	[READ_CEILING_REASON] = {"Why the ceiling is off, or keeps more.", ""},
	[READ_LIMIT_BYTES] = {"The longest specification that is read.",
			      ",\"minimum\":1024,\"maximum\":67108864,\"multipleOf\":1"},
	[READ_LOG_FILE] = {"The file of the decision log; empty: no file.",
			   ",\"pattern\":\"^(/|$)\""},
	[READ_LOG_SYSTEM] = {"Log to journald or syslog.", ""},
	[READ_LOG_MAX_BYTES] = {"The log is rotated at this size.",
				",\"minimum\":4096,\"maximum\":1073741824,\"multipleOf\":1"},
	[READ_LOG_REQUIRED] = {"Refuse a container if the decision cannot be logged.", ""},
	[READ_EXEMPTION] =
		{"Which containers get more, why, and until when.",
		 ",\"required\":[\"id\",\"match\",\"reason\"],\"anyOf\":["
		 "{\"required\":[\"allow\"],\"properties\":{\"allow\":{\"minItems\":1}}},"
		 "{\"required\":[\"user_namespaces\"]},"
		 "{\"required\":[\"seccomp\"],\"properties\":{\"seccomp\":{\"minItems\":1}}}]"},
	[READ_ID] = {"Its name in the log.", TEXT},
	[READ_REASON] = {"Why it is needed.", TEXT},
	[READ_OWNER] = {"Who is responsible for it.", TEXT},
	[READ_EXPIRES] = {"The last day on which it is in force.",
			  ",\"allOf\":[{\"pattern\":\"^(19[7-9][0-9]|[2-9][0-9]{3})-\"},"
			  "{\"pattern\":\"^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
			  "|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|" LEAP
			  ")$\"}]"},
	[READ_EXEMPT_ALLOW] = {"A capability that it allows.", "", out_names},
	[READ_EXEMPT_SECCOMP] = {"A seccomp action that it allows.",
				 ",\"enum\":[\"SCMP_ACT_NOTIFY\",\"SCMP_ACT_TRACE\"]"},
	[READ_EXEMPT_USERNS] = {"allow: its processes may make user namespaces.",
				",\"const\":\"allow\""},
	[READ_ANNOTATION] = {"A glob for the annotation's value.", ",\"maxLength\":1024"},
	[READ_CGROUP] = {"A glob for linux.cgroupsPath.", TEXT},
	[READ_BUNDLE] = {"A glob for the bundle's directory.", TEXT},
	[READ_ROOTFS] = {"A glob for root.path.", TEXT},
	[READ_HOSTNAME] = {"A glob for the host name.", TEXT},
	[READ_UID] = {"The user id of the process.",
		      ",\"minimum\":0,\"maximum\":4294967294,\"multipleOf\":1"},
	[READ_IMAGE] = {"A glob for the image's name, from the engine's own store.", TEXT},
};

/* ---- What has no field of its own ----------------------------------------------------- */

/* Requires at least one property to match. */
static void out_match(struct capgate_out *out)
{
	static const char *const names[] = {"cgroup",   "bundle", "rootfs",
					    "hostname", "uid",    "image"};

	capgate_out_string(out, ",\"anyOf\":[");
	for (size_t i = 0; i < COUNT(names); i++)
		capgate_out_format(out, "{\"required\":[\"%s\"]},", names[i]);
	capgate_out_string(out, "{\"required\":[\"annotations\"],"
				"\"properties\":{\"annotations\":{\"minProperties\":1}}}]");
}

/* Less than the default ceiling requires a reason. */
static const char of_file[] =
	",\"required\":[\"version\"],\"if\":{\"anyOf\":["
	"{\"required\":[\"ceiling\"],\"properties\":{\"ceiling\":{\"const\":\"off\"}}},"
	"{\"required\":[\"ceiling_keep\"],\"properties\":{\"ceiling_keep\":{\"minItems\":1}}}]},"
	"\"then\":{\"required\":[\"ceiling_reason\"],"
	"\"properties\":{\"ceiling_reason\":{\"minLength\":1}}}";

static void more(const struct capgate_shape *shape, struct capgate_out *out)
{
	if (shape == &capgate_shape_policy)
		capgate_out_string(out, of_file);
	else if (shape == &capgate_shape_match || shape == &capgate_shape_learn_one)
		out_match(out);
	else if (shape == &capgate_shape_exemptions || shape == &capgate_shape_learn_match)
		capgate_out_string(out, ",\"maxItems\":10000");
	if (!shape->field || !rows[shape->field].description)
		return;
	capgate_out_string(out, ",\"description\":");
	capgate_out_json(out, capgate_text_of(rows[shape->field].description));
	capgate_out_string(out, rows[shape->field].more);
	if (rows[shape->field].make)
		rows[shape->field].make(out);
}

void capgate_policy_schema(struct capgate_out *out)
{
	capgate_schema_write(&capgate_shape_policy,
			     "\"title\":\"A policy of capgate, version 1\","
			     "\"allowComments\":true,",
			     more, out);
}
