/* probe: asks several computers at once whether they answer; one that does is enough. See usage(). */
#include "target.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

/* A question that got lost is asked again after this time: on a line that loses half of what it carries in both
 * directions, ten of them get through all but once in a hundred times. */
enum { AGAIN_MS = 300, MOST_TARGETS = 16 };

static int usage(void)
{
	(void)fputs("usage: probe [-i IFNAME] [-t MILLISECONDS] TARGET...\n"
		    "         TARGET is ping/ADDRESS, dns/ADDRESS/NAME or tcp/ADDRESS/PORT\n"
		    "         ends with 0 when one answers, with 1 when none has until the time (3000) is over\n", stderr);
	return 2;
}

static int64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool ask(struct target *targets, size_t count, const char *interface, long limit_ms)
{
	struct pollfd inputs[MOST_TARGETS];
	int64_t end = now_ms() + limit_ms;
	int64_t next = 0;

	for (;;) {
		int64_t now = now_ms();
		int64_t wake;

		if (now >= end)
			return false;
		for (size_t i = 0; i < count && now >= next; i++)
			target_ask(&targets[i], interface);
		if (now >= next)
			next = now + AGAIN_MS;
		for (size_t i = 0; i < count; i++)
			inputs[i] = (struct pollfd){ targets[i].descriptor, target_events(&targets[i]), 0 };
		wake = next < end ? next : end;
		if (poll(inputs, (nfds_t)count, (int)(wake - now)) < 0)
			continue;
		for (size_t i = 0; i < count; i++)
			if (target_answered(&targets[i], inputs[i].revents))
				return true;
	}
}

int main(int count, char **arguments)
{
	struct target targets[MOST_TARGETS];
	const char *interface = NULL;
	long limit_ms = 3000;
	uint16_t id = (uint16_t)getpid();
	char *end;
	int option;

	while ((option = getopt(count, arguments, "i:t:")) != -1) {
		if (option == 'i') {
			interface = optarg;
		} else if (option == 't') {
			limit_ms = strtol(optarg, &end, 10);
			if (*end != '\0' || limit_ms <= 0 || limit_ms > 3600000)
				return usage();
		} else {
			return usage();
		}
	}
	count -= optind;
	arguments += optind;
	if (count < 1 || count > MOST_TARGETS || (interface != NULL && strlen(interface) > 15))
		return usage();
	/* Who can guess it can answer in the place of the target. */
	(void)getrandom(&id, sizeof(id), 0);
	for (int i = 0; i < count; i++) {
		char *text = strdup(arguments[i]);

		if (text == NULL || !target_read(&targets[i], text, id)) {
			(void)fprintf(stderr, "probe: '%s' is not a target\n", arguments[i]);
			return usage();
		}
		free(text);
	}
	return ask(targets, (size_t)count, interface, limit_ms) ? 0 : 1;
}
