/* bridge-vlans: says which VLANs a port of a bridge, or the bridge itself, is in. See usage(). */
#include "request.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <net/if.h>

#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

/* A request has room for so many. */
enum { LOWEST = 1, HIGHEST = 4094, MOST_VLANS = 256 };

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

/* Returns where the attribute with the VLANs starts. */
static size_t begin(struct request *request, uint16_t type, unsigned int index, bool self)
{
	struct ifinfomsg interface = { .ifi_family = PF_BRIDGE, .ifi_index = (int)index };
	uint16_t flags = self ? BRIDGE_FLAGS_SELF : BRIDGE_FLAGS_MASTER;
	size_t nest;

	request_begin(request, type, NLM_F_ACK, &interface, sizeof(interface));
	nest = request_add(request, IFLA_AF_SPEC, NULL, 0);
	(void)request_add(request, IFLA_BRIDGE_FLAGS, &flags, sizeof(flags));
	return nest;
}

static void add_vlan(struct request *request, unsigned long number, uint16_t flags)
{
	struct bridge_vlan_info vlan = { .flags = flags, .vid = (uint16_t)number };

	(void)request_add(request, IFLA_BRIDGE_VLAN_INFO, &vlan, sizeof(vlan));
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

int main(int count, char **words)
{
	struct request added;
	struct request deleted;
	struct netlink kernel;
	unsigned int index;
	size_t nest;
	bool self;

	if (count != 4 || (strcmp(words[2], "self") != 0 && strcmp(words[2], "port") != 0))
		return usage();
	self = strcmp(words[2], "self") == 0;
	index = if_nametoindex(words[1]);
	nest = begin(&added, RTM_SETLINK, index, self);
	if (!add_vlans(&added, words[3]))
		return usage();
	request_end_nest(&added, nest);
	if (index == 0)
		return fail(words[1]);
	nest = begin(&deleted, RTM_DELLINK, index, self);
	add_vlan(&deleted, LOWEST, BRIDGE_VLAN_INFO_RANGE_BEGIN);
	add_vlan(&deleted, HIGHEST, BRIDGE_VLAN_INFO_RANGE_END);
	request_end_nest(&deleted, nest);
	if (!netlink_open(&kernel, NETLINK_ROUTE))
		return fail("netlink");
	if (!netlink_ask(&kernel, &deleted, NULL, NULL) || !netlink_ask(&kernel, &added, NULL, NULL))
		return fail(words[1]);
	return 0;
}
