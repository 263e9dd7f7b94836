/* SPDX-License-Identifier: Apache-2.0 */
/* capgate: arguments, and the state in which runtimes start their hooks. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "settings.h"
#include "hook/sys/sys.h"
#include "hook/wrapper/wrapper.h"
#include "commands.h"

/* Asked in one call.  False, too, where poll(2) may not look at so many. */
static bool standard_descriptors_are_open(void)
{
	struct pollfd fds[] = {{.fd = STDIN_FILENO}, {.fd = STDOUT_FILENO}, {.fd = STDERR_FILENO}};

	return poll(fds, 3, 0) >= 0 &&
	       !((fds[0].revents | fds[1].revents | fds[2].revents) & POLLNVAL);
}

/*
 * crun starts hooks with every signal blocked and umask 0; some runtimes leave
 * descriptors open or hand over the image's environment, which nothing here
 * reads.  Descriptors 0 to 2 must exist, or the next file opened becomes one.
 */
static int settle(bool keep_descriptors)
{
	/* Read-only: a write to it fails, and is reported. */
	if (!standard_descriptors_are_open())
		for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
			if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != fd)
				return -1;
	if (keep_descriptors)
		return 0;
	if (signals_settle() < 0)
		return -1;
	umask(077);
	return io_close_rest();
}

static int show_version(void)
{
	struct capgate_error err;

	if (io_write_all(STDOUT_FILENO, capgate_text_of("capgate " CAPGATE_VERSION "\n"), &err) ==
	    0)
		return STATUS_OK;
	io_say_error("--version", &err);
	return STATUS_SYSTEM;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool is_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "help") == 0;
}

/*
 * Under its own name or one in runtime.json, the program is the wrapper.  It is also the
 * wrapper under an unknown name, if the arguments are not ours: the engine then reports
 * that runtime.json lacks that name or cannot be used.
 */
static bool called_as_runtime(int argc, char **argv)
{
	const char *name = base_name(argv[0]);

	if (runtime_config_is_wrapper(name))
		return true;
	return strcmp(name, "capgate") != 0 && strcmp(name, "capgate-hook") != 0 && argc > 1 &&
	       !command_find(argv[1]) && !is_help(argv[1]) && strcmp(argv[1], "--version") != 0;
}

int main(int argc, char **argv)
{
	const struct command *command;

	if (argc >= 1 && called_as_runtime(argc, argv)) {
		if (settle(true) < 0)
			return STATUS_SYSTEM;
		command = command_find("runtime");
		return command->run(command, argc, argv);
	}
	if (argc < 2) {
		if (settle(false) == 0)
			io_say("a command is missing; see: capgate --help");
		return STATUS_USAGE;
	}
	command = command_find(argv[1]);
	if (settle(command && command->keeps_descriptors) < 0) {
		io_say("cannot set up descriptors and signals: %s", io_words(errno));
		return STATUS_SYSTEM;
	}
	if (command)
		return command->run(command, argc - 1, argv + 1);
	if (strcmp(argv[1], "--version") == 0)
		return show_version();
	if (is_help(argv[1])) {
		help_all();
		return STATUS_OK;
	}
	if (commands_elsewhere)
		io_say("unknown command '%s'; this program has only the hooks and the wrapper; "
		       "try: %s %s",
		       argv[1], commands_elsewhere, argv[1]);
	else
		io_say("unknown command '%s'; see: capgate --help", argv[1]);
	return STATUS_USAGE;
}
