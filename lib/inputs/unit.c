/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include "lib/base/base.h"

/* ---- Lines -------------------------------------------------------------------------------- */

static struct capgate_text trimmed(struct capgate_text t)
{
	while (t.len && capgate_is_blank(t.p[0])) {
		t.p++;
		t.len--;
	}
	while (t.len && capgate_is_blank(t.p[t.len - 1]))
		t.len--;
	return t;
}

/* The line that begins at *at, without its end; *at moves to the next. */
static struct capgate_text next_line(struct capgate_text text, size_t *at)
{
	const char *from = text.p + *at;
	const char *end = memchr(from, '\n', text.len - *at);
	const size_t n = end ? (size_t)(end - from) : text.len - *at;

	*at += n + (end != NULL);
	return trimmed((struct capgate_text){from, n});
}

static bool is_comment(struct capgate_text line)
{
	return line.len == 0 || line.p[0] == '#' || line.p[0] == ';';
}

/* "[Container]": the word inside; empty: it is no header. */
static struct capgate_text header(struct capgate_text line)
{
	if (line.len < 3 || line.p[0] != '[' || line.p[line.len - 1] != ']')
		return (struct capgate_text){0};
	for (size_t i = 1; i + 1 < line.len; i++) {
		const char c = line.p[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z' && i > 1) ||
		      (c == '-' && i > 1)))
			return (struct capgate_text){0};
	}
	return (struct capgate_text){line.p + 1, line.len - 2};
}

/* "---web.service---", which the generator prints before each service: its name; empty:
 * it is none. */
static struct capgate_text title(struct capgate_text line)
{
	static const char dashes[] = "---";
	const size_t n = sizeof(dashes) - 1;

	if (line.len <= 2 * n || memcmp(line.p, dashes, n) != 0 ||
	    memcmp(line.p + line.len - n, dashes, n) != 0 || memchr(line.p, ' ', line.len))
		return (struct capgate_text){0};
	return (struct capgate_text){line.p + n, line.len - 2 * n};
}

bool capgate_unit_is(struct capgate_text text)
{
	for (size_t at = 0; at < text.len;) {
		const struct capgate_text line = next_line(text, &at);

		if (!is_comment(line))
			return header(line).len > 0 || title(line).len > 0;
	}
	return false;
}

/* ---- Values ------------------------------------------------------------------------------- */

struct reader {
	struct capgate_text text;
	struct capgate_arena *arena;
	struct capgate_request container;
	bool has_container, has_service;
	bool generated;            /* of what it was made from, its sections begin with "X-" */
	struct capgate_text other; /* a section that says what else it is */
	/* Of a service, whose sets follow from several lines. */
	capgate_set bounding, ambient;
	bool some_user, filtered, service_network;
	bool with_all, as_root; /* a command of it, by the signs before it */
	bool starts_container;
	bool nspawn;
};

/* The next word of a value, as it is written: blanks in quotes do not end it. */
static bool next_word(struct capgate_text *value, struct capgate_text *ret)
{
	size_t n = 0;
	char quote = 0;

	*value = trimmed(*value);
	if (value->len == 0)
		return false;
	for (; n < value->len && (quote || !capgate_is_blank(value->p[n])); n++) {
		if (value->p[n] == '\\' && n + 1 < value->len)
			n++;
		else if (quote)
			quote = value->p[n] == quote ? 0 : quote;
		else if (value->p[n] == '"' || value->p[n] == '\'')
			quote = value->p[n];
	}
	*ret = (struct capgate_text){value->p, n};
	value->p += n;
	value->len -= n;
	return true;
}

/* Without quotes and backslashes (systemd.syntax(7)); p NULL: no memory. */
static struct capgate_text unquoted(struct capgate_text word, struct capgate_arena *arena)
{
	char *to, quote = 0;
	size_t n = 0;

	if (!memchr(word.p, '"', word.len) && !memchr(word.p, '\'', word.len) &&
	    !memchr(word.p, '\\', word.len))
		return word;
	to = capgate_arena_raw(arena, word.len);
	for (size_t i = 0; to && i < word.len; i++) {
		const char c = word.p[i];

		if (c == '\\' && i + 1 < word.len)
			to[n++] = word.p[++i];
		else if (quote ? c == quote : (c == '"' || c == '\''))
			quote = quote ? 0 : c;
		else
			to[n++] = c;
	}
	return (struct capgate_text){to, n};
}

