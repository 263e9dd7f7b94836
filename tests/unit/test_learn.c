/* SPDX-License-Identifier: Apache-2.0 */
/* What learning concludes from runs, without any container. */
#include "unit.h"

#include "hook/learn/arguments.h"
#include "hook/learn/creds.h"
#include "hook/learn/filecaps.h"
#include "hook/learn/paste.h"
#include "hook/learn/plan.h"
#include "hook/learn/ports.h"
#include "hook/learn/service.h"
#include "lib/base/base.h"

/* ---- The plan ---------------------------------------------------------------------- */

#define BIT(cap) (UINT64_C(1) << CAPGATE_CAP_##cap)

/* A container that needs these, or one of alternatives besides; privilege: without it the
 * check passes, and a process keeps more. */
struct made_up {
	uint64_t needs, either, privilege, unknown;
	size_t runs, abort_at;
};

static enum outcome try(void *user, capgate_set keep, char why[PLAN_WHY])
{
	struct made_up *m = user;

	m->runs++;
	snprintf(why, PLAN_WHY, "made up");
	if (m->abort_at && m->runs >= m->abort_at)
		return OUTCOME_ABORTED;
	if ((keep.bits & m->needs) != m->needs || (m->either && !(keep.bits & m->either)))
		return OUTCOME_FAILED;
	if ((keep.bits & m->unknown) != m->unknown)
		return OUTCOME_UNKNOWN;
	return (keep.bits & m->privilege) == m->privilege ? OUTCOME_PASSED : OUTCOME_PRIVILEGE;
}

static struct learned learn_with(struct made_up *m, uint64_t used, uint64_t files)
{
	static struct learned learned;
	const uint64_t full = BIT(CHOWN) | BIT(DAC_OVERRIDE) | BIT(FOWNER) | BIT(SETUID) |
			      BIT(SETGID) | BIT(NET_BIND_SERVICE) | BIT(NET_RAW) | BIT(KILL);
	const struct plan plan = {.full = {full},
				  .asked = {used | BIT(KILL)},
				  .used = {used},
				  .files = {files},
				  .try = try,
				  .user = m};

	plan_run(&plan, &learned);
	return learned;
}

START_TEST(what_needs_nothing_takes_one_run)
{
	struct made_up m = {0};
	struct learned l = learn_with(&m, BIT(CHOWN), 0);

	ck_assert_uint_eq(m.runs, 1);
	ck_assert(l.finished && capgate_set_empty(l.keep));
	ck_assert_int_eq(l.verdict[CAPGATE_CAP_CHOWN], VERDICT_SURVIVED);
	ck_assert_int_eq(l.verdict[CAPGATE_CAP_NET_RAW], VERDICT_UNNEEDED);
}
END_TEST

START_TEST(what_the_trace_saw_is_left_out_one_by_one)
{
	struct made_up m = {.needs = BIT(SETUID) | BIT(SETGID)};
	struct learned l = learn_with(&m, BIT(SETUID) | BIT(SETGID) | BIT(CHOWN), 0);

	ck_assert_uint_eq(m.runs, 5);
	ck_assert(l.finished && !l.trace_failed);
	ck_assert_uint_eq(l.keep.bits, m.needs);
	ck_assert_int_eq(l.verdict[CAPGATE_CAP_SETUID], VERDICT_NEEDED);
	ck_assert_str_eq(l.why[CAPGATE_CAP_SETUID], "made up");
	ck_assert_int_eq(l.verdict[CAPGATE_CAP_CHOWN], VERDICT_SURVIVED);
	ck_assert_int_eq(l.verdict[CAPGATE_CAP_KILL], VERDICT_SURVIVED);
	ck_assert_int_eq(l.verdict[CAPGATE_CAP_NET_RAW], VERDICT_UNNEEDED);
}
END_TEST

START_TEST(when_the_traces_set_fails_each_is_left_out_of_the_full_set)
{
	struct made_up m = {.needs = BIT(NET_RAW) | BIT(CHOWN)};
	struct learned l = learn_with(&m, BIT(CHOWN), 0);

	ck_assert(l.finished && l.trace_failed);
	ck_assert_uint_eq(l.keep.bits, m.needs);
	m = (struct made_up){.needs = BIT(NET_RAW)};
	l = learn_with(&m, 0, 0);
	ck_assert(l.finished && l.trace_failed);
	ck_assert_uint_eq(l.keep.bits, m.needs);
}
END_TEST

