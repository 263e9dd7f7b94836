/* SPDX-License-Identifier: Apache-2.0 */
/* Specifications rather than bytes: written from a grammar, or changed token by
 * token, so that most of what comes out is JSON and much of it a specification. */
#include "fuzz.h"

static uint32_t next(uint64_t *seed)
{
	/* splitmix64 */
	uint64_t z = *seed += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (uint32_t)(z ^ z >> 31);
}

static uint32_t below(uint64_t *seed, uint32_t n)
{
	return next(seed) % n;
}

static const char *const keys[] = {
	"process",
	"capabilities",
	"bounding",
	"effective",
	"inheritable",
	"permitted",
	"ambient",
	"user",
	"uid",
	"gid",
	"noNewPrivileges",
	"args",
	"env",
	"cwd",
	"ociVersion",
	"linux",
	"namespaces",
	"type",
	"path",
	"sysctl",
	"hooks",
	"prestart",
	"createRuntime",
	"annotations",
	"seccomp",
	"syscalls",
	"names",
	"action",
	"defaultAction",
	"mounts",
	"maskedPaths",
	"readonlyPaths",
	"run.oci.seccomp.plugins",
	"destination",
	"options",
	"root",
	"readonly",
	"hostname",
	"uidMappings",
	"gidMappings",
	"containerID",
	"hostID",
	"size",
	"Capabilities",
	"BOUNDING",
	"capabilitie\\u017f",
	"hoo\xe2\x84\xaas",
	"proce\xc5\xbfs",
	"x",
	"",
	"net.ipv4.ping_group_range",
	"net.ipv4.ip_unprivileged_port_start",
	"cgroupsPath",
	"bundle",
	"id",
	"pid",
	"\\u0063apabilities",
	"index",
	"value",
	"valueTwo",
	"op",
	"bundlePath",
	"status",
	/* policies */
	"version",
	"mode",
	"profile",
	"allow",
	"deny",
	"exemptions",
	"match",
	"reason",
	"owner",
	"expires",
	"limits",
	"max_bytes",
	"log",
	"file",
	"system",
	"required",
	"confinement",
	"substitute_sysctls",
	"no_new_privileges",
	"cgroup",
	"image",
	"rootfs",
	/* inspect */
	"HostConfig",
	"CapAdd",
	"CapDrop",
	"Privileged",
	"Config",
	"User",
	"Image",
	"EffectiveCaps",
	"BoundingCaps",
	"Id",
	"Name",
	"OCIRuntime",
	"PidMode",
	"Mounts",
};

static const char *const words[] = {
	"\"CAP_NET_RAW\"",
	"\"CAP_KILL\"",
	"\"CAP_CHOWN\"",
	"\"CAP_SYS_ADMIN\"",
	"\"cap_net_raw\"",
	"\"13\"",
	"\"0xd\"",
	"\"NET_RAW\"",
	"\"CAP_NET_RAW \"",
	"\"CAP_NET_RAW,CAP_KILL\"",
	"\"ALL\"",
	"\"CAP_\\u004eET_RAW\"",
	"\"\"",
	"\"CAP_CHECKPOINT_RESTORE\"",
	"\"CAP_FUTURE\"",
	"13",
	"-0",
	"0",
	"1",
	"1000",
	"4294967295",
	"4294967294",
	"18446744073709551615",
	"18446744073709551616",
	"1e400",
	"1.0",
	"-1",
	"true",
	"false",
	"null",
	"[]",
	"{}",
	"\"network\"",
	"\"user\"",
	"\"mount\"",
	"\"/proc/1/ns/net\"",
	"\"/proc/1/ns/mnt\"",
	"\"/v/l\"",
	"\"/sys/l\"",
	"\"0 2147483647\"",
	"\"SCMP_ACT_ALLOW\"",
	"\"\\u0000\"",
	"\"\\ud800\"",
	"\"\\ud83d\\ude00\"",
	"\"\xc3\xa9\"",
	"\"\xed\xa0\x80\"",
	"\"\\\"\\\\\\/\\b\"",
	"\"enforce\"",
	"\"audit\"",
	"\"require\"",
	"\"best-effort\"",
	"\"rewrite\"",
	"\"reject\"",
	"\"cis-docker\"",
	"\"none\"",
	"\"all\"",
	"\"2027-03-31\"",
	"\"1999-02-29T25:61:61Z\"",
	"\"kube-*\"",
	"\"/a\"",
	"\"root:0\"",
	"\"1000:1000\"",
};

