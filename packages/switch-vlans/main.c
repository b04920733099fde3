/* switch-vlans: sets up the VLANs of a switch whose ports are no network interfaces, by the netlink interface that
 * OpenWrt's kernels have for that (CONFIG_SWCONFIG). See usage(). */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>

/* The interface's numbers: include/uapi/linux/switch.h of OpenWrt's kernels. */
enum { ATTR_ID = 2, ATTR_DEV_NAME = 3, ATTR_OP_ID = 10, ATTR_OP_NAME = 12, ATTR_OP_VLAN = 14 };
enum { ATTR_OP_VALUE_INT = 15, ATTR_OP_VALUE_PORTS = 17, ATTR_PORT = 20 };
enum { GET_SWITCH = 1, LIST_GLOBAL = 3, SET_GLOBAL = 5, LIST_VLAN = 9, SET_VLAN = 11 };
enum { PORT_ID = 1, PORT_TAGGED = 2 };

enum { BUFFER_SIZE = 32768, REQUEST_SIZE = 2048, MOST_PORTS = 32, HIGHEST_VLAN = 4094 };

/* Alike for the list of switches and of attributes: each message has a name and a number. */
struct wanted {
	const char *name;
	uint16_t name_type;
	uint16_t number_type;
	uint16_t number_size;
	uint32_t number;
	bool found;
};

struct request {
	_Alignas(struct nlmsghdr) char bytes[REQUEST_SIZE];
	size_t size;
};

/* Before the value of an attribute, which is filled up to such a size (netlink(7)). */
static const size_t before = sizeof(struct nlattr);

static int descriptor;
static uint32_t sequence;

static int usage(void)
{
	(void)fputs("usage: switch-vlans SWITCH VLAN=PORT[,PORT...]...\n"
		    "       PORT is a number; with a t behind it packets keep the VLAN's tag there\n", stderr);
	return 2;
}

static int fail(const char *what)
{
	(void)fprintf(stderr, "switch-vlans: %s: %s\n", what, strerror(errno));
	return 1;
}

static size_t padded(size_t size)
{
	return (size + 3) & ~(size_t)3;
}

static void begin(struct request *request, uint16_t family, uint16_t flags, uint8_t command)
{
	struct nlmsghdr header;
	struct genlmsghdr generic;

	memset(&header, 0, sizeof(header));
	memset(&generic, 0, sizeof(generic));
	header.nlmsg_type = family;
	header.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	header.nlmsg_seq = ++sequence;
	generic.cmd = command;
	generic.version = 1;
	memset(request->bytes, 0, sizeof(request->bytes));
	memcpy(request->bytes, &header, sizeof(header));
	memcpy(request->bytes + NLMSG_HDRLEN, &generic, sizeof(generic));
	request->size = NLMSG_LENGTH(GENL_HDRLEN);
}

/* Where the attribute starts. A request has room for all that its ports can be. */
static size_t add(struct request *request, uint16_t type, const void *value, size_t size)
{
	struct nlattr attribute = { .nla_len = (uint16_t)(before + size), .nla_type = type };
	size_t at = request->size;

	if (sizeof(request->bytes) - at < before + padded(size))
		abort();
	memcpy(request->bytes + at, &attribute, sizeof(attribute));
	if (size > 0)
		memcpy(request->bytes + at + before, value, size);
	request->size = at + before + padded(size);
	return at;
}

static size_t add_number(struct request *request, uint16_t type, uint32_t number)
{
	return add(request, type, &number, sizeof(number));
}

/* What was added since is inside of the attribute. */
static void end_nest(struct request *request, size_t at)
{
	struct nlattr attribute;

	memcpy(&attribute, request->bytes + at, sizeof(attribute));
	attribute.nla_len = (uint16_t)(request->size - at);
	memcpy(request->bytes + at, &attribute, sizeof(attribute));
}