START_TEST(what_keeps_privilege_down_is_kept)
{
	struct made_up m = {.needs = BIT(SETUID), .privilege = BIT(SETGID)};
	struct learned l = learn_with(&m, BIT(SETUID) | BIT(SETGID), 0);

	ck_assert_uint_eq(l.keep.bits, BIT(SETUID) | BIT(SETGID));
	ck_assert_int_eq(l.verdict[CAPGATE_CAP_SETGID], VERDICT_PRIVILEGE);
}
END_TEST

START_TEST(what_is_unknown_is_kept_and_not_called_proved)
{
	struct made_up m = {.needs = BIT(CHOWN), .unknown = BIT(SETUID)};
	struct learned l = learn_with(&m, BIT(CHOWN) | BIT(SETUID) | BIT(FOWNER), 0);

	ck_assert(!l.finished);
	ck_assert_uint_eq(l.keep.bits, BIT(CHOWN) | BIT(SETUID));
	ck_assert_int_eq(l.verdict[CAPGATE_CAP_CHOWN], VERDICT_NEEDED);
	ck_assert_int_eq(l.verdict[CAPGATE_CAP_SETUID], VERDICT_UNPROVED);
	ck_assert_int_eq(l.verdict[CAPGATE_CAP_FOWNER], VERDICT_SURVIVED);
}
END_TEST

START_TEST(file_capabilities_are_tried_although_no_trace_shows_them)
{
	struct made_up m = {.needs = BIT(NET_RAW)};
	struct learned l = learn_with(&m, 0, BIT(NET_RAW));

	ck_assert(l.finished && !l.trace_failed);
	ck_assert_uint_eq(m.runs, 3);
	ck_assert_int_eq(l.verdict[CAPGATE_CAP_NET_RAW], VERDICT_FILE);
}
END_TEST

START_TEST(of_alternatives_the_less_dangerous_stays)
{
	struct made_up m = {.either = BIT(NET_RAW) | BIT(CHOWN)};
	struct learned l = learn_with(&m, BIT(NET_RAW) | BIT(CHOWN), 0);

	ck_assert_uint_eq(l.keep.bits, BIT(CHOWN));
	ck_assert_int_eq(l.verdict[CAPGATE_CAP_NET_RAW], VERDICT_SURVIVED);
}
END_TEST

START_TEST(an_interrupted_plan_says_what_passed_and_no_more)
{
	for (size_t at = 1; at <= 6; at++) {
		struct made_up m = {.needs = BIT(SETUID), .abort_at = at};
		struct learned l = learn_with(&m, BIT(SETUID) | BIT(SETGID) | BIT(CHOWN), 0);

		if (l.finished) {
			ck_assert_uint_gt(at, m.runs);
			continue;
		}
		ck_assert_uint_eq(m.runs, at);
		ck_assert_uint_eq(l.keep.bits & BIT(SETUID), BIT(SETUID));
	}
}
END_TEST

/* ---- Credentials ------------------------------------------------------------------- */

#define STATUS(name, uid, gid, groups, caps) \
	"Name:\t" name "\nUid:\t" uid "\t" uid "\t" uid "\t" uid "\nGid:\t" gid "\t" gid "\t" gid \
	"\t" gid "\nGroups:\t" groups " \nCapInh:\t0000000000000000\nCapPrm:\t" caps \
	"\nCapEff:\t" caps "\nCapBnd:\t00000000a80425fb\nCapAmb:\t0000000000000000\n"
#define ROOT STATUS("apache2", "0", "0", "", "00000000a80425fb")
#define LESS STATUS("apache2", "0", "0", "", "00000000a80425bb")
#define WORKER STATUS("apache2", "33", "33", "33", "0000000000000000")

static void look(struct creds *creds, const char *const *status)
{
	creds_begin(creds);
	for (; *status; status++) {
		struct creds_kind kind;

		ck_assert(creds_parse(capgate_text_of(*status), &kind));
		creds_add(creds, &kind);
	}
	creds_end(creds);
}

