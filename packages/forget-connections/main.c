/* forget-connections ADDRESS: makes the kernel forget the connections whose answers go to an address of the router:
 * those that were masqueraded with it, and the router's own. A packet that belongs to one of them begins another one
 * then, by the way that the routes have now. Needs Linux 5.8 for the filter (net/netfilter/nf_conntrack_netlink.c). */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>

/* CTA_FILTER_F_CTA_IP_DST of net/netfilter/nf_internals.h: the filter looks at the destination alone. */
enum { DESTINATION = 1 << 1 };

struct message {
	char bytes[256];
	size_t size;
};

static void add(struct message *message, const void *bytes, size_t size)
{
	memcpy(message->bytes + message->size, bytes, size);
	message->size += (size + NLA_ALIGNTO - 1) & ~(size_t)(NLA_ALIGNTO - 1);
}

static size_t begin(struct message *message, unsigned type)
{
	struct nlattr attribute = { .nla_len = 0, .nla_type = (uint16_t)(NLA_F_NESTED | type) };
	size_t at = message->size;

	add(message, &attribute, sizeof(attribute));
	return at;
}

static void end(struct message *message, size_t at)
{
	uint16_t length = (uint16_t)(message->size - at);

	memcpy(message->bytes + at, &length, sizeof(length));
}

static void put(struct message *message, unsigned type, const void *value, size_t size)
{
	struct nlattr attribute = { .nla_len = (uint16_t)(sizeof(attribute) + size), .nla_type = (uint16_t)type };

	add(message, &attribute, sizeof(attribute));
	add(message, value, size);
}

static void write_request(struct message *message, int family, const void *address)
{
	static const uint32_t nothing = 0;
	static const uint32_t destination = DESTINATION;
	struct nlmsghdr header = {
		.nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_DELETE,
		.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
	};
	struct nfgenmsg general = { .nfgen_family = (uint8_t)family, .version = NFNETLINK_V0 };
	uint32_t length;
	size_t tuple;
	size_t part;

	memset(message, 0, sizeof(*message));
	add(message, &header, sizeof(header));
	add(message, &general, sizeof(general));
	tuple = begin(message, CTA_TUPLE_REPLY);
	part = begin(message, CTA_TUPLE_IP);
	if (family == AF_INET)
		put(message, CTA_IP_V4_DST, address, 4);
	else
		put(message, CTA_IP_V6_DST, address, 16);
	end(message, part);
	end(message, tuple);
	tuple = begin(message, CTA_FILTER);
	put(message, CTA_FILTER_ORIG_FLAGS, &nothing, sizeof(nothing));
	put(message, CTA_FILTER_REPLY_FLAGS, &destination, sizeof(destination));
	end(message, tuple);
	length = (uint32_t)message->size;
	memcpy(message->bytes, &length, sizeof(length));
}

/* 0, or the number of the error. */
static int ask(const struct message *message)
{
	int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
	struct {
		struct nlmsghdr header;
		struct nlmsgerr error;
		char rest[1024];
	} answer;
	ssize_t got;

	if (descriptor < 0 || send(descriptor, message->bytes, message->size, 0) < 0)
		return errno;
	got = recv(descriptor, &answer, sizeof(answer), 0);
	(void)close(descriptor);
	if (got < 0)
		return errno;
	if ((size_t)got < sizeof(answer.header) + sizeof(answer.error) || answer.header.nlmsg_type != NLMSG_ERROR)
		return EPROTO;
	return -answer.error.error;
}

int main(int count, char **arguments)
{
	unsigned char address[16];
	struct message message;
	int family;
	int error;

	family = count == 2 && strchr(arguments[1], ':') != NULL ? AF_INET6 : AF_INET;
	if (count != 2 || inet_pton(family, arguments[1], address) != 1) {
		(void)fputs("usage: forget-connections ADDRESS\n", stderr);
		return 2;
	}
	write_request(&message, family, address);
	error = ask(&message);
	/* None was there. */
	if (error == 0 || error == ENOENT)
		return 0;
	(void)fprintf(stderr, "forget-connections: %s\n", strerror(error));
	return 1;
}
