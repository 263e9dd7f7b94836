/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The maps that doors, the kernel programs of `capgate-learn record` and `capgate learn keep`
 * share.  They contain plain structures of fixed size.  The kernel programs include this
 * header, too, so it includes no header of the system.
 *
 * capgate-learn record pins the maps below LEARN_PINS (bpffs, owned by root, mode 0600).
 * Without them nothing is recorded on this machine, and doors do nothing.
 *
 * A container is identified by its mount namespace.  Every OCI container has its own, and
 * processes that enter the container are in it, too.  Cgroups cannot be used, because with
 * version 1 they all have the same identifier.  The kernel reuses the numbers of namespaces,
 * so:
 *
 * 1. A door puts struct learn_mark into learn_marked: BPF_OBJ_GET and one
 *    BPF_MAP_UPDATE_ELEM.  The hooks createRuntime and prestart do so under the number of
 *    the container's mount namespace (st_ino of /proc/PID/ns/mnt), while its first process
 *    waits.  The wrapper runs before that process exists: it marks itself, under
 *    LEARN_RUNTIME, and then becomes the runtime.  Its descendants belong to the runtime
 *    until the container begins.
 * 2. The container begins when a process executes its program: one that was in the marked
 *    mount namespace when the mark was made, or the first one that descends from a marked
 *    runtime and executes a program in another mount namespace than the runtime's, which
 *    it did not inherit.  The kernel programs move the mark to learn_begun, under its token.
 *    Earlier checks of the runtime are not counted.
 *    Unused marks are removed when the map is full (BPF_MAP_TYPE_LRU_HASH).
 * 3. Checks are counted in learn_used under the token.
 * 4. When the last thread of the first process ends, ended_ns is written.  `keep` deletes
 *    the rows of an ended token after it has stored them.
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

/* The key of learn_marked is an unsigned long long: the number of a mount namespace, or this,
 * of the runtime's PID namespace and its PID there. */
#define LEARN_RUNTIME(pidns, pid) ((unsigned long long)(pidns) << 32 | (unsigned)(pid))

struct learn_mark {
	unsigned long long token;    /* random, from the door; not 0 */
	unsigned long long since_ns; /* CLOCK_BOOTTIME when the door made the mark */
	/* For a runtime: the container's first program runs in another PID namespace.  That
	 * distinguishes it from a hook that enters the mount namespace earlier. */
	unsigned int own_pids, zero;
	char name[LEARN_NAME]; /* the record's name; ended by a zero */
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
 * Counts only checks whose answer matters to the program.  Not counted are checks about the
 * limit of memory (overcommit), checks without audit, checks of other credentials than the
 * program's own (overlayfs), and checks in other user namespaces than the container's.
 */
struct learn_value {
	unsigned long long count;
	unsigned long long granted;  /* of them */
	unsigned long long first_ns; /* CLOCK_BOOTTIME */
	unsigned long long last_ns;
};

/* learn_lost: an array of one.  If any is not 0, every record may be incomplete. */
struct learn_lost {
	unsigned long long checks;     /* not counted, because learn_used was full */
	unsigned long long processes;  /* not followed */
	unsigned long long containers; /* not recorded, because learn_begun was full */
};

/* For programs outside the kernel; BPF programs have helpers for this. */
#ifndef __bpf__
#include "maps.h"
#include "mark.h"
#endif

#endif
