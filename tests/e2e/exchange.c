/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exchange PATH PATH PID: exchanges two files by their names until it is killed or that
 * process is gone.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	do {
		for (int i = 0; i < 1000; i++)
			if (renameat2(AT_FDCWD, argv[1], AT_FDCWD, argv[2], RENAME_EXCHANGE) < 0) {
				perror("renameat2");
				return 1;
			}
	} while (kill((pid_t)atol(argv[3]), 0) == 0);
	return 0;
}