static bool is_true(struct capgate_text t)
{
	return capgate_text_is(t, "true") || capgate_text_is(t, "yes") ||
	       capgate_text_is(t, "on") || capgate_text_is(t, "1");
}

/* Each word, as a value of request.h. */
static int words_of(struct reader *r, struct capgate_text value, int field)
{
	struct capgate_text word;

	while (next_word(&value, &word)) {
		const struct capgate_json_event event = {
			.kind = CAPGATE_JSON_STRING,
			.text = unquoted(word, r->arena),
			.at = {(size_t)(word.p - r->text.p), word.len}};

		if (!event.text.p)
			return CAPGATE_ENOMEM;
		if (capgate_request_read(&r->container, field, (struct capgate_text){0}, &event,
					 r->arena) < 0)
			return CAPGATE_ENOMEM;
	}
	return 0;
}

/* An empty value resets the earlier ones. */
static void take_back(struct capgate_request *c, int field)
{
	if (field == REQUEST_CAP_ADD) {
		c->add = (capgate_set){0};
		c->add_all = false;
		c->unknown = (struct capgate_text){0};
		c->seen.places.n_added = 0;
	} else if (field == REQUEST_CAP_DROP) {
		c->drop = (capgate_set){0};
		c->drop_all = false;
	}
}

static const struct {
	const char *key;
	int field;
} quadlet[] = {
	{"AddCapability", REQUEST_CAP_ADD},
	{"DropCapability", REQUEST_CAP_DROP},
	{"PodmanArgs", REQUEST_ARGUMENT},
	{"ContainerName", REQUEST_NAME},
	{"Image", REQUEST_IMAGE},
	{"User", REQUEST_USER},
	{"Network", REQUEST_NETWORK},
	{"UserNS", REQUEST_USERS},
	{"Sysctl", REQUEST_SYSCTL_WORD},
	{"SeccompProfile", REQUEST_SECCOMP},
	{"Volume", REQUEST_VOLUME},
	{"ContainersConfModule", REQUEST_EXTENDED}, /* may give other capabilities */
};

/* systemd makes any number of words of one that is a variable alone; those of Exec= come after
 * the image. */
static void see_variables(struct reader *r, struct capgate_text key, struct capgate_text value)
{
	struct capgate_text word;

	while (!capgate_text_is(key, "Exec") && next_word(&value, &word))
		r->container.variable |= word.len > 1 && word.p[0] == '$' && word.p[1] != '{';
}

static int of_container(struct reader *r, struct capgate_text key, struct capgate_text value)
{
	see_variables(r, key, value);
	if (capgate_text_is(key, "NoNewPrivileges"))
		r->container.no_new_privs = is_true(value);
	/* Of containers.conf, which may give other capabilities. */
	if (capgate_text_is(key, "GlobalArgs") && value.len &&
	    memmem(value.p, value.len, "--module", strlen("--module")))
		r->container.extended = true;
	for (size_t i = 0; i < COUNT(quadlet); i++) {
		if (!capgate_text_is(key, quadlet[i].key))
			continue;
		if (value.len == 0)
			take_back(&r->container, quadlet[i].field);
		return words_of(r, value, quadlet[i].field);
	}
	return 0;
}

/* systemd knows names that begin with CAP_, in any case, and numbers, and ignores the
 * rest.  Of removed entries only those that systemd surely knows count. */
static int capability(struct capgate_text word, bool taken_away)
{
	const struct capgate_text prefix = capgate_text_of("CAP_");
	const bool name =
		word.len > prefix.len &&
		capgate_text_distance((struct capgate_text){word.p, prefix.len}, prefix, 1) == 0;

	if (word.p[0] >= '0' && word.p[0] <= '9')
		return taken_away ? -1 : capgate_cap_by_libcap(word);
	return name || !taken_away ? capgate_cap_lenient(word) : -1;
}

