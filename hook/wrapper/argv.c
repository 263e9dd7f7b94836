/* SPDX-License-Identifier: Apache-2.0 */
#include "argv.h"

#include <string.h>
#include <strings.h>

#include "lib/base/base.h"
#include "blank.h"

/* A command line with more words is refused. */
#define WORDS_MAX 4096

/* One level of the command line: the global options, or those of a command. */
struct level {
	const struct runtime_option *table;
	struct runtime_word *words;
	size_t n, room;
	char **operands;
	size_t n_operands;
};

struct parser {
	struct runtime_call *call;
	struct capgate_error *err;
};

static int fail_word(struct parser *p, const char *what, const char *word)
{
	char shown[300];

	return capgate_fail(p->err, CAPGATE_EINVALID, CAPGATE_RULE_COMMAND_LINE, CAPGATE_NOWHERE,
			    "%s \"%s\"", what,
			    capgate_shown(capgate_text_of(word), 100, shown, sizeof(shown)));
}

static bool is_of_dialect(const struct parser *p, const struct runtime_option *o)
{
	return o->dialects & (1u << p->call->dialect);
}

/* What Go's strconv.ParseBool takes for false. */
static bool is_false(const char *value)
{
	static const char *const words[] = {"0", "f", "F", "false", "FALSE", "False"};

	for (size_t i = 0; i < COUNT(words); i++)
		if (strcmp(words[i], value) == 0)
			return true;
	return false;
}

static int add_word(struct parser *p, struct level *level, const struct runtime_option *o,
		    const char *value)
{
	if (o->means == MEANS_HELP) {
		if (!value || !is_false(value))
			p->call->ends_early = o;
		return 0;
	}
	/* Runtimes treat an empty value differently. */
	if (o->means != MEANS_NOTHING && o->means != MEANS_CAP && value && !*value)
		return fail_word(p, "an empty value for option", o->name);
	/* The value is passed on in the same word as the option, whose end some runtimes trim. */
	if (value && runtime_argv_one_word(o, value) && blank_ends(value))
		return fail_word(p, "a value that ends with white space, for option", o->name);
	if (level->n == level->room)
		return fail_word(p, "too many options, the last one is", o->name);
	level->words[level->n++] = (struct runtime_word){o, value};
	if (o->means != MEANS_NOTHING)
		p->call->value[o->means] = value;
	return 0;
}

/* ---- runc: Go's flag package ----------------------------------------------------- */

/* -name, --name, -name=value, --name=value.  Go makes no difference for one letter. */
static const struct runtime_option *find_runc(const struct parser *p,
					      const struct runtime_option *table, const char *arg,
					      const char **value)
{
	const char *name = arg + (arg[1] == '-' ? 2 : 1), *equals = strchr(name, '=');
	size_t len = equals ? (size_t)(equals - name) : strlen(name);

	*value = equals ? equals + 1 : NULL;
	for (; table->name; table++)
		if (is_of_dialect(p, table) &&
		    ((strlen(table->name) == len && memcmp(table->name, name, len) == 0) ||
		     (len == 1 && table->letter == name[0])))
			return table;
	return NULL;
}

/* Reads options up to the first operand.  With anywhere, also those after operands, which runc
 * reads for all commands except exec. */
static int level_runc(struct parser *p, struct level *level, char **argv, bool anywhere)
{
	while (*argv) {
		const struct runtime_option *o;
		const char *value;
		char *arg = *argv++;

		if (strcmp(arg, "--") == 0) {
			while (*argv)
				level->operands[level->n_operands++] = *argv++;
			return 0;
		}
		if (arg[0] != '-' || arg[1] == '\0') {
			level->operands[level->n_operands++] = arg;
			while (!anywhere && *argv)
				level->operands[level->n_operands++] = *argv++;
			continue;
		}
		o = find_runc(p, level->table, arg, &value);
		if (!o)
			return fail_word(p, "unknown option", arg);
		if (!value && o->arg == ARG_VALUE) {
			if (!*argv)
				return fail_word(p, "no value for option", arg);
			value = *argv++;
		}
		if (add_word(p, level, o, value) < 0)
			return p->err->code;
	}
	return 0;
}

/* ---- crun: getopt_long(3) as argp(3) uses it -------------------------------------- */

/* Finds an option by its name, or by a prefix that only one name has. */
static int find_long_crun(struct parser *p, const struct runtime_option *table, const char *arg,
			  const struct runtime_option **ret, const char **value)
{
	const char *name = arg + 2, *equals = strchr(name, '=');
	size_t len = equals ? (size_t)(equals - name) : strlen(name);
	const struct runtime_option *found = NULL;

	*value = equals ? equals + 1 : NULL;
	for (const struct runtime_option *o = table; o->name; o++) {
		if (!is_of_dialect(p, o) || strncmp(o->name, name, len) != 0)
			continue;
		if (strlen(o->name) == len) {
			found = o;
			break;
		}
		if (found && strcmp(found->name, o->name) != 0)
			return fail_word(p, "ambiguous option", arg);
		found = o;
	}
	if (!found)
		return fail_word(p, "unknown option", arg);
	*ret = found;
	return 0;
}

