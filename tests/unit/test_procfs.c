/* SPDX-License-Identifier: Apache-2.0 */
/* What may show a runtime a forged /proc/sys/kernel/cap_last_cap, and what keeps it
 * the kernel's.  Rows with "seen" gave a container all capabilities under runc 1.3.6. */
#include "unit.h"

#include "core.h"

#define AT(destination, type, more) \
	"{\"destination\":\"" destination "\",\"type\":\"" type "\"" more "}"
#define BIND(source, destination) \
	AT(destination, "bind", ",\"source\":\"" source "\",\"options\":[\"rbind\"]")
#define HOST BIND("/proc", "/proc")
#define WITH(options) AT("/proc", "proc", ",\"options\":[" options "]")
#define DEV AT("/dev", "tmpfs", ",\"source\":\"tmpfs\",\"options\":[\"mode=755\",\"size=65536k\"]")
#define OWN "{\"type\":\"mount\"}"
#define USER "\"namespaces\":[" OWN ",{\"type\":\"user\"}]"
#define DEVICE(path) "\"devices\":[{\"path\":\"" path "\",\"type\":\"c\"}]"
#define SPREADS(how) "\"rootfsPropagation\":\"" how "\""
#define READONLY(paths) "\"readonlyPaths\":[" paths "]"
#define SYSFS AT("/sys", "sysfs", "")
#define MASKED(path) "\"maskedPaths\":[\"/proc/kcore\",\"" path "\"]"

enum answer { GENUINE, FORGED, REBOUND };

