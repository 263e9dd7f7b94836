/* SPDX-License-Identifier: Apache-2.0 */
#include "arguments.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/base/base.h"
#include "others.h"

/* What learn does with an option of "run". */
enum fate {
	FATE_KEPT,
	FATE_DROPPED, /* about the terminal or the name, or only for "run" */
	FATE_ADD,     /* --cap-add */
	FATE_DROP,
	FATE_VOLUME, /* it may write outside the container */
	FATE_MOUNT,
	FATE_NETWORK,
	FATE_SHARED, /* a namespace, possibly the host's */
	FATE_POD,
	FATE_ROOTFS, /* the image is a directory, which the container writes to */
	FATE_PUBLISH,
	FATE_REACH, /* reaches outside with any value */
	FATE_PRIVILEGED,
	FATE_NO_DEPS, /* compose: starts no other service */
	FATE_PORTS,   /* compose: publishes the ports in the file */
};

struct run_option {
	const char *name; /* long, without dashes */
	char letter;
	bool flag; /* it takes no separate value */
	enum fate fate;
};

/* An option that is not in this table takes a value and is kept. */
static const struct run_option options[] = {
	{"detach", 'd', true, FATE_DROPPED},
	{"rm", 0, true, FATE_DROPPED},
	{"rmi", 0, true, FATE_DROPPED},
	{"interactive", 'i', true, FATE_DROPPED},
	{"tty", 't', true, FATE_DROPPED},
	{"replace", 0, true, FATE_DROPPED},
	{"sig-proxy", 0, true, FATE_DROPPED},
	{"quiet", 'q', true, FATE_DROPPED},
	/* "create" of podman knows none of these. */
	{"passwd", 0, true, FATE_DROPPED},
	{"preserve-fds", 0, false, FATE_DROPPED},
	{"preserve-fd", 0, false, FATE_DROPPED},
	{"name", 0, false, FATE_DROPPED},
	{"cidfile", 0, false, FATE_DROPPED},
	{"pidfile", 0, false, FATE_DROPPED},
	{"conmon-pidfile", 0, false, FATE_DROPPED},
	{"restart", 0, false, FATE_DROPPED},
	{"detach-keys", 0, false, FATE_DROPPED},
	{"attach", 'a', false, FATE_DROPPED},
	{"cap-add", 0, false, FATE_ADD},
	{"cap-drop", 0, false, FATE_DROP},
	{"privileged", 0, true, FATE_PRIVILEGED},
	{"volume", 'v', false, FATE_VOLUME},
	{"mount", 0, false, FATE_MOUNT},
	{"volumes-from", 0, false, FATE_REACH},
	{"device", 0, false, FATE_REACH},
	{"gpus", 0, false, FATE_REACH},
	{"network", 0, false, FATE_NETWORK},
	{"net", 0, false, FATE_NETWORK},
	{"pid", 0, false, FATE_SHARED},
	{"ipc", 0, false, FATE_SHARED},
	{"uts", 0, false, FATE_SHARED},
	{"pod", 0, false, FATE_POD},
	{"pod-id-file", 0, false, FATE_POD},
	{"publish", 'p', false, FATE_PUBLISH},
	{"publish-all", 'P', true, FATE_REACH},
	{"disable-content-trust", 0, true, FATE_KEPT},
	{"init", 0, true, FATE_KEPT},
	{"no-healthcheck", 0, true, FATE_KEPT},
	{"oom-kill-disable", 0, true, FATE_KEPT},
	{"read-only", 0, true, FATE_KEPT},
	{"read-only-tmpfs", 0, true, FATE_KEPT},
	{"env-host", 0, true, FATE_KEPT},
	{"http-proxy", 0, true, FATE_KEPT},
	{"no-hosts", 0, true, FATE_KEPT},
	{"no-hostname", 0, true, FATE_KEPT},
	{"rootfs", 0, true, FATE_ROOTFS},
	{"tls-verify", 0, true, FATE_KEPT},
	{"unsetenv-all", 0, true, FATE_KEPT},
	{"use-api-socket", 0, true, FATE_KEPT},
};

