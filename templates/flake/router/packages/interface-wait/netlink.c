#include "netlink.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

/* More than the kernel puts into one datagram of a dump (it fills at most 32 KiB). */
enum { BUFFER_SIZE = 65536 };

static bool ask_for_all(struct link_watch *watch)
{
	struct {
		struct nlmsghdr header;
		struct ifinfomsg link;
	} request;

	memset(&request, 0, sizeof(request));
	request.header.nlmsg_len = sizeof(request);
	request.header.nlmsg_type = RTM_GETLINK;
	request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	request.header.nlmsg_seq = ++watch->sequence;
	request.link.ifi_family = AF_UNSPEC;
	watch->dumping = true;
	watch->seen = false;
	return send(watch->descriptor, &request, sizeof(request), 0) == (ssize_t)sizeof(request);
}

bool link_open(struct link_watch *watch, const char *name)
{
	struct sockaddr_nl address;

	memset(watch, 0, sizeof(*watch));
	watch->name = name;
	watch->descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (watch->descriptor < 0)
		return false;
	memset(&address, 0, sizeof(address));
	address.nl_family = AF_NETLINK;
	address.nl_groups = RTMGRP_LINK;
	/* First the group, then the question: a change in between is told too. */
	return bind(watch->descriptor, (const struct sockaddr *)&address, sizeof(address)) == 0 && ask_for_all(watch);
}

/* The name out of the attributes of a link message; empty when there is none. */
static void read_name(const struct nlmsghdr *header, char *name)
{
	const char *at = (const char *)NLMSG_DATA(header) + NLMSG_ALIGN(sizeof(struct ifinfomsg));
	const char *end = (const char *)header + header->nlmsg_len;

	name[0] = '\0';
	while (end - at >= (ptrdiff_t)sizeof(struct rtattr)) {
		struct rtattr attribute;
		size_t size;

		memcpy(&attribute, at, sizeof(attribute));
		if (attribute.rta_len < RTA_LENGTH(0) || attribute.rta_len > (size_t)(end - at))
			return;
		size = attribute.rta_len - RTA_LENGTH(0);
		if (attribute.rta_type == IFLA_IFNAME && size > 0 && size <= IFNAMSIZ) {
			memcpy(name, at + RTA_LENGTH(0), size);
			name[size - 1] = '\0';
			return;
		}
		if (RTA_ALIGN(attribute.rta_len) >= (size_t)(end - at))
			return;
		at += RTA_ALIGN(attribute.rta_len);
	}
}

static enum level level_of(unsigned flags)
{
	if ((flags & IFF_UP) == 0)
		return PRESENT;
	return (flags & IFF_RUNNING) != 0 ? RUNNING : UP;
}

static void take_link(struct link_watch *watch, const struct nlmsghdr *header)
{
	struct ifinfomsg link;
	char name[IFNAMSIZ];

	if (header->nlmsg_len < NLMSG_LENGTH(sizeof(link)))
		return;
	memcpy(&link, NLMSG_DATA(header), sizeof(link));
	/* Bridges repeat their ports in messages of their own family, which say nothing of the link. */
	if (link.ifi_family != AF_UNSPEC)
		return;
	read_name(header, name);
	if (header->nlmsg_type == RTM_NEWLINK && strcmp(name, watch->name) == 0) {
		watch->index = link.ifi_index;
		watch->level = level_of(link.ifi_flags);
		watch->seen = true;
	} else if (link.ifi_index == watch->index && watch->index != 0) {
		/* It went away, or another name was given to it. */
		watch->index = 0;
		watch->level = ABSENT;
	}
}

bool link_read(struct link_watch *watch)
{
	static union {
		struct nlmsghdr header;
		char bytes[BUFFER_SIZE];
	} buffer;
	struct sockaddr_nl from;
	socklen_t from_size = sizeof(from);
	ssize_t got = recvfrom(watch->descriptor, &buffer, sizeof(buffer), 0, (struct sockaddr *)&from, &from_size);
	size_t rest;

	if (got < 0) {
		/* The kernel had more to say than fits: what was missed is learned by asking again. */
		if (errno == ENOBUFS)
			return ask_for_all(watch);
		return errno == EINTR;
	}
	if (from.nl_pid != 0)
		return true;
	rest = (size_t)got;
	for (const struct nlmsghdr *header = &buffer.header; NLMSG_OK(header, rest); header = NLMSG_NEXT(header, rest)) {
		switch (header->nlmsg_type) {
		case RTM_NEWLINK:
		case RTM_DELLINK:
			take_link(watch, header);
			break;
		case NLMSG_DONE:
			watch->dumping = false;
			if (!watch->seen) {
				watch->index = 0;
				watch->level = ABSENT;
			}
			break;
		case NLMSG_ERROR:
			errno = EIO;
			return false;
		default:
			break;
		}
	}
	return true;
}
