/* switch-vlans: sets up the VLANs of a switch whose ports are no network interfaces, by the netlink interface that
 * OpenWrt's kernels have for that (CONFIG_SWCONFIG). See usage(). */
#include "request.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/genetlink.h>

/* The interface's numbers: include/uapi/linux/switch.h of OpenWrt's kernels. */
enum { ATTR_ID = 2, ATTR_DEV_NAME = 3, ATTR_OP_ID = 10, ATTR_OP_NAME = 12, ATTR_OP_VLAN = 14 };
enum { ATTR_OP_VALUE_INT = 15, ATTR_OP_VALUE_PORTS = 17, ATTR_PORT = 20 };
enum { GET_SWITCH = 1, LIST_GLOBAL = 3, SET_GLOBAL = 5, LIST_VLAN = 9, SET_VLAN = 11 };
enum { PORT_ID = 1, PORT_TAGGED = 2 };

enum { MOST_PORTS = 32, HIGHEST_VLAN = 4094 };

/* Alike for the list of switches and of attributes: each message has a name and a number. */
struct wanted {
	const char *name;
	uint16_t name_type;
	uint16_t number_type;
	uint16_t number_size;
	uint32_t number;
	bool found;
};

static struct netlink kernel;

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

static void begin(struct request *request, uint16_t family, uint16_t flags, uint8_t command)
{
	struct genlmsghdr generic = { .cmd = command, .version = 1 };

	request_begin(request, family, flags, &generic, sizeof(generic));
}

static void look(void *context, const char *attributes, size_t size)
{
	struct wanted *wanted = context;
	const char *name = NULL;
	const char *number = NULL;
	const char *value;
	size_t value_size;
	uint16_t type;

	while (next_attribute(&attributes, &size, &type, &value, &value_size)) {
		if (type == wanted->name_type && memchr(value, '\0', value_size) != NULL)
			name = value;
		else if (type == wanted->number_type && value_size == wanted->number_size)
			number = value;
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

/* Sends a request and waits for its answer. False with errno set. */
static bool ask(struct request *request, struct wanted *wanted)
{
	if (!netlink_ask(&kernel, request, wanted != NULL ? look : NULL, wanted))
		return false;
	if (wanted != NULL && !wanted->found)
		errno = ENOENT;
	return wanted == NULL || wanted->found;
}

/* The kernel gives the interface a number when it starts. */
static bool find_family(uint16_t *family)
{
	static const char name[] = "switch";
	struct wanted wanted = { .name = name, .name_type = CTRL_ATTR_FAMILY_NAME,
				 .number_type = CTRL_ATTR_FAMILY_ID, .number_size = sizeof(uint16_t) };
	struct request request;

	begin(&request, GENL_ID_CTRL, NLM_F_ACK, CTRL_CMD_GETFAMILY);
	(void)request_add(&request, CTRL_ATTR_FAMILY_NAME, name, sizeof(name));
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
	(void)request_add_number(request, ATTR_ID, number);
	if (!ask(request, &wanted))
		return false;
	begin(request, family, NLM_F_ACK, of_vlan ? SET_VLAN : SET_GLOBAL);
	(void)request_add_number(request, ATTR_ID, number);
	(void)request_add_number(request, ATTR_OP_ID, wanted.number);
	return true;
}

static bool set_global(uint16_t family, uint32_t number, const char *name)
{
	struct request request;

	if (!begin_setting(&request, family, number, false, name))
		return false;
	(void)request_add_number(&request, ATTR_OP_VALUE_INT, 1);
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
	int count = 0;

	do {
		size_t nest = request_add(request, ATTR_PORT, NULL, 0);

		if (!read_number(&text, MOST_PORTS - 1, &port))
			return false;
		(void)request_add_number(request, PORT_ID, port);
		if (*text == 't') {
			(void)request_add(request, PORT_TAGGED, NULL, 0);
			text++;
		}
		request_end_nest(request, nest);
	} while (*text++ == ',' && ++count < MOST_PORTS);
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
	(void)request_add_number(&request, ATTR_OP_VLAN, vlan);
	nest = request_add(&request, ATTR_OP_VALUE_PORTS, NULL, 0);
	(void)add_ports(&request, ports);
	request_end_nest(&request, nest);
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
	if (!netlink_open(&kernel, NETLINK_GENERIC))
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
