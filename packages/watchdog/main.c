/* watchdog: feeds the board's watchdog as long as services are ready. See usage(). */
#include "answer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <linux/watchdog.h>

/* Who is killed, because it does not end in time, leaves a watchdog that resets the board: an answer is not waited for
 * longer than that. */
enum { LONGEST_ROUND_S = 10, LONGEST_ANSWER_MS = 4000, TRY_AGAIN_S = 1 };

static bool ended;

static int usage(void)
{
	(void)fputs("usage: watchdog [-d DEVICE] [-t SECONDS] [-s SECONDS] [-p SECONDS] [NAME...]\n"
		    "         feeds the watchdog while all these services are ready, and serviced answers\n"
		    "  -t  after so long without food it resets the board (30)\n"
		    "  -s  head start: it is fed so long whatever services do (300)\n"
		    "  -p  patience: and so long after they were ready (60)\n", stderr);
	return 2;
}

static long now_s(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (long)now.tv_sec;
}

static bool read_number(const char *text, long *number)
{
	char *end;

	errno = 0;
	*number = strtol(text, &end, 10);
	return errno == 0 && *end == '\0' && text[0] >= '0' && text[0] <= '9' && *number < 1000000;
}

/* SIGTERM comes here and nowhere else. */
static void rest(long seconds)
{
	struct timespec time = { .tv_sec = seconds };
	sigset_t awaited;

	(void)sigemptyset(&awaited);
	(void)sigaddset(&awaited, SIGTERM);
	ended = sigtimedwait(&awaited, NULL, &time) == SIGTERM;
}

/* Only one can have it: during the trial of an update that is the trial's own guard. */
static int open_device(const char *device)
{
	bool said = false;

	while (!ended) {
		int descriptor = open(device, O_WRONLY | O_CLOEXEC);

		if (descriptor >= 0 || errno != EBUSY)
			return descriptor;
		if (!said)
			(void)fprintf(stderr, "watchdog: another program has %s: waiting until it is free\n", device);
		said = true;
		rest(TRY_AGAIN_S);
	}
	return -1;
}

/* Sets the time after which it resets the board, as near as the hardware comes to it; returns how long that is. */
static long set_timeout(int descriptor, long wanted_s)
{
	int seconds = (int)wanted_s;
	int taken = 0;

	(void)ioctl(descriptor, WDIOC_SETTIMEOUT, &seconds);
	if (ioctl(descriptor, WDIOC_GETTIMEOUT, &taken) < 0 || taken <= 0)
		return wanted_s;
	return taken;
}

/* Says it once each time that it comes to that. */
static void report(enum answer answer, const char *which, long timeout_s)
{
	char what[256];

	if (answer == SILENT)
		(void)snprintf(what, sizeof(what), "serviced does not answer");
	else
		(void)snprintf(what, sizeof(what), "%s is not ready", which);
	(void)fprintf(stderr, "watchdog: %s: it is not fed any more, and resets the board in %ld s\n", what, timeout_s);
}

static void feed(int descriptor, long timeout_s, long head_start_s, long patience_s, char *const *names, size_t count)
{
	long round_s = timeout_s / 4 < 1 ? 1 : timeout_s / 4 > LONGEST_ROUND_S ? LONGEST_ROUND_S : timeout_s / 4;
	long until = now_s() + head_start_s;
	int limit_ms = round_s * 1000 < LONGEST_ANSWER_MS ? (int)round_s * 1000 : LONGEST_ANSWER_MS;
	bool fed = true;
	char which[200] = "";

	while (!ended) {
		enum answer answer;

		/* First: the answer takes its time. */
		if (fed)
			(void)!write(descriptor, ".", 1);
		answer = ask_for(names, count, limit_ms, which, sizeof(which));
		if (answer == ALL_READY && now_s() + patience_s > until)
			until = now_s() + patience_s;
		if (fed && now_s() >= until)
			report(answer, which, timeout_s);
		else if (!fed && now_s() < until)
			(void)fprintf(stderr, "watchdog: all is ready: it is fed again\n");
		fed = now_s() < until;
		rest(round_s);
	}
}

int main(int count, char **arguments)
{
	sigset_t blocked;
	const char *device = "/dev/watchdog";
	long timeout_s = 30;
	long head_start_s = 300;
	long patience_s = 60;
	int descriptor;
	int option;

	while ((option = getopt(count, arguments, "d:t:s:p:")) != -1) {
		if (option == 'd')
			device = optarg;
		else if (option == '?'
			 || !read_number(optarg, option == 't' ? &timeout_s : option == 's' ? &head_start_s : &patience_s))
			return usage();
	}
	(void)sigemptyset(&blocked);
	(void)sigaddset(&blocked, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &blocked, NULL);
	descriptor = open_device(device);
	if (descriptor < 0) {
		if (!ended)
			(void)fprintf(stderr, "watchdog: %s: %s\n", device, strerror(errno));
		return ended ? 0 : 1;
	}
	timeout_s = set_timeout(descriptor, timeout_s);
	feed(descriptor, timeout_s, head_start_s, patience_s, arguments + optind, (size_t)(count - optind));
	/* Whoever closes it without this letter is taken for dead (watchdog-api.rst of the kernel). */
	(void)!write(descriptor, "V", 1);
	(void)close(descriptor);
	return 0;
}