/* As systemd merges lines (config_parse_capability_set): what names nothing, or comes
 * first, replaces. */
static void merge(capgate_set *set, capgate_set initial, struct capgate_text value,
		  struct capgate_text *unknown)
{
	const bool inverted = value.len && value.p[0] == '~';
	capgate_set sum = {0};
	struct capgate_text word;

	if (inverted)
		value = (struct capgate_text){value.p + 1, value.len - 1};
	while (next_word(&value, &word)) {
		const int cap = capability(word, inverted);

		if (cap >= 0)
			sum = capgate_set_or(sum, capgate_set_of(cap));
		else if (!inverted)
			*unknown = word;
	}
	if (capgate_set_empty(sum) || capgate_set_same(*set, initial))
		*set = inverted ? capgate_set_minus(capgate_set_all(), sum) : sum;
	else
		*set = inverted ? capgate_set_minus(*set, sum) : capgate_set_or(*set, sum);
}

/* The next word of a command, or of a shell's commands in quotes. */
static bool next_plain_word(struct capgate_text *value, struct capgate_text *ret)
{
	static const char between[] = " \t\"'`;&|()";
	size_t n = 0;

	while (value->len && memchr(between, value->p[0], sizeof(between) - 1)) {
		value->p++;
		value->len--;
	}
	while (n < value->len && !memchr(between, value->p[n], sizeof(between) - 1))
		n++;
	*ret = (struct capgate_text){value->p, n};
	value->p += n;
	value->len -= n;
	return n > 0;
}

/* The name of a program, without its directory. */
static bool is_program(struct capgate_text word, const char *name)
{
	const size_t n = strlen(name);

	return word.len >= n && memcmp(word.p + word.len - n, name, n) == 0 &&
	       (word.len == n || word.p[word.len - n - 1] == '/');
}

static bool is_one_of(struct capgate_text word, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_program(word, names[i]))
			return true;
	return false;
}

/* The signs before it (systemd.service(5), "Command lines"), and whether it has a command that
 * runs a container: the program may follow env, sh -c or another. */
static void of_command(struct reader *r, struct capgate_text value)
{
	static const char *const engines[] = {
		"podman", "docker", "nerdctl", "docker-compose", "podman-compose",
		"runc",   "crun",   "ctr",     "crictl",         "machinectl"};
	static const char *const alone[] = {"systemd-nspawn", "lxc-start"};
	static const char *const commands[] = {"run", "start", "create", "play", "up", "runp"};
	struct capgate_text word;
	bool engine = false;

	while (value.len && strchr("@-:+!|", value.p[0])) {
		r->with_all |= value.p[0] == '+';
		r->as_root |= value.p[0] == '!';
		value.p++;
		value.len--;
	}
	while (next_plain_word(&value, &word)) {
		r->starts_container |= is_one_of(word, alone, COUNT(alone)) ||
				       (engine && is_one_of(word, commands, COUNT(commands)));
		engine |= is_one_of(word, engines, COUNT(engines));
	}
}

static void of_service(struct reader *r, struct capgate_text key, struct capgate_text value)
{
	if (capgate_text_is(key, "CapabilityBoundingSet"))
		merge(&r->bounding, capgate_set_all(), value, &r->container.unknown);
	else if (capgate_text_is(key, "AmbientCapabilities"))
		merge(&r->ambient, (capgate_set){0}, value, &r->container.unknown);
	else if (capgate_text_begins(key, "Exec") && !capgate_text_is(key, "ExecPaths"))
		of_command(r, value);
	else if (capgate_text_is(key, "User"))
		r->container.seen.user = value;
	else if (capgate_text_is(key, "DynamicUser"))
		r->some_user = is_true(value);
	else if (capgate_text_is(key, "NoNewPrivileges"))
		r->container.no_new_privs = is_true(value);
	else if (capgate_text_is(key, "SystemCallFilter"))
		r->filtered = value.len > 0;
	else if (capgate_text_is(key, "PrivateNetwork"))
		r->service_network = !is_true(value);
}

/* ---- The file ----------------------------------------------------------------------------- */

