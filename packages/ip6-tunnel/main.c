/* ip6-tunnel: makes an interface whose IPv4 packets travel in packets of IPv6 (RFC 2473). See usage(). */
#include "request.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <net/if.h>
#include <netinet/in.h>

#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <linux/ip6_tunnel.h>
#include <linux/rtnetlink.h>

enum { SMALLEST_MTU = 1280, LARGEST_MTU = 65495, NOT_FOUND = 3, NO_WAY = 4, HOPS = 64 };

static int usage(void)
{
	(void)fputs("usage: ip6-tunnel IFNAME MTU END\n"
		    "       END is the address of the other end, or its name; its address is printed, and the one\n"
		    "       here that the way there begins with, which is this end\n"
		    "       3: the name has no address; 4: there is no way there\n", stderr);
	return 2;
}

static int fail(const char *what)
{
	(void)fprintf(stderr, "ip6-tunnel: %s: %s\n", what, strerror(errno));
	return 1;
}

static bool find(const char *name, struct sockaddr_in6 *address)
{
	const struct addrinfo hints = { .ai_family = AF_INET6, .ai_socktype = SOCK_DGRAM };
	struct addrinfo *found = NULL;
	int error = getaddrinfo(name, NULL, &hints, &found);

	if (error != 0) {
		(void)fprintf(stderr, "ip6-tunnel: %s: %s\n", name, gai_strerror(error));
		return false;
	}
	memcpy(address, found->ai_addr, sizeof(*address));
	freeaddrinfo(found);
	/* A socket is connected to it, to any port. */
	address->sin6_port = htons(1);
	return true;
}

static bool find_way(const struct sockaddr_in6 *end, struct sockaddr_in6 *own)
{
	socklen_t size = sizeof(*own);
	int probe = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return probe >= 0 && connect(probe, (const struct sockaddr *)end, sizeof(*end)) == 0
	       && getsockname(probe, (struct sockaddr *)own, &size) == 0;
}

static bool make(struct netlink *kernel, const char *name, uint32_t mtu, const struct in6_addr *own,
		 const struct in6_addr *end)
{
	static const uint8_t protocol = IPPROTO_IPIP;
	static const uint8_t hops = HOPS;
	struct ifinfomsg header = { .ifi_family = AF_UNSPEC };
	struct request request;
	size_t about, details;

	request_begin(&request, RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &header, sizeof(header));
	(void)request_add_text(&request, IFLA_IFNAME, name);
	(void)request_add_number(&request, IFLA_MTU, mtu);
	about = request_add(&request, IFLA_LINKINFO, NULL, 0);
	(void)request_add_text(&request, IFLA_INFO_KIND, "ip6tnl");
	details = request_add(&request, IFLA_INFO_DATA, NULL, 0);
	(void)request_add(&request, IFLA_IPTUN_LOCAL, own, sizeof(*own));
	(void)request_add(&request, IFLA_IPTUN_REMOTE, end, sizeof(*end));
	(void)request_add(&request, IFLA_IPTUN_PROTO, &protocol, sizeof(protocol));
	(void)request_add(&request, IFLA_IPTUN_TTL, &hops, sizeof(hops));
	/* A limit is a header more, for tunnels in tunnels. */
	(void)request_add_number(&request, IFLA_IPTUN_FLAGS, IP6_TNL_F_IGN_ENCAP_LIMIT);
	request_end_nest(&request, details);
	request_end_nest(&request, about);
	return netlink_ask(kernel, &request, NULL, NULL);
}

int main(int count, char **words)
{
	char there[INET6_ADDRSTRLEN];
	char here[INET6_ADDRSTRLEN];
	struct netlink kernel;
	struct sockaddr_in6 end;
	struct sockaddr_in6 own;
	unsigned long mtu;
	char *rest;

	if (count != 4 || strlen(words[1]) >= IFNAMSIZ)
		return usage();
	mtu = strtoul(words[2], &rest, 10);
	if (*rest != '\0' || mtu < SMALLEST_MTU || mtu > LARGEST_MTU)
		return usage();
	if (!find(words[3], &end))
		return NOT_FOUND;
	if (!find_way(&end, &own)) {
		(void)fail(words[3]);
		return NO_WAY;
	}
	if (!netlink_open(&kernel, NETLINK_ROUTE))
		return fail("netlink");
	if (!make(&kernel, words[1], (uint32_t)mtu, &own.sin6_addr, &end.sin6_addr))
		return fail(words[1]);
	if (inet_ntop(AF_INET6, &end.sin6_addr, there, sizeof(there)) == NULL
	    || inet_ntop(AF_INET6, &own.sin6_addr, here, sizeof(here)) == NULL || printf("%s %s\n", there, here) < 0)
		return fail("standard output");
	return 0;
}
