#include "answer.h"

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* More than serviced ever answers with. */
enum { ANSWER_SIZE = 512 * 1024 + 1 };

static int64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* -1 when nobody listens. A manager that hangs still takes connections, until its queue is full. */
static int call(void)
{
	static const char request[] = "list 0\n";
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const char *directory = getenv("SERVICES_DIRECTORY");
	int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int length = snprintf(address.sun_path, sizeof(address.sun_path), "%s/control",
			      directory == NULL ? "/run/services" : directory);

	if (descriptor < 0)
		return -1;
	if (length > 0 && (size_t)length < sizeof(address.sun_path)
	    && connect(descriptor, (const struct sockaddr *)&address, sizeof(address)) == 0
	    && send(descriptor, request, sizeof(request) - 1, MSG_NOSIGNAL) == (ssize_t)sizeof(request) - 1)
		return descriptor;
	(void)close(descriptor);
	return -1;
}

/* Reads to the end of the answer; false when that does not come in time. */
static bool read_all(int descriptor, char *text, int limit_ms)
{
	int64_t end = now_ms() + limit_ms;
	size_t length = 0;

	while (length < ANSWER_SIZE - 1) {
		struct pollfd input = { descriptor, POLLIN, 0 };
		int64_t rest = end - now_ms();
		ssize_t got;

		if (rest <= 0 || poll(&input, 1, (int)rest) <= 0)
			return false;
		got = recv(descriptor, text + length, ANSWER_SIZE - 1 - length, 0);
		if (got <= 0)
			break;
		length += (size_t)got;
	}
	text[length] = '\0';
	return strncmp(text, "end 0\n", 6) == 0 || strstr(text, "\nend 0\n") != NULL;
}

/* A line is `row`, the name, what it is, how it is started, its state, and more, with tabs between. */
static bool is_ready(const char *text, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = text; line != NULL && *line != '\0'; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, "row\t", 4) != 0 || strncmp(line + 4, name, length) != 0 || line[4 + length] != '\t')
			continue;
		line += 4 + length + 1;
		for (int field = 0; field < 2; field++)
			line += strcspn(line, "\t\n") + 1;
		return strncmp(line, "ready\t", 6) == 0;
	}
	return false;
}

enum answer ask_for(char *const *names, size_t count, int limit_ms, char *which, size_t size)
{
	static char text[ANSWER_SIZE];
	int descriptor = call();
	bool whole = descriptor >= 0 && read_all(descriptor, text, limit_ms);

	if (descriptor >= 0)
		(void)close(descriptor);
	if (!whole)
		return SILENT;
	for (size_t i = 0; i < count; i++)
		if (!is_ready(text, names[i])) {
			(void)snprintf(which, size, "%s", names[i]);
			return NOT_READY;
		}
	return ALL_READY;
}