static const struct {
	const char *what, *mounts, *linux_;
	enum answer answer;
} rows[] = {
	{"a mount of type proc", PROC, "", GENUINE},
	{"as podman writes it", WITH("\"nosuid\",\"noexec\",\"nodev\""), "", GENUINE},
	{"with proc-opts", WITH("\"hidepid=1\",\"gid=7\",\"ro\""), "", GENUINE},
	{"with a slash at the end", AT("/proc/", "proc", ""), "", GENUINE},
	{"twice", PROC "," PROC, "", GENUINE},
	{"over something else", AT("/proc", "tmpfs", "") "," PROC, "", GENUINE},
	{"nothing is mounted (seen)", "", "", FORGED},
	{"elsewhere", AT("/x/proc", "proc", ""), "", FORGED},
	{"in upper case (seen)", AT("/PROC", "proc", ""), "", FORGED},
	{"the type is in upper case", AT("/proc", "PROC", ""), "", FORGED},
	{"no type", "{\"destination\":\"/proc\",\"source\":\"proc\"}", "", FORGED},
	{"a path with two slashes is not canonical", AT("//proc", "proc", ""), "", FORGED},
	{"a path that climbs", AT("/x/../proc", "proc", ""), "", FORGED},
	{"a relative path", AT("proc", "proc", ""), "", FORGED},
	{"a bind by its options (seen through a link)",
	 AT("/proc", "proc", ",\"source\":\"/evil\",\"options\":[\"bind\"]"), "", FORGED},
	{"a remount mounts nothing", WITH("\"remount\""), "", FORGED},
	{"one that spreads no further", WITH("\"rslave\",\"rprivate\""), "", GENUINE},
	{"one on which appears what is mounted on a bind of it (seen)", WITH("\"shared\""), "",
	 FORGED},
	{"the same, with all below it (seen)", WITH("\"nosuid\",\"rshared\""), "", FORGED},
	{"subset=pid leaves /proc/sys out", WITH("\"subset=pid\""), "", FORGED},
	{"an option that is not known", WITH("\"x-new\""), "", FORGED},
	{"a directory of somebody's (seen through a link)", BIND("/evil", "/proc"), "", FORGED},
	{"a process of the host's", BIND("/proc/1", "/proc"), "", FORGED},
	{"a tmpfs", AT("/proc", "tmpfs", ""), "", FORGED},

	{"a bind over it", PROC "," BIND("/evil", "/proc"), "", FORGED},
	{"over the root", PROC "," BIND("/evil", "/"), "", FORGED},
	{"over the root, in other words", PROC "," BIND("/evil", "/."), "", FORGED},
	{"without a destination", PROC ",{\"type\":\"tmpfs\"}", "", FORGED},
	{"over /proc/sys", PROC "," BIND("/evil", "/proc/sys"), "", FORGED},
	{"over the directory", PROC "," BIND("/evil", "/proc/sys/kernel"), "", FORGED},
	{"over the file", PROC "," BIND("/evil", "/proc/sys/kernel/cap_last_cap"), "", FORGED},
	{"in other words", PROC "," BIND("/evil", "//proc/./sys//kernel/cap_last_cap/"), "",
	 FORGED},
	{"climbing", PROC "," BIND("/evil", "/x/../proc/sys"), "", FORGED},
	{"relative", PROC "," BIND("/evil", "proc/sys"), "", FORGED},
	{"in another case, on a file system that folds it", PROC "," BIND("/evil", "/Proc/SYS"), "",
	 FORGED},
	{"with what casefold folds", PROC "," BIND("/evil", "/proc/\\u017fy\\u017f/\\u212aernel"),
	 "", FORGED},
	{"with what casefold ignores", PROC "," BIND("/evil", "/pr\\u00adoc/sys"), "", FORGED},
	{"with what vfat ignores", PROC "," BIND("/evil", "/proc. /sys."), "", FORGED},
	{"through a process's root", PROC "," BIND("/evil", "/proc/self/root/x"), "", FORGED},
	{"through a thread's", PROC "," BIND("/evil", "/proc/thread-self/cwd"), "", FORGED},
	{"through a number's", PROC "," BIND("/evil", "/proc/1/root"), "", FORGED},
	{"by the path of the root file system", PROC "," BIND("/evil", "/r/proc/sys"), "", FORGED},

	{"lxcfs", PROC "," BIND("/var/lib/lxcfs/proc/cpuinfo", "/proc/cpuinfo"), "", GENUINE},
	{"a sysctl beside it", PROC "," BIND("/x", "/proc/sys/kernel/ns_last_pid"), "", GENUINE},
	{"as for FIPS", PROC "," BIND("/x", "/proc/sys/crypto/fips_enabled"), "", GENUINE},
	{"the network's sysctls", PROC "," BIND("/proc/sys/net", "/proc/sys/net"), "", GENUINE},
	{"an exporter's", PROC "," BIND("/proc", "/host/proc") "," BIND("/", "/rootfs"), "",
	 GENUINE},
	{"a name that begins so", PROC "," BIND("/x", "/proc2") "," BIND("/x", "/procfs"), "",
	 GENUINE},

	{"the host's", HOST, "", GENUINE},
	{"and the kernel's own file systems after it",
	 HOST "," DEV "," AT("/sys", "sysfs", "") "," AT("/sys/fs/cgroup", "cgroup",
							 "") "," BIND("/sys", "/sys"),
	 "", GENUINE},
	{"then memory that others share (seen through a link)",
	 HOST "," BIND("/dev/shm", "/dev/shm"), "", REBOUND},
	{"then a directory in place of a file", HOST "," BIND("/evil", "/etc/hosts"), "", REBOUND},
	{"then a /sys that is not the host's", HOST "," BIND("/evil", "/sys"), "", REBOUND},
	{"then a volume (seen through a link)", HOST "," BIND("/evil", "/x"), "", REBOUND},
	{"then a tmpfs that copies", HOST "," AT("/x", "tmpfs", ",\"options\":[\"tmpcopyup\"]"), "",
	 REBOUND},
	{"then an overlay", HOST "," AT("/x", "overlay", ""), "", REBOUND},
	{"then a volume, and something below it",
	 HOST "," BIND("/evil", "/x") "," BIND("/x", "/proc/cpuinfo"), "", FORGED},
	{"then a volume, and a proc of its own", HOST "," BIND("/evil", "/x") "," PROC, "",
	 GENUINE},
	{"then a cover", HOST "," BIND("/evil", "/proc/sys"), "", FORGED},

	{"the host's is covered by a mount on a bind of it (seen)",
	 BIND("/proc", "/b") "," BIND("/evil", "/b/sys/kernel") "," HOST, SPREADS("rshared"),
	 FORGED},
	{"the same, where only the root is changed",
	 BIND("/proc", "/b") "," BIND("/evil", "/b/sys/kernel") "," HOST, SPREADS("slave"), FORGED},
	{"nothing spreads", BIND("/proc", "/b") "," BIND("/evil", "/b/sys/kernel") "," HOST,
	 SPREADS("rslave"), GENUINE},
	{"nothing spreads, in other words", BIND("/x", "/b") "," HOST, SPREADS("rprivate"),
	 GENUINE},
	{"a bind before the host's, and nothing said", BIND("/x", "/b") "," HOST, "", GENUINE},
	{"the host's before all that could spread", DEV "," HOST, SPREADS("shared"), GENUINE},
	{"the host's, then a volume: another bind would be covered as well",
	 HOST "," BIND("/evil", "/x"), SPREADS("shared"), FORGED},
	{"a proc of its own, where mounts spread", BIND("/proc", "/b") "," PROC, SPREADS("shared"),
	 GENUINE},

	{"masked", PROC, MASKED("/proc/sys/kernel/cap_last_cap"), FORGED},
	{"masked from above", PROC, MASKED("/proc/sys"), FORGED},
	{"masked beside it", PROC, MASKED("/proc/sys/net"), GENUINE},

	{"read-only, as engines write it", PROC,
	 READONLY("\"/proc/asound\",\"/proc/bus\",\"/proc/sys\",\"/proc/sysrq-trigger\""), GENUINE},
	{"no read-only path", PROC, "\"readonlyPaths\":null", GENUINE},
	{"all of /proc read-only", PROC, READONLY("\"/proc\""), GENUINE},
	{"below a sysfs", PROC "," SYSFS, READONLY("\"/sys/firmware\""), GENUINE},
	{"below a sysfs with cgroups",
	 PROC "," SYSFS "," AT("/sys/fs/cgroup", "cgroup2", "") "," BIND("/x", "/x"),
	 READONLY("\"/sys/fs/cgroup\",\"/sys\""), GENUINE},
	{"read-only through a link that changes (seen)", PROC "," BIND("/evil", "/x"),
	 READONLY("\"/proc/bus\",\"/x/l\""), FORGED},
	{"in the image, which another container may share", PROC, READONLY("\"/etc\""), FORGED},
	{"by a relative path", PROC, READONLY("\"proc/bus\""), FORGED},
	{"by a path that climbs", PROC, READONLY("\"/proc/../x\""), FORGED},
	{"by a process's root", PROC, READONLY("\"/proc/self/root/x\""), FORGED},
	{"by a number's", PROC, READONLY("\"/proc/1/cwd/x\""), FORGED},
	{"in upper case", PROC, READONLY("\"/PROC/bus\""), FORGED},
	{"the root", PROC, READONLY("\"/\""), FORGED},
	{"an empty path", PROC, READONLY("\"\""), FORGED},
	{"below the image's own /sys", PROC, READONLY("\"/sys/x\""), FORGED},
	{"below a /sys that is bound", PROC "," BIND("/sys", "/sys"), READONLY("\"/sys/x\""),
	 FORGED},
	{"below a sysfs with a volume in it", PROC "," SYSFS "," BIND("/evil", "/sys/x"),
	 READONLY("\"/sys/x/l\""), FORGED},
	{"below a sysfs that is covered", PROC "," SYSFS "," BIND("/evil", "/sys/."),
	 READONLY("\"/sys/l\""), FORGED},
	{"below a sysfs that is covered by a path that climbs",
	 PROC "," SYSFS "," BIND("/evil", "/x/../sys"), READONLY("\"/sys/l\""), FORGED},

	{"a device over it", PROC, DEVICE("/proc/sys/kernel/cap_last_cap"), FORGED},
	{"a device", PROC, DEVICE("/xvda"), GENUINE},
	{"a device in a tmpfs, over what a link to the host's goes through (seen)",
	 HOST "," AT("/a", "tmpfs", ""), DEVICE("/a/x/sys/kernel/cap_last_cap"), REBOUND},
	{"the same in /dev (seen)", HOST "," DEV, DEVICE("/dev/x/sys/kernel/cap_last_cap"),
	 REBOUND},
	{"a device, and the host's last", DEV "," HOST, DEVICE("/dev/fuse"), GENUINE},
	{"the host's, and no device", HOST "," DEV, "\"devices\":[]", GENUINE},
	{"a device in a user namespace", DEV "," PROC, USER "," DEVICE("/dev/fuse"), GENUINE},
	{"one that the host has elsewhere (seen through a link)", DEV "," PROC,
	 USER "," DEVICE("/tmp/evil"), FORGED},
	{"one where anybody may write", DEV "," PROC, USER "," DEVICE("/dev/shm/evil"), FORGED},
	{"one in a volume", DEV "," BIND("/evil", "/dev/v") "," PROC, USER "," DEVICE("/dev/v/x"),
	 FORGED},
	{"one where the image's /dev is", PROC, USER "," DEVICE("/dev/fuse"), FORGED},
	{"one where /dev is the host's", BIND("/dev", "/dev") "," PROC,
	 USER "," DEVICE("/dev/fuse"), GENUINE},
	{"a /dev that is copied from the image",
	 AT("/dev", "tmpfs", ",\"options\":[\"tmpcopyup\"]") "," PROC, USER "," DEVICE("/dev/fuse"),
	 FORGED},
	{"a mount namespace that is joined", PROC,
	 "\"namespaces\":[{\"type\":\"mount\",\"path\":\"/proc/7/ns/mnt\"}]", FORGED},
	{"none", PROC, "\"namespaces\":[]", GENUINE},
};

