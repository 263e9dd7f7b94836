/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LEARN_PORTS_H
#define LEARN_PORTS_H

#include <sys/types.h>

#include "capgate.h"

/*
 * The lowest port below 1024 that a socket of one of the kernel's tables waits on: tcp, tcp6, udp
 * or udp6 of proc_pid_net(5).  state: of such a socket, PORTS_TCP or PORTS_UDP.  0: there is none.
 */
#define PORTS_TCP 0x0A /* TCP_LISTEN of <net/tcp_states.h> */
#define PORTS_UDP 0x07 /* TCP_CLOSE: not connected */
unsigned ports_lowest_in(struct capgate_text table, unsigned state);

/* The lowest of all of a process's network namespace; 0: there is none, or it is ours, too, so
 * that others' sockets are among them. */
unsigned ports_lowest(pid_t pid);

#endif