static bool is_container(struct capgate_text section)
{
	return capgate_text_is(section, "Container") || capgate_text_is(section, "X-Container");
}

static void begin_section(struct reader *r, struct capgate_text name, struct capgate_text line)
{
	if (is_container(name)) {
		r->has_container = true;
		r->generated = capgate_text_begins(name, "X-");
		r->container.seen.places.container =
			(struct capgate_span){(size_t)(line.p - r->text.p), line.len};
	} else if (capgate_text_is(name, "Service")) {
		r->has_service = true;
	} else if (!capgate_text_is(name, "Unit") && !capgate_text_is(name, "Install")) {
		r->nspawn |= capgate_text_is(name, "Exec") || capgate_text_is(name, "Files");
		r->other = name;
	}
}

/* One unit, from at to the end or the title of the next one, to which it moves *at. */
static int read_lines(struct reader *r, size_t *at)
{
	struct capgate_text section = {0}, key = {0};
	bool goes_on = false;
	int status = 0;

	while (status == 0 && *at < r->text.len) {
		const size_t begin = *at;
		struct capgate_text line = next_line(r->text, at), value = line;

		if (title(line).len) {
			*at = begin;
			break;
		}
		if (capgate_text_is(line, "---") && !goes_on)
			break;

		if (is_comment(line) && !(goes_on && line.len == 0))
			continue;
		if (!goes_on && header(line).len) {
			section = header(line);
			begin_section(r, section, line);
			continue;
		}
		if (!goes_on) {
			const char *equals = memchr(line.p, '=', line.len);
			const size_t n = equals ? (size_t)(equals - line.p) : line.len;

			key = trimmed((struct capgate_text){line.p, n});
			value = equals ? trimmed((struct capgate_text){equals + 1,
								       line.len - n - 1})
				       : (struct capgate_text){0};
		}
		goes_on = line.len && line.p[line.len - 1] == '\\';
		if (goes_on && value.len)
			value = trimmed((struct capgate_text){value.p, value.len - 1});
		if (goes_on && value.len == 0)
			continue;
		if (is_container(section))
			status = of_container(r, key, value);
		else if (capgate_text_is(section, "Service"))
			of_service(r, key, value);
	}
	return status;
}

static int finish_container(struct reader *r, struct capgate_requests *list,
			    struct capgate_error *err)
{
	struct capgate_request *c = &r->container;

	c->seen.engine = "quadlet";
	c->seen.thing = "container";
	c->seen.dialect = CAPGATE_DIALECT_QUADLET;
	c->seen.generated = r->generated;
	c->seen.how = r->generated
			      ? "resolved against the widest default list of podman's"
			      : "resolved against the widest default list of podman's, without "
				"drop-ins";
	if (c->extended)
		return capgate_request_untold(&c->seen, CAPGATE_RULE_NOT_TOLD,
					      "its module of containers.conf may give other "
					      "capabilities; podman inspect of the "
					      "container prints them",
					      r->arena, list, err);
	if (c->variable)
		return capgate_request_untold(&c->seen, CAPGATE_RULE_NOT_TOLD,
					      "its options are given by a variable or a specifier; "
					      "podman inspect of the container prints what they "
					      "became",
					      r->arena, list, err);
	if (r->starts_container && !r->generated &&
	    capgate_request_untold(&c->seen, CAPGATE_RULE_NOT_TOLD,
				   "its [Service] starts another container by a command; pass "
				   "podman inspect of that",
				   r->arena, list, err) < 0)
		return err->code;
	capgate_request_resolve_podman(c);
	return capgate_request_finish(c, r->arena, list, err);
}

static int finish_service(struct reader *r, struct capgate_requests *list,
			  struct capgate_error *err)
{
	struct capgate_request *c = &r->container;

