#include "netlink.h"

#include <errno.h>
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
	watch->missed = false;
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

/* The name out of the attributes of a link message; null where they have none. */
static const char *find_name(const char *attributes, size_t size)
{
	size_t at = 0;

	while (at < size && size - at >= sizeof(struct rtattr)) {
		const char *value = attributes + at + RTA_LENGTH(0);
		struct rtattr attribute;
		size_t value_size;

		memcpy(&attribute, attributes + at, sizeof(attribute));
		if (attribute.rta_len < RTA_LENGTH(0) || attribute.rta_len > size - at)
			return NULL;
		value_size = attribute.rta_len - RTA_LENGTH(0);
		if (attribute.rta_type == IFLA_IFNAME)
			return memchr(value, '\0', value_size) != NULL ? value : NULL;
		/* The last one need not be padded. */
		at += RTA_ALIGN(attribute.rta_len);
	}
	return NULL;
}

static enum level level_of(unsigned flags)
{
	if ((flags & IFF_UP) == 0)
		return PRESENT;
	return (flags & IFF_RUNNING) != 0 ? RUNNING : UP;
}

static void take_link(struct link_watch *watch, unsigned type, const char *content, size_t size)
{
	const size_t attributes = NLMSG_ALIGN(sizeof(struct ifinfomsg));
	struct ifinfomsg link;
	const char *name;

	if (size < sizeof(link))
		return;
	memcpy(&link, content, sizeof(link));
	/* Bridges repeat their ports in messages of their own family, which say nothing of the link. */
	if (link.ifi_family != AF_UNSPEC)
		return;
	name = size > attributes ? find_name(content + attributes, size - attributes) : NULL;
	if (type == RTM_NEWLINK && name != NULL && strcmp(name, watch->name) == 0) {
		watch->index = link.ifi_index;
		watch->level = level_of(link.ifi_flags);
		watch->seen = true;
	} else if (link.ifi_index == watch->index && watch->index != 0) {
		if (type == RTM_NEWLINK && name == NULL) {
			/* Events of wireless interfaces have no name, and say nothing of a new one. */
			watch->level = level_of(link.ifi_flags);
			return;
		}
		/* It went away, or another name was given to it. */
		watch->index = 0;
		watch->level = ABSENT;
	}
}

/* What the kernel answers to a request: 0, or an error number below 0. */
static bool take_error(const char *content, size_t size)
{
	int error = -EIO;

	if (size >= sizeof(error))
		memcpy(&error, content, sizeof(error));
	/* No error number is larger (include/linux/err.h). */
	errno = error < -4095 ? EIO : error < 0 ? -error : 0;
	return error >= 0;
}

static bool take_message(struct link_watch *watch, const struct nlmsghdr *header, const char *content, size_t size)
{
	/* The links changed while the kernel listed them. */
	if ((header->nlmsg_flags & NLM_F_DUMP_INTR) != 0)
		watch->missed = true;
	switch (header->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		take_link(watch, header->nlmsg_type, content, size);
		return true;
	case NLMSG_DONE:
		watch->dumping = false;
		if (!watch->seen) {
			watch->index = 0;
			watch->level = ABSENT;
		}
		return true;
	case NLMSG_OVERRUN:
		watch->missed = true;
		return true;
	case NLMSG_ERROR:
		return take_error(content, size);
	default:
		return true;
	}
}

bool link_take(struct link_watch *watch, const char *bytes, size_t size)
{
	size_t at = 0;

	while (at < size && size - at >= sizeof(struct nlmsghdr)) {
		struct nlmsghdr header;

		memcpy(&header, bytes + at, sizeof(header));
		if (header.nlmsg_len < sizeof(header) || header.nlmsg_len > size - at)
			break;
		if (!take_message(watch, &header, bytes + at + sizeof(header), header.nlmsg_len - sizeof(header)))
			return false;
		/* The last one need not be padded. */
		at += NLMSG_ALIGN(header.nlmsg_len);
	}
	return true;
}

bool link_read(struct link_watch *watch)
{
	static char buffer[BUFFER_SIZE];
	struct sockaddr_nl from = { 0 };
	socklen_t from_size = sizeof(from);
	ssize_t got = recvfrom(watch->descriptor, buffer, sizeof(buffer), 0, (struct sockaddr *)&from, &from_size);

	/* The kernel had more to say than fits. */
	if (got < 0 && errno == ENOBUFS)
		watch->missed = true;
	else if (got < 0)
		return errno == EINTR;
	/* Only the kernel's own messages count. */
	if (got > 0 && from.nl_pid == 0 && !link_take(watch, buffer, (size_t)got))
		return false;
	/* It answers one question at a time. */
	return !watch->missed || watch->dumping || ask_for_all(watch);
}
