/* SPDX-License-Identifier: Apache-2.0 */
/* The container's program: its own sets, straight from the kernel, so that no
 * /proc is needed.  "inh prm eff bnd amb" in hexadecimal, then no_new_privs and the user.
 * "probe wait" only stays. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>

int main(int argc, char **argv)
{
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2];
	uint64_t bounding = 0, ambient = 0;
	char line[200];
	int n;

	if (argc > 1 && strcmp(argv[1], "wait") == 0)
		return pause();
	if (syscall(SYS_capget, &header, data) < 0)
		return 1;
	for (int cap = 0; cap < 64; cap++) {
		if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) == 1)
			bounding |= (uint64_t)1 << cap;
		if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, cap, 0, 0) == 1)
			ambient |= (uint64_t)1 << cap;
	}
#define WHOLE(set) ((unsigned long long)data[1].set << 32 | data[0].set)
	n = snprintf(line, sizeof(line), "PROBE %llx %llx %llx %llx %llx %d %u\n",
		     WHOLE(inheritable), WHOLE(permitted), WHOLE(effective),
		     (unsigned long long)bounding, (unsigned long long)ambient,
		     prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), geteuid());
	return write(1, line, (size_t)n) == n ? 0 : 1;
}
