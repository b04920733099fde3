/* Link state of one interface, told by the kernel as it changes (rtnetlink(7), group RTMGRP_LINK). */
#ifndef NETLINK_H
#define NETLINK_H

#include <stdbool.h>
#include <stddef.h>

enum level {
	ABSENT,		/* no interface of this name */
	PRESENT,	/* there, but administratively down */
	UP,		/* IFF_UP */
	RUNNING,	/* IFF_RUNNING: up, and able to carry traffic (RFC 2863 state up or unknown) */
};

struct link_watch {
	int descriptor;
	unsigned sequence;
	int index;		/* of the interface, 0 when absent */
	enum level level;
	bool dumping;		/* an answer to "what is there?" is under way */
	bool missed;		/* something that the kernel said: it is to be asked again */
	bool seen;		/* the interface was in that answer */
	const char *name;
};

/* False with errno set. The state is known after the first answers were read. */
bool link_open(struct link_watch *watch, const char *name);

/* Takes the messages of one datagram; what is not whole is left out. False with errno where it has an error. */
bool link_take(struct link_watch *watch, const char *bytes, size_t size);

/* Reads what the kernel has sent; blocks when it has sent nothing. False on errors. */
bool link_read(struct link_watch *watch);

#endif