static const char kill_only[] = "{\"version\":1,\"profile\":\"none\",\"allow\":[\"KILL\"]}";

static void judge(struct core *c, const char *mounts, const char *linux_, const char *process,
		  const char *policy, char *text, size_t size)
{
	core_init(c, size);
	ck_assert_int_eq(capgate_policy_parse(capgate_text_of(policy), capgate_text_of("p"),
					      &c->arena, &c->policy, &c->err),
			 0);
	ck_assert_int_lt(snprintf(text, size,
				  "{\"root\":{\"path\":\"/r\"},\"mounts\":[%s],\"linux\":{%s%s%s},"
				  "\"process\":{%s\"capabilities\":{}}}",
				  mounts, linux_, *linux_ ? "," : "",
				  strstr(linux_, "namespaces") ? "\"mountLabel\":\"\""
							       : "\"namespaces\":[" OWN "]",
				  process),
			 (int)size);
	core_judge(c, capgate_text_of(text), CAPGATE_CONFIG);
	ck_assert_msg(c->report.parsed, "%s: %s", text, c->report.error.msg);
}

START_TEST(what_may_forge_the_last_capability_is_refused)
{
	static const enum capgate_verdict verdicts[] = {
		[GENUINE] = CAPGATE_PASS, [FORGED] = CAPGATE_REFUSE, [REBOUND] = CAPGATE_STRIP};
	struct capgate_finding why;
	struct core c;
	char text[2048];

	judge(&c, rows[_i].mounts, rows[_i].linux_, "", kill_only, text, sizeof(text));
	ck_assert_msg(c.report.verdict == verdicts[rows[_i].answer], "%s: %s", rows[_i].what,
		      capgate_verdict_name(c.report.verdict));
	ck_assert_int_eq(c.report.exit_status, rows[_i].answer == GENUINE ? 0 : 10);
	ck_assert_int_eq(capgate_proc_is_genuine(&c.spec, &c.policy.scene, &why),
			 rows[_i].answer == GENUINE);
	if (rows[_i].answer != GENUINE) {
		ck_assert_int_eq(c.report.rule, CAPGATE_RULE_PROC_FORGED);
		ck_assert_int_eq(why.rule, CAPGATE_RULE_PROC_FORGED);
	}
	core_release(&c);
}
END_TEST