#define COUNT(v) (sizeof(v) / sizeof(*(v)))

struct sink {
	uint8_t *p;
	size_t n, max;
	uint64_t *seed;
};

static void put(struct sink *s, const char *text, size_t n)
{
	if (n > s->max - s->n)
		n = s->max - s->n;
	memcpy(s->p + s->n, text, n);
	s->n += n;
}

static void say(struct sink *s, const char *text)
{
	put(s, text, strlen(text));
}

static void blank(struct sink *s)
{
	static const char *const white[] = {" ", "\n", "\t", "\r\n"};

	if (below(s->seed, 12) == 0)
		say(s, white[below(s->seed, 4)]);
}

static void name(struct sink *s)
{
	if (below(s->seed, 6)) {
		say(s, "\"");
		say(s, capgate_cap_info((int)below(s->seed, CAPGATE_NCAPS))->name);
		say(s, "\"");
	} else {
		say(s, words[below(s->seed, COUNT(words))]);
	}
}

static void list(struct sink *s)
{
	say(s, "[");
	for (uint32_t i = 0, n = below(s->seed, 6); i < n; i++) {
		if (i)
			say(s, ",");
		blank(s);
		name(s);
		blank(s);
	}
	say(s, "]");
}

static void sets(struct sink *s)
{
	bool first = true;

	say(s, "{");
	for (int w = 0; w < CAPGATE_NSETS; w++) {
		if (below(s->seed, 4) == 0)
			continue;
		if (!first)
			say(s, ",");
		first = false;
		blank(s);
		say(s, "\"");
		say(s, below(s->seed, 40) ? capgate_which_name((enum capgate_which)w)
					  : keys[below(s->seed, COUNT(keys))]);
		say(s, "\":");
		list(s);
	}
	blank(s);
	say(s, "}");
}

static void any(struct sink *s, int depth)
{
	uint32_t n = below(s->seed, 4);

	switch (depth > 4 ? 9 : below(s->seed, 12)) {
	case 0:
	case 1:
		say(s, "{");
		for (uint32_t i = 0; i < n; i++) {
			if (i)
				say(s, ",");
			say(s, "\"");
			say(s, keys[below(s->seed, COUNT(keys))]);
			say(s, "\":");
			any(s, depth + 1);
		}
		say(s, "}");
		break;
	case 2:
		say(s, "[");
		for (uint32_t i = 0; i < n; i++) {
			if (i)
				say(s, ",");
			any(s, depth + 1);
		}
		say(s, "]");
		break;
	case 3:
		list(s);
		break;
	default:
		say(s, words[below(s->seed, COUNT(words))]);
		break;
	}
}

/* ---- What keeps a runtime from dropping: /proc and filters ---------------------------- */

#define ONE_OF(s, list) say(s, (list)[below((s)->seed, COUNT(list))])

static const char *const destinations[] = {
	"/proc", "/proc", "/proc", "/proc/", "//proc", "/x/../proc", "proc", "/PROC", "/",
	"", "/proc/sys", "/proc/sys/kernel", "/proc/sys/kernel/cap_last_cap", "/proc/sys/net",
	"/proc/self/root", "/proc/cpuinfo", "/dev", "/dev/shm", "/etc/hosts", "/data",
};

static void one_mount(struct sink *s)
{
	static const char *const types[] = {"proc", "proc", "bind", "tmpfs", "sysfs", "overlay"};
	static const char *const sources[] = {"/proc", "/proc", "/evil", "proc", "/proc/1"};
	static const char *const options[] = {"rbind", "bind",     "ro",     "nosuid",
					      "remount", "subset=pid", "tmpcopyup", "hidepid=1"};

	say(s, "{\"destination\":\"");
	ONE_OF(s, destinations);
	say(s, "\",\"type\":\"");
	ONE_OF(s, types);
	say(s, "\",\"source\":\"");
	ONE_OF(s, sources);
	say(s, "\",\"options\":[");
	for (uint32_t n = below(s->seed, 3); n > 0; n--) {
		say(s, "\"");
		ONE_OF(s, options);
		say(s, n > 1 ? "\"," : "\"");
	}
	say(s, "]}");
}

/* Mostly as engines write it, so that what else there is decides. */
static void mounts(struct sink *s)
{
	bool ordinary = below(s->seed, 4) != 0;

	say(s, ",\"mounts\":[");
	if (ordinary)
		say(s, "{\"destination\":\"/proc\",\"type\":\"proc\"}");
	for (uint32_t i = 0, n = below(s->seed, 4); i < n; i++) {
		if (ordinary || i > 0)
			say(s, ",");
		one_mount(s);
	}
	say(s, "]");
}

