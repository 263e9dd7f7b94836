/* SPDX-License-Identifier: Apache-2.0 */
/* bareexec PROGRAM ARGUMENT...: the least that any wrapper must do. */
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
	if (argc > 1)
		execve(argv[1], argv + 1, environ);
	return 127;
}