START_TEST(who_may_hold_all_may_forge)
{
	struct core c;
	char text[512];

	judge(&c, "", "", "", "{\"version\":1,\"profile\":\"all\"}", text, sizeof(text));
	ck_assert_int_eq(c.report.verdict, CAPGATE_PASS);
	core_release(&c);
	/* NET_RAW is allowed, another one is not. */
	judge(&c, "", "", "", "{\"version\":1,\"profile\":\"all\",\"deny\":[\"BPF\"]}", text,
	      sizeof(text));
	ck_assert_int_eq(c.report.exit_status, 11);
	core_release(&c);
}
END_TEST

/* /dev/tty is among the devices that runc always makes: seen, with -1 typed there. */
START_TEST(a_terminal_in_a_user_namespace_wants_a_dev_of_its_own)
{
	static const struct {
		const char *mounts;
		enum capgate_verdict verdict;
	} devs[] = {
		{PROC, CAPGATE_REFUSE},
		{DEV "," PROC, CAPGATE_PASS},
		{BIND("/dev", "/dev") "," PROC, CAPGATE_PASS},
		/* another over it, however its place is spelt */
		{DEV "," PROC "," AT("/dev/", "overlay", ""), CAPGATE_REFUSE},
		{DEV "," PROC "," AT("/r/dev", "overlay", ""), CAPGATE_REFUSE},
		{DEV "," PROC "," AT("//DEV/.", "overlay", ""), CAPGATE_REFUSE},
		{AT("/dev", "tmpfs", ",\"options\":[\"tmpcopyup\"]") "," PROC, CAPGATE_REFUSE},
	};
	struct core c;
	char text[512];

	for (size_t i = 0; i < sizeof(devs) / sizeof(*devs); i++) {
		judge(&c, devs[i].mounts, USER, "\"terminal\":true,", kill_only, text,
		      sizeof(text));
		ck_assert_msg(c.report.verdict == devs[i].verdict, "%s", text);
		core_release(&c);
		judge(&c, devs[i].mounts, "", "\"terminal\":true,", kill_only, text, sizeof(text));
		ck_assert_int_eq(c.report.verdict, CAPGATE_PASS);
		core_release(&c);
	}
}
END_TEST

