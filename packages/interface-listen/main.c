/* interface-listen: takes TCP connections that come in by certain interfaces, and runs a program for each with the
 * connection as its standard input and output. See usage(). */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_INTERFACES 16
/* So many connections at a time, and so many from one address: what else comes is closed at once. */
#define MOST 48
#define MOST_OF_ONE 12

struct session {
	pid_t child;
	struct in6_addr peer;
};

static struct session sessions[MOST];

static int usage(void)
{
	(void)fputs("usage: interface-listen [-n FD] [-a ADDRESS] [-l SOCKET] PORT IFNAME[,IFNAME...] PROGRAM [ARGUMENT...]\n"
		    "         listens on all addresses of these interfaces, or on one; writes a newline to FD then;\n"
		    "         prints what comes to SOCKET, where programs have their messages for syslog(3)\n", stderr);
	return 2;
}

static int fail(const char *what)
{
	(void)fprintf(stderr, "interface-listen: %s: %s\n", what, strerror(errno));
	return 111;
}

static bool read_number(const char *text, long most, long *number)
{
	char *end;

	errno = 0;
	*number = strtol(text, &end, 10);
	return errno == 0 && *end == '\0' && text[0] >= '0' && text[0] <= '9' && *number <= most;
}

/* Both families by one socket. An IPv4 address is one of IPv6 then (RFC 4291 section 2.5.5.2). */
static bool read_address(const char *text, struct sockaddr_in6 *address)
{
	char mapped[INET6_ADDRSTRLEN + 8];

	if (inet_pton(AF_INET6, text, &address->sin6_addr) == 1)
		return true;
	if (strlen(text) >= INET_ADDRSTRLEN)
		return false;
	(void)snprintf(mapped, sizeof(mapped), "::ffff:%s", text);
	return inet_pton(AF_INET6, mapped, &address->sin6_addr) == 1;
}

static int listener(const struct sockaddr_in6 *address, const char *interface)
{
	static const int yes = 1;
	static const int no = 0;
	int descriptor = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (descriptor < 0 || setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) < 0
	    || setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(no)) < 0
	    || setsockopt(descriptor, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface)) < 0
	    || bind(descriptor, (const struct sockaddr *)address, sizeof(*address)) < 0
	    || listen(descriptor, 16) < 0)
		return -1;
	return descriptor;
}

static void reap(void)
{
	pid_t child;

	while ((child = waitpid(-1, NULL, WNOHANG)) > 0)
		for (size_t i = 0; i < MOST; i++)
			if (sessions[i].child == child)
				sessions[i].child = 0;
}

static struct session *room_for(const struct in6_addr *peer)
{
	struct session *room = NULL;
	size_t same = 0;

	for (size_t i = 0; i < MOST; i++) {
		if (sessions[i].child == 0)
			room = &sessions[i];
		else if (memcmp(&sessions[i].peer, peer, sizeof(*peer)) == 0)
			same++;
	}
	return same < MOST_OF_ONE ? room : NULL;
}

static void take(int descriptor, char **program, const sigset_t *mask)
{
	struct sockaddr_in6 peer;
	socklen_t size = sizeof(peer);
	struct session *session;
	int connection;
	pid_t child;

	memset(&peer, 0, sizeof(peer));
	connection = accept4(descriptor, (struct sockaddr *)&peer, &size, SOCK_CLOEXEC);
	if (connection < 0)
		return;
	session = room_for(&peer.sin6_addr);
	child = session == NULL ? -1 : fork();
	if (child == 0) {
		(void)sigprocmask(SIG_SETMASK, mask, NULL);
		if (dup2(connection, 0) == 0 && dup2(connection, 1) == 1)
			(void)execvp(program[0], program);
		(void)fail(program[0]);
		_exit(127);
	}
	if (child > 0) {
		session->child = child;
		session->peer = peer.sin6_addr;
	}
	(void)close(connection);
}

/* A program whose output is a connection says what it has to say to syslogd, which does not exist. */
static int log_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (descriptor < 0 || strlen(path) >= sizeof(address.sun_path))
		return -1;
	memcpy(address.sun_path, path, strlen(path) + 1);
	(void)unlink(path);
	if (bind(descriptor, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -1;
	return descriptor;
}

/* A message is "<PRIORITY>Mon dd hh:mm:ss TEXT" (RFC 3164 section 4.1); the log has a time of its own. */
static void print_message(int descriptor)
{
	char text[1024];
	ssize_t size = recv(descriptor, text, sizeof(text) - 1, 0);
	char *start = text;

	if (size <= 0)
		return;
	text[size] = '\0';
	if (text[0] == '<' && strchr(text, '>') != NULL)
		start = strchr(text, '>') + 1;
	if (strlen(start) > 16 && start[3] == ' ' && start[9] == ':' && start[15] == ' ')
		start += 16;
	for (char *at = start; *at != '\0'; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
	(void)fprintf(stderr, "%s\n", start);
}

static void woken(int signal)
{
	(void)signal;
}

/* The first input is the log's, where there is one. */
static int serve(struct pollfd *inputs, nfds_t count, char **program)
{
	struct sigaction action;
	sigset_t children;
	sigset_t before;

	/* A child that ends ends the wait, and nothing else. */
	memset(&action, 0, sizeof(action));
	action.sa_handler = woken;
	(void)sigaction(SIGCHLD, &action, NULL);
	(void)sigemptyset(&children);
	(void)sigaddset(&children, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &children, &before);
	for (;;) {
		reap();
		if (ppoll(inputs, count, NULL, &before) < 0) {
			if (errno != EINTR)
				return fail("poll");
			continue;
		}
		if (inputs[0].revents != 0)
			print_message(inputs[0].fd);
		for (nfds_t i = 1; i < count; i++)
			if (inputs[i].revents != 0)
				take(inputs[i].fd, program, &before);
	}
}

int main(int count, char **arguments)
{
	struct pollfd inputs[1 + MOST_INTERFACES] = { { -1, POLLIN, 0 } };
	struct sockaddr_in6 address = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_ANY_INIT };
	long notify = -1;
	long port;
	nfds_t used = 1;
	int option;

	/* "+": what follows the interfaces is the program's. */
	while ((option = getopt(count, arguments, "+n:a:l:")) != -1)
		if (option == '?' || (option == 'n' && !read_number(optarg, 1023, &notify))
		    || (option == 'a' && !read_address(optarg, &address)))
			return usage();
		else if (option == 'l' && (inputs[0].fd = log_socket(optarg)) < 0)
			(void)fail(optarg);
	count -= optind;
	arguments += optind;
	if (count < 3 || !read_number(arguments[0], 65535, &port) || port == 0)
		return usage();
	address.sin6_port = htons((uint16_t)port);
	for (char *name = strtok(arguments[1], ","); name != NULL; name = strtok(NULL, ",")) {
		if (used > MOST_INTERFACES || strlen(name) > 15)
			return usage();
		inputs[used].fd = listener(&address, name);
		inputs[used].events = POLLIN;
		if (inputs[used].fd < 0)
			return fail(name);
		used++;
	}
	if (used == 1)
		return usage();
	if (notify >= 0) {
		if (write((int)notify, "\n", 1) != 1)
			return fail("notification");
		(void)close((int)notify);
	}
	return serve(inputs, used, arguments + 2);
}