/* The same for "compose run". */
static const struct run_option compose_options[] = {
	{"detach", 'd', true, FATE_DROPPED},
	{"rm", 0, true, FATE_DROPPED},
	{"interactive", 'i', true, FATE_DROPPED},
	{"tty", 't', true, FATE_DROPPED},
	{"no-TTY", 'T', true, FATE_DROPPED},
	{"no-tty", 0, true, FATE_DROPPED},
	{"dry-run", 0, true, FATE_DROPPED},
	{"remove-orphans", 0, true, FATE_DROPPED},
	{"name", 0, false, FATE_DROPPED},
	{"cap-add", 0, false, FATE_ADD},
	{"cap-drop", 0, false, FATE_DROP},
	{"volume", 'v', false, FATE_VOLUME},
	{"publish", 'p', false, FATE_PUBLISH},
	{"service-ports", 'P', true, FATE_PORTS},
	{"no-deps", 0, true, FATE_NO_DEPS},
	{"build", 0, true, FATE_KEPT},
	{"quiet", 'q', true, FATE_KEPT},
	{"quiet-build", 0, true, FATE_KEPT},
	{"quiet-pull", 0, true, FATE_KEPT},
	{"use-aliases", 0, true, FATE_KEPT},
};

/* Options before the command that take no value. */
static const char *const global_flags[] = {"-D",
					   "--debug",
					   "--tls",
					   "--tlsverify",
					   "-r",
					   "--remote",
					   "--noout",
					   "--syslog",
					   "--debug-full",
					   "--experimental",
					   "--transient-store",
					   "--insecure-registry",
					   "--compatibility",
					   "--dry-run",
					   "--verbose",
					   "--all-resources"};

static int not_understood(struct capgate_error *err, const char *why, const char *word)
{
	char shown[128];

	return capgate_fail(err, CAPGATE_EINVALID, CAPGATE_RULE_NONE, CAPGATE_NOWHERE, "%s%s%s",
			    why, word ? ": " : "",
			    word ? capgate_shown(capgate_text_of(word), 60, shown, sizeof(shown))
				 : "");
}

/* ---- Effects ----------------------------------------------------------------------- */

static void add_effect(struct arguments *a, const char *words, const char *value)
{
	effects_add(&a->effects, words, capgate_text_of(value));
}

/* Is word in the list, which commas or colons separate? */
static bool has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = list; *p; p += strcspn(p, ",:"), p += *p != '\0')
		if (strcspn(p, ",:") == n && strncmp(p, word, n) == 0)
			return true;
	return false;
}

/* A "PATH" without a colon is an anonymous volume, which is removed with the container. */
static void see_volume(struct arguments *a, const char *value)
{
	const char *target = strchr(value, ':'), *how = target ? strchr(target + 1, ':') : NULL;

	if (target && !(how && (has_word(how + 1, "ro") || has_word(how + 1, "O"))))
		add_effect(a, "writes outside the container: ", value);
}

static void see_mount(struct arguments *a, const char *value)
{
	bool read_only = has_word(value, "ro") || has_word(value, "readonly") ||
			 has_word(value, "ro=true") || has_word(value, "readonly=true");

	if (!has_word(value, "type=tmpfs") && !read_only &&
	    (strstr(value, "source=") || strstr(value, "src=")))
		add_effect(a, "writes outside the container: ", value);
}

static void see_namespace(struct arguments *a, const struct run_option *o, const char *value)
{
	char words[64];

	if (strcmp(value, "host") != 0 && strncmp(value, "container:", 10) != 0 &&
	    strncmp(value, "ns:", 3) != 0)
		return;
	snprintf(words, sizeof(words), "shares the %s namespace with others: ", o->name);
	add_effect(a, o->fate == FATE_NETWORK ? "shares a network with others: " : words, value);
}

static void see_effect(struct arguments *a, const struct run_option *o, const char *value)
{
	switch (o->fate) {
	case FATE_VOLUME:
		see_volume(a, value);
		break;
	case FATE_MOUNT:
		see_mount(a, value);
		break;
	case FATE_NETWORK:
	case FATE_SHARED:
		see_namespace(a, o, value);
		break;
	case FATE_POD:
		add_effect(a, "joins a pod: ", value);
		break;
	case FATE_PUBLISH:
		add_effect(a, "publishes a port: ", value);
		break;
	case FATE_REACH:
		add_effect(a, "reaches outside the container: ", value[0] ? value : o->name);
		break;
	default:
		break;
	}
}