START_TEST(a_runtime_in_a_user_namespace_binds_devices_too)
{
	struct capgate_finding why;
	struct core c;
	char text[512];

	judge(&c, DEV "," PROC, DEVICE("/tmp/evil"), "", kill_only, text, sizeof(text));
	ck_assert_int_eq(c.report.verdict, CAPGATE_PASS);
	c.policy.scene.gid_last = 65535;
	ck_assert(!capgate_proc_is_genuine(&c.spec, &c.policy.scene, &why));
	ck_assert(capgate_text_is(why.subject, "/tmp/evil"));
	c.policy.scene.gid_last = 4294967294u;
	ck_assert(capgate_proc_is_genuine(&c.spec, &c.policy.scene, &why));
	core_release(&c);
}
END_TEST

/* Only the kernel knows where a bind of the host's /proc has come to lie. */
START_TEST(mounts_as_the_kernel_shows_them_decide_where_the_hosts_proc_is)
{
#define MACHINE "20 1 8:1 / / rw - ext4 x rw\n21 20 0:4 / /proc rw - proc proc rw\n"
	static const struct {
		const char *mounts, *root, *bundle;
		bool genuine;
	} shown[] = {
		{"", "/r", "", false},
		{MACHINE, "/r", "", false},
		{MACHINE "22 20 0:4 / /r/proc rw - proc proc rw\n", "/r", "", true},
		{MACHINE "22 20 0:4 / /r/proc rw - proc proc rw\n", "/r//", "", true},
		{MACHINE "22 20 0:4 / /r/proc rw - proc proc rw\n", "/x/../r", "", false},
		{MACHINE "22 20 0:4 / /r/proc rw - proc proc rw\n", "/./r/.", "", true},
		{MACHINE "22 20 0:4 / /b/r/proc rw - proc proc rw\n", "x/.././r", "/b", true},
		{MACHINE "22 20 0:4 / /r/proc rw - proc proc rw\n", "../../r", "/b/c", true},
		{MACHINE "22 20 0:4 / /r/proc rw - proc proc rw\n", "../../../r", "/b/c", true},
		{MACHINE "22 20 0:4 / /b\\040\\134\\011/r/proc rw - proc proc rw\n", "r", "/b \\\t",
		 true},
		{MACHINE "22 20 0:4 / /b/r/proc rw - proc proc rw\n", "r", "b", false},
		{MACHINE "22 20 0:4 / /b/r/proc rw - proc proc rw\n", "r", "/b", true},
		{MACHINE "22 20 0:4 / /b/r/proc rw - proc proc rw\n", "r", "", false},
		/* where a link led, and the place of the link is covered */
		{MACHINE "22 20 0:4 / /r/x/proc rw - proc proc rw\n"
			 "23 20 0:9 / /r/x rw - ext4 x rw\n",
		 "/r", "", false},
	};
	struct capgate_finding why;
	struct core c;
	char text[2048], root[64];

	for (size_t i = 0; i < sizeof(shown) / sizeof(*shown); i++) {
		judge(&c, HOST "," BIND("/evil", "/x"), "", "", kill_only, text, sizeof(text));
		snprintf(root, sizeof(root), "%s", shown[i].root);
		c.spec.root_path = capgate_text_of(root);
		c.policy.scene.bundle = capgate_text_of(shown[i].bundle);
		c.policy.scene.mounts = capgate_text_of(shown[i].mounts);
		ck_assert_msg(capgate_proc_is_genuine(&c.spec, &c.policy.scene, &why) ==
				      shown[i].genuine,
			      "%zu", i);
		core_release(&c);
	}
	/* Of what is certainly forged they say nothing: it is mounted or masked later. */
	judge(&c, HOST "," BIND("/evil", "/proc/sys"), "", "", kill_only, text, sizeof(text));
	c.policy.scene.mounts = capgate_text_of(MACHINE "22 20 0:4 / /r/proc rw - proc proc rw\n");
	ck_assert(!capgate_proc_is_genuine(&c.spec, &c.policy.scene, &why));
	core_release(&c);
}
END_TEST

