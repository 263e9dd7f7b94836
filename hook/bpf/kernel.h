/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the BPF programs and the program that loads them share, apart from the maps of
 * hook/marks.  Both compilers read this file, so it has only plain types of fixed size and
 * includes nothing.
 */
#ifndef BPF_KERNEL_H
#define BPF_KERNEL_H

#define BPF_FRAMES 48 /* frames of a kernel stack; outer ones are left out */
#define BPF_PATH 192  /* as TRACE_PROGRAM */
#define BPF_SILENCERS 24
#define BPF_IDENTITIES 8
#define BPF_TASKS 65536

/* Constants of the BPF programs, written before they are loaded. */
struct bpf_settings {
	/* everywhere: also find containers that are not marked, which are programs executed in a
	 * mount namespace that their parent is not in.  outside: the mount namespace to leave
	 * out. */
	unsigned int everywhere, outside;
	/* The system calls whose refusal is recorded; ended by -1. */
	int identity[BPF_IDENTITIES];
	/* The kernel's functions that check without audit, or check the memory limit: the addresses
	 * of their first byte and of the byte after the last; ended by 0. */
	unsigned long long silencer[BPF_SILENCERS][2];
};

/* The container that a process belongs to.  Key: the address of its leader. */
struct bpf_task {
	unsigned long long token;
	unsigned long long program; /* the program executed last: key of programs */
	unsigned long long born;    /* its start time, because addresses are reused */
	unsigned long long home;    /* of the first process: the address of its mount namespace */
	unsigned long long userns;  /* the container's */
	int level;
	unsigned int zero;
	/*
	 * For a runtime that the wrapper marked, and its descendants until they belong to the
	 * container: the key of the mark (0: it belongs to the container), and the addresses of the
	 * runtime's own namespaces.
	 */
	unsigned long long mark;
	unsigned long long mntns, pidns;
};

/* A running container.  Key: the address of its mount namespace. */
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
	BPF_BORROWED = 2, /* checked with other credentials than the task's own */
	BPF_OWN_NS = 4,   /* granted in a user namespace that the program made */
	BPF_OTHER_NS = 8, /* in a user namespace that is not the container's nor below it */
	BPF_SILENT = 16,  /* without audit */
	BPF_WORKER = 32,  /* in a worker of io_uring, on behalf of the process */
};

/* The key of checks of one kind. */
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

/* The key of what the first stacks of a check show: is it silent?  For recording on kernels that
 * do not show the options. */
struct bpf_habit_key {
	unsigned int cap;
	int number;
	char comm[16];
};

struct bpf_habit {
	unsigned int looks, matters;
};

#endif
