/* interface-wait: blocks until a network interface is in a state, or follows it with a program. See usage(). */
#include "netlink.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int usage(void)
{
	(void)fputs("usage: interface-wait [-t SECONDS] present|up|running IFNAME\n"
		    "         ends when the state holds: 0 it does, 1 the time is over\n"
		    "       interface-wait --follow [-n FD] present|up|running IFNAME PROGRAM [ARGUMENT...]\n"
		    "         runs `PROGRAM ARGUMENT... yes` or `... no` now and at every change, until killed;\n"
		    "         writes a newline to FD after the first time\n", stderr);
	return 2;
}

static int64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int fail(const char *what)
{
	(void)fprintf(stderr, "interface-wait: %s: %s\n", what, strerror(errno));
	return 111;
}

static int wait_once(struct link_watch *watch, enum level wanted, long seconds)
{
	int64_t end = now_ms() + (int64_t)seconds * 1000;

	while (watch->dumping || watch->level < wanted) {
		struct pollfd input = { watch->descriptor, POLLIN, 0 };
		int64_t rest = seconds < 0 ? -1 : end - now_ms();
		int answered;

		if (seconds >= 0 && rest <= 0)
			return 1;
		answered = poll(&input, 1, rest > 3600000 ? 3600000 : (int)rest);
		if (answered < 0 && errno != EINTR)
			return fail("poll");
		if (answered > 0 && !link_read(watch))
			return fail("netlink");
	}
	return 0;
}

/* The program runs to its end before the next change is looked at: its calls never cross. A change while it runs is
 * seen right after it, and of several only the last one counts. */
static void tell(char **command, size_t count, bool holds)
{
	static char yes[] = "yes";
	static char no[] = "no";
	int status;
	pid_t child;

	command[count] = holds ? yes : no;
	/* What keeps it from running now may be over soon; a change that nobody was told of would be lost. */
	while ((child = fork()) < 0) {
		(void)fail("fork");
		(void)sleep(1);
	}
	if (child == 0) {
		(void)execvp(command[0], command);
		(void)fail(command[0]);
		_exit(127);
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		(void)fprintf(stderr, "interface-wait: %s failed (wait status %d)\n", command[0], status);
}

/* Reads all that is there without waiting for more. */
static bool drain(struct link_watch *watch)
{
	struct pollfd input = { watch->descriptor, POLLIN, 0 };

	while (poll(&input, 1, 0) == 1)
		if (!link_read(watch))
			return false;
	return true;
}

static int follow(struct link_watch *watch, enum level wanted, char **command, size_t count, int notify)
{
	bool told = false;
	bool last = false;

	for (;;) {
		if (!link_read(watch) || !drain(watch))
			return fail("netlink");
		if (watch->dumping || (told && last == (watch->level >= wanted)))
			continue;
		last = watch->level >= wanted;
		tell(command, count, last);
		if (!told && notify >= 0) {
			if (write(notify, "\n", 1) != 1)
				(void)fail("notification");
			(void)close(notify);
		}
		told = true;
	}
}

static bool read_level(const char *text, enum level *level)
{
	static const char *const names[] = { "absent", "present", "up", "running" };

	for (*level = PRESENT; *level <= RUNNING; (*level)++)
		if (strcmp(text, names[*level]) == 0)
			return true;
	return false;
}

static bool read_number(const char *text, long *number)
{
	char *end;

	errno = 0;
	*number = strtol(text, &end, 10);
	return errno == 0 && *end == '\0' && text[0] >= '0' && text[0] <= '9' && *number < 1000000;
}

int main(int count, char **arguments)
{
	struct link_watch watch;
	enum level wanted;
	bool following = false;
	long seconds = -1;
	long notify = -1;
	char **command;
	static const struct option options[] = { { "follow", no_argument, NULL, 'f' }, { NULL, 0, NULL, 0 } };
	int option;

	/* "+": what follows the name is the program's. */
	while ((option = getopt_long(count, arguments, "+ft:n:", options, NULL)) != -1) {
		if (option == 'f')
			following = true;
		else if (option != '?' && read_number(optarg, option == 't' ? &seconds : &notify))
			continue;
		else
			return usage();
	}
	count -= optind;
	arguments += optind;
	if (count < 2 || !read_level(arguments[0], &wanted) || strlen(arguments[1]) == 0 || strlen(arguments[1]) > 15
	    || (following ? count < 3 || seconds >= 0 : count != 2 || notify >= 0))
		return usage();
	if (!link_open(&watch, arguments[1]))
		return fail("netlink");
	if (!following)
		return wait_once(&watch, wanted, seconds);
	/* Room for the word that is added and for the end. */
	command = calloc((size_t)count, sizeof(*command));
	if (command == NULL)
		return fail("memory");
	memcpy(command, arguments + 2, (size_t)(count - 2) * sizeof(*command));
	return follow(&watch, wanted, command, (size_t)(count - 2), (int)notify);
}
