/* SPDX-License-Identifier: Apache-2.0 */
#include "otherroots.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hook/sys/sys.h"
#include "lib/base/base.h"
#include "daemonjson.h"
#include "store.h"
#include "wiring.h"

static void put(char ret[PATH_MAX], struct capgate_text path)
{
	ret[0] = '\0';
	if (path.len && path.p[0] == '/' && !memchr(path.p, 0, path.len))
		capgate_text_copy(ret, PATH_MAX, path);
}

/* A file or directory of the user: $VARIABLE/rest, else $HOME/usual/rest.  "" for root, or if
 * neither variable is set. */
static void put_own(char ret[PATH_MAX], const char *variable, const char *usual, const char *rest)
{
	const char *base = getenv(variable), *home = getenv("HOME");
	int n = -1;

	if (userns_is_real_root() || place_is_other())
		n = -1;
	else if (base && base[0] == '/')
		n = snprintf(ret, PATH_MAX, "%s%s", base, rest);
	else if (home && home[0] == '/')
		n = snprintf(ret, PATH_MAX, "%s%s%s", home, usual, rest);
	if (n < 0 || n >= PATH_MAX)
		ret[0] = '\0';
}

const char *other_root_daemon_json(void)
{
	static char path[PATH_MAX];

	put_own(path, "XDG_CONFIG_HOME", "/.config", "/docker/daemon.json");
	return path[0] ? path : WIRING_DOCKER_JSON;
}

bool other_root_is_users(void)
{
	return strcmp(other_root_daemon_json(), WIRING_DOCKER_JSON) != 0;
}

const char *other_root_units(void)
{
	static char path[PATH_MAX];

	put_own(path, "XDG_CONFIG_HOME", "/.config", "/systemd/user");
	return path[0] ? path : CAPGATE_SYSCONFDIR "/systemd/system";
}

static void read_data_root(char ret[PATH_MAX])
{
	static struct daemonjson daemon;
	struct capgate_text text;
	struct capgate_arena arena;
	struct capgate_error err;

	ret[0] = '\0';
	text = trusted_read(other_root_daemon_json(), STORE_MAX);
	if (text.len && io_arena(text.len, &arena, &err) == 0 &&
	    daemonjson_parse(text, &arena, &daemon, &err) == 0)
		put(ret, daemon.data_root);
}

bool other_root_docker(size_t i, char ret[PATH_MAX])
{
	switch (i) {
	case 0:
		read_data_root(ret);
		return true;
	case 1:
		put_own(ret, "XDG_DATA_HOME", "/.local/share", "/docker");
		return true;
	default:
		return false;
	}
}

void other_root_graph(char ret[PATH_MAX])
{
	put_own(ret, "XDG_DATA_HOME", "/.local/share", "/containers/storage");
}

void other_root_storage_conf(char ret[PATH_MAX])
{
	put_own(ret, "XDG_CONFIG_HOME", "/.config", "/containers/storage.conf");
}
