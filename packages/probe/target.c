#include "target.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <netinet/icmp6.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DNS_HEADER = 12, DNS_PORT = 53 };

static bool read_address(struct target *target, const char *text, uint16_t port)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)&target->address;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&target->address;

	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		target->address_size = sizeof(*v4);
		return true;
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(port);
	target->address_size = sizeof(*v6);
	return inet_pton(AF_INET6, text, &v6->sin6_addr) == 1;
}

static bool is_v6(const struct target *target)
{
	return target->address.ss_family == AF_INET6;
}

/* RFC 1071. */
static uint16_t checksum(const unsigned char *bytes, size_t size)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < size; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void put16(unsigned char *place, uint16_t value)
{
	place[0] = (unsigned char)(value >> 8);
	place[1] = (unsigned char)value;
}

/* An echo request (RFC 792, RFC 4443 section 4.1); the kernel sums up those of IPv6 itself. */
static void write_ping(struct target *target, uint16_t id)
{
	target->question_size = 16;
	target->question[0] = is_v6(target) ? ICMP6_ECHO_REQUEST : ICMP_ECHO;
	put16(target->question + 4, id);
	put16(target->question + 6, 1);
	if (!is_v6(target))
		put16(target->question + 2, checksum(target->question, target->question_size));
}

/* A question for the address of a name (RFC 1035 section 4). */
static bool write_dns(struct target *target, const char *name, uint16_t id)
{
	static const unsigned char address_of_internet[] = { 0, 1, 0, 1 };
	unsigned char *at = target->question + DNS_HEADER;

	if (strlen(name) > 253 || *name == '\0')
		return false;
	put16(target->question, id);
	target->question[2] = 1;	/* recursion desired */
	target->question[5] = 1;	/* questions */
	while (*name != '\0') {
		size_t length = strcspn(name, ".");

		if (length == 0 || length > 63)
			return false;
		*at++ = (unsigned char)length;
		memcpy(at, name, length);
		at += length;
		name += length;
		name += *name == '.';
	}
	*at++ = 0;
	memcpy(at, address_of_internet, sizeof(address_of_internet));
	target->question_size = (size_t)(at - target->question) + sizeof(address_of_internet);
	return true;
}

bool target_read(struct target *target, char *text, uint16_t id)
{
	char *rest = text;
	const char *kind = strsep(&rest, "/");
	const char *address = strsep(&rest, "/");
	char *end;
	unsigned long port;

	memset(target, 0, sizeof(*target));
	target->descriptor = -1;
	if (address == NULL)
		return false;
	if (strcmp(kind, "ping") == 0 && rest == NULL && read_address(target, address, 0)) {
		target->kind = PING;
		write_ping(target, id);
		return true;
	}
	if (strcmp(kind, "dns") == 0 && rest != NULL && read_address(target, address, DNS_PORT)) {
		target->kind = DNS;
		return write_dns(target, rest, id);
	}
	if (strcmp(kind, "tcp") != 0 || rest == NULL || rest[0] < '0' || rest[0] > '9')
		return false;
	port = strtoul(rest, &end, 10);
	target->kind = TCP;
	return *end == '\0' && port > 0 && port < 65536 && read_address(target, address, (uint16_t)port);
}

static int new_socket(const struct target *target)
{
	int family = target->address.ss_family;

	switch (target->kind) {
	case PING:
		return socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
			      is_v6(target) ? (int)IPPROTO_ICMPV6 : (int)IPPROTO_ICMP);
	case DNS:
		return socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	case TCP:
		break;
	}
	return socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static void give_up(struct target *target)
{
	if (target->descriptor >= 0)
		(void)close(target->descriptor);
	target->descriptor = -1;
}

/* Connected, so that only what comes from there is received. */
static void open_socket(struct target *target, const char *interface)
{
	target->descriptor = new_socket(target);
	if (target->descriptor < 0)
		return;
	if (interface != NULL && setsockopt(target->descriptor, SOL_SOCKET, SO_BINDTODEVICE, interface,
					    (socklen_t)strlen(interface)) < 0)
		give_up(target);
	else if (connect(target->descriptor, (const struct sockaddr *)&target->address, target->address_size) < 0
		 && errno != EINPROGRESS)
		give_up(target);
}

void target_ask(struct target *target, const char *interface)
{
	if (target->descriptor < 0)
		open_socket(target, interface);
	/* The kernel repeats what begins a connection of TCP. */
	if (target->descriptor >= 0 && target->kind != TCP
	    && send(target->descriptor, target->question, target->question_size, 0) < 0)
		give_up(target);
}

short target_events(const struct target *target)
{
	return target->kind == TCP ? POLLOUT : POLLIN;
}

static bool is_connected(struct target *target)
{
	int error = 0;
	socklen_t size = sizeof(error);

	if (getsockopt(target->descriptor, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0)
		return true;
	give_up(target);
	return false;
}

/* Whether it is the answer to the ping. A raw socket of IPv4 has the header before it. */
static bool answers_ping(const struct target *target, const unsigned char *answer, size_t size)
{
	size_t header = is_v6(target) || size == 0 ? 0 : (size_t)(answer[0] & 0xf) * 4;
	unsigned char type = is_v6(target) ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY;

	return size >= header + 8 && answer[header] == type && memcmp(answer + header + 4, target->question + 4, 4) == 0;
}

/* A server that has no answer itself, or that refuses, may be cut off from the rest. */
static bool answers_dns(const struct target *target, const unsigned char *answer, size_t size)
{
	unsigned code = size >= DNS_HEADER ? answer[3] & 0xfU : 0;

	return size >= DNS_HEADER && memcmp(answer, target->question, 2) == 0 && (answer[2] & 0x80) != 0
	       && (code == 0 || code == 3 /* there is no such name */);
}

bool target_answered(struct target *target, short events)
{
	unsigned char answer[1500];
	ssize_t got;

	if (events == 0 || target->descriptor < 0)
		return false;
	if (target->kind == TCP)
		return is_connected(target);
	while ((got = recv(target->descriptor, answer, sizeof(answer), 0)) >= 0)
		if (target->kind == PING ? answers_ping(target, answer, (size_t)got)
					 : answers_dns(target, answer, (size_t)got))
			return true;
	/* Nothing more is there; or it was refused, and may be taken the next time. */
	if (errno != EAGAIN && errno != EINTR)
		give_up(target);
	return false;
}
