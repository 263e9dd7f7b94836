/* SPDX-License-Identifier: Apache-2.0 */
/* Opens a file by a worker of io_uring (IOSQE_ASYNC).  Status 0: it is open. */
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static int fail(const char *what, int error)
{
	fprintf(stderr, "%s: %s\n", what, strerror(error));
	return 1;
}

static void *map(int ring, size_t size, off_t at)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, at);
}

int main(int argc, char **argv)
{
	struct io_uring_params p = {0};
	int ring = (int)syscall(SYS_io_uring_setup, 1, &p);
	struct io_uring_sqe *sqe;
	struct io_uring_cqe *cqe;
	char *sq, *cq;

	if (argc != 2 || ring < 0)
		return fail("io_uring_setup", ring < 0 ? errno : EINVAL);
	sq = map(ring, p.sq_off.array + p.sq_entries * sizeof(uint32_t), IORING_OFF_SQ_RING);
	cq = map(ring, p.cq_off.cqes + p.cq_entries * sizeof(*cqe), IORING_OFF_CQ_RING);
	sqe = map(ring, p.sq_entries * sizeof(*sqe), IORING_OFF_SQES);
	if (sq == MAP_FAILED || cq == MAP_FAILED || (void *)sqe == MAP_FAILED)
		return fail("mmap", errno);
	*sqe = (struct io_uring_sqe){.opcode = IORING_OP_OPENAT,
				     .flags = IOSQE_ASYNC,
				     .fd = AT_FDCWD,
				     .addr = (uintptr_t)argv[1],
				     .open_flags = O_RDONLY};
	*(uint32_t *)(sq + p.sq_off.array) = 0;
	__atomic_store_n((uint32_t *)(sq + p.sq_off.tail), 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) != 1)
		return fail("io_uring_enter", errno);
	cqe = (struct io_uring_cqe *)(cq + p.cq_off.cqes);
	return cqe->res < 0 ? fail(argv[1], -cqe->res) : 0;
}
