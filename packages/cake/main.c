/* cake: shapes what an interface sends, or receives by way of another one, with sch_cake. See usage(). */
#include "request.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <net/if.h>

#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/tc_act/tc_mirred.h>

/* Where the filter of received packets is, beside which nothing else has one. */
static const uint32_t ingress_handle = TC_H_MAKE(TC_H_INGRESS, 0);

struct word {
	const char *text;
	uint32_t value;
};

static const struct word cells[] = { { "plain", CAKE_ATM_NONE }, { "atm", CAKE_ATM_ATM }, { "ptm", CAKE_ATM_PTM } };
static const struct word classes[] = {
	{ "besteffort", CAKE_DIFFSERV_BESTEFFORT },
	{ "diffserv3", CAKE_DIFFSERV_DIFFSERV3 },
	{ "diffserv4", CAKE_DIFFSERV_DIFFSERV4 },
	{ "diffserv8", CAKE_DIFFSERV_DIFFSERV8 },
	{ "precedence", CAKE_DIFFSERV_PRECEDENCE },
};
static const struct word directions[] = { { "egress", 0 }, { "ingress", 1 } };
static const struct word translated[] = { { "no-nat", 0 }, { "nat", 1 } };

enum { RATE = 3, DIRECTION, OVERHEAD, SMALLEST, CELLS, CLASSES, NAT, RTT, SHAPE_WORDS };

static struct netlink kernel;

static int usage(void)
{
	(void)fputs("usage: cake shape IFNAME BITS egress|ingress OVERHEAD SMALLEST plain|atm|ptm\n"
		    "         besteffort|diffserv3|diffserv4|diffserv8|precedence nat|no-nat RTT\n"
		    "         what IFNAME sends is at most BITS per second; each packet counts OVERHEAD bytes more\n"
		    "         than it has of IP, and at least SMALLEST; RTT is in microseconds\n"
		    "       cake redirect IFNAME OTHER\n"
		    "         what IFNAME receives goes through OTHER, an ifb, first\n"
		    "       cake clear IFNAME\n"
		    "         undoes both\n", stderr);
	return 2;
}

static int fail(const char *what)
{
	(void)fprintf(stderr, "cake: %s: %s\n", what, strerror(errno));
	return 1;
}

static bool read_number(const char *text, uint64_t most, uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0' && text[0] >= '0' && text[0] <= '9' && *number <= most;
}

static bool find_word(const struct word *words, size_t count, const char *text, uint32_t *value)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(words[i].text, text) == 0) {
			*value = words[i].value;
			return true;
		}
	}
	return false;
}

#define FIND(words, text, value) find_word(words, sizeof(words) / sizeof(words[0]), text, value)

static void begin(struct request *request, uint16_t type, uint16_t flags, const struct tcmsg *header,
		  const char *kind)
{
	request_begin(request, type, (uint16_t)(flags | NLM_F_ACK), header, sizeof(*header));
	if (kind != NULL)
		(void)request_add_text(request, TCA_KIND, kind);
}

/* Adds what the words say of the shaper; false if one of them is wrong. */
static bool add_shape(struct request *request, char **words)
{
	uint64_t rate, overhead, smallest, rtt;
	uint32_t direction, atm, diffserv, nat;
	size_t nest;

	if (!read_number(words[RATE], UINT64_MAX, &rate) || rate < 8 || !FIND(directions, words[DIRECTION], &direction)
	    || !read_number(words[OVERHEAD], 256, &overhead) || !read_number(words[SMALLEST], 256, &smallest)
	    || !FIND(cells, words[CELLS], &atm) || !FIND(classes, words[CLASSES], &diffserv)
	    || !FIND(translated, words[NAT], &nat) || !read_number(words[RTT], UINT32_MAX, &rtt) || rtt == 0)
		return false;
	rate /= 8;
	nest = request_add(request, TCA_OPTIONS, NULL, 0);
	(void)request_add(request, TCA_CAKE_BASE_RATE64, &rate, sizeof(rate));
	(void)request_add_number(request, TCA_CAKE_OVERHEAD, (uint32_t)overhead);
	(void)request_add_number(request, TCA_CAKE_MPU, (uint32_t)smallest);
	(void)request_add_number(request, TCA_CAKE_ATM, atm);
	(void)request_add_number(request, TCA_CAKE_DIFFSERV_MODE, diffserv);
	(void)request_add_number(request, TCA_CAKE_FLOW_MODE, CAKE_FLOW_TRIPLE);
	(void)request_add_number(request, TCA_CAKE_NAT, nat);
	(void)request_add_number(request, TCA_CAKE_INGRESS, direction);
	(void)request_add_number(request, TCA_CAKE_RTT, (uint32_t)rtt);
	/* As tc-cake(8): a twentieth of it, or what CoDel takes for the Internet. */
	(void)request_add_number(request, TCA_CAKE_TARGET, rtt / 20 > 0 ? (uint32_t)(rtt / 20) : 1);
	request_end_nest(request, nest);
	return true;
}