static void filter(struct sink *s)
{
	static const char *const actions[] = {"SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO", "SCMP_ACT_NOTIFY",
					      "SCMP_ACT_TRACE", "SCMP_ACT_KILL",  "SCMP_ACT_X"};
	static const char *const calls[] = {"read",   "capset",    "prctl", "setuid",
					    "setresuid", "setgroups", "chown", "openat2"};

	say(s, "\"seccomp\":{\"defaultAction\":\"");
	say(s, below(s->seed, 4) ? "SCMP_ACT_ALLOW" : actions[below(s->seed, COUNT(actions))]);
	say(s, "\",\"syscalls\":[{\"names\":[\"");
	ONE_OF(s, calls);
	say(s, "\"],\"action\":\"");
	ONE_OF(s, actions);
	say(s, below(s->seed, 2) ? "\"}]}" : "\",\"errnoRet\":0}]}");
}

static void paths(struct sink *s)
{
	static const char *const outside[] = {
		"/proc/sys", "/proc/bus", "/v/l", "/l/kernel", "/sys/l",     "/sys/fs/cgroup",
		"proc/sys",  "/Sys/l",    "",     "/",         "/proc/../l", "/proc/self/root/l"};

	say(s, "\"maskedPaths\":[\"");
	say(s,
	    below(s->seed, 4) ? "/proc/kcore" : destinations[below(s->seed, COUNT(destinations))]);
	say(s, "\"],\"readonlyPaths\":[\"");
	ONE_OF(s, outside);
	say(s, "\"],\"devices\":[{\"path\":\"");
	say(s, below(s->seed, 4) ? "/dev/x" : destinations[below(s->seed, COUNT(destinations))]);
	say(s, "\",\"type\":\"c\"}]");
}

/* What annotations make crun load, open and read in place of the profile. */
static void annotations(struct sink *s)
{
	static const char *const names[] = {
		"run.oci.seccomp.plugins", "run.oci.seccomp.receiver", "run.oci.seccomp_bpf_data",
		"run.oci.handler",	   "run.oci.hooks.stdout",     "run.oci.hooks.stderr",
		"run.oci.seccomp.Plugins", "org.criu.config",	       "run.oci.x"};
	static const char *const values[] = {"/v/p.so", "", "/v/a:/v/b", "AAAA", "wasm", "1"};

	say(s, ",\"annotations\":{\"");
	ONE_OF(s, names);
	say(s, "\":\"");
	ONE_OF(s, values);
	say(s, "\"}");
}

/* With a mount namespace of its own, without, and in another's. */
static void spaces(struct sink *s)
{
	static const char *const mount[] = {
		"{\"type\":\"mount\"},", "{\"type\":\"mount\"},", "",
		"{\"type\":\"mount\",\"path\":\"/proc/1/ns/mnt\"},"};

	say(s, "\"namespaces\":[");
	ONE_OF(s, mount);
	say(s, "{\"type\":\"network\"}]");
}

size_t gen_spec(uint8_t *buf, size_t max, uint64_t *seed)
{
	struct sink s = {buf, 0, max, seed};

	say(&s, "{\"process\":{");
	if (below(seed, 3)) {
		say(&s, "\"user\":{\"uid\":");
		say(&s, below(seed, 8) ? (below(seed, 2) ? "0" : "1000")
				       : words[below(seed, COUNT(words))]);
		say(&s, "},");
	}
	if (below(seed, 3) == 0)
		say(&s,
		    below(seed, 2) ? "\"noNewPrivileges\":true," : "\"noNewPrivileges\":false,");
	if (below(seed, 4) == 0) {
		say(&s, "\"args\":");
		any(&s, 3);
		say(&s, ",");
	}
	say(&s, "\"capabilities\":");
	if (below(seed, 12))
		sets(&s);
	else
		any(&s, 0);
	say(&s, "}");
	if (below(seed, 8))
		mounts(&s);
	if (below(seed, 3) == 0) {
		say(&s, ",\"linux\":{");
		spaces(&s);
		say(&s, ",\"sysctl\":{");
		if (below(seed, 2))
			say(&s, "\"net.ipv4.ping_group_range\":\"1 0\"");
		say(&s, "}");
		if (below(seed, 3) == 0) {
			say(&s, ",");
			filter(&s);
		}
		if (below(seed, 3) == 0) {
			say(&s, ",");
			paths(&s);
		}
		say(&s, "}");
	}
	if (below(seed, 6) == 0)
		annotations(&s);
	for (uint32_t n = below(seed, 3); n > 0; n--) {
		say(&s, ",\"");
		say(&s, keys[below(seed, COUNT(keys))]);
		say(&s, "\":");
		any(&s, 0);
	}
	say(&s, "}");
	return s.n;
}