#define LOOK(creds, ...) look((creds), (const char *const[]){__VA_ARGS__, NULL})

START_TEST(workers_that_stay_root_are_more)
{
	struct creds full = {0}, less = {0};
	char why[200];

	LOOK(&full, ROOT, WORKER, WORKER);
	LOOK(&less, LESS, LESS, LESS);
	ck_assert(creds_have_more(&less, &full, why, sizeof(why)));
	ck_assert_ptr_nonnull(strstr(why, "3 processes of apache2"));
}
END_TEST

START_TEST(the_same_processes_with_fewer_capabilities_are_not_more)
{
	struct creds full = {0}, less = {0};
	char why[200];

	LOOK(&full, ROOT, WORKER, WORKER);
	LOOK(&less, LESS, WORKER, WORKER, WORKER);
	ck_assert(!creds_have_more(&less, &full, why, sizeof(why)));
	ck_assert(creds_have_more(&full, &less, why, sizeof(why)));
	ck_assert_ptr_nonnull(strstr(why, "apache2 keeps what it gave up in the full run: "));
}
END_TEST

START_TEST(another_group_is_more)
{
	struct creds full = {0}, less = {0};
	char why[200];

	LOOK(&full, ROOT, WORKER);
	LOOK(&less, LESS, STATUS("apache2", "33", "33", "0", "0000000000000000"));
	ck_assert(creds_have_more(&less, &full, why, sizeof(why)));
}
END_TEST

START_TEST(what_came_and_went_is_not_compared)
{
	struct creds full = {0}, less = {0};
	char why[200];

	LOOK(&full, ROOT, WORKER);
	LOOK(&less, LESS, LESS, WORKER);
	LOOK(&less, LESS, WORKER);
	ck_assert(!creds_have_more(&less, &full, why, sizeof(why)));
	memset(&less, 0, sizeof(less));
	LOOK(&less, LESS, WORKER);
	LOOK(&less, LESS, LESS, WORKER);
	ck_assert(!creds_have_more(&less, &full, why, sizeof(why)));
}
END_TEST

START_TEST(a_status_that_is_cut_is_none)
{
	struct creds_kind kind;
	struct capgate_text text = capgate_text_of(ROOT);

	for (text.len = 0; text.len < strlen(ROOT) - 30; text.len++)
		ck_assert(!creds_parse(text, &kind));
}
END_TEST

/* ---- File capabilities ------------------------------------------------------------- */

START_TEST(only_the_effective_bit_makes_a_file_need_them)
{
	static const char two[] = "\1\0\0\2\0\x20\0\0\0\0\0\0\1\0\0\0\0\0\0\0",
			  plain[] = "\0\0\0\2\0\x20\0\0\0\0\0\0\1\0\0\0\0\0\0\0";

	ck_assert_uint_eq(filecaps_parse((struct capgate_text){two, 20}).bits,
			  BIT(NET_RAW) | UINT64_C(1) << 32);
	ck_assert_uint_eq(filecaps_parse((struct capgate_text){plain, 20}).bits, 0);
	ck_assert_uint_eq(filecaps_parse((struct capgate_text){two, 3}).bits, 0);
	ck_assert_uint_eq(filecaps_parse((struct capgate_text){two, 0}).bits, 0);
}
END_TEST

/* ---- What to paste ----------------------------------------------------------------- */

static const char *pasted(enum paste_form form, uint64_t keep, uint64_t beyond)
{
	static char buf[4096];
	struct capgate_out out = {buf, sizeof(buf) - 1, 0};
	const struct paste paste = {.keep = {keep},
				    .by_sysctl = {keep & BIT(NET_BIND_SERVICE)},
				    .beyond = {beyond},
				    .name = "registry/a\"b",
				    .is_image = true,
				    .now = 1795000000};

	paste_write(&paste, form, &out);
	ck_assert_uint_lt(out.len, sizeof(buf) - 1);
	buf[out.len] = '\0';
	return buf;
}

