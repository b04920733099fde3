/* bridge-vlans: says which VLANs a port of a bridge, or the bridge itself, is in. See usage(). */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <net/if.h>

#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

enum { LOWEST = 1, HIGHEST = 4094, MOST_VLANS = 256, REQUEST_SIZE = 4096, ANSWER_SIZE = 8192 };

struct request {
	_Alignas(struct nlmsghdr) char bytes[REQUEST_SIZE];
	size_t size;
	size_t nest;
};

static int usage(void)
{
	(void)fputs("usage: bridge-vlans INTERFACE port|self VLAN[,VLAN...]\n"
		    "       VLAN is a number with u behind it if packets have no tag there, else with t; these are\n"
		    "       its VLANs then, and no others; packets that come without a tag are in that with a u\n",
		    stderr);
	return 2;
}

static int fail(const char *what)
{
	(void)fprintf(stderr, "bridge-vlans: %s: %s\n", what, strerror(errno));
	return 1;
}

static size_t padded(size_t size)
{
	return (size + 3) & ~(size_t)3;
}

static void add(struct request *request, uint16_t type, const void *value, size_t size)
{
	struct nlattr attribute = { .nla_len = (uint16_t)(sizeof(attribute) + size), .nla_type = type };

	/* There is room for MOST_VLANS. */
	if (sizeof(request->bytes) - request->size < padded(attribute.nla_len))
		abort();
	memcpy(request->bytes + request->size, &attribute, sizeof(attribute));
	if (size > 0)
		memcpy(request->bytes + request->size + sizeof(attribute), value, size);
	request->size += padded(attribute.nla_len);
}

static void begin(struct request *request, uint16_t type, unsigned int index, bool self)
{
	struct nlmsghdr header = { .nlmsg_type = type, .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK };
	struct ifinfomsg interface = { .ifi_family = PF_BRIDGE, .ifi_index = (int)index };
	uint16_t flags = self ? BRIDGE_FLAGS_SELF : BRIDGE_FLAGS_MASTER;

	memset(request->bytes, 0, sizeof(request->bytes));
	memcpy(request->bytes, &header, sizeof(header));
	memcpy(request->bytes + NLMSG_HDRLEN, &interface, sizeof(interface));
	request->size = NLMSG_SPACE(sizeof(interface));
	request->nest = request->size;
	add(request, IFLA_AF_SPEC, NULL, 0);
	add(request, IFLA_BRIDGE_FLAGS, &flags, sizeof(flags));
}

static void add_vlan(struct request *request, unsigned long number, uint16_t flags)
{
	struct bridge_vlan_info vlan = { .flags = flags, .vid = (uint16_t)number };

	add(request, IFLA_BRIDGE_VLAN_INFO, &vlan, sizeof(vlan));
}

/* Adds the VLANs of "1u,20t"; false if the text is wrong. */
static bool add_vlans(struct request *request, const char *text)
{
	int untagged = 0;

	for (int count = 0; count < MOST_VLANS; count++) {
		char *end;
		unsigned long number;

		if (*text < '1' || *text > '9')
			return false;
		number = strtoul(text, &end, 10);
		if (number > HIGHEST || (*end != 'u' && *end != 't'))
			return false;
		/* Packets without a tag can be in one only. */
		if (*end == 'u' && untagged++ > 0)
			return false;
		add_vlan(request, number, *end == 'u' ? BRIDGE_VLAN_INFO_PVID | BRIDGE_VLAN_INFO_UNTAGGED : 0);
		text = end + 1;
		if (*text == '\0')
			return true;
		if (*text++ != ',')
			return false;
	}
	return false;
}

/* Sends a request and waits until the kernel has done it. */
static bool ask(int descriptor, struct request *request)
{
	struct nlmsghdr header;
	struct nlattr nest;
	ssize_t size;
	_Alignas(struct nlmsghdr) char answer[ANSWER_SIZE];
	int error;

	memcpy(&nest, request->bytes + request->nest, sizeof(nest));
	nest.nla_len = (uint16_t)(request->size - request->nest);
	memcpy(request->bytes + request->nest, &nest, sizeof(nest));
	memcpy(&header, request->bytes, sizeof(header));
	header.nlmsg_len = (uint32_t)request->size;
	memcpy(request->bytes, &header, sizeof(header));
	if (send(descriptor, request->bytes, request->size, 0) < 0)
		return false;
	do
		size = recv(descriptor, answer, sizeof(answer), 0);
	while (size < 0 && errno == EINTR);
	if (size < 0)
		return false;
	if ((size_t)size < NLMSG_LENGTH(sizeof(error))) {
		errno = EPROTO;
		return false;
	}
	memcpy(&error, answer + NLMSG_HDRLEN, sizeof(error));
	errno = -error;
	return error == 0;
}

int main(int count, char **words)
{
	struct request added;
	struct request deleted;
	unsigned int index;
	int descriptor;
	bool self;

	if (count != 4 || (strcmp(words[2], "self") != 0 && strcmp(words[2], "port") != 0))
		return usage();
	self = strcmp(words[2], "self") == 0;
	index = if_nametoindex(words[1]);
	begin(&added, RTM_SETLINK, index, self);
	if (!add_vlans(&added, words[3]))
		return usage();
	if (index == 0)
		return fail(words[1]);
	begin(&deleted, RTM_DELLINK, index, self);
	add_vlan(&deleted, LOWEST, BRIDGE_VLAN_INFO_RANGE_BEGIN);
	add_vlan(&deleted, HIGHEST, BRIDGE_VLAN_INFO_RANGE_END);
	descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (descriptor < 0)
		return fail("netlink");
	if (!ask(descriptor, &deleted) || !ask(descriptor, &added))
		return fail(words[1]);
	return 0;
}
