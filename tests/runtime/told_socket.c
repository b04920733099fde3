/* A netlink socket to the test, which plays the kernel: its descriptor is in TOLD_SOCKET. */
#include <stdlib.h>

int told_socket(int domain, int type, int protocol);

int told_socket(int domain, int type, int protocol)
{
	const char *descriptor = getenv("TOLD_SOCKET");

	(void)domain;
	(void)type;
	(void)protocol;
	return descriptor == NULL ? -1 : atoi(descriptor);
}