/* Seen: a procfs with a mount on it, bound to where a link to /proc leads. */
START_TEST(a_proc_of_its_own_is_no_help_when_the_kernel_shows_another)
{
	static const struct {
		const char *mounts;
		bool genuine;
	} shown[] = {
		{MACHINE, true}, /* a runtime that mounts it elsewhere: the text decides */
		{MACHINE "22 20 0:9 / /r rw - ext4 x rw\n", true},
		/* it mounts here, and /proc is not where it should be */
		{MACHINE "22 20 0:9 / /r rw - ext4 x rw\n23 22 0:5 / /r/a/x rw - proc proc rw\n"
			 "24 22 0:6 / /r/a rw - tmpfs x rw\n",
		 false},
		{MACHINE "22 20 0:9 / /r rw - ext4 x rw\n23 22 0:5 / /r/proc rw - proc proc rw\n",
		 true},
		{MACHINE "22 20 0:9 / /r rw - ext4 x rw\n23 22 0:5 / /r/proc rw - proc proc rw\n"
			 "24 23 0:9 / /r/proc/sys/kernel rw - ext4 x rw\n",
		 false},
		{MACHINE "22 20 0:9 / /r rw - ext4 x rw\n23 22 0:5 / /r/proc rw - proc proc rw\n"
			 "24 23 0:6 / /r/proc rw - proc proc rw\n"
			 "25 24 0:9 / /r/proc/sys/kernel rw - ext4 x rw\n",
		 false},
		{MACHINE "22 20 0:9 / /r rw - ext4 x rw\n23 22 0:9 / /r/proc rw - ext4 x rw\n",
		 false},
	};
	struct capgate_finding why;
	struct core c;
	char text[2048];

	for (size_t i = 0; i < sizeof(shown) / sizeof(*shown); i++) {
		judge(&c, PROC "," BIND("/r/p2", "/l"), "", "", kill_only, text, sizeof(text));
		c.policy.scene.mounts = capgate_text_of(shown[i].mounts);
		ck_assert_msg(capgate_proc_is_genuine(&c.spec, &c.policy.scene, &why) ==
				      shown[i].genuine,
			      "%zu", i);
		core_release(&c);
	}
	/* a root that nobody can find in the list: no engine writes one */
	judge(&c, PROC, "", "", kill_only, text, sizeof(text));
	c.policy.scene.mounts = capgate_text_of(MACHINE);
	c.spec.root_path = capgate_text_of("/x/../r");
	ck_assert(!capgate_proc_is_genuine(&c.spec, &c.policy.scene, &why));
	core_release(&c);
}
END_TEST

/* Seen: runc takes the root file system's own path off a destination. */
START_TEST(a_destination_may_name_the_root_file_system_as_the_host_does)
{
	static const struct {
		const char *root, *bundle, *destination;
		bool genuine;
	} named[] = {
		{"/b/r", "", "/b/r/proc", false},
		{"/b//r/.", "", "/b/r/proc/sys", false},
		{"/b/r", "", "/b/./r//proc/sys/kernel", false},
		{"/b/r", "", "/b/r", false},
		{"r", "/b", "/b/r/proc", false},
		{"./r/", "/b", "//b/r/proc/sys/kernel/cap_last_cap", false},
		{"../c/r", "/b", "/c/r/proc", false},
		{"x/../r", "/b", "/b/r/proc", false},
		{"/", "/b", "/proc/sys", false},
		{"/b/r", "", "/b/rr/proc", true},
		{"/b/r", "", "/b/r/x", true},
		{"/b/r", "", "/b/proc", true},
		{"/b/r", "", "/r/proc", true},
		{"r", "/b", "/b/proc", true},
		{"r", "/b", "/r/proc", true},
		{"/", "/b", "/b/proc", true},
		{"r", "", "/b/r/proc", true}, /* a bundle that nobody knows */
	};
	struct capgate_finding why;
	struct core c;
	char text[2048], mounts[256];

	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++) {
		snprintf(mounts, sizeof(mounts), PROC "," BIND("/evil", "%s"),
			 named[i].destination);
		judge(&c, mounts, "", "", kill_only, text, sizeof(text));
		c.spec.root_path = capgate_text_of(named[i].root);
		c.policy.scene.bundle = capgate_text_of(named[i].bundle);
		ck_assert_msg(capgate_proc_is_genuine(&c.spec, &c.policy.scene, &why) ==
				      named[i].genuine,
			      "%zu", i);
		core_release(&c);
	}
}
END_TEST

