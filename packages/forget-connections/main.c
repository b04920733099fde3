/* forget-connections ADDRESS: makes the kernel forget the connections whose answers go to an address of the router:
 * those that were masqueraded with it, and the router's own. A packet that belongs to one of them begins another one
 * then, by the way that the routes have now. Needs Linux 5.8 for the filter (net/netfilter/nf_conntrack_netlink.c). */
#include "request.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>

/* CTA_FILTER_F_CTA_IP_DST of net/netfilter/nf_internals.h: the filter looks at the destination alone. */
enum { DESTINATION = 1 << 1 };

static size_t begin(struct request *request, uint16_t type)
{
	return request_add(request, (uint16_t)(NLA_F_NESTED | type), NULL, 0);
}

static void write_request(struct request *request, int family, const void *address)
{
	struct nfgenmsg general = { .nfgen_family = (uint8_t)family, .version = NFNETLINK_V0 };
	size_t tuple, part, filter;

	request_begin(request, NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE, NLM_F_ACK, &general, sizeof(general));
	tuple = begin(request, CTA_TUPLE_REPLY);
	part = begin(request, CTA_TUPLE_IP);
	if (family == AF_INET)
		(void)request_add(request, CTA_IP_V4_DST, address, 4);
	else
		(void)request_add(request, CTA_IP_V6_DST, address, 16);
	request_end_nest(request, part);
	request_end_nest(request, tuple);
	filter = begin(request, CTA_FILTER);
	(void)request_add_number(request, CTA_FILTER_ORIG_FLAGS, 0);
	(void)request_add_number(request, CTA_FILTER_REPLY_FLAGS, DESTINATION);
	request_end_nest(request, filter);
}

int main(int count, char **arguments)
{
	unsigned char address[16];
	struct request request;
	struct netlink kernel;
	int family;

	family = count == 2 && strchr(arguments[1], ':') != NULL ? AF_INET6 : AF_INET;
	if (count != 2 || inet_pton(family, arguments[1], address) != 1) {
		(void)fputs("usage: forget-connections ADDRESS\n", stderr);
		return 2;
	}
	write_request(&request, family, address);
	/* ENOENT: none was there. */
	if (netlink_open(&kernel, NETLINK_NETFILTER) && (netlink_ask(&kernel, &request, NULL, NULL) || errno == ENOENT))
		return 0;
	(void)fprintf(stderr, "forget-connections: %s\n", strerror(errno));
	return 1;
}
