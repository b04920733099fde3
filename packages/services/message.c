#include "message.h"

#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *console;

void message_console(const char *path)
{
	console = path;
}

bool log_has_room(void)
{
	struct pollfd room = { STDERR_FILENO, POLLOUT, 0 };

	return poll(&room, 1, 0) == 1 && (room.revents & POLLOUT) != 0;
}

static void write_line(int descriptor, const char *text, size_t length)
{
	struct pollfd room = { descriptor, POLLOUT, 0 };

	/* A full log or a stopped terminal must never stop the manager: the line is dropped then. */
	if (poll(&room, 1, 0) == 1 && (room.revents & POLLOUT) != 0)
		if (write(descriptor, text, length) < 0)
			return;
}

static void say_to(bool on_console, const char *format, va_list arguments)
{
	char line[1024];
	int length = vsnprintf(line, sizeof(line) - 1, format, arguments);
	int descriptor;

	if (length < 0)
		return;
	if ((size_t)length > sizeof(line) - 2)
		length = (int)sizeof(line) - 2;
	line[length++] = '\n';
	write_line(STDERR_FILENO, line, (size_t)length);
	if (!on_console || console == NULL)
		return;
	descriptor = open(console, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC | O_APPEND);
	if (descriptor < 0)
		return;
	write_line(descriptor, line, (size_t)length);
	(void)close(descriptor);
}

void say(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say_to(false, format, arguments);
	va_end(arguments);
}

void say_on_console(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say_to(true, format, arguments);
	va_end(arguments);
}
