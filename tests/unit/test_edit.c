/* SPDX-License-Identifier: Apache-2.0 */
/* Documents that are edited so that their containers do without capabilities. */
#include "unit.h"

#include "core.h"
#include "hook/documents/documents.h"

#define WEB "services:\n  web:\n    image: nginx\n"
#define POD "kind: Pod\napiVersion: v1\nmetadata: {name: p}\nspec:\n  containers:\n  - name: web\n"
#define UNIT "[Container]\nImage=nginx\n"
#define UNIT_WITHOUT "[Container]\nDropCapability=NET_RAW\nImage=nginx\n"

/* NET_RAW and SYS_ADMIN are forbidden.  after: NULL if the document cannot be edited. */
static const struct {
	const char *what, *before, *after;
} rows[] = {
	{"a name that Docker gives by default joins the dropped ones",
	 WEB "    cap_add: [NET_RAW, KILL]\n",
	 WEB "    cap_drop: [\"NET_RAW\"]\n    cap_add: [KILL]\n"},
	{"the last names of a list in brackets",
	 WEB "    cap_add: [KILL, NET_RAW, SYS_ADMIN]\n    cap_drop: [ CHOWN ]\n",
	 WEB "    cap_add: [KILL]\n    cap_drop: [\"NET_RAW\",  CHOWN ]\n"},
	{"all names of a list in brackets",
	 WEB "    cap_add: [NET_RAW, SYS_ADMIN]\n    cap_drop: []\n",
	 WEB "    cap_add: []\n    cap_drop: [\"NET_RAW\"]\n"},
	{"lists on lines, as far right as their keys",
	 WEB "    cap_add:\n    - KILL\n    - SYS_ADMIN # why\n    cap_drop:\n    - CHOWN\n",
	 WEB "    cap_add:\n    - KILL\n    cap_drop:\n    - \"NET_RAW\"\n    - CHOWN\n"},
	{"a list further right; and one that becomes empty",
	 WEB "    cap_add:\n    - SYS_ADMIN\n    cap_drop:\n      - CHOWN\n",
	 WEB "    cap_add: []\n    cap_drop:\n      - \"NET_RAW\"\n      - CHOWN\n"},
	{"a comment before the only name", WEB "    cap_add:\n    # needed\n    - SYS_ADMIN\n",
	 NULL},
	{"a service in brackets", "services: {web: {image: nginx, cap_add: [SYS_ADMIN]}}\n",
	 "services: {web: {\"cap_drop\": [\"NET_RAW\"], image: nginx, cap_add: []}}\n"},
	{"JSON", "{\"services\":{\"web\":{\"image\":\"nginx\",\"cap_drop\":[\"CHOWN\"]}}}",
	 "{\"services\":{\"web\":{\"image\":\"nginx\",\"cap_drop\":[\"NET_RAW\", \"CHOWN\"]}}}"},
	{"a privileged service", WEB "    privileged: true\n",
	 WEB "    cap_drop: [\"NET_RAW\"]\n    privileged: false\n"},
	{"a pod without a securityContext", POD "    image: nginx\n",
	 POD "    securityContext: {capabilities: {drop: [\"NET_RAW\"]}}\n    image: nginx\n"},
	{"a pod that adds",
	 POD "    securityContext:\n      capabilities:\n        add: [\"SYS_ADMIN\"]\n",
	 POD "    securityContext:\n      capabilities:\n        drop: [\"NET_RAW\"]\n        add: "
	     "[]\n"},
	{"a privileged pod",
	 POD "    securityContext:\n      privileged: true\n      capabilities:\n        drop:\n   "
	     "     - CHOWN\n",
	 POD "    securityContext:\n      privileged: false\n      capabilities:\n        drop:\n  "
	     "      - \"NET_RAW\"\n        - CHOWN\n"},
	{"Quadlet: some names of a line", UNIT "AddCapability=SYS_ADMIN KILL\n",
	 UNIT_WITHOUT "AddCapability=KILL\n"},
	{"Quadlet: nothing is added", UNIT "DropCapability=CHOWN\n",
	 UNIT_WITHOUT "DropCapability=CHOWN\n"},
};

START_TEST(the_smallest_edits_remove_the_forbidden_capabilities)
{
	const struct capgate_text text = capgate_text_of(rows[_i].before);
	const capgate_set forbidden = capgate_set_or(capgate_set_of(CAPGATE_CAP_NET_RAW),
						     capgate_set_of(CAPGATE_CAP_SYS_ADMIN));
	struct documents documents = {0};
	struct capgate_edits edits;
	struct capgate_text out;
	struct core c;
	int status;

	core_init(&c, 65536);
	ck_assert_msg(documents_read(text, 65536, &c.arena, &documents, &c.err) == 0, "%s: %s",
		      rows[_i].what, c.err.msg);
	ck_assert_uint_eq(documents.n, 1);
	ck_assert(capgate_inspected_editable(&documents.v[0]));
	status = capgate_inspected_edit(text, &documents.v[0], forbidden, &c.arena, &edits, &c.err);
	if (!rows[_i].after) {
		ck_assert_int_eq(status, CAPGATE_EINVALID);
		ck_assert_int_eq(c.err.rule, CAPGATE_RULE_NOT_EDITABLE);
	} else {
		ck_assert_msg(status == 0, "%s: %s", rows[_i].what, c.err.msg);
		ck_assert_int_eq(capgate_edits_sort(&edits, &c.err), 0);
		ck_assert_int_eq(capgate_rewrite_apply(text, &edits, &c.arena, &out, &c.err), 0);
		ck_assert_msg(capgate_text_is(out, rows[_i].after), "%s: %.*s", rows[_i].what,
			      (int)out.len, out.p);
	}
	documents_release(&documents);
	core_release(&c);
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("edit");
	TCase *t = tcase_create("edit");

	tcase_add_loop_test(t, the_smallest_edits_remove_the_forbidden_capabilities, 0,
			    sizeof(rows) / sizeof(rows[0]));
	suite_add_tcase(s, t);
	return s;
}