static int long_crun(struct parser *p, struct level *level, const char *arg, char ***argv)
{
	const struct runtime_option *o = NULL;
	const char *value = NULL;

	if (find_long_crun(p, level->table, arg, &o, &value) < 0)
		return p->err->code;
	if (value && o->arg == ARG_FLAG)
		return fail_word(p, "this option takes no value:", arg);
	if (!value && o->arg == ARG_VALUE) {
		if (!**argv)
			return fail_word(p, "no value for option", arg);
		value = *(*argv)++;
	}
	return add_word(p, level, o, value);
}

/* -b DIR, -bDIR, -td: several letters in a word; the last one may have a value. */
static int short_crun(struct parser *p, struct level *level, const char *arg, char ***argv)
{
	for (const char *letter = arg + 1; *letter; letter++) {
		const struct runtime_option *o = level->table;
		const char *value = letter[1] ? letter + 1 : NULL;

		while (o->name && !(is_of_dialect(p, o) && o->letter == *letter))
			o++;
		if (!o->name)
			return fail_word(p, "unknown option", arg);
		if (o->arg == ARG_FLAG) {
			if (add_word(p, level, o, NULL) < 0)
				return p->err->code;
			continue;
		}
		if (!value && o->arg == ARG_VALUE) {
			if (!**argv)
				return fail_word(p, "no value for option", arg);
			value = *(*argv)++;
		}
		return add_word(p, level, o, value);
	}
	return 0;
}

/* Reads options up to the first operand. */
static int level_crun(struct parser *p, struct level *level, char **argv)
{
	int status = 0;

	while (status == 0 && *argv) {
		const char *arg = *argv;

		if (arg[0] != '-' || arg[1] == '\0')
			break;
		argv++;
		if (strcmp(arg, "--") == 0)
			break;
		status = arg[1] == '-' ? long_crun(p, level, arg, &argv)
				       : short_crun(p, level, arg, &argv);
	}
	while (status == 0 && *argv)
		level->operands[level->n_operands++] = *argv++;
	return status;
}

/* ---- Both ---------------------------------------------------------------------------- */

static int level_parse(struct parser *p, struct level *level, char **argv, bool anywhere,
		       struct capgate_arena *arena)
{
	size_t argc = 0, letters = 0;

	for (; argv[argc]; argc++)
		if (argv[argc][0] == '-' && argv[argc][1] != '-')
			letters += strnlen(argv[argc], WORDS_MAX);
	level->room = argc + letters < WORDS_MAX ? argc + letters : WORDS_MAX;
	level->words = capgate_arena_alloc(arena, (level->room + 1) * sizeof(*level->words));
	level->operands = capgate_arena_alloc(arena, (argc + 1) * sizeof(*level->operands));
	if (!level->words || !level->operands)
		return capgate_fail_memory(p->err);
	return p->call->dialect == DIALECT_CRUN ? level_crun(p, level, argv)
						: level_runc(p, level, argv, anywhere);
}

/* Does any word of the line name a door, also after its white space is trimmed? */
static bool could_be_door(char **argv)
{
	for (; *argv; argv++)
		if (blank_door_of(*argv) != DOOR_NONE)
			return true;
	return false;
}

/* The command and the container's name: a runtime that trims words, or skips empty ones, would
 * continue with another word. */
static int check_operand(struct parser *p, const char *word)
{
	return blank_is_odd(word)
		       ? fail_word(p, "a word that is empty, or begins or ends with white space:",
				   word)
		       : 0;
}

static int parse_door(struct parser *p, char **argv, struct capgate_arena *arena)
{
	struct runtime_call *call = p->call;
	struct level level = {.table = runtime_options(call->door)};
	int status = level_parse(p, &level, argv, call->door != DOOR_EXEC, arena);

	call->local = level.words;
	call->n_local = level.n;
	call->operands = level.operands;
	call->n_operands = level.n_operands;
	/* runc would read options among them as its own. */
	if (status == 0 && !call->ends_early && call->door != DOOR_EXEC && call->n_operands > 1)
		return fail_word(p, "after the container's name there is the unexpected operand",
				 call->operands[1]);
	if (status == 0 && !call->ends_early && call->n_operands > 0)
		return check_operand(p, call->operands[0]);
	return status;
}

int runtime_argv_parse(enum runtime_dialect dialect, int argc, char **argv,
		       struct capgate_arena *arena, struct runtime_call *ret,
		       struct capgate_error *err)
{
	struct runtime_call *call = ret;
	struct parser p = {call, err};
	struct level level = {.table = runtime_options(DOOR_NONE)};
	int status;

	*call = (struct runtime_call){.dialect = dialect};
	if (argc < 1 || !could_be_door(argv + 1))
		return 0;
	status = level_parse(&p, &level, argv + 1, false, arena);
	call->global = level.words;
	call->n_global = level.n;
	if (status < 0 || call->ends_early || level.n_operands == 0)
		return status;
	if (check_operand(&p, level.operands[0]) < 0)
		return err->code;
	call->command = level.operands[0];
	call->door = runtime_door_of(call->command);
	return call->door == DOOR_NONE ? 0 : parse_door(&p, level.operands + 1, arena);
}