static int shape(char **words)
{
	struct tcmsg header = { .tcm_ifindex = (int)if_nametoindex(words[2]), .tcm_parent = TC_H_ROOT };
	struct request request;

	begin(&request, RTM_NEWQDISC, NLM_F_CREATE | NLM_F_REPLACE, &header, "cake");
	if (!add_shape(&request, words))
		return usage();
	return header.tcm_ifindex != 0 && netlink_ask(&kernel, &request, NULL, NULL) ? 0 : fail(words[2]);
}

static bool add_ingress(int interface)
{
	struct tcmsg header = { .tcm_ifindex = interface, .tcm_parent = TC_H_INGRESS, .tcm_handle = ingress_handle };
	struct request request;

	begin(&request, RTM_NEWQDISC, NLM_F_CREATE, &header, "ingress");
	return netlink_ask(&kernel, &request, NULL, NULL);
}

/* Every packet, of whatever protocol. */
static bool add_redirect(int interface, int other)
{
	struct tcmsg header = { .tcm_ifindex = interface, .tcm_parent = ingress_handle,
				.tcm_info = TC_H_MAKE(1U << 16, htons(ETH_P_ALL)) };
	struct tc_mirred redirect = { .action = TC_ACT_STOLEN, .eaction = TCA_EGRESS_REDIR,
				      .ifindex = (uint32_t)other };
	struct request request;
	size_t options, actions, action, mirred;

	begin(&request, RTM_NEWTFILTER, NLM_F_CREATE, &header, "matchall");
	options = request_add(&request, TCA_OPTIONS, NULL, 0);
	actions = request_add(&request, TCA_MATCHALL_ACT, NULL, 0);
	action = request_add(&request, 1, NULL, 0);
	(void)request_add_text(&request, TCA_ACT_KIND, "mirred");
	mirred = request_add(&request, TCA_ACT_OPTIONS, NULL, 0);
	(void)request_add(&request, TCA_MIRRED_PARMS, &redirect, sizeof(redirect));
	request_end_nest(&request, mirred);
	request_end_nest(&request, action);
	request_end_nest(&request, actions);
	request_end_nest(&request, options);
	return netlink_ask(&kernel, &request, NULL, NULL);
}

static int redirect_to(char **words)
{
	int interface = (int)if_nametoindex(words[2]);
	int other = (int)if_nametoindex(words[3]);

	if (interface == 0)
		return fail(words[2]);
	if (other == 0)
		return fail(words[3]);
	return add_ingress(interface) && add_redirect(interface, other) ? 0 : fail(words[2]);
}

/* What is not there is cleared. */
static bool clear_at(int interface, uint32_t parent)
{
	struct tcmsg header = { .tcm_ifindex = interface, .tcm_parent = parent };
	struct request request;

	begin(&request, RTM_DELQDISC, 0, &header, NULL);
	return netlink_ask(&kernel, &request, NULL, NULL) || errno == ENOENT || errno == EINVAL;
}

static int clear(char **words)
{
	int interface = (int)if_nametoindex(words[2]);

	if (interface == 0)
		return fail(words[2]);
	return clear_at(interface, TC_H_INGRESS) && clear_at(interface, TC_H_ROOT) ? 0 : fail(words[2]);
}

int main(int count, char **words)
{
	static const struct {
		const char *name;
		int words;
		int (*function)(char **words);
	} commands[] = { { "shape", SHAPE_WORDS, shape }, { "redirect", 4, redirect_to }, { "clear", 3, clear } };

	if (!netlink_open(&kernel, NETLINK_ROUTE))
		return fail("netlink");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (count == commands[i].words && strcmp(words[1], commands[i].name) == 0)
			return commands[i].function(words);
	return usage();
}