START_TEST(the_set_is_said_in_each_engines_words)
{
	const uint64_t keep = BIT(SETUID) | BIT(NET_BIND_SERVICE);

	ck_assert_str_eq(pasted(PASTE_RUN, keep, 0),
			 "--cap-drop=ALL --cap-add=SETUID --cap-add=NET_BIND_SERVICE\n");
	ck_assert_str_eq(pasted(PASTE_RUN, 0, 0), "--cap-drop=ALL\n");
	ck_assert_ptr_nonnull(strstr(pasted(PASTE_SERVICE, keep, 0), "--cap-add=CAP_SETUID"));
	ck_assert_str_eq(pasted(PASTE_COMPOSE, keep, 0),
			 "cap_drop: [ALL]\ncap_add: [SETUID, NET_BIND_SERVICE]\n");
	ck_assert_str_eq(pasted(PASTE_COMPOSE, 0, 0), "cap_drop: [ALL]\n");
	ck_assert_ptr_nonnull(
		strstr(pasted(PASTE_KUBERNETES, keep, 0), "    add: [SETUID, NET_BIND_SERVICE]"));
	ck_assert_ptr_nonnull(strstr(pasted(PASTE_QUADLET, keep, 0), "AddCapability=CAP_SETUID"));
	ck_assert_ptr_nonnull(
		strstr(pasted(PASTE_SYSCTLS, keep, 0), "'net.ipv4.ip_unprivileged_port_start=0'"));
	ck_assert_str_eq(pasted(PASTE_SYSCTLS, BIT(CHOWN), 0), "");
}
END_TEST

START_TEST(the_exemption_is_a_policy_that_can_be_read)
{
	static char block[65536];
	struct capgate_arena arena;
	struct capgate_policy policy;
	struct capgate_error err;
	const char *words = pasted(PASTE_EXEMPTION, BIT(NET_RAW) | BIT(CHOWN), BIT(NET_RAW));

	capgate_arena_init(&arena, block, sizeof(block));
	capgate_policy_init(&policy);
	ck_assert_int_eq(capgate_policy_parse(capgate_text_of(words), capgate_text_of("x"), &arena,
					      &policy, &err),
			 0);
	ck_assert_uint_eq(policy.n_exemptions, 1);
	ck_assert_uint_eq(policy.exemptions[0].allow.bits, BIT(NET_RAW));
	ck_assert(capgate_text_is(policy.exemptions[0].image, "registry/a\"b"));
	ck_assert(!capgate_exemption_expired(&policy.exemptions[0], 1795000000));
	ck_assert_str_eq(pasted(PASTE_EXEMPTION, BIT(CHOWN), 0), "");
}
END_TEST

/* ---- Ports ---------------------------------------------------------------------------- */

START_TEST(the_lowest_port_that_a_socket_waits_on_is_found)
{
	static const char head[] = "  sl  local_address rem_address   st tx_queue rx_queue\n";
	static const struct {
		const char *rows;
		unsigned state, port;
	} tables[] = {
		{"", PORTS_TCP, 0},
		{"   0: 0100007F:07E8 00000000:0000 0A 00000000:00000000\n", PORTS_TCP, 0},
		{"   0: 00000000:01BB 00000000:0000 0A 00000000:00000000\n"
		 "   1: 00000000:0050 00000000:0000 0A 00000000:00000000\n"
		 "   2: 00000000:0019 0100007F:9C40 01 00000000:00000000\n",
		 PORTS_TCP, 80},
		{" 113: 00000000000000000000000000000000:0035 "
		 "00000000000000000000000000000000:0000 07 00000000:00000000\n",
		 PORTS_UDP, 53},
		{"   0: 00000000:0050 00000000:0000 0A", PORTS_TCP, 0}, /* cut */
		{"nothing:that is a table\n\n:\n", PORTS_TCP, 0},
	};

	for (size_t i = 0; i < COUNT(tables); i++) {
		char text[512];

		snprintf(text, sizeof(text), "%s%s", head, tables[i].rows);
		ck_assert_uint_eq(ports_lowest_in(capgate_text_of(text), tables[i].state),
				  tables[i].port);
	}
}
END_TEST

/* ---- Command lines of engines --------------------------------------------------------- */

static struct arguments arguments;
static struct capgate_error why;

