/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The maps by which doors, the kernel's side of `capgate-learn record` and whoever keeps
 * what was recorded talk to each other.  Plain structures of fixed size: the program in
 * the kernel is compiled from this header, too, so no system's header is included here.
 *
 * capgate-learn record pins them below LEARN_PINS (bpffs, mode 0600 of root's).  No pin:
 * nothing is recorded on this machine, and a door does nothing.
 *
 * A container is known by its mount namespace, which every OCI container has of its own
 * and every process in it is in, also one that enters later; cgroups cannot be used, for
 * on a machine with version 1 all have the same identifier.  The number of a namespace
 * is used again.  So:
 *
 * 1. A door puts struct learn_mark into learn_marked: BPF_OBJ_GET and one
 *    BPF_MAP_UPDATE_ELEM.  The hooks createRuntime and prestart do so under the number of
 *    the container's mount namespace (st_ino of /proc/PID/ns/mnt), while its first process
 *    waits.  The wrapper comes before there is such a process: it marks itself, under
 *    LEARN_RUNTIME, and then becomes the runtime.  What descends from it is the runtime's
 *    until the container begins.
 * 2. The container begins when a process executes its program: one that was in the marked
 *    mount namespace when the mark was made, or the first one that descends from a marked
 *    runtime and executes something in another mount namespace than the runtime's, which
 *    it did not get from its parent.  The kernel's side moves the mark to learn_begun,
 *    under its token.  What the runtime asked for before is not counted.
 *    A mark that nobody used goes when the map is full (BPF_MAP_TYPE_LRU_HASH).
 * 3. Checks are counted in learn_used under the token.
 * 4. When the last thread of the first process ends, ended_ns is written.  Whoever keeps
 *    the counts deletes the rows of ended tokens when they are in the store.
 */
#ifndef MARKS_H
#define MARKS_H

#define LEARN_PINS "/sys/fs/bpf/capgate"
#define LEARN_MARKED "/sys/fs/bpf/capgate/learn_marked"
#define LEARN_BEGUN "/sys/fs/bpf/capgate/learn_begun"
#define LEARN_USED "/sys/fs/bpf/capgate/learn_used"
#define LEARN_LOST "/sys/fs/bpf/capgate/learn_lost"

#define LEARN_MARKS 1024 /* entries of learn_marked and of learn_begun */
#define LEARN_ROWS 16384 /* of learn_used */
#define LEARN_NAME 128
#define LEARN_COMM 16

/* Key of learn_marked: unsigned long long; the number of a mount namespace, or this: the
 * number of the runtime's PID namespace and its number there. */
#define LEARN_RUNTIME(pidns, pid) ((unsigned long long)(pidns) << 32 | (unsigned)(pid))

struct learn_mark {
	unsigned long long token;    /* chosen at random by the door; not 0 */
	unsigned long long since_ns; /* CLOCK_BOOTTIME, read by the door just now */
	/* Of a runtime: what the container begins with is in another PID namespace.  A hook
	 * that enters its mount namespace before that is not. */
	unsigned int own_pids, zero;
	char name[LEARN_NAME]; /* of what the counts are kept under; ended by a zero */
};

/* Key of learn_begun: unsigned long long, the token. */
struct learn_begun {
	unsigned long long began_ns; /* CLOCK_BOOTTIME */
	unsigned long long ended_ns; /* 0: it runs */
	unsigned long long mntns;
	char name[LEARN_NAME];
};

/* Key of learn_used. */
struct learn_key {
	unsigned long long token;
	unsigned int capability;
	unsigned int zero;
	char comm[LEARN_COMM]; /* the task's name, which it chose; may lack a final zero */
};

/*
 * Only checks whose answer matters to the program: not those of its memory (overcommit),
 * those asked without audit, those with other credentials than its own (overlayfs), nor
 * those in a user namespace that is not the container's.
 */
struct learn_value {
	unsigned long long count;
	unsigned long long granted;  /* of them */
	unsigned long long first_ns; /* CLOCK_BOOTTIME */
	unsigned long long last_ns;
};

/* learn_lost: an array of one.  Any of them narrows what is known of every container. */
struct learn_lost {
	unsigned long long checks;     /* that found learn_used full */
	unsigned long long processes;  /* that could not be followed */
	unsigned long long containers; /* that found learn_begun full */
};

/* The calls are for programs; the kernel's side has helpers of its own. */
#ifndef __bpf__
#include "maps.h"
#include "mark.h"
#endif

#endif