static void look(struct wanted *wanted, const char *attributes, size_t size)
{
	const char *name = NULL;
	const char *number = NULL;
	size_t at = 0;

	while (at < size && size - at >= before) {
		struct nlattr attribute;
		size_t value;

		memcpy(&attribute, attributes + at, sizeof(attribute));
		if (attribute.nla_len < before || attribute.nla_len > size - at)
			return;
		value = attribute.nla_len - before;
		if (attribute.nla_type == wanted->name_type && memchr(attributes + at + before, '\0', value) != NULL)
			name = attributes + at + before;
		else if (attribute.nla_type == wanted->number_type && value == wanted->number_size)
			number = attributes + at + before;
		at += padded(attribute.nla_len);
	}
	if (name == NULL || number == NULL || strcmp(name, wanted->name) != 0)
		return;
	if (wanted->number_size == sizeof(uint16_t)) {
		uint16_t half;

		memcpy(&half, number, sizeof(half));
		wanted->number = half;
	} else {
		memcpy(&wanted->number, number, sizeof(wanted->number));
	}
	wanted->found = true;
}

/* Takes the messages of one datagram. True when the answer is complete: errno then is 0, or the kernel's error. */
static bool take(struct wanted *wanted, const char *bytes, size_t size)
{
	size_t at = 0;

	errno = 0;
	while (at < size && size - at >= sizeof(struct nlmsghdr)) {
		const size_t content = at + NLMSG_LENGTH(GENL_HDRLEN);
		struct nlmsghdr header;
		int error = 0;

		memcpy(&header, bytes + at, sizeof(header));
		if (header.nlmsg_len < sizeof(header) || header.nlmsg_len > size - at)
			break;
		if (header.nlmsg_seq == sequence && header.nlmsg_type == NLMSG_DONE)
			return true;
		if (header.nlmsg_seq == sequence && header.nlmsg_type == NLMSG_ERROR) {
			if (header.nlmsg_len >= NLMSG_LENGTH(sizeof(error)))
				memcpy(&error, bytes + at + NLMSG_HDRLEN, sizeof(error));
			errno = -error;
			return true;
		}
		if (header.nlmsg_seq == sequence && wanted != NULL && header.nlmsg_len > NLMSG_LENGTH(GENL_HDRLEN))
			look(wanted, bytes + content, header.nlmsg_len - NLMSG_LENGTH(GENL_HDRLEN));
		at += padded(header.nlmsg_len);
	}
	return false;
}

/* Sends a request and waits for its answer. False with errno set. */
static bool ask(struct request *request, struct wanted *wanted)
{
	static char buffer[BUFFER_SIZE];
	struct nlmsghdr header;
	ssize_t got;

	memcpy(&header, request->bytes, sizeof(header));
	header.nlmsg_len = (uint32_t)request->size;
	memcpy(request->bytes, &header, sizeof(header));
	if (send(descriptor, request->bytes, request->size, 0) != (ssize_t)request->size)
		return false;
	do {
		got = recv(descriptor, buffer, sizeof(buffer), 0);
		if (got < 0 && errno != EINTR)
			return false;
	} while (got <= 0 || !take(wanted, buffer, (size_t)got));
	if (errno == 0 && wanted != NULL && !wanted->found)
		errno = ENOENT;
	return errno == 0;
}

/* The kernel gives the interface a number when it starts. */
static bool find_family(uint16_t *family)
{
	static const char name[] = "switch";
	struct wanted wanted = { .name = name, .name_type = CTRL_ATTR_FAMILY_NAME,
				 .number_type = CTRL_ATTR_FAMILY_ID, .number_size = sizeof(uint16_t) };
	struct request request;

	begin(&request, GENL_ID_CTRL, NLM_F_ACK, CTRL_CMD_GETFAMILY);
	(void)add(&request, CTRL_ATTR_FAMILY_NAME, name, sizeof(name));
	if (!ask(&request, &wanted))
		return false;
	*family = (uint16_t)wanted.number;
	return true;
}

static bool find_switch(uint16_t family, const char *name, uint32_t *number)
{
	struct wanted wanted = { .name = name, .name_type = ATTR_DEV_NAME, .number_type = ATTR_ID,
				 .number_size = sizeof(uint32_t) };
	struct request request;

	begin(&request, family, NLM_F_DUMP, GET_SWITCH);
	if (!ask(&request, &wanted))
		return false;
	*number = wanted.number;
	return true;
}