	c->seen.engine = "systemd";
	c->seen.thing = "service";
	c->seen.dialect = CAPGATE_DIALECT_SYSTEMD;
	c->seen.how = "as systemd sets them, without drop-ins";
	if (r->starts_container)
		return capgate_request_untold(&c->seen, CAPGATE_RULE_NOT_TOLD,
					      "it starts a container by a command; pass podman "
					      "inspect or docker inspect of "
					      "the container",
					      r->arena, list, err);
	c->told = true;
	c->bounding = r->with_all ? capgate_set_all() : r->bounding;
	c->effective = c->bounding;
	if (r->with_all || r->as_root)
		c->seen.user = (struct capgate_text){0};
	else if (r->some_user || (c->seen.user.len && !capgate_text_is(c->seen.user, "root") &&
				  !capgate_text_is(c->seen.user, "0"))) {
		c->effective = capgate_set_and(r->ambient, c->bounding);
		c->has_uid = r->some_user;
		c->uid = 61184; /* the first that systemd makes up */
	}
	c->host_network = r->service_network;
	c->host_pid = c->host_ipc = true;
	c->unconfined = !r->filtered;
	return capgate_request_finish(c, r->arena, list, err);
}

static bool is_quadlets(struct capgate_text section)
{
	return capgate_text_is(section, "Volume") || capgate_text_is(section, "Network") ||
	       capgate_text_is(section, "Image") || capgate_text_is(section, "Build");
}

/* What Quadlet calls it, of which the generator made a section that systemd ignores. */
static struct capgate_text quadlet_name(struct capgate_text section)
{
	return capgate_text_begins(section, "X-")
		       ? (struct capgate_text){section.p + 2, section.len - 2}
		       : section;
}

static const char *why_none(struct capgate_text section)
{
	const struct capgate_text name = quadlet_name(section);

	if (capgate_text_is(name, "Pod"))
		return "this is a pod of Quadlet, which names no capabilities; its .container "
		       "files do";
	if (capgate_text_is(name, "Kube"))
		return "this is a unit of Quadlet that plays a Kubernetes file; pass the file "
		       "after Yaml=";
	if (is_quadlets(name))
		return "this is a unit of Quadlet for what containers use, not for one";
	return "this is a unit or a file of settings that describes no container";
}

/* Units that run no container of their own are not reported beside those that do. */
static enum capgate_dialect dialect_of(struct capgate_text section)
{
	const struct capgate_text name = quadlet_name(section);

	return is_quadlets(name) || capgate_text_is(name, "Pod") ? CAPGATE_DIALECT_QUADLET
								 : CAPGATE_DIALECT_ANY;
}

static int finish(struct reader *r, struct capgate_requests *list, struct capgate_error *err)
{
	if (r->has_container)
		return finish_container(r, list, err);
	if (r->has_service && !capgate_text_begins(r->other, "X-"))
		return finish_service(r, list, err);
	if (r->nspawn)
		return capgate_request_untold(
			&(struct capgate_inspected){.engine = "", .thing = "document"},
			CAPGATE_RULE_NOT_TOLD,
			"this is a container of systemd-nspawn, whose settings capgate does not "
			"read; /proc/PID/status of its leader shows what it holds",
			r->arena, list, err);
	return capgate_request_untold(&(struct capgate_inspected){.engine = "",
								  .thing = "document",
								  .id = r->container.seen.name,
								  .dialect = dialect_of(r->other)},
				      CAPGATE_RULE_OTHER_DOCUMENT, why_none(r->other), r->arena,
				      list, err);
}

/* More is no machine's. */
#define UNITS_MAX 100000

int capgate_unit_read(struct capgate_text text, struct capgate_arena *arena,
		      struct capgate_requests *list, struct capgate_error *err)
{
	int status = 0;
	size_t at = 0;

	for (size_t n = 0; status == 0 && (at < text.len || n == 0); n++) {
		struct reader r = {.text = text,
				   .arena = arena,
				   .bounding = capgate_set_all(),
				   .service_network = true};
		size_t next = at;

		if (n == UNITS_MAX)
			return capgate_fail(err, CAPGATE_ELIMIT, CAPGATE_RULE_LIMIT, at,
					    "more than %d units in one text", UNITS_MAX);
		r.container.seen.name = title(next_line(text, &next));
		at = r.container.seen.name.len ? next : at;
		if (read_lines(&r, &at) < 0)
			return capgate_fail_memory(err);
		status = finish(&r, list, err);
	}
	return status;
}