/* ---- Capabilities ------------------------------------------------------------------ */

int arguments_caps(const char *words, capgate_set *set, bool *all, struct capgate_error *err)
{
	for (const char *p = words; *p; p += *p == ',') {
		struct capgate_text name = {p, strcspn(p, ",")};
		int cap = capgate_cap_lenient(name);

		if (cap >= 0)
			*set = capgate_set_or(*set, capgate_set_of(cap));
		else if (name.len == 3 && strncasecmp(p, "all", 3) == 0)
			*all = true;
		else
			return not_understood(err, "no such capability", words);
		p += name.len;
	}
	return 0;
}

/* ---- Options of run ---------------------------------------------------------------- */

int arguments_privileged(struct capgate_error *err)
{
	return not_understood(
		err,
		"a privileged container has other privileges besides capabilities; give the "
		"capabilities that it needs with --cap-add instead of --privileged",
		NULL);
}

static int keep_word(struct arguments *a, const char *word, struct capgate_error *err)
{
	if (a->n_options == ARGUMENTS_MAX)
		return not_understood(err, "there are too many options", NULL);
	a->option[a->n_options++] = word;
	return 0;
}

/* own: the value is a separate word. */
static int take_option(struct arguments *a, const struct run_option *o, const char *word,
		       const char *value, bool own, struct capgate_error *err)
{
	if (o->fate == FATE_PRIVILEGED && strcmp(value, "false") != 0)
		return arguments_privileged(err);
	if (o->fate == FATE_ADD)
		return arguments_caps(value, &a->add, &a->add_all, err);
	if (o->fate == FATE_DROP)
		return arguments_caps(value, &a->drop, &a->drop_all, err);
	if (o->fate == FATE_DROPPED || o->fate == FATE_PRIVILEGED)
		return 0;
	if (o->fate == FATE_POD && strncmp(value, "new:", 4) == 0)
		return not_understood(err,
				      "each run would need a new pod; make one with podman pod "
				      "create, and give its name",
				      value);
	a->no_deps |= o->fate == FATE_NO_DEPS && strcmp(value, "false") != 0;
	a->rootfs |= o->fate == FATE_ROOTFS && strcmp(value, "false") != 0;
	a->service_ports |= o->fate == FATE_PORTS && strcmp(value, "false") != 0;
	see_effect(a, o, value);
	if (keep_word(a, word, err) < 0)
		return err->code;
	return own ? keep_word(a, value, err) : 0;
}

static const struct run_option other = {"", 0, false, FATE_KEPT};

/* Finds an option by its name or, if that is NULL, by its letter. */
static const struct run_option *find_option(const struct arguments *a,
					    const struct capgate_text *name, char letter)
{
	const struct run_option *table = a->compose ? compose_options : options;
	size_t n = a->compose ? COUNT(compose_options) : COUNT(options);

	for (size_t i = 0; i < n; i++)
		if (name ? capgate_text_is(*name, table[i].name) : table[i].letter == letter)
			return &table[i];
	return &other;
}

/* Reads --name, --name=value or --name value.  *used: the number of words. */
static int take_long(struct arguments *a, const char *const *argv, size_t *used,
		     struct capgate_error *err)
{
	const char *equals = strchr(argv[0], '=');
	struct capgate_text name = {argv[0] + 2,
				    equals ? (size_t)(equals - argv[0]) - 2 : strlen(argv[0]) - 2};
	const struct run_option *o = find_option(a, &name, 0);
	bool own = !equals && !o->flag;

	if (own && !argv[1])
		return not_understood(err, "this option needs a value", argv[0]);
	*used = own ? 2 : 1;
	return take_option(a, o, argv[0], equals ? equals + 1 : own ? argv[1] : "", own, err);
}