/* ---- Tokens ------------------------------------------------------------------------ */

struct token {
	size_t off, len;
};

static size_t token_end(const uint8_t *p, size_t n, size_t i)
{
	if (p[i] == '"') {
		for (i++; i < n && p[i] != '"'; i++)
			if (p[i] == '\\')
				i++;
		return i < n ? i + 1 : n;
	}
	if (strchr("{}[],: \t\r\n", p[i]) || !p[i])
		return i + 1;
	while (i < n && p[i] && !strchr("{}[],: \t\r\n\"", p[i]))
		i++;
	return i;
}

/* A value from a token on: the whole object or array where one begins. */
static struct token value_at(const uint8_t *p, size_t n, size_t off)
{
	size_t i = off, end;
	int depth = 0;

	do {
		end = token_end(p, n, i);
		depth += p[i] == '{' || p[i] == '[';
		depth -= p[i] == '}' || p[i] == ']';
		i = end;
	} while (depth > 0 && i < n);
	return (struct token){off, end - off};
}

/* A token, chosen with equal chances by walking once. */
static struct token pick(const uint8_t *p, size_t n, uint64_t *seed)
{
	struct token best = {0, n ? token_end(p, n, 0) : 0};
	uint32_t seen = 0;

	for (size_t i = 0; i < n;) {
		size_t end = token_end(p, n, i);

		if (p[i] > ' ' && below(seed, ++seen) == 0)
			best = (struct token){i, end - i};
		i = end;
	}
	return best;
}

static size_t splice(uint8_t *buf, size_t size, size_t max, struct token at, const uint8_t *with,
		     size_t n)
{
	if (size - at.len + n > max)
		return size;
	memmove(buf + at.off + n, buf + at.off + at.len, size - at.off - at.len);
	memcpy(buf + at.off, with, n);
	return size - at.len + n;
}

size_t gen_mutate(uint8_t *buf, size_t size, size_t max, uint64_t *seed)
{
	uint8_t copy[1024] = {0};
	struct token a, b;
	const char *w;

	if (size == 0 || below(seed, 16) == 0)
		return gen_spec(buf, max, seed);
	a = pick(buf, size, seed);
	b = pick(buf, size, seed);
	switch (below(seed, 8)) {
	case 0: /* a word for a value */
		w = words[below(seed, COUNT(words))];
		return splice(buf, size, max, value_at(buf, size, a.off), (const uint8_t *)w,
			      strlen(w));
	case 1: /* a key or a name for a string */
		w = below(seed, 2) ? keys[below(seed, COUNT(keys))]
				   : capgate_cap_info((int)below(seed, CAPGATE_NCAPS))->name;
		if (buf[a.off] != '"' || a.len < 2)
			return size;
		return splice(buf, size, max, (struct token){a.off + 1, a.len - 2},
			      (const uint8_t *)w, strlen(w));
	case 2: /* a value again, behind itself */
	case 3: /* a value somewhere else */
		a = value_at(buf, size, a.off);
		if (a.len + 1 > sizeof(copy))
			return size;
		memcpy(copy + 1, buf + a.off, a.len);
		copy[0] = ',';
		if (below(seed, 2))
			return splice(buf, size, max, (struct token){a.off + a.len, 0}, copy,
				      a.len + 1);
		return splice(buf, size, max, value_at(buf, size, b.off), copy + 1, a.len);
	case 4: /* nothing */
		return splice(buf, size, max, value_at(buf, size, a.off), copy, 0);
	case 5: /* one token less */
		return splice(buf, size, max, a, copy, 0);
	case 6: { /* a member more */
		struct sink s = {copy, 0, sizeof(copy), seed};

		if (buf[a.off] != '{')
			return size;
		say(&s, "\"");
		say(&s, keys[below(seed, COUNT(keys))]);
		say(&s, "\":");
		any(&s, 3);
		say(&s, ",");
		return splice(buf, size, max, (struct token){a.off + 1, 0}, copy, s.n);
	}
	default: /* a byte */
		buf[below(seed, (uint32_t)size)] ^= (uint8_t)(1u << below(seed, 8));
		return size;
	}
}