START_TEST(the_hosts_proc_is_bound_once_more_after_a_volume)
{
	static const char bound[] = "\"mounts\":[" HOST "," BIND("/evil", "/x") "," HOST "]";
	struct capgate_text out;
	struct core c;
	char text[1024];

	judge(&c, HOST "," BIND("/evil", "/x"), "", "", kill_only, text, sizeof(text));
	ck_assert_int_eq(c.report.verdict, CAPGATE_STRIP);
	ck_assert_int_eq(capgate_rewrite(&c.spec, &c.report, &c.policy, &c.arena, &out, &c.err), 0);
	ck_assert(memmem(out.p, out.len, bound, strlen(bound)));
	ck_assert_uint_eq(out.len, strlen(text) + strlen(HOST) + 1);
	core_release(&c);
}
END_TEST

START_TEST(the_place_is_told)
{
	static const struct {
		const char *mounts, *linux_, *path;
	} places[] = {
		{"", "", "mounts"},
		{PROC "," BIND("/e", "/proc/sys"), "", "mounts"},
		{PROC, MASKED("/proc/sys"), "linux.maskedPaths"},
		{PROC, DEVICE("/proc/sys"), "linux.devices"},
		{PROC, READONLY("\"/proc/bus\",\"/x\""), "linux.readonlyPaths"},
		{PROC, "\"namespaces\":[{\"type\":\"mount\",\"path\":\"/n\"}]", "linux.namespaces"},
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		char text[1024], buf[2048];
		struct capgate_out out = {buf, sizeof(buf), 0};
		struct core c;

		judge(&c, places[i].mounts, places[i].linux_, "", kill_only, text, sizeof(text));
		capgate_report_sentence(&c.report, &c.spec, &c.policy, &out);
		ck_assert_uint_lt(out.len, sizeof(buf));
		ck_assert_msg(strncmp(buf, places[i].path, strlen(places[i].path)) == 0 &&
				      buf[strlen(places[i].path)] == ' ',
			      "%.*s", (int)out.len, buf);
		core_release(&c);
	}
}
END_TEST

/* exec: the process object alone says nothing of what is around it. */
START_TEST(a_process_object_is_judged_with_its_containers_surroundings)
{
	static const char object[] = "{\"capabilities\":{}}";
	static const struct {
		const char *container;
		enum capgate_rule rule;
	} containers[] = {
		{"{" MOUNTS ",\"process\":{}}", CAPGATE_RULE_NONE},
		{"{\"process\":{}}", CAPGATE_RULE_PROC_FORGED},
		{"{" MOUNTS
		 ",\"process\":{},\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\","
		 "\"syscalls\":[{\"names\":[\"prctl\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":"
		 "0}]}}}",
		 CAPGATE_RULE_DROP_PRETENDED},
		{"{" MOUNTS
		 ",\"process\":{},\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_TRACE\"}}}",
		 CAPGATE_RULE_DROP_PRETENDED},
		{"{" MOUNTS
		 ",\"process\":{},\"linux\":{\"seccomp\":{\"defaultAction\":\"SCMP_ACT_ALLOW\","
		 "\"syscalls\":[{\"names\":[\"read\"],\"action\":\"SCMP_ACT_NOTIFY\"}]}}}",
		 CAPGATE_RULE_FILTER_ASKS},
		{"{" MOUNTS
		 ",\"process\":{},\"annotations\":{\"run.oci.seccomp.plugins\":\"/srv/p.so\"}}",
		 CAPGATE_RULE_RUNTIME_PLUGIN},
	};

	for (size_t i = 0; i < sizeof(containers) / sizeof(containers[0]); i++) {
		char buf[2048];
		struct capgate_out out = {buf, sizeof(buf), 0};
		struct capgate_spec container;
		struct core c;

		core_init(&c, 4096);
		ck_assert_int_eq(capgate_spec_parse(capgate_text_of(containers[i].container),
						    CAPGATE_CONFIG, &c.arena, &container, &c.err),
				 0);
		c.policy.scene.container = &container;
		core_judge(&c, capgate_text_of(object), CAPGATE_PROCESS);
		ck_assert_int_eq(c.report.rule, containers[i].rule);
		capgate_report_sentence(&c.report, &c.spec, &c.policy, &out);
		ck_assert(containers[i].rule == CAPGATE_RULE_NONE ||
			  strncmp(buf, "the container's ", 16) == 0);
		c.policy.scene.container = NULL;
		core_judge(&c, capgate_text_of(object), CAPGATE_PROCESS);
		ck_assert_int_eq(c.report.verdict, CAPGATE_PASS);
		core_release(&c);
	}
}
END_TEST

