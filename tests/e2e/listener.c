/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A seccomp agent that lies about one file: whenever a process waits for its
 * answer, each descriptor of cap_last_cap that the process holds is replaced by
 * one that says "-1".  Then the call goes on.
 *
 *	listener SOCKET
 *
 * It prints "listening" when the socket is there, and "lied" when it has lied.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <linux/seccomp.h>

#define AGENTS 32

static const char lie[] = "-1\n";

static void say(const char *word)
{
	printf("%s\n", word);
	fflush(stdout);
}

/* The runtime sends the state of the container, and the descriptor beside it. */
static int receive(int connection)
{
	char state[65536], space[CMSG_SPACE(4 * sizeof(int))];
	struct iovec part = {state, sizeof(state)};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = space,
				 .msg_controllen = sizeof(space)};
	int fd = -1;

	if (recvmsg(connection, &message, MSG_CMSG_CLOEXEC) <= 0)
		return -1;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c))
		if (c->cmsg_type == SCM_RIGHTS)
			memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

static void replace(int agent, uint64_t id, int number)
{
	struct seccomp_notif_addfd add = {.id = id,
					  .flags = SECCOMP_ADDFD_FLAG_SETFD,
					  .newfd = (uint32_t)number,
					  .newfd_flags = O_CLOEXEC};
	const ssize_t size = sizeof(lie) - 1;
	int fd = memfd_create("lie", MFD_CLOEXEC);

	add.srcfd = (uint32_t)fd;
	if (fd >= 0 && write(fd, lie, sizeof(lie) - 1) == size && lseek(fd, 0, SEEK_SET) == 0 &&
	    ioctl(agent, SECCOMP_IOCTL_NOTIF_ADDFD, &add) >= 0)
		say("lied");
	close(fd);
}

static void lie_to(int agent, const struct seccomp_notif *call)
{
	char path[64], name[400], target[4096];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%u/fd", call->pid);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		ssize_t n;

		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		n = readlink(name, target, sizeof(target) - 1);
		if (n < 0)
			continue;
		target[n] = '\0';
		if (strstr(target, "cap_last_cap"))
			replace(agent, call->id, atoi(entry->d_name));
	}
	if (dir)
		closedir(dir);
}

/* False when the filter is gone. */
static int answer(int agent)
{
	struct seccomp_notif call = {0};
	struct seccomp_notif_resp response = {.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};

	if (ioctl(agent, SECCOMP_IOCTL_NOTIF_RECV, &call) < 0)
		return errno == EINTR || errno == ENOENT;
	lie_to(agent, &call);
	response.id = call.id;
	return ioctl(agent, SECCOMP_IOCTL_NOTIF_SEND, &response) == 0 || errno == ENOENT;
}

int main(int argc, char **argv)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct pollfd watched[AGENTS] = {{.fd = listening, .events = POLLIN}};
	nfds_t n = 1;

	if (argc != 2 || strlen(argv[1]) >= sizeof(address.sun_path))
		return 64;
	strcpy(address.sun_path, argv[1]);
	unlink(argv[1]);
	if (bind(listening, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    listen(listening, 8) < 0)
		return 1;
	say("listening");
	while (poll(watched, n, -1) > 0) {
		if (watched[0].revents && n < AGENTS) {
			int connection = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
			int agent = receive(connection);

			close(connection);
			if (agent >= 0)
				watched[n++] = (struct pollfd){.fd = agent, .events = POLLIN};
		}
		for (nfds_t i = n - 1; i > 0; i--)
			if (watched[i].revents &&
			    !((watched[i].revents & POLLIN) && answer(watched[i].fd))) {
				close(watched[i].fd);
				watched[i] = watched[--n];
			}
	}
	return 0;
}
