/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A kernel, or a sandbox, that lacks something:
 *
 *	denied CALL=ERROR PROGRAM ARGUMENT...
 *
 * runs the program where that system call fails with that error (EPERM, ENOSYS,
 * EINVAL), always.
 */
#include <errno.h>
#include <seccomp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char *word = argc > 2 ? strchr(argv[1], '=') : NULL;
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int error, call;

	if (!word || !ctx)
		return fprintf(stderr, "usage: denied CALL=ERROR PROGRAM ARGUMENT...\n"), 64;
	*word++ = '\0';
	error = strcmp(word, "EPERM") == 0 ? EPERM : strcmp(word, "ENOSYS") == 0 ? ENOSYS : EINVAL;
	call = seccomp_syscall_resolve_name(argv[1]);
	if (call == __NR_SCMP_ERROR ||
	    seccomp_rule_add(ctx, SCMP_ACT_ERRNO((uint16_t)error), call, 0) < 0 ||
	    seccomp_load(ctx) < 0)
		return fprintf(stderr, "denied: %s: cannot be taken away\n", argv[1]), 2;
	execv(argv[2], argv + 2);
	return perror(argv[2]), 2;
}
