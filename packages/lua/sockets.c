/* Sockets: netlink, and servers on TCP and on a path. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "system.h"

enum { LONGEST_MESSAGE = 65536, BACKLOG = 16 };

/* The number of a socket that is ready to use; what a failed step says, with the socket closed. */
static int opened(lua_State *L, int descriptor, int result, const char *about)
{
	if (descriptor >= 0 && result < 0) {
		int error = errno;

		(void)close(descriptor);
		errno = error;
	}
	return system_number(L, result < 0 ? -1 : descriptor, about);
}

/* netlink(FAMILY, GROUPS): FAMILY as in linux/netlink.h, GROUPS as bits. */
static int socket_netlink(lua_State *L)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = (unsigned)luaL_optinteger(L, 2, 0) };
	int descriptor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, system_int(L, 1));
	int result = descriptor;

	if (descriptor >= 0)
		result = bind(descriptor, (struct sockaddr *)&address, sizeof(address));
	return opened(L, descriptor, result, "netlink");
}

static int parsed(const char *text, in_port_t port, struct sockaddr_storage *address, socklen_t *length)
{
	struct sockaddr_in *four = (struct sockaddr_in *)address;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)address;

	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons(port);
		*length = sizeof(*four);
		return 0;
	}
	if (inet_pton(AF_INET6, text, &six->sin6_addr) == 1) {
		six->sin6_family = AF_INET6;
		six->sin6_port = htons(port);
		*length = sizeof(*six);
		return 0;
	}
	errno = EINVAL;
	return -1;
}

/* listen(ADDRESS, PORT, INTERFACE): a server of TCP; of IPv6, only that. */
static int socket_listen(lua_State *L)
{
	const char *text = luaL_checkstring(L, 1);
	const char *interface = luaL_optstring(L, 3, NULL);
	int port = system_int(L, 2);
	const int yes = 1;
	struct sockaddr_storage address;
	socklen_t length;
	int descriptor;
	int result;

	luaL_argcheck(L, port >= 0 && port <= 65535, 2, "a port is 0 to 65535");
	if (parsed(text, (in_port_t)port, &address, &length) != 0)
		return system_done(L, -1, text);
	descriptor = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	result = descriptor;
	if (result >= 0)
		result = setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (result >= 0 && address.ss_family == AF_INET6)
		result = setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof(yes));
	if (result >= 0 && interface != NULL)
		result = setsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, interface,
				    (socklen_t)strlen(interface) + 1);
	if (result >= 0)
		result = bind(descriptor, (struct sockaddr *)&address, length);
	if (result >= 0)
		result = listen(descriptor, BACKLOG);
	return opened(L, descriptor, result, text);
}

static int socket_accept(lua_State *L)
{
	return system_number(L, accept4(system_int(L, 1), NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK), NULL);
}

/* port(DESCRIPTOR): that the kernel chose. */
static int socket_port(lua_State *L)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);

	if (getsockname(system_int(L, 1), (struct sockaddr *)&address, &length) != 0)
		return system_done(L, -1, NULL);
	/* The port is at one place in the addresses of both versions. */
	lua_pushinteger(L, ntohs(((struct sockaddr_in *)&address)->sin_port));
	return 1;
}

/* shown_address(BYTES): the text of an address of 4 or 16 bytes; nil of any other. */
static int socket_shown_address(lua_State *L)
{
	size_t length;
	const char *bytes = luaL_checklstring(L, 1, &length);
	char text[INET6_ADDRSTRLEN];

	if (length != 4 && length != 16)
		lua_pushnil(L);
	else
		lua_pushstring(L, inet_ntop(length == 4 ? AF_INET : AF_INET6, bytes, text, sizeof(text)));
	return 1;
}

/* connect(PATH): a stream to a socket of the file system. */
static int socket_connect(lua_State *L)
{
	size_t length;
	const char *path = luaL_checklstring(L, 1, &length);
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int descriptor;
	int result;

	luaL_argcheck(L, length < sizeof(address.sun_path), 1, "the path is too long");
	memcpy(address.sun_path, path, length);
	descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	result = descriptor;
	if (result >= 0)
		result = connect(descriptor, (struct sockaddr *)&address, sizeof(address));
	return opened(L, descriptor, result, path);
}

static int socket_send(lua_State *L)
{
	size_t length;
	int descriptor = system_int(L, 1);
	const char *text = luaL_checklstring(L, 2, &length);

	return system_number(L, (long)send(descriptor, text, length, MSG_NOSIGNAL), NULL);
}

/* receive(DESCRIPTOR): the next message, or what there is of a stream; "" at its end. */
static int socket_receive(lua_State *L)
{
	char bytes[LONGEST_MESSAGE];
	ssize_t got;

	do
		got = recv(system_int(L, 1), bytes, sizeof(bytes), 0);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return system_done(L, -1, NULL);
	lua_pushlstring(L, bytes, (size_t)got);
	return 1;
}

const luaL_Reg socket_functions[] = {
	{ "netlink", socket_netlink },
	{ "listen", socket_listen },
	{ "accept", socket_accept },
	{ "port", socket_port },
	{ "shown_address", socket_shown_address },
	{ "connect", socket_connect },
	{ "send", socket_send },
	{ "receive", socket_receive },
	{ NULL, NULL },
};