/* Begins to set what has this name; each switch numbers what it has on its own. */
static bool begin_setting(struct request *request, uint16_t family, uint32_t number, bool of_vlan, const char *name)
{
	struct wanted wanted = { .name = name, .name_type = ATTR_OP_NAME, .number_type = ATTR_OP_ID,
				 .number_size = sizeof(uint32_t) };

	begin(request, family, NLM_F_ACK, of_vlan ? LIST_VLAN : LIST_GLOBAL);
	(void)add_number(request, ATTR_ID, number);
	if (!ask(request, &wanted))
		return false;
	begin(request, family, NLM_F_ACK, of_vlan ? SET_VLAN : SET_GLOBAL);
	(void)add_number(request, ATTR_ID, number);
	(void)add_number(request, ATTR_OP_ID, wanted.number);
	return true;
}

static bool set_global(uint16_t family, uint32_t number, const char *name)
{
	struct request request;

	if (!begin_setting(&request, family, number, false, name))
		return false;
	(void)add_number(&request, ATTR_OP_VALUE_INT, 1);
	return ask(&request, NULL);
}

static bool read_number(const char **text, unsigned long most, uint32_t *number)
{
	char *end;
	unsigned long read;

	if (**text < '0' || **text > '9')
		return false;
	read = strtoul(*text, &end, 10);
	*text = end;
	*number = (uint32_t)read;
	return read <= most;
}

/* Adds the ports of "1,6t"; false where the text is wrong. */
static bool add_ports(struct request *request, const char *text)
{
	uint32_t port;

	do {
		size_t nest = add(request, ATTR_PORT, NULL, 0);

		if (!read_number(&text, MOST_PORTS - 1, &port))
			return false;
		(void)add_number(request, PORT_ID, port);
		if (*text == 't') {
			(void)add(request, PORT_TAGGED, NULL, 0);
			text++;
		}
		end_nest(request, nest);
	} while (*text++ == ',' && request->size < sizeof(request->bytes) / 2);
	return text[-1] == '\0';
}

/* Whether an argument is "VLAN=PORTS"; its VLAN, and where its ports start. */
static bool read_vlan(const char *text, uint32_t *vlan, const char **ports)
{
	struct request request = { .size = 0 };

	if (!read_number(&text, HIGHEST_VLAN, vlan) || *vlan == 0 || *text != '=')
		return false;
	*ports = text + 1;
	return add_ports(&request, *ports);
}

static bool set_vlan(uint16_t family, uint32_t number, const char *text)
{
	struct request request;
	const char *ports;
	uint32_t vlan;
	size_t nest;

	if (!read_vlan(text, &vlan, &ports) || !begin_setting(&request, family, number, true, "ports"))
		return false;
	(void)add_number(&request, ATTR_OP_VLAN, vlan);
	nest = add(&request, ATTR_OP_VALUE_PORTS, NULL, 0);
	(void)add_ports(&request, ports);
	end_nest(&request, nest);
	return ask(&request, NULL);
}

int main(int count, char **words)
{
	const char *ports;
	uint16_t family;
	uint32_t number;

	if (count < 3)
		return usage();
	for (int i = 2; i < count; i++)
		if (!read_vlan(words[i], &number, &ports))
			return usage();
	descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (descriptor < 0)
		return fail("netlink");
	if (!find_family(&family))
		return fail("this kernel has no switches (SWCONFIG)");
	if (!find_switch(family, words[1], &number))
		return fail(words[1]);
	/* Nothing of this counts before "apply". */
	if (!set_global(family, number, "reset") || !set_global(family, number, "enable_vlan"))
		return fail("enable_vlan");
	for (int i = 2; i < count; i++)
		if (!set_vlan(family, number, words[i]))
			return fail(words[i]);
	return set_global(family, number, "apply") ? 0 : fail("apply");
}