START_TEST(a_configuration_of_crius_is_refused_where_it_restores)
{
	static const char config[] =
		"{" MOUNTS
		",\"process\":{\"capabilities\":{}},\"annotations\":{\"org.criu.config\":\"\"}}";
	struct core c;

	core_init(&c, sizeof(config));
	core_judge(&c, capgate_text_of(config), CAPGATE_CONFIG);
	ck_assert_int_eq(c.report.verdict, CAPGATE_PASS);
	c.policy.scene.restores = true;
	core_judge(&c, capgate_text_of(config), CAPGATE_CONFIG);
	ck_assert_int_eq(c.report.verdict, CAPGATE_REFUSE);
	ck_assert_int_eq(c.report.rule, CAPGATE_RULE_CRIU_CONFIG);
	core_release(&c);
}
END_TEST

START_TEST(a_file_for_what_hooks_print_is_refused_where_hooks_run)
{
	static const char *const keys[] = {"run.oci.hooks.stdout", "run.oci.hooks.stderr",
					   "run.oci.hooks.std"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		char config[512];
		struct capgate_spec container;
		struct core c;
		const bool refused = i < 2;

		snprintf(config, sizeof(config),
			 "{" MOUNTS ",\"process\":{\"capabilities\":{}},\"annotations\":{\"%s\":"
			 "\"/f\"}}",
			 keys[i]);
		core_init(&c, 4096);
		core_judge(&c, capgate_text_of(config), CAPGATE_CONFIG);
		ck_assert_int_eq(c.report.verdict, refused ? CAPGATE_REFUSE : CAPGATE_PASS);
		ck_assert(!refused || c.report.rule == CAPGATE_RULE_HOOKS_OUTPUT);
		ck_assert(!refused || c.report.exit_status == 10);
		/* At exec no hook runs. */
		ck_assert_int_eq(capgate_spec_parse(capgate_text_of(config), CAPGATE_CONFIG,
						    &c.arena, &container, &c.err),
				 0);
		c.policy.scene.container = &container;
		core_judge(&c, capgate_text_of("{\"args\":[],\"capabilities\":{}}"),
			   CAPGATE_PROCESS);
		ck_assert_int_eq(c.report.verdict, CAPGATE_PASS);
		core_release(&c);
	}
}
END_TEST

Suite *suite(void)
{
	Suite *s = suite_create("procfs");
	TCase *t = tcase_create("procfs");

	tcase_add_loop_test(t, what_may_forge_the_last_capability_is_refused, 0,
			    sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(t, who_may_hold_all_may_forge);
	tcase_add_test(t, a_terminal_in_a_user_namespace_wants_a_dev_of_its_own);
	tcase_add_test(t, a_runtime_in_a_user_namespace_binds_devices_too);
	tcase_add_test(t, mounts_as_the_kernel_shows_them_decide_where_the_hosts_proc_is);
	tcase_add_test(t, a_proc_of_its_own_is_no_help_when_the_kernel_shows_another);
	tcase_add_test(t, a_destination_may_name_the_root_file_system_as_the_host_does);
	tcase_add_test(t, the_hosts_proc_is_bound_once_more_after_a_volume);
	tcase_add_test(t, the_place_is_told);
	tcase_add_test(t, a_process_object_is_judged_with_its_containers_surroundings);
	tcase_add_test(t, a_configuration_of_crius_is_refused_where_it_restores);
	tcase_add_test(t, a_file_for_what_hooks_print_is_refused_where_hooks_run);
	suite_add_tcase(s, t);
	return s;
}
