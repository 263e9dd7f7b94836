/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the program in the kernel and the one that loads it share, apart from the maps of
 * hook/marks.  For both compilers: plain types of fixed size, nothing included.
 */
#ifndef BPF_KERNEL_H
#define BPF_KERNEL_H

#define BPF_FRAMES 48 /* of a stack in the kernel; what lies deeper is left out */
#define BPF_PATH 192  /* as TRACE_PROGRAM */
#define BPF_SILENCERS 24
#define BPF_IDENTITIES 8
#define BPF_TASKS 65536

/* Written before the program is loaded. */
struct bpf_settings {
	/* Also containers that nobody marked: programs that are executed in a mount
	 * namespace which their parent is not in, but not in this one. */
	unsigned int everywhere, outside;
	/* System calls whose refusal is noted; ended by -1. */
	int identity[BPF_IDENTITIES];
	/* Functions of the kernel that ask without audit, or about memory: addresses of the
	 * first byte and of the one after the last; ended by 0. */
	unsigned long long silencer[BPF_SILENCERS][2];
};

/* The container that a process is of; key: the address of its leader. */
struct bpf_task {
	unsigned long long token;
	unsigned long long program; /* that it executed last: key of programs */
	unsigned long long born;    /* when the kernel made it: addresses are used again */
	unsigned long long home;    /* of the first process: the address of its mount namespace */
	unsigned long long userns;  /* the container's */
	int level;
	unsigned int zero;
	/* Of a runtime that the wrapper marked, and of what descends from it, until it is the
	 * container's: the mark's key (0: it is the container's), and the addresses of the
	 * runtime's own namespaces. */
	unsigned long long mark;
	unsigned long long mntns, pidns;
};

/* A container that runs; key: the address of its mount namespace. */
struct bpf_home {
	unsigned long long token;
	unsigned long long userns;
	int level;
	unsigned int mntns;
};

struct bpf_program_key {
	unsigned long long token;
	unsigned long long hash; /* of the path */
};

enum {
	BPF_GRANTED = 1,
	BPF_BORROWED = 2, /* with other credentials than the task's own */
	BPF_OWN_NS = 4,   /* granted in a user namespace that the program made */
	BPF_OTHER_NS = 8, /* of a user namespace that is not the container's, nor below it */
	BPF_SILENT = 16,  /* without audit */
	BPF_WORKER = 32,  /* in a worker of io_uring, for the process */
};

/* Checks of one kind. */
struct bpf_row_key {
	unsigned long long token;
	unsigned long long program;
	unsigned long long stack; /* key of stacks */
	unsigned int cap;
	unsigned int flags;
};

struct bpf_row {
	unsigned long long count;
	unsigned long long first_ns; /* CLOCK_BOOTTIME */
};

struct bpf_refusal_key {
	unsigned long long token;
	unsigned long long program;
	int number;
	unsigned int zero;
};

/* Whether a check is silent, by its first stacks; for recording without the options. */
struct bpf_habit_key {
	unsigned int cap;
	int number;
	char comm[16];
};

struct bpf_habit {
	unsigned int looks, matters;
};

#endif