/* Reads -d, -it, -p 80:80 or -p80:80, letter by letter. */
static int take_letters(struct arguments *a, const char *const *argv, size_t *used,
			struct capgate_error *err)
{
	*used = 1;
	for (const char *p = argv[0] + 1; *p; p++) {
		const struct run_option *o = find_option(a, NULL, *p);

		if (o->flag) {
			if (o->fate == FATE_PORTS && !argv[0][2])
				return take_option(a, o, argv[0], "", false, err);
			if (o->fate == FATE_REACH || o->fate == FATE_PORTS)
				return not_understood(
					err,
					"write these options separately, with their long names",
					argv[0]);
			continue;
		}
		/* The value is the rest of the word, or the next word. */
		if (p > argv[0] + 1)
			return not_understood(
				err,
				"write the option that takes a value separately from the others",
				argv[0]);
		if (p[1])
			return take_option(a, o, argv[0], p + 1 + (p[1] == '='), false, err);
		if (!argv[1])
			return not_understood(err, "this option needs a value", argv[0]);
		*used = 2;
		return take_option(a, o, argv[0], argv[1], true, err);
	}
	return 0;
}

static int take_options(struct arguments *a, const char *const *argv, struct capgate_error *err)
{
	while (*argv && (*argv)[0] == '-' && (*argv)[1]) {
		size_t used;

		if (strcmp(*argv, "--") == 0) {
			argv++;
			break;
		}
		if ((argv[0][1] == '-' ? take_long : take_letters)(a, argv, &used, err) < 0)
			return err->code;
		argv += used;
	}
	if (!*argv)
		return not_understood(err,
				      a->compose ? "the command line names no service"
						 : "the command line names no image",
				      NULL);
	if (a->rootfs && !has_word(*argv, "O"))
		add_effect(a, "writes outside the container: ", *argv);
	for (a->image = argv; a->image[a->n_image];)
		a->n_image++;
	return a->n_image > ARGUMENTS_MAX
		       ? not_understood(err, "the command in the container has too many words",
					NULL)
		       : 0;
}

/* ---- The whole --------------------------------------------------------------------- */

static bool is_global_flag(const char *word)
{
	for (size_t i = 0; i < COUNT(global_flags); i++)
		if (strcmp(word, global_flags[i]) == 0)
			return true;
	return false;
}

static const char how[] = "give a command like podman run IMAGE, docker run IMAGE or docker "
			  "compose run SERVICE after --";

/* Reads the options before a command, from argv[*at]. */
static int take_globals(const char *const *argv, size_t *at, const char **ret, size_t *n,
			struct capgate_error *err)
{
	while (argv[*at] && argv[*at][0] == '-') {
		bool value = !strchr(argv[*at], '=') && !is_global_flag(argv[*at]);

		for (int k = 0; k <= value; k++, (*at)++) {
			if (!argv[*at] || *n == ARGUMENTS_MAX)
				return not_understood(err, how, NULL);
			ret[(*n)++] = argv[*at];
		}
	}
	if (*n > ARGUMENTS_GLOBALS)
		return not_understood(err, "there are too many options before run", NULL);
	return 0;
}

int arguments_parse(const char *const *argv, struct arguments *ret, struct capgate_error *err)
{
	struct arguments *a = ret;
	const char *program;
	size_t i = 1;

	memset(a, 0, sizeof(*a));
	if (!argv[0])
		return not_understood(err, how, NULL);
	a->engine = argv[0];
	program = capgate_last_part(argv[0]);
	if (others_refuse(program, err) < 0)
		return err->code;
	if (take_globals(argv, &i, a->global, &a->n_global, err) < 0)
		return err->code;
	if (argv[i] && strcmp(argv[i], "container") == 0) {
		i++;
	} else if (argv[i] && strcmp(argv[i], "compose") == 0) {
		if (others_refuse_compose(program, err) < 0)
			return err->code;
		a->compose = true;
		i++;
		if (take_globals(argv, &i, a->compose_global, &a->n_compose_global, err) < 0)
			return err->code;
	}
	if (!argv[i] || strcmp(argv[i], "run") != 0)
		return not_understood(err, how, argv[i] ? argv[i] : NULL);
	return take_options(a, argv + i + 1, err);
}