/* The words are pointed to, and stay. */
static int parse(const char *const *words, size_t n)
{
	static const char *kept[32];

	ck_assert_uint_le(n, COUNT(kept));
	memcpy(kept, words, n * sizeof(*words));
	return arguments_parse(kept, &arguments, &why);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define PARSE(...) parse(WORDS(__VA_ARGS__), COUNT(WORDS(__VA_ARGS__)))

static const char *joined(const char *const *words, size_t n)
{
	static char buf[400];
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(buf + len, sizeof(buf) - len, "%s%s", i ? " " : "",
					words[i]);
	return buf;
}

START_TEST(a_command_line_is_taken_apart)
{
	ck_assert_int_eq(PARSE("podman", "--root", "/r", "--log-level=error", "run", "-it", "--rm",
			       "--name", "web", "-e", "A=b", "--user=5", "--cap-add",
			       "NET_RAW,kill", "--cap-drop=all", "image", "sh", "-c",
			       "x --cap-add"),
			 0);
	ck_assert_str_eq(joined(arguments.global, arguments.n_global),
			 "--root /r --log-level=error");
	ck_assert_str_eq(joined(arguments.option, arguments.n_options), "-e A=b --user=5");
	ck_assert_str_eq(joined(arguments.image, arguments.n_image), "image sh -c x --cap-add");
	ck_assert_uint_eq(arguments.add.bits, BIT(NET_RAW) | BIT(KILL));
	ck_assert(arguments.drop_all && !arguments.add_all);
	ck_assert_uint_eq(arguments.effects.n, 0);
	ck_assert_int_eq(PARSE("docker", "container", "run", "--", "image"), 0);
	ck_assert_str_eq(joined(arguments.image, arguments.n_image), "image");
}
END_TEST

START_TEST(what_a_run_does_outside_is_found)
{
	static const struct {
		const char *option, *value;
		size_t effects;
	} rows[] = {
		{"-v", "/srv:/srv", 1},
		{"-v", "/srv:/srv:ro", 0},
		{"-v", "/srv:/srv:z,ro", 0},
		{"-v", "/srv:/srv:z", 1},
		{"-v", "name:/srv", 1},
		{"-v", "/data", 0},
		{"--volume", "/srv:/srv", 1},
		{"--mount", "type=bind,source=/srv,target=/srv", 1},
		{"--mount", "type=bind,source=/srv,target=/srv,readonly", 0},
		{"--mount", "type=tmpfs,target=/srv", 0},
		{"--network", "host", 1},
		{"--net", "container:web", 1},
		{"--network", "none", 0},
		{"--pid", "host", 1},
		{"-p", "8080:80", 1},
		{"--device", "/dev/kvm", 1},
		{"--volumes-from", "other", 1},
		{"--gpus", "all", 1},
		{"--pod", "mine", 1},
		{"--pidfile", "/run/mine.pid", 0},
		{"--memory", "1g", 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ck_assert_int_eq(PARSE("docker", "run", rows[i].option, rows[i].value, "image"), 0);
		ck_assert_msg(arguments.effects.n == rows[i].effects, "%s %s", rows[i].option,
			      rows[i].value);
		ck_assert_uint_eq(arguments.n_image, 1);
	}
	ck_assert_int_eq(PARSE("docker", "run", "-p8080:80", "--net=host", "-P", "image"), -5);
	ck_assert_int_eq(
		PARSE("docker", "run", "-p8080:80", "--net=host", "--publish-all", "image"), 0);
	ck_assert_uint_eq(arguments.effects.n, 3);
	ck_assert_int_eq(PARSE("docker", "run", "--pid=host", "image"), 0);
	ck_assert_str_eq(arguments.effects.line[0], "shares the pid namespace with others: host");
	ck_assert_int_eq(PARSE("podman", "run", "--rootfs", "/srv/root", "true"), 0);
	ck_assert_uint_eq(arguments.effects.n, 1);
	ck_assert_int_eq(PARSE("podman", "run", "--rootfs", "/srv/root:O", "true"), 0);
	ck_assert_uint_eq(arguments.effects.n, 0);
}
END_TEST

START_TEST(what_create_does_not_take_or_would_leave_is_not_given_to_it)
{
	ck_assert_int_eq(PARSE("podman", "run", "--pidfile", "/run/a", "--conmon-pidfile=/run/b",
			       "--cidfile", "/run/c", "--passwd=false", "--preserve-fds=1",
			       "--restart=always", "--user", "5", "image"),
			 0);
	ck_assert_str_eq(joined(arguments.option, arguments.n_options), "--user 5");
	ck_assert_int_lt(PARSE("podman", "run", "--pod=new:mine", "image"), 0);
	ck_assert_ptr_nonnull(strstr(why.msg, "podman pod create"));
}
END_TEST

START_TEST(a_command_line_that_is_not_understood_is_no_guess)
{
	ck_assert_int_lt(PARSE("docker"), 0);
	ck_assert_int_lt(PARSE("docker", "exec", "x"), 0);
	ck_assert_int_lt(PARSE("docker", "run"), 0);
	ck_assert_int_lt(PARSE("docker", "run", "-it"), 0);
	ck_assert_int_lt(PARSE("docker", "run", "-itv", "/a:/b", "image"), 0);
	ck_assert_int_lt(PARSE("docker", "run", "--cap-add", "NOTHING", "image"), 0);
	ck_assert_int_lt(PARSE("docker", "run", "--privileged", "image"), 0);
	ck_assert_int_eq(PARSE("docker", "run", "--privileged=false", "image"), 0);
}
END_TEST

START_TEST(nerdctl_is_understood_as_docker_is)
{
	ck_assert_int_eq(PARSE("/usr/local/bin/nerdctl", "--namespace", "k8s.io", "--debug-full",
			       "run", "-d", "--rm", "--snapshotter=native", "--net", "host",
			       "--cap-drop", "ALL", "--cap-add=chown", "--label", "a=b", "image"),
			 0);
	ck_assert_str_eq(joined(arguments.global, arguments.n_global),
			 "--namespace k8s.io --debug-full");
	ck_assert_str_eq(joined(arguments.option, arguments.n_options),
			 "--snapshotter=native --net host --label a=b");
	ck_assert_str_eq(joined(arguments.image, arguments.n_image), "image");
	ck_assert_uint_eq(arguments.add.bits, BIT(CHOWN));
	ck_assert(arguments.drop_all && arguments.effects.n == 1);
}
END_TEST

START_TEST(what_cannot_be_started_again_says_what_works_instead)
{
	static const struct {
		const char *words[4], *instead;
	} rows[] = {
		{{"ctr", "run", "image", "id"}, "nerdctl run"},
		{{"/usr/bin/ctr", "-n", "k8s.io", "run"}, "--bundle"},
		{{"ctr", "task", "start"}, "\"learn\": \"record\""},
		{{"crictl", "run"}, "\"learn\": \"record\""},
		{{"kubectl", "run", "web"}, "\"learn\": \"record\""},
		{{"buildah", "run", "c"}, "podman run"},
		{{"runc", "run", "c"}, "--bundle DIR"},
		{{"/usr/bin/crun", "run", "c"}, "--runtime crun"},
		{{"sudo", "docker", "run", "image"}, "omit sudo"},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *const *w = rows[i].words;

		ck_assert_int_eq(parse((const char *[]){w[0], w[1], w[2], w[3], NULL}, 5),
				 CAPGATE_EINVALID);
		ck_assert_msg(strstr(why.msg, rows[i].instead), "%s: %s", w[0], why.msg);
	}
	ck_assert_int_eq(PARSE("./ctrl", "run", "image"), 0);
}
END_TEST

/* ---- Compose ----------------------------------------------------------------------- */

START_TEST(a_service_of_compose_is_taken_apart)
{
	ck_assert_int_eq(PARSE("docker", "-H", "unix:///s", "compose", "-f", "a.yaml",
			       "--profile=x", "--compatibility", "run", "-T", "--rm", "-P",
			       "--no-deps", "--name=web", "-e", "A=b", "-l", "a=b", "--cap-add",
			       "KILL", "web", "sh", "-c", "x"),
			 0);
	ck_assert(arguments.compose && arguments.no_deps && arguments.service_ports);
	ck_assert_str_eq(joined(arguments.global, arguments.n_global), "-H unix:///s");
	ck_assert_str_eq(joined(arguments.compose_global, arguments.n_compose_global),
			 "-f a.yaml --profile=x --compatibility");
	ck_assert_str_eq(joined(arguments.option, arguments.n_options),
			 "-P --no-deps -e A=b -l a=b");
	ck_assert_str_eq(joined(arguments.image, arguments.n_image), "web sh -c x");
	ck_assert_uint_eq(arguments.add.bits, BIT(KILL));
	ck_assert_int_eq(PARSE("docker", "compose", "run", "web"), 0);
	ck_assert(!arguments.no_deps && !arguments.service_ports);
}
END_TEST

START_TEST(what_of_compose_cannot_be_learned_is_said)
{
	static const char *const rows[][5] = {
		{"docker-compose", "run", "web"},
		{"/usr/bin/podman-compose", "run", "web"},
		{"podman", "compose", "run", "web"},
		{"nerdctl", "compose", "run", "web"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ck_assert_int_lt(parse(rows[i], 5), 0);
		ck_assert_ptr_nonnull(strstr(why.msg, "give docker compose run"));
	}
	ck_assert_int_lt(PARSE("docker", "compose", "up", "web"), 0);
	ck_assert_int_lt(PARSE("docker", "compose", "run"), 0);
	ck_assert_ptr_nonnull(strstr(why.msg, "names no service"));
}
END_TEST

static const char composed[] =
	"{\"name\":\"p\",\"services\":{"
	"\"db\":{\"image\":\"postgres\",\"privileged\":true,\"cap_add\":[\"SYS_ADMIN\"],"
	"\"ports\":[{\"mode\":\"ingress\",\"target\":5,\"published\":\"5432\"}],"
	"\"volumes\":[{\"type\":\"bind\",\"source\":\"/db\",\"target\":\"/d\"}]},"
	"\"web\":{\"image\":\"nginx\",\"cap_add\":[\"CAP_KILL\",\"chown\"],\"cap_drop\":[\"ALL\"],"
	"\"command\":null,\"depends_on\":{\"db\":{\"condition\":\"service_started\"}},"
	"\"network_mode\":\"host\",\"pid\":\"host\",\"devices\":[\"/dev/kvm:/dev/kvm:rwm\"],"
	"\"ports\":[{\"target\":80,\"published\":\"8080\"},{\"target\":81}],"
	"\"volumes\":[{\"type\":\"volume\",\"source\":\"data\",\"target\":\"/data\"},"
	"{\"type\":\"bind\",\"source\":\"/ro\",\"target\":\"/r\",\"read_only\":true},"
	"{\"type\":\"bind\",\"source\":\"/rw\",\"target\":\"/w\"}]}},"
	"\"networks\":{\"default\":{\"name\":\"own_default\"},\"x\":{\"name\":\"corporate\"}},"
	"\"volumes\":{\"data\":{\"name\":\"own_data\"},\"ext\":{\"name\":\"owned\"}}}";

static struct service_facts facts_of(struct service_question question, int status)
{
	static char memory[65536];
	struct capgate_arena arena;
	struct service_facts facts = {0};

	capgate_arena_init(&arena, memory, sizeof(memory));
	question.project = "own";
	ck_assert_int_eq(service_parse(&question, &arena, &facts, &why), status);
	return facts;
}

START_TEST(what_compose_says_of_a_service_is_read)
{
	struct service_facts f = facts_of(
		(struct service_question){
			.text = capgate_text_of(composed), .service = "web", .ports = true},
		0);
	static const char *const effects[] = {
		"publishes a port: 5432",
		"writes outside the container: /db",
		"also starts another service: db",
		"shares a network with others: host",
		"shares a namespace: host",
		"reaches outside the container: /dev/kvm:/dev/kvm:rwm",
		"publishes a port: 8080",
		"writes outside the container: /rw",
		"may share a network with others: corporate",
		"may write to a volume that others use: owned",
	};

	ck_assert(f.found && !f.privileged && f.drop_all && !f.add_all);
	ck_assert_str_eq(f.image, "nginx");
	ck_assert_uint_eq(f.add.bits, BIT(KILL) | BIT(CHOWN));
	ck_assert_uint_eq(f.n_added, 2);
	ck_assert_str_eq(f.added[0], "CAP_KILL");
	ck_assert_str_eq(f.added[1], "chown");
	ck_assert_uint_eq(f.effects.n, sizeof(effects) / sizeof(effects[0]));
	for (size_t i = 0; i < f.effects.n; i++)
		ck_assert_str_eq(f.effects.line[i], effects[i]);
	f = facts_of((struct service_question){.text = capgate_text_of(composed),
					       .service = "web",
					       .alone = true},
		     0);
	ck_assert_uint_eq(f.effects.n, 6);
	f = facts_of((struct service_question){.text = capgate_text_of(composed), .service = "db"},
		     0);
	ck_assert(f.privileged);
	f = facts_of((struct service_question){.text = capgate_text_of(composed), .service = "x"},
		     0);
	ck_assert(!f.found);
}
END_TEST

START_TEST(what_compose_never_prints_is_not_read)
{
	static const char *const rows[] = {
		"",
		"[]",
		"{\"services\":[]}",
		"{\"services\":{\"web\":{\"cap_add\":[\"NOTHING\"]}}}",
		"{\"services\":{\"web\":{\"cap_add\":[5]}}}",
		"{\"services\":{\"web\":{\"cap_add\":[\"KILL,CHOWN\"]}}}",
		"{\"services\":{\"web\":{\"privileged\":\"yes\"}}}",
		"{\"services\":{\"web\":{\"privileged\":false,\"Privileged\":true}}}",
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static char memory[65536];
		struct capgate_arena arena;
		struct service_facts facts = {0};

		capgate_arena_init(&arena, memory, sizeof(memory));
		ck_assert_msg(
			service_parse(&(struct service_question){.text = capgate_text_of(rows[i]),
								 .service = "web",
								 .project = "own"},
				      &arena, &facts, &why) < 0,
			"%s", rows[i]);
	}
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("learn");
	TCase *t = tcase_create("learn");

	tcase_add_test(t, what_needs_nothing_takes_one_run);
	tcase_add_test(t, what_the_trace_saw_is_left_out_one_by_one);
	tcase_add_test(t, when_the_traces_set_fails_each_is_left_out_of_the_full_set);
	tcase_add_test(t, what_keeps_privilege_down_is_kept);
	tcase_add_test(t, what_is_unknown_is_kept_and_not_called_proved);
	tcase_add_test(t, file_capabilities_are_tried_although_no_trace_shows_them);
	tcase_add_test(t, of_alternatives_the_less_dangerous_stays);
	tcase_add_test(t, an_interrupted_plan_says_what_passed_and_no_more);
	tcase_add_test(t, workers_that_stay_root_are_more);
	tcase_add_test(t, the_same_processes_with_fewer_capabilities_are_not_more);
	tcase_add_test(t, another_group_is_more);
	tcase_add_test(t, what_came_and_went_is_not_compared);
	tcase_add_test(t, a_status_that_is_cut_is_none);
	tcase_add_test(t, only_the_effective_bit_makes_a_file_need_them);
	tcase_add_test(t, the_set_is_said_in_each_engines_words);
	tcase_add_test(t, the_exemption_is_a_policy_that_can_be_read);
	tcase_add_test(t, the_lowest_port_that_a_socket_waits_on_is_found);
	tcase_add_test(t, a_command_line_is_taken_apart);
	tcase_add_test(t, what_a_run_does_outside_is_found);
	tcase_add_test(t, what_create_does_not_take_or_would_leave_is_not_given_to_it);
	tcase_add_test(t, a_command_line_that_is_not_understood_is_no_guess);
	tcase_add_test(t, nerdctl_is_understood_as_docker_is);
	tcase_add_test(t, what_cannot_be_started_again_says_what_works_instead);
	tcase_add_test(t, a_service_of_compose_is_taken_apart);
	tcase_add_test(t, what_of_compose_cannot_be_learned_is_said);
	tcase_add_test(t, what_compose_says_of_a_service_is_read);
	tcase_add_test(t, what_compose_never_prints_is_not_read);
	suite_add_tcase(s, t);
	return s;
}
